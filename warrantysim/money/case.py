"""One run on its way to becoming a ledger: its records, the prices, and the lines written so far."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warrantysim.journeys.legal import bound
from warrantysim.journeys.model import model_of
from warrantysim.journeys.records import Dispatches, Records, Run, StockMoves
from warrantysim.money.categories import Obligation
from warrantysim.money.freight_allocation import Boarded, boarded
from warrantysim.money.lines import ClaimColumns, Lines
from warrantysim.money.partner_work import DeskWork, desk_work
from warrantysim.money.price_book import PriceBook
from warrantysim.schema.clock import NEVER


@dataclass(frozen=True)
class Booking:
    """What every pricing function reads, and the lines it writes to."""

    run: Run
    """What happened."""
    book: PriceBook
    """What it costs."""
    lines: Lines
    """What has been written down."""

    @staticmethod
    def of(run: Run, book: PriceBook) -> Booking:
        """A run with no line written yet."""
        calendar = book.scenario.market_days

        def columns() -> ClaimColumns:
            return ClaimColumns.of(run.records, _obligation(run.records, book), calendar)

        return Booking(run, book, Lines(run.records.claims, columns, book.fx, calendar))

    @cached_property
    def term(self) -> np.ndarray:
        """Row of the terms that bound each unit's sale, shape (records,)."""
        claims = self.records.claims
        return self.book.terms_row(claims.sku, claims.market, claims.sold)

    @property
    def records(self) -> Records:
        """Journeys."""
        return self.run.records

    @property
    def dispatches(self) -> Dispatches:
        """Consolidated freight."""
        return self.run.dispatches

    @cached_property
    def outbound(self) -> tuple[Boarded, ...]:
        """Units on board to China, by market and way."""
        return tuple(boarded(self.run, self.book, back=False))

    @cached_property
    def homeward(self) -> tuple[Boarded, ...]:
        """Units on board from China, likewise."""
        return tuple(boarded(self.run, self.book, back=True))

    @cached_property
    def work(self) -> tuple[tuple[DeskWork, ...], ...]:
        """What each repair partner did, desk by desk."""
        return tuple(tuple(desk_work(self.records, self.book, p)) for p in range(len(self.book.scenario.partner_ids)))

    @property
    def stock(self) -> StockMoves:
        """Replacement stock."""
        return self.run.stock


def _obligation(records: Records, book: PriceBook) -> np.ndarray:
    """`Obligation` of each claim. Shape (records,)."""
    claims = records.claims
    model = model_of(book.scenario)
    demanded = model.law.demands[bound(model, claims).floor]
    covered = claims.opened <= claims.warranty_end
    return np.where(demanded, Obligation.LEGAL, np.where(covered, Obligation.VOLUNTARY, Obligation.GOODWILL))


def first_instant(*stamps: np.ndarray) -> np.ndarray:
    """The first of several stamps that happened, row by row; ``NEVER`` where none did."""
    out = stamps[0]
    for other in stamps[1:]:
        out = np.where(out > NEVER, out, other)
    return out
