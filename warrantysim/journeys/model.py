"""A scenario compiled for journeys: plain arrays and lists, once per scenario."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warrantysim.claims.fault_mix import FaultKinds, FaultMix, fault_kinds, fault_mix
from warrantysim.claims.from_table import stated_symptoms
from warrantysim.claims.lots import Lots, lots
from warrantysim.claims.propensity import ClaimPropensity, claim_propensity
from warrantysim.claims.terms import Terms, prolonged, terms
from warrantysim.journeys.by_market import ByMarket, Stepped, by_market
from warrantysim.journeys.durations import Durations, Sampler
from warrantysim.journeys.legal_floors import Floor, FloorColumns, legal_floors
from warrantysim.journeys.operational_clock import OperationalClock, operational_clock, working_hours_a_day
from warrantysim.schema.clock import DAY, HOUR, NEVER
from warrantysim.schema.coverage import handled_faults
from warrantysim.schema.customs import CustomsRow
from warrantysim.schema.dated import BEGINNING, RowsByDate
from warrantysim.schema.desk_terms import Bench
from warrantysim.schema.dispositions import BY_PARTNER, DISPOSITIONS
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.markets import SIZE_CLASSES, ChinaLane, Consolidation, Market
from warrantysim.schema.products import FAULT_KINDS
from warrantysim.schema.recent import recent
from warrantysim.schema.root import Scenario
from warrantysim.schema.service import EVIDENCE_LEVELS


@dataclass(frozen=True)
class Desks:
    """What routing and benches need of the repair partners; arrays of shape (partners, markets) or (partners, skus)."""

    serves: np.ndarray
    """Whether a partner has a desk for a market [bool (P, M)]."""
    takes: np.ndarray
    """Whether it takes a SKU [bool (P, S)]."""
    valid_from: np.ndarray
    """First day of service, as day number [int64 (P,)]."""
    valid_to: np.ndarray
    """Last day [int64 (P,)]."""
    test_only: np.ndarray
    """[bool (P,)]."""
    skill: np.ndarray
    """[int8 (P,)]."""
    yield_share: np.ndarray
    """[float64 (P,)]."""
    bounce_share: np.ndarray
    """[float64 (P,)]."""
    bounce_days: np.ndarray
    """[float64 (P,)]."""
    bench: Mapping[tuple[int, int], tuple[str, Bench]]
    """Desk id and bench of (partner, market), a row each of the columns below."""
    rows: np.ndarray
    """Row of (partner, market); -1 where there is no desk [int64 (P, M)]."""
    handling: Durations
    """Arrival to the bench's queue, by row."""
    triage_minutes: Sampler
    """Bench minutes of a unit that is only tested, by row."""

    @cached_property
    def places(self) -> tuple[list[tuple[int, int]], np.ndarray]:
        """(Partner, market) of each row, and the first row that stands for the same bench as (partner, market): one
        desk may serve several markets, with the same technicians [int64 (P, M)]."""
        first: dict[tuple[int, str], int] = {}
        same = self.rows.copy()
        for row, ((p, m), (name, _)) in enumerate(self.bench.items()):
            same[p, m] = first.setdefault((p, name), row)
        return list(self.bench), same

    def open_on(self, partner: int, day: int) -> bool:
        """Whether a partner's quote holds on a day number."""
        return bool(self.valid_from[partner] <= day <= self.valid_to[partner])


def desks_of(s: Scenario) -> Desks:
    """The desks of a scenario's partners as arrays."""
    partners = [s.partners[p] for p in s.partner_ids]
    shape = (len(partners), len(s.market_ids))
    bench = {
        (p, m): (name, partner.desks[name].bench)
        for p, partner in enumerate(partners)
        for m, market in enumerate(s.market_ids)
        if (name := partner.desk_for(market)) is not None
    }
    rows = np.full(shape, -1)
    for row, place in enumerate(bench):
        rows[place] = row
    return Desks(
        serves=rows >= 0,
        takes=np.array([[q.takes(k.sku, k.category) for k in s.skus] for q in partners]).reshape(
            len(partners), len(s.skus)
        ),
        valid_from=np.array([(q.valid_from or dt.date(1, 1, 1)).toordinal() for q in partners], dtype=np.int64),
        valid_to=np.array([(q.valid_to or dt.date(9999, 1, 1)).toordinal() for q in partners], dtype=np.int64),
        test_only=np.array([q.test_only for q in partners], dtype=bool),
        skill=np.array([q.skill for q in partners], dtype=np.int8),
        yield_share=np.array([q.yield_share for q in partners]),
        bounce_share=np.array([q.bounce_share for q in partners]),
        bounce_days=np.array([q.bounce_days for q in partners]),
        bench=bench,
        rows=rows,
        handling=Durations([b.handling_days for _, b in bench.values()]),
        triage_minutes=Sampler([b.triage_minutes for _, b in bench.values()]),
    )


def planned_days(s: Scenario, desks: Desks) -> tuple[np.ndarray, np.ndarray]:
    """Planned days from the label to the unit back with its owner: (markets, partners) and (markets, ways).

    Infinite where a partner has no desk for the market or the market has no such way.
    """
    markets = [s.markets[m] for m in s.market_ids]
    local = np.full((len(markets), len(s.partner_ids)), np.inf)
    china = np.full((len(markets), len(s.way_ids)), np.inf)
    for m, market in enumerate(markets):
        parcels = market.customer.ship_lag_days.mean() + 2 * market.parcel.transit_days.mean()
        for p in range(len(s.partner_ids)):
            if (p, m) in desks.bench:
                local[m, p] = parcels + desks.bench[p, m][1].handling_days.mean() + s.stock_rules.pick_days.mean()
        for w, way in enumerate(s.way_ids):
            if way in market.china:
                china[m, w] = parcels + s.stock_rules.pick_days.mean() + _abroad(s, market, market.china[way])
    return local, china


def _abroad(s: Scenario, market: Market, lane: ChinaLane) -> float:
    """Mean days from the hub and back to it: half a collecting time at either end, freight, way to the bench."""
    rule = lane.consolidation
    waits = [0.0]
    if rule.age_days is not None and rule.rule in {"age", "hybrid"}:
        waits = [rule.age_days / 2]
    if rule.weekdays and rule.rule in {"weekday", "hybrid"}:
        waits = [*(w for w in waits if w > 0), 3.5 / len(rule.weekdays)]
    freight = lane.out_days.mean() + lane.back_days.mean() + lane.back_every_days / 2
    return market.hub.handling_days.mean() + min(waits) + freight + s.china_bench.landing_days.mean()


SUSPECT = frozenset({"hot_or_swollen", "damaged"})
"""Symptoms after which a lithium battery is not trusted."""
NO_CLOCK = int(np.iinfo(np.int64).max)
"""Stamp of what no clock brings about."""


@dataclass(frozen=True)
class Exam:
    """How customs examine entries from a day on."""

    since: int
    """First second it holds [s]."""
    share: float
    """Entries examined [share, 0-1]."""
    days: Distribution
    """Delay of those [days]."""


@dataclass(frozen=True)
class Passages:
    """Draws of departures, a column a day: what entries under each customs row would meet; D days, E rows."""

    transit: np.ndarray
    """Departure to entry [int64 s (D,)]."""
    after: np.ndarray
    """Entry to bench or hub, without examination [int64 s (D,)]."""
    examined: np.ndarray
    """[bool (E, D)]."""
    held: np.ndarray
    """Delay by examination, 0 without [int64 s (E, D)]."""
    lost: np.ndarray
    """[bool (D,)]."""
    since: np.ndarray
    """First second each customs row holds, rising [int64 s (E,)]."""


@dataclass(frozen=True)
class Model:
    """Everything journeys look up, by index."""

    scenario: Scenario
    markets: Sequence[Market]
    """In the order of ``market_ids``."""
    here: ByMarket
    """What a claim meets in its market."""
    kinds: FaultKinds
    """What each fault is handled as."""
    skill: np.ndarray
    """Repair level of each fault [int8 (F,)]."""
    minutes: Sampler
    """Bench minutes of each fault."""
    parts: np.ndarray
    """Parts of each fault [float64 USD (F,)]."""
    mix: FaultMix
    """Fault mix of each SKU."""
    terms: Terms
    """Terms of sale."""
    lots: Lots
    """Production lots that live or fail otherwise."""
    propensity: ClaimPropensity
    """Who claims after a failure."""
    symptom_cdf: np.ndarray
    """Cumulated symptom shares [float64 (kinds, evidence, symptoms)]."""
    suspect: np.ndarray
    """Whether a symptom makes a lithium battery suspect: hot or swollen, damaged [bool (symptoms,)]."""
    lithium: np.ndarray
    """Whether a SKU holds lithium cells [bool (S,)]."""
    power_bank: np.ndarray
    """Whether a SKU is a battery itself [bool (S,)]."""
    size: np.ndarray
    """Size class of each SKU [int8 (S,)]."""
    kg: np.ndarray
    """Packed weight [float64 kg (S,)]."""
    cbm: np.ndarray
    """Packed volume [float64 cubic metres (S,)]."""
    pool_ok: np.ndarray
    """Whether repaired units may serve as replacements [bool (S, M)]."""
    ways: np.ndarray
    """Whether a market has a way to China [bool (M, W)]."""
    way_default: np.ndarray
    """Way used where a rule names none; -1 without one [int16 (M,)]."""
    way_packs: np.ndarray
    """Whether a way takes suspect lithium in special packing [bool (M, W)]."""
    service_advance: np.ndarray
    """Whether (market, disposition) is served by advance exchange [bool (M, 4)]."""
    customs: Sequence[Sequence[CustomsRow]]
    """Customs of each market, in order of date."""
    desks: Desks
    """Repair partners."""
    planned_days: tuple[np.ndarray, np.ndarray]
    """Planned turnaround of repairs: (markets, partners) and (markets, ways) [float64 days]."""
    clocks: dict[tuple[int, int] | str | None, OperationalClock]
    """Operational clocks compiled so far, by desk or calendar."""
    passages: dict[Hashable, Passages]
    """Draws of departures, by replication and way, made so far; see `freight_days.land`."""
    stated_symptoms: tuple[np.ndarray, np.ndarray]
    """Symptoms a claims table states: sorted unit keys and rows of ``symptom_ids``."""
    windows: Stepped
    """The platform's return windows, a row for each market and channel; 0 where there is none [days]."""
    law: FloorColumns
    """What the law demands."""

    @property
    def floors(self) -> tuple[Floor, ...]:
        """The floors of the law, strongest first."""
        return self.law.floors

    @cached_property
    def ladders(self) -> dict[tuple[str, ...], np.ndarray]:
        """Settlement ladders, and the markets each holds in [bool (M,)]."""
        found = [tuple(market.ladder) for market in self.markets]
        return {ladder: np.array([ladder == other for other in found]) for ladder in found}

    @cached_property
    def longest_warranty(self) -> int:
        """Longest warranty of any sale, prolonged by a repair [whole days]."""
        later = prolonged(self.scenario, self.terms.market, np.full(len(self.terms.market), dt.date.max.toordinal()))
        return int(np.ceil((self.terms.warranty_days + later).max(initial=0.0)))

    @cached_property
    def most_bounces(self) -> float:
        """Largest share of a bench's repairs that do not hold [share, 0-1]."""
        return max([self.scenario.china_bench.bounce_share, *self.desks.bounce_share.tolist()])

    def since(self, first_stamp: int) -> int:
        """A stamp, or the earliest at which a unit under warranty on the first day of the run-in can have come back."""
        return min(first_stamp, -(self.scenario.horizon.run_in_days + self.longest_warranty + 1) * DAY)

    def bench_clock(self, partner: int, market: int, first_stamp: int) -> OperationalClock:
        """Operational clock of a partner's desk: calendar, ramp and the share of the day given to the seller."""
        desk, bench = self.desks.bench[partner, market]
        s = self.scenario
        whose = f"at partners.{s.partner_ids[partner]}.desks.{desk}.bench"
        hours = s.calendars[bench.calendar]
        daily = working_hours_a_day(hours)

        def factor(day: dt.date) -> float:
            day = max(day, s.horizon.begins - dt.timedelta(days=2))  # Nothing older need be stated.
            capacity = bench.ramp.on(day)
            if bench.units_per_day is not None:
                return (
                    capacity * bench.units_per_day.on(day) * bench.standard_minutes / (bench.technicians * daily * 60)
                )
            assert bench.hours_per_month is not None
            month_hours = daily * len(set(hours.weekdays)) / 7 * 365 / 12
            return capacity * bench.hours_per_month.on(day) / (bench.technicians * month_hours)

        dated = bench.hours_per_month if bench.units_per_day is None else bench.units_per_day
        assert dated is not None
        days = sorted({dt.date.min, *(step.from_ for step in (*bench.ramp.steps, *dated.steps))})
        rates = [(day, factor(day)) for day in days]
        return operational_clock(bench.calendar, hours, s.closures, s.clock, self.since(first_stamp), rates, whose)

    def exams(self, market: int, back: bool) -> tuple[Exam, ...]:
        """How entries are examined, in order of date: those into China, or ``back`` into a market."""
        if not back:
            china = self.scenario.china_customs
            return (Exam(int(NEVER), china.inspection_share, china.inspection_days),)
        midnight = self.scenario.market_days.midnight
        return tuple(
            Exam(int(NEVER) if row.from_ == BEGINNING else midnight(row.from_, market), row.exam_share, row.exam_days)
            for row in self.customs[market]
        )

    def clock_of(self, desk: tuple[int, int] | None, first_stamp: int) -> OperationalClock:
        """Operational clock of a desk (partner, market), or of the China bench for None; compiled once."""
        if desk not in self.clocks:
            self.clocks[desk] = self.china_clock(first_stamp) if desk is None else self.bench_clock(*desk, first_stamp)
        return self.clocks[desk]

    def clock_named(self, calendar: str, first_stamp: int) -> OperationalClock:
        """Operational clock of a calendar as it stands."""
        s = self.scenario
        if calendar not in self.clocks:
            hours = s.calendars[calendar]
            self.clocks[calendar] = operational_clock(calendar, hours, s.closures, s.clock, self.since(first_stamp))
        return self.clocks[calendar]

    def is_test_only(self, route: np.ndarray, partner: np.ndarray) -> np.ndarray:
        """Whether claims go to a partner that only tests. Shape of ``route``, bool."""
        if not len(self.desks.test_only):
            return np.zeros(len(route), dtype=bool)
        local = route == DISPOSITIONS.index(BY_PARTNER)
        return np.asarray(local & self.desks.test_only[np.where(local, partner, 0)])

    def departure_alone(self, rule: Consolidation, stamps: np.ndarray) -> np.ndarray:
        """When a unit would leave the hub if it were first and last of its batch. int64, shape of ``stamps``.

        A batch that waits for weight or count alone is taken to leave at once: no clock sends it.
        """
        best = self.leaves_by(rule, stamps, np.full(len(stamps), NO_CLOCK))
        singly = rule.count == 1 and rule.rule in {"count", "hybrid"}
        return np.where((best == NO_CLOCK) | singly, stamps, best)

    def leaves_by(self, rule: Consolidation, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Latest departure of batches whose first unit came at ``first``. int64, shape of ``first``.

        ``last``: when the batch before left; `NO_CLOCK` where there was none, and where no clock sends this one.
        """
        best = np.full(len(first), NO_CLOCK)
        if rule.weekdays and rule.rule in {"weekday", "hybrid"}:
            best = np.minimum(best, next_weekday(rule, first, self.scenario.horizon.first_day.weekday()))
        if rule.age_days is not None and rule.rule in {"age", "hybrid"}:
            start = first if rule.clock == "first_item" else np.where(last == NO_CLOCK, first, last)
            best = np.minimum(best, np.maximum(first, start + round(rule.age_days * DAY)))
        return best

    def china_clock(self, first_stamp: int) -> OperationalClock:
        """Operational clock of the China bench."""
        return self.clock_named(self.scenario.china_bench.calendar, first_stamp)


@recent(4)
def model_of(scenario: Scenario) -> Model:
    """The compiled form of a scenario."""
    return compile_model(scenario)


def compile_model(s: Scenario) -> Model:
    """Turn a scenario into arrays."""
    markets = [s.markets[m] for m in s.market_ids]
    faults, skus = handled_faults(s), s.skus
    kinds = {name: k for k, name in enumerate(FAULT_KINDS)}
    usd = {row.currency: s.usd_per_unit(row.currency) for row in faults}
    symptoms = {name: k for k, name in enumerate(s.symptom_ids)}
    cdf = np.zeros((len(FAULT_KINDS), len(EVIDENCE_LEVELS), len(symptoms)))
    for row in s.symptoms:
        cdf[kinds[row.kind], EVIDENCE_LEVELS.index(row.evidence), symptoms[row.symptom]] += row.share
    stock = {(row.sku, row.market): row for row in s.stock}
    windows: dict[tuple[str, str], list[tuple[dt.date, float]]] = {}
    for window in sorted(s.windows, key=lambda row: row.from_):
        windows.setdefault((window.market, window.channel), []).append((window.from_, window.window_days))
    customs = RowsByDate(s.customs, key=lambda row: row.market)
    ways = np.array([[w in m.china for w in s.way_ids] for m in markets]).reshape(len(markets), len(s.way_ids))
    packs = np.array(
        [
            [w in m.china and s.lanes[m.china[w].out_lane].special_packing is not None for w in s.way_ids]
            for m in markets
        ]
    ).reshape(ways.shape)
    desks = desks_of(s)
    return Model(
        scenario=s,
        markets=markets,
        here=by_market(s),
        kinds=fault_kinds(s),
        skill=np.array([f.skill for f in faults], dtype=np.int8),
        minutes=Sampler([f.bench_minutes for f in faults]),
        parts=np.array([f.parts_cost * usd[f.currency] for f in faults]),
        mix=fault_mix(s),
        terms=terms(s),
        lots=lots(s),
        propensity=claim_propensity(s),
        symptom_cdf=np.cumsum(cdf, axis=2),
        suspect=np.array([name in SUSPECT for name in s.symptom_ids], dtype=bool),
        lithium=np.array([sku.battery in {"in_equipment", "standalone"} for sku in skus]),
        power_bank=np.array([sku.battery == "standalone" for sku in skus]),
        size=np.array([SIZE_CLASSES.index(sku.size_class) for sku in skus], dtype=np.int8),
        kg=np.array([sku.weight_kg for sku in skus]),
        cbm=np.array([sku.volume_cm3 / 1e6 for sku in skus]),
        pool_ok=np.array([[stock[k.sku, m].pool and not k.hygiene_no_pool for m in s.market_ids] for k in skus]),
        ways=ways,
        way_default=np.array(
            [s.way_ids.index(m.china_default) if m.china_default else -1 for m in markets], dtype=np.int16
        ),
        way_packs=packs,
        service_advance=np.array(
            [[m.service.get(d, "own_unit") == "advance_exchange" for d in DISPOSITIONS] for m in markets]
        ),
        clocks={},
        passages={},
        customs=[customs.rows.get(m, ()) for m in s.market_ids],
        desks=desks,
        stated_symptoms=stated_symptoms(s),
        planned_days=planned_days(s, desks),
        windows=Stepped([windows.get((m, c), []) for m in s.market_ids for c in s.channel_ids]),
        law=legal_floors(s),
    )


def first_stamp(s: Scenario) -> int:
    """The earliest second anything can happen: the first claim of the run-in, with room for one day."""
    return -(s.horizon.run_in_days + 1) * DAY


def next_weekday(rule: Consolidation, stamps: np.ndarray, weekday_of_day0: int) -> np.ndarray:
    """First stated weekday departure at or after each stamp. int64, shape of ``stamps``."""
    offset = round(rule.hour * HOUR)
    day = -np.floor_divide(offset - stamps, DAY)
    best = np.full(np.shape(stamps), np.iinfo(np.int64).max)
    for weekday in rule.weekdays:
        ahead = np.mod(weekday - (weekday_of_day0 + day), 7)
        best = np.minimum(best, (day + ahead) * DAY + offset)
    return best
