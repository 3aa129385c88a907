"""Workspaces pages are opened in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from tests.store.small import worked_here
from tests.ui.counting import confirmation, count, keep_hostile
from warrantysim.store.stored_run import StoredRun
from warrantysim.ui.components import running


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read ahead while a test goes on; small studies take one process, as starting more takes longer.

    Nor is every installed package asked, each time a page is opened, whether it brings components for Streamlit.
    """
    monkeypatch.setenv("WARRANTYSIM_READ_AHEAD", "0")
    monkeypatch.setattr(running, "PROCESSES", 1)
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)
    # Whoever comes has no cookie; the client that Streamlit's tests pretend answers everything.
    monkeypatch.setattr("streamlit.runtime.context._get_client_context", lambda: None)


@pytest.fixture(autouse=True)
def at_once(request: pytest.FixtureRequest) -> Iterator[None]:
    """Jobs are worked on by the page that asks for them, unless a test asks for ``workers``."""
    if "workers" in request.fixturenames:
        yield
    else:
        with worked_here():
            yield


@pytest.fixture
def workers() -> None:
    """Processes of their own work on jobs, as in the app."""


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
