"""Times as promises: how long each step of a claim takes under a rule, and within how many days it may be promised.

A step is measured on the journeys simulated, claims that follow others included: the first answer and the label from
the message on; the test from the arrival of the product on, in days from Monday to Friday; replacement, repaired
product or money under way from the arrival on, or from the message where nothing is sent; and all of it from message to
end. How long a customer keeps a label is his time: only the last of these counts it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, cast

import numpy as np

from warrantysim.experiment.births import births
from warrantysim.experiment.intervals import clustered_share, t_interval
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.workers import Workers, followed
from warrantysim.experiment.year import days_to_resolved, simulated_year
from warrantysim.journeys.records import Closure, Records, Route, Source, is_routed
from warrantysim.schema.clock import DAY, NEVER
from warrantysim.schema.policy import Policy
from warrantysim.schema.promise import STEPS, PromisedTime, Step
from warrantysim.schema.root import Scenario

ENDS = ("repaired", "replaced", "refunded", "sent_in", "refurbished", "all")
"""What became of claims that a rule of the seller decided: the product came back repaired, another came, the price; and
of all these, for how many a label was sent, and for how many another product came from the pool."""
RARE = 0.01
"""Share of claims below which what becomes of them is not told."""
LONGEST = 400
"""Days up to which waits are told apart [days]."""
WORKING = frozenset({"inspection"})
"""Steps that are promised in working days where the seller says nothing else."""
QUANTILE = 0.9
"""Share of claims a time is proposed for."""
FRESH = 1_000_000
"""First replication of those that hold a promise against luck nothing was chosen by."""


class TimesSeen(NamedTuple):
    """One policy in one replication. Days are counted as `days_between` does."""

    calendar: np.ndarray
    """Claims by market, step and days, shape (markets, steps, LONGEST + 2) [count]."""
    working: np.ndarray
    """The same in days from Monday to Friday [count]."""
    ends: np.ndarray
    """Claims by market, product and what became of them, shape (markets, skus, len(ENDS)) [count]."""
    costs: np.ndarray
    """Total cost by market [reporting currency]."""


@dataclass(frozen=True)
class MeasuredTimes:
    """A policy over replications; the first axis of every array is replications, the others as `TimesSeen` has them."""

    calendar: np.ndarray
    working: np.ndarray
    ends: np.ndarray
    costs: np.ndarray

    def days(self, working: bool) -> np.ndarray:
        """Claims by replication, market, step and days [count]."""
        return self.working if working else self.calendar


def measured_times(
    scenario: Scenario,
    policies: Sequence[Policy],
    replications: range,
    *,
    seed: int,
    jobs: Workers = 1,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> list[MeasuredTimes]:
    """Each policy on the same claims, in their order; stopped, with the replications done."""
    each = list(followed(_seen, scenario, policies, seed, replications, jobs=jobs, progress=progress, cancel=cancel))
    return [
        MeasuredTimes(*(np.stack(parts) for parts in zip(*years, strict=True))) for years in zip(*each, strict=True)
    ]


def _seen(scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int) -> list[TimesSeen]:
    claims, found = births(scenario, seed, replication), []
    for policy in policies:
        run, ledger = priced_run(scenario, policy, claims, seed, replication)
        year = simulated_year(run, ledger, scenario, replication)
        costs = np.bincount(year.market, year.cash + year.expected, minlength=len(scenario.market_ids))
        found.append(TimesSeen(*_waits(run.records, scenario), _ends(run.records, scenario), costs))
    return found


def _ends(r: Records, scenario: Scenario) -> np.ndarray:
    ours = r.in_scope & is_routed(r.route)
    each = [
        *(ours & (r.closure == closure) for closure in (Closure.REPAIRED, Closure.REPLACED, Closure.REFUNDED)),
        ours & r.label_issued,
        ours & (r.source == Source.POOL),
        ours,
    ]
    shape = (len(scenario.market_ids), len(scenario.sku_ids))
    cell = r.claims.market.astype(np.int64) * shape[1] + r.claims.sku
    counts = [np.bincount(cell[among], minlength=shape[0] * shape[1]).reshape(shape) for among in each]
    return np.stack(counts, axis=-1)


def _waits(r: Records, scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    markets, first = len(scenario.market_ids), np.datetime64(scenario.clock.date(0), "D")
    shape = (markets, len(STEPS), LONGEST + 2)
    calendar, working = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for k, (begin, end) in enumerate(step_spans(r)):
        rows = np.flatnonzero(r.in_scope & (begin > NEVER) & (end > NEVER))
        market = r.claims.market[rows].astype(np.int64)
        for counts, of_week in ((calendar, False), (working, True)):
            each = days_between(first, begin[rows], end[rows], of_week)
            cell = market * (LONGEST + 2) + np.clip(each, 0, LONGEST + 1)
            counts[:, k] = np.bincount(cell, minlength=markets * (LONGEST + 2)).reshape(markets, -1)
    return calendar, working


def days_between(first: np.datetime64, begin: np.ndarray, end: np.ndarray, working: bool) -> np.ndarray:
    """Days from one stamp to another as a customer counts them on the calendar: the day of the first is not one of
    them, that of the last is. ``working``: from Monday to Friday alone; what begins on a weekend begins on the Monday.
    ``first``: the day of stamp 0.
    """
    from_, to = (first + (stamps // DAY).astype("timedelta64[D]") for stamps in (begin, end))
    return np.maximum(np.busday_count(from_, to) if working else (to - from_).astype(np.int64), 0)


def step_spans(r: Records) -> list[tuple[np.ndarray, np.ndarray]]:
    """From when to when each step of `STEPS` takes; `NEVER` where a claim does not come to it. Arrays of shape (n,)."""
    opened = r.claims.opened
    sent = np.where(r.refunded > NEVER, r.refunded, r.shipped)
    both = (r.refunded > NEVER) & (r.shipped > NEVER)
    sent = np.where(both, np.minimum(r.refunded, r.shipped), sent)
    ours = is_routed(r.route)
    ended = r.resolved > NEVER
    closed = np.full(len(r), NEVER)
    closed[ended] = opened[ended] + np.rint(days_to_resolved(r, np.flatnonzero(ended)) * DAY).astype(np.int64)
    return [
        (opened, r.answered),
        (np.where(r.label_issued, opened, NEVER), r.routed),
        (r.arrived, np.where(r.tested > NEVER, r.tested, r.bench_start)),
        (np.where(ours, np.maximum(opened, r.arrived), NEVER), sent),
        (np.where(r.route == Route.PLATFORM, NEVER, opened), closed),
    ]


@dataclass(frozen=True)
class Time:
    """A time for one step in one market, stated by the seller or proposed, and what was measured of it."""

    market: str
    """Market [id]."""
    step: str
    """One of `STEPS`."""
    days: int
    """Within so many days [days]."""
    working: bool
    """Whether days from Monday to Friday are meant."""
    quantile: float
    """Share of claims it is to hold for [share]."""
    stated: bool
    """Whether the seller states it; else it is proposed."""
    claims: float
    """Claims a replication that come to the step [count]."""
    kept: float
    """Share of these within the days [share]."""
    low: float
    """Lower end of its interval [share]."""
    high: float
    """Upper end [share]."""
    sure: float
    """Lower end where every claim counted had been kept: the most that so few claims or years can prove [share]."""
    needs: int
    """Days the share takes as measured now [days]."""
    shorter: float
    """Share kept if one day less were promised [share]."""

    @property
    def verdict(self) -> Literal["holds", "luck", "few", "late"]:
        """``late``: below its share beyond what luck explains, which alone is flagged; ``few``: too few claims or years
        to tell, since not even all kept would prove it; ``luck``: below its share, but luck explains that."""
        if self.high < self.quantile:
            return "late"
        if self.sure < self.quantile:
            return "few"
        return "holds" if self.kept >= self.quantile else "luck"


def stated_times(scenario: Scenario, market: str) -> list[Time]:
    """Times the seller states in a market, with nothing measured of them."""
    unknown = (np.nan,) * 5
    return [
        Time(market, row.step, row.days, row.working, row.quantile, True, *unknown, row.days, np.nan)
        for row in scenario.promised_times
        if row.market == market
    ]


def times(scenario: Scenario, found: MeasuredTimes, level: float, share: float = QUANTILE) -> list[Time]:
    """Every step customers of a market come to: as the seller states it, else proposed.

    What is proposed is the least number of days which even the lower end of the interval keeps for ``share`` of the
    claims, so that fresh luck keeps it too. Nothing is proposed where even `LONGEST` days do not.
    """
    stated = {(row.market, row.step): row for row in scenario.promised_times}
    rows = []
    for m, market in enumerate(scenario.market_ids):
        for k, step in enumerate(STEPS):
            row = _time(market, step, stated.get((market, step)), found, (m, k), level, share)
            if row is not None:
                rows.append(row)
    return rows


def again(scenario: Scenario, time: Time, found: MeasuredTimes, level: float) -> Time:
    """The same promise held against other luck or another rule."""
    place = scenario.market_ids.index(time.market), STEPS.index(cast("Step", time.step))
    same = PromisedTime(
        market=time.market, step=cast("Step", time.step), days=time.days, working=time.working, quantile=time.quantile
    )
    held = _time(time.market, time.step, same, found, place, level, time.quantile)
    return time if held is None else held


def _time(
    market: str,
    step: str,
    stated: PromisedTime | None,
    found: MeasuredTimes,
    cell: tuple[int, int],
    level: float,
    share: float,
) -> Time | None:
    working = stated.working if stated is not None else step in WORKING
    counts = found.days(working)[:, cell[0], cell[1]]
    claims = counts.sum(axis=1)
    if not claims.sum():
        return None
    kept, low, high = clustered_share(counts.cumsum(axis=1), claims, level)  # each of shape (days,)
    quantile = stated.quantile if stated is not None else share
    least = np.flatnonzero(kept >= quantile)
    sure = np.flatnonzero((low >= quantile) | (kept == 1))
    days = stated.days if stated is not None else max(1, int(sure[0]))
    if days > LONGEST:
        return None
    return Time(
        *(market, step, days, working, quantile, stated is not None, float(claims.mean()), float(kept[days])),
        *(float(low[days]), float(high[days]), float(clustered_share(claims[:, None], claims, level)[1][0])),
        *(max(1, int(least[0])), float(kept[days - 1])),
    )


def became(scenario: Scenario, found: MeasuredTimes, market: str, skus: Sequence[str]) -> frozenset[str]:
    """What becomes of claims for some products in a market, of `ENDS`; what is rare is left out."""
    rows = [scenario.sku_ids.index(sku) for sku in skus]
    counts = found.ends[:, scenario.market_ids.index(market), rows].sum(axis=(0, 1))
    return frozenset(name for name, n in zip(ENDS, counts, strict=True) if n > RARE * counts[-1])


def at_once(policy: Policy) -> Policy | None:
    """The rule by which nobody waits for a bench: another unit leaves where it sends products in; None where it sends
    none."""
    from warrantysim.schema.dispositions import NEW_UNIT, RETURNLESS

    rules = []
    for rule in policy.rules:
        zones = [z if z.do in RETURNLESS else z.replace(do=NEW_UNIT, partner=None) for z in rule.zones]
        rules.append(rule.replace(zones=tuple(zones)))
    changed = policy.replace(name=f"{policy.name} at once", title=None, rules=tuple(rules))
    return None if changed.rules == policy.rules else changed


def price_of_faster(
    scenario: Scenario, found: Sequence[MeasuredTimes], promised: Sequence[Time], level: float
) -> list[dict[str, object]]:
    """What it costs by market to send another unit wherever products are sent in today, and how many days that takes
    off what nine in ten wait. ``found``: today's rule, and `at_once`."""
    rows: list[dict[str, object]] = []
    for now in (time for time in promised if time.step == "closed"):
        m = scenario.market_ids.index(now.market)
        then = again(scenario, now, found[1], level)
        extra = t_interval(found[1].costs[:, m] - found[0].costs[:, m], level)
        saved = now_needs - then.needs if (now_needs := again(scenario, now, found[0], level).needs) else 0
        rows.append({
            "market": now.market, "days": now_needs, "then_days": then.needs, "cost": float(extra.mean),
            "low": float(extra.low), "high": float(extra.high),
            "per_day": float(extra.mean) / saved if saved > 0 else np.nan,
            "per_claim": float(extra.mean) / now.claims,
        })  # fmt: skip
    return rows
