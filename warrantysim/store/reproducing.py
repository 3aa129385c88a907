"""The study ``reproduce``: a stored run is run again by the model of today, and its results held against the stored.

It is a job like any other, so that nobody waits for it; what it found is kept as evidence of that model.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from warrantysim.store.kinds import Doing, Kind
from warrantysim.store.reproduce import CannotRepeat, Reproduction, reproduced
from warrantysim.store.runs import named
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.study import Study

if TYPE_CHECKING:
    import pandas as pd

NAME = "reproduce"
"""Its kind."""


def reproduction_of(run: StoredRun) -> Study:
    """The study that runs a run again. Asked of another model, it is another study."""
    return Study.of(NAME, run.asked.scenario, seed=run.asked.seed, run=run.id)


def _run(study: Study, doing: Doing) -> Reproduction:
    if doing.workspace is None:
        raise CannotRepeat("a reproduction is about a workspace's run and is not repeated without it")
    run = named(doing.workspace, str(study.options["run"]))
    doing.progress("reproduce", 0, 1)
    found = reproduced(run, Doing(None, doing.processes, doing.progress, doing.cancel))
    doing.progress("reproduce", 1, 1)
    return found


def _frames(study: Study, found: Reproduction) -> Mapping[str, pd.DataFrame]:
    import pandas as pd

    return {"apart": pd.DataFrame(sorted(found.apart.items()), columns=["column", "relative_difference"])}


def _record(study: Study, found: Reproduction) -> Mapping[str, Any]:
    return {
        "run": found.run,
        "same": found.same,
        "then": found.then,
        "now": found.now,
        "model_then": found.model_then,
        "model_now": found.model_now,
        "apart": dict(found.apart),
    }


REPRODUCE = Kind(_run, _frames, _record, needs=frozenset({"run"}), cases=(1, 1))
"""Option: ``run``, the id of the stored run."""
