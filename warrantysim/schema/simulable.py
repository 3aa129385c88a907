"""Whether a run could be priced and held in memory: what would otherwise break inside the first replication."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.schema.errors import told, wrong
from warrantysim.schema.parcel_sizes import KG_PER_UNIT, SLACK, billed_size
from warrantysim.schema.ranges import MOST_SOLD
from warrantysim.schema.references import Checked, row_path
from warrantysim.schema.shipping import LabelRate, RateCard
from warrantysim.schema.sold_units import first_day

if TYPE_CHECKING:
    from warrantysim.schema.products import Sales
    from warrantysim.schema.root import Scenario

MOST_DAYS = 100_000
"""Days that are dates for certain [days]."""
MONTH = 365 / 12
"""Days of a mean month."""


def parcels_are_carried(s: Scenario) -> Checked:
    """The parcel card of each market has prices when claims begin, and carries every product sold there."""
    sold = _sold_in(s)
    for market_id, market in s.markets.items():
        card, zone = market.parcel.card, market.parcel.zone
        versions = [row for row in s.rate_cards if row.card == card]
        rates = [row for row in s.label_rates if row.card == card and row.zone == zone]
        begins = max(min(row.from_ for row in versions), min((row.from_ for row in rates), default=dt.date.max))
        needed = _first_claim(s, market_id)
        if needed is not None and begins > needed:
            path = f"markets.{market_id}.parcel.card"
            where = told("{card!r} of {market}", card=card, market=market_id)
            if zone:
                where = told("{card} in zone {zone}", card=where, zone=zone)
            yield wrong(
                path,
                "card {card} has no price on {day}, the first day claims are born; its first price is from {begins}",
                card=where,
                day=s.horizon.begins,
                begins=begins,
            )
            continue
        skus = [row for row in s.skus if (row.sku, market_id) in sold]
        weight = np.array([row.weight_kg for row in skus])
        dims = np.array([(row.length_cm, row.width_cm, row.height_cm) for row in skus]).reshape(-1, 3)
        seen: set[str] = set()
        for version, largest in _limits(versions, rates, max(begins, s.horizon.begins)):
            size = billed_size(version, weight, dims)
            for i in np.flatnonzero(size * (1 - SLACK) > largest):
                if skus[i].sku not in seen:
                    seen.add(skus[i].sku)
                    column = (
                        "length_cm"
                        if version.kind == "size_class" or size[i] * _kg(version) > 1.01 * weight[i]
                        else "weight_kg"
                    )
                    yield wrong(
                        row_path("skus", skus[i], column),
                        "{sku} is billed as {size}; card {card!r} of {market_id} carries up to {most}; add a rate "
                        "for it, or a card of a carrier that takes it",
                        sku=skus[i].sku,
                        size=_shown(size[i], version),
                        card=card,
                        market_id=market_id,
                        most=_shown(largest, version),
                    )


def freight_has_rates(s: Scenario) -> Checked:
    """Every lane a market uses has a rate from 0 on when claims begin."""
    for market_id, market in s.markets.items():
        needed = _first_claim(s, market_id)
        for way, lane in market.china.items():
            for field in ("out_lane", "back_lane"):
                name = getattr(lane, field)
                rates = [row.from_ for row in s.freight_breaks if row.lane == name and row.from_quantity == 0]
                known = [row.from_ for row in s.freight_lanes if row.lane == name]
                begins = max(min(rates, default=dt.date.max), min(known, default=dt.date.max))
                if needed is not None and begins > needed:
                    yield wrong(
                        f"markets.{market_id}.china.{way}.{field}",
                        "freight lane {name!r} has no rate from 0 on {needed}, the first day claims are born; its "
                        "first price is from {begins}",
                        name=name,
                        needed=needed,
                        begins=begins,
                    )


def _first_claim(s: Scenario, market: str) -> dt.date | None:
    """The first day on which a claim of a market can open; None where there are none."""
    if any(row.market == market and row.units_per_month > 0 for row in s.sales):
        return s.horizon.begins
    first = s.horizon.first_day
    opened = [row.opened_on(first) for row in s.claims_table if row.market == market]
    known = [day for day in opened if math.isfinite(day) and abs(day) < MOST_DAYS]
    return first + dt.timedelta(days=math.floor(min(known))) if known else None


def _sold_in(s: Scenario) -> set[tuple[str, str]]:
    """Products and markets with sales or listed claims."""
    sold = {(row.sku, row.market) for row in s.sales if row.units_per_month > 0}
    return sold | {(row.sku, row.market) for row in s.claims_table}


def _limits(versions: list[RateCard], rates: list[LabelRate], first: dt.date) -> Iterator[tuple[RateCard, float]]:
    """Each version of a card that holds in the run, with the largest parcel it carries then, in the card's unit."""
    days = sorted({first} | {row.from_ for row in (*versions, *rates) if row.from_ > first})
    for day in days:
        version = max((row for row in versions if row.from_ <= day), key=lambda row: row.from_)
        cells: dict[float, LabelRate] = {}
        for rate in sorted((r for r in rates if r.from_ <= day), key=lambda row: row.from_):
            cells[rate.up_to] = rate
        last = cells[max(cells)]
        yield version, math.inf if last.step is not None else last.up_to


def _kg(card: RateCard) -> float:
    return KG_PER_UNIT.get(card.unit, 1.0)


def _shown(size: float, card: RateCard) -> str:
    if card.unit in ("cm", "kg"):
        return f"{size:.4g} {card.unit}"
    return f"{size:.4g} {card.unit} ({size * _kg(card):.3g} kg)"


def faults_leave_claims(s: Scenario) -> Checked:
    """Where owners claim without a fault, each product sold has the fault of there being none."""
    free = {row.sku for row in s.faults if row.kind == "no_fault_found"}
    sold = _sold_in(s)
    asked = {market for market, shares in s.births.opportunistic.items() if any(one.share > 0 for one in shares)}
    for sku in s.skus:
        markets = sorted(market for name, market in sold if name == sku.sku and market in asked)
        if markets and sku.sku not in free:
            yield wrong(
                "faults",
                "expected a fault of kind no_fault_found for {sku}, since births.opportunistic has owners in {names} "
                "claim without a fault",
                sku=sku.sku,
                names=", ".join(markets),
            )


def terms_hold_when_sold(s: Scenario) -> Checked:
    """Terms of sale hold in every month in which units are sold whose claims count."""
    began: dict[tuple[str, str], dt.date] = {}
    for row in s.sku_markets:
        began[row.sku, row.market] = min(row.from_, began.get((row.sku, row.market), row.from_))
    longest = max((row.warranty_days for row in s.sku_markets), default=0.0)
    seen = s.horizon.begins - dt.timedelta(days=min(longest, 7000))
    for sale in s.sales:
        first = first_day(sale.month) if sale.month else max(sale.from_, seen)
        if sale.units_per_month > 0 and began.get((sale.sku, sale.market), first) > first:
            yield wrong(
                row_path("sales", sale),
                "{sku} is sold in {market} from {first}, but sku_markets has terms only from {began}",
                sku=sale.sku,
                market=sale.market,
                first=first,
                began=began[sale.sku, sale.market],
            )


def work_fits_into_memory(s: Scenario) -> Checked:
    """Units are as many as can be simulated."""
    reach: dict[tuple[str, str], float] = {}
    for terms in s.sku_markets:
        reach[terms.sku, terms.market] = max(terms.warranty_days, reach.get((terms.sku, terms.market), 0.0))
    span = s.horizon.run_in_days + s.horizon.days + s.horizon.run_out_days
    best: dict[tuple[str, str, str], Sales] = {}
    for row in s.sales:
        key = (row.sku, row.market, row.channel)
        best[key] = max(row, best.get(key, row), key=lambda row: row.units_per_month)
    # As if every month were its best one.
    units = {k: row.units_per_month * (reach.get(k[:2], 0.0) + span) / MONTH for k, row in best.items()}
    total = sum(units.values())
    if not total <= MOST_SOLD:
        row = best[max(units, key=lambda key: units[key])]
        yield wrong(
            row_path("sales", row, "units_per_month"),
            "{total:.3g} units are sold in the months a run sees, most of them here; expected at most {most:,}, "
            "state a part of the products, or sales in hundreds",
            total=total,
            most=MOST_SOLD,
        )
