"""A statement shows line by line what a contract billed, and adds up."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.money.quotes import demo, in_month, pool, quote, repaired, tiers
from warrantysim.money.settlement import Billed, settle
from warrantysim.money.statement import CATEGORIES, Statement, fixed_lines, statement, unit_lines


def world(name: str, desk: str, n: int = 300) -> tuple[Statement, float]:
    """A statement over three months of a demo quote, and the same bill summed from its unit and fixed lines."""
    partner = demo()[name]
    charges = repaired(partner, desk, n, part_cost=120.0)
    rng = np.random.default_rng(11)
    table = pool(partner, desk, horizon=3)
    units = Billed.of(charges, rng.integers(0, 3, n), promised=True, late=rng.random(n) < 0.2)
    done = settle(table, units)
    lines = [*unit_lines(charges, done).values(), *fixed_lines(done).values()]
    return statement(table, charges, units), math.fsum(x for line in lines for x in line.ravel().tolist())


@pytest.mark.parametrize(("name", "desk"), [("flatfix-us", "US"), ("tierwerk-de", "DE"), ("benchlease-uk", "UK")])
def test_rows_add_up_to_the_bill(name: str, desk: str) -> None:
    shown, bill = world(name, desk)
    (currency,) = shown.currencies
    assert shown.total(currency) == pytest.approx(bill, rel=1e-14)
    by_component = [shown.total(currency, component) for component in CATEGORIES]
    by_month = [shown.total(currency, month=month) for month in range(3)]
    assert math.fsum(by_component) == pytest.approx(bill, rel=1e-14)
    assert math.fsum(by_month) == pytest.approx(bill, rel=1e-14)


def test_a_statement_reads_like_the_invoice() -> None:
    partner = demo()["tierwerk-de"]
    charges = repaired(partner, "DE", 60, part_cost=10.0)
    shown = statement(pool(partner, "DE"), charges, in_month(charges))
    lines = {row.component: (row.units, round(row.amount, 2)) for row in shown.rows}
    assert lines == {
        "receiving": (60, 360.00),
        "labour": (60, 1920.00),
        "rebate": (60, -17.60),
        "parts": (60, 708.00),
        "onboarding": (0, 900.00),
    }
    assert {(row.label, row.desk, row.currency) for row in shown.rows} == {("2027-01", "DE", "EUR")}


def test_the_order_of_units_changes_no_row() -> None:
    partner = quote(tiers("incremental", (3, 0.1)), parts={"mode": "cost_plus", "markup_share": 0.1})
    rng = np.random.default_rng(5)
    parts, months = rng.random(50) * 9, rng.integers(0, 2, 50)
    order = rng.permutation(50)
    table = pool(partner, horizon=2)
    charges, mixed = (repaired(partner, "US", 50, part_cost=p) for p in (parts, parts[order]))
    plain = statement(table, charges, Billed.of(charges, months))
    assert plain == statement(table, mixed, Billed.of(mixed, months[order]))


def test_units_out_of_scope_fill_the_tiers_but_are_not_shown() -> None:
    partner = quote(tiers("all_units", (100, 0.1)))
    charges = repaired(partner, "US", 100)
    half = np.arange(100) < 50
    shown = statement(pool(partner), charges, in_month(charges), in_scope=half)
    assert shown.total("USD") == pytest.approx(450)
    rest = statement(pool(partner), charges, in_month(charges), in_scope=~half)
    assert shown.total("USD") + rest.total("USD") == pytest.approx(900)


def test_a_pooled_contract_states_each_desk_in_its_own_currency() -> None:
    partner = demo()["benchlease-uk"].replace(onboarded=True)
    charges = repaired(partner, "US", 130)
    desks = (np.arange(130) >= 117).astype(int)
    shown = statement(pool(partner, "US", "UK"), charges, Billed.of(charges, np.zeros(130, dtype=int), desks))
    assert shown.currencies == ("GBP", "USD")
    assert shown.total("GBP") == pytest.approx(10 * 22 * 13 / 130)
    assert shown.total("USD") == pytest.approx(6800 + 10 * 22 * 117 / 130)


def test_charges_and_units_must_be_the_same_rows() -> None:
    partner = quote()
    with pytest.raises(ValueError, match="expected as many charges as units, got 2 and 3"):
        statement(pool(partner), repaired(partner, "US", 2), in_month(repaired(partner, "US", 3)))
