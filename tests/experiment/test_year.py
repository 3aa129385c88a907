"""A simulated year adds up."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from tests.experiment.test_simulate import assert_same
from tests.experiment.tiny import SEED, plain, roomy
from tests.worlds import policy_of
from warrantysim.experiment import replicate
from warrantysim.experiment.births import births
from warrantysim.experiment.components import years
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.year import simulated_year
from warrantysim.money.categories import Kind
from warrantysim.money.ledger import Ledger, YearLines
from warrantysim.money.lines import Lines
from warrantysim.money.price import year_lines


@pytest.mark.parametrize("rule", ["refund", "reship", "repair_local P", "return_china sea"])
def test_costs_of_claims_and_unassigned_costs_are_the_ledger(rule: str) -> None:
    scenario = plain()
    run, ledger = priced_run(scenario, policy_of(rule), births(scenario, SEED, 0), SEED, 0)
    year = simulated_year(run, ledger, scenario, 0)
    assert year.total == pytest.approx(ledger.total(in_scope=True), rel=1e-12)
    assert year.expected_total == pytest.approx(ledger.total(in_scope=True, kind=Kind.EXPECTED), rel=1e-12)


@pytest.mark.parametrize("rule", ["reship", "repair_local P", "return_china sea"])
def test_a_year_is_the_same_from_the_few_columns_it_reads(rule: str) -> None:
    scenario, policy = plain(), policy_of(rule)
    run, ledger = priced_run(scenario, policy, births(scenario, SEED, 0), SEED, 0)
    few = year_lines(run, scenario, policy)
    for column in fields(YearLines):
        assert_same(getattr(few, column.name), getattr(ledger, column.name))
        assert getattr(few, column.name).dtype == getattr(ledger, column.name).dtype
    assert_same(simulated_year(run, few, scenario, 0), simulated_year(run, ledger, scenario, 0))


def test_a_year_of_components_needs_no_whole_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    def whole(lines: Lines) -> Ledger:
        raise AssertionError("a whole ledger")

    scenario = plain()
    monkeypatch.setattr(Lines, "ledger", whole)
    assert isinstance(years(scenario, [scenario.policy], SEED, 0)[0], SimulatedYear)


@pytest.mark.parametrize("planned", [0, 60_000])
def test_memory_of_many_claims_is_given_back(planned: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[bool] = []
    monkeypatch.setattr(replicate, "PLANNED", planned)
    monkeypatch.setattr(replicate, "give_back", lambda: given.append(True))
    replicate.replicate(plain(), [policy_of("refund")], SEED, 0)
    assert given == [True] * (planned == 0)


def test_what_follows_a_claim_is_booked_to_it() -> None:
    scenario = plain()
    run, ledger = priced_run(scenario, policy_of("repair_local P"), births(scenario, SEED, 0), SEED, 0)
    year = simulated_year(run, ledger, scenario, 0)
    claims = run.records.claims
    parents = np.unique(claims.root[(claims.generation == 1) & run.records.in_scope])
    assert len(parents) > 10
    place = int(np.flatnonzero(year.root == parents[0])[0])
    lines = ledger.reporting[(ledger.root == parents[0]) & (ledger.kind != Kind.EXPECTED)]
    assert year.cash[place] == pytest.approx(lines.sum())
    assert len(np.unique(ledger.record[ledger.root == parents[0]])) > 1


def test_a_row_is_a_root_claim_in_scope_in_the_order_of_birth() -> None:
    scenario = plain()
    claims = births(scenario, SEED, 0)
    run, ledger = priced_run(scenario, policy_of("reship"), claims, SEED, 0)
    year = simulated_year(run, ledger, scenario, 0)
    inside = np.flatnonzero((claims.opened >= 0) & (claims.opened < 365 * 86_400))
    np.testing.assert_array_equal(year.root, inside)
    assert (year.days >= 0).all()


def test_retainers_belong_to_no_claim() -> None:
    from tests.worlds import partner

    retainer = {"per_month": "1000 USD", "included_units": 10, "extra_unit": "5 USD"}
    scenario = roomy(partners={"P": partner(technicians=40, desk={"retainer": retainer, "repaired": None})})
    guides = policy_of("reship")
    years = []
    for policy in (guides, policy_of("repair_local P")):
        run, ledger = priced_run(scenario, policy, births(scenario, SEED, 0), SEED, 0)
        years.append(simulated_year(run, ledger, scenario, 0))
    # 365 days from 4 January touch 13 months.
    assert years[1].unassigned - years[0].unassigned == pytest.approx(13 * 1000)
