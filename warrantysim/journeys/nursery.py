"""Claims yet to open: those that will follow claims already decided.

When the first of them is due, all that are known get their plans at once: plans are columns, and columns are cheap by
the hundred. Draws are keyed, so it does not matter who is prepared with whom.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import simpy

from warrantysim.claims.columns import Claims
from warrantysim.journeys.gates import at_end_of_instant
from warrantysim.journeys.legs import prepare
from warrantysim.journeys.offspring import NO_CHILD, born_of, follow_up
from warrantysim.journeys.plan import Luck, Plan
from warrantysim.journeys.records import Route
from warrantysim.journeys.world import World
from warrantysim.scenario.policy import Policy

if TYPE_CHECKING:
    from warrantysim.journeys.rows import Rows

Young = tuple[Claims, np.ndarray, np.ndarray, np.ndarray]
OPENING = 0
"""Priority of preparing claims: before anything else of the instant."""


class Nursery:
    """Decided claims are asked for their children; children wait here until the first of them is due."""

    def __init__(
        self,
        env: simpy.Environment,
        world: World,
        policy: Policy,
        luck: Luck,
        rows: Rows,
        begin: Callable[[Plan], None],
    ) -> None:
        self.env, self.world, self.policy, self.luck, self.rows, self.begin = env, world, policy, luck, rows, begin
        self.decided: list[int] = []
        self.due: int | None = None

    def expect_one(self, i: int) -> None:
        """A claim is decided."""
        earliest = self.rows.earliest_child(i)
        if earliest is not None:
            self.decided.append(i)
            self._wake_for(earliest)

    def expect(self, numbers: np.ndarray) -> None:
        """Claims are decided: take in what follows them. ``numbers``: their rows in the run."""
        for i in numbers.tolist():
            self.expect_one(i)

    def _wake_for(self, stamp: int) -> None:
        if self.due is None or stamp < self.due:
            self.due = stamp
            delay = max(stamp - int(self.env.now), 0)
            at_end_of_instant(self.env, OPENING, lambda: self._open(stamp), delay)

    def _open(self, stamp: int) -> None:
        if self.due != stamp:
            return
        young, self.decided, self.due = self._young(np.array(self.decided)), [], None
        claims, parent, repairs, scope = young
        if not len(claims):
            return
        order = np.lexsort((claims.unit, claims.opened))
        self.begin(
            prepare(claims.take(order), parent[order], repairs[order], scope[order], self.policy, self.world, self.luck)
        )

    def _young(self, numbers: np.ndarray) -> Young:
        """What follows the decided claims, each as its own plan and its course say."""
        parts = []
        for plan, rows in self.rows.by_plan(numbers):
            part = plan.take(rows - self.rows.first_of(plan))
            columns = {name: np.array([getattr(self.rows, name)[i] for i in rows]) for name in _NEEDED}
            columns["finding"] = np.array([self.rows.found[i] for i in rows])
            columns["label_issued"] = (part.route == Route.REPAIR_LOCAL) | (part.route == Route.RETURN_CHINA)
            follow = follow_up(part, columns)
            chosen = np.flatnonzero(follow[0] != NO_CHILD)
            parts.append(born_of(part, chosen, follow, self.world, self.luck, rows[chosen]))
        claims = Claims.concat([part[0] for part in parts])
        parent, repairs, scope = (np.concatenate([part[k] for part in parts]) for k in (1, 2, 3))
        return claims, parent, repairs, scope


_NEEDED = ("resolved", "closure", "source")
