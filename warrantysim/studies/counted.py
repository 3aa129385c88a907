"""What operations and quality share: rules of one scenario whose years are run again and counted, columns and names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeVar

from pydantic import Field

from warrantysim.analysis.cases import Case
from warrantysim.locale.wording import Lang, named, say
from warrantysim.present.blocks import Choice, Column, Kind, TableOf
from warrantysim.report.field_names import fault_words
from warrantysim.schema.errors import BadInput
from warrantysim.studies.study import Options, Say, Stored, Study, Work, names_of, replications_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.schema.policy import Policy

Counted = TypeVar("Counted")
KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(
        ("visits", "units", "kg", "cost", "value", "claims", "inspected", "recovery", "worth", "sold"), "whole"
    ),
    **dict.fromkeys(("wait_days", "wait_p50", "wait_p90", "wait_p95", "waited_days", "days", "dispatches"), "days"),
    **dict.fromkeys(("came_in", "went_out", "level"), "days"),
    **dict.fromkeys(("cbm", "cost_a_unit", "cost_a_claim", "per_thousand"), "cents"),
    **dict.fromkeys(("utilisation", "waited_share", "kept", "share", "nff_share"), "tenth"),
}
"""How figures of a column are written; others are texts."""
MOST = 20
"""Rows of a table that a terminal shows."""


def fault_name(fault: str, kind: str, lang: Lang) -> str:
    """``repairable (wheel motor)``; the kind alone where the fault is called like it."""
    term = named("fault_kind", kind, lang)
    if fault == kind or named("fault_kind", kind).startswith(fault.replace("_", " ")):
        return term
    return say("fault.name", lang, fault=fault_words(fault, lang), kind=term)


class CountedOptions(Options):
    """The years counted."""

    first: int = Field(0, ge=0)
    """First year of luck [index, >= 0]."""
    of: str = ""
    """Id of the stored simulation whose years are counted [text]."""


UNSAID = frozenset({"first", "of"})
"""Options that a page states and nobody types."""


def rules_by_name(cases: Sequence[Case]) -> dict[str, Policy]:
    """Rules by name.

    Raises
    ------
    BadInput
        If they are not of one scenario.
    """
    first = cases[0].scenario
    if any(case.scenario is not first and case.scenario != first for case in cases):
        raise BadInput("expected rules of one world")
    return {case.name: case.policy for case in cases}


class CountedStudy(Study[CountedOptions, Stored]):
    """A study that looks more closely at years: rules of one scenario on the same claims. Can be stopped and kept."""

    Options = CountedOptions
    cases = (1, None)
    unsaid = UNSAID

    def about(self, cases: Sequence[Case], found: Stored) -> Mapping[str, Any]:
        """Names of products and markets."""
        return names_of(cases[0].scenario)

    def upgrade(self, stored: Stored, version: int, cases: Sequence[Case]) -> Stored:
        """Older runs did not tell what their scenario calls things."""
        return Stored(stored.tables, {**self.about(cases, stored), **stored.facts})

    def counted(self, by: Callable[..., Counted], cases: Sequence[Case], ask: CountedOptions, work: Work) -> Counted:
        """What a count of years comes to."""
        return by(
            cases[0].scenario,
            rules_by_name(cases),
            range(ask.first, ask.first + len(replications_of(cases[0], ask))),
            seed=work.seed,
            **work.means(self.name),
        )


@dataclass(frozen=True)
class Page(Say):
    """Texts of one of the two studies about what was found, with how both write tables."""

    stored: Stored
    """What was found."""

    @classmethod
    def of(cls, group: str, stored: Stored, lang: Lang) -> Self:
        """Texts about what was found in a language."""
        return cls(group, lang, stored.facts, stored)

    @property
    def currency(self) -> str:
        """ISO code of all money."""
        return str(self.facts["currency"])

    @property
    def titles(self) -> dict[str, str]:
        """Every rule by name, with what it is called."""
        return {case: self.case(case) for case in self.facts["cases"]}

    @property
    def everywhere(self) -> str:
        """What all markets together are called."""
        return say("counted.everywhere", self.lang)

    def chosen(self, choice: str, usual: str = "") -> str:
        """What a reader chose."""
        return str(self.facts.get(choice, usual))

    def told(self, name: str, cases: Sequence[str]) -> pd.DataFrame | None:
        """Rows of a table that are about these rules; None where there is no such table."""
        frame = self.stored.table(name)
        return None if frame is None else frame[frame["case"].isin(list(cases))].reset_index(drop=True)

    def markets(self, table: str) -> Choice:
        """The choice of a market among those of a table."""
        known = sorted(set(self.stored.tables[table]["market"]) - {""})
        values = {"": self.everywhere, **{market: self.market(market) for market in known}}
        return Choice("market", say("counted.market", self.lang), values)

    def measured(self, key: str, **more: Any) -> Column:
        """A column under its heading."""
        heading = named("floor_column", key, self.lang).format(currency=self.currency)
        return Column(key, heading, more.pop("kind", KINDS.get(key, "text")), **more)

    def table(self, name: str, title: str, frame: pd.DataFrame, *columns: str | Column) -> TableOf:
        """A table; a terminal shows its first rows."""
        shown = [self.measured(one) if isinstance(one, str) else one for one in columns]
        more = say("counted.more", self.lang, n=max(2, len(frame) - MOST))
        return TableOf(name, title, frame, shown, MOST, more)
