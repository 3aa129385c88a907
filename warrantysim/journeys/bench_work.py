"""What hub and bench find in a unit, and how long the work takes: columns drawn before the journey begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.claims.inverse import quantile
from warrantysim.claims.purposes import Purpose
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.records import Finding
from warrantysim.journeys.world import EXCLUDED, NO_FAULT, REPAIRABLE, USER_FIXABLE, World
from warrantysim.schema.clock import seconds


@dataclass(frozen=True)
class Work:
    """Arrays of shape (n,); durations int64 seconds."""

    hub_finding: np.ndarray
    """What the hub's test finds, for China; `Finding` NONE lets the unit go on [int8]."""
    finding: np.ndarray
    """What the bench finds [int8]."""
    level: np.ndarray
    """Repair level worked at, 0 where nothing is repaired [int8]."""
    bench_minutes: np.ndarray
    """[float64 minutes]."""
    parts: np.ndarray
    """Parts used [float64 USD]."""
    d_handling: np.ndarray
    """Arrival to tested at the hub, or to the partner's bench queue."""
    d_parts: np.ndarray
    """Wait for a part after the China bench."""


def work_at(
    claims: Claims, china: np.ndarray, partner: np.ndarray, arrives: np.ndarray, world: World, luck: Luck
) -> Work:
    """What happens to units at the China bench (mask ``china``) or else at a partner's, given what arrives.

    Units that work are found without fault. Misuse is recognised with the market's sensitivity; what is not recognised
    looks beyond repair. A repairable fault above the bench's skill, or missed by its yield, is not repaired; a bench
    that only tests repairs nothing. The hub sees less than the bench: no-fault units only with its own sensitivity.
    """
    s, desks = world.scenario, world.desks
    kind = world.kind[claims.fault]
    works = (kind == NO_FAULT) | (kind == USER_FIXABLE)
    test = luck.of(claims, Purpose.HUB_TEST)
    misuse = (kind == EXCLUDED) & (test < world.here.excluded_seen[claims.market])
    seen = works & (test < world.here.nff_seen[claims.market])
    hub = np.where(arrives > 0, arrives, np.where(misuse, Finding.EXCLUDED, np.where(seen, Finding.NFF, Finding.NONE)))

    def stated(at_china: float, at_partner: np.ndarray) -> np.ndarray:
        return np.where(china, at_china, at_partner[np.where(china, 0, partner)] if len(at_partner) else at_china)

    test_only = stated(0, desks.test_only) > 0
    able = (kind == REPAIRABLE) & (world.skill[claims.fault] <= stated(s.china_bench.skill, desks.skill)) & ~test_only
    share = stated(s.china_bench.first_pass_yield, desks.yield_share)
    mended = able & (luck.of(claims, Purpose.BENCH_YIELD) < share)
    tried = np.where(mended, Finding.REPAIRED, np.where(kind == REPAIRABLE, Finding.NOT_REPAIRED, Finding.BER))
    known = np.where(works, Finding.NFF, np.where(misuse, Finding.EXCLUDED, tried))
    finding = np.where(arrives > 0, arrives, known)
    # A fault above the skill is tried for as long as its repair would take: only then is it known.
    worked = ((finding == Finding.REPAIRED) | (finding == Finding.NOT_REPAIRED)) & ~test_only
    handling, own = _at_desks(claims, china, partner, world, luck)
    repaired = np.flatnonzero(worked)
    own[repaired] = world.minutes.values(claims.fault[repaired], luck.of(claims, Purpose.BENCH_MINUTES)[repaired])
    waits = china & mended & (luck.of(claims, Purpose.PARTS_STOCKOUT) < s.china_bench.parts_stockout_share)
    delay = seconds(quantile(s.china_bench.parts_delay_days, luck.of(claims, Purpose.PARTS_DELAY)))
    return Work(
        hub_finding=hub.astype(np.int8),
        finding=finding.astype(np.int8),
        level=np.where(worked, world.skill[claims.fault], 0).astype(np.int8),
        bench_minutes=np.where(np.isnan(claims.bench_minutes) | test_only, own, claims.bench_minutes),
        parts=np.where(finding == Finding.REPAIRED, world.parts[claims.fault], 0.0),
        d_handling=handling,
        d_parts=np.where(waits, delay, 0),
    )


def _at_desks(
    claims: Claims, china: np.ndarray, partner: np.ndarray, world: World, luck: Luck
) -> tuple[np.ndarray, np.ndarray]:
    """Handling [int64 s] and bench time of units that are only tested [minutes], by hub or desk."""
    u, of_bench = luck.of(claims, Purpose.HUB_HANDLING), luck.of(claims, Purpose.BENCH_MINUTES)
    handling = np.zeros(len(claims), dtype=np.int64)
    triage = np.array(quantile(world.scenario.china_bench.nff_minutes, of_bench))
    handling[china] = world.here.hub_handling.at(claims.market[china], u[china])
    if len(world.desks.rows):
        desk = np.where(china, -1, world.desks.rows[np.where(china, 0, partner), claims.market])
        there = np.flatnonzero(desk >= 0)
        handling[there] = world.desks.handling.at(desk[there], u[there])
        triage[there] = world.desks.triage_minutes.values(desk[there], of_bench[there])
    return handling, triage
