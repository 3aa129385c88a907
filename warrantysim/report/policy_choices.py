"""The rules a decision leaves one to choose from, each under a name that says what it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from warrantysim.locale.wording import LANGUAGES, say
from warrantysim.report.decision_files import recommended

if TYPE_CHECKING:
    from warrantysim.decision.decide import Decision
    from warrantysim.schema.policy import Policy
    from warrantysim.schema.root import Scenario

CHOICES = ("recommended", "hand")
"""As recommended, and as agents get it; set by hand."""


def policy_chosen(choice: str, decision: Decision, scenario: Scenario, by_hand: Policy | None = None) -> Policy:
    """A policy with a name, a title in both languages, and why.

    Raises
    ------
    ValueError
        For an unknown choice, or the one set by hand where none is given.
    """
    found = recommended(decision, scenario)
    if choice == "recommended":
        return found
    if choice != "hand" or by_hand is None:
        raise ValueError(f"expected one of {', '.join(CHOICES)}, the last with its rules, got {choice!r}")
    return _titled(by_hand, "by-hand", "policy.title_hand", say("policy.why_hand", why=found.why))


def policy_ticked(decision: Decision, scenario: Scenario, names: Collection[str]) -> Policy:
    """Today's policy with the named changes of a decision and no others; it says what differs from what is taken."""
    from warrantysim.decision.changes import ticked
    from warrantysim.journeys.world import world_of

    taken = {change.name for change in decision.changes if change.taken}
    if set(names) == taken:
        return recommended(decision, scenario)
    policy = ticked(world_of(scenario), decision.full, decision.changes, names)
    said = [
        say(f"decision.{key}", names=", ".join(sorted(those)))
        for key, those in (("also", set(names) - taken), ("without", taken - set(names)))
        if those
    ]
    return _titled(policy, "ticked", "policy.title_ticked", " ".join(said))


def _titled(policy: Policy, name: str, key: str, why: str) -> Policy:
    from warrantysim.schema.markets import Title

    titles = [say(key, lang) for lang in LANGUAGES]
    return policy.replace(name=name, title=Title(en=titles[0], zh=titles[1]), why=why)
