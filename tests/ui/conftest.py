"""Workspaces pages are opened in."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.ui.opening import fill


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with finished runs, filled once; nobody writes into it."""
    folder = tmp_path_factory.mktemp("kept") / "workspace"
    fill(folder)
    return folder


@pytest.fixture
def filled(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, the app's workspace in this test."""
    folder = tmp_path / "workspace"
    shutil.copytree(kept, folder)
    monkeypatch.setenv("WARRANTYSIM_WORKSPACE", str(folder))
    return folder


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace, the app's in this test."""
    folder = tmp_path / "workspace"
    monkeypatch.setenv("WARRANTYSIM_WORKSPACE", str(folder))
    return folder
