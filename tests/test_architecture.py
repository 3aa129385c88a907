"""The house holds its shape: who may import whom, how long a file may be, what is documented, what starts fast.

Each law is a function from a module's source to the sentences it breaks, so that every law is first shown to fail
on a line that breaks it.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "warrantysim"

ROOMS = (
    "locale",
    "packs",
    "schema",
    "files",
    "claims",
    "journeys",
    "money",
    "experiment",
    "decision",
    "fitting",
    "analysis",
    "report",
    "present",
    "promise",
    "studies",
    "store",
    "ui",
    "cli",
)
"""Ground floor first: a room may import the rooms before it, never one after it."""

FRAMES = ("experiment", "decision", "analysis", "report", "present", "promise", "studies", "store", "ui", "cli")
THIRD_PARTIES: dict[str, tuple[str, ...]] = {
    # The event loop; one idea a file: benches, stock, batches, where they are, claims yet to open, the journey itself.
    "simpy": tuple(f"journeys.{name}" for name in ("gates", "stock", "resources", "events")),
    # The program whole, and as its decomposition: master and closing program.
    "pulp": ("decision.program", "decision.solver", "decision.master", "decision.branching"),
    "highspy": ("decision.program", "decision.solver"),
    "streamlit": ("ui", "app"),
    "pandas": ("files.importers", "files.books", "fitting", *FRAMES),
    "scipy": ("claims", "journeys", "experiment", "fitting", "analysis", "decision"),
    "loky": ("experiment.workers",),
    "distributed": ("experiment.cluster",),
    "SALib": ("studies.sensitivity",),
    "altair": ("report",),
    "vl_convert": ("report", "promise.document"),
    "xlsxwriter": ("report", "present", "studies.decide"),
    "jinja2": ("present.html", "promise.document_files"),
    "markupsafe": ("present.html", "promise.document_files"),
    "pyarrow": ("files.importers", "files.books", "store", "cli"),
    "sqlite3": ("store",),
    "python_calamine": ("files",),
    "pydantic": ("schema", "files", "studies"),
    "pydantic_core": ("schema",),
    "yaml": ("files",),
    "babel": ("locale.compiling", "promise.texts"),
    "docx": ("promise.document_files",),
    "typst": ("promise.document_files",),
    "segno": ("promise.pictures",),
    "numpy": ROOMS,
}
"""Rooms, or modules of a room, that may import a third party. What is not listed may be imported nowhere."""

COLUMN_ROOMS = ("claims", "journeys", "money")
"""Rooms that work on columns and know no files."""
FILE_MODULES = frozenset({"csv", "io", "json", "pathlib", "shutil", "tempfile"})

MAY_PRINT = ("cli", "report")
LONGEST_MODULE = 450
"""Lines; there is no list of exceptions."""

LEGACY_RANDOM = re.compile(r"^(numpy|np)\.random\.(?!Generator|Philox|PCG64|SeedSequence|BitGenerator)")
CLOCKS = frozenset({"datetime.now", "datetime.today", "date.today", "datetime.utcnow", "dt.date.today", "time.time"})
CLOCKLESS = ("schema", "files", "claims", "journeys", "money", "experiment", "decision", "fitting", "analysis")

Law = Callable[[str, ast.Module], Iterator[str]]


def room_of(module: str) -> str:
    """``warrantysim.money.price`` -> ``money``; the package's own front door is '' and may open onto any room."""
    parts = module.split(".")
    return "" if module == PACKAGE or parts[-1] in {"__main__", "version"} else parts[1] if len(parts) > 1 else parts[0]


@lru_cache(maxsize=1)
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """What laws look at in a module: imports and calls, at any depth; the laws of one module walk it once."""
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom | ast.Call))


def imported(module: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Absolute dotted names of everything a module imports, at any depth, also by ``import_module("...")``."""
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*module.split(".")[: -node.level], *filter(None, [base])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and dotted(node.func).endswith("import_module") and node.args:
            target = node.args[0]
            if isinstance(target, ast.Constant) and isinstance(target.value, str):
                yield node.lineno, target.value


def rooms_import_downwards(module: str, tree: ast.Module) -> Iterator[str]:
    room = room_of(module)
    if room not in ROOMS:
        return
    for line, name in imported(module, tree):
        parts = name.split(".")
        if parts[0] == PACKAGE and len(parts) > 1 and parts[1] in ROOMS and ROOMS.index(parts[1]) > ROOMS.index(room):
            yield f"{module}:{line} imports {name}: {room} stands below {parts[1]}"


def third_parties_stay_in_their_rooms(module: str, tree: ast.Module) -> Iterator[str]:
    place = module.removeprefix(f"{PACKAGE}.")
    for line, name in imported(module, tree):
        top = name.split(".")[0]
        if top == PACKAGE or (top in sys.stdlib_module_names and top not in THIRD_PARTIES):
            continue
        if top not in THIRD_PARTIES:
            yield f"{module}:{line} imports {top}, which is in no row of the table of third parties"
        elif not any(place == home or place.startswith(f"{home}.") for home in THIRD_PARTIES[top]):
            yield f"{module}:{line} imports {top}, which belongs in {', '.join(THIRD_PARTIES[top])}"


def column_rooms_know_no_files(module: str, tree: ast.Module) -> Iterator[str]:
    if room_of(module) not in COLUMN_ROOMS:
        return
    for line, name in imported(module, tree):
        if name.split(".")[0] in FILE_MODULES:
            yield f"{module}:{line} imports {name}, but {room_of(module)} knows no files"
    for line, name in calls(tree):
        if name == "open":
            yield f"{module}:{line} opens a file, but {room_of(module)} knows no files"


def calls(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every call."""
    return ((n.lineno, dotted(n.func)) for n in nodes(tree) if isinstance(n, ast.Call))


def dotted(called: ast.expr) -> str:
    """The name of what is called, ``...`` for what has none: writing whole expressions takes ten times as long."""
    match called:
        case ast.Name():
            return called.id
        case ast.Attribute():
            return f"{dotted(called.value)}.{called.attr}"
    return "..."


def only_the_surface_prints(module: str, tree: ast.Module) -> Iterator[str]:
    if room_of(module) in MAY_PRINT:
        return
    for line, name in calls(tree):
        if name in {"print", "pprint", "logging.basicConfig", "sys.stdout.write", "sys.stderr.write"}:
            yield f"{module}:{line} calls {name}"


def randomness_is_keyed_and_time_is_passed(module: str, tree: ast.Module) -> Iterator[str]:
    for line, name in imported(module, tree):
        if name.split(".")[0] == "random":
            yield f"{module}:{line} imports the global generator of {name}"
    for line, name in calls(tree):
        # `hash` of a text differs from process to process; a `__hash__` of the vocabulary is another matter.
        if LEGACY_RANDOM.match(name) or name.endswith(".spawn") or (name == "hash" and room_of(module) != "schema"):
            yield f"{module}:{line} calls {name}: draws are keyed"
        if name in CLOCKS and room_of(module) in CLOCKLESS:
            yield f"{module}:{line} calls {name}: results know no clock"


def everything_public_is_documented(module: str, tree: ast.Module) -> Iterator[str]:
    if ast.get_docstring(tree) is None:
        yield f"{module} has no docstring"
    yield from _undocumented(module, tree)


def _undocumented(place: str, node: ast.Module | ast.ClassDef) -> Iterator[str]:
    for child in node.body:
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or child.name.startswith("_"):
            continue
        decorators = {ast.unparse(d).split("(")[0].split(".")[-1] for d in child.decorator_list}
        if ast.get_docstring(child) is None and not decorators & {"overload", "override", "setter"}:
            yield f"{place}:{child.lineno} {child.name} has no docstring"
        if isinstance(child, ast.ClassDef):
            yield from _undocumented(place, child)


LAWS: dict[Law, tuple[str, str]] = {
    rooms_import_downwards: (f"{PACKAGE}.journeys.solo", f"def f():\n    from {PACKAGE}.money import price"),
    third_parties_stay_in_their_rooms: (f"{PACKAGE}.money.price", "import pandas as pd"),
    column_rooms_know_no_files: (f"{PACKAGE}.claims.births", "rows = open('sales.csv').read()"),
    only_the_surface_prints: (f"{PACKAGE}.decision.loop", "def f():\n    print('still solving')"),
    randomness_is_keyed_and_time_is_passed: (f"{PACKAGE}.claims.births", "x = np.random.normal(size=3)"),
    everything_public_is_documented: (f"{PACKAGE}.money.fx", '"""FX."""\nclass Fx:\n    def rate(self): ...'),
}
"""Each law with a module and a line of it that the law must catch."""

SOURCES = sorted((ROOT / PACKAGE).rglob("*.py")) + [p for p in [ROOT / "app.py"] if p.exists()]


def module_name(path: Path) -> str:
    """Dotted name of a source file of the project."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_each_law_catches_the_line_that_breaks_it(law: Law) -> None:
    module, source = LAWS[law]
    assert list(law(module, ast.parse(source)))


@cache
def broken() -> dict[Law, list[str]]:
    """What breaks each law, every module parsed once."""
    found: dict[Law, list[str]] = {law: [] for law in LAWS}
    for path in SOURCES:
        module, tree = module_name(path), ast.parse(path.read_text("utf-8"))
        for law, faults in found.items():
            faults.extend(law(module, tree))
    return found


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_every_module_keeps_the_law(law: Law) -> None:
    assert not broken()[law], "\n".join(broken()[law])


@pytest.mark.parametrize(
    ("module", "line"),
    [
        (f"{PACKAGE}.schema.clock", "from ..journeys import records"),  # relative imports are resolved
        (f"{PACKAGE}.claims.births", f"import {PACKAGE}.cli"),
        (f"{PACKAGE}.decision.loop", f"import_module('{PACKAGE}.ui.pages')"),
        (f"{PACKAGE}.journeys.solo", f"from {PACKAGE} import money"),
    ],
)
def test_an_import_upwards_is_found_however_it_is_written(module: str, line: str) -> None:
    assert list(rooms_import_downwards(module, ast.parse(line)))


def test_money_may_read_records_and_anyone_the_scenario() -> None:
    allowed = f"from {PACKAGE}.journeys.records import Run\nfrom {PACKAGE}.schema.clock import Clock"
    assert not list(rooms_import_downwards(f"{PACKAGE}.money.price", ast.parse(allowed)))


def test_every_folder_and_module_of_the_package_belongs_to_a_room() -> None:
    known = {*ROOMS, "__init__", "__main__", "version"}
    found = {path.relative_to(ROOT / PACKAGE).parts[0].removesuffix(".py") for path in (ROOT / PACKAGE).rglob("*.py")}
    assert found <= known


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    lengths = {module_name(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert not {name: n for name, n in lengths.items() if n > LONGEST_MODULE}


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "helper", "manager", "data", "info", "common", "misc"}
    assert not [path for path in SOURCES if path.stem in drawers]


def modules_loaded_by(statement: str) -> set[str]:
    """Names of the modules a fresh interpreter loads for a statement."""
    command = [sys.executable, "-X", "importtime", "-c", statement]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.count("|") == 2}


def test_importing_the_package_loads_no_third_party() -> None:
    loaded = {name.split(".")[0] for name in modules_loaded_by(f"import {PACKAGE}")}
    assert PACKAGE in loaded
    assert not loaded & (set(THIRD_PARTIES) | {"numpy"})


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    loaded = modules_loaded_by(f"import {PACKAGE}.cli")
    assert f"{PACKAGE}.cli" in loaded
    heavy = {
        "pandas",
        "scipy.stats",
        "streamlit",
        "pulp",
        "highspy",
        "pydantic",
        "simpy",
        "pyarrow",
        "loky",
        "distributed",
        "altair",
    }
    assert not loaded & heavy
