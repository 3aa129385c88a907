"""Cases and the differences between them in words a finance person can repeat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from warrantysim.report.compare_report import ComparePage
from warrantysim.report.wording import Lang, titled

if TYPE_CHECKING:
    from warrantysim.analysis.cases import Case
    from warrantysim.scenario.policy import Policy
    from warrantysim.scenario.root import Scenario

NO_DIFFERENCE = "no detectable difference"


def case_titles(cases: Sequence[Case], lang: Lang = "en") -> list[str]:
    """What cases are called, each apart from the others.

    A case called like its scenario goes by the scenario's title, one called like its rule by the rule's, others by
    their name; so does one whose title another scenario or rule of these has too, as a what-if inherits its base's.
    """
    found = []
    for case in cases:
        stated: list[Scenario | Policy] = [one for one in (case.world, case.policy) if case.name == one.name]
        own = next((one for one in stated if not any(_inherits(one, other) for other in cases)), None)
        found.append(case.name if own is None else titled(own.title, case.name, lang))
    return [case.name if found.count(text) > 1 else text for case, text in zip(cases, found, strict=True)]


def _inherits(one: Scenario | Policy, other: Case) -> bool:
    """Whether a case's scenario or rule of another name has the same title."""
    return any(one.title == each.title and one.name != each.name for each in (other.world, other.policy))


def verdict_facts(row: Mapping[str, Any], currency: str, lang: Lang = "en") -> dict[str, Any]:
    """Figures of one paired difference for a sentence: amount, its ends, how often cheaper, how many more years.

    ``row``: of `Comparison.costs` or `Reaction.table`.
    """
    return {**ComparePage("compare", lang, 0).amounts(row, currency), "n": more_years(row)}


def more_years(row: Mapping[str, Any]) -> int:
    """Simulated years still to run until the difference can be told from luck; 0 where it can, or never will be."""
    if row["verdict"] != NO_DIFFERENCE or not row["needed"] < float("inf"):
        return 0
    return max(1, round(row["needed"]) - round(row["replications"]))
