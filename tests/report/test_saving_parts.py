"""A saving in its four parts is the same wherever it is shown, in both languages."""

from __future__ import annotations

import pytest

from tests.decision.telling import record, report
from tests.decision.test_decide import decided, seller
from tests.report.test_workbook import book, rows
from warrantysim.locale.wording import Lang, named
from warrantysim.money.categories import PARTS
from warrantysim.report import figures
from warrantysim.report.rows import rows_of
from warrantysim.studies.decide.files import flat_table
from warrantysim.studies.decide.sentences import cell_parts, whole_parts
from warrantysim.studies.decide.words import CaseWords


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_terminal_names_each_part_with_its_amount_and_interval(lang: Lang) -> None:
    decision, _ = decided()
    text = "".join(report(decision, seller(), lang, 140).split())
    for title, saving, ends in whole_parts(decision.parts, lang):
        assert "".join(title.split()) in text
        assert figures.signed(saving) in text
        assert "".join(ends.split()) in text


def test_files_hold_the_figures_of_the_decision() -> None:
    decision, _ = decided()
    told = record(decision, seller())["saving_parts"]
    assert {name: one["mean"] for name, one in told.items()} == {
        name: float(decision.parts[name].interval.mean) for name in PARTS
    }
    frame = flat_table(decision, CaseWords.of(seller()))
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
    assert [title for title, *_ in cell_parts(row, "en")] == [named("part", name) for name in PARTS]
    assert cell_parts({}, "en") == []
    assert whole_parts({}, "en") == []
