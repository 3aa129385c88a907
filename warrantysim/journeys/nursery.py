"""Claims yet to open: those that will follow claims already decided.

When the first of them is due, all that are known get their plans at once: plans are columns, and columns are cheap by
the hundred. Draws are keyed, so it does not matter who is prepared with whom.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import simpy
from simpy.events import Event

from warrantysim.journeys.gates import at_end_of_instant
from warrantysim.journeys.legs import prepare
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.offspring import BARREN, Parents, born_of, endings_of, parents_in
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.rows import Rows, Wave
from warrantysim.journeys.world import World
from warrantysim.schema.policy import Policy

OPENING = 0
"""Priority of preparing claims: before anything else of the instant."""


class Nursery:
    """Decided claims are asked for what follows them, which waits here until the first of it is due."""

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
        self.waited: list[int] = []
        self.known: list[Parents] = []
        self.due: int | None = None

    def expect_one(self, i: int) -> None:
        """A claim that waited is decided. ``i``: its entry in the rows."""
        due = self.rows.child_due(i)
        if due is not None:
            self.waited.append(i)
            self._wake_for(due)

    def expect(self, wave: Wave, chosen: np.ndarray) -> None:
        """Claims of a wave that waited for nobody are decided. ``chosen``: mask, shape of the wave."""
        ending = np.where(chosen, endings_of(wave.alone["closure"], wave.alone["finding"]), BARREN)
        parents = parents_in(wave.plan, wave.outlook, ending, wave.alone["resolved"], wave.first)
        if len(parents):
            self.known.append(parents)
            self._wake_for(int(parents.opens.min()))

    def _wake_for(self, stamp: int) -> None:
        if self.due is None or stamp < self.due:
            self.due = stamp
            at_end_of_instant(self.env, OPENING, partial(self._open, stamp), stamp - int(self.env.now))

    def _open(self, stamp: int, _: Event) -> None:
        if self.due != stamp:
            return
        parents = Parents.concat([*self.known, *self.rows.parents(self.waited)])
        self.waited, self.known, self.due = [], [], None
        claims, parent, repairs, scope = born_of(parents, self.world, self.luck)
        order = np.lexsort((claims.unit, claims.opened))
        self.begin(
            prepare(claims.take(order), parent[order], repairs[order], scope[order], self.policy, self.world, self.luck)
        )
