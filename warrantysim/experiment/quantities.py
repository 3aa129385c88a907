"""What was billed, as quantity and price: how often each kind of cost arose, in which currency, and what it came to.

A total says what a rule costs; a workbook that finance can recalculate needs the counts behind it. They are read from
the ledger of each run, so that quantity x mean price x exchange rate adds up to the total again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from warrantysim.experiment.births import births
from warrantysim.experiment.frames import labels
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.workers import Workers, results
from warrantysim.money.categories import Category, kind_of
from warrantysim.money.ledger import Ledger
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

BILL_KEYS = ("sku", "market", "route", "partner", "category", "currency")
"""Columns lines are counted by."""
COLUMNS = [
    "policy", "sku", "market", "disposition", "partner", "category", "kind", "currency", "lines", "amount", "reporting",
]  # fmt: skip
"""Columns of the table of quantities."""


@dataclass(frozen=True)
class Bills:
    """Ledger lines in scope of one run by `BILL_KEYS`; all arrays have one entry a group."""

    keys: tuple[np.ndarray, ...]
    """Index of each group, an array a key."""
    lines: np.ndarray
    """Ledger lines [count]."""
    amount: np.ndarray
    """Their sum [currency of the group]."""
    reporting: np.ndarray
    """Their sum [reporting currency]."""
    currencies: tuple[str, ...]
    """ISO codes the last key points into."""


def bills(ledger: Ledger) -> Bills:
    """Count and sum the lines in scope."""
    rows = np.flatnonzero(ledger.in_scope)
    keys = [getattr(ledger, name)[rows].astype(np.int64) for name in BILL_KEYS]
    lows = [int(key.min()) if len(key) else 0 for key in keys]
    sizes = [int((key - low).max()) + 1 if len(key) else 1 for key, low in zip(keys, lows, strict=True)]
    code = np.ravel_multi_index([key - low for key, low in zip(keys, lows, strict=True)], sizes)
    groups, inverse, lines = np.unique(code, return_inverse=True, return_counts=True)
    found = np.unravel_index(groups, sizes)
    return Bills(
        keys=tuple(key + low for key, low in zip(found, lows, strict=True)),
        lines=lines,
        amount=np.bincount(inverse, ledger.amount[rows], len(groups)),
        reporting=np.bincount(inverse, ledger.reporting[rows], len(groups)),
        currencies=ledger.currencies,
    )


def quantities(
    scenario: Scenario,
    policies: Sequence[Policy],
    replications: range,
    *,
    seed: int | None = None,
    jobs: Workers = 1,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Mean quantities and amounts of a replication, by policy and group.

    With the seed and replications of a stored result it is the same luck, so the sums are those of the result.

    Returns
    -------
    Columns policy (its place), sku, market, disposition, partner, category, kind, currency, lines (ledger lines),
    amount (own currency), reporting (reporting currency); what belongs to no product has an empty name there.

    Raises
    ------
    ValueError
        For no replication.
    """
    if not len(replications):
        raise ValueError("expected at least one replication")
    seed = scenario.plan.seed if seed is None else seed
    frames = []
    stream = results(_billed, scenario, tuple(policies), seed, replications, jobs=jobs)
    for done, found in enumerate(stream, start=1):
        frames += [_frame(scenario, k, each) for k, each in enumerate(found)]
        if progress is not None:
            progress(done, len(replications))
    by = COLUMNS[:8]
    sums = pd.concat(frames, ignore_index=True).groupby(by, sort=False)[COLUMNS[8:]].sum()
    return (sums / len(replications)).reset_index().sort_values(by, ignore_index=True)


def _billed(scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int) -> list[Bills]:
    claims = births(scenario, seed, replication)
    return [bills(priced_run(scenario, policy, claims, seed, replication)[1]) for policy in policies]


def _frame(scenario: Scenario, policy: int, found: Bills) -> pd.DataFrame:
    sku, market, route, partner, category, currency = found.keys
    named = {"sku": sku, "market": market, "disposition": route, "category": category}
    partners = {-1: "", **dict(enumerate(scenario.partner_ids))}
    return pd.DataFrame(
        {
            "policy": np.full(len(sku), policy),
            **{name: [labels(scenario, name)[i] for i in column.tolist()] for name, column in named.items()},
            "partner": [partners[i] for i in partner.tolist()],
            "kind": [kind_of(Category(i)).name.lower() for i in category.tolist()],
            "currency": [found.currencies[i] for i in currency.tolist()],
            "lines": found.lines,
            "amount": found.amount,
            "reporting": found.reporting,
        }
    )[COLUMNS]
