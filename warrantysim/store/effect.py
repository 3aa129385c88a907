"""What taking up one policy for another brings, read from stored simulations: nothing is run to answer it.

Either one stored run simulated both, or two did so on the same luck in the same scenario; else a run can be asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from warrantysim.decision.decide import Decision
from warrantysim.experiment.result import Result
from warrantysim.report.policy_change import PolicyChange, policy_change
from warrantysim.schema.digest import digest
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store.inputs import KIND, Inputs
from warrantysim.store.stored_run import Damaged, StoredRun

LEAST = 2
"""Replications two runs must share, or there is no interval [count]."""


@dataclass(frozen=True)
class Simulated:
    """One policy as one stored run simulated it."""

    run: StoredRun
    """The run."""
    place: int
    """Which of its policies."""


@dataclass(frozen=True)
class SharedLuck:
    """Where both policies were simulated on the same luck."""

    now: Simulated
    """The policy that is left."""
    new: Simulated
    """The one that is taken up."""

    @property
    def runs(self) -> tuple[StoredRun, ...]:
        """The runs it rests on: one, or two."""
        return (self.now.run,) if self.now.run.id == self.new.run.id else (self.now.run, self.new.run)

    def change(self, decision: Decision | None = None) -> PolicyChange:
        """What the new policy changes against the old one; ``decision`` as in `policy_change`.

        Raises
        ------
        Damaged
            If a run's files are not what was written.
        """
        if len(self.runs) == 1:
            return policy_change(self.now.run.result, self.now.place, self.new.place, decision)
        return policy_change(merged_result(self.now, self.new), 0, 1, decision)


def find_effect(runs: Iterable[StoredRun], scenario: Scenario, now: Policy, new: Policy) -> SharedLuck | None:
    """Stored simulations of a scenario in which both policies stand on the same luck; None where there are none.

    Of several the one with most replications is taken, one run before two. Damaged runs are passed over.
    """
    here = digest(scenario)
    stood = [run for run in runs if run.kind == KIND and run.manifest["scenario"]["digest"] == here]
    before, after = list(_simulated(stood, now)), list(_simulated(stood, new))
    pairs = [
        (shared, a.run.id == b.run.id, SharedLuck(a, b))
        for a in before
        for b in after
        if (shared := _shared(a.run, b.run)) >= LEAST
    ]
    return max(pairs, key=lambda pair: pair[:2])[2] if pairs else None


def effect_inputs(scenario: Scenario, now: Policy, new: Policy, like: StoredRun | None = None) -> Inputs:
    """The simulation to ask for where nothing stored tells: both policies on the same luck.

    ``like``: a run whose seed and replications are taken, so that figures agree with it.
    """
    plan = None
    if like is not None and like.kind == KIND:
        plan = like.inputs.plan
    seed = scenario.plan.seed if like is None else like.asked.seed
    replications = scenario.decision.confirm_replications if plan is None else plan.replications
    first = 0 if plan is None else plan.first
    return Inputs.of(scenario, (now, new), replications=max(LEAST, replications), first=first, seed=seed)


def merged_result(now: Simulated, new: Simulated) -> Result:
    """Two policies of two runs as one result, on the replications both hold.

    Raises
    ------
    ValueError
        If the runs are of different scenarios or seeds.
    """
    a, b = now.run.result, new.run.result
    if a.digest != b.digest or a.seed != b.seed:
        raise ValueError("runs of different worlds or seeds are not on the same luck")
    common = [replication for replication in a.complete if replication in set(b.complete)]
    sides = [{s.replication: s for s in result.of(one.place)} for result, one in ((a, now), (b, new))]
    rows = tuple(replace(side[r], policy=k) for r in common for k, side in enumerate(sides))
    policies = (a.policies[now.place], b.policies[new.place])
    return Result(a.scenario, policies, a.seed, replications=tuple(common), summaries=rows)


def _simulated(runs: Sequence[StoredRun], policy: Policy) -> Iterator[Simulated]:
    wanted = digest(policy)
    for run in runs:
        try:
            policies = run.inputs.policies
        except Damaged:
            continue
        for place, one in enumerate(policies):
            if digest(one) == wanted:
                yield Simulated(run, place)
                break


def _shared(a: StoredRun, b: StoredRun) -> int:
    """Replications both hold on the same luck."""
    if a.manifest["seed"] != b.manifest["seed"] or a.version != b.version:
        return 0
    return len(set(a.manifest["replications"]) & set(b.manifest["replications"]))
