"""Known plans of groups of cells: the columns of the decomposition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

GROUPS = 240
"""Most groups of cells a master has; above that, a column holds the plans of several cells."""


@dataclass
class Columns:
    """Known plans, by group of cells; grows as prices ask for more. Columns stay valid when only prices change."""

    groups: list[np.ndarray]
    """Cells of each group."""
    plans: list[list[np.ndarray]] = field(default_factory=list)
    """Plans of each group, each of shape (cells of the group, B)."""
    seen: set[tuple[int, bytes]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.plans = self.plans or [[] for _ in self.groups]

    def add(self, plan: np.ndarray) -> list[int]:
        """Add each group's part of a plan where it is new; returns the groups it was new for."""
        new = []
        for g, cells in enumerate(self.groups):
            part = plan[cells].astype(np.int16)
            key = (g, part.tobytes())
            if key not in self.seen:
                self.seen.add(key)
                self.plans[g].append(part)
                new.append(g)
        return new

    def whole(self) -> Iterator[np.ndarray]:
        """Whole plans that between them hold every column, in the order columns were added."""
        for j in range(max((len(plans) for plans in self.plans), default=0)):
            yield np.concatenate([plans[min(j, len(plans) - 1)] for plans in self.plans]).astype(np.int64)


def grouped(cells: int) -> list[np.ndarray]:
    """Cells in at most `GROUPS` groups."""
    return list(np.array_split(np.arange(cells), min(cells, GROUPS)))
