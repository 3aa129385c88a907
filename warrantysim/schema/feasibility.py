"""Whether what a scenario states can be done at all: calendars, closures, dispatches, the law, the policy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from warrantysim.schema.dispositions import BY_PARTNER, BY_WAY, DISPOSITIONS
from warrantysim.schema.errors import Problem, suggestion
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
            message = f"unknown time zone {name!r}{suggestion(name, sorted(available_timezones()))}"
            yield Problem(path, message, rule="time zone")


def working_weeks(s: Scenario) -> Checked:
    """Working weeks have hours and days, and last to the end of the run."""
    for name, hours in s.calendars.items():
        at = f"calendars.{name}"
        if hours.start_hour >= hours.end_hour:
            message = f"expected end_hour after start_hour {hours.start_hour:g}, got {hours.end_hour:g}"
            yield Problem(f"{at}.end_hour", message, rule="working hours")
        if not hours.weekdays or len(set(hours.weekdays)) < len(hours.weekdays):
            message = f"expected days of the week, 0 to 6, each once, got {list(hours.weekdays)}"
            yield Problem(f"{at}.weekdays", message, rule="weekdays")
        if hours.until < s.horizon.ends:
            message = f"expected a day not before {s.horizon.ends}, the end of the run-out, got {hours.until}"
            yield Problem(f"{at}.until", message, rule="calendar until")


def closures_in_order(s: Scenario) -> Checked:
    """Closures end after they begin, within their calendar, and do not overlap."""
    by_calendar: dict[str, list[ClosureRow]] = {}
    for row in s.closures:
        by_calendar.setdefault(row.calendar, []).append(row)
        if row.last_day < row.first_day:
            message = f"expected a day on or after first_day {row.first_day}, got {row.last_day}"
            yield Problem(row_path("closures", row, "last_day"), message, rule="closure days")
        if row.last_day > (until := s.calendars[row.calendar].until):
            message = f"expected a day the calendar knows, to {until}, got {row.last_day}"
            yield Problem(row_path("closures", row, "last_day"), message, rule="closure beyond calendar")
    for rows in by_calendar.values():
        for one, two in pairwise(sorted(rows, key=lambda row: row.first_day)):
            if two.first_day <= one.last_day:
                message = f"overlaps the closure from {one.first_day} to {one.last_day}"
                yield Problem(row_path("closures", two), message, rule="closures overlap")


def ladders_end_with_money(s: Scenario) -> Checked:
    """Every ladder ends with a refund, so that every claim can be closed."""
    for key, market in s.markets.items():
        if not market.ladder or market.ladder[-1] != "refund":
            message = f"expected a ladder that ends with refund, got {list(market.ladder)}"
            yield Problem(f"markets.{key}.ladder", message, rule="ladder")


def batches_can_leave(s: Scenario) -> Checked:
    """A consolidation rule states the trigger it goes by."""
    fields = {"weight": "weight_kg", "count": "count", "age": "age_days", "weekday": "weekdays"}
    for key, market in s.markets.items():
        for way, lane in market.china.items():
            at, rule = f"markets.{key}.china.{way}.consolidation", lane.consolidation
            stated = [field for field in fields.values() if getattr(rule, field)]
            if rule.rule == "hybrid" and not {"age_days", "weekdays"} & set(stated):
                message = "a hybrid rule needs age_days or weekdays, or the last units of a slow season never leave"
                yield Problem(at, message, rule="consolidation")
            if rule.rule != "hybrid" and fields[rule.rule] not in stated:
                yield Problem(at, f"the rule {rule.rule!r} needs {fields[rule.rule]}", rule="consolidation")


def law_leaves_a_way(s: Scenario) -> Checked:
    """The law of each market allows something that is possible there; its rows do not contradict each other."""
    for row in s.legal_floors:
        path = row_path("legal_floors", row, "allowed")
        if strange := sorted(row.dispositions - set(DISPOSITIONS)):
            hint = suggestion(strange[0], DISPOSITIONS)
            yield Problem(path, f"unknown disposition {strange[0]!r}{hint}", rule="unknown disposition")
        elif not any(_possible(s, row.market, disposition) for disposition in row.dispositions):
            ways = " or ".join(d for d in DISPOSITIONS if _possible(s, row.market, d))
            message = f"allows nothing that is possible in {row.market}, got {row.allowed!r}; expected {ways} among it"
            yield Problem(path, message, rule="law forbids everything")
        if row.age_to_days <= row.age_from_days:
            message = f"expected an age above age_from_days {row.age_from_days:g}, got {row.age_to_days:g}"
            yield Problem(row_path("legal_floors", row, "age_to_days"), message, rule="ages")
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
                message = f"overlaps the floor for ages {one.age_from_days:g} to {one.age_to_days:g}"
                yield Problem(row_path("legal_floors", two), message, rule="floors overlap")


def policy_is_possible(s: Scenario) -> Checked:
    """Every zone of the policy can be followed by some claim of its cell."""
    if s.policy.effective != "horizon":
        try:
            dt.date.fromisoformat(s.policy.effective)
        except ValueError:
            message = f"expected 'horizon' or a date such as 2027-03-01, got {s.policy.effective!r}"
            yield Problem("policy.effective", message)
    for i, rule in enumerate(s.policy.rules):
        for j, zone in enumerate(rule.zones):
            if why := _impossible(s, rule.cell, zone):
                yield Problem(f"policy.rules[{i}].zones[{j}]", why, rule="impossible zone")
    if s.policy.fallback and (odd := [d for d in s.policy.fallback if d == BY_PARTNER]):
        message = f"a fallback names no partner, so it cannot be {odd[0]}"
        yield Problem("policy.fallback", message)


def _impossible(s: Scenario, cell: Cell, zone: Zone) -> str | None:
    """Why a zone can never be followed by any claim of its cell; None where some claim can."""
    if zone.do == BY_WAY:
        markets = [cell.market] if cell.market else list(s.markets)
        if not any(zone.partner in {None, *s.markets[m].china} if s.markets[m].china else False for m in markets):
            way = f"way {zone.partner!r}" if zone.partner else "way"
            return f"{cell.market} has no {way} to China" if cell.market else f"no market has a {way} to China"
    if zone.do != BY_PARTNER or zone.partner is None:
        return None
    partner = s.partners[zone.partner]
    if cell.market and partner.desk_for(cell.market) is None:
        return f"partner {zone.partner!r} has no desk that serves {cell.market}"
    skus = [sku for sku in s.skus if cell.sku in {None, sku.sku} and cell.category in {None, sku.category}]
    if skus and not any(partner.takes(sku.sku, sku.category) for sku in skus):
        return f"partner {zone.partner!r} takes none of the products of {cell}"
    last = s.horizon.first_day + dt.timedelta(days=s.horizon.days - 1)
    if (partner.valid_from or dt.date.min) > last or (partner.valid_to or dt.date.max) < s.horizon.first_day:
        return f"the quote of {zone.partner!r} does not hold on any day of the horizon"
    return None
