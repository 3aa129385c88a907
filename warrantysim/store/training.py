"""What a decision was learned from, on disk and back to the last bit, so that any rule can be priced at once.

Columns lie in Parquet, those of one length in one file: they are many and long, and are read while somebody waits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from warrantysim.decision.training_sample import Taught
from warrantysim.store.atomic import read_json
from warrantysim.store.objects import put_together, taken_apart

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
        flat = column.reshape(len(column), -1) if column.ndim else column.reshape(1, 1)
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
    return found


def _joined(parts: Mapping[int, np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    if not parts:
        return np.zeros(shape)
    flat: Any = parts[0] if len(parts) == 1 else np.stack([parts[k] for k in range(len(parts))], axis=1)
    return np.asarray(flat).reshape(shape)
