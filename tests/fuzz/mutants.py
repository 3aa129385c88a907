"""A small seller's files, and what a seed does to them."""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from tests.decision.sellers import random_seller
from tests.files import hostile
from warrantysim.files.loading import load_policy, load_scenario
from warrantysim.files.quote_files import quotes_in
from warrantysim.files.quote_writing import template_csv
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.paths import as_stated, tree_of
from warrantysim.schema.root import Scenario

NASTY: tuple[Any, ...] = (
    None, "", " ", 0, -1, 1, 2, 0.5, -0.5, 1e9, 1e308, -1e308, 1e-320, 10**30, True, [], {}, [None], {"x": 1}, "nan",
    "-inf", "12,500 USD", "12.500 USD", "1.299,00", "160 g", "18 months", "8%", "¥12,800", "58 USD", "-3 EUR", "0 XXX",
    "A", "US", "2027-13-01", "2027-06-01", "0001-01-01", "9999-12-31", "true", "lognormal(median=4, sigma=80)",
    {"lognormal": {"median": 1e300, "sigma": 30}}, {"constant": {"value": -1}}, {"uniform": {"low": 9, "high": 1}},
    [{"from": "2027-01-01", "value": 1}], "=1+1", "\u202e", "x" * 400, "充电器", "*", 'a,b[c]"', "refund", "nobody",
)  # fmt: skip
KINDS = ("scenario", "scenario", "scenario", "scenario", "table", "table", "table", "table", "policy", "quotes", "book")
AS_FILES = ("skus", "sku_markets", "sales", "faults", "label_rates", "stock")
"""Tables of the seller that stand in files."""
Change = Callable[[Any], Any]


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant."""

    kind: str
    """Which input was broken."""
    scenario: Scenario | None
    """The scenario, where a scenario was read."""
    problems: tuple[str, ...]
    """Problems that name no place."""
    refused: bool
    """Whether it was refused."""


@cache
def seller() -> str:
    """The tree of a small seller, as JSON."""
    return json.dumps(tree_of(random_seller(3)))


def mutant(seed: int, folder: Path) -> Outcome:
    """Write the mutant of a seed and read it. Whatever is neither read nor refused is raised."""
    draw = np.random.default_rng([20270101, seed])
    kind = KINDS[int(draw.integers(len(KINDS)))]
    try:
        scenario = _READ[kind](draw, folder)
    except ScenarioError as error:
        nowhere = tuple(str(p.message) for p in error.problems if not (p.where or p.path))
        return Outcome(kind, None, nowhere or (() if error.problems else ("no problem",)), True)
    return Outcome(kind, scenario, (), False)


def _scenario(draw: np.random.Generator, folder: Path) -> Scenario:
    tree = json.loads(seller())
    for _ in range(int(draw.integers(1, 4))):
        tree = _broken(tree, draw)
    return _read(tree, folder, draw, as_files=bool(draw.integers(2)))


def _read(
    tree: Any, folder: Path, draw: np.random.Generator, as_files: bool = True, change: Change = lambda b: b
) -> Scenario:
    tables: dict[str, str] = {}
    if as_files and isinstance(tree, dict):
        chosen = AS_FILES[int(draw.integers(len(AS_FILES)))]
        for name in AS_FILES:
            rows = tree.pop(name, None)
            if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
                content = _csv(rows)
                (folder / f"{name}.csv").write_bytes(change(content) if name == chosen else content)
                tables[name] = f"{name}.csv"
        tree["tables"] = tables
    text = json.dumps(tree, ensure_ascii=False)
    (folder / "mutant.yaml").write_bytes(_bytes(text.encode(), draw) if draw.random() < 0.2 else text.encode())
    return load_scenario(folder / "mutant.yaml")


def _csv(rows: list[Any]) -> bytes:
    names = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    written = csv.writer(out, lineterminator="\n")
    written.writerow(names)
    written.writerows([["" if (cell := row.get(name)) is None else cell for name in names] for row in rows])
    return out.getvalue().encode("utf-8", "replace")


def _table(draw: np.random.Generator, folder: Path) -> Scenario:
    return _read(json.loads(seller()), folder, draw, change=lambda content: _bytes(_cells(content, draw), draw))


def _cells(content: bytes, draw: np.random.Generator) -> bytes:
    """A table with some cells, rows or columns changed."""
    rows = list(csv.reader(io.StringIO(content.decode())))
    for _ in range(int(draw.integers(0, 5))):
        i, j = int(draw.integers(len(rows))), int(draw.integers(len(rows[0])))
        if j < len(rows[i]):
            rows[i][j] = str(NASTY[int(draw.integers(len(NASTY)))])
    match int(draw.integers(6)):
        case 0:
            rows.append(list(rows[-1]))
        case 1:
            rows = [row[:-1] for row in rows]
        case 2:
            rows.insert(1, ["# notes"])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", delimiter=",;\t|"[int(draw.integers(4))]).writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


def _bytes(content: bytes, draw: np.random.Generator) -> bytes:
    """Bytes as a bad disk, another program or an enemy leaves them."""
    at, length = int(draw.integers(len(content))), int(draw.integers(1, 40))
    match int(draw.integers(12)):
        case 0:
            return content[:at] + draw.bytes(length) + content[at:]
        case 1:
            return content[:at] + content[at + length :]
        case 2:
            return content[:at]
        case 3:
            return content.decode("utf-8", "replace").encode("utf-16")
        case 4:
            return content.decode("utf-8", "replace").encode("gb18030", "replace")
        case 5:
            return content.decode("utf-8", "replace").encode("cp1252", "replace")
        case 6:
            return content[:at] + b"\0" + content[at:]
        case 7:
            return b"\xef\xbb\xbf" + content
    return content


def _broken(node: Any, draw: np.random.Generator) -> Any:
    """The tree with one part replaced, taken out, renamed or twice."""
    places = list(_places(node))
    holder, key = places[int(draw.integers(len(places)))]
    match int(draw.integers(6)):
        case 0:
            del holder[key]
        case 1 if isinstance(holder, dict):
            holder[f"{key}x"] = holder.pop(key)
        case 2 if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        case 3:
            other, name = places[int(draw.integers(len(places)))]
            holder[key] = copy.deepcopy(other.get(name) if isinstance(other, dict) else holder[key])
        case _:
            holder[key] = copy.deepcopy(NASTY[int(draw.integers(len(NASTY)))])
    return node


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    for key, child in list(node.items() if isinstance(node, dict) else enumerate(node)):
        yield node, key
        if isinstance(child, dict | list):
            yield from _places(child)


def _policy(draw: np.random.Generator, folder: Path) -> None:
    tree = _broken(as_stated(json.loads(seller())["policy"]), draw)
    (folder / "policy.yaml").write_bytes(_bytes(json.dumps(tree).encode(), draw))
    load_policy(folder / "policy.yaml")


def _quotes(draw: np.random.Generator, folder: Path) -> None:
    content = template_csv().encode()
    quotes_in(_bytes(_cells(content, draw), draw) if draw.integers(2) else _bytes(content, draw), "quotes.csv")


def _book(draw: np.random.Generator, folder: Path) -> Scenario:
    tree = json.loads(seller())
    rows = tree.pop("skus")
    if draw.integers(2):
        letters = "".join(draw.choice(list("AXFDZ"), int(draw.integers(1, 6))))
        content = hostile.workbook(hostile.cell(f"{letters}{int(10 ** draw.uniform(0, 12))}"))
    else:
        target = io.BytesIO()
        with xlsxwriter.Workbook(target) as book:
            sheet = book.add_worksheet("skus")
            for i, cells in enumerate(csv.reader(io.StringIO(_csv(rows).decode()))):
                sheet.write_row(i, 0, cells)
        content = _bytes(target.getvalue(), draw)
    (folder / "book.xlsx").write_bytes(content)
    tree["tables"] = {"skus": "book.xlsx"}
    (folder / "mutant.yaml").write_text(json.dumps(tree), "utf-8")
    return load_scenario(folder / "mutant.yaml")


_READ: dict[str, Callable[[np.random.Generator, Path], Scenario | None]] = {
    "scenario": _scenario,
    "table": _table,
    "policy": _policy,
    "quotes": _quotes,
    "book": _book,
}


def odd_figures(scenario: Scenario, replications: int = 2) -> list[str]:
    """What simulated years of a mutant that was read give that no year can: figures that are not finite, and units
    and quantities below nothing."""
    from warrantysim.experiment.simulate import simulate

    result = simulate(scenario, replications=replications, seed=1)
    wrong = [str(failure) for failure in result.failures]
    if result.complete:
        totals = result.totals
        figures = totals.select_dtypes("number")
        wrong += [f"{name} is not finite" for name in figures if not np.isfinite(figures[name]).all()]
        wrong += [f"{name} is below 0" for name in ("claims", "units") if name in figures and (figures[name] < 0).any()]
    return wrong
