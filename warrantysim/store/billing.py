"""The study ``quantities``: what two rules were billed, as quantity and price, for a workbook that can be recalculated.

It is asked of the luck that confirmed a decision, so that its sums are the decision's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from warrantysim.analysis.cases import Case
from warrantysim.experiment.quantities import quantities
from warrantysim.report.workbook.money import SIDES
from warrantysim.store.kinds import Doing, Kind
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.study import Study

if TYPE_CHECKING:
    import pandas as pd

FRAME = "quantities"
"""Its kind, and its table."""


def quantities_of(confirmed: StoredRun) -> Study:
    """The study that counts what the rules now and recommended were billed when a decision was confirmed."""
    told = confirmed.inputs
    cases = [Case(name, told.scenario, policy) for name, policy in zip(SIDES, told.policies, strict=False)]
    plan = told.plan
    return Study.of(FRAME, cases, seed=told.seed, replications=plan.replications, first=plan.first)


def _run(study: Study, doing: Doing) -> pd.DataFrame:
    first = int(study.options["first"])
    return quantities(
        study.scenario,
        [case.policy for case in study.cases],
        range(first, first + int(study.options["replications"])),
        seed=study.seed,
        jobs=doing.processes,
        progress=lambda done, total: doing.progress("count", done, total),
    )


def _frames(study: Study, found: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    return {FRAME: found}


def _record(study: Study, found: pd.DataFrame) -> Mapping[str, Any]:
    totals = found.groupby("policy")["reporting"].sum()
    return {
        "cases": [case.name for case in study.cases],
        "replications": study.options["replications"],
        "totals": [float(totals.get(k, 0.0)) for k in range(len(study.cases))],
    }


QUANTITIES = Kind(_run, _frames, _record, needs=frozenset({"replications", "first"}), cases=(2, 2))
"""Options: ``first`` and ``replications``, those of the confirmation."""
