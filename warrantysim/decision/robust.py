"""How savings stand up over what is assumed: all stated ranges drawn together, and the input that goes with most of it.

A draw is one scenario, in which today's policy and the one judged meet the same luck. Luck is not to be taken for an
assumption: what a draw changes is the difference of its saving from that of the scenario as stated on the same
replications, and this difference is put upon what the judging replications found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from warrantysim.decision.cells import CellKey, number_cells
from warrantysim.decision.changes import Robust, cell_keys, zones_in_policy
from warrantysim.decision.judging import Years
from warrantysim.decision.outcomes import Worlds
from warrantysim.experiment.intervals import share_by_chance, share_interval
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.uncertain import UncertainInput, drawn_together, levers_at, stated_inputs
from warrantysim.journeys.model import Model, model_of
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

YEARS = 1
"""Replications of each draw: what luck does is taken out by pairs [count]."""
TINY = 1e-300
"""In place of a spread of 0."""

Group = tuple[CellKey, ...]


def cell_costs(scenario: Scenario, year: SimulatedYear, *, cells: Sequence[CellKey]) -> np.ndarray:
    """Cost of the claims of each cell, and last of what belongs to none of these, shape (cells + 1,)."""
    place = {cell: k for k, cell in enumerate(cells)}
    found, (number,) = number_cells(model_of(scenario), scenario.decision.cell, [year])
    where = np.array([place.get(cell, len(cells)) for cell in found], dtype=np.int64)
    cost = np.bincount(where[number], year.cash + year.expected, len(cells) + 1)
    cost[-1] = year.total - cost[:-1].sum()
    return cost


@dataclass(frozen=True)
class SavingsDrawn:
    """Savings of cells at draws of all inputs; D draws, I inputs, C cells and what belongs to none."""

    inputs: tuple[UncertainInput, ...]
    """The inputs."""
    cells: tuple[CellKey, ...]
    """The cells."""
    draws: np.ndarray
    """Inputs drawn, of the draws that make a valid scenario, shape (D, I)."""
    shifts: np.ndarray
    """What each draw adds to a saving, shape (D, C + 1); -inf where the new policy chokes a bench [reporting
    currency]."""

    def of(self, group: Group) -> np.ndarray:
        """What each draw adds to the saving of some cells together, shape (D,)."""
        return np.asarray(self.shifts[:, [self.cells.index(cell) for cell in group]].sum(axis=1))

    @property
    def beside(self) -> np.ndarray:
        """What each draw adds to the saving that belongs to none of the cells, shape (D,)."""
        return np.asarray(self.shifts[:, -1])


def share_positive(saved: np.ndarray, level: float) -> Robust:
    """How often a saving is above 0, with the interval of that share; ``saved``: at each draw, shape (D,)."""
    n, up = len(saved), int((saved > 0).sum())
    return Robust(n, up / n if n else float("nan"), *share_interval(up, n, level))


def draw_assumptions(
    model: Model,
    asked: Worlds,
    policy: Policy,
    cells: Sequence[CellKey],
    replications: range,
    stated: tuple[Years, Years],
) -> SavingsDrawn | None:
    """All stated ranges drawn together under today's policy and another one; None where nothing is stated or asked.

    ``stated``: years of both in the scenario as stated, on the same replications.
    """
    s = model.scenario
    if not s.assumptions or not s.decision.robust_draws:
        return None
    inputs = stated_inputs(s)
    draws = drawn_together(s, inputs, s.decision.robust_draws, s.plan.seed)
    measure = partial(cell_costs, cells=tuple(cells))
    sides = [np.mean([measure(s, year) for year in years[:YEARS]], axis=0) for years in stated]
    turns = [levers_at(inputs, one) for one in draws]
    stream = asked.turned((s.policy, policy), replications[:YEARS], turns, measure)
    shifts = list(_shifts(stream, sides[0] - sides[1]))
    valid = [k for k, shift in enumerate(shifts) if shift is not None]
    rows = np.array([shifts[k] for k in valid], dtype=float).reshape(len(valid), len(cells) + 1)
    return SavingsDrawn(inputs, tuple(cells), draws[valid], rows)


def _shifts(stream: Iterator[np.ndarray | Failure | ScenarioError], before: np.ndarray) -> Iterator[np.ndarray | None]:
    """What each turn adds to the savings ``before`` of cells; None where it makes no valid scenario, or today's policy
    chokes."""
    for found in stream:
        if isinstance(found, np.ndarray):
            yield (found[0] - found[1]).mean(axis=0) - before
        elif isinstance(found, Failure) and found.policy == 1:
            yield np.full(len(before), -np.inf)
        else:
            yield None


def robust(model: Model, policy: Policy, savings: Mapping[Group, float], drawn: SavingsDrawn) -> dict[Group, Robust]:
    """How the savings of some changes stand up, and which input goes with how they vary.

    ``savings``: what each saves in the scenario as stated.
    """
    level = model.scenario.plan.confidence
    out = {}
    for group, saving in savings.items():
        saved = saving + drawn.of(group)
        mine = [i for i, one in enumerate(drawn.inputs) if _touches(model, policy, one, group)]
        out[group] = _with_weakest(share_positive(saved, level), saved, drawn, mine, level)
    return out


def _with_weakest(found: Robust, saved: np.ndarray, drawn: SavingsDrawn, mine: Sequence[int], level: float) -> Robust:
    """With the one of some inputs that goes with most of how a saving varies, by a straight line through the draws;
    without where the best of as many unrelated inputs may go with as much."""
    known = np.isfinite(saved)
    apart = drawn.draws[known] - drawn.draws[known].mean(axis=0)
    off = saved[known] - saved[known].mean() if known.any() else saved[known]
    moved, spread = apart.T @ off, np.maximum((apart**2).sum(axis=0), TINY)
    shares = moved**2 / spread / max(float((off**2).sum()), TINY)
    best = max(mine, key=lambda i: shares[i], default=-1)
    if best < 0 or shares[best] <= share_by_chance(len(off), len(mine), level):
        return found
    one, slope = drawn.inputs[best], float(moved[best] / spread[best])
    centre, mean = float(drawn.draws[known, best].mean()), float(saved[known].mean())
    ends = {x: mean + slope * (x - centre) for x in (one.low, one.high)}
    weakest = min(ends, key=lambda x: ends[x])
    turns = ends[weakest] <= 0.0 < max(ends.values())
    return replace(
        found,
        flip=one.name if turns else "",
        flip_at=centre - mean / slope if turns else float("nan"),
        weakest=one.name,
        weakest_at=weakest,
        weakest_saving=ends[weakest],
        explained=float(shares[best]),
    )


def _touches(model: Model, policy: Policy, one: UncertainInput, group: Group) -> bool:
    """Whether an input can have to do with some cells: not if it is of another market or product, or of a partner not
    used."""
    s = model.scenario
    parts = [part for part in re.split(r"[.,\[\]]+", one.lever.path) if part]
    for key, names in (("market", s.market_ids), ("sku", s.sku_ids)):
        mine = {str(cell_keys(model, cell).get(key, "")) for cell in group}
        named = {part for part in parts if part in names and parts[0] != "partners"}
        if named and "" not in mine and not mine & named:
            return False
    if parts[0] == "partners" and len(parts) > 1:
        rules = (model.scenario.policy, policy)
        return any(
            z.partner == parts[1] for rule in rules for cell in group for z in zones_in_policy(model, rule, cell)
        )
    return True
