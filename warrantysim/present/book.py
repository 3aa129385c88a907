"""A workbook under way: its formats, and writers that never let a text become a formula or a link."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from warrantysim.locale.wording import Lang, say
from warrantysim.report.export import printed_whole
from warrantysim.report.tables import wrapped
from warrantysim.schema.plain_text import one_line, text_cell

KEYS, LABELS, FIRST = 0, 1, 2
"""Rows of a table: stable English keys, labels for people, first row of figures."""
MONEY = '[>=0.5]#,##0;[<=-0.5](#,##0);"-"'
WHOLE, PRICE, RATE, SHARE, DAYS = "#,##0", "#,##0.00", "0.000000", "0.0%", "0.0"
SIGNED = "[>=0.5]+#,##0;[<=-0.5]-#,##0;0"
_INPUT: dict[str, Any] = {"font_color": "#0000CC", "bg_color": "#FFF9DB", "locked": False, "border": 4}
PAGE = 190
"""Width of columns that is still legible on a page; a wider sheet is printed on several, its first column on each
[characters]."""
LINE_HEIGHT = 15.0
"""Of a row [points]."""
LONGEST = 32_000
"""Characters a cell may hold."""
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16},
    "head": {"bold": True, "font_size": 12},
    "text": {},
    "wrap": {"text_wrap": True, "valign": "top"},
    "key": {"font_color": "#888888", "font_size": 8, "bottom": 1},
    "label": {"bold": True, "bg_color": "#E8EDF3", "text_wrap": True, "valign": "top"},
    "note": {"italic": True, "font_color": "#555555", "text_wrap": True, "valign": "top"},
    "money": {"num_format": MONEY},
    "total": {"bold": True, "top": 1},
    "price": {"num_format": PRICE},
    "signed": {"num_format": SIGNED},
    "whole": {"num_format": WHOLE},
    "days": {"num_format": DAYS},
    "share": {"num_format": SHARE},
    "input_share": {"num_format": "0%", **_INPUT},
    "input_rate": {"num_format": RATE, **_INPUT},
    "rate": {"num_format": RATE},
    "pasted": {"num_format": PRICE, "bg_color": "#EEEEEE", "font_color": "#444444"},
    "pasted_text": {"bg_color": "#EEEEEE", "font_color": "#444444"},
    "ok": {"bg_color": "#D6E9F8", "bold": True},
    "check": {"bg_color": "#FBD9B5", "bold": True},
}  # fmt: skip
_FORMATS |= {
    f"{name}_total": {**_FORMATS[name], **_FORMATS["total"]}
    for name in ("text", "wrap", "money", "price", "signed", "whole", "days", "share")
}


class Book:
    """An xlsx file in one language; sheet names and keys are English in both, so that formulas and imports hold."""

    def __init__(self, target: IO[bytes], lang: Lang, properties: dict[str, str], made: datetime) -> None:
        self.lang = lang
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
        }
        self.file = xlsxwriter.Workbook(target, options)
        self.file.set_properties({**{key: one_line(text) for key, text in properties.items()}, "created": made})
        self.file.set_calc_mode("auto")
        self.formats: dict[str, Format] = {name: self.file.add_format(how) for name, how in _FORMATS.items()}
        self.sheets: list[tuple[str, str]] = []
        """Sheet and what it is for, in order."""
        self.widths: dict[str, Sequence[float]] = {}
        """Of columns, by sheet [characters]."""

    def sheet(
        self, name: str, widths: Sequence[float], *, freeze: int = 0, locked: bool = False, about: str = ""
    ) -> Worksheet:
        """A new sheet with column widths [characters]; ``freeze``: rows that stay on top; ``about``: what it is for."""
        sheet = self.file.add_worksheet(name)
        self.sheets.append((name, about or say(f"book.sheet.{name}", self.lang)))
        self.widths[name] = widths
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if freeze:
            sheet.freeze_panes(freeze, 0)
            sheet.repeat_rows(0, freeze - 1)
        if locked:
            sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
        sheet.hide_gridlines(2)
        printed_whole(sheet)
        if (pages := round(sum(widths) / PAGE)) > 1:
            sheet.fit_to_pages(pages, 0)
            sheet.repeat_columns(0)
        return sheet

    def say(self, key: str, **facts: Any) -> str:
        """A text of the workbook."""
        return say(f"book.{key}", self.lang, **facts)

    def write(self, sheet: Worksheet, row: int, column: int, value: Any, how: str = "text") -> None:
        """A value: figures as figures, everything else as text; nothing for NaN and None."""
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            sheet.write_blank(row, column, None, self.formats[how])
        elif isinstance(value, bool) or not isinstance(value, int | float):
            sheet.write_string(row, column, text_cell(str(value))[:LONGEST], self.formats[how])
        else:
            sheet.write_number(row, column, value, self.formats[how])

    def fit(self, sheet: Worksheet, row: int, *cells: tuple[str, float]) -> None:
        """Make a row as high as its texts, each in a column of a width [characters]: not every program does so."""
        if (n := max(len(wrapped(text, max(1, int(width)))) for text, width in cells)) > 1:
            sheet.set_row(row, n * LINE_HEIGHT)

    def formula(self, sheet: Worksheet, row: int, column: int, text: str, cached: float | str, how: str) -> None:
        """A live formula with the value it has now, for readers that do not calculate."""
        sheet.write_formula(row, column, f"={text}", self.formats[how], cached)

    def heads(self, sheet: Worksheet, columns: Sequence[tuple[str, str]], row: int = KEYS) -> None:
        """Two heading rows of a table: key and label of each column. Keys on top are for programs, and hidden."""
        if row == KEYS:
            sheet.set_row(row, None, None, {"hidden": True})
        widths = self.widths[sheet.name]
        self.fit(sheet, row + 1, *((label, 0.9 * widths[k]) for k, (_, label) in enumerate(columns) if k < len(widths)))
        for place, (key, label) in enumerate(columns):
            self.write(sheet, row, place, key, "key")
            self.write(sheet, row + 1, place, label, "label")
