"""FBA reimbursements and removal orders: what the platform pays for units it lost, and charges to send units away."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from warrantysim.files.importers.report import Report, ReportColumn, ReportRows
from warrantysim.files.importers.sheet import ReportSheet
from warrantysim.schema.errors import told


def read_reimbursements(sheet: ReportSheet) -> Iterator[ReportRows]:
    """A posting a row. The report has no market, and says the same whichever was asked for."""
    amount, each = sheet.number("amount-total"), sheet.number("amount-per-unit")
    cash, stock = sheet.number("quantity-reimbursed-cash"), sheet.number("quantity-reimbursed-inventory")
    units = sheet.number("quantity-reimbursed-total").fillna(cash.fillna(0) + stock.fillna(0))
    amount = amount.fillna(each * cash)
    sheet.leave_out(amount.isna() & ~(units > 0), told("neither an amount nor units"))
    in_kind = int(((stock > 0) & ~sheet.left).sum())
    if in_kind:
        sheet.remark(told("{n:,} rows were paid in units, wholly or in part; their amounts are the cash", n=in_kind))
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
    columns=(
        ReportColumn("approval-date", "day", needed=True),
        ReportColumn("reimbursement-id", needed=True),
        ReportColumn("case-id"),
        ReportColumn("amazon-order-id"),
        ReportColumn("reason"),
        ReportColumn("sku"),
        ReportColumn("currency-unit", needed=True),
        ReportColumn("amount-per-unit", "number"),
        ReportColumn("amount-total", "number", needed=True),
        ReportColumn("quantity-reimbursed-cash", "number"),
        ReportColumn("quantity-reimbursed-inventory", "number"),
        ReportColumn("quantity-reimbursed-total", "number"),
    ),
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
    pending = int(((sheet.number("in-process-quantity") > 0) & ~sheet.left).sum())
    if pending:
        sheet.remark(told("{n:,} removals are still under way; import the report again later", n=pending))
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
    columns=(
        ReportColumn("request-date", "day", needed=True),
        ReportColumn("order-id", needed=True),
        ReportColumn("order-status"),
        ReportColumn("sku", needed=True),
        ReportColumn("fnsku"),
        ReportColumn("disposition"),
        ReportColumn("requested-quantity", "number", needed=True),
        ReportColumn("cancelled-quantity", "number"),
        ReportColumn("disposed-quantity", "number"),
        ReportColumn("shipped-quantity", "number"),
        ReportColumn("in-process-quantity", "number"),
        ReportColumn("removal-fee", "number", needed=True),
        ReportColumn("currency"),
    ),
    read=read_removals,
)

REPORTS = (REIMBURSEMENTS, REMOVALS)
