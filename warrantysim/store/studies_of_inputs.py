"""Studies of what drives a difference, as a kind a job can be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from warrantysim.analysis.bridge import Bridge, driver_bridge
from warrantysim.report.export import records
from warrantysim.store.kinds import Doing, Kind
from warrantysim.store.study import Study

if TYPE_CHECKING:
    import pandas as pd


def replications_of(study: Study) -> range:
    """As many as asked for, else as the first world's plan says, from option ``first`` on."""
    first = int(study.options.get("first", 0))
    return range(first, first + int(study.options.get("replications", study.scenario.plan.replications)))


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
