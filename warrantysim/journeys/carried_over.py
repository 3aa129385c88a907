"""Claims from before the run-in, for what still follows them: benches are as full on its first day as ever after.

They wait for nobody: each is followed alone until a claim that comes of it opens within the run-in. Those claims then
are there with all others, out of scope; what led to them is in no record.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from warrantysim.claims.columns import Claims, time_order
from warrantysim.claims.fault_mix import NO_FAULT, REPAIRABLE, USER_FIXABLE
from warrantysim.claims.stream_ids import Purpose
from warrantysim.claims.terms import prolonged
from warrantysim.journeys.afterlife import afterlife
from warrantysim.journeys.legs import plan_claims
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import Model
from warrantysim.journeys.offspring import Young, children
from warrantysim.journeys.solo import walk
from warrantysim.schema.clock import DAY, seconds
from warrantysim.schema.policy import Policy


def may_be_followed(claims: Claims, model: Model, luck: Luck) -> np.ndarray:
    """Whether anything can come of a claim, whatever is done with it. Shape (n,), bool.

    Only what is drawn before a disposition is looked at; the way there takes no time in the best of cases.
    """
    n, s, m = len(claims), model.scenario, claims.market
    everywhere = np.ones(n, dtype=bool)
    later = afterlife(claims, everywhere, np.zeros(n, dtype=np.int64), everywhere, model, luck)
    here = model.here
    longest = claims.warranty_end + seconds(prolonged(s, m, s.market_days.ordinals(claims.sold, m)))
    renewed = here.replacement_restarts[m] | here.repair_restarts[m]

    def in_time(lag: np.ndarray) -> np.ndarray:
        return (lag >= 0) & (renewed | (claims.opened + lag <= longest))

    bounces = later["bounce_draw"] < model.most_bounces
    kind = model.kinds.of(claims)
    sound = (kind == NO_FAULT) | (kind == USER_FIXABLE)
    lapses = luck.below(claims, Purpose.LABEL_USED, here.label_unused[m])
    follows = in_time(later["replaced_after"]) | in_time(later["refail_after"])
    follows |= lapses & (later["reopen_after"] >= 0)
    follows |= bounces & (kind == REPAIRABLE)
    return np.asarray(follows | (in_time(later["nff_after"]) & sound))


def carried_over(before: Claims, root: int, policy: Policy, model: Model, luck: Luck) -> Young:
    """What comes of claims that opened before the run-in, from its first second on, with parent, repairs and scope.

    ``before``: first claims of units, of which those do that `may_be_followed`; ``root``: the root all that follows is
    booked to, which no claim of the run has.
    """
    start = -model.scenario.horizon.run_in_days * DAY
    none = np.zeros(len(before), dtype=np.int64)
    plan = plan_claims(before, none, none.astype(np.int16), none.astype(bool), policy, model, luck)
    found: list[tuple[Claims, np.ndarray]] = [(before.take(np.zeros(0, dtype=np.int64)), np.zeros(0, dtype=np.int16))]
    while len(plan):
        claims, parent, repairs, scope = children(plan, walk(plan, model, luck), model, luck, 0)
        late = claims.opened >= start
        rows = np.flatnonzero(late)
        found.append((claims.take(rows), repairs[rows]))
        rows = np.flatnonzero(~late)
        if not len(rows):
            break
        plan = plan_claims(claims.take(rows), parent[rows], repairs[rows], scope[rows], policy, model, luck)
    claims, repairs = Claims.concat([c for c, _ in found]), np.concatenate([r for _, r in found])
    order = time_order(claims.opened, claims.unit)
    claims = replace(claims.take(order), root=np.full(len(order), root, dtype=np.int64))
    return claims, np.full(len(order), -1, dtype=np.int64), repairs[order], np.zeros(len(order), dtype=bool)
