"""Hubs in the markets, where units gather for China: when their batches leave, and who would be on board and in line.

A claim walked alone does not know who else comes to its hub. `Hubs` tells it: a unit ready at the hub leaves with the
first batch of the others that it still reaches, or by its own clock before that. Where the others are all the claims of
a run, each of them so finds its own batch.

Had nobody given up, more would be on board (`all_aboard`), and queues at benches would be longer (`in_line`): a bench
serves first come, first served, so its queue follows from who comes when. It is gone through once more with the units
of a run and those of its claims gone on together, each coming when it came, or would have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace

import numpy as np

from warrantysim.claims.columns import Claims, Origin, time_order
from warrantysim.journeys.benches import first_come
from warrantysim.journeys.dispatches import back_freight, outbound
from warrantysim.journeys.freight_days import next_back
from warrantysim.journeys.legs import pool_accepted
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import NO_CLOCK, Model, first_stamp
from warrantysim.journeys.operational_clock import BeyondCalendar, OperationalClock
from warrantysim.journeys.pools import settle_pools
from warrantysim.journeys.records import Closure, Dispatches, Fate, InLine, Records, Run, to_china, to_partner
from warrantysim.schema.clock import DAY, NEVER
from warrantysim.schema.markets import Consolidation

Departures = Mapping[tuple[int, int], np.ndarray]
"""Stamps at which batches left, rising, by market and way [int64 s (d,)]."""


@dataclass(frozen=True)
class Hubs:
    """When the batches of others leave."""

    left: Departures = field(default_factory=dict)
    """Those a claim finds, by lane; nothing for one where it is alone."""
    until: int | None = None
    """When the others are done: what still waits then for a batch to fill leaves; None where that is not known, and
    such a unit is taken to leave at once [s]."""

    def departure(self, model: Model, market: int, way: int, ready: np.ndarray) -> np.ndarray:
        """When units that are ready at a hub leave it for China. int64, shape of ``ready``."""
        rule = model.markets[market].china[model.scenario.way_ids[way]].consolidation
        known = self.left.get((market, way), NOBODY)
        if fills(rule)(1, 0.0) or not (len(known) or self.until):
            return model.departure_alone(rule, ready)
        known = np.concatenate([known, [NO_CLOCK]])
        place = np.searchsorted(known, ready)
        before = np.where(place > 0, known[place - 1], NO_CLOCK)
        leaves = np.minimum(known[place], model.leaves_by(rule, ready, before))
        return np.where(leaves == NO_CLOCK, np.maximum(ready, self.until or 0), leaves)


NOBODY = np.zeros(0, dtype=np.int64)
ALONE = Hubs()
"""Where nobody else comes to any hub."""


def fills(rule: Consolidation) -> Callable[[int, float], bool]:
    """Whether weight or count sends a batch of so many units and so many kg at once."""
    by_weight, by_count = _limits(rule)
    return lambda units, kg: kg >= by_weight or units >= by_count


def _limits(rule: Consolidation) -> tuple[float, float]:
    """Weight [kg] and count that send a batch at once; infinite where it waits for none."""
    by_weight = rule.weight_kg if rule.rule in {"weight", "hybrid"} else None
    by_count = rule.count if rule.rule in {"count", "hybrid"} else None
    return np.inf if by_weight is None else by_weight, np.inf if by_count is None else by_count


@dataclass(frozen=True)
class Batches:
    """Units that gather at one hub for one way, as `Batch` sends them."""

    left: np.ndarray
    """When each unit leaves; `NO_CLOCK` where its batch waits for weight or count that never comes [int64 s (n,)]."""
    number: np.ndarray
    """Number of its batch, in the order in which they leave [int64 (n,)]."""
    began: np.ndarray
    """When the first unit of each batch came [int64 s (batches,)]."""
    full: np.ndarray
    """Whether each left since it was full, not by its clock [bool (batches,)]."""


def batches(model: Model, rule: Consolidation, ready: np.ndarray, kg: np.ndarray, keys: np.ndarray) -> Batches:
    """Who leaves a hub together. ``ready``, ``kg``, ``keys``: stamps, weights and unit keys, which tell the order of an
    instant; shape (n,) each."""
    order = time_order(ready, keys)
    # Unless the clock runs from the last departure, when a batch leaves is known of whatever unit is its first.
    alone = rule.clock == "first_item" or rule.age_days is None or rule.rule not in {"age", "hybrid"}
    leave = model.leaves_by(rule, ready[order], np.full(len(order), NO_CLOCK)) if alone else ready[:0]
    if rule.rule == "weekday":
        # All who come between two departures leave with the same.
        first = np.flatnonzero(np.diff(leave, prepend=NO_CLOCK))
        place = np.repeat(np.arange(len(first)), np.diff([*first.tolist(), len(order)]))
        left_at, batch = np.empty((2, len(order)), dtype=np.int64)
        left_at[order], batch[order] = leave, place
        return Batches(left_at, batch, ready[order[first]], np.zeros(len(first), dtype=bool))
    came, weights, (most_kg, most) = ready[order], kg[order], _limits(rule)
    begins: list[int] = []
    left: list[int] = []
    filled: list[bool] = []
    k, size, last = 0, FEW, NO_CLOCK
    while k < len(order):
        begins.append(k)
        clock = leave[k] if alone else model.leaves_by(rule, came[k : k + 1], np.array([last]))[0]
        end = max(k + 1, int(np.searchsorted(came, clock, side="right")))
        at = _filled_by(weights[k:end], most_kg, most, size)
        filled.append(at < end - k)
        left.append(last := int(came[k + at] if filled[-1] else clock))
        taken = at + 1 if filled[-1] else end - k
        k, size = k + taken, max(FEW, 2 * taken)
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.repeat(np.arange(len(begins)), np.diff([*begins, len(order)]))
    stamps = np.array(left, dtype=np.int64)
    return Batches(stamps[number], number, ready[order[begins]], np.array(filled, dtype=bool))


FEW = 64
"""Units looked at together for whether they fill a batch, at least [count]."""


def _filled_by(kg: np.ndarray, most_kg: float, most: float, size: int) -> int:
    """Place of the unit that fills a batch, of those that may be in it; as many as there are where none does.

    ``size``: units to begin with. Weights are added up unit by unit, as they come.
    """
    n = int(min(len(kg), most))
    if most_kg < np.inf:
        while True:
            place = int(np.searchsorted(np.cumsum(kg[: min(size, n)]), most_kg))
            if place < min(size, n):
                return place
            if size >= n:
                break
            size *= 4
    return n - 1 if n == most else len(kg)


def hubs_of(r: Records, dispatches: Dispatches) -> Hubs:
    """What one more claim would find at the hubs in a run."""
    out = np.flatnonzero(~dispatches.back)
    m, w, departed = (column[out] for column in (dispatches.market, dispatches.way, dispatches.departed))
    lanes = set(zip(m.tolist(), w.tolist(), strict=True))
    return Hubs(
        {lane: np.unique(departed[(m == lane[0]) & (w == lane[1])]) for lane in lanes}, int(r.closed.max(initial=0))
    )


def with_half(hubs: Hubs, model: Model, claims: Claims) -> Hubs:
    """The same where lanes whose batches only weight or count sends, and nobody goes by yet, are gone by as if half of
    ``claims`` went: evenly over the horizon and on after it.

    Nobody knows who else will go by such a lane; alone, a unit would wait for ever.
    """
    days, left = model.scenario.horizon.days, dict(hubs.left)
    for m, market in enumerate(model.markets):
        mine = claims.sku[(claims.market == m) & (claims.origin != Origin.OPPORTUNISTIC)]
        for way, lane in market.china.items():
            rule, at = lane.consolidation, (m, model.scenario.way_ids.index(way))
            if at in left or not len(mine) or fills(rule)(1, 0.0) or rule.rule not in {"weight", "count"}:
                continue
            units = rule.count if rule.rule == "count" else (rule.weight_kg or 0.0) / model.kg[mine].mean()
            every = max(1, round(days * DAY * (units or 1) / (len(mine) / 2)))
            left[at] = np.arange(every, 3 * days * DAY, every, dtype=np.int64)
    return replace(hubs, left=left)


def all_of(r: Records) -> np.ndarray:
    """Every record. Shape (records,), bool."""
    return np.ones(len(r), dtype=bool)


def had_nobody_given_up(
    run: Run, chosen: Callable[[Records], np.ndarray] = all_of
) -> Iterator[tuple[Records, np.ndarray, np.ndarray]]:
    """Who would travel then: records, their rows that would, and the row in the run's records of the claim each comes
    of; the run's own claims first, then those gone on. Nobody opens a claim again then, so those opened again are left
    out with all that follows them. Told of those only that are ``chosen``, a mask of records.
    """
    again = _opened_again(run.records)
    own = np.flatnonzero(~again & chosen(run.records))
    yield run.records, own, own
    if run.gone_on is None:
        return
    mine = np.append(~again, np.zeros(len(again), dtype=bool))
    root = run.gone_on.records.claims.root
    for r, rows, comes_of in had_nobody_given_up(run.gone_on, chosen):
        kept = mine[root[comes_of]]
        yield r, rows[kept], root[comes_of[kept]]


def beside_the_gone(run: Run, chosen: Callable[[Records], np.ndarray]) -> tuple[np.ndarray, Records]:
    """The same, as rows of the run's own claims, and records of those gone on with ``root`` the row each comes of."""
    (own, rows, _), *others = had_nobody_given_up(run, chosen)
    gone = [own.take(rows[:0])]
    for r, mine, comes_of in others:
        part = r.take(mine)
        gone.append(replace(part, claims=replace(part.claims, root=comes_of)))
    return rows, concatenated(gone)


def _opened_again(r: Records) -> np.ndarray:
    """Claims opened again after a lapse, and all that follows them. Shape (records,), bool."""
    out = (r.claims.origin == Origin.REOPEN) & (r.parent >= 0)
    while True:
        more = out | ((r.parent >= 0) & out[r.parent])
        if (more == out).all():
            return out
        out = more


def all_aboard(run: Run, model: Model, luck: Luck, plenty: np.ndarray) -> Run | None:
    """Freight and stock had nobody given up, see `Run.aboard`. ``plenty``: where new stock does not run short, as in
    `settle_pools`; elsewhere pools are left as they were."""
    rows, gone = beside_the_gone(run, lambda r: (r.dispatch >= 0) | moves_stock(r))
    if not len(gone):
        return None
    free, own = plenty & model.pool_ok, run.records
    parts = []
    met = (
        _lane_of(gone)[gone.dispatch >= 0],
        _pool_of(gone)[moves_stock(gone) & free[gone.claims.sku, gone.claims.market]],
    )
    for r, among in ((own, rows), (gone, np.arange(len(gone)))):
        sent = (r.dispatch[among] >= 0) & np.isin(_lane_of(r)[among], met[0])
        pooled = moves_stock(r)[among] & free[r.claims.sku[among], r.claims.market[among]]
        pooled &= np.isin(_pool_of(r)[among], met[1])
        part = r.take(among[sent | pooled])
        aboard = sent[sent | pooled]
        there, home = np.where(aboard, part.dispatch, -1), np.where(aboard, part.back_dispatch, -1)
        parts.append(replace(part, dispatch=there, back_dispatch=home))
    # Units of the run are told from the others by their root.
    parts[0] = replace(parts[0], claims=replace(parts[0].claims, root=np.full(len(parts[0]), -1)))
    both = concatenated(parts)

    def departure(market: int, way: int, rows: np.ndarray) -> np.ndarray:
        rule = model.markets[market].china[model.scenario.way_ids[way]].consolidation
        kg = model.kg[both.claims.sku[rows]]
        ready = both.tested[rows]
        left = batches(model, rule, ready, kg, both.claims.unit[rows]).left
        return np.where(left == NO_CLOCK, ready.max(), left)

    out, shipped = outbound(both, model, luck, departure)
    out, dispatches = back_freight(replace(out, back_left=_back_left(out, shipped, model)), model, luck, shipped)
    touched = np.zeros(plenty.shape, dtype=bool)
    touched[out.claims.sku[moves_stock(out)], out.claims.market[moves_stock(out)]] = True
    # Who asks for a unit picks it soon after: the order is that of the parcels.
    out, stock = settle_pools(out, out.shipped, pool_accepted(out.claims, model, luck), model, plenty & touched)
    return Run(out, dispatches, stock)


def moves_stock(r: Records) -> np.ndarray:
    """Whether a claim brings a unit to a swap pool or is sent one from stock. Shape (records,), bool."""
    return np.asarray((r.fate == Fate.POOL) | (r.closure == Closure.REPLACED))


def _lane_of(r: Records) -> np.ndarray:
    return r.claims.market.astype(np.int64) * 1000 + r.partner


def _pool_of(r: Records) -> np.ndarray:
    return r.claims.market.astype(np.int64) * 100_000 + r.claims.sku


def _back_left(r: Records, out: Dispatches, model: Model) -> np.ndarray:
    """When units leave China that landed there with other dispatches than those they were recorded with: as much
    earlier or later, as far as the regular freight back lets them. int64, shape (records,)."""
    left = r.back_left.copy()
    for m, w in sorted(set(zip(out.market.tolist(), out.way.tolist(), strict=True))):
        every = model.markets[m].china[model.scenario.way_ids[w]].back_every_days
        rows = np.flatnonzero((r.back_dispatch >= 0) & (r.claims.market == m) & (r.partner == w))
        ready = r.bench_out[rows]
        now = next_back(ready + out.landed[r.dispatch[rows]] - r.bench_in[rows], every)
        left[rows] += now - next_back(ready, every)
    return left


def concatenated(parts: list[Records]) -> Records:
    """Records one after the other; parents are not renumbered."""
    names = [f.name for f in fields(Records) if f.name != "claims"]
    columns = {name: np.concatenate([getattr(p, name) for p in parts]) for name in names}
    return Records(claims=Claims.concat([p.claims for p in parts]), **columns)


def in_line(run: Run, model: Model) -> InLine | None:
    """Claims of the benches at which those gone on would have queued, see `Run.in_line`; None where nobody would.

    Where a bench has places for only so many who wait, or would not be done before its calendar ends, it is left as it
    was.
    """
    rows, gone = beside_the_gone(run, lambda r: r.bench_out > NEVER)
    if not len(gone):
        return None
    own, n = run.records, len(rows)

    def both(name: str) -> np.ndarray:
        """A column of the run's own claims, then of those gone on."""
        mine, theirs = (getattr(r.claims if name in {"market", "unit"} else r, name) for r in (own, gone))
        return np.concatenate([mine[rows], theirs])

    came, minutes, key, before = (both(name) for name in ("bench_in", "bench_minutes", "unit", "bench_out"))
    out, bench = before.copy(), np.full(len(before), -1)
    for number, (clock, technicians, here) in enumerate(_benches(both, model)):
        if not (here >= n).any():
            continue
        try:
            out[here] = first_come(clock, technicians, came[here], minutes[here], key[here])[1]
        except BeyondCalendar:
            continue
        if (out[here] != before[here]).any():
            bench[here] = number
    kept = np.flatnonzero(bench >= 0)
    if not len(kept):
        return None
    mine = own.take(rows[kept[kept < n]])
    mine = replace(mine, claims=replace(mine.claims, root=np.full(len(mine), -1)))
    line, out = concatenated([mine, gone.take(kept[kept >= n] - n)]), out[kept]
    waits = ~line.advance & (line.resolved > line.bench_out)
    later = np.where(waits, line.resolved + _later_by(line, out, model), line.resolved)
    return InLine(replace(line, parent=np.full(len(line), -1)), np.maximum(later, line.claims.opened), bench[kept])


def _benches(column: Callable[[str], np.ndarray], model: Model) -> Iterator[tuple[OperationalClock, int, np.ndarray]]:
    """Clock, technicians and visits of each bench anybody came to that holds all who wait. ``column``: of claims."""
    start, markets = first_stamp(model.scenario), len(model.markets)
    route, place = column("route"), column("partner").astype(np.int64) * markets + column("market")
    local = to_partner(route)
    places: dict[tuple[int, str], tuple[OperationalClock, int, np.ndarray]] = {}
    for p, m in (divmod(code, markets) for code in np.unique(place).tolist()):
        if (p, m) in model.desks.bench:
            name, stated = model.desks.bench[p, m]
            here = local & (place == p * markets + m)
            if (p, name) in places:
                here |= places[p, name][2]
            if stated.waiting_places is None:
                places[p, name] = (model.clock_of((p, m), start), stated.technicians, here)
    for clock, technicians, here in places.values():
        yield clock, technicians, np.flatnonzero(here)
    china = np.flatnonzero(to_china(route))
    yield model.clock_of(None, start), model.scenario.china_bench.technicians, china


def _later_by(r: Records, out: np.ndarray, model: Model) -> np.ndarray:
    """How much later customers have their units if benches are done with them at ``out``. Shape (records,), int64 s."""
    delay = out - r.bench_out
    for m, w in sorted(set(zip(r.claims.market.tolist(), r.partner.tolist(), strict=True))):
        rows = np.flatnonzero((r.back_dispatch >= 0) & (r.claims.market == m) & (r.partner == w))
        if len(rows):
            every = model.markets[m].china[model.scenario.way_ids[w]].back_every_days
            delay[rows] = next_back(out[rows], every) - next_back(r.bench_out[rows], every)
    return delay
