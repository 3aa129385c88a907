"""One replication: claims are born once, each policy meets them, each run is priced and summed up."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from warrantysim.claims.columns import Claims
from warrantysim.experiment.births import births, earlier
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.planned import PLANNED
from warrantysim.experiment.summary import Failure, Summary, summary
from warrantysim.experiment.workers import give_back
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Run
from warrantysim.money.ledger import Ledger
from warrantysim.money.price import price
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

T = TypeVar("T")


def priced_run(scenario: Scenario, policy: Policy, claims: Claims, seed: int, replication: int) -> tuple[Run, Ledger]:
    """Simulate one policy with queues and price what happened."""
    before = earlier(scenario, seed, replication)
    run = simulate_run(scenario, policy, claims, seed, replication, earlier=before)
    return run, price(run, scenario, policy)


def replicate(scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int) -> list[Summary | Failure]:
    """One result a policy, in their order, from the same claims.

    A run that breaks becomes a `Failure`; the other policies go on. If no claims can be born, all policies fail alike.
    """

    years: list[SimulatedYear] = []

    def sum_up(k: int, policy: Policy, claims: Claims) -> Summary:
        found = summary(*priced_run(scenario, policy, claims, seed, replication), scenario, k, replication)
        years.append(found.year.beside(years[0]) if years else found.year)
        return replace(found, year=years[-1])

    return each_policy(scenario, policies, seed, replication, sum_up)


def each_policy(
    scenario: Scenario,
    policies: Sequence[Policy],
    seed: int,
    replication: int,
    result: Callable[[int, Policy, Claims], T],
) -> list[T | Failure]:
    """A result of each policy, told its place and the claims; one that breaks becomes a `Failure`."""
    try:
        claims = births(scenario, seed, replication)
    except Exception as error:
        return [_failure(-1, replication, error) for _ in policies]
    out: list[T | Failure] = []
    for k, policy in enumerate(policies):
        try:
            out.append(result(k, policy, claims))
        except Exception as error:
            out.append(_failure(k, replication, error))
    if len(claims) > PLANNED:
        give_back()  # A year of so many takes 1.2 kB each; while nobody asks for the next, others have the room.
    return out


def _failure(policy: int, replication: int, error: Exception) -> Failure:
    text = "".join(traceback.format_exception(error))
    return Failure(policy, replication, type(error).__name__, str(error), text)
