"""Sheets on which money is computed: prices and rates to change, quantities as simulated, their product by line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from xlsxwriter.worksheet import Worksheet

from warrantysim.locale.wording import named
from warrantysim.money.categories import PART_OF, PARTS
from warrantysim.present.book import FIRST, Book

SIDES = ("now", "recommended")
"""The two rules, as cells name them."""
NONE = "(none)"
"""Stands where a line belongs to no product, market, disposition or partner: an empty cell would not compare equal."""
GROUPS = ("policy", "sku", "market", "disposition", "partner", "category", "kind", "currency")
"""What tells lines apart."""
FACTOR_ROWS = FIRST
"""Where price factors begin on the sheet of assumptions."""


@dataclass(frozen=True)
class QuantityRows:
    """Quantities and prices, a row a line of the calculation; all columns have the same length."""

    frame: pd.DataFrame
    """Columns `GROUPS`, quantity, price (own currency), timing, amount (reporting currency)."""
    rates: dict[str, float]
    """Reporting currency per unit of each currency that occurs, weighted by what was billed."""

    @staticmethod
    def of(quantities: pd.DataFrame) -> QuantityRows:
        """From the table of `experiment.quantities`; the first policy is the one in force.

        A mean rate a currency leaves, where rates change over the year, a difference by line: its ``timing``.
        """
        sizes = quantities.assign(own=quantities["amount"].abs(), out=quantities["reporting"].abs())
        by_currency = sizes.groupby("currency")[["own", "out"]].sum()
        rates = {str(code): float(row["out"] / row["own"]) for code, row in by_currency.iterrows() if row["own"]}
        frame = quantities.assign(policy=[SIDES[k] for k in quantities["policy"]])
        frame = frame.assign(
            **{name: frame[name].replace("", NONE) for name in ("sku", "market", "disposition", "partner")}
        )
        rate = np.array([rates.get(code, 1.0) for code in frame["currency"]])
        timing = frame["reporting"] - frame["amount"] * rate
        frame = frame.assign(
            quantity=frame["lines"],
            price=frame["amount"] / frame["lines"],
            timing=timing.where(timing.abs() > 1e-6, 0.0),
        )
        columns = [*GROUPS, "quantity", "price", "timing"]
        return QuantityRows(frame[columns].assign(amount=frame["reporting"]), rates)

    def total(self, **where: str) -> float:
        """Sum of amounts of the lines that match."""
        rows = np.ones(len(self.frame), dtype=bool)
        for column, value in where.items():
            rows &= (self.frame[column] == value).to_numpy()
        return float(self.frame["amount"].to_numpy()[rows].sum())

    def of_column(self, name: str) -> list[str]:
        """Values of a column in rising order."""
        return sorted(str(value) for value in self.frame[name].unique())


def assumptions_sheet(book: Book, lines: QuantityRows, currency: str) -> None:
    """Price factors a category and exchange rates: the only figures that are meant to be changed."""
    sheet = book.sheet("Assumptions", [26, 34, 12, 4, 4, 4, 12, 16, 16], freeze=FIRST, locked=True)
    book.heads(
        sheet, [("category", book.say("category")), ("label", book.say("meaning")), ("factor", book.say("factor"))]
    )
    for place, (key, label) in enumerate(
        [
            ("currency", book.say("currency")),
            ("rate", book.say("rate", currency=currency)),
            ("stated", book.say("stated")),
        ]
    ):
        book.write(sheet, 0, 6 + place, key, "key")
        book.write(sheet, 1, 6 + place, label, "label")
    for row, category in enumerate(lines.of_column("category"), start=FACTOR_ROWS):
        book.write(sheet, row, 0, category)
        book.write(sheet, row, 1, named("category", category, book.lang))
        book.write(sheet, row, 2, 1.0, "input_share")
    for row, (code, rate) in enumerate(sorted(lines.rates.items()), start=FACTOR_ROWS):
        book.write(sheet, row, 6, code)
        book.write(sheet, row, 7, rate, "input_rate")
        book.write(sheet, row, 8, rate, "rate")
    last = FACTOR_ROWS + max(len(lines.of_column("category")), len(lines.rates))
    sheet.merge_range(last + 1, 0, last + 1, 8, book.say("assumptions.note"), book.formats["note"])
    sheet.set_row(last + 1, 48)
    for name, column, count in (
        ("Categories", "A", len(lines.of_column("category"))),
        ("Factors", "C", len(lines.of_column("category"))),
        ("Currencies", "G", len(lines.rates)),
        ("Rates", "H", len(lines.rates)),
        ("RatesStated", "I", len(lines.rates)),
    ):
        where = f"=Assumptions!${column}${FACTOR_ROWS + 1}:${column}${FACTOR_ROWS + count}"
        book.file.define_name(name, where)


def quantities_sheet(book: Book, lines: QuantityRows) -> None:
    """What was simulated: quantities and mean prices. Pasted, not to be edited."""
    sheet = book.sheet("Sim_Quantities", [12, 12, 9, 14, 12, 24, 10, 9, 12, 14, 12], freeze=FIRST, locked=True)
    keys = [*GROUPS, "quantity", "price", "timing"]
    book.heads(sheet, [(key, book.say(f"column.{key}")) for key in keys])
    frame = lines.frame[keys]
    for row, values in enumerate(frame.itertuples(index=False, name=None), start=FIRST):
        for column, value in enumerate(values):
            book.write(sheet, row, column, value, "pasted_text" if column < len(GROUPS) else "pasted")
    sheet.autofilter(LABEL_ROW, 0, FIRST + len(frame) - 1, len(keys) - 1)


def calc_sheet(book: Book, lines: QuantityRows) -> None:
    """Quantity x price x factor x rate, every line a live formula."""
    sheet = book.sheet("Calc", [12, 12, 9, 14, 12, 24, 10, 9, 16], freeze=FIRST, locked=True)
    book.heads(sheet, [(key, book.say(f"column.{key}")) for key in (*GROUPS, "amount")])
    for row, values in enumerate(lines.frame.itertuples(index=False, name=None), start=FIRST):
        at = row + 1
        for column, value in enumerate(values[: len(GROUPS)]):
            book.write(sheet, row, column, value)
        book.formula(
            sheet,
            row,
            len(GROUPS),
            f"(Sim_Quantities!I{at}*Sim_Quantities!J{at}*INDEX(Rates,MATCH(H{at},Currencies,0))+Sim_Quantities!K{at})"
            f"*INDEX(Factors,MATCH(F{at},Categories,0))",
            float(values[-1]),
            "price",
        )
    last = FIRST + len(lines.frame)
    for name, letter in (("Policy", "A"), ("Sku", "B"), ("Market", "C"), ("Category", "F")):
        book.file.define_name(f"Calc{name}", f"=Calc!${letter}${FIRST + 1}:${letter}${last}")
    book.file.define_name("CalcAmount", f"=Calc!$I${FIRST + 1}:$I${last}")
    sheet.autofilter(LABEL_ROW, 0, last - 1, len(GROUPS))


def sum_of(conditions: Sequence[tuple[str, str]]) -> str:
    """A formula that sums lines: conditions as (defined name, cell or constant).

    SUMIFS would read a product called ``A*`` or ``>5`` as a pattern.
    """
    return f"SUMPRODUCT({'*'.join(f'({name}={cell})' for name, cell in conditions)}*CalcAmount)"


LABEL_ROW = 1
"""Row of labels, on which filters sit."""


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
