"""How busy benches are."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.worlds import claims_at, partner, policy_of, world
from warrantysim.experiment.bench_months import (
    bench_months,
    bench_names,
    horizon_months,
    months_of_horizon,
    offered_minutes,
    whole_months,
)
from warrantysim.experiment.bench_use import bench_table
from warrantysim.files.loading import load_scenario
from warrantysim.journeys.events import simulate_run
from warrantysim.schema.root import Scenario

OPEN_TO_DONE = 0.5 + 3.0 + 2.0 + 1.5
"""Contact, the customer's delay, the parcel, the partner's handling [days]."""


def two_benches(**changes: Any) -> Scenario:
    return world(partners={"P": partner(technicians=1), "Q": partner(technicians=3)}, **changes)


def test_a_bench_that_never_closes_offers_every_minute_of_each_technician() -> None:
    offered = offered_minutes(two_benches())
    assert bench_names(two_benches()) == ("P", "Q", "china")
    # The horizon begins on 4 January; months are whole calendar months.
    np.testing.assert_allclose(offered[0, 1], 28 * 24 * 60)
    np.testing.assert_allclose(offered[1], 3 * offered[0])
    np.testing.assert_allclose(offered[2], 2 * offered[0])


def test_a_bench_offers_nothing_while_it_is_closed() -> None:
    closed = {"calendar": "always", "first_day": "2027-02-01", "last_day": "2027-02-28", "rate": 0}
    offered = offered_minutes(two_benches(closures=[closed]))
    assert offered[0, 1] == 0
    assert offered[0, 2] == 31 * 24 * 60


def test_the_horizon_touches_the_months_of_its_first_and_last_day() -> None:
    assert months_of_horizon(world()) == 13
    assert months_of_horizon(world(horizon={"days": 27})) == 1


def test_work_and_waits_are_counted_in_the_month_the_work_ends() -> None:
    scenario = two_benches()
    # Three units of an hour's work reach the one technician at one instant, a fourth a month later.
    claims = claims_at(scenario, [10.0, 10.0, 10.0, 45.0], minutes=60.0)
    run = simulate_run(scenario, policy_of("repair_local P"), claims, 1, 0)
    busy = bench_months(run.records, scenario)
    arrival = 10.0 + OPEN_TO_DONE
    assert arrival < 28
    np.testing.assert_array_equal(busy.visits[:, :3], [[3, 1, 0], [0, 0, 0], [0, 0, 0]])
    np.testing.assert_allclose(busy.minutes[0, :2], [180, 60])
    np.testing.assert_allclose(busy.wait_days[0, :2], [(0 + 1 + 2) / 3 / 24, 0], atol=1e-5)


def test_waits_are_kept_a_visit_and_the_table_tells_who_waited_and_how_long() -> None:
    scenario = two_benches()
    hour = 1 / 24
    claims = claims_at(scenario, [10.0, 10.0, 10.0, 45.0], minutes=60.0)
    busy = bench_months(simulate_run(scenario, policy_of("repair_local P"), claims, 1, 0).records, scenario)
    np.testing.assert_allclose(busy.waits, [0, hour, 2 * hour, 0], atol=1e-5)
    year = SimpleNamespace(year=SimpleNamespace(benches=busy))
    result: Any = SimpleNamespace(names=("now",), of=lambda k: (year, year), scenario=scenario, level=0.95)
    whole = bench_table(result, ("bench",)).query("bench == 'P'").iloc[0]
    assert (whole["visits"], whole["waited_share"]) == (4, 0.5)
    assert whole["wait_days"] == pytest.approx(3 * hour / 4, abs=1e-5)
    assert whole["wait_p50"] == pytest.approx(hour / 2, abs=1e-5)
    first = bench_table(result).query("bench == 'P' and month == '2027-01'").iloc[0]
    assert first["waited_share"] == pytest.approx(2 / 3)
    # Two equal years: luck leaves no doubt.
    assert first["wait_p90_low"] == pytest.approx(first["wait_p90"]) == pytest.approx(first["wait_p90_high"])
    idle = bench_table(result, ("bench",)).query("bench == 'Q'").iloc[0]
    assert np.isnan(idle["wait_p90"])


def test_years_stored_without_waits_say_so_and_keep_their_means() -> None:
    scenario = two_benches()
    claims = claims_at(scenario, [10.0, 10.0], minutes=60.0)
    busy = bench_months(simulate_run(scenario, policy_of("repair_local P"), claims, 1, 0).records, scenario)
    year = SimpleNamespace(year=SimpleNamespace(benches=replace(busy, waits=np.zeros(0, dtype=np.float32))))
    result: Any = SimpleNamespace(names=("now",), of=lambda k: (year,), scenario=scenario, level=0.95)
    row = bench_table(result, ("bench",)).query("bench == 'P'").iloc[0]
    assert np.isnan(row["waited_share"])
    assert row["wait_days"] == pytest.approx(0.5 / 24, abs=1e-5)


def test_months_are_whole_where_the_horizon_has_their_first_day_and_their_last() -> None:
    base = load_scenario("scenarios/base.yaml", set=["horizon.days=400"])
    assert len(horizon_months(base)) == 14
    assert whole_months(base) == horizon_months(base)[:13]
    later = base.replace(horizon=base.horizon.replace(first_day=base.horizon.first_day.replace(day=15), days=60))
    assert horizon_months(later) == ["2027-01", "2027-02", "2027-03"]
    assert whole_months(later) == ["2027-02"]
