"""The same rows in whatever form they come are the same books: separator, encoding, packing, order and names of
columns, decimal sign, order of dates.
"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Sequence

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.files.importers.reading import asked, imported
from warrantysim.files.importers.report import Imported

Lines = list[list[str]]

COLUMNS = (
    "amazon-order-id", "purchase-date", "order-status", "fulfillment-channel", "sales-channel", "sku", "item-status",
    "quantity", "currency", "item-price", "item-promotion-discount", "ship-city", "ship-country", "product-name",
)  # fmt: skip
VACUUM, CAMERA, SHIPPED = "Saugroboter für Böden", 'Caméra 6"', ("Shipped", "Amazon", "Amazon.de", "VAC-L10", "Shipped")
FRENCH = ("Amazon.fr", "CAM-2CH")
ROWS = (
    ("1", "2026-03-15", *SHIPPED, 1, "EUR", 1299.0, 0.0, "Köln", "DE", VACUUM),
    ("2", "2026-03-02", *SHIPPED, 2, "EUR", 2598.0, 130.5, "Graz", "AT", VACUUM),
    ("3", "2026-04-30", "Shipped", "Merchant", *FRENCH, "Shipped", 1, "EUR", 149.99, 0.0, "Nîmes", "FR", CAMERA),
    ("4", "2026-04-05", "Cancelled", "Amazon", *FRENCH, "Cancelled", 0, "EUR", None, None, "Évry", "FR", CAMERA),
)

POINT: Callable[[float], str] = "{:.2f}".format
THOUSANDS: Callable[[float], str] = "{:,.2f}".format
NUMBERS: dict[str, Callable[[float], str]] = {
    "point": POINT,
    "comma": lambda value: POINT(value).replace(".", ","),
    "point and thousands": THOUSANDS,
    "comma and thousands": lambda value: THOUSANDS(value).translate(str.maketrans(",.", ".,")),
    "comma and blanks": lambda value: THOUSANDS(value).replace(",", " ").replace(".", ","),
    "with a sign": lambda value: f"{THOUSANDS(value)} €",
}
DATES = {
    "iso": "%Y-%m-%d", "german": "%d.%m.%Y", "british": "%d/%m/%Y", "american": "%m/%d/%Y", "short": "%d-%m-%y",
    "named": "%d-%b-%Y", "long": "%B %d, %Y", "chinese": "%Y年%m月%d日",
}  # fmt: skip


def lines_of(number: str = "point", date: str = "iso", order: Sequence[int] | None = None, style: str = "-") -> Lines:
    """The rows as a report has them."""

    def cell(value: object) -> str:
        return "" if value is None else NUMBERS[number](value) if isinstance(value, float) else str(value)

    out = [[name.replace("-", style) if style != "title" else name.replace("-", " ").title() for name in COLUMNS]]
    for row in ROWS:
        out.append(
            [pd.Timestamp(value).strftime(DATES[date]) if i == 1 else cell(value) for i, value in enumerate(row)]
        )
    places = order or range(len(COLUMNS))
    return [[row[i] for i in places] for row in out]


def text_of(lines: Lines, mark: str = "\t", end: str = "\n", quoted: bool = False) -> str:
    """The rows as text."""
    if mark == "\t" and not quoted:
        return "".join(mark.join(row) + end for row in lines)
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark, lineterminator=end, quoting=csv.QUOTE_ALL if quoted else 0).writerows(lines)
    return out.getvalue()


def rows(found: Imported) -> list[dict[str, object]]:
    """The orders of the books, by key."""
    frame = found.rows["orders"].sort_values("key").astype(object)
    return frame.where(frame.notna(), None).to_dict("records")


PLAIN = rows(imported(text_of(lines_of())))


def test_the_plain_form_is_read_as_it_stands() -> None:
    assert [row["unit_price"] for row in sorted(PLAIN, key=lambda row: str(row["day"]))] == [
        1299.0,
        1299.0,
        None,
        149.99,
    ]


@settings(max_examples=40, deadline=None)
@given(
    mark=st.sampled_from("\t,;|"), end=st.sampled_from(["\n", "\r\n"]), quoted=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]), number=st.sampled_from(sorted(NUMBERS)),
    date=st.sampled_from(sorted(DATES)), order=st.permutations(range(len(COLUMNS))),
    style=st.sampled_from(["-", "_", " ", "title"]), packed=st.sampled_from(["", "gz", "zip"]),
)  # fmt: skip
def test_rows_are_the_same_in_every_form(
    mark: str, end: str, quoted: bool, encoding: str, number: str, date: str, order: list[int], style: str, packed: str
) -> None:
    if encoding == "cp1252" and (date == "chinese"):
        encoding = "gb18030"
    lines = lines_of(number, date, order, style)
    if encoding == "gb18030":  # no Chinese text has an umlaut, and a sign of the euro is rare
        lines = [
            [cell.encode("ascii", "ignore").decode() if "年" not in cell else cell for cell in row] for row in lines
        ]
    content = text_of(lines, mark, end, quoted).encode(encoding)
    if packed == "gz":
        content = gzip.compress(content, 1)
    elif packed == "zip":
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("report.txt", content)
        content = buffer.getvalue()
    found = imported(content)
    assert rows(found) == PLAIN
    assert not found.questions


def test_a_workbook_gives_the_same_rows() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet("About").write(0, 0, "This is a download")
        sheet = book.add_worksheet("Orders")
        for i, row in enumerate(lines_of()):
            for j, cell in enumerate(row):
                sheet.write(i + 2, j, float(cell) if i and COLUMNS[j] in ("quantity", "item-price") and cell else cell)
    found = imported(buffer.getvalue())
    assert (rows(found), found.form.sheet, found.form.header_row) == (PLAIN, "Orders", 3)


def test_a_first_line_may_say_what_parts_the_columns() -> None:
    assert rows(imported("sep=;\r\n" + text_of(lines_of(), ";"))) == PLAIN


def test_figures_that_may_be_two_are_asked_for_with_a_default() -> None:
    lines = lines_of()
    price, discount = COLUMNS.index("item-price"), COLUMNS.index("item-promotion-discount")
    for row in lines[1:]:
        row[price], row[discount] = "1.299", ""
    text = text_of(lines)
    assert asked(imported(text))["all_orders.decimal"] == "point"
    read = {
        one: imported(text, all_orders__decimal=one).rows["orders"]["unit_price"].max() for one in ("point", "comma")
    }
    assert read == {"point": 1.299, "comma": 1299.0}


def test_dates_that_may_be_two_are_asked_for_and_the_shorter_span_is_the_default() -> None:
    lines = lines_of()
    for row, stated in zip(lines[1:], ("03/05/2026", "03/06/2026", "03/07/2026", "03/08/2026"), strict=True):
        row[1] = stated
    text = text_of(lines)
    assert asked(imported(text))["all_orders.date_order"] == "mdy"
    months = imported(text, all_orders__date_order="dmy").rows["orders"]["day"].dt.month
    assert sorted(months) == [5, 6, 7, 8]


def test_one_date_that_fits_one_order_decides_for_the_others() -> None:
    lines = lines_of()
    for row, stated in zip(lines[1:], ("03/05/2026", "13/05/2026", "04/05/2026", "05/05/2026"), strict=True):
        row[1] = stated
    found = imported(text_of(lines))
    assert not found.questions
    assert (set(found.rows["orders"]["day"].dt.month), found.form.dates, found.form.dates_how) == ({5}, "dmy", "column")


@pytest.mark.parametrize("unknown", ["--", "N/A", " ", "n/a", "-"])
def test_what_says_unknown_is_unknown_and_no_zero(unknown: str) -> None:
    lines = lines_of()
    lines[3][COLUMNS.index("item-price")] = unknown
    found = imported(text_of(lines))
    assert found.rows["orders"].query("sku == 'CAM-2CH' and status == 'sold'")["unit_price"].isna().all()
    assert not found.unknown


def test_rows_that_end_early_are_filled_and_rows_that_are_too_long_are_left_out_and_told() -> None:
    lines = lines_of()
    lines[1] = lines[1][:-2]
    lines[3] = [*lines[3], "more"]
    found = imported(text_of(lines))
    assert (found.read, found.used) == (4, 3)
    assert "1 row ends early; what it lacks is unknown" in [str(one) for one in found.remarks]
    assert {str(one.reason): one.rows for one in found.left_out} == {
        "more cells than the header has, first in row 4": 1
    }


def test_a_quote_at_the_beginning_of_a_cell_of_a_tab_file_swallows_no_lines() -> None:
    lines = lines_of()
    lines[2][-1] = '"Dead" after a week'
    lines[3][-1] = '6" screen'
    assert rows(imported(text_of(lines))) == PLAIN


def test_an_encoding_nothing_tells_is_asked_for() -> None:
    lines = lines_of()
    for row in lines[1:]:
        row[COLUMNS.index("sku")] = "\xa4x"
        row[-1] = row[COLUMNS.index("ship-city")] = ""
    found = imported(text_of(lines).encode("latin-1"))
    assert found.form.how == "hint"
    assert asked(found)["encoding"] == "cp1252"
    other = imported(text_of(lines).encode("latin-1"), encoding="cp932")
    assert set(other.rows["orders"]["sku"]) == {"､x"}
