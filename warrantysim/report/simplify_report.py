"""The price of simplicity for people: how simple the rules may be, then what every simplification costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, named, say, titled
from warrantysim.report import figures
from warrantysim.report.compare_page import Page
from warrantysim.report.rows import rows_of

if TYPE_CHECKING:
    from warrantysim.analysis.simplicity import Ruleset, Simplicity


def simplify_report(found: Simplicity, lang: Lang = "en", width: int = 110) -> str:
    """What simpler rules cost."""
    page = SimplifyPage("simplify", lang, width)
    world = found.world
    basis = {"replications": found.replications, "seed": found.seed, "level": figures.level(found.level)}
    yardstick = page.grain(found.rules[0].grain or ())
    parts = [page.say("title", name=titled(world.title, world.name, lang))]
    parts += [*page.lines("basis", **basis, currency=world.reporting_currency, yardstick=yardstick), ""]
    parts += page.lines("partial") if found.cancelled else []
    parts += [line for text in page.answer(found) for line in text]
    parts += page.section(page.say("table"), page.rules(found))
    return "\n".join([*parts, "", page.provenance(world, found.seed)])


class SimplifyPage(Page):
    """One study of simpler rules."""

    def grain(self, keys: Sequence[str]) -> str:
        """Cells in words."""
        if not keys:
            return self.say("everything")
        return self.say("cells", keys=self.say("by").join(named("grain", key, self.lang) for key in keys))

    def what(self, one: Ruleset) -> str:
        """A rule in words."""
        if one.grain is None:
            return say("rule_source.today", self.lang) if one.source == "today" else one.policy.name
        whole = self.grain(one.grain)
        return whole if one.step is None else self.say("cells_rounded", what=whole, step=f"{one.step:g}")

    def answer(self, found: Simplicity) -> Iterator[list[str]]:
        """How simple the rules may be, and what the simplest and those set by hand cost."""
        rows = rows_of(found.table())
        currency, limit = found.world.reporting_currency, figures.whole(found.materiality)
        k = found.simplest()
        facts = {"what": capital(self.what(found.rules[k])), "lines": found.rules[k].lines, "limit": limit}
        if k == 0:
            facts["what"] = self.what(found.rules[0])
            yield self.lines("finest", currency=currency, **facts)
        else:
            price = {"price": figures.signed(rows[k]["difference"]), "of": found.rules[0].lines}
            price |= {name: figures.whole(rows[k][name]) for name in ("low", "high")}
            yield self.lines("simplest", currency=currency, **facts, **price)
        for one, r in zip(found.rules, rows, strict=True):
            if one.grain == () and one.step is None and r["verdict"] == "higher":
                yield self.lines("single", currency=currency, **sizes(r))
            if one.grain is None:
                keys = {"higher": "hand", "lower": "hand_lower"}
                key = keys.get(r["verdict"], "hand_same")
                yield self.lines(key, what=capital(self.what(one)), currency=currency, **sizes(r))
        for grain, why in found.undecided:
            yield self.lines("undecided", what=self.grain(grain), why=why)

    def rules(self, found: Simplicity) -> str:
        """Every rule with its price."""
        out = []
        for one, r in zip(found.rules, rows_of(found.table()), strict=True):
            exact = "" if one.grain is None else self.say("exact")
            cuts = exact if one.step is None else self.say("rounded", step=f"{one.step:g}")
            name = self.grain(one.grain) if one.grain is not None else self.what(one)
            cells = [name, cuts, figures.whole(one.lines), figures.whole(r["value"])]
            if one is found.rules[0]:
                out.append([*cells, *[""] * 4])
                continue
            cells += [figures.signed(r["difference"]), figures.interval(r["low"], r["high"])]
            out.append([*cells, figures.share(r["p_lower"], 0), self.verdict(r)])
        return self.table("rule cuts lines cost:3 price interval p:2 verdict:1", out, 2)

    def verdict(self, r: dict[str, Any]) -> str:
        """What may be said of a difference."""
        if r["verdict"] == "no detectable difference":
            return say("verdict.needed", self.lang, n=figures.count(r["needed"]))
        return named("verdict", r["verdict"], self.lang)


def sizes(r: dict[str, Any]) -> dict[str, str]:
    """Size of a price with its ends; as they are where it cannot be told from 0."""
    if r["verdict"] == "lower":
        return {
            "price": figures.whole(-r["difference"]),
            "low": figures.whole(-r["high"]),
            "high": figures.whole(-r["low"]),
        }
    return {"price": figures.whole(r["difference"]), "low": figures.whole(r["low"]), "high": figures.whole(r["high"])}


def capital(text: str) -> str:
    """A text at the beginning of a sentence."""
    return text[:1].upper() + text[1:]
