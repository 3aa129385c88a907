"""Claims as news for design: which product and fault costs most, where no fault is found, which sales cohorts fail.

Counted are root claims in scope; what follows from a claim, and its cost, counts where its root does. A claim's fault
is the true one: for claims that are never inspected only a simulation knows it.

Control charts: a cohort of sale or lot is held against what it would fail if all cohorts of the product failed alike:
units and days in the horizon's whole months, at the rate of its market and age. Limits follow from the exposure (a
u-chart), are as wide as cohorts next to each other differ (Laney's u'), and leave all points of a sheet together the
stated chance of no false signal.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import NormalDist

import numpy as np
import pandas as pd

from warrantysim.claims.columns import Origin
from warrantysim.claims.lots import lots
from warrantysim.experiment.bench_months import months_of_horizon, whole_months
from warrantysim.experiment.births import births
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.workers import Workers, followed
from warrantysim.journeys.records import Closure, Finding, Run
from warrantysim.money.categories import MONEY, Category, Kind
from warrantysim.money.ledger import Ledger
from warrantysim.money.price_book import price_book
from warrantysim.schema.clock import DAY, NEVER
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

COUNTED = ["failures", "seen", "failure_cost", "recovery", "inspected", "nff"]
"""What is counted by cohort; seen are failures in whole months of the horizon."""
AGES_BY = ["sku", "fault", "market", "sold_month", "age"]
"""What failures are counted by to learn their rates."""
ROUNDS = 4
"""The most times that cohorts are judged."""
LEAST = 5.0
"""Fewer expected failures are not judged [count]."""
_MOVING = 0.954
"""Median distance of two standard normal draws."""


def cohorts_of(claims: pd.DataFrame, scenario: Scenario) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Failures of one run's claims, as of `quality.claims_counted`, by month of sale and lot, and by `AGES_BY`."""
    seen = claims["failures"].where(claims["month"].isin(_window(scenario)), 0.0)
    own = claims.assign(seen=seen, age=claims["month"] - claims["sold_month"])
    cohorts = own.groupby(["sku", "fault", "lot", "sold_month"])[COUNTED].sum().reset_index()
    return cohorts, own.groupby(AGES_BY)["seen"].sum().reset_index()


def judged(cohorts: pd.DataFrame, ages: pd.DataFrame, scenario: Scenario, n: int, level: float) -> pd.DataFrame:
    """Every cohort of every fault, judged; one by month of sale, then one by lot.

    Months found above are left out of the rates the others are held against, and all are judged again.

    Parameters
    ----------
    cohorts, ages : of `cohorts_of` with column replication, over ``n`` replications.

    Returns
    -------
    Columns sku, fault, sold_month, lot (numbers; one of the two is `NONE`), sold, failures, cost, cost_low, cost_high,
    recovery, inspected, nff (of a replication), per_thousand, expected, limit_low, limit_high (failures a thousand
    units sold, in whole months), signal (empty within luck, above, below, few: too few to tell), points_to (lot, or
    `NONE`), excess (failures beyond those expected),
    excess_cost, excess_low, excess_high (what they cost; NaN unless above).
    """
    units, out = _units(scenario), frozenset[tuple[int, int, int]]()
    points = pd.concat([_points(cohorts, units, by, n, level) for by in ("sold_month", "lot")], ignore_index=True)
    for _ in range(ROUNDS):
        found = controlled(_due(points, _expected(units, ages, scenario, out), n), n, level)
        above = found[(found["signal"] == "above") & (found["sold_month"] != NONE)]
        if (now := out | set(zip(above["sku"], above["fault"], above["sold_month"], strict=True))) == out:
            break
        out = now
    found["points_to"] = _lots_behind(found, units)
    found["excess"] = np.where(found["signal"] == "above", found["seen"] - found["due"], np.nan)
    share = found["excess"] / found["failures"].where(found["failures"] > 0)
    for name, column in (("excess_cost", "cost"), ("excess_low", "cost_low"), ("excess_high", "cost_high")):
        found[name] = share * found[column]
    thousand = 1000.0 / found["sold"]
    scaled = {"per_thousand": "seen", "expected": "due", "limit_low": "limit_low", "limit_high": "limit_high"}
    for name, column in scaled.items():
        found[name] = found[column] * thousand
    return found.drop(columns=["due", "seen", "failure_cost"])


def _points(cohorts: pd.DataFrame, units: pd.DataFrame, by: str, n: int, level: float) -> pd.DataFrame:
    """What was counted of each fault in each cohort of a kind that was sold, none counted as none."""
    keys, own = ["sku", "fault", by], cohorts[cohorts[by] != NONE]
    sold = units[units[by] != NONE].groupby(["sku", by])["units"].sum().rename("sold").reset_index()
    part = cohorts[["sku", "fault"]].drop_duplicates().merge(sold, on="sku").sort_values(keys, ignore_index=True)
    at = pd.MultiIndex.from_frame(part[keys])
    means = own.groupby(keys)[COUNTED].sum().reindex(at, fill_value=0.0) / n
    costs = own.pivot_table("failure_cost", keys, "replication", aggfunc="sum", fill_value=0.0)
    interval = t_interval(costs.reindex(index=at, columns=range(n), fill_value=0.0).to_numpy(dtype=float), level)
    cost = {"cost": interval.mean, "cost_low": interval.low, "cost_high": interval.high}
    counts = {name: means[name].to_numpy() for name in COUNTED}
    return part.assign(**counts, **cost, **{"lot" if by == "sold_month" else "sold_month": NONE})


def _due(points: pd.DataFrame, expected: pd.DataFrame, n: int) -> pd.DataFrame:
    """Points with the failures of a replication expected of them."""
    due = np.zeros(len(points))
    for by, mine in (("sold_month", points["lot"] == NONE), ("lot", points["lot"] != NONE)):
        keys = ["sku", "fault", by]
        whole = expected.groupby(keys)["expected"].sum()
        due[mine] = whole.reindex(pd.MultiIndex.from_frame(points.loc[mine, keys]), fill_value=0.0).to_numpy() / n
    return points.assign(due=due)


NONE = -(10**6)
"""No month of sale, or no lot."""


def controlled(points: pd.DataFrame, n: int, level: float) -> pd.DataFrame:
    """Points with limits and what they signal.

    Parameters
    ----------
    points : columns sku, fault, sold_month, lot, seen, due (seen and expected failures of a replication).
    level : chance that no point of a sheet signals where all cohorts fail alike.

    Returns
    -------
    ``points`` with limit_low, limit_high (NaN where too few are expected) and signal.
    """
    told = int((points["due"] * n >= LEAST).sum())
    reach = NormalDist().inv_cdf(0.5 + 0.5 * level ** (1.0 / max(told, 1)))
    parts = [_limits(one, n, reach) for _, one in points.groupby(["sku", "fault"], sort=False)]
    return pd.concat(parts).sort_index() if parts else points.assign(limit_low=0.0, limit_high=0.0, signal="")


def _limits(part: pd.DataFrame, n: int, reach: float) -> pd.DataFrame:
    """Limits of one fault on the scale on which counts of any size scatter alike (Anscombe's root)."""
    seen, due = (part[name].to_numpy(dtype=float) * n for name in ("seen", "due"))
    enough, month = due >= LEAST, part["sold_month"].to_numpy()
    score = 2 * np.sqrt(seen + 0.375) - 2 * np.sqrt(due + 0.125)
    line = score[enough & (month != NONE)][np.argsort(month[enough & (month != NONE)])]
    spread = float(np.median(np.abs(np.diff(line)))) / _MOVING if len(line) > 2 else 1.0
    half = reach * max(spread, 1.0) / 2
    ends = [np.square(np.maximum(np.sqrt(due + 0.125) + side * half, 0.0)) - 0.375 for side in (-1.0, 1.0)]
    low, high = (np.where(enough, np.maximum(end, 0.0) / n, np.nan) for end in ends)
    signal = np.select([~enough, score > 2 * half, score < -2 * half], ["few", "above", "below"], default="")
    return part.assign(limit_low=low, limit_high=high, signal=signal)


def _lots_behind(found: pd.DataFrame, units: pd.DataFrame) -> list[int]:
    """The lot a point above its limit points to: the lot itself; of a month, the worst of those above sold in it."""
    above = found[(found["signal"] == "above") & (found["lot"] != NONE)]
    sold = set(zip(units["lot"], units["sold_month"], strict=True))
    out = []
    for row in found.itertuples():
        mine = above[(above["sku"] == row.sku) & (above["fault"] == row.fault)]
        if row.lot != NONE:
            mine = mine[mine["lot"] == row.lot]
        else:
            mine = mine[np.array([(lot, row.sold_month) in sold for lot in mine["lot"]], dtype=bool)]
        worst = mine.sort_values("seen", ascending=False)["lot"].head(1).tolist()
        out.append(worst[0] if worst and row.signal == "above" else NONE)
    return out


def _window(scenario: Scenario) -> list[int]:
    """Whole months of the horizon, since its first."""
    known = set(whole_months(scenario))
    return [k for k in range(months_of_horizon(scenario)) if scenario.clock.month_label(k) in known]


def _units(scenario: Scenario) -> pd.DataFrame:
    """Units sold by product, market, month of sale and lot (`NONE` for the rest). Of several lots the first holds."""
    sold, known, first = price_book(scenario).sold, lots(scenario), scenario.clock.first_day
    at = sold.month + first.year * 12 + first.month - 1
    left, parts = np.ones(len(sold.units)), []
    for i in range(len(known)):
        mine = np.where(known.touches(i, sold.sku, sold.market, at), left * known.share[i], 0.0)
        left = left - mine
        parts.append((i, mine))
    frames = [
        pd.DataFrame({"sku": sold.sku, "market": sold.market, "sold_month": sold.month, "units": sold.units * share})
        .astype({"sku": np.int64, "market": np.int64})
        .assign(lot=lot)
        for lot, share in (*parts, (NONE, left))
    ]
    whole = pd.concat(frames, ignore_index=True)
    whole = whole[(whole["units"] > 0) & (whole["sold_month"] <= max(_window(scenario), default=NONE))]
    return whole.groupby(["sku", "market", "sold_month", "lot"])["units"].sum().reset_index()


def _expected(
    units: pd.DataFrame, ages: pd.DataFrame, scenario: Scenario, out: frozenset[tuple[int, int, int]]
) -> pd.DataFrame:
    """Failures, of all replications, expected of the units of each row at the rates of months of sale not left out.

    ``out``: (sku, fault, sold_month) left out. Columns sku, fault, sold_month, lot, expected.
    """
    window = np.array(_window(scenario), dtype=np.int64)
    starts = scenario.clock.month_starts("UTC", before=0, after=months_of_horizon(scenario))
    days = np.diff(starts)[window] / DAY
    frames = []
    for (sku, fault), failed in ages.groupby(["sku", "fault"]):
        own = units[units["sku"] == sku]
        if not len(own):
            continue
        month = own["sold_month"].to_numpy()
        age = window[None, :] - month[:, None]
        exposure = own["units"].to_numpy()[:, None] * days * np.where(age > 0, 1.0, 0.5) * (age >= 0)
        cell = own["market"].to_numpy()[:, None], np.maximum(age, 0)
        shape = (len(scenario.market_ids), int(cell[1].max()) + 1)
        left = [one for s, f, one in out if (s, f) == (sku, fault)]
        pooled = _rates(cell, exposure, failed, shape)
        rates = pooled
        if left:
            kept, fails = ~np.isin(month, left), failed[~failed["sold_month"].isin(left)]
            usual = float(np.nansum(pooled[cell][kept] * exposure[kept]))
            rates = _rates((cell[0][kept], cell[1][kept]), exposure[kept], fails, shape)
            rates = np.where(np.isnan(rates), pooled * (fails["seen"].sum() / usual if usual else 1.0), rates)
        due = np.nansum(rates[cell] * exposure, axis=1)
        frames.append(own[["sku", "sold_month", "lot"]].assign(fault=int(failed["fault"].iloc[0]), expected=due))
    empty = pd.DataFrame({name: [] for name in ("sku", "fault", "sold_month", "lot", "expected")})
    return pd.concat(frames, ignore_index=True) if frames else empty


def _rates(
    cell: tuple[np.ndarray, np.ndarray], exposure: np.ndarray, failed: pd.DataFrame, shape: tuple[int, int]
) -> np.ndarray:
    """Failures a unit and day by market and age, NaN where nobody was exposed."""
    count, under = np.zeros(shape), np.zeros(shape)
    failed = failed[(failed["age"] >= 0) & (failed["age"] < shape[1])]
    np.add.at(count, (failed["market"].to_numpy(), failed["age"].to_numpy()), failed["seen"].to_numpy())
    np.add.at(under, tuple(np.broadcast_arrays(*cell)), exposure)
    return np.divide(count, under, out=np.full(shape, np.nan), where=under > 0)


CLAIMS_BY = ["case", "replication", "sku", "fault", "lot", "market", "month"]
"""What claims are counted by; month is that in which they were opened, lot that of the unit, if of any."""
COHORTS_BY = ["replication", "sku", "fault", "sold_month", "age"]
"""What failures are counted by; age is months from the month of sale to that of the claim."""
CLOSURES = {
    "solved": Closure.SOLVED_REMOTELY,
    "denied": Closure.DENIED,
    "lapsed": Closure.LAPSED,
    "refunded": Closure.REFUNDED,
    "replaced": Closure.REPLACED,
    "repaired": Closure.REPAIRED,
    "returned": Closure.RETURNED_UNREPAIRED,
    "platform": Closure.PLATFORM,
}
"""Column of claims that ended so, by closure."""
MEASURES = ["claims", "failures", "cost", "cash", "failure_cost", "recovery", "inspected", "nff", "disputed",
    "dispute_lost", *CLOSURES]  # fmt: skip
"""What is counted: claims, those of units that failed (not filed for gain), what all and what failures cost, what the
supplier pays back [reporting currency], units inspected, of these without fault found, disputes, and ends."""


@dataclass(frozen=True)
class Quality:
    """Claims and failures, a row a group of one replication that has any; products, faults and months are rows of the
    scenario's tuples and months since the horizon's first. `with_names` gives them their names."""

    claims: pd.DataFrame = field(repr=False)
    """Columns `CLAIMS_BY`, `MEASURES`; case is the rule's name."""
    cohorts: pd.DataFrame = field(repr=False)
    """Columns `COHORTS_BY`, claims: units that failed, the same under every rule."""
    sold: pd.DataFrame = field(repr=False)
    """Columns sku, sold_month, sold: units."""
    control: pd.DataFrame = field(repr=False)
    """Cohorts of sale and lots held against control limits: columns case and those of `quality.judged`."""
    replications: int
    """Replications behind them [count]."""
    cancelled: bool = False
    """Whether it was stopped before the last one."""


def quality(
    scenario: Scenario,
    policies: Mapping[str, Policy],
    replications: range,
    *,
    seed: int,
    jobs: Workers = 1,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Quality:
    """Run each rule on the same claims and count; stopped, it keeps the replications done.

    Raises
    ------
    ValueError
        For no rule or no replication.
    """
    claims: list[pd.DataFrame] = []
    cohorts: list[pd.DataFrame] = []
    by_cohort: dict[str, list[pd.DataFrame]] = {name: [] for name in policies}
    by_age: dict[str, pd.DataFrame] = {}
    work = partial(_counted, names=tuple(policies))
    rules = tuple(policies.values())
    stream = followed(work, scenario, rules, seed, replications, jobs=jobs, progress=progress, cancel=cancel)
    for k, (each, failed, by_case) in enumerate(stream):
        claims.append(each.assign(replication=k))
        cohorts.append(failed.assign(replication=k))
        for name, (own, ages) in by_case.items():
            by_cohort[name].append(own.assign(replication=k))
            known = [by_age[name], ages] if name in by_age else [ages]
            by_age[name] = pd.concat(known).groupby(AGES_BY)["seen"].sum().reset_index()
    return Quality(
        pd.concat(claims, ignore_index=True)[[*CLAIMS_BY, *MEASURES]],
        pd.concat(cohorts, ignore_index=True)[[*COHORTS_BY, "claims"]],
        _sold(scenario),
        pd.concat(
            [
                judged(
                    pd.concat(by_cohort[name]), by_age[name], scenario, len(claims), scenario.plan.confidence
                ).assign(case=name)
                for name in policies
            ],
            ignore_index=True,
        ),
        len(claims),
        len(claims) < len(replications),
    )


def _counted(
    scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int, *, names: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, tuple[pd.DataFrame, pd.DataFrame]]]:
    born = births(scenario, seed, replication)
    frames: list[pd.DataFrame] = []
    failed, by_case = pd.DataFrame(), {}
    for name, policy in zip(names, policies, strict=True):
        claims = claims_counted(*priced_run(scenario, policy, born, seed, replication), scenario)
        if not frames:
            own = claims[claims["failures"] > 0].assign(age=claims["month"] - claims["sold_month"])
            failed = own.groupby(COHORTS_BY[1:])["failures"].sum().rename("claims").reset_index()
        frames.append(claims.groupby(CLAIMS_BY[2:])[MEASURES].sum().reset_index().assign(case=name))
        by_case[name] = cohorts_of(claims, scenario)
    return pd.concat(frames, ignore_index=True), failed, by_case


def claims_counted(run: Run, ledger: Ledger, scenario: Scenario) -> pd.DataFrame:
    """Root claims in scope of one run, a row each.

    Returns
    -------
    Columns sku, fault, market (rows), lot (row, or `NONE`), sold_month, month (since the horizon's first,
    market time), `MEASURES`.
    """
    r = run.records
    rows = np.flatnonzero(r.in_scope & (r.claims.generation == 0))
    finding, failed = r.finding[rows], r.claims.origin[rows] != Origin.OPPORTUNISTIC
    roots = r.claims.root[rows]
    cost, cash = (booked_to(roots, ledger, kind) for kind in (None, MONEY))
    credit = booked_to(roots, ledger.take(ledger.category == Category.SUPPLIER_RECOVERY))
    return pd.DataFrame(
        {
            "sku": r.claims.sku[rows].astype(np.int64),
            "fault": r.claims.fault[rows].astype(np.int64),
            "market": r.claims.market[rows].astype(np.int64),
            "lot": np.where(r.claims.lot[rows] < 0, NONE, r.claims.lot[rows].astype(np.int64)),
            "sold_month": _months(scenario, r.claims.market[rows], r.claims.sold[rows]),
            "month": _months(scenario, r.claims.market[rows], r.claims.opened[rows]),
            "claims": 1.0,
            "failures": failed.astype(float),
            "cost": cost,
            "cash": cash,
            "failure_cost": np.where(failed, cost, 0.0),
            "recovery": -credit,
            "inspected": ((finding != Finding.NONE) & (finding != Finding.LOST) & (r.arrived[rows] > NEVER)).astype(
                float
            ),
            "nff": (finding == Finding.NFF).astype(float),
            "disputed": r.disputed[rows].astype(float),
            "dispute_lost": r.dispute_lost[rows].astype(float),
            **{name: (r.closure[rows] == closure).astype(float) for name, closure in CLOSURES.items()},
        }
    )


def booked_to(roots: np.ndarray, ledger: Ledger, kind: Collection[Kind] | None = None) -> np.ndarray:
    """What lines in scope book to each of some root claims, by their numbers (``claims.root``): those of claims born,
    which are no rows of the records where some were never filed. Shape of ``roots``."""
    size = 1 + max(int(ledger.root.max(initial=-1)), int(roots.max(initial=-1)))
    found: np.ndarray = ledger.grid(("root",), (size,), kind=kind, in_scope=True)[roots]
    return found


def _months(scenario: Scenario, market: np.ndarray, stamps: np.ndarray) -> np.ndarray:
    """Month of each stamp in its market's time zone. int64, shape of ``stamps``."""
    out = np.zeros(len(stamps), dtype=np.int64)
    for m, name in enumerate(scenario.market_ids):
        out[market == m] = scenario.clock.months(stamps[market == m], scenario.markets[name].time_zone)
    return out


def _sold(scenario: Scenario) -> pd.DataFrame:
    """Units sold by product and month."""
    units = price_book(scenario).sold
    frame = pd.DataFrame({"sku": units.sku.astype(np.int64), "sold_month": units.month, "sold": units.units})
    return frame.groupby(["sku", "sold_month"])["sold"].sum().reset_index()


def quality_names(frame: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Names of products, faults and markets and labels of months (``2027-01``) in place of their numbers."""
    terms: dict[str, Sequence[str]] = {
        "sku": scenario.sku_ids,
        "fault": [row.fault for row in scenario.faults],
        "market": scenario.market_ids,
    }
    out = frame.copy()
    for name in out.columns.intersection(list(terms)):
        out[name] = np.array(terms[name], dtype=object)[out[name].to_numpy()]
    for name in out.columns.intersection(["month", "sold_month"]):
        known = {k: "" if k == NONE else scenario.clock.month_label(k) for k in out[name].unique().tolist()}
        out[name] = out[name].map(known)
    called = {NONE: "", **dict(enumerate(row.lot for row in sorted(scenario.lots, key=lambda row: (row.sku, row.lot))))}
    for name in out.columns.intersection(["lot", "points_to"]):
        out[name] = out[name].map(called)
    return out
