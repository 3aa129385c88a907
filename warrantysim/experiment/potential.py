"""Potential outcomes: what every claim in scope would come to under every arm, alone, with all that follows it."""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from warrantysim.experiment.arms import MONEY
from warrantysim.experiment.bench_months import bench_names, months_of_horizon
from warrantysim.experiment.beside import all_claims, beside
from warrantysim.experiment.births import births, in_scope
from warrantysim.experiment.outcomes import BenchUse, FreightUse, PotentialOutcomes
from warrantysim.experiment.trial import Trial
from warrantysim.experiment.uses import lane_names
from warrantysim.experiment.year import age_bands
from warrantysim.journeys.hubs import hubs_of, with_half
from warrantysim.journeys.world import world_of
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

U = TypeVar("U", BenchUse, FreightUse)


def potential_outcomes(
    scenario: Scenario, replication: int, seed: int, incumbent: Policy, *, share: float = 1.0
) -> PotentialOutcomes:
    """Every in-scope root claim of a replication under every arm.

    Descendants follow ``incumbent``, which also says what evidence is asked for; at its fixed point the outcomes are
    those of the policy they lead to.

    Parameters
    ----------
    share
        Part of the claims to look at, chosen by their unit keys and so the same under every policy and in every
        scenario; the caller divides sums by it [share, 0-1].

    Raises
    ------
    ValueError
        If something that can be done has no price, or ``share`` is not in (0, 1].
    """
    if not 0.0 < share <= 1.0:
        raise ValueError(f"expected a share of the claims above 0 and up to 1, got {share}")
    claims = births(scenario, seed, replication)
    # The keys of units are evenly mixed: their highest bits are as good as a draw.
    inside = in_scope(claims, scenario)
    chosen = inside & ((claims.unit >> np.uint64(40)).astype(float) < share * 2.0**24)
    run = all_claims(scenario, incumbent, claims, seed, replication)
    hubs = with_half(hubs_of(run.records, run.dispatches), world_of(scenario), claims.take(np.flatnonzero(inside)))
    trial = Trial(scenario, incumbent, seed, replication, claims.take(np.flatnonzero(chosen)), hubs)
    first = trial.first
    # A latent claim that is not filed even where nothing is asked back is never filed.
    kept = np.flatnonzero(trial.filed[:, MONEY])
    roots, source = trial.roots.take(kept), trial.source[kept]
    row = np.arange(len(kept))[:, None]
    whole = share == 1.0
    asked = roots.root[trial.routed[kept]]
    return PotentialOutcomes(
        replication=replication,
        arms=trial.arms,
        benches=bench_names(scenario),
        lanes=lane_names(scenario),
        months=months_of_horizon(scenario),
        root=roots.root,
        sku=roots.sku,
        market=roots.market,
        channel=roots.channel,
        symptom=first.symptom,
        evidence=first.evidence,
        age_band=age_bands(scenario, first.age_days),
        value=first.value,
        price_gross=roots.price_gross,
        order_age_days=first.age_days,
        routed=trial.routed[kept],
        feasible=trial.done[kept],
        filed=trial.filed[kept][row, source],
        bench=spread(BenchUse.concat(trial.bench), kept, source),
        freight=spread(FreightUse.concat(trial.freight), kept, source),
        beside=beside(scenario, incumbent, run, claims, asked, seed, replication) if whole else None,
        **{name: column[kept][row, source] for name, column in trial.columns.items()},
    )


def spread(uses: U, kept: np.ndarray, source: np.ndarray) -> U:
    """Uses booked to every arm whose outcome they are part of, the arms one after the other.

    ``kept``: rows of the claims that remain, by which claims are numbered anew; ``source``: the arm whose outcome holds
    for each of them under each arm, shape (n, A).
    """
    claim = np.searchsorted(kept, uses.claim)
    parts = []
    for a in range(source.shape[1]):
        rows = np.flatnonzero(source[claim, a] == uses.arm)
        parts.append(uses.given(claim[rows], rows, a))
    return type(uses).concat(parts)
