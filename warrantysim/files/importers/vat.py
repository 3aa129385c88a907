"""VAT transactions of the European stores: what was sold and refunded, net and tax, and between which countries.

The report also lists every move of goods between warehouses; these carry no sale and are left out. Its columns come in
any order and number, so all are read by name.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from warrantysim.files.importers.report import Report, ReportRows, report_columns
from warrantysim.files.importers.sheet import ReportSheet
from warrantysim.schema.errors import told

KINDS = {"SALE": "sale", "REFUND": "refund", "LIQUIDATION_SALE": "sale", "LIQUIDATION_REFUND": "refund"}
"""Transactions with money, and what they are."""
MOVES = ("FC_TRANSFER", "INBOUND", "RETURN", "COMMINGLING_BUY", "COMMINGLING_SELL", "DONATION")
"""Transactions that move goods only."""
CENT = 0.02
"""Difference of net plus tax to gross that is rounding [row currency]."""


def read(sheet: ReportSheet) -> Iterator[ReportRows]:
    """A sale or a refund a row; refunds are negative."""
    transaction = sheet.text("transaction-type").str.upper()
    moves = transaction.isin(MOVES)
    sheet.leave_out(moves, told("goods moved, nothing was sold"))
    sheet.unknown("transaction-type", transaction[~moves & ~transaction.isin(list(KINDS))])
    sheet.leave_out(~transaction.isin(list(KINDS)), told("a transaction nobody knows"))
    net, tax, gross = (
        sheet.number(f"total-activity-value-{part}") for part in ("amt-vat-excl", "vat-amt", "amt-vat-incl")
    )
    sheet.remark_rows(
        ((net + tax - gross).abs() > CENT) & ~sheet.left, "in {n:,} rows net and tax are not the gross amount"
    )
    net, tax = net.fillna(gross - tax), tax.fillna(gross - net)
    sheet.leave_out(net.isna(), told("no amount"))
    sign = pd.Series(1.0, index=net.index).where(~((transaction.map(KINDS) == "refund") & (net > 0)), -1.0)
    rate = sheet.number("price-of-items-vat-rate-percent")
    from_, to = (sheet.text(f"sale-{end}-country").str.upper() for end in ("depart", "arrival"))
    sheet.remark_rows(
        (from_ != to) & (from_ != "") & (to != "") & ~sheet.left,
        "{n:,} rows went to another country than they came from; their tax is that of the arrival",
    )
    sku, _ = sheet.skus("seller-sku")
    market = sheet.markets("marketplace")
    order = sheet.orders("transaction-event-id")
    day = sheet.days("transaction-complete-date")
    kind = sheet.mapped(transaction, KINDS)
    units = sheet.number("qty")
    frame = pd.DataFrame(
        {
            "day": day,
            "order": order,
            "sku": sku,
            "market": market,
            "kind": kind,
            "units": units,
            "net": net * sign,
            "tax": tax * sign,
            "currency": sheet.currencies("transaction-currency-code"),
            "rate": rate.where(rate <= 1, rate / 100),
            "from_country": from_,
            "to_country": to,
            "scheme": sheet.text("tax-reporting-scheme"),
        }
    )
    yield ReportRows(
        "taxes", frame, [order, sku, kind, day, units, net, tax, sheet.text("activity-transaction-id")], numbered=True
    )


REPORT = Report(
    name="vat",
    title=told("VAT transactions"),
    columns=report_columns("vat"),
    read=read,
    personal=(
        "supplier-name",
        "buyer-name",
        "buyer-vat",
        "arrival-address",
        "arrival-city",
        "arrival-post",
        "departure-post",
    ),
)
