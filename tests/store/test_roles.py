"""Every function that writes looks at the role itself: through a workspace for looking nothing can be changed."""

from __future__ import annotations

import ast
import datetime as dt
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.experiment.tiny import plain
from tests.store.small import RESHIP, asked, simulated
from tests.store.test_leftovers import OTHER, full
from tests.test_architecture import SOURCES, calls, module_name
from warrantysim.store import approvals, pins, runs, scenarios, uploads, versions
from warrantysim.store.jobs import Jobs, Request
from warrantysim.store.replications import FinishedReplications
from warrantysim.store.saving import save
from warrantysim.store.workspace import NotWritable, Workspace

Act = Callable[[Workspace, dict[str, object]], object]
TODAY = dt.date(2100, 1, 1)


def _saved(home: Workspace) -> object:
    inputs = asked(2, seed=3)
    return save(home, inputs, simulated(inputs))


ACTIONS: dict[str, Act] = {
    "approvals.draft": lambda h, k: approvals.draft(h, RESHIP, who="Wu"),
    "approvals.approve": lambda h, k: approvals.approve(h, int(str(k["draft"])), who="Wu"),
    "approvals.withdraw": lambda h, k: approvals.withdraw(h, int(str(k["draft"])), who="Wu"),
    "approvals.put_in_force": lambda h, k: approvals.put_in_force(h, int(str(k["draft"])), TODAY, who="Wu"),
    "jobs.submit": lambda h, k: Jobs(h, 1).submit(asked(4)),
    "jobs.resume": lambda h, k: Jobs(h, 1).resume(str(k["waiting"])),
    "jobs.first": lambda h, k: Jobs(h, 1).first(str(k["waiting"])),
    "jobs.cancel": lambda h, k: Jobs(h, 1).cancel(str(k["waiting"])),
    "jobs.keep": lambda h, k: Jobs(h, 1).keep(str(k["waiting"])),
    "pins.pin": lambda h, k: pins.pin(h, ["other"]),
    "runs.remove": lambda h, k: runs.remove(h, str(k["run"])),
    "runs.index": lambda h, k: runs.index(h, [runs.find_run(h, str(k["run"]))], "Wu"),
    "saving.save": lambda h, k: _saved(h),
    "scenarios.keep_scenario": lambda h, k: scenarios.keep_scenario(h, "new", plain()),
    "uploads.keep_upload": lambda h, k: uploads.keep_upload(h, "new", {"a.csv": b"a"}),
    "versions.keep_version": lambda h, k: versions.keep_version(h, "scenario", "new", "0", lambda _: None),
    "replications.keep": lambda h, k: FinishedReplications(h, "x").keep(0, []),
    "replications.drop": lambda h, k: FinishedReplications(h, asked(2).id).drop(),
}
"""Every action that writes, by its function."""
NO_ACTION = {
    "saving.save_study": "as `saving.save`: both write by the one function below them",
    "deciding.kept_simulation": "keeps the confirming simulation, in a worker",
    "replications.growing": "writes by `replications.keep`",
    "replications.read": "removes what is damaged, in a worker",
    "runs.list_runs": "enters what it finds only where it may; held below",
    "jobs.tend": "what the system does by itself, whoever looks",
    "jobs.poll": "looks, after `jobs.tend`",
    "jobs.wait": "looks, after `jobs.tend`",
    "workspace.at": "opens; for whoever runs the server",
}
"""What writes and is no action of a person."""


def writers() -> set[str]:
    """Functions of the store that write: they ask for the workspace's writing side, or call what does."""
    reached: dict[str, set[str]] = {}
    found: set[str] = set()
    for path in SOURCES:
        room, _, module = module_name(path).removeprefix("warrantysim.").partition(".")
        if room != "store" or module in {"worker", "progress", "database", "atomic"}:
            continue  # The worker's side: no person reaches it.
        tree = ast.parse(path.read_text("utf-8"))
        brought = {
            alias.asname or alias.name: f"{(node.module or '').rpartition('.')[2]}.{alias.name}"
            for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
        }  # fmt: skip
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                name = f"{module}.{node.name}"
                if any(mark in ast.unparse(node) for mark in (".writing()", ".scratch", ".must_write()")):
                    found.add(name)
                for _, called in calls(ast.Module([node], [])):
                    own = called.removeprefix("self.")
                    reached.setdefault(name, set()).add(
                        brought.get(called, called if "." in own else f"{module}.{own}")
                    )
    while more := {name for name, called in reached.items() if called & found} - found:
        found |= more
    return {name for name in found if not name.partition(".")[2].startswith("_")}


def test_every_function_that_writes_is_on_the_list() -> None:
    properties = {"workspace.scratch", "workspace.writing", "workspace.must_write"}
    unknown = writers() - set(ACTIONS) - set(NO_ACTION) - properties
    assert unknown == set(), "new actions that write: enter them above"
    assert set(ACTIONS) <= writers()


def state(home: Workspace) -> list[str]:
    """All that is kept."""
    with sqlite3.connect(home.database) as db:
        rows = list(db.iterdump())
    return sorted([*rows, *(str(path) for path in home.folder.rglob("*") if path.parent != home.folder)])


@pytest.mark.parametrize("name", ACTIONS)
def test_whoever_may_only_look_changes_nothing(name: str, tmp_path: Path) -> None:
    home = Workspace.at(tmp_path / "workspace")
    kept = full(home)
    with home.writing() as db:
        db.execute(OTHER.replace("'other'", "'w'").replace("'lost'", "'queued'"))
    (home.jobs / "w").mkdir()
    (home.jobs / "w" / "request.json").write_bytes((next(home.runs.iterdir()) / "asked.json").read_bytes())
    kept["waiting"] = "w"
    before = state(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Jobs, "tend", lambda _: None)
        patch.setattr(Jobs, "request", lambda *_: Request(asked(9)))
        with pytest.raises(NotWritable, match="only look"):
            ACTIONS[name](home.for_looking(), kept)
    assert state(home) == before
    assert home.for_looking().for_looking() == home.for_looking()
    assert home.for_looking().own == home


def test_a_list_of_runs_is_the_same_for_whoever_looks_and_enters_nothing(tmp_path: Path) -> None:
    home = Workspace.at(tmp_path / "workspace")
    kept = full(home)
    with home.writing() as db:
        db.execute("DELETE FROM runs")
    before = state(home)
    assert [run.id for run in runs.list_runs(home.for_looking())] == [kept["run"]]
    assert state(home) == before
