"""What is kept of a decision beside its tables: its confirmation, as a simulation of its own, and what taught it.

So other rules can be priced and drawn without a simulation.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from warrantysim.decision.sparse import Sparse
from warrantysim.decision.training_sample import Taught
from warrantysim.experiment.result import Result
from warrantysim.experiment.simulate import simulate
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store.atomic import read_json
from warrantysim.store.inputs import Inputs
from warrantysim.store.kinds import Doing
from warrantysim.store.objects import put_together, taken_apart
from warrantysim.store.replications import FinishedReplications, growing
from warrantysim.store.runs import find
from warrantysim.store.saving import Circumstances, save
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "training"
"""Where in a run it is."""
TREE, SHAPES = "taught.json", "shapes.json"


def write_training(taught: Taught, folder: Path) -> None:
    """Write it into a folder that is there."""
    tree, columns = taken_apart(taught)
    (folder / TREE).write_text(json.dumps(tree, ensure_ascii=False, allow_nan=False), "utf-8")
    shapes = {name: list(column.shape) for name, column in columns.items()}
    (folder / SHAPES).write_text(json.dumps(shapes), "utf-8")
    by_length: dict[int, dict[str, np.ndarray]] = {}
    for name, column in columns.items():
        flat = column.reshape(len(column), math.prod(column.shape[1:])) if column.ndim else column.reshape(1, 1)
        held = by_length.setdefault(len(flat), {})
        held |= {f"{name}.{k}": flat[:, k] for k in range(flat.shape[1])}
    for length, held in by_length.items():
        pq.write_table(pa.table(held), folder / f"{length}.parquet", compression="zstd")


def read_training(folder: Path) -> Taught:
    """What `write_training` wrote."""
    parts: dict[str, dict[int, np.ndarray]] = {}
    for path in sorted(folder.glob("*.parquet")):
        table = pq.read_table(path)
        for key in table.column_names:
            name, _, place = key.partition(".")
            parts.setdefault(name, {})[int(place)] = table[key].to_numpy()
    shapes: Mapping[str, list[int]] = read_json(folder / SHAPES)
    columns = {name: _joined(parts.get(name, {}), tuple(shape)) for name, shape in shapes.items()}
    found: Taught = put_together(read_json(folder / TREE), columns)
    pools = found.learned.pools
    weak: Any = pools.weak
    if isinstance(weak, np.ndarray):  # A run from before only those were held that may fail again.
        pools = replace(pools, weak=Sparse.of(weak))
    return replace(found, learned=replace(found.learned, pools=pools))


def _joined(parts: Mapping[int, np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    if not parts:
        return np.zeros(shape)
    flat: Any = parts[0] if len(parts) == 1 else np.stack([parts[k] for k in range(len(parts))], axis=1)
    return np.asarray(flat).reshape(shape)


CURVES = "curves"
"""Table of cost by claim value."""
NOTE = "confirmation"
"""Key of the record that names the stored run of the confirming simulation."""


def kept_simulation(
    study: AskedQuestion, doing: Doing, scenario: Scenario, policies: Sequence[Policy], replications: range, seed: int
) -> Result:
    """A simulation a study rests on: kept as it comes and stored as a run, where there is a workspace."""
    n = len(replications)
    inputs = Inputs.of(scenario, policies, replications=n, first=replications.start, seed=seed)
    if doing.workspace is None:
        return simulate(
            inputs.scenario,
            inputs.policies,
            replications=inputs.plan.range,
            seed=inputs.seed,
            jobs=doing.jobs,
            progress=lambda done, total: doing.progress("confirm", done, total),
        )
    parts = FinishedReplications(doing.workspace, inputs.id, study.id)
    found = Result(inputs.scenario, inputs.policies, inputs.seed)
    for found in growing(inputs, parts, doing.jobs):
        doing.progress("confirm", len(found.replications), n)
    if not found.failures:
        save(doing.workspace, inputs, found, Circumstances(part_of=study.id))
        parts.drop()
        doing.notes[NOTE] = inputs.id
    return found


def keep_beside(doing: Doing, name: str, found: Any) -> None:
    """Have training claims stored, and the curves drawn of them."""
    if isinstance(found, Taught):
        from warrantysim.report.charts.curves import curve_frame

        doing.folders[FOLDER] = partial(write_training, found)
        doing.tables[CURVES] = curve_frame(found.learned, found.priced())


def curves_of(run: StoredRun) -> pd.DataFrame | None:
    """What claims of each cell cost by their value under each arm; None for a run that kept none."""
    return run.frame(CURVES) if CURVES in run.frames else None


def taught_of(run: StoredRun) -> Taught | None:
    """What a stored decision was learned from; None for a run of before that was kept.

    Raises
    ------
    Damaged
        If its files are not what was written.
    """
    names = [name for name in run.manifest["files"] if name.startswith(f"{FOLDER}/")]
    return read_training(run.sound_folder(FOLDER)) if names else None


def confirmation_of(run: StoredRun, workspace: Workspace) -> StoredRun | None:
    """The stored simulation that confirmed a decision; None where it was removed, is damaged or was never kept."""
    try:
        return find(workspace, str(run.record.get(NOTE, "")))
    except Damaged:
        return None


def by_hand_inputs(confirmed: StoredRun, policy: Policy) -> Inputs:
    """The simulation that prices a rule set by hand: the same years and luck as its decision's confirmation."""
    told, plan = confirmed.inputs, confirmed.inputs.plan
    return Inputs.of(told.scenario, policy, replications=plan.replications, first=plan.first, seed=told.seed)
