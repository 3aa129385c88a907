"""A cost is told in four parts: every category is in one of them, and parts add up to the whole."""

from __future__ import annotations

import numpy as np
import pytest

from tests.experiment.tiny import SEED, plain
from tests.worlds import policy_of
from warrantysim.experiment.births import births
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.year import simulated_year
from warrantysim.money.categories import PART_OF, PARTS, Category, CostPart, Kind, kind_of


def test_every_category_is_in_exactly_one_part() -> None:
    assert set(PART_OF) == set(Category)
    assert set(PART_OF.values()) == set(CostPart)


def test_all_that_is_expected_and_all_that_is_refunded_is_about_customers() -> None:
    assert {PART_OF[c] for c in Category if kind_of(c) is Kind.EXPECTED} == {CostPart.CUSTOMERS}
    assert {PART_OF[c] for c in Category if kind_of(c) is Kind.STOCK} == {CostPart.STOCK}


@pytest.mark.parametrize("rule", ["reship", "repair_local P", "return_china sea"])
def test_the_parts_of_a_year_are_sums_of_ledger_lines_claim_by_claim_and_beside_them(rule: str) -> None:
    scenario, policy = plain(), policy_of(rule)
    run, ledger = priced_run(scenario, policy, births(scenario, SEED, 0), SEED, 0)
    year = simulated_year(run, ledger, scenario, 0)
    parts = np.stack([getattr(year, name) for name in PARTS])
    np.testing.assert_allclose(parts.sum(axis=0), year.cash + year.expected, atol=1e-9)
    assert year.unassigned_parts.sum() == pytest.approx(year.unassigned)
    assert sum(year.part(name) for name in PARTS) == pytest.approx(year.total)
    for name, part in zip(PARTS, CostPart, strict=True):
        mine = np.array([PART_OF[Category(int(c))] is part for c in ledger.category]) & ledger.in_scope
        assert year.part(name) == pytest.approx(ledger.reporting[mine].sum())
