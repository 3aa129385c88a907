"""Cells a seller types: figures with or without their unit, money with or without its currency, months, choices."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from functools import cache

from warrantysim import packs
from warrantysim.packs.archetypes import archetypes
from warrantysim.schema.errors import BadInput, nearest, suggestion, told
from warrantysim.schema.figure_advice import KINDS, PLAIN, YEAR, codes_of, factor_of, short_figure, stated_figure

Money = tuple[float, str]
"""An amount and its currency."""
LONGEST_MONTHS = 240
"""Longest warranty [months]."""
_MONTH = re.compile(r"(?P<year>20\d\d)[-/.年]\s?(?P<month>\d{1,2})月?(?:[-/.](?P<day>\d{1,2})日?)?\Z")
_BEHIND = re.compile(r"(?P<month>\d{1,2})[-/.](?P<year>20\d\d)\Z")
_UNSURE = re.compile(r"[-+]?[1-9][0-9]{0,2}\.[0-9]{2}0\Z")
"""A figure whose point may part thousands; a number of a spreadsheet ends with no 0."""
_SIDES = re.compile(r"[x×*X]")


def typed_figure(text: str, unit: str) -> float:
    """A figure of at least 0 in a unit: kg, cm, days, units, share.

    Raises
    ------
    BadInput
        Where it is none, may mean two, is below 0, or has a unit that is not known.
    """
    value, beside = _one(text)
    factor = 1.0
    for word in beside:
        found = factor_of(word, unit) if unit in KINDS else 0.01 if (word, unit) == ("%", "share") else None
        if found is None:
            raise BadInput("{word!r} is no unit that is known here; convert the figure to {unit}", word=word, unit=unit)
        factor *= found
    return float(short_figure(value * factor, factor))


def money(text: str, currency: str, *, own: bool) -> Money:
    """An amount; in ``currency`` where it names none. ``own``: whether it may be in no other.

    Raises
    ------
    BadInput
        Where it is none, may mean two, is below 0, or is in another currency than it may be.
    """
    value, beside = _one(text)
    codes = set.union(set(), *map(codes_of, beside))
    if beside and not codes:
        raise BadInput(
            "{word!r} is no currency that is known here; write the figure alone, in {currency}",
            word=" ".join(beside),
            currency=currency,
        )
    if not codes or currency in codes:
        return value, currency
    if own:
        raise BadInput(
            "{text!r} is in another currency than the row, {currency}; convert it, or correct the currency",
            text=text,
            currency=currency,
        )
    if len(codes) > 1:
        raise BadInput(
            "{text!r} may be {names}; write the currency as three letters", text=text, names=" or ".join(sorted(codes))
        )
    return value, codes.pop()


def months(text: str) -> tuple[float, str]:
    """A warranty as a figure and ``months`` or ``days``: 18, 18 months, 2 years, 548 days.

    Raises
    ------
    BadInput
        Where it is none, 0 or below, or longer than twenty years.
    """
    value, beside = _one(text)
    factor = YEAR / 12
    for word in beside:
        found = factor_of(word, "days")
        if found is None:
            raise BadInput(
                "{word!r} is no unit that is known here; convert the figure to {unit}", word=word, unit="months"
            )
        factor = found
    in_months = factor in (YEAR / 12, YEAR)
    length = value * (factor * 12 / YEAR if in_months else factor)
    if not 0 < (length if in_months else length * 12 / YEAR) <= LONGEST_MONTHS:
        raise BadInput("expected more than 0 and at most {most} months, got {text!r}", most=LONGEST_MONTHS, text=text)
    return float(f"{length:.12g}"), "months" if in_months else "days"


def size(text: str) -> tuple[float, float, float]:
    """Three sides [cm] of ``30 x 20 x 10``, the unit behind the last or behind each.

    Raises
    ------
    BadInput
        Where there are not three, or one is none.
    """
    parts = [part.strip() for part in _SIDES.split(text)]
    if len(parts) != 3:
        raise BadInput("expected three sides, such as '30 x 20 x 10', got {text!r}", text=text)
    _, last = stated_figure(parts[2])
    sides = [
        typed_figure(part if stated_figure(part)[1] else f"{part} {' '.join(last)}".strip(), "cm") for part in parts
    ]
    if min(sides) <= 0:
        raise BadInput("expected three sides, such as '30 x 20 x 10', got {text!r}", text=text)
    return sides[0], sides[1], sides[2]


def month(text: str) -> dt.date | None:
    """The first of the month a heading names: 2027-01, 2027-01-01, 2027/1, 2027年1月, 01/2027; None where none."""
    found = _MONTH.match(text.strip()) or _BEHIND.match(text.strip())
    if found is None or not 1 <= int(found["month"]) <= 12:
        return None
    return dt.date(int(found["year"]), int(found["month"]), 1)


def plain_cell(value: float) -> str:
    """A figure as it is typed so that it is read again as that figure and as no other: in the unit of its column, with
    a point and without thousands separators.
    """
    return short_figure(float(f"{value:.6g}"))


def amount_in(text: str) -> float:
    """The figure of a cell that was read before, whatever stands beside it.

    Raises
    ------
    BadInput
        Where there is none, or may be two.
    """
    return _one(text)[0]


@cache
def choices(kind: str) -> Mapping[str, tuple[str, str]]:
    """What a column is chosen from: key to its English and Chinese words."""
    if kind == "archetype":
        return {key: (one.name_en, one.name_zh) for key, one in archetypes().items()}
    return {row["key"]: (row["en"], row["zh"]) for row in packs.rows("seller/choices") if row["kind"] == kind}


def choice(text: str, kind: str) -> str:
    """The key of a choice by its key or its word in any language.

    Raises
    ------
    BadInput
        Where it is none, with the nearest.
    """
    known = choices(kind)
    words = {word.casefold(): key for key, both in known.items() for word in (key, key.replace("_", " "), *both)}
    if (found := words.get(" ".join(text.casefold().split()))) is not None:
        return found
    language = any(ord(letter) > 0x2E80 for letter in text)
    shown = [both[language] for both in known.values()]
    near = nearest(text, [*shown, *known])
    raise BadInput(told("unknown choice {text!r}", text=text) + suggestion(text, [near] if near else shown, len(shown)))


def _one(text: str) -> tuple[float, tuple[str, ...]]:
    """The one figure of a cell, at least 0, and what stands beside it."""
    found, beside = stated_figure(text)
    if PLAIN.match(text) and not _UNSURE.match(text):
        found, beside = (float(text),), ()
    if not all(map(math.isfinite, found)) or not found:
        raise BadInput("no figure can be read from {text!r}; write digits with a decimal point", text=text)
    if len(found) > 1:
        one, other = map(short_figure, found)
        raise BadInput(
            "{text!r} may mean {one} or {other}; write {one!r} or {other!r}", text=text, one=one, other=other
        )
    if found[0] < 0:
        raise BadInput("expected a figure of at least 0, got {text!r}", text=text)
    return found[0], beside
