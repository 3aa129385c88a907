"""The quotes study for people: what to sign first, then the ranking, then what purchasing negotiates with."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warrantysim.locale.wording import Lang, named, say, titled
from warrantysim.report import figures
from warrantysim.report.quotes_tables import QuotesTables
from warrantysim.report.rows import rows_of
from warrantysim.report.tables import heading, wrapped

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.quote_findings import QuoteFindings

NEAR = 0.995
"""Winning factors from here on are told as no different from the list price."""


def quotes_report(found: QuoteFindings, lang: Lang = "en", width: int = 110, changes: Sequence[str] = ()) -> str:
    """The study as text. ``changes``: what the scenario changes of its base."""
    from warrantysim.report.cost_report import changed

    page = QuotesPage(found, lang, width)
    parts = [*page.head(), *changed(changes, lang, width), *page.answer()]
    for title, body in page.sections():
        if body:
            parts += [heading(title), body]
    return "\n".join([*parts, "", page.provenance()])


@dataclass(frozen=True)
class QuotesPage(QuotesTables):
    """One study in one language at one width."""

    def head(self) -> list[str]:
        """What this is and what it rests on."""
        s, w = self.found.study, self.found.study.world
        basis = self.say(
            "basis",
            offers=len(s.offers),
            replications=s.replications,
            days=w.horizon.days,
            seed=s.seed,
            level=figures.level(s.level),
            currency=w.reporting_currency,
        )
        return [self.say("title", title=titled(w.title, w.name, self.lang)), *wrapped(basis, self.width), ""]

    def answer(self) -> list[str]:
        """What to sign, how sure that is, and what would change it."""
        return [line for text in self.sentences() for line in wrapped(text, self.width)]

    def sentences(self) -> Iterator[str]:
        """The answer, sentence by sentence."""
        from warrantysim.analysis.quote_offers import offers_of

        study = self.found.study
        best, currency = study.best, study.world.reporting_currency
        if self.found.cancelled:
            yield self.say("partial", offers=len(study.offers), of=len(offers_of(study.quotes)))
        place = [offer.quotes for offer in study.offers].index(best.quotes)
        row = next(r for r in rows_of(study.ranking()) if r["quotes"] == " + ".join(study.offers[place].quotes))
        if not best.signed:
            yield self.say("sign_none")
        else:
            yield self.say(
                "sign" if row["verdict"] == "lower" else "unsure",
                quotes=" + ".join(self.name(q) for q in best.signed),
                currency=currency,
                saving=figures.whole(row["saving"]),
                low=figures.whole(row["saving_low"]),
                high=figures.whole(row["saving_high"]),
            )
        chosen = study.selection
        yield self.say(
            "guarantee" if chosen.guaranteed else "no_guarantee",
            currency=currency,
            within=figures.whole(chosen.within),
            level=figures.level(chosen.confidence),
            runs=chosen.runs,
        )
        for price in self.found.prices:
            if math.isnan(price.factor):
                yield self.say("never", quote=self.name(price.quote))
            elif price.factor >= NEAR:
                yield self.say("near", quote=self.name(price.quote))
            else:
                ends = [figures.share(max(price.low, 0.0)), figures.share(min(price.high, 9.99))]
                factor = figures.share(price.factor)
                yield self.say("not_signed", quote=self.name(price.quote), factor=factor, low=ends[0], high=ends[1])
        yield from self.pool_sentences()

    def pool_sentences(self) -> Iterator[str]:
        """Whether pooling products makes a retainer pay."""
        pools = self.found.pools
        if pools is None or not len(pools):
            return
        for retainer in dict.fromkeys(pools["retainer"]):
            mine = [r for r in rows_of(pools) if r["retainer"] == retainer]
            paying = [r for r in mine if r["pays"]]
            able = [r for r in mine if not math.isnan(r["crossover"])]
            if not able:
                continue
            row = paying[0] if paying else min(able, key=lambda r: r["times"])
            yield self.say(
                "pools_yes" if paying else "pools_no",
                retainer=self.name(retainer),
                flat=self.name(row["flat"]),
                skus=row["skus"],
                units=f"{row['units']:.1f}",
                need=f"{row['crossover']:.0f}",
                times=f"{row['times']:.1f}",
            )

    def sections(self) -> Iterator[tuple[str, str]]:
        """Headings and bodies of all that follows the answer."""
        f, study = self.found, self.found.study
        yield self.say("ranking"), self.ranking(study.ranking())
        yield self.say("values"), self.values(study.values())
        yield self.say("work"), self.noted(self.work(f.work), "work_note")
        yield self.say("units"), self.noted(self.units(f.good_units), "units_note")
        yield self.say("months"), self.months(f.months)
        cross = f.crossovers
        if len(cross):
            for _, rows in cross.groupby(["flat", "retainer"], sort=False):
                first = rows.iloc[0]
                facts = {"retainer": self.name(first["retainer"]), "flat": self.name(first["flat"])}
                yield self.say("crossovers", sku=first["sku"], market=first["market"], **facts), self.crossing(rows)
        yield self.say("pools"), self.pools(f.pools)
        yield self.say("awards"), self.awards(f.awards)
        yield self.say("stakes"), self.stakes(f.stakes)
        yield self.say("exits"), self.exits(f.exits)
        yield self.say("open"), self.open(f.open_terms)

    def noted(self, body: str, note: str) -> str:
        """A table with how to read it below."""
        return "\n".join([body, "", *wrapped(self.say(note), self.width)]) if body else ""

    def ranking(self, frame: pd.DataFrame) -> str:
        """Every set of quotes."""
        rows = [
            [
                self.names(r["quotes"]),
                self.names(r["signs"]),
                figures.whole(r["cost"]),
                figures.interval(r["low"], r["high"]),
                figures.signed(r["saving"]),
                figures.interval(r["saving_low"], r["saving_high"]),
            ]
            for r in rows_of(frame)
        ]
        return self.set("set signs cost interval saving interval", rows, 2)

    def values(self, frame: pd.DataFrame) -> str:
        """Each quote alone and beside the others."""
        rows = [
            [
                self.name(r["quote"]),
                figures.signed(r["alone_saving"]),
                figures.interval(r["alone_saving_low"], r["alone_saving_high"]),
                figures.signed(r["added_saving"]),
                figures.interval(r["added_saving_low"], r["added_saving_high"]),
            ]
            for r in rows_of(frame)
        ]
        return self.set("quote alone interval added interval", rows)

    def work(self, frame: pd.DataFrame) -> str:
        """Units, good ones, cost of a good one, days and queues."""
        rows = [
            [
                self.name(r["quote"]) + ("" if r["in_best"] else " *"),
                figures.whole(r["units"]),
                figures.whole(r["good"]),
                figures.cents(r["per_good"]),
                figures.interval(r["low"], r["high"]),
                figures.days(r["days_p50"]),
                figures.days(r["days_p90"]),
                figures.days(r["wait_days"]),
                figures.share(r["utilisation"]),
                figures.share(r["late_share"]),
            ]
            for r in rows_of(frame)
        ]
        return self.set("quote units good per_good interval days50 days90 wait busy late", rows)

    def units(self, frame: pd.DataFrame) -> str:
        """Landed cost of a good unit."""
        money = ("bill", "around", "replaced", "waiting", "payment", "landed")
        rows = [
            [
                self.name(r["quote"]),
                f"{r['volume']} {named('reading', r['reading'], self.lang)}",
                f"{r['units_a_month']:.1f}",
                *(figures.cents(r[c]) for c in money),
                figures.interval(r["low"], r["high"]),
            ]
            for r in rows_of(frame)
        ]
        return self.set("quote volume month_units bill around replaced waiting payment landed interval", rows, 2)

    def provenance(self) -> str:
        """Version, scenario and seed."""
        from warrantysim.schema.digest import digest
        from warrantysim.version import __version__

        world = self.found.study.world
        facts = {"version": __version__, "name": world.name, "digest": digest(world)[:12]}
        return say("provenance", self.lang, **facts, seed=self.found.study.seed)
