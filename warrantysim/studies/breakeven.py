"""The value of a lever at which another rule or scenario becomes the best, and how surely it lies there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, model_validator

from warrantysim.analysis.break_even import BreakEven, Switch, break_even_of
from warrantysim.analysis.cases import Case
from warrantysim.locale.wording import Lang, say
from warrantysim.present.blocks import Block, Chart, Sentence, TableOf
from warrantysim.report.figures import position
from warrantysim.report.rows import rows_of
from warrantysim.schema.errors import told
from warrantysim.schema.root import Scenario
from warrantysim.studies.study import Options, Say, Stored, Study, Work, replications_of
from warrantysim.studies.turning import USUAL, Turned, lever_title, levers, titles_of
from warrantysim.studies.waiting import wait_column

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture


class BreakEvenOptions(Options):
    """What is turned, and how far."""

    lever: Turned
    """The input that is turned; * turns several [path]."""
    low: float
    """Least position [unit of the lever]."""
    high: float
    """Greatest position [unit of the lever]."""
    factor: bool = False
    """Positions are factors on what is stated."""
    tolerance: float | None = Field(None, gt=0)
    """How closely changes are found; a thousandth of the range where not given [unit of the lever]."""

    @model_validator(mode="after")
    def _upright(self) -> Self:
        if not self.low < self.high:
            raise ValueError(told("expected low below high, got {low:g} and {high:g}", low=self.low, high=self.high))
        return self


class BreakEvenStudy(Study[BreakEvenOptions, BreakEven]):
    """Cases that compete on the same luck; the lever is turned in the scenarios of all alike."""

    name = "breakeven"
    Options = BreakEvenOptions
    cases = (2, None)
    told_in_memo = 3
    turns = 1

    def along(self, *axes: Mapping[str, Any]) -> dict[str, Any]:
        """The lever apart from its ends."""
        ((path, how, low, high),) = ((axis["path"], axis["how"], axis["low"], axis["high"]) for axis in axes)
        return {"lever": {"path": path, "how": how}, "low": low, "high": high}

    def offers(self, option: str, scenario: Scenario, stated: Mapping[str, Any]) -> Sequence[Any]:
        """Levers, and the range of the one that is chosen."""
        ranges = levers(scenario)
        if option == "lever":
            return list(ranges)
        ends = dict(zip(("low", "high"), ranges.get(stated.get("lever", ""), USUAL), strict=True))
        return [ends[option]] if option in ends else ()

    def run(self, cases: Sequence[Case], ask: BreakEvenOptions, work: Work) -> BreakEven:
        """As `analysis.break_even.break_even_of`."""
        return break_even_of(
            cases,
            ask.lever.lever(ask.factor),
            ask.low,
            ask.high,
            replications_of(cases[0], ask),
            work.seed,
            tolerance=ask.tolerance,
            **work.means("positions"),
        )

    def tables(self, found: BreakEven) -> Mapping[str, pd.DataFrame]:
        """``switches``, a row a change of the best, and ``scan``, the positions compared first."""
        import pandas as pd

        rows = [(*where, *lead) for where, lead in zip(found.scan, found.leads, strict=True)]
        columns = ["position", "best", "lead", "half_width"]
        scan = pd.DataFrame(rows, columns=columns)
        return {"switches": found.table(), "scan": scan.assign(p90=found.waits) if found.waits else scan}

    def facts(self, found: BreakEven) -> Mapping[str, Any]:
        """What was looked at."""
        return {
            "lever": found.lever,
            "low": found.low,
            "high": found.high,
            "stated": None if math.isnan(found.stated) else found.stated,
            "best_throughout": found.winner,
            "evaluations": found.evaluations,
            "cancelled": found.cancelled,
        }

    def about(self, cases: Sequence[Case], found: BreakEven) -> Mapping[str, Any]:
        """What the lever is called."""
        return {"lever_titles": titles_of(cases[0].scenario, found.lever)}

    def turning(self, stored: Stored, lang: Lang) -> Iterator[str]:
        """Every change of the best within the range, or that there is none."""
        found = found_in(stored, lang)
        lever = Say(self.name, lang, stored.facts).lever(found.lever)
        ends = {"low": position(found.low), "high": position(found.high)}
        if not found.switches:
            yield say("memo.switch_never", lang, lever=lever, name=str(found.winner), **ends)
        for s in found.switches:
            ends = {
                key: say("memo.open_end", lang) if math.isinf(x) else position(x)
                for key, x in (("low", s.low), ("high", s.high), ("at", s.at), ("stated", found.stated))
            }
            yield say("memo.switch", lang, lever=lever, below=s.below, above=s.above, **ends)

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """Where the best changes, then what was looked at."""
        page, found = Say(self.name, lang, stored.facts), found_in(stored, lang)
        lever = lever_title(stored.facts, found.lever, lang)
        low, high = f"{found.low:.6g}", f"{found.high:.6g}"
        about = {
            "names": page("names_and").join(page.case(name) for name in stored.facts["cases"]),
            "low": low,
            "high": high,
            "lever": lever,
            "stated": "-" if math.isnan(found.stated) else f"{found.stated:.6g}",
        }
        blocks: list[Block] = [Sentence(page("title", lever=lever), "title"), *page.basis(**about)]
        if found.winner is not None:
            blocks.append(Sentence(page("always", name=found.winner, low=low, high=high)))
        for switch in found.switches:
            ends = [f"{x:.6g}" if math.isfinite(x) else page("beyond") for x in (switch.low, switch.high)]
            sides = {"below": switch.below, "above": switch.above, "at": f"{switch.at:.6g}"}
            sure = math.isfinite(switch.low) or math.isfinite(switch.high)
            where = {"from_": ends[0], "to": ends[1]} if sure else {}
            blocks.append(Sentence(page("switch" if sure else "switch_unsure", **where, **sides)))
        if not found.cancelled:
            blocks.append(Chart("breakeven", lambda look: _chart(stored, look)))
        scan = stored.tables["scan"]
        shown = scan.assign(best=[name for _, name in found.scan])
        columns = [page.headed("position", "number"), page.headed("best")]
        if "lead" in scan:
            columns += [
                page.headed("lead", "whole"),
                page.headed("half_width", "plus_minus", title="width"),
            ]
        columns += wait_column(shown, lang)
        heading = page("scan", currency=stored.facts["currency"])
        return [*blocks, TableOf("scan", heading, shown, columns), page.provenance()]


def found_in(stored: Stored, lang: Lang) -> BreakEven:
    """What was found, its cases as they are called in a language."""
    f, page = stored.facts, Say("breakeven", lang, stored.facts)
    switches = stored.table("switches")
    found = BreakEven(
        f["lever"],
        f["low"],
        f["high"],
        math.nan if f["stated"] is None else f["stated"],
        tuple(Switch(**row) for row in ([] if switches is None else rows_of(switches))),
        tuple((row["position"], page.case(row["best"])) for row in rows_of(stored.tables["scan"])),
        f["confidence"],
        f["evaluations"],
        cancelled=stored.cancelled,
    )
    named = tuple(replace(s, below=page.case(s.below), above=page.case(s.above)) for s in found.switches)
    return replace(found, switches=named)


def _chart(stored: Stored, look: Look) -> Picture:
    from warrantysim.report.charts.break_even import break_even_chart

    found = found_in(stored, look.lang)
    return break_even_chart(found, name=lever_title(stored.facts, found.lever, look.lang), look=look)


STUDY = BreakEvenStudy()
