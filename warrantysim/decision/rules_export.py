"""Cut-points at round numbers."""

from __future__ import annotations

from warrantysim.schema.amounts import Amount
from warrantysim.schema.policy import Policy


def rounded(policy: Policy, step: float) -> Policy:
    """The policy with every cut-point at a multiple of ``step`` of its currency (ties to even); 0 stays 0.

    Zones that come to share a cut-point keep their order, so that the later one holds.
    """
    rules = []
    for rule in policy.rules:
        zones = [
            zone.replace(from_=Amount(round(zone.from_.value / step) * step, zone.from_.currency))
            for zone in rule.zones
        ]
        # A first zone must begin at 0 even where its successor is rounded down to it.
        rules.append(rule.replace(zones=tuple(zones)))
    return policy.replace(rules=tuple(rules), name=policy.name)
