"""A lever's positions differ from what is stated by what they state, and by nothing else."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from tests.analysis.seller import AT_P, SALES, SEED, seller
from tests.answers import told
from tests.worlds import partner, terms
from warrantysim.analysis.cases import Case, costs_and_waits, yearly_costs
from warrantysim.analysis.fault_worth import POINT, fault_worth
from warrantysim.analysis.levers_to_price import LEVERS, dispatch, evidence, guide, of_path, technicians, warranty
from warrantysim.analysis.sales_worth import contribution, guide_pays_up_to, term_uplift, units_a_year, uplift
from warrantysim.analysis.sweeps import Sweep, run_sweep
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.root import Scenario

YEARS = range(4)
GUIDED = {"user_fixable": 0.4, "repairable": 0.6}


def swept(lever: str, world: Scenario, at: tuple[float, ...] = ()) -> Sweep:
    case = Case.of(world)
    return run_sweep(lever, case, LEVERS[lever](case, at).positions, YEARS, SEED)


def test_a_lever_at_its_stated_position_changes_nothing() -> None:
    found = swept("warranty", seller(), (365.0,))
    assert (found.differences() == 0.0).all()
    assert list(found.table()["verdict"]) == ["identical"]


def test_longer_terms_cost_more_and_shorter_ones_less() -> None:
    found = swept("warranty", seller(units=40.0), (90.0, 730.0))
    shorter, longer = found.differences().mean(axis=1)
    assert shorter < 0.0 < longer


def test_no_term_is_shorter_than_both_the_stated_one_and_the_law() -> None:
    law = {"market": "US", "age_from_days": 0, "age_to_days": 200, "allowed": "refund", "chooser": "customer"}
    floor = law | {"refurbished": "yes", "article": "art. 1"}
    world = seller(legal_floors=[floor, floor | {"age_from_days": 200, "age_to_days": 900, "chooser": "seller"}])
    days = [p.case.scenario.sku_markets[0].warranty_days for p in warranty(Case.of(world), (90.0, 300.0)).positions]
    assert days == [200.0, 300.0]


def test_a_refund_in_full_for_longer_than_the_term_is_in_full_throughout() -> None:
    rows = [terms(refund_basis="full_then_pro_rata", full_days=180, life_eta_days=600.0)]
    turning = warranty(Case.of(seller(sku_markets=rows)), (90.0, 365.0))
    found = [p.case.scenario.sku_markets[0] for p in turning.positions]
    assert not turning.left_out
    assert [(row.refund_basis, row.full_days) for row in found] == [("full", 0.0), ("full_then_pro_rata", 180.0)]


def test_a_year_of_sales_leaves_price_less_fee_less_cost_of_goods_and_parcel() -> None:
    world = seller(units=10.0)
    row, market = world.sku_markets[0], world.markets["US"]
    assert not market.prices_include_tax
    platform = world.channels[str(SALES["channel"])].platform
    fee = row.referral_share * 100.0 * (1.0 + market.tax_share) if platform else 0.0
    each = 100.0 - fee - 40.0 - market.parcel.fulfilment.small.value
    assert contribution(world) == pytest.approx(120.0 * each)
    assert units_a_year(world).sum() == 120.0


def test_sales_that_rise_by_the_uplift_leave_exactly_as_much_as_before() -> None:
    before, after, margin = 10.0, 25.0, 1000.0
    u = float(uplift(np.array([after - before]), np.array([after]), margin)[0])
    assert (1.0 + u) * (margin - after) == pytest.approx(margin - before)
    assert uplift(np.array([15.0]), np.array([1200.0]), margin)[0] == np.inf


def test_the_uplift_of_a_sweep_is_above_0_where_the_term_costs_more() -> None:
    found = swept("warranty", seller(units=40.0), (90.0, 730.0))
    shares = term_uplift(found)
    assert shares["uplift"][0] < 0.0 < shares["uplift"][1]
    assert (shares["uplift_low"] <= shares["uplift"]).all()


def guided(cost: float, on: bool) -> Scenario:
    return seller(units=40.0, sku_of={"guide_on": on, "guide_cost_per_unit": cost}, fault_shares=GUIDED)


@pytest.mark.parametrize("on", [True, False], ids=["stated on", "stated off"])
def test_at_the_cost_up_to_which_a_guide_pays_it_makes_no_difference(on: bool) -> None:
    at = float(guide_pays_up_to(swept("guide", guided(0.1, on)))["pays_up_to"][0])
    assert at > 0.0
    there = swept("guide", guided(at, on))
    stated = 40.0 * 12.0 * at
    assert abs(float(there.differences().mean())) < 0.02 * stated


def test_a_guide_without_a_stated_cost_is_taken_to_cost_what_others_do() -> None:
    two = seller(skus=("A", "B"))
    rows = (two.skus[0].replace(guide_cost_per_unit=0.0), two.skus[1].replace(guide_on=True, guide_cost_per_unit=0.3))
    world = two.replace(skus=rows)
    turned = [p.case.scenario.skus for p in guide(Case.of(world)).positions]
    assert turned[0][0].guide_on
    assert turned[0][0].guide_cost_per_unit == pytest.approx(0.3)
    assert not turned[1][1].guide_on


def test_evidence_is_a_matter_of_the_rule_and_leaves_the_world_alone() -> None:
    stated = Case.of(seller())
    found = evidence(stated).positions
    assert [p.at for p in found] == ["none", "photo", "video"]
    assert all(p.case.scenario is stated.scenario for p in found)
    assert found[0].case.policy.evidence == ()


def test_benches_are_those_the_rule_uses_and_a_technician_brings_his_capacity() -> None:
    found = {(p.item, p.at): p.case.scenario for p in technicians(Case.of(seller(), AT_P)).positions}
    assert {item for item, _ in found} == {"china_bench", "P main"}
    before, after = (w.partners["P"].desks["main"].bench for w in (seller(), found["P main", "+1"]))
    assert (before.technicians, after.technicians) == (1, 2)
    assert before.units_per_day is not None
    assert after.units_per_day is not None
    day = dt.date(2027, 1, 4)
    assert after.units_per_day.on(day) == pytest.approx(2.0 * before.units_per_day.on(day))


def test_more_hours_or_technicians_shorten_waits_and_fewer_lengthen_them() -> None:
    busy = {"units_per_day": 1.2}
    case = Case.of(seller(units=60.0, partners={"P": partner(bench=busy), "Q": partner()}), AT_P)
    for lever, more in (("hours", "x 1.5"), ("technicians", "+1")):
        found = run_sweep(lever, case, LEVERS[lever](case, ()).positions, YEARS, SEED)
        assert found.benches is not None
        waits = found.benches.query("bench == 'P'").set_index(["item", "position"])
        stated, better = waits.loc[("", "")], waits.loc[("P main", more)]
        assert better["wait_p90"] < stated["wait_p90"]
        assert better["waited_share"] < stated["waited_share"]
        assert better["utilisation"] < stated["utilisation"]
        # Nothing happens to a bench whose neighbour is turned.
        other = waits[waits.index.get_level_values("item") == "china_bench"]
        assert (other["wait_p90"] == stated["wait_p90"]).all()
        if lever == "hours":
            assert waits.loc[("P main", "x 0.75")]["wait_p90"] > stated["wait_p90"]
        text = told("sweep", found, found.stated)
        assert "HOW BUSY BENCHES ARE" in text.upper()


def test_every_lever_makes_only_worlds_that_hold() -> None:
    stated = Case.of(seller(), AT_P)
    for name, lever in LEVERS.items():
        turning = lever(stated, ())
        assert turning.positions or name == "exclusions", name  # he leaves nothing out: tests/analysis/test_exclusions
        assert not turning.left_out, name


def test_a_dispatch_lever_turns_ages_and_a_weekday() -> None:
    stated = Case.of(seller())
    first = [next(iter(p.case.scenario.markets["US"].china.values())) for p in dispatch(stated).positions]
    assert first[-1].consolidation.rule == "weekday"
    assert first[-1].consolidation.weekdays == (4,)


def test_any_path_can_be_swept_and_a_position_that_does_not_hold_is_told() -> None:
    stated = Case.of(seller())
    turning = of_path(stated, "sku_markets[A,US].landed_cost", [40.0, 60.0, -1.0])
    found = run_sweep("landed", stated, turning.positions, YEARS, SEED, left_out=turning.left_out)
    assert (found.differences()[0] == 0.0).all()
    assert [at for _, at, _ in found.left_out] == ["-1"]
    with pytest.raises(ScenarioError, match="landed_cosst"):
        of_path(stated, "sku_markets[A,US].landed_cosst", [1.0])


def test_stopped_a_sweep_keeps_the_positions_it_has() -> None:
    stated = Case.of(seller())
    asked: list[int] = []

    def cancel() -> bool:
        asked.append(1)
        return len(asked) > 1

    found = run_sweep("warranty", stated, warranty(stated).positions, YEARS, SEED, cancel=cancel)
    assert found.cancelled
    assert len(found.positions) == len(found.costs) == 1


def test_costs_of_faults_add_up_to_what_failures_cost_and_the_only_fault_is_worth_a_hundredth() -> None:
    case = Case.of(seller(units=40.0))
    found = fault_worth(case, YEARS, SEED)
    whole = yearly_costs([case], YEARS, SEED)[0]
    np.testing.assert_allclose(found.costs.sum(axis=0), whole, rtol=1e-9)
    (row,) = found.table().to_dict("records")
    assert row["kind"] == "repairable"
    assert row["worth"] == pytest.approx(POINT * whole.mean())


def test_a_point_of_a_rare_fault_is_never_more_than_the_fault() -> None:
    world = seller(units=40.0, fault_shares={"repairable": 0.995, "no_fault_found": 0.005})
    found = fault_worth(Case.of(world), range(8), SEED)
    rare = [k for k, row in enumerate(world.faults) if row.kind == "no_fault_found"]
    np.testing.assert_allclose(found.worth[rare], found.costs[rare])


def test_beside_each_cost_stands_how_long_nine_in_ten_customers_wait() -> None:
    found = swept("evidence", seller(units=40.0))
    cases = [found.stated, *(position.case for position in found.positions)]
    costs, waits = costs_and_waits(cases, YEARS, SEED)
    assert np.array_equal(found.waits, waits)
    assert np.array_equal(found.costs, costs[1:])
    assert list(found.table()["p90"]) == pytest.approx(waits[1:].mean(axis=1))
    assert (waits > 0).all()
