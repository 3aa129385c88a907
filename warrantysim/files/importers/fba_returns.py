"""FBA customer returns (``GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA``): units that came back to Amazon, and why.

The report covers a region and names no store: the market, the day of the sale and the price come from the order, where
All Orders has it; else the beginning of the order id or the warehouse give a hint, marked as such. Its day is when the
warehouse processed the unit; the customer opened the return a transit before. Each unit has a licence plate: the same
order, SKU and plate is the same unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

import pandas as pd

from warrantysim.files.importers.reasons import ask_failures
from warrantysim.files.importers.report import Report, ReportRows, report_columns
from warrantysim.files.importers.sheet import ReportSheet
from warrantysim.packs import rows as shipped
from warrantysim.schema.errors import told

TRANSIT = "fba_returns.transit_days"
"""The question how long a return travels before it is processed."""
TRANSIT_DAYS = 7.0
"""What is taken where nobody answered [days]."""
MARKET = "fba_returns.market"
"""The question what the market is of a return whose order is not in the books."""


def _read(sheet: ReportSheet) -> Iterator[ReportRows]:
    sku, resold = sheet.skus("sku")
    reason = sheet.text("reason")
    units = sheet.number("quantity")
    at, zoned = sheet.stamps("return-date")
    plate = sheet.text("license-plate-number")
    frame = pd.DataFrame(
        {
            "order": sheet.orders("order-id"),
            "day": sheet.days("return-date"),
            "at": at.where(zoned),
            "sku": sku,
            "hint": _hints(sheet),
            "channel": "FBA",
            "units": units,
            "reason": reason,
            "state": sheet.text("detailed-disposition").str.upper().str.replace(" ", "_"),
            "resold": resold.map({True: "yes", False: ""}),
        }
    )
    sheet.leave_out((sku == "") | units.isna() | frame["day"].isna(), told("no SKU, quantity or date"))
    ask_failures(sheet, reason[~sheet.left] if sheet.left.any() else reason)
    sheet.ask_figure(
        TRANSIT, told("the day is when the warehouse processed the unit: days since the customer asked?"),
        TRANSIT_DAYS, 0, 120,
    )  # fmt: skip
    options = {
        "hint": told("take the market its order id or warehouse hints at, marked as a hint"),
        "unknown": told("leave the market unknown"),
    }
    sheet.ask(MARKET, told("which market has a return whose order is in no All Orders file?"), options, "hint")
    sheet.remark_rows(
        resold, "{n} rows are returns of graded units sold again (amzn.gr.); they count for their product"
    )
    bare = plate == ""
    sheet.remark_rows(bare, "{n} rows have no licence plate: equal ones are kept as several units")
    sheet.remark_rows(units < 0, "{n} rows undo an earlier one (negative units)")
    raw = sku.mask(resold, "amzn.gr." + sku)
    rest = [frame[name].where(bare, "") for name in ("reason", "state")]
    day = frame["day"].where(bare, pd.NaT)
    yield ReportRows("returns", frame, [frame["order"], raw, plate, day, *rest], numbered=bare)


def _hints(sheet: ReportSheet) -> pd.Series:
    """The market the beginning of an order id, or the warehouse, speaks for."""
    by_order, by_centre = _known()
    order = sheet.mapped(sheet.text("order-id").str[:3], by_order)
    centre = sheet.mapped(sheet.text("fulfillment-center-id").str.upper().str[:3], by_centre)
    return order.where(order != "", centre)


@cache
def _known() -> tuple[Mapping[str, str], Mapping[str, str]]:
    hints = shipped("order_hints")
    return tuple({row["begins"]: row["market"] for row in hints if row["kind"] == kind} for kind in ("order", "centre"))  # type: ignore[return-value]


REPORT = Report(
    name="fba_returns",
    title=told("FBA customer returns"),
    columns=report_columns("fba_returns"),
    read=_read,
)
