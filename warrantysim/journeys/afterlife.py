"""When a unit, or its replacement, would fail again, counted from the day the customer has it."""

from __future__ import annotations

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.claims.inverse import residual_life
from warrantysim.claims.stream_ids import Purpose
from warrantysim.journeys.legal import bound
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import Model
from warrantysim.schema.clock import DAY, seconds

AGE_FLOOR = 0.5
"""Youngest age from which a further life is drawn [days]; a shape below 1 has an infinite hazard at 0."""
FAR = 20_000.0
"""Lives beyond this are no matter of any warranty [days]."""
NEVER_AGAIN = np.int64(-1)


def afterlife(
    claims: Claims, china: np.ndarray, partner: np.ndarray, returns: np.ndarray, model: Model, luck: Luck
) -> dict[str, np.ndarray]:
    """Columns of the plan about what follows, shape (n,), durations int64 seconds.

    Every failure is one that would be claimed: the claim propensity is drawn in, at the age the failing unit has then.
    A unit that comes back keeps the life of its lot; a replacement has that of the lot it comes from. What could not
    follow in time, however soon the claim is resolved, is left out, as is what follows only a unit sent in (mask
    ``returns``) where none is.
    """
    s, here, n = model.scenario, model.here, len(claims)
    m = claims.market.astype(np.intp)
    binds = bound(model, claims)
    row = binds.term
    life = new_life = model.terms.life.take(row)
    next_lot = np.full(n, -1, dtype=np.int16)
    if len(model.lots):
        next_lot = replacement_lot(claims, model, luck)
        life, new_life = life.over(claims.lot, model.lots.life), life.over(next_lot, model.lots.life)
    term = seconds(model.terms.warranty_days[row])
    promised = np.where(here.repair_extends[m], here.extension[m], 0)
    # Extended once in a life: the end still is the one the sale gave.
    unextended = claims.warranty_end <= claims.delivered + term
    extra_end = np.where(unextended, np.maximum(promised, seconds(model.law.repair_extends_days[binds.floor])), 0)
    replaced_term = np.where(here.replacement_restarts[m], term, NEVER_AGAIN)
    mended_term = np.where(here.repair_restarts[m], term, NEVER_AGAIN)

    def claimed(lag: np.ndarray, age: np.ndarray, purpose: Purpose, rows: np.ndarray) -> np.ndarray:
        """Lags of failures of some claims' units that would be claimed at an age, `NEVER_AGAIN` for others."""
        out = np.full(n, NEVER_AGAIN)
        where = m[rows], claims.channel[rows], claims.price_gross[rows]
        reports = luck.of(claims, purpose, rows=rows) < model.propensity.at(*where, age)
        out[rows] = np.where(reports, lag, NEVER_AGAIN)
        return out

    anew = new_life.quantile(luck.of(claims, Purpose.REPLACEMENT_LIFE))
    lag = seconds(np.minimum(anew, FAR))
    left = np.maximum(claims.warranty_end - claims.opened, replaced_term)
    rows = np.flatnonzero((anew < FAR) & (lag <= left))
    replaced_after = claimed(lag[rows], anew[rows], Purpose.REPLACEMENT_PROPENSITY, rows)

    rows = np.flatnonzero(returns)
    unit_age = np.maximum((claims.opened[rows] - claims.born[rows]) / DAY, AGE_FLOOR)
    further = residual_life(luck.of(claims, Purpose.REFAIL, rows=rows), unit_age, life.eta[rows], life.beta[rows])
    lag = seconds(np.minimum(further, FAR))
    left = np.maximum(claims.warranty_end + extra_end - claims.opened, mended_term)[rows]
    soon = (further < FAR) & (lag <= left)
    refail_after = claimed(lag[soon], (unit_age + further)[soon], Purpose.REFAIL_PROPENSITY, rows[soon])

    nff_after, reopen_after = np.full(n, NEVER_AGAIN), np.full(n, NEVER_AGAIN)
    back = np.flatnonzero(luck.below(claims, Purpose.NFF_RETURN, s.triage.nff_return_share, among=returns))
    nff_after[back] = seconds(luck.of(claims, Purpose.NFF_RETURN_LAG, rows=back) * s.triage.nff_return_days)
    # A claim is opened once more, not for ever.
    first = returns & (claims.generation == 0)
    again = np.flatnonzero(luck.below(claims, Purpose.REOPEN, here.reopen[m], among=first))
    reopen_after[again] = here.reopen_lag.takes(m[again], lambda: luck.of(claims, Purpose.REOPEN_LAG, rows=again))
    fails = np.flatnonzero((replaced_after >= 0) | (refail_after >= 0))
    report_lag = np.zeros(n, dtype=np.int64)
    report_lag[fails] = seconds(luck.quantile(s.births.report_lag_days, claims, Purpose.REFAIL_REPORT_LAG, rows=fails))
    draw, part = np.ones(n), np.zeros(n)
    if model.most_bounces > 0:
        draw = luck.of(claims, Purpose.BOUNCE)
        rows = np.flatnonzero(draw < model.most_bounces)
        part[rows] = luck.of(claims, Purpose.BOUNCE_LAG, rows=rows)
    return {
        "bounce_draw": draw,
        "bounce_part": part,
        "bounce_after": bounce(draw, part, china, partner, model),
        "refail_after": refail_after,
        "replaced_after": replaced_after,
        "next_lot": next_lot,
        "nff_after": nff_after,
        "reopen_after": reopen_after,
        "report_lag": report_lag,
        "replaced_term": replaced_term,
        "mended_term": mended_term,
        "extra_end": extra_end,
    }


def replacement_lot(claims: Claims, model: Model, luck: Luck) -> np.ndarray:
    """Lot of the unit that would replace each claim's: a lot's share of what leaves stock in the months it is sold in.

    The month is that in which the claim opens, as its market counts. Shape (n,), int16; -1 none.
    """
    first = model.scenario.clock.first_day
    month = model.scenario.market_days.months(claims.opened, claims.market) + (first.year * 12 + first.month - 1)
    args = (claims.unit, claims.sku, claims.market, month, claims.generation + 1)
    return model.lots.membership(luck.seed, luck.replication, *args).astype(np.int16)


def bounce(draw: np.ndarray, part: np.ndarray, china: np.ndarray, partner: np.ndarray, model: Model) -> np.ndarray:
    """When a repair of a bench would turn out not to hold, evenly within its window; -1 never. int64 s, shape (n,).

    ``draw``, ``part``: as in the `Plan`.
    """
    bench, desks = model.scenario.china_bench, model.desks
    at = np.where(china, 0, partner)
    has = len(desks.bounce_share) > 0
    share = np.where(china, bench.bounce_share, desks.bounce_share[at] if has else 0.0)
    window = np.where(china, bench.bounce_days, desks.bounce_days[at] if has else 0.0)
    return np.where(draw < share, seconds(part * window), NEVER_AGAIN)
