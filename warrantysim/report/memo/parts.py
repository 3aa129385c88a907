"""The sections of a memo, a function each: what is asked, what is recommended, what changes, what it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from warrantysim.locale.wording import Lang, period, say, titled
from warrantysim.report import figures
from warrantysim.report.cell_text import CellText
from warrantysim.report.decision_report import free_text, lowered, robust_text, service_text, ticked_text
from warrantysim.report.lever_text import lever_words
from warrantysim.report.memo.facts import Memo
from warrantysim.report.memo.markup import Child, Markup, drawing, element, short
from warrantysim.report.saving_parts import of_whole

MOST_CELLS = 8
"""Rules that are shown."""


def section(key: str, lang: Lang, *children: Child, **facts: Any) -> Markup:
    """A heading and what stands under it."""
    return element("section", element("h2", say(f"memo.{key}", lang, **facts)), *children)


def grid(heads: Sequence[str], rows: Sequence[Sequence[Child]], numbers: int, caption: str = "", **more: str) -> Markup:
    """A table whose last columns, ``numbers`` of them, are figures."""
    kinds = [None] * (len(heads) - numbers) + ["n"] * numbers
    top = [element("th", head, class_=kind, scope="col") for head, kind in zip(heads, kinds, strict=True)]
    body = [
        element("tr", [element("td", cell, class_=kind) for cell, kind in zip(row, kinds, strict=True)]) for row in rows
    ]
    told = element("caption", caption) if caption else None
    return element("table", told, element("thead", element("tr", top)), element("tbody", body), **more)


def names(memo: Memo, lang: Lang) -> tuple[str, str]:
    """What the two policies are called in a sentence; one an optimizer found has no name of its own."""
    now, new = memo.change.policies
    found = say("policy.title", lang) if memo.decision is not None else new.name
    called = (titled(now.title, now.name, lang), titled(new.title, found, lang))
    return short(lowered(called[0])), short(lowered(called[1]))


def asked(memo: Memo, lang: Lang) -> Markup:
    """What is to be decided."""
    s = memo.change.scenario
    now, new = names(memo, lang)
    claims = figures.whole(float(memo.change.table["claims"].sum()))
    facts = {"skus": len(s.skus), "markets": len(s.markets), "claims": claims, "period": period(s.horizon.days, lang)}
    return section("decision", lang, element("p", say("memo.asked", lang, now=now, new=new, **facts)))


def recommendation(memo: Memo, lang: Lang) -> Markup:
    """The recommendation in a sentence, with its interval; then what of it is cash."""
    c = memo.change
    found, kind = c.saving.interval, c.kind
    sign = -1.0 if kind == "worse" else 1.0
    low, high = sorted((sign * float(found.low), sign * float(found.high)))
    total = c.line("total").now
    text = say(
        f"memo.{kind}",
        lang,
        currency=c.currency,
        saving=figures.whole(sign * float(found.mean)),
        low=figures.whole(low),
        high=figures.whole(high),
        level=figures.level(c.result.level),
        period=period(c.scenario.horizon.days, lang),
        share=figures.share(float(found.mean) / total if total else math.nan),
    )
    split = say(
        "memo.split",
        lang,
        cash=figures.signed(float(c.saving_cash.interval.mean)),
        expected=figures.signed(float(c.saving_expected.interval.mean)),
    )
    more = [element("p", said, class_="soft") for said in _beside(memo, lang)]
    return section(
        "recommendation", lang, element("p", text, class_="answer"), element("p", split, class_="soft"), *more
    )


def _beside(memo: Memo, lang: Lang) -> Iterator[str]:
    """What the decision that chose exactly these rules says of them: ticks, waiting, assumptions, the free optimum."""
    d = memo.change.decided
    if d is None:
        return
    when = period(memo.change.scenario.horizon.days, lang)
    service = service_text(d.service_now, d.service, lang)
    yield from filter(None, (ticked_text(d, lang), service, robust_text(d, lang), free_text(d, when, lang)))


def compared(memo: Memo, lang: Lang) -> Markup:
    """Today beside the proposal: money with cash and expected apart, days, what becomes of claims."""
    c = memo.change
    rows: list[list[Child]] = []
    for line in c.lines:
        text, change = (
            (figures.days, "{:+.1f}".format) if line.measure.startswith("days") else (figures.whole, figures.signed)
        )
        low, high = (change(float(x)) for x in (line.change.low, line.change.high))
        label = say(f"memo.row.{line.measure}", lang, currency=c.currency)
        rows.append([label, text(line.now), text(line.new), change(float(line.change.mean)), f"{low} .. {high}"])
    when = period(c.scenario.horizon.days, lang)
    heads = [say("memo.column.line", lang, period=when)]
    heads += [say(f"memo.column.{key}", lang) for key in ("now", "new", "change", "interval")]
    caption = say("memo.table_caption", lang, replications=len(c.result.complete), level=figures.level(c.result.level))
    return section("table", lang, grid(heads, rows, 4, caption))


def saved(memo: Memo, lang: Lang) -> Markup:
    """The saving in its four parts, customers who give up among them."""
    c = memo.change
    rows: list[list[Child]] = [list(row) for row in of_whole(c.parts, lang)]
    rows.append([say("memo.whole", lang), figures.signed(float(c.saving.interval.mean)), ""])
    heads = [say("memo.column.part", lang), say("memo.column.saves", lang, currency=c.currency)]
    heads.append(say("memo.column.interval", lang))
    return section("parts", lang, grid(heads, rows, 2, say("memo.parts_caption", lang)))


def bridge(memo: Memo, lang: Lang) -> Markup:
    """The waterfall from today's cost to the proposal's."""
    from warrantysim.analysis.bridge import category_bridge
    from warrantysim.analysis.comparison import comparison_of
    from warrantysim.report.charts.bridge import Waterfall, bridge_chart
    from warrantysim.report.charts.theme import Look
    from warrantysim.report.memo.pictures import drawn

    c = memo.change
    start, end = say("memo.bridge_now", lang), say("memo.bridge_new", lang)
    steps = category_bridge(comparison_of([(start, c.result, c.now), (end, c.result, c.new)], 0), 1)
    picture = bridge_chart(Waterfall.of(steps), c.currency, start, end, days=c.scenario.horizon.days, look=Look(lang))
    figure = element(
        "figure",
        drawing(drawn(picture), picture.takeaway, f"bridge-{lang}-"),
        element("figcaption", picture.takeaway),
    )
    return section("bridge", lang, figure)


def cells(memo: Memo, lang: Lang) -> Markup | None:
    """The rules that change, largest effect first."""
    c = memo.change
    rows = sorted(c.rows, key=lambda row: -abs(float(row["saving"])))
    if not rows:
        return None
    text = CellText(c.scenario, lang)
    shown: list[list[Child]] = [
        [
            short(text.name(row)),
            text.now(row),
            text.new(row),
            element("span", text.verdict(row), class_="w"),
            figures.signed(row["saving"]),
            figures.interval(row["saving_low"], row["saving_high"]),
        ]
        for row in rows[:MOST_CELLS]
    ]
    left, rest = rows[MOST_CELLS:], ["", "", ""]
    if left:
        further = math.fsum(float(row["saving"]) for row in left)
        shown.append([say("memo.further", lang, n=len(left)), *rest, figures.signed(further), ""])
    told = math.fsum(float(row["saving"]) for row in rows)
    whole = c.saving.interval
    ends = figures.interval(float(whole.low), float(whole.high))
    shown.append([say("memo.shared", lang), *rest, figures.signed(float(whole.mean) - told), ""])
    shown.append([say("memo.whole", lang), *rest, figures.signed(float(whole.mean)), ends])
    heads = [say(f"memo.column.{key}", lang) for key in ("cell", "now", "new", "verdict")]
    heads += [say("memo.column.saves", lang, currency=c.currency), say("memo.column.interval", lang)]
    facts = {"n": len(rows), "shown": min(len(rows), MOST_CELLS)}
    return section("cells", lang, grid(heads, shown, 2, say("memo.cells_caption", lang, **facts)))


def mind(memo: Memo, lang: Lang) -> Markup:
    """What stored studies say would turn the recommendation."""
    said = list(_turning(memo, lang)) or [say("memo.no_study", lang)]
    return section("mind", lang, element("ul", [element("li", text) for text in said]))


def _turning(memo: Memo, lang: Lang) -> Iterator[str]:
    for found in memo.break_evens:
        ends, lever = {"low": _number(found.low), "high": _number(found.high)}, lever_words(found.lever, lang)
        if not found.switches:
            yield say("memo.switch_never", lang, lever=lever, name=short(str(found.winner)), **ends)
        for switch in found.switches:
            ends = {
                key: say("memo.open_end", lang) if math.isinf(x) else _number(x)
                for key, x in (("low", switch.low), ("high", switch.high))
            }
            facts = {"below": short(switch.below), "above": short(switch.above), "stated": _number(found.stated)}
            yield say("memo.switch", lang, lever=lever, at=_number(switch.at), **ends, **facts)
    if memo.tornado is not None:
        turning = memo.tornado["input"][memo.tornado["flips"]].to_list()
        if turning:
            yield say("memo.flips", lang, names=say("rule.and", lang).join(lever_words(name, lang) for name in turning))
        else:
            yield say("memo.flips_none", lang, n=len(memo.tornado))


def _number(x: float) -> str:
    """A lever's position in four digits."""
    return "" if math.isnan(x) else f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.4g}"
