"""A policy as the YAML a person would write: what ``--policy`` reads is what ``decide`` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import say

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.schema.policy import EvidenceRule, Policy, Rule, Zone
    from warrantysim.schema.root import Scenario

_BARE = re.compile(r"^[A-Za-z\u4e00-\u9fff][A-Za-z0-9_\u4e00-\u9fff-]*( [A-Za-z0-9_\u4e00-\u9fff-]+)*$")
_READ_AS_SOMETHING_ELSE = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})


def policy_text(policy: Policy, comment: str = "") -> str:
    """A policy file: reading it gives the same policy.

    ``comment`` is put on top, each line of it behind a ``#``.
    """
    lines = [f"# {line}".rstrip() for line in comment.splitlines()]
    lines.append(f"name: {_scalar(policy.name)}")
    if policy.title is not None:
        lines.append(f"title: {{en: {_scalar(policy.title.en)}, zh: {_scalar(policy.title.zh)}}}")
    if policy.why:
        lines.append(f"why: {_scalar(policy.why)}")
    lines.append("rules:")
    for rule in policy.rules:
        lines += _rule(rule)
    if policy.evidence:
        lines.append("evidence:")
        lines += [f"  - {_flow(_evidence(rule))}" for rule in policy.evidence]
    lines.append(f"fallback: [{', '.join(policy.fallback)}]")
    lines.append(f"effective: {_scalar(policy.effective)}")
    return "\n".join(lines) + "\n"


def _rule(rule: Rule) -> Iterator[str]:
    yield f"  - cell: {_flow(rule.cell.stated())}"
    if rule.by != "refund_due":
        yield f"    by: {rule.by}"
    if rule.age_from_days:
        yield f"    age_from_days: {rule.age_from_days:g}"
    if rule.age_to_days is not None:
        yield f"    age_to_days: {rule.age_to_days:g}"
    yield "    zones:"
    for zone in rule.zones:
        yield f"      - {_flow(_zone(zone))}"


def _zone(zone: Zone) -> dict[str, Any]:
    stated: dict[str, Any] = {"from": str(zone.from_), "do": zone.do}
    return stated if zone.partner is None else {**stated, "partner": zone.partner}


def _evidence(rule: EvidenceRule) -> dict[str, Any]:
    stated: dict[str, Any] = {"from": str(rule.from_), "level": rule.level}
    return stated if rule.market is None else {**stated, "market": rule.market}


def _flow(values: dict[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {_scalar(value)}" for key, value in values.items()) + "}"


def _scalar(value: Any) -> str:
    """A value YAML reads back as itself: bare where that is safe, else quoted as JSON, which YAML understands."""
    if not isinstance(value, str):
        return json.dumps(value)
    amount = re.fullmatch(r"(-?\d+)\.0 ([A-Z]{3})|(-?\d+\.\d+ [A-Z]{3})", value)
    if amount:
        return f"{amount[1]} {amount[2]}" if amount[1] else value
    safe = _BARE.match(value) and value.casefold() not in _READ_AS_SOMETHING_ELSE
    return value if safe else json.dumps(value, ensure_ascii=False)


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
    decided: bool
    """Whether somebody put it in force from that day."""


def version_rules(policy: Policy, scenario: Scenario, stamp: Stamp) -> pd.DataFrame:
    """Rules for agents as `agent_rules.csv`, with the stamp in front."""
    from warrantysim.report.agent_rules import agent_rules

    frame = agent_rules(policy, scenario, stamp.from_day)
    frame.insert(0, "status", stamp.status)
    frame.insert(1, "version", stamp.version)
    frame.insert(2, "run", stamp.run_id)
    frame.insert(3, "day_is", "decided" if stamp.decided else "proposed")
    return frame


def version_policy(policy: Policy, stamp: Stamp) -> str:
    """The policy file, with the stamp on top."""
    run, day = stamp.run_id or "-", stamp.from_day or "-"
    key = "version.stamp" if stamp.decided else "version.stamp_proposed"
    return policy_text(policy, say(key, status=stamp.status, version=stamp.version, run=run, day=day))
