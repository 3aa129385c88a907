"""Levers as decisions to price: each is turned through its positions, on the same luck, and set against what is stated.

Terms of warranty, guides, evidence, service, dispatches, pools, technicians, or any figure by its path. The rule is
kept; only what the lever is about changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from warrantysim.analysis.cases import Cancel, Case, Progress, per_year
from warrantysim.analysis.pairs import paired_columns
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.service import NINE_IN_TEN, days_quantile
from warrantysim.experiment.simulate import ReplicationFailed, Result, simulate
from warrantysim.experiment.workers import Workers
from warrantysim.schema.errors import BadInput
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")


@dataclass(frozen=True)
class Position:
    """One position of a lever."""

    item: str
    """What it is turned for: a product, a bench, a kind of service; empty for all at once [text]."""
    at: str
    """Where it stands; a term of `report.sweep_phrases` or a figure with its unit [text]."""
    case: Case
    """The scenario and rule there."""


@dataclass(frozen=True)
class Sweep:
    """Costs of every position of a lever against the scenario as stated."""

    lever: str
    """Which lever: a key of `levers_to_price.LEVERS` or a path [text]."""
    stated: Case
    """The scenario and rule as stated."""
    positions: tuple[Position, ...]
    """Positions in order, those that were run."""
    base: np.ndarray = field(repr=False)
    """Cost as stated by replication, shape (R,) [reporting currency a year]."""
    costs: np.ndarray = field(repr=False)
    """Costs of the positions, shape (positions, R) [reporting currency a year]."""
    seed: int
    """Seed of every draw."""
    left_out: tuple[tuple[str, str, str], ...] = ()
    """Positions that make no valid scenario: item, position, why."""
    cancelled: bool = False
    """Whether it was stopped before the last position."""
    benches: pd.DataFrame | None = field(default=None, repr=False, compare=False)
    """How busy benches were as stated (item and position empty) and at each position: columns item, position, then
    those of `bench_use.bench_table` by bench; None for a sweep that was stored without."""
    excluded: pd.DataFrame | None = field(default=None, repr=False, compare=False)
    """Of a sweep of exclusions what claims of each came to: columns exclusion, replication, item, position (empty as
    stated), `exclusions.COUNTED` [a year]."""
    ends: np.ndarray | None = field(default=None, repr=False, compare=False)
    """Of a sweep of exclusions its costs where the fewest and the most more claim, shape (positions, 2, R) [reporting
    currency a year]."""
    waits: np.ndarray | None = field(default=None, repr=False, compare=False)
    """Days within which nine in ten customers are done as stated, then at each position, shape (1 + positions, R)
    [days]; None of a sweep of exclusions."""
    claims: float = math.nan
    """Of a sweep of exclusions all claims as stated [claims a year]."""

    @property
    def scenario(self) -> Scenario:
        """The scenario as stated."""
        return self.stated.scenario

    @property
    def level(self) -> float:
        """Level of the intervals [share, 0-1]."""
        return self.scenario.plan.confidence

    @property
    def replications(self) -> int:
        """Replications behind every figure [count]."""
        return len(self.base)

    def differences(self) -> np.ndarray:
        """Position less stated, shape (positions, R) [reporting currency a year]."""
        return np.asarray(self.costs - self.base)

    def table(self) -> pd.DataFrame:
        """A row a position: item, position, p90 (mean of `waits`), then the columns of `paired_columns` (position
        less stated)."""
        import pandas as pd

        before = np.broadcast_to(self.base, self.costs.shape)
        found = paired_columns(self.costs, before, self.level)
        names = {"item": [p.item for p in self.positions], "position": [p.at for p in self.positions]}
        days = {} if self.waits is None else {"p90": self.waits[1:].mean(axis=1)}
        return pd.DataFrame({**names, **days, **found})


def each_position(
    positions: Sequence[Position], run: Callable[[Position], T], progress: Progress | None, cancel: Cancel | None
) -> Iterator[T]:
    """What each position comes to, one after the other, until somebody stops it."""
    for k, position in enumerate(positions):
        if cancel is not None and cancel():
            return
        try:
            found = run(position)
        except Cancelled:
            return
        yield found
        if progress is not None:
            progress(k + 1, len(positions))


def run_sweep(
    lever: str,
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
    """Run the scenario as stated and every position; stopped after some positions, those are kept.

    Raises
    ------
    BadInput
        If there are no positions.
    ReplicationFailed
        If a run broke.
    """
    if not positions:
        raise BadInput("{lever}: there is no position to turn to", lever=lever)

    def run(case: Case) -> Result:
        result = simulate(case.scenario, [case.policy], replications=replications, seed=seed, jobs=jobs)
        if result.failures:
            raise ReplicationFailed(result.failures[0])
        return result

    first = run(stated)
    base = _yearly(first)

    def at(position: Position) -> tuple[np.ndarray, pd.DataFrame, np.ndarray]:
        same = position.case.scenario is stated.scenario and position.case.policy == stated.policy
        result = first if same else run(position.case)
        return _yearly(result), _busy(result, position), _waits(result)

    found = list(each_position(positions, at, progress, cancel))
    costs = np.array([cost for cost, _, _ in found]).reshape(len(found), len(base))
    busy = [_busy(first), *(one for _, one, _ in found)]
    done = tuple(positions[: len(found)])
    return Sweep(
        lever, stated, done, base, costs, seed, tuple(left_out),
        cancelled=len(done) < len(positions), benches=_joined(busy),
        waits=np.array([_waits(first), *(one for _, _, one in found)]),
    )  # fmt: skip


def _yearly(result: Result) -> np.ndarray:
    """Cost by replication, shape (R,) [reporting currency a year]."""
    return np.asarray(result.totals_by_policy()[0] * per_year(result.scenario))


def _waits(result: Result) -> np.ndarray:
    """Days within which nine in ten customers are done, by replication, shape (R,) [days]."""
    return days_quantile([one.year for one in result.of(0)], NINE_IN_TEN)


def _busy(result: Result, position: Position | None = None) -> pd.DataFrame:
    item, at = ("", "") if position is None else (position.item, position.at)
    frame = result.benches(("bench",)).drop(columns="policy")
    frame.insert(0, "item", item)
    frame.insert(1, "position", at)
    return frame


def _joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(frames, ignore_index=True)
