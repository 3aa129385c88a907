"""Claims log: what a helpdesk or an RMA system exports of claims after the return window, which no marketplace reports.

Its columns are mapped once (`log_cells`). The number of a claim is kept as a hash; serial numbers and customers are
never read. Prices are held against the scenario's list prices: what is no price of one unit in the market's currency is
asked about, never taken in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from warrantysim.files.importers.log_cells import (
    ask_mapping,
    cell_words,
    currency_of,
    log_days,
    log_report,
    markets_in,
)
from warrantysim.files.importers.report import ReportRows
from warrantysim.files.importers.sheet import ReportSheet
from warrantysim.files.importers.words import CLAIMS_LOG
from warrantysim.schema.dispositions import BY_PARTNER, TEST_AND_SWAP
from warrantysim.schema.errors import coded, told
from warrantysim.schema.plausibility import VALUE_TO_PRICE
from warrantysim.schema.root import Scenario

MOST_UNITS = 6
"""Most units whose total is looked for in a price [units]."""
NEAR = 0.05
"""How far a total may be from a whole number of list prices [share of a list price]."""


def read(sheet: ReportSheet) -> Iterator[ReportRows]:
    """A row a claimed unit."""
    headers = ask_mapping(sheet)
    scenario = sheet.context.scenario
    order = sheet.orders("order")
    market = markets_in(sheet, order)
    sku, resold = sheet.skus("sku")
    opened, delivered, sold, closed = (
        log_days(sheet, field, market) for field in ("opened", "delivered", "sold", "closed")
    )
    sheet.leave_out(opened.isna(), told("no date it was opened"))
    sheet.leave_out(sku == "", told("no SKU"))
    claim = sheet.orders("claim")
    price, units = sheet.number("price"), sheet.number("units")
    _undo(sheet, claim, price)
    currency = currency_of(sheet, "price", headers.get("price", ""), market)
    price = _unit_price(sheet, price.where(price > 0), units, sku, market, currency)
    age = sheet.number("age")
    delivered = delivered.fillna(opened - pd.to_timedelta(age.where(age >= 0), unit="D").dt.round("D"))
    early = (opened < delivered.fillna(sold)) | (age < 0)
    sheet.remark_rows(
        early & ~sheet.left, "{n:,} claims were opened before the unit was delivered; their age is unknown"
    )
    delivered, sold = delivered.where(~early), sold.where(~(opened < sold))
    _tell_late(sheet, sku, market, opened, delivered.fillna(sold))
    decision, denied = _decision(sheet)
    frame = pd.DataFrame(
        {
            "claim": claim,
            "order": order,
            "opened": opened,
            "sold": sold,
            "delivered": delivered,
            "sku": sku,
            "market": market,
            "channel": cell_words(sheet, "channel", "channel", _channels(scenario)),
            "price": price,
            "currency": currency,
            "symptom": cell_words(sheet, "symptom", "symptom"),
            "finding": cell_words(sheet, "finding", "finding", _faults(scenario)),
            "decision": decision,
            "closed": closed.where(~(closed < opened)),
            "refunded": sheet.number("refunded").abs(),
            "partner": sheet.text("partner"),
            "repair_cost": sheet.number("repair_cost"),
            "repair_minutes": sheet.number("repair_minutes"),
            "evidence": cell_words(sheet, "evidence", "evidence"),
            "denied": denied,
            "disputed": cell_words(sheet, "disputed", "disputed").replace("no", ""),
            "reopened": cell_words(sheet, "reopened", "flag").replace("no", ""),
            "resold": resold.map({True: "yes", False: ""}),
        }
    )
    sheet.remark_rows(
        resold & ~sheet.left, "{n:,} claims are of graded returns sold again (amzn.gr.); they count for the product"
    )
    several = units.where(units > 1, 1).fillna(1).clip(upper=MOST_UNITS)
    identity = (
        [claim] if "claim" in headers else [order, sku, opened, *(sheet.text(one) for one in ("market", "symptom"))]
    )
    sheet.remark_rows(
        (claim == "") & ~sheet.left, "{n:,} claims have no number: two of one product and day count as two"
    )
    for unit in range(1, int(several.max() if len(several) else 1) + 1):
        rows = frame[several >= unit]
        number = pd.Series(str(unit), index=rows.index, dtype="str")
        nameless = claim[rows.index] == ""
        spare = [
            part[rows.index].where(nameless, "") if part.dtype == "str" else part[rows.index].where(nameless)
            for part in (sku, opened)
        ]
        yield ReportRows("claims", rows, [*(part[rows.index] for part in identity), *spare, number], numbered=nameless)


def _undo(sheet: ReportSheet, claim: pd.Series, price: pd.Series) -> None:
    """A negative price undoes the row before it with the same number; both are left out."""
    negative = price < 0
    if not negative.any():
        return
    last: dict[str, int] = {}
    undone = []
    for at, (name, below) in enumerate(zip(claim, negative, strict=True)):
        if below and name and name in last:
            undone.append(last.pop(name))
        elif not below and name:
            last[name] = at
    sheet.leave_out(negative, told("a negative price: it takes a claim back"))
    sheet.leave_out(pd.Series(sheet.left.index.isin(undone), index=sheet.left.index), told("taken back by a later row"))


def _unit_price(
    sheet: ReportSheet, price: pd.Series, units: pd.Series, sku: pd.Series, market: pd.Series, currency: pd.Series
) -> pd.Series:
    """Price of one unit in the currency stated: totals of several units are parted, strange prices asked about."""
    listed = _listed(sheet.context.scenario)
    pairs = list(zip(sku, market, strict=True))
    terms = pd.Series([listed.get(pair, (np.nan, "")) for pair in pairs], index=price.index, dtype=object)
    usual = terms.map(lambda one: one[0]).astype(float)
    ratio = (price / usual).where(~sheet.left)
    total = ratio.between(*VALUE_TO_PRICE, inclusive="both").eq(False) & ratio.notna()
    count = ratio.round().where(ratio > VALUE_TO_PRICE[1])
    line = total & count.between(2, MOST_UNITS) & ((ratio - count).abs() < NEAR * count)
    stated = (units > 1) & price.notna()
    if stated.any():
        fits = int((line & stated & (count == units)).sum())
        asked = told(
            "{n:,} rows have several units; {fits:,} prices fit the total of theirs", n=int(stated.sum()), fits=fits
        )
        options = {"line": told("the price is that of all units"), "unit": told("the price is that of one unit")}
        if sheet.ask(f"{CLAIMS_LOG}.price", asked, options, "line") == "line":
            price = price.where(~stated, price / units)
        line &= ~stated
    if line.any():
        asked = told(
            "{n:,} prices are a whole number of list prices, such as {shown}",
            n=int(line.sum()),
            shown=_shown(price, usual, currency, line),
        )
        options = {
            "divide": told("they are totals of several units"),
            "keep": told("they are prices of one unit"),
            "unknown": told("the price is unknown"),
        }
        answer = sheet.ask(f"{CLAIMS_LOG}.totals", asked, options, "divide")
        price = price.where(~line, price / count if answer == "divide" else np.nan) if answer != "keep" else price
    strange = total & ~line & ~stated
    if strange.any():
        elsewhere = {name: list(group) for name, group in _prices_by_sku(listed).items()}
        other = strange & pd.Series(
            [any(0.5 < p / q < 1.5 for q in elsewhere.get(s, ())) for s, p in zip(sku, price, strict=True)],
            index=price.index,
        )
        for rows, name, code in (
            (other, "currency", coded("{n:,} prices fit the list price of another market, such as {shown}")),
            (
                strange & ~other,
                "strange",
                coded("{n:,} prices are not within reach of the list price, such as {shown}"),
            ),
        ):
            if rows.any():
                asked = told(code, n=int(rows.sum()), shown=_shown(price, usual, currency, rows))
                options = {"unknown": told("the price is unknown"), "keep": told("they were paid so")}
                if sheet.ask(f"{CLAIMS_LOG}.{name}", asked, options, "unknown") == "unknown":
                    price = price.where(~rows)
    return price


def _shown(price: pd.Series, usual: pd.Series, currency: pd.Series, rows: pd.Series) -> str:
    at = rows.index[rows][:3]
    return "; ".join(f"{currency[i]} {price[i]:,.2f} : {usual[i]:,.2f}" for i in at)


def _listed(scenario: Scenario | None) -> dict[tuple[str, str], tuple[float, str]]:
    """Last list price of each product and market, and its currency."""
    rows = sorted(scenario.sku_markets, key=lambda row: row.from_) if scenario is not None else []
    return {(row.sku, row.market): (row.list_price, row.currency) for row in rows if row.list_price > 0}


def _prices_by_sku(listed: dict[tuple[str, str], tuple[float, str]]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for (sku, _), (price, _) in listed.items():
        found.setdefault(sku, []).append(price)
    return found


def _tell_late(sheet: ReportSheet, sku: pd.Series, market: pd.Series, opened: pd.Series, begin: pd.Series) -> None:
    """Count claims after the end of the warranty, as the log states it or as the scenario has it."""
    scenario = sheet.context.scenario
    rows = sorted(scenario.sku_markets, key=lambda row: row.from_) if scenario is not None else []
    terms = {(row.sku, row.market): row.warranty_days for row in rows}
    days = pd.Series([terms.get(pair, np.nan) for pair in zip(sku, market, strict=True)], index=sku.index)
    ends = log_days(sheet, "warranty_end", market).fillna(begin + pd.to_timedelta(days, unit="D"))
    sheet.remark_rows((opened > ends) & ~sheet.left, "{n:,} claims were opened after the warranty had ended")
    sheet.remark_rows(begin.isna() & ~sheet.left, "{n:,} claims state neither delivery, sale nor age")


def _decision(sheet: ReportSheet) -> tuple[pd.Series, pd.Series]:
    """Disposition and whether the claim was denied."""
    stated = cell_words(sheet, "decision", "decision")
    flagged = cell_words(sheet, "denied", "flag")
    decision = stated.replace({"denied": "", TEST_AND_SWAP: BY_PARTNER})
    denied = flagged.where(stated != "denied", "yes")
    return decision, denied


def _channels(scenario: Scenario | None) -> Sequence[str]:
    return tuple(scenario.channels) if scenario is not None else ()


def _faults(scenario: Scenario | None) -> Sequence[str]:
    return tuple(dict.fromkeys(row.fault for row in scenario.faults)) if scenario is not None else ()


REPORT = log_report(CLAIMS_LOG, told("Claims log"), read)
