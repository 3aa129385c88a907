"""A ledger's totals are sums of its lines."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.money.runs import repaired, run_of
from tests.money.tiny import DE, FBA, FIX, VAC, day, seller, seller_with
from warrantysim.journeys.records import Route
from warrantysim.money.categories import (
    EXPECTED_CATEGORIES,
    MONEY,
    PART_OF,
    STOCK_CATEGORIES,
    Category,
    Kind,
    Subject,
    kind_of,
)
from warrantysim.money.ledger import GROUPABLE, Ledger
from warrantysim.money.price import price


def ledger() -> Ledger:
    return price(
        run_of(
            {"refund_share": 1.0, "refunded": day(40)},
            {"refund_share": 1.0, "refunded": day(41), "market": DE, "channel": FBA, "sku": VAC},
            repaired(FIX, 60),
            repaired(FIX, 75, market=DE),
            {"refund_share": 1.0, "opened": day(-5), "refunded": day(-4)},
        ),
        seller(),
    )


def test_a_total_is_the_sum_of_the_lines_it_names() -> None:
    book = ledger()
    chosen = (book.kind == Kind.CASH) & book.in_scope
    assert book.total(kind=Kind.CASH, in_scope=True) == pytest.approx(math.fsum(book.reporting[chosen]))
    assert book.total() == pytest.approx(math.fsum(book.reporting))
    assert book.total(kind=MONEY) + book.total(kind=Kind.EXPECTED) == pytest.approx(book.total())


def column(book: Ledger, name: str) -> np.ndarray:
    """A column lines are grouped by; the part of a saving is that of the category."""
    return np.array([PART_OF[Category(c)] for c in book.category]) if name == "part" else getattr(book, name)


@pytest.mark.parametrize("by", [(name,) for name in GROUPABLE] + [("market", "category", "route")])
def test_groups_add_up_to_the_total_whatever_they_are_grouped_by(by: tuple[str, ...]) -> None:
    book = ledger()
    groups = book.total(by)
    assert groups.amount.sum() == pytest.approx(book.total())
    for key, amount in groups:
        here = np.logical_and.reduce([column(book, name) == value for name, value in zip(by, key, strict=True)])
        assert here.any()
        assert amount == pytest.approx(math.fsum(book.reporting[here]))
        assert groups[key] == amount


def test_a_group_without_lines_sums_to_nothing() -> None:
    groups = ledger().total(("category", "market"))
    assert groups[Category.DUTY, DE] == 0.0


def test_a_grid_holds_the_same_sums_with_a_last_cell_for_what_has_no_key() -> None:
    book = ledger()
    grid = book.grid(("root", "kind"), (5, len(Kind)), in_scope=True)
    assert grid.shape == (6, len(Kind) + 1)
    assert grid.sum() == pytest.approx(book.total(in_scope=True))
    assert grid[2, Kind.CASH] == pytest.approx(book.total(("root", "kind"), in_scope=True)[2, Kind.CASH])
    assert grid[4].sum() == 0


def test_lines_of_no_claim_land_in_the_grids_last_cell() -> None:
    def leased(stated: dict) -> None:  # type: ignore[type-arg]
        stated["partners"]["fix"]["desks"]["us"]["minimum_per_month"] = "50 USD"

    book = price(run_of(repaired(FIX, 60)), seller_with(leased))
    fixed = book.take(book.subject == Subject.CONTRACT)
    # Eleven empty months, and ten dollars missing in March.
    assert fixed.total() == pytest.approx(11 * 50 + 10)
    assert book.grid(("root",), (1,))[-1] == pytest.approx(560)


def test_an_empty_ledger_totals_nothing() -> None:
    book = ledger()
    none = book.take(np.zeros(len(book), dtype=bool))
    assert len(none) == 0
    assert none.total() == 0
    assert len(none.total(("category", "root"))) == 0
    assert none.grid(("root",), (3,)).tolist() == [0, 0, 0, 0]


def test_joined_ledgers_hold_the_lines_of_both() -> None:
    book = ledger()
    both = Ledger.concat([book, book.take(book.route == Route.REFUND)])
    assert both.total() == pytest.approx(book.total() + book.take(book.route == Route.REFUND).total())


def test_ledgers_of_different_currencies_are_not_joined() -> None:
    def in_euro(stated: dict) -> None:  # type: ignore[type-arg]
        stated["reporting_currency"] = "EUR"

    with pytest.raises(ValueError, match="different currencies"):
        Ledger.concat([ledger(), price(run_of({}), seller_with(in_euro))])
    with pytest.raises(ValueError, match="at least one"):
        Ledger.concat([])


def test_lines_cannot_be_grouped_by_their_amounts() -> None:
    with pytest.raises(ValueError, match="grouped by 'amount'; expected one of subject"):
        ledger().total(("amount",))


def test_every_category_is_of_one_kind() -> None:
    assert {c for c in Category if kind_of(c) == Kind.EXPECTED} == EXPECTED_CATEGORIES
    assert {c for c in Category if kind_of(c) == Kind.STOCK} == STOCK_CATEGORIES
    assert not EXPECTED_CATEGORIES & STOCK_CATEGORIES


def test_a_groups_keys_spread_wide_are_summed_as_well() -> None:
    book = ledger()
    wide = Ledger(**{**vars(book), "record": book.record * 3_000_000, "root": book.root * 5})
    assert wide.total(("record", "root")).amount == pytest.approx(book.total(("record", "root")).amount)
