"""Exclusions of a warranty as levers: what denying their claims costs, and what covering them would.

Covered, a claim is handled as any other, and more owners make it: how many more is assumed, with a range, by rows of
`packs/promise/exclusions.csv`, where the scenario states nothing. What the law does not let a warranty leave out is
not offered to be left out.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from warrantysim import packs
from warrantysim.analysis.cases import Cancel, Case, Progress, per_year
from warrantysim.analysis.sweeps import Position, Sweep, each_position
from warrantysim.claims.columns import Claims
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.quality import booked_to
from warrantysim.experiment.replicate import each_policy, priced_run
from warrantysim.experiment.service import NINE_IN_TEN, days_quantile
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.experiment.summary import Failure, summary
from warrantysim.experiment.workers import Workers, results
from warrantysim.journeys.records import Closure, Run
from warrantysim.money.categories import PART_OF, Category, CostPart
from warrantysim.money.ledger import Ledger
from warrantysim.schema.policy import Policy
from warrantysim.schema.promise import EXCLUSIONS, Exclusion
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

ONCE = ("accident",)
"""Exclusions that may be covered in the first claim of a unit only."""
LEFT_OUT = "left_out"
"""Position of an exclusion that is covered as stated."""
REFUSED = (Closure.DENIED, Closure.RETURNED_UNREPAIRED)
"""How claims end that an exclusion refuses: at the evidence, or when the bench has seen the unit."""
OF_DENIALS = {
    "handling": [c for c, part in PART_OF.items() if part == CostPart.HANDLING],
    "offers": [Category.COUPON, Category.PAID_REPAIR],
    "disputes": [Category.DISPUTE],
    "reviews": [Category.WAITING, Category.REVIEW, Category.DISPUTE_SHADOW, Category.GIVEN_UP],
}
"""What a denial costs, by the categories of its lines; what remains is ``other``."""
COUNTED = ("claims", "denied", "disputed", *OF_DENIALS, "other", "served")
"""What is told of an exclusion: claims, those refused, those disputed; what refused ones cost, and what the others do,
who were not recognised."""


def stated_exclusions(s: Scenario) -> list[Exclusion]:
    """Exclusions that faults of products name, in the order they are written."""
    sold = {row.sku for row in s.sales} | {row.sku for row in s.claims_table}
    named = {row.exclusion for row in s.faults if row.kind == "excluded" and row.share > 0 and row.sku in sold}
    return [name for name in EXCLUSIONS if name in named]


def uplift_range(s: Scenario, name: Exclusion) -> tuple[float, float, float]:
    """Claims where it is covered against those where it is not: as stated or usual, the least and the most."""
    stated = packs.row("promise/exclusions", exclusion=name)
    low, usual, high = (float(stated[at]) for at in ("low", "uplift", "high"))
    at = s.births.covered_uplift.get(name, usual)
    return at, min(at, low), max(at, high)


def barred(s: Scenario) -> Iterator[tuple[Exclusion, str, str]]:
    """Exclusions the law does not let the warranty have, as it is designated: exclusion, market, article."""
    regimes = {row["country"]: row["regimes"].split("|") for row in packs.rows("promise/regimes")}
    day = s.promise.valid_from or s.horizon.first_day
    for market, stated in s.markets.items():
        for row in packs.rows("promise/exclusion_law"):
            begun = not row["from"] or dt.date.fromisoformat(row["from"]) <= day
            same = row["designation"] in ("", s.promise.designation)
            if row["regime"] in regimes.get(stated.country, ()) and begun and same:
                yield next(name for name in EXCLUSIONS if name == row["exclusion"]), market, row["article"]


def changed_cover(s: Scenario) -> Iterator[tuple[str, str, Scenario]]:
    """Each exclusion covered, or left out where it is covered: exclusion, how, and the scenario then."""
    own, illegal = s.promise, {name for name, _, _ in barred(s)}
    for name in stated_exclusions(s):
        faults = [row for row in s.faults if row.exclusion == name and row.kind == "excluded"]
        if name not in own.exclusions:
            if name not in illegal:
                yield name, LEFT_OUT, s.replace(promise=own.replace(exclusions=(*own.exclusions, name)))
            continue
        uplift = {**s.births.covered_uplift, name: uplift_range(s, name)[0]}
        more = s.births.replace(covered_uplift=uplift)
        ways: list[tuple[str, dict[str, object]]] = [
            ("covered", {"exclusions": tuple(one for one in own.exclusions if one != name)})
        ]
        if name in ONCE and name not in own.covered_once:
            ways.insert(0, ("once", {"covered_once": (*own.covered_once, name)}))
        left = sorted({row.capacity_share for row in faults if row.capacity_share is not None})
        dearer = [share for share in left if share > (own.battery_capacity_share or 0.0)]
        ways[:0] = [(f"{share:.0%}", {"battery_capacity_share": share}) for share in dearer]
        if dearer and len(dearer) == len({row.capacity_share for row in faults}):
            ways.pop()  # To cover as much as ever is left is to cover all.
        for how, change in ways:
            yield name, how, s.replace(promise=own.replace(**change), births=more)


def run_exclusions(
    stated: Case,
    positions: Sequence[Position],
    replications: range,
    seed: int,
    *,
    left_out: Sequence[tuple[str, str, str]] = (),
    jobs: Workers = 1,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Sweep:
    """As `sweeps.run_sweep`, with what claims of each exclusion come to as stated and at every position.

    Raises
    ------
    ReplicationFailed
        If a run broke.
    """
    import pandas as pd

    names = tuple(stated_exclusions(stated.scenario))

    def run(case: Case) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
        stream = results(partial(_year, names=names), case.scenario, [case.policy], seed, replications, jobs=jobs)
        years: list[tuple[float, np.ndarray, int, SimulatedYear]] = []
        for year in stream:
            if isinstance(year, Failure):
                raise ReplicationFailed(year)
            years.append(year)
        scale = per_year(case.scenario)
        totals, counts, claims, served = zip(*years, strict=True)
        waits = days_quantile(served, NINE_IN_TEN)
        return np.array(totals) * scale, np.array(counts) * scale, float(np.mean(claims)) * scale, waits

    def told(item: str, at: str, counts: np.ndarray) -> pd.DataFrame:
        index = pd.MultiIndex.from_product([range(len(replications)), names], names=["replication", "exclusion"])
        frame = pd.DataFrame(counts.reshape(-1, len(COUNTED)), index=index, columns=list(COUNTED)).reset_index()
        return frame.assign(item=item, position=at)

    base, counts, claims, waits = run(stated)

    def at(position: Position) -> tuple[np.ndarray, pd.DataFrame, list[np.ndarray], np.ndarray]:
        cost, counts, _, waits = run(position.case)
        ends = [cost if case is position.case else run(case)[0] for case in _at_ends(position)]
        return cost, told(position.item, position.at, counts), ends, waits

    found = list(each_position(positions, at, progress, cancel))
    done, shape = tuple(positions[: len(found)]), (len(found), len(base))
    return Sweep(
        "exclusions", stated, done, base, np.array([cost for cost, *_ in found]).reshape(shape), seed,
        tuple(left_out), cancelled=len(done) < len(positions), claims=claims,
        excluded=pd.concat([told("", "", counts), *(tally for _, tally, *_ in found)], ignore_index=True),
        ends=np.array([ends for _, _, ends, _ in found]).reshape(len(done), 2, len(base)),
        waits=np.array([waits, *(one for *_, one in found)]),
    )  # fmt: skip


def _at_ends(position: Position) -> Iterator[Case]:
    """A position where the fewest and where the most more claim; itself where it says nothing of that."""
    births, name = position.case.scenario.births, _named(position.item)
    usual, *ends = uplift_range(position.case.scenario, name)
    for end in ends:
        if end == usual or position.at == LEFT_OUT:
            yield position.case
            continue
        more = births.replace(covered_uplift={**births.covered_uplift, name: end})
        yield replace(position.case, scenario=position.case.scenario.replace(births=more))


def _year(
    scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int, *, names: Sequence[str]
) -> tuple[float, np.ndarray, int, SimulatedYear] | Failure:
    """Total cost, `COUNTED` of each exclusion, shape (exclusions, columns), root claims, and the year."""

    def counted(k: int, policy: Policy, claims: Claims) -> tuple[float, np.ndarray, int, SimulatedYear]:
        return _counted(scenario, names, *priced_run(scenario, policy, claims, seed, replication))

    return each_policy(scenario, policies, seed, replication, counted)[0]


def _counted(
    scenario: Scenario, names: Sequence[str], run: Run, ledger: Ledger
) -> tuple[float, np.ndarray, int, SimulatedYear]:
    r = run.records
    at = {name: k for k, name in enumerate(names)}
    of = np.array([at.get(row.exclusion or "", -1) for row in scenario.faults])
    roots = r.in_scope & (r.claims.generation == 0)
    mine = np.flatnonzero(roots & (of[r.claims.fault] >= 0))
    group, refused = of[r.claims.fault[mine]], np.isin(r.closure[mine], REFUSED)

    def booked(categories: Sequence[Category] | None = None) -> np.ndarray:
        lines = ledger if categories is None else ledger.take(np.isin(ledger.category, [int(c) for c in categories]))
        return booked_to(r.claims.root[mine], lines)

    cost = booked()
    parts = {name: np.where(refused, booked(categories), 0.0) for name, categories in OF_DENIALS.items()}
    other = np.where(refused, cost, 0.0) - sum(parts.values())
    columns = [np.ones(len(mine)), refused, r.disputed[mine], *parts.values(), other, np.where(refused, 0.0, cost)]
    counts = np.stack([np.bincount(group, np.asarray(c, dtype=float), len(names)) for c in columns], axis=1)
    told = summary(run, ledger, scenario, 0, 0)
    return told.total, counts, int(roots.sum()), told.year


def cover_worth(found: Sweep) -> pd.DataFrame:
    """What each position of a sweep of exclusions makes of the claims of its own, a row a position, a year: claims and
    cost as stated and then, times (how many more claim), and how the total differs with the fewest and the most more.
    """
    import pandas as pd

    assert found.excluded is not None, "a sweep of exclusions counts them"
    assert found.ends is not None, "and runs the ends"
    year = found.excluded.assign(cost=found.excluded[[*OF_DENIALS, "other", "served"]].sum(axis=1))
    by = year.groupby(["item", "position", "exclusion"])[["claims", "cost"]].mean()
    then = [("", "", p.item) for p in found.positions], [(p.item, p.at, p.item) for p in found.positions]
    now, later = (by.loc[keys].reset_index(drop=True) for keys in then)
    frame = pd.concat([now, later.add_suffix("_then")], axis=1)
    whole = (1.0, 1.0, 1.0)
    ranges = [whole if p.at == LEFT_OUT else uplift_range(p.case.scenario, _named(p.item)) for p in found.positions]
    for k, name in enumerate(("times", "times_low", "times_high")):
        frame[name] = [one[k] for one in ranges]
    for k, name in enumerate(("fewest", "most")):
        ends = t_interval(found.ends[:, k] - found.base, found.level)
        frame[name], frame[f"{name}_low"], frame[f"{name}_high"] = ends.mean, ends.low, ends.high
    return frame


def told_exclusions(found: Sweep) -> pd.DataFrame:
    """A row an exclusion as stated, a year: `COUNTED`, share of all claims that it is of its products' faults, and
    ``denying``, what refused claims cost, with its interval, and ``each`` of them."""
    import pandas as pd

    assert found.excluded is not None, "a sweep of exclusions counts them"
    year = found.excluded[found.excluded["position"] == ""].assign(
        denying=lambda f: f[[*OF_DENIALS, "other"]].sum(axis=1)
    )
    columns = [*COUNTED, "denying"]
    table = year.groupby("exclusion")[columns].mean()
    mean = {
        str(of): dict(zip(columns, line, strict=True)) for of, line in zip(table.index, table.to_numpy(), strict=True)
    }
    told = []
    for name in stated_exclusions(found.scenario):
        row = mean[name]
        ends = t_interval(year.loc[year["exclusion"] == name, "denying"].to_numpy(), found.level)
        told.append({
            "exclusion": name, **row,
            "low": float(ends.low), "high": float(ends.high),
            "each": row["denying"] / row["denied"] if row["denied"] else math.nan,
        })  # fmt: skip
    frame = pd.DataFrame(told)
    if len(frame):
        frame.insert(1, "share", frame["claims"] / found.claims)
    return frame


def _named(name: str) -> Exclusion:
    return next(one for one in EXCLUSIONS if one == name)
