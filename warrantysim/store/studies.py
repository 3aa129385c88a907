"""Studies of the analysis room as kinds a job can be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from warrantysim.analysis.compare import Comparison
from warrantysim.analysis.react import Reaction, react
from warrantysim.analysis.selection import FIRST, Selection, select_case
from warrantysim.analysis.spread import days_spread
from warrantysim.analysis.study import compare
from warrantysim.report.export import records
from warrantysim.report.inputs_table import all_inputs
from warrantysim.store.kinds import Doing, Kind
from warrantysim.store.study import Study

if TYPE_CHECKING:
    import pandas as pd

Told = Mapping[str, Any]
COSTS_BY = ("category", "market", "sku", "product_category", "month")
"""What the costs of a comparison are kept by."""


def replications_of(study: Study) -> range:
    """As many as asked for, else as the first world's plan says, from option ``first`` on."""
    first = int(study.options.get("first", 0))
    return range(first, first + int(study.options.get("replications", study.scenario.plan.replications)))


def _compare(study: Study, doing: Doing) -> Comparison:
    return compare(
        study.cases,
        study.options.get("baseline", 0),
        replications=replications_of(study),
        seed=study.seed,
        target=study.options.get("target"),
        jobs=doing.processes,
        progress=lambda done, total: doing.progress("compare", done, total),
        cancel=doing.cancel,
    )


def _compare_frames(study: Study, found: Comparison) -> dict[str, pd.DataFrame]:
    if not found.replications:
        return {"inputs": found.inputs()}
    frames = {"inputs": found.inputs(), "yearly": found.yearly(), "service": found.service()}
    frames |= {f"cost_by_{by}": found.costs((by,)) for by in COSTS_BY}
    return frames | {"days": days_spread(found), "all_inputs": all_inputs(found)}


def _compare_record(study: Study, found: Comparison) -> Told:
    yearly = records(found.yearly()) if found.replications else []
    return {
        "cases": [case.name for case in found.cases],
        "baseline": found.baseline,
        "replications": len(found.replications),
        "failures": [str(failure) for failure in found.failures],
        "cancelled": found.cancelled,
        "inputs": records(found.inputs()),
        "yearly": yearly,
    }


COMPARE = Kind(
    _compare,
    _compare_frames,
    _compare_record,
    knows=frozenset({"baseline", "replications", "first", "target"}),
    cases=(2, None),
)
"""`analysis.study.compare`. Can be stopped and kept."""


def _select(study: Study, doing: Doing) -> Selection:
    def size(name: str, usual: int) -> int:
        return int(study.options.get(name, usual))

    return select_case(
        study.cases,
        float(study.options["within"]),
        seed=study.seed,
        jobs=doing.processes,
        progress=lambda done, total: doing.progress("select", done, total),
        cancel=doing.cancel,
        begin=size("begin", 0),
        first=size("first", FIRST),
        batch=size("batch", 5),
        most=size("most", 500),
    )


SELECT = Kind(
    _select,
    lambda study, found: {"ranking": found.table()},
    lambda study, found: {
        "best": found.names[found.best],
        "guaranteed": found.guaranteed,
        "within": found.within,
        "confidence": found.confidence,
        "runs": found.runs,
        "ranking": records(found.table()),
    },
    needs=frozenset({"within"}),
    knows=frozenset({"begin", "first", "batch", "most"}),
    cases=(2, None),
)
"""`analysis.selection.select_case`, as for quotes. Can be stopped and kept."""


def _react(study: Study, doing: Doing) -> Reaction:
    baseline, what_if = study.cases
    replications = replications_of(study) if {"replications", "first"} & set(study.options) else None
    return react(
        baseline.whole,
        what_if.world,
        kept=baseline.policy,
        replications=replications,
        seed=study.seed,
        jobs=doing.processes,
        progress=doing.progress,
        cancel=doing.cancel,
    )


REACT = Kind(
    _react,
    lambda study, found: {"readings": found.table()},
    lambda study, found: {"readings": records(found.table())},
    knows=frozenset({"replications", "first"}),
    cases=(2, 2),
)
"""`analysis.react.react`: the what-if with the rule kept, and with the rule decided again."""
