"""Tables of a scenario as files to fill in and bring back: a workbook with notes and lists of choices, or CSV.

What is exported reads back as what it was: the first row names the columns, the second begins with ``# `` and says unit
and range, and no text can run as a formula.
"""

from __future__ import annotations

import io
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter

from warrantysim.files.tables import NOTE, columns
from warrantysim.files.workbooks import cell_text
from warrantysim.locale.wording import Lang, named, say, with_value
from warrantysim.report.export import CSV_ENCODING, printed_whole
from warrantysim.report.field_names import field_name, unit_name
from warrantysim.report.input_frames import column_kind, table_columns, table_rows
from warrantysim.schema.fields import arms, value_bounds, words
from warrantysim.schema.plain_text import delimited, text_cell
from warrantysim.schema.root import Scenario
from warrantysim.schema.strict import Row

FIRST = 2
"""First row of figures, counted from 0: after the names and the notes."""
SPARE = 500
"""Rows below the figures that still have lists of choices."""
WIDEST, NARROWEST = 40, 9
"""Column widths [characters]."""
_LONGEST = 32_000
_REFERS = {
    "sku": "skus",
    "market": "markets",
    "channel": "channels",
    "currency": "currencies",
    "landed_currency": "currencies",
    "card": "cards",
    "lane": "lanes",
    "calendar": "calendars",
}
"""Columns that name something the scenario has, by what they name."""


def tables_csv(scenario: Scenario, table: str, lang: Lang, with_rows: bool = True) -> bytes:
    """One table as CSV with its row of notes; opens in Excel, in Chinese too."""
    names = table_columns(table)
    rows = [[row[name] for name in names] for row in table_rows(scenario, table)] if with_rows else []
    cells = [[None if value is None else cell_text(value) for value in row] for row in rows]
    return delimited([names, notes(table, lang), *cells]).encode(CSV_ENCODING)


def notes(table: str, lang: Lang) -> list[str]:
    """Under each column's name what it holds: ``# list price [market currency, > 0]``; the first begins with ``# ``."""
    model = Scenario.TABLES[table]
    out = []
    for name in table_columns(table):
        said = words(model.model_fields[columns(model)[name]].description)
        inside = ", ".join(part for part in (unit_name(said.unit, lang), said.range) if part)
        out.append(
            f"{field_name(f'{table}.{name}', lang)} [{inside}]" if inside else field_name(f"{table}.{name}", lang)
        )
    return [NOTE + out[0], *out[1:]]


def tables_workbook(scenario: Scenario, tables: Sequence[str], lang: Lang, with_rows: bool = True) -> bytes:
    """Tables as sheets of one workbook, each with its notes, lists of choices and checks of numbers; in front what
    each sheet holds and how to fill it in."""
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target, options)
    bold = book.add_format({"bold": True, "bg_color": "#E8EDF3"})
    note = book.add_format({"italic": True, "font_color": "#555555", "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    agenda = book.add_worksheet("Agenda")
    agenda.set_column(0, 0, 18)
    agenda.set_column(1, 1, 90, wrap)
    agenda.set_column(2, 2, 9)
    agenda.write_string(0, 0, text_cell(scenario.name))
    agenda.write_string(1, 1, say("input.how", lang), wrap)
    for column, key in enumerate(("agenda", "about", "rows")):
        agenda.write_string(3, column, say(f"input.{key}", lang), bold)
    lists = _Lists(scenario)
    for place, table in enumerate(tables):
        rows = table_rows(scenario, table) if with_rows else []
        about = with_value(field_name(table, lang), named("about", table, lang), lang)
        agenda.write_string(4 + place, 0, table)
        agenda.write_string(4 + place, 1, about, wrap)
        agenda.write_number(4 + place, 2, len(rows))
        sheet = book.add_worksheet(table)
        names, model = table_columns(table), Scenario.TABLES[table]
        sheet.freeze_panes(FIRST, len(model.key_fields))
        for column, (name, said) in enumerate(zip(names, notes(table, lang), strict=True)):
            sheet.write_string(0, column, name, bold)
            sheet.write_string(1, column, text_cell(said), note)
            longest = max([len(name) + 2, *(len(cell_text(row[name])) for row in rows[:60] if row[name] is not None)])
            as_text = text if column_kind(model, name) != "number" else None
            sheet.set_column(column, column, min(WIDEST, max(NARROWEST, longest)), as_text)
            for i, row in enumerate(rows):
                _write(sheet, FIRST + i, column, row[name], text)
            if check := _check(table, name, lists, lang):
                sheet.data_validation(FIRST, column, FIRST + len(rows) + SPARE, column, check)
    for sheet in book.worksheets():
        printed_whole(sheet)
    lists.write(book)
    book.close()
    return target.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, text: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(row, column, cell_text(value), text)
    elif isinstance(value, int | float) and float(f"{value:.16G}") == value:
        sheet.write_number(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_string(row, column, cell_text(value), text)  # a workbook's numbers have 16 digits
    else:
        sheet.write_string(row, column, text_cell(str(value))[:_LONGEST], text)


class _Lists:
    """Names the scenario has, in columns of a sheet that cells choose from."""

    def __init__(self, scenario: Scenario) -> None:
        self.names: Mapping[str, Sequence[str]] = {
            "skus": scenario.sku_ids,
            "markets": scenario.market_ids,
            "channels": scenario.channel_ids,
            "currencies": tuple(dict.fromkeys(("USD", *(row.currency for row in scenario.fx)))),
            "cards": tuple(dict.fromkeys(row.card for row in scenario.rate_cards)),
            "lanes": tuple(scenario.lanes),
            "calendars": tuple(scenario.calendars),
        }

    def source(self, name: str) -> str:
        """Where the names stand, as a spreadsheet writes it."""
        column = chr(ord("A") + list(self.names).index(name))
        return f"=Lists!${column}$2:${column}${max(2, 1 + len(self.names[name]))}"

    def write(self, book: xlsxwriter.Workbook) -> None:
        """Their sheet."""
        sheet = book.add_worksheet("Lists")
        for column, (name, held) in enumerate(self.names.items()):
            sheet.write_string(0, column, name)
            for i, one in enumerate(held):
                sheet.write_string(1 + i, column, text_cell(one)[:_LONGEST])
        sheet.hide()


def _check(table: str, column: str, lists: _Lists, lang: Lang) -> dict[str, Any] | None:
    """What a spreadsheet holds the cells of a column to: a choice, or a range of numbers."""
    model: type[Row] = Scenario.TABLES[table]
    field = model.model_fields[columns(model)[column]]
    told = {"ignore_blank": True, "error_title": column, "error_message": say("input.pick", lang)}
    choices = _choices(field.annotation)
    if choices:
        return {"validate": "list", "source": choices, **told}
    names_own = model.key_fields == (column,)
    if column in _REFERS and not names_own and len(lists.names[_REFERS[column]]):
        return {"validate": "list", "source": lists.source(_REFERS[column]), **told, "error_type": "warning"}
    if column_kind(model, column) == "number":
        return _range(value_bounds(field), column, words(field.description).range)
    return None


def choices_of(table: str, column: str) -> list[str]:
    """The words a column is held to; empty where it takes any. Truths are none: they are ticked."""
    model = Scenario.TABLES[table]
    return (
        [] if column_kind(model, column) == "truth" else _choices(model.model_fields[columns(model)[column]].annotation)
    )


def _choices(annotation: Any) -> list[str]:
    found: list[str] = []
    for arm in arms(annotation):
        if typing.get_origin(arm) is typing.Literal:
            found += [str(one) for one in typing.get_args(arm) if str(one)]
        elif arm is bool:
            found += ["true", "false"]
    return found


def _range(metadata: Iterable[Any], column: str, said: str) -> dict[str, Any]:
    """Bounds of a column's numbers, as its field states them."""
    told = {"validate": "decimal", "ignore_blank": True, "error_title": column, "error_message": said or "a number"}
    low = high = None
    for bound in metadata:
        low = next((getattr(bound, key) for key in ("ge", "gt") if getattr(bound, key, None) is not None), low)
        high = next((getattr(bound, key) for key in ("le", "lt") if getattr(bound, key, None) is not None), high)
    if low is not None and high is not None:
        return {**told, "criteria": "between", "minimum": low, "maximum": high}
    if low is not None:
        return {**told, "criteria": ">=", "value": low}
    return {**told, "criteria": "between", "minimum": -1e12, "maximum": 1e12}
