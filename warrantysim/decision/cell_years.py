"""What claims of each cell did and cost in simulated years: sums by cell to add up, flows of one cell to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from warrantysim.decision.cells import CellKey, key_values, number_cells
from warrantysim.experiment.intervals import Difference, paired
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.summary import Summary
from warrantysim.journeys.model import Model
from warrantysim.journeys.records import Closure, Route, to_china

FLOW_COLUMNS = ["rule", "disposition", "partner", "closure", "claims", "cost", "days_p50", "days_p90"]
"""Columns of the table of flows."""


@dataclass(frozen=True)
class CellYears:
    """Cost of cells by rule and replication."""

    cells: tuple[CellKey, ...]
    """The C cells, in stated order."""
    cost: np.ndarray
    """Cash and expected costs of the claims born in a cell, shape (rules, C, R) [reporting currency]."""

    def saving(self, cells: Sequence[CellKey], level: float, new: int = 1, now: int = 0) -> Difference:
        """What some cells together save under one rule against another, paired; 0 for no cell."""
        rows = [k for k, cell in enumerate(self.cells) if cell in set(cells)]
        return paired(self.cost[now, rows].sum(axis=0), self.cost[new, rows].sum(axis=0), level)


def cell_years(model: Model, rules: Sequence[Sequence[SimulatedYear]]) -> CellYears:
    """Sums by cell of the years of some rules, all of the same replications."""
    years = [year for side in rules for year in side]
    cells, numbers = number_cells(model, model.scenario.decision.cell, years)
    sums = [np.bincount(c, y.cash + y.expected, len(cells)) for c, y in zip(numbers, years, strict=True)]
    shaped = np.array(sums).reshape(len(rules), -1, len(cells))
    return CellYears(tuple(cells), shaped.transpose(0, 2, 1))


def cell_flows(model: Model, cell: Mapping[str, str | int], rules: Mapping[str, Sequence[Summary]]) -> pd.DataFrame:
    """How the claims of a cell go under some rules: what is done, by whom, and how it ends.

    Parameters
    ----------
    cell : keys of the cell with their values.
    rules : summaries of each rule by its name.

    Returns
    -------
    Columns rule, disposition, partner (or way), closure, claims (a replication), cost (a claim, reporting currency),
    days_p50, days_p90 (to resolved, of the replications together); most claims first within a rule.
    """
    s = model.scenario
    rows = []
    for name, summaries in rules.items():
        parts = []
        for summary in summaries:
            year = summary.year
            mine = np.ones(len(year), dtype=bool)
            for key, value in cell.items():
                mine &= key_values(model, key, year) == value
            told = np.stack([year.route[mine], year.partner[mine], summary.closure[mine]])
            parts.append((told, year.days[mine], year.cash[mine] + year.expected[mine]))
        if not parts:
            continue
        told, days, cost = (np.concatenate(part, axis=-1) for part in zip(*parts, strict=True))
        groups, numbers = np.unique(told, axis=1, return_inverse=True)
        for k, (route, partner, closure) in enumerate(groups.T.tolist()):
            found = numbers.ravel() == k
            who = _name(s.way_ids if to_china(route) else s.partner_ids, partner)
            done, ended = Route(route).name.lower(), Closure(closure).name.lower()
            took = days[found][~np.isnan(days[found])]
            ends = np.quantile(took, [0.5, 0.9]).tolist() if len(took) else [np.nan, np.nan]
            rows.append((name, done, who, ended, found.sum() / len(summaries), cost[found].mean(), *ends))
    frame = pd.DataFrame(rows, columns=FLOW_COLUMNS)
    order = {name: k for k, name in enumerate(rules)}
    return frame.sort_values(
        ["rule", "claims"], ascending=[True, False], key=lambda c: c.map(order) if c.name == "rule" else c
    ).reset_index(drop=True)


def _name(names: Sequence[str], place: int) -> str:
    return names[place] if place >= 0 else ""
