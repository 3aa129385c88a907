"""One replication: claims are born once, each policy meets them, each run is priced and summed up."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from typing import TypeVar

from warrantysim.claims.columns import Claims
from warrantysim.experiment.births import births, earlier
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.summary import Failure, Summary, summary
from warrantysim.experiment.year import simulated_year
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

    def sum_up(k: int, run: Run, ledger: Ledger) -> Summary:
        return summary(run, ledger, scenario, k, replication)

    return _each(scenario, policies, seed, replication, sum_up)


def years(scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int) -> list[SimulatedYear | Failure]:
    """As `replicate`, with nothing but what a decision reads."""

    def year(_: int, run: Run, ledger: Ledger) -> SimulatedYear:
        return simulated_year(run, ledger, scenario, replication)

    return _each(scenario, policies, seed, replication, year)


def _each(
    scenario: Scenario,
    policies: Sequence[Policy],
    seed: int,
    replication: int,
    result: Callable[[int, Run, Ledger], T],
) -> list[T | Failure]:
    try:
        claims = births(scenario, seed, replication)
    except Exception as error:
        return [_failure(-1, replication, error) for _ in policies]
    out: list[T | Failure] = []
    for k, policy in enumerate(policies):
        try:
            run, ledger = priced_run(scenario, policy, claims, seed, replication)
            out.append(result(k, run, ledger))
        except Exception as error:
            out.append(_failure(k, replication, error))
    return out


def _failure(policy: int, replication: int, error: Exception) -> Failure:
    text = "".join(traceback.format_exception(error))
    return Failure(policy, replication, type(error).__name__, str(error), text)
