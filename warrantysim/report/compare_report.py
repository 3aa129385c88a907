"""A comparison for people: what differs in the inputs, what that costs, how sure it is, and what makes it up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from warrantysim.report import figures
from warrantysim.report.compare_page import Page
from warrantysim.report.field_names import unit_name
from warrantysim.report.rows import rows_of
from warrantysim.report.step_text import step_text
from warrantysim.report.wording import Lang, named, say

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.bridge import Bridge
    from warrantysim.analysis.what_if import WhatIf

MOST_INPUTS = 30
"""Input differences a case shows; further ones are counted."""
BY = ("market", "product_category", "sku")
"""What costs are shown by."""


def compare_report(found: WhatIf, lang: Lang = "en", width: int = 110) -> str:
    """The comparison as text: input differences always stand above the results."""
    page = ComparePage("compare", lang, width)
    result = found.comparison
    base, world = result.cases[result.baseline].name, result.cases[result.baseline].world
    basis = {"replications": len(result.replications), "seed": result.seed, "level": figures.level(result.level)}
    parts = [page.say("title", name=base)]
    parts += page.lines("basis", **basis, currency=world.reporting_currency, name=base)
    parts += page.inputs(found)
    parts += ["", *page.lines("partial")] if found.cancelled else [""]
    if result.replications:
        parts += [line for text in page.answer(found) for line in text]
        parts += [line for text in page.sections(found) for line in text]
    return "\n".join([*parts, "", page.provenance(world, result.seed)])


class ComparePage(Page):
    """One comparison."""

    def inputs(self, found: WhatIf) -> list[str]:
        """What every case states otherwise than the baseline."""
        frame = found.comparison.inputs()
        out: list[str] = []
        for i in found.comparison.others:
            name = found.comparison.cases[i].name
            rows = [
                [r["path"], r["old"], r["new"], unit_name(r["unit"], self.lang)]
                for r in rows_of(frame[frame["case"] == name])
            ]
            if not rows:
                out += ["", *self.lines("inputs_none", case=name)]
                continue
            body = self.table("path old new unit:1", rows[:MOST_INPUTS], 4)
            out += self.section(self.say("inputs", case=name), body)
            if len(rows) > MOST_INPUTS:
                out += self.lines("inputs_more", n=len(rows) - MOST_INPUTS)
        return out

    def answer(self, found: WhatIf) -> Iterator[list[str]]:
        """One sentence a case, and how much the shared luck helped."""
        result = found.comparison
        base = result.cases[result.baseline]
        for r in rows_of(result.costs(())):
            yield self.lines(
                r["verdict"], case=r["case"], base=base.name, **self.amounts(r, base.world.reporting_currency)
            )
            if r["verdict"] in ("lower", "higher"):
                widths = {
                    k: figures.plus_minus(r[c])
                    for k, c in (("paired", "half_width"), ("unpaired", "unpaired_half_width"))
                }
                yield self.lines("paired", **widths)
            elif r["verdict"] == "identical" and len(result.changes(r["case"])):
                yield self.lines("unused")
        for name, reaction in found.reactions.items():
            r = rows_of(reaction.table())[2]
            key = "reaction_pays" if r["verdict"] == "higher" else "reaction_not"
            yield self.lines(key, case=name, **self.amounts(r, base.world.reporting_currency))

    def amounts(self, r: Mapping[str, Any], currency: str) -> dict[str, str]:
        """Figures of one difference, sizes of what it is called less or more by."""
        sign = -1.0 if r["verdict"] == "lower" else 1.0
        ends = sorted((sign * r["low"], sign * r["high"]))
        return {
            "currency": currency,
            "amount": figures.whole(sign * r["difference"]),
            "signed": figures.signed(r["difference"]),
            "low": figures.whole(ends[0]),
            "high": figures.whole(ends[1]),
            "p": figures.share(r["p_lower"], 0),
            "needed": figures.count(r["needed"]),
        }

    def sections(self, found: WhatIf) -> Iterator[list[str]]:
        """Tables."""
        result = found.comparison
        base = result.cases[result.baseline].name
        apart = self.apart(found)
        if not apart and not found.reactions:
            return
        yield self.section(self.say("kinds"), self.differences(result.yearly(), apart))
        yield self.section(self.say("service"), self.differences(result.service(), apart, "p_lower"))
        if result.carbon and apart:
            yield ["", *self.lines("carbon", method=self.carbon(result.carbon))]
        for by in BY:
            yield self.section(self.say(f"by_{by}"), self.differences(result.costs((by,)), apart, by=by))
        for name in apart:
            yield self.section(
                self.say("by_category", base=base, case=name), self.bridge(found.categories[name], base, name)
            )
        for name, bridge in found.drivers.items():
            if name not in apart:
                continue
            yield self.section(self.say("by_driver", base=base, case=name), self.bridge(bridge, base, name))
            key = "method_merged" if "other" in bridge.names else "method"
            yield self.lines(key, n=len(bridge.names))
        for name, reaction in found.reactions.items():
            rows = [
                [named("reading", r["reading"], self.lang), *self.figures(r, whole=True), self.verdict(r)]
                for r in rows_of(reaction.table())
            ]
            columns = "reading baseline:3 value:3 difference interval p_lower:2 verdict"
            yield self.section(self.say("reaction", case=name), self.table(columns, rows))

    def carbon(self, method: str) -> str:
        """The carbon method in words, part by part."""
        return ", ".join(named("carbon", part, self.lang) for part in method.split(", "))

    def apart(self, found: WhatIf) -> list[str]:
        """Cases that differ from the baseline in anything; of the others all there is to say is that they do not."""
        result = found.comparison
        rows = [r for frame in (result.yearly(), result.service()) for r in rows_of(frame)]
        return list(dict.fromkeys(r["case"] for r in rows if r["verdict"] != "identical"))

    def differences(self, frame: pd.DataFrame, apart: list[str], p: str = "p", by: str = "measure") -> str:
        """Rows of paired differences; the case named only where there are several."""
        many = len(frame["case"].unique()) > 1
        out = []
        for r in rows_of(frame[frame["case"].isin(apart)]):
            label = named(by, r[by], self.lang) or say("disposition.", self.lang)
            line = [label, *self.figures(r, r["unit"] == "money"), self.verdict(r)]
            out.append([r["case"], *line] if many else line)
        columns = f"what baseline value:3 difference interval {p}:2 verdict:1"
        return self.table(f"case {columns}" if many else columns, out, 2 if many else 1)

    def figures(self, r: Mapping[str, Any], whole: bool) -> list[str]:
        """Baseline, case, difference, interval, share of years in which the case is lower."""
        size = max(abs(r["baseline"]), abs(r["value"]))
        if whole or size >= 100 or size != size:
            texts = [figures.whole(r["baseline"]), figures.whole(r["value"]), figures.signed(r["difference"])]
            return [*texts, figures.interval(r["low"], r["high"]), self.lower(r)]
        digits = 4 if size < 1 else 1
        texts = [f"{r[c]:.{digits}f}" for c in ("baseline", "value")]
        texts.append(f"{r['difference']:+.{digits}f}")
        return [*texts, f"{r['low']:.{digits}f} .. {r['high']:.{digits}f}", self.lower(r)]

    def lower(self, r: Mapping[str, Any]) -> str:
        """Share of years in which the case is lower; nothing where no year tells them apart."""
        return "" if r["verdict"] == "identical" else figures.share(r["p_lower"], 0)

    def verdict(self, r: Mapping[str, Any]) -> str:
        """What may be said of a difference."""
        if r["verdict"] == "no detectable difference":
            return say("verdict.needed", self.lang, n=figures.count(r["needed"]))
        return named("verdict", r["verdict"], self.lang)

    def bridge(self, bridge: Bridge, base: str, case: str) -> str:
        """From one cost to the other, step by step."""
        rows = [[base, figures.whole(bridge.start.mean()), ""]]
        for r in rows_of(bridge.table()):
            if r["adds"] or r["half_width"]:
                label = step_text(r["step"], tuple(r["contents"].split(", ")), self.lang)
                rows.append([label, figures.signed(r["adds"]), figures.interval(r["low"], r["high"])])
        rows.append([case, figures.whole(bridge.end.mean()), ""])
        return self.table("step adds interval:1", rows, total=True)
