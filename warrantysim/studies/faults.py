"""What design should fix first: the worth of one point less of each fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from warrantysim.analysis.cases import Case
from warrantysim.analysis.fault_worth import FaultWorth, fault_worth
from warrantysim.locale.wording import Lang, named, say
from warrantysim.present.blocks import Block, Chart, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.field_names import fault_words
from warrantysim.report.rows import rows_of
from warrantysim.studies.counted import fault_name
from warrantysim.studies.study import Options, Say, Stored, Study, Work, names_of, replications_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture

MOST = 25
"""Faults a terminal shows; further ones are counted."""


class FaultsOptions(Options):
    """Nothing but the years simulated."""


class Faults(Study[FaultsOptions, FaultWorth]):
    """A scenario under the rule in force."""

    name = "faults"
    Options = FaultsOptions

    def run(self, cases: Sequence[Case], ask: FaultsOptions, work: Work) -> FaultWorth:
        """As `analysis.fault_worth.fault_worth`."""
        return fault_worth(cases[0], replications_of(cases[0], ask), work.seed, **work.means("faults"))

    def tables(self, found: FaultWorth) -> Mapping[str, pd.DataFrame]:
        """``faults``, a row a fault that makes claims, most worth first."""
        return {"faults": found.table()}

    def facts(self, found: FaultWorth) -> Mapping[str, Any]:
        """Years behind the figures."""
        return {"replications": found.costs.shape[1], "cancelled": found.cancelled}

    def about(self, cases: Sequence[Case], found: FaultWorth) -> Mapping[str, Any]:
        """Names of products."""
        return names_of(cases[0].scenario)

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """Which fault to fix first, then the worth of each."""
        page = Say(self.name, lang, stored.facts)
        blocks: list[Block] = [
            Sentence(page("title", name=page.title("scenario")), "title"),
            *page.basis(policy=page.title("policy")),
        ]
        frame = stored.table("faults")
        if frame is None:
            return [*blocks, page.provenance()]
        rows = rows_of(frame)
        called = _called(page, frame)
        sure = next((k for k, row in enumerate(rows) if row["detectable"]), None)
        if sure is not None:
            row, currency = rows[sure], stored.facts["currency"]
            sizes = {name: figures.whole(row[name]) for name in ("worth", "low", "high")}
            each = figures.cents(row["per_claim"])
            blocks.append(Sentence(page("first", fault=called[sure], each=each, currency=currency, **sizes)))
            if sure:
                above = say("bind.and", lang).join(called[:sure])
                blocks.append(Sentence(page("unsure", faults=above)))
        shown = page.called(frame).assign(
            kind=[named("fault_kind", str(kind), lang) for kind in frame["kind"]],
            fault=[fault_words(str(fault), lang) for fault in frame["fault"]],
        )
        columns = [
            page.headed("sku"),
            page.headed("fault"),
            page.headed("kind", give_up=1),
            page.headed("share", "tenth"),
            page.headed("claims", "whole", give_up=2),
            page.headed("per_claim", "cents"),
            page.headed("worth", "whole", title="point"),
            page.headed("low", "whole", title="interval", ends=("low", "high"), only_ends=True),
        ]
        more = page("more", n=max(2, len(frame) - MOST))
        return [
            *blocks,
            Chart("faults", lambda look: _chart(stored, look)),
            TableOf("faults", page("table"), shown, columns, MOST, more),
            page.provenance(),
        ]


def _called(page: Say, frame: pd.DataFrame) -> list[str]:
    """Each fault with its product."""
    faults = [fault_name(fault, kind, page.lang) for fault, kind in zip(frame["fault"], frame["kind"], strict=True)]
    words = zip(frame["sku"].map(page.product), faults, strict=True)
    return [say("fault.between", page.lang).join(both) for both in words]


def _chart(stored: Stored, look: Look) -> Picture:
    """What one point less of each fault is worth, the largest first."""
    from warrantysim.report.charts.pareto import pareto_chart

    frame = stored.tables["faults"]
    names = _called(Say("faults", look.lang, stored.facts), frame)
    title = say("faults.table", look.lang)
    return pareto_chart(names, list(frame["worth"]), stored.facts["currency"], title=title, look=look)


STUDY = Faults()
