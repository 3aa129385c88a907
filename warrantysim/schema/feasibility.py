"""Whether what a scenario states can be done at all: calendars, closures, dispatches, the law, the policy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from warrantysim.schema.dispositions import BY_PARTNER, BY_WAY, DISPOSITIONS
from warrantysim.schema.errors import Message, Problem, suggestion, told, wrong
from warrantysim.schema.law import LegalFloorRow
from warrantysim.schema.network import ClosureRow
from warrantysim.schema.policy import Cell, Zone
from warrantysim.schema.references import Checked, row_path

if TYPE_CHECKING:
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
