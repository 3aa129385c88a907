"""What all tests share: reproducible property tests, and where the shipped scenarios are."""

from __future__ import annotations

import hashlib
import marshal
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from tests.long import left_out, listed

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario

# The same examples on every machine: a red test is red for everybody. Deadlines would measure the machine.
settings.register_profile(
    "laws", derandomize=True, deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("laws")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def scenarios() -> Path:
    """The folder of shipped scenarios."""
    return ROOT / "scenarios"


@pytest.fixture(scope="session")
def base(scenarios: Path) -> Scenario:
    """The reference seller, read once: scenarios are immutable."""
    from warrantysim.files.loading import load_scenario

    return load_scenario(scenarios / "base.yaml")


AS_IN_USE = tuple(
    f"tests/{about}" for about in ("files/test_workbooks", "files/test_bad_input", "files/test_loading", "fuzz")
)
"""Tests of reading itself: each file is read each time, workbooks by a process of their own."""


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    """In other tests a shipped scenario is read once, as it is immutable, and a workbook by who asks for it: to start a
    process takes longer than to read it."""
    from warrantysim.files import loading, workbooks
    from warrantysim.schema.errors import ScenarioError

    known: dict[Any, Any] = {}
    load, apart = loading._load_as, workbooks._apart

    def in_use() -> bool:
        return os.environ.get("PYTEST_CURRENT_TEST", "").startswith(AS_IN_USE)

    def loaded(root: Any, path: Any, set: Sequence[str], policy: Any) -> Any:
        if set or policy or in_use() or not Path(path).resolve().is_relative_to(ROOT / "scenarios"):
            return load(root, path, set, policy)
        asked = root, str(path), Path.cwd()
        if asked not in known:
            known[asked] = load(root, path, set, policy)
        return known[asked]

    def read(content: bytes, path: Path, asked: dict[str, Any]) -> Any:
        if in_use():
            return apart(content, path, asked)
        try:
            answer: Any = True, workbooks._read(content, path.as_posix(), **asked)
        except ScenarioError as error:
            answer = False, [(p.path, p.message.clauses, p.where, p.rule) for p in error.problems]
        return workbooks._answered(marshal.dumps(answer))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "_load_as", loaded)
        patch.setattr(workbooks, "_apart", read)
        yield


WORLDS = ("worlds.py", "experiment/tiny.py", "store/small.py", "ui/opening.py")
"""Files of tests that say what is kept."""


@pytest.fixture(scope="session")
def kept(request: pytest.FixtureRequest) -> Path:
    """A workspace with finished runs, filled once for each state of the code that fills it; nobody writes into it."""
    from tests.ui.opening import fill

    tests = Path(__file__).parent
    sources = sorted((ROOT / "warrantysim").rglob("*.py"))
    read = [path for path in sources if not {"ui", "cli", "locale"} & set(path.parts)]
    stated = hashlib.sha256(b"".join(path.read_bytes() for path in [*read, *(tests / name for name in WORLDS)]))
    folder: Path = request.config.cache.mkdir("ui-workspaces") / stated.hexdigest()[:16]
    if not folder.exists():
        own = folder.with_name(f"{folder.name}.{uuid4().hex[:8]}")
        fill(own)
        # Into place as a whole: another process may be filling, too, and whoever is first is taken.
        try:
            own.rename(folder)
        except OSError:
            shutil.rmtree(own)
    return folder


def pytest_configure() -> None:
    """No test reads a text that was changed since it was compiled."""
    from warrantysim.locale.compiling import compile_catalogues

    compile_catalogues()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `long.csv` names."""
    list_ = listed()
    for item in items:
        if left_out(item.nodeid, list_):
            item.add_marker(pytest.mark.long)


FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def measured(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """To be told what was measured: a law that holds has a figure by which it holds, told at the end of a run."""
    return pytestconfig.stash.setdefault(FIGURES, []).append


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the figures."""
    for text in config.stash.get(FIGURES, []):
        terminalreporter.write_line(f"measured: {text}")
