"""Tables of the quotes report that purchasing negotiates with: bills, crossovers, pools, awards, exits, open terms."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, known, named, say, titled
from warrantysim.report import figures
from warrantysim.report.rows import rows_of
from warrantysim.report.tables import Column, table

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.quote_findings import QuoteFindings


@dataclass(frozen=True)
class QuotesTables:
    """The tables of one study in one language at one width."""

    found: QuoteFindings
    lang: Lang
    width: int

    def say(self, key: str, **facts: Any) -> str:
        """A text in the page's language."""
        return say(f"quotes.{key}", self.lang, **facts)

    def name(self, quote: str) -> str:
        """A quote by its title."""
        return titled(self.found.study.world.partners[quote].title, quote, self.lang)

    def names(self, joined: str) -> str:
        """Quotes joined by ``+`` by their titles."""
        return " + ".join(self.name(q) for q in joined.split(" + ")) if joined else self.say("none")

    def set(self, columns: str, rows: Sequence[Sequence[str]], left: int = 1) -> str:
        """A table whose first ``left`` columns are text; empty without rows."""
        if not rows:
            return ""
        heads = [say(f"qcol.{name}", self.lang) for name in columns.split()]
        cols = [Column(h, "left" if i < left else "right", wraps=i < left, least=14) for i, h in enumerate(heads)]
        return table(cols, rows, self.width)

    def months(self, frame: pd.DataFrame) -> str:
        """Bills by month: components in five groups, and their sum."""
        groups = {
            **dict.fromkeys(("receiving", "assessment", "labour", "extra"), 0),
            **dict.fromkeys(("rebate", "credit"), 1),
            "parts": 2,
            **dict.fromkeys(("onboarding", "retainer", "shortfall"), 3),
            **dict.fromkeys(("storage", "disposal"), 4),
        }
        horizon = self.found.study.world.horizon
        last = f"{horizon.first_day + dt.timedelta(days=horizon.days - 1):%Y-%m}"
        sums: dict[tuple[str, str, str, str], list[float]] = {}
        for r in rows_of(frame):
            month = r["month"] if r["month"] <= last else say("quotes.later", self.lang)
            cell = sums.setdefault((r["quote"], r["desk"], month, r["currency"]), [0.0] * 5)
            cell[groups[r["component"]]] += r["amount"]
        rows = [
            [self.name(q), desk, month, currency, *(figures.whole(x) for x in cell), figures.whole(sum(cell))]
            for (q, desk, month, currency), cell in sums.items()
        ]
        return self.set("quote desk month currency fees discounts parts fixed other total", rows, 4)

    def crossing(self, frame: pd.DataFrame) -> str:
        """The readings of one crossover."""
        rows = [[named("reading", r["reading"], self.lang), f"{r['crossover']:.1f}"] for r in rows_of(frame)]
        return self.set("reading crossover", rows)

    def pools(self, frame: pd.DataFrame | None) -> str:
        """Products pooled from the highest fee down."""
        rows = [
            [
                r["skus"],
                f"{r['units']:.1f}",
                figures.cents(r["mean_fee"]),
                "-" if math.isnan(r["crossover"]) else figures.whole(r["crossover"]),
                figures.whole(r["flat_cost"]),
                figures.whole(r["retainer_cost"]),
            ]
            for r in (rows_of(frame) if frame is not None else [])
        ]
        return self.set("products month_units fee need flat retainer", rows)

    def awards(self, frame: pd.DataFrame | None) -> str:
        """Shared awards."""
        rows = [
            [
                self.name(r["first"]),
                self.name(r["second"]),
                figures.share(r["share_first"], 0),
                f"{r['units_a_month']:.1f}",
                *(figures.whole(r[c]) for c in ("bill_first", "bill_second", "bill")),
            ]
            for r in (rows_of(frame) if frame is not None else [])
        ]
        return self.set("first second share month_units bill1 bill2 total", rows, 2)

    def stakes(self, frame: pd.DataFrame | None) -> str:
        """What a term more or less is worth."""
        rows = [
            [
                self.name(r["quote"]),
                named("stake", r["term"], self.lang),
                figures.signed(r["adds"]),
                figures.interval(r["low"], r["high"]),
            ]
            for r in (rows_of(frame) if frame is not None else [])
        ]
        return self.set("quote stake adds interval", rows, 2)

    def exits(self, frame: pd.DataFrame) -> str:
        """What leaving costs."""
        rows = [
            [
                self.name(r["quote"]),
                r["desk"],
                r["currency"],
                str(r["notice_month"] + 1),
                str(r["months_due"]),
                figures.whole(r["due"]),
            ]
            for r in rows_of(frame)
        ]
        return self.set("quote desk currency notice months due", rows, 3)

    def open(self, frame: pd.DataFrame) -> str:
        """What is left open, with the desks it is left open at."""
        if not len(frame):
            return self.say("nothing_open")
        texts: dict[tuple[str, str], list[str]] = {}
        for r in rows_of(frame):
            key = f"open.{r['term']}.{r['kind']}"
            text = say(key if known(key) else f"open.{r['term']}", self.lang)
            texts.setdefault((self.name(r["quote"]), text), []).append(r["desk"])
        rows = [[name, ", ".join(filter(None, desks)), text] for (name, text), desks in texts.items()]
        return self.set("quote desk term", rows, 3)
