"""``warrantysim app``: the workspace is filled where asked for, and what is served listens on this machine only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.store.small import asked
from warrantysim.cli import app, exits, main
from warrantysim.store import runs
from warrantysim.store.jobs import Jobs
from warrantysim.store.workspace import Workspace


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """What would have been served, and with which settings."""
    found: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(app, "serve_app", lambda command, setting: found.append((command, setting)) or exits.OK)
    return found


def small_demo(jobs: Jobs, folder: Path, **_: Any) -> list[Any]:
    """One quick run in place of the demo's."""
    assert (folder / "base.yaml").is_file()
    return [jobs.submit(asked(), label="demo")]


def test_it_listens_on_this_machine_and_reports_to_nobody(served: list[Any], tmp_path: Path) -> None:
    assert main(["app", "--workspace", str(tmp_path / "w"), "--port", "8599", "--quiet"]) == exits.OK
    ((command, setting),) = served
    stated = command[command.index("run") + 2 :]
    assert {"--server.address=127.0.0.1", "--server.port=8599", "--browser.gatherUsageStats=false"} <= set(stated)
    assert setting == {"WARRANTYSIM_WORKSPACE": str(tmp_path / "w")}


def test_the_demo_is_asked_for_and_served_at_once(
    served: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("warrantysim.ui.demo.ask_for_demo", small_demo)
    assert main(["app", "--demo", "--workspace", str(tmp_path / "w")]) == exits.OK
    assert len(served) == 1
    assert "http://127.0.0.1:8501" in capsys.readouterr().err
    home = Jobs(Workspace.at(tmp_path / "w"))
    assert [home.wait(job.id).state for job in home.listed()] == ["finished"]
    assert [run.label for run in runs.list_runs(home.workspace)] == ["demo"]


def test_a_missing_streamlit_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(app, "find_spec", lambda name: None)
    assert main(["app", "--workspace", str(tmp_path)]) == exits.USAGE
    assert "warrantysim[ui]" in capsys.readouterr().err
