"""What cases are called on pages, in charts and reports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from warrantysim.locale.wording import Lang, titled

if TYPE_CHECKING:
    from warrantysim.analysis.cases import Case
    from warrantysim.schema.policy import Policy
    from warrantysim.schema.root import Scenario

AGAIN = " #"
"""What parts a name from the number of the case that has it again."""


def case_titles(cases: Sequence[Case], lang: Lang = "en") -> list[str]:
    """What cases are called, each apart from the others.

    A case called like its scenario goes by the scenario's title, one called like its rule by the rule's, one called
    after both (``base x all-home``) by both; others by their name. So does one whose title another scenario or rule of
    these has too, as a what-if inherits its base's. A number that parts cases of one name (``base #2``) stays.
    """
    found = []
    for case in cases:
        name, mark, number = case.name.partition(AGAIN)
        both = name == f"{case.scenario.name} x {case.policy.name}"
        stated: list[Scenario | Policy] = [one for one in (case.scenario, case.policy) if both or name == one.name]
        apart = [one for one in stated if not any(_inherits(one, other) for other in cases)]
        if both and len(apart) < len(stated):
            apart = []
        own = " × ".join(titled(one.title, one.name, lang) for one in (apart if both else apart[:1]))
        found.append(f"{own}{mark}{number}" if own else case.name)
    return [case.name if found.count(text) > 1 else text for case, text in zip(cases, found, strict=True)]


def titles_by_name(cases: Sequence[Case], lang: Lang = "en") -> dict[str, str]:
    """The same by the names that findings know cases by."""
    return {case.name: title for case, title in zip(cases, case_titles(cases, lang), strict=True)}


def _inherits(one: Scenario | Policy, other: Case) -> bool:
    """Whether a case's scenario or rule of another name has the same title."""
    return any(one.title == each.title and one.name != each.name for each in (other.scenario, other.policy))
