"""Differences between cases in words a finance person can repeat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from warrantysim.locale.wording import Lang
from warrantysim.report.compare_report import ComparePage

NO_DIFFERENCE = "no detectable difference"


def verdict_facts(row: Mapping[str, Any], currency: str, lang: Lang = "en") -> dict[str, Any]:
    """Figures of one paired difference for a sentence: amount, its ends, how often cheaper, how many more years.

    ``row``: of `Comparison.costs` or `Reaction.table`.
    """
    return {**ComparePage("compare", lang, 0).amounts(row, currency), "n": more_years(row)}


def more_years(row: Mapping[str, Any]) -> int:
    """Simulated years still to run until the difference can be told from luck; 0 where it can, or never will be."""
    if row["verdict"] != NO_DIFFERENCE or not row["needed"] < float("inf"):
        return 0
    return max(1, round(row["needed"]) - round(row["replications"]))
