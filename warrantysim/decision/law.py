"""What the law costs: what the program would save a year if a row did not bind, or none of a market did.

Training claims that a row binds when they open are learned again without any law, with all that follows them, and the
rules are chosen anew for these claims and the others together, at the prices of what cells share and with the contracts
and lanes of the recommendation. Both sides are the program's sums over the same claims, on few of its replications:
they know no queues, and have no interval.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from warrantysim.decision.forecast import used_under
from warrantysim.decision.loop import SearchResult
from warrantysim.decision.outcomes import Lawful
from warrantysim.decision.policies import priced_claims
from warrantysim.decision.training import Learned, band_sums, bands_of, learn
from warrantysim.decision.zones import best_plans
from warrantysim.experiment.births import births
from warrantysim.experiment.outcomes import PotentialOutcomes
from warrantysim.journeys.legal import floors
from warrantysim.journeys.legal_floors import Floor
from warrantysim.journeys.model import Model
from warrantysim.schema.policy import Policy

REPLICATIONS = 2
"""Training replications that are asked, of those there are [count]."""
COLUMNS = ("market", "region", "age_from_days", "age_to_days", "sold_from", "article", "claims", "cost")
"""Columns of the table; a row without an article stands for the whole law of its market."""


def law_prices(
    model: Model,
    asked: Lawful,
    seed: int,
    training: range,
    found: SearchResult,
    policy: Policy,
) -> pd.DataFrame:
    """What each row of the law costs that asks for anything and binds a training claim, and all of a market together.

    Returns
    -------
    Columns market, region, age_from_days, age_to_days, sold_from, article (empty where all rows of a market are
    meant), claims (bound a year), cost (a year, of the claims a rule is asked about [reporting currency]).
    """
    some = training[:REPLICATIONS]
    if not any(floor.row.demands for floor in model.floors):
        return pd.DataFrame(columns=list(COLUMNS))
    prices = found.choice.prices if found.choice else {}
    bound, learned = [], []
    for law in (True, False):
        parts: list[np.ndarray] = []
        plain = learn(
            model,
            _told(model, seed, asked.by_law(law).potential(some, policy), parts),
            cash_only=model.scenario.decision.cash_only,
        )
        learned.append(replace(plain, cost=priced_claims(plain, prices), cash=None))
        bound.append(np.concatenate(parts))
    rest = _closed(model, found, policy)

    def least(lifted: Sequence[int]) -> float:
        return _least(model, learned, [np.isin(side, lifted) for side in bound], rest)

    whole = least([])
    rows = []
    for name, numbers in _groups(model, bound[0]):
        floor = model.floors[numbers[0]]
        row = floor.row
        one = (row.region, row.age_from_days, row.age_to_days, row.sold_from.isoformat(), row.article)
        claims = float(np.isin(bound[0], numbers).sum()) / len(some)
        facts = one if name else ("", np.nan, np.nan, "", "")
        rows.append((row.market, *facts, claims, whole - least(numbers)))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _told(
    model: Model, seed: int, outcomes: Iterable[PotentialOutcomes], parts: list[np.ndarray]
) -> Iterator[PotentialOutcomes]:
    """The outcomes as they come; added to ``parts``: the number of the demanding row that binds each claim a rule is
    asked about, -1 for none."""
    number = {id(floor): k for k, floor in enumerate(model.floors)}
    for po in outcomes:
        claims = births(model.scenario, seed, po.replication).take(po.root[po.routed])
        out = np.full(len(claims), -1)
        for floor, here in floors(model, claims):
            if floor.row.demands:
                out[here] = number[id(floor)]
        parts.append(out)
        yield po
        del po


def _groups(model: Model, bound: np.ndarray) -> Iterator[tuple[str, list[int]]]:
    """All rows that bind a claim, market by market: first the market as a whole, then each, oldest claims last."""
    met = np.unique(bound[bound >= 0]).tolist()

    def order(k: int) -> tuple[str, float, str]:
        floor: Floor = model.floors[k]
        return floor.row.region, floor.row.age_from_days, floor.row.sold_from.isoformat()

    for m in range(len(model.markets)):
        mine = sorted((k for k in met if model.floors[k].market == m), key=order)
        if mine:
            yield "", mine
            yield from (("row", [k]) for k in mine)


def _closed(model: Model, found: SearchResult, policy: Policy) -> dict[tuple[str | int, ...], np.ndarray]:
    """Arms by cell that need a contract or lane the recommendation does without."""
    problem, learned = found.candidates.problem, found.learned
    signed = used_under(model, learned, problem, policy).signed
    out = np.zeros(problem.allowed.shape, dtype=bool)
    for block in problem.blocks:
        if block.name not in signed:
            out |= block.uses
    return dict(zip(learned.cells, out, strict=True))


def _least(
    model: Model,
    learned: Sequence[Learned],
    lifted: Sequence[np.ndarray],
    closed: dict[tuple[str | int, ...], np.ndarray],
) -> float:
    """Least cost of a mean year where some claims are free of the law. ``lifted``: which, on either side."""
    lawful, free = learned
    place = {cell: c for c, cell in enumerate(lawful.cells)}
    cells = [*lawful.cells, *(cell for cell in free.cells if cell not in place)]
    number = {cell: c for c, cell in enumerate(cells)}
    keep = (~lifted[0], lifted[1])

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(each, name)[rows] for each, rows in zip(learned, keep, strict=True)])

    cell = np.concatenate(
        [
            np.array([number[name] for name in each.cells], dtype=np.int64)[each.cell[rows]]
            for each, rows in zip(learned, keep, strict=True)
        ]
    )
    mixed = replace(lawful, cells=tuple(cells), cell=cell, value=joined("value"), cost=joined("cost"))
    feasible = joined("feasible")
    edges, band = bands_of(mixed, model.scenario.decision.bands)
    shape = (len(cells), edges.shape[1], len(lawful.arms))
    seen = np.stack([np.bincount(cell, feasible[:, a], shape[0]) for a in range(shape[2])], axis=1) > 0
    allowed = seen & ~np.stack([closed.get(name, np.zeros(shape[2], dtype=bool)) for name in cells])
    allowed[:, 0] |= ~allowed.any(axis=1)
    rank = np.array([arm.rank for arm in lawful.arms])
    cost = band_sums(mixed.cost, cell * shape[1] + band, shape) / lawful.replications
    _, best = best_plans(cost, rank, allowed, canonical=model.scenario.decision.canonical_order)
    return float(best.sum())
