"""Studies of what a seller may choose, as kinds a job can be asked for: simpler rules, levers, faults to fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrantysim.analysis.fault_worth import FaultWorth, fault_worth
from warrantysim.analysis.levers_to_price import LEVERS, TAKE_POSITIONS, Turning, of_path
from warrantysim.analysis.simplicity import GRAINS, STEPS, Simplicity, simplify
from warrantysim.analysis.sweeps import Sweep, sweep
from warrantysim.report.simplify_files import simplify_frames, simplify_record
from warrantysim.report.sweep_files import faults_record, sweep_frames, sweep_record
from warrantysim.store.kinds import Doing, Kind
from warrantysim.store.studies import replications_of
from warrantysim.store.study import Study

if TYPE_CHECKING:
    import pandas as pd


def _simplify(study: Study, doing: Doing) -> Simplicity:
    """The first case's world and rule; rules of further cases are those set by hand."""
    first, *others = study.cases
    return simplify(
        first.whole,
        [case.policy for case in others],
        grains=[tuple(grain) for grain in study.options.get("grains", GRAINS)],
        steps=[float(step) for step in study.options.get("steps", STEPS)],
        replications=study.options.get("replications"),
        seed=study.seed,
        jobs=doing.processes,
        progress=doing.progress,
        cancel=doing.cancel,
    )


SIMPLIFY = Kind(
    _simplify,
    lambda study, found: simplify_frames(found),
    lambda study, found: simplify_record(found),
    knows=frozenset({"grains", "steps", "replications"}),
)
"""`analysis.simplicity.simplify`. Can be stopped and kept once the finest rule is priced."""


def turning_of(study: Study) -> Turning:
    """The positions a study of kind ``sweep`` asks for.

    Raises
    ------
    ValueError
        For positions of a lever that has its own, or a path without any.
    ScenarioError
        For a path that names nothing.
    """
    lever, at = str(study.options["lever"]), [float(x) for x in study.options.get("at", [])]
    if lever not in LEVERS:
        return of_path(study.cases[0], lever, at, bool(study.options.get("factor", False)))
    if at and lever not in TAKE_POSITIONS:
        raise ValueError(f"lever {lever} has positions of its own")
    return LEVERS[lever](study.cases[0], at)


def _sweep(study: Study, doing: Doing) -> Sweep:
    turning = turning_of(study)
    return sweep(
        str(study.options["lever"]),
        study.cases[0],
        turning.positions,
        replications_of(study),
        study.seed,
        left_out=turning.left_out,
        jobs=doing.processes,
        progress=lambda done, total: doing.progress("sweep", done, total),
        cancel=doing.cancel,
    )


SWEEP = Kind(
    _sweep,
    lambda study, found: sweep_frames(found),
    lambda study, found: sweep_record(found),
    needs=frozenset({"lever"}),
    knows=frozenset({"at", "factor", "replications", "first"}),
    cases=(1, 1),
)
"""`analysis.sweeps.sweep` of a lever by name or by path. Can be stopped and kept."""


def _faults(study: Study, doing: Doing) -> FaultWorth:
    return fault_worth(
        study.cases[0],
        replications_of(study),
        study.seed,
        jobs=doing.processes,
        progress=lambda done, total: doing.progress("faults", done, total),
        cancel=doing.cancel,
    )


def _faults_frames(study: Study, found: FaultWorth) -> dict[str, pd.DataFrame]:
    return {"faults": found.table()}


FAULTS = Kind(
    _faults,
    _faults_frames,
    lambda study, found: faults_record(found),
    knows=frozenset({"replications", "first"}),
    cases=(1, 1),
)
"""`analysis.fault_worth.fault_worth`: one point less of each fault. Can be stopped and kept."""
