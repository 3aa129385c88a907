"""The comparison of quotes as a workbook: every table of the study, terms side by side, bills with live sums."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from warrantysim.locale.wording import Lang, say
from warrantysim.report.quotes_bills import COLUMNS
from warrantysim.report.quotes_columns import TABLES, ReadTables, heading
from warrantysim.report.quotes_report import QuotesPage
from warrantysim.report.quotes_sheet import read_sheet
from warrantysim.report.workbook.book import FIRST, LABELS, Book

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.worksheet import Worksheet

    from warrantysim.analysis.quote_findings import QuoteFindings

SHEETS = {
    "Ranking": "ranking", "Values": "values", "WinningPrices": "winning_prices", "GoodUnits": "good_units",
    "Bills": "bills", "Work": "work", "Crossovers": "crossovers", "Pools": "pools", "Awards": "awards",
    "Exits": "exits", "OpenTerms": "open_terms",
}  # fmt: skip
"""Sheets after the answer and the terms, with the table each holds."""
FORMATS = {
    "text": "text", "yes": "text", "money": "money", "cents": "price", "amount": "money", "share": "share",
    "days": "days", "count": "whole", "tenth": "days",
}  # fmt: skip
WIDE, NARROW = 34.0, 15.0


def quotes_workbook(found: QuoteFindings, *, lang: Lang = "en", run_id: str = "", made: datetime) -> bytes:
    """The study as an xlsx file; ``run_id``: the id under which it is stored, if it is; ``made``: part of the file."""
    target = BytesIO()
    page = QuotesPage(found, lang, 110)
    book = Book(target, lang, {"title": page.head()[0], "comments": run_id}, made)
    _answer(book, page, run_id)
    _terms(book, found, lang)
    tables = ReadTables(found, lang)
    for name, table in SHEETS.items():
        frame = tables.frame(table)
        if len(frame):
            sheet = _sheet(book, name, table, frame, lang)
            if table == "bills":
                _sums(book, sheet, frame)
    book.file.close()
    return target.getvalue()


def _answer(book: Book, page: QuotesPage, run_id: str) -> None:
    sheet = book.sheet("Answer", [110.0])
    book.write(sheet, 0, 0, page.head()[0], "title")
    lines = [*page.sentences(), " ".join(page.head()[1:]), page.provenance(), *([run_id] if run_id else [])]
    for row, line in enumerate(lines, start=2):
        book.write(sheet, row, 0, line, "wrap")


def _terms(book: Book, found: QuoteFindings, lang: Lang) -> None:
    frame = read_sheet(found.study.world, found.study.quotes, lang)
    sheet = book.sheet("Terms", [WIDE, *([WIDE] * (len(frame.columns) - 1))], freeze=FIRST)
    book.heads(sheet, [(str(place), str(column)) for place, column in enumerate(frame.columns)])
    for row, cells in enumerate(frame.itertuples(index=False), start=FIRST):
        for column, cell in enumerate(cells):
            book.write(sheet, row, column, cell, "wrap")


def _sheet(book: Book, name: str, table: str, frame: pd.DataFrame, lang: Lang) -> Worksheet:
    kinds = TABLES[table]
    widths = [WIDE if kind == "text" else NARROW for kind in kinds.values()]
    sheet = book.sheet(name, widths, freeze=FIRST)
    book.heads(sheet, [(column, heading(table, column, lang)) for column in kinds])
    for row, cells in enumerate(frame.itertuples(index=False), start=FIRST):
        for column, (cell, kind) in enumerate(zip(cells, kinds.values(), strict=True)):
            value = say(f"quotes.{'yes' if cell else 'no'}", lang) if kind == "yes" else _plain(cell)
            book.write(sheet, row, column, value, FORMATS[kind])
    sheet.autofilter(LABELS, 0, FIRST + len(frame) - 1, len(kinds) - 1)
    return sheet


def _plain(cell: object) -> object:
    """A NumPy scalar as Python's own."""
    return cell.item() if hasattr(cell, "item") else cell


def _sums(book: Book, sheet: Worksheet, frame: pd.DataFrame) -> None:
    """Each row's total, and below each contract's bills their sum, as live formulas."""
    columns = list(TABLES["bills"])
    first, last, total = columns.index(COLUMNS[0]), columns.index(COLUMNS[-1]), columns.index("total")
    for row in range(len(frame)):
        ends = f"{xl_rowcol_to_cell(FIRST + row, first)}:{xl_rowcol_to_cell(FIRST + row, last)}"
        book.formula(sheet, FIRST + row, total, f"SUM({ends})", float(frame["total"].iloc[row]), "money")
    at = FIRST + len(frame) + 1
    for (quote, desk, currency), rows in frame.groupby(["quote", "desk", "currency"], sort=False):
        for column, text in zip(range(4), (quote, desk, currency, say("quotes.sum", book.lang)), strict=True):
            book.write(sheet, at, column, text, "total")
        start, stop = FIRST + int(rows.index[0]) + 1, FIRST + int(rows.index[-1]) + 1
        for column in range(first, total + 1):
            letter = xl_col_to_name(column)
            sum_of = f"SUM({letter}{start}:{letter}{stop})"
            book.formula(sheet, at, column, sum_of, float(rows[columns[column]].sum()), "money_total")
        at += 1
