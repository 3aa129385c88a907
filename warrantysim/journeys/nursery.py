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
        self.waiting: list[Young] = []
        self.due: int | None = None

    def expect_one(self, i: int) -> None:
        """A claim is decided."""
        if self.rows.may_have_child(i):
            self.expect(np.array([i]))

    def expect(self, numbers: np.ndarray) -> None:
        """Claims are decided: take in what follows them. ``numbers``: their rows in the run, of one plan."""
        if not len(numbers):
            return
        plan, k = self.rows.plan_of(int(numbers[0]))
        local = numbers - int(numbers[0]) + k
        part = plan.take(local)
        columns = {name: np.array([getattr(self.rows, name)[i] for i in numbers]) for name in _NEEDED}
        columns["finding"] = np.array([self.rows.found[i] for i in numbers])
        columns["label_issued"] = (part.route == Route.REPAIR_LOCAL) | (part.route == Route.RETURN_CHINA)
        follow = follow_up(part, columns)
        chosen = np.flatnonzero(follow[0] != NO_CHILD)
        if len(chosen):
            young = born_of(part, chosen, follow, self.world, self.luck, numbers[chosen])
            self.waiting.append(young)
            self._wake_for(int(young[0].opened.min()))

    def _wake_for(self, stamp: int) -> None:
        if self.due is None or stamp < self.due:
            self.due = stamp
            delay = max(stamp - int(self.env.now), 0)
            at_end_of_instant(self.env, OPENING, lambda: self._open(stamp), delay)

    def _open(self, stamp: int) -> None:
        if self.due != stamp:
            return
        young, self.waiting, self.due = self.waiting, [], None
        claims = Claims.concat([y[0] for y in young])
        parent, repairs, scope = (np.concatenate([y[k] for y in young]) for k in (1, 2, 3))
        order = np.lexsort((claims.unit, claims.opened))
        self.begin(
            prepare(claims.take(order), parent[order], repairs[order], scope[order], self.policy, self.world, self.luck)
        )


_NEEDED = ("resolved", "closure", "source")
