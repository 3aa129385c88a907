"""Claims that follow claims: a repair that does not hold, a replacement that fails, a lapsed claim opened again."""

from __future__ import annotations

import numpy as np

from warrantysim.claims.columns import Claims, Origin
from warrantysim.claims.purposes import Purpose
from warrantysim.journeys.plan import Luck, Plan
from warrantysim.journeys.records import Closure, Finding, Source
from warrantysim.journeys.world import World

NO_CHILD = -1
"""Origin code where nothing follows."""


def follow_up(plan: Plan, c: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Which claim follows each: (origin or -1, when it opens, when its unit's life began, its warranty end).

    A lapsed claim may be opened again. A replacement begins a new life. The claimant's own unit, once back, may bounce
    (a repair that does not hold), come again (nothing was found) or fail anew at its age. What fails after the warranty
    does not follow. Shapes (n,).
    """
    claims = plan.claims
    resolved, closure = c["resolved"], c["closure"]
    own = closure == Closure.REPAIRED
    mended = own & (c["finding"] == Finding.REPAIRED)
    found_well = own & (c["finding"] == Finding.NFF)
    replaced = (closure == Closure.REPLACED) & (c["source"] != Source.NONE)
    end = claims.warranty_end + np.where(mended, plan.extra_end, 0)
    end = np.where(replaced & (plan.renewed_end >= 0), resolved + plan.renewed_end, end)
    origin = np.full(len(plan), NO_CHILD, dtype=np.int8)
    after = np.zeros(len(plan), dtype=np.int64)
    for rows, lag, kind in (
        ((closure == Closure.LAPSED) & c["label_issued"], plan.reopen_after, Origin.REOPEN),
        (replaced, plan.replaced_after, Origin.REPLACEMENT),
        (mended, plan.bounce_after, Origin.BOUNCE),
        (found_well, plan.nff_after, Origin.NFF_RETURN),
        (own, plan.refail_after, Origin.REFAIL),
    ):
        here = rows & (origin == NO_CHILD) & (lag >= 0)
        origin[here] = kind
        after[here] = lag[here]
    failed = resolved + after
    origin[failed > end] = NO_CHILD
    new_failure = (origin == Origin.REPLACEMENT) | (origin == Origin.REFAIL)
    opened = failed + np.where(new_failure, plan.report_lag, 0)
    return origin, opened, np.where(origin == Origin.REPLACEMENT, resolved, claims.born), end


def earliest_after(plan: Plan) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Bounds that spare most claims the question what follows them: (own lag, own limit, replaced lag, its limit).

    A claim closed with its own unit, or by a replacement, can be followed no sooner than its resolution plus the lag,
    and only if it is resolved by the limit; a lag of -1 means never. Shapes (n,), int64 seconds.
    """
    end = plan.claims.warranty_end + plan.extra_end
    never = np.int64(2**62)
    own = np.full(len(plan), never)
    for lag in (plan.bounce_after, plan.refail_after, plan.nff_after):
        own = np.where(lag >= 0, np.minimum(own, lag), own)
    renewed = (plan.renewed_end >= 0) & (plan.replaced_after <= plan.renewed_end)
    limit = np.where(renewed, never, end - plan.replaced_after)
    return np.where(own < never, own, -1), end - own, plan.replaced_after, limit


def born_of(
    plan: Plan,
    rows: np.ndarray,
    follow: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    world: World,
    luck: Luck,
    numbers: np.ndarray,
) -> tuple[Claims, np.ndarray, np.ndarray, np.ndarray]:
    """Claims that follow the named rows, with parent, repairs and scope.

    ``follow``: result of `follow_up`, all rows; ``numbers``: row of each parent in the run, shape of ``rows``.
    """
    origin, opened, born, end = (column[rows] for column in follow)
    old = plan.claims.take(rows)
    generation = (old.generation + 1).astype(np.int16)
    base = Claims(
        unit=old.unit,
        generation=generation,
        root=old.root,
        origin=origin,
        sku=old.sku,
        market=old.market,
        channel=old.channel,
        fault=old.fault,
        bench_minutes=np.full(len(rows), np.nan),
        sold=old.sold,
        delivered=old.delivered,
        born=born,
        warranty_end=end,
        opened=opened,
        price_gross=old.price_gross,
        price_net=old.price_net,
    )
    anew = (origin == Origin.REPLACEMENT) | (origin == Origin.REFAIL)
    if anew.any():
        fresh = base.take(anew)
        base.fault[anew] = world.mix.draw(fresh.sku, luck.of(fresh, Purpose.REPLACEMENT_FAULT))
    mended = (origin == Origin.BOUNCE) | (origin == Origin.REFAIL)
    repairs = np.where(origin == Origin.REPLACEMENT, 0, plan.repairs[rows] + mended).astype(np.int16)
    return base, numbers, repairs, plan.in_scope[rows]


def children(
    plan: Plan, c: dict[str, np.ndarray], world: World, luck: Luck, numbers: np.ndarray
) -> tuple[Claims, np.ndarray, np.ndarray, np.ndarray]:
    """All claims that follow a wave of claims. ``numbers``: row of each claim of the wave in the run."""
    follow = follow_up(plan, c)
    rows = np.flatnonzero(follow[0] != NO_CHILD)
    return born_of(plan, rows, follow, world, luck, numbers[rows])
