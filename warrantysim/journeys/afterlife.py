"""When a unit, or its replacement, would fail again, counted from the day the customer has it."""

from __future__ import annotations

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.claims.inverse import quantile, residual_life
from warrantysim.claims.stream_ids import Purpose
from warrantysim.journeys.legal import extension_by_law
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import Model
from warrantysim.schema.clock import DAY, seconds

AGE_FLOOR = 0.5
"""Youngest age from which a further life is drawn [days]; a shape below 1 has an infinite hazard at 0."""
FAR = 20_000.0
"""Lives beyond this are no matter of any warranty [days]."""
NEVER_AGAIN = np.int64(-1)


def afterlife(
    claims: Claims, china: np.ndarray, partner: np.ndarray, model: Model, luck: Luck
) -> dict[str, np.ndarray]:
    """Columns of the plan about what follows, shape (n,), durations int64 seconds.

    Every failure is one that would be claimed: the claim propensity is drawn in, at the age the failing unit has then.
    A unit that comes back keeps the life of its lot; a replacement has that of the lot it comes from.
    """
    s, here = model.scenario, model.here
    row = model.terms_row(claims)
    life = new_life = model.terms.life.take(row)
    next_lot = np.full(len(claims), -1, dtype=np.int16)
    if len(model.lots):
        next_lot = replacement_lot(claims, model, luck)
        life, new_life = life.over(claims.lot, model.lots.life), life.over(next_lot, model.lots.life)
    unit_age = np.maximum((claims.opened - claims.born) / DAY, AGE_FLOOR)
    further = residual_life(luck.of(claims, Purpose.REFAIL), unit_age, life.eta, life.beta)
    anew = new_life.quantile(luck.of(claims, Purpose.REPLACEMENT_LIFE))

    def reported(purpose: Purpose, age: np.ndarray) -> np.ndarray:
        chance = model.propensity.at(claims.market, claims.channel, claims.price_gross, age)
        return luck.of(claims, purpose) < chance

    reports = reported(Purpose.REFAIL_PROPENSITY, unit_age + further)
    reports_new = reported(Purpose.REPLACEMENT_PROPENSITY, anew)
    back = luck.of(claims, Purpose.NFF_RETURN) < s.triage.nff_return_share
    nff_days = luck.of(claims, Purpose.NFF_RETURN_LAG) * s.triage.nff_return_days
    reopen = luck.of(claims, Purpose.REOPEN) < here.reopen[claims.market]
    reopen_lag = here.reopen_lag.at(claims.market, luck.of(claims, Purpose.REOPEN_LAG))
    term = seconds(model.terms.warranty_days[row])
    promised = np.where(here.repair_extends[claims.market], here.extension[claims.market], 0)
    # Extended once in a life: the end still is the one the sale gave.
    unextended = claims.warranty_end <= claims.delivered + term
    draw, part = luck.of(claims, Purpose.BOUNCE), luck.of(claims, Purpose.BOUNCE_LAG)
    return {
        "bounce_draw": draw,
        "bounce_part": part,
        "bounce_after": bounce(draw, part, china, partner, model),
        "refail_after": np.where(reports & (further < FAR), seconds(np.minimum(further, FAR)), NEVER_AGAIN),
        "replaced_after": np.where(reports_new & (anew < FAR), seconds(np.minimum(anew, FAR)), NEVER_AGAIN),
        "next_lot": next_lot,
        "nff_after": np.where(back, seconds(nff_days), NEVER_AGAIN),
        # A claim is opened once more, not for ever.
        "reopen_after": np.where(reopen & (claims.generation == 0), reopen_lag, NEVER_AGAIN),
        "report_lag": seconds(quantile(s.births.report_lag_days, luck.of(claims, Purpose.REFAIL_REPORT_LAG))),
        "replaced_term": np.where(here.replacement_restarts[claims.market], term, NEVER_AGAIN),
        "mended_term": np.where(here.repair_restarts[claims.market], term, NEVER_AGAIN),
        "extra_end": np.where(unextended, np.maximum(promised, seconds(extension_by_law(model, claims))), 0),
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
