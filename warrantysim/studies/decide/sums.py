"""Sheets that add up: cost by category, by product and market, and the way from one rule's cost to the other's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from xlsxwriter.worksheet import Worksheet

from warrantysim.locale.wording import named
from warrantysim.money.categories import PART_OF, PARTS
from warrantysim.present.book import FIRST, Book
from warrantysim.studies.decide.lines import SIDES, QuantityRows, sum_of

Where = dict[str, str]
MOST_STEPS = 12
"""Categories shown as steps of their own, those that change most."""


def summary_sheet(book: Book, lines: QuantityRows) -> dict[str, str]:
    """Cost by kind and category under both rules.

    Returns
    -------
    Cells of the totals: now, recommended, saving.
    """
    held = lines.frame[["kind", "category"]].drop_duplicates()
    of = {str(c): str(k) for k, c in held.itertuples(index=False, name=None)}
    return _grouped(book, lines, "Summary", "kind", ("cash", "stock", "expected"), of)


def parts_sheet(book: Book, lines: QuantityRows) -> str:
    """The saving in its four parts, the costs of each under both rules; the cell of the total saving."""
    of = {category.name.lower(): PARTS[part] for category, part in PART_OF.items()}
    return _grouped(book, lines, "Parts", "part", PARTS, of)["saving"]


def _grouped(
    book: Book, lines: QuantityRows, name: str, group: str, groups: Sequence[str], of: Mapping[str, str]
) -> dict[str, str]:
    """Cost by category under both rules, a total for each of some groups of categories and for all."""
    sheet = book.sheet(name, [28, 34, 16, 16, 16, 10], freeze=FIRST)
    book.heads(sheet, _columns(book, "category"))
    row, totals = FIRST, []
    for one in groups:
        found = [c for c in lines.of_column("category") if of[c] == one]
        if not found:
            continue
        first = row
        for category in found:
            book.write(sheet, row, 0, category)
            book.write(sheet, row, 1, named("category", category, book.lang))
            _sides(book, sheet, row, lines, [("CalcCategory", f"$A{row + 1}")], {"category": category})
            row += 1
        book.write(sheet, row, 0, one, "total")
        book.write(sheet, row, 1, book.say("total", name=named(group, one, book.lang)), "total")
        for column, side in zip("CDE", (*SIDES, ""), strict=True):
            whole = [_saved(lines, category=c) if not side else lines.total(policy=side, category=c) for c in found]
            sums = f"SUM({column}{first + 1}:{column}{row})"
            book.formula(sheet, row, "ABCDE".index(column), sums, math.fsum(whole), "money_total")
        totals.append(row)
        row += 2
    return _whole(book, sheet, row, lines, totals, name)


def sku_sheet(book: Book, lines: QuantityRows) -> str:
    """Cost by product and market under both rules, with what belongs to no product; the cell of the total saving."""
    sheet = book.sheet("By_SKU", [18, 12, 16, 16, 16, 10], freeze=FIRST)
    book.heads(sheet, [("sku", book.say("column.sku")), ("market", book.say("column.market")), *_columns(book, "")[2:]])
    groups = lines.frame[["sku", "market"]].drop_duplicates().sort_values(["sku", "market"])
    row = FIRST
    for sku, market in groups.itertuples(index=False, name=None):
        book.write(sheet, row, 0, sku)
        book.write(sheet, row, 1, market)
        conditions = [("CalcSku", f"$A{row + 1}"), ("CalcMarket", f"$B{row + 1}")]
        _sides(book, sheet, row, lines, conditions, {"sku": sku, "market": market})
        row += 1
    sheet.autofilter(FIRST - 1, 0, row - 1, 5)
    book.write(sheet, row, 0, book.say("whole"), "total")
    book.write(sheet, row, 1, "", "total")
    for column, side in zip("CDE", (*SIDES, ""), strict=True):
        value = _saved(lines) if not side else lines.total(policy=side)
        book.formula(sheet, row, "ABCDE".index(column), f"SUM({column}{FIRST + 1}:{column}{row})", value, "money_total")
    return f"By_SKU!$E${row + 1}"


def bridge_sheet(book: Book, lines: QuantityRows, totals: dict[str, str]) -> str:
    """From the cost now to the cost recommended, a step a category, with a waterfall; the sum it ends at."""
    sheet = book.sheet("Bridge", [28, 34, 16, 16, 16, 16], freeze=FIRST)
    heads = [("step", book.say("category")), ("label", book.say("meaning")), ("change", book.say("change"))]
    book.heads(sheet, [*heads, ("base", ""), ("less", book.say("less")), ("more", book.say("more"))])
    change = {c: -_saved(lines, category=c) for c in lines.of_column("category")}
    greatest = sorted(change, key=lambda c: -abs(change[c]))[:MOST_STEPS]
    steps = sorted((c for c in greatest if abs(change[c]) >= 0.5), key=lambda c: change[c])
    rest = [c for c in change if c not in steps]
    now, new = lines.total(policy=SIDES[0]), lines.total(policy=SIDES[1])
    row = FIRST
    _bar(book, sheet, row, SIDES[0], totals[SIDES[0]], now)
    level, above, levels = now, f"C{row + 1}", [now, new]
    for category in steps:
        row += 1
        at, size = row + 1, change[category]
        book.write(sheet, row, 0, category)
        book.write(sheet, row, 1, named("category", category, book.lang))
        old, new_sum = (sum_of([("CalcPolicy", f'"{side}"'), ("CalcCategory", f"$A{at}")]) for side in SIDES)
        book.formula(sheet, row, 2, f"{new_sum}-{old}", size, "money")
        book.formula(sheet, row, 3, f"MIN({above},{above}+C{at})", min(level, level + size), "money")
        book.formula(sheet, row, 4, f"MAX(0,-C{at})", max(0.0, -size), "money")
        book.formula(sheet, row, 5, f"MAX(0,C{at})", max(0.0, size), "money")
        level += size
        levels.append(level)
        above = f"(C${FIRST + 1}+SUM(C${FIRST + 2}:C{at}))"
    row += 1
    left = sum(change[c] for c in rest)
    book.write(sheet, row, 0, "rest")
    book.write(sheet, row, 1, book.say("rest"))
    others = f"ISNA(MATCH(CalcCategory,$A${FIRST + 2}:$A${row},0))"
    sides = f'((CalcPolicy="{SIDES[1]}")-(CalcPolicy="{SIDES[0]}"))'
    book.formula(sheet, row, 2, f"SUMPRODUCT({others}*{sides}*CalcAmount)", left, "money")
    row += 1
    _bar(book, sheet, row, SIDES[1], totals["recommended"], new)
    _waterfall(book, sheet, row, levels)
    return f"SUM(Bridge!$C${FIRST + 1}:$C${row})"


def _bar(book: Book, sheet: Worksheet, row: int, side: str, cell: str, value: float) -> None:
    book.write(sheet, row, 0, side, "total")
    book.write(sheet, row, 1, book.say(f"side.{side}"), "total")
    book.formula(sheet, row, 2, cell, value, "money_total")
    book.formula(sheet, row, 3, f"C{row + 1}", value, "money")


def _waterfall(book: Book, sheet: Worksheet, last: int, levels: list[float]) -> None:
    spread = max(levels) - min(levels)
    base = max(0.0, min(levels) - spread)
    base -= base % 10 ** max(0, int(np.log10(max(spread, 1.0))))
    chart = book.file.add_chart({"type": "column", "subtype": "stacked"})
    labels = ["Bridge", FIRST, 1, last, 1]
    points = [
        {"fill": {"color": "#5B6B7B"}},
        *[{"fill": {"none": True}}] * (last - FIRST - 1),
        {"fill": {"color": "#5B6B7B"}},
    ]
    chart.add_series({"categories": labels, "values": ["Bridge", FIRST, 3, last, 3], "points": points, "gap": 40})
    for column, key, colour in ((4, "less", "#2F6DB3"), (5, "more", "#D9822B")):
        chart.add_series(
            {"name": book.say(key), "categories": labels, "values": ["Bridge", FIRST, column, last, column],
             "fill": {"color": colour}}
        )  # fmt: skip
    chart.set_title({"name": book.say("bridge.title"), "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom", "delete_series": [0]})
    title = (
        {"name": book.say("bridge.axis", base=f"{base:,.0f}"), "name_font": {"size": 8, "bold": False}} if base else {}
    )
    chart.set_y_axis(
        {
            **title,
            "min": base,
            "num_format": "#,##0",
            "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}},
        }
    )
    chart.set_x_axis({"num_font": {"rotation": -45, "size": 8}})
    chart.set_size({"width": 980, "height": 420})
    sheet.insert_chart(FIRST, 7, chart, {"description": book.say("bridge.title")})


def _sides(
    book: Book, sheet: Worksheet, row: int, lines: QuantityRows, conditions: list[tuple[str, str]], where: Where
) -> None:
    values = []
    for column, side in enumerate(SIDES, start=2):
        value = lines.total(policy=side, **where)
        book.formula(sheet, row, column, sum_of([("CalcPolicy", f'"{side}"'), *conditions]), value, "money")
        values.append(value)
    at = row + 1
    book.formula(sheet, row, 4, f"C{at}-D{at}", values[0] - values[1], "money")
    share = (values[0] - values[1]) / values[0] if values[0] else 0.0
    book.formula(sheet, row, 5, f"IF(C{at}=0,0,E{at}/C{at})", share, "share")


def _whole(book: Book, sheet: Worksheet, row: int, lines: QuantityRows, totals: list[int], name: str) -> dict[str, str]:
    book.write(sheet, row, 0, "total", "total")
    book.write(sheet, row, 1, book.say("whole"), "total")
    cells = {}
    for column, side in zip("CDE", (*SIDES, "saving"), strict=True):
        value = _saved(lines) if side == "saving" else lines.total(policy=side)
        formula = "+".join(f"{column}{total + 1}" for total in totals)
        book.formula(sheet, row, "ABCDE".index(column), formula, value, "money_total")
        cells[side] = f"{name}!${column}${row + 1}"
    return cells


def _saved(lines: QuantityRows, **where: str) -> float:
    return lines.total(policy=SIDES[0], **where) - lines.total(policy=SIDES[1], **where)


def _columns(book: Book, first: str) -> list[tuple[str, str]]:
    return [
        (first, book.say("category")),
        ("label", book.say("meaning")),
        *[(side, book.say(f"side.{side}")) for side in SIDES],
        ("saving", book.say("saving")),
        ("share", book.say("share")),
    ]
