"""Inputs of a comparison side by side: what differs, or everything that is stated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from warrantysim.analysis.compare import Comparison, shown_or_nothing
from warrantysim.schema.fields import Path, unit_at
from warrantysim.schema.paths import name, tables_of, tree_of

if TYPE_CHECKING:
    import pandas as pd


def differing_inputs(inputs: pd.DataFrame, baseline: int, names: Sequence[str]) -> pd.DataFrame:
    """Values that differ in any case, a row each, a column a case, the baseline first.

    ``inputs``: as `Comparison.inputs`; ``baseline``: its place among the ``names`` of the cases.

    Returns
    -------
    Columns path, unit, then the places of the cases as text (``0``); values as people write them.
    """
    places = _places(baseline, len(names))
    rows: dict[str, list[str]] = {}
    for case, path, old, new, unit, _ in inputs.itertuples(index=False, name=None):
        cells = rows.setdefault(path, [unit, *[old] * len(places)])
        cells[1 + places.index(list(names).index(case))] = new
    return _table(rows, places)


def all_inputs(comparison: Comparison) -> pd.DataFrame:
    """As `differing_inputs`, with every value that all cases share too."""
    places = _places(comparison.baseline, len(comparison.cases))
    rows = {path: [unit, *[shown_or_nothing(value)] * len(places)] for path, unit, value in _stated(comparison)}
    for column, i in enumerate(places[1:], start=2):
        for change in comparison.changes(i):
            cells = rows.setdefault(change.path, [change.unit, *[shown_or_nothing(change.old)] * len(places)])
            cells[column] = shown_or_nothing(change.new)
    return _table(rows, places)


def _places(baseline: int, count: int) -> list[int]:
    return [baseline, *(i for i in range(count) if i != baseline)]


def _table(rows: Mapping[str, Sequence[str]], places: Sequence[int]) -> pd.DataFrame:
    import pandas as pd

    columns = ["path", "unit", *map(str, places)]
    return pd.DataFrame([[path, *cells] for path, cells in rows.items()], columns=columns)


def _stated(comparison: Comparison) -> Iterator[tuple[str, str, Any]]:
    """Every value of the baseline: path, unit, value."""
    world = comparison.cases[comparison.baseline].whole
    root, tree = type(world), tree_of(world)
    tables = tables_of(root)
    for path in _leaves(tree, ()):
        value: Any = tree
        for step in path:
            value = value[step]
        yield name(path, tree, tables), unit_at(root, path), value


def _leaves(node: Any, path: Path) -> Iterator[Path]:
    """Paths of single values."""
    if isinstance(node, dict) and node:
        for key, below in node.items():
            yield from _leaves(below, (*path, key))
    elif isinstance(node, list) and any(isinstance(item, dict | list) for item in node):
        for k, below in enumerate(node):
            yield from _leaves(below, (*path, k))
    elif path:
        yield path
