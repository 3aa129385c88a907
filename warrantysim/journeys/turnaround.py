"""How long a disposition is planned to take, from label to customer: sums of means, without any queue."""

from __future__ import annotations

import numpy as np

from warrantysim.journeys.desks import Desks
from warrantysim.schema.markets import ChinaLane, Market
from warrantysim.schema.root import Scenario


def planned_days(s: Scenario, desks: Desks) -> tuple[np.ndarray, np.ndarray]:
    """Planned days from the label to the unit back with its owner: (markets, partners) and (markets, ways).

    Infinite where a partner has no desk for the market or the market has no such way.
    """
    markets = [s.markets[m] for m in s.market_ids]
    local = np.full((len(markets), len(s.partner_ids)), np.inf)
    china = np.full((len(markets), len(s.way_ids)), np.inf)
    for m, market in enumerate(markets):
        parcels = market.customer.ship_lag_days.mean() + 2 * market.parcel.transit_days.mean()
        for p in range(len(s.partner_ids)):
            if (p, m) in desks.bench:
                local[m, p] = parcels + desks.bench[p, m][1].handling_days.mean() + s.stock_rules.pick_days.mean()
        for w, way in enumerate(s.way_ids):
            if way in market.china:
                china[m, w] = parcels + s.stock_rules.pick_days.mean() + _abroad(s, market, market.china[way])
    return local, china


def _abroad(s: Scenario, market: Market, lane: ChinaLane) -> float:
    """Mean days from the hub and back to it: half a collecting time at either end, freight, way to the bench."""
    rule = lane.consolidation
    waits = [0.0]
    if rule.age_days is not None and rule.rule in {"age", "hybrid"}:
        waits = [rule.age_days / 2]
    if rule.weekdays and rule.rule in {"weekday", "hybrid"}:
        waits = [*(w for w in waits if w > 0), 3.5 / len(rule.weekdays)]
    freight = lane.out_days.mean() + lane.back_days.mean() + lane.back_every_days / 2
    return market.hub.handling_days.mean() + min(waits) + freight + s.china_bench.landing_days.mean()
