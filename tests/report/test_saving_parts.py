"""A saving in its four parts is the same wherever it is shown, in both languages."""

from __future__ import annotations

import pytest

from tests.decision.test_decide import decided, seller
from tests.report.test_workbook import book, rows
from warrantysim.locale.wording import Lang, named
from warrantysim.money.categories import PARTS
from warrantysim.report.decision_files import decision_record, flat_table
from warrantysim.report.decision_report import decision_report
from warrantysim.report.rows import rows_of
from warrantysim.report.saving_parts import of_cell, of_whole


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_terminal_names_each_part_with_its_amount_and_interval(lang: Lang) -> None:
    decision, _ = decided()
    text = "".join(decision_report(decision, seller(), lang, 140).split())
    for part in of_whole(decision.parts, lang):
        assert "".join(part.title.split()) in text
        assert part.saving in text
        assert "".join(part.interval.split()) in text


def test_files_hold_the_figures_of_the_decision() -> None:
    decision, _ = decided()
    told = decision_record(decision, seller(), ())["saving_parts"]
    assert {name: one["mean"] for name, one in told.items()} == {
        name: float(decision.parts[name].interval.mean) for name in PARTS
    }
    frame = flat_table(decision, seller())
    assert [frame[f"part_{name}"].tolist() for name in PARTS] == [
        decision.table[f"part_{name}"].tolist() for name in PARTS
    ]


def test_the_workbook_adds_the_parts_up_to_the_saving() -> None:
    decision, _ = decided()
    sheet = {row[0]: row[4] for row in rows("Parts", book()) if row[0] in (*PARTS, "total")}
    for name in PARTS:
        if name in sheet:
            assert sheet[name] == pytest.approx(float(decision.parts[name].interval.mean), abs=0.01)
    assert sheet["total"] == pytest.approx(float(decision.saving.interval.mean), abs=0.01)
    assert sum(sheet[name] for name in sheet if name != "total") == pytest.approx(sheet["total"], abs=0.01)


def test_a_cell_is_told_in_the_same_words_and_a_table_without_parts_in_none() -> None:
    decision, _ = decided()
    row = rows_of(decision.table)[0]
    assert [part.title for part in of_cell(row, "en")] == [named("part", name) for name in PARTS]
    assert of_cell({}, "en") == []
    assert of_whole({}, "en") == []
