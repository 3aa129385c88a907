"""Promises to customers, and which share of claims met them: first reply, inspection, resolution."""

from __future__ import annotations

import numpy as np
import pandas as pd

from warrantysim.experiment.year import days_to_resolved
from warrantysim.journeys.records import Records
from warrantysim.schema.clock import HOUR, NEVER
from warrantysim.schema.root import Scenario

REPLY_HOURS, INSPECTION_DAYS = 24, 5
"""First answer within so many hours, inspection within so many weekdays of arrival."""
LONGEST = 60
"""Days up to which resolution is counted."""
COLUMNS = ["market", "promise", "days", "claims", "met"]
"""Columns of the table of promises; an empty market stands for all of them."""


def promises(r: Records, scenario: Scenario, resolved_days: range = range(1, LONGEST + 1)) -> pd.DataFrame:
    """Claims in scope a promise was made to, and those it was kept to, by market and in all.

    ``resolved`` has a row for every number of days asked about; a claimant who never uses the label waits for nobody
    once he has it.

    Returns
    -------
    Columns market, promise (reply, inspection, resolved), days (its limit: calendar days, weekdays for inspection),
    claims, met.
    """
    inspected = np.where(r.tested > NEVER, r.tested, r.bench_start)
    came = r.in_scope & (r.arrived > NEVER) & (inspected > NEVER)
    reply = (r.answered - r.claims.opened) <= REPLY_HOURS * HOUR
    rows = [
        *_kept("reply", 1, r.in_scope & (r.answered > NEVER), reply, r, scenario),
        *_kept("inspection", INSPECTION_DAYS, came, _weekdays(scenario, r.arrived, inspected, came), r, scenario),
    ]
    ended = r.in_scope & (r.resolved > NEVER)
    days = np.full(len(r), np.inf)
    days[ended] = days_to_resolved(r, np.flatnonzero(ended))
    for n in resolved_days:
        rows += _kept("resolved", n, ended, days <= n, r, scenario)
    return pd.DataFrame(rows, columns=COLUMNS)


def _kept(
    promise: str, days: int, among: np.ndarray, kept: np.ndarray, r: Records, scenario: Scenario
) -> list[tuple[str, str, int, int, int]]:
    counts = [
        np.bincount(r.claims.market[rows].astype(np.int64), minlength=len(scenario.market_ids))
        for rows in (among, among & kept)
    ]
    each = [(name, promise, days, int(counts[0][m]), int(counts[1][m])) for m, name in enumerate(scenario.market_ids)]
    return [("", promise, days, int(counts[0].sum()), int(counts[1].sum())), *each]


def _weekdays(scenario: Scenario, begin: np.ndarray, end: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Whether at most `INSPECTION_DAYS` days from Monday to Friday lie between two stamps; closures do not excuse."""
    first = np.datetime64(scenario.clock.date(0), "D")
    kept = np.zeros(len(begin), dtype=bool)
    days = [first + (stamps[among] // (24 * HOUR)).astype("timedelta64[D]") for stamps in (begin, end)]
    kept[among] = np.busday_count(days[0], days[1]) <= INSPECTION_DAYS
    return kept
