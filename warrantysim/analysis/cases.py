"""Cases: scenario x policy pairs that meet the same luck, and what each came to, replication by replication."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np

from warrantysim.analysis.carbon import CarbonMethod
from warrantysim.analysis.footprint import Footprint, footprint
from warrantysim.experiment.births import births
from warrantysim.experiment.levers import Lever, turned
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.service import NINE_IN_TEN, days_quantile
from warrantysim.experiment.simulate import ReplicationFailed, run_replications, simulate
from warrantysim.experiment.summary import Failure, Summary, summary
from warrantysim.experiment.workers import Workers, results
from warrantysim.schema.errors import BadInput
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

DAYS_A_YEAR = 365.0
"""Days that a cost over the horizon is scaled to."""
FRESH = 1_000_000
"""First replication of a judgement on fresh luck: decisions use low numbers."""
Progress = Callable[[int, int], None]
"""Told (steps done, steps planned)."""
Cancel = Callable[[], bool]
"""Asked between steps whether to stop."""


@dataclass(frozen=True)
class Case:
    """One scenario under one policy, by a name that is unique among those it is compared with."""

    name: str
    """Name in tables [text]."""
    scenario: Scenario = field(repr=False)
    """The scenario."""
    policy: Policy = field(repr=False)
    """The policy."""

    @staticmethod
    def of(scenario: Scenario, policy: Policy | None = None, name: str | None = None) -> Case:
        """A case; today's policy of the scenario where none is given, named by what sets it apart."""
        rule = scenario.policy if policy is None else policy
        return Case(name or (scenario.name if policy is None else f"{scenario.name} x {rule.name}"), scenario, rule)

    @cached_property
    def whole(self) -> Scenario:
        """The scenario with the policy as today's: everything that can differ between cases, in one."""
        return self.scenario if self.policy == self.scenario.policy else self.scenario.replace(policy=self.policy)


def comparable_cases(cases: Sequence[Case]) -> tuple[Case, ...]:
    """Cases that may be compared.

    Raises
    ------
    BadInput
        For no cases, two of one name, or amounts in different currencies.
    """
    if not cases:
        raise BadInput("expected at least one case")
    names = [case.name for case in cases]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput("two cases are called {twice!r}; name them apart", twice=twice[0])
    currencies = sorted({case.scenario.reporting_currency for case in cases})
    if len(currencies) > 1:
        raise BadInput("cases report in different currencies: {names}", names=", ".join(currencies))
    return tuple(cases)


def per_year(scenario: Scenario) -> float:
    """Factor from a horizon to a year."""
    return DAYS_A_YEAR / scenario.horizon.days


def families(cases: Sequence[Case]) -> Iterator[tuple[Scenario, list[int]]]:
    """Cases of one scenario together, so that their claims are born once: (scenario, places among the cases)."""
    seen: list[int] = []
    for i, case in enumerate(cases):
        if i not in seen:
            same = [j for j in range(i, len(cases)) if cases[j].scenario is case.scenario]
            seen += same
            yield case.scenario, same


def cases_at(cases: Sequence[Case], positions: Sequence[tuple[Lever, float]]) -> list[Case]:
    """Cases in their scenarios with levers turned; scenarios that were shared still are, policies are kept."""
    out: dict[int, Case] = {}
    for world, places in families(cases):
        changed = turned(world, positions)
        out.update({i: Case(cases[i].name, changed, cases[i].policy) for i in places})
    return [out[i] for i in range(len(cases))]


def yearly_costs(
    cases: Sequence[Case],
    replications: range,
    seed: int,
    *,
    cash_only: bool = False,
    jobs: Workers = 1,
) -> np.ndarray:
    """Cost a year of each case in each replication, paired by common random numbers.

    Returns
    -------
    Shape (cases, replications), reporting currency a year.

    Raises
    ------
    ReplicationFailed
        If a run broke.
    """
    return costs_and_waits(cases, replications, seed, cash_only=cash_only, jobs=jobs)[0]


def costs_and_waits(
    cases: Sequence[Case],
    replications: range,
    seed: int,
    *,
    cash_only: bool = False,
    jobs: Workers = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """As `yearly_costs`, and the days within which nine in ten customers are done, both of that shape."""
    found, waits = np.empty((2, len(cases), len(replications)))
    for world, places in families(cases):
        policies = [cases[i].policy for i in places]
        result = simulate(world, policies, replications=replications, seed=seed, jobs=jobs)
        if result.failures:
            raise ReplicationFailed(result.failures[0])
        for k, i in enumerate(places):
            years = [s.year for s in result.of(k)]
            found[i] = [(y.cash_total if cash_only else y.total) * per_year(world) for y in years]
            waits[i] = days_quantile(years, NINE_IN_TEN)
    return found, waits


def mean_cell_costs(cases: Sequence[Case], replications: range, seed: int, *, jobs: Workers = 1) -> np.ndarray:
    """Mean cost a year of the claims of each product and market under each case, with what follows from them.

    Returns
    -------
    Shape (cases, products x markets + 1), products outermost, reporting currency a year. The last column holds what
    belongs to no claim (retainers, minimums, guides in boxes), so that a row adds up to the case's cost.

    Raises
    ------
    BadInput
        If the cases have other products or markets.
    ReplicationFailed
        If a run broke.
    """
    names = {(case.scenario.sku_ids, case.scenario.market_ids) for case in cases}
    if len(names) > 1:
        raise BadInput("cases with other products or markets have no cells in common")
    markets = len(cases[0].scenario.market_ids)
    size = len(cases[0].scenario.sku_ids) * markets
    found = np.zeros((len(cases), size + 1))
    for world, places in families(cases):
        policies = [cases[i].policy for i in places]
        years = run_replications(world, policies, replications, seed, jobs=jobs)
        for i, mine in zip(places, years, strict=True):
            for year in mine:
                cell = year.sku.astype(np.int64) * markets + year.market
                claims = np.bincount(cell, year.cash + year.expected, minlength=size)
                found[i] += [*claims, year.total - claims.sum()]
            found[i] *= per_year(world) / len(mine)
    return found


@dataclass(frozen=True)
class ObservedYear:
    """One policy in one replication, as an experiment sums it up, and what it left behind."""

    summary: Summary
    """Costs, claims, days."""
    footprint: Footprint | None
    """Waste and emissions; None for runs that were stored without."""


def observed(
    scenario: Scenario,
    policies: Sequence[Policy],
    replications: range,
    seed: int,
    method: CarbonMethod,
    *,
    jobs: Workers = 1,
) -> Iterator[list[ObservedYear | Failure]]:
    """Run replications one by one: in each a result a policy, from the same claims."""
    yield from results(partial(_observe, method=method), scenario, policies, seed, replications, jobs=jobs)


def _observe(
    scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int, *, method: CarbonMethod
) -> list[ObservedYear | Failure]:
    out: list[ObservedYear | Failure] = []
    for k, policy in enumerate(policies):
        try:
            run, ledger = priced_run(scenario, policy, births(scenario, seed, replication), seed, replication)
            found = summary(run, ledger, scenario, k, replication)
            out.append(ObservedYear(found, footprint(run, scenario, method)))
        except Exception as error:
            text = "".join(traceback.format_exception(error))
            out.append(Failure(k, replication, type(error).__name__, str(error), text))
    return out
