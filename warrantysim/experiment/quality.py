"""Claims as news for design: which product and fault costs most, where no fault is found, which sales cohorts fail.

Counted are root claims in scope; what follows from a claim, and its cost, counts where its root does. A claim's fault
is the true one: for claims that are never inspected only a simulation knows it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from warrantysim.claims.columns import Origin
from warrantysim.experiment.births import births
from warrantysim.experiment.cohort_control import AGES_BY, NONE, cohorts_of, judged
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.workers import Workers, followed
from warrantysim.journeys.records import Closure, Finding, Run
from warrantysim.money.categories import MONEY, Category, Kind
from warrantysim.money.ledger import Ledger
from warrantysim.money.price_book import price_book
from warrantysim.schema.clock import NEVER
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

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
    """Cohorts of sale and lots held against control limits: columns case and those of `cohort_control.judged`."""
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
