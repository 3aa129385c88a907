"""A defect is never told as bad input, and bad input never as a defect."""

from __future__ import annotations

import ast
import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from warrantysim.cli import exits, main
from warrantysim.schema.errors import BadInput

BASE = "scenarios/base.yaml"
Captured = pytest.CaptureFixture[str]
STUDIES: dict[str, tuple[list[str], str]] = {
    "compare": (["compare", BASE, BASE], "warrantysim.studies.compare.what_if"),
    "quotes": (["quotes", BASE], "warrantysim.studies.quotes.study_quotes"),
    "sensitivity": (
        ["sensitivity", BASE, "--policy", "scenarios/policies/all-home.yaml"],
        "warrantysim.studies.sensitivity.tornado_of",
    ),
}
"""Commands that study, and the call each rests on."""


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[1])


def raising(error: BaseException) -> Callable[..., None]:
    """A call that fails."""

    def call(*_: object, **__: object) -> None:
        raise error

    return call


@pytest.mark.parametrize(("arguments", "call"), STUDIES.values(), ids=STUDIES)
def test_a_fault_of_the_program_is_a_defect_and_a_bad_question_is_not(
    arguments: list[str], call: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr(call, raising(ValueError("operands could not be broadcast together")))
    assert main(arguments) == exits.DEFECT
    monkeypatch.setattr(call, raising(BadInput("two cases are called 'a'; name them apart")))
    assert main(arguments) == exits.BAD_INPUT
    assert "name them apart" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["faults", "operations", "simplify"])
def test_a_study_of_a_single_year_is_refused_since_it_has_no_interval(name: str, capsys: Captured) -> None:
    assert main([name, BASE, "--replications", "1"]) == exits.BAD_INPUT
    assert "--replications: expected a number of at least 2, got 1" in capsys.readouterr().err


def test_no_command_takes_a_plain_value_error_for_bad_input() -> None:
    for path in (Path("warrantysim") / "cli").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler) and node.type and "ValueError" in ast.unparse(node.type):
                assert "BAD_INPUT" not in ast.unparse(node), f"{path}:{node.lineno}"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/data/runs"), "No space left on device (/data/runs)"),
        (PermissionError(errno.EACCES, "Permission denied", "/data"), "Permission denied (/data)"),
        (MemoryError(), "not enough memory"),
    ],
    ids=["a full disk", "a folder of others", "no memory"],
)
def test_what_the_machine_refuses_is_no_defect(
    error: BaseException, said: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setattr("warrantysim.files.loading.load", raising(error))
    assert main(["validate", BASE]) == exits.USAGE
    told = capsys.readouterr().err
    assert said in told
    assert "defect" not in told


@pytest.mark.parametrize(
    "change",
    ["skus=5", "skus=[5]", "sales=null", "skus[CHG-65]=5", "claims_table=3", "fx=[3]", "markets=5", "policy={}"],
)
def test_a_part_set_to_something_else_is_bad_input_at_its_place(change: str, capsys: Captured) -> None:
    assert main(["validate", BASE, "--set", change]) == exits.BAD_INPUT
    assert f"--set {change}" in capsys.readouterr().err


def test_every_key_a_base_scenario_may_lack_or_misstate_is_told(tmp_path: Path, capsys: Captured) -> None:
    from warrantysim.schema.root import Scenario

    text = "schema_version: 1\nname: x\n"
    for key in Scenario.model_fields:
        path = tmp_path / f"{key}.yaml"
        path.write_text(text + (f"{key}: 5\n" if f"{key}:" not in text else ""), "utf-8")
        assert main(["validate", str(path)]) == exits.BAD_INPUT
        assert "defect" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "--set horizon.days=x: expected a whole number, got 'x'"),
        ("zh", "--set horizon.days=x: 应为整数，实际为 'x'"),
        ("de", "--set horizon.days=x: erwartet: eine ganze Zahl; gefunden: 'x'"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_the_language_asked(lang: str, said: str, capsys: Captured) -> None:
    assert main(["validate", BASE, "--set", "horizon.days=x", "--lang", lang]) == exits.BAD_INPUT
    assert said in capsys.readouterr().err


HOME = ["--policy", "scenarios/policies/all-home.yaml"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["select", BASE, "--within", "5", "--lang", "zh"], "应给出 2 个或更多情景"),
        (["drivers", BASE, "--lang", "de"], "erwartet werden 2 Szenarien"),
        (["compare", BASE, BASE, "--policy-of", "3=x", "--lang", "zh"], "应为 N=FILE"),
        (["switching", *HOME, "--x", "a:1", "--y", "b:1:2", "--lang", "zh"], "路径:低值:高值"),
        (["sensitivity", *HOME, "--draws", "3", "--lang", "de"], "mindestens 16 Ziehungen"),
        (["breakeven", *HOME, "--lever", "a.b", "--low", "5", "--high", "2", "--lang", "zh"], "低值应小于高值"),
    ],
    ids=["scenarios", "two", "rule of", "axis", "draws", "ends"],
)
def test_what_a_study_refuses_is_told_in_the_language_that_is_asked(
    command: list[str], words: str, capsys: Captured
) -> None:
    assert main(command) in {exits.USAGE, exits.BAD_INPUT}
    assert words in capsys.readouterr().err


def test_names_to_choose_from_come_in_one_order(capsys: Captured) -> None:
    assert main(["validate", BASE, "--set", "reporting_currency=XXX"]) == exits.BAD_INPUT
    assert "CNY, EUR, GBP, JPY, USD" in capsys.readouterr().err


def test_a_full_disk_names_the_file_though_a_failed_write_names_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no disk that is always full")

    def written(*_: object, **__: object) -> None:
        full.write_text("x" * 100_000, "utf-8")

    monkeypatch.setattr("warrantysim.files.loading.load", written)
    assert main(["validate", BASE]) == exits.USAGE
    assert "No space left on device (/dev/full)" in capsys.readouterr().err
