"""The studies ``operations`` and ``quality``: what a simulation's years look like from the shop floor and to design.

A stored simulation keeps what its claims came to; queues, stages, dispatches, the pool and true faults are counted by
running the same years again, of the same world, rules and luck. Option ``of`` names the simulation they belong to, so
that pages find them beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.analysis.cases import Case, per_year
from warrantysim.analysis.fault_worth import FaultWorth
from warrantysim.experiment.operated import Operated, operated
from warrantysim.experiment.quality import Quality, named, quality
from warrantysim.experiment.replay import journeys_named
from warrantysim.report.export import records
from warrantysim.schema.policy import Policy
from warrantysim.store.kinds import Doing, Kind
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.studies import replications_of
from warrantysim.store.study import Study

if TYPE_CHECKING:
    import pandas as pd

MOST = 12
"""Years of a simulation counted where nobody asks for more."""


def usual_rules(stored: StoredRun) -> dict[str, str]:
    """Rules of a simulation that pages show, under their names: the first, and the recommended or else the second."""
    names = [str(name) for name in stored.manifest["policies"]]
    other = "recommended" if "recommended" in names[1:] else next(iter(names[1:]), None)
    return {name: name for name in [names[0], *([other] if other else [])]}


def counting(kind: str, stored: StoredRun, policies: Mapping[str, str] | None = None) -> Study:
    """The study that counts a stored simulation's first years, at most `MOST` of them.

    Parameters
    ----------
    kind
        ``operations`` or ``quality``.
    policies
        Rules to count, by their names in the simulation, each with what to call it; all under their names where None.

    Raises
    ------
    OtherKind
        If the run is no simulation.
    ValueError
        If it has no complete replication, or those complete do not follow each other.
    """
    inputs = stored.inputs
    complete = sorted(set(stored.manifest["replications"]))
    broken = stored.manifest["failures"]
    if broken or not complete:
        complete = sorted(stored.result.complete)
    first = complete[0] if complete else 0
    following = next((k for k, r in enumerate(complete) if r != first + k), len(complete))
    if not following:
        raise ValueError(f"run {stored.id} has no complete replication to count")
    names = dict(zip(stored.manifest["policies"], inputs.policies, strict=True))
    chosen = policies or {name: name for name in names}
    cases = [Case(title, inputs.scenario, names[name]) for name, title in chosen.items()]
    return Study.of(kind, cases, seed=inputs.seed, replications=min(following, MOST), first=first, of=stored.id)


def _rules(study: Study) -> dict[str, Policy]:
    """Rules by name; they are of one world.

    Raises
    ------
    ValueError
        If they are not.
    """
    if any(case.world is not study.scenario and case.world != study.scenario for case in study.cases):
        raise ValueError("expected rules of one world")
    return {case.name: case.policy for case in study.cases}


def _operations(study: Study, doing: Doing) -> Operated:
    return operated(
        study.scenario,
        _rules(study),
        replications_of(study),
        seed=study.seed,
        jobs=doing.processes,
        progress=lambda done, total: doing.progress("operations", done, total),
        cancel=doing.cancel,
    )


def _operations_frames(study: Study, found: Operated) -> dict[str, pd.DataFrame]:
    frames = found.frames()
    return {**frames, "journeys": journeys_named(frames["journeys"], study.scenario)}


def _counted(study: Study, found: Operated | Quality) -> dict[str, Any]:
    return {
        "of": study.options.get("of"),
        "cases": [case.name for case in study.cases],
        "first": int(study.options.get("first", 0)),
        "replications": found.replications,
        "cancelled": found.cancelled,
        "currency": study.scenario.reporting_currency,
    }


def _operations_record(study: Study, found: Operated) -> dict[str, Any]:
    whole = found.promises[found.promises["market"] == ""]
    return {
        **_counted(study, found),
        "promises": records(whole),
        "dispatches": records(found.dispatches),
        "waits": records(found.waits),
    }


OPERATIONS = Kind(
    _operations,
    _operations_frames,
    _operations_record,
    knows=frozenset({"replications", "first", "of"}),
    cases=(1, None),
)
"""`experiment.operated`: rules of one world. Can be stopped and kept."""


def _quality(study: Study, doing: Doing) -> Quality:
    return quality(
        study.scenario,
        _rules(study),
        replications_of(study),
        seed=study.seed,
        jobs=doing.processes,
        progress=lambda done, total: doing.progress("quality", done, total),
        cancel=doing.cancel,
    )


def worth_of(study: Study, found: Quality, case: Case) -> FaultWorth:
    """Worth of one point less of each fault under a rule, from the claims counted."""
    own = found.claims[found.claims["case"] == case.name]
    shape = (len(study.scenario.faults), found.replications)
    cell = own["fault"].to_numpy() * shape[1] + own["replication"].to_numpy()
    cost, count = (
        np.bincount(cell, own[name].to_numpy(), minlength=shape[0] * shape[1]).reshape(shape) * per_year(case.world)
        for name in ("failure_cost", "failures")
    )
    return FaultWorth(case, cost, count, study.seed, found.cancelled)


def _quality_frames(study: Study, found: Quality) -> dict[str, pd.DataFrame]:
    import pandas as pd

    worth = [worth_of(study, found, case).table().assign(case=case.name) for case in study.cases]
    return {
        "claims": named(found.claims, study.scenario),
        "cohorts": named(found.cohorts, study.scenario),
        "sold": named(found.sold, study.scenario),
        "worth": pd.concat(worth, ignore_index=True),
    }


QUALITY = Kind(
    _quality,
    _quality_frames,
    lambda study, found: {
        **_counted(study, found),
        "worth": records(_quality_frames(study, found)["worth"]),
    },
    knows=frozenset({"replications", "first", "of"}),
    cases=(1, None),
)
"""`experiment.quality`: rules of one world. Can be stopped and kept."""
