"""The sheet of checks: live figures against each other and against the engine's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from warrantysim.report.workbook.book import FIRST, Book
from warrantysim.report.workbook.money import SIDES

if TYPE_CHECKING:
    from warrantysim.decision.decide import Decision

TOLERANCE = 0.01
"""How far live figures may lie from the engine's [reporting currency]."""
_AS_SIMULATED = "AND(MIN(Factors)=1,MAX(Factors)=1,SUMPRODUCT(ABS(Rates-RatesStated))=0)"


def checks_sheet(book: Book, decision: Decision, lines: int, cells: Mapping[str, str]) -> str:
    """Write the checks; the formula of the master check, OK where all are.

    Parameters
    ----------
    lines
        Lines of the calculation [count].
    cells
        Where the totals stand: now, recommended, saving, parts, products, end (of the bridge), cells (of the decision
        table).
    """
    sheet = book.sheet("Checks", [60, 18, 18, 14, 12], freeze=FIRST)
    heads = [("check", book.say("check")), ("live", book.say("live")), ("expected", book.say("expected"))]
    book.heads(sheet, [*heads, ("difference", book.say("difference")), ("result", book.say("result"))])
    saving = float(decision.saving.interval.mean)
    both = [f'SUMPRODUCT((CalcPolicy="{side}")*CalcAmount)' for side in SIDES]
    now, new = (cells[side] for side in SIDES)
    checks = [
        ("check.categories", cells["saving"], f"{both[0]}-{both[1]}", saving),
        ("check.parts", cells["parts"], cells["saving"], saving),
        ("check.products", cells["products"], cells["saving"], saving),
        ("check.bridge", cells["end"], new, decision.cost),
        ("check.now", now, _engine(now, decision.cost_now), decision.cost_now),
        ("check.new", new, _engine(new, decision.cost), decision.cost),
        ("check.cells", cells["cells"], repr(saving), saving),
        ("check.lines", "ROWS(CalcAmount)", str(lines), float(lines)),
    ]
    for row, (key, live, expected, value) in enumerate(checks, start=FIRST):
        at = row + 1
        book.write(sheet, row, 0, book.say(key), "wrap")
        book.formula(sheet, row, 1, live, value, "price")
        book.formula(sheet, row, 2, expected, value, "price")
        book.formula(sheet, row, 3, f"B{at}-C{at}", 0.0, "price")
        book.formula(sheet, row, 4, f'IF(ABS(D{at})<={TOLERANCE},"OK","CHECK")', "OK", "ok")
    last = FIRST + len(checks)
    flag = {"type": "cell", "criteria": "==", "value": '"CHECK"', "format": book.formats["check"]}
    sheet.conditional_format(FIRST, 4, last - 1, 4, flag)
    book.write(sheet, last + 1, 0, book.say("check.changed"), "wrap")
    book.formula(sheet, last + 1, 1, f'IF({_AS_SIMULATED},"-","!")', "-", "text")
    return f'IF(COUNTIF(Checks!$E${FIRST + 1}:$E${last},"OK")={len(checks)},"OK","CHECK")'


def _engine(live: str, figure: float) -> str:
    """The engine's figure, or the live one where the reader has changed a price."""
    return f"IF({_AS_SIMULATED},{figure!r},{live})"
