"""All Orders (``GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL``): what was sold, when, where and at what price.

Cancelled and pending lines are kept with their status, since a later file may change it, and count nowhere. A graded
return that is sold again is no new unit. A line of no store (multi-channel fulfilment) is a replacement or a sale of
the seller's own shop: asked once.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from warrantysim.files.importers.report import Report, ReportRows, report_columns, stores
from warrantysim.files.importers.sheet import ReportSheet
from warrantysim.schema.errors import told

LINE_OR_UNIT = "all_orders.item_price"
"""The question whether a price is of the line or of one unit."""
OUTSIDE = "all_orders.non_amazon"
"""The question what lines of no store are."""
NEAR = 0.03
"""How far a price may be from another of the same product to be the same [share]."""

_STATUS = {
    "shipped": "sold", "unshipped": "sold", "partially": "sold", "partiallyshipped": "sold", "shipping": "sold",
    "complete": "sold", "delivered": "sold", "pending": "pending", "cancelled": "cancelled", "canceled": "cancelled",
}  # fmt: skip
_CHANNELS = {"amazon": "FBA", "afn": "FBA", "merchant": "FBM", "seller": "FBM", "mfn": "FBM"}


def _read(sheet: ReportSheet) -> Iterator[ReportRows]:
    sku, resold = sheet.skus("sku")
    status = _status(sheet)
    market, country = _market(sheet)
    outside = sheet.text("sales-channel").str.lower().str.startswith("non-amazon")
    channel = sheet.mapped(sheet.text("fulfillment-channel").str.lower(), _CHANNELS)
    channel = channel.where(~outside, "MCF")
    units = sheet.number("quantity")
    price, promotion = sheet.number("item-price"), sheet.number("item-promotion-discount")
    sold = status == "sold"
    each = _unit_price(sheet, price, units, sku + "\x1f" + market, sold & ~resold & ~outside)
    kind = pd.Series("sale", index=units.index, dtype="str").mask(sold & (price == 0), "replacement")
    kind = kind.mask(outside, _outside(sheet, int((outside & sold).sum()))).mask(resold, "resale")
    updated, _ = sheet.stamps("last-updated-date")
    frame = pd.DataFrame(
        {
            "order": sheet.orders("amazon-order-id"),
            "day": sheet.days("purchase-date", market),
            "updated": updated,
            "sku": sku,
            "market": market,
            "channel": channel,
            "units": units,
            "unit_price": each,
            "currency": sheet.currencies("currency"),
            "promotion": promotion.abs(),
            "ship_country": country,
            "status": status,
            "kind": kind,
        }
    )
    sheet.leave_out((sku == "") | units.isna() | frame["day"].isna(), told("no SKU, quantity or date"))
    _remark(sheet, frame, outside)
    again = frame.assign(item=sheet.text("order-item-id")).duplicated(keep="first")
    sheet.leave_out(again, told("the same row again"))
    yield ReportRows("orders", frame, [frame["order"], frame["sku"], frame["kind"].where(resold, "")], numbered=True)


def _status(sheet: ReportSheet) -> pd.Series:
    """What became of a line: cancelled if its order or itself was; a word nobody knows is a sale that is counted."""
    order, line = (sheet.text(name).str.lower().str.strip() for name in ("order-status", "item-status"))
    first = order.str.split(r"[\s-]", regex=True).str[0].fillna("")
    found = sheet.mapped(first, _STATUS)
    sheet.unknown("order-status", order[(found == "") & (order != "")])
    found = found.where(found != "", "sold")
    return found.mask(line.isin(["cancelled", "canceled"]), "cancelled")


def _market(sheet: ReportSheet) -> tuple[pd.Series, pd.Series]:
    """Market of each line by its store, of a line of no store by the country it went to; and that country."""
    country = sheet.text("ship-country").str.upper()
    store = sheet.text("sales-channel")
    outside = store.str.lower().str.startswith("non-amazon")
    known = {name: one.market for name, one in stores().items()}
    by_store = sheet.mapped(store.str.lower(), known)
    sheet.unknown("sales-channel", store[(by_store == "") & ~outside & (store != "")])
    return by_store.where(~outside, sheet.mapped(country.str.lower(), known)), country


def _unit_price(
    sheet: ReportSheet, price: pd.Series, units: pd.Series, product: pd.Series, sold: pd.Series
) -> pd.Series:
    """The price of one unit: prices of lines are divided, unless lines of several units say they are of one."""
    priced = sold & (price > 0) & (units > 0)
    several = priced & (units > 1)
    single = price[priced & (units == 1)].groupby(product).median()
    usual = product.map(single).astype(float)
    known = several & usual.notna()
    by_line = known & ((price / units / usual - 1).abs() < NEAR)
    by_unit = known & ((price / usual - 1).abs() < NEAR)
    line, unit = int(by_line.sum()), int(by_unit.sum())
    answer = "line" if line >= unit else "unit"
    if several.any() and not (max(line, unit) > 0 and min(line, unit) == 0):
        asked = told(
            "{n} lines have several units: {line} fit a price of the line, {unit} a price of one unit",
            n=int(several.sum()), line=line, unit=unit,
        )  # fmt: skip
        options = {"line": told("the price is of the whole line"), "unit": told("the price is of one unit")}
        answer = sheet.ask(LINE_OR_UNIT, asked, options, answer)
    elif several.any():
        code = told("prices are of one unit, as {n} lines of several units show", n=unit)
        sheet.remark(told("prices are of the line, as {n} lines of several units show", n=line) if line else code)
    return price / units.where(units > 0) if answer == "line" else price


def _outside(sheet: ReportSheet, n: int) -> str:
    """What lines of no store are."""
    if not n:
        return "unknown"
    asked = told("{n} lines were shipped for no Amazon store (multi-channel fulfilment)", n=n)
    options = {
        "unknown": told("leave them aside"),
        "replacement": told("replacements sent to customers"),
        "sale": told("sales of your own shop"),
    }
    return sheet.ask(OUTSIDE, asked, options, "unknown")


def _remark(sheet: ReportSheet, frame: pd.DataFrame, outside: pd.Series) -> None:
    sold = frame["status"] == "sold"
    for what in ("cancelled", "pending"):
        if n := int((frame["status"] == what).sum()):
            code = told("{n} cancelled lines are kept and count nowhere", n=n)
            sheet.remark(code if what == "cancelled" else told("{n} pending lines are kept and count nowhere yet", n=n))
    sheet.remark_rows(frame["kind"] == "resale", "{n} lines are graded returns sold again (amzn.gr.), no new units")
    sheet.remark_rows(sold & frame["unit_price"].isna() & ~outside, "{n} lines that were sold state no price")
    abroad = sold & (frame["ship_country"] != "") & (frame["market"] != "") & ~outside
    abroad &= frame["ship_country"].replace({"GB": "UK"}) != frame["market"]
    sheet.remark_rows(abroad, "{n} lines went to another country than their store's; the store's law and refunds count")
    currency = {one.market: one.currency for one in stores().values()}
    other = (frame["currency"] != "") & (frame["currency"] != sheet.mapped(frame["market"], currency))
    sheet.remark_rows(other & (frame["market"] != ""), "{n} lines are in another currency than their store's")


REPORT = Report(
    name="all_orders",
    title=told("All Orders"),
    columns=report_columns("all_orders"),
    read=_read,
)
