"""What a warranty leaves out: covered, a claim is any other; more come, and nothing else changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.analysis.seller import AT_P, SEED, seller
from tests.claims.expected import claims_per_month
from tests.worlds import faults
from warrantysim.analysis.cases import Case, yearly_costs
from warrantysim.analysis.exclusions import (
    OF_DENIALS,
    barred,
    changed_cover,
    cover_worth,
    run_exclusions,
    stated_exclusions,
    told_exclusions,
)  # fmt: skip
from warrantysim.analysis.levers_to_price import LEVERS
from warrantysim.analysis.sweeps import Sweep
from warrantysim.claims.births import born
from warrantysim.experiment.births import births
from warrantysim.experiment.replicate import priced_run
from warrantysim.journeys.records import Closure, Route
from warrantysim.schema.errors import BadInput
from warrantysim.schema.root import Scenario
from warrantysim.studies.study import Work
from warrantysim.studies.sweep import STUDY, SweepOptions

YEARS = range(3)
EVERYBODY = {"triage": {"evidence": {"none": {"excluded_sensitivity": 1.0}}}}
"""Excluded claims are recognised by everybody, without evidence."""

SELDOM = {"propensity": {"US": {"base": 0.3}}}
"""Three in ten owners of a failed unit claim."""


def excluding(exclusion: str = "accident", excluded: float = 0.3, **changes: Any) -> Scenario:
    """A seller of whose claims some are of one exclusion, handled as repairable where it is covered."""
    row = {"exclusion": exclusion, "covered_as": "repairable"} | changes.pop("row", {})
    rows = [
        one | (row if one["kind"] == "excluded" else {}) for one in faults(excluded=excluded, repairable=1.0 - excluded)
    ]
    return seller(faults=rows, **(EVERYBODY | changes))


def promising(world: Scenario, uplift: float = 1.0, **promise: Any) -> Scenario:
    name = next(row.exclusion for row in world.faults if row.exclusion)
    births = world.births.replace(covered_uplift={name: uplift})
    return world.replace(promise=world.promise.replace(**promise), births=births)


def covering(world: Scenario, uplift: float = 1.0) -> Scenario:
    return promising(world, uplift, exclusions=())


def swept(world: Scenario, policy: Any = None) -> Sweep:
    case = Case.of(world, policy)
    return run_exclusions(case, LEVERS["exclusions"](case, ()).positions, YEARS, SEED)


def test_a_covered_claim_costs_what_the_fault_it_is_handled_as_costs() -> None:
    """The same claims, whether the fault is covered or an ordinary one."""
    world = covering(excluding())
    plain = excluding().replace(faults=[
        row.replace(kind="repairable", exclusion=None, covered_as="") if row.kind == "excluded" else row
        for row in excluding().faults
    ])  # fmt: skip
    costs = [yearly_costs([Case.of(one, AT_P)], YEARS, SEED)[0] for one in (world, plain, excluding())]
    assert (costs[0] == costs[1]).all()
    assert (costs[0] != costs[2]).all()


def test_a_covered_fault_without_a_fault_to_be_handled_as_cannot_be_repaired() -> None:
    world = covering(excluding(row={"covered_as": ""}))
    run, _ = priced_run(world, AT_P, births(world, SEED, 0), SEED, 0)
    mine = np.array([row.exclusion is not None for row in world.faults])[run.records.claims.fault]
    assert mine.any()
    assert not (run.records.closure[mine] == Closure.REPAIRED).any()
    assert (run.records.closure[~mine] == Closure.REPAIRED).all()


def test_where_more_claim_the_others_are_the_same_claims_and_the_further_ones_of_that_fault() -> None:
    world = excluding(units=60.0, births=SELDOM)
    before, after = (born(covering(world, x), SEED, 0) for x in (1.0, 2.0))
    old = dict(zip(before.unit.tolist(), before.fault.tolist(), strict=True))
    new = dict(zip(after.unit.tolist(), after.fault.tolist(), strict=True))
    assert {unit: new[unit] for unit in old} == old
    assert len(new) > len(old)
    further = {fault for unit, fault in new.items() if unit not in old}
    assert {world.faults[k].exclusion for k in further} == {"accident"}


def test_claims_of_a_covered_exclusion_come_as_many_times_as_stated() -> None:
    world = excluding(units=400.0, excluded=0.2, births=SELDOM)
    per_month = [float(claims_per_month(covering(world, x)).sum()) for x in (1.0, 3.0)]
    assert per_month[1] == pytest.approx(1.4 * per_month[0])
    counts = [len(born(covering(world, x), SEED, 0)) for x in (1.0, 3.0)]
    assert counts[1] / counts[0] == pytest.approx(1.4, rel=0.1)


def test_an_exclusion_that_is_not_covered_brings_no_further_claims() -> None:
    world = excluding()
    assert len(born(promising(world, 5.0), SEED, 0)) == len(born(world, SEED, 0))


def test_covered_once_the_first_claim_of_a_unit_is_covered_and_a_later_one_denied() -> None:
    world = promising(excluding(units=200.0, terms_of={"life_eta_days": 100.0}), covered_once=("accident",))
    run, _ = priced_run(world, AT_P, births(world, SEED, 0), SEED, 0)
    r = run.records
    mine = np.array([row.exclusion is not None for row in world.faults])[r.claims.fault]
    later = r.claims.generation > 0
    assert (mine & later).any()
    assert not (r.route[mine & ~later] == Route.DENIED).any()
    assert (r.route[mine & later] == Route.DENIED).all()


@pytest.mark.parametrize(("least", "denied"), [(0.8, True), (0.9, False), (None, True)])
def test_a_faded_battery_is_covered_down_from_the_share_of_capacity_the_seller_states(
    least: float | None, denied: bool
) -> None:
    world = promising(excluding("battery_wear", row={"capacity_share": 0.9}), battery_capacity_share=least)
    run, _ = priced_run(world, AT_P, births(world, SEED, 0), SEED, 0)
    assert (run.records.route == Route.DENIED).any() == denied


def test_a_fault_that_names_no_exclusion_is_never_covered() -> None:
    world = excluding(row={"exclusion": None})
    assert stated_exclusions(world) == []
    run, _ = priced_run(world.replace(promise=world.promise.replace(exclusions=())), AT_P,
                        births(world, SEED, 0), SEED, 0)  # fmt: skip
    assert (run.records.route == Route.DENIED).any()


def test_positions_are_each_way_to_cover_what_is_left_out_and_to_leave_out_what_is_covered() -> None:
    def ways(world: Scenario) -> list[tuple[str, str]]:
        return [(name, how) for name, how, _ in changed_cover(world)]

    assert ways(excluding()) == [("accident", "once"), ("accident", "covered")]
    assert ways(covering(excluding())) == [("accident", "left_out")]
    battery = promising(excluding("battery_wear", row={"capacity_share": 0.9}), battery_capacity_share=0.8)
    assert ways(battery) == [("battery_wear", "90%")]
    assert ways(excluding("wear", excluded=0.0)) == []


def test_what_the_law_does_not_let_be_left_out_is_not_offered_and_why_is_told() -> None:
    world = covering(excluding("battery_wear", row={"capacity_share": 0.9}))
    full = world.replace(promise=world.promise.replace(designation="full"))
    assert [(name, market) for name, market, _ in barred(full)] == [("battery_wear", "US")]
    assert list(barred(world)) == []
    turning = LEVERS["exclusions"](Case.of(full), ())
    assert turning.positions == []
    assert turning.left_out == [("battery_wear", "left_out", "US: 15 USC 2304(c)")]


def test_costs_of_the_sweep_are_those_of_the_simulation() -> None:
    found = swept(excluding(), AT_P)
    cases = [Case.of(excluding(), AT_P), *(p.case for p in found.positions)]
    assert np.vstack([found.base, found.costs]) == pytest.approx(np.array(yearly_costs(cases, YEARS, SEED)))
    assert (found.table()["p90"] > 0).all()


def test_what_denials_cost_is_the_ledger_s_by_what_it_is_for() -> None:
    denial = {"denial": {"dispute_share": {"none": 1.0}, "dispute_lost_share": 0.5}}
    quarrels = {"triage": EVERYBODY["triage"] | denial}
    found = swept(excluding(**quarrels), AT_P)
    row = told_exclusions(found).iloc[0]
    assert row["claims"] == row["denied"] == row["disputed"] > 0
    assert row["share"] == pytest.approx(0.3, abs=0.1)
    assert row["served"] == 0.0
    # 20 dollars of fee for each, and the price of 100 for each that is lost.
    assert 20.0 * row["denied"] < row["disputes"] < 120.0 * row["denied"]
    assert row["denying"] == pytest.approx(sum(row[name] for name in (*OF_DENIALS, "other")))
    assert row["each"] == pytest.approx(row["denying"] / row["denied"])


def test_the_more_claim_the_dearer_the_cover_and_what_is_usual_lies_between() -> None:
    found = swept(excluding(units=40.0, births=SELDOM), AT_P)
    worth = cover_worth(found)
    usual = found.differences().mean(axis=1)
    assert (worth["fewest"] < usual).all()
    assert (usual < worth["most"]).all()
    assert (worth["times_low"] < worth["times"]).all()
    assert (worth["claims_then"] > worth["claims"]).all()


def test_only_excluded_faults_name_an_exclusion_and_what_they_are_covered_as_is_another_fault() -> None:
    with pytest.raises(ValueError, match="expected none for a fault of kind repairable"):
        seller(faults=[one | {"exclusion": "misuse"} for one in faults()])
    with pytest.raises(ValueError, match="unknown fault of A"):
        excluding(row={"covered_as": "repaired"})
    with pytest.raises(ValueError, match="only faults of exclusion battery_wear"):
        excluding(row={"capacity_share": 0.8})


def test_a_seller_who_names_no_exclusion_is_told_where_to() -> None:
    with pytest.raises(
        BadInput, match=r"column exclusion what the warranty calls each fault of kind excluded .*misuse.*; there are A "
    ):
        STUDY.run([Case.of(seller(), AT_P)], SweepOptions(lever="exclusions", replications=2), Work(SEED))
