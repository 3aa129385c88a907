"""What a decision of a small random world promises, held against the truth.

The truth of a figure is its mean over many further replications of the same policies. It has luck of its own: an
interval from n replications covers it if the two are no further apart than its half-width times sqrt(1 + n / N), which
a right interval does as often as it covers the truth itself.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from tests.decision.congested import busy
from tests.worlds import partner
from warrantysim.decision.asking import Experiments
from warrantysim.decision.cells import CellKey, number_cells
from warrantysim.decision.changes import RuleChange, assembled
from warrantysim.decision.decide import Decision, decide
from warrantysim.decision.judging import Years
from warrantysim.experiment.intervals import Difference
from warrantysim.journeys.model import model_of
from warrantysim.schema.root import Scenario

SEED = 5
FURTHER = 32
"""Further replications that tell the truth [count]."""
TRUTH = 600_000
"""First of them."""
SMALL = {
    "training_replications": 3,
    "selection_replications": 2,
    "judging_replications": 6,
    "confirm_replications": 8,
    "iterations": 1,
    "neighbours": 0,
    "robust_draws": 0,
    "bands": 6,
    "materiality": "1 USD",
    "max_p90_rise_days": None,
}


@dataclass(frozen=True)
class Kept:
    """What one decision promised, and how much of it was true."""

    savings: int = 0
    """Confirmed savings told, of the recommendation against today's rule [count]."""
    savings_covered: int = 0
    free: int = 0
    """Further savings told, of the free optimum against the recommendation [count]."""
    free_covered: int = 0
    cells: int = 0
    """Savings of a cell told, where its rule changes or the free optimum would change it [count]."""
    cells_covered: int = 0
    acts: int = 0
    """Changes that are recommended [count]."""
    false_acts: int = 0
    """Those of them that save nothing in truth [count]."""

    def __add__(self, other: Kept) -> Kept:
        return Kept(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Kept)))


def small_world(seed: int) -> Scenario:
    """One or two products near the edge between two dispositions, a bench that is short or not, a minimum or none."""
    draw = np.random.default_rng([seed, 77])
    names = "AB"[: int(draw.integers(1, 3))]
    desk = {
        "repaired": {"flat": f"{draw.uniform(10, 45):.0f} USD"},
        "minimum_per_month": f"{draw.choice([0, 0, 60]):.0f} USD",
    }
    return busy(
        {name: round(float(draw.uniform(25, 90)), 2) for name in names},
        units=float(draw.integers(5, 12)),
        minutes=float(draw.uniform(100, 700)),
        ways=(),
        markets={"US": {"customer": {"label_unused_share": float(draw.choice([0.0, 0.1]))}}},
        policy=[(0, "refund"), (round(float(draw.uniform(15, 85)), 2), str(draw.choice(["reship", "repair_local P"])))],
        partners={"P": partner(1, bench={"calendar": "office"}, desk=desk)},
        decision=SMALL,
    )


def promises(seed: int) -> Kept:
    """Decide one world and hold what was said against the truth."""
    scenario = small_world(seed)
    decision = decide(scenario, seed=SEED + seed)
    asked, n = Experiments(scenario, SEED + seed), decision.replications
    further = range(TRUTH, TRUTH + FURTHER)
    now, new, free = asked.simulate([decision.now, decision.policy, decision.optimum], further)

    def covered(told: Difference, before: Years, after: Years) -> bool:
        mean, half_width = float(told.interval.mean), float(told.interval.half_width)
        return covers(mean, half_width, n, totals(before) - totals(after))

    taken = any(change.taken for change in decision.changes)
    savings = [covered(decision.saving, now, new)] if taken else []
    more = [covered(decision.free, new, free)] if decision.optimum.rules != decision.policy.rules else []
    own, own_free = own_savings(scenario, now, new), own_savings(scenario, now, free)
    cells = []
    for row in decision.table.to_dict("records"):
        cell = tuple(row[key] for key in scenario.decision.cell)
        if row["taken"]:
            cells.append(covers(row["saving"], row["saving"] - row["saving_low"], n, own[cell]))
        elif row["free_changing"] > 0:
            cells.append(covers(row["free_saving"], row["free_saving"] - row["free_low"], n, own_free[cell]))
    acts = [true_saving(scenario, decision, change, own, new) for change in decision.changes if change.recommended]
    false_acts = sum(saved <= 0 for saved in acts)
    return Kept(
        len(savings), sum(savings), len(more), sum(more), len(cells), sum(cells), len(acts), false_acts
    )  # fmt: skip


def true_saving(
    scenario: Scenario, decision: Decision, change: RuleChange, own: Mapping[CellKey, np.ndarray], new: Years
) -> float:
    """What a recommended change saves in truth: by its own bills, or what all would cost more without it where that is
    why it is recommended."""
    if change.because in {"act", "group"}:
        return float(np.sum([own[cell] for cell in change.cells], axis=0).mean())
    rest = [cell for other in decision.changes if other.taken and other is not change for cell in other.cells]
    policy = assembled(model_of(scenario), decision.full, rest)
    asked = Experiments(scenario, decision.seed)
    (without,) = asked.simulate([policy], range(TRUTH, TRUTH + FURTHER))
    return float((totals(without) - totals(new)).mean())


def totals(years: Years) -> np.ndarray:
    """Cost of each year."""
    return np.array([year.total for year in years])


def covers(mean: float, half_width: float, n: int, further: np.ndarray) -> bool:
    """Whether an interval from ``n`` replications covers the truth that further ones tell."""
    return abs(mean - float(further.mean())) <= half_width * math.sqrt(1.0 + n / len(further)) + 1e-9


def own_savings(scenario: Scenario, now: Years, new: Years) -> Mapping[CellKey, np.ndarray]:
    """What each cell saves by its own bills, by replication."""
    cells, numbers = number_cells(model_of(scenario), scenario.decision.cell, [*now, *new])
    costs = np.array(
        [np.bincount(c, y.cash + y.expected, len(cells)) for y, c in zip([*now, *new], numbers, strict=True)]
    )
    return dict(zip(cells, (costs[: len(now)] - costs[len(now) :]).T, strict=True))
