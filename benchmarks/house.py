"""``make house``: how large the house is, how its files lean on each other, and how often one thing is told.

``python -m benchmarks.house [FOLDER] [--places N] [--seed N] [--json]``. Everything is read from the sources alone.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import random
import sys
import tokenize
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median

PACKAGE = "warrantysim"
PRESENTATION = ("report", "present", "locale", "ui", "cli")
"""Rooms that show answers."""
STORE = "store"
"""A room of which the modules that know answers show them too."""
ANSWERS = ("decision", "analysis", "studies", "report", "present")
"""Rooms where answers come from."""
STUDIES = ("quotes", "compare", "breakeven", "sensitivity", "simplify", "sweep")
"""Questions by the name they have on the command line."""
DISPOSITIONS = frozenset({"refund", "reship", "repair_local", "test_and_swap", "return_china"})
ALSO_COSTS = frozenset({"refund"})
"""Dispositions whose name is that of a cost too: as a text alone it names none."""


@dataclass(frozen=True)
class Wanted:
    """A measure with its figure at commit a9220b4, before the rebuilding, and the one that is wanted."""

    title: str
    before: float | None = None
    wanted: float | None = None
    unit: str = ""


MEASURES = {
    "lines": Wanted("lines", 65_612, 45_000),
    "code_lines": Wanted("lines of code", 46_329),
    "modules": Wanted("modules", 526, 330),
    "functions": Wanted("functions and methods", 3_228),
    "classes": Wanted("classes", 409),
    "median_module": Wanted("lines of the median module", 112.5),
    "longest_module": Wanted("lines of the longest module", 296),
    "presentation_lines": Wanted("lines that show answers", 29_822),
    "presentation_share": Wanted("share of lines that show answers", 45.5, None, " %"),
    "one_sibling": Wanted("modules imported by exactly one sibling", 123, 30),
    "naming_dispositions": Wanted("files that name a disposition", 45, 15),
    "names_twice": Wanted("names defined in more than one module", 97, 20),
    "text_lines": Wanted("lines of texts as Python dictionaries", 4_713, 0),
    "text_modules": Wanted("modules with such texts", 43, 0),
    "files_a_study": Wanted("files that know a study, median of all", 18.5, 2),
}
"""What is measured."""


@dataclass(frozen=True)
class Module:
    """A source file."""

    name: str
    """Dotted."""
    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The folder below the package; '' for the package itself."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 2 or (len(parts) == 2 and self.path.stem == "__init__") else ""

    @property
    def folder(self) -> str:
        """Dotted name of the package it lies in."""
        return self.name if self.path.stem == "__init__" else self.name.rpartition(".")[0]

    @property
    def lines(self) -> int:
        """Lines, blank ones too."""
        return len(self.text.splitlines())


class House:
    """All modules of a package."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.modules = [
            Module(_dotted(path.relative_to(root)), path, path.read_text("utf-8"))
            for path in sorted((root / PACKAGE).rglob("*.py"))
        ]

    def measured(self) -> dict[str, float]:
        """Every measure by key."""
        lines = sum(m.lines for m in self.modules)
        shown = sum(m.lines for m in self.modules if self.shows(m))
        texts = {m.name: found for m in self.modules if (found := text_lines(m.tree))}
        kinds = Counter(type(node) for m in self.modules for node in ast.walk(m.tree))
        return {
            "lines": lines,
            "code_lines": sum(code_lines(m) for m in self.modules),
            "modules": len(self.modules),
            "functions": kinds[ast.FunctionDef] + kinds[ast.AsyncFunctionDef],
            "classes": kinds[ast.ClassDef],
            "median_module": median(m.lines for m in self.modules),
            "longest_module": max(m.lines for m in self.modules),
            "presentation_lines": shown,
            "presentation_share": round(100 * shown / lines, 1),
            "one_sibling": len(self.one_sibling()),
            "naming_dispositions": len(self.naming_dispositions()),
            "names_twice": len(self.names_twice()),
            "text_lines": sum(texts.values()),
            "text_modules": len(texts),
            "files_a_study": median(map(len, self.files_a_study().values())),
        }

    def shows(self, module: Module) -> bool:
        """Whether a module shows answers: those of the upper rooms, and those of the store that know answers."""
        if module.room == STORE:
            return any(name.split(".")[1:2] and name.split(".")[1] in ANSWERS for name in self.imports[module.name])
        return module.room in PRESENTATION

    @cached_property
    def imports(self) -> dict[str, set[str]]:
        """The modules of the package that each one imports, anywhere in its text."""
        known = {m.name for m in self.modules}
        return {m.name: set(_imported(m, known)) - {m.name} for m in self.modules}

    def one_sibling(self) -> list[str]:
        """Modules imported by exactly one other, which lies in the same folder."""
        folders = {m.name: m.folder for m in self.modules}
        importers: dict[str, list[str]] = defaultdict(list)
        for name, there in self.imports.items():
            for one in there:
                importers[one].append(name)
        return sorted(
            m.name
            for m in self.modules
            if m.path.stem != "__init__"
            and len(importers[m.name]) == 1
            and folders[importers[m.name][0]] == folders[m.name]
        )

    def naming_dispositions(self) -> list[str]:
        """Modules that name a disposition, as a member of an enumeration or as a text."""
        members = {name for m in self.modules for name in _members(m.tree)}
        return sorted(m.name for m in self.modules if any(_disposition_names(m.tree, members)))

    def names_twice(self) -> dict[str, list[str]]:
        """Public functions and classes that several modules define, each with these modules."""
        where: dict[str, list[str]] = defaultdict(list)
        for m in self.modules:
            for name in sorted(set(defined(m.tree))):
                where[name].append(m.name)
        return {name: modules for name, modules in sorted(where.items()) if len(modules) > 1}

    def files_a_study(self) -> dict[str, list[str]]:
        """Modules that know a study by its name: in their own name, a text, or what they import."""
        return {study: sorted(m.name for m in self.modules if study in _words(m)) for study in STUDIES}

    def places(self, count: int, seed: int) -> list[str]:
        """Functions and classes picked at random, each with its file and line."""
        all_of_them = [
            f"{m.path.relative_to(self.root).as_posix()}:{node.lineno} {node.name}"
            for m in self.modules
            for node in ast.walk(m.tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        ]
        return random.Random(seed).sample(all_of_them, min(count, len(all_of_them)))


def defined(tree: ast.Module) -> Iterator[str]:
    """Public functions and classes a module defines at its top."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name


def text_lines(tree: ast.Module) -> int:
    """Lines of dictionaries whose values are texts in two languages."""
    spans = [
        (node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict) and node.values and 2 * sum(map(_pair, node.values)) > len(node.values)
    ]
    return len({line for first, last in spans for line in range(first, last + 1)})


def code_lines(module: Module) -> int:
    """Lines with code: no blank ones, comments or docstrings."""
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    code = {n for t in tokens if t.type not in skipped for n in range(t.start[0], t.end[0] + 1)}
    alone = (node for node in ast.walk(module.tree) if isinstance(node, ast.Expr) and _text(node.value))
    texts = {n for node in alone for n in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    return len(code - texts)


def _pair(value: ast.expr) -> bool:
    if isinstance(value, ast.Tuple):
        return len(value.elts) == 2 and all(map(_text, value.elts))
    if isinstance(value, ast.Dict):
        return {key.value for key in value.keys if isinstance(key, ast.Constant)} == {"en", "zh"}
    return False


def _text(value: ast.expr) -> bool:
    return isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and isinstance(value.value, str))


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(module: Module, known: set[str]) -> Iterator[str]:
    for node in ast.walk(module.tree):
        names: Iterable[str] = ()
        if isinstance(node, ast.Import):
            names = (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = (node.value,)  # The module of a command, imported when it runs.
        for name in names:
            if name in known:
                yield name
            elif name.rpartition(".")[0] in known and not isinstance(node, ast.Constant):
                yield name.rpartition(".")[0]


def _members(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            names = {t.id for s in node.body if isinstance(s, ast.Assign) for t in s.targets if isinstance(t, ast.Name)}
            if len({name.lower() for name in names} & DISPOSITIONS) > 1:
                yield from (f"{node.name}.{name}" for name in names if name.lower() in DISPOSITIONS)


def _disposition_names(tree: ast.Module, members: set[str]) -> Iterator[str]:
    short = {member.rpartition(".")[2] for member in members}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and f"{_last(node.value)}.{node.attr}" in members:
            yield node.attr
        elif isinstance(node, ast.Name) and node.id in short:
            yield node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ({node.value, node.value.rpartition(".")[2]} & (DISPOSITIONS - ALSO_COSTS))


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _words(module: Module) -> set[str]:
    words = set(module.name.replace("_", ".").split("."))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            words |= set(node.module.replace("_", ".").split("."))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.add(node.value.partition(".")[0])
    return words


def table(found: Mapping[str, float]) -> str:
    """The measures beside what they were and what is wanted."""
    rows: list[tuple[str, ...]] = [("measure", "now", "before", "wanted")]
    for key, measure in MEASURES.items():
        figures = (found[key], measure.before, measure.wanted)
        rows.append((measure.title, *("" if x is None else f"{x:,.10g}{measure.unit}" for x in figures)))
    widths = [max(len(row[k]) for row in rows) for k in range(4)]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join("  ".join([f"{row[0]:<{widths[0]}}", *map(str.rjust, row[1:], widths[1:])]) for row in rows)


def main() -> int:
    """Print the measures, what is behind some of them, and places for a reader's test."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.house", description=(__doc__ or "").splitlines()[0])
    asked.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parents[1])
    asked.add_argument(
        "--places", type=int, default=10, metavar="N", help="places to say in one sentence what it is for"
    )
    asked.add_argument("--seed", type=int, default=1, help="seed of the places")
    asked.add_argument("--names", action="store_true", help="also list what was counted")
    asked.add_argument("--json", action="store_true", help="figures as JSON")
    options = asked.parse_args()
    house = House(options.folder)
    found = house.measured()
    if options.json:
        print(json.dumps(found, indent=1))
        return 0
    print(table(found))
    print("\nlines of each room: " + ", ".join(f"{room or PACKAGE} {n:,}" for room, n in rooms(house).items()))
    print("files that know a study: " + ", ".join(f"{s} {len(files)}" for s, files in house.files_a_study().items()))
    if options.names:
        print("\nimported by exactly one sibling:", *house.one_sibling(), sep="\n  ")
        print("\nnaming a disposition:", *house.naming_dispositions(), sep="\n  ")
        print("\ndefined in more than one module:")
        print(*(f"  {name}: {', '.join(where)}" for name, where in house.names_twice().items()), sep="\n")
    print(f"\n{options.places} places picked at random (seed {options.seed}):")
    print(*(f"  {place}" for place in house.places(options.places, options.seed)), sep="\n")
    return 0


def rooms(house: House) -> dict[str, int]:
    """Lines of each room, largest first."""
    counted: Counter[str] = Counter()
    for module in house.modules:
        counted[module.room] += module.lines
    return dict(counted.most_common())


if __name__ == "__main__":
    sys.exit(main())
