"""What cells share: bench hours, contract volumes and room in dispatches, as measures and as terms by period."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from warrantysim.decision.problem import Block, Load, Period, units_counted
from warrantysim.experiment.bench_months import months_of_horizon
from warrantysim.experiment.outcomes import BenchUse, FreightUse, Headings, PotentialOutcomes
from warrantysim.journeys.model import Model
from warrantysim.money.contracts import compile_quote, month_begins, pools, technicians_under
from warrantysim.money.dispatch_terms import DispatchTerms, dispatch_terms
from warrantysim.money.fx import Fx
from warrantysim.money.marginal_terms import MarginalTerms, marginal_terms
from warrantysim.schema.contracts import Partner
from warrantysim.schema.dispositions import BY_PARTNER
from warrantysim.schema.markets import Consolidation

if TYPE_CHECKING:
    from warrantysim.decision.training import Learned

FREIGHT_POINTS = (0.0, 10.0, 25.0, 45.0, 70.0, 100.0, 150.0, 300.0, 600.0)
"""Sizes of a dispatch between which its bill is taken as straight [kg; hundredths of a cubic metre by sea]."""
UNIT_POINTS = (1.0, 5.0, 20.0, 50.0, 100.0)
"""Units a year likewise, for lanes that few travel on [units]."""
CM3_PER_KG = 6000.0
"""Volume that counts one kg where a batch goes by weight [cm3]."""


def departures(rule: Consolidation, units: float, kg: float, days: float) -> float:
    """Dispatches that leave in so many ``days``, of so many ``units`` that weigh ``kg`` together.

    A clock of a days that a first unit starts gives one in a + (time to that unit); one that the last dispatch starts,
    one in a, or later where nobody has come by then; fixed weekdays, every w days, leave unless nobody came, which has
    the chance exp(- units in w days); weight and count leave as they fill. In a hybrid rule the quickest sets the pace.
    """
    if units <= 0:
        return 0.0
    paces = []
    if rule.rule in {"age", "hybrid"} and rule.age_days is not None:
        late = math.exp(-units * rule.age_days / days) if rule.clock == "last_dispatch" else 1.0
        paces.append(days / (rule.age_days + late * days / units))
    if rule.rule in {"weekday", "hybrid"} and rule.weekdays:
        paces.append(with_someone(days, 7.0 / len(rule.weekdays), units))
    if rule.rule in {"weight", "hybrid"} and rule.weight_kg:
        paces.append(kg / rule.weight_kg)
    if rule.rule in {"count", "hybrid"} and rule.count:
        paces.append(units / rule.count)
    return max(*paces, 1e-9)


def freight_back(days: float, every: float, dispatches: float, stragglers: float) -> float:
    """Departures back that find someone to take, one every so many days.

    Units of a dispatch are ready together and find one; stragglers find any of the others by chance.
    """
    offered = days / every
    found = min(dispatches, offered)
    return found + (offered - found) * -math.expm1(-stragglers / offered)


def with_someone(days: float, every: float, arrivals: float) -> float:
    """Departures every so many days that find someone to take, of ``arrivals`` by chance in all ``days``."""
    return days / every * -math.expm1(-arrivals * every / days)


def lane_block(
    model: Model, market: str, way: str, cells: int, measure: str, load: Load, arms: int, mean: float, home: float
) -> Block:
    """A way to China as a contract of one year. ``mean``, ``home``: mean chargeable quantity of a unit on its way out,
    and on its way back, where some stay in China."""
    s = model.scenario
    versions = [dispatch_terms(s, market, way, day) for day in _days(model)]
    terms = versions[0]
    scale = 1.0 if terms.out.unit == "kg" else 0.01
    per_year = s.horizon.days / (terms.out_every_days or 14.0)
    points = np.unique(np.append(np.array(FREIGHT_POINTS) * scale * per_year, np.array(UNIT_POINTS) * mean))
    cost = np.array([np.mean([_yearly(model, market, way, t, float(q), mean, home) for t in versions]) for q in points])
    slope = np.diff(cost) / np.diff(points)
    slope = np.append(slope, slope[-1])
    pieces = MarginalTerms(
        months=(0,),
        lower=points,
        upper=np.append(points[1:], np.inf),
        jump=(cost - slope * points)[:, None],
        per_unit=slope[:, None],
        per_fee=np.zeros((len(points), 1)),
        fixed=np.zeros((1, 1)),
        retainer=np.zeros((1, 1)),
        minimum=np.zeros((1, 1)),
        rebate_on_invoice=False,
    )
    period = Period(pieces, ((measure,),), (("",),), (("",),))
    touches = np.zeros((cells, arms), dtype=bool)
    some = load.amount > 0
    touches[load.place[some] // load.size[1], load.arm[some]] = True
    return Block(f"{market} {way}", (period,), touches)


def _days(model: Model) -> list[int]:
    """Day numbers in the middle of twelve parts of the horizon, or only its first where nothing has a date in it."""
    s = model.scenario
    first, days = s.clock.ordinal, s.horizon.days
    dated = (*s.fx, *s.freight_lanes, *s.freight_breaks, *s.customs)
    if not any(first < row.from_.toordinal() < first + days for row in dated):
        return [first]
    return [first + int(days * (k + 0.5) / 12) for k in range(12)]


def _yearly(
    model: Model, market: str, way: str, terms: DispatchTerms, quantity: float, mean: float, home: float
) -> float:
    """Bills of a year in which so much is sent; units that wait for parts are the stragglers of their dispatch."""
    if quantity == 0:
        return 0.0
    s, days = model.scenario, model.scenario.horizon.days
    units, kg = quantity / mean, 1.0 if terms.out.unit == "kg" else 1e6 / CM3_PER_KG
    n = departures(s.markets[market].china[way].consolidation, units, quantity * kg, days)
    size = quantity / n
    k = int(np.searchsorted(terms.out.start, size, side="right")) - 1
    back = freight_back(days, terms.back_every_days, n, s.china_bench.parts_stockout_share * units)
    freight = float(terms.back.bill(np.array([units * home / back]))[0]) if home else 0.0
    return n * float(terms.out.fixed[k] + terms.out.per_unit[k] * size) + back * (terms.back_entry + freight)


U = TypeVar("U", BenchUse, FreightUse)


@dataclass(frozen=True)
class Uses:
    """Bench work and freight of training claims, renumbered to their rows in `Learned`."""

    bench: BenchUse
    freight: FreightUse
    desk_market: np.ndarray
    """Market of each visit's claim [int (u,)]."""
    claims: int
    """Training claims, n."""
    benches: tuple[str, ...]
    lanes: tuple[tuple[str, str], ...]
    months: int
    desks: tuple[tuple[str, ...], ...]
    """Desk ids of each partner."""

    def loads(self, place: np.ndarray, shape: tuple[int, int, int], replications: int) -> dict[str, Load]:
        """Every measure a mean year: hours by bench and month, units, fees and service by desk and month, freight.

        Work done after the horizon takes no hours of it, but has its part in tiers.
        """
        out: dict[str, Load] = {}
        b = self.bench
        for k, bench in enumerate(self.benches):
            here = np.flatnonzero((b.month >= 0) & (b.bench == k))
            for month in np.unique(b.month[here]):
                rows = here[b.month[here] == month]
                if month < self.months:
                    hours = _load(place, b.claim, b.arm, b.minutes / 60, rows, shape, replications)
                    out[f"hours {bench} {month}"] = hours
                for d, name in enumerate(self.desks[k] if k < len(self.desks) else ()):
                    mine = rows[b.desk[rows] == d]
                    for kind in ("units", "fee", "service"):
                        amount = getattr(b, kind)
                        if amount[mine].any():
                            key = f"{kind} {bench} {name} {month}"
                            out[key] = _load(place, b.claim, b.arm, amount, mine, shape, replications)
        f = self.freight
        for k, (market, way) in enumerate(self.lanes):
            rows = np.flatnonzero(f.lane == k)
            if len(rows):
                out[f"freight {market} {way}"] = _load(place, f.claim, f.arm, f.quantity, rows, shape, replications)
        return out


def uses_in(po: PotentialOutcomes, rows: np.ndarray, first: int) -> tuple[BenchUse, FreightUse, np.ndarray]:
    """Uses of the claims ``rows`` of a replication, numbered from ``first`` on, and the market of each visit."""
    number = np.full(len(po), -1, dtype=np.int32)
    number[rows] = np.arange(len(rows)) + first
    market = po.market[po.bench.claim[number[po.bench.claim] >= 0]]
    return _renumbered(po.bench, number), _renumbered(po.freight, number), market


def uses_of(parts: Sequence[tuple[BenchUse, FreightUse, np.ndarray]], claims: int, one: Headings, model: Model) -> Uses:
    """Uses of all replications, as `uses_in` gives them. ``one``: what they have in common."""
    bench, freight, market = zip(*parts, strict=True)
    return Uses(
        bench=BenchUse.concat(list(bench)),
        freight=FreightUse.concat(list(freight)),
        desk_market=np.concatenate(market),
        claims=claims,
        benches=one.benches,
        lanes=one.lanes,
        months=one.months,
        desks=tuple(tuple(model.scenario.partners[name].desks) for name in model.scenario.partner_ids),
    )


def _renumbered(use: U, number: np.ndarray) -> U:
    """The uses of claims that have a number, under it; -1 is none."""
    here = np.flatnonzero(number[use.claim] >= 0)
    columns = {f.name: getattr(use, f.name)[here] for f in fields(use)}
    return type(use)(**{**columns, "claim": number[use.claim[here]]})


def _load(
    place: np.ndarray,
    claim: np.ndarray,
    arm: np.ndarray,
    amount: np.ndarray,
    rows: np.ndarray,
    shape: tuple[int, int, int],
    replications: int,
) -> Load:
    """One measure from uses: the arms that touch it and their amounts by cell and band."""
    found = Load.sums(place[claim[rows]], arm[rows], amount[rows], shape[:2])
    return replace(found, amount=found.amount / replications)


def contract_terms(model: Model, learned: Learned, loads: dict[str, Load]) -> tuple[Block, ...]:
    """Contracts that charge more than their units, and consolidated lanes."""
    uses, cells, arms = learned.uses, len(learned.cells), len(learned.arms)
    out = [block for p in range(len(model.scenario.partner_ids)) for block in _contracts(model, p, learned, loads)]
    f = uses.freight
    for k, (market, way) in enumerate(uses.lanes):
        measure, mine = f"freight {market} {way}", f.lane == k
        if measure in loads:
            mean = float(f.quantity[mine].mean()), float(f.back[mine].mean())
            out.append(lane_block(model, market, way, cells, measure, loads[measure], arms, *mean))
    return tuple(out)


def _contracts(model: Model, p: int, learned: Learned, loads: dict[str, Load]) -> list[Block]:
    """The contracts of a partner: one a desk, or one for several, which then has a block for each that may bill it."""
    s = model.scenario
    name = s.partner_ids[p]
    partner = s.partners[name]
    served = {desk: [m for m in s.market_ids if partner.desk_for(m) == desk] for desk in partner.desks}
    found = pools(partner, [desk for desk, markets in served.items() if markets])
    out: list[Block] = []
    for group in found:
        labels = [
            _label(name, partner, group[first:], whole=len(found) == 1 and not first) for first in range(len(group))
        ]
        periods = [_periods(model, p, group[first:], learned, loads) for first in range(len(group))]
        if not any(_charges(period) for each in periods for period in each):
            continue
        out += [
            Block(
                label,
                periods[first],
                _at_desk(model, learned, name, served[group[first]]),
                desk=(name, group[first]),
                desks=tuple(labels[first:]) if len(group) > 1 else (),
                earlier=tuple(labels[:first]),
            )
            for first, label in enumerate(labels)
        ]
    return out


def _label(name: str, partner: Partner, desks: tuple[str, ...], *, whole: bool) -> str:
    return name if whole else f"{name} {' '.join(desks)}"


def _at_desk(model: Model, learned: Learned, name: str, markets: Sequence[str]) -> np.ndarray:
    """Arms of cells that send claims to a desk which serves these markets. Shape (C, A), bool."""
    keys = model.scenario.decision.cell
    here = [dict(zip(keys, cell, strict=True)).get("market", markets[0]) in markets for cell in learned.cells]
    arms = [arm.disposition == BY_PARTNER and arm.partner == name for arm in learned.arms]
    return np.outer(here, arms)


def _periods(
    model: Model, p: int, pool: tuple[str, ...], learned: Learned, loads: dict[str, Load]
) -> tuple[Period, ...]:
    """Terms of a pool of desks, the first of which bills what is due once, period by period."""
    s, uses = model.scenario, learned.uses
    name = s.partner_ids[p]
    partner = s.partners[name]
    fx, clock = Fx(s.fx, s.reporting_currency), s.clock
    months, bench = months_of_horizon(s), uses.bench
    mine = [(bench.bench == p) & (bench.desk == uses.desks[p].index(d)) for d in pool]
    last = int(bench.month[bench.bench == p].max(initial=0))
    lead = technicians_under(partner.desks[pool[0]])
    segments = compile_quote(
        name, partner, pool, clock, horizon=months, after=max(0, last + 1 - months), technicians=lead
    )
    starts = np.array(
        [[month_begins(clock, m).toordinal(), month_begins(clock, m + 1).toordinal() - 1] for m in segments.months]
    )
    rates = np.stack([fx.rate(currency, starts) for currency in segments.currencies], axis=2)
    units = np.array([bench.units[rows].sum() for rows in mine])
    fees = np.array([bench.fee[rows].sum() for rows in mine])
    mean_fee = np.where(units > 0, fees / np.maximum(units, 1e-9), 0.0) / rates[0, 0]
    mix = units / units.sum() if units.sum() > 0 else np.ones(len(pool)) / len(pool)
    out = []
    for number, terms in enumerate(periods := marginal_terms(segments, mean_fee, mix, units_per_dispatch=1.0)):
        if segments.basis == "year" and number == len(periods) - 1:
            terms = _with_later(terms, last)
        rows = np.array(terms.months)
        units_of = _named(loads, "units", name, terms.months, pool)
        if segments.basis == "year":
            units_of = tuple(row if m < months else ("",) * len(pool) for m, row in zip(rows, units_of, strict=True))
        period = Period(
            terms.converted(rates[rows, 0], rates[rows, 1]),
            units=units_of,
            fees=_named(loads, "fee", name, terms.months, pool),
            service=_named(loads, "service", name, terms.months, pool),
            beside=_beside(learned, p, pool, terms.months, months if segments.basis == "year" else None),
        )
        if terms.months[0] < months or _reaches(period, loads):
            out.append(period)
    return tuple(out)


def _reaches(period: Period, loads: Mapping[str, Load]) -> bool:
    """Whether there could be more units than the first segment takes, or that one has terms of its own."""
    terms = period.terms
    most = units_counted(period, {name: loads[name].largest for row in period.units for name in row if name})
    own = terms.jump[0].any() or terms.per_unit[0].any() or terms.per_fee[0].any()
    return bool(own) or bool(most >= terms.upper[0])


def _with_later(terms: MarginalTerms, last: int) -> MarginalTerms:
    """A contract's last year with the months after the horizon: their units count no more, but have its discount."""
    later = tuple(range(terms.months[-1] + 1, last + 1))
    nothing = np.zeros((len(later), terms.fixed.shape[1]))
    fixed, retainer, minimum = (np.vstack([rows, nothing]) for rows in (terms.fixed, terms.retainer, terms.minimum))
    return replace(terms, months=(*terms.months, *later), fixed=fixed, retainer=retainer, minimum=minimum)


def _beside(
    learned: Learned, p: int, pool: tuple[str, ...], months: tuple[int, ...], until: int | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Units, repair fees and service charges that other claims bring to a period, a mean year. Shape (P, D) each.

    ``until``: months from there on count no units.
    """
    if not learned.beside:
        return None
    found = np.zeros((3, len(months), len(pool)))
    first = months[0]
    for year in learned.beside:
        b = year.bench
        for d, desk in enumerate(pool):
            rows = (b.bench == p) & (b.desk == learned.uses.desks[p].index(desk))
            rows &= (b.month >= first) & (b.month <= (months[-1] if until is None else min(months[-1], until - 1)))
            for k, amount in enumerate((b.units, b.fee, b.service)):
                found[k, :, d] += np.bincount(b.month[rows] - first, amount[rows], len(months))
    units, fees, service = found / len(learned.beside)
    return units, fees, service


def _charges(period: Period) -> bool:
    """Whether a contract charges or gives anything beside its units."""
    terms = period.terms
    money = (terms.jump, terms.per_unit, terms.per_fee, terms.fixed, terms.minimum)
    return any(bool(np.any(column)) for column in money)


def _named(
    loads: dict[str, Load], kind: str, partner: str, months: tuple[int, ...], desks: Sequence[str]
) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(key if (key := f"{kind} {partner} {desk} {month}") in loads else "" for desk in desks) for month in months
    )
