"""Settlement V2: what the platform booked, a row an amount; the only file with refunds that came without a return.

A settlement begins with a row that carries its total and no transaction; in some files only that row has a currency
and dates. Its total is the sum of the rows that follow: a difference is said, and no row is left out for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache

import pandas as pd

from warrantysim.files.importers.report import Report, ReportRows, report_columns
from warrantysim.files.importers.sheet import ReportSheet
from warrantysim.packs import rows as shipped
from warrantysim.schema.errors import told

UNKNOWN = "other"
"""Kind of a posting the table of kinds does not know [kind]."""
CENT = 0.005
"""Difference of money that is none [settlement currency]."""
STATED = ("transaction-type", "amount-type", "amount-description")


@cache
def posting_kind(transaction: str, amount_type: str, description: str) -> str:
    """Kind of a posting by the first row of the table of kinds that fits; empty where none does."""
    stated = [re.sub("[^a-z0-9]", "", text.lower()) for text in (transaction, amount_type, description)]
    for row in shipped("settlement_kinds"):
        if all(map(fnmatchcase, stated, (row["transaction"], row["type"], row["description"]))):
            return row["kind"]
    return ""


def read(sheet: ReportSheet) -> Iterator[ReportRows]:
    """The postings of one or more settlements."""
    settlement, amount = sheet.text("settlement-id"), sheet.number("amount")
    head = (sheet.text("transaction-type") == "") & (sheet.text("total-amount") != "")
    sheet.leave_out(head, told("the total of a settlement, which is no transaction"))
    sheet.leave_out(amount.isna(), told("no amount"))
    currency = _of_settlement(settlement, sheet.currencies("currency"))
    _tell_sums(sheet, settlement, head, amount, currency)
    market = sheet.markets("marketplace-name")
    day = sheet.days("posted-date-time", market).fillna(sheet.days("posted-date"))
    sheet.remark_rows(
        day.isna() & ~sheet.left, "{n:,} postings have no day of their own; the end of their settlement stands for it"
    )
    first, second, third = (sheet.text(column) for column in STATED)
    said = first + "|" + second + "|" + third
    kind = sheet.mapped(said, lambda one: posting_kind(*one.split("|", 2)))
    sheet.unknown("transaction|amount-type|amount-description", said[(kind == "") & ~sheet.left])
    sku, _ = sheet.skus("sku")
    order = sheet.orders("order-id")
    frame = pd.DataFrame(
        {
            "day": day.fillna(_of_settlement(settlement, sheet.days("settlement-end-date"))),
            "order": order,
            "market": market,
            "sku": sku,
            "kind": kind.where(kind != "", UNKNOWN),
            "description": said,
            "amount": amount,
            "currency": currency,
            "units": sheet.number("quantity-purchased"),
        }
    )
    _tell_refunds(sheet, frame[~sheet.left], third[~sheet.left])
    parts = ("adjustment-id", "shipment-id", "order-item-code", "promotion-id", "merchant-adjustment-item-id")
    at, _ = sheet.stamps("posted-date-time")
    identity = [settlement, order, said, sku, amount, day, at, *(sheet.text(column) for column in parts)]
    yield ReportRows("postings", frame, identity, numbered=True)


def _of_settlement(settlement: pd.Series, column: pd.Series) -> pd.Series:
    """A column where it is stated, else as the settlement states it first."""
    stated = column.where(column != "") if column.dtype != "datetime64[ms]" else column
    found = stated.fillna(stated.groupby(settlement).transform("first"))
    return found if column.dtype == "datetime64[ms]" else found.fillna("")


def _tell_sums(
    sheet: ReportSheet, settlement: pd.Series, head: pd.Series, amount: pd.Series, currency: pd.Series
) -> None:
    """Hold the sum of each settlement's rows against its total."""
    stated = sheet.number("total-amount")[head].groupby(settlement[head]).first()
    sums = amount.groupby(settlement).sum().round(6)
    codes = currency.groupby(settlement).first()
    for name, total in zip(map(str, stated.index), stated, strict=True):
        off = float(sums[name]) - float(total)
        facts = {"name": name, "sum": float(sums[name]), "currency": codes[name]}
        if abs(off) < CENT:
            said = told("settlement {name}: the rows sum to {sum:,.2f} {currency}, which is its total", **facts)
        else:
            said = told("settlement {name}: the rows sum to {sum:,.2f} {currency}", **facts)
            said += told(
                "its total is {total:,.2f}, and {off:+,.2f} of the sum is not in it", total=float(total), off=off
            )
        sheet.remark(said)
    for name in sums.index.difference(stated.index):
        sheet.remark(told("settlement {name} has no row with its total; nothing is held against its sum", name=name))


def _tell_refunds(sheet: ReportSheet, frame: pd.DataFrame, description: pd.Series) -> None:
    """Say how many refunds are in full, by the sales of the file and the books, and how many are goodwill."""
    refunds = frame[(frame["kind"] == "refund") & (description.str.lower() == "principal")]
    goodwill = frame["kind"] == "goodwill"
    if refunds.empty and not goodwill.any():
        return
    orders = sheet.context.books.get("orders", pd.DataFrame(columns=["order", "sku", "unit_price", "units"]))
    booked = sheet.context.books.get("postings", frame.iloc[:0])
    sales = pd.concat([frame, booked])
    sales = sales[(sales["kind"] == "sale") & sales["description"].str.lower().str.endswith("|principal")]
    paid = {(o, s): a for o, s, a in zip(orders["order"], orders["sku"], orders["unit_price"], strict=True)}
    sums = sales.groupby(["order", "sku"])["amount"].sum()
    paid |= dict(zip(sums.index, sums, strict=True))
    shares = [
        -a / paid.get((o, s), float("nan"))
        for o, s, a in zip(refunds["order"], refunds["sku"], refunds["amount"], strict=True)
    ]
    whole = sum(share >= 0.99 for share in shares)
    partial = sum(share < 0.99 for share in shares)
    sheet.remark(
        told(
            "{whole:,} refunds are in full, {partial:,} in part, {open:,} of unknown share, {goodwill:,} are goodwill",
            whole=whole,
            partial=partial,
            open=len(shares) - whole - partial,
            goodwill=int(goodwill.sum()),
        )
    )


REPORT = Report(
    name="settlement",
    title=told("Settlement V2"),
    columns=report_columns("settlement"),
    read=read,
    personal=("merchant-order",),
)
