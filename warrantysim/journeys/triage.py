"""First contact: claim value, return window, evidence, symptom, remote help and courteous denial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warrantysim.claims.columns import Claims, Origin
from warrantysim.claims.fault_mix import EXCLUDED, USER_FIXABLE
from warrantysim.claims.stream_ids import Purpose
from warrantysim.journeys.legal import bound
from warrantysim.journeys.luck import Luck, Remembered
from warrantysim.journeys.model import Model, first_stamp
from warrantysim.journeys.records import Route, leaves_unit
from warrantysim.journeys.routing import evidence_asked
from warrantysim.schema.clock import DAY, seconds
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.policy import Policy
from warrantysim.schema.service import EVIDENCE_LEVELS


@dataclass(frozen=True)
class Contact:
    """What first contact brings; arrays of shape (n,)."""

    age_days: np.ndarray
    value: np.ndarray
    symptom: np.ndarray
    evidence: np.ndarray
    in_window: np.ndarray
    insists: np.ndarray
    insist_share: np.ndarray
    """Share of such customers who insist, now and after a repair that failed."""
    consents: np.ndarray
    chooses_new: np.ndarray
    ended: np.ndarray
    """Route of claims that end here (PLATFORM, SOLVED, DENIED, DROPPED); -1 for those to be routed [int8]."""
    guide_used: np.ndarray
    disputed: np.ndarray
    dispute_lost: np.ndarray
    coupon: np.ndarray
    paid_repair: np.ndarray
    agent_minutes: np.ndarray
    """0 where no agents are modelled, or the platform answers."""
    d_answer: np.ndarray
    d_route: np.ndarray
    d_end: np.ndarray

    def take(self, rows: np.ndarray) -> Contact:
        """The named rows."""
        return Contact(**{name: column[rows] for name, column in vars(self).items()})


def refund_due(model: Model, claims: Claims, age_days: np.ndarray) -> np.ndarray:
    """Claim value: price paid net of tax x refund fraction at this age, never below what the law asks for.

    Fraction: full; pro rata to 0 at the end of the warranty; or full for n days, then pro rata. The warranty ends as
    the sale's terms say, or later where it was prolonged or began anew. Shape (n,).
    """
    binds, law = bound(model, claims), model.law
    row = binds.term
    stated, whole = model.terms.warranty_days[row], model.terms.whole_refund_days[row]
    term = np.maximum(stated, (claims.warranty_end - claims.delivered) / DAY)
    left = np.clip((term - age_days) / np.maximum(term - whole, 1e-9), 0.0, 1.0)
    fraction = np.where(age_days <= whole, 1.0, left)
    fraction = np.maximum(fraction, law.least_refund[binds.floor])
    if not np.isnan(law.use_life_days).all():
        fraction = np.fmax(fraction, 1.0 - age_days / law.use_life_days[binds.floor])
    return claims.price_net * fraction


def _in_window(model: Model, claims: Claims, age_days: np.ndarray) -> np.ndarray:
    which = claims.market.astype(np.int64) * len(model.scenario.channel_ids) + claims.channel
    days = model.windows.on(which, bound(model, claims).sold_day)
    return np.asarray((claims.generation == 0) & (age_days < days))


_MET: list[tuple[Model, Luck, Claims, Contact]] = []
"""The last contacts with claims nobody can change: policies that ask for the same evidence meet the same claimants."""


def contact(claims: Claims, policy: Policy, model: Model, luck: Luck, patience: np.ndarray | None = None) -> Contact:
    """Everything up to routing. An excluded claim that the evidence shows is denied, a user's slip is solved.

    ``patience``: where (see `records.left_at`) each customer goes on whatever his luck says, and anywhere before.
    """
    age = claims.order_age_days
    value = refund_due(model, claims, age)
    asked = evidence_asked(policy, model, claims, value)
    if patience is not None or not isinstance(luck, Remembered):
        return _contact(claims, age, value, asked, model, luck, patience)
    for known, its_luck, its_claims, met in _MET:
        if known is model and its_luck is luck and its_claims is claims and np.array_equal(met.evidence, asked):
            return met
    met = _contact(claims, age, value, asked, model, luck)
    for column in vars(met).values():
        column.setflags(write=False)
    _MET.insert(0, (model, luck, claims, met))
    del _MET[2:]
    return met


def _contact(
    claims: Claims,
    age: np.ndarray,
    value: np.ndarray,
    asked: np.ndarray,
    model: Model,
    luck: Luck,
    patience: np.ndarray | None = None,
) -> Contact:
    s = model.scenario
    t = s.triage
    n = len(claims)
    in_window = _in_window(model, claims, age)
    decided = np.array([s.channels[c].window_decider == "platform" for c in s.channel_ids])[claims.channel]
    platform = in_window & decided

    levels = [t.evidence.get(name) for name in EVIDENCE_LEVELS]  # type: ignore[call-overload]

    by_level = asked.astype(np.intp)

    def per_level(pick: str) -> np.ndarray:
        return np.array([0.0 if level is None else getattr(level, pick) for level in levels])[by_level]

    kind = model.kinds.of(claims)
    gives_up, wrongly = per_level("dropout_share"), per_level("false_denial_share")
    if patience is not None:
        gives_up, wrongly = np.where(patience < 1, gives_up, 0.0), np.where(patience < 2, wrongly, 0.0)
    dropped = luck.below(claims, Purpose.EVIDENCE_DROPOUT, gives_up)
    seen = np.where(kind == EXCLUDED, per_level("excluded_sensitivity"), wrongly)
    denied = luck.below(claims, Purpose.EVIDENCE_RECOGNISED, seen)
    symptom = _symptom(model, claims, model.kinds.shown[claims.fault], asked, luck)

    guided = np.array([k.guide_on for k in s.skus])[claims.sku]
    fixable = guided & (kind == USER_FIXABLE)
    solved = luck.below(claims, Purpose.GUIDE, t.guide.effectiveness, among=fixable)

    ended = np.full(n, -1, dtype=np.int8)
    for rows, route in (
        (platform, Route.PLATFORM),
        (dropped, Route.DROPPED),
        (denied, Route.DENIED),
        (solved, Route.SOLVED),
    ):
        ended[(ended < 0) & rows] = route
    courtesy = _denied(model, claims, ended == Route.DENIED, asked, luck)
    here, m = model.here, claims.market.astype(np.intp)
    share = np.where(age < here.insist_early_days[m], here.insist_early[m], here.insist_late[m])
    # Who files without a fault takes what he is given, and would rather have money or a new unit than nothing.
    latent = claims.origin == Origin.OPPORTUNISTIC
    insists = luck.below(claims, Purpose.INSIST_MONEY, share, among=~latent)
    binds = bound(model, claims)
    consenting = here.consents_to_money.on(m, binds.opened_day)
    consents = luck.below(claims, Purpose.CONSENT_TO_MONEY, consenting, among=~latent)
    choosing = here.chooses_replacement.on(m, binds.opened_day)
    chooses_new = luck.below(claims, Purpose.REMEDY_CHOICE, choosing, among=~latent)

    def wait(rows: np.ndarray, delay: Distribution, lane: int) -> np.ndarray:
        return seconds(luck.quantile(delay, claims, Purpose.CONTACT_DELAY, lane, rows))

    d_route = np.zeros(n, dtype=np.int64)
    for k, level in enumerate(levels):
        rows = np.flatnonzero((asked == k) & ~platform)
        if level is not None and len(rows):
            d_route[rows] += wait(rows, level.delay_days, 1)
    guide_used = guided & (ended != Route.PLATFORM) & (ended != Route.DROPPED)
    rows = np.flatnonzero(guide_used)
    d_route[rows] += wait(rows, t.guide.delay_days, 2)
    d_route += np.where(ended < 0, seconds(model.law.inform_days[binds.floor]), 0)
    minutes, d_answer = _answered(model, claims, platform, luck)
    d_end = np.where(courtesy["disputed"], round(t.denial.dispute_days * DAY), 0)
    platform_days = np.array([s.channels[c].platform_days for c in s.channel_ids])[claims.channel]
    d_end = np.where(platform, seconds(platform_days), d_end)
    return Contact(
        age_days=age,
        value=value,
        symptom=symptom,
        evidence=asked,
        in_window=in_window,
        insists=insists,
        insist_share=share,
        consents=consents | latent,
        chooses_new=chooses_new,
        ended=ended,
        guide_used=guide_used,
        **courtesy,
        agent_minutes=minutes,
        d_answer=d_answer,
        d_route=d_route,
        d_end=d_end,
    )


def _denied(
    model: Model, claims: Claims, denied: np.ndarray, evidence: np.ndarray, luck: Luck
) -> dict[str, np.ndarray]:
    """What denied claimants do: take the paid repair, or else redeem the coupon, or dispute it. Masks of shape (n,).

    Who wins a dispute has the money and no coupon beside it.
    """
    d = model.scenario.triage.denial
    rows = np.flatnonzero(denied)
    uptake, quarrel = np.zeros(len(claims)), np.zeros(len(claims))
    uptake[rows] = luck.of(claims, Purpose.DENIAL_UPTAKE, rows=rows)
    quarrel[rows] = luck.of(claims, Purpose.DISPUTE, rows=rows)
    paid = denied & (uptake < d.paid_repair_uptake_share)
    share = np.array([d.dispute_share.get(name, 0.0) for name in EVIDENCE_LEVELS])[evidence]  # type: ignore[call-overload]
    disputed = denied & ~paid & (quarrel < share)
    # The same draw decides the dispute: given one, quarrel / share is uniform again.
    lost = disputed & (quarrel < share * d.dispute_lost_share)
    return {
        "paid_repair": paid,
        "coupon": denied & ~paid & ~lost & (uptake >= 1 - d.coupon_uptake_share),
        "disputed": disputed,
        "dispute_lost": lost,
    }


def _answered(model: Model, claims: Claims, platform: np.ndarray, luck: Luck) -> tuple[np.ndarray, np.ndarray]:
    """Working time of an agent [minutes], and opening to first answer if nobody queues [int64 s]."""
    t = model.scenario.triage
    minutes, delay = np.zeros(len(claims)), np.zeros(len(claims), dtype=np.int64)
    rows = np.flatnonzero(~platform)
    if t.agents is None:
        delay[rows] = seconds(luck.quantile(t.contact_delay_days, claims, Purpose.CONTACT_DELAY, rows=rows))
        return minutes, delay
    minutes[rows] = luck.quantile(t.agents.minutes, claims, Purpose.AGENT_MINUTES, rows=rows)
    clock = model.clock_named(t.agents.calendar, first_stamp(model.scenario))
    opened = claims.opened[rows]
    _, end = clock.alone(opened, np.rint(minutes[rows] * 60).astype(np.int64))
    delay[rows] = end - opened
    return minutes, delay


def _symptom(model: Model, claims: Claims, kind: np.ndarray, evidence: np.ndarray, luck: Luck) -> np.ndarray:
    """Symptom reported: through the confusion matrix, or as a claims table states it. Shape (n,), int8."""
    known = model.symptom_cdf[:, :, :-1]
    levels = known.shape[1]
    known = known.reshape(-1, known.shape[2])
    shown = kind * np.intp(levels) + evidence
    # Where shares are 0 or 1 any draw tells the same.
    drawn, rows = (known < 0.5).sum(axis=1)[shown], np.flatnonzero(~np.all((known <= 0) | (known >= 1), axis=1)[shown])
    u = luck.of(claims, Purpose.SYMPTOM, rows=rows)
    by, reached = shown[rows], np.zeros(len(rows), dtype=drawn.dtype)
    for share in known.T:
        reached += u >= share[by]
    drawn[rows] = reached
    units, stated = model.stated_symptoms
    if len(units):
        place = np.minimum(np.searchsorted(units, claims.unit), len(units) - 1)
        known = (units[place] == claims.unit) & (claims.generation == 0)
        drawn = np.where(known, stated[place], drawn)
    return drawn.astype(np.int8)


def filed(claims: Claims, contact_: Contact, route: np.ndarray, model: Model, luck: Luck) -> np.ndarray:
    """Whether each claim is filed at all: opportunistic ones only where nothing need be returned. Shape (n,), bool."""
    latent = claims.origin == Origin.OPPORTUNISTIC
    if not latent.any():
        return np.ones(len(claims), dtype=bool)
    t = model.scenario.triage
    factor = np.array([t.evidence[e].opportunistic_factor if e in t.evidence else 1.0 for e in EVIDENCE_LEVELS])  # type: ignore[index]
    files = luck.below(claims, Purpose.OPPORTUNISTIC, factor[contact_.evidence], among=latent)
    return ~latent | (files & leaves_unit(route) & (contact_.ended < 0))


def comes_to_route(claims: Claims, met: Contact, policy: Policy, model: Model, luck: Luck) -> np.ndarray:
    """Whether a rule is asked about each claim, or would be had its customer not given up before. Shape (n,), bool."""
    out, rows, ended = met.ended < 0, np.arange(len(claims)), met.ended
    excluded = model.kinds.of(claims) == EXCLUDED
    while True:
        wrongly = (ended == Route.DENIED) & ~excluded[rows]
        left = np.where(ended == Route.DROPPED, 1, np.where(wrongly, 2, 0)).astype(np.int8)
        rows, left = rows[left > 0], left[left > 0]
        if not len(rows):
            return out
        ended = contact(claims.take(rows), policy, model, luck.at(rows), left).ended
        out[rows] = ended < 0
