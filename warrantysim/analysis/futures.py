"""Futures of a seller: years simulated under the rule in force, each with all that is not known drawn anew.

One future draws every assumption over its range, lives as the books allow them, sales about their plan, and luck. The
spread of many holds parameters, assumptions and luck together; claims and costs are those of the ledger of each year.
"""

from __future__ import annotations

import datetime as dt
import re
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from warrantysim.experiment.births import births
from warrantysim.experiment.levers import turned
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.uncertain import UncertainInput, drawn_together, levers_at
from warrantysim.experiment.workers import Workers, results, until_cancelled
from warrantysim.fitting.pooled import Lives
from warrantysim.journeys.legs import plan_claims
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import model_of
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.records import Records
from warrantysim.journeys.solo import roots
from warrantysim.money.categories import Kind
from warrantysim.money.ledger import NO_MONTH
from warrantysim.schema.policy import Policy
from warrantysim.schema.products import Sales, SkuMarket
from warrantysim.schema.root import Scenario
from warrantysim.schema.sold_units import YEAR, SoldUnits, month_name, month_number

Cells = dict[str, np.ndarray]
"""Columns sku, sold, month (months since the horizon's first), claims, cost of one future."""
STRIDE = 37
"""Lives are taken in steps of this, so that few futures have lives from all that their kind may share [count]."""
DRAWN = frozenset({"sales", "season", "sku_markets"})
"""Fields of a scenario that sales and lives of a future are drawn from, or laid over."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles a forecast is told and scored at: the ends of its 90 % and 50 % intervals and the median."""
ENDS = {of: [f"{of}_{round(q * 100):02d}" for q in QUANTILES] for of in ("claims", "cost")}
"""Columns of quantiles of claims and of cost."""


@dataclass(frozen=True)
class Futures:
    """Claims and cash cost of many futures."""

    scenario: Scenario
    """The scenario as stated."""
    cells: pd.DataFrame
    """A row a future, product, month of sale and month of claim: draw, sku, sold, month, claims, cost [reporting
    currency]. Charges that belong to no claim have no month."""
    draws: Sequence[int]
    """Futures that came to an end."""
    failures: Sequence[Failure] = ()
    """Futures that broke."""
    cancelled: bool = False
    """Whether it was stopped before its end."""
    plan_spread: float = 0.0
    """How far sales were taken to miss the plan [share]."""

    def spread(self, *by: str) -> pd.DataFrame:
        """Mean and quantiles of claims and cost of each group over all futures; those without a claim count as 0."""
        rows = self.cells if "month" not in by else self.cells[self.cells["month"] != ""]
        found = {}
        for of in ("claims", "cost"):
            wide = rows.pivot_table(index=list(by), columns="draw", values=of, aggfunc="sum")
            wide = wide.reindex(columns=list(self.draws)).fillna(0.0)
            # Of n futures and what comes, each of n + 1 places is as likely: so intervals hold however few futures are.
            ends = np.quantile(wide.to_numpy(), QUANTILES, axis=1, method="weibull")
            found[of] = wide.mean(axis=1)
            found |= {name: pd.Series(x, wide.index) for name, x in zip(ENDS[of], ends, strict=True)}
        return pd.DataFrame(found).reset_index()


def futures(
    scenario: Scenario,
    policy: Policy,
    draws: range,
    seed: int,
    *,
    inputs: Sequence[UncertainInput] = (),
    lives: Mapping[str, Lives] | None = None,
    plan_spread: float = 0.0,
    priced: bool = True,
    jobs: Workers = 1,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Futures:
    """Simulate futures.

    Parameters
    ----------
    inputs
        Assumptions drawn over their ranges, by a Latin hypercube.
    lives
        Lives of products that their books allow, by product; those of others are as stated or among ``inputs``.
    plan_spread
        Standard deviation of the logarithm of sales to come about those planned [share]: half of its variance all
        products have in common, half each product has of its own in each market and channel.
    priced
        Whether the years are simulated and priced; where not, claims are told alone, the same ones, and no cost.
    """
    positions = drawn_together(scenario, inputs, len(draws), seed) if inputs else np.zeros((len(draws), 0))
    work = partial(
        _future, inputs=tuple(inputs), positions=positions, lives=dict(lives or {}), plan_spread=plan_spread,
        priced=priced,
    )  # fmt: skip
    frames: list[pd.DataFrame] = []
    failures: list[Failure] = []
    done: list[int] = []
    stream = results(work, scenario, [policy], seed, draws, jobs=jobs)
    for draw, found in zip(draws, until_cancelled(stream, cancel), strict=False):
        if isinstance(found, Failure):
            failures.append(found)
        else:
            done.append(draw)
            frames.append(pd.DataFrame(found).assign(draw=draw))
        if progress is not None:
            progress(len(done) + len(failures), len(draws))
        if cancel is not None and cancel():
            break
    return Futures(
        scenario, _named(scenario, frames), done, failures, len(done) + len(failures) < len(draws), plan_spread
    )


def _future(
    scenario: Scenario,
    policies: Sequence[Policy],
    seed: int,
    draw: int,
    *,
    inputs: tuple[UncertainInput, ...],
    positions: np.ndarray,
    lives: Mapping[str, Lives],
    plan_spread: float,
    priced: bool,
) -> Cells | Failure:
    """One future by its number."""
    try:
        levers = levers_at(inputs, positions[draw])
        # A scenario is validated once; twice where an assumption turns what is drawn on top of it.
        first = bool({_field(lever.path) for lever, _ in levers} & DRAWN)
        there = turned(scenario, levers) if first else scenario
        changes: dict[str, Any] = {}
        if plan_spread > 0:
            luck = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(1, draw))))
            changes["sales"] = tuple(sales_about_the_plan(there, plan_spread, luck))
        if lives:
            changes["sku_markets"] = tuple(_with_life(row, lives.get(row.sku), draw) for row in there.sku_markets)
        if changes and levers and not first:
            there = turned(there.model_copy(update=changes), levers)
        elif changes:
            there = there.replace(**changes)
        elif not first:
            there = turned(there, levers)
        return _cells(there, policies[0], seed, draw, priced)
    except Exception as error:
        text = "".join(traceback.format_exception(error))
        return Failure(0, draw, type(error).__name__, str(error), text)


def _field(path: str) -> str:
    """The field of a scenario a path begins with."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def _cells(there: Scenario, policy: Policy, seed: int, draw: int, priced: bool) -> Cells:
    days, first = there.market_days, there.horizon.first_day
    # Midnight of a market lies hours beside that of the horizon: what falls there belongs to the month beside it.
    ends = first + dt.timedelta(days=there.horizon.days - 1)
    last = ends.year * YEAR + ends.month - first.year * YEAR - first.month
    met: Plan | Records
    born, spent = births(there, seed, draw), None
    if priced:
        run, ledger = priced_run(there, policy, born, seed, draw)
        spent = ledger.total(("sku", "sale_month", "claim_month"), kind=Kind.CASH, in_scope=True)
        met = run.records
    else:
        met = plan_claims(*roots(there, born), policy, model_of(there), Luck(seed, draw))
    claims = met.claims.take(np.flatnonzero((met.claims.generation == 0) & met.in_scope))
    made = {
        "sku": claims.sku.astype(np.int64),
        "sold": days.months(claims.sold, claims.market).astype(np.int64),
        "month": days.months(claims.opened, claims.market).astype(np.int64),
    }
    made["month"] = np.clip(made["month"], 0, last)
    key, count = np.unique(np.stack(list(made.values())), axis=1, return_counts=True)
    where, amount = np.zeros((3, 0), dtype=np.int64), np.zeros(0)
    if spent is not None:
        of_month = spent.keys[2].astype(np.int64)
        of_month = np.where(of_month == NO_MONTH, NO_MONTH, np.clip(of_month, 0, last))
        where, amount = np.array([spent.keys[0], spent.keys[1], of_month], dtype=np.int64), spent.amount
    return dict(zip(("sku", "sold", "month"), np.concatenate([key, where], axis=1), strict=True)) | {
        "claims": np.concatenate([count, np.zeros(len(amount))]).astype(float),
        "cost": np.concatenate([np.zeros(len(count)), amount]),
    }


def _named(scenario: Scenario, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Cells of all futures with products and months by name."""
    columns = ["draw", "sku", "sold", "month", "claims", "cost"]
    if not frames:
        return pd.DataFrame(columns=columns)
    whole = pd.concat(frames, ignore_index=True)
    first = month_number(scenario.horizon.first_day.isoformat()[:7])
    for name in ("sold", "month"):
        names = {m: "" if m == NO_MONTH else month_name(first + m) for m in whole[name].unique().tolist()}
        whole[name] = whole[name].map(names)
    skus = {-1: "", **dict(enumerate(scenario.sku_ids))}
    return whole.assign(sku=whole["sku"].map(skus))[columns]


def _with_life(row: SkuMarket, lives: Lives | None, draw: int) -> SkuMarket:
    """Terms of sale with one of the lives of their product."""
    if lives is None:
        return row
    at = draw * STRIDE % len(lives.eta)
    changes = {
        "early_share": float(lives.early_share[at]),
        "life_eta_days": float(np.clip(lives.eta[at], 0.001, 1e9)),
        "life_beta": float(np.clip(lives.beta[at], 0.05, 100.0)),
        "early_eta_days": lives.early_eta,
        "early_beta": lives.early_beta,
    }
    return row.model_copy(update=changes)


def sales_about_the_plan(scenario: Scenario, spread: float, luck: np.random.Generator) -> list[Sales]:
    """Rows of sales with every month from the horizon's first on stated, as far from its plan as drawn.

    ``spread``: as `futures`. The history stays as it was.
    """
    sold = SoldUnits(scenario)
    first = month_number(scenario.horizon.first_day.isoformat()[:7])
    end = month_number(scenario.horizon.ends.isoformat()[:7])
    kept = [row for row in scenario.sales if not row.month or month_number(row.month) < first]
    last: dict[tuple[str, str, str], int] = {}
    for row in kept:
        if row.month:
            key = (row.sku, row.market, row.channel)
            last[key] = max(last.get(key, 0), month_number(row.month))
    half = spread / np.sqrt(2)
    common = luck.normal(0, half)
    for key in sorted(sold.keys):
        factor = np.exp(common + luck.normal(0, half) - spread**2 / 2)
        months = np.arange(min(last.get(key, first - 1) + 1, first), end + 1)
        units = sold.by_month(key, months) * np.where(months >= first, factor, 1.0)
        sku, market, channel = key
        kept += [
            Sales(sku=sku, market=market, channel=channel, month=month_name(m), units_per_month=float(n))
            for m, n in zip(months.tolist(), units.tolist(), strict=True)
        ]
    return kept


def pinball_of(actual: np.ndarray, told: np.ndarray) -> np.ndarray:
    """Loss of quantiles told (n, quantiles) against what happened (n) [claims]; less is better. Shape (n,)."""
    off = np.asarray(actual, dtype=float)[:, None] - told
    q = np.array(QUANTILES)
    return np.asarray(np.maximum(q * off, (q - 1) * off).mean(axis=1))
