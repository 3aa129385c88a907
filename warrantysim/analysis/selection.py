"""Selection with a guarantee: the best of several alternatives, or one within X of it, with a stated probability.

Kim and Nelson's fully sequential procedure (ACM TOMACS 11, 2001) for the smallest mean. All k alternatives meet the
same replications. From n0 first ones, S_il^2 is the variance of the *difference* of i and l, so common random numbers
save replications. With delta the indifference zone and alpha = 1 - confidence,

    eta = ((2 alpha / (k - 1)) ^ (-2 / (n0 - 1)) - 1) / 2,    h^2 = 2 eta (n0 - 1),
    W_il(r) = max(0, delta / 2 x (h^2 S_il^2 / delta^2 - r)),

and after r replications i is dropped if for some l still in, the sum over replications of (X_i - X_l) exceeds W_il(r).
When one is left, or every W has come to 0, the smallest mean is selected. If costs are normal, the selected one is the
best with at least the confidence whenever the best is ahead by delta, and within delta of the best otherwise.
Screening only after batches drops nothing that screening after each replication would keep.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Progress
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.pace import Cancelled
from warrantysim.schema.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

FIRST = 10
"""Replications before anything is dropped, where not stated."""
Sampler = Callable[[Sequence[int], range], np.ndarray]
"""Costs of some alternatives (by place) in some replications, paired. Shape (alternatives, replications)."""


@dataclass(frozen=True)
class Selection:
    """Which alternative is best, and what it took to know."""

    names: tuple[str, ...]
    """The alternatives."""
    best: int
    """Place of the selected one."""
    within: float
    """Indifference zone X [unit of the costs, > 0]."""
    confidence: float
    """Probability promised [share, 0-1]."""
    guaranteed: bool
    """Whether the promise holds: not where it was stopped, or replications ran out."""
    means: np.ndarray
    """Mean cost of each, over its own replications, shape (k,)."""
    behind: np.ndarray
    """Mean paired difference to the selected one while both were in, shape (k,)."""
    half_width: np.ndarray
    """Half-width of its interval, without allowance for the selection, shape (k,)."""
    effort: np.ndarray
    """Replications of each, shape (k,) [count]."""
    survivors: tuple[int, ...]
    """Places never dropped; their means decided."""
    cancelled: bool = False
    """Whether somebody stopped it."""

    @property
    def runs(self) -> int:
        """Replications of all alternatives together [count]."""
        return int(self.effort.sum())

    def table(self) -> pd.DataFrame:
        """A row an alternative, cheapest first: name, selected, survived, mean, behind, half_width, replications."""
        import pandas as pd

        places = np.arange(len(self.names))
        frame = pd.DataFrame(
            {
                "name": self.names,
                "selected": places == self.best,
                "survived": np.isin(places, self.survivors),
                "mean": self.means,
                "behind": self.behind,
                "half_width": self.half_width,
                "replications": self.effort,
            }
        )
        return frame.sort_values(["selected", "behind"], ascending=[False, True], ignore_index=True, kind="stable")

    def __str__(self) -> str:
        promise = f"best, or within {self.within:,.0f} of it, with {100 * self.confidence:g} %"
        if not self.guaranteed:
            promise = "stopped before that could be promised: " + promise
        return f"{self.names[self.best]}: {promise} ({self.runs} runs)"


def select_best(
    sample: Sampler,
    names: Sequence[str],
    within: float,
    *,
    confidence: float = 0.95,
    first: int = FIRST,
    batch: int = 1,
    most: int = 1_000,
    begin: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Selection:
    """The alternative of least mean cost, or one within ``within`` of it.

    Parameters
    ----------
    sample
        Draws costs; asked for alternatives still in and replications ``begin``, ``begin + 1``, ...
    within
        Difference not worth knowing about [unit of the costs, > 0].
    first, batch, most
        Replications before the first screening, between screenings, and at most [count].

    Raises
    ------
    BadInput
        For no alternatives, ``within`` not above 0, a confidence not in (1 / k, 1), or fewer than two first
        replications.
    """
    k = len(names)
    _check(k, within, confidence, first, batch)
    costs = np.full((k, 0), np.nan)
    alive = list(range(k))
    effort = np.zeros(k, dtype=int)
    guaranteed, cancelled = True, False

    def more(count: int) -> None:
        nonlocal costs
        start = begin + costs.shape[1]
        drawn = np.full((k, count), np.nan)
        drawn[alive] = sample(tuple(alive), range(start, start + count))
        costs = np.concatenate([costs, drawn], axis=1)
        effort[alive] += count

    more(first if k > 1 else max(first, 2))
    eta = 0.5 * ((2.0 * (1.0 - confidence) / max(k - 1, 1)) ** (-2.0 / (first - 1)) - 1.0)
    h2 = 2.0 * eta * (first - 1)
    variance = np.var(costs[:, None, :first] - costs[None, :, :first], axis=-1, ddof=1)
    while len(alive) > 1:
        r = costs.shape[1]
        slack = np.maximum(0.0, 0.5 * within * (h2 * variance / within**2 - r))
        apart = np.array([[(costs[i] - costs[j]).sum() for j in alive] for i in alive])
        final = not slack[np.ix_(alive, alive)].any()
        alive = [i for i, lead in zip(alive, apart, strict=True) if (lead <= slack[i, alive]).all()]
        if progress is not None:
            progress(r, most)
        if final or len(alive) == 1:
            break
        cancelled = cancel is not None and cancel()
        if r >= most or cancelled:
            guaranteed = False
            break
        try:
            more(min(batch, most - r))
        except Cancelled:
            guaranteed, cancelled = False, True
            break
    found = _selection(costs, alive, effort, tuple(names), within, confidence, guaranteed)
    return replace(found, cancelled=cancelled)


def _check(k: int, within: float, confidence: float, first: int, batch: int) -> None:
    if k < 1:
        raise BadInput("expected at least one alternative")
    if not within > 0:
        raise BadInput("expected an indifference zone above 0, got {within}", within=within)
    if not 1.0 / max(k, 2) < confidence < 1.0:
        raise BadInput(
            "expected a confidence between {least:g} and 1, got {confidence}",
            least=1.0 / max(k, 2),
            confidence=confidence,
        )
    if first < 2 or batch < 1:
        raise BadInput(
            "expected at least two first replications and batches of one, got {first} and {batch}",
            first=first,
            batch=batch,
        )


def _selection(
    costs: np.ndarray,
    alive: list[int],
    effort: np.ndarray,
    names: tuple[str, ...],
    within: float,
    confidence: float,
    guaranteed: bool,
) -> Selection:
    # Those still in have met the same replications, so their means compare.
    best = min(alive, key=lambda i: (float(costs[i].mean()), i))
    k = len(names)
    behind, half_width, means = np.zeros(k), np.zeros(k), np.zeros(k)
    for i in range(k):
        mine = slice(0, effort[i])
        found = t_interval(costs[i, mine] - costs[best, mine], confidence)
        means[i], behind[i], half_width[i] = costs[i, mine].mean(), found.mean, found.half_width
    return Selection(names, best, within, confidence, guaranteed, means, behind, half_width, effort, tuple(alive))
