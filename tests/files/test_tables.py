"""Tables: a cell is read or refused by its row and column, and CSV and XLSX say the same."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from tests.schema.toy import SALES, Sales, Sku, load_toy, write
from warrantysim.files.tables import read_table
from warrantysim.files.workbooks import cell_text
from warrantysim.schema.digest import digest
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.figure_advice import figure_fix
from warrantysim.schema.row_keys import key_text


def table(path: Path, text: str, model: type = Sku):
    path.write_text(text, encoding="utf-8")
    return read_table(path, model)


def test_an_empty_cell_is_not_stated(tmp_path: Path) -> None:
    read = table(tmp_path / "t.csv", "sku,name,weight_kg,price\nA,,1,\n")
    assert read.rows == [{"sku": "A", "weight_kg": "1"}]


def test_blank_lines_are_skipped_and_rows_keep_their_number(tmp_path: Path) -> None:
    read = table(tmp_path / "t.csv", "sku,weight_kg,price\nA,1,3 USD\n\n,,\nB,1,3 USD\n")
    assert read.numbers == [2, 5]


def test_text_with_commas_and_line_breaks_is_one_cell_in_quotes(tmp_path: Path) -> None:
    read = table(tmp_path / "t.csv", 'sku,name,weight_kg,price\nA,"a, b\nc",1,3 USD\nB,,x,3 USD\n')
    assert read.rows[0]["name"] == "a, b\nc"
    assert read.numbers == [2, 3]


def test_codes_keep_their_leading_zeros(tmp_path: Path) -> None:
    assert table(tmp_path / "t.csv", "sku,weight_kg,price\n007,1,3 USD\n").rows[0]["sku"] == "007"


def test_a_workbook_says_the_same_as_its_csv(tmp_path: Path) -> None:
    base = write(tmp_path)
    plain = load_toy(base).scenario
    with xlsxwriter.Workbook(tmp_path / "tables" / "book.xlsx") as book:
        book.add_worksheet("Notes").write(0, 0, "not this one")
        sheet = book.add_worksheet("Sales")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for i, line in enumerate(SALES.splitlines()):
            for j, cell in enumerate(line.split(",")):
                if i and j == 2:
                    sheet.write_number(i, j, float(cell))
                elif i and j == 3 and cell:
                    sheet.write_datetime(i, j, dt.datetime.fromisoformat(cell), day)
                else:
                    sheet.write_string(i, j, cell)
    text = base.read_text(encoding="utf-8").replace("tables/sales.csv", "tables/book.xlsx#Sales")
    base.write_text(text, encoding="utf-8")
    loaded = load_toy(base)
    assert digest(loaded.scenario) == digest(plain)
    assert "xlsx" in {file.encoding for file in loaded.files}


@pytest.mark.parametrize(
    ("cell", "text"),
    [(5.0, "5"), (0.25, "0.25"), (True, "true"), (dt.date(2027, 2, 6), "2027-02-06"), ("x", "x"), (1e300, "1e+300")],
)
def test_a_spreadsheet_cell_reads_as_the_text_a_csv_would_hold(cell: object, text: str) -> None:
    assert cell_text(cell) == text


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("１２", "full-width characters in '１２'; write '12'"),
        ("1,200", "'1,200' may mean 1200 or 1.2; write '1200' or '1.2'"),
        ("1,200.50", "a thousands separator in '1,200.50'; write '1200.5'"),
        ("3,5", "a comma in '3,5'; write '3.5' with a decimal point"),
        ("12", None),
        ("lognormal(median=4,sigma=0.8)", None),
        ("58 USD", None),
    ],
)
def test_a_figure_no_reader_can_be_sure_of_is_refused_with_its_fix(text: str, fix: str | None) -> None:
    found = figure_fix(text)
    assert (found and str(found)) == fix


def test_full_width_text_is_no_figure(tmp_path: Path) -> None:
    assert not table(tmp_path / "t.csv", "sku,name,weight_kg,price\nA,６５Ｗ充电器,1,3 USD\n").problems


def test_an_undated_row_is_named_without_a_date_and_a_dated_one_with_it() -> None:
    row = {"sku": "A", "market": "US", "units_per_month": "3"}
    assert key_text(row, Sales) == ("A", "US")
    assert key_text({**row, "from": "2027-06-01"}, Sales) == ("A", "US", "2027-06-01")
    assert key_text({**row, "from": "0001-01-01"}, Sales) == ("A", "US")


def test_a_table_of_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warrantysim.files.tables.MAX_ROWS", 3)
    with pytest.raises(ScenarioError, match=r"t\.csv: the table has more than 3 rows"):
        table(tmp_path / "t.csv", "sku,weight_kg,price\n" + "A,1,3 USD\n" * 4)
