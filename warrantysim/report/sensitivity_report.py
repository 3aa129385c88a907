"""Sensitivity for people: whether any input changes the choice, then how far each moves it, then what to measure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from warrantysim.locale.wording import Lang, say
from warrantysim.report import figures
from warrantysim.report.compare_page import Page
from warrantysim.report.field_names import unit_name
from warrantysim.report.lever_text import lever_text
from warrantysim.report.rows import rows_of

if TYPE_CHECKING:
    from warrantysim.analysis.information import Information
    from warrantysim.analysis.sensitivity_study import SensitivityStudy, Together
    from warrantysim.analysis.tornado import Tornado

MOST = 25
"""Inputs or cells shown; --out and --json hold all."""


def sensitivity_report(
    found: SensitivityStudy, lang: Lang = "en", width: int = 110, titles: Mapping[str, str] | None = None
) -> str:
    """The tornado of the difference between two cases, and what knowing better is worth.

    ``titles``: what the cases are called, by name; their names where not given.
    """
    page = SensitivityPage("sensitivity", lang, width, titles or {})
    now, new = (page.called(name) for name in found.names)
    tornado, world = found.tornado, found.world
    facts = {"n": len(tornado.inputs), "replications": len(tornado.stated), "seed": found.seed}
    level = figures.level(tornado.level)
    parts = [page.say("title", new=new, now=now)]
    parts += page.lines("basis", new=new, currency=world.reporting_currency, level=level, **facts)
    parts += ["", *page.lines("partial")] if found.cancelled else [""]
    parts += page.lines("left", n=tornado.left) if tornado.left else []
    parts += [line for text in page.answer(found) for line in text]
    parts += page.section(page.say("tornado"), page.tornado(tornado))
    moving = int((tornado.swing > 0).sum())
    if moving > MOST:
        parts += page.lines("more", n=moving - MOST)
    if moving < len(tornado.inputs):
        parts += page.lines("idle", n=len(tornado.inputs) - moving)
    if found.together is not None:
        parts += page.section(page.say("cells"), page.cells(found.together))
        parts += page.steady(found.together)
        parts += page.section(page.say("information"), page.information(found.together.information))
        parts += page.lines("information_note")
    parts += [line for text in page.spread(found) for line in text]
    return "\n".join([*parts, "", page.provenance(world, found.seed)])


@dataclass(frozen=True)
class SensitivityPage(Page):
    """One study."""

    titles: Mapping[str, str] = field(default_factory=dict)
    """What the cases are called, by name."""

    def called(self, name: str) -> str:
        """What a case is called; its name where it has no title."""
        return self.titles.get(name, name)

    def answer(self, found: SensitivityStudy) -> Iterator[list[str]]:
        """Whether the choice stands, how firmly, and what to measure first."""
        tornado, currency, new = found.tornado, found.world.reporting_currency, self.called(found.names[1])
        whole = tornado.interval
        ends = {"low": figures.signed(float(whole.low)), "high": figures.signed(float(whole.high))}
        yield self.lines("stated", new=new, currency=currency, mean=figures.signed(float(whole.mean)), **ends)
        flipping = [
            lever_text(one.name, self.lang) for one, flips in zip(tornado.inputs, tornado.flips, strict=True) if flips
        ]
        yield (
            self.lines("flips", names=say("sweep.list_and", self.lang).join(flipping))
            if flipping
            else self.lines("no_flip")
        )
        if found.together is None:
            return
        r = rows_of(found.together.whole.table())[0]
        yield self.lines(
            "stable",
            name=self.called(r["recommended"]),
            share=figures.share(r["stability"], 0),
            draws=len(found.together.draws),
            currency=currency,
            regret=figures.whole(r["regret"]),
        )
        known = found.together.information
        first, worth = known.first_to_measure, rows_of(known.table())[0]["net"]
        facts = {"value": figures.whole(worth), "perfect": figures.whole(known.perfect)}
        yield (
            self.lines("measure", name=lever_text(first, self.lang), currency=currency, **facts)
            if first
            else self.lines("measure_none")
        )

    def tornado(self, found: Tornado) -> str:
        """One input at a time, widest first; those that move nothing are left out."""
        yes = say("word.yes", self.lang)
        body = [
            [lever_text(r["input"], self.lang), f"{r['low']:g} .. {r['high']:g} {unit_name(r['unit'], self.lang)}",
             figures.signed(r["at_low"]),
             figures.signed(r["at_high"]), figures.whole(r["swing"]), figures.plus_minus(r["swing_half_width"]),
             yes if r["flips"] else "", r["reason"]]
            for r in rows_of(found.table())[:MOST]
            if r["swing"] > 0
        ]  # fmt: skip
        return self.table("input.24 range:2 at_low at_high swing width flips:1 reason:3", body)

    def cells(self, found: Together) -> str:
        """Cells in which another case is sometimes the cheaper one, least stable first."""
        body = [
            [r["cell"], self.called(r["recommended"]), figures.share(r["stability"], 0), self.called(r["runner_up"]),
             figures.whole(r["regret"])]
            for r in rows_of(found.by_cell.table())[:MOST]
            if r["stability"] < 1
        ]  # fmt: skip
        return self.table("cell best stability runner_up regret", body, 2)

    def steady(self, found: Together) -> list[str]:
        """How many cells are left out there, since no draw changes what is best in them."""
        stability = [r["stability"] for r in rows_of(found.by_cell.table())]
        n = sum(share == 1 for share in stability)
        if n == 0:
            return []
        return ["", *self.lines("steady_all", n=n)] if n == len(stability) else self.lines("steady", n=n)

    def information(self, found: Information) -> str:
        """What knowing an input is worth; those worth nothing are left out."""
        rows = [r for r in rows_of(found.table()) if figures.whole(r["net"]) != "0"][:MOST]
        body = [
            [
                lever_text(r["input"], self.lang),
                figures.whole(r["net"]),
                figures.whole(r["value"]),
                figures.whole(r["noise"]),
            ]
            for r in rows
        ]
        return self.table("input worth raw:1 noise", body)

    def spread(self, found: SensitivityStudy) -> Iterator[list[str]]:
        """Morris' and Sobol's figures of the difference."""
        if found.screening is not None:
            body = [
                [lever_text(r["input"], self.lang), figures.whole(r["mu_star"]),
                 figures.plus_minus(r["mu_star_half_width"]),
                 figures.signed(r["mu"]), figures.whole(r["sigma"])]
                for r in rows_of(found.screening)
            ]  # fmt: skip
            yield self.section(self.say("screening"), self.table("input mu_star width mu sigma", body))
            yield self.lines("screening_note")
        if found.variance is not None:
            body = [
                [
                    lever_text(r["input"], self.lang),
                    *(figures.share(r[c]) for c in ("first", "first_half_width", "total", "total_half_width")),
                ]
                for r in rows_of(found.variance)
            ]
            yield self.section(self.say("variance"), self.table("input alone width whole width", body))
            yield self.lines("variance_note")
