"""Studies of what drives a difference, as kinds a job can be asked for: uncertain inputs, and changed ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from warrantysim.analysis.bridge import Bridge, driver_bridge
from warrantysim.analysis.sensitivity_study import YEARS, SensitivityStudy, study_sensitivity
from warrantysim.experiment.uncertain import stated_inputs
from warrantysim.report.export import records
from warrantysim.report.sensitivity_files import sensitivity_frames, sensitivity_record
from warrantysim.store.kinds import Doing, Kind
from warrantysim.store.studies import replications_of
from warrantysim.store.study import Study

if TYPE_CHECKING:
    import pandas as pd


def _sensitivity(study: Study, doing: Doing) -> SensitivityStudy:
    def count(name: str, usual: int) -> int:
        return int(study.options.get(name, usual))

    now, new = study.cases
    return study_sensitivity(
        now,
        new,
        stated_inputs(now.world, study.options.get("pattern", "*")),
        replications=count("replications", YEARS),
        seed=study.seed,
        draws=count("draws", 0),
        trajectories=count("trajectories", 0),
        samples=count("samples", 0),
        jobs=doing.processes,
        progress=doing.progress,
        cancel=doing.cancel,
    )


SENSITIVITY = Kind(
    _sensitivity,
    lambda study, found: sensitivity_frames(found),
    lambda study, found: sensitivity_record(found),
    knows=frozenset({"pattern", "replications", "draws", "trajectories", "samples"}),
    cases=(2, 2),
)
"""`analysis.sensitivity_study`: every stated input whose path is like ``pattern``, alone and drawn together. Can be
stopped and kept after the tornado."""


def _drivers(study: Study, doing: Doing) -> Bridge:
    baseline, alternative = study.cases
    return driver_bridge(
        baseline,
        alternative,
        replications_of(study),
        study.seed,
        jobs=doing.processes,
        progress=lambda done, total: doing.progress("bridge", done, total),
        cancel=doing.cancel,
    )


def _drivers_record(study: Study, found: Bridge) -> Mapping[str, Any]:
    return {
        "cases": [case.name for case in study.cases],
        "method": found.method,
        "start": float(found.start.mean()),
        "end": float(found.end.mean()),
        "steps": records(_drivers_frames(study, found)["bridge"]),
    }


def _drivers_frames(study: Study, found: Bridge) -> dict[str, pd.DataFrame]:
    return {"bridge": found.table()}


DRIVERS = Kind(
    _drivers,
    _drivers_frames,
    _drivers_record,
    knows=frozenset({"replications", "first"}),
    cases=(2, 2),
)
"""`analysis.bridge.driver_bridge`: Shapley values over the changed inputs."""
