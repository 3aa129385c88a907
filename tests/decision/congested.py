"""Five small worlds in which claims are in each other's way: a short bench and freight that leaves together.

Each has two or three rule cells, so that every combination of cut-points on a grid can be simulated. And random worlds
of five to eight, in which that is tried cell by cell: `python -m tests.decision.congested SEED...` tries anew and keeps
what it ends at in `KEPT`, some two minutes a world.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from pathlib import Path
from typing import Any

import numpy as np

from tests.experiment.tiny import FAULTS
from tests.worlds import faults, merged, partner, terms, way, world
from warrantysim.decision.asking import Experiments
from warrantysim.decision.cells import CellZone, zones_for
from warrantysim.decision.loop import objective
from warrantysim.decision.luck_alone import LuckAlone
from warrantysim.decision.training import learn
from warrantysim.journeys.model import model_of
from warrantysim.schema.amounts import Amount
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

SEED = 11
SHARES = (0.0, 0.25, 0.5)
"""Cut-points tried, beside none at all [share of the price]."""
REPLICATIONS = range(200_000, 200_003)
"""The replications the search chooses on: both sides are judged by the same luck."""
SMALL = {
    "training_replications": 4,
    "selection_replications": len(REPLICATIONS),
    "confirm_replications": 2,
    "judging_replications": 4,
    "iterations": 4,
    "materiality": "1 USD",
    "bands": 8,
    "neighbours": 480,
}


def _slow(name: str, minutes: float) -> list[dict[str, Any]]:
    return [row | {"bench_minutes": {"gamma": {"mean": minutes, "cv": 0.8}}} for row in faults(name, **FAULTS)]


def busy(
    landed: Mapping[str, float] | None = None,
    *,
    minutes: float = 500,
    units: float = 14,
    price: float = 100,
    local: bool = True,
    **changes: Any,
) -> Scenario:
    """Products by landed cost, refunds falling with age; one technician by day, freight on Mondays."""
    costs = landed or {"A": 70.0, "B": 40.0}
    skus = tuple(costs)
    monthly = way(consolidation={"rule": "hybrid", "count": 12, "age_days": 40}, back_every_days=30)
    lane = {"china": {"sea": monthly}} if changes.get("ways") != () else {}
    stated: dict[str, Any] = {
        "markets": {"US": {"customer": {"label_unused_share": 0.1}} | lane},
        "partners": {"P": partner(1, bench={"calendar": "office"})} if local else {},
        "sales": [{"sku": s, "market": "US", "channel": "OWN", "units_per_month": units} for s in skus],
        "faults": [row for s in skus for row in _slow(s, minutes)],
        "sku_markets": [
            terms(s, refund_basis="pro_rata", life_eta_days=700.0, landed_cost=cost, list_price=price)
            for s, cost in costs.items()
        ],
        "experience": {"waiting_share_per_day": 0.01},
        "china_bench": {"technicians": 2, "calendar": "office"},
        "decision": SMALL,
    }
    return world(skus, **merged(stated, changes))


def short_bench() -> Scenario:
    """Two products share a bench that has time for about half of their claims."""
    return busy(minutes=800)


def dear_freight() -> Scenario:
    """Twelve units leave for China together, or what there is after forty days: each brings the others' share."""
    return busy(
        {"A": 190.0, "B": 150.0},
        price=300,
        local=False,
        customs=[CHEAP_ENTRY],
        experience=PATIENT,
        china_customs=NEAR,
    )


def short_china() -> Scenario:
    """The China bench is the short one; the partner is dear and has time."""
    desk = {"repaired": {"flat": "130 USD"}}
    return busy(
        {"A": 150.0, "B": 120.0},
        price=220,
        partners={"P": partner(3, bench={"calendar": "office"}, desk=desk)},
        china_bench={"technicians": 1, "calendar": "office"},
        customs=[CHEAP_ENTRY],
        minutes=900,
        experience=PATIENT | {"waiting_share_per_day": 0.001},
        china_customs=NEAR,
    )


def retainer() -> Scenario:
    """The partner wants a retainer for a short bench: it must be filled, and not be choked."""
    desk = {
        "repaired": {"flat": "12 USD"},
        "retainer": {"per_month": "35 USD", "included_units": 0, "extra_unit": "12 USD"},
    }
    return busy(partners={"P": partner(1, bench={"calendar": "office"}, desk=desk)}, minutes=700)


def three_products() -> Scenario:
    """Three products, one of them heavy on the bench, without a way to China."""
    heavy = {"A": 200, "B": 500, "C": 1400}
    return busy(
        {"A": 40.0, "B": 60.0, "C": 80.0},
        units=9,
        ways=(),
        faults=[row for name, minutes in heavy.items() for row in _slow(name, minutes)],
    )


def random_world(seed: int) -> Scenario:
    """Five to eight products that share a short bench whose quote has tiers and a minimum, beside one with time."""
    draw = np.random.default_rng(seed)
    names = "ABCDEFGH"[: int(draw.integers(5, 9))]
    landed = {name: float(draw.uniform(30, 90)) for name in names}
    minutes = {name: float(draw.uniform(150, 900)) for name in names}
    tiers = {
        "kind": "all_units",
        "basis": "month",
        "steps": [{"from_units": 6, "discount": round(float(draw.uniform(0.05, 0.25)), 2)}],
    }
    desk = {
        "repaired": {"flat": f"{draw.uniform(8, 25):.0f} USD"},
        "minimum_per_month": f"{draw.uniform(40, 150):.0f} USD",
    }
    other = {"repaired": {"flat": f"{draw.uniform(30, 60):.0f} USD"}}
    short = {"calendar": "office", "units_per_day": round(float(draw.uniform(2, 5)), 1)}
    return busy(
        landed,
        units=float(draw.uniform(4, 8)),
        ways=(),
        partners={
            "P": partner(1, bench=short, desk=desk) | {"tiers": tiers},
            "Q": partner(3, bench={"calendar": "office"}, desk=other),
        },
        faults=[row for name in names for row in _slow(name, minutes[name])],
        experience={"waiting_share_per_day": round(float(draw.uniform(0.004, 0.02)), 4)},
        decision=SMALL | {"training_replications": 12},
    )


def cell_wise_best(scenario: Scenario, replications: range, rounds: int = 3) -> Policy:
    """The policy that trying everything out cell by cell ends at: every rule of the grid in one cell, the others kept,
    until a round brings nothing. Judged by simulation on ``replications``."""
    asked, w = Experiments(scenario, SEED), model_of(scenario)
    every = cell_rules(scenario)
    cells = len(scenario.sku_ids)

    def policy(chosen: Sequence[int]) -> Policy:
        return by_product(scenario, [every[k] for k in chosen])

    here, best = [0] * cells, np.inf
    for _ in range(rounds):
        before = best
        for c in range(cells):
            options = [[*here[:c], k, *here[c + 1 :]] for k in range(len(every))]
            costs = [objective(w, years) for years in asked.simulate([policy(o) for o in options], replications)]
            k = int(np.argmin(costs))
            if costs[k] < best:
                here, best = options[k], costs[k]
        if best >= before:
            break
    return policy(here)


def by_product(scenario: Scenario, zones: Sequence[Sequence[Mapping[str, Any]]]) -> Policy:
    """The policy with these zones for each product."""
    rules: list[dict[str, Any]] = [
        {"cell": {"sku": s, "market": "US"}, "zones": each} for s, each in zip(scenario.sku_ids, zones, strict=True)
    ]
    rules.append({"cell": {}, "zones": [{"from": Amount(0.0, "USD"), "do": "refund"}]})
    return scenario.policy.replace(name="cell-wise", rules=tuple(rules))


def cell_rules(scenario: Scenario) -> list[list[dict[str, Any]]]:
    """Every rule of a cell with cut-points at `SHARES` of the price, with one partner or another."""
    places = (*(share * scenario.sku_markets[0].list_price for share in SHARES), np.inf)
    out: list[list[dict[str, Any]]] = []
    for by in scenario.partner_ids:
        arms = [("refund", None), ("reship", None), ("repair_local", by)]
        out += [_zones(starts, arms) for starts in combinations_with_replacement(places, len(arms) - 1)]
    return [zones for k, zones in enumerate(out) if zones not in out[:k]]


KEPT = Path(__file__).parent / "congested_rules.csv"
"""What `cell_wise_best` ended at on `TRIED_ON`: a line a zone, by world and product."""
TRIED_ON = range(400_000, 400_008)


def kept_rules(scenario: Scenario, seed: int) -> Policy:
    """What trying everything out cell by cell ended at."""
    zones: dict[str, list[dict[str, Any]]] = {}
    with KEPT.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if int(row["seed"]) == seed:
                start = Amount(float(row["from"]), "USD")
                zone = {"from": start, "do": row["do"], "partner": row["partner"] or None}
                zones.setdefault(row["sku"], []).append(zone)
    return by_product(scenario, [zones[sku] for sku in scenario.sku_ids])


def keep(policies: Mapping[int, Policy]) -> None:
    """Keep the rules of some worlds beside those of the others."""
    with KEPT.open(encoding="utf-8", newline="") as file:
        others = list(csv.reader(file))[1:]
    rows = [row for row in others if int(row[0]) not in policies]
    for seed, policy in policies.items():
        for rule in policy.rules:
            sku = rule.cell.stated().get("sku")
            rows += [[str(seed), sku, f"{z.from_.value:g}", z.do, z.partner or ""] for z in rule.zones if sku]
    with KEPT.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, lineterminator="\n")
        write.writerows([["seed", "sku", "from", "do", "partner"], *sorted(rows, key=lambda row: int(row[0]))])


@dataclass(frozen=True)
class Fresh:
    """Fresh luck, on which policies are told apart without the luck of claims alone."""

    scenario: Scenario
    alone: LuckAlone

    @classmethod
    def of(cls, scenario: Scenario, incumbent: Policy, years: int) -> Fresh:
        """With what claims cost alone in the first so many replications."""
        asked = Experiments(scenario, SEED)
        learned = learn(model_of(scenario), asked.potential(range(years), incumbent), cash_only=False)
        return cls(scenario, LuckAlone(learned, learned.cells, 0))

    def apart(self, one: Policy, others: Sequence[Policy], luck: range) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """What each of the others saves against one, the standard error of that, and what each costs."""
        asked = Experiments(self.scenario, SEED)
        costs = np.array([[year.total for year in years] for years in asked.simulate([one, *others], luck)])
        plans = [tuple(self._plan(policy)) for policy in (one, *others)]
        own = np.array([self.alone.of(plan)[luck.start : luck.stop] for plan in plans])
        saves = (costs[0] - own[0]) - (costs[1:] - own[1:])
        error = saves.std(axis=1, ddof=1) / np.sqrt(len(luck))
        return (
            saves.mean(axis=1),
            np.hypot(error, [self.alone.noise(plans[0], p) for p in plans[1:]]),
            costs[1:].mean(1),
        )

    def _plan(self, policy: Policy) -> Iterator[tuple[CellZone, ...]]:
        keys, model = self.scenario.decision.cell, model_of(self.scenario)
        for cell in self.alone.cells:
            yield tuple(zones_for(policy, model, dict(zip(keys, cell, strict=True))))


PATIENT = {"waiting_share_per_day": 0.0005, "review_share": 0.0, "dispute_probability": 0.0}
NEAR = {"import_entry": "200 CNY", "export_entry": "100 CNY", "truck_minimum": "100 CNY"}
CHEAP_ENTRY = {
    "market": "US", "currency": "USD", "export_entry": 5, "import_entry": 5, "exam_share": 0, "exam_days": 5,
    "import_tax_share": 0,
}  # fmt: skip
WORLDS = {f.__name__: f for f in (short_bench, dear_freight, short_china, retainer, three_products)}
"""Worlds by name."""


def grid(scenario: Scenario) -> list[Policy]:
    """Every policy with cut-points at `SHARES` of the price, dispositions in canonical order, any of them left out."""
    ways = [("return_china", w) for w in scenario.way_ids if scenario.markets["US"].china]
    arms = [("refund", None), ("reship", None), *[("repair_local", p) for p in scenario.partner_ids], *ways]
    places = (*(share * scenario.sku_markets[0].list_price for share in SHARES), np.inf)
    cell = [_zones(starts, arms) for starts in combinations_with_replacement(places, len(arms) - 1)]
    skus = scenario.sku_ids
    out = []
    for chosen in product(cell, repeat=len(skus)):
        rules = [{"cell": {"sku": s, "market": "US"}, "zones": zones} for s, zones in zip(skus, chosen, strict=True)]
        rules.append({"cell": {}, "zones": [{"from": Amount(0.0, "USD"), "do": "refund"}]})
        out.append(scenario.policy.replace(name="grid", rules=tuple(rules)))
    return out


def _zones(starts: Sequence[float], arms: Sequence[tuple[str, str | None]]) -> list[dict[str, Any]]:
    """Zones from where each arm but the first begins; an arm that begins where the next one does is left out."""
    ends = [*starts, np.inf]
    zones = []
    for (do, by), start, end in zip(arms, (0.0, *starts), ends, strict=True):
        if start < end:
            zones.append({"from": Amount(start, "USD"), "do": do, "partner": by})
    return zones


def best_of_grid(scenario: Scenario, policies: Sequence[Policy] | None = None) -> tuple[float, Policy, int]:
    """Least simulated cost over the grid, the policy that has it, and how many were simulated."""
    asked = Experiments(scenario, SEED)
    tried = list(grid(scenario) if policies is None else policies)
    costs: list[float] = []
    for first in range(0, len(tried), 60):
        years = asked.simulate(tried[first : first + 60], REPLICATIONS)
        costs += [objective(model_of(scenario), each) for each in years]
    k = int(np.argmin(costs))
    return costs[k], tried[k], len(tried)


def cost_of(scenario: Scenario, policy: Policy) -> float:
    """Simulated cost of one policy on the same replications."""
    return objective(model_of(scenario), Experiments(scenario, SEED).simulate([policy], REPLICATIONS)[0])


if __name__ == "__main__":
    for number in map(int, sys.argv[1:]):
        keep({number: cell_wise_best(random_world(number), TRIED_ON)})
