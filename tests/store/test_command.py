"""``warrantysim runs``: what is kept can be listed, shown, compared, reproduced and removed from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.experiment.tiny import plain
from tests.store.small import RESHIP, asked, simulated, workspace
from tests.store.test_runs import stored
from warrantysim.cli import exits, main
from warrantysim.store import runs
from warrantysim.store.inputs import Inputs
from warrantysim.store.jobs import Jobs
from warrantysim.store.saving import save

Captured = pytest.CaptureFixture[str]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace named by the setting, with one run of two rules."""
    monkeypatch.setenv("WARRANTYSIM_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.delenv("COLUMNS", raising=False)
    stored(tmp_path)
    return tmp_path


def said(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    code = main(["runs", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def told(capsys: Captured, *arguments: str) -> Any:
    """The same as JSON."""
    code, out, _ = said(capsys, *arguments, "--json")
    return code, json.loads(out)


def test_runs_are_listed_with_what_they_came_to(home: Path, capsys: Captured) -> None:
    code, out, err = said(capsys, "list")
    assert (code, err) == (exits.OK, "")
    assert "1 run in" in out
    assert "a label" in out
    assert "reship USD" in out
    assert "模拟" in said(capsys, "list", "--lang", "zh")[1]
    assert [run["label"] for run in told(capsys, "list")[1]["runs"]] == ["a label"]


def test_an_empty_workspace_says_how_to_begin(tmp_path: Path, capsys: Captured) -> None:
    code, out, _ = said(capsys, "list", "--workspace", str(tmp_path / "empty"))
    assert code == exits.OK
    assert "warrantysim runs start" in out


def test_a_run_is_shown_as_it_was_printed(home: Path, capsys: Captured) -> None:
    id = asked(policies=(RESHIP,)).id
    code, out, _ = said(capsys, "show", id[:5], "--out", str(home / "out"))
    assert code == exits.OK
    assert "COST BY CATEGORY" in out
    assert "a: 1 -> 2" in out
    assert (home / "out" / "cost_by_sku.csv").exists()
    assert told(capsys, "show", id)[1]["found"]["seed"] == 7


def test_two_runs_are_compared_on_the_same_luck(home: Path, capsys: Captured) -> None:
    late = Inputs.of(plain().replace(experience=plain().experience.replace(grace_days=3)), replications=3, seed=7)
    save(workspace(home), late, simulated(late))
    first = asked(policies=(RESHIP,)).id
    code, found = told(capsys, "diff", first, late.id)
    assert code == exits.OK
    assert [change["path"] for change in found["inputs"]] == ["experience.grace_days"]
    assert {row["measure"] for row in found["yearly"]} == {"cash", "expected", "stock", "total"}
    out = said(capsys, "diff", first, late.id)[1]
    assert "total USD" in out
    assert "the inputs are the same" in said(capsys, "diff", first, first)[1]


def test_runs_of_other_luck_are_not_paired(home: Path, capsys: Captured) -> None:
    save(workspace(home), asked(seed=8), simulated(asked(seed=8)))
    out = said(capsys, "diff", asked(policies=(RESHIP,)).id, asked(seed=8).id)[1]
    assert "cannot be paired: runs of different seeds" in out


def test_a_run_is_reproduced_to_the_last_bit(home: Path, capsys: Captured) -> None:
    code, out, _ = said(capsys, "reproduce", asked(policies=(RESHIP,)).id)
    assert code == exits.OK
    assert "to the last bit" in out


def test_a_run_that_cannot_be_reproduced_is_code_1(home: Path, capsys: Captured) -> None:
    save(workspace(home), asked(), simulated(asked(seed=8)))
    code, out, _ = said(capsys, "reproduce", asked().id)
    assert code == 1
    assert "NOT reproduced" in out
    assert "relative difference" in out
    assert told(capsys, "reproduce", asked().id)[1]["same"] is False


def test_runs_are_removed_all_or_none(home: Path, capsys: Captured) -> None:
    id = asked(policies=(RESHIP,)).id
    assert said(capsys, "rm", id, "nothing")[0] == exits.USAGE
    assert runs.find(workspace(home), id) is not None
    assert said(capsys, "rm", id[:4], id)[0] == exits.OK
    assert runs.list_runs(workspace(home)) == []


@pytest.mark.parametrize("action", ["show", "reproduce", "rm"])
def test_a_run_that_is_not_there_is_code_2(home: Path, capsys: Captured, action: str) -> None:
    code, _, err = said(capsys, action, "ffff")
    assert code == exits.USAGE
    assert "begins with 'ffff'" in err


def test_a_damaged_run_is_told_and_can_be_removed(home: Path, capsys: Captured) -> None:
    id = asked(policies=(RESHIP,)).id
    (home / "workspace" / "runs" / id / "results" / "costs.parquet").write_bytes(b"")
    code, _, err = said(capsys, "show", id)
    assert code == exits.BAD_INPUT
    assert "results/costs.parquet is not what was written" in err
    assert f"run {id} is damaged" in said(capsys, "list")[2]
    assert said(capsys, "rm", id)[0] == exits.OK


def test_a_run_whose_record_is_damaged_does_not_hide_the_others(home: Path, capsys: Captured) -> None:
    save(workspace(home), asked(), simulated(asked()))
    record = home / "workspace" / "runs" / asked().id / "record.json"
    record.write_bytes(record.read_bytes().replace(b"tiny", b"tinx"))
    code, out, _ = said(capsys, "list")
    assert code == exits.OK
    assert "damaged" in out
    assert "reship USD" in out


def test_a_workspace_that_cannot_be_used_is_code_2(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "file").write_text("", "ascii")
    code, _, err = said(capsys, "list", "--workspace", str(tmp_path / "file"))
    assert code == exits.USAGE
    assert "cannot be used" in err


def test_a_job_that_is_not_there_is_code_2(home: Path, capsys: Captured) -> None:
    assert said(capsys, "cancel", "nothing")[0] == exits.USAGE


def test_bad_input_is_told_before_anything_is_started(home: Path, capsys: Captured) -> None:
    base = str(ROOT / "scenarios" / "base.yaml")
    assert said(capsys, "start", base, "--set", "horizon.dayz=3")[0] == exits.BAD_INPUT
    assert told(capsys, "list")[1]["jobs"] == []


def test_a_study_is_started_with_the_options_of_its_command(
    home: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted: list[Any] = []

    def submit(_: Jobs, asked: Any, **about: Any) -> Any:
        submitted.append(asked)
        return Jobs(workspace(home)).attach(run.id) or SimpleNamespace(id="job", run_id=asked.id, state="queued")

    run = runs.list_runs(workspace(home))[0]
    monkeypatch.setattr(Jobs, "submit", submit)
    base = str(ROOT / "scenarios" / "base.yaml")
    for name in ("--study=sweep", "--study sweep"):
        words = [*name.split(), base, "--lever", "warranty", "--at", "180", "--replications", "3", "--detach"]
        assert said(capsys, "start", *words)[0] == exits.OK
    assert [(one.kind, dict(one.options)) for one in submitted] == [
        ("sweep", {"lever": "warranty", "at": [180.0], "replications": 3})
    ] * 2
    with pytest.raises(SystemExit):
        main(["runs", "start", "--study", "sweep", base])
    assert "--lever" in capsys.readouterr().err


@pytest.mark.slow
def test_a_run_is_started_followed_and_answered_from_the_store(home: Path, capsys: Captured) -> None:
    base = str(ROOT / "scenarios" / "base.yaml")
    code, out, err = said(capsys, "start", base, "--replications", "1", "--label", "quick")
    assert code == exits.OK
    assert "COST BY CATEGORY" in out
    assert "stored as" in err
    again = said(capsys, "start", base, "--replications", "1")
    assert again[1] == out
    assert "were run before" in again[2]
