"""A version of a policy as files to hand out: each says whether it is a draft or approved, and which version it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrantysim.locale.wording import say
from warrantysim.report.policy_file import policy_text

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.schema.policy import Policy
    from warrantysim.schema.root import Scenario


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
    """First day in force, as decided, else as proposed; empty where it is neither [date]."""


def version_rules(policy: Policy, scenario: Scenario, stamp: Stamp) -> pd.DataFrame:
    """Rules for agents as `agent_rules.csv`, with the stamp in front."""
    from warrantysim.report.agent_rules import agent_rules

    frame = agent_rules(policy, scenario, stamp.from_day)
    frame.insert(0, "status", stamp.status)
    frame.insert(1, "version", stamp.version)
    frame.insert(2, "run", stamp.run_id)
    return frame


def version_policy(policy: Policy, stamp: Stamp) -> str:
    """The policy file, with the stamp on top."""
    run, day = stamp.run_id or "-", stamp.from_day or "-"
    return policy_text(policy, say("version.stamp", status=stamp.status, version=stamp.version, run=run, day=day))
