"""Ways to China in the program: the more is sent, the larger its dispatches, not only the more.

With Q a year in n dispatches to China and q in m back, a way costs n B(Q / n) + m (E + F(q / m)). B is the bill of a
dispatch with its entries, E the entries of one back, and F its freight beyond the price each unit on board is charged
by itself: what minimum and breaks add. Where rates change, each of twelve parts of the year has its own. How many leave
follows from the rule of consolidation, as if units came by chance, evenly over the year.
"""

from __future__ import annotations

import math

import numpy as np

from warrantysim.decision.problem import Block, Load, Period
from warrantysim.journeys.model import Model
from warrantysim.money.dispatch_terms import DispatchTerms, dispatch_terms
from warrantysim.money.marginal_terms import MarginalTerms
from warrantysim.schema.markets import Consolidation

FREIGHT_POINTS = (0.0, 10.0, 25.0, 45.0, 70.0, 100.0, 150.0, 300.0, 600.0)
"""Sizes of a dispatch between which its bill is taken as straight [kg; hundredths of a cubic metre by sea]."""
UNIT_POINTS = (1.0, 5.0, 20.0, 50.0, 100.0)
"""Units a year likewise, for lanes that few travel on [units]."""
CM3_PER_KG = 6000.0
"""Volume that counts one kg where a batch goes by weight [cm3]."""


def departures(rule: Consolidation, units: float, kg: float, days: float) -> float:
    """Dispatches that leave in so many ``days``, of so many ``units`` that weigh ``kg`` together.

    A clock of a days that a first unit starts gives one in a + (time to that unit); one that the last dispatch starts,
    one in a, or later where nobody has come by then; fixed weekdays, every w days, leave unless nobody came, which has
    the chance exp(- units in w days); weight and count leave as they fill. In a hybrid rule the quickest sets the pace.
    """
    if units <= 0:
        return 0.0
    paces = []
    if rule.rule in {"age", "hybrid"} and rule.age_days is not None:
        late = math.exp(-units * rule.age_days / days) if rule.clock == "last_dispatch" else 1.0
        paces.append(days / (rule.age_days + late * days / units))
    if rule.rule in {"weekday", "hybrid"} and rule.weekdays:
        paces.append(with_someone(days, 7.0 / len(rule.weekdays), units))
    if rule.rule in {"weight", "hybrid"} and rule.weight_kg:
        paces.append(kg / rule.weight_kg)
    if rule.rule in {"count", "hybrid"} and rule.count:
        paces.append(units / rule.count)
    return max(*paces, 1e-9)


def freight_back(days: float, every: float, dispatches: float, stragglers: float) -> float:
    """Departures back that find someone to take, one every so many days.

    Units of a dispatch are ready together and find one; stragglers find any of the others by chance.
    """
    offered = days / every
    found = min(dispatches, offered)
    return found + (offered - found) * -math.expm1(-stragglers / offered)


def with_someone(days: float, every: float, arrivals: float) -> float:
    """Departures every so many days that find someone to take, of ``arrivals`` by chance in all ``days``."""
    return days / every * -math.expm1(-arrivals * every / days)


def lane_block(
    model: Model, market: str, way: str, cells: int, measure: str, load: Load, arms: int, mean: float, home: float
) -> Block:
    """A way to China as a contract of one year. ``mean``, ``home``: mean chargeable quantity of a unit on its way out,
    and on its way back, where some stay in China."""
    s = model.scenario
    versions = [dispatch_terms(s, market, way, day) for day in _days(model)]
    terms = versions[0]
    scale = 1.0 if terms.out.unit == "kg" else 0.01
    per_year = s.horizon.days / (terms.out_every_days or 14.0)
    points = np.unique(np.append(np.array(FREIGHT_POINTS) * scale * per_year, np.array(UNIT_POINTS) * mean))
    cost = np.array([np.mean([_yearly(model, market, way, t, float(q), mean, home) for t in versions]) for q in points])
    slope = np.diff(cost) / np.diff(points)
    slope = np.append(slope, slope[-1])
    pieces = MarginalTerms(
        months=(0,),
        lower=points,
        upper=np.append(points[1:], np.inf),
        jump=(cost - slope * points)[:, None],
        per_unit=slope[:, None],
        per_fee=np.zeros((len(points), 1)),
        fixed=np.zeros((1, 1)),
        retainer=np.zeros((1, 1)),
        minimum=np.zeros((1, 1)),
        rebate_on_invoice=False,
    )
    period = Period(pieces, ((measure,),), (("",),), (("",),))
    touches = np.zeros((cells, arms), dtype=bool)
    touches[:, load.arms] = (load.amount > 0).any(axis=1)
    return Block(f"{market} {way}", (period,), touches)


def _days(model: Model) -> list[int]:
    """Day numbers in the middle of twelve parts of the horizon, or only its first where nothing has a date in it."""
    s = model.scenario
    first, days = s.clock.ordinal, s.horizon.days
    dated = (*s.fx, *s.freight_lanes, *s.freight_breaks, *s.customs)
    if not any(first < row.from_.toordinal() < first + days for row in dated):
        return [first]
    return [first + int(days * (k + 0.5) / 12) for k in range(12)]


def _yearly(
    model: Model, market: str, way: str, terms: DispatchTerms, quantity: float, mean: float, home: float
) -> float:
    """Bills of a year in which so much is sent; units that wait for parts are the stragglers of their dispatch."""
    if quantity == 0:
        return 0.0
    s, days = model.scenario, model.scenario.horizon.days
    units, kg = quantity / mean, 1.0 if terms.out.unit == "kg" else 1e6 / CM3_PER_KG
    n = departures(s.markets[market].china[way].consolidation, units, quantity * kg, days)
    size = quantity / n
    k = int(np.searchsorted(terms.out.start, size, side="right")) - 1
    back = freight_back(days, terms.back_every_days, n, s.china_bench.parts_stockout_share * units)
    freight = float(terms.back.bill(np.array([units * home / back]))[0]) if home else 0.0
    return n * float(terms.out.fixed[k] + terms.out.per_unit[k] * size) + back * (terms.back_entry + freight)
