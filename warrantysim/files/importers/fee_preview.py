"""Fee preview: the list of products with weight, size, price and fees that a new seller would otherwise type.

All European stores come in one file. Newer files name the store of a row; in older ones only the currency tells it, and
a row in euros without a store belongs to one of seven and is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from warrantysim.files.importers.figures import converted
from warrantysim.files.importers.report import Report, ReportRows, report_columns, stores
from warrantysim.files.importers.sheet import ReportSheet
from warrantysim.schema.errors import told

SAME = 0.02
"""How far weights and sizes of one product may lie apart between stores and be the same [share]."""
SIDES = {"length_cm": "longest-side", "width_cm": "median-side", "height_cm": "shortest-side"}
"""Sides of a product by the columns of the report."""
FEES = ("expected-domestic-fulfilment-fee-per-unit", "expected-fulfillment-fee-per-unit")
"""What the platform charges to send one unit, in the European and in the American report."""


def read(sheet: ReportSheet) -> Iterator[ReportRows]:
    """A row a product and store."""
    currency = sheet.currencies("currency")
    market = sheet.markets("amazon-store")
    by_currency = sheet.mapped(currency, _market_of_currency())
    blank = sheet.text("amazon-store") == ""
    market = market.where(~blank, by_currency)
    unclear = blank & (market == "") & (currency != "")
    sheet.leave_out(unclear, told("no store, and its currency is that of several"))
    sheet.leave_out(market == "", told("no store that is known"))
    sku, resold = sheet.skus("sku")
    sheet.leave_out(sku == "", told("no SKU"))
    sheet.leave_out(resold, told("a graded return on sale again, no product of its own"))
    store = market.where(market != "", currency)
    price, sale = sheet.number("your-price", store), sheet.number("sales-price", store)
    fee = sheet.number("estimated-referral-fee-per-unit", store)
    charged = sale.where(sale > 0, price)
    frame = pd.DataFrame(
        {
            "sku": sku,
            "market": market,
            "asin": sheet.text("asin"),
            "name": sheet.text("product-name"),
            "weight_kg": _in_unit(sheet, "item-package-weight", "unit-of-weight", "kg"),
            **{side: _in_unit(sheet, column, "unit-of-dimension", "cm") for side, column in SIDES.items()},
            "price": price,
            "currency": currency,
            "referral_share": (fee / charged.where(charged > 0)).round(4),
            "fulfilment_fee": _first(sheet.number(column, store) for column in FEES),
            "size_tier": sheet.text("product-size-tier").where(
                lambda tier: tier != "", sheet.text("product-size-weight-band")
            ),
        }
    )
    _tell_disagreement(sheet, frame[~sheet.left])
    yield ReportRows("products", frame, [sku, market])


def _market_of_currency() -> dict[str, str]:
    """The market of each currency that is one store's alone."""
    known = {(store.currency, store.market) for store in stores().values()}
    many = Counter(currency for currency, _ in known)
    return {currency: market for currency, market in known if many[currency] == 1}


def _in_unit(sheet: ReportSheet, column: str, unit_column: str, unit: str) -> pd.Series:
    """Figures in the unit wanted, by the unit each row states."""
    units = sheet.text(unit_column)
    found = converted(sheet.number(column, units), units, unit).round(4)
    unread = found.isna() & (sheet.text(column) != "") & (units != "")
    sheet.unknown(unit_column, units[unread])
    return found.where(found > 0)


def _first(columns: Iterator[pd.Series]) -> pd.Series:
    found = next(columns)
    for column in columns:
        found = found.fillna(column)
    return found


def _tell_disagreement(sheet: ReportSheet, frame: pd.DataFrame) -> None:
    """Say which products weigh or measure one thing in one store and another in the next."""
    measured = frame.groupby("sku")[["weight_kg", *SIDES]]
    wide = (measured.max() / measured.min() - 1).max(axis=1) > SAME
    if wide.any():
        shown = ", ".join(wide.index[wide][:6])
        sheet.remark(
            told(
                "{n} products have other weights or sizes by store: {shown}; the median is proposed",
                n=int(wide.sum()),
                shown=shown,
            )
        )


REPORT = Report(
    name="fee_preview",
    title=told("Fee preview"),
    columns=report_columns("fee_preview"),
    read=read,
)
