"""Sensitivity for people: whether any input changes the choice, then how far each moves it, then what to measure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrantysim.report import figures
from warrantysim.report.compare_page import Page
from warrantysim.report.rows import rows_of
from warrantysim.report.wording import Lang, say

if TYPE_CHECKING:
    from warrantysim.analysis.information import Information, Stability
    from warrantysim.analysis.tornado import Tornado
    from warrantysim.scenario.root import Scenario

MOST = 25
"""Inputs shown; --out and --json hold all."""


def sensitivity_report(
    found: Tornado,
    names: tuple[str, str],
    world: Scenario,
    seed: int,
    stable: Stability | None = None,
    known: Information | None = None,
    lang: Lang = "en",
    width: int = 110,
) -> str:
    """The tornado of the difference between two cases, and what knowing better is worth."""
    page = Page("sensitivity", lang, width)
    currency, n = world.reporting_currency, len(found.stated)
    parts = [page.say("title", new=names[1], now=names[0])]
    facts = {"n": len(found.inputs), "replications": n, "seed": seed, "currency": currency}
    parts += [*page.lines("basis", new=names[1], **facts), ""]
    whole = found.interval
    ends = {"low": figures.whole(float(whole.low)), "high": figures.whole(float(whole.high))}
    parts += page.lines("stated", new=names[1], currency=currency, mean=figures.signed(float(whole.mean)), **ends)
    flipping = [one.name for one, flips in zip(found.inputs, found.flips, strict=True) if flips]
    parts += page.lines("flips", names=", ".join(flipping)) if flipping else page.lines("no_flip")
    if stable is not None:
        r = rows_of(stable.table())[0]
        regret = figures.whole(r["regret"])
        share = figures.share(r["stability"], 0)
        parts += page.lines("stable", name=r["recommended"], share=share, currency=currency, regret=regret)
    if known is not None:
        rows = rows_of(known.table())
        first = known.first_to_measure
        worth = {"value": figures.whole(rows[0]["net"]), "perfect": figures.whole(known.perfect)}
        parts += page.lines("measure", name=first, currency=currency, **worth) if first else page.lines("measure_none")
    yes = say("word.yes", lang)
    rows = rows_of(found.table())[:MOST]
    body = [
        [r["input"], f"{r['low']:g} .. {r['high']:g}", figures.signed(r["at_low"]), figures.signed(r["at_high"]),
         figures.whole(r["swing"]), figures.whole(r["swing_half_width"]), yes if r["flips"] else "", r["reason"]]
        for r in rows
    ]  # fmt: skip
    columns = "input range:2 at_low at_high swing width flips:1 reason:3"
    parts += page.section(page.say("tornado"), page.table(columns, body))
    if known is not None:
        body = [[r["input"], figures.whole(r["net"]), figures.whole(r["noise"])] for r in rows_of(known.table())[:MOST]]
        parts += page.section(page.say("information"), page.table("input worth noise", body))
    return "\n".join([*parts, "", page.provenance(world, seed)])
