"""A lever's sweep and the worth of fixing faults, for people: the answer first, then every position."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, named, say, titled
from warrantysim.report import figures
from warrantysim.report.compare_page import Page
from warrantysim.report.lever_text import lever_text
from warrantysim.report.rows import rows_of

if TYPE_CHECKING:
    from warrantysim.analysis.fault_worth import FaultWorth
    from warrantysim.analysis.sweeps import Sweep
    from warrantysim.scenario.root import Scenario

BENCH_LEVERS = frozenset({"technicians", "hours"})
"""Levers that change how long units wait for benches."""
MOST_FAULTS = 25
"""Faults shown; further ones are counted."""


def sweep_report(found: Sweep, lang: Lang = "en", width: int = 110) -> str:
    """What turning a lever costs and saves."""
    page = SweepPage("sweep", lang, width)
    world = found.world
    lever = lever_name(found.lever, lang)
    basis = {"replications": found.replications, "seed": found.seed, "level": figures.level(found.level)}
    policy = titled(found.stated.policy.title, found.stated.policy.name, lang)
    parts = [page.say("title", name=titled(world.title, world.name, lang), lever=lever)]
    parts += [*page.lines("basis", **basis, currency=world.reporting_currency, policy=policy), ""]
    parts += page.lines("partial") if found.cancelled else []
    rows = page.rows(found)
    parts += [line for text in page.answer(found, rows) for line in text]
    for item, at, why in found.left_out:
        parts += page.lines("left_out", what=page.what(item, at), why=why)
    parts += page.section(page.say("table"), page.positions(found, rows))
    if found.lever in BENCH_LEVERS and (waits := page.waits(found)):
        parts += page.section(page.say("benches"), waits)
    return "\n".join([*parts, "", page.provenance(world, found.seed)])


def lever_name(lever: str, lang: Lang = "en") -> str:
    """A lever by its name among those that have one, else by the figure it turns."""
    known = named("lever", lever, lang)
    return lever_text(lever, lang) if known == lever else known


class SweepPage(Page):
    """One sweep."""

    def rows(self, found: Sweep) -> list[dict[str, Any]]:
        """Rows of the priced table."""
        from warrantysim.analysis.sales_worth import priced

        return rows_of(priced(found))

    def what(self, item: str, at: str) -> str:
        """A position by name."""
        return " ".join(filter(None, (named("turn_item", item, self.lang), self.at(at))))

    def at(self, position: str) -> str:
        """A position in words: days have a unit in either language."""
        number, _, unit = position.partition(" ")
        return self.say("days", n=number) if unit == "d" else named("turn", position, self.lang)

    def lower(self, r: dict[str, Any]) -> str:
        """Share of years in which the position is cheaper; nothing where no year tells them apart."""
        return "" if r["verdict"] == "identical" else figures.share(r["p_lower"], 0)

    def answer(self, found: Sweep, rows: list[dict[str, Any]]) -> Iterator[list[str]]:
        """Sentences that answer."""
        currency = found.world.reporting_currency
        if rows and all(r["verdict"] == "identical" for r in rows):
            yield self.lines("idle")
            return
        if found.lever == "warranty":
            yield from self.terms(found, rows)
            return
        lower = [r for r in rows if r["verdict"] == "lower"]
        if found.lever == "guide":
            yield self.lines("guides", **self.guides(found, rows))
        if not lower:
            yield self.lines("none")
        for r in sorted(lower, key=lambda r: float(r["difference"]))[:3]:
            yield self.lines("best", what=self.what(r["item"], r["position"]), **amounts(r, currency))
        notes = {"guide": "guide_note", "technicians": "crew_note", "hours": "hours_note"}
        if found.lever in notes:
            yield self.lines(notes[found.lever], currency=currency)

    def terms(self, found: Sweep, rows: list[dict[str, Any]]) -> Iterator[list[str]]:
        """What each term costs, and the sales at which it pays."""
        from warrantysim.analysis.sales_worth import contribution

        currency = found.world.reporting_currency
        for r in rows:
            if r["verdict"] not in ("lower", "higher"):
                continue
            if not math.isfinite(r["uplift_high"]):
                yield self.lines("uplift_never", at=self.at(r["position"]), **amounts(r, currency))
                continue
            ends = sorted(abs(r[c]) for c in ("uplift_low", "uplift_high"))
            facts = {"uplift": abs(r["uplift"]), "uplift_low": ends[0], "uplift_high": ends[1]}
            shares = {name: figures.share(x, 2) for name, x in facts.items()}
            key = "uplift" if r["verdict"] == "higher" else "uplift_down"
            yield self.lines(key, at=self.at(r["position"]), **amounts(r, currency), **shares)
        yield self.lines("margin", currency=currency, margin=figures.whole(contribution(found.world)))

    def guides(self, found: Sweep, rows: list[dict[str, Any]]) -> dict[str, str]:
        """Products whose guide pays, and those whose does not, as far as luck can tell."""
        on = {sku.sku: sku.guide_on for sku in found.world.skus}
        # Off costing more, or on costing less, both mean that the guide pays.
        paying = [r["item"] for r in rows if r["verdict"] == ("higher" if on[r["item"]] else "lower")]
        losing = [r["item"] for r in rows if r["verdict"] == ("lower" if on[r["item"]] else "higher")]
        nothing, comma = self.say("nothing"), self.say("list_and")
        return {"paying": comma.join(paying) or nothing, "losing": comma.join(losing) or nothing}

    def positions(self, found: Sweep, rows: list[dict[str, Any]]) -> str:
        """Every position, the stated one first."""
        extra = {"warranty": ["uplift"], "guide": ["pays_up_to", "unit_cost"]}.get(found.lever, [])
        out = [["", self.say("stated"), figures.whole(found.base.mean()), *[""] * (4 + len(extra))]]
        for r in rows:
            cells = [named("turn_item", r["item"], self.lang), self.at(r["position"])]
            cells += [figures.whole(r["value"]), figures.signed(r["difference"])]
            cells += [figures.interval(r["low"], r["high"]), self.lower(r)]
            cells += [self.per_unit(c, r[c]) for c in extra]
            out.append([*cells, self.verdict(r)])
        whole = all(not row[0] for row in out)
        columns = " ".join(["at cost:3 difference interval p:2", *extra, "verdict:1"])
        if whole:
            return self.table(columns, [row[1:] for row in out])
        return self.table(f"item {columns}", out, 2)

    def waits(self, found: Sweep) -> str:
        """Each bench as stated and at its own positions: time used, waits, with intervals; empty where none works."""
        rows = [] if found.benches is None else [r for r in rows_of(found.benches) if r["visits"] > 0]
        out = []
        for r in sorted(rows, key=lambda r: str(r["bench"])):
            own = "china" if r["item"] == "china_bench" else str(r["item"]).partition(" ")[0]
            if r["item"] and own != r["bench"]:
                continue
            at = self.at(r["position"]) if r["position"] else self.say("stated")
            texts = [named("chart.bench", str(r["bench"]), self.lang), at, figures.whole(r["visits"])]
            texts += [self.span(r, "utilisation", 0), self.span(r, "waited_share", 0)]
            out.append([*texts, *(self.span(r, f"wait_{q}") for q in ("p50", "p90", "p95"))])
        return (
            self.table("bench at visits:3 utilisation waited_share wait_p50:2 wait_p90 wait_p95:1", out, 1)
            if out
            else ""
        )

    def span(self, r: dict[str, Any], measure: str, share: int | None = None) -> str:
        """A measure with its ends: days, or a share with so many decimals."""
        if math.isnan(r[measure]):
            return self.say("unknown")
        texts = [
            figures.days(x) if share is None else figures.share(x, share)
            for x in (r[f"{measure}{end}"] for end in ("", "_low", "_high"))
        ]
        return f"{texts[0]} ({texts[1]} .. {texts[2]})"

    def per_unit(self, column: str, x: float) -> str:
        """A share of sales, or a cost a unit sold; nothing where no sales make it pay."""
        if column == "uplift":
            return figures.share(x, 2) if math.isfinite(x) else self.say("never")
        return "" if math.isnan(x) else f"{x:.3f}"

    def verdict(self, r: dict[str, Any]) -> str:
        """What may be said of a difference."""
        if r["verdict"] == "no detectable difference":
            return say("verdict.needed", self.lang, n=figures.count(r["needed"]))
        return named("verdict", r["verdict"], self.lang)


def amounts(r: dict[str, Any], currency: str) -> dict[str, str]:
    """Size of a difference with its ends, whichever way it goes."""
    ends = sorted((r["low"], r["high"])) if r["difference"] >= 0 else sorted((-r["low"], -r["high"]))
    sizes = {"amount": abs(r["difference"]), "low": ends[0], "high": ends[1]}
    return {"currency": currency, **{name: figures.whole(x) for name, x in sizes.items()}}


def faults_report(found: FaultWorth, world: Scenario, lang: Lang = "en", width: int = 110) -> str:
    """What design should fix first."""
    page = Page("faults", lang, width)
    policy = titled(found.case.policy.title, found.case.policy.name, lang)
    basis = {"replications": found.costs.shape[1], "seed": found.seed, "level": figures.level(world.plan.confidence)}
    parts = [page.say("title", name=titled(world.title, world.name, lang))]
    parts += [*page.lines("basis", **basis, currency=world.reporting_currency, policy=policy), ""]
    parts += SweepPage("sweep", lang, width).lines("partial") if found.cancelled else []
    rows = rows_of(found.table())
    for r in [row for row in rows if row["detectable"]][:1]:
        facts = {"worth": figures.whole(r["worth"]), "low": figures.whole(r["low"]), "high": figures.whole(r["high"])}
        each = figures.cents(r["per_claim"])
        parts += page.lines(
            "first", fault=r["fault"], sku=r["sku"], currency=world.reporting_currency, each=each, **facts
        )
    out = []
    for r in rows[:MOST_FAULTS]:
        texts = [r["sku"], r["fault"], named("fault_kind", r["kind"], lang), figures.share(r["share"])]
        texts += [figures.whole(r["claims"]), figures.cents(r["per_claim"]), figures.whole(r["worth"])]
        out.append([*texts, figures.interval(r["low"], r["high"])])
    columns = "sku fault kind:1 share claims:2 per_claim point interval"
    parts += page.section(page.say("table"), page.table(columns, out, 3))
    if len(rows) > MOST_FAULTS:
        parts += page.lines("more", n=len(rows) - MOST_FAULTS)
    return "\n".join([*parts, "", page.provenance(world, found.seed)])
