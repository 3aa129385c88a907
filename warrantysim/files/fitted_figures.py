"""The layer of ``packs: {fitted: fitted.csv}``: figures of a seller's own history, and their ranges.

Every row sets one figure over what packs and the seller's workbook state, and its range takes the place of the range of
the same path in ``assumptions``. What the scenario file itself states still wins.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from warrantysim.files.layers import Layer, LayerRequest
from warrantysim.files.on_disk import replace_file
from warrantysim.files.overrides import Override
from warrantysim.files.statements import Statements, duplicates
from warrantysim.files.tables import Table, read_table, table_from_rows
from warrantysim.schema.assumptions import Assumption
from warrantysim.schema.distribution import PARAMETERS, Distribution
from warrantysim.schema.errors import BadInput, Problem, ScenarioError, told
from warrantysim.schema.fields import unit_at
from warrantysim.schema.fitted import FittedRow
from warrantysim.schema.paths import at, match, parse, path_text
from warrantysim.schema.plain_text import delimited
from warrantysim.schema.root import Scenario
from warrantysim.schema.strict import Row, Strict

FILE = "fitted.csv"
"""What it is called in a seller's folder."""
COLUMNS = ("path", "unit", "value", "low", "high", "range_low", "range_high", "n", "from", "to", "how", "mark")
"""Columns of the file, in order."""


class Fitted(Strict):
    """Everything the file states."""

    TABLES: ClassVar[dict[str, type[Row]]] = {"fitted": FittedRow}
    fitted: tuple[FittedRow, ...] = ()


def layer(asked: LayerRequest) -> Layer:
    """The figures of the file that ``packs.fitted`` names; none before anything was accepted into ``fitted.csv``.

    Raises
    ------
    ScenarioError
        With every row that is wrong, or where a file of another name is not there.
    """
    file = asked.file(asked.stated, (".csv",))
    if asked.stated == FILE and not file.exists():
        return Layer()
    table = read_table(file, FittedRow)
    rows = list(zip(table.numbers, read_rows(table), strict=True))
    wrong = [told for number, row in rows for told in _wrong_unit(row, f"{table.name} row {number}", asked)]
    if wrong:
        raise ScenarioError(wrong)
    figures = [one for number, row in rows for one in _figures(row, f"{table.name} row {number}", asked)]
    ranges = {
        number: [row.path, row.unit, f"{row.range_low!r}", f"{row.range_high!r}", _reason(row), table.name, row.mark]
        for number, row in rows
        if row.range_low is not None and row.range_high is not None and row.range_low < row.range_high
    }
    header = ("path", "unit", "low", "high", "reason", "source", "mark")
    assumed = table_from_rows(table.name, header, ranges, Assumption)
    return Layer(tables=[("assumptions", assumed)] if ranges else [], figures=figures, files=[table.file])


def read_rows(table: Table) -> tuple[FittedRow, ...]:
    """The rows of a file as it was read.

    Raises
    ------
    ScenarioError
        With every row that is wrong.
    """
    from warrantysim.files.reading import validated  # Reads layers itself.

    places = Statements(Fitted.TABLES)
    places.read("fitted", table)
    values = table.typed(FittedRow)
    twice = duplicates("fitted", values, FittedRow, places)
    return validated(
        Fitted, {"fitted": values}, places, [*table.problems, *twice], lambda: {"fitted": table.rows}
    ).fitted


def _wrong_unit(row: FittedRow, place: str, asked: LayerRequest) -> Iterator[Problem]:
    """A unit that is not the one the figure has: the value would be taken for another."""
    try:
        path = match(asked.below, row.path, asked.tables)[0]
    except (ScenarioError, BadInput, LookupError):
        return
    unit = unit_at(Scenario, path)
    if row.unit and unit and row.unit != unit:
        said = told("expected {unit}, the unit of this figure, got {found!r}", unit=unit, found=row.unit)
        yield Problem(row.path, said, f"{place}, column unit")


def _figures(row: FittedRow, place: str, asked: LayerRequest) -> Iterator[Override]:
    """What a row sets. A parameter of a distribution that is stated as text is set in that text."""
    steps = parse(row.path)
    if len(steps) > 2 and steps[-1].parts[0] in PARAMETERS.get(steps[-2].parts[0], ()):
        base = path_text(steps[:-2])
        kind, name = steps[-2].parts[0], steps[-1].parts[0]
        whole = [at(asked.below, path) for path in match(asked.below, base, asked.tables)]
        if whole and not isinstance(whole[0], Mapping):
            stated = Distribution.model_validate(whole[0])
            params = {**stated.params, name: row.value} if stated.kind == kind else {name: row.value}
            yield Override(base, "set", {kind: params}, place)
            return
    yield Override(row.path, "set", row.value, place)


def _reason(row: FittedRow) -> str:
    when = f", {row.since} to {row.until}" if row.since and row.until else ""
    return f"{row.how or 'measured'}; n = {row.n:g}{when}"


def fitted_text(rows: Iterable[FittedRow]) -> str:
    """The file that states some rows."""
    stated = [row.model_dump(by_alias=True) for row in rows]
    return delimited([COLUMNS, *([_cell(row[name]) for name in COLUMNS] for row in stated)])


def _cell(value: Any) -> Any:
    return f"{value:.7g}" if isinstance(value, float) else value


def write_fitted(folder: Path, text: str) -> Path | None:
    """Write ``fitted.csv`` into a folder, whole or not at all; what stood there before is kept under a name of its own,
    which is returned.

    Raises
    ------
    OSError
        If nothing can be written there.
    """
    file, kept = folder / FILE, None
    if file.exists() and (before := file.read_bytes()) != text.encode():
        number = next(n for n in itertools.count(1) if not (folder / f"{file.stem}-{n}.csv").exists())
        kept = folder / f"{file.stem}-{number}.csv"
        replace_file(kept, before)
    replace_file(file, text.encode())
    return kept
