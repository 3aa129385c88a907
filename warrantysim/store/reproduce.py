"""Running a stored run again and holding the results against those that were stored."""

from __future__ import annotations

from collections.abc import Mapping

from warrantysim.experiment.simulate import simulate
from warrantysim.store.inputs import Inputs
from warrantysim.store.kinds import Doing, stored_kind
from warrantysim.store.results import frames_digest, results_digest, summary_tables, table_differences
from warrantysim.store.runs import StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.studies import OF_RUNS
from warrantysim.studies.reproduce import STUDY, Reproduction


class CannotRepeat(ValueError):
    """A run that is not made again: stopped and kept at some moment, or about another run."""


def reproduction_of(run: StoredRun) -> AskedQuestion:
    """The study that runs a run again, as a job. Asked of another model, it is another study."""
    return AskedQuestion.of(STUDY.name, run.asked.scenario, seed=run.asked.seed, run=run.id)


def reproduced(stored: StoredRun, doing: Doing | None = None) -> Reproduction:
    """Run a stored run again with the model of today. Nothing is stored.

    Raises
    ------
    CannotRepeat
        For a study that was stopped and kept, or is about a stored run itself.
    """
    doing = doing or Doing(None)
    asked, then = stored.asked, stored.results
    if isinstance(asked, Inputs):
        now, apart = _simulated(stored, asked, doing)
    else:
        study = stored.study
        if study.stopped_after is not None:
            raise CannotRepeat(f"run {stored.id} was stopped and kept; ask for the whole of it instead")
        if study.kind in OF_RUNS:
            raise CannotRepeat(f"run {stored.id} is about another run; run that one again instead")
        found = stored_kind(study.kind).run(study, doing)
        # Runs of before studies were stored as tables have tables too, but the digest of an object; a table that came
        # later is in none of before.
        held = {name: frame for name, frame in stored.stored.tables.items() if name in found.tables}
        again = {name: found.tables[name] for name in held}
        then, now, apart = frames_digest(held), frames_digest(again), {}
    return Reproduction(stored.id, then, now, stored.version, asked.current, apart)


def _simulated(stored: StoredRun, inputs: Inputs, doing: Doing) -> tuple[str, Mapping[str, float]]:
    result = simulate(
        inputs.scenario,
        inputs.policies,
        replications=inputs.plan.range,
        seed=inputs.seed,
        jobs=doing.jobs,
        target=inputs.plan.target,
        progress=lambda done, total: doing.progress("simulate", done, total),
    )
    tables = summary_tables([*result.summaries, *result.failures])
    return results_digest(tables), table_differences(stored.tables, tables)
