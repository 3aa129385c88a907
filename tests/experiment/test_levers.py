"""Turning figures of a world."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.analysis.seller import seller
from warrantysim.experiment.levers import Lever, turned
from warrantysim.files.loading import load_scenario
from warrantysim.schema.diff import diff
from warrantysim.schema.errors import ScenarioError

FEE = "partners.P.desks.main.repaired.flat"


def test_a_set_amount_keeps_its_currency_and_changes_nothing_else() -> None:
    world = seller()
    (change,) = diff(world, Lever(FEE).at(world, 27.5))
    assert (change.path, change.old, change.new) == (FEE, "20.0 USD", "27.5 USD")


def test_at_its_stated_position_a_lever_changes_nothing() -> None:
    world = seller()
    for lever in (Lever(FEE), Lever("freight_breaks[*,*].rate", "times"), Lever("experience.grace_days", "plus")):
        assert diff(world, lever.at(world, lever.stated(world))) == ()


def test_a_wildcard_turns_all_alike_and_several_levers_turn_at_once() -> None:
    world = seller()
    both = turned(world, [(Lever("partners.*.desks.main.repaired.flat", "times"), 2.0), (Lever("horizon.days"), 200)])
    assert {c.path: c.new for c in diff(world, both)} == {
        "partners.P.desks.main.repaired.flat": "40.0 USD",
        "partners.Q.desks.main.repaired.flat": "40.0 USD",
        "horizon.days": 200,
    }


def test_a_row_that_holds_always_and_later_ones_of_its_key_are_each_turned_once() -> None:
    world = seller()
    later = [row.replace(from_=dt.date(2028, 3, 1), warranty_days=731) for row in world.sku_markets]
    world = world.replace(sku_markets=[*world.sku_markets, *later])
    sku, market = world.sku_markets[0].key
    levers = [Lever(f"sku_markets[{sku},*].life_eta_days"), Lever(f"sku_markets[{sku},{market}].landed_cost")]
    there = turned(world, [(levers[0], 777.0), (levers[1], 3.5)])
    mine = [row for row in there.sku_markets if row.sku == sku]
    assert {row.life_eta_days for row in mine} == {777.0}
    assert {row.landed_cost for row in mine if row.market == market} == {3.5}
    assert len(mine) == 2 * len({row.market for row in mine})


def test_figures_that_differ_have_no_one_stated_position() -> None:
    with pytest.raises(ValueError, match="figures that differ"):
        Lever("partners.*.desks.main.repaired.flat").stated(seller(p_fee=30.0))


def test_what_is_no_number_cannot_be_turned_and_what_is_no_path_says_so() -> None:
    with pytest.raises(ValueError, match="a number or an amount"):
        Lever("tariff_preset").at(seller(), 1.0)
    with pytest.raises(ScenarioError, match="did you mean"):
        Lever("experience.grace_day").at(seller(), 1.0)


@pytest.mark.slow
def test_every_assumption_of_the_reference_seller_can_be_turned_to_both_ends() -> None:
    world = load_scenario("scenarios/base.yaml")
    refused = []
    for row in world.assumptions:
        lever = Lever(row.path)
        try:
            ends = [diff(world, lever.at(world, position)) for position in (row.low, row.high)]
        except (ScenarioError, ValueError) as error:
            refused.append(f"{row.path}: {error}")
        else:
            assert any(ends), f"{row.path}: neither end differs from what is stated"
    assert not refused, "\n".join(refused)


def test_a_share_in_a_mix_is_added_to_and_the_other_faults_keep_their_proportions() -> None:
    base = load_scenario("scenarios/base.yaml")
    world = Lever("faults[*,no_fault].share", "mix").at(base, 0.1)
    for sku in base.sku_ids:
        before = {f.fault: f.share for f in base.faults if f.sku == sku}
        after = {f.fault: f.share for f in world.faults if f.sku == sku}
        assert after["no_fault"] == pytest.approx(before["no_fault"] + 0.1)
        assert sum(after.values()) == pytest.approx(1.0)
        others = {after[f] / before[f] for f in before if f != "no_fault" and before[f] > 0}
        assert max(others) == pytest.approx(min(others))
    assert diff(base, Lever("faults[*,no_fault].share", "mix").at(base, 0.0)) == ()


@pytest.mark.parametrize("path", ["sales[*,*,*].units_per_month", "faults[*,no_fault].bench_minutes"])
def test_only_shares_of_faults_are_a_mix(path: str) -> None:
    with pytest.raises(ValueError, match="shares of faults"):
        Lever(path, "mix").at(load_scenario("scenarios/base.yaml"), 0.1)


def test_a_mix_beyond_all_of_a_product_is_no_world() -> None:
    with pytest.raises(ScenarioError):
        Lever("faults[*,no_fault].share", "mix").at(load_scenario("scenarios/base.yaml"), 0.9)
