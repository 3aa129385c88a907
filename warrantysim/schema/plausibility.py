"""What is stated and can be so, but was a slip whenever we met it: warnings, never errors.

A price in another currency, weight in grams, a line's total in place of a unit's price: each passes every bound and
moves every figure. What is warned of is used as it stands.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from warrantysim.packs import rows
from warrantysim.schema.errors import Checked, Problem, told, wrong
from warrantysim.schema.row_keys import row_path
from warrantysim.schema.sold_units import month_name, month_number

if TYPE_CHECKING:
    from warrantysim.schema.products import Sales, SkuMarket
    from warrantysim.schema.root import Scenario

PRICE_TO_COST = (0.5, 30.0)
"""List price over landed cost, both in one currency [ratio]."""
PRICE_TO_OTHERS = (0.25, 4.0)
"""List price over the median of the product's prices in the other markets [ratio]."""
VALUE_TO_PRICE = (0.1, 1.8)
"""Price paid of a claim over the list price [ratio]."""
SIZES = {"small": (0.01, 5.0), "mid": (0.3, 20.0), "large": (1.0, 100.0)}
"""Packed weight of a size class [kg]."""
RATE = (1 / 3, 3.0)
"""Dollars for one unit of a currency, over what packs say of it [ratio]."""
DENSITY = (0.01, 8.0)
"""Packed weight over packed volume: foam to solid metal [kg per litre]."""
QUIET = 3
"""Months without a sale after which a product seems to have ended [months]."""


def warnings_in(s: Scenario) -> list[Problem]:
    """Everything that is odd about a sound scenario, each with its path."""
    return [*_prices(s), *_claims(s), *_weights(s), *_ended(s), *_rates(s)]


def _prices(s: Scenario) -> Checked:
    for (sku, _), row in _latest(s).items():
        price = row.list_price * s.usd_per_unit(row.currency)
        cost = row.landed_cost * s.usd_per_unit(row.landed_currency)
        path = row_path("sku_markets", row, "list_price")
        listed = told("a list price of {usd}", usd=_usd(price))
        if cost > 0 and price > 0 and not _within(price / cost, PRICE_TO_COST):
            yield wrong(path, "{listed} beside a landed cost of {usd}", listed=listed, usd=_usd(cost))
        others = [
            other.list_price * s.usd_per_unit(other.currency)
            for (name, market), other in _latest(s).items()
            if name == sku and market != row.market and other.list_price > 0
        ]
        if others and price > 0 and not _within(price / (usual := median(others)), PRICE_TO_OTHERS):
            yield Problem(
                path,
                listed + told("in other markets the product costs about {usd}", usd=_usd(usual)),
            )


def _latest(s: Scenario) -> dict[tuple[str, str], SkuMarket]:
    """The last terms of each product and market."""
    return {(row.sku, row.market): row for row in sorted(s.sku_markets, key=lambda row: row.from_)}


def _claims(s: Scenario) -> Checked:
    terms, first = _latest(s), s.horizon.first_day
    for row in s.claims_table:
        sold = terms[row.sku, row.market]
        if sold.list_price > 0 and not _within(row.value / sold.list_price, VALUE_TO_PRICE):
            yield wrong(
                row_path("claims_table", row, "value"),
                "a price paid of {currency} {value:,.2f} for a product listed at {list_price:,.2f}; expected the "
                "price of one unit in the market's currency",
                currency=sold.currency,
                value=row.value,
                list_price=sold.list_price,
            )
        age = row.age(first)
        if age is not None and age > sold.warranty_days:
            column = "age_days" if row.delivered is None else "delivered"
            yield wrong(
                row_path("claims_table", row, column),
                "a unit {age:,.0f} days old under a warranty of {warranty_days:,.0f} days is out of warranty",
                age=age,
                warranty_days=sold.warranty_days,
            )


def _weights(s: Scenario) -> Checked:
    for sku in s.skus:
        path, (least, most) = row_path("skus", sku, "weight_kg"), SIZES[sku.size_class]
        if not least <= sku.weight_kg <= most:
            yield wrong(
                path,
                "{weight_kg:g} kg in size class {size_class}; expected {least:g} to {most:g} kg",
                weight_kg=sku.weight_kg,
                size_class=sku.size_class,
                least=least,
                most=most,
            )
        density = sku.weight_kg / (sku.volume_cm3 / 1000)
        if not _within(density, DENSITY):
            yield wrong(
                path,
                "{weight_kg:g} kg in {volume_cm3:,.2f} litres is {density:.3g} kg per litre",
                weight_kg=sku.weight_kg,
                volume_cm3=sku.volume_cm3 / 1000,
                density=density,
            )


def _ended(s: Scenario) -> Checked:
    """Sales that stopped in the last months stated, and go on as a year before since nothing says they ended."""
    rows: dict[tuple[str, str, str], list[Sales]] = {}
    for row in s.sales:
        rows.setdefault((row.sku, row.market, row.channel), []).append(row)
    for stated in rows.values():
        months = sorted((row for row in stated if row.month), key=lambda row: row.month)
        quiet = len(months) >= QUIET and not any(row.units_per_month for row in months[-QUIET:])
        if quiet and any(row.units_per_month for row in months[-12:]) and all(row.month for row in stated):
            yield wrong(
                row_path("sales", months[-1]),
                "none sold in the last {n} months stated, and from then on as a year before; if it has ended, state "
                "0 units_per_month from {month}-01",
                n=QUIET,
                month=month_name(month_number(months[-1].month) + 1),
            )


def _rates(s: Scenario) -> Checked:
    """Rates far from what packs say of a currency: units of it for a dollar, as banks quote the yen, among them."""
    usual = {row["currency"]: float(row["usd_per_unit"]) for row in rows("markets/tables/fx")}
    for row in s.fx:
        known = usual.get(row.currency)
        if known is None or _within(row.usd_per_unit / known, RATE):
            continue
        message = told(
            "{usd:.6g} dollars for one {currency} is far from the usual {usual:.4g}",
            usd=row.usd_per_unit, currency=row.currency, usual=known,
        )  # fmt: skip
        if _within(1 / row.usd_per_unit / known, RATE):
            message += told("it looks like the inverse, {turned:.6g}", turned=1 / row.usd_per_unit)
        yield Problem(row_path("fx", row, "usd_per_unit"), message)


def _within(ratio: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= ratio <= bounds[1]


def _usd(amount: float) -> str:
    return f"USD {amount:,.2f}"
