"""Ledger lines in the making: blocks of lines of one category, joined into a `Ledger` at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.journeys.records import Records, to_partner
from warrantysim.money.categories import Category, Kind, Obligation, Subject, kind_of
from warrantysim.money.fx_table import FxTable
from warrantysim.money.ledger import NO_MONTH, Ledger, YearLines
from warrantysim.money.priced import Amounts
from warrantysim.schema.market_time import MarketTime


@dataclass(frozen=True)
class ClaimColumns:
    """What every line of a claim repeats; arrays of shape (records,)."""

    root: np.ndarray
    """Row of the root claim [int64]."""
    market: np.ndarray
    """Row in ``scenario.market_ids`` [int8]."""
    channel: np.ndarray
    """Row in ``scenario.channel_ids`` [int8]."""
    sku: np.ndarray
    """Row in ``scenario.skus`` [int16]."""
    sale_month: np.ndarray
    """Month of sale, market time [int16]."""
    claim_month: np.ndarray
    """Month the root claim was opened, market time [int16]."""
    route: np.ndarray
    """`Route` [int8]."""
    partner: np.ndarray
    """Row in ``scenario.partner_ids`` where a partner worked, else -1 [int16]."""
    obligation: np.ndarray
    """`Obligation` [int8]."""
    in_scope: np.ndarray
    """Whether the claim counts [bool]."""

    @staticmethod
    def of(records: Records, obligation: np.ndarray, calendar: MarketTime) -> ClaimColumns:
        """The columns of a run's records; months are those of each market's time zone."""
        claims = records.claims
        return ClaimColumns(
            root=claims.root.astype(np.int64),
            market=claims.market,
            channel=claims.channel,
            sku=claims.sku,
            sale_month=calendar.months(claims.sold, claims.market),
            claim_month=calendar.months(_root_opened(claims), claims.market),
            route=records.route,
            partner=np.where(to_partner(records.route), records.partner, -1).astype(np.int16),
            obligation=obligation.astype(np.int8),
            in_scope=records.in_scope,
        )


def _root_opened(claims: Claims) -> np.ndarray:
    """When each claim's root was opened; its own opening where the root is not among the rows."""
    roots = np.flatnonzero(claims.generation == 0)
    if len(roots) == len(claims):
        return claims.opened
    order = roots[np.argsort(claims.root[roots], kind="stable")]
    place = np.minimum(np.searchsorted(claims.root[order], claims.root), max(len(order) - 1, 0))
    if not len(order):
        return claims.opened
    found = order[place]
    return np.where(claims.root[found] == claims.root, claims.opened[found], claims.opened)


_TYPES = {
    "record": np.int64, "root": np.int64, "market": np.int8, "channel": np.int8, "sku": np.int16,
    "sale_month": np.int16, "claim_month": np.int16, "route": np.int8, "partner": np.int16, "amount": np.float64,
    "currency": np.int8, "incurred": np.int64, "cash": np.int64, "category": np.int8, "subject": np.int8,
    "kind": np.int8, "obligation": np.int8, "tax": np.float64, "in_scope": np.bool_,
}  # fmt: skip
"""Columns of the lines, as a `Ledger` holds them."""
_STATED = ("record", "amount", "currency", "incurred", "cash", "tax")
"""Those that each line of a claim states itself."""
_WHOLE = ("category", "subject", "kind", "obligation")
"""Those that a block of claims' lines states for all of them, -1 where it leaves the obligation to each claim; what
neither states is the claim's."""


@dataclass(frozen=True)
class Booked:
    """Lines as far as sums need them; arrays of shape (lines,), columns as in a `Ledger`."""

    record: np.ndarray
    root: np.ndarray
    subject: np.ndarray
    category: np.ndarray
    reporting: np.ndarray


class Lines:
    """Collects lines; `ledger` joins them. Amounts of exactly 0 make no line, unless tax is recovered on it."""

    def __init__(self, claims: Claims, columns: Callable[[], ClaimColumns], fx: FxTable, calendar: MarketTime) -> None:
        """``claims``: of the records; ``columns``: what their lines repeat, asked for where a ledger is made."""
        self._claims_of = claims
        self._columns = columns
        self._fx = fx
        self._calendar = calendar
        self._claims: list[tuple[np.ndarray, ...]] = []
        self._whole: list[tuple[int, int, int, int]] = []
        self._others: list[dict[str, np.ndarray]] = []
        self._places: list[np.ndarray] = []

    def add(
        self,
        category: Category,
        rows: np.ndarray,
        amount: Amounts,
        incurred: np.ndarray,
        cash: np.ndarray | None = None,
        *,
        subject: Subject = Subject.CLAIM,
        obligation: Obligation | None = None,
        tax: np.ndarray | None = None,
    ) -> None:
        """Lines of claims.

        Parameters
        ----------
        rows
            Row of the claim in the records of each line, shape (n,).
        amount
            Amount of each line, shape (n,) or one for all.
        incurred, cash
            Stamps, shape (n,); cash as incurred where not given.
        obligation
            In place of the claim's own.
        tax
            Recoverable tax on top [currency of the amount], shape (n,).
        """
        if not len(rows):
            return
        value = _column_of(amount.value, rows)
        held = np.flatnonzero(value if tax is None else (value != 0) | (np.asarray(tax) != 0))
        if not len(held):
            return
        whole = len(held) == len(rows)

        def pick(column: np.ndarray) -> np.ndarray:
            return column if whole else column[held]

        self._claims.append(
            (
                pick(rows),
                pick(value),
                pick(_column_of(amount.currency, rows)),
                pick(incurred),
                pick(incurred if cash is None else cash),
                np.zeros(len(held)) if tax is None else pick(np.asarray(tax)),
            )
        )
        own = -1 if obligation is None else int(obligation)
        self._whole.append((int(category), int(subject), int(kind_of(category)), own))

    def add_other(
        self,
        category: Category,
        amount: Amounts,
        incurred: np.ndarray,
        cash: np.ndarray | None = None,
        *,
        subject: Subject,
        in_scope: np.ndarray | bool,
        market: np.ndarray | int = -1,
        calendar_of: np.ndarray | int | None = None,
        channel: np.ndarray | int = -1,
        sku: np.ndarray | int = -1,
        partner: np.ndarray | int = -1,
        record: np.ndarray | int = -1,
    ) -> None:
        """Lines that belong to no claim: contracts, the pool's own side, units sold. All arrays of shape (n,).

        ``calendar_of``: market whose day sets the exchange rate, where that is not ``market``.
        """
        held = np.flatnonzero(amount.value)
        if not len(held):
            return

        def column(values: np.ndarray | int | bool, dtype: type) -> np.ndarray:
            if isinstance(values, np.ndarray):
                return values[held].astype(dtype)
            return np.full(len(held), values, dtype=dtype)

        self._places.append(column(market if calendar_of is None else calendar_of, np.int8))
        self._others.append(
            {
                "incurred": incurred[held],
                "cash": (incurred if cash is None else cash)[held],
                "subject": column(int(subject), np.int8),
                "record": column(record, np.int64),
                "root": column(-1, np.int64),
                "market": column(market, np.int8),
                "channel": column(channel, np.int8),
                "sku": column(sku, np.int16),
                "sale_month": column(int(NO_MONTH), np.int16),
                "claim_month": column(int(NO_MONTH), np.int16),
                "route": column(-1, np.int8),
                "partner": column(partner, np.int16),
                "category": column(int(category), np.int8),
                "amount": amount.value[held],
                "currency": np.broadcast_to(amount.currency, incurred.shape)[held].astype(np.int8),
                "tax": np.zeros(len(held)),
                "obligation": column(int(Obligation.VOLUNTARY), np.int8),
                "kind": column(int(kind_of(category)), np.int8),
                "in_scope": column(in_scope, np.bool_),
            }
        )

    def of_claims(self) -> int:
        """How many lines of claims there are so far; they come before all others."""
        return int(self._lengths().sum())

    def booked(self) -> Booked:
        """What was booked, line by line, without what only a `ledger` tells."""
        of = self._records()
        stated = {name: self._column(name, of, None) for name in ("amount", "currency", "incurred")}
        told = {name: self._column(name, of, None) for name in ("record", "subject", "category")}
        root = np.concatenate([self._claims_of.root[of], *(block["root"] for block in self._others)])
        return Booked(**told, root=root, reporting=stated["amount"] * self._rate(stated, of))

    def of_year(self, records: Records) -> YearLines:
        """What a simulated year reads of the `ledger` of the records."""
        of, booked = self._records(), self.booked()
        claims = records.claims
        own = {
            "market": claims.market,
            "sku": claims.sku,
            "partner": np.where(to_partner(records.route), records.partner, -1),
            "in_scope": records.in_scope,
        }
        return YearLines(
            **{name: self.told(name, column) for name, column in own.items()},
            root=booked.root,
            category=booked.category,
            reporting=booked.reporting,
            kind=self._column("kind", of, None),
        )

    def told(self, name: str, own: np.ndarray) -> np.ndarray:
        """A column of all lines, in their order: ``own`` of each record where they are of claims, else as stated."""
        return np.concatenate([own[self._records()], *(block[name] for block in self._others)], dtype=_TYPES[name])

    def ledger(self) -> Ledger:
        """All lines, converted at the rate of the day they were incurred, as their market counts days."""
        of, columns = self._records(), self._columns()
        lines = {name: self._column(name, of, columns) for name in _TYPES}
        own = np.repeat(self._stated(_WHOLE.index("obligation"), np.int8), self._lengths())
        lines["obligation"][: len(of)] = np.where(own < 0, columns.obligation[of], own)
        rate = self._rate(lines, of)
        lines["tax"] *= rate
        # What is no cash moves no money on any other day than its own.
        lines["cash"] = np.where(lines["kind"] == Kind.CASH, lines["cash"], lines["incurred"])
        return Ledger(
            **lines,
            rate=rate,
            reporting=lines["amount"] * rate,
            currencies=self._fx.currencies,
            reporting_currency=self._fx.reporting,
        )

    def _records(self) -> np.ndarray:
        """Record of each line of a claim."""
        return np.concatenate([np.empty(0, dtype=np.int64), *(block[0] for block in self._claims)])

    def _rate(self, lines: Mapping[str, np.ndarray], of: np.ndarray) -> np.ndarray:
        currency, incurred = lines["currency"], lines["incurred"]
        if len(incurred) and self._fx.steady(self._calendar.earliest(int(incurred.min()))):
            return self._fx.rates[currency.astype(np.intp), 0]
        place = np.concatenate([self._claims_of.market[of], *self._places])
        return self._fx.at(currency, self._calendar.ordinals(incurred, place))

    def _stated(self, place: int, kind: type) -> np.ndarray:
        """What each block of claims' lines states for all of them."""
        return np.array([block[place] for block in self._whole], dtype=kind)

    def _lengths(self) -> np.ndarray:
        return np.array([len(block[0]) for block in self._claims], dtype=np.int64)

    def _column(self, name: str, of: np.ndarray, columns: ClaimColumns | None) -> np.ndarray:
        """One column of all lines. ``of``: record of each line of a claim."""
        if name in _STATED:
            place = _STATED.index(name)
            claims = [of[:0], *(block[place] for block in self._claims)]
        elif name in _WHOLE:
            claims = [np.repeat(self._stated(_WHOLE.index(name), _TYPES[name]), self._lengths())]
        else:
            claims = [getattr(columns, name)[of]]
        return np.concatenate([*claims, *(block[name] for block in self._others)], dtype=_TYPES[name])


def _column_of(value: np.ndarray | float, rows: np.ndarray) -> np.ndarray:
    """A value a row, or one for all."""
    column = np.asarray(value)
    return column if column.shape == rows.shape else np.full(rows.shape, column)
