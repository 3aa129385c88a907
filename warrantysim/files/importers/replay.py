"""A seller's own claims played again: rows of ``claims_table`` and a what-if that takes them in place of drawn ones.

The claims of the last year of a log come again in the year the scenario decides for, each on its day of the year: fees
and rate cards are then those that hold, and ages, prices and symptoms as they were. What a log leaves unknown is drawn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from warrantysim.schema.errors import Message, refuse, told
from warrantysim.schema.plain_text import delimited
from warrantysim.schema.products import SYMPTOMS
from warrantysim.schema.root import Scenario

TABLE, WHAT_IF = "replay-claims.csv", "replay.yaml"
"""What the two files are called."""
DAYS = 365
"""The claims of how many days are played: the last [days]."""
_WHAT_IF = """\
extends: {extends}
name: replay
title: {{en: own claims of {first} to {last}, zh: {first} 至 {last} 的自有索赔}}
why: our own claims, as the helpdesk logged them, in place of drawn ones
tables: {{claims_table: {table}}}
set:
  claims_table_mode: instead
"""


@dataclass(frozen=True)
class Replay:
    """Own claims, ready to be played."""

    table: str
    """The rows, as CSV [text]."""
    what_if: str
    """The what-if that takes them [text]."""
    rows: int
    """Claims that are played [claims]."""
    left_out: Mapping[Message, int]
    """Claims that are not, by reason [claims]."""


def replay(claims: pd.DataFrame, scenario: Scenario, extends: str) -> Replay:
    """The claims of the last year of the books.

    Parameters
    ----------
    claims : the table of the books.
    extends : the scenario's file as the what-if names it.

    Raises
    ------
    ScenarioError
        If there is no claim that can be played.
    """
    left: Counter[Message] = Counter()
    last = claims["opened"].max()
    first = last - pd.Timedelta(days=DAYS - 1) if len(claims) else last
    sold = {(row.sku, row.market) for row in scenario.sku_markets}
    unsold = ~pd.Series(
        [pair in sold for pair in zip(claims["sku"], claims["market"], strict=True)], index=claims.index
    )
    whole = pd.Series(True, index=claims.index)
    by = _shifts(claims["opened"], scenario)
    for those, reason in (
        (claims["opened"] < first, told("opened before the last {days} days of the log", days=DAYS)),
        (unsold.astype(bool), told("a product or market your scenario does not have")),
        (claims["price"].isna(), told("no price")),
        (~_within(claims["opened"] + by, scenario), told("a day of the year the horizon does not have")),
    ):
        left[reason] += int((those & whole).sum())
        whole &= ~those
    played = claims[whole]
    if played.empty:
        raise refuse(TABLE, "no claim of the books can be played: none has a price, a product and a market of yours")
    faults = {(row.sku, row.fault) for row in scenario.faults}
    shift, known = by[whole], zip(played["sku"], played["finding"], strict=True)
    rows = pd.DataFrame(
        {
            "claim": [f"{number:06d}" for number in range(1, len(played) + 1)],
            "opened": played["opened"] + shift,
            "sku": played["sku"],
            "market": played["market"],
            "channel": played["channel"].where(played["channel"].isin(list(scenario.channels)), ""),
            "value": played["price"],
            "symptom": played["symptom"].where(played["symptom"].isin(SYMPTOMS), ""),
            "fault": [fault if (sku, fault) in faults else "" for sku, fault in known],
            "bench_minutes": played["repair_minutes"],
            "delivered": played["delivered"].fillna(played["sold"]) + shift,
        }
    )
    table = delimited([list(rows.columns), *([_cell(value) for value in row] for row in rows.itertuples(index=False))])
    dates = {"first": f"{first:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"}
    what_if = _WHAT_IF.format(extends=extends, table=TABLE, **dates)
    return Replay(table, what_if, len(played), {reason: n for reason, n in left.items() if n})


def _shifts(opened: pd.Series, scenario: Scenario) -> pd.Series:
    """How far each claim is moved, so that its day of the year falls into the year from the horizon's first day."""
    begin = pd.Timestamp(scenario.horizon.first_day)

    def shift(day: pd.Timestamp) -> pd.Timedelta:
        if pd.isna(day):
            return pd.Timedelta(0)
        moved = day + pd.DateOffset(years=begin.year - day.year)
        return (moved if moved >= begin else day + pd.DateOffset(years=begin.year + 1 - day.year)) - day

    return pd.Series([shift(day) for day in opened], index=opened.index, dtype="timedelta64[ms]")


def _within(opened: pd.Series, scenario: Scenario) -> pd.Series:
    begin = pd.Timestamp(scenario.horizon.first_day)
    return (opened >= begin) & (opened < begin + pd.Timedelta(days=scenario.horizon.days))


def _cell(value: Any) -> Any:
    """A day or a figure as a table states it; nothing where it is not known."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.12g}" if isinstance(value, float) else value
