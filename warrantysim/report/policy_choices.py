"""The rules a decision leaves one to choose from, each under a name that says what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrantysim.report.decision_files import recommended
from warrantysim.report.wording import LANGUAGES, say

if TYPE_CHECKING:
    from warrantysim.decision.decide import Decision
    from warrantysim.scenario.policy import Policy
    from warrantysim.scenario.root import Scenario

CHOICES = ("agents", "exact", "hand")
"""As agents get it, rounded; exact; set by hand."""


def policy_chosen(choice: str, decision: Decision, scenario: Scenario, by_hand: Policy | None = None) -> Policy:
    """A policy with a name, a title in both languages, and why.

    Raises
    ------
    ValueError
        For an unknown choice, or the one set by hand where none is given.
    """
    from warrantysim.decision.rules_export import rounded
    from warrantysim.scenario.markets import Title

    exact = recommended(decision, scenario)
    if choice == "exact":
        return exact
    if choice == "agents":
        policy, name = rounded(exact, scenario.decision.rounding), "recommended-rounded"
    elif choice == "hand" and by_hand is not None:
        policy, name = by_hand, "by-hand"
    else:
        raise ValueError(f"expected one of {', '.join(CHOICES)}, the last with its rules, got {choice!r}")
    titles = [say(f"policy.title_{choice}", lang) for lang in LANGUAGES]
    why = exact.why if choice == "agents" else say("policy.why_hand", why=exact.why)
    return policy.replace(name=name, title=Title(en=titles[0], zh=titles[1]), why=why)
