"""Every figure of the reference seller moves a ledger line or a moment of some claim, or its docstring says why not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests.behaviour.reference_seller import (
    NUDGES,
    Seller,
    by_another_carrier,
    columns,
    sections,
    small_seller,
    strained,
)
from warrantysim.schema.fields import Path, station
from warrantysim.schema.root import Scenario

SLACK = {
    "births.opportunistic.*.0.from": "the first band begins at nothing",
    "triage.denial.dispute_share.none": "nothing is denied without evidence",
}
"""Figures that no nudge moves for a reason of their own: path, and why."""
SELLERS: tuple[Callable[[Scenario], Scenario], ...] = (lambda s: s, strained, by_another_carrier)
"""Where one seller's figures leave slack, another's do not: as stated, short of everything, another carrier."""


INFORMATIVE = "informative: "
"""Begins what the docstring of a field that moves no ledger line says of why."""
MOVED_BY = {
    "rate_cards[].divisor_above": (2, ("swap", 0.0)),
    "rate_cards[].round_to": (0, ("plus", 1.0)),
    "rate_cards[].min_weight": (0, ("plus", 1.0)),
    "rate_cards[].fuel_share": (0, ("swap", 0.0)),
    "rate_cards[].handling": (0, ("plus", 1.0)),
    "label_rates[].step": (1, ("times", 1.1)),
    "label_rates[].step_price": (1, ("times", 1.1)),
    "peak[].amount": (2, ("times", 1.1)),
    "tariffs[].surcharge_share": (0, ("plus", 1.0)),
    "tariffs[].de_minimis": (2, ("times", 0.1)),
    "platform_fees[].minimum": (0, ("plus", 1.0)),
    "platform_fees[].threshold": (0, ("times", 0.1)),
}
"""Seller and nudge that are known to move a column which others do not, tried first; all others are tried as well."""
USUAL = 4
"""Nudges that move most of what moves at all."""


@cache
def stated() -> Scenario:
    return small_seller()


@cache
def seller(k: int) -> Seller:
    return Seller(SELLERS[k](stated()))


def asked() -> Iterator[str]:
    """Sections' figures and tables' columns, as paths, that are said to move something."""
    for path in sections(stated()):
        if not why_informative(tuple(path.split("."))):
            yield path
    for table, column in columns(stated()):
        if not why_informative((table, 0, column)):
            yield f"{table}[].{column}"


def why_informative(path: Path) -> str:
    """Why no ledger line moves with the value at a path, as a docstring on the way says it; empty where one does."""
    parts = (said.doc.partition(INFORMATIVE) for said in station(Scenario, path).said)
    return next((why for _, stated, why in parts if stated), "")


def moves(path: str) -> bool:
    """Whether nudging a path moves anything of a seller: what is known to move it first, then the usual nudges
    of all sellers."""
    rounds = NUDGES[:USUAL], NUDGES[USUAL:]
    known, nudge = MOVED_BY.get(path, (0, NUDGES[0]))
    return any(seller(known).nudged(path, [nudge])) or any(
        any(seller(k).nudged(path, nudges)) for nudges in rounds for k in range(len(SELLERS))
    )


def test_what_no_line_reads_says_so_where_the_schema_is_told() -> None:
    assert why_informative(("china_customs", "rebate_share")).startswith("every unit that goes to China")
    assert why_informative(("partners", "P", "notice_days"))
    assert why_informative(("decision", "bands"))
    assert why_informative(("assumptions", 0, "low"))
    assert not why_informative(("china_customs", "vat_share"))


def test_every_figure_is_read_by_births_journeys_or_prices() -> None:
    """The quick half of the law: what nothing reads can move nothing."""
    unread = [path for path in asked() if not any(seller(k).reads(path) for k in range(len(SELLERS)))]
    assert [path for path in unread if path not in SLACK] == []


def test_every_price_in_a_table_moves_a_ledger_line() -> None:
    """Columns that no journey reads; that the others move something is for the slow test to say."""
    prices = [path for path in asked() if "[]" in path and not seller(0).reads(path, by_run=True)]
    assert len(prices) > 20
    silent = [path for path in prices if not moves(path)]
    assert silent == []


@pytest.mark.slow
def test_every_figure_moves_something() -> None:
    silent = {path for path in asked() if not moves(path)}
    assert silent == set(SLACK)
