"""A version of a policy as files to hand out: each says whether it is a draft or approved, and which version it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from warrantysim.report.policy_file import policy_text
from warrantysim.report.wording import say

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.decision.cells import CellKey
    from warrantysim.scenario.policy import Policy
    from warrantysim.scenario.root import Scenario


@dataclass(frozen=True)
class Stamp:
    """What every file of a version states."""

    status: str
    """DRAFT or APPROVED."""
    version: int
    """Number of the version [count]."""
    run_id: str
    """The stored run that speaks for it; empty where there is none."""
    from_day: str
    """First day in force; empty where it is not decided [date]."""


def version_rules(policy: Policy, scenario: Scenario, stamp: Stamp, cells: Sequence[CellKey] = ()) -> pd.DataFrame:
    """Rules for agents, a line a zone, as `agent_rules.csv` with the stamp in front.

    ``cells``: those to state; all of the scenario's products and markets where none are given.
    """
    from warrantysim.decision.rules_export import agent_rules
    from warrantysim.journeys.world import world_of

    stated = list(cells) or every_cell(scenario)
    since = stamp.from_day or scenario.horizon.first_day.isoformat()
    frame = agent_rules(policy, world_of(scenario), stated, since)
    frame.insert(0, "status", stamp.status)
    frame.insert(1, "version", stamp.version)
    frame.insert(2, "run", stamp.run_id)
    return frame


def every_cell(scenario: Scenario) -> list[CellKey]:
    """Every cell the decision's keys can make where these are products, markets and channels; else the one cell."""
    known = {"sku": scenario.sku_ids, "market": scenario.market_ids, "channel": scenario.channel_ids}
    keys = scenario.decision.cell
    return list(product(*(known[key] for key in keys))) if keys and set(keys) <= set(known) else []


def version_policy(policy: Policy, stamp: Stamp) -> str:
    """The policy file, with the stamp on top."""
    run, day = stamp.run_id or "-", stamp.from_day or "-"
    return policy_text(policy, say("version.stamp", status=stamp.status, version=stamp.version, run=run, day=day))
