"""Sheets on which money is computed: prices and rates to change, quantities as simulated, their product by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from warrantysim.locale.wording import named
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
