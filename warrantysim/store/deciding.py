"""The study ``decide``: the rule to switch to, its confirmation kept as a simulation of its own.

What it was learned from is kept beside it, so that other rules can be priced and drawn without a simulation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.decision.asking import Experiments
from warrantysim.decision.decide import CONFIRMATION, Decision, decide
from warrantysim.decision.taught import Taught
from warrantysim.experiment.outcomes import PotentialOutcomes, SimulatedYear
from warrantysim.experiment.result import Result
from warrantysim.experiment.simulate import ReplicationFailed, simulate
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.turned_worlds import Measure
from warrantysim.experiment.uncertain import Turn
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store.inputs import Inputs
from warrantysim.store.kinds import Doing, Kind
from warrantysim.store.replications import Parts, growing
from warrantysim.store.runs import find
from warrantysim.store.saving import Circumstances, save
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.store.study import Study
from warrantysim.store.training import FOLDER, read_training, write_training
from warrantysim.store.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

NAMES = ("recommended", "free optimum")
"""Names in the confirming simulation of the decided rule and the optimum behind it; those beside keep their own."""
CURVES = "curves"
"""Table of cost by claim value."""
NOTE = "confirmation"
"""Key of the record that names the stored run of the confirming simulation."""


def world_of_study(study: Study) -> Scenario:
    """The world of the first case with its rule as today's, and as many confirming replications as asked for."""
    world = study.cases[0].whole
    wanted = study.options.get("replications")
    if wanted is None:
        return world
    return world.replace(decision=world.decision.replace(confirm_replications=max(2, int(wanted))))


@dataclass(frozen=True)
class Kept:
    """Experiments whose confirming replications are simulated in full, kept as they come, and stored as a run."""

    inner: Experiments
    study: Study
    doing: Doing
    told: Callable[[Result], None] = lambda found: None
    """To be told what was confirmed."""

    def potential(self, replications: range, incumbent: Policy) -> list[PotentialOutcomes]:
        """As the inner experiments."""
        return self.inner.potential(replications, incumbent)

    def without_law(self) -> Experiments:
        """As the inner experiments."""
        return self.inner.without_law()

    def simulate(self, policies: Sequence[Policy], replications: range) -> list[list[SimulatedYear]]:
        """As the inner experiments; the same years, whoever asks.

        Raises
        ------
        ReplicationFailed
            If a run broke.
        """
        # Confirmed is what stands beside today's rule; rules without one cell's change are only asked for their cost.
        if replications.start != CONFIRMATION or policies[0].rules != self.inner.scenario.policy.rules:
            return self.inner.simulate(policies, replications)
        inputs = confirmation(self.inner.scenario, policies, len(replications), self.study.seed)
        found = self._confirmed(inputs)
        if found.failures:
            raise ReplicationFailed(found.failures[0])
        self.told(found)
        return [[s.year for s in found.of(k)] for k in range(len(policies))]

    def turned(
        self, policies: Sequence[Policy], replications: range, turns: Sequence[Turn], measure: Measure
    ) -> Iterator[np.ndarray | Failure | ScenarioError]:
        """As the inner experiments."""
        return self.inner.turned(policies, replications, turns, measure)

    def _confirmed(self, inputs: Inputs) -> Result:
        doing, n = self.doing, inputs.plan.replications
        if doing.workspace is None:
            told = lambda done, total: doing.progress("confirm", done, total)  # noqa: E731
            return simulate(
                inputs.scenario,
                inputs.policies,
                replications=inputs.plan.range,
                seed=inputs.seed,
                jobs=doing.processes,
                progress=told,
            )
        parts = Parts(doing.workspace, inputs.id, self.study.id)
        found = Result(inputs.scenario, inputs.policies, inputs.seed)
        for found in growing(inputs, parts, doing.processes):
            doing.progress("confirm", len(found.replications), n)
        if not found.failures:
            save(doing.workspace, inputs, found, Circumstances(part_of=self.study.id))
            parts.drop()
            doing.notes[NOTE] = inputs.id
        return found


def confirmation(scenario: Scenario, policies: Sequence[Policy], replications: int, seed: int) -> Inputs:
    """Inputs of the confirming simulation: today's rule, then the decided ones by `NAMES`."""
    names = dict(zip(range(1, len(policies)), NAMES, strict=False))
    named = [policy.replace(name=names.get(k, policy.name)) for k, policy in enumerate(policies)]
    return Inputs.of(scenario, named, replications=replications, first=CONFIRMATION, seed=seed)


def _run(study: Study, doing: Doing) -> Decision:
    world = world_of_study(study)
    experiments = Experiments(world, study.seed, doing.processes, None, doing.progress)
    asked = Kept(experiments, study, doing)
    return decide(world, seed=study.seed, jobs=doing.processes, asked=asked, taught=partial(_keep, doing))


def _keep(doing: Doing, taught: Taught) -> None:
    """Have the training claims stored, and the curves drawn of them."""
    from warrantysim.report.charts.curves import curve_frame

    doing.folders[FOLDER] = partial(write_training, taught)
    doing.tables[CURVES] = curve_frame(taught.learned, taught.priced())


def curves_of(run: StoredRun) -> pd.DataFrame | None:
    """What claims of each cell cost by their value under each arm; None for a run that kept none."""
    return run.frame(CURVES) if CURVES in run.frames else None


def taught_of(run: StoredRun) -> Taught | None:
    """What a stored decision was learned from; None for a run of before that was kept.

    Raises
    ------
    Damaged
        If its files are not what was written.
    """
    names = [name for name in run.manifest["files"] if name.startswith(f"{FOLDER}/")]
    return read_training(run.sound_folder(FOLDER)) if names else None


def confirmation_of(run: StoredRun, workspace: Workspace) -> StoredRun | None:
    """The stored simulation that confirmed a decision; None where it was removed, is damaged or was never kept."""
    try:
        return find(workspace, str(run.record.get(NOTE, "")))
    except Damaged:
        return None


def by_hand_inputs(confirmed: StoredRun, policy: Policy) -> Inputs:
    """The simulation that prices a rule set by hand: the same years and luck as its decision's confirmation."""
    told, plan = confirmed.inputs, confirmed.inputs.plan
    return Inputs.of(told.scenario, policy, replications=plan.replications, first=plan.first, seed=told.seed)


def _frames(study: Study, found: Decision) -> Mapping[str, pd.DataFrame]:
    from warrantysim.report.decision_files import decision_frames

    return decision_frames(found, world_of_study(study))


def _record(study: Study, found: Decision) -> Mapping[str, Any]:
    from warrantysim.report.decision_files import decision_record

    return decision_record(found, world_of_study(study), ())


DECIDE = Kind(_run, _frames, _record, knows=frozenset({"replications"}), cases=(1, 1))
"""Options: ``replications``, confirming ones in place of the scenario's [count, >= 2]."""
