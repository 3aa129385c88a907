"""Replacement stock: pool first, first come first served, reordered one for one, and patience."""

from __future__ import annotations

from typing import Any

import simpy

from warrantysim.journeys.stock import Shelf


class Store:
    """A shelf and those who ask it: what each got, and when."""

    def __init__(self, new: int | None = 0, lead: int | None = None, pool: int = 0, pool_first: bool = True) -> None:
        self.env = simpy.Environment()
        self.moves: list[tuple[bool, int, int]] = []
        self.shelf = Shelf(self.env, new, lead, pool, pool_first, lambda *move: self.moves.append(move))
        self.got: dict[int, tuple[str | None, int]] = {}

    def ask(self, key: int, at: int, accepts: bool = True, patience: int = 0) -> None:
        """Someone asks."""

        def one() -> Any:
            found = yield self.shelf.ask(key, key, accepts, patience, at)
            self.got[key] = (found, int(self.env.now))

        self.env.process(one())

    def at(self, stamp: int, action: Any) -> None:
        """Something happens."""
        self.env.timeout(stamp).callbacks.append(lambda _: action())

    def run(self) -> dict[int, tuple[str | None, int]]:
        """Let it all happen."""
        self.env.run()
        return self.got


def test_the_pool_is_asked_first_and_then_new_stock() -> None:
    store = Store(new=1, pool=1)
    for key in (1, 2, 3):
        store.ask(key, 10)
    assert store.run() == {1: ("pool", 10), 2: ("new", 10), 3: (None, 10)}
    assert store.moves == [(True, -1, 1), (False, -1, 2)]


def test_new_stock_is_asked_first_where_the_seller_says_so() -> None:
    store = Store(new=1, pool=1, pool_first=False)
    store.ask(1, 0)
    store.ask(2, 1)
    assert store.run() == {1: ("new", 0), 2: ("pool", 1)}


def test_who_refuses_a_repaired_unit_gets_none_even_while_there_are_some() -> None:
    store = Store(new=0, pool=5)
    store.ask(1, 0, accepts=False, patience=7)
    assert store.run() == {1: (None, 7)}


def test_each_unit_taken_is_reordered_and_comes_after_the_lead_time() -> None:
    store = Store(new=2, lead=100)
    for key, at in ((1, 0), (2, 30), (3, 50), (4, 60)):
        store.ask(key, at, patience=1000)
    # The orders of 0 and 30 arrive at 100 and 130.
    assert store.run() == {1: ("new", 0), 2: ("new", 30), 3: ("new", 100), 4: ("new", 130)}


def test_patience_ends_before_what_comes_later_and_not_before_what_comes_then() -> None:
    store = Store(new=0)
    store.ask(1, 0, patience=10)
    store.ask(2, 0, patience=9)
    store.at(10, lambda: store.shelf.deliver(1))
    assert store.run() == {1: ("new", 10), 2: (None, 9)}


def test_waiting_claims_come_before_new_ones_when_a_repaired_unit_comes_in() -> None:
    store = Store(new=0)
    store.ask(1, 0, accepts=False, patience=50)
    store.ask(2, 5, patience=50)
    store.ask(3, 20, patience=50)
    store.at(20, lambda: store.shelf.add_pool(99, 99))
    assert store.run() == {2: ("pool", 20), 1: (None, 50), 3: (None, 70)}
    assert store.moves == [(True, 1, 99), (True, -1, 2)]


def test_those_who_ask_at_one_instant_are_served_in_order_of_keys() -> None:
    store = Store(new=1)
    for key in (3, 1, 2):
        store.ask(key, 4)
    assert store.run()[1] == ("new", 4)
