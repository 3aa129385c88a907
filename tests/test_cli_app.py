"""``warrantysim app``: the workspace is filled where asked for, and what is served listens on this machine only."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.store.small import asked
from warrantysim.cli import app, exits, main
from warrantysim.packs import APP
from warrantysim.store import runs
from warrantysim.store.jobs import Jobs
from warrantysim.store.workspace import Workspace
from warrantysim.ui import __main__ as serving


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """What would have been served, and with which settings."""
    found: list[tuple[list[str], dict[str, str]]] = []

    def serve_app(command: list[str], setting: dict[str, str], meanwhile: Callable[[], None] | None = None) -> int:
        found.append((command, setting))
        if meanwhile is not None:
            meanwhile()
        return exits.OK

    monkeypatch.setattr(app, "serve_app", serve_app)
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


def test_what_serves_ends_with_the_command() -> None:
    """Also where the system asks the command to end, as a service manager does; its server would keep the port."""
    child = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    served_by = f"serve_app([sys.executable, '-c', {child!r}], {{}}, lambda: print(0, flush=True))"
    code = f"import sys; from warrantysim.cli.app import serve_app; sys.exit({served_by})"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        served = max(int(command.stdout.readline()), int(command.stdout.readline()))
        command.terminate()
        assert command.wait(30) == exits.OK
    with pytest.raises(ProcessLookupError):
        os.kill(served, 0)


def test_what_is_fetched_begins_where_the_app_does_lest_two_threads_import_it_from_two_ends() -> None:
    begun = [one.module for one in ast.walk(ast.parse(APP.read_text("utf-8"))) if isinstance(one, ast.ImportFrom)]
    assert begun == [serving.NEEDED[0]]


@pytest.mark.slow
def test_what_serves_fetches_what_the_first_page_imports() -> None:
    code = (
        "import sys; from warrantysim.ui import __main__ as serving; serving.fetch(); before = set(sys.modules);"
        "import warrantysim.ui.frame, warrantysim.ui.home; print(sorted(set(sys.modules) - before));"
        "print(all(name in before for name in serving.NEEDED))"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split("\n")
    assert said[:2] == ["[]", "True"]
    assert app.command_of(8501)[1:3] == ["-m", serving.__name__.rpartition(".")[0]]
