"""Counting a stored simulation: its years are run again, same scenario, rules and luck, and looked at more closely.

A simulation keeps what its claims came to; queues, stages, dispatches, the pool and true faults are counted on request,
by the studies ``operations`` and ``quality``. Option ``of`` names the simulation, so that pages find them beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

from warrantysim.analysis.cases import Case
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.studies.decide.lines import SIDES

MOST = 12
"""Years of a simulation counted where nobody asks for more."""


def usual_rules(stored: StoredRun) -> dict[str, str]:
    """Rules of a simulation that pages show, under their names: the first, and the recommended or else the second."""
    names = [str(name) for name in stored.manifest["policies"]]
    other = "recommended" if "recommended" in names[1:] else next(iter(names[1:]), None)
    return {name: name for name in [names[0], *([other] if other else [])]}


def quantities_of(confirmed: StoredRun) -> AskedQuestion:
    """The study that counts what the rules now and recommended were billed when a decision was confirmed."""
    told = confirmed.inputs
    cases = [Case(name, told.scenario, policy) for name, policy in zip(SIDES, told.policies, strict=False)]
    plan = told.plan
    return AskedQuestion.of("quantities", cases, seed=told.seed, replications=plan.replications, first=plan.first)


def counting(kind: str, stored: StoredRun, policies: Mapping[str, str] | None = None) -> AskedQuestion:
    """The study that counts a stored simulation's first years, at most `MOST` of them.

    Parameters
    ----------
    kind
        ``operations`` or ``quality``.
    policies
        Rules to count, by their names in the simulation, each with what to call it; all under their names where None.

    Raises
    ------
    OtherKind
        If the run is no simulation.
    ValueError
        If it has no complete replication, or those complete do not follow each other.
    """
    inputs = stored.inputs
    complete = sorted(set(stored.manifest["replications"]))
    broken = stored.manifest["failures"]
    if broken or not complete:
        complete = sorted(stored.result.complete)
    first = complete[0] if complete else 0
    following = next((k for k, r in enumerate(complete) if r != first + k), len(complete))
    if not following:
        raise ValueError(f"run {stored.id} has no complete replication to count")
    names = dict(zip(stored.manifest["policies"], inputs.policies, strict=True))
    chosen = policies or {name: name for name in names}
    cases = [Case(title, inputs.scenario, names[name]) for name, title in chosen.items()]
    return AskedQuestion.of(kind, cases, seed=inputs.seed, replications=min(following, MOST), first=first, of=stored.id)
