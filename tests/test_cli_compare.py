"""The compare command names its cases, puts input differences above results, and refuses what it cannot compare."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.seller import AT_P, CHINA, REFUND, SEED, seller
from warrantysim.analysis.cases import Cancelled, Case
from warrantysim.analysis.what_if import WhatIf, what_if
from warrantysim.cli import compare as command
from warrantysim.cli import main
from warrantysim.report.compare_files import compare_frames
from warrantysim.report.compare_report import compare_report
from warrantysim.report.field_names import full_name
from warrantysim.schema.markets import Title

BASE = Path(__file__).parents[1] / "scenarios" / "base.yaml"
FEE = "partners.P.desks.main.repaired.flat"
DEAR = BASE.parent / "freight-up-40.yaml"


@pytest.fixture(scope="module")
def found() -> WhatIf:
    """A dearer partner, and the same again, with drivers and reactions."""
    cases = [Case("now", seller(), AT_P), Case("dear", seller(p_fee=90.0), AT_P), Case("same", seller(), AT_P)]
    return what_if(cases, replications=3, seed=SEED, drivers=True, decide=lambda world: REFUND)


@pytest.mark.parametrize(
    ("lang", "inputs", "fee", "answer", "first_table"),
    [
        ("en", "What dear states otherwise", FEE, "dear costs USD", "Cost a year: cash"),
        ("zh", "dear 的输入差异", full_name(FEE, "zh"), "dear 每年比 now 多花", "年度成本：现金"),
    ],
    ids=["en", "zh"],
)
def test_input_differences_stand_above_the_answer_and_the_answer_above_tables(
    found: WhatIf, lang: Any, inputs: str, fee: str, answer: str, first_table: str
) -> None:
    text = compare_report(found, lang, 120)
    assert text.index(inputs) < text.index(fee) < text.index(answer) < text.index(first_table)
    assert "20 USD" in text
    assert "90 USD" in text


def test_cases_go_by_their_titles_and_files_know_them_by_their_names() -> None:
    world = seller(policy=REFUND).replace(name="here", title=Title(en="Here at home", zh="本地"))
    home = AT_P.replace(name="at-p", title=Title(en="All to P", zh="全部给 P"))
    found = what_if([Case.of(world), Case.of(world, home)], replications=3, seed=SEED)
    english, chinese = compare_report(found, "en", 200), compare_report(found, "zh", 200)
    assert "In files: here = Here at home; here x at-p = Here at home × All to P." in english
    assert "Here at home × All to P costs USD" in english
    assert "From Here at home to Here at home × All to P by kind of cost" in english
    assert "本地 × 全部给 P 每年比 本地" in chinese
    assert "here" not in chinese.split("文件中的名称", 1)[1].split("\n", 1)[1].rsplit("\n", 1)[0]
    assert set(compare_frames(found)["costs"].case) == {"here x at-p"}


def test_other_rules_are_told_by_their_titles_not_value_by_value() -> None:
    world = seller(policy=REFUND)
    home = AT_P.replace(title=Title(en="All to P", zh="全部给 P"))
    text = compare_report(what_if([Case.of(world), Case.of(world, home)], replications=2, seed=SEED), "en", 200)
    inputs = text.split("states otherwise", 1)[1].split("costs USD", 1)[0]
    assert "Rules: All to P in place of refund" in inputs
    assert "policy.rules" not in inputs


def test_the_same_twice_is_called_identical_and_has_no_input_difference(found: WhatIf) -> None:
    text = compare_report(found)
    assert "same states nothing otherwise." in text
    assert "same costs exactly what now costs, in every year simulated." in text


def test_a_case_that_does_not_differ_is_told_in_a_sentence_and_in_no_table(found: WhatIf) -> None:
    tables = compare_report(found).split("Cost a year: cash", 1)[1]
    assert "\ndear  " in tables
    assert "\nsame  " not in tables


def test_changes_that_no_rule_comes_across_are_said_to_be_unused() -> None:
    cases = [Case("now", seller(), REFUND), Case("dear", seller(p_fee=90.0), REFUND)]
    idle = what_if(cases, replications=2, seed=SEED, drivers=True)
    assert "Nothing that differs is used under these rules." in compare_report(idle)
    assert "现行规则下，上述差异均未用到" in compare_report(idle, "zh")


@pytest.mark.parametrize(("lang", "step"), [("en", "repair quotes"), ("zh", "维修报价")])
def test_changed_inputs_are_named_in_words(found: WhatIf, lang: Any, step: str) -> None:
    assert step in compare_report(found, lang)


def test_bridges_in_both_forms_end_at_the_cost_of_the_case(found: WhatIf) -> None:
    for bridge in (found.categories["dear"], found.drivers["dear"]):
        assert bridge.start + bridge.steps.sum(axis=0) == pytest.approx(bridge.end, abs=0.005)
    assert found.drivers["dear"].steps.mean() > 0


def test_reacting_is_judged_beside_doing_nothing(found: WhatIf) -> None:
    reading = found.reactions["dear"]
    assert reading.kept.mean() > reading.baseline.mean()
    assert set(compare_frames(found)["reactions"].case) == {"dear", "same"}
    assert "dear: doing nothing, and reacting" in compare_report(found)


def test_a_comparison_stopped_after_its_runs_keeps_them_and_says_so() -> None:
    cases = [Case("now", seller(), AT_P), Case("new", seller(), CHINA)]
    told: list[str] = []
    stopped = what_if(
        cases, replications=2, seed=SEED, drivers=True, progress=lambda stage, *_: told.append(stage),
        cancel=lambda: len(told) >= 2,
    )  # fmt: skip
    assert stopped.cancelled
    assert len(stopped.comparison.replications) == 2
    assert not stopped.drivers
    assert "Stopped before the end" in compare_report(stopped)


def test_stopped_before_any_run_there_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import warrantysim.analysis.study as study

    def broken(*_: Any, **__: Any) -> Any:
        raise ArithmeticError("no luck")

    monkeypatch.setattr("warrantysim.analysis.cases.priced_run", broken)
    with pytest.raises(Cancelled):
        study.compare([Case.of(seller())], replications=2, seed=SEED, cancel=lambda: True)


def test_json_and_out_hold_every_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, found: WhatIf
) -> None:
    monkeypatch.setattr(command, "compared", lambda *_: found)
    assert main(["compare", str(BASE), str(DEAR), "--json", "--out", str(tmp_path), "--quiet"]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert record["baseline"] == "now"
    tables = {"inputs", "costs", "service", "costs_by_sku", "bridge_by_category", "bridge_by_driver", "reactions"}
    assert tables <= set(record)
    written = {path.name for path in tmp_path.iterdir()}
    assert {f"{name}.csv" for name in tables} <= written
    pictures = {"costs", "days", "bridge_by_category_dear", "bridge_by_driver_dear", "by_market_dear", "by_sku_dear"}
    assert {f"{name}.svg" for name in pictures} <= written
    assert "bridge_by_driver_same.svg" not in written


def test_one_scenario_twice_gets_two_names_and_a_rule_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Case] = []

    def compared(cases: list[Case], *_: Any) -> WhatIf:
        seen.extend(cases)
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "compared", compared)
    home = BASE.parent / "policies" / "all-home.yaml"
    assert main(["compare", str(BASE), str(BASE), str(BASE), "--policy-of", f"3={home}"]) == 130
    assert [case.name for case in seen] == ["base", "base #2", "base x all-home"]
    assert seen[2].policy.name == "all-home"


@pytest.mark.parametrize("stated", ["--policy-of=9=x.yaml", "--policy-of=x.yaml", "--baseline=3"])
def test_a_rule_or_baseline_of_no_scenario_is_a_wrong_usage(stated: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(BASE), str(DEAR), stated]) == 2
    assert "expected" in capsys.readouterr().err
