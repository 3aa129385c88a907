"""Break-even and switching map for people: where the best changes first, then what was looked at."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from warrantysim.locale.wording import Lang
from warrantysim.report import figures
from warrantysim.report.compare_page import Page
from warrantysim.report.lever_text import lever_text, lever_with_unit
from warrantysim.report.tables import Column, heading, table

if TYPE_CHECKING:
    from warrantysim.analysis.breakeven import BreakEven
    from warrantysim.analysis.switching import SwitchingMap
    from warrantysim.scenario.root import Scenario


def renamed(found: BreakEven, titles: Mapping[str, str]) -> BreakEven:
    """A search whose alternatives go by other names."""
    switches = tuple(
        replace(s, below=titles.get(s.below, s.below), above=titles.get(s.above, s.above)) for s in found.switches
    )
    return replace(found, switches=switches, scan=tuple((x, titles.get(name, name)) for x, name in found.scan))


def figure(x: float) -> str:
    """A position, six digits."""
    return f"{x:.6g}"


def breakeven_report(
    found: BreakEven,
    names: list[str],
    world: Scenario,
    replications: int,
    seed: int,
    lang: Lang = "en",
    width: int = 110,
) -> str:
    """Where the best changes along one lever."""
    page = Page("breakeven", lang, width)
    stated = "-" if math.isnan(found.stated) else figure(found.stated)
    low, high = figure(found.low), figure(found.high)
    lever = lever_text(found.lever, lang)
    parts = [page.say("title", lever=lever_with_unit(world, found.lever, lang))]
    facts = {"replications": replications, "seed": seed, "stated": stated, "lever": lever}
    names_told = page.say("names_and").join(names)
    parts += [*page.lines("basis", names=names_told, low=low, high=high, **facts), ""]
    parts += page.lines("partial") if found.cancelled else []
    if found.winner is not None:
        parts += page.lines("always", name=found.winner, low=low, high=high)
    for s in found.switches:
        ends = [figure(x) if math.isfinite(x) else page.say("beyond") for x in (s.low, s.high)]
        parts += page.lines("switch", below=s.below, above=s.above, at=figure(s.at), from_=ends[0], to=ends[1])
    rows = [
        [figure(x), name, figures.whole(ahead), figures.plus_minus(width)]
        for (x, name), (ahead, width) in zip(found.scan, found.leads, strict=True)
    ]
    parts += page.section(
        page.say("scan", currency=world.reporting_currency), page.table("position best lead width", rows, 2)
    )
    return "\n".join([*parts, "", page.provenance(world, seed)])


def map_report(found: SwitchingMap, world: Scenario, seed: int, lang: Lang = "en", width: int = 110) -> str:
    """Which is best over two levers."""
    page = Page("breakeven", lang, width)
    x, y = (lever_with_unit(world, name, lang) for name in (found.x_lever, found.y_lever))
    parts = [page.say("map_title", x=x, y=y), ""]
    parts += page.lines("partial") if found.cancelled else []
    for k, name in enumerate(found.names):
        mine = found.winner == k
        if mine.any():
            clear = int((mine & found.clear).sum())
            parts += page.lines("map_answer", name=name, n=int(mine.sum()), of=found.winner.size, clear=clear)
    columns = [Column(""), *(Column(figure(place)) for place in found.x)]
    rows = [
        [
            figure(place),
            *(_winner(found, k, sure) for k, sure in zip(found.winner[j], found.clear[j], strict=True)),
        ]
        for j, place in enumerate(found.y)
    ]
    parts += [heading(page.say("map", x=x, y=y)), table(columns, rows, width)]
    return "\n".join([*parts, "", page.provenance(world, seed)])


def _winner(found: SwitchingMap, place: int, sure: bool) -> str:
    """Who is best at a place; nothing where it was not looked at."""
    return "" if place < 0 else found.names[place] + ("" if sure else " *")
