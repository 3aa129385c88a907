"""Cases, their inputs and their differences in words and pictures that do not say more than was seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.analysis.seller import AT_P, AT_Q, REFUND, seller
from warrantysim.analysis.cases import Case
from warrantysim.report.case_titles import case_titles
from warrantysim.report.charts.differences import DifferenceMark, difference_chart
from warrantysim.report.charts.months import months_chart
from warrantysim.report.charts.theme import Look
from warrantysim.schema.markets import Title

FEE = "partners.P.desks.main.repaired.flat"
HERE = Title(en="Here", zh="此处")
THERE = Title(en="There", zh="彼处")


def test_a_case_goes_by_the_title_of_what_it_is_called_like() -> None:
    world = seller(policy=REFUND).replace(name="here", title=HERE)
    cases = [Case.of(world), Case("there", world, AT_P.replace(name="there", title=THERE)), Case("mine", world, AT_Q)]
    assert case_titles(cases) == ["Here", "There", "mine"]
    assert case_titles(cases, "zh") == ["此处", "彼处", "mine"]


def test_a_what_if_that_inherits_its_title_goes_by_its_name() -> None:
    world = seller(policy=REFUND).replace(name="here", title=HERE)
    cases = [Case.of(world), Case.of(world.replace(name="dearer"))]
    assert case_titles(cases) == ["here", "dearer"]


def test_a_case_called_after_scenario_and_rule_goes_by_both_titles_and_keeps_its_number() -> None:
    world = seller(policy=REFUND).replace(name="here", title=HERE)
    there = AT_P.replace(name="there", title=THERE)
    cases = [
        Case.of(world),
        Case.of(world, there),
        Case("here #2", world, REFUND),
        Case("here x there #2", world, there),
    ]
    assert case_titles(cases) == ["Here", "Here × There", "Here #2", "Here × There #2"]
    assert case_titles(cases, "zh") == ["此处", "此处 × 彼处", "此处 #2", "此处 × 彼处 #2"]


@pytest.mark.parametrize(
    ("low", "high", "kind"),
    [(-3.0, -1.0, "saves"), (-1.0, 1.0, "no_difference"), (1.0, 3.0, "costs_more"), (np.nan, np.nan, "no_difference")],
)
def test_a_difference_is_told_only_where_its_interval_keeps_clear_of_nothing(
    low: float, high: float, kind: str
) -> None:
    assert DifferenceMark("a", 1.0, low, high).kind == kind


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_chart_of_differences_names_the_largest_of_each(lang: str) -> None:
    rows = [DifferenceMark("A", -50, -60, -40), DifferenceMark("B", 20, 10, 30), DifferenceMark("C", 1, -1, 3)]
    found = difference_chart(rows, "USD", "x", look=Look("zh" if lang == "zh" else "en"))
    assert "A" in found.takeaway
    assert "50" in found.takeaway
    assert "B" in found.takeaway
    assert "C" not in found.takeaway.replace("CNY", "")
    assert found.chart.to_dict()["description"] == found.takeaway


def test_nothing_sure_is_said_to_be_nothing_sure() -> None:
    assert "None of 1" in difference_chart([DifferenceMark("C", 1, -1, 3)], "USD", "x").takeaway
    assert "None of 0" in difference_chart([], "USD", "x").takeaway


def test_months_that_claims_only_spill_into_are_left_out_at_the_ends() -> None:
    frame = pd.DataFrame(
        {
            "month": ["", "2026-12", "2027-01", "2027-02", "2027-03", "2027-04"],
            "baseline": [50.0, 1.0, 100.0, 0.0, 100.0, 1.0],
            "value": [59.0, 1.0, 95.0, 0.0, 102.0, 1.5],
            "difference": [9.0, 0.0, -5.0, 0.0, 2.0, 0.5],
            "low": [8.0, 0.0, -6.0, 0.0, -1.0, 0.1],
            "high": [10.0, 0.0, -4.0, 0.0, 5.0, 0.9],
        }
    )
    found = months_chart(frame, "USD")
    assert "1 of 3 months" in found.takeaway
    assert "USD 5 less, in 2027-01" in found.takeaway
    assert months_chart(frame[:1], "USD").takeaway == "No month differs."


def test_a_chart_of_savings_draws_a_saving_as_the_table_beside_it_tells_it() -> None:
    saved = difference_chart([DifferenceMark("A", -21, -40, -3)], "USD", "x", savings=True)
    (row,) = next(rows for rows in saved.chart.to_dict()["datasets"].values() if "label" in rows[0])
    assert (row["mean"], row["low"], row["high"], row["kind"]) == (21, 3, 40, "saves")
    assert "+21" in row["text"]
