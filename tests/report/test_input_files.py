"""Tables go out as files and come back as they were; fields have names in both languages; problems are told in both."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache

import pytest

from tests.experiment.tiny import sold
from tests.texts import texts
from tests.worlds import world
from warrantysim.files.imports import with_tables
from warrantysim.files.own_tables import brought
from warrantysim.locale.wording import Lang
from warrantysim.report.field_names import field_name, full_name, kind_name, search_fields, steps_of, unit_name
from warrantysim.report.input_files import choices_of, tables_csv, tables_workbook
from warrantysim.report.input_frames import (
    Touched,
    figures_frame,
    mark_name,
    problem_kind,
    problems_frame,
    register_frame,
    table_frame,
    tables_frame,
)
from warrantysim.schema.choices import changeable
from warrantysim.schema.diff import diff
from warrantysim.schema.errors import Problem, ScenarioError, told
from warrantysim.schema.reference import describe
from warrantysim.schema.root import Scenario

HOSTILE = ('=HYPERLINK("x")', "+1", "-1", "@x", "<script>alert(1)</script>", "**x**", "１２", "长" * 3000)


@cache
def shop() -> Scenario:
    rates = [{"currency": "CNY", "usd_per_unit": 1 / 7.1}, {"currency": "EUR", "usd_per_unit": 1.1}]
    base = world(("A", "B"), ("US", "DE"), sales=sold(40, "US", "DE"), fx=rates)
    rows = [row.model_dump(by_alias=True) | {"source": text} for row, text in zip(base.faults, HOSTILE, strict=False)]
    rest = [row.model_dump(by_alias=True) for row in base.faults[len(rows) :]]
    return base.replace(faults=[*rows, *rest])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_workbook_that_went_out_comes_back_as_it_was(lang: Lang) -> None:
    content = tables_workbook(shop(), list(Scenario.TABLES), lang)
    assert diff(shop(), with_tables(shop(), brought(content, "all.xlsx").tables)) == ()


@pytest.mark.parametrize("table", list(Scenario.TABLES))
def test_a_csv_that_went_out_comes_back_as_it_was(table: str) -> None:
    content = tables_csv(shop(), table, "zh")
    assert diff(shop(), with_tables(shop(), brought(content, f"{table}.csv").tables)) == ()


def test_what_was_edited_in_between_is_what_changed() -> None:
    text = tables_csv(shop(), "fx", "en").decode("utf-8-sig").replace('"EUR","', '"EUR","9')
    changes = diff(shop(), with_tables(shop(), brought(text.encode(), "fx.csv").tables))
    assert [change.path for change in changes] == ["fx[EUR].usd_per_unit"]


def test_every_sheet_is_printed_as_wide_as_a_page() -> None:
    with zipfile.ZipFile(io.BytesIO(tables_workbook(shop(), ["skus", "faults"], "en"))) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    printed = ['orientation="landscape"' in sheet and 'fitToHeight="0"' in sheet for sheet in sheets]
    assert printed == [True, True, True, False]  # The last holds the lists of choices, and is hidden.


def test_a_template_has_columns_and_notes_and_no_rows() -> None:
    found_in = brought(tables_csv(shop(), "sales", "en", with_rows=False), "sales.csv").tables["sales"]
    assert (found_in.rows, found_in.problems) == ([], [])
    assert b"units per month" in tables_csv(shop(), "sales", "en", with_rows=False).splitlines()[1]


def test_no_cell_of_a_csv_begins_like_a_formula() -> None:
    import csv

    text = tables_csv(shop(), "faults", "en").decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    # A plain figure such as +1 is a figure to a spreadsheet too.
    figure = re.compile(r"[+-][0-9.,]+%?")
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@")) and not figure.fullmatch(cell)]
    assert '\'=HYPERLINK("x")' in cells


def test_a_workbook_holds_lists_of_choices_and_no_formula() -> None:
    content = tables_workbook(shop(), ["sales", "faults"], "en")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not [sheet for sheet in sheets if "<f>" in sheet]
    assert any('type="list"' in sheet and "Lists!" in sheet for sheet in sheets)
    assert any("user_fixable" in sheet for sheet in sheets)


def test_a_column_of_few_words_offers_them() -> None:
    assert choices_of("faults", "mark") == ["S", "D", "A", "M"]
    assert choices_of("faults", "sku") == []
    assert choices_of("stock", "pool") == []


def test_every_field_has_a_chinese_name() -> None:
    assert not [row.path for row in describe() if steps_of(row.path)[-1] not in texts("zh", "field")]
    assert field_name("markets.<id>.parcel.loss_share", "zh") == "丢件率"
    assert field_name("freight_lanes[lane].mode", "zh") != field_name("partners.<id>.desks.<id>.parts.mode", "zh")
    assert full_name("markets.US.parcel.loss_share") == "markets › US › parcel › loss share"
    assert full_name("faults[VAC-L10,nff].share") == "faults › share (VAC-L10, nff)"
    assert full_name("faults[R,main_board].bench_minutes.gamma.mean") == "faults › bench minutes › mean (R, main board)"
    assert full_name("faults[R,main_board].share", "zh").endswith("（R，主板）")
    assert full_name("freight_breaks[*,*].rate", "zh") == "货运费率 › 费率"


def test_every_unit_has_a_chinese_name() -> None:
    units = {row.unit for row in describe()} - {""}
    assert not [unit for unit in units if "|" not in unit and unit not in texts("zh", "unit")]
    assert unit_name("days", "zh") == "天"
    assert unit_name("EUR per parcel", "zh") == "EUR/包裹"
    assert unit_name("EUR per whim", "zh") == "EUR per whim"
    assert unit_name("true|false", "zh") == "是/否"


def test_kinds_of_values_are_told_in_chinese_and_choices_as_they_are_typed() -> None:
    assert kind_name("list of number", "zh") == "列表：数值"
    assert kind_name("one of order_date|claim_date (may be absent)", "zh") == "选项：order_date|claim_date （可不填）"
    assert not [kind for row in describe() if not re.search("[\u4e00-\u9fff]", kind := kind_name(row.type, "zh"))]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("loss share", "markets.<id>.parcel.loss_share"),
        ("丢件", "markets.<id>.parcel.loss_share"),
        ("Bearbeitung", ""),
        ("freight_breaks[lane", "freight_breaks[lane,from_quantity].source"),
        ("退款 预算", "decision.refund_budget"),
        ("lost on the way", "markets.<id>.parcel.loss_share"),
    ],
)
def test_fields_are_found_by_words_in_either_language_or_by_path(words: str, first: str) -> None:
    hits = [row.path for row in search_fields(changeable(), words)]
    assert (hits[:1] or [""])[0] == first


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_frames_have_a_row_a_thing_and_marks_in_words(lang: Lang) -> None:
    touched = {"fx": Touched("mine@2", "Lin", "2027-02-01T09:30:00+00:00", "new rates")}
    tables = tables_frame(shop(), touched, "2027-01-01", lang).set_index("table")
    assert len(tables) == len(Scenario.TABLES)
    assert tables.loc["fx", ["changed", "who", "version"]].tolist() == ["2027-02-01 09:30", "Lin", "mine@2"]
    assert tables.loc["sales", "changed"] == "2027-01-01"
    assert mark_name("A", lang) in tables.loc["sales", "marks"]
    assert mark_name("A", lang) != "A"


def test_a_figure_somebody_changed_has_his_reason_as_its_source() -> None:
    path = "markets.US.parcel.loss_share"
    touched = {path: Touched("mine@2", "Lin", "2027-02-01T09:30:00+00:00", "carrier's report")}
    frame = figures_frame(shop(), {}, touched, "x", "en").set_index("path")
    assert frame.loc[path, ["source", "mark", "who"]].tolist() == ["carrier's report", "A", "Lin"]
    assert frame.loc["markets.DE.parcel.loss_share", "who"] == ""


def test_an_assumption_stands_beside_what_is_stated_now() -> None:
    row = {"path": "markets.US.parcel.loss_share", "unit": "share", "low": 0.001, "high": 0.1, "reason": "r"}
    frame = register_frame(shop().replace(assumptions=[row]), {}, "x", "en")
    stated = shop().markets["US"].parcel.loss_share
    assert float(frame.loc[0, "value"]) == stated
    assert frame.loc[0, ["low", "high", "reason"]].tolist() == [0.001, 0.1, "r"]


def test_numbers_of_a_table_stay_numbers() -> None:
    frame = table_frame(shop(), "fx")
    assert frame["usd_per_unit"].dtype.kind == "f"
    assert list(frame.columns)[-3:] == ["from", "source", "mark"]


def test_problems_are_told_by_kind_with_their_cell_in_both_languages() -> None:
    tables = brought(b"currency,usd_per_unit\nEUR,2,5\nEUR,-1\n", "fx.csv").tables
    with pytest.raises(ScenarioError) as caught:
        with_tables(shop(), tables)
    english, chinese = (problems_frame(caught.value.problems, tables, lang) for lang in ("en", "zh"))
    assert set(english["kind"]) == {"rows", "cells"}
    assert english["cell"].tolist().count("B3") == 1
    assert chinese["message"].str.contains("应").all()


@pytest.mark.parametrize(
    ("problem", "kind"),
    [
        (Problem("", told("unknown column 'x'"), "f row 1", "header"), "columns"),
        (Problem("", told("the file is empty"), "f", "file"), "file"),
        (Problem("", told("unknown SKU 'C'"), "f row 2, column sku", "unknown SKU"), "names"),
        (Problem("", told("shares sum to 0.9"), "f", "sum of faults"), "world"),
    ],
)
def test_a_problem_has_a_kind(problem: Problem, kind: str) -> None:
    assert problem_kind(problem) == kind
