"""A seller's workbook as an xlsx file: what to do in front, a sheet a table with its notes and lists of choices."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import TYPE_CHECKING, Any

from warrantysim.files.seller_book import COLUMNS, SHEETS, BookColumn, Place
from warrantysim.files.seller_cells import choices
from warrantysim.files.seller_edits import SellerSheets
from warrantysim.files.tables import NOTE
from warrantysim.locale.wording import say
from warrantysim.packs.archetypes import archetypes
from warrantysim.present.book import Book
from warrantysim.schema.figure_advice import PLAIN

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

FIRST = 2
"""First row of a sheet that is filled in, counted from 0: after headings and notes."""
SPARE = 500
"""Rows with lists of choices [rows]."""
MADE = dt.datetime(2026, 1, 1)
"""When a workbook says it was made: equal cells give equal files."""
STEPS = 6
"""Steps on the first sheet."""
LISTS = ("archetype", "battery", "channel", "market", "action", "territory")
"""What cells are chosen from, a column each of the hidden sheet."""
FROZEN = {"products": 2, "sales": 3, "claims": 2}
"""Columns that stay in sight."""


def seller_workbook(sheets: SellerSheets) -> bytes:
    """Write it."""
    target = BytesIO()
    book = Book(target, sheets.lang, {"title": say("seller.book_title", sheets.lang)}, MADE)
    zh = sheets.lang == "zh"
    _start(book, sheets)
    for sheet, row in SHEETS.items():
        _sheet(book, sheets, sheet, row["zh" if zh else "en"])
    hidden = book.file.add_worksheet("Lists")
    for column, kind in enumerate(LISTS):
        for place, text in enumerate([kind, *_choices(sheets, kind)]):
            book.write(hidden, place, column, text)
    hidden.hide()
    book.file.close()
    return target.getvalue()


def _choices(sheets: SellerSheets, kind: str) -> list[str]:
    if kind == "market":
        return list(sheets.currencies)
    return [both[sheets.lang == "zh"] for both in choices(kind).values()]


def _start(book: Book, sheets: SellerSheets) -> None:
    """What to do, what each sheet is for, and what is usual for each kind of product."""
    lang = sheets.lang
    sheet = book.sheet(say("seller.start", lang), [30, 84, 16, 16], about=say("seller.start", lang))
    book.write(sheet, 0, 0, say("seller.book_title", lang), "title")
    for step in range(1, STEPS + 1):
        sheet.merge_range(step + 1, 0, step + 1, 1, "")
        book.write(sheet, step + 1, 0, f"{step}. {say(f'seller.step_{step}', lang)}", "wrap")
        sheet.set_row(step + 1, 32)
    at = STEPS + 3
    for column, key in enumerate(("sheet", "about")):
        book.write(sheet, at, column, say(f"seller.head_{key}", lang), "label")
    for place, row in enumerate(SHEETS.values(), start=at + 1):
        book.write(sheet, place, 0, row[lang if lang == "zh" else "en"], "wrap")
        book.write(sheet, place, 1, row[f"about_{'zh' if lang == 'zh' else 'en'}"], "wrap")
        sheet.set_row(place, 32)
        book.fit(sheet, place, (row[f"about_{'zh' if lang == 'zh' else 'en'}"], 60))
    at += len(SHEETS) + 2
    for column, key in enumerate(("kind", "usual", "claimed", "warranty")):
        book.write(sheet, at, column, say(f"seller.head_{key}", lang), "label")
    for place, one in enumerate(archetypes().values(), start=at + 1):
        usual = say(
            "seller.kind_usual", lang, low=one.price_low, high=one.price_high, kg_low=one.kg_low, kg_high=one.kg_high
        )
        months = f"{one.warranty_months_us:g} / {one.warranty_months_eu:g}"
        book.write(sheet, place, 0, one.name_zh if lang == "zh" else one.name_en)
        book.write(sheet, place, 1, usual)
        book.write(sheet, place, 2, f"{one.year1_low:.1%} - {one.year1_high:.1%}")
        book.write(sheet, place, 3, months)


def _sheet(book: Book, sheets: SellerSheets, name: str, title: str) -> None:
    places, zh = sheets.columns(name), sheets.lang == "zh"
    known = [COLUMNS[name][key] for key, _ in places]
    about = SHEETS[name]["about_zh" if zh else "about_en"]
    sheet = book.sheet(title, [column.width for column in known], about=about)
    sheet.freeze_panes(FIRST, FROZEN.get(name, 1))
    sheet.set_row(1, 78)
    rows = sheets.rows.get(name, ())
    for column, (place, one) in enumerate(zip(places, known, strict=True)):
        book.write(sheet, 0, column, _heading(sheets, name, place, one), "label")
        note = one.about[zh]
        told = "" if one.per == "month" and place != next(p for p in places if p[0] == one.key) else note
        book.write(sheet, 1, column, f"{NOTE if column == 0 else ''}{told}", "note")
        for i, row in enumerate(rows):
            _cell(book, sheet, FIRST + i, column, row.get(place))
        _validate(sheet, sheets, column, one, len(rows))
    heads = [_heading(sheets, name, *one) for one in zip(places, known, strict=True)]
    book.fit(sheet, 0, *((head, 0.9 * one.width) for head, one in zip(heads, known, strict=True)))


def _heading(sheets: SellerSheets, name: str, place: Place, column: BookColumn) -> str:
    """``price DE [EUR]``, as it stands already or in the workbook's language."""
    if (stated := sheets.headings.get(name, {}).get(place)) is not None:
        return stated
    _, part = place
    if column.per == "month":
        return f"{part:%Y-%m}"
    word = column.words[sheets.lang == "zh"]
    unit = sheets.currencies[part] if column.unit == "market" else "" if column.unit == "desk" else column.unit
    unit = say(f"seller.unit_{unit}", sheets.lang) if unit in ("months", "units", "days", "share") else unit
    return " ".join(filter(None, [word, part, f"[{unit}]" if unit else ""]))


def _cell(book: Book, sheet: Worksheet, row: int, column: int, text: str | None) -> None:
    """A figure as a figure where it reads back as it was typed, else text."""
    if not text:
        return
    number = float(text) if PLAIN.match(text) and len(text) < 15 else None
    book.write(sheet, row, column, text if number is None or f"{number:.15g}" != text.strip("+") else number)


def _validate(sheet: Worksheet, sheets: SellerSheets, column: int, one: BookColumn, rows: int) -> None:
    """A list to choose from, where a column has one."""
    last = FIRST + rows + SPARE
    told: dict[str, Any] = {
        "validate": "list", "ignore_blank": True, "error_title": one.words[sheets.lang == "zh"],
        "error_message": say("input.pick", sheets.lang),
    }  # fmt: skip
    if one.kind in LISTS:
        letter = chr(ord("A") + LISTS.index(one.kind))
        source = f"=Lists!${letter}$2:${letter}${1 + len(_choices(sheets, one.kind))}"
        sheet.data_validation(FIRST, column, last, column, {**told, "source": source})
    elif one.kind == "sku" and one is not COLUMNS["products"]["sku"]:
        products = SHEETS["products"]["zh" if sheets.lang == "zh" else "en"]
        source = f"='{products}'!$A${FIRST + 1}:$A${last}"
        sheet.data_validation(FIRST, column, last, column, {**told, "source": source})
