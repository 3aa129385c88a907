"""What no single row or section can know is wrong: the checks of a scenario as a whole, all problems at once."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from warrantysim.scenario.errors import Problem, suggestion
from warrantysim.scenario.markets import DISPOSITIONS, LegalFloorRow
from warrantysim.scenario.network import ClosureRow
from warrantysim.scenario.policy import Cell, Zone
from warrantysim.scenario.references import Checked, currencies_used, row_path, unknown_names
from warrantysim.scenario.service import EVIDENCE_LEVELS
from warrantysim.scenario.shipping import shipping_problems

if TYPE_CHECKING:
    from warrantysim.scenario.root import Scenario

TOLERANCE = 1e-6
"""How far shares that must sum to 1 may miss it [share]."""


def problems_in(s: Scenario) -> Checked:
    """Everything wrong with a scenario whose sections and rows are each right.

    Names that point to nothing are reported alone: what rests on them could not be judged.
    """
    names = list(unknown_names(s))
    yield from names
    if names:
        return
    for check in CHECKS:
        yield from check(s)


def _keys_once(s: Scenario) -> Checked:
    """No table states one key twice."""
    for table in s.TABLES:
        for key, count in Counter(row.key for row in getattr(s, table)).items():
            if count > 1:
                yield Problem(f"{table}[{','.join(key)}]", "duplicate key", rule=f"duplicate {table}")


def _complete_grids(s: Scenario) -> Checked:
    """Terms of sale and stock are stated for every product in every market."""
    for table in ("sku_markets", "stock"):
        stated = {(row.sku, row.market) for row in getattr(s, table)}
        for sku in s.sku_ids:
            for market in s.market_ids:
                if (sku, market) not in stated:
                    yield Problem(table, f"expected a row for {sku},{market}", rule=f"missing {table}")


def _something_happens(s: Scenario) -> Checked:
    if not s.sales and not s.claims_table:
        yield Problem("sales", "expected sales or a claims_table; the scenario has neither", rule="nothing happens")


def _own_currency(s: Scenario) -> Checked:
    """Prices are in the market's currency, since cut-points compare before any conversion."""
    for row in s.sku_markets:
        if row.currency != (own := s.markets[row.market].currency):
            yield _own(row_path("sku_markets", row, "currency"), own, row.currency)
    for market, propensity in s.births.propensity.items():
        if propensity.half_price.currency != (own := s.markets[market].currency):
            yield _own(f"births.propensity.{market}.half_price", own, str(propensity.half_price))
    for market, shares in s.births.opportunistic.items():
        own = s.markets[market].currency
        for i, share in enumerate(shares):
            if share.from_.currency != own:
                yield _own(f"births.opportunistic.{market}[{i}].from", own, str(share.from_))
        if any(a.from_.value >= b.from_.value for a, b in pairwise(shares)):
            yield Problem(f"births.opportunistic.{market}", "expected rising 'from' prices", rule="rising from")


def _own(path: str, expected: str, found: str) -> Problem:
    return Problem(path, f"expected {expected}, the market's currency, got {found}", rule="market currency")


def _shares_sum_to_one(s: Scenario) -> Checked:
    by_sku: dict[str, list[float]] = {sku: [] for sku in s.sku_ids}
    for fault in s.faults:
        by_sku[fault.sku].append(fault.share)
    for sku, shares in by_sku.items():
        yield from _sum_is_one("faults", f"the shares of {sku}", shares)
    by_look: dict[tuple[str, str], list[float]] = {}
    for row in s.symptoms:
        by_look.setdefault((row.kind, row.evidence), []).append(row.share)
    for kind in dict.fromkeys(fault.kind for fault in s.faults):
        for level in EVIDENCE_LEVELS:
            yield from _sum_is_one(
                "symptoms", f"the shares of {kind} with evidence {level}", by_look.get((kind, level), [])
            )


def _sum_is_one(table: str, what: str, shares: list[float]) -> Checked:
    total = math.fsum(shares)
    if abs(total - 1.0) > TOLERANCE:
        message = f"expected {what} to sum to 1, got {total:.6g}" if shares else f"expected rows: {what} are not stated"
        yield Problem(table, message, rule=f"sum of {table}")


def _whole_seasons(s: Scenario) -> Checked:
    months: dict[str, list[float]] = {}
    for row in s.season:
        months.setdefault(row.market, []).append(row.multiplier)
    for market, multipliers in months.items():
        where = f"of {market}" if market else "of all markets"
        if len(multipliers) != 12:
            yield Problem("season", f"expected 12 months {where}, got {len(multipliers)}", rule="season")
        elif sum(multipliers) <= 0:
            yield Problem("season", f"expected some month {where} to be above 0", rule="season")


def _rates_cover_the_run(s: Scenario) -> Checked:
    begun: dict[str, dt.date] = {}
    for row in s.fx:
        begun[row.currency] = min(row.from_, begun.get(row.currency, row.from_))
    used = dict.fromkeys(currency for _, currency in currencies_used(s))
    for currency in used:
        if begun.get(currency, dt.date.min) > s.horizon.begins:
            message = f"expected a rate from {s.horizon.begins}, the first day claims are born, got {begun[currency]}"
            yield Problem(f"fx[{currency}]", message, rule="fx from")


def _customs_cover_the_run(s: Scenario) -> Checked:
    for market_id, market in s.markets.items():
        starts = [row.from_ for row in s.customs if row.market == market_id]
        if market.china and min(starts, default=dt.date.max) > s.horizon.begins:
            message = f"expected a row for {market_id}, which sends to China, that holds on {s.horizon.begins}"
            yield Problem("customs", message, rule="customs from")


def _shipping(s: Scenario) -> Checked:
    tables = (s.rate_cards, s.label_rates, s.peak, s.freight_lanes, s.freight_breaks)
    for path, message in shipping_problems(*tables):
        yield Problem(path, message, rule="shipping")
    for market_id, market in s.markets.items():
        own = next(row.market for row in s.rate_cards if row.card == market.parcel.card)
        if own not in {"", market_id}:
            message = f"expected a card of {market_id}, got {market.parcel.card!r} of {own}"
            yield Problem(f"markets.{market_id}.parcel.card", message, rule="card of another market")


def _time_zones(s: Scenario) -> Checked:
    places = {f"markets.{key}.time_zone": market.time_zone for key, market in s.markets.items()}
    places |= {f"calendars.{key}.time_zone": hours.time_zone for key, hours in s.calendars.items()}
    for path, name in places.items():
        try:
            ZoneInfo(name)
        except (OSError, ValueError):  # A missing zone is a KeyError of its own, which is an OSError nowhere.
            bad = True
        except KeyError:
            bad = True
        else:
            bad = False
        if bad:
            yield Problem(path, f"unknown time zone {name!r}{suggestion(name, sorted(available_timezones()))}")


def _working_weeks(s: Scenario) -> Checked:
    for name, hours in s.calendars.items():
        at = f"calendars.{name}"
        if hours.start_hour >= hours.end_hour:
            message = f"expected end_hour after start_hour {hours.start_hour:g}, got {hours.end_hour:g}"
            yield Problem(f"{at}.end_hour", message, rule="working hours")
        if not hours.weekdays or set(hours.weekdays) - set(range(7)) or len(set(hours.weekdays)) < len(hours.weekdays):
            message = f"expected days of the week, 0 to 6, each once, got {list(hours.weekdays)}"
            yield Problem(f"{at}.weekdays", message, rule="weekdays")
        if hours.until < s.horizon.ends:
            message = f"expected a day not before {s.horizon.ends}, the end of the run-out, got {hours.until}"
            yield Problem(f"{at}.until", message, rule="calendar until")


def _closures_in_order(s: Scenario) -> Checked:
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


def _ladders_end_with_money(s: Scenario) -> Checked:
    for key, market in s.markets.items():
        if not market.ladder or market.ladder[-1] != "refund":
            message = f"expected a ladder that ends with refund, got {list(market.ladder)}"
            yield Problem(f"markets.{key}.ladder", message, rule="ladder")


def _batches_can_leave(s: Scenario) -> Checked:
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
            if set(rule.weekdays) - set(range(7)):
                message = f"expected days of the week, 0 to 6, got {list(rule.weekdays)}"
                yield Problem(f"{at}.weekdays", message, rule="weekdays")


def _law_leaves_a_way(s: Scenario) -> Checked:
    for row in s.legal_floors:
        path = row_path("legal_floors", row, "allowed")
        if strange := sorted(row.dispositions - set(DISPOSITIONS)):
            hint = suggestion(strange[0], DISPOSITIONS)
            yield Problem(path, f"unknown disposition {strange[0]!r}{hint}", rule="unknown disposition")
        elif not any(_possible(s, row.market, disposition) for disposition in row.dispositions):
            message = f"allows nothing that is possible in {row.market}, got {row.allowed!r}"
            yield Problem(path, message, rule="law forbids everything")
        if row.age_to_days <= row.age_from_days:
            message = f"expected an age above age_from_days {row.age_from_days:g}, got {row.age_to_days:g}"
            yield Problem(row_path("legal_floors", row, "age_to_days"), message, rule="ages")
    yield from _ages_apart(s.legal_floors)


def _possible(s: Scenario, market: str, disposition: str) -> bool:
    if disposition == "repair_local":
        return any(partner.desk_for(market) for partner in s.partners.values())
    return bool(s.markets[market].china) if disposition == "return_china" else True


def _ages_apart(rows: Iterable[LegalFloorRow]) -> Checked:
    """Floors of one market and date do not overlap in age."""
    groups: dict[tuple[str, dt.date], list[LegalFloorRow]] = {}
    for row in rows:
        groups.setdefault((row.market, row.from_), []).append(row)
    for group in groups.values():
        for one, two in pairwise(sorted(group, key=lambda row: row.age_from_days)):
            if two.age_from_days < one.age_to_days:
                message = f"overlaps the floor for ages {one.age_from_days:g} to {one.age_to_days:g}"
                yield Problem(row_path("legal_floors", two), message, rule="floors overlap")


def _policy_is_possible(s: Scenario) -> Checked:
    if s.policy.effective != "horizon":
        try:
            dt.date.fromisoformat(s.policy.effective)
        except ValueError:
            message = f"expected 'horizon' or a date such as 2027-03-01, got {s.policy.effective!r}"
            yield Problem("policy.effective", message)
    for i, rule in enumerate(s.policy.rules):
        for j, zone in enumerate(rule.zones):
            if message := _impossible(s, rule.cell, zone):
                yield Problem(f"policy.rules[{i}].zones[{j}]", message, rule="impossible zone")
    if s.policy.fallback and (odd := [d for d in s.policy.fallback if d in {"repair_local"}]):
        message = f"a fallback names no partner, so it cannot be {odd[0]}"
        yield Problem("policy.fallback", message)


def _impossible(s: Scenario, cell: Cell, zone: Zone) -> str | None:
    """Why a zone can never be followed by any claim of its cell; None where some claim can."""
    if zone.do == "return_china":
        markets = [cell.market] if cell.market else list(s.markets)
        if not any((zone.partner in s.markets[m].china) if zone.partner else s.markets[m].china for m in markets):
            return f"{cell.market or 'no market'} has no way {zone.partner or 'to China'}".replace(
                "no market has no", "no market has a"
            )
    if zone.do != "repair_local" or zone.partner is None:
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


def _deliveries_as_said(s: Scenario) -> Checked:
    if s.stock_rules.deliveries == "table" and not s.deliveries:
        yield Problem("deliveries", "expected rows, since stock_rules.deliveries says table", rule="deliveries")
    if s.stock_rules.deliveries == "base_stock" and s.deliveries:
        message = "rows would not be read; set stock_rules.deliveries to table, or leave them out"
        yield Problem("deliveries", message, rule="deliveries")
    for row in s.deliveries:
        if not s.horizon.begins <= row.day < s.horizon.ends:
            message = f"expected a day from {s.horizon.begins} to {s.horizon.ends}, got {row.day}"
            yield Problem(row_path("deliveries", row, "day"), message, rule="delivery day")


def _assumed_figures_exist(s: Scenario) -> Checked:
    from warrantysim.scenario.errors import ScenarioError
    from warrantysim.scenario.paths import match, parse, tree_of

    if not s.assumptions:
        return
    sections = {parse(row.path)[0].parts[0] for row in s.assumptions}
    tree = tree_of(s, sections & set(type(s).model_fields))
    for row in s.assumptions:
        try:
            match(tree, row.path, s.TABLES)
        except ScenarioError as error:
            yield Problem(
                row_path("assumptions", row, "path"), f"{row.path}: {error.problems[0].message}", rule="assumed path"
            )


CHECKS: tuple[Callable[[Scenario], Iterator[Problem]], ...] = (
    _keys_once,
    _complete_grids,
    _something_happens,
    _own_currency,
    _shares_sum_to_one,
    _whole_seasons,
    _rates_cover_the_run,
    _customs_cover_the_run,
    _shipping,
    _time_zones,
    _working_weeks,
    _closures_in_order,
    _ladders_end_with_money,
    _batches_can_leave,
    _law_leaves_a_way,
    _policy_is_possible,
    _deliveries_as_said,
    _assumed_figures_exist,
)
"""The checks, in the order their problems are told."""
