"""Inventory ledger: every move of units in the platform's stock, event by event or summed over days or months.

Two rows of the detail that are equal in every cell are two events. A row of the summary holds a balance at its
beginning and one at its end, and what moved between them, so that its columns must add up.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from warrantysim.files.importers.report import Report, ReportRows, report_columns
from warrantysim.files.importers.sheet import ReportSheet
from warrantysim.schema.errors import told

MOVES = (
    "receipts",
    "customer-shipments",
    "customer-returns",
    "vendor-returns",
    "warehouse-transfer-in/out",
    "found",
    "lost",
    "damaged",
    "disposed",
    "other-events",
    "unknown-events",
)
"""Columns of the summary that move the balance; what leaves is negative."""


def read_detail(sheet: ReportSheet) -> Iterator[ReportRows]:
    """A move a row."""
    units = sheet.number("quantity")
    sheet.leave_out(units.isna() | (units == 0), told("no units"))
    sku, _ = sheet.skus("msku")
    day = sheet.days("date")
    texts = {
        "event": sheet.text("event-type"),
        "state": sheet.text("disposition"),
        "reason": sheet.text("reason"),
        "country": sheet.text("country").str.upper(),
        "warehouse": sheet.text("fulfillment-center"),
    }
    frame = pd.DataFrame({"day": day, "sku": sku, **texts, "units": units})
    at = sheet.text("date-and-time")
    identity = [day, at, sku, sheet.text("fnsku"), sheet.text("reference-id"), units, *texts.values()]
    yield ReportRows("stock_moves", frame, identity, numbered=True)


DETAIL = Report(
    name="ledger_detail",
    title=told("Inventory ledger, detail"),
    columns=report_columns("ledger_detail"),
    read=read_detail,
)


def read_summary(sheet: ReportSheet) -> Iterator[ReportRows]:
    """A move for each column of a row that is not 0."""
    sku, _ = sheet.skus("msku")
    day, state, country = sheet.days("date"), sheet.text("disposition"), sheet.text("location").str.upper()
    moves = {column: sheet.number(column).fillna(0.0) for column in MOVES if sheet.has(column)}
    begin, end = sheet.number("starting-warehouse-balance"), sheet.number("ending-warehouse-balance")
    off = (begin + sum(moves.values()) - end).abs() > 0.5
    if off.any():
        sheet.remark(
            told(
                "in {n:,} rows the moves do not lead from the balance at the beginning to that at the end",
                n=int(off.sum()),
            )
        )
    empty = pd.concat(moves, axis=1).eq(0).all(axis=1)
    sheet.leave_out(empty, told("nothing moved"))
    for column, units in moves.items():
        moved = units[units != 0].index
        if len(moved):
            frame = pd.DataFrame({"day": day, "sku": sku, "state": state, "country": country, "units": units})
            frame["event"] = pd.Series(_event(column), index=sku.index, dtype="str")
            identity = [day, sku, sheet.text("fnsku"), state, country, frame["event"]]
            yield ReportRows("stock_moves", frame.loc[moved], [part[moved] for part in identity])


def _event(column: str) -> str:
    """A column of the summary as the detail names its events: customer-shipments are Shipments."""
    return "summary: " + column.replace("-", " ")


SUMMARY = Report(
    name="ledger_summary",
    title=told("Inventory ledger, summary"),
    columns=report_columns("ledger_summary"),
    read=read_summary,
)

REPORTS = (DETAIL, SUMMARY)
