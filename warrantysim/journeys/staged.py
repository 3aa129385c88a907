"""The journey of `events` in stages: the same records, dispatches and stock moves, row for row, without an event loop.

All claims known so far go through hubs and benches at once, column by column; what follows them is born, joins them and
all go through again, until nothing changes any more. What happens never depends on what happens later, so there is one
such state, and it is that of the event loop. What these stages cannot tell exactly they leave to it: see `NotInStages`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from warrantysim.claims.columns import Origin, time_order
from warrantysim.journeys.benches import first_come
from warrantysim.journeys.freight_days import land
from warrantysim.journeys.hubs import Batches, batches
from warrantysim.journeys.legs import plan_claims
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import NO_CLOCK, Model, first_stamp
from warrantysim.journeys.offspring import (
    BARREN,
    FOREVER,
    REPLACED,
    Outlook,
    Parents,
    born_of,
    endings_of,
    follows,
    outlook,
)
from warrantysim.journeys.operational_clock import BeyondCalendar
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.pools import handed, opening_units
from warrantysim.journeys.records import Closure, Dispatches, Fate, Finding, comes_back, reships, to_china
from warrantysim.journeys.solo import Alone, walk
from warrantysim.journeys.stock import at_risk
from warrantysim.schema.clock import NEVER, seconds
from warrantysim.schema.policy import Policy

ROUNDS = 300
"""Times all claims may go through before the event loop is asked."""
NOBODY = -1
WHY = ("asked", "stock", "full_benches", "agents", "batches", "at_once", "one_unit", "rounds", "refused")
"""Why the event loop is asked: it was asked for; replacements may run short; a bench turns units away; agents answer;
a batch waits for weight or count that never comes; a claim opens in the second in which the one before it is decided;
claims are of one unit; no end in `ROUNDS`; the run may be refused. Each has its text, ``by_events.<code>``."""


class NotInStages(Exception):
    """Something of this run is left to the event loop; the message is one of `WHY`."""


@dataclass(frozen=True)
class Staged:
    """What a run comes to."""

    plans: list[Plan]
    """Of all claims, in the order of the event loop."""
    columns: dict[str, np.ndarray]
    """For the records, see `log.all_records`."""
    dispatches: Dispatches
    """Those to China; examinations are filled in afterwards."""


@dataclass
class SharedPlaces:
    """Hubs and benches all claims under way come to: `Places` of a walk, with what was seen there."""

    luck: Luck
    queues: bool
    lanes: dict[tuple[int, int], tuple[np.ndarray, Batches]] = field(default_factory=dict)
    """Rows and batches by (market, way)."""

    def departed(self, plan: Plan, rows: np.ndarray, at: np.ndarray, lane: tuple[int, int], model: Model) -> np.ndarray:
        """With the batch they fill or wait for."""
        rule = model.markets[lane[0]].china[model.scenario.way_ids[lane[1]]].consolidation
        self.lanes[lane] = rows, batches(model, rule, at, plan.kg[rows], plan.claims.unit[rows])
        return self.lanes[lane][1].left

    def worked(
        self, plan: Plan, rows: np.ndarray, at: np.ndarray, desk: tuple[int, int] | None, model: Model
    ) -> tuple[np.ndarray, np.ndarray]:
        """First come, first served."""
        if not self.queues:
            return Alone().worked(plan, rows, at, desk, model)
        bench = model.scenario.china_bench if desk is None else model.desks.bench[desk][1]
        clock = model.clock_of(desk, first_stamp(model.scenario))
        return first_come(clock, bench.technicians, at, plan.bench_minutes[rows], plan.claims.unit[rows])


@dataclass(frozen=True)
class PlannedWave:
    """Claims planned together, with their journeys as far as they wait for nobody."""

    first: int
    """Number of the first; the others follow."""
    plan: Plan
    alone: dict[str, np.ndarray]
    asks: tuple[np.ndarray, ...]
    """Who takes what is in a pool and waits for nobody: row, then as `Stages._event`."""


def staged(
    first: Sequence[Plan],
    policy: Policy,
    model: Model,
    luck: Luck,
    plenty: np.ndarray,
    queues: bool,
    pool_bounces: bool,
) -> Staged:
    """Follow claims to the end of every descendant; arguments as in `simulate_run`.

    Raises
    ------
    NotInStages
        Where the event loop has to be asked.
    """
    why = left_to_events(model, queues) if plenty.all() else "stock"
    if why is not None:
        raise NotInStages(why)
    try:
        return Stages(policy, model, luck, queues, pool_bounces).followed(first)
    except (BeyondCalendar, ValueError) as error:
        raise NotInStages("refused") from error


def left_to_events(model: Model, queues: bool) -> str | None:
    """Why a scenario's runs are left to the event loop, None where they are not."""
    if model.scenario.triage.agents is not None:
        return "agents"
    if queues and any(bench.waiting_places is not None for _, bench in model.desks.bench.values()):
        return "full_benches"
    return None


@dataclass
class DependentClaims:
    """All claims whose way depends on others, and how it goes; rows in the order of their numbers."""

    number: np.ndarray
    plan: Plan
    outlook: Outlook
    risky: np.ndarray
    """Whether it matters to each which unit it gets [bool]."""
    places: SharedPlaces = field(init=False)
    columns: dict[str, np.ndarray] = field(init=False)

    def among(self, alive: np.ndarray) -> DependentClaims:
        """Those that are, by number."""
        mine = alive[self.number]
        if mine.all():
            return self
        return DependentClaims(self.number[mine], self.plan.take(mine), self.outlook.take(mine), self.risky[mine])

    @staticmethod
    def concat(parts: Sequence[DependentClaims]) -> DependentClaims:
        """All of them, one after the other."""
        number, risky = (np.concatenate([getattr(p, name) for p in parts]) for name in ("number", "risky"))
        plan = Plan.concat([p.plan for p in parts])
        return DependentClaims(number, plan, Outlook.concat([p.outlook for p in parts]), risky)

    def asked(self) -> np.ndarray:
        """When each asked which unit of the pool it gets; `NEVER` where it did not matter to it [int64 s]."""
        asks = self.risky & (self.columns["closure"] == Closure.REPLACED) & self.plan.pool_accepted
        return np.where(asks, self.columns["shipped"] - self.plan.d_pick, NEVER)

    def decided(self, model: Model) -> np.ndarray:
        """When the event loop knows how each ends; `NEVER` where it does as soon as the claim is taken in [int64 s]."""
        c = self.columns
        own = ~self.plan.advance & comes_back(self.plan.route)
        out = np.where(own, c["bench_in"], NEVER)
        for (market, way), (rows, gathered) in self.places.lanes.items():
            name = model.scenario.way_ids[way]
            end = land(model, self.places.luck, market, name, gathered.left, back=False)
            lost = rows[end.lost & own[rows]]
            out[lost] = end.landed[end.lost & own[rows]]
        asked = self.asked()
        return np.where(asked > NEVER, asked, out)


class Stages:
    """Claims under way, and how often they go through."""

    def __init__(self, policy: Policy, model: Model, luck: Luck, queues: bool, pool_bounces: bool) -> None:
        self.policy, self.model, self.luck, self.queues = policy, model, luck, queues
        self.pool_bounces = pool_bounces and model.scenario.stock_rules.pool_first and model.most_bounces > 0
        self.waves: list[PlannedWave] = []
        self.open: list[DependentClaims] = []
        self.total = 0
        # By number of the claim: whether it still is one, who follows it, and what that one came of.
        self.alive = np.zeros(0, dtype=bool)
        self.child = np.zeros(0, dtype=np.int64)
        self.came_of = np.zeros((5, 0), dtype=np.int64)

    def followed(self, first: Sequence[Plan]) -> Staged:
        """All claims to their ends."""
        expected = [self._take_in(plan) for plan in first]
        units = np.sort(np.concatenate([plan.claims.unit for plan in first]))
        if (units[1:] == units[:-1]).any():
            raise NotInStages("one_unit")
        for _ in range(ROUNDS):
            table = self._under_way()
            parents = Parents.concat([*expected, self._gone_through(table)])
            parents = parents.take(self.alive[parents.number])
            if not len(parents):
                return self._ordered(table, len(first))
            plan = plan_claims(*born_of(parents, self.model, self.luck), self.policy, self.model, self.luck)
            self.child[plan.parent] = np.arange(self.total, self.total + len(plan))
            expected = [self._take_in(plan)]
        raise NotInStages("rounds")

    def _take_in(self, plan: Plan) -> Parents:
        """Claims join those under way; returns those of them that something follows whatever the others do."""
        alone = walk(plan, self.model, self.luck, returned=False)
        risky = at_risk(plan, self.model) if self.pool_bounces else np.zeros(len(plan), dtype=bool)
        open_ = (comes_back(plan.route) & plan.label_used) | (risky & reships(plan.route))
        rows, view = np.flatnonzero(open_), outlook(plan)
        self.open.append(DependentClaims(rows + self.total, plan.take(rows), view.take(rows), risky[rows]))
        asks = np.flatnonzero(reships(plan.route) & plan.pool_accepted & ~open_)
        asked = asks, *self._event(plan, asks, alone["shipped"][asks] - plan.d_pick[asks])
        wave = PlannedWave(self.total, plan, alone, asked)
        self.waves.append(wave)
        self.total += len(plan)
        self.alive = np.append(self.alive, np.ones(len(plan), dtype=bool))
        self.child = np.append(self.child, np.full(len(plan), NOBODY))
        self.came_of = np.append(self.came_of, np.full((5, len(plan)), NOBODY), axis=1)
        ending = np.where(open_, np.int8(BARREN), endings_of(alone["closure"], alone["finding"]))
        rows = follows(view, ending, alone["resolved"])
        return _parents(plan, view, rows, ending, alone["resolved"], rows + wave.first)

    def _under_way(self) -> DependentClaims:
        self.open = [DependentClaims.concat([table.among(self.alive) for table in self.open])]
        table = self.open[0]
        return replace(table, outlook=table.outlook.copy())

    def _gone_through(self, t: DependentClaims) -> Parents:
        """Let all go through; returns those whom another claim follows than before, or one for the first time."""
        t.places = SharedPlaces(self.luck, self.queues)
        t.columns = walk(t.plan, self.model, self.luck, t.places)
        brought = self._from_pools(t)
        ending, resolved = endings_of(t.columns["closure"], t.columns["finding"]), t.columns["resolved"]
        rows = follows(t.outlook, ending, resolved)
        chosen = rows, ending[rows]
        now = np.full((5, len(t.number)), NOBODY)
        now[:, rows] = ending[rows], t.outlook.origin[chosen], t.outlook.after[chosen], resolved[rows], brought[rows]
        changed = (now != self.came_of[:, t.number]).any(axis=0)
        self._forget(t.number[changed])
        self.came_of[:, t.number] = now
        rows = rows[changed[rows]]
        parents = _parents(t.plan, t.outlook, rows, ending, resolved, t.number[rows])
        fault = brought[rows]
        parents.claims.fault[fault >= 0] = fault[fault >= 0]
        return parents

    def _forget(self, parents: np.ndarray) -> None:
        """Who followed these claims never opened, nor did all that followed."""
        while len(parents):
            young = self.child[parents]
            self.child[parents] = NOBODY
            parents = young[young >= 0]
            self.alive[parents] = False

    def _from_pools(self, t: DependentClaims) -> np.ndarray:
        """Let claimants at risk know which unit they get: the outlook of those whose unit may not hold.

        Returns the fault of that unit, `NOBODY` for all others. Shape (n,), int64.
        """
        c, plan, model = t.columns, t.plan, self.model
        brought = np.full(len(t.number), NOBODY)
        if not (t.asked() > NEVER).any():
            return brought
        comes = np.flatnonzero(c["fate"] == Fate.POOL)
        asks = np.flatnonzero((c["closure"] == Closure.REPLACED) & plan.pool_accepted)
        opening = opening_units(model, np.ones_like(model.pool_ok))
        none = np.zeros(len(opening), dtype=np.int64)
        events = [
            (opening, none + first_stamp(model.scenario), none.astype(np.uint64), none),
            self._event(plan, comes, c["pooled"][comes]),
            self._event(plan, asks, c["shipped"][asks] - plan.d_pick[asks]),
            *(self._asked_at_once(wave) for wave in self.waves),
        ]
        cell, at, key, generation = (np.concatenate(column) for column in zip(*events, strict=True))
        units = len(opening) + len(comes)
        got = handed(cell, at, np.arange(len(cell)) >= units, key, generation)[units : units + len(asks)] - len(opening)
        served = (got >= 0) & t.risky[asks]
        rows, unit = asks[served], comes[got[served]]
        share, days = self._bounces(t, unit)
        weak = (c["finding"][unit] == Finding.REPAIRED) & (plan.bounce_draw[rows] < share)
        rows, unit = rows[weak], unit[weak]
        brought[rows] = plan.claims.fault[unit]
        after = seconds(plan.bounce_part[rows] * days[weak])
        term = plan.replaced_term[rows]
        renewed = np.where(after <= term, FOREVER, -FOREVER)
        o = t.outlook
        o.origin[rows, REPLACED], o.after[rows, REPLACED] = Origin.BOUNCE, after
        o.until[rows, REPLACED] = np.where(term < 0, plan.claims.warranty_end[rows] - after, renewed)
        return brought

    def _event(self, plan: Plan, rows: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, ...]:
        claims = plan.claims
        cell = claims.sku[rows].astype(np.int64) * len(self.model.markets) + claims.market[rows]
        return cell, at, claims.unit[rows], claims.generation[rows]

    def _asked_at_once(self, wave: PlannedWave) -> tuple[np.ndarray, ...]:
        """Those who wait for nobody take what is in the pool."""
        rows, *event = wave.asks
        alive = self.alive[wave.first + rows]
        return tuple(event) if alive.all() else tuple(column[alive] for column in event)

    def _bounces(self, t: DependentClaims, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Bounce share and days of the benches that repaired some units; shape of ``unit`` each."""
        bench, desks = self.model.scenario.china_bench, self.model.desks
        china, at = to_china(t.plan.route[unit]), t.plan.partner[unit]
        if not len(desks.bounce_share):
            return np.full(len(unit), bench.bounce_share), np.full(len(unit), float(bench.bounce_days))
        at = np.where(china, 0, at)
        share = np.where(china, bench.bounce_share, desks.bounce_share[at])
        return share, np.where(china, bench.bounce_days, desks.bounce_days[at])

    def _ordered(self, t: DependentClaims, roots: int) -> Staged:
        """Claims in the order in which the event loop takes them in, and dispatches in that in which they leave."""
        if any((batch.left == NO_CLOCK).any() for _, batch in t.places.lanes.values()):
            raise NotInStages("batches")
        first, later = self.waves[:roots], self.waves[roots:]
        decided = np.full(self.total, NEVER)
        decided[t.number] = t.decided(self.model)
        begun = np.full(self.total, FOREVER)
        begun[: sum(len(wave.plan) for wave in first)] = first_stamp(self.model.scenario)
        order, base = np.zeros(0, dtype=np.int64), int((begun < FOREVER).sum())
        row = np.arange(self.total)
        if later:
            young = Plan.concat([wave.plan for wave in later])
            order = taken_in(young, np.flatnonzero(self.alive[base:]), decided, begun, base)
            row[base + order] = base + np.arange(len(order))
            young = young.take(order)
            plans = [*(wave.plan for wave in first), replace(young, parent=row[young.parent])]
        else:
            plans = [wave.plan for wave in first]
        dispatches, t.columns["dispatch"] = self._dispatches(t, row)
        for wave in self.waves:
            mine = slice(*np.searchsorted(t.number, (wave.first, wave.first + len(wave.plan))))
            for name, column in wave.alone.items():
                column[t.number[mine] - wave.first] = t.columns[name][mine]
        columns = {name: [wave.alone[name] for wave in first] for name in self.waves[0].alone}
        if later:
            columns = {
                name: [*column, np.concatenate([wave.alone[name] for wave in later])[order]]
                for name, column in columns.items()
            }
        columns |= {name: [getattr(plan, name) for plan in plans] for name in ("partner", "fallback")}
        whole = {name: np.concatenate(column) if len(column) > 1 else column[0] for name, column in columns.items()}
        return Staged(plans, whole, dispatches)

    def _dispatches(self, t: DependentClaims, row: np.ndarray) -> tuple[Dispatches, np.ndarray]:
        """Batches in the order in which they leave, and the number of each claim's; -1 none.

        Those that are full go before those whose clock is up at the same second, and these in the order in which their
        first units came; of those that came at one second, in the order of the first claim.
        """
        model, number = self.model, row[t.number]
        aboard, none = np.full(len(t.number), -1, dtype=np.int64), np.zeros(0, dtype=np.int64)
        made = [(none, none, none, none, none, none)]
        for (market, way), (rows, batch) in t.places.lanes.items():
            by_row = rows[np.argsort(number[rows])]
            instants, first = np.unique(t.columns["tested"][by_row], return_index=True)
            n = len(batch.began)
            left = np.zeros(n, dtype=np.int64)
            left[batch.number] = batch.left
            loaded = np.where(batch.full, left, batch.began)
            leading = number[by_row[first[np.searchsorted(instants, loaded)]]]
            aboard[rows] = batch.number + sum(len(lane[0]) for lane in made)
            made.append((leading, loaded, (~batch.full).astype(np.int64), left, np.full(n, market), np.full(n, way)))
        keys = [np.concatenate(column) for column in zip(*made, strict=True)]
        ranks = np.lexsort(keys[:4])
        left, markets, ways = (column[ranks] for column in keys[3:])
        place = np.empty(len(ranks), dtype=np.int64)
        place[ranks] = np.arange(len(ranks))
        sent = np.flatnonzero(aboard >= 0)
        aboard[sent] = place[aboard[sent]]
        sent = sent[np.lexsort((t.plan.claims.unit[sent], aboard[sent]))]
        units = np.bincount(aboard[sent], minlength=len(ranks))
        loads = np.split(t.plan.claims.sku[sent], np.cumsum(units)[:-1]) if len(ranks) else []
        landed, lost = np.zeros(len(ranks), dtype=np.int64), np.zeros(len(ranks), dtype=bool)
        for market, way in t.places.lanes:
            mine = (markets == market) & (ways == way)
            end = land(model, self.luck, market, model.scenario.way_ids[way], left[mine], back=False)
            landed[mine], lost[mine] = end.landed, end.lost
        return Dispatches(
            market=markets.astype(np.int8),
            way=ways.astype(np.int16),
            back=np.zeros(len(ranks), dtype=bool),
            departed=left,
            landed=landed,
            units=units.astype(np.int32),
            # Added up in the order of the units, as the event loop does, to the last digit.
            kg=np.array([model.kg[load].sum() for load in loads], dtype=np.float64),
            cbm=np.array([model.cbm[load].sum() for load in loads], dtype=np.float64),
            examined=np.zeros(len(ranks), dtype=bool),
            lost=lost,
        ), aboard


def taken_in(young: Plan, rows: np.ndarray, decided: np.ndarray, begun: np.ndarray, base: int) -> np.ndarray:
    """Claims that follow others in the order in which the event loop takes them in: whenever the first of those it
    knows of opens, all of them, by opening and unit.

    Parameters
    ----------
    young : all claims that ever followed one; the first has the number ``base``.
    rows : those that did in the end.
    decided : when each claim's end is known, by number; `NEVER` where it is as soon as it is taken in [int64 s].
    begun : when each claim was taken in, by number; written for those of ``rows`` [int64 s].
    """
    out = [np.zeros(0, dtype=np.int64)]
    parent, opens, key = young.parent[rows], young.claims.opened[rows], young.claims.unit[rows]
    while len(rows):
        now = opens.min()
        known = np.where(decided[parent] > NEVER, decided[parent], begun[parent]) < now
        if not known[opens == now].all():
            raise NotInStages("at_once")
        order = time_order(opens[known], key[known])
        out.append(rows[known][order])
        begun[base + rows[known]] = now
        rows, parent, opens, key = rows[~known], parent[~known], opens[~known], key[~known]
    return np.concatenate(out)


def _parents(
    plan: Plan, view: Outlook, rows: np.ndarray, ending: np.ndarray, resolved: np.ndarray, number: np.ndarray
) -> Parents:
    """Some rows of a plan, which something follows, as parents. ``number``: theirs, shape of ``rows``."""
    chosen = rows, ending[rows]
    found = Parents.of(plan, rows, 0, ending[rows], resolved[rows], view.origin[chosen], view.after[chosen])
    return replace(found, number=number)
