"""Everything that takes long tells how far it is, and can be stopped: the mechanism, held without a clock."""

from __future__ import annotations

import ast
from pathlib import Path

import pulp
import pytest

import warrantysim
from tests.experiment.tiny import SEED, roomy
from warrantysim.decision.asking import StageTimes
from warrantysim.decision.solver import solve
from warrantysim.experiment.pace import UNWATCHED, Cancelled, Pace, Watcher, looked_after, looking, progress_text
from warrantysim.experiment.simulate import run_replications
from warrantysim.studies.study import Work

ROOT = Path(warrantysim.__file__).parent


class Clock:
    """Seconds that pass when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def told(pace: Pace, lang: str = "en") -> str:
    return progress_text(*pace.shown, pace.left(), lang, pace.inner)  # type: ignore[arg-type]


def test_a_stage_is_named_as_soon_as_it_begins_and_has_share_and_time_left_as_soon_as_they_are_known() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.told("simulate", 0, 0)
    assert told(pace) == "simulating"
    pace.within(0, 30)
    assert told(pace) == "simulating: 0 of 30 (0 %)"
    clock.now = 4.0
    pace.told("simulate", 2, 30)
    assert told(pace) == "simulating: 2 of 30 (6 %), about 56 s left"
    clock.now = 10.0
    assert told(pace) == "simulating: 2 of 30 (6 %), about 50 s left"
    clock.now = 604.0
    pace.told("simulate", 4, 30)
    assert told(pace) == "simulating: 4 of 30 (13 %), about 65 min left"
    pace.told("simulate", 30, 30)
    assert told(pace) == "simulating: 30 of 30 (100 %)"


def test_the_time_of_another_stage_is_not_counted_and_a_stage_may_begin_again() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.told("learn", 5, 5)
    clock.now = 100.0
    pace.told("simulate", 0, 10)
    clock.now = 102.0
    pace.told("simulate", 1, 10)
    assert pace.left() == 18.0
    pace.told("simulate", 0, 10)
    clock.now = 103.0
    pace.told("simulate", 1, 10)
    assert pace.left() == 9.0


def test_a_long_step_is_told_by_its_replications() -> None:
    pace = Pace(Clock())
    pace.told("sweep", 1, 5)
    pace.within(3, 20)
    assert told(pace) == "positions simulated: 1 of 5 (20 %); this step 3 of 20, about 1 s left"
    pace.told("sweep", 2, 5)
    assert pace.inner is None


def test_a_study_announces_each_stage_and_its_workers_tell_of_every_replication() -> None:
    stages: list[tuple[str, int, int]] = []
    steps: list[tuple[int, int]] = []
    work = Work(SEED, progress=lambda *one: stages.append(one), within=lambda done, total: steps.append((done, total)))
    work.stage("simulate")
    run_replications(roomy(20), [roomy(20).policy], range(2), SEED, jobs=work.jobs)
    assert stages == [("simulate", 0, 0)]
    assert steps == [(0, 2), (1, 2), (2, 2)]
    StageTimes(lambda *one: stages.append(one))("solve")
    assert stages[1:] == [("solve", 0, 0)]


def test_who_can_be_given_workers_is_given_them_so_that_nothing_long_is_silent_or_deaf() -> None:
    """Whoever is asked for replications is handed the workers of the study: they tell of each, and hear of a stop."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in ROOT.rglob("*.py")}
    takes = {
        (".".join(["warrantysim", *path.relative_to(ROOT).with_suffix("").parts]), one.name): one.args
        for path, tree in trees.items()
        for one in tree.body
        if isinstance(one, ast.FunctionDef) and "jobs" in [a.arg for a in (*one.args.args, *one.args.kwonlyargs)]
    }
    assert ("warrantysim.experiment.workers", "results") in takes
    left_out = []
    for path, tree in trees.items():
        comes = {
            name.asname or name.name: (line.module, name.name)
            for line in ast.walk(tree)
            if isinstance(line, ast.ImportFrom)
            for name in line.names
        }
        functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]
        given = {id(call) for one in functions for call in ast.walk(one) for a in one.args.kwonlyargs + one.args.args
                 if isinstance(call, ast.Call) and ast.unparse(call.func) == a.arg}  # fmt: skip
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and id(call) not in given:
                taken = takes.get(comes.get(call.func.id, ("", "")))  # type: ignore[arg-type]
                if taken is None or any(word.arg in ("jobs", None) for word in call.keywords):
                    continue
                if "jobs" not in [a.arg for a in taken.args[: len(call.args)]]:
                    left_out.append(f"{path.relative_to(ROOT)}:{call.lineno}: {ast.unparse(call)[:60]}")
    assert not left_out


def knapsack(items: int = 40, rows: int = 12) -> pulp.LpProblem:
    """A program that takes some branching."""
    lp = pulp.LpProblem("knapsack", pulp.LpMinimize)
    picks = [lp.add_variable(f"x{i}", 0, 1, cat="Integer") for i in range(items)]
    lp += -pulp.lpSum((10 + i * 37 % 89) * x for i, x in enumerate(picks))
    for j in range(rows):
        weights = [5 + (i * 31 + j * 17 + i * j * 7) % 53 for i in range(items)]
        lp += pulp.lpSum(w * x for w, x in zip(weights, picks, strict=True)) <= sum(weights) // 3
    return lp


def test_a_solve_tells_how_far_its_gap_is_closed_and_never_takes_it_back() -> None:
    found: list[tuple[int, int]] = []
    look = Watcher(lambda done, total: found.append((done, total)), lambda: False)
    look.begins(0.001)
    for gap in (0.5, 0.1, 0.2, 0.01, 0.001, 0.0):
        look.gap(gap)
    assert found == [(0, 100), (25, 100), (62, 100), (100, 100)]
    found.clear()
    with looked_after(look):
        alike = solve(knapsack())
    assert found == sorted(found)
    assert len(found) > 1
    assert alike.objective == solve(knapsack()).objective


def test_a_solve_stops_when_asked_in_its_midst() -> None:
    asked: list[bool] = []

    def cancel() -> bool:
        asked.append(True)
        return len(asked) > 3

    with looked_after(Watcher(lambda done, total: None, cancel)), pytest.raises(Cancelled):
        solve(knapsack())
    assert looking() is UNWATCHED
