"""The golden files: a folder for each seller and question, a file for each part; large ones are compressed."""

from __future__ import annotations

import csv
import io
import lzma
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.regression.differences import differences
from tests.regression.questions import QUESTIONS, Question

GOLDEN = Path(__file__).parent / "golden"
MODEL_FILE = GOLDEN / "model.json"
"""The model's number, and figures it gives."""
FIGURES = {
    "small/simulate": ("replications.csv", "total"),
    "freight-up-40/simulate": ("replications.csv", "total"),
    "flatfix-out/simulate": ("replications.csv", "days"),
    "small/decide": ("decision.csv", "saving"),
    "small/faults": ("faults.csv", "worth"),
    "small/sweep": ("positions.csv", "value"),
    "small/breakeven": ("scan.csv", "lead"),
}
"""Columns that hold the model's number: the file of a question, and the column whose sum is kept."""
LARGE = 16_000
"""Texts with more are compressed [bytes]."""


def read(question: Question) -> dict[str, str]:
    """The parts that are kept."""
    folder = GOLDEN / question.id
    parts: dict[str, str] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        content = path.read_bytes()
        packed = path.suffix == ".xz"
        parts[path.name.removesuffix(".xz")] = (lzma.decompress(content) if packed else content).decode("utf-8")
    return parts


def write(question: Question, parts: Mapping[str, str]) -> None:
    """Keep the parts of an answer in place of those that were kept."""
    folder = GOLDEN / question.id
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in parts.items():
        content = text.encode("utf-8")
        if len(content) > LARGE:
            name, content = f"{name}.xz", lzma.compress(content, preset=9 | lzma.PRESET_EXTREME)
        (folder / name).write_bytes(content)


def figures() -> dict[str, float]:
    """Sums of `FIGURES` as the golden files have them."""
    asked = {question.id: question for question in QUESTIONS}
    found = {}
    for id, (name, column) in FIGURES.items():
        rows = csv.DictReader(io.StringIO(read(asked[id])[name]))
        found[id] = float(f"{sum(float(row[column]) for row in rows if row[column]):.9g}")
    return found


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """What differs between two answers: part, place, old -> new."""
    for name in [*dict.fromkeys([*old, *new])]:
        if name not in new:
            yield f"{name}: gone"
        elif name not in old:
            yield f"{name}: new"
        else:
            yield from (f"{name}, {one}" for one in differences(name, old[name], new[name]))
