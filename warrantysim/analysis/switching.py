"""Switching map: which alternative is best at each place of a grid of two levers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Case, Progress, cases_at, comparable_cases, yearly_costs
from warrantysim.experiment.intervals import LEVEL, paired
from warrantysim.experiment.levers import Lever
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.workers import Workers
from warrantysim.schema.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

Costs = Callable[[float, float], np.ndarray]
"""Costs of every alternative at (x, y), paired. Shape (alternatives, replications)."""


@dataclass(frozen=True)
class SwitchingMap:
    """Winners over two levers; arrays of shape (positions of y, positions of x)."""

    x_lever: str
    y_lever: str
    x: tuple[float, ...]
    """Positions of the first lever."""
    y: tuple[float, ...]
    """Positions of the second."""
    names: tuple[str, ...]
    """The alternatives."""
    winner: np.ndarray
    """Place of the best alternative; -1 where it was stopped before [int]."""
    margin: np.ndarray
    """How far the next best is behind [reporting currency a year, >= 0]."""
    clear: np.ndarray
    """Whether the interval of that margin keeps clear of 0 [bool]."""

    @property
    def cancelled(self) -> bool:
        """Whether it was stopped before its last place."""
        return bool((self.winner < 0).any())

    def table(self) -> pd.DataFrame:
        """A row a place: x, y, winner (empty where it was not looked at), margin, clear."""
        import pandas as pd

        x, y = np.meshgrid(self.x, self.y)
        names = np.array([*self.names, ""], dtype=object)[self.winner]
        columns = {"x": x, "y": y, "winner": names, "margin": self.margin, "clear": self.clear}
        return pd.DataFrame({name: column.ravel() for name, column in columns.items()})


def switching_map(
    costs: Costs,
    names: Sequence[str],
    x: Sequence[float],
    y: Sequence[float],
    *,
    level: float = LEVEL,
    levers: tuple[str, str] = ("x", "y"),
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> SwitchingMap:
    """Compare alternatives at every place of a grid, on the same luck everywhere. Stopped, it keeps what it has.

    Raises
    ------
    BadInput
        If there are fewer than two alternatives, or no positions.
    Cancelled
        If it was stopped before the first place.
    """
    if len(names) < 2 or not len(x) or not len(y):
        raise BadInput("expected two alternatives at least and positions of both levers")
    shape = (len(y), len(x))
    winner, margin, clear = np.full(shape, -1), np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    for k, (j, i) in enumerate(np.ndindex(shape)):
        try:
            if cancel is not None and cancel():
                raise Cancelled("the map was stopped before its first place")
            found = np.asarray(costs(float(x[i]), float(y[j])), dtype=float)
        except Cancelled:
            if k == 0:
                raise
            break
        first, second = np.argsort(found.mean(axis=1), kind="stable")[:2]
        apart = paired(found[second], found[first], level)
        winner[j, i], margin[j, i], clear[j, i] = first, apart.interval.mean, apart.detectable
        if progress is not None:
            progress(k + 1, winner.size)
    positions = tuple(map(float, x)), tuple(map(float, y))
    return SwitchingMap(*levers, *positions, tuple(names), winner, margin, clear)


def switching_map_of(
    cases: Sequence[Case],
    x_lever: Lever,
    x: Sequence[float],
    y_lever: Lever,
    y: Sequence[float],
    replications: range,
    seed: int,
    *,
    jobs: Workers = 1,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> SwitchingMap:
    """The cheapest case at every place of a grid of two levers, turned in the scenarios of all cases alike."""
    chosen = comparable_cases(cases)

    def costs(at_x: float, at_y: float) -> np.ndarray:
        here = cases_at(chosen, [(x_lever, at_x), (y_lever, at_y)])
        return yearly_costs(here, replications, seed, jobs=jobs)

    return switching_map(
        costs,
        [case.name for case in chosen],
        x,
        y,
        level=chosen[0].scenario.plan.confidence,
        levers=(str(x_lever), str(y_lever)),
        progress=progress,
        cancel=cancel,
    )
