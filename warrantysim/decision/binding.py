"""What keeps a rule from being cheaper still: the law, safety, bench hours, budgets, contracts, the order of zones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from warrantysim.decision.cells import CellKey
from warrantysim.decision.policies import FLAT, priced_claims
from warrantysim.decision.problem import (
    Block,
    Period,
    ProgramData,
    charged_by,
    period_cost,
    present_in,
    signed_by,
    units_counted,
    used,
    volumes,
)
from warrantysim.decision.zones import best_plans
from warrantysim.journeys.model import Model
from warrantysim.schema.dispositions import BY_PARTNER, BY_WAY, DISPOSITIONS, NEW_UNIT
from warrantysim.schema.law import LegalFloorRow

if TYPE_CHECKING:
    from warrantysim.decision.loop import SearchResult

Kind = Literal[
    "law",
    "law_days",
    "power_bank",
    "battery",
    "hours",
    "refunds",
    "days",
    "disputes",
    "minimum",
    "contract",
    "order",
]
"""What can hold a rule back."""
WHOLES: Mapping[str, Kind] = {
    "refunds": "refunds",
    "days beyond the longest mean": "days",
    "disputes beyond the highest share": "disputes",
}
"""Constraints on the whole year, by their measure."""
PRICED = 1e-6
"""A limit whose price is not above this does not bind [reporting currency per unit]."""
REPAIRS = (BY_PARTNER, BY_WAY)


@dataclass(frozen=True)
class Bound:
    """One thing that holds the rule of a cell."""

    kind: Kind
    """What kind of thing."""
    what: str = ""
    """Disposition (law), arm (law_days), way (battery), bench (hours) or partner (minimum, contract)."""
    months: tuple[int, ...] = ()
    """Months since the horizon's first, of hours and minimums."""
    share: float = 1.0
    """Share of the cell's claims it stops, of law and safety [share, 0-1]."""
    article: str = ""
    """Where the law says so."""


def limit_prices(problem: ProgramData, prices: Mapping[str, float]) -> dict[str, float]:
    """Shadow price of every limit that binds, by measure; charges of contracts and lanes are no limits.

    ``prices``: those of all measures [reporting currency per unit a year].
    """
    limited = dict.fromkeys(limit.measure for limit in problem.limits)
    return {name: prices[name] for name in limited if prices.get(name, 0.0) > PRICED}


def unmet_minimums(
    problem: ProgramData, measures: Mapping[str, float], signed: Collection[str]
) -> dict[str, tuple[int, ...]]:
    """Months in which a signed contract's work does not reach its monthly minimum, by contract."""
    out = {}
    for block in problem.blocks:
        if charged_by(block, signed):
            due = np.array([name in signed for name in block.desks]) if block.desks else True
            short = [month for period in block.periods for month in _short(period, measures, due)]
            if short:
                out[block.name] = tuple(short)
    return out


def _short(period: Period, measures: Mapping[str, float], due: np.ndarray | bool) -> Iterator[int]:
    """Months of a period whose minimum is not reached, as `MarginalTerms.cost` charges it."""
    terms = period.terms
    units, fees, service = (volumes(names, measures) for names in (period.units, period.fees, period.service))
    if period.beside is not None:
        units, fees, service = (own + other for own, other in zip((units, fees, service), period.beside, strict=True))
    invoiced = fees + service
    if terms.rebate_on_invoice:
        invoiced = invoiced + terms.adjusted(terms.segment(units_counted(period, measures)), units, fees)
    short = (terms.minimum > 0) & due & (terms.minimum - terms.retainer - invoiced > PRICED)
    yield from (month for month, row in zip(terms.months, short, strict=True) if row.any())


def is_lane(block: Block) -> bool:
    """Whether a block is a way to China, which prices the size of dispatches, and no contract."""
    return any(name.startswith("freight ") for period in block.periods for row in period.units for name in row)


def bounds_of(model: Model, found: SearchResult) -> dict[CellKey, tuple[Bound, ...]]:
    """What holds each cell's rule; nothing is known where today's policy won."""
    if found.choice is None:
        return {}
    shared = _shared(found)
    order = order_regret(found)
    cost = found.candidates.problem.plan_cost(found.choice.plan)
    priced = priced_claims(found.learned, found.choice.prices)
    out = {}
    for c, cell in enumerate(found.learned.cells):
        bounds = [*_closed(model, found, priced, c), *shared[c]]
        if order[c] > FLAT * abs(cost[c]):
            bounds.append(Bound("order"))
        out[cell] = tuple(dict.fromkeys(bounds))
    return out


def order_regret(found: SearchResult) -> np.ndarray:
    """Cost of the canonical order by cell, a mean year, with what is shared at no price, but for room in swap pools.

    Shape (C,).
    """
    problem = found.candidates.problem
    cost = problem.cost.copy()
    prices = found.choice.prices if found.choice is not None else {}
    for pool in problem.pools:
        problem.loads[pool.measure].added(prices.get(pool.measure, 0.0), cost)
    _, bound = best_plans(cost, problem.rank, problem.allowed, canonical=True)
    _, free = best_plans(cost, problem.rank, problem.allowed, canonical=False)
    # Both are sums of the same numbers: what is left below this is their rounding.
    return np.where(bound - free > 1e-9 * np.maximum(np.abs(bound), 1.0), bound - free, 0.0)


def _shared(found: SearchResult) -> list[list[Bound]]:
    """Limits that bind, in the cells that take from them or would without their price; contracts a cell helps carry."""
    assert found.choice is not None
    problem, plan, prices = found.candidates.problem, found.choice.plan, found.choice.prices
    out: list[list[Bound]] = [[] for _ in found.learned.cells]
    hours: list[dict[str, list[int]]] = [{} for _ in found.learned.cells]
    for measure in limit_prices(problem, prices):
        # At the price itself a cell may be indifferent: what counts is whether it would take more for nothing.
        taken = problem.loads[measure].of(plan)
        for c in np.flatnonzero((taken > 0) | (_wanted(problem, prices, measure) > taken)).tolist():
            if measure in WHOLES:
                out[c].append(Bound(WHOLES[measure]))
            else:
                _, bench, month = measure.split()
                hours[c].setdefault(bench, []).append(int(month))
    signed = signed_by(problem, present_in(problem, plan))
    short = unmet_minimums(problem, problem.measures(plan), signed)
    for c, bounds in enumerate(out):
        bounds += [Bound("hours", bench, tuple(months)) for bench, months in hours[c].items()]
        arms = np.unique(plan[c])
        for block in problem.blocks:
            if block.name not in signed or is_lane(block) or not block.uses[c, arms].any():
                continue
            if block.name in short:
                bounds.append(Bound("minimum", block.name, short[block.name]))
            elif abs(found.choice.evaluated.shared[block.name]) > PRICED:
                bounds.append(Bound("contract", block.name))
    return out


def _wanted(problem: ProgramData, prices: Mapping[str, float], measure: str) -> np.ndarray:
    """What each cell would take of a measure if it had no price, all others keeping theirs. Shape (C,)."""
    cost = problem.cost.copy()
    for name, price in prices.items():
        if name != measure and abs(price) > PRICED and name in problem.loads:
            problem.loads[name].added(price, cost)
    plan, _ = best_plans(cost, problem.rank, problem.allowed, canonical=problem.canonical)
    return problem.loads[measure].of(plan)


def _closed(model: Model, found: SearchResult, priced: np.ndarray, c: int) -> Iterator[Bound]:
    """Arms that law or safety take from a cell: all of them, or from some claims where they would else be cheaper.

    ``priced``: cost of every training claim under every arm, with prices on what is shared, shape (n, A).
    """
    learned, s = found.learned, model.scenario
    names = [(arm.disposition, arm.partner) for arm in learned.arms]
    markets, skus = _places(model, learned.cells[c])
    stopped = _stopped(found, c)
    rows = [row for m in markets for row in _floors(model, m, skus)]
    for done in DISPOSITIONS:
        arms = [a for a, (disposition, _) in enumerate(names) if disposition == done]
        if arms and (articles := _articles(row for row in rows if _forbids(row, done))):
            share = min(stopped[a] for a in arms)
            if share == 1.0 or any(0 < stopped[a] < 1 and _cheaper(found, priced, c, a) for a in arms):
                yield Bound("law", done, share=share, article=articles)
    if bool(model.power_bank[skus].all()) and model.ways.size and bool(model.ways[markets].any()):
        yield Bound("power_bank")
    for a, (disposition, partner) in enumerate(names):
        if disposition not in REPAIRS or stopped[a] == 1.0:
            continue
        slow = (row for m in markets for row in _too_long(model, m, skus, disposition, partner))
        if articles := _articles(slow):
            yield Bound("law_days", f"{disposition} {partner}", article=articles)
        bare = disposition == BY_WAY and not model.way_packs[markets, s.way_ids.index(partner)].all()
        if bare and model.lithium[skus].any() and stopped[a] > 0 and _cheaper(found, priced, c, a):
            yield Bound("battery", partner, share=float(stopped[a]))


def _places(model: Model, cell: CellKey) -> tuple[list[int], list[int]]:
    """Markets and products a cell is about."""
    s = model.scenario
    known = dict(zip(s.decision.cell, cell, strict=True))
    markets = [m for m, name in enumerate(s.market_ids) if known.get("market", name) == name]
    skus = [
        k
        for k, sku in enumerate(s.skus)
        if known.get("sku", sku.sku) == sku.sku and known.get("category", sku.category) == sku.category
    ]
    return markets, skus


def _floors(model: Model, market: int, skus: Sequence[int]) -> list[LegalFloorRow]:
    """Rows of a market that may bind a first claim on one of the products."""
    s = model.scenario
    stated = {(row.sku, row.market): row.warranty_days for row in s.sku_markets}
    oldest = max((stated[s.sku_ids[k], s.market_ids[market]] for k in skus), default=0.0)
    mine = (f for f in model.floors if f.market == market and f.goods[list(skus)].any())
    return [f.row for f in mine if f.row.age_from_days < oldest]


def _articles(rows: Iterable[LegalFloorRow]) -> str:
    return "; ".join(dict.fromkeys(row.article for row in rows))


def _forbids(row: LegalFloorRow, done: str) -> bool:
    """Whether a floor closes a disposition to first claims, or to those who choose another."""
    if done in row.dispositions and done in REPAIRS:
        return row.max_repairs == 0 or (row.chooser == "customer" and NEW_UNIT in row.dispositions)
    return done not in row.dispositions or (done == "refund" and row.chooser == "customer")


def _too_long(
    model: Model, market: int, skus: Sequence[int], disposition: str, partner: str
) -> Iterator[LegalFloorRow]:
    """Floors that a repair is planned to take longer than, so that a replacement must leave at once."""
    s = model.scenario
    local = disposition == BY_PARTNER
    planned = model.planned_days[0 if local else 1]
    index = (s.partner_ids if local else s.way_ids).index(partner)
    days = float(planned[market, index]) if planned.size else np.inf
    if not model.service_advance[market, DISPOSITIONS.index(disposition)] and np.isfinite(days):
        yield from (r for r in _floors(model, market, skus) if r.max_days is not None and days > r.max_days)


def _stopped(found: SearchResult, c: int) -> Sequence[float]:
    """Share of a cell's training claims that each arm was not possible for. Shape (A,)."""
    feasible = found.learned.feasible[found.learned.rows(c)]
    return [float(x) for x in 1.0 - feasible.mean(axis=0)] if len(feasible) else [0.0] * feasible.shape[1]


def _cheaper(found: SearchResult, priced: np.ndarray, c: int, arm: int) -> bool:
    """Whether an arm, done wherever it is possible and at that price elsewhere too, would beat the rule in some band.

    By more than `FLAT` of the cell's cost. Where it is not possible nobody knows what it would cost.
    """
    assert found.choice is not None
    learned, plan, edges = found.learned, found.choice.plan, found.candidates.edges
    rows = learned.rows(c)
    band = np.searchsorted(edges[c], learned.value[rows], side="right") - 1
    chosen = priced[rows, plan[c, band]]
    gain, could = chosen - priced[rows, arm], learned.feasible[rows, arm]
    n = edges.shape[1]
    count, possible = np.bincount(band, minlength=n), np.bincount(band, could, n)
    mean = np.bincount(band, gain * could, n) / np.maximum(possible, 1)
    saved = float(np.maximum(mean * count, 0.0).sum()) / learned.replications
    cost = float(chosen.sum()) / learned.replications
    return saved - _unused_lane(found, c, arm) > FLAT * abs(cost)


def _unused_lane(found: SearchResult, c: int, arm: int) -> float:
    """Yearly bill of a way nobody is sent, were a cell sent that way; ways in use have a price of their own."""
    assert found.choice is not None
    problem, plan, bill = found.candidates.problem, found.choice.plan, 0.0
    for block in problem.blocks:
        if not block.uses[c, arm] or not is_lane(block) or used(block, plan):
            continue
        (measure,) = {name for period in block.periods for row in period.units for name in row}
        load = problem.loads[measure]
        quantity = float(load.amount[(load.place // load.size[1] == c) & (load.arm == arm)].sum())
        bill += sum(period_cost(period, {measure: quantity}) for period in block.periods)
    return bill
