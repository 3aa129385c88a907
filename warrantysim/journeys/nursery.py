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

from warrantysim.claims.columns import Claims
from warrantysim.journeys.gates import at_end_of_instant
from warrantysim.journeys.legs import prepare
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.offspring import BARREN, Young, born_of, endings_of, follows, take
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.rows import Rows, Wave
from warrantysim.journeys.world import World
from warrantysim.scenario.policy import Policy

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
        self.parents: list[int] = []
        self.young: list[Young] = []
        self.due: int | None = None

    def expect_one(self, i: int) -> None:
        """A claim that waited is decided. ``i``: its entry in the rows."""
        due = self.rows.child_due(i)
        if due is not None:
            self.parents.append(i)
            self._wake_for(due)

    def expect(self, wave: Wave, chosen: np.ndarray) -> None:
        """Claims of a wave that waited for nobody are decided. ``chosen``: mask, shape of the wave."""
        ending = np.where(chosen, endings_of(wave.alone["closure"], wave.alone["finding"]), BARREN)
        rows = follows(wave.outlook, ending, wave.alone["resolved"])
        if len(rows):
            self.young.append(self._born(wave, rows, ending[rows], wave.alone["resolved"][rows]))
            self._wake_for(int(self.young[-1][0].opened.min()))

    def _born(self, wave: Wave, rows: np.ndarray, ending: np.ndarray, resolved: np.ndarray) -> Young:
        out = take(wave.outlook, rows)
        return born_of(wave.plan, rows, out, ending, resolved, rows + wave.first, self.world, self.luck)

    def _wake_for(self, stamp: int) -> None:
        if self.due is None or stamp < self.due:
            self.due = stamp
            at_end_of_instant(self.env, OPENING, partial(self._open, stamp), stamp - int(self.env.now))

    def _open(self, stamp: int, _: Event) -> None:
        if self.due != stamp:
            return
        young = self.young + self._of_parents()
        self.parents, self.young, self.due = [], [], None
        claims = Claims.concat([y[0] for y in young])
        parent, repairs, scope = (np.concatenate([y[k] for y in young]) for k in (1, 2, 3))
        order = np.lexsort((claims.unit, claims.opened))
        self.begin(
            prepare(claims.take(order), parent[order], repairs[order], scope[order], self.policy, self.world, self.luck)
        )

    def _of_parents(self) -> list[Young]:
        """What follows the decided claims that waited, wave by wave."""
        r = self.rows
        born = []
        for wave, entries, rows in r.by_wave(self.parents) if self.parents else ():
            ending = np.array([r.ending(i) for i in entries])
            resolved = np.array([r.resolved[i] for i in entries])
            out = r.outlook_of(wave, entries, rows)
            born.append(born_of(wave.plan, rows, out, ending, resolved, rows + wave.first, self.world, self.luck))
        return born
