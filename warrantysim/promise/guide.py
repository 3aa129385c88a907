"""Troubleshooting: what to try in which order, what each step solves, and what a guide in the box is worth.

Steps by kind of product are rows of ``packs/archetypes/steps.csv``. The order is chance of a fix by minutes, highest
first; what loses settings or data comes fourth at the earliest. All shares of it are assumed: no maker publishes any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrantysim import packs
from warrantysim.analysis.cases import Case, per_year
from warrantysim.analysis.levers_to_price import guide as turnings
from warrantysim.analysis.pairs import paired_columns
from warrantysim.analysis.sales_worth import units_a_year
from warrantysim.experiment.frames import long_frame, side, wide_frame
from warrantysim.experiment.simulate import simulate
from warrantysim.experiment.workers import Workers
from warrantysim.fitting.lives import archetype_of
from warrantysim.packs import rows
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

SAFE_STEPS = 3
"""Steps before the first that may lose settings or data [count]."""
ANY = "any"
"""Kind of a product whose kind nobody stated."""
EFFECTIVENESS = "triage.guide.effectiveness"
"""The figure of a scenario that says how much a guide solves."""
PAYS, MAY_PAY, LOSES, UNKNOWN = "pays", "may_pay", "loses", "unknown"
"""What a guide does: saves more than it costs for certain, perhaps, or less; or nobody says what a copy costs."""


@dataclass(frozen=True)
class Step:
    """One thing a customer may try."""

    step: str
    """Its name."""
    minutes: float
    """How long it takes [minutes]."""
    solves: float
    """Of the claims a customer can mend, those it mends [share]."""
    symptoms: tuple[str, ...]
    """Symptoms it helps with."""
    loses_data: bool
    """Whether settings or data are lost by it."""
    value: float | None
    """The figure its text names: seconds, minutes or gigahertz; None where it names none."""
    source: str
    """What it rests on."""
    mark: str
    """D derived, A assumed."""


def guide_steps(kind: str) -> tuple[Step, ...]:
    """Steps of a kind of product, the best first."""
    stated = [row for row in rows("archetypes/steps") if kind in row["archetypes"].split("|")]
    found = [
        Step(
            row["step"],
            float(row["minutes"]),
            float(row["solves"]),
            tuple(row["symptoms"].split("|")),
            row["loses_data"] == "true",
            float(row["value"]) if row["value"] else None,
            row["source"],
            row["mark"],
        )
        for row in stated or [row for row in rows("archetypes/steps") if row["archetypes"] == ANY]
    ]
    best = sorted(found, key=lambda step: -step.solves / step.minutes)
    safe = [step for step in best if not step.loses_data]
    first = safe[:SAFE_STEPS]
    return (*first, *(step for step in best if step not in first))


def guide_kind(scenario: Scenario, sku: str) -> str:
    """The kind of product a guide is written for: as stated, else by recovery grade or category."""
    stated = {row.text for row in scenario.product_facts if row.sku == sku and row.about == "archetype"}
    return next(iter(stated), archetype_of(scenario, sku))


def symptoms_of(scenario: Scenario, sku: str) -> dict[str, float]:
    """Symptoms a product's claims are reported with, by the fault mix and without evidence, most frequent first [share
    of its claims]."""
    told: dict[tuple[str, str], float] = {
        (row.kind, row.symptom): row.share for row in scenario.symptoms if row.evidence == "none"
    }
    found = dict.fromkeys(scenario.symptom_ids, 0.0)
    mine = [row for row in scenario.faults if row.sku == sku]
    total = sum(row.share for row in mine) or 1.0
    for fault in mine:
        for symptom in found:
            found[symptom] += fault.share / total * told.get((fault.kind, symptom), 0.0)
    return dict(sorted(((name, share) for name, share in found.items() if share > 0), key=lambda pair: -pair[1]))


def mendable(scenario: Scenario, sku: str) -> float:
    """Claims the customer can mend [share of the product's claims]."""
    mine = [row for row in scenario.faults if row.sku == sku]
    total = sum(row.share for row in mine) or 1.0
    return sum(row.share for row in mine if row.kind == "user_fixable") / total


def solved_by_step(scenario: Scenario, sku: str) -> pd.DataFrame:
    """A row a step, in order: step, minutes, solved, solved_so_far with its ends low and high [share of the product's
    claims], source, mark.

    A guide that is read to its end solves what ``triage.guide.effectiveness`` says of the claims customers can mend;
    the steps share it as they share what they mend. The ends are those of the assumption on that figure, the figure
    itself where there is none.
    """
    import pandas as pd

    steps = guide_steps(guide_kind(scenario, sku))
    stated = scenario.triage.guide.effectiveness
    whole = mendable(scenario, sku) * stated
    ranged = [(row.low, row.high) for row in scenario.assumptions if row.path == EFFECTIVENESS]
    low, high = ranged[0] if ranged else (stated, stated)
    solves = np.array([step.solves for step in steps])
    solved = whole * solves / solves.sum()
    return pd.DataFrame(
        {
            "sku": sku,
            "step": [step.step for step in steps],
            "minutes": [step.minutes for step in steps],
            "solved": solved,
            "solved_so_far": np.cumsum(solved),
            "low": np.cumsum(solved) * low / stated,
            "high": np.cumsum(solved) * high / stated,
            "source": [step.source for step in steps],
            "mark": [step.mark for step in steps],
        }
    )


def guide_worth(case: Case, skus: Sequence[str], replications: range, seed: int, jobs: Workers = 1) -> pd.DataFrame:
    """What a guide in the box saves a year, a row a product: saving, low, high (its copies paid), pays_up_to,
    pays_up_to_low, pays_up_to_high, unit_cost, cost_low, cost_high [reporting currency per unit sold], verdict.

    It pays where it is worth more than a copy may cost at most (``packs/promise/print_costs.csv``), at both ends. Where
    no product states what a copy costs, only up to which cost it pays is known.

    The same years are simulated with the guides of all these products on and off. Costs that belong to no product
    (retainers, openings of benches) are left out.
    """
    import pandas as pd

    scenario = case.scenario
    costs = {on: _costs(case, _turned(case, skus, on), replications, seed, jobs) for on in (True, False)}
    at = [scenario.sku_index[sku] for sku in skus]
    saved = paired_columns(costs[False][at], costs[True][at], scenario.plan.confidence)
    printed = [_turned(case, skus, True).skus[k] for k in at]
    here = scenario.usd_per_unit(scenario.reporting_currency)
    unit_cost = np.array([row.guide_cost_per_unit * scenario.usd_per_unit(row.currency) / here for row in printed])
    units = units_a_year(scenario).sum(axis=1)[at]
    sold = np.where(units > 0, units, np.nan)
    columns = {"saving": "difference", "low": "low", "high": "high"}
    frame = pd.DataFrame({"sku": list(skus), **{name: saved[column] for name, column in columns.items()}})
    for name in columns:
        frame[f"pays_up_to{'' if name == 'saving' else f'_{name}'}"] = frame[name] / sold + unit_cost
    spread = packs.row("promise/print_costs", item="card")
    frame["unit_cost"] = unit_cost
    frame["cost_low"], frame["cost_high"] = unit_cost * float(spread["low"]), unit_cost * float(spread["high"])
    pays, loses = frame["pays_up_to_low"] > frame["cost_high"], frame["pays_up_to_high"] < frame["cost_low"]
    frame["verdict"] = np.where(pays, PAYS, np.where(loses, LOSES, MAY_PAY))
    free = unit_cost == 0  # No copy is printed for nothing: its cost is not stated.
    frame.loc[free, "verdict"] = UNKNOWN
    frame.loc[free, [*columns, "unit_cost", "cost_low", "cost_high"]] = np.nan
    return frame


def _turned(case: Case, skus: Sequence[str], on: bool) -> Scenario:
    """The scenario with the guides of some products on or off; who states no cost of a copy has the usual one."""
    other = {position.item: position.case.scenario for position in turnings(case).positions}
    scenario = case.scenario

    def rows_of() -> Iterator[object]:
        for k, sku in enumerate(scenario.skus):
            asked = sku.sku in skus and sku.guide_on != on
            yield other[sku.sku].skus[k] if asked else sku

    return scenario.replace(skus=tuple(rows_of()))


def _costs(case: Case, scenario: Scenario, replications: range, seed: int, jobs: Workers) -> np.ndarray:
    """Cost of each product, shape (S, R) [reporting currency a year]."""
    found = simulate(scenario, [case.policy], replications=replications, seed=seed, jobs=jobs)
    wide = side(wide_frame(found, long_frame(found, "costs", ["sku"], None), ["sku"]), 0, ["sku"])
    return wide.reindex(range(len(scenario.skus)), fill_value=0.0).to_numpy(dtype=float) * per_year(scenario)
