"""The places of a run: desks, the China bench, shelves and batches, made when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import simpy
from simpy.events import Event

from warrantysim.journeys.freight_days import land_one, next_back
from warrantysim.journeys.gates import BOARDING, DEPARTURE, SHELF, BenchGate, OpenGate, at_end_of_instant, wake
from warrantysim.journeys.hubs import fills
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import NO_CLOCK, Model, first_stamp
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.records import Dispatches, Finding, StockMoves, to_china
from warrantysim.journeys.rows import Rows
from warrantysim.journeys.stock import NO_UNIT, STATED, PoolUnits, Shelf, at_risk
from warrantysim.schema.clock import DAY


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


@dataclass(frozen=True)
class DeskGate:
    """A partner's bench in the run."""

    partner: int
    """Row in ``scenario.partner_ids``."""
    gate: BenchGate


class Resources:
    """Everything claims wait at. Keyed by index, so that a place exists once for all who come to it."""

    def __init__(
        self,
        env: simpy.Environment,
        model: Model,
        luck: Luck,
        rows: Rows,
        plenty: np.ndarray,
        queues: bool,
        pool_bounces: bool,
    ) -> None:
        self.env = env
        self.gate = BenchGate if queues else OpenGate
        self.model = model
        self.luck = luck
        self.rows = rows
        self.start = first_stamp(model.scenario)
        self.desks: dict[tuple[int, str], DeskGate] = {}
        self.chains: dict[tuple[int, int, int], list[DeskGate]] = {}
        self.shelves: dict[tuple[int, int], Shelf] = {}
        self.pools: dict[tuple[int, int], PoolUnits] = {}
        self.pool_bounces = pool_bounces and model.scenario.stock_rules.pool_first and model.most_bounces > 0
        self.batches: dict[tuple[int, int], Batch] = {}
        self.lost: list[bool] = []
        self.homeward: dict[tuple[int, int, int], tuple[int, bool]] = {}
        self.shipped: list[tuple[int, int, int, int, list[int], bool]] = []
        self.moves: list[tuple[int, int, bool, int, int, int]] = []
        bench = model.scenario.china_bench
        self.china = self.gate(env, model.clock_of(None, self.start), bench.technicians)
        self.patience = [round(m.stock_wait_days * DAY) for m in model.markets]
        self.stock = {(row.sku, row.market): row for row in model.scenario.stock}
        self.plenty = plenty
        for sku, market in np.argwhere(~plenty & model.pool_ok):
            self._shelf_at(int(sku), int(market))

    def agents(self) -> BenchGate | None:
        """The people who answer, where they are modelled."""
        stated = self.model.scenario.triage.agents
        if stated is None:
            return None
        return self.gate(self.env, self.model.clock_named(stated.calendar, self.start), stated.count)

    def may_run_short(self, plan: Plan) -> np.ndarray:
        """Whether claims may have to wait for the new stock each one's replacement comes from. Shape (n,), bool."""
        return np.asarray(~self.plenty[plan.claims.sku, plan.claims.market])

    def desks_for(self, i: int) -> list[DeskGate]:
        """The bench a claim was routed to, then those it may overflow to that serve its market and take its product."""
        key = (self.rows.partner[i], self.rows.market[i], self.rows.sku[i])
        if key not in self.chains:
            self.chains[key] = self._chain(*key)
        chain = self.chains[key]
        if len(chain) == 1:
            return chain
        opened = np.array([self.rows.opened[i]])
        day = int(self.model.scenario.market_days.ordinals(opened, self.rows.market[i])[0])
        return [chain[0], *(d for d in chain[1:] if self.model.desks.open_on(d.partner, day))]

    def _chain(self, partner: int, market: int, sku: int) -> list[DeskGate]:
        chain: list[DeskGate] = []
        asked: set[int] = set()
        desks = self.model.desks
        while partner not in asked and desks.serves[partner, market]:
            asked.add(partner)
            name, bench = desks.bench[partner, market]
            # One desk may serve several markets: its technicians are shared.
            if (partner, name) not in self.desks:
                clock = self.model.clock_of((partner, market), self.start)
                gate = self.gate(self.env, clock, bench.technicians, bench.waiting_places)
                self.desks[partner, name] = DeskGate(partner, gate)
            if desks.takes[partner, sku]:
                chain.append(self.desks[partner, name])
            if bench.overflow is None:
                break
            partner = self.model.scenario.partner_ids.index(bench.overflow)
        return chain

    def _shelf_at(self, sku: int, market: int) -> Shelf:
        if (sku, market) not in self.shelves:
            self.shelves[sku, market] = self._shelf(sku, market)
        return self.shelves[sku, market]

    def _shelf(self, sku: int, market: int) -> Shelf:
        s = self.model.scenario
        row = self.stock[s.skus[sku].sku, s.market_ids[market]]
        assert row.base_stock is not None
        by_table = s.stock_rules.deliveries == "table"
        pool = row.pool_start if self.model.pool_ok[sku, market] else 0

        def moved(pooled: bool, change: int, record: int) -> None:
            self.moves.append((sku, market, pooled, change, int(self.env.now), record))

        shelf = Shelf(
            self.env,
            row.base_stock,
            None if by_table else round(row.lead_days * DAY),
            pool,
            s.stock_rules.pool_first,
            moved,
        )
        self.moves.extend([(sku, market, True, 1, self.start, -1)] * pool)
        if by_table:
            for delivery in s.deliveries:
                if (delivery.sku, delivery.market) == (row.sku, row.market):
                    units, delay = delivery.units, s.market_days.midnight(delivery.day, market) - int(self.env.now)
                    if delay >= 0:
                        at_end_of_instant(self.env, SHELF - 1, partial(shelf.deliver, units), delay)
                    else:
                        shelf.deliver(units)
        return shelf

    def replacement(self, i: int, at: int) -> Generator[Event, Any, str | None]:
        """Ask for a replacement at a stamp; returns 'pool', 'new' or, once patience is over, None.

        Where it is at hand it is told to be new: what it was is settled after the run. A unit that will not hold is
        known in time.
        """
        r = self.rows
        unit = NO_UNIT
        if r.at_hand[i]:
            got: str | None = "new"
            if self.pool_bounces and r.pool_accepted[i]:
                pool = self._pool_at(r.sku[i], r.market[i])
                if r.at_risk[i]:
                    unit = yield pool.ask_which(at, r.key[i], r.number[i])
                else:
                    pool.ask(at, r.key[i], r.number[i])
        else:
            shelf = self._shelf_at(r.sku[i], r.market[i])
            got = yield shelf.ask(r.key[i], r.number[i], r.pool_accepted[i], self.patience[r.market[i]], at)
            unit = shelf.handed.pop(r.number[i], NO_UNIT)
        if unit is not NO_UNIT and r.at_risk[i] and unit != STATED and r.found[unit] == Finding.REPAIRED:
            r.fails_again(i, *self.repair_of(unit))
        return got

    def at_risk(self, plan: Plan) -> np.ndarray:
        """Claims to whom it matters which unit they get. Shape (n,), bool."""
        return at_risk(plan, self.model) if self.pool_bounces else np.zeros(len(plan), dtype=bool)

    def asked_at_once(self, plan: Plan, alone: dict[str, np.ndarray], whom: np.ndarray) -> None:
        """Claims of a wave (a mask) that wait for nobody take what is in the pool. ``alone``: their journeys."""
        if not self.pool_bounces:
            return
        c, first = plan.claims, self.rows.total
        rows = np.flatnonzero(whom & plan.pool_accepted)
        asked = alone["shipped"][rows] - plan.d_pick[rows]
        columns = (c.sku[rows], c.market[rows], asked, c.unit[rows], rows + first)
        for sku, market, at, key, row in zip(*(column.tolist() for column in columns), strict=True):
            self._pool_at(sku, market).ask(at, key, row)

    def _pool_at(self, sku: int, market: int) -> PoolUnits:
        if (sku, market) not in self.pools:
            s = self.model.scenario
            row = self.stock[s.skus[sku].sku, s.market_ids[market]]
            self.pools[sku, market] = PoolUnits(self.env, row.pool_start)
        return self.pools[sku, market]

    def repair_of(self, unit: int) -> tuple[float, float, int]:
        """Bounce share and days of the bench that repaired a pool unit, and the fault it repaired."""
        r, bench, desks = self.rows, self.model.scenario.china_bench, self.model.desks
        wave, k = r.place(unit)
        fault = int(wave.plan.claims.fault[k])
        if to_china(r.route[unit]):
            return bench.bounce_share, bench.bounce_days, fault
        at = r.partner[unit]
        return float(desks.bounce_share[at]), float(desks.bounce_days[at]), fault

    def add_to_pool(self, i: int) -> None:
        """A unit joins the swap pool; where replacements are always at hand, nobody has waited for it."""
        r = self.rows
        if not r.at_hand[i]:
            self._shelf_at(r.sku[i], r.market[i]).add_pool(r.number[i], i)
        elif self.pool_bounces:
            self._pool_at(r.sku[i], r.market[i]).come(
                r.pooled[i], r.key[i], r.number[i], i, r.found[i] == Finding.REPAIRED
            )

    def batch_for(self, i: int) -> Batch:
        """The batch collected at the claim's hub for its way to China."""
        key = (self.rows.market[i], self.rows.partner[i])
        if key not in self.batches:
            self.batches[key] = self._batch(*key)
        return self.batches[key]

    def _batch(self, market: int, way: int) -> Batch:
        name = self.model.scenario.way_ids[way]
        rule = self.model.markets[market].china[name].consolidation

        def leaves_by(first: int, last: int | None) -> int | None:
            before = np.array([NO_CLOCK if last is None else last])
            by = int(self.model.leaves_by(rule, np.array([first]), before)[0])
            return None if by == NO_CLOCK else by

        def depart(on_board: list[int], kg: float) -> tuple[int, int]:
            now = int(self.env.now)
            landed, lost = land_one(self.model, self.luck, market, name, now, back=False)
            self.shipped.append((market, way, now, landed, on_board, lost))
            self.lost.append(lost)
            return landed, len(self.lost) - 1

        return Batch(self.env, leaves_by, fills(rule), depart)

    def way_back(self, i: int, ready: int) -> tuple[int, int, bool]:
        """The regular freight back for a unit ready at a stamp: its departure, its landing, and whether it is lost."""
        market, way = self.rows.market[i], self.rows.partner[i]
        name = self.model.scenario.way_ids[way]
        left = int(next_back(ready, self.model.markets[market].china[name].back_every_days))
        key = (market, way, left)
        if key not in self.homeward:
            self.homeward[key] = land_one(self.model, self.luck, market, name, left, back=True)
        return left, *self.homeward[key]

    def leftovers(self) -> bool:
        """Send what still waits for weight or count once nothing else can happen; False when nothing was left."""
        waiting = [batch for batch in self.batches.values() if batch.on_board]
        for batch in waiting:
            batch.send_off()
        return bool(waiting)

    def dispatches(self) -> Dispatches:
        """Dispatches to China; examinations are filled in afterwards."""
        skus = [[self.rows.sku[i] for i in on_board] for *_, on_board, _ in self.shipped]
        return Dispatches(
            market=np.array([d[0] for d in self.shipped], dtype=np.int8),
            way=np.array([d[1] for d in self.shipped], dtype=np.int16),
            back=np.zeros(len(self.shipped), dtype=bool),
            departed=np.array([d[2] for d in self.shipped], dtype=np.int64),
            landed=np.array([d[3] for d in self.shipped], dtype=np.int64),
            units=np.array([len(d[4]) for d in self.shipped], dtype=np.int32),
            kg=np.array([self.model.kg[k].sum() for k in skus], dtype=np.float64),
            cbm=np.array([self.model.cbm[k].sum() for k in skus], dtype=np.float64),
            examined=np.zeros(len(self.shipped), dtype=bool),
            lost=np.array(self.lost, dtype=bool),
        )

    def stock_moves(self) -> StockMoves:
        """Every move of stock that may run short."""
        columns = list(zip(*self.moves, strict=True)) or [()] * 6
        kinds = (np.int16, np.int8, bool, np.int8, np.int64, np.int64)
        return StockMoves(*(np.array(c, dtype=k) for c, k in zip(columns, kinds, strict=True)))
