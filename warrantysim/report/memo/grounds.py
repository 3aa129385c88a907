"""What a memo rests on: assumptions, confirmation, limits, checks, provenance, signatures."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from warrantysim.locale.wording import Lang, say
from warrantysim.report import figures
from warrantysim.report.decision_checks import DecisionChecks
from warrantysim.report.field_names import full_name, unit_name
from warrantysim.report.law_report import law_heads, law_legend, law_rows
from warrantysim.report.memo.checks import checks
from warrantysim.report.memo.facts import Memo
from warrantysim.report.memo.markup import Child, Markup, element, short
from warrantysim.report.memo.parts import grid, section
from warrantysim.report.rows import rows_of

if TYPE_CHECKING:
    from warrantysim.schema.assumptions import Assumption
    from warrantysim.schema.root import Scenario

MOST_ASSUMED = 5
"""Assumptions that are shown."""
LIMITS = ("luck", "prices", "estimates", "demand", "seller")
"""What is not modelled, most weighty first."""
CONFIRMED = 3
"""Sentences of a decision's checks that say how it was confirmed: years, prediction against simulation, rounding."""


def assumptions(memo: Memo, lang: Lang) -> Markup:
    """The assumptions that matter most, each with its range, source and mark."""
    world = memo.change.scenario
    stated = {row.path: row for row in world.assumptions}
    if not stated and memo.tornado is None:
        return section("assumptions", lang, element("p", say("memo.assumed_none", lang)))
    ranked = memo.tornado is not None
    rows: list[list[Child]] = []
    if memo.tornado is not None:
        for found in rows_of(memo.tornado)[:MOST_ASSUMED]:
            # The tornado holds new less now: a saving is the other way round.
            ends = figures.interval(*sorted((-found["at_low"], -found["at_high"])))
            rows.append([*_assumed(stated.get(found["input"]), found["input"], world, lang), ends])
    else:
        rows = [_assumed(row, row.path, world, lang) for row in widest(world)[:MOST_ASSUMED]]
    heads = [say(f"memo.column.{key}", lang) for key in ("assumption", "source", "stated", "range")]
    if ranked:
        heads.append(say("memo.column.effect", lang, currency=memo.change.currency))
    caption = say("memo.assumed_ranked" if ranked else "memo.assumed", lang, n=len(stated))
    return section("assumptions", lang, grid(heads, rows, 3 if ranked else 2, caption))


def _assumed(row: Assumption | None, path: str, world: Scenario, lang: Lang) -> list[Child]:
    from warrantysim.experiment.levers import Lever
    from warrantysim.schema.errors import ScenarioError

    try:
        value = f"{Lever(path).stated(world):g}"
    except (ValueError, ScenarioError):
        value = ""
    if row is None:
        return [short(full_name(path, lang)), "", value, ""]
    why = element("small", short(row.reason))
    named = (short(full_name(path, lang)), element("br"), why)
    unit = short(unit_name(row.unit, lang))
    return [named, f"{short(row.source)} ({row.mark})", value, f"{row.low:g} .. {row.high:g} {unit}"]


def widest(world: Scenario) -> list[Assumption]:
    """Assumptions, those whose ends lie furthest apart for their size first; of a kind that is stated market by market
    or product by product the widest one only."""

    def width(row: Assumption) -> float:
        middle = (abs(row.low) + abs(row.high)) / 2
        return (row.high - row.low) / middle if middle else 0.0

    def kind(row: Assumption) -> str:
        parts = re.sub(r"\[[^]]*\]", "", row.path).split(".")
        return ".".join("*" if part in world.markets else part for part in parts)

    kinds: dict[str, Assumption] = {}
    for row in sorted(world.assumptions, key=lambda row: (-width(row), row.mark, row.path)):
        kinds.setdefault(kind(row), row)
    return list(kinds.values())


def law(memo: Memo, lang: Lang) -> Markup | None:
    """What the law costs; nothing where no decision says or nothing is demanded."""
    if memo.decision is None or not (rows := law_rows(memo.decision, memo.change.scenario, lang)):
        return None
    heads = law_heads(memo.decision, memo.change.scenario, lang)
    return section("law", lang, grid(heads, rows, 3, law_legend(memo.change.scenario, lang)))


def confirmed(memo: Memo, lang: Lang) -> Markup:
    """How the figures were come by, and what the scenario changes of its base."""
    said = [say("memo.same_claims", lang, n=len(memo.change.result.complete))]
    if memo.decision is not None:
        every = DecisionChecks(memo.decision, memo.change.scenario, lang, 10_000).sentences()
        said += [text for text, _ in zip(every, range(CONFIRMED), strict=False)]
    if memo.changes:
        said.append(say("memo.changed", lang, changes=short("; ".join(memo.changes), 600)))
    return section("how", lang, element("ul", [element("li", text) for text in said]))


def limits(lang: Lang) -> Markup:
    """What the model leaves out."""
    return section("limits", lang, element("ul", [element("li", say(f"memo.limit.{key}", lang)) for key in LIMITS]))


def checked(memo: Memo, lang: Lang) -> Markup:
    """Every check with both of its sums."""
    found = list(checks(memo))
    rows: list[list[Child]] = [
        [
            say(f"memo.check.{check.key}", lang),
            "" if math.isnan(check.one) else figures.cents(check.one),
            "" if math.isnan(check.other) else figures.cents(check.other),
            say("memo.ok" if check.passed else "memo.not_ok", lang),
        ]
        for check in found
    ]
    heads = [say(f"memo.column.{key}", lang) for key in ("check", "first", "other", "result")]
    text = say("memo.passed", lang, n=len(found), passed=sum(check.passed for check in found))
    return section("checks", lang, grid(heads, rows, 3, text))


def provenance(memo: Memo, lang: Lang) -> Markup:
    """Run, scenario, model, seed and versions."""
    from warrantysim.schema.digest import digest
    from warrantysim.version import __version__

    p, c = memo.provenance, memo.change
    facts = {
        "run": p.run_id,
        "confirmed_by": p.confirmed_by,
        "scenario": short(c.scenario.name),
        "digest": digest(c.scenario),
        "model": p.model or f"warrantysim {__version__}",
        "seed": str(c.result.seed),
        "replications": str(len(c.result.complete)),
        "made": f"{p.made[:10]} {p.made[11:16]} UTC" if p.made else "",
        "packages": ", ".join(f"{name} {version}" for name, version in p.packages.items()),
    }
    pairs = [(element("dt", say(f"memo.fact.{key}", lang)), element("dd", text)) for key, text in facts.items() if text]
    return section("provenance", lang, element("dl", pairs))


def signed(memo: Memo, lang: Lang) -> Markup:
    """The sign-off block; who proposed and approved alone is told so."""
    rows: list[list[Child]] = [
        [say(f"memo.sign.{s.role}", lang), short(s.who), s.on, short(s.note, 300)] for s in memo.signatures
    ]
    heads = [say(f"memo.column.{key}", lang) for key in ("role", "name", "day", "note")]
    by = {s.role: s.who.strip().casefold() for s in memo.signatures}
    alone = by.get("approved") and by.get("approved") == by.get("proposed")
    warning = element("p", say("memo.sign.same", lang), class_="warn") if alone else None
    return section("sign", lang, grid(heads, rows, 0, class_="sign"), warning)
