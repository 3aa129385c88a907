"""Tables brought from outside: all good and taken, or wrong and nothing of it; every problem with its cell."""

from __future__ import annotations

import io
from functools import cache

import pytest
import xlsxwriter

from tests.experiment.tiny import sold
from tests.worlds import world
from warrantysim.files.imports import Spot, column_letters, spot, with_tables
from warrantysim.files.own_tables import brought
from warrantysim.files.tables import table_from_rows
from warrantysim.schema.diff import diff
from warrantysim.schema.errors import Problem, ScenarioError
from warrantysim.schema.root import Scenario

FX = "currency,usd_per_unit,from,source,mark\nCNY,0.14,,,A\nEUR,1.2,,our bank,S\n"


RATES = [{"currency": "CNY", "usd_per_unit": 0.14}, {"currency": "EUR", "usd_per_unit": 1.1}]


@cache
def shop() -> Scenario:
    return world(("A", "B"), ("US", "DE"), sales=sold(40, "US", "DE"), fx=RATES)


def book(sheets: dict[str, list[list[object]]]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"strings_to_formulas": False}) as file:
        for name, rows in sheets.items():
            sheet = file.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return target.getvalue()


def refused(content: bytes, file: str, table: str | None = None) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        with_tables(shop(), brought(content, file, table).tables)
    return caught.value.problems


def test_a_table_takes_the_place_of_the_one_there_and_nothing_else_moves() -> None:
    changed = with_tables(shop(), brought(FX.encode(), "fx.csv").tables)
    assert {change.path.split("[")[0] for change in diff(shop(), changed)} == {"fx"}
    assert changed.usd_per_unit("EUR") == 1.2


def test_a_file_says_by_its_name_which_table_it_is_or_is_told() -> None:
    assert set(brought(FX.encode(), "fx.csv").tables) == {"fx"}
    assert set(brought(FX.encode(), "bank rates.csv", "fx").tables) == {"fx"}
    assert "did you mean 'sales'" in str(refused(FX.encode(), "salez.csv")[0].message)


def test_a_workbook_holds_a_table_a_sheet_and_ours_are_passed_over() -> None:
    content = book(
        {"Agenda": [["what"]], "fx": [["currency", "usd_per_unit"], ["CNY", 0.14], ["EUR", 1.25]], "Lists": [["x"]]}
    )
    assert with_tables(shop(), brought(content, "all.xlsx").tables).usd_per_unit("EUR") == 1.25


def test_a_sheet_no_table_is_called_by_is_named_with_the_nearest() -> None:
    found = refused(book({"sale": [["sku"]], "fx": [["currency"]]}), "all.xlsx")
    assert [str(problem) for problem in found] == ["all.xlsx#sale: no table is called 'sale'; did you mean 'sales'?"]


def test_every_problem_is_told_at_once_and_by_its_cell() -> None:
    tables = brought(b"currency,usd_per_unit\nEUR,minus\nEURO,1.1\nGBP,-1\n", "fx.csv").tables
    with pytest.raises(ScenarioError) as caught:
        with_tables(shop(), tables)
    assert [(spot(p, tables).cell, str(p.message).split(",")[0]) for p in caught.value.problems] == [
        ("B2", "expected a number"),
        ("A3", "expected an ISO currency code such as USD"),
        ("B4", "expected a number of at least 1e-09"),
    ]


def test_the_world_as_a_whole_must_stay_sound() -> None:
    found = refused(b"sku,market,channel,units_per_month\nC,US,OWN,3\n", "sales.csv")
    assert [problem.where for problem in found] == ["sales.csv row 2, column sku"]
    assert "unknown SKU 'C'" in str(found[0].message)


def test_a_row_that_is_there_twice_is_named_with_the_first() -> None:
    found = refused(b"currency,usd_per_unit\nEUR,1.1\nEUR,1.2\n", "fx.csv")
    assert [str(problem) for problem in found] == ["fx.csv row 3: duplicate key EUR; first stated in fx.csv row 2"]


def test_a_column_that_is_missing_is_told_once_not_once_a_row() -> None:
    found = refused(b"currency,usd_per_unt\nEUR,1.1\nGBP,1.2\n", "fx.csv")
    assert [problem.rule for problem in found] == ["header", "header"]


@pytest.mark.parametrize(
    ("content", "file", "said"),
    [
        (b"\xff\xfe" + FX.encode("utf-16-le")[:-1], "fx.csv", "not UTF-16, which its first bytes announce; save it as"),
        (FX.replace("1.2", "１.２").encode(), "fx.csv", "full-width characters"),
        (b"", "fx.csv", "the file is empty"),
        (b"PK\x03\x04", "fx.xlsx", "not an .xlsx workbook, or damaged"),
        (b"x", "fx.xlsm", "workbooks with macros are not read; save it as .xlsx"),
        (b"x", "fx.pdf", "expected a .csv or .xlsx file, got '.pdf'"),
        (b"x", "../../etc/fx", "expected a .csv or .xlsx file, got 'no ending'"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_remedy(content: bytes, file: str, said: str) -> None:
    assert said in str(refused(content, file)[0].message)


def test_chinese_in_gb18030_is_read_and_said() -> None:
    found = brought(FX.replace("our bank", "我行").encode("gb18030"), "fx.csv").tables["fx"]
    assert found.file.encoding == "gb18030"
    assert found.rows[1]["source"] == "我行"


def test_notes_below_the_header_are_passed_over_and_no_rows_further_down_are() -> None:
    text = "currency,usd_per_unit,source\n# ISO code,USD per unit,text\n# more\nEUR,1.2,# not a note\n"
    assert brought(text.encode(), "fx.csv").tables["fx"].numbers == [4]
    assert refused(b"currency,usd_per_unit\nEUR,1.2\n# ISO code,x\n", "fx.csv")


def test_the_apostrophe_an_export_put_before_a_formula_is_taken_off() -> None:
    for text, meant in (("'=1+1", "=1+1"), ("'@x", "@x"), ("'plain", "'plain"), ("'", "'")):
        content = f"currency,usd_per_unit,source\nEUR,1.2,{text}\n".encode()
        assert brought(content, "fx.csv").tables["fx"].rows[0]["source"] == meant


def test_rows_that_were_typed_are_read_like_those_of_a_file() -> None:
    model = Scenario.TABLES["fx"]
    typed = table_from_rows("fx", ["currency", "usd_per_unit"], {2: ["EUR", "1.3"], 3: ["CNY", "0.14"]}, model)
    assert with_tables(shop(), {"fx": typed}).usd_per_unit("EUR") == 1.3
    wrong = table_from_rows("fx", ["currency", "usd_per_unit"], {2: ["EUR", "1.3"], 7: ["GBP", "x"]}, model)
    with pytest.raises(ScenarioError) as caught:
        with_tables(shop(), {"fx": wrong})
    assert spot(caught.value.problems[0], {"fx": wrong}) == Spot("fx", 7, "usd_per_unit", "B7")


@pytest.mark.parametrize(("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")])
def test_columns_are_called_as_spreadsheets_call_them(place: int, letters: str) -> None:
    assert column_letters(place) == letters


def test_files_of_one_name_are_told_apart_by_their_folders() -> None:
    for folder in ("january", "february"):
        problem = refused(b"currency,usd_per_unit\nEUR,x\n", f"{folder}/fxx.csv")[0]
        assert str(problem).startswith(f"{folder}/fxx.csv: which table is this?")
