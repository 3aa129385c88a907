"""A comparison for people: what differs in the inputs, what that costs, how sure it is, and what makes it up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, named, say, titled
from warrantysim.report import figures
from warrantysim.report.compare_page import Page
from warrantysim.report.field_names import full_name, unit_name
from warrantysim.report.rows import rows_of
from warrantysim.report.step_text import step_text
from warrantysim.report.tables import heading
from warrantysim.report.verdicts import verdict

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.bridge import Bridge
    from warrantysim.analysis.what_if import WhatIf

RULES = "policy."
"""What paths of rules begin with: rules are told by their titles."""
YES_OR_NO = "true|false"
"""Unit of what is either so or not."""
MOST_INPUTS = 30
"""Input differences a case shows; further ones are counted."""
BY = ("market", "product_category", "sku")
"""What costs are shown by."""


def compare_report(found: WhatIf, lang: Lang = "en", width: int = 110) -> str:
    """The comparison as text: input differences always stand above the results."""
    from warrantysim.report.case_titles import case_titles

    result = found.comparison
    names = [case.name for case in result.cases]
    page = ComparePage("compare", lang, width, dict(zip(names, case_titles(result.cases, lang), strict=True)))
    base, world = page.called(names[result.baseline]), result.cases[result.baseline].world
    basis = {"replications": len(result.replications), "seed": result.seed, "level": figures.level(result.level)}
    parts = [page.say("title", name=base)]
    parts += page.lines("basis", **basis, currency=world.reporting_currency, name=base)
    parts += page.ids(names)
    parts += page.inputs(found)
    parts += ["", *page.lines("partial")] if found.cancelled else [""]
    if result.replications:
        parts += [line for text in page.answer(found) for line in text]
        parts += [line for text in page.sections(found) for line in text]
    return "\n".join([*parts, "", page.provenance(world, result.seed)])


@dataclass(frozen=True)
class ComparePage(Page):
    """One comparison."""

    titles: Mapping[str, str] = field(default_factory=dict)
    """What cases are called, by name."""

    def called(self, name: str) -> str:
        """What a case is called; its name where it has no title."""
        return self.titles.get(name, name)

    def ids(self, names: Sequence[str]) -> list[str]:
        """By which name files and programs know each case, where that is not what it is called here."""
        told = [say("compare.id", self.lang, name=n, title=self.called(n)) for n in names if self.called(n) != n]
        return self.lines("ids", names=say("compare.id_and", self.lang).join(told)) if told else []

    def inputs(self, found: WhatIf) -> list[str]:
        """What every case states otherwise than the baseline."""
        frame = found.comparison.inputs()
        out: list[str] = []
        for i in found.comparison.others:
            case = found.comparison.cases[i]
            stated = rows_of(frame[frame["case"] == case.name])
            figured = [r for r in stated if not r["path"].startswith(RULES)]
            rows = [
                [r["path"] if self.lang == "en" else full_name(r["path"], self.lang), *self.values(r)] for r in figured
            ]
            if not stated:
                out += ["", *self.lines("inputs_none", case=self.called(case.name))]
                continue
            out += [heading(self.say("inputs", case=self.called(case.name)))]
            if len(figured) < len(stated):
                base = found.comparison.cases[found.comparison.baseline]
                rules = {
                    key: titled(p.title, p.name, self.lang) for key, p in (("old", base.policy), ("new", case.policy))
                }
                out += self.lines("inputs_rules", n=len(stated) - len(figured), **rules)
            if rows:
                out += [self.table("path.30 old new unit:1", rows[:MOST_INPUTS], 4)]
            if len(rows) > MOST_INPUTS:
                out += self.lines("inputs_more", n=len(rows) - MOST_INPUTS)
        return out

    def values(self, r: Mapping[str, Any]) -> list[str]:
        """Baseline, case and unit of one input; what is either so or not is told by a word."""
        if r["unit"] != YES_OR_NO:
            return [r["old"], r["new"], unit_name(r["unit"], self.lang)]
        return [*(named("answer", r[side], self.lang) for side in ("old", "new")), ""]

    def answer(self, found: WhatIf) -> Iterator[list[str]]:
        """One sentence a case, and how much the shared luck helped."""
        result = found.comparison
        base = result.cases[result.baseline]
        for r in rows_of(result.costs(())):
            yield self.lines(
                r["verdict"],
                case=self.called(r["case"]),
                base=self.called(base.name),
                **self.amounts(r, base.world.reporting_currency),
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
            yield self.lines(key, case=self.called(name), **self.amounts(r, base.world.reporting_currency))

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
        base = self.called(result.cases[result.baseline].name)
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
            case = self.called(name)
            body = self.bridge(found.categories[name], base, case)
            yield self.section(self.say("by_category", base=base, case=case), body)
        for name, bridge in found.drivers.items():
            if name not in apart:
                continue
            case = self.called(name)
            yield self.section(self.say("by_driver", base=base, case=case), self.bridge(bridge, base, case))
            key = "method_merged" if "other" in bridge.names else "method"
            yield self.lines(key, n=len(bridge.names))
        for name, reaction in found.reactions.items():
            rows = [
                [named("reading", r["reading"], self.lang), *self.figures(r, whole=True), self.verdict(r)]
                for r in rows_of(reaction.table())
            ]
            columns = "reading baseline:3 value:3 difference interval p_lower:2 verdict"
            yield self.section(self.say("reaction", case=self.called(name)), self.table(columns, rows))

    def carbon(self, method: str) -> str:
        """The carbon method in words, part by part."""
        return say("compare.carbon_and", self.lang).join(
            named("carbon", part, self.lang) for part in method.split(", ")
        )

    def apart(self, found: WhatIf) -> list[str]:
        """Cases that differ from the baseline in anything; of the others all there is to say is that they do not."""
        result = found.comparison
        rows = [r for frame in (result.yearly(), result.service()) for r in rows_of(frame)]
        return list(dict.fromkeys(r["case"] for r in rows if r["verdict"] != "identical"))

    def differences(self, frame: pd.DataFrame, apart: list[str], p: str = "p", by: str = "measure") -> str:
        """Rows of paired differences; the case named only where there are several."""
        many = len(frame["case"].unique()) > 1
        out: list[list[str]] = []
        before = ""
        for r in rows_of(frame[frame["case"].isin(apart)]):
            label = named(by, r[by], self.lang) or say("disposition.", self.lang)
            line = [label, *self.figures(r, r["unit"] == "money"), self.verdict(r)]
            # A case is named on its first row: titles are long.
            out.append([self.called(r["case"]) if r["case"] != before else "", *line] if many else line)
            before = r["case"]
        columns = f"what baseline value:3 difference interval {p}:2 verdict:1"
        return self.table(f"case {columns}" if many else columns, out, 2 if many else 1)

    def figures(self, r: Mapping[str, Any], whole: bool) -> list[str]:
        """Baseline, case, difference, interval, share of years in which the case is lower."""
        size = max(abs(r["baseline"]), abs(r["value"]))
        if whole or size >= 100 or size != size:
            texts = [figures.whole(r["baseline"]), figures.whole(r["value"]), figures.signed(r["difference"])]
            return [*texts, figures.interval(r["low"], r["high"]), self.lower(r)]
        digits = 4 if size < 1 else 1
        texts = [figures.fixed(r[c], digits) for c in ("baseline", "value")]
        ends = " .. ".join(figures.fixed(r[c], digits) for c in ("low", "high"))
        return [*texts, figures.fixed(r["difference"], digits, sign="+"), ends, self.lower(r)]

    def lower(self, r: Mapping[str, Any]) -> str:
        """Share of years in which the case is lower; nothing where no year tells them apart."""
        return "" if r["verdict"] == "identical" else figures.share(r["p_lower"], 0)

    def verdict(self, r: Mapping[str, Any]) -> str:
        """What may be said of a difference."""
        return verdict(r, self.lang)

    def bridge(self, bridge: Bridge, base: str, case: str) -> str:
        """From one cost to the other, step by step."""
        rows = [[base, figures.whole(bridge.start.mean()), ""]]
        for r in rows_of(bridge.table()):
            if r["adds"] or r["half_width"]:
                label = step_text(r["step"], tuple(r["contents"].split(", ")), self.lang)
                rows.append([label, figures.signed(r["adds"]), figures.interval(r["low"], r["high"])])
        rows.append([case, figures.whole(bridge.end.mean()), ""])
        return self.table("step adds interval:1", rows, total=True)
