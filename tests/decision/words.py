"""Whether what a decision says of a row is true of the interval beside it, told without the code that says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from warrantysim.decision.changes import BY_OTHERS, VERDICTS, Because, RuleChange
from warrantysim.report.charts.savings import saved


def contradicts(because: Because, low: float, high: float, floor: float) -> bool:
    """Whether a word is not true of an interval; a word that says that others decide it is true of any."""
    if because in BY_OTHERS:
        return False
    if because == "unconfirmed":
        return low > 0 and high >= floor
    wrong = {"ACT": not low > 0, "HOLD": not low > 0, "LOSS": not high < 0, "NO DIFFERENCE": low > 0 or high < 0}
    return wrong[VERDICTS[because]]


def contradictions(
    rows: Sequence[Mapping[str, Any]], changes: Sequence[RuleChange], floor: float
) -> list[Mapping[str, Any] | RuleChange]:
    """Rows and changes whose word is not true of their interval. Of cells that are one change, that of the change."""
    joined = {cell for change in changes if len(change.cells) > 1 for cell in change.cells}
    keys = ("sku", "market")
    wrong: list[Mapping[str, Any] | RuleChange] = [
        row
        for row in rows
        if tuple(row[key] for key in keys) not in joined and contradicts(row["because"], *saved(row)[1:], floor)
    ]
    return wrong + [
        change for change in changes if contradicts(change.because, change.saving_low, change.saving_high, floor)
    ]
