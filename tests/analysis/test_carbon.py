"""Greenhouse gas of units moved, made and thrown away."""

from __future__ import annotations

import numpy as np
import pytest

from tests.worlds import claims_at, world
from warrantysim.analysis.carbon import CarbonMethod, Distances, unit_carbon
from warrantysim.analysis.footprint import Emission, Footprint, footprint
from warrantysim.journeys.solo import solo_run

ROUND = {"US": Distances(air_km=10_000, sea_km=20_000, lorry_km=100, parcel_lorry_km=1_000, parcel_van_km=10)}
PLAIN = CarbonMethod(radiative_forcing=False, well_to_tank=False, distances=ROUND)


def left_by(policy: str, **changes: object) -> Footprint:
    """What one claim of 1 kg leaves behind."""
    scenario = world(policy=policy, **changes)
    run = solo_run(scenario, scenario.policy, claims_at(scenario, [10.0]), 1, 0)
    return footprint(run, scenario, PLAIN)


def test_a_tonne_kilometre_costs_what_the_source_says() -> None:
    unit = unit_carbon(world(), PLAIN)
    assert unit.parcel[0, 0] == pytest.approx((1000 * 0.10163 + 10 * 0.63130) / 1000)
    assert unit.freight[0, 0, 0] == pytest.approx((100 * 0.10163 + 20_000 * 0.01612) / 1000)
    assert unit.new[0, 0] == pytest.approx(5.648 + unit.freight[0, 0, 0])


def test_well_to_tank_and_height_are_added_only_where_the_method_says_so() -> None:
    flown = world(ways=("air",))
    bare = unit_carbon(flown, PLAIN).freight[0, 0, 0]
    fuel = unit_carbon(flown, CarbonMethod(False, True, ROUND)).freight[0, 0, 0]
    high = unit_carbon(flown, CarbonMethod(True, False, ROUND)).freight[0, 0, 0]
    assert fuel - bare == pytest.approx((100 * 0.02359 + 10_000 * 0.13516) / 1000)
    assert high - bare == pytest.approx(10_000 * (0.89939 - 0.53130) / 1000)
    assert CarbonMethod().name == "DESNZ 2025, well-to-wheel, with radiative forcing"


def test_a_short_flight_takes_the_short_haul_factor() -> None:
    assert CarbonMethod(well_to_tank=False).air(3_000) == pytest.approx(3_000 * 1.27835)
    assert CarbonMethod(well_to_tank=False).air(4_000) == pytest.approx(4_000 * 0.89939)


def test_a_refund_moves_nothing_and_wastes_the_unit() -> None:
    found = left_by("refund")
    assert found.co2e[0, 0].tolist() == pytest.approx([0, 0, 0, 8.983 / 1000])
    assert (found.left_behind[0, 0], found.scrapped[0, 0], found.landfilled[0, 0]) == (1, 0, 1)


def test_a_reship_makes_a_unit_and_sends_one_parcel() -> None:
    found, unit = left_by("reship"), unit_carbon(world(), PLAIN)
    assert found.co2e[0, 0, Emission.NEW_UNITS] == unit.new[0, 0]
    assert found.co2e[0, 0, Emission.PARCELS] == unit.parcel[0, 0]


def test_a_repair_in_china_rides_two_parcels_and_two_freights_and_wastes_nothing() -> None:
    found, unit = left_by("return_china sea"), unit_carbon(world(), PLAIN)
    assert found.co2e[0, 0, Emission.PARCELS] == 2 * unit.parcel[0, 0]
    assert found.co2e[0, 0, Emission.FREIGHT] == 2 * unit.freight[0, 0, 0]
    assert found.landfilled.sum() == found.co2e[0, 0, Emission.NEW_UNITS] == 0


def test_a_country_without_distances_has_no_figure_rather_than_a_low_one() -> None:
    found = left_by("reship", markets={"US": {"country": "FR"}})
    assert np.isnan(found.co2e[0, 0, Emission.PARCELS])
    assert found.landfilled[0, 0] == 1
