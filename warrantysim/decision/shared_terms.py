"""What cells share: bench hours, contract volumes and room in dispatches, as measures and as terms by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from warrantysim.decision.lanes import lane_block
from warrantysim.decision.problem import Block, Load, Period
from warrantysim.experiment.bench_months import months_of_horizon
from warrantysim.experiment.outcomes import Arm, BenchUse, FreightUse, PotentialOutcomes
from warrantysim.journeys.world import World
from warrantysim.money.contracts import compile_quote, pools
from warrantysim.money.fx import Fx
from warrantysim.money.marginal_terms import MarginalTerms, marginal_terms

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
    desks: dict[tuple[int, int], str]
    """Desk id of (partner, market)."""

    def names(self) -> np.ndarray:
        """Desk of each visit, empty at the China bench. Shape (u,)."""
        return np.array(
            [self.desks.get((int(b), int(m)), "") for b, m in zip(self.bench.bench, self.desk_market, strict=True)]
        )

    def loads(self, place: np.ndarray, shape: tuple[int, int, int], replications: int) -> dict[str, Load]:
        """Every measure a mean year: hours by bench and month, units, fees and service by desk and month, freight."""
        out: dict[str, Load] = {}
        b, desk = self.bench, self.names()
        inside = (b.month >= 0) & (b.month < self.months)
        for k, bench in enumerate(self.benches):
            here = inside & (b.bench == k)
            for month in np.unique(b.month[here]):
                rows = here & (b.month == month)
                out[f"hours {bench} {month}"] = _load(place, b.claim, b.arm, b.minutes / 60, rows, shape, replications)
                for name in np.unique(desk[rows]):
                    if not name:
                        continue
                    mine = rows & (desk == name)
                    for kind in ("units", "fee", "service"):
                        amount = getattr(b, kind)
                        if amount[mine].any():
                            key = f"{kind} {bench} {name} {month}"
                            out[key] = _load(place, b.claim, b.arm, amount, mine, shape, replications)
        f = self.freight
        for k, (market, way) in enumerate(self.lanes):
            rows = f.lane == k
            if rows.any():
                out[f"freight {market} {way}"] = _load(place, f.claim, f.arm, f.quantity, rows, shape, replications)
        return out


def uses_of(
    outcomes: Sequence[PotentialOutcomes], kept: Sequence[np.ndarray], firsts: np.ndarray, world: World
) -> Uses:
    """Uses of the kept claims of all replications, numbered from ``firsts`` on."""
    bench: list[BenchUse] = []
    freight: list[FreightUse] = []
    market = []
    for po, rows, first in zip(outcomes, kept, firsts, strict=True):
        number = np.full(len(po), -1)
        number[rows] = np.arange(len(rows)) + first
        bench.append(_renumbered(po.bench, number))
        freight.append(_renumbered(po.freight, number))
        market.append(po.market[po.bench.claim[number[po.bench.claim] >= 0]])
    first_outcome = outcomes[0]
    return Uses(
        bench=BenchUse.concat(bench),
        freight=FreightUse.concat(freight),
        desk_market=np.concatenate(market),
        claims=int(sum(len(rows) for rows in kept)),
        benches=first_outcome.benches,
        lanes=first_outcome.lanes,
        months=first_outcome.months,
        desks={key: name for key, (name, _) in world.desks.bench.items()},
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
    cells, bands, arms = shape
    flat = np.bincount(place[claim[rows]] * arms + arm[rows], amount[rows], cells * bands * arms) / replications
    table = flat.reshape(shape)
    touched = np.flatnonzero(table.any(axis=(0, 1)))
    return Load(touched, table[:, :, touched])


def blocks(
    world: World,
    arms: Sequence[Arm],
    cells: int,
    uses: Uses,
    loads: dict[str, Load],
) -> tuple[Block, ...]:
    """Contracts that charge more than their units, and consolidated lanes."""
    out = [
        block
        for p, name in enumerate(world.scenario.partner_ids)
        for block in _contracts(world, p, name, arms, cells, uses, loads)
    ]
    for market, way in uses.lanes:
        measure = f"freight {market} {way}"
        if measure in loads:
            mean = float(uses.freight.quantity[uses.freight.lane == uses.lanes.index((market, way))].mean())
            out.append(lane_block(world, market, way, cells, measure, loads[measure], len(arms), mean))
    return tuple(out)


def _contracts(
    world: World, p: int, name: str, arms: Sequence[Arm], cells: int, uses: Uses, loads: dict[str, Load]
) -> list[Block]:
    s = world.scenario
    partner = s.partners[name]
    fx = Fx(s.fx, s.reporting_currency)
    months = months_of_horizon(s)
    desk = uses.names()
    out = []
    for pool in pools(partner, tuple(partner.desks)):
        segments = compile_quote(name, partner, pool, s.clock, horizon=months)
        rates = np.array([float(fx.rate(c, s.clock.ordinal)) for c in segments.currencies])
        units = np.array([uses.bench.units[(uses.bench.bench == p) & (desk == d)].sum() for d in pool])
        fees = np.array([uses.bench.fee[(uses.bench.bench == p) & (desk == d)].sum() for d in pool])
        mean_fee = np.where(units > 0, fees / np.maximum(units, 1e-9), 0.0) / rates
        mix = units / units.sum() if units.sum() > 0 else np.ones(len(pool)) / len(pool)
        terms = [t.converted(rates) for t in marginal_terms(segments, mean_fee, mix, units_per_dispatch=1.0)]
        if not any(_charges(t) for t in terms):
            continue
        periods = tuple(
            Period(
                terms=t,
                units=_named(loads, "units", name, t.months, pool),
                fees=_named(loads, "fee", name, t.months, pool),
                service=_named(loads, "service", name, t.months, pool),
            )
            for t in terms
            if all(0 <= month < months for month in t.months)
        )
        touches = np.array([arm.disposition == "repair_local" and arm.partner == name for arm in arms])
        label = name if len(pools(partner, tuple(partner.desks))) == 1 else f"{name} {' '.join(pool)}"
        out.append(Block(label, periods, np.broadcast_to(touches, (cells, len(arms))).copy()))
    return out


def _charges(terms: MarginalTerms) -> bool:
    """Whether a contract charges or gives anything beside its units."""
    money = (terms.jump, terms.per_unit, terms.per_fee, terms.fixed, terms.minimum)
    return any(bool(np.any(column)) for column in money)


def _named(
    loads: dict[str, Load], kind: str, partner: str, months: tuple[int, ...], desks: Sequence[str]
) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(key if (key := f"{kind} {partner} {desk} {month}") in loads else "" for desk in desks) for month in months
    )
