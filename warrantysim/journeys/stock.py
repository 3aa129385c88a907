"""Replacement stock of one product in one market: new units, and the repaired ones of its swap pool.

Where claims wait for new stock they queue at a `Shelf`. Where it never runs short nobody waits, and who gets which
unit of the pool is settled after the run (`pools`): units leave it in the order in which they came. Only a claimant
whose draw says that a repaired unit may not hold is told in time which one it is, by `PoolUnits`; until then moves are
noted, in any order, and counted up to the second that is asked about.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from heapq import heappop, heappush
from typing import Any

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


class Shelf:
    """New and repaired stock of one product in one market; new units are reordered one for one.

    Who finds nothing waits, first come first served, until stock comes or patience ends. Where new units never run
    short nobody waits, and no shelf is needed (see `pools`).
    """

    def __init__(
        self,
        env: simpy.Environment,
        new_units: int,
        lead: int | None,
        pool_units: int,
        pool_first: bool,
        moved: Callable[[bool, int, int], None],
    ) -> None:
        self.env = env
        self.new_units = new_units
        self.lead = lead
        self.pool: deque[int] = deque([STATED] * pool_units)
        self.handed: dict[int, int] = {}
        self.pool_first = pool_first
        self.moved = moved
        self.asking: dict[int, list[tuple[int, bool, int, Event, int]]] = {}
        self.waiting: deque[list[Any]] = deque()
        self.reordered: deque[int] = deque()
        self.awaited = False

    def ask(self, key: int, row: int, pool_accepted: bool, patience: int, at: int) -> Event:
        """Ask for a unit at the stamp ``at``; the event brings 'pool', 'new' or None once patience is over.

        Which unit of the pool it was, ``handed`` knows by the row.
        """
        event = Event(self.env)
        if at not in self.asking:
            self.asking[at] = []
            at_end_of_instant(self.env, SHELF, self._serve, at - int(self.env.now))
        self.asking[at].append((key, pool_accepted, patience, event, row))
        return event

    def add_pool(self, row: int, unit: int) -> None:
        """A repaired unit comes in, before the reordered units of this instant do; ``unit``: what it is known by."""
        self.pool.append(unit)
        self.moved(True, 1, row)
        self._serve_waiting()

    def deliver(self, units: int, _: Event | None = None) -> None:
        """New units come in."""
        self.new_units += units
        self._serve_waiting()

    def _receive(self) -> None:
        """Put up the reordered units that have come. Somebody has to look only while claims wait for them."""
        now = int(self.env.now)
        while self.reordered and self.reordered[0] <= now:
            self.reordered.popleft()
            self.new_units += 1

    def _await_reordered(self) -> None:
        if self.waiting and self.reordered and not self.awaited:
            self.awaited = True
            at_end_of_instant(self.env, SHELF - 1, self._reordered_came, self.reordered[0] - int(self.env.now))

    def _reordered_came(self, _: Event) -> None:
        self.awaited = False
        self._receive()
        self._serve_waiting()

    def _take(self, pool_accepted: bool, row: int) -> str | None:
        pool = pool_accepted and len(self.pool) > 0
        new = self.new_units > 0
        if pool and (self.pool_first or not new):
            self.handed[row] = self.pool.popleft()
            self.moved(True, -1, row)
            return "pool"
        if not new:
            return None
        self.new_units -= 1
        if self.lead is not None:
            self.reordered.append(int(self.env.now) + self.lead)
        self.moved(False, -1, row)
        return "new"

    def _serve(self, instant: Event) -> None:
        self._receive()
        asking = self.asking.pop(int(self.env.now))
        if len(asking) > 1:
            asking.sort(key=_key)
        for _, accepted, patience, event, row in asking:
            # Those who wait already come first, unless they refuse what is there.
            got = self._take(accepted, row)
            if got is not None or patience <= 0:
                wake(self.env, event, got)
                continue
            place = [accepted, event, row, True]
            self.waiting.append(place)
            at_end_of_instant(self.env, SHELF, partial(self._give_up, place), patience)
        self._await_reordered()

    def _serve_waiting(self) -> None:
        still: deque[list[Any]] = deque()
        while self.waiting:
            place = self.waiting.popleft()
            if not place[3]:
                continue
            got = self._take(place[0], place[2])
            if got is None:
                still.append(place)
            else:
                place[3] = False
                wake(self.env, place[1], got)
        self.waiting = still
        self._await_reordered()

    def _give_up(self, place: list[Any], _: Event) -> None:
        if place[3]:
            place[3] = False
            wake(self.env, place[1], None)


def _key(item: tuple[int, bool, int, Event, int]) -> int:
    return item[0]
