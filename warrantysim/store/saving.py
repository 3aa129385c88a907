"""Putting a finished run into the store: written aside, then there in one step, then in the ledger."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrantysim.experiment.result import Result
from warrantysim.store.atomic import AlreadyThere, new_folder, replace_json
from warrantysim.store.database import now
from warrantysim.store.inputs import KIND, Asked, Inputs
from warrantysim.store.kinds import Doing
from warrantysim.store.results import frames_digest, results_digest, summary_tables, write_tables
from warrantysim.store.runs import find, index, sealed
from warrantysim.store.stored_run import (
    ASKED,
    LOG,
    MANIFEST,
    RECORD,
    RESULTS,
    TABLES,
    StoredRun,
    file_stamps,
    simulated,
)
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace
from warrantysim.studies import study_of
from warrantysim.studies.study import Stored

if TYPE_CHECKING:
    import pandas as pd

PACKAGES = ("numpy", "scipy", "simpy", "pandas", "pydantic", "pulp", "highspy")
"""Packages whose versions are noted with a run."""


@dataclass(frozen=True)
class Circumstances:
    """What is told with a run and its results do not depend on."""

    label: str = ""
    """What people call it; the scenario's name where empty [text]."""
    who: str = ""
    """Who asked for it [text]."""
    seconds: float = 0.0
    """Time it took [s]."""
    log: str = ""
    """What the worker wrote [text]."""
    changes: Sequence[str] = ()
    """What differs from the base scenario, ``old -> new``, a line each."""
    part_of: str | None = None
    """Id of the run that was asked for, where this is the part of it that was kept, or one on its way."""


def save(workspace: Workspace, inputs: Inputs, result: Result, told: Circumstances | None = None) -> StoredRun:
    """Store a simulation. A run that is there already is left as it is and returned.

    Parameters
    ----------
    inputs
        What the result is the result of. A result that was stopped early belongs to ``inputs.stopped(n)``.

    Raises
    ------
    ValueError
        If the result was cancelled or its replications are not those planned: it is another run's.
    OSError
        If it cannot be written; nothing of it is left then.
    """
    planned = tuple(inputs.plan.range)
    first = result.replications if inputs.plan.target is None else result.replications[: len(planned)]
    if result.cancelled or first != planned:
        raise ValueError(f"{len(result.replications)} replications are not the {len(planned)} planned")
    told = told or Circumstances()
    tables = summary_tables([*result.summaries, *result.failures])

    def fill(folder: Path) -> str:
        write_tables(tables, folder / RESULTS)
        stored = simulated(result, told.changes)
        _write_frames(stored.tables, folder)
        _write_record(study_of(KIND).record(stored), folder)
        return results_digest(tables)

    facts = {
        "policies": list(result.names),
        "replications": list(result.replications),
        "failures": len(result.failures),
        "tables": study_of(KIND).version,
        "plan": {"first": inputs.plan.first, "replications": inputs.plan.replications, "target": inputs.plan.target},
    }
    return _store(workspace, inputs, told, fill, facts)


def save_study(
    workspace: Workspace,
    study: AskedQuestion,
    found: Stored,
    told: Circumstances | None = None,
    doing: Doing | None = None,
) -> StoredRun:
    """Store what a study found. A run that is there already is left as it is and returned.

    ``doing``: what it was done with; its notes, tables and folders are stored besides.

    Raises
    ------
    OSError
        If it cannot be written; nothing of it is left then.
    """
    one, beside = study_of(study.kind), doing or Doing(workspace)

    def fill(folder: Path) -> str:
        for name, filled in beside.folders.items():
            (folder / name).mkdir()
            filled(folder / name)
        _write_frames({**found.tables, **beside.tables}, folder)
        _write_record({**found.facts, **one.record(found), **beside.notes}, folder)
        return frames_digest(found.tables)

    facts = {
        "policies": [case.policy.name for case in study.cases],
        "cases": [case.name for case in study.cases],
        "options": dict(study.options),
        "replications": [],
        "failures": len(getattr(found, "failures", ())),
        "tables": one.version,
    }
    return _store(workspace, study, told or Circumstances(), fill, facts)


def _store(
    workspace: Workspace,
    asked: Asked,
    told: Circumstances,
    fill: Callable[[Path], str],
    facts: Mapping[str, Any],
) -> StoredRun:
    final = workspace.runs / asked.id
    try:
        with new_folder(final, workspace.scratch) as folder:
            results = fill(folder)
            replace_json(asked.tree(), folder / ASKED)
            (folder / LOG).write_text(told.log, "utf-8")
            manifest = {**_manifest(asked, told), **facts, "results": results, "files": file_stamps(folder)}
            replace_json(sealed(manifest), folder / MANIFEST)
    except AlreadyThere:
        pass
    run = find(workspace, asked.id)
    if run is None:
        raise FileNotFoundError(f"run {asked.id} was removed while it was stored")
    index(workspace, [run], told.who)
    return run


def _write_frames(frames: Mapping[str, pd.DataFrame], folder: Path) -> None:
    (folder / TABLES).mkdir()
    for name, frame in frames.items():
        frame.to_parquet(folder / TABLES / f"{name}.parquet", index=False)


def _write_record(record: Mapping[str, Any], folder: Path) -> None:
    from warrantysim.report.export import as_json

    replace_json(json.loads(as_json(record)), folder / RECORD)


def _manifest(asked: Asked, told: Circumstances) -> dict[str, Any]:
    from warrantysim.schema.digest import digest

    scenario = asked.scenario
    title = scenario.title
    return {
        "id": asked.id,
        "kind": asked.kind,
        "label": told.label or asked.title,
        "scenario": {
            "name": scenario.name,
            "title": None if title is None else {"en": title.en, "zh": title.zh},
            "digest": digest(scenario),
        },
        "seed": asked.seed,
        "model": asked.version,
        "currency": scenario.reporting_currency,
        "changes": list(told.changes),
        "part_of": told.part_of,
        "who": told.who,
        "made": now(),
        "seconds": told.seconds,
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
        "packages": {name: _version(name) for name in PACKAGES},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
