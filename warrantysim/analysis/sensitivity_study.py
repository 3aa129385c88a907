"""Sensitivity as one study: each stated input by itself, then all of them drawn together, then who explains the spread.

The tornado turns one input at a time. Drawn together (a Latin hypercube over the stated ranges), they say how often
the recommendation is still best, in the whole and in each cell, and which input is worth measuring first. Morris and
Sobol look at the difference of the two cases over the inputs that move it most by themselves. All on the same luck.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Cancelled, Case, checked
from warrantysim.analysis.information import Information, Stability, stability, value_of_information
from warrantysim.analysis.sensitivity import morris, sobol, uniform_draws
from warrantysim.analysis.tornado import Tornado, tornado_of
from warrantysim.analysis.uncertain import cells, costs_at_draws
from warrantysim.experiment.uncertain import UncertainInput
from warrantysim.schema.errors import BadInput
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

WIDEST = 8
"""Inputs that Morris and Sobol look at where not stated, those of the widest swing [count]."""
YEARS = 4
"""Replications where not stated: a difference on shared luck needs few [count]."""
Steps = Callable[[str, int, int], None]
"""Told (stage, steps done, steps planned)."""


@dataclass(frozen=True)
class Together:
    """All inputs drawn together, and what each case cost then."""

    names: tuple[str, ...]
    """The cases."""
    cells: tuple[str, ...]
    """Products in markets."""
    inputs: tuple[str, ...]
    """The inputs."""
    draws: np.ndarray = field(repr=False)
    """Inputs drawn, shape (draws, inputs)."""
    costs: np.ndarray = field(repr=False)
    """Mean costs, shape (draws, cases, cells + 1); last what belongs to no claim [reporting currency a year]."""

    @property
    def whole(self) -> Stability:
        """How often each case is the cheapest."""
        return stability(self.costs.sum(axis=2), self.names)

    @property
    def by_cell(self) -> Stability:
        """The same of every cell in which the cases ever differ."""
        costs = self.costs[:, :, :-1]
        apart = (np.ptp(costs, axis=1) > 0).any(axis=0)
        return stability(costs[:, :, apart], self.names, [c for c, here in zip(self.cells, apart, strict=True) if here])

    @property
    def information(self) -> Information:
        """What knowing an input before choosing is worth."""
        return value_of_information(self.draws, self.costs.sum(axis=2), self.inputs)


@dataclass(frozen=True)
class SensitivityStudy:
    """What moves the difference between two cases; parts not asked for, or not reached, are None."""

    world: Scenario = field(repr=False)
    """The world as stated."""
    names: tuple[str, str]
    """The case now, and the one held against it."""
    tornado: Tornado
    """One input at a time."""
    together: Together | None
    """All inputs drawn together."""
    screening: pd.DataFrame | None
    """See `morris`, of the difference new less now [reporting currency a year]."""
    variance: pd.DataFrame | None
    """See `sobol`, of the same."""
    seed: int
    """Seed of every draw."""
    cancelled: bool = False
    """Whether it was stopped before its end."""


def study_sensitivity(
    now: Case,
    new: Case,
    inputs: Sequence[UncertainInput],
    *,
    replications: int = YEARS,
    seed: int | None = None,
    draws: int = 0,
    trajectories: int = 0,
    samples: int = 0,
    widest: int = WIDEST,
    jobs: int = 1,
    backend: str | None = None,
    progress: Steps | None = None,
    cancel: Cancel | None = None,
) -> SensitivityStudy:
    """The tornado, and as many of the others as are asked for. Stopped, it keeps what it has.

    Parameters
    ----------
    draws
        Draws of all inputs together, none or at least 16 [count].
    trajectories
        Morris trajectories over the widest inputs, each of (inputs + 1) worlds, none or at least 2 [count].
    samples
        Base sample of Sobol's indices, (inputs + 2) worlds each, none or a power of 2 [count].
    widest
        Inputs of the widest swing that Morris and Sobol look at [count, >= 1].

    Raises
    ------
    BadInput
        For no inputs, or numbers other than these.
    Cancelled
        If it was stopped before the first input was turned both ways.
    ScenarioError
        If a draw makes no valid world: ranges must hold together.
    """
    cases = checked([now, new])
    if 0 < draws < 16 or 0 < trajectories < 2 or samples & (samples - 1) or widest < 1:
        raise BadInput(
            f"expected no draws or 16 at least, no trajectories or 2 at least, a power of 2 samples and one input at "
            f"least, got {draws}, {trajectories}, {samples} and {widest}"
        )
    keyed = now.world.plan.seed if seed is None else seed
    years = range(replications)

    def told(stage: str) -> Callable[[int, int], None] | None:
        return None if progress is None else lambda done, total: progress(stage, done, total)

    first = tornado_of(
        now, new, inputs, years, keyed, jobs=jobs, backend=backend, progress=told("inputs"), cancel=cancel
    )
    if first.left:
        return SensitivityStudy(now.world, (now.name, new.name), first, None, None, None, keyed, cancelled=True)
    drawn: Together | None = None
    frames: dict[str, pd.DataFrame] = {}
    stopped = False
    try:
        if draws:
            at = uniform_draws(inputs, draws, keyed)
            costs = costs_at_draws(
                cases, inputs, years, keyed, by_cell=True, jobs=jobs, backend=backend, progress=told("draws"),
                cancel=cancel,
            )(at)  # fmt: skip
            drawn = Together((now.name, new.name), cells(now.world), tuple(i.name for i in inputs), at, costs)
        few = [inputs[k] for k in np.argsort(-first.swing, kind="stable")[:widest]]
        apart = costs_at_draws(
            cases, few, years, keyed, jobs=jobs, backend=backend, progress=told("spread"), cancel=cancel
        )
        if trajectories:
            frames["screening"] = morris(lambda x: _difference(apart(x)), few, trajectories=trajectories, seed=keyed)
        if samples:
            frames["variance"] = sobol(lambda x: _difference(apart(x)), few, samples=samples, seed=keyed)
    except Cancelled:
        stopped = True
    return SensitivityStudy(
        now.world, (now.name, new.name), first, drawn, frames.get("screening"), frames.get("variance"), keyed, stopped
    )


def _difference(costs: np.ndarray) -> np.ndarray:
    """New less now at every draw, shape (draws,)."""
    return np.asarray(costs[:, 1] - costs[:, 0])
