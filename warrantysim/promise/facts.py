"""Facts: every figure and name a text for customers may hold, with where it comes from.

Nothing is written out in a template: a text gets its figures from facts alone, so that it changes with its sources.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Unit = Literal[
    "text", "list", "country", "count", "share", "hours", "days", "working_days", "months", "years", "money", "date"
]  # fmt: skip
"""How a value is written: as it stands, as a list of texts, as a country's name, as a number, with the word of its
unit, as money, as a day."""
DAYS_A_MONTH = 365 / 12
"""Length of a month of terms [days]."""


@dataclass(frozen=True)
class Fact:
    """A figure or a name, and where it comes from."""

    name: str
    """The place in texts it fills."""
    value: Any
    """Its value; a mapping by language where people have named it in several."""
    unit: Unit
    """How it is written."""
    source: str
    """Where it comes from: a path of the scenario, a law's article, a quantile simulated [text]."""
    currency: str = ""
    """Of money [ISO code]."""

    def called(self, name: str) -> Fact:
        """The same for another place."""
        return Fact(name, self.value, self.unit, self.source, self.currency)


Facts = Mapping[str, Fact]
"""Facts by name."""


def facts_by_name(*facts: Fact) -> dict[str, Fact]:
    """Facts by name."""
    return {fact.name: fact for fact in facts}


def designation(facts: Facts) -> str:
    """What a warranty is called where it is announced: as US law has it where a fact says so, else plainly."""
    return str(facts["designation"].value) if "designation" in facts else "plain"


def stated_text(name: str, value: str | Mapping[str, str], source: str) -> Fact:
    """A name or another text somebody has stated."""
    return Fact(name, value, "text", source)


def term(name: str, days: float, source: str) -> Fact:
    """A term in months where it is a whole number of them, with their leap days or without, else in days, rounded down.

    Thirty days are no month: nobody is promised more days than are stated.
    """
    months = round(days / DAYS_A_MONTH)
    if months >= 1 and -0.5 <= days - months * DAYS_A_MONTH <= 1.5 + months // 48:
        return Fact(name, months, "months", source)
    return Fact(name, math.floor(days), "days", source)


def day(name: str, value: dt.date, source: str) -> Fact:
    """A day."""
    return Fact(name, value, "date", source)
