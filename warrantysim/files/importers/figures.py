"""Figures, dates and instants of a report, read by whole columns.

A cell that can be read one way only decides for its column, a column for the others of its file: ``149,99`` that the
comma is the decimal sign, ``13/05/2026`` that the day comes first. Where no cell tells, the answer a person gave is
taken, else a default that is said. Each distinct cell is read once.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from pandas.api.typing import NaTType

from warrantysim.files.table_figures import decimal_signs
from warrantysim.schema.figure_advice import factor_of, meanings

_FIGURE = re.compile(
    r"(?P<open>\()?\s*(?P<first>[-+]?)\s*(?P<before>[^\W\d]{0,3}[$€£¥円元]?)\s*(?P<sign>[-+]?)\s*"
    r"(?P<digits>[.,]?[0-9](?:[0-9., ']*[0-9])?[.,]?)(?P<power>[eE][-+]?[0-9]{1,2})?\s*"
    r"(?P<after>%|[$€£¥円元]|[^\W\d]{0,12}[.\"]?)\s*(?P<last>-?)\s*(?P<close>\))?"
)
_WIDE = str.maketrans({"−": "-", "–": "-", "’": "'", "‘": "'", "`": "'"})
_DATE = re.compile(r"(?P<a>[0-9]{1,4})\s*(?P<mark>[-/.年])\s*(?P<b>[0-9]{1,2})\s*[-/.月]\s*(?P<c>[0-9]{1,4})日?")
_NAMED = re.compile(
    r"(?:(?P<day>[0-9]{1,2})\.?[-\s/]+(?P<month>[^\W\d]{3,10})|(?P<month2>[^\W\d]{3,10})\.?\s+(?P<day2>[0-9]{1,2})),?"
    r"\.?[-\s/,]+(?P<year>[0-9]{4}|[0-9]{2})"
)
_TIME = re.compile(
    r"[T,\s]*(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::(?P<s>[0-9]{2})(?:[.,][0-9]+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>Z|[A-Z]{2,5}(?:[-+][0-9]{1,2}(?::?[0-9]{2})?)?|[-+][0-9]{2}:?[0-9]{2})?"
)
_ISO = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[-+][0-9]{2}:[0-9]{2})?)?"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar janv ene gen", "feb februar fév fev févr", "mar mär märz mrz mars mrt", "apr avr abr april",
            "may mai mag maj mei", "jun juin giu juni june", "jul juil lug juli july", "aug août aout ago augustus",
            "sep sept set", "oct okt ott out", "nov", "dec dez déc dic",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0, "BST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120, "JST": 540, "EST": -300,
    "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "AEST": 600, "AEDT": 660,
}  # fmt: skip
"""Zones that reports name, and their difference to UTC [minutes]."""
ORDERS = ("mdy", "dmy")
ROWS = 20_000
"""Instants read at a time [rows]."""


@dataclass(frozen=True)
class FormSeen:
    """What the cells of a column tell of its form."""

    sure: frozenset[str]
    """Readings that some cell allows alone: decimal signs, or orders of dates."""
    open: int
    """Cells that allow more than one [distinct cells]."""


def plain_figure(cell: str) -> str:
    """A cell with the digits, blanks and marks every reader knows."""
    return (cell if cell.isascii() else unicodedata.normalize("NFKC", cell).translate(_WIDE)).strip()


def told_by_figures(cells: Iterable[str]) -> FormSeen:
    """What figures tell of their decimal sign."""
    digits = [found["digits"] for cell in cells if (found := _FIGURE.fullmatch(plain_figure(cell)))]
    return FormSeen(frozenset(decimal_signs(digits)), sum(len(meanings(one)) > 1 for one in set(digits)))


def figure_in(cell: str, decimal: str | None) -> float:
    """A figure, its currency or unit aside; NaN for what is none, or may be two. A share may be in percent."""
    found = _FIGURE.fullmatch(plain_figure(cell))
    if found is None or bool(found["open"]) != bool(found["close"]):
        return np.nan
    read = meanings(found["digits"], None) or ()
    if len(read) != 1:
        read = meanings(found["digits"], decimal) if decimal else ()
    if len(read) != 1:
        return np.nan
    value = read[0] * float(f"1{found['power']}") if found["power"] else read[0]
    below = (found["first"], found["sign"], found["last"]).count("-") + bool(found["open"])
    value = -value if below == 1 else value
    return value / 100 if found["after"] == "%" else value


def column_figures(cells: pd.Series, decimal: str | None) -> pd.Series:
    """A column of figures; NaN where a cell is empty or none."""
    codes, distinct = pd.factorize(cells)
    values = np.array([figure_in(cell, decimal) if cell else np.nan for cell in distinct], dtype=float)
    return pd.Series(values[codes] if len(values) else np.empty(0), index=cells.index)


def converted(values: pd.Series, units: pd.Series, unit: str) -> pd.Series:
    """Figures in the unit wanted, by the unit each row states; NaN where that is not known.

    ``unit``: kg or cm.
    """
    codes, distinct = pd.factorize(units)
    factors = np.array([factor_of(one, unit) or np.nan for one in distinct], dtype=float)
    return values * (factors[codes] if len(factors) else np.nan)


def told_by_dates(cells: Iterable[str]) -> FormSeen:
    """What dates tell of their order; a date that names its month, or begins with its year, tells nothing."""
    sure, open_ = set(), set()
    for head in {re.split(r"[T ,]", plain_figure(cell), maxsplit=1)[0] for cell in cells if not _ISO.fullmatch(cell)}:
        found = _DATE.fullmatch(head)
        if found is None or len(found["a"]) == 4 or found["mark"] == "年":
            continue
        first, second = int(found["a"]), int(found["b"])
        if found["mark"] == "." or first > 12:
            sure.add("dmy")
        elif second > 12:
            sure.add("mdy")
        elif first != second:
            open_.add(head)
    return FormSeen(frozenset(sure), len(open_))


def stamps(cells: pd.Series, order: str) -> tuple[pd.Series, pd.Series]:
    """Instants of a column, and which of them state their zone: these are in UTC, others as the clock showed.

    ``order``: of day and month where both would do [dmy|mdy].
    """
    codes, distinct = pd.factorize(cells)
    texts = pd.Series(distinct, dtype="str").str.replace(r"\s*(?:UTC|GMT)\Z", "Z", regex=True)
    iso = texts.str.fullmatch(_ISO.pattern) if len(texts) else pd.Series(dtype=bool)
    iso = iso.fillna(False).astype(bool)
    found = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[ms]")
    zoned = texts.str.contains(r"(?:Z|:[0-9]{2}[-+][0-9]{2}:[0-9]{2})\Z", regex=True).fillna(False).astype(bool)
    plain = texts[iso]
    for start in range(0, len(plain), ROWS):
        read = pd.to_datetime(plain.iloc[start : start + ROWS], format="ISO8601", utc=True, errors="coerce")
        found[read.index] = read.dt.tz_localize(None).astype("datetime64[ms]")
    for i in texts.index[~iso]:
        found[i], zoned[i] = _stamp(plain_figure(texts[i]), order)
    at = found.to_numpy()[codes] if len(found) else np.empty(0, "datetime64[ms]")
    known = zoned.to_numpy()[codes] if len(found) else np.empty(0, bool)
    missing = codes < 0
    at, known = np.where(missing, np.datetime64("NaT"), at), np.where(missing, False, known)
    return pd.Series(at.astype("datetime64[ms]"), index=cells.index), pd.Series(known, index=cells.index)


def _stamp(text: str, order: str) -> tuple[pd.Timestamp | NaTType, bool]:
    nothing = (pd.NaT, False)
    found = _DATE.match(text) or _NAMED.match(text)
    if not text or found is None:
        return nothing
    time = _TIME.fullmatch(text, found.end()) if text[found.end() :].strip() else None
    if text[found.end() :].strip() and time is None:
        return nothing
    try:
        day = dt.datetime(*_ymd(found, order))
        if time is None:
            return pd.Timestamp(day), False
        hour = int(time["h"])
        if half := (time["half"] or "").lower():
            hour = hour % 12 + 12 * half.startswith("p")
        at = day + dt.timedelta(hours=hour, minutes=int(time["m"]), seconds=int(time["s"] or 0))
        minutes = _minutes(time["zone"] or "")
        return pd.Timestamp(at - dt.timedelta(minutes=minutes or 0)), minutes is not None
    except (ValueError, KeyError, OverflowError):
        return nothing


def _ymd(found: re.Match[str], order: str) -> tuple[int, int, int]:
    if "month" in found.groupdict():
        month = _month((found["month"] or found["month2"]).lower())
        return _year(found["year"]), month, int(found["day"] or found["day2"])
    a, b, c = found["a"], found["b"], found["c"]
    if len(a) == 4 or found["mark"] == "年":
        return int(a), int(b), int(c)
    first, second = int(a), int(b)
    by_day = found["mark"] == "." or first > 12 or (order == "dmy" and second <= 12)
    return (_year(c), second, first) if by_day else (_year(c), first, second)


def _year(text: str) -> int:
    return int(text) + 2000 * (len(text) <= 2)


@cache
def _month(name: str) -> int:
    known = (number for word, number in _MONTHS.items() if name == word or (len(word) == 3 and name[:3] == word))
    return next(known, 0)


@cache
def _minutes(zone: str) -> int | None:
    """Minutes a zone is ahead of UTC; None where none is stated or known."""
    found = re.fullmatch(r"(?P<name>[A-Z]*)(?P<sign>[-+]?)(?P<h>[0-9]{0,2}):?(?P<m>[0-9]{0,2})", zone)
    if not zone or found is None:
        return None
    ahead = ZONES.get(found["name"], 0) if found["name"] else 0
    if found["name"] and found["name"] not in ZONES and not found["h"]:
        return None
    shift = int(found["h"] or 0) * 60 + int(found["m"] or 0)
    return ahead + (-shift if found["sign"] == "-" else shift)


def column_days(at: pd.Series, zoned: pd.Series, zones: pd.Series | str) -> pd.Series:
    """The date each instant falls on in a zone; an instant without one falls on the date it shows.

    ``zones``: IANA names by row, empty for UTC; or one for all.
    """
    out = at.dt.normalize()
    by_row = pd.Series(zones, index=at.index) if isinstance(zones, str) else zones
    for zone in by_row[zoned].unique():
        if zone:
            rows = zoned & (by_row == zone)
            local = at[rows].dt.tz_localize("UTC").dt.tz_convert(ZoneInfo(zone))
            out[rows] = local.dt.tz_localize(None).dt.normalize().astype("datetime64[ms]")
    return out.astype("datetime64[ms]")


def shorter_order(cells: Iterable[str]) -> str:
    """The order of dates under which a column spans the shorter time: files cover weeks, not scattered days."""
    column = pd.Series(list(cells), dtype="str")
    spans = {order: (found := stamps(column, order)[0]).max() - found.min() for order in ORDERS}
    return min(ORDERS, key=lambda order: (spans[order], ORDERS.index(order)))
