"""A simulated year adds up."""

from __future__ import annotations

import numpy as np
import pytest

from tests.experiment.tiny import SEED, plain, roomy
from tests.worlds import policy_of
from warrantysim.experiment.births import births
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.year import simulated_year
from warrantysim.money.categories import Kind


@pytest.mark.parametrize("rule", ["refund", "reship", "repair_local P", "return_china sea"])
def test_costs_of_claims_and_unassigned_costs_are_the_ledger(rule: str) -> None:
    scenario = plain()
    run, ledger = priced_run(scenario, policy_of(rule), births(scenario, SEED, 0), SEED, 0)
    year = simulated_year(run, ledger, scenario, 0)
    assert year.total == pytest.approx(ledger.total(in_scope=True), rel=1e-12)
    assert year.expected_total == pytest.approx(ledger.total(in_scope=True, kind=Kind.EXPECTED), rel=1e-12)


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
