"""A decision's charts: what each change saves, and what is done at which claim value, a currency at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrantysim.report.cell_text import CellText
from warrantysim.report.charts.savings import saving_chart
from warrantysim.report.charts.thresholds import threshold_chart
from warrantysim.report.rows import rows_of

if TYPE_CHECKING:
    from warrantysim.decision.decide import Decision
    from warrantysim.report.charts.theme import Look, Picture
    from warrantysim.schema.root import Scenario

MOST = 24
"""Cells drawn in one chart of thresholds, those first that save most."""


def decision_pictures(decision: Decision, scenario: Scenario, look: Look) -> dict[str, Picture]:
    """By file name: ``savings``, and ``thresholds_<currency>``, since claim values of several have no common axis."""
    rows = rows_of(decision.table)
    words = CellText(scenario, look.lang)
    names = [words.name(row) for row in rows]
    days = scenario.horizon.days
    out = {"savings": saving_chart(rows, names, decision.currency, shared=decision.shared, days=days, look=look)}
    for currency in dict.fromkeys(row["currency"] for row in rows):
        mine = sorted((row for row in rows if row["currency"] == currency), key=lambda row: -float(row["saving"]))
        labels = [words.name(row) for row in mine[:MOST]]
        out[f"thresholds_{currency}"] = threshold_chart(mine[:MOST], labels, currency, look=look)
    return out
