"""A small seller's simulations counted on the spot, and one whose names are meant to do harm."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.experiment.tiny import FAULTS, SEED, sold
from tests.worlds import partner, policy_of, world
from warrantysim.experiment.simulate import simulate
from warrantysim.schema.root import Scenario
from warrantysim.store import runs
from warrantysim.store.counting import counting, usual_rules
from warrantysim.store.inputs import Inputs
from warrantysim.store.kinds import Doing, stored_kind
from warrantysim.store.saving import Circumstances, save, save_study
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.workspace import Workspace

HOSTILE = ('=HYPERLINK("http://x")', "<script>alert(1)</script>", "**x** :red[x] ![](http://x)", "\uff11\uff12\uff13")
"""Names that would be a formula, a script, marks, or digits of another width."""


def confirmation(folder: Path) -> StoredRun:
    """The simulation that confirmed the decision."""
    return next(run for run in runs.list_runs(Workspace.at(folder)) if run.manifest.get("part_of"))


def count(folder: Path, run: StoredRun, *kinds: str) -> list[StoredRun]:
    """Count a simulation as its page would ask for it, at once."""
    studies = [counting(kind, run, usual_rules(run)) for kind in kinds]
    return [
        save_study(
            Workspace.at(folder), study, stored_kind(study.kind).run(study, Doing(None)), Circumstances(label=run.label)
        )
        for study in studies
    ]


@cache
def hostile() -> Scenario:
    """A seller whose product names are an attack; ids of partners and markets cannot be."""
    formula, _, marks, _ = HOSTILE
    return world(
        (formula, marks),
        ("US", "DE"),
        fault_shares=FAULTS,
        partners={"P": partner(serves=("US", "DE"), technicians=40)},
        sales=[*sold(40, "US", "DE", sku=formula), *sold(20, "US", "DE", sku=marks)],
        terms_of={"life_eta_days": 700.0},
        china_bench={"technicians": 40},
        policy=[(0, "refund"), (40, "repair_local P")],
    )


def keep_hostile(folder: Path, label: str = "".join(HOSTILE) * 250) -> StoredRun:
    """It simulated and counted, under a label of ten thousand characters."""
    inputs = Inputs.of(
        hostile(), (hostile().policy, policy_of("return_china sea", name=HOSTILE[1])), replications=2, seed=SEED
    )
    result = simulate(inputs.scenario, inputs.policies, replications=2, seed=SEED)
    run = save(Workspace.at(folder), inputs, result, Circumstances(label=label))
    count(folder, run, "operations", "quality")
    return run
