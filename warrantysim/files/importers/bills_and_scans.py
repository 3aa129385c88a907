"""Bills of repair partners and scans of carriers: lists in whatever columns their systems have, mapped once."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from warrantysim.files.importers.figures import converted
from warrantysim.files.importers.log_cells import (
    ask_mapping,
    cell_words,
    currency_of,
    log_days,
    log_report,
    markets_in,
    unit_in,
)
from warrantysim.files.importers.report import ReportRows
from warrantysim.files.importers.sheet import ReportSheet
from warrantysim.files.importers.words import BILLS, SCANS
from warrantysim.schema.errors import told


def read_bills(sheet: ReportSheet) -> Iterator[ReportRows]:
    """A repair, a test or a credit a row."""
    headers = ask_mapping(sheet)
    day, received, shipped = (log_days(sheet, field) for field in ("day", "received", "shipped"))
    sheet.leave_out(day.isna(), told("no date"))
    amount = sheet.number("amount")
    sheet.leave_out(amount.isna(), told("no amount"))
    sheet.remark_rows(
        (shipped < received) & ~sheet.left, "{n:,} units were sent back before they had come; their days are unknown"
    )
    parts = sheet.number("parts")
    sheet.remark_rows(
        (parts > amount) & (amount > 0) & ~sheet.left,
        "{n:,} bills have dearer parts than their total: the amount may be labour alone",
    )
    sku, _ = sheet.skus("sku")
    partner = sheet.text("partner")
    if not sheet.has("partner"):
        asked = told("which partner sent these bills?")
        stated = sheet.context.answers.get(f"{BILLS}.partner", "")
        options = {"": told("unknown")} | {
            one: told("the partner {name}", name=one) for one in _partners(sheet) | {stated} - {""}
        }
        partner = pd.Series(sheet.ask(f"{BILLS}.partner", asked, options, ""), index=sku.index, dtype="str")
    frame = pd.DataFrame(
        {
            "partner": partner,
            "day": day,
            "sku": sku,
            "fault": sheet.text("fault"),
            "level": sheet.text("level"),
            "minutes": sheet.number("minutes"),
            "parts": parts,
            "amount": amount,
            "currency": currency_of(sheet, "amount", headers.get("amount", "")),
            "outcome": cell_words(sheet, "outcome", "outcome"),
            "received": received.where(~(shipped < received)),
            "shipped": shipped.where(~(shipped < received)),
        }
    )
    sheet.remark_rows((frame["currency"] == "") & ~sheet.left, "{n:,} bills state no currency")
    sheet.remark_rows(
        (partner == "") & ~sheet.left,
        "{n:,} bills name no partner and count for none: --answer partner_bills.partner=NAME, or a column",
    )
    identity = [sheet.text("partner"), day, sku, sheet.orders("order"), amount, frame["minutes"], frame["fault"]]
    yield ReportRows("bills", frame, identity, numbered=True)


def _partners(sheet: ReportSheet) -> set[str]:
    scenario = sheet.context.scenario
    return set(scenario.partners) if scenario is not None else set()


def read_scans(sheet: ReportSheet) -> Iterator[ReportRows]:
    """A return label a row; one that was issued and never scanned is a label that was never used."""
    headers = ask_mapping(sheet)
    market = markets_in(sheet)
    issued, first, delivered = (log_days(sheet, field, market) for field in ("issued", "first_scan", "delivered"))
    sheet.leave_out(issued.isna(), told("no date the label was issued"))
    sheet.remark_rows(
        (first < issued) & ~sheet.left, "{n:,} labels were scanned before they were issued; their scan is unknown"
    )
    first = first.where(~(first < issued))
    delivered = delivered.where(~(delivered < first.fillna(issued)))
    unused = int((first.isna() & delivered.isna() & ~sheet.left).sum())
    sheet.remark(
        told("{n:,} of {of:,} labels have no scan: never used, or not yet", n=unused, of=int((~sheet.left).sum()))
    )
    weight = sheet.number("weight_kg")
    if sheet.has("weight_kg"):
        stated = sheet.mapped(sheet.text("weight_kg").str.extract(r"([^\W\d]+)\s*\Z")[0].fillna(""), lambda unit: unit)
        unit = stated.where(stated != "", unit_in(headers["weight_kg"], "kg", "kg"))
        weight = converted(weight, unit, "kg")
    label = sheet.orders("label")
    frame = pd.DataFrame(
        {
            "label": label,
            "lane": sheet.text("lane"),
            "market": market,
            "issued": issued,
            "first_scan": first,
            "delivered": delivered,
            "weight_kg": weight,
            "amount": sheet.number("amount"),
            "currency": currency_of(sheet, "amount", headers.get("amount", ""), market),
        }
    )
    nameless = label == ""
    where = (frame["lane"], sheet.text("market"))  # numbers are given out again, by another carrier or elsewhere
    yield ReportRows("scans", frame, [label, issued, *where], numbered=nameless)


REPORTS = (
    log_report(BILLS, told("Bills of a repair partner"), read_bills),
    log_report(SCANS, told("Scans of return labels"), read_scans),
)
