"""One product of a seller as rows of a scenario: what he left empty is what is usual for its kind (`packs.archetypes`).

Every row names where its figures come from; what was filled in is listed with its range, and ranged in `assumptions`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from warrantysim import packs
from warrantysim.files.seller_book import BookRow
from warrantysim.packs.archetypes import EARLY_BETA, EARLY_ETA, Archetype, archetypes, true_faults
from warrantysim.schema.errors import Message, coded, told
from warrantysim.schema.row_keys import bracketed
from warrantysim.schema.shipping import KG_PER_UNIT

FREIGHT_AND_DUTY = (1.25, 1.1, 1.5)
"""Landed cost of the price ex works: usual, low and high [factor]; A, after the reference seller's cost list."""
SCATTER = (0.65, 1.4)
"""How far what a used unit brings may lie off [factor]; A, 10 % and 90 % points of a spread of 0.35."""
LEAD_DAYS = 45
"""From the order to new stock in the market [days]; A, as the reference seller's."""
POOL_MONTHS = 2
"""Months of claims a pool of repaired units is kept for [months]; A, as the reference seller's."""
MINUTES = {"user_fixable": ("setup_error", 12), "no_fault_found": ("no_fault", 15), "excluded": ("misuse", 15)}
"""What those kinds of claim are called, and the bench time to find them out [minutes]; A."""
SUPPLIER = {"battery_safety": 0.5, "unrepairable": 0.3, "repairable": 0.15}
"""Credit of the maker for a proven fault, by its kind [share of price ex works]; A, as the reference seller's."""
FACTORY_SUPPLIER = 0.25
"""The same for faults that only specialists mend (level 3 and above)."""
LARGE, MID = 4.0, 1.0
"""Packed weight from which a parcel is large, and of middle size [kg]."""


@dataclass(frozen=True)
class Filled:
    """One cell that was left empty, and what stands there."""

    sku: str
    """The product [id]."""
    column: str
    """Key of the workbook's column."""
    market: str
    """The market; empty for all [id]."""
    value: str
    """What it takes [text]."""
    low: float
    """Least plausible value; NaN where no range is known."""
    high: float
    """Greatest plausible value."""
    mark: str
    """D derived, A assumed."""
    why: Message
    """Where it comes from."""


class Usual:
    """What packs state of the markets, as the expansion reads it."""

    def __init__(self, base: Mapping[str, Any]) -> None:
        self.markets: Mapping[str, Mapping[str, Any]] = base["markets"]
        self.currency = {market: str(stated["currency"]) for market, stated in self.markets.items()}
        self.calendars: Mapping[str, Any] = base.get("calendars", {})
        language = {row["country"]: row["language"][:2] for row in packs.rows("promise/regimes")}
        self.languages = {market: language.get(stated["country"], "") for market, stated in self.markets.items()}
        self.propensity: Mapping[str, Mapping[str, Any]] = base.get("births", {}).get("propensity", {})
        horizon = base["horizon"]
        self.first_day = _day(horizon["first_day"])
        self.first = self.first_day.replace(day=1)
        ends = self.first_day + dt.timedelta(days=int(horizon["days"]) + int(horizon["run_out_days"]))
        self.begins = self.first_day - dt.timedelta(days=int(horizon["run_in_days"]))
        self.last = ends.replace(day=1)
        rates = sorted((_from(row), str(row["currency"]), float(row["usd_per_unit"])) for row in base.get("fx", ()))
        self.usd = {"USD": 1.0}
        for begun, currency, rate in rates:
            if begun <= self.first_day or currency not in self.usd:
                self.usd[currency] = rate
        self.carried = {market: _carried(base, stated["parcel"]) for market, stated in self.markets.items()}
        self.usual_terms = {row["market"]: row for row in packs.rows("seller/terms")}

    def terms(self, market: str) -> Mapping[str, str]:
        """What a market's law and custom make of a warranty."""
        return self.usual_terms.get(market, self.usual_terms["US"])

    def net(self, market: str, price: float) -> float:
        """A list price without tax [USD]."""
        stated = self.markets[market]
        tax = float(stated.get("tax_share", 0.0)) if stated.get("prices_include_tax") else 0.0
        return price * self.usd.get(self.currency[market], 1.0) / (1 + tax)

    def claimed(self, market: str, price: float) -> float:
        """Faults that are claimed, of units at their list price, half a year old [share]."""
        rule = self.propensity.get(market)
        if rule is None:
            return 0.8
        half = float(str(rule["half_price"]).split()[0])
        dear = rule["cheap_factor"] + (1 - rule["cheap_factor"]) * price / (price + half if price + half else 1.0)
        return float(rule["base"] * dear * (1 - rule["decline_per_year"] / 2))


def _carried(base: Mapping[str, Any], parcel: Mapping[str, Any]) -> float:
    """Packed weight up to which the parcel card of a market has prices; infinite where it prices by size [kg]."""
    card = parcel["card"]
    unit = next((row.get("unit") for row in base.get("rate_cards", ()) if row["card"] == card), None)
    last = [float(row["up_to"]) for row in base.get("label_rates", ()) if row["card"] == card and row.get("up_to")]
    return max(last) * KG_PER_UNIT[unit] if last and unit in KG_PER_UNIT else math.inf


@dataclass
class SellerProduct:
    """One product, with what is usual where it says nothing."""

    row: BookRow
    world: Usual
    filled: list[Filled] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sku: str = self.row["sku"]
        self.kind: Archetype = archetypes()[self.row["archetype"]]
        self.goods = packs.row("seller/goods", archetype=self.kind.archetype)
        self.where = f"{self.row.place}; kind {self.kind.archetype}"
        self.prices = self._prices()
        usd = {market: self.world.net(market, price) for market, price in self.prices.items()}
        self.price_usd = usd.get("US", sum(usd.values()) / len(usd))
        stated = [self._in_usd(*one) for one in self.row.values.get("landed_cost", {}).values()]
        self.ex_works = (sum(stated) / len(stated) / FREIGHT_AND_DUTY[0]) if stated else (
            self.price_usd * self.kind.ex_works_share
        )  # fmt: skip
        self.weight = self._weight()
        self.sides = self.row["size"] or self._sides()

    def _in_usd(self, amount: float, currency: str) -> float:
        return amount * self.world.usd.get(currency, 1.0)

    def _fill(
        self, column: str, value: str, why: Message, low: float = math.nan, high: float = math.nan, market: str = ""
    ) -> None:
        self.filled.append(Filled(self.sku, column, market, value, low, high, "A", why))

    def _prices(self) -> dict[str, float]:
        """List price in each market; where it is not sold, as in the first market it is."""
        stated = {market: price for market, (price, _) in self.row.values["price"].items()}
        first = next(iter(stated))
        net = self.world.net(first, stated[first])
        out = {}
        for market in self.world.markets:
            if market in stated:
                out[market] = stated[market]
                continue
            gross = stated[first] * net and net / self.world.net(market, 1.0)
            out[market] = float(f"{gross:.4g}")
        return out

    def _weight(self) -> float:
        if (stated := self.row["weight"]) is not None:
            return float(stated)
        low, high = self.kind.kg_low, self.kind.kg_high
        usual = float(f"{math.sqrt(low * high):.2g}")
        self._fill("weight", f"{usual:g} kg", told("the middle of {low:g}-{high:g} kg", low=low, high=high), low, high)
        return usual

    def _sides(self) -> tuple[float, float, float]:
        edge = (self.weight / float(self.goods["kg_per_litre"]) * 1000) ** (1 / 3)
        sides = (round(1.3 * edge, 1), round(edge, 1), round(edge / 1.3, 1))
        said = " x ".join(f"{side:g}" for side in sides)
        self._fill("size", f"{said} cm", told("{density} kg a litre", density=self.goods["kg_per_litre"]))
        return sides

    def sku_row(self) -> dict[str, Any]:
        """Its row of skus."""
        stated, kind = self.row, self.kind
        if stated["battery"] is None:
            self._fill("battery", kind.battery, told("as the kind"))
        size = kind.size_class
        if stated["weight"] is not None:
            size = "large" if self.weight >= LARGE else "mid" if self.weight >= MID else "small"
        said = [name for name in ("weight", "size", "battery") if stated[name] is not None]
        usual = "price ex works, customs class and what else is not stated are usual for the kind (A)"
        return {
            "sku": self.sku,
            "name_en": stated["name"] or self.sku,
            "name_zh": stated["name"] or self.sku,
            "category": stated["category"] or kind.archetype,
            "platform_category": self.goods["platform_category"],
            "size_class": size,
            "weight_kg": self.weight,
            **dict(zip(("length_cm", "width_cm", "height_cm"), self.sides, strict=True)),
            "battery": stated["battery"] or kind.battery,
            "hts": self.goods["hts"],
            "mfn_share": float(self.goods["mfn_share"]),
            "s301_share": float(self.goods["s301_share"]),
            "ex_works": round(self.ex_works, 2),
            "hygiene_no_pool": self.goods["worn"] == "true",
            "guide_cost_per_unit": round(self._in_usd(*stated["card"]), 4) if stated["card"] else 0,
            "recovery_grade": kind.archetype,
            "source": f"{self.where}: {', '.join(said) + ' stated; ' if said else ''}{usual}",
            "mark": "A",
        }

    def names(self) -> Iterator[dict[str, Any]]:
        """Its names in languages customers read, the first stated in each."""
        found: dict[str, str] = {}
        for market, name in self.row.values.get("sold_as", {}).items():
            found.setdefault(self.world.languages.get(market, ""), name)
        yield from ({"sku": self.sku, "language": lang, "name": name} for lang, name in found.items() if lang)

    def terms(self) -> Iterator[dict[str, Any]]:
        """Its terms in each market; a warranty of whole years has its own days on each side of a 29 February."""
        early, eta, beta = self.life()
        for market in self.world.markets:
            price, sold = self.prices[market], market in self.row.values["price"]
            landed = self.row.of("landed_cost", market)
            if landed is None:
                usual, low, high = (round(self.ex_works * factor, 2) for factor in FREIGHT_AND_DUTY)
                landed = (usual, "USD")
                code = coded("{share:.0f} % of the net price ex works, and a quarter for freight and duty")
                self._fill(
                    "landed_cost", f"{usual:g} USD", told(code, share=100 * self.kind.ex_works_share), low, high, market
                )
            length, unit, why, own = self._warranty(market)
            term = self.world.terms(market)
            asked = "price stated" if sold else "not sold here: price as elsewhere (A)"
            said = f"{self.where}: {asked}; {why}; life: {self.kind.source}"
            for begun, days in month_spans(length, unit, self.world.begins, self.world.last):
                basis = term["refund_basis"] if days > int(term["full_days"]) else "full"
                yield {
                    "sku": self.sku,
                    "market": market,
                    **({"from": begun.isoformat()} if begun else {}),
                    "list_price": price,
                    "currency": self.world.currency[market],
                    "landed_cost": landed[0],
                    "landed_currency": landed[1],
                    "warranty_days": days,
                    "promised_days": own,
                    "refund_basis": basis,
                    "full_days": int(term["full_days"]) if basis == "full_then_pro_rata" else 0,
                    "life_eta_days": eta,
                    "life_beta": beta,
                    "early_share": early,
                    "early_eta_days": EARLY_ETA,
                    "early_beta": EARLY_BETA,
                    "source": said,
                    "mark": self.kind.mark,
                }

    def _warranty(self, market: str) -> tuple[float, str, str, float | None]:
        """Length, its unit, why, and the days the seller gives himself where the law gives more."""
        term = self.world.terms(market)
        law = int(term["law_months"])
        stated = self.row.of("warranty", market)
        if stated is None:
            of_kind = getattr(self.kind, f"warranty_months_{term['usual']}")
            usual = max(of_kind, law)
            self._fill(
                "warranty", f"{usual:g}", told("usual for the kind; the law: {law} months", law=law), market=market
            )
            own = days_of(of_kind, "months") if of_kind < law else None
            return usual, "months", f"warranty of {usual:g} months usual for the kind (A)", own
        length, unit = stated
        if (length if unit == "months" else length * 12 / 365) < law:
            why = f"warranty of {law} months by law ({term['source']}), {length:g} {unit} stated"
            return law, "months", why, days_of(length, unit)
        return length, unit, f"warranty of {length:g} {unit} stated", None

    def life(self) -> tuple[float, float, float]:
        """Early share, characteristic life and shape: claims of the kind, with what comes back defective early on."""
        kind, early = self.kind, float(self.goods["early_with_returns"])
        year1 = kind.year1 * (1 - kind.early) / (1 - early)
        markets = list(self.row.values["price"])
        claimed = sum(self.world.claimed(market, self.prices[market]) for market in markets) / len(markets)
        share, eta, beta = replace(kind, year1=year1, early=early).life(claimed)
        return float(f"{share:.4g}"), float(f"{eta:.5g}"), float(f"{beta:.4g}")

    def faults(self) -> Iterator[dict[str, Any]]:
        """What its claims are."""
        kind, common = self.kind, {"sku": self.sku, "currency": "USD", "mark": self.kind.mark}
        for claim, (name, minutes) in MINUTES.items():
            key = {"no_fault_found": "no_fault"}.get(claim, claim)
            share, low, high = (getattr(kind, key + end) for end in ("", "_low", "_high"))
            yield {
                **common, **({"exclusion": name} if claim == "excluded" else {}),
                "fault": name, "kind": claim, "share": share, "skill": 1,
                "bench_minutes": f"gamma(mean={minutes}, cv=0.5)", "parts_cost": 0, "supplier_recovery_share": 0,
                "source": f"kind {kind.archetype}: {share:.0%} of claims, {low:.0%}-{high:.0%}",
            }  # fmt: skip
        for fault in true_faults(kind.archetype):
            credit = FACTORY_SUPPLIER if fault.kind == "repairable" and fault.skill > 2 else SUPPLIER[fault.kind]
            yield {
                **common, "fault": fault.fault, "kind": fault.kind, "share": kind.true_faults * fault.share,
                "skill": fault.skill, "bench_minutes": f"gamma(mean={fault.minutes:g}, cv=0.5)",
                "parts_cost": round(self.ex_works * fault.parts_share, 2), "supplier_recovery_share": credit,
                **({"supplier": self.row["supplier"]} if self.row["supplier"] else {}),
                "source": f"kind {kind.archetype}: {fault.share:.0%} of true faults; recovery from the maker assumed",
                "mark": "A",
            }  # fmt: skip

    def stock(self, market: str, stated: BookRow | None, monthly: float) -> dict[str, Any]:
        """Its stock in a market. ``monthly``: units sold in a mean month of the horizon."""
        pool = self.kind.pool and self.goods["worn"] != "true"
        claims = monthly * (self.kind.year1 + self.kind.year2) / 2
        start = int(stated["pool_start"] or 0) if stated else 0
        return {
            "sku": self.sku,
            "market": market,
            "lead_days": LEAD_DAYS,
            "pool": pool or start > 0,
            "pool_start": start,
            "pool_need": max(round(POOL_MONTHS * claims), start) if pool or start else 0,
            "source": f"{stated.place if stated else self.where}: replacements come out of selling stock (A)",
            "mark": "A",
        }

    def ranges(self) -> Iterator[dict[str, Any]]:
        """How far what was assumed may lie off."""
        _, eta, beta = self.life()
        kind = self.kind
        low, high = (eta * (year1 / kind.year1) ** (-1 / beta) for year1 in (kind.year1_high, kind.year1_low))
        said = f"{kind.year1_low:.1%}-{kind.year1_high:.1%} of units are claimed in a year"
        everywhere = bracketed((self.sku, "x")).removesuffix("x]") + "*]"
        yield _range(f"sku_markets{everywhere}.life_eta_days", "days", low, high, said, kind)
        if self.row["weight"] is None:
            most = min(kind.kg_high, *(self.world.carried[market] for market in self.row.values["price"]))
            said = (
                "products of the kind" if most == kind.kg_high else "products of the kind that the parcel card carries"
            )
            if self.weight < most:
                path = f"skus{bracketed((self.sku,))}.weight_kg"
                yield _range(path, "kg", kind.kg_low, math.floor(most * 1000) / 1000, said, kind)
        _, low, high = (round(self.ex_works * factor, 2) for factor in FREIGHT_AND_DUTY)
        for market in self.world.markets:
            if self.row.of("landed_cost", market) is None and low < high:
                path = f"sku_markets{bracketed((self.sku, market))}.landed_cost"
                yield _range(path, "USD", low, high, "freight and duty on top of the price ex works", kind)


def _range(path: str, unit: str, low: float, high: float, reason: str, kind: Archetype) -> dict[str, Any]:
    source = f"kind {kind.archetype}: {kind.source}"
    low, high = (float(f"{value:.4g}") for value in (low, high))
    return {"path": path, "unit": unit, "low": low, "high": high, "reason": reason, "source": source, "mark": "A"}


def recovery_range(kind: Archetype) -> Iterator[dict[str, Any]]:
    """How far what used units of a kind bring may lie off."""
    if kind.grade_a:
        low, high = (min(kind.grade_a * factor, 1.0) for factor in SCATTER)
        path = f"recovery.trade_share_of_price.{kind.archetype}"
        yield _range(path, "share", low, high, "what a good used unit brings, of the net list price", kind)


def _day(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))


def _from(row: Mapping[str, Any]) -> dt.date:
    return _day(row["from"]) if row.get("from") else dt.date.min


def later(month: dt.date, n: float) -> dt.date:
    """The first of the month ``n`` whole months on."""
    place = month.year * 12 + month.month - 1 + int(n)
    return dt.date(place // 12, place % 12 + 1, 1)


def days_of(length: float, unit: str) -> float:
    """Days of a warranty without a 29 February."""
    return length if unit == "days" else float(math.floor(length * 365 / 12 + 0.5))


def month_spans(length: float, unit: str, begins: dt.date, last: dt.date) -> list[tuple[dt.date | None, float]]:
    """Days of a warranty by the month of sale: of whole years as the calendar has them, else the mean.

    From the sales that still claim on the day ``begins`` to those of the month ``last``.

    A warranty of 24 months that holds a 29 February has 731 days, another 730; one of 18 months has 548 on average.
    """
    if unit == "days":
        return [(None, length)]
    if length % 12:
        return [(None, float(math.floor(length * 365.25 / 12 + 0.5)))]
    out: list[tuple[dt.date | None, float]] = []
    month = later(begins.replace(day=1), -length)
    while month <= last:
        days = float((later(month, length) - month).days)
        if not out or days != out[-1][1]:
            out.append((month if out else None, days))
        month = later(month, 1)
    return out
