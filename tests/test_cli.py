"""The command line: results on one stream, messages on the other, a code for every end, and never a traceback."""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.report.results import result
from warrantysim.cli import COMMANDS, exits, main
from warrantysim.cli.console import Console
from warrantysim.cli.parser import parser
from warrantysim.packs import REFERENCE, SCENARIOS
from warrantysim.schema.root import Scenario

ROOT = Path(__file__).resolve().parents[1]
BASE = "scenarios/base.yaml"
ALL_HOME = "scenarios/policies/all-home.yaml"

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def at_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands name files from the project's folder, at a width of their own."""
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture
def engine(base: Scenario, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The simulation replaced by one whose result is known; what it was asked for is in the dictionary."""
    asked: dict[str, Any] = {"costs": [[900.0, 1000.0, 1100.0], [800.0, 899.0, 1001.0]], "failed": ()}

    def simulated(scenario: Scenario, policies: Any, *, progress: Callable[[int, int], None], **given: Any) -> Any:
        asked.update(given, scenario=scenario, policies=policies)
        progress(1, 3)
        progress(3, 3)
        found = result(scenario, asked["costs"][: len(policies)], policies, asked["failed"])
        return replace(found, cancelled=asked.get("cancelled", False))

    monkeypatch.setattr("warrantysim.experiment.simulate.simulate", simulated)
    return asked


def heavy_modules(statement: str) -> set[str]:
    """Heavy libraries a fresh interpreter loads for a statement."""
    command = [sys.executable, "-X", "importtime", "-c", statement]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    loaded = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if line.count("|") == 2}
    assert "warrantysim.cli" in loaded
    heavy = {"numpy", "pandas", "scipy", "pulp", "highspy", "pydantic", "simpy", "pyarrow", "loky", "yaml", "altair"}
    return heavy & {name.split(".")[0] for name in loaded}


def test_help_is_there_at_once_because_nothing_heavy_is_loaded_for_it() -> None:
    assert heavy_modules("from warrantysim.cli import main; main(['--help'])") == set()
    assert "pydantic" in heavy_modules(f"from warrantysim.cli import main; main(['validate', {BASE!r}])")


def test_what_answers_are_told_with_is_loaded_while_others_do_the_work() -> None:
    asks = "from warrantysim.cli import studies; from argparse import Namespace as N; import threading as t; "
    waits = "studies.workers(N(cluster=None, jobs={})); [one.join() for one in t.enumerate() if one.daemon]"
    assert "pandas" in heavy_modules((asks + waits).format(2))
    assert "pandas" not in heavy_modules((asks + waits).format(1))


def test_help_states_every_exit_code_and_every_command(capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for code, meaning in exits.MEANINGS.items():
        assert f"{code:>3}  {meaning}" in text
    assert all(re.search(rf"^    {command}\s", text, re.MULTILINE) for command in COMMANDS)


def test_every_code_has_a_meaning_and_no_two_are_equal() -> None:
    codes = [value for name, value in vars(exits).items() if name.isupper() and type(value) is int]
    assert sorted(codes) == sorted(exits.MEANINGS)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["decid", BASE],
        ["new"],
        ["compare"],
        ["simulate", BASE, "--replications", "0"],
        ["simulate", BASE, "--replications", "2.5"],
        ["simulate", BASE, "--seed", "-1"],
        ["simulate", BASE, "--seed", "4294967296"],
        ["simulate", BASE, "--jobs", "0"],
        ["simulate", BASE, "--lang", "fr"],
    ],
)
def test_wrong_arguments_are_a_usage_error(arguments: list[str], capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == exits.USAGE
    assert capsys.readouterr().err.startswith("usage: warrantysim")


def test_a_sound_scenario_is_told_on_standard_output_alone(capsys: Captured) -> None:
    assert main(["validate", BASE]) == exits.OK
    said = capsys.readouterr()
    assert f"{BASE}: no problem found" in said.out
    assert "12 products x 4 markets" in said.out
    assert said.err == ""


def test_the_reference_seller_is_read_where_no_scenario_is_named(capsys: Captured) -> None:
    assert main(["validate"]) == exits.OK
    said = capsys.readouterr().out
    assert f"{REFERENCE}: no problem found" in said
    for command in ("decide", "simulate", "quotes", "sweep", "faults", "simplify"):
        known, _ = parser(command).parse_known_args([command, "--lever", "guide"] if command == "sweep" else [command])
        assert known.scenario == REFERENCE


def test_a_copy_of_the_reference_seller_is_sound_and_begins_an_empty_folder_only(
    tmp_path: Path, capsys: Captured
) -> None:
    assert main(["new", str(tmp_path / "mine")]) == exits.OK
    assert f"warrantysim decide {tmp_path / 'mine' / 'base.yaml'}" in capsys.readouterr().err
    files = {path.relative_to(SCENARIOS) for path in SCENARIOS.rglob("*") if path.is_file()}
    assert {path.relative_to(tmp_path / "mine") for path in (tmp_path / "mine").rglob("*") if path.is_file()} == files
    assert main(["validate", *map(str, sorted((tmp_path / "mine").glob("*.yaml")))]) == exits.OK
    capsys.readouterr()
    assert main(["new", str(tmp_path / "mine"), "--lang", "zh"]) == exits.USAGE
    assert "空的文件夹" in capsys.readouterr().err


def test_validation_goes_on_after_a_bad_file_and_ends_with_its_code(tmp_path: Path, capsys: Captured) -> None:
    bad = tmp_path / "bad.yaml"
    base = Path(os.path.relpath(ROOT / BASE, tmp_path)).as_posix()
    bad.write_text(f"extends: {base}\nname: bad\ntitle: {{en: Bad, zh: Bad}}\nwhy: x\nset: {{horizon.dys: 5}}\n")
    assert main(["validate", str(bad), BASE]) == exits.BAD_INPUT
    said = capsys.readouterr()
    assert "did you mean" in said.err
    assert "bad.yaml:5" in said.err
    assert "Traceback" not in said.err
    assert f"{BASE}: no problem found" in said.out


def test_a_policy_is_checked_as_a_policy(tmp_path: Path, capsys: Captured) -> None:
    assert main(["validate", "scenarios/policies/all-home.yaml"]) == exits.OK
    assert "no problem found in the rules" in capsys.readouterr().out
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: bad\nrules:\n  - cell: {}\n    zones:\n      - {from: 5 USD, do: refund}\n")
    assert main(["validate", str(bad), "--json"]) == exits.BAD_INPUT
    (row,) = json.loads(capsys.readouterr().out)
    assert not row["ok"]
    assert "expected the first zone to begin at 0" in json.dumps(row["problems"])


def test_differences_are_shown_to_six_digits_and_kept_in_full(capsys: Captured) -> None:
    assert main(["diff", "scenarios/nff-up-10.yaml", "--width", "90"]) == exits.OK
    said = capsys.readouterr().out
    assert "0.025 -> 0.020283 " in said
    assert max(map(len, said.splitlines())) <= 90
    assert main(["diff", "scenarios/nff-up-10.yaml", "--json"]) == exits.OK
    assert "0.0202830188" in capsys.readouterr().out


def test_problems_are_rows_for_programs(capsys: Captured) -> None:
    assert main(["validate", BASE, "--json", "--set", "horizon.days=many"]) == exits.BAD_INPUT
    (row,) = json.loads(capsys.readouterr().out)
    assert row["ok"] is False
    assert "horizon.days" in json.dumps(row["problems"])


@pytest.mark.parametrize("command", ["validate", "diff", "simulate", "decide"])
@pytest.mark.parametrize("name", ["no-such.yaml", "scenarios", "scenarios/tables/skus.csv"])
def test_bad_input_is_code_3_and_a_sentence_in_every_command(command: str, name: str, capsys: Captured) -> None:
    assert main([command, name]) == exits.BAD_INPUT
    said = capsys.readouterr()
    assert name in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


def test_bad_input_is_told_to_programs_too(capsys: Captured) -> None:
    assert main(["simulate", "no-such.yaml", "--json"]) == exits.BAD_INPUT
    told = json.loads(capsys.readouterr().out)
    assert told["exit_code"] == exits.BAD_INPUT
    assert told["problems"][0]["where"] == "no-such.yaml"


def test_a_scenario_does_not_differ_from_itself(capsys: Captured) -> None:
    assert main(["diff", BASE]) == exits.OK
    assert capsys.readouterr().out == "nothing differs\n"


def test_what_set_changes_is_what_diff_prints(capsys: Captured) -> None:
    assert main(["diff", BASE, "--set", "horizon.days=181"]) == exits.OK
    assert "horizon.days  365 -> 181  days" in capsys.readouterr().out
    assert main(["diff", BASE, "--json", "--set", "horizon.days=181"]) == exits.OK
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert change == {"path": "horizon.days", "old": "365", "new": "181", "unit": "days", "source": ""}


def test_of_two_files_the_second_is_the_changed_one(capsys: Captured) -> None:
    assert main(["diff", BASE, BASE, "--set", "horizon.days=181"]) == exits.OK
    assert "365 -> 181" in capsys.readouterr().out


def test_the_schema_is_a_table_for_people_and_json_for_editors(tmp_path: Path, capsys: Captured) -> None:
    assert main(["schema", "horizon", "--out", str(tmp_path)]) == exits.OK
    said = capsys.readouterr()
    assert "horizon.days" in said.out
    assert "markets" not in said.out
    assert set(pd.read_csv(tmp_path / "schema.csv")["path"]) >= {"horizon.days", "horizon.first_day"}
    assert main(["schema", "--json"]) == exits.OK
    whole = json.loads(capsys.readouterr().out)
    assert whole["$schema"].endswith("draft-07/schema#")
    assert json.loads((tmp_path / "schema.json").read_text("utf-8")) == whole
    assert main(["schema", "nonsense"]) == exits.USAGE


def test_a_simulation_prints_results_and_progress_on_their_own_streams(
    engine: dict[str, Any], capsys: Captured
) -> None:
    assert main(["simulate", BASE, "--seed", "5", "--replications", "3", "--jobs", "1"]) == exits.OK
    said = capsys.readouterr()
    assert "Today's rule: USD 1,000 a year" in said.out
    assert said.err.splitlines() == ["simulating", "simulating: 3 of 3 (100 %)"]
    assert (engine["seed"], engine["replications"], engine["jobs"].workers) == (5, 3, 1)


def test_quiet_leaves_only_results(engine: dict[str, Any], capsys: Captured) -> None:
    assert main(["simulate", BASE, "--quiet"]) == exits.OK
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("target", "says"), [("nan", "a finite number"), ("-5", "a number above 0")])
def test_a_half_width_that_cannot_be_reached_is_refused(target: str, says: str, capsys: Captured) -> None:
    assert main(["simulate", BASE, f"--target={target}"]) == exits.BAD_INPUT
    assert f"--target: expected {says}" in capsys.readouterr().err


def test_stopped_once_a_simulation_tells_what_it_has(engine: dict[str, Any], tmp_path: Path, capsys: Captured) -> None:
    engine["cancelled"] = True
    assert main(["simulate", BASE, "--out", str(tmp_path / "out")]) == exits.CANCELLED
    said = capsys.readouterr()
    assert "Today's rule: USD 1,000 a year" in said.out
    assert "the figures rest on the replications that were done" in " ".join(said.out.split())
    assert (tmp_path / "out" / "years.csv").exists()


def test_further_policies_are_compared_with_todays(engine: dict[str, Any], capsys: Captured) -> None:
    assert main(["simulate", BASE, "--policy", ALL_HOME, "--lang", "zh"]) == exits.OK
    assert [policy.name for policy in engine["policies"]] == ["today", "all-home"]
    assert "全部返回中国比现行规则每年节省 USD 100" in capsys.readouterr().out


def test_a_policy_the_scenario_cannot_follow_is_bad_input(tmp_path: Path, capsys: Captured) -> None:
    bad = tmp_path / "p.yaml"
    bad.write_text("name: p\nrules: [{cell: {}, zones: [{from: 0 USD, do: repair_local, partner: tierwerk-fr}]}]\n")
    assert main(["simulate", BASE, "--policy", str(bad)]) == exits.BAD_INPUT
    assert "tierwerk-de" in capsys.readouterr().err


def test_every_result_says_what_it_takes_to_get_it_again(engine: dict[str, Any], capsys: Captured) -> None:
    assert main(["simulate", BASE, "--json", "--set", "horizon.days=181"]) == exits.OK
    told = json.loads(capsys.readouterr().out)
    assert told["changes"] == ["horizon.days: 365 -> 181"]
    assert {"version", "digest", "seed", "replications", "cases", "currency"} <= set(told)
    assert told["years"][0]["mean"] == pytest.approx(1000.0)


def test_tables_are_written_where_asked_for(engine: dict[str, Any], tmp_path: Path, capsys: Captured) -> None:
    folder = tmp_path / "new" / "out"
    assert main(["simulate", BASE, "--out", str(folder)]) == exits.OK
    names = {path.name for path in folder.iterdir()}
    assert {"years.csv", "years.parquet", "cost_by_sku.csv", "run.json"} <= names
    assert f"files written to {folder}" in capsys.readouterr().err
    assert json.loads((folder / "run.json").read_text("utf-8"))["scenario"] == "base"


def test_a_folder_that_cannot_be_written_is_told_before_the_work(
    engine: dict[str, Any], tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "file").write_text("x")
    assert main(["simulate", BASE, "--out", str(tmp_path / "file")]) == exits.USAGE
    assert "cannot write to" in capsys.readouterr().err
    assert "scenario" not in engine


def test_replications_that_failed_are_told_by_the_code(engine: dict[str, Any], capsys: Captured) -> None:
    engine["failed"] = (1,)
    assert main(["simulate", BASE]) == exits.SOME_FAILED
    said = capsys.readouterr()
    assert "1 of 3 replications failed" in said.err
    assert "a bench closed for ever" in said.err
    assert "Traceback" not in said.err
    assert "USD 1,000 a year" in said.out


def test_where_all_failed_there_is_no_table(engine: dict[str, Any], capsys: Captured) -> None:
    engine["failed"] = (0, 1, 2)
    assert main(["simulate", BASE, "--debug"]) == exits.SOME_FAILED
    said = capsys.readouterr()
    assert said.out == ""
    assert "every replication failed" in said.err
    assert "Traceback: here" in said.err  # --debug shows where the first one broke.


def broken(error: BaseException) -> Callable[..., Any]:
    """A simulation that ends like this."""

    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


def test_a_defect_is_a_sentence_and_its_place_is_shown_on_demand(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("warrantysim.experiment.simulate.simulate", broken(ZeroDivisionError("in the model")))
    assert main(["simulate", BASE]) == exits.DEFECT
    assert "Traceback" not in (said := capsys.readouterr()).err
    assert "ZeroDivisionError: in the model" in said.err
    assert main(["simulate", BASE, "--debug"]) == exits.DEFECT
    assert "Traceback" in capsys.readouterr().err


def test_cancelling_is_neither_success_nor_defect(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr("warrantysim.experiment.simulate.simulate", broken(KeyboardInterrupt()))
    assert main(["simulate", BASE]) == exits.CANCELLED
    assert capsys.readouterr().err == "simulating\ncancelled\n"


def test_ctrl_c_while_options_are_read_is_cancelled_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("warrantysim.cli.parser", interrupted)
    assert main(["forecast", "small.yaml"]) == 130
    assert capsys.readouterr().err == "cancelled\n"


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    command = f"{sys.executable} -m warrantysim schema | head -n 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == exits.OK
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_a_console_without_chinese_characters_shows_something() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "warrantysim", "validate", BASE, "--lang", "zh"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == exits.OK
    assert "base" in done.stdout
    assert "?" in done.stdout


class Screen:
    """A terminal that keeps what was written on it."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return True


def test_in_a_terminal_progress_is_one_line_that_goes_away() -> None:
    out, err = Screen(), Screen()
    console = Console(out, err)  # type: ignore[arg-type]
    console.progress("1 of 2")
    console.progress("2 of 2", last=True)
    console.result("done")
    assert err.text == "1 of 2\r\033[K2 of 2\r\033[K"
    assert out.text == "done\n"


def test_in_a_file_progress_is_a_line_now_and_then(capsys: Captured) -> None:
    seconds = 0.0
    console = Console(sys.stdout, sys.stderr, clock=lambda: seconds)
    for seconds, done in ((0.0, 1), (1.0, 2), (6.0, 3)):  # noqa: B007 - the console's clock reads it
        console.progress(f"{done} of 9")
    console.progress("9 of 9", last=True)
    assert capsys.readouterr().err.split("\n") == ["1 of 9", "3 of 9", "9 of 9", ""]


def test_commands_and_parser_agree() -> None:
    offered = [action.choices for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    assert [set(choices) for choices in offered] == [set(COMMANDS)]
