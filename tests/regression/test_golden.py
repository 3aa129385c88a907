"""What the reference seller, made small, and two what-ifs are told is what the golden files say, in every form."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import islice
from pathlib import Path

import pytest
import xlsxwriter

from tests.regression import forms, golden
from tests.regression.__main__ import TOLD
from tests.regression.asking import Answers, answer
from tests.regression.differences import differences
from tests.regression.questions import QUESTIONS, Question
from tests.regression.small_seller import make
from warrantysim.version import MODEL

ASKED = [pytest.param(q, id=q.id, marks=[pytest.mark.slow] if q.slow else []) for q in QUESTIONS]


LOOSE = re.compile(r"。 (?=[^\s|])|[\u3400-\u9fff）]: |[\u3400-\u9fff）]:(?=[\u3400-\u9fff])")
"""A blank behind a Chinese full stop, or a half-width colon behind Chinese."""


def test_no_chinese_answer_has_a_blank_behind_a_full_stop_or_a_colon_of_another_script() -> None:
    kept = {f"{q.id}/{name}": text for q in QUESTIONS for name, text in golden.read(q).items()}
    chinese = {name: text for name, text in kept.items() if re.search(r"[/.-]zh([-._]|$)", name)}
    assert len(chinese) > 30
    assert not [f"{name}: {one[0]}" for name, text in chinese.items() for one in LOOSE.finditer(text)]


IDS = re.compile(r"flatfix-us|tierwerk-de|benchlease-uk|hub-test-\w\w|zzpartner\w+")
"""Partners of the sellers asked, by their ids."""
IN_FILES = re.compile(r"[\w\[\],*-]+(\.[\w\[\],*-]+)+|^bill_.*\.svg$", re.M)
"""Paths of figures and names of files are written as they are typed."""
LEDGER = ("Calc,", "Sim_Quantities,", "Platform_Rules,")
"""Sheets of lines to be matched or uploaded, which state partners by id in a column of its own."""


def read_by_people(name: str, text: str) -> str:
    """Of a golden file what people read: texts, sheets, and the sentences of tables."""
    if name.endswith(".xlsx.csv"):
        return "\n".join(line for line in text.splitlines() if not line.startswith(LEDGER))
    if name.endswith((".txt", ".md", ".html")):
        return text
    rows = csv.DictReader(io.StringIO(text)) if name.endswith(".csv") else ()
    told = [
        row[key] or ""
        for row in rows
        for key in row
        if str(key).startswith(("title_", "sentence_", "in_words", "binds"))
    ]
    return "\n".join(told)


def test_people_read_titles_of_partners_never_ids() -> None:
    kept = {f"{q.id}/{name}": read_by_people(name, text) for q in QUESTIONS for name, text in golden.read(q).items()}
    assert "FlatFix (Texas)" in kept["small/decide/en.txt"]
    assert "FlatFix（德州）" in kept["small/decide/decision.csv"]
    wrong = {name: IDS.search(IN_FILES.sub("", text)) for name, text in kept.items()}
    assert not [f"{name}: {found[0]}" for name, found in wrong.items() if found]


@pytest.fixture(scope="module")
def sellers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small seller's scenarios."""
    return make(tmp_path_factory.mktemp("golden"))


@pytest.mark.parametrize("question", ASKED)
def test_the_answer_is_the_one_that_is_kept(question: Question, sellers: Path, tmp_path: Path) -> None:
    kept = golden.read(question)
    if question.full and not kept:
        pytest.skip("not written: make golden FULL=1")
    assert kept, f"no golden files for {question.id}: make golden"
    told = list(islice(golden.changes(kept, answer(question, sellers, tmp_path)), TOLD + 1))
    more = "\n  and more" if len(told) > TOLD else ""
    assert not told, (
        f"{question.id} (meant? then `make golden`, and a line in CHANGELOG.md):\n  " + "\n  ".join(told[:TOLD]) + more
    )


def test_figures_move_only_with_the_number_of_the_model() -> None:
    stated = json.loads(golden.MODEL_FILE.read_text("utf-8"))
    assert stated["model"] == MODEL, "make golden notes the figures of a new model"
    moved = {id: (stated["figures"].get(id), now) for id, now in golden.figures().items()}
    told = {id: pair for id, pair in moved.items() if pair[0] is None or pair[1] != pytest.approx(pair[0], rel=1e-8)}
    assert not told, "the model gives other figures: raise MODEL in warrantysim/version.py, then make golden"


def test_every_golden_file_belongs_to_a_question() -> None:
    files = (path for path in golden.GOLDEN.rglob("*") if path != golden.MODEL_FILE)
    folders = {path.parent.relative_to(golden.GOLDEN).as_posix() for path in files if path.is_file()}
    assert folders <= {question.id for question in QUESTIONS}


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("a.csv", "sku,cost\nA,1.5\nB,2\n", "sku,cost\nA,1.5\nB,3\n", "row 2 [B], column cost: '2' -> '3'"),
        ("a.csv", "sku,cost\nA,1\nB,2\n", "sku,cost\nA,1\nC,7\nB,2\n", "row 1 [C]: new below"),
        ("a.csv", "sku,cost\nA,1\nB,2\n", "sku,cost\nB,2\n", "row 1 [A]: gone"),
        ("a.csv", "sku,cost\nA,1\n", "sku,price\nA,1\n", "column cost: gone"),
        ("a.csv", "sku,cost\nA,1\n", "sku,cost\nA,\n", "row 1 [A], column cost: '1' -> ''"),
        ("a.xlsx.csv", "sheet,row,A\nX,1,a\nX,2,b\n", "sheet,row,A\nX,1,a\nX,2,c\nX,3,b\n", "row 1 [X, c]: new below"),
        ("a.json", '{"cells": [{"saving": 1.5}]}', '{"cells": [{"saving": 2}]}', "cells[0].saving: '1.5' -> '2'"),
        ("a.json", '{"cells": [1]}', '{"cells": [1, 2]}', "cells: 1 -> 2 entries"),
        ("a.json", '{"sure": true}', '{"sure": 1.5}', "sure: 'true' -> '1.5'"),
        ("a.txt", "Keep it.\nSaves 5.\n", "Keep it.\nSaves 6.\n", "line 2: 'Saves 5.' -> 'Saves 6.'"),
        ("a.txt", "One.\n", "One.\nTwo.\n", "line 2: nothing -> 'Two.'"),
    ],
)
def test_a_difference_is_told_with_its_place(name: str, old: str, new: str, told: str) -> None:
    assert told in differences(name, old, new)


def test_figures_that_platforms_may_round_either_way_are_the_same() -> None:
    old, new = "sku,cost\nA,1234.567891\n", "sku,cost\nA,1234.567892\n"
    assert not list(differences("a.csv", old, new))
    assert list(differences("a.csv", old, new.replace("892", "992")))
    assert not list(differences("a.json", '{"x": 1.000000001}', '{"x": 1}'))


def test_a_part_that_is_gone_or_new_is_told() -> None:
    assert list(golden.changes({"a.csv": "x\n"}, {"b.csv": "x\n"})) == ["a.csv: gone", "b.csv: new"]


def test_times_paths_and_versions_are_no_part_of_an_answer() -> None:
    text = "Saves 5.\n\nTIME\n====\n9 s in all.\nPeak memory: 232 MB.\n\nwarrantysim 0.1.0, scenario x 7d15cd0733f8\n"
    assert forms.report(text) == "Saves 5.\n\nTIMES AND MEMORY\n\nwarrantysim VERSION, scenario x DIGEST\n"
    assert (
        forms.table('\ufeff"made","cost"\n"2026-11-29T23:56:43","0.1234567890123"\n') == "made,cost\nTIME,0.123456789\n"
    )
    assert forms.record('{"seconds": {"load": 1.5}, "cost": 1e-12}') == '{\n"seconds": "MASKED",\n"cost": 0.0\n}\n'


def test_a_page_is_held_by_its_words() -> None:
    assert forms.page("<style>p {}</style><p>Saves <b>5</b></p><svg><text>x</text></svg>") == "Saves\n5\n"


def test_a_workbook_is_held_by_its_cells_and_formulas() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("Sums")
        sheet.write_row("A1", ["made", 2 / 3])
        sheet.write_formula("B2", "=B1*2+SUM($B$1:B1)", None, 2)
    assert forms.workbook(content.getvalue()).splitlines() == [
        "sheet,row,A,B,B=",
        "Sums,1,made,0.6666666667,",
        "Sums,2,,2,B[-1]*2+SUM($B$1:B[-1])",
    ]


def test_another_language_of_a_workbook_is_held_by_the_cells_that_differ() -> None:
    assert forms.without("sheet,cell\nA,1\nB,2\n", "sheet,cell\nA,1\nB,3\n") == "sheet,cell\nB,2\n"


def test_a_study_is_made_once_and_serves_every_form(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr("tests.regression.asking.MADE_ONCE", ("tests.regression.forms.figure", "tests.gone.away"))
    monkeypatch.setattr(forms, "figure", lambda x: calls.append(x) or f"{x}")
    answers = Answers()
    with answers.serving():
        assert [forms.figure(1), forms.figure(2)] == ["1", "2"]
        answers.again()
        assert [forms.figure(1), forms.figure(2)] == ["1", "2"]
        imported_meanwhile = forms.figure
    assert calls == [1, 2]
    assert imported_meanwhile(3) == "3"
    assert calls == [1, 2, 3]
