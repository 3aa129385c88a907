"""Consolidated lanes to China as blocks of the program: what a year's weight costs, dispatch by dispatch.

A unit more on board rarely costs the average of the bill: minimum charges and entries are per dispatch, and weight
breaks bend the rest. So a lane's yearly cost is worked out at several volumes from its consolidation rule and its
bills, and joined by straight pieces.

With n units a year of mean quantity q, dispatches a year are

    age rule, clock from the first item:     N = n Y / (n T + Y)            a cycle is T and the wait for the next item
    age rule, clock from the last dispatch,
    and weekdays:                            N = D (1 - exp(-n / D))        D possible departures, the empty ones left out
    weight W, count k:                       N = max(N, n w / W),  N = max(N, n / k)

with Y the days of the horizon; each costs the bill of the quantity n q / N, and its entries.
"""

from __future__ import annotations

import numpy as np

from warrantysim.decision.claim_table import ClaimTable
from warrantysim.decision.limits import Found, rate
from warrantysim.decision.measuring import measured
from warrantysim.decision.problem import Block, Load, Period
from warrantysim.experiment.outcomes import Arm
from warrantysim.money.china_customs import china_dispatch_bill
from warrantysim.money.freight import BillSegments
from warrantysim.money.marginal_terms import MarginalTerms
from warrantysim.money.price_book import price_book
from warrantysim.scenario.markets import Consolidation
from warrantysim.scenario.root import Scenario

GRID = (0.0, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
"""Volumes at which a lane's cost is worked out, as shares of all that could ever be on board."""


def lane_blocks(scenario: Scenario, table: ClaimTable, band: np.ndarray, bands: int) -> Found:
    """A block for every market and way that claims could take."""
    loads: dict[str, Load] = {}
    blocks: list[Block] = []
    for lane, (market, way) in enumerate(table.lanes):
        arm = Arm("return_china", way)
        here = table.freight.place == lane
        if arm not in table.arms or not here.any():
            continue
        a = table.arms.index(arm)
        load = measured(table, band, bands, table.freight, table.freight.amounts[0], here, [a])
        units = measured(table, band, bands, table.freight, table.freight.amounts[1], here, [a])
        if not load.amount.any():
            continue
        measure = f"freight {market} {way}"
        most = load.largest
        mean = most / units.largest
        volumes = np.array(GRID) * most
        costs = np.array([lane_cost(scenario, market, way, q / mean, mean) for q in volumes])
        uses = np.zeros((len(table.cells), len(table.arms)), dtype=bool)
        uses[np.unique(table.cell[table.market == scenario.market_ids.index(market)]), a] = True
        period = Period(straight(volumes, costs), ((measure,),), (("",),), (("",),))
        loads[measure] = load
        blocks.append(Block(f"lane {market} {way}", (period,), uses))
    return loads, [], blocks


def straight(volumes: np.ndarray, costs: np.ndarray) -> MarginalTerms:
    """Straight pieces through (volume, cost), as terms of one period."""
    slope = np.diff(costs) / np.diff(volumes)
    none = np.zeros((1, 1))
    return MarginalTerms(
        months=(0,),
        lower=volumes[:-1],
        upper=np.append(volumes[1:-1], np.inf),
        jump=(costs[:-1] - slope * volumes[:-1])[:, None],
        per_unit=slope[:, None],
        per_fee=np.zeros((len(slope), 1)),
        fixed=none,
        retainer=none,
        minimum=none,
        rebate_on_invoice=False,
    )


def dispatches(rule: Consolidation, units: float, kg: float, days: float) -> float:
    """Dispatches of a lane in so many days, for units of a mean weight that come evenly spread."""
    if units <= 0:
        return 0.0
    number = 0.0
    if rule.rule in {"age", "hybrid"} and rule.age_days is not None:
        if rule.clock == "first_item":
            number = max(number, units * days / (units * rule.age_days + days))
        else:
            number = max(number, _kept(days / rule.age_days, units))
    if rule.rule in {"weekday", "hybrid"} and rule.weekdays:
        number = max(number, _kept(days / 7 * len(rule.weekdays), units))
    if rule.rule in {"weight", "hybrid"} and rule.weight_kg is not None:
        number = max(number, units * kg / rule.weight_kg)
    if rule.rule in {"count", "hybrid"} and rule.count is not None:
        number = max(number, units / rule.count)
    return min(number, units)


def _kept(departures: float, units: float) -> float:
    """Departures with anything on board."""
    return float(departures * -np.expm1(-units / departures))


def lane_cost(scenario: Scenario, market: str, way: str, units: float, quantity: float) -> float:
    """What a lane costs a year beside the unit charges already in the claims' costs [reporting currency].

    Freight to China in full, entries both ways, truck to the bench. Freight back is a unit charge already.
    ``units`` a year of mean chargeable ``quantity`` each.
    """
    if units <= 0:
        return 0.0
    s, book = scenario, price_book(scenario)
    stated, days = s.markets[market].china[way], float(s.horizon.days)
    middle = s.clock.ordinal + s.horizon.days // 2
    out = book.freight.marginal_break_points(stated.out_lane, middle)
    kg = quantity if out.unit == "kg" else quantity * float(book.kg.sum() / book.cbm.sum())
    number = dispatches(stated.consolidation, units, kg, days)
    freight = number * _bill(out, units * quantity / number) * rate(s, book.freight.currency(stated.out_lane))
    china = s.china_customs
    load = np.array([units * kg / number])
    seen, unseen = (float(china_dispatch_bill(china, load, np.array([e]))[0]) for e in (True, False))
    entry = unseen + china.inspection_share * (seen - unseen)
    backs = _kept(days / stated.back_every_days, units)
    away = 0.0 if china.repair_route == "hong_kong" else china.export_entry.value
    in_china = (number * entry + backs * away) * rate(s, china.currency)
    terms = book.customs.terms(market, middle)
    worth = np.array([float(book.ex_works.value.mean())])
    at_export = float(book.customs.entry_cost(market, "export", worth, np.array([middle])).total[0])
    at_import = float(book.customs.entry_cost(market, "import", worth, np.array([middle])).total[0])
    local = (number * at_export + backs * at_import) * rate(s, terms.currency)
    return freight + in_china + local


def _bill(segments: BillSegments, quantity: float) -> float:
    return float(segments.bill(np.array([quantity]))[0])
