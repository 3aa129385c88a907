"""Simulating policies: replications in a row or in parallel, a fixed number of them or until enough is known.

How much memory a replication takes is foretold from what is sold, and work is given no more processes than there is
room for. Everything a replication needs is columns a claim, so it grows like the claims that are born; what is looked
at claim by claim and arm by arm is done by blocks (`potential.TOGETHER`) and takes the same however many there are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from warrantysim.experiment.births import prepared
from warrantysim.experiment.components import years
from warrantysim.experiment.intervals import replications_needed, t_interval
from warrantysim.experiment.on_disk import placed
from warrantysim.experiment.outcomes import PotentialOutcomes, SimulatedYear, YearSums
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.potential import potential_outcomes
from warrantysim.experiment.replicate import replicate
from warrantysim.experiment.result import Result
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.workers import Watched, Workers, process_count, results
from warrantysim.schema.clock import DAY
from warrantysim.schema.errors import BadInput
from warrantysim.schema.policy import Policy
from warrantysim.schema.recent import recent
from warrantysim.schema.root import Scenario

T = TypeVar("T")
__all__ = ["AllFailed", "ReplicationFailed", "Result", "run_compared", "run_potential", "run_replications", "simulate"]
Progress = Callable[[int, int], None]
"""Told (replications done, replications planned so far)."""
Cancel = Callable[[], bool]
"""Asked between replications whether to stop."""
MOST = 50
"""A target half-width may take so many times the least number of replications."""


class ReplicationFailed(RuntimeError):
    """A replication broke where none may be missing."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


class AllFailed(ReplicationFailed):
    """No replication was left to tell anything."""


def simulate(
    scenario: Scenario,
    policies: Policy | Sequence[Policy] | None = None,
    *,
    replications: int | range | None = None,
    seed: int | None = None,
    jobs: Workers = 1,
    executor: Executor | None = None,
    target: float | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Result:
    """Simulate policies on the same claims, replication by replication, and sum up what they cost.

    The result is a pure function of scenario, policies, seed and replications: jobs and executor change no digit.

    Parameters
    ----------
    policies
        Today's policy of the scenario where none is given. The first one is what others are compared with.
    replications
        How many, or which; ``scenario.plan`` where not given. With a ``target`` the least number.
    seed
        Of every draw; ``scenario.plan`` where not given.
    jobs
        Processes that share the work, -1 for one a core [count].
    executor
        Any executor of PEP 3148 in their place, such as that of a Dask client: see `workers`.
    target
        Half-width at which to stop: of the paired saving of every further policy against the first, or of the cost of
        a single one [reporting currency over the horizon, > 0]. At most `MOST` times the least number are run.
    progress, cancel
        Told and asked after every replication. A cancelled run keeps what it has.

    Raises
    ------
    ValueError
        If no replication is asked for, or the target is not above 0.
    """
    chosen = _as_tuple(scenario, policies)
    seed = scenario.plan.seed if seed is None else seed
    asked = _range(scenario.plan.replications if replications is None else replications)
    if target is not None and not target > 0:
        raise BadInput("expected a target half-width above 0, got {target}", target=target)
    found = Result(scenario, chosen, seed, target=target)
    batch = asked
    while batch and not found.cancelled:
        stream = results(replicate, scenario, chosen, seed, batch, jobs=jobs if executor is None else executor)
        planned = len(found.replications) + len(batch)
        try:
            for replication, rows in zip(batch, stream, strict=False):
                found = found.with_rows(replication, rows)
                if progress is not None:
                    progress(len(found.replications), planned)
                if cancel is not None and cancel():
                    found = replace(found, cancelled=len(found.replications) < planned or target is not None)
                    break
        except Cancelled:
            if cancel is None or not found.replications:
                raise
            return replace(found, cancelled=True)
        batch = range(0) if target is None else _further(found, len(asked), target, asked.step)
    return found


def _as_tuple(scenario: Scenario, policies: Policy | Sequence[Policy] | None) -> tuple[Policy, ...]:
    if policies is None:
        return (scenario.policy,)
    chosen = (policies,) if isinstance(policies, Policy) else tuple(policies)
    if not chosen:
        raise BadInput("expected at least one policy")
    return chosen


def _range(replications: int | range) -> range:
    asked = range(replications) if isinstance(replications, int) else replications
    if len(asked) < 1:
        raise BadInput("expected at least one replication, got {replications}", replications=replications)
    return asked


def _further(found: Result, least: int, target: float, step: int) -> range:
    """Replications still to run for a target: as many as the spread so far asks for, at most as many as there are."""
    allowed = least * MOST - len(found.replications)
    n = len(found.complete)
    if n < 2 or allowed <= 0:
        return range(0)
    totals = found.totals_by_policy()
    compared = totals[:1] - totals[1:] if len(totals) > 1 else totals
    half_width = t_interval(compared, found.level).half_width
    if (half_width <= target).all():
        return range(0)
    needed = max(replications_needed(float(s), target, found.level) for s in compared.std(axis=-1, ddof=1))
    more = int(min(max(needed - n, 1), len(found.replications), allowed))
    start = found.replications[-1] + step
    return range(start, start + more * step, step)


def run_replications(
    scenario: Scenario,
    policies: Sequence[Policy],
    replications: range,
    seed: int,
    *,
    jobs: Workers = 1,
    progress: Progress | None = None,
) -> list[list[SimulatedYear]]:
    """Simulated years for a decision: a list a policy, in it a year a replication.

    Raises
    ------
    ReplicationFailed
        If a run broke: a decision cannot rest on the others alone.
    """
    found, _ = run_compared(scenario, policies, range(len(policies)), replications, seed, jobs=jobs, progress=progress)
    return found


def run_compared(
    scenario: Scenario,
    policies: Sequence[Policy],
    whole: Collection[int],
    replications: range,
    seed: int,
    *,
    jobs: Workers = 1,
    progress: Progress | None = None,
    place: Path | None = None,
) -> tuple[list[list[SimulatedYear]], list[list[YearSums]]]:
    """As `run_replications` of the policies at the places ``whole``; and of the others, simulated with them, what
    their years come to. ``place``: where on disk is kept what is found of the scenario.

    Raises
    ------
    ReplicationFailed
        If a run broke.
    """
    found: dict[int, list[SimulatedYear]] = {k: [] for k in range(len(policies)) if k in whole}
    sums: dict[int, list[YearSums]] = {k: [] for k in range(len(policies)) if k not in whole}
    work = placed(partial(years, whole=frozenset(whole)), place)
    for row in _watched(results(work, scenario, policies, seed, replications, jobs=jobs), len(replications), progress):
        for k, year in enumerate(row):
            if isinstance(year, Failure):
                raise ReplicationFailed(year)
            if isinstance(year, YearSums):
                sums[k].append(year)
            else:
                found[k].append(year)
    return list(found.values()), list(sums.values())


def run_potential(
    scenario: Scenario,
    incumbent: Policy,
    replications: range,
    seed: int,
    *,
    jobs: Workers = 1,
    share: float = 1.0,
    alone: bool = False,
    progress: Progress | None = None,
    place: Path | None = None,
) -> Iterator[PotentialOutcomes]:
    """Potential outcomes of several replications, in order, as they come; arguments as in `potential_outcomes`, and
    ``place`` as in `run_compared`.

    As many processes share the work as there is memory for. Refunds and disputes are left out where they have no limit.
    """
    work = placed(partial(_potential, share=share, alone=alone), place)
    jobs = fitting(jobs, replication_bytes(scenario), learned_bytes(scenario, len(replications)))
    stream = results(work, scenario, (incumbent,), seed, replications, jobs=jobs)
    return _watched(stream, len(replications), progress)


def _potential(
    scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int, *, share: float, alone: bool
) -> PotentialOutcomes:
    found = potential_outcomes(scenario, replication, seed, policies[0], share=share, alone=alone)
    d, nothing = scenario.decision, found.cash[:, :0].copy()
    found = replace(found, refund=nothing) if d.refund_budget is None else found
    return replace(found, disputed=nothing) if d.max_dispute_share is None else found


def _watched(stream: Iterator[T], total: int, progress: Progress | None) -> Iterator[T]:
    for done, result in enumerate(stream, start=1):
        if progress is not None:
            progress(done, total)
        yield result


PROCESS = 350 * 1e6
"""What a process takes with what is compiled of a scenario, and a block of claims [bytes]."""
PER_CLAIM = 1_100.0
"""What a claim that is born takes in the process that looks at its replication, at most [bytes]."""
LEARNED = 700.0
"""What a claim that is learned from takes in the process that decides, a replication [bytes]."""
HELD_BACK = 0.1
"""Part of the memory that is there which is left to others [share]."""


@recent(4)
def expected_claims(scenario: Scenario) -> float:
    """Claims that are born in a replication, were each failure under warranty claimed, evenly over it; and those stated
    [count]."""
    whole, horizon = prepared(scenario), scenario.horizon
    sold = whole.cohorts
    warranty = np.maximum(whole.terms.warranty_days[sold.terms], 1.0) * DAY
    begin = np.maximum(sold.start, -horizon.run_in_days * DAY)
    end = np.minimum(sold.start + warranty, (horizon.days + horizon.run_out_days) * DAY)
    share = np.clip((end - begin) / warranty, 0.0, 1.0) * (sold.fails_below + 1.0 - sold.files_from)
    return float((sold.units * share).sum()) + len(scenario.claims_table)


def replication_bytes(scenario: Scenario) -> float:
    """About what a process takes at most that finds out what each claim of a replication would come to [bytes]."""
    return PROCESS + PER_CLAIM * expected_claims(scenario)


def learned_bytes(scenario: Scenario, replications: int) -> float:
    """What the process takes at most that learns from so many replications [bytes]."""
    return LEARNED * expected_claims(scenario) * replications


def available(system: Path = Path("/")) -> float:
    """Memory a process could still have, within what its group of processes is allowed; infinite where the system does
    not tell [bytes]."""
    room = [float("inf")]
    try:
        told = dict(line.split(":") for line in (system / "proc/meminfo").read_text().splitlines())
        room.append(float(told["MemAvailable"].split()[0]) * 1024)
    except (OSError, KeyError, ValueError):
        pass
    try:
        group = system / "sys/fs/cgroup"
        most, used = ((group / name).read_text().strip() for name in ("memory.max", "memory.current"))
        if most != "max":
            room.append(float(most) - float(used))
    except (OSError, ValueError):
        pass
    return max(min(room), 0.0)


def fitting(jobs: Workers, each: float, whole: float = 0.0, room: float | None = None) -> Workers:
    """As many processes of this machine as there is memory for, at least this one; executors and what is looked after
    stay as they are.

    ``each``: what one takes; ``whole``: what this process takes besides; ``room``: what there is, as `available` has it
    [bytes].
    """
    if isinstance(jobs, Watched):
        fewer = fitting(jobs.workers, each, whole, room)
        return jobs if isinstance(fewer, Watched) else replace(jobs, workers=fewer)
    if not isinstance(jobs, int) or jobs == 1:
        return jobs
    wanted = process_count(jobs)
    there = (available() if room is None else room) * (1.0 - HELD_BACK) - whole
    return jobs if wanted * each <= there else max(1, min(wanted, int(there // each)))
