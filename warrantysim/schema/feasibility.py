"""Whether what a scenario states can be done at all: calendars, closures, dispatches, the law, the policy; and whether
a run could be priced and held in memory, which would otherwise break inside the first replication.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import numpy as np

from warrantysim.schema.dispositions import BY_PARTNER, BY_WAY, DISPOSITIONS
from warrantysim.schema.errors import Message, Problem, suggestion, told, wrong
from warrantysim.schema.law import LegalFloorRow
from warrantysim.schema.network import ClosureRow
from warrantysim.schema.parcel_sizes import KG_PER_UNIT, SLACK, billed_size
from warrantysim.schema.policy import Cell, Zone
from warrantysim.schema.ranges import MOST_SOLD
from warrantysim.schema.references import Checked, row_path
from warrantysim.schema.shipping import LabelRate, RateCard
from warrantysim.schema.sold_units import first_day

if TYPE_CHECKING:
    from warrantysim.schema.products import Sales
    from warrantysim.schema.root import Scenario


def time_zones(s: Scenario) -> Checked:
    """Every time zone is a known one."""
    places = {f"markets.{key}.time_zone": market.time_zone for key, market in s.markets.items()}
    places |= {f"calendars.{key}.time_zone": hours.time_zone for key, hours in s.calendars.items()}
    for path, name in places.items():
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            message = told("unknown time zone {name!r}", name=name) + suggestion(name, sorted(available_timezones()))
            yield Problem(path, message)


def working_weeks(s: Scenario) -> Checked:
    """Working weeks have hours and days, and last to the end of the run."""
    for name, hours in s.calendars.items():
        at = f"calendars.{name}"
        if hours.start_hour >= hours.end_hour:
            yield wrong(
                f"{at}.end_hour",
                "expected end_hour after start_hour {start_hour:g}, got {end_hour:g}",
                start_hour=hours.start_hour,
                end_hour=hours.end_hour,
            )
        if not hours.weekdays or len(set(hours.weekdays)) < len(hours.weekdays):
            yield wrong(
                f"{at}.weekdays",
                "expected days of the week, 0 to 6, each once, got {weekdays}",
                weekdays=list(hours.weekdays),
            )
        if hours.until < s.horizon.ends:
            yield wrong(
                f"{at}.until",
                "expected a day not before {ends}, the end of the run-out, got {until}",
                ends=s.horizon.ends,
                until=hours.until,
            )


def closures_in_order(s: Scenario) -> Checked:
    """Closures end after they begin, within their calendar, and do not overlap."""
    by_calendar: dict[str, list[ClosureRow]] = {}
    for row in s.closures:
        by_calendar.setdefault(row.calendar, []).append(row)
        if row.last_day < row.first_day:
            yield wrong(
                row_path("closures", row, "last_day"),
                "expected a day on or after first_day {first_day}, got {last_day}",
                first_day=row.first_day,
                last_day=row.last_day,
            )
        if row.last_day > (until := s.calendars[row.calendar].until):
            yield wrong(
                row_path("closures", row, "last_day"),
                "expected a day the calendar knows, to {until}, got {last_day}",
                until=until,
                last_day=row.last_day,
            )
    for rows in by_calendar.values():
        for one, two in pairwise(sorted(rows, key=lambda row: row.first_day)):
            if two.first_day <= one.last_day:
                yield wrong(
                    row_path("closures", two),
                    "overlaps the closure from {first_day} to {last_day}",
                    first_day=one.first_day,
                    last_day=one.last_day,
                )


def ladders_end_with_money(s: Scenario) -> Checked:
    """Every ladder ends with a refund, so that every claim can be closed."""
    for key, market in s.markets.items():
        if not market.ladder or market.ladder[-1] != "refund":
            yield wrong(
                f"markets.{key}.ladder",
                "expected a ladder that ends with refund, got {ladder}",
                ladder=list(market.ladder),
            )


def batches_can_leave(s: Scenario) -> Checked:
    """A consolidation rule states the trigger it goes by."""
    fields = {"weight": "weight_kg", "count": "count", "age": "age_days", "weekday": "weekdays"}
    for key, market in s.markets.items():
        for way, lane in market.china.items():
            at, rule = f"markets.{key}.china.{way}.consolidation", lane.consolidation
            stated = [field for field in fields.values() if getattr(rule, field)]
            if rule.rule == "hybrid" and not {"age_days", "weekdays"} & set(stated):
                yield wrong(
                    at, "a hybrid rule needs age_days or weekdays, or the last units of a slow season never leave"
                )
            if rule.rule != "hybrid" and fields[rule.rule] not in stated:
                yield wrong(at, "the rule {rule!r} needs {fields}", rule=rule.rule, fields=fields[rule.rule])


def law_leaves_a_way(s: Scenario) -> Checked:
    """The law of each market allows something that is possible there; its rows do not contradict each other."""
    for row in s.legal_floors:
        path = row_path("legal_floors", row, "allowed")
        if strange := sorted(row.dispositions - set(DISPOSITIONS)):
            hint = suggestion(strange[0], DISPOSITIONS)
            yield Problem(path, told("unknown disposition {strange!r}", strange=strange[0]) + hint)
        elif not any(_possible(s, row.market, disposition) for disposition in row.dispositions):
            ways = " or ".join(d for d in DISPOSITIONS if _possible(s, row.market, d))
            yield wrong(
                path,
                "allows nothing that is possible in {market}, got {allowed!r}; expected {ways} among it",
                market=row.market,
                allowed=row.allowed,
                ways=ways,
            )
        if row.age_to_days <= row.age_from_days:
            yield wrong(
                row_path("legal_floors", row, "age_to_days"),
                "expected an age above age_from_days {age_from_days:g}, got {age_to_days:g}",
                age_from_days=row.age_from_days,
                age_to_days=row.age_to_days,
            )
    yield from _ages_apart(s.legal_floors)


def _possible(s: Scenario, market: str, disposition: str) -> bool:
    if disposition == BY_PARTNER:
        return any(partner.desk_for(market) for partner in s.partners.values())
    return bool(s.markets[market].china) if disposition == BY_WAY else True


def _ages_apart(rows: Iterable[LegalFloorRow]) -> Checked:
    """Floors that begin together and are about the same goods do not overlap in age."""
    groups: dict[tuple[str, str, str, dt.date, dt.date], list[LegalFloorRow]] = {}
    for row in rows:
        groups.setdefault((row.market, row.region, row.categories, row.from_, row.sold_from), []).append(row)
    for group in groups.values():
        for one, two in pairwise(sorted(group, key=lambda row: row.age_from_days)):
            if two.age_from_days < one.age_to_days:
                yield wrong(
                    row_path("legal_floors", two),
                    "overlaps the floor for ages {age_from_days:g} to {age_to_days:g}",
                    age_from_days=one.age_from_days,
                    age_to_days=one.age_to_days,
                )


def policy_is_possible(s: Scenario) -> Checked:
    """Every zone of the policy can be followed by some claim of its cell."""
    if s.policy.effective != "horizon":
        try:
            dt.date.fromisoformat(s.policy.effective)
        except ValueError:
            yield wrong(
                "policy.effective",
                "expected 'horizon' or a date such as 2027-03-01, got {effective!r}",
                effective=s.policy.effective,
            )
    for i, rule in enumerate(s.policy.rules):
        for j, zone in enumerate(rule.zones):
            if why := _impossible(s, rule.cell, zone):
                yield Problem(f"policy.rules[{i}].zones[{j}]", why)
    if s.policy.fallback and (odd := [d for d in s.policy.fallback if d == BY_PARTNER]):
        yield wrong("policy.fallback", "a fallback names no partner, so it cannot be {odd}", odd=odd[0])


def _impossible(s: Scenario, cell: Cell, zone: Zone) -> Message | None:
    """Why a zone can never be followed by any claim of its cell; None where some claim can."""
    if zone.do == BY_WAY:
        markets = [cell.market] if cell.market else list(s.markets)
        if not any(zone.partner in {None, *s.markets[m].china} if s.markets[m].china else False for m in markets):
            way = told("way {name!r}", name=zone.partner) if zone.partner else told("way")
            if cell.market:
                return told("{market} has no {way} to China", market=cell.market, way=way)
            return told("no market has a {way} to China", way=way)
    if zone.do != BY_PARTNER or zone.partner is None:
        return None
    partner = s.partners[zone.partner]
    if cell.market and partner.desk_for(cell.market) is None:
        return told("partner {partner!r} has no desk that serves {market}", partner=zone.partner, market=cell.market)
    skus = [sku for sku in s.skus if cell.sku in {None, sku.sku} and cell.category in {None, sku.category}]
    if skus and not any(partner.takes(sku.sku, sku.category) for sku in skus):
        return told("partner {partner!r} takes none of the products of {cell}", partner=zone.partner, cell=str(cell))
    last = s.horizon.first_day + dt.timedelta(days=s.horizon.days - 1)
    if (partner.valid_from or dt.date.min) > last or (partner.valid_to or dt.date.max) < s.horizon.first_day:
        return told("the quote of {partner!r} does not hold on any day of the horizon", partner=zone.partner)
    return None


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
