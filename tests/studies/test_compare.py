"""A comparison as it is answered: inputs above results, one sentence a case, tables that agree with each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pytest

from tests.analysis.seller import AT_P, CHINA, REFUND, SEED, seller
from warrantysim.analysis.cases import Case
from warrantysim.analysis.comparison import compare
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.present.blocks import Chart
from warrantysim.present.terminal import flat, terminal_text
from warrantysim.report.charts.theme import Look
from warrantysim.report.doers import partner_titles
from warrantysim.report.field_names import full_name
from warrantysim.schema.errors import BadInput
from warrantysim.schema.markets import Title
from warrantysim.studies.compare import STUDY, CompareOptions, WhatIf, what_if
from warrantysim.studies.study import Stored, Work

FEE = "partners.P.desks.main.repaired.flat"
CALLED = partner_titles(seller())
CASES = [Case("now", seller(), AT_P), Case("dear", seller(p_fee=90.0), AT_P), Case("same", seller(), AT_P)]


def found_of(cases: Sequence[Case], replications: int = 2, **options: Any) -> WhatIf:
    """What is found of cases."""
    return what_if(cases, CompareOptions(**options), Work(SEED), range(replications), lambda world: REFUND)


def stored_of(cases: Sequence[Case], replications: int = 2, **options: Any) -> Stored:
    """The same as it is stored."""
    return STUDY.stored(found_of(cases, replications, **options), cases, CompareOptions(**options), SEED)


@pytest.fixture(scope="module")
def found() -> Stored:
    """A dearer partner, and the same again, with drivers and reactions."""
    return stored_of(CASES, 3, drivers=True, react=True)


def told(stored: Stored, lang: Any = "en", width: int = 110) -> str:
    """The answer on a terminal."""
    return terminal_text(STUDY.answer(stored, lang), width)


@pytest.mark.parametrize(
    ("lang", "inputs", "fee", "answer", "first_table"),
    [
        ("en", "What dear states otherwise", full_name(FEE, "en", CALLED), "dear costs USD", "Cost a year: cash"),
        ("zh", "dear 的输入差异", full_name(FEE, "zh", CALLED), "dear：每年比 now 多花", "年度成本：现金"),
    ],
    ids=["en", "zh"],
)
def test_input_differences_stand_above_the_answer_and_the_answer_above_tables(
    found: Stored, lang: Any, inputs: str, fee: str, answer: str, first_table: str
) -> None:
    text = told(found, lang, 120)
    assert text.index(inputs) < text.index(fee) < text.index(answer) < text.index(first_table)
    assert "20 USD" in text
    assert "90 USD" in text


def test_cases_go_by_their_titles_and_files_know_them_by_their_names() -> None:
    world = seller(policy=REFUND).replace(name="here", title=Title(en="Here at home", zh="本地"))
    home = AT_P.replace(name="at-p", title=Title(en="All to P", zh="全部给 P"))
    stored = stored_of([Case.of(world), Case.of(world, home)], 3)
    english, chinese = told(stored, "en", 200), told(stored, "zh", 200)
    assert "In files: here = Here at home; here x at-p = Here at home × All to P." in english
    assert "Here at home × All to P costs USD" in english
    assert "From Here at home to Here at home × All to P by kind of cost" in english
    assert "本地 × 全部给 P：每年比本地" in chinese
    assert "here" not in chinese.split("文件中的名称", 1)[1].split("\n", 1)[1].rsplit("\n", 1)[0]
    assert set(stored.tables["yearly"].case) == {"here x at-p"}


def test_other_rules_are_told_by_their_titles_not_value_by_value() -> None:
    world = seller(policy=REFUND)
    home = AT_P.replace(title=Title(en="All to P", zh="全部给 P"))
    inputs = told(stored_of([Case.of(world), Case.of(world, home)]), width=200).split("costs USD", 1)[0]
    assert "follows the rule “All to P” in place of “refund”" in inputs
    assert "policy.rules" not in inputs


def test_the_same_twice_is_called_identical_and_is_told_in_no_table(found: Stored) -> None:
    text = told(found)
    assert "same states nothing otherwise." in text
    assert "same costs exactly what now costs, in every year simulated." in text
    tables = text.split("Cost a year: cash", 1)[1]
    assert "\ndear  " in tables
    assert "\nsame  " not in tables


def test_changes_that_no_rule_comes_across_are_said_to_be_unused() -> None:
    idle = stored_of([Case("now", seller(), REFUND), Case("dear", seller(p_fee=90.0), REFUND)], drivers=True)
    assert "Nothing that differs is used under these rules" in told(idle)
    assert "现行规则下，上述差异均未用到" in told(idle, "zh")


@pytest.mark.parametrize(("lang", "step"), [("en", "repair quotes"), ("zh", "维修报价")])
def test_changed_inputs_are_named_in_words(found: Stored, lang: Any, step: str) -> None:
    assert step in told(found, lang)


def test_bridges_in_both_forms_end_at_the_cost_of_the_case(found: Stored) -> None:
    yearly = found.tables["yearly"].set_index(["case", "measure"])
    apart = yearly.loc[("dear", "total"), "difference"]
    for name, column in (("cost_by_category", "difference"), ("bridge_by_driver", "adds")):
        steps = found.tables[name]
        assert steps[steps["case"] == "dear"][column].sum() == pytest.approx(apart, abs=0.005)
    assert apart > 0


def test_reacting_is_judged_beside_doing_nothing(found: Stored) -> None:
    readings = found.tables["readings"].set_index(["case", "reading"])
    assert readings.loc[("dear", "policy kept"), "difference"] > 0
    assert set(found.tables["readings"].case) == {"dear", "same"}
    assert "dear: doing nothing, and reacting" in told(found)


def test_of_a_case_that_is_chosen_alone_all_is_told_and_of_the_others_what_they_cost(found: Stored) -> None:
    (choice,) = STUDY.choices(found, "en")
    assert list(choice.values) == ["dear", "same"]
    text = told(Stored(found.tables, {**found.facts, "case": "same"}))
    assert "dear costs USD" in text
    assert "From now to dear" not in text
    assert "What dear states otherwise" not in text


def test_charts_are_drawn_for_cases_that_differ_in_either_language(found: Stored) -> None:
    for lang in ("en", "zh"):
        charts = {b.name: b.draw(Look(lang)) for b in flat(STUDY.answer(found, lang)) if isinstance(b, Chart)}  # type: ignore[arg-type]
        assert {"costs", "days", "bridge_by_category_dear", "bridge_by_driver_dear", "by_market_dear"} <= set(charts)
        assert {"by_sku_dear", "months_dear", "readings_dear"} <= set(charts)
        assert not [name for name in charts if name.endswith("_same") and name != "readings_same"]
        assert all(picture.takeaway for picture in charts.values())


def test_a_run_stored_by_an_older_version_is_told_from_its_tables(found: Stored) -> None:
    # It told the baseline by its place, knew no titles, and kept neither what drives a difference nor reactions.
    kept = {"inputs", "yearly", "service", "days", *(name for name in found.tables if name.startswith("cost_by_"))}
    few = {"cases", "replications", "cancelled", "failures", "version", "scenario", "digest", "policy", "seed"}
    facts = {key: value for key, value in found.facts.items() if key in few | {"confidence", "currency", "days"}}
    older = STUDY.upgrade(Stored({name: found.tables[name] for name in kept}, {**facts, "baseline": 0}), 0, CASES)
    assert "dear costs USD" in told(older)
    assert "From now to dear by kind of cost" in told(older)
    assert "dear：每年比 now 多花" in told(older, "zh")


def test_a_comparison_stopped_after_its_runs_keeps_them_and_says_so() -> None:
    cases = [Case("now", seller(), AT_P), Case("new", seller(), CHINA)]
    done: list[int] = []
    work = Work(SEED, progress=lambda stage, n, of: done.append(n), cancel=lambda: 2 in done)
    stopped = what_if(cases, CompareOptions(drivers=True), work, 2)
    assert stopped.cancelled
    assert len(stopped.comparison.replications) == 2
    assert not stopped.drivers
    assert "Stopped before the end" in told(STUDY.stored(stopped, cases, CompareOptions(), SEED))


def test_stopped_before_any_run_or_without_one_that_came_through_there_is_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ArithmeticError("no luck")

    monkeypatch.setattr("warrantysim.analysis.cases.priced_run", broken)
    with pytest.raises(Cancelled):
        compare([Case.of(seller())], replications=2, seed=SEED, cancel=lambda: True)
    with pytest.raises(ReplicationFailed, match="no luck"):
        found_of(CASES)


def test_a_baseline_that_is_no_case_is_refused() -> None:
    with pytest.raises(BadInput, match="baseline: expected a case from 1 to 3, got 4"):
        found_of(CASES, baseline=4)


def test_groups_of_every_table_add_up_to_the_whole(found: Stored) -> None:
    total = found.tables["yearly"].query("measure == 'total'").set_index("case")["value"]
    for by in ("market", "product_category", "sku", "category", "month"):
        summed = found.tables[f"cost_by_{by}"].groupby("case", sort=False)["value"].sum()
        pd.testing.assert_series_equal(summed, total, check_names=False)


def test_the_baseline_stands_first_whichever_case_it_is() -> None:
    stored = stored_of(CASES[:2], baseline=2)
    assert stored.facts["baseline"] == stored.facts["cases"][0] == "dear"
    assert set(stored.tables["yearly"].case) == {"now"}
    assert "What now states otherwise" in told(stored)


def test_amounts_of_half_a_year_are_told_and_drawn_as_the_year_they_are_scaled_to() -> None:
    half = {"first_day": "2027-01-01", "days": 181}
    cases = [Case(name, seller(p_fee=fee, horizon=half), AT_P) for name, fee in (("now", 20.0), ("dear", 90.0))]
    stored = stored_of(cases, drivers=True)
    charts = [block.draw(Look()) for block in flat(STUDY.answer(stored, "en")) if isinstance(block, Chart)]
    assert charts
    assert not [picture.title for picture in charts if "181 days" in str(picture.chart.to_dict()) + picture.takeaway]
    assert "181 days" not in told(stored)
