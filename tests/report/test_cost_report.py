"""The report of a simulation: its figures are those of the result, and it says only what they allow to be said."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest

from tests.report.results import result
from warrantysim.experiment.result import Result
from warrantysim.locale.wording import Lang
from warrantysim.present.terminal import terminal_text
from warrantysim.report.export import as_json
from warrantysim.report.tables import width_of
from warrantysim.schema.markets import Title
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store.stored_run import simulated
from warrantysim.studies.simulate import STUDY


@pytest.fixture(scope="module")
def other(base: Scenario) -> Policy:
    """Another policy by name."""
    return base.policy.replace(name="other", title=Title(en="The other rule", zh="另一规则"))


def cost_report(found: Result, lang: Lang = "en", width: int = 110, changes: Sequence[str] = ()) -> str:
    """What is told of a simulation on a terminal."""
    return terminal_text(STUDY.answer(simulated(found, changes), lang), width)


def line_of(text: str, word: str) -> list[str]:
    """The cells of the first line that begins with a word."""
    return next(line for line in text.split("\n") if line.startswith(word)).split()


def test_the_whole_is_told_with_its_interval_before_anything_else(base: Scenario) -> None:
    text = " ".join(cost_report(result(base, [[900.0, 1000.0, 1100.0]])).split())
    # t(0.975; 2) x 100 / sqrt(3) = 248.4
    assert "Today's rule: USD 1,000 a year (752 to 1,248), of it 900 cash and stock and 100 expected." in text
    assert "10 claims, USD 100.00 each." in text


def test_the_parts_of_every_table_add_up_to_its_total(base: Scenario) -> None:
    text = cost_report(result(base, [[900.0, 1000.0, 1100.0]]))
    assert line_of(text, "refunds")[1] == "900"
    assert line_of(text, "waiting (expected)")[2] == "100"
    totals = [line.split()[1] for line in text.split("\n") if line.startswith("total")]
    assert totals == ["1,000"] * 3


def test_one_replication_gives_no_interval(base: Scenario) -> None:
    text = cost_report(result(base, [[1000.0]]))
    assert "no interval from a single one" in " ".join(text.split())
    assert "nan" not in text.lower()


def test_a_saving_that_shows_in_every_replication_is_told_with_its_interval(base: Scenario, other: Policy) -> None:
    text = cost_report(result(base, [[900.0, 1000.0, 1100.0], [800.0, 899.0, 1001.0]], [base.policy, other]))
    assert "The other rule saves USD 100 a year against Today's rule (98 to 102)." in text
    assert "The other rule: USD 900 a year" in text


def test_a_loss_is_told_as_one(base: Scenario, other: Policy) -> None:
    text = cost_report(result(base, [[800.0, 899.0, 1001.0], [900.0, 1000.0, 1100.0]], [base.policy, other]))
    assert "The other rule costs USD 100 more a year than Today's rule (98 to 102)." in text


def test_a_difference_that_luck_explains_is_not_called_a_saving(base: Scenario, other: Policy) -> None:
    text = " ".join(
        cost_report(result(base, [[900.0, 1000.0, 1100.0], [950.0, 900.0, 1110.0]], [base.policy, other])).split()
    )
    assert "no detectable difference from Today's rule; it would take about" in text
    assert "saves USD" not in text


def test_identical_rules_differ_by_nothing(base: Scenario, other: Policy) -> None:
    text = " ".join(cost_report(result(base, [[900.0, 1000.0], [900.0, 1000.0]], [base.policy, other])).split())
    assert "no detectable difference from Today's rule" in text


def test_two_policies_of_one_name_are_told_apart(base: Scenario) -> None:
    text = cost_report(result(base, [[1.0, 2.0], [1.0, 2.0]], [base.policy, base.policy]))
    assert "today (2): USD" in text


@pytest.mark.parametrize("width", [60, 80, 110])
def test_chinese_and_english_reports_fit_the_width(base: Scenario, other: Policy, width: int) -> None:
    found = result(base, [[900.0, 1000.0, 1100.0], [800.0, 899.0, 1001.0]], [base.policy, other])
    for lang in ("en", "zh"):
        text = cost_report(found, lang, width, changes=["lanes.US-air.rate: 5 USD -> 7 USD"])
        assert max(width_of(line) for line in text.split("\n")) <= width


def test_the_chinese_report_is_chinese(base: Scenario) -> None:
    text = cost_report(result(base, [[900.0, 1000.0]]), "zh")
    assert "现行规则" in text
    assert "按费用项目" in text
    assert "扫地机器人" not in text  # Only products that had claims have rows.
    assert "65W充电器" in text


def test_what_the_scenario_changes_is_told_and_long_lists_are_cut(base: Scenario) -> None:
    text = cost_report(result(base, [[1.0, 2.0]]), changes=[f"skus[{i}].weight_kg: 1 -> 2" for i in range(11)])
    assert "skus[7].weight_kg" in text
    assert "skus[8].weight_kg" not in text
    assert "and 3 more" in text


def test_the_busiest_month_of_a_bench_is_shown(base: Scenario) -> None:
    text = cost_report(result(base, [[1.0, 2.0]]))
    assert line_of(text, "FlatFix (Texas)")[2:] == ["2027-04", "10", "10", "50", "%", "1.5"]


def test_failed_replications_are_in_no_figure_and_in_the_record(base: Scenario) -> None:
    found = result(base, [[900.0, 5000.0, 1100.0]], failed=[1])
    assert "USD 1,000 a year" in cost_report(found)
    record = STUDY.record(simulated(found, []))
    assert record["complete"] == [0, 2]
    assert record["failures"] == [{"replication": 1, "kind": "ValueError", "message": "a bench closed for ever"}]
    as_json(record)


def test_every_table_that_is_written_has_rows(base: Scenario, other: Policy) -> None:
    found = result(base, [[900.0, 1000.0, 1100.0], [800.0, 899.0, 1001.0]], [base.policy, other])
    frames = simulated(found, []).tables
    assert {"years", "replications", "cost_by_sku", "cost_detail", "savings"} <= set(frames)
    assert not [name for name, frame in frames.items() if frame.empty]
    saving = frames["savings"].set_index("by").loc["all"]
    assert saving["saving"] == pytest.approx(100.0)


def test_the_title_of_a_scenario_is_optional_for_a_policy(base: Scenario) -> None:
    bare = dataclasses.replace(result(base, [[1.0, 2.0]]), policies=(base.policy.replace(title=None),))
    assert "today: USD" in cost_report(bare)
