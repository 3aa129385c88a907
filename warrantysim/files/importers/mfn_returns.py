"""MFN returns (``GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE``): what customers ask back of orders the seller shipped.

The one report with labels and who pays them, A-to-z and SAFE-T, and what was refunded. An empty refund is unknown (43 %
of one account's rows), a refund below the order's amount is a partial one.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from warrantysim.files.importers.reasons import ask_failures
from warrantysim.files.importers.report import Report, ReportRows, report_columns
from warrantysim.files.importers.sheet import ReportSheet
from warrantysim.schema.errors import told

_YES = ("y", "yes", "true", "1")


def _read(sheet: ReportSheet) -> Iterator[ReportRows]:
    sku, resold = sheet.skus("merchant-sku")
    reason = sheet.text("return-reason")
    units = sheet.number("return-quantity").fillna(1.0)
    requested, returned = sheet.days("return-request-date"), sheet.days("return-delivery-date")
    refunded, amount = sheet.number("refunded-amount"), sheet.number("order-amount")
    atoz = sheet.text("a-to-z-claim").str.lower().isin(_YES) | sheet.text("return-type").str.lower().str.startswith(
        "a-to-z"
    )
    safe_t = sheet.text("safet-claim-id") != ""
    frame = pd.DataFrame(
        {
            "order": sheet.orders("order-id"),
            "day": returned.fillna(requested),
            "opened": requested,
            "sold": sheet.days("order-date"),
            "sku": sku,
            "channel": "FBM",
            "units": units,
            "reason": reason,
            "label_paid_by": sheet.text("label-to-be-paid-by").str.lower(),
            "label_type": sheet.text("label-type"),
            "label_cost": sheet.number("label-cost"),
            "refunded": refunded,
            "currency": sheet.currencies("currency-code"),
            "resolution": sheet.text("resolution"),
            "disputed": pd.Series("", index=sku.index, dtype="str").mask(safe_t, "safe-t").mask(atoz, "a-to-z"),
            "resold": resold.map({True: "yes", False: ""}),
        }
    )
    sheet.leave_out((sku == "") | frame["opened"].isna(), told("no SKU or date"))
    ask_failures(sheet, reason[~sheet.left])
    sheet.remark_rows(refunded.isna(), "{n} rows state no refund: unknown, not zero")
    sheet.remark_rows(
        (refunded > 0) & (refunded < amount * 0.99), "{n} refunds are below what the order came to: partial"
    )
    sheet.remark_rows(frame["label_cost"].isna(), "{n} rows state no cost of the label")
    frame["units"] = frame["units"].abs()
    rma = sheet.text("amazon-rma-id")
    rma = rma.where(rma != "", sheet.text("merchant-rma-id"))
    rest = frame["opened"].where(rma == "", pd.NaT), reason.where(rma == "", "")
    yield ReportRows(
        "returns", frame, [frame["order"], sku.mask(resold, "amzn.gr." + sku), rma, *rest], numbered=rma == ""
    )


REPORT = Report(
    name="mfn_returns",
    title=told("returns of orders the seller ships (MFN)"),
    columns=report_columns("mfn_returns"),
    read=_read,
)
