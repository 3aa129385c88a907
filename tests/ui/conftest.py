"""Workspaces pages are opened in."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from uuid import uuid4

import pytest

from tests.ui.counting import confirmation, count, keep_hostile
from tests.ui.opening import fill
from warrantysim.store.stored_run import StoredRun
from warrantysim.ui.components import running

TESTS = Path(__file__).resolve().parents[1]
WORLDS = ("worlds.py", "experiment/tiny.py", "store/small.py", "ui/opening.py")
"""Files of tests that say what is kept."""


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read ahead while a test goes on; small studies take one process, as starting more takes longer."""
    monkeypatch.setenv("WARRANTYSIM_READ_AHEAD", "0")
    monkeypatch.setattr(running, "PROCESSES", 1)


@pytest.fixture(scope="session")
def kept(request: pytest.FixtureRequest) -> Path:
    """A workspace with finished runs, filled once for each state of the code that fills it; nobody writes into it."""
    sources = sorted((TESTS.parent / "warrantysim").rglob("*.py"))
    read = [path for path in sources if not {"ui", "cli", "locale"} & set(path.parts)]
    stated = hashlib.sha256(b"".join(path.read_bytes() for path in [*read, *(TESTS / name for name in WORLDS)]))
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


def _copied(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "workspace"
    shutil.copytree(source, folder)
    monkeypatch.setenv("WARRANTYSIM_WORKSPACE", str(folder))
    return folder


@pytest.fixture
def filled(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, the app's workspace in this test."""
    return _copied(kept, tmp_path, monkeypatch)


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace, the app's in this test."""
    folder = tmp_path / "workspace"
    monkeypatch.setenv("WARRANTYSIM_WORKSPACE", str(folder))
    return folder


@pytest.fixture(scope="module")
def once(request: pytest.FixtureRequest, kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small workspace, its confirming simulation counted as the module says in ``COUNTED``; nobody writes in it."""
    folder = tmp_path_factory.mktemp("counted") / "workspace"
    shutil.copytree(kept, folder)
    count(folder, confirmation(folder), request.module.COUNTED)
    return folder


@pytest.fixture
def counted(once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, the app's workspace in this test."""
    return _copied(once, tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def attacked_once(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    """A counted simulation whose names are an attack, in a workspace of its own; nobody writes in it."""
    return keep_hostile(tmp_path_factory.mktemp("attacked") / "workspace")


@pytest.fixture
def attacked(attacked_once: StoredRun, monkeypatch: pytest.MonkeyPatch) -> StoredRun:
    """The same, its workspace the app's in this test."""
    monkeypatch.setenv("WARRANTYSIM_WORKSPACE", str(attacked_once.folder.parents[1]))
    return attacked_once
