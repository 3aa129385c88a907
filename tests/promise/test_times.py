"""A time that is promised is one that was measured, holds on fresh luck, and is flagged where it no longer does."""

from __future__ import annotations

import numpy as np
import pytest

from tests.promise.seller import MARKETS, seller, years
from warrantysim.experiment.births import births
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.service import promises
from warrantysim.files.loading import load
from warrantysim.packs import SCENARIOS
from warrantysim.promise.times import FRESH, LONGEST, MeasuredTimes, again, at_once, days_between, measured_times, times
from warrantysim.schema.dispositions import RETURNLESS
from warrantysim.schema.promise import STEPS, PromisedTime
from warrantysim.schema.root import Scenario

WHAT_IFS = ("freight-up-40", "flatfix-out", "nff-up-10", "new-year-doubled", "benchlease-out")


def untold(scenario: Scenario) -> Scenario:
    return scenario.replace(promised_times=())


def test_measured_times_are_those_operations_count() -> None:
    run, _ = priced_run(seller(), seller().policy, births(seller(), 7, 0), 7, 0)
    counted = promises(run.records, seller(), range(5, 6))
    rows = counted[(counted["promise"] == "inspection") & (counted["market"] != "")]
    for m, market in enumerate(MARKETS):
        mine = years().working[0, m, STEPS.index("inspection")]
        row = rows[rows["market"] == market].iloc[0]
        assert (mine.sum(), mine[: 5 + 1].sum()) == (row["claims"], row["met"])


def test_days_are_counted_as_the_dates_beside_them_are_apart() -> None:
    friday, hour = np.datetime64("2027-01-01"), 3600
    begin = np.array([23, 9, 9, 9 + 24, 9]) * hour
    end = np.array([25, 17, 9 + 3 * 24, 9 + 3 * 24, 0]) * hour
    assert days_between(friday, begin, end, False).tolist() == [1, 0, 3, 2, 0]
    assert days_between(friday, begin, end, True).tolist() == [1, 0, 1, 0, 0]


def test_a_proposed_time_is_the_least_that_luck_cannot_break() -> None:
    for time in times(untold(seller()), years(), 0.95):
        assert time.low >= time.quantile
        assert not time.stated
        assert time.needs <= time.days
        assert time.shorter <= time.kept


def test_a_time_the_seller_states_is_held_against_its_own_share() -> None:
    row = next(row for row in seller().promised_times if (row.market, row.step) == ("US", "closed"))
    tight = seller().replace(promised_times=(row.replace(days=9),))
    time = next(t for t in times(tight, years(), 0.95) if (t.market, t.step) == ("US", "closed"))
    assert time.stated
    assert time.verdict == "late"
    assert time.needs > 9
    loose = seller().replace(promised_times=(row.replace(days=9, quantile=0.6),))
    found = next(t for t in times(loose, years(), 0.95) if (t.market, t.step) == ("US", "closed"))
    assert found.verdict == "holds"


def counted(*years_: tuple[int, int]) -> MeasuredTimes:
    """Years of claims that come to a first answer in the US: of each how many within two days, and how many."""
    calendar = np.zeros((len(years_), len(MARKETS), len(STEPS), LONGEST + 2), dtype=np.int64)
    for year, (kept, of) in enumerate(years_):
        calendar[year, 0, 0, 1], calendar[year, 0, 0, 30] = kept, of - kept
    return MeasuredTimes(calendar, calendar, np.zeros((len(years_), 4, 1, 6)), np.zeros((len(years_), 4)))


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        ([(945, 1000), (950, 1000), (940, 1000)], "holds"),
        ([(895, 1000), (905, 1000), (899, 1000)], "luck"),
        ([(800, 1000), (805, 1000), (810, 1000)], "late"),
        ([(700, 1000), (990, 1000), (990, 1000)], "luck"),  # A queue of one year, not thousands of independent claims.
        ([(8, 8), (8, 8), (9, 9)], "few"),  # All kept, and yet no proof of nine in ten.
        ([(3, 4), (4, 4)], "few"),
        ([(500, 1000)], "few"),  # One year tells nothing of how years differ.
    ],
)
def test_a_time_is_flagged_only_below_its_share_beyond_what_luck_explains(
    seen: list[tuple[int, int]], verdict: str
) -> None:
    stated = PromisedTime(market="US", step="answer", days=2)
    asked = seller().replace(promised_times=(stated,))
    assert times(asked, counted(*seen), 0.95)[0].verdict == verdict


def test_a_promise_just_kept_is_hardly_ever_flagged_and_a_broken_one_nearly_always() -> None:
    draws = np.random.default_rng(7)
    stated = seller().replace(promised_times=(PromisedTime(market="US", step="answer", days=2),))

    def flagged(share: float, years_: int) -> float:
        all_ = [
            times(stated, counted(*((int(draws.binomial(300, share)), 300) for _ in range(years_))), 0.95)[0].verdict
            for _ in range(150)
        ]
        return all_.count("late") / len(all_)

    for count in (2, 4, 20):
        assert flagged(0.9, count) <= 0.05
    assert flagged(0.85, 20) >= 0.95


def test_nobody_waits_for_a_bench_where_another_unit_leaves_at_once() -> None:
    faster = at_once(seller().policy)
    assert faster is not None
    assert {zone.do for rule in faster.rules for zone in rule.zones} <= set(RETURNLESS)
    assert at_once(faster) is None
    now, then = measured_times(seller(), [seller().policy, faster], range(1), seed=7)
    closed = STEPS.index("closed")
    for m, _ in enumerate(MARKETS):
        days = [np.searchsorted(np.cumsum(found.calendar[0, m, closed]), 0.9 * found.calendar[0, m, closed].sum())
                for found in (now, then)]  # fmt: skip
        assert days[1] < days[0]
    assert then.costs.sum() > now.costs.sum()


def test_years_that_check_are_none_that_propose() -> None:
    assert seller().plan.replications * 1000 < FRESH


@pytest.mark.slow
@pytest.mark.parametrize("name", ["base", *WHAT_IFS])
def test_proposed_times_hold_on_fresh_years_in_every_market(name: str) -> None:
    scenario = untold(load(SCENARIOS / f"{name}.yaml").scenario)
    found, fresh = (
        measured_times(scenario, [scenario.policy], range(first, first + 20), seed=scenario.plan.seed)[0]
        for first in (0, FRESH)
    )
    promised = times(scenario, found, 0.95)
    assert {time.market for time in promised} == set(scenario.market_ids)
    held = [again(scenario, time, fresh, 0.95) for time in promised]
    assert [(t.market, t.step, t.days) for t in held if t.kept < t.quantile] == []
