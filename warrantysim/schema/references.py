"""Names in a scenario that point to nothing: every unknown id, with the nearest known one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from warrantysim.schema.amounts import Amount
from warrantysim.schema.contracts import unknown_references
from warrantysim.schema.dated import Dated
from warrantysim.schema.dispositions import BY_PARTNER
from warrantysim.schema.errors import NOTHING, SHOWN_PER_RULE, Checked, Message, Problem, suggestion, told, wrong
from warrantysim.schema.row_keys import row_path
from warrantysim.schema.strict import Row

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario


_SKU, _MARKET = ("sku", told("SKU")), ("market", told("market"))
_ROW_REFERENCES: dict[str, tuple[tuple[str, Message], ...]] = {
    "sku_markets": (_SKU, _MARKET),
    "sales": (_SKU, _MARKET, ("channel", told("channel"))),
    "season": (_MARKET,),
    "faults": (_SKU,),
    "lots": (_SKU, ("markets", told("market"))),
    "claims_table": (_SKU, _MARKET, ("channel", told("channel"))),
    "rate_cards": (_MARKET,),
    "freight_lanes": (_MARKET,),
    "tariffs": (_MARKET, ("exempt", told("SKU"))),
    "customs": (_MARKET,),
    "platform_fees": (_MARKET,),
    "windows": (_MARKET, ("channel", told("channel"))),
    "legal_floors": (_MARKET,),
    "closures": (("calendar", told("calendar")),),
    "stock": (_SKU, _MARKET),
    "deliveries": (_SKU, _MARKET),
    "promised_times": (_MARKET,),
    "product_names": (_SKU,),
    "product_facts": (_SKU,),
}
"""Columns of each table that name something, and what; several names in one cell are joined by |."""


def unknown_names(s: Scenario) -> Checked:
    """Every name of the scenario that nothing bears."""
    known = {
        "SKU": s.sku_ids,
        "market": s.market_ids,
        "channel": s.channel_ids,
        "calendar": tuple(s.calendars),
    }
    for table, columns in _ROW_REFERENCES.items():
        for column, kind in columns:
            yield from _in_column(table, getattr(s, table), column, kind, known[kind.code])
    yield from _in_keys(s)
    yield from _in_markets(s)
    yield from _in_policy(s)
    yield from _in_faults(s)
    yield from _in_partners(s)
    yield from _in_currencies(s)
    if presets := list(dict.fromkeys(row.preset for row in s.tariffs)):
        yield from unknown("tariff_preset", told("tariff preset"), s.tariff_preset, presets)
    grades = s.recovery.trade_share_of_price
    for sku in (row for row in s.skus if row.recovery_grade not in grades):
        yield from unknown(f"skus[{sku.sku}].recovery_grade", told("recovery grade"), sku.recovery_grade, grades)
    yield from unknown("china_bench.calendar", told("calendar"), s.china_bench.calendar, s.calendars)
    if s.triage.agents is not None:
        yield from unknown("triage.agents.calendar", told("calendar"), s.triage.agents.calendar, s.calendars)


def unknown(path: str, kind: Message, name: str, known: Collection[str]) -> Checked:
    """A problem if ``name`` is not among the known ones."""
    if name not in known:
        yield Problem(
            path,
            told("unknown {kind} {name!r}", kind=kind, name=name) + suggestion(name, known),
            rule=f"unknown {kind.code}",
        )


def _in_column(table: str, rows: Iterable[Row], column: str, kind: Message, known: Collection[str]) -> Checked:
    names, count = frozenset(known), 0
    for row in rows:
        cell = getattr(row, column)
        if cell in names or (not cell and not type(row).model_fields[column].is_required()):
            continue
        for name in list(filter(None, (part.strip() for part in cell.split("|")))) or [""]:
            if name not in names:
                count += 1  # the nearest name is looked for where it will be printed
                near = suggestion(name, known) if count <= SHOWN_PER_RULE else NOTHING
                yield Problem(
                    row_path(table, row, column),
                    told("unknown {kind} {name!r}", kind=kind, name=name) + near,
                    rule=f"unknown {kind.code}",
                )


def _in_keys(s: Scenario) -> Checked:
    """Sections that are mappings by market, channel or partner: no key too many, none missing where all must be."""
    markets, channels = s.market_ids, s.channel_ids
    yield from _keys("rails", told("market"), s.rails, markets, complete=True)
    yield from _keys("births.delivery_days", told("channel"), s.births.delivery_days, channels, complete=True)
    yield from _keys("births.propensity", told("market"), s.births.propensity, markets, complete=True)
    yield from _keys("births.visibility", told("channel"), s.births.visibility, channels)
    yield from _keys("births.opportunistic", told("market"), s.births.opportunistic, markets)
    yield from _keys("partner_logistics", told("partner"), s.partner_logistics, s.partner_ids)


def _keys(
    path: str, kind: Message, section: Mapping[str, object], known: Collection[str], *, complete: bool = False
) -> Checked:
    for key in section:
        yield from unknown(f"{path}.{key}", kind, key, known)
    for key in known if complete else ():
        if key not in section:
            yield Problem(
                path, told("expected an entry for {kind} {key!r}", kind=kind, key=key), rule=f"missing {kind.code}"
            )


def _in_markets(s: Scenario) -> Checked:
    cards = {row.card for row in s.rate_cards}
    zones: dict[str, set[str]] = {}
    for rate in s.label_rates:
        zones.setdefault(rate.card, set()).add(rate.zone)
    for market_id, market in s.markets.items():
        at = f"markets.{market_id}"
        card = market.parcel.card
        yield from unknown(f"{at}.parcel.card", told("rate card"), card, sorted(cards))
        if card in zones:
            yield from unknown(
                f"{at}.parcel.zone",
                told("zone of rate card {card}", card=card),
                market.parcel.zone,
                sorted(zones[card]),
            )
        if market.china or market.china_default:
            yield from unknown(f"{at}.china_default", told("way"), market.china_default, market.china)
        for way, lane in market.china.items():
            for field, direction in (("out_lane", "to_china"), ("back_lane", "back")):
                path, name = f"{at}.china.{way}.{field}", getattr(lane, field)
                yield from unknown(path, told("freight lane"), name, s.lanes)
                stated = s.lanes.get(name)
                if stated is not None and (stated.market, stated.direction) != (market_id, direction):
                    yield wrong(
                        path,
                        "expected a lane of {market} with direction {direction}, "
                        "got a lane of {other} with direction {way}",
                        market=market_id,
                        direction=direction,
                        other=stated.market,
                        way=stated.direction,
                    )


def _in_policy(s: Scenario) -> Checked:
    cells = {
        "market": (told("market"), s.market_ids),
        "channel": (told("channel"), s.channel_ids),
        "sku": (told("SKU"), s.sku_ids),
        "category": (told("category"), tuple(dict.fromkeys(row.category for row in s.skus))),
        "symptom": (told("symptom"), s.symptom_ids),
    }
    for i, rule in enumerate(s.policy.rules):
        for key, (kind, known) in cells.items():
            if (name := getattr(rule.cell, key)) is not None:
                yield from unknown(f"policy.rules[{i}].cell.{key}", kind, name, known)
        for j, zone in enumerate(rule.zones):
            if zone.partner is not None:
                local = zone.do == BY_PARTNER
                kind, known = (told("partner"), s.partner_ids) if local else (told("way"), s.way_ids)
                yield from unknown(f"policy.rules[{i}].zones[{j}].partner", kind, zone.partner, known)
    for i, asked in enumerate(s.policy.evidence):
        if asked.market is not None:
            yield from unknown(f"policy.evidence[{i}].market", told("market"), asked.market, s.market_ids)
        yield from unknown(f"policy.evidence[{i}].level", told("evidence level"), asked.level, s.triage.evidence)


def _in_faults(s: Scenario) -> Checked:
    faults, covered = dict[str, list[str]](), dict[str, list[str]]()
    for row in s.faults:
        faults.setdefault(row.sku, []).append(row.fault)
        if row.kind != "excluded":
            covered.setdefault(row.sku, []).append(row.fault)
    for row in s.faults:
        if row.covered_as and row.covered_as not in (known := covered.get(row.sku, [])):
            kind = told("fault of {sku}, not excluded itself", sku=row.sku)
            yield from unknown(row_path("faults", row, "covered_as"), kind, row.covered_as, known)
    for lot in s.lots:
        if lot.fault:
            yield from unknown(
                row_path("lots", lot, "fault"), told("fault of {sku}", sku=lot.sku), lot.fault, faults.get(lot.sku, [])
            )
    symptoms = set(s.symptom_ids)
    for claim in s.claims_table:
        if claim.fault:
            path = row_path("claims_table", claim, "fault")
            yield from unknown(path, told("fault of {sku}", sku=claim.sku), claim.fault, faults.get(claim.sku, []))
        if claim.symptom is not None and claim.symptom not in symptoms:
            yield from unknown(
                row_path("claims_table", claim, "symptom"), told("symptom"), claim.symptom, s.symptom_ids
            )


def _in_partners(s: Scenario) -> Checked:
    # Currencies are told with those of all other sections.
    yield from unknown_references(
        s.partners,
        skus=s.sku_ids,
        categories={row.category for row in s.skus},
        markets=s.market_ids,
        calendars=s.calendars,
        currencies={desk.currency for partner in s.partners.values() for desk in partner.desks.values()},
    )


def currencies_with_rates(s: Scenario) -> frozenset[str]:
    """Currencies that can be converted: those of the fx table, and the dollar."""
    return frozenset(row.currency for row in s.fx) | {"USD"}


def _in_currencies(s: Scenario) -> Checked:
    """Every currency used anywhere must have a rate; one problem a currency and section."""
    known = sorted(currencies_with_rates(s))
    for path, currency in currencies_used(s):
        yield from unknown(path, told("currency"), currency, known)


def currencies_used(s: Scenario) -> Iterator[tuple[str, str]]:
    """Each place a currency is used in, once a table and currency; (path, ISO code)."""
    yield "reporting_currency", s.reporting_currency
    for name in type(s).model_fields:
        value = getattr(s, name)
        if name not in s.TABLES:
            yield from _codes(value, name)
            continue
        seen: set[str] = set()
        stated = [c for c in ("currency", "landed_currency") if c in s.TABLES[name].model_fields]
        for row in value if stated else ():
            for column in stated:
                code = getattr(row, column)
                if code is not None and code not in seen:
                    seen.add(code)
                    yield row_path(name, row, column), code


def _codes(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Amount):
        yield path, value.currency
    elif isinstance(value, Dated):
        for step in value.steps:
            yield from _codes(step.value, path)
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            stated = getattr(value, name)
            if name == "currency":
                yield f"{path}.currency", stated
            elif not isinstance(stated, str | float | int | None):
                yield from _codes(stated, f"{path}.{field.alias or name}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _codes(item, f"{path}.{key}")
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _codes(item, f"{path}[{i}]")
