"""FBA reimbursements, removal orders and replacements: what the platform pays for units it lost and charges to send
units away, and units it sent in place of others (``GET_FBA_FULFILLMENT_CUSTOMER_SHIPMENT_REPLACEMENT_DATA``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from warrantysim.files.importers.report import Report, ReportRows, report_columns
from warrantysim.files.importers.sheet import ReportSheet
from warrantysim.schema.errors import told


def read_reimbursements(sheet: ReportSheet) -> Iterator[ReportRows]:
    """A posting a row. The report has no market, and says the same whichever was asked for."""
    amount, each = sheet.number("amount-total"), sheet.number("amount-per-unit")
    cash, stock = sheet.number("quantity-reimbursed-cash"), sheet.number("quantity-reimbursed-inventory")
    units = sheet.number("quantity-reimbursed-total").fillna(cash.fillna(0) + stock.fillna(0))
    amount = amount.fillna(each * cash)
    sheet.leave_out(amount.isna() & ~(units > 0), told("neither an amount nor units"))
    sheet.remark_rows(
        (stock > 0) & ~sheet.left, "{n:,} rows were paid in units, wholly or in part; their amounts are the cash"
    )
    reason = sheet.text("reason")
    sku, _ = sheet.skus("sku")
    order = sheet.orders("amazon-order-id")
    frame = pd.DataFrame(
        {
            "day": sheet.days("approval-date"),
            "order": order,
            "sku": sku,
            "kind": pd.Series("reimbursement", index=sku.index, dtype="str"),
            "description": reason,
            "amount": amount.fillna(0.0),
            "currency": sheet.currencies("currency-unit"),
            "units": units,
        }
    )
    sheet.remark(
        told("the report is the same for every market it is asked for; files of one period are never added up")
    )
    identity = [sheet.text("reimbursement-id"), sheet.text("case-id"), order, sku, reason, amount, units]
    yield ReportRows("postings", frame, identity, numbered=True)


REIMBURSEMENTS = Report(
    name="reimbursements",
    title=told("FBA reimbursements"),
    columns=report_columns("reimbursements"),
    read=read_reimbursements,
)


def read_removals(sheet: ReportSheet) -> Iterator[ReportRows]:
    """A removal a row: units that were not cancelled, those of them thrown away, and the fee."""
    wanted, cancelled = sheet.number("requested-quantity"), sheet.number("cancelled-quantity").fillna(0)
    disposed, shipped = sheet.number("disposed-quantity"), sheet.number("shipped-quantity")
    units = (wanted - cancelled).fillna(disposed.fillna(0) + shipped.fillna(0))
    status = sheet.text("order-status").str.lower()
    sheet.leave_out(status.isin(["cancelled", "canceled"]), told("cancelled"))
    sheet.leave_out(~(units > 0), told("no units"))
    sheet.remark_rows(
        (sheet.number("in-process-quantity") > 0) & ~sheet.left,
        "{n:,} removals are still under way; import the report again later",
    )
    sku, _ = sheet.skus("sku")
    order = sheet.orders("order-id")
    state = sheet.text("disposition")
    frame = pd.DataFrame(
        {
            "day": sheet.days("request-date"),
            "order": order,
            "sku": sku,
            "state": state,
            "units": units,
            "disposed": disposed,
            "fee": sheet.number("removal-fee"),
            "currency": sheet.currencies("currency"),
        }
    )
    yield ReportRows("removals", frame, [order, sku, sheet.text("fnsku"), state])


REMOVALS = Report(
    name="removals",
    title=told("Removal orders"),
    columns=report_columns("removals"),
    read=read_removals,
)

CODES: Mapping[str, str] = {
    "0": "OTHER", "1": "LOST", "2": "DEFECTIVE", "3": "DAMAGED_BY_CARRIER", "4": "SWITCHEROO", "5": "MISSING_PARTS",
    "6": "LOST_BY_CARRIER", "7": "NOT_AS_DESCRIBED", "8": "WRONG_ADDRESS", "9": "DELIVERY_PROBLEM",
    "10": "DAMAGED_IN_WAREHOUSE", "11": "NEVER_ARRIVED", "12": "POLICY_EXCEPTION",
}  # fmt: skip
"""Amazon's numbers of why a unit was replaced, as reasons of the books; damage in the warehouse is not what customers
mean by DAMAGED_BY_FC.
"""
FAILURES: Mapping[str, float] = {"DEFECTIVE": 1.0}
"""How likely a reason is a failure of the unit [0-1]."""


def read_replacements(sheet: ReportSheet) -> Iterator[ReportRows]:
    """A unit sent a row. The order it replaces tells its market."""
    sku, _ = sheet.skus("sku")
    stated = sheet.text("replacement-reason-code")
    code = stated.str.replace(r"\.0\Z", "", regex=True)
    reason = sheet.mapped(code, lambda one: CODES.get(one, one.upper()))
    sheet.unknown("replacement-reason-code", stated[~reason.isin(list(CODES.values())) & (stated != "")])
    frame = pd.DataFrame(
        {
            "day": sheet.days("shipment-date"),
            "order": sheet.orders("replacement-amazon-order-id"),
            "original_order": sheet.orders("original-amazon-order-id"),
            "sku": sku,
            "units": sheet.number("quantity"),
            "reason": reason,
            "failure": reason.map(FAILURES).fillna(0.0).astype(float),
        }
    )
    sheet.leave_out((sku == "") | frame["units"].isna() | frame["day"].isna(), told("no SKU, quantity or date"))
    yield ReportRows(
        "replacements", frame, [frame["order"], frame["original_order"], sku, frame["day"]], numbered=False
    )


REPLACEMENTS = Report(
    name="fba_replacements",
    title=told("FBA replacements"),
    columns=report_columns("fba_replacements"),
    read=read_replacements,
)

REPORTS = (REIMBURSEMENTS, REMOVALS, REPLACEMENTS)
