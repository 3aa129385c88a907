"""Summaries laid out as frames, and indices given names: what every table is made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from warrantysim.experiment.summary import COST_KEYS, JOURNEY_KEYS, Summary
from warrantysim.journeys.records import Closure, Fate, Route, to_china
from warrantysim.money.categories import Category, Kind, kind_of
from warrantysim.money.ledger import NO_MONTH, Totals
from warrantysim.schema.root import Scenario
from warrantysim.schema.service import EVIDENCE_LEVELS

if TYPE_CHECKING:
    from warrantysim.experiment.result import Result

TOGETHER = 48
"""Summaries added up at once: those of the reference seller are a million lines then [count]."""
RENAMED = {"route": "disposition", "claim_month": "month"}
"""Names of columns for people."""
COST_BY = (*(RENAMED.get(key, key) for key in COST_KEYS), "kind")
"""What costs can be grouped by."""
CLAIMS_BY = tuple(RENAMED.get(key, key) for key in JOURNEY_KEYS)
"""What claims can be counted by."""
YEAR_BY = ("sku", "market", "channel", "disposition", "partner", "symptom", "evidence", "age_band")
"""What days can be grouped by."""


def labels(scenario: Scenario, name: str) -> dict[int, str]:
    """Names of the values of an index column; -1, where there is none, has the empty name."""
    known: dict[str, Sequence[str]] = {
        "sku": scenario.sku_ids,
        "market": scenario.market_ids,
        "channel": scenario.channel_ids,
        "disposition": [route.name.lower() for route in Route],
        "category": [category.name.lower() for category in Category],
        "closure": [closure.name.lower() for closure in Closure],
        "fate": [fate.name.lower() for fate in Fate],
        "kind": [kind.name.lower() for kind in Kind],
        "symptom": scenario.symptom_ids,
        "partner": (*scenario.partner_ids, *scenario.way_ids),
    }
    return {-1: "", **dict(enumerate(known[name]))}


def known_columns(by: Sequence[str], known: Sequence[str]) -> list[str]:
    """The columns asked for.

    Raises
    ------
    ValueError
        Naming one that there is not.
    """
    for name in by:
        if name not in known:
            raise ValueError(f"no column {name!r}; expected some of {', '.join(known)}")
    return list(by)


def partner_codes(scenario: Scenario, route: np.ndarray, partner: np.ndarray) -> np.ndarray:
    """Partners and ways in one numbering: partners first, then ways; -1 where there is none."""
    china = to_china(route)
    return np.where(china & (partner >= 0), partner + len(scenario.partner_ids), partner).astype(np.int64)


def long_frame(result: Result, table: str, by: list[str], kind: str | None) -> pd.DataFrame:
    """Sums of every summary by the named columns, still as indices: policy, replication, by, amount."""
    kept = result.kept
    frames = [
        _of_summaries(result.scenario, kept[first : first + TOGETHER], table, by, kind)
        for first in range(0, len(kept), TOGETHER)
    ]
    if not frames:
        return pd.DataFrame(columns=["policy", "replication", *by, "amount"])
    return pd.concat(frames, ignore_index=True)


def _of_summaries(
    scenario: Scenario, kept: Sequence[Summary], table: str, by: list[str], kind: str | None
) -> pd.DataFrame:
    totals: list[Totals] = [getattr(s, table) for s in kept]
    columns = {
        RENAMED.get(name, name): np.concatenate([one.keys[k] for one in totals]) for k, name in enumerate(totals[0].by)
    }
    amount, which = np.concatenate([one.amount for one in totals]), np.repeat(np.arange(len(kept)), [*map(len, totals)])
    if "category" in columns:
        kinds = np.array([int(kind_of(category)) for category in Category])
        columns["kind"] = kinds[columns["category"]]
    if kind is not None:
        rows = columns["kind"] == Kind[known_columns([kind.upper()], [k.name for k in Kind])[0]]
        columns, amount, which = {name: column[rows] for name, column in columns.items()}, amount[rows], which[rows]
    if "partner" in by and "closure" in columns:
        columns["partner"] = partner_codes(scenario, columns["disposition"], columns["partner"])
    # One number a group, since looking each up by many keys, summary by summary, takes three times as long.
    keys = [which, *(columns[name] for name in by)]
    lows = [int(key.min(initial=0)) for key in keys]
    sizes = [int(key.max(initial=0)) - low + 1 for key, low in zip(keys, lows, strict=True)]
    code = np.ravel_multi_index([key.astype(np.int64) - low for key, low in zip(keys, lows, strict=True)], sizes)
    sums = (
        pd.Series(amount).groupby(code).sum() if by else pd.Series([one.sum() for one in _split(amount, which, kept)])
    )
    found, *groups = np.unravel_index(sums.index.to_numpy(), sizes)
    named = {
        name: (group + low).astype(key.dtype)
        for name, group, low, key in zip(by, groups, lows[1:], keys[1:], strict=True)
    }
    frame = pd.DataFrame({**named, "amount": sums.to_numpy()})
    frame["policy"], frame["replication"] = (
        np.array([getattr(s, name) for s in kept])[found] for name in ("policy", "replication")
    )
    return frame


def _split(amount: np.ndarray, which: np.ndarray, kept: Sequence[Summary]) -> list[np.ndarray]:
    """Amounts of each summary."""
    return np.split(amount, np.cumsum(np.bincount(which, minlength=len(kept)))[:-1])


def wide_frame(result: Result, long: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """A row a policy and group, a column a replication, 0 where a group is absent."""
    wide = long.pivot_table("amount", ["policy", *by], "replication", aggfunc="sum", fill_value=0.0)
    return wide.reindex(columns=list(result.complete), fill_value=0.0)


def side(wide: pd.DataFrame, policy: int, by: list[str]) -> pd.DataFrame:
    """Rows of one policy, indexed by group."""
    here = wide[wide.index.get_level_values("policy") == policy]
    return here.droplevel("policy") if by else here.set_axis([0] * len(here))


def policies_named(result: Result, frame: pd.DataFrame) -> pd.DataFrame:
    """Names of policies in place of their numbers."""
    return frame.assign(policy=[result.names[k] for k in frame["policy"]])


def with_names(scenario: Scenario, frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Names in place of indices."""
    out = frame.copy()
    for name in by:
        if name == "month":
            out[name] = ["" if m == NO_MONTH else scenario.clock.month_label(m) for m in out[name]]
        elif name in {"disputed", "descendant"}:
            out[name] = out[name].astype(bool)
        elif name == "evidence":
            out[name] = [EVIDENCE_LEVELS[level] for level in out[name]]
        elif name != "age_band":
            out[name] = out[name].map(labels(scenario, name))
    return out
