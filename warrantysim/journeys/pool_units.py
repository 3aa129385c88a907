"""Which unit of a swap pool a claimant gets, where that matters: a repaired one may fail again early.

Units leave a pool in the order in which they came. Where new stock never runs short nobody waits for the pool, so who
gets what is settled after the run (`pools`); only a claimant whose draw says that a repaired unit may not hold is told
in time. Until then moves are noted, in any order, and counted up to the second that is asked about.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from heapq import heappop, heappush

import numpy as np
import simpy
from simpy.events import Event

from warrantysim.journeys.gates import SHELF, at_end_of_instant, wake
from warrantysim.journeys.model import Model
from warrantysim.journeys.plan import Plan

STATED = -1
"""A unit the pool began with: whoever repaired it is not known, and it holds."""
NO_UNIT = None
"""The pool was empty."""


def at_risk(plan: Plan, model: Model) -> np.ndarray:
    """Claims whose replacement, if it is a repaired unit, would fail again after some bench's repair. Shape (n,), bool.

    Who takes no repaired unit, or is served from new stock first, is never at risk.
    """
    may: np.ndarray = plan.pool_accepted & (plan.bounce_draw < model.most_bounces)
    return may & model.scenario.stock_rules.pool_first


class PoolUnits:
    """Units of one product's swap pool in one market, where new stock never runs short."""

    def __init__(self, env: simpy.Environment, opening: int) -> None:
        self.env = env
        self.units: deque[int] = deque([STATED] * opening)
        self.moves: list[tuple[int, bool, int, int, int]] = []
        self.wanted: dict[int, Event] = {}
        self.weak = False

    def come(self, at: int, key: int, row: int, unit: int, repaired: bool) -> None:
        """A unit joins the pool at a stamp. ``row``: of the claim in the run; ``unit``: what it is known by."""
        self.weak |= repaired
        heappush(self.moves, (at, False, key, row, unit))

    def ask(self, at: int, key: int, row: int) -> None:
        """A claim takes a unit at a stamp, if there is one; nobody wants to know which."""
        heappush(self.moves, (at, True, key, row, STATED))

    def ask_which(self, at: int, key: int, row: int) -> Event:
        """The same; the event brings the unit, or `NO_UNIT`."""
        self.wanted[row] = event = Event(self.env)
        self.ask(at, key, row)
        at_end_of_instant(self.env, SHELF + 1, partial(self._tell, row), at - int(self.env.now))
        return event

    def _tell(self, row: int, instant: Event) -> None:
        """Count the moves up to now. As long as no repaired unit has come, whichever unit it is holds."""
        if not self.weak:
            wake(self.env, self.wanted.pop(row), NO_UNIT)
            return
        now = int(self.env.now)
        while self.moves and self.moves[0][0] <= now:
            _, asks, _, one, unit = heappop(self.moves)
            if not asks:
                self.units.append(unit)
                continue
            got = self.units.popleft() if self.units else NO_UNIT
            if one in self.wanted:
                wake(self.env, self.wanted.pop(one), got)
