"""Years of policies in a scenario with levers turned, without simulating again what a lever does not touch.

A process keeps the runs of the scenario as stated, with what each of them read of it (see `reads`). Where a turn
changes only what neither births nor the run read, its records are priced anew; else it is simulated anew. Both give the
same years, to the last digit. What is wanted of the years is taken out where they are made, so that no year travels.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np

from warrantysim.claims.births import born_with_earlier
from warrantysim.experiment.births import births
from warrantysim.experiment.components import known_so_far, year_under
from warrantysim.experiment.levers import turned
from warrantysim.experiment.on_disk import kept_at
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.reads import Place, places_differing, read_of, watched
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.uncertain import Turn
from warrantysim.experiment.workers import Workers, results
from warrantysim.experiment.year import simulated_year
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Run
from warrantysim.money.price import price
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.policy import Policy
from warrantysim.schema.recent import forget
from warrantysim.schema.root import Scenario

Measure = Callable[[Scenario, SimulatedYear], np.ndarray]
"""What is taken out of a year, defined at the top of a module."""
AT_HAND = 24
"""Runs of the scenario as stated that a process keeps; one of the base scenario takes 7 MB."""
FEW = 3
"""Levers up to which a turn may leave a run as it was [count]."""
_STATED: list[tuple[Scenario, Policy, int, int, Run, frozenset[Place]]] = []


def measured_at(
    scenario: Scenario,
    policies: Sequence[Policy],
    replications: range,
    seed: int,
    turns: Sequence[Turn],
    measure: Measure,
    *,
    jobs: Workers = 1,
    place: Path | None = None,
) -> Iterator[np.ndarray | Failure | ScenarioError]:
    """A measure of every year of the policies, for one turn after the other; no lever turned is the scenario as stated.

    ``place``: where on disk is kept what is found of each turn, for when it is asked about again.

    Yields
    ------
    Shape (policies, replications, ...); what went wrong where a turn makes no valid scenario, or a run broke in it.
    """
    work = partial(_at, turns=tuple(turns), replications=replications, measure=measure, place=place)
    yield from results(work, scenario, policies, seed, range(len(turns)), jobs=jobs)


def _at(
    scenario: Scenario,
    policies: Sequence[Policy],
    seed: int,
    turn: int,
    *,
    turns: tuple[Turn, ...],
    replications: range,
    measure: Measure,
    place: Path | None,
) -> np.ndarray | Failure | ScenarioError:
    k, replication = -1, replications[0]
    try:
        there = turned(scenario, turns[turn])
    except ScenarioError as error:
        return error
    try:
        # Of many levers a run reads one: to find out which costs more than the run.
        changed = places_differing(scenario, there) if len(turns[turn]) <= FEW else None
        found: list[list[np.ndarray]] = [[] for _ in policies]
        with ExitStack() as end:
            end.enter_context(kept_at(there, None if place is None else place / _named(turns[turn])))
            at_hand = {n: end.enter_context(known_so_far(there, seed, n)) for n in replications}
            for k, policy in enumerate(policies):
                for replication in replications:
                    run = None if changed is None else _stands(scenario, changed, policy, seed, replication)
                    if run is None:
                        claims = births(there, seed, replication)
                        year = year_under(there, policy, claims, seed, replication, at_hand[replication])
                    else:
                        year = simulated_year(run, price(run, there, policy), there, replication)
                    found[k].append(measure(there, year))
        return np.array(found)
    except Exception as error:
        return Failure(k, replication, type(error).__name__, str(error), "".join(traceback.format_exception(error)))
    finally:
        if there is not scenario:
            forget(there)


def _named(turn: Turn) -> str:
    """A name for what is found at a turn."""
    return f"turn {sha256(repr(turn).encode()).hexdigest()}"


def _stands(scenario: Scenario, changed: frozenset[Place], policy: Policy, seed: int, replication: int) -> Run | None:
    """The run of the scenario as stated, where it read nothing that has changed; None where it did."""
    if _may_stand(scenario, changed):
        run, reads = _stated(scenario, policy, seed, replication)
        if not read_of(reads, changed):
            return run
    return None


def _may_stand(scenario: Scenario, changed: frozenset[Place]) -> bool:
    """Whether no run known so far read what has changed: one that did need not be kept to be asked."""
    return not any(read_of(reads, changed) for stated, *_, reads in _STATED if stated is scenario)


def _stated(scenario: Scenario, policy: Policy, seed: int, replication: int) -> tuple[Run, frozenset[Place]]:
    for stated, known, its_seed, its_replication, run, reads in _STATED:
        if stated is scenario and known is policy and (its_seed, its_replication) == (seed, replication):
            return run, reads
    there, born_of = watched(scenario)
    claims, before = born_with_earlier(there, seed, replication)
    there, read = watched(scenario)
    run = simulate_run(there, policy, claims, seed, replication, earlier=before)
    reads = frozenset(born_of | read)
    _STATED.append((scenario, policy, seed, replication, run, reads))
    del _STATED[:-AT_HAND]
    return run, reads
