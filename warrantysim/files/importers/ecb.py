"""Reference rates of the European Central Bank, turned round: they are units of a currency for one euro.

The daily file is one row with a date, the historical one a row a day, and some copies are a list of codes and rates
without a header or a date. What one unit is worth in dollars is the dollar's rate over the currency's. A rate that is
far from what a currency is known to be worth is left out, with what it would be the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from pandas.api.typing import NaTType

from warrantysim.files.importers.figures import column_figures
from warrantysim.files.importers.form import plain_name
from warrantysim.files.importers.report import Context, Report, ReportRows, report_columns
from warrantysim.files.importers.sheet import ReportSheet
from warrantysim.schema.errors import told

CODES = (
    "USD", "JPY", "BGN", "CYP", "CZK", "DKK", "EEK", "GBP", "HUF", "LTL", "LVL", "MTL", "PLN", "ROL", "RON", "SEK",
    "SIT", "SKK", "CHF", "ISK", "NOK", "HRK", "RUB", "TRL", "TRY", "AUD", "BRL", "CAD", "CNY", "HKD", "IDR", "ILS",
    "INR", "KRW", "MXN", "MYR", "NZD", "PHP", "SGD", "THB", "ZAR",
)  # fmt: skip
"""Currencies the bank has quoted."""
FAR = 3.0
"""How many times more or less than a currency is known to be worth is no rate of it [ratio]."""
LIST = ("currency", "units")
"""Columns of the list without a header."""


def sniff(header: Sequence[str], context: Context) -> float:
    """A date and some currencies, the dollar among them; or a first row of the list without a header."""
    del context
    names = [plain_name(cell) for cell in header if cell.strip()]
    if tuple(header) == LIST or headless(header):
        return 0.9
    codes = sum(name.upper() in CODES for name in names)
    return codes / len(names) if "usd" in names and "date" in names and codes >= 2 else 0.0


def headless(first: Sequence[str]) -> Sequence[str]:
    """The columns of the list without a header."""
    cells = [cell.strip().strip('"').strip() for cell in first if cell.strip()]
    figure = len(cells) == 2 and cells[1].replace(",", "").replace(".", "").isdigit()
    return LIST if figure and cells[0].upper() in CODES else ()


def renamed(header: Sequence[str], context: Context) -> dict[str, str]:
    """The columns of currencies by their codes."""
    del context
    return {cell: name for cell in header if (name := plain_name(cell)).upper() in CODES or name in ("date", *LIST)}


def written_rates(cells: pd.Series) -> pd.Series:
    """Rates as the bank writes them, with a decimal point; NaN where there is none."""
    found = column_figures(cells, ".")
    return found.where(found > 0)


def read(sheet: ReportSheet) -> Iterator[ReportRows]:
    """A rate a day and currency; of many days the last of each month, and the last of all."""
    if sheet.has("currency"):
        quoted, listed = sheet.currencies("currency"), written_rates(sheet.text("units"))
        units = {code: listed[quoted == code] for code in quoted.unique() if code}
        dollar = pd.Series(listed[quoted == "USD"].max(), index=quoted.index)
        day = pd.Series(_stated_day(sheet), index=quoted.index, dtype="datetime64[ms]")
        units["EUR"] = pd.Series(1.0, index=quoted.index[quoted == "USD"])
    else:
        day = sheet.days("date")
        sheet.leave_out(day.isna(), told("no date"))
        last = day.groupby(day.dt.to_period("M")).transform("max")
        sheet.leave_out(day != last, told("not the last day of its month"))
        units = {code: written_rates(sheet.text(code.lower())) for code in CODES if sheet.has(code.lower())}
        dollar = units["USD"]
        units["EUR"] = pd.Series(1.0, index=day.index)
    sheet.leave_out(dollar.isna(), told("no rate of the dollar, by which all others are turned round"))
    known = _known(sheet.context)
    for code, rate in units.items():
        rate = rate[~sheet.left[rate.index]]
        if code == "USD" or rate.empty:
            continue
        for at in rate.index[rate.isna()][:3]:
            stated = f"{day[at]:%Y-%m-%d}" if pd.notna(day[at]) else ""
            sheet.remark(told("no rate of {code} {day}: the file says N/A or nothing", code=code, day=stated))
        usd = (dollar[rate.index] / rate).dropna().map(lambda one: float(f"{one:.6g}"))
        far = (usd / known.get(code, np.nan)).map(lambda ratio: ratio > FAR or ratio < 1 / FAR).astype(bool)
        for at in usd.index[far][:3]:
            _tell_far(sheet, code, float(usd[at]), known[code])
        usd = usd[~far]
        currency = pd.Series(code, index=usd.index, dtype="str")
        frame = pd.DataFrame({"day": day[usd.index], "currency": currency, "usd_per_unit": usd})
        yield ReportRows("rates", frame, [currency, day[usd.index].dt.strftime("%Y-%m-%d").fillna("")])


def _stated_day(sheet: ReportSheet) -> pd.Timestamp | NaTType:
    """The day of a list without dates: as somebody says it, else none, and the rates hold from the beginning."""
    options = {"": told("from the beginning, whatever the day")}
    stated = sheet.context.answers.get("ecb_rates.day", "")
    if stated:
        options[stated] = told("from that day")
    asked = told("the list has no date; of which day are its rates (2026-11-27)?")
    answer = sheet.ask("ecb_rates.day", asked, options, "")
    return pd.Timestamp(answer) if answer else pd.NaT


def _known(context: Context) -> dict[str, float]:
    """What currencies are known to be worth: the last rates of the seller's scenario."""
    if context.scenario is None:
        return {}
    return {row.currency: row.usd_per_unit for row in sorted(context.scenario.fx, key=lambda row: row.from_)}


def _tell_far(sheet: ReportSheet, code: str, usd: float, known: float) -> None:
    said = told(
        "{code}: {usd:.6g} dollars for one unit is far from the {known:.6g} that are known; the rate is left out",
        code=code, usd=usd, known=known,
    )  # fmt: skip
    if 1 / FAR < 1 / usd / known < FAR:
        said += told("it looks like the inverse, {turned:.6g}", turned=1 / usd)
    sheet.remark(said)


REPORT = Report(
    name="ecb_rates",
    title=told("Rates of the European Central Bank"),
    columns=report_columns("ecb_rates"),
    read=read,
    sniff=sniff,
    headless=headless,
    renamed=renamed,
)
