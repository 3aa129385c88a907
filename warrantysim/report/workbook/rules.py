"""Sheets of the decision itself: the table, one row a cell, and the rules an agent follows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import known, named
from warrantysim.report.agent_rules import lines_told
from warrantysim.report.law_report import LawRow, law_frame, law_heads, law_legend, law_rows
from warrantysim.report.rows import rows_of
from warrantysim.report.workbook.book import FIRST, Book

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.decision.decide import Decision
    from warrantysim.schema.root import Scenario

MONEY_COLUMNS = (
    "saving",
    "saving_low",
    "saving_high",
    "free_saving",
    "free_low",
    "free_high",
    "whole",
    "cash_now",
    "cash",
    "expected_now",
    "expected",
)


def thresholds_sheet(book: Book, table: pd.DataFrame, shared: Mapping[str, float]) -> str:
    """The decision table as simulated, what its rows share, and the whole; the cell of the whole saving.

    ``table``: as `decision_files.flat_table` makes it, with a column ``saving``; ``shared``: by column.
    """
    other = "zh" if book.lang == "en" else "en"
    frame = table.drop(columns=f"sentence_{other}", errors="ignore")
    front = [
        name for name in frame if name in {"verdict", "saving", "saving_low", "saving_high", f"sentence_{book.lang}"}
    ]
    keys = list(frame.columns[: list(frame.columns).index("currency")])
    frame = frame[[*keys, *front, *(name for name in frame if name not in {*keys, *front})]]
    widths = [60 if str(name).startswith("sentence") else 34 if "rule" in str(name) else 12 for name in frame]
    sheet = book.sheet("Thresholds", widths, freeze=FIRST)
    book.heads(sheet, [(str(name), label_of(book, str(name))) for name in frame])
    for row, values in enumerate(frame.itertuples(index=False, name=None), start=FIRST):
        for column, (name, value) in enumerate(zip(frame, values, strict=True)):
            book.write(sheet, row, column, plain(value), style(str(name), value))
    last = FIRST + len(frame)
    sheet.autofilter(FIRST - 1, 0, last - 1, len(frame.columns) - 1)
    book.write(sheet, last, 0, book.say("shared"), "wrap")
    book.write(sheet, last + 1, 0, book.say("whole"), "total")
    for name, amount in shared.items():
        place = list(frame.columns).index(name)
        letter = column_letter(place)
        book.write(sheet, last, place, amount, "money")
        whole = float(frame[name].sum()) + amount
        book.formula(sheet, last + 1, place, f"SUM({letter}{FIRST + 1}:{letter}{last + 1})", whole, "money_total")
    return f"Thresholds!${column_letter(list(frame.columns).index('saving'))}${last + 2}"


def changes_sheet(book: Book, changes: pd.DataFrame) -> None:
    """Everything that can be ticked, a line a change, those taken first."""
    sheet = book.sheet("Changes", [30, 10, 50, *[14] * (len(changes.columns) - 3)], freeze=FIRST)
    book.heads(sheet, [(str(name), label_of(book, str(name))) for name in changes])
    for row, values in enumerate(changes.itertuples(index=False, name=None), start=FIRST):
        for column, (name, value) in enumerate(zip(changes, values, strict=True)):
            book.write(sheet, row, column, plain(value), style(str(name), value))
    sheet.autofilter(FIRST - 1, 0, FIRST + len(changes) - 1, len(changes.columns) - 1)


def platform_sheet(book: Book, rules: pd.DataFrame) -> None:
    """The rules, a line an age of the order and price, ready to transcribe or upload; titles go first."""
    front = ["rule_id", "title_en", "title_zh"]
    rules = rules[[*front, *(name for name in rules if name not in front)]]
    widths = [
        50 if str(name).startswith("title") else 24 if name in {"action", "fallback", "binds_by"} else 12
        for name in rules
    ]
    sheet = book.sheet("Platform_Rules", widths, freeze=FIRST)
    book.heads(sheet, [(str(name), label_of(book, str(name))) for name in rules])
    for row, values in enumerate(rules.itertuples(index=False, name=None), start=FIRST):
        for column, (name, value) in enumerate(zip(rules, values, strict=True)):
            shown = plain(value)
            if name == "action":
                shown = named("disposition", str(value), book.lang)
            book.write(sheet, row, column, shown, style(str(name), value))
    sheet.autofilter(FIRST - 1, 0, FIRST + len(rules) - 1, len(rules.columns) - 1)
    book.write(sheet, FIRST + len(rules) + 1, 1, lines_told(rules, book.lang), "wrap")


def law_sheet(book: Book, decision: Decision, scenario: Scenario) -> None:
    """What each row of the law costs; the sheet says so where nothing is demanded."""
    sheet = book.sheet("Law", [18, 60, 34, 12, 14, 24], freeze=FIRST)
    heads = zip(LawRow._fields, law_heads(decision, scenario, book.lang), strict=True)
    book.heads(sheet, list(heads))
    rows = law_rows(decision, scenario, book.lang)
    frame = rows_of(law_frame(decision, scenario))
    for row, (told, held) in enumerate(zip(rows, frame, strict=True), start=FIRST):
        for column, (name, text) in enumerate(zip(LawRow._fields, told, strict=True)):
            value = {"bound": held["claims"], "cost": held["cost"]}.get(name, text)
            kind = {"bound": "whole", "cost": "money"}.get(name, "wrap")
            book.write(sheet, row, column, plain(value), kind)
    book.write(
        sheet, FIRST + len(rows) + 1, 1, law_legend(scenario, book.lang) if rows else book.say("law.none"), "wrap"
    )


def label_of(book: Book, name: str) -> str:
    """What a column is called; its key where it has no other name."""
    name = "product_category" if name == "category" else name
    return book.say(f"column.{name}") if known(f"book.column.{name}") else name.replace("_", " ")


def style(name: str, value: Any) -> str:
    """The format of a cell, by its column."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "wrap"
    if name in {"saving", "saving_low", "saving_high"} or name.startswith("part_"):
        return "money"
    if name in MONEY_COLUMNS or name in {"price_from", "price_to", "refund_from", "refund_to"}:
        return "price"
    return "days" if name.startswith("days") or name.endswith("_days") else "whole"


def plain(value: Any) -> Any:
    """A value of plain Python: NumPy's unwrapped, truth as yes or an empty cell."""
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return "yes" if value else ""
    return value


def column_letter(place: int) -> str:
    """``A`` for 0, ``AA`` for 26."""
    from xlsxwriter.utility import xl_col_to_name

    return str(xl_col_to_name(place))
