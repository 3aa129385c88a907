"""From a stored run down to one claim: a replication is run again on request, and checked against what is stored."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.experiment.births import births
from warrantysim.experiment.replicate import priced_run
from warrantysim.journeys.records import Closure, Route, Run, to_china
from warrantysim.money.ledger import Ledger
from warrantysim.money.story import StoryLine, story
from warrantysim.store.runs import StoredRun

if TYPE_CHECKING:
    import pandas as pd


class NotTheSame(RuntimeError):
    """The model of today tells another story than the one that was stored."""


@dataclass(frozen=True)
class Retraced:
    """One policy in one replication of a stored run, with every stamp and every ledger line."""

    run: Run
    """Journeys of all claims."""
    ledger: Ledger
    """All ledger lines."""
    policy: str
    """Name of the policy."""
    replication: int
    """Which replication."""

    def story(self, root: int) -> tuple[StoryLine, ...]:
        """What happened to a claim and what it cost, line by line; ``root`` as in `stored_claims`."""
        return story(self.run, self.ledger, root)


def retraced(stored: StoredRun, replication: int | None = None, policy: int | str = 0) -> Retraced:
    """Run one replication of a simulation again, its first complete one where not given.

    Raises
    ------
    ValueError
        If it is not among the stored ones.
    NotTheSame
        If its cost is not the stored one to the last digit: the model has changed since.
    """
    result = stored.result
    held = {s.replication: s for s in result.of(policy)}
    chosen = min(held, default=-1) if replication is None else replication
    if chosen not in held:
        raise ValueError(f"replication {replication} is not among the {len(held)} stored ones")
    scenario, rule = result.scenario, result.policies[result.place(policy)]
    claims = births(scenario, result.seed, chosen)
    run, ledger = priced_run(scenario, rule, claims, result.seed, chosen)
    now, then = ledger.total(in_scope=True), float(held[chosen].costs.amount.sum())
    if not math.isclose(now, then, rel_tol=1e-12, abs_tol=1e-9):
        raise NotTheSame(
            f"run {stored.id} was made by model {stored.version}; today's gives {now:,.2f}, not {then:,.2f}"
        )
    return Retraced(run, ledger, result.names[result.place(policy)], chosen)


def stored_claims(stored: StoredRun, replication: int | None = None, policy: int | str = 0) -> pd.DataFrame:
    """Root claims in scope of one replication, a row each, from disk: nothing is run.

    Returns
    -------
    Columns root, sku, market, channel, value (market currency), disposition, partner, closure, cash, expected, cost
    (reporting currency), days; dearest first.

    Raises
    ------
    ValueError
        If the replication is not among the stored ones.
    """
    import pandas as pd

    result = stored.result
    held = {s.replication: s for s in result.of(policy)}
    chosen = min(held, default=-1) if replication is None else replication
    if chosen not in held:
        raise ValueError(f"replication {replication} is not among the {len(held)} stored ones")
    s, year = result.scenario, held[chosen].year
    frame = pd.DataFrame(
        {
            "root": year.root.astype(np.int64),
            "sku": _names(s.sku_ids, year.sku),
            "market": _names(s.market_ids, year.market),
            "channel": _names(s.channel_ids, year.channel),
            "value": year.value,
            "disposition": [Route(route).name.lower() for route in year.route.tolist()],
            "partner": _partners(s.partner_ids, s.way_ids, year.route, year.partner),
            "closure": [Closure(closure).name.lower() for closure in held[chosen].closure.tolist()],
            "cash": year.cash,
            "expected": year.expected,
            "cost": year.cash + year.expected,
            "days": year.days,
        }
    )
    return frame.sort_values("cost", ascending=False, ignore_index=True, kind="stable")


def _names(names: Sequence[str], places: np.ndarray) -> np.ndarray:
    return np.array(names, dtype=object)[places.astype(np.int64)]


def _partners(partners: Sequence[str], ways: Sequence[str], route: np.ndarray, place: np.ndarray) -> list[str]:
    """Partner of a local repair, way of a return to China, else nothing."""

    def named_one(r: int, k: int) -> str:
        if k < 0:
            return ""
        return ways[k] if to_china(r) else partners[k]

    return [named_one(r, k) for r, k in zip(route.tolist(), place.tolist(), strict=True)]
