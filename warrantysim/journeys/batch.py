"""Consolidation: units that leave a hub for China together."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import simpy
from simpy.events import Event

from warrantysim.journeys.gates import BOARDING, DEPARTURE, at_end_of_instant, wake


class Batch:
    """Units collected at one hub for one way to China: they leave together and land together.

    ``leaves_by(first, last)`` gives the latest departure of a batch whose first item came at ``first`` when the last
    batch left at ``last``; ``full(units, kg)`` says whether weight or count sends it at once; ``depart(rows, kg)`` is
    told who is on board and returns the landing stamp and the dispatch number.
    """

    def __init__(
        self,
        env: simpy.Environment,
        leaves_by: Callable[[int, int | None], int | None],
        full: Callable[[int, float], bool],
        depart: Callable[[list[int], float], tuple[int, int]],
    ) -> None:
        self.env = env
        self.leaves_by = leaves_by
        self.full = full
        self.depart = depart
        self.boarding: dict[int, list[tuple[int, int, float, Event]]] = {}
        self.on_board: list[tuple[int, int, Event]] = []
        self.kg = 0.0
        self.last: int | None = None
        self.number = 0

    def board(self, key: int, row: int, kg: float, at: int) -> Event:
        """Join the batch at the stamp ``at``; the event comes on landing with the dispatch number."""
        event = Event(self.env)
        if at not in self.boarding:
            self.boarding[at] = []
            at_end_of_instant(self.env, BOARDING, self._load, at - int(self.env.now))
        self.boarding[at].append((key, row, kg, event))
        return event

    def _load(self, _: Event) -> None:
        now = int(self.env.now)
        boarding = self.boarding.pop(now)
        if len(boarding) > 1:
            boarding.sort(key=lambda item: item[0])
        for key, row, kg, event in boarding:
            first = not self.on_board
            self.on_board.append((key, row, event))
            self.kg += kg
            if self.full(len(self.on_board), self.kg):
                self._leave()
            elif first:
                by = self.leaves_by(now, self.last)
                if by is not None:
                    due = partial(self._due, self.number)
                    at_end_of_instant(self.env, DEPARTURE, due, max(by - now, 0))

    def send_off(self) -> None:
        """Leave with what is on board, whatever the rule says: nothing more will come."""
        if self.on_board:
            self._leave()

    def _due(self, number: int, _: Event) -> None:
        if number == self.number and self.on_board:
            self._leave()

    def _leave(self) -> None:
        now = int(self.env.now)
        on_board, self.on_board = sorted(self.on_board, key=lambda item: item[0]), []
        kg, self.kg = self.kg, 0.0
        self.last, self.number = now, self.number + 1
        landed, dispatch = self.depart([row for _, row, _ in on_board], kg)
        landing = Event(self.env)
        landing.callbacks = [partial(self._land, [event for _, _, event in on_board])]
        wake(self.env, landing, dispatch, landed - now)

    def _land(self, on_board: list[Event], landing: Event) -> None:
        for event in on_board:
            wake(self.env, event, landing.value)
