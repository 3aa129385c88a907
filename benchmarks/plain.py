"""The same world as one writes it first in SimPy: a process a claim, every step an event, draws one by one."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import simpy

from benchmarks import seller as w
from benchmarks.record import Record

Steps = Generator[simpy.Event, Any, None]
MINUTE = 1 / (24 * 60)


class PlainModel:
    """Time in days, one generator a claim."""

    def __init__(self, seed: int) -> None:
        self.env = simpy.Environment()
        self.luck = random.Random(seed)
        self.bench = simpy.Resource(self.env, w.TECHNICIANS)
        self.china = simpy.Resource(self.env, w.CHINA_TECHNICIANS)
        self.departure = self.env.event()
        self.records: list[Record] = []

    def lognormal(self, pair: tuple[float, float]) -> float:
        """One duration [days]."""
        return pair[0] * self.luck.lognormvariate(0.0, pair[1])

    def run(self, opened: list[float], values: list[float], minutes: list[float]) -> list[Record]:
        """All claims, to their ends."""
        self.env.process(self.freight())
        for at, value, work in zip(opened, values, minutes, strict=True):
            record = Record(at, value)
            self.records.append(record)
            self.env.process(self.claim(record, work))
        self.env.run(until=max(opened) + 400)
        return self.records

    def freight(self) -> Steps:
        """A container leaves every Monday at 16:00; day 0 is a Monday."""
        yield self.env.timeout(16 / 24)
        while True:
            landed = self.lognormal(w.OUT) + 2.0
            leaving, self.departure = self.departure, self.env.event()
            leaving.succeed(landed)
            yield self.env.timeout(7)

    def claim(self, r: Record, minutes: float) -> Steps:
        """One claim."""
        yield self.env.timeout(r.opened)
        yield self.env.timeout(w.CONTACT)
        r.stamps["routed"] = self.env.now
        if r.value < w.CUTS[0]:
            yield self.env.timeout(2.0)
        elif r.value < w.CUTS[1]:
            yield from self.send(r)
        elif self.luck.random() < w.UNUSED:
            yield self.env.timeout(45.0)
        else:
            yield from self.returned(r, minutes)
        r.stamps["closed"] = self.env.now

    def send(self, r: Record) -> Steps:
        """A parcel to the customer; a lost one is sent again after a week."""
        yield self.env.timeout(self.lognormal(w.PICK))
        r.stamps["shipped"] = self.env.now
        yield self.env.timeout(self.lognormal(w.TRANSIT))
        if self.luck.random() < w.LOSS:
            yield self.env.timeout(7.0)
            yield self.env.timeout(self.lognormal(w.TRANSIT))

    def returned(self, r: Record, minutes: float) -> Steps:
        """The unit comes in."""
        yield self.env.timeout(self.lognormal(w.SHIP_LAG))
        r.stamps["scanned"] = self.env.now
        yield self.env.timeout(self.lognormal(w.TRANSIT))
        if self.luck.random() < w.LOSS:
            yield self.env.timeout(7.0)
            yield from self.send(r)
            return
        r.stamps["arrived"] = self.env.now
        if r.value < w.CUTS[2]:
            yield self.env.timeout(self.lognormal(w.HANDLING))
            yield from self.work(r, self.bench, minutes)
        else:
            yield self.env.timeout(self.lognormal(w.HUB))
            landed = yield self.departure
            yield self.env.timeout(landed)
            yield from self.work(r, self.china, minutes)
        if self.luck.random() < w.YIELD and r.value >= w.CUTS[2]:
            yield self.env.timeout(-self.env.now % w.BACK_EVERY)
            r.stamps["back_left"] = self.env.now
            yield self.env.timeout(self.lognormal(w.BACK))
        yield from self.send(r)

    def work(self, r: Record, bench: simpy.Resource, minutes: float) -> Steps:
        """A technician works on the unit."""
        r.stamps["bench_in"] = self.env.now
        with bench.request() as turn:
            yield turn
            r.stamps["bench_start"] = self.env.now
            yield self.env.timeout(minutes * MINUTE)
        r.stamps["bench_out"] = self.env.now
