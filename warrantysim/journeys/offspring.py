"""Claims that follow claims: a repair that does not hold, a replacement that fails, a lapsed claim opened again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warrantysim.claims.columns import Claims, Origin
from warrantysim.claims.purposes import Purpose
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.records import Closure, Finding, Route
from warrantysim.journeys.world import World

LAPSED, REPLACED, MENDED, WELL = range(4)
"""Endings that something may follow: the label lapsed; a replacement; the own unit back, repaired or without fault."""
BARREN = -1
"""Any other ending."""
NO_CHILD = -1
"""Origin code where nothing follows."""
FOREVER = np.int64(2**62)
LONGEST_LINE = 200
"""Claims that may follow each other; a longer line never ends."""

Young = tuple[Claims, np.ndarray, np.ndarray, np.ndarray]
"""Claims about to open, with parent, repairs and scope."""


@dataclass(frozen=True)
class Outlook:
    """What would follow each claim after each ending; arrays of shape (n, 4), columns `LAPSED` to `WELL`."""

    origin: np.ndarray
    """`Origin` of the claim that follows; `NO_CHILD` for none [int8]."""
    after: np.ndarray
    """From resolution to its opening [int64 s]."""
    until: np.ndarray
    """It follows only if the claim is resolved by then: what fails after the warranty does not [int64 s]."""


def outlook(plan: Plan) -> Outlook:
    """What follows a claim is settled before it begins, but for the moment it is resolved.

    A lapsed claim may be opened again, whatever the warranty. A replacement begins a new life. The claimant's own unit,
    once back, may bounce (a repair that does not hold), come again (nothing was found) or fail anew at its age.
    """
    n = len(plan)
    origin = np.full((n, 4), NO_CHILD, dtype=np.int8)
    after = np.zeros((n, 4), dtype=np.int64)
    until = np.full((n, 4), -FOREVER)
    end = plan.claims.warranty_end
    returns = (plan.route == Route.REPAIR_LOCAL) | (plan.route == Route.RETURN_CHINA)
    # Nothing follows where nothing was sent or asked for: those claims have no draws of it.
    fertile = np.flatnonzero(returns | (plan.route == Route.RESHIP))
    endings = (
        (LAPSED, None, None, ((plan.reopen_after, Origin.REOPEN),)),
        (REPLACED, end, plan.replaced_term, ((plan.replaced_after, Origin.REPLACEMENT),)),
        (
            MENDED,
            end + plan.extra_end,
            plan.mended_term,
            ((plan.bounce_after, Origin.BOUNCE), (plan.refail_after, Origin.REFAIL)),
        ),
        (WELL, end, None, ((plan.nff_after, Origin.NFF_RETURN), (plan.refail_after, Origin.REFAIL))),
    )
    for ending, limit, term, lags in endings:
        for lag, kind in lags:
            rows = fertile[lag[fertile] >= 0]
            rows = rows[origin[rows, ending] == NO_CHILD]
            wait = lag[rows]
            new_failure = kind in {Origin.REPLACEMENT, Origin.REFAIL}
            origin[rows, ending] = kind
            after[rows, ending] = wait + plan.report_lag[rows] if new_failure else wait
            last = np.full(len(rows), FOREVER) if limit is None else limit[rows] - wait
            if term is not None:
                renewed = np.where(wait <= term[rows], FOREVER, -FOREVER)
                last = np.where(term[rows] >= 0, renewed, last)
            until[rows, ending] = last
    until[~returns, LAPSED] = -FOREVER
    return Outlook(origin, after, until)


def endings_of(closure: np.ndarray, finding: np.ndarray) -> np.ndarray:
    """Ending of each closed claim, `BARREN` where nothing may follow. Shape (n,), int8."""
    own = np.where(finding == Finding.REPAIRED, MENDED, WELL)
    return np.select(
        [closure == Closure.LAPSED, closure == Closure.REPLACED, closure == Closure.REPAIRED],
        [LAPSED, REPLACED, own],
        BARREN,
    ).astype(np.int8)


def follows(out: Outlook, ending: np.ndarray, resolved: np.ndarray) -> np.ndarray:
    """Rows of the claims that something follows."""
    fertile = np.flatnonzero(ending != BARREN)
    return fertile[resolved[fertile] <= out.until[fertile, ending[fertile]]]


def born_of(
    plan: Plan,
    rows: np.ndarray,
    out: Outlook,
    ending: np.ndarray,
    resolved: np.ndarray,
    numbers: np.ndarray,
    world: World,
    luck: Luck,
) -> Young:
    """The claims that follow some rows of a plan, each of which has one. ``numbers``: rows of their parents in the run.

    Raises
    ------
    ValueError
        If claims follow claims without end, as where replacements always fail within a warranty that restarts.
    """
    n, old = len(rows), plan.claims.take(rows)
    if n and int(old.generation.max()) >= LONGEST_LINE:
        k = old.sku[np.argmax(old.generation)]
        raise ValueError(
            f"claims on {world.scenario.skus[k].sku} follow each other without end: {LONGEST_LINE} replacements or "
            "repairs in a row failed within a warranty that restarts"
        )
    chosen = np.arange(n), ending
    origin = out.origin[chosen]
    mended = ending == MENDED
    term = np.select([ending == REPLACED, mended], [plan.replaced_term[rows], plan.mended_term[rows]], -1)
    end = old.warranty_end + np.where(mended, plan.extra_end[rows], 0)
    base = Claims(
        unit=old.unit,
        generation=(old.generation + 1).astype(np.int16),
        root=old.root,
        origin=origin,
        sku=old.sku,
        market=old.market,
        channel=old.channel,
        fault=old.fault.copy(),
        bench_minutes=np.full(n, np.nan),
        sold=old.sold,
        delivered=old.delivered,
        born=np.where(origin == Origin.REPLACEMENT, resolved, old.born),
        warranty_end=np.where(term >= 0, resolved + term, end),
        opened=resolved + out.after[chosen],
        price_gross=old.price_gross,
        price_net=old.price_net,
    )
    anew = (origin == Origin.REPLACEMENT) | (origin == Origin.REFAIL)
    if anew.any():
        fresh = base.take(anew)
        base.fault[anew] = world.mix.draw(fresh.sku, luck.of(fresh, Purpose.REPLACEMENT_FAULT))
    tried = plan.repairs[rows] + mended
    repairs = np.where(origin == Origin.REPLACEMENT, 0, tried).astype(np.int16)
    return base, numbers, repairs, plan.in_scope[rows]


def children(plan: Plan, c: dict[str, np.ndarray], world: World, luck: Luck, numbers: np.ndarray) -> Young:
    """All claims that follow a wave of claims. ``numbers``: row of each claim of the wave in the run."""
    out = outlook(plan)
    ending = endings_of(c["closure"], c["finding"])
    rows = follows(out, ending, c["resolved"])
    return born_of(plan, rows, take(out, rows), ending[rows], c["resolved"][rows], numbers[rows], world, luck)


def take(out: Outlook, rows: np.ndarray) -> Outlook:
    """The named rows."""
    return Outlook(out.origin[rows], out.after[rows], out.until[rows])
