"""Break-even and sensitivity answer first in both languages, refuse a wrong usage, and stop with what a code says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.seller import AT_P, AT_Q, SEED, seller
from tests.regression.asking import Answers
from warrantysim.analysis.cases import Case
from warrantysim.cli import main
from warrantysim.cli import studies as command
from warrantysim.cli.console import Console
from warrantysim.experiment.pace import Cancelled
from warrantysim.report.doers import partner_titles
from warrantysim.report.lever_text import lever_words

BASE = Path(__file__).parents[1] / "scenarios" / "base.yaml"
HOME = BASE.parent / "policies" / "all-home.yaml"
FEE = "partners.P.desks.main.repaired.flat"
TURN = ["--lever", FEE, "--low", "5", "--high", "60", "--replications", "2", "--seed", str(SEED), "--jobs", "1",
        "--width", "110"]  # fmt: skip


@pytest.fixture
def two_partners(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two partners that cost the same at a fee of 20."""
    world = seller()
    monkeypatch.setattr(command, "beside_today", lambda _: ([Case("P", world, AT_P), Case("Q", world, AT_Q)], []))


def in_both_languages(capsys: pytest.CaptureFixture[str], *said: str) -> tuple[str, str]:
    """What a command prints in English and in Chinese; the study is computed once."""
    answers, printed = Answers(), []
    with answers.serving():
        for lang in ("en", "zh"):
            assert main([*said, "--quiet", "--lang", lang]) == 0
            answers.again()
            printed.append(capsys.readouterr().out)
    return printed[0], printed[1]


@pytest.mark.usefixtures("two_partners")
def test_partners_that_charge_the_same_break_even_at_that_fee(capsys: pytest.CaptureFixture[str]) -> None:
    en, zh = in_both_languages(capsys, "breakeven", str(BASE), "--policy", str(HOME), *TURN)
    assert "P below it, Q above it" in en
    assert f"{lever_words(FEE, 'en', partner_titles(seller()))} [USD per unit]" in en
    assert "低于该值为 P，高于为 Q" in zh
    assert "统一价 [USD/件]" in zh


@pytest.mark.usefixtures("two_partners")
def test_a_search_or_map_stopped_once_prints_and_writes_what_it_has_and_ends_with_130(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stopped: list[bool] = []

    @contextmanager
    def after_three(*_: Any) -> Iterator[Callable[[], bool]]:
        yield lambda: bool(stopped)
        stopped.clear()

    monkeypatch.setattr(Console, "step", lambda _, stage, done, total: stopped.extend([True] * (done >= 3)))
    monkeypatch.setattr(command, "guarded", after_three)
    where = ["--out", str(tmp_path)]
    assert main(["breakeven", str(BASE), "--policy", str(HOME), *TURN, *where]) == 130
    assert "Stopped before the end" in capsys.readouterr().out
    assert len(json.loads((tmp_path / "run.json").read_text("utf-8"))["scan"]) == 3
    assert not (tmp_path / "breakeven.svg").exists()
    axes = [f"{FEE}:10:30", "partners.Q.desks.main.repaired.flat:12:28"]
    luck = ["--steps", "2", "--replications", "2", "--jobs", "1"]
    assert main(["switching", str(BASE), "--policy", str(HOME), "--x", axes[0], "--y", axes[1], *luck, *where]) == 130
    found = json.loads((tmp_path / "run.json").read_text("utf-8"))["map"]
    assert [row["winner"] for row in found] == ["P", "Q", "P", ""]


@pytest.mark.usefixtures("two_partners")
def test_the_band_and_every_position_are_written(tmp_path: Path) -> None:
    assert main(["breakeven", str(BASE), "--policy", str(HOME), *TURN, "--out", str(tmp_path), "--quiet"]) == 0
    assert {"switches.csv", "scan.csv", "breakeven.svg", "run.json"} <= {path.name for path in tmp_path.iterdir()}
    scan: list[dict[str, Any]] = json.loads((tmp_path / "run.json").read_text("utf-8"))["scan"]
    assert [row["best"] for row in scan] == ["P", "P", "Q", "Q", "Q"]
    assert all(row["lead"] > 0 and row["half_width"] > 0 for row in scan)


@pytest.mark.usefixtures("two_partners")
def test_the_map_names_the_cheaper_partner_in_every_place(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    axes = [f"{FEE}:10:30", "partners.Q.desks.main.repaired.flat:12:28"]
    luck = ["--steps", "2", "--replications", "2", "--jobs", "1", "--json", "--out", str(tmp_path), "--quiet"]
    assert main(["switching", str(BASE), "--policy", str(HOME), "--x", axes[0], "--y", axes[1], *luck]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["map"]
    assert {(r["x"], r["y"]): r["winner"] for r in found} == {
        (10.0, 12.0): "P", (30.0, 12.0): "Q", (10.0, 28.0): "P", (30.0, 28.0): "Q",
    }  # fmt: skip
    assert {"map.csv", "map.svg", "run.json"} <= {path.name for path in tmp_path.iterdir()}


@pytest.mark.usefixtures("two_partners")
@pytest.mark.parametrize(
    ("extra", "code"),
    [(["switching", "--x", "a:1", "--y", "b:1:2"], 3), (["switching", "--x", "a:3:1", "--y", "b:1:2"], 3),
     (["breakeven", *TURN, "--lever", "no.where"], 3), (["breakeven", *TURN, "--low", "90"], 3)],
    ids=["no range", "low above high", "no such path", "low above high in the search"],
)  # fmt: skip
def test_what_cannot_be_turned_is_refused(capsys: pytest.CaptureFixture[str], extra: list[str], code: int) -> None:
    assert main([extra[0], str(BASE), "--policy", str(HOME), *extra[1:]]) == code
    assert capsys.readouterr().err


@pytest.mark.usefixtures("two_partners")
def test_a_cancelled_search_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any, **__: Any) -> Any:
        raise Cancelled("stopped")

    monkeypatch.setattr("warrantysim.studies.breakeven.break_even_of", stopped)
    assert main(["breakeven", str(BASE), "--policy", str(HOME), *TURN]) == 130


def test_an_input_that_flips_the_choice_is_named_first_and_is_worth_measuring(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"path": FEE, "unit": "USD", "low": 10.0, "high": 40.0, "reason": "a guess", "source": "us", "mark": "A"}
    world = seller(p_fee=15.0, assumptions=[row])
    monkeypatch.setattr(command, "beside_today", lambda _: ([Case("P", world, AT_P), Case("Q", world, AT_Q)], []))
    luck = ["--draws", "16", "--replications", "2", "--jobs", "1"]
    monkeypatch.setenv("COLUMNS", "110")  # Else a name may be broken into lines.
    called = lever_words(FEE, "en", partner_titles(world))
    told = f"Which is cheaper changes with: {called}", "以下输入会改变"
    texts = in_both_languages(capsys, "sensitivity", str(BASE), "--policy", str(HOME), *luck)
    for text, first, path in zip(
        texts, told, ("partners › Partner (P) › desks › main › repaired", "维修报价 › 伙伴（P）"), strict=True
    ):
        assert first in text
        assert text.count(path) >= 3
        assert text.index(first) < text.index("10 .. 40")


def test_every_part_of_the_study_is_told_and_written_with_its_pictures(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = [
        {"path": path, "unit": "USD", "low": 10.0, "high": 40.0, "reason": "a guess", "source": "us", "mark": "A"}
        for path in (FEE, "partners.Q.desks.main.repaired.flat")
    ]
    brief = {"days": 60, "run_in_days": 0, "run_out_days": 0}
    world = seller(p_fee=15.0, assumptions=rows, horizon=brief)
    monkeypatch.setattr(command, "beside_today", lambda _: ([Case("P", world, AT_P), Case("Q", world, AT_Q)], []))
    asked = ["--draws", "16", "--morris", "2", "--sobol", "2", "--replications", "2", "--jobs", "1"]
    texts = in_both_languages(capsys, "sensitivity", str(BASE), "--policy", str(HOME), *asked, "--out", str(tmp_path))
    told = ("least stable first", "Morris:", "Sobol:"), ("最不稳定者在前", "Morris 筛选", "Sobol 指数")
    for text, parts in zip(texts, told, strict=True):
        places = [text.index(part) for part in parts]
        assert places == sorted(places)
    tables = {"tornado", "stability", "stability_by_cell", "information", "morris", "sobol"}
    written = {path.name for path in tmp_path.iterdir()}
    assert {f"{name}.csv" for name in tables} | {"tornado.svg"} <= written
    record: dict[str, Any] = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert tables <= set(record)
    assert all(row["total"] > 0 for row in record["sobol"])
    assert record["stability_by_cell"][0]["cell"] == "A US"


def test_what_moves_nothing_is_counted_and_not_listed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        {"path": path, "unit": "USD", "low": low, "high": 40.0, "reason": "a guess", "source": "us", "mark": "A"}
        for path, low in ((FEE, 30.0), ("china_bench.fixed_per_unit", 10.0))
    ]
    world = seller(p_fee=35.0, assumptions=rows)
    monkeypatch.setattr(command, "beside_today", lambda _: ([Case("P", world, AT_P), Case("Q", world, AT_Q)], []))
    luck = ["--draws", "16", "--replications", "2", "--jobs", "1"]
    told = (
        ("One input moves nothing", "the same choice is the cheaper one in every draw", "worth measuring"),
        ("有 1 个输入不影响差额", "同一选择成本更低", "没有任何单一输入值得测量"),
    )
    texts = in_both_languages(capsys, "sensitivity", str(BASE), "--policy", str(HOME), *luck)
    for text, parts in zip((" ".join(text.split()) for text in texts), told, strict=True):
        assert all(part in text for part in parts), text
        assert "china_bench" not in text
        assert "± 0" not in text


@pytest.mark.usefixtures("two_partners")
@pytest.mark.parametrize(
    "extra",
    [["--draws", "3"], ["--like", "nothing*"], ["--morris", "1"], ["--sobol", "12"], ["--widest", "0"]],
    ids=["few draws", "no such input", "one trajectory", "no power of 2", "no input"],
)
def test_too_few_draws_and_no_inputs_are_refused(extra: list[str]) -> None:
    assert main(["sensitivity", str(BASE), "--policy", str(HOME), *extra]) in {2, 3}
