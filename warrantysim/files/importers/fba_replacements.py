"""FBA replacements (``GET_FBA_FULFILLMENT_CUSTOMER_SHIPMENT_REPLACEMENT_DATA``): units Amazon sent from the seller's
stock in place of others. The order it replaces tells its market; its reason is a number of Amazon's list, or a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from warrantysim.files.importers.report import Report, ReportColumn, ReportRows
from warrantysim.files.importers.sheet import ReportSheet
from warrantysim.schema.errors import told

CODES: Mapping[str, str] = {
    "0": "OTHER", "1": "LOST", "2": "DEFECTIVE", "3": "DAMAGED_BY_CARRIER", "4": "SWITCHEROO", "5": "MISSING_PARTS",
    "6": "LOST_BY_CARRIER", "7": "NOT_AS_DESCRIBED", "8": "WRONG_ADDRESS", "9": "DELIVERY_PROBLEM",
    "10": "DAMAGED_IN_WAREHOUSE", "11": "NEVER_ARRIVED", "12": "POLICY_EXCEPTION",
}  # fmt: skip
"""Amazon's numbers, as reasons of the books; damage in the warehouse is not what customers mean by DAMAGED_BY_FC."""
FAILURES: Mapping[str, float] = {"DEFECTIVE": 1.0}
"""How likely a reason is a failure of the unit [0-1]."""


def _read(sheet: ReportSheet) -> Iterator[ReportRows]:
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


REPORT = Report(
    name="fba_replacements",
    title=told("FBA replacements"),
    columns=(
        ReportColumn("shipment-date", "day", needed=True),
        ReportColumn("sku", needed=True),
        ReportColumn("quantity", "number", needed=True),
        ReportColumn("replacement-reason-code"),
        ReportColumn("replacement-amazon-order-id", also=("replacement-customer-order-id",), needed=True),
        ReportColumn("original-amazon-order-id", also=("original-customer-order-id",), needed=True),
    ),
    read=_read,
)
