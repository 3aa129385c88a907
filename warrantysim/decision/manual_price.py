"""What a rule set by hand would cost by the program, at once, and what it did cost simulated.

The estimate is the program's own sum over the training claims, each alone: queues count only as they were charged while
learning, contracts and lanes in full. The price is a simulation on the luck of the confirmation, so that its difference
to the confirmed rules is paired.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.decision.forecast import separate_cost, shared_cost, used_under
from warrantysim.decision.training import year_constraints
from warrantysim.decision.training_sample import Taught
from warrantysim.experiment.bench_months import bench_names, offered_minutes
from warrantysim.experiment.intervals import Difference, paired
from warrantysim.experiment.outcomes import SimulatedYear, totals_of
from warrantysim.journeys.model import Model
from warrantysim.schema.policy import Policy


@dataclass(frozen=True)
class ProgramEstimate:
    """What a rule would cost by the program, a mean year of the training claims."""

    cost: float
    """In all, of the claims a rule is asked about [reporting currency]."""
    by_cell: np.ndarray
    """Of it, by cell, without what cells share, shape (C,) [reporting currency]."""
    arm: np.ndarray
    """Arm of each training claim, shape (n,)."""
    days: float
    """Mean days to resolved, without queues [days]."""
    full: Mapping[str, tuple[int, ...]]
    """Months since the horizon's first in which a bench would be asked for more hours than it has, by bench."""
    broken: tuple[str, ...]
    """Constraints on the whole that would not hold: refunds, days ..., disputes ...."""


def estimate(model: Model, taught: Taught, policy: Policy) -> ProgramEstimate:
    """Price a policy by the sums of the program: those of `forecast`, for any cut-points, in a moment."""
    learned = taught.learned
    used, rows = used_under(model, learned, taught.terms, policy), np.arange(len(learned))
    arm, measures = used.arm, used.measures
    filed = learned.filed[rows, arm]
    each = learned.cost[rows, arm]
    return ProgramEstimate(
        cost=separate_cost(learned, arm) + shared_cost(taught.terms, used.signed, measures),
        by_cell=np.bincount(learned.cell, each, len(learned.cells)) / learned.replications,
        arm=arm,
        days=float(learned.days[rows, arm][filed].mean()) if filed.any() else math.nan,
        full=_full(model, measures),
        broken=tuple(
            name
            for name, column, most in year_constraints(model, learned)
            if float(column[rows, arm].sum()) / learned.replications > most
        ),
    )


def _full(model: Model, measures: Mapping[str, float]) -> dict[str, tuple[int, ...]]:
    offered = offered_minutes(model.scenario) / 60
    out: dict[str, tuple[int, ...]] = {}
    for b, bench in enumerate(bench_names(model.scenario)):
        months = [m for m in range(offered.shape[1]) if measures.get(f"hours {bench} {m}", 0.0) > offered[b, m]]
        if months:
            out[bench] = tuple(months)
    return out


def moved(taught: Taught, one: ProgramEstimate, other: ProgramEstimate) -> float:
    """Claims a year that two rules treat differently, by the training claims [count]."""
    learned = taught.learned
    return float((learned.filed.any(axis=1) & (one.arm != other.arm)).sum()) / learned.replications


@dataclass(frozen=True)
class SimulatedCost:
    """What a rule set by hand cost on the luck of the confirmation; differences are paired."""

    cost: float
    """Mean year [reporting currency]."""
    to_now: Difference
    """Cost now less cost by hand: what it saves against today's rule."""
    to_recommended: Difference
    """Cost recommended less cost by hand: what it saves against the recommendation."""
    days_p90: float
    """Nine in ten claims are resolved within [days]."""


def simulate_manual(
    now: Sequence[SimulatedYear], recommended: Sequence[SimulatedYear], by_hand: Sequence[SimulatedYear], level: float
) -> SimulatedCost:
    """Price a simulated rule against the confirmed ones.

    Raises
    ------
    ValueError
        If the years are not of the same replications: their difference would be luck.
    """
    sides = (now, recommended, by_hand)
    if len({tuple(y.replication for y in side) for side in sides}) != 1:
        raise ValueError("expected years of the same replications")
    totals = [totals_of(side) for side in sides]
    days = np.concatenate([y.days for y in by_hand])
    return SimulatedCost(
        cost=float(totals[2].mean()),
        to_now=paired(totals[0], totals[2], level),
        to_recommended=paired(totals[1], totals[2], level),
        days_p90=float(np.quantile(days, 0.9)) if len(days) else math.nan,
    )
