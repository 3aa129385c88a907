"""The answer about quotes in blocks: what to sign, then sets, good units, bills, what to negotiate with, and terms."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from warrantysim.analysis.quote_offers import offers_of
from warrantysim.locale.wording import Lang, known, listed, named, say, with_aside
from warrantysim.present.blocks import Block, Chart, Choice, Column, Kind, Part, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.field_names import full_name
from warrantysim.report.rows import rows_of
from warrantysim.studies.study import Say, Stored
from warrantysim.studies.waiting import WAITING, service_sentences, service_table_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture

CHARGES = ("fees", "parts", "retainer", "onboarding", "shortfall", "discounts", "other")
"""What a month's bill is made of, in order; discounts and credits are negative."""
NEAR = 0.995
"""Winning factors from here on are told as no different from the list price."""
READINGS = ("promised", "haircut")
"""How the promises of a quote may be read."""
CHARGE_OF = {
    **dict.fromkeys(("receiving", "assessment", "labour", "extra"), "fees"),
    **dict.fromkeys(("rebate", "credit"), "discounts"),
    **dict.fromkeys(("storage", "disposal"), "other"),
}
"""Charge of each component of a statement that is none itself."""
MOST_TERMS = 6
"""Unknown terms a sentence names; the table names all."""
OPEN = ("missing", "ambiguous", "partial")
"""Flags of terms to ask for."""
FORMS: Mapping[str, Callable[[float], str]] = {
    "share": figures.share,
    "days": lambda x: f"{x:.3g}",
    "rate": lambda x: f"{x:.4f}",
    "count": lambda x: f"{x:g}",
}
"""How terms are written that are no money."""


@dataclass(frozen=True)
class Answer(Say):
    """Texts and blocks of the study of quotes."""

    stored: Stored
    """What was found."""

    @classmethod
    def of(cls, stored: Stored, lang: Lang) -> Answer:
        """The answer to what was found, in a language."""
        return cls("quotes", lang, stored.facts, stored)

    def blocks(self) -> list[Block]:
        """Everything the tables hold; before anything was studied, the terms."""
        ranking = self.stored.table("ranking")
        parts = {"terms": self.terms}
        blocks: list[Block] = []
        if ranking is not None:
            of = len(offers_of([row["quote"] for row in self.rows("values")]))
            blocks = [
                Sentence(self("title", title=self.title("scenario")), "title"),
                *self.basis(offers=len(ranking), of=of, days=self.facts["days"]),
                *(Sentence(text, "note") for text in self.lacking()),
                *(Sentence(text) for text in self.sentences()),
            ]
            parts = {"sets": self.sets, "units": self.units, "bills": self.bills, "deal": self.deal, **parts}
        return [*blocks, *(Part(k, self(f"part_{k}"), part) for k, part in parts.items()), self.provenance()]

    def choices(self) -> list[Choice]:
        """What a reader may turn; what is chosen leaves one chart in place of all."""
        found = []
        if self.stored.table("good_units") is not None:
            readings = {reading: named("reading", reading, self.lang) for reading in READINGS}
            found.append(Choice("reading", self("reading"), readings, part="units"))
        if bills := self.contracts():
            names = {f"{quote} {desk}": self._desk(quote, desk) for quote, desk in bills}
            found.append(Choice("contract", self("contract"), names, part="bills"))
        if products := self.products():
            found.append(Choice("product", self("product"), {sku: self.product(sku) for sku in products}, part="terms"))
        return found

    def chosen(self, choice: str, value: str) -> bool:
        """Whether a value is chosen, or nothing is."""
        return self.facts.get(choice, value) == value

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Rows of a stored table."""
        frame = self.stored.table(table)
        return [] if frame is None else rows_of(frame)

    def quote(self, id: str) -> str:
        """What a quote is called; with its id where two are called alike."""
        titles = {q: self.own(title) for q, title in self.facts.get("quotes", {}).items()}
        name = str(titles.get(id, id))
        return name if list(titles.values()).count(name) < 2 else with_aside(name, id, self.lang)

    def _desk(self, quote: str, desk: str) -> str:
        return " · ".join(filter(None, (self.quote(quote), self.market(desk))))

    def joined(self, ids: str) -> str:
        """Quotes joined by ``+`` by what they are called."""
        return " + ".join(self.quote(q) for q in ids.split(" + ")) if ids not in ("", "none") else self("none")

    def table(self, name: str, columns: str, frame: pd.DataFrame | None = None, title: str = "") -> list[Block]:
        """A table with how to read it; nothing without rows.

        ``columns``: key and kind of each (``quote cost:whole low..high:whole``), text where no kind is stated; quotes
        are called by their names. ``frame``: its rows, those stored where not given.
        """
        shown = self.stored.table(name) if frame is None else frame
        if shown is None or not len(shown):
            return []
        listed = []
        for stated in columns.split():
            key, _, kind = stated.partition(":")
            low, _, high = key.partition("..")
            own = f"qcol.{name}.{key}"
            heading = say("qcol.interval" if high else own if known(own) else f"qcol.{key}", self.lang)
            ends = (low, high) if high else None
            listed.append(Column(low, heading, cast(Kind, kind or "text"), ends=ends, only_ends=bool(high)))
            if call := {"quote": self.quote, "first": self.quote, "second": self.quote, "desk": self.market}.get(key):
                shown = shown.assign(**{key: shown[key].map(call)})
        blocks: list[Block] = [TableOf(name, title or self(name), shown, listed, 0 if name == "selection" else None)]
        return [*blocks, Sentence(self(f"{name}_note"), "legend")] if known(f"quotes.{name}_note") else blocks

    def sentences(self) -> Iterator[str]:
        """What to sign, how sure that is, and what would change it."""
        f = self.facts
        chosen = next(row["name"] for row in self.rows("selection") if row["selected"])
        best = next(row for row in self.rows("ranking") if (row["quotes"] or "none") == chosen)
        sizes = {name: figures.whole(best[f"saving{end}"]) for name, end in _SAVING.items()}
        signed = any(row["signs"] for row in self.rows("ranking"))
        none = "sign_none" if signed else "sign_never"
        key = none if not best["signs"] else "sign" if best["verdict"] == "lower" else "unsure"
        yield self(key, quotes=self.joined(best["signs"]), currency=f["currency"], **sizes)
        if not best["signs"] and best["verdict"] == "lower":
            yield self("rules_alone", quotes=self.joined(best["quotes"]), currency=f["currency"], **sizes)
        if (waiting := self.stored.table(WAITING)) is not None:
            yield from service_sentences(waiting, self.lang, market=self.market)
        yield from self.left_open(best["signs"])
        g = f["guarantee"]
        about = {"within": figures.whole(g["within"]), "level": figures.level(g["confidence"]), "runs": g["runs"]}
        yield self("guarantee" if g["holds"] else "no_guarantee", currency=f["currency"], **about)
        for price in self.rows("winning_prices"):
            key = "never" if math.isnan(price["factor"]) else "near" if price["factor"] >= NEAR else "not_signed"
            if price.get("signed"):
                key = "stays" if math.isnan(price["factor"]) else "stays_up_to"
            low = figures.share(max(price["low"], 0.0))
            high = self("no_bound") if math.isinf(price["high"]) else figures.share(price["high"])
            yield self(key, quote=self.quote(price["quote"]), factor=figures.share(price["factor"]), low=low, high=high)
        pools = self.rows("pools")
        for retainer in dict.fromkeys(row["retainer"] for row in pools):
            able = [row for row in pools if row["retainer"] == retainer and not math.isnan(row["crossover"])]
            row = next((row for row in able if row["pays"]), min(able, key=lambda r: float(r["times"]), default=None))
            if row is not None:
                yield self(
                    "pools_yes" if row["pays"] else "pools_no",
                    retainer=self.quote(retainer),
                    flat=self.quote(row["flat"]),
                    skus=row["skus"],
                    units=f"{row['units']:.1f}",
                    need=f"{row['crossover']:.0f}",
                    times=f"{row['times']:.1f}",
                )

    def left_open(self, signs: str) -> Iterator[str]:
        """What the quotes to be signed leave open, as a range of the saving, and what that may change."""
        terms = [row for row in self.rows("unknown_terms") if row["quote"] in signs.split(" + ")]
        rows = self.rows("unknown_range")
        if terms:
            told = list(dict.fromkeys(self.open_term(row) for row in terms))
            more = [self("more_terms", n=len(told) - MOST_TERMS)] if len(told) > MOST_TERMS else []
            yield self("left_open", terms=self("and").join([*told[:MOST_TERMS], *more]))
        if terms and (mine := {row["reading"]: row for row in rows if row["signs"] == signs}):
            saved = {reading: figures.whole(row["saving"]) for reading, row in mine.items()}
            yield self("left_open_saves", currency=self.facts["currency"], **saved)
        best = {row["reading"]: row for row in rows if row["best"]}
        for row in best.values():
            if best["usual"]["signs"] == signs != row["signs"]:
                then = self.joined(row["signs"]) if row["signs"] else self("no_quote")
                yield self("turns", reading=self(f"reading.{row['reading']}"), quotes=then)

    def open_term(self, row: Mapping[str, Any]) -> str:
        """An unknown term by its name, whose it is and where."""
        at = self._desk(row["quote"], row["desk"])
        return self("open_term", term=full_name(row["term"], self.lang), at=at)

    def lacking(self) -> Iterator[str]:
        """What a study that was stopped does not tell."""
        if not self.facts.get("cancelled"):
            return
        quotes, done = self.facts["quotes"], {row["quote"] for row in self.rows("work")}
        done |= {row["quote"] for row in self.rows("winning_prices")}
        if missing := [self.quote(quote) for quote in quotes if quote not in done]:
            yield self("lacks", quotes=self("and").join(missing))

    def sets(self) -> list[Block]:
        """Every set of quotes, what each quote is worth, and how the selection went."""
        ranking, selection = self.stored.tables["ranking"], self.stored.tables["selection"]
        firsts = ranking.assign(size=[len(quotes) for quotes in ranking["quotes"]]).sort_values("size", kind="stable")
        firsts = firsts.drop_duplicates(["signs", "cost", "saving"]).sort_values("cost", kind="stable")
        ranking = firsts.assign(
            **{name: firsts[name].map(self.joined) for name in ("quotes", "signs")},
            told=[
                self("verdict.unsigned" if quotes and not signs else f"verdict.{verdict}")
                for quotes, signs, verdict in zip(firsts["quotes"], firsts["signs"], firsts["verdict"], strict=True)
            ],
        )
        signing = rows_of(firsts[firsts["signs"] != ""])
        words, waiting = {True: self("yes"), False: self("no")}, self.stored.table(WAITING)
        selection = selection.assign(
            name=selection["name"].map(self.joined),
            **{name: selection[name].map(words) for name in ("selected", "survived")},
        )
        worth = "alone_saving:signed alone_saving_low..alone_saving_high:whole"
        return [
            *([Chart("ranking", partial(self._ranking, signing))] if signing else []),
            *self.table(
                "ranking",
                "quotes signs cost:whole low..high:whole saving:signed saving_low..saving_high:whole told",
                ranking,
            ),
            *([] if waiting is None or waiting.empty else [service_table_of(waiting, self.lang, market=self.market)]),
            *self.table("values", f"quote {worth} {worth.replace('alone', 'added')}"),
            *self.table(
                "selection",
                "name selected survived mean:whole behind:whole half_width:plus_minus replications:whole",
                selection,
            ),
        ]

    def _ranking(self, rows: list[dict[str, Any]], look: Look) -> Picture:
        """Sets of which something is signed, cheapest first; sets that lead to the same rules are one mark."""
        from warrantysim.report.charts.differences import DifferenceMark, difference_chart

        marks = [
            DifferenceMark(self.joined(row["quotes"]), -row["saving"], -row["saving_high"], -row["saving_low"])
            for row in rows
        ]
        title = look.say("contract.ranking")
        return difference_chart(marks, self.facts["currency"], title, sort=False, look=look, savings=True)

    def units(self) -> list[Block]:
        """The work under each quote, and what a good unit costs at a volume."""
        units, work = self.stored.table("good_units"), self.stored.table("work")
        blocks: list[Block] = []
        if units is None:
            blocks.append(Sentence(self("no_units")))
        else:
            for reading in filter(partial(self.chosen, "reading"), READINGS):
                blocks.append(Chart(f"good_units_{reading}", partial(self._landed, units[units["reading"] == reading])))
            readings = [named("reading", reading, self.lang) for reading in units["reading"]]
            units = units.assign(volume=units["volume"] + " " + readings)
        if work is not None:
            best = zip(work["quote"], work["in_best"], strict=True)
            blocks += self.table(
                "work",
                "quote units:whole good:whole per_good:cents low..high:whole days_p50:days days_p90:days "
                "wait_days:days utilisation:tenth late_share:tenth",
                work.assign(quote=[self.quote(quote) + ("" if mine else " *") for quote, mine in best]),
            )
        money = "bill:cents around:cents replaced:cents waiting:cents payment:cents landed:cents low..high:whole"
        return [*blocks, *self.table("good_units", f"quote volume units_a_month:one {money}", units)]

    def _landed(self, rows: pd.DataFrame, look: Look) -> Picture:
        from warrantysim.report.charts.contracts import landed_chart

        return landed_chart(rows, self._names(rows), self.facts["currency"], look=look)

    def _names(self, frame: pd.DataFrame) -> dict[str, str]:
        return {str(quote): self.quote(str(quote)) for quote in frame["quote"].unique()}

    def contracts(self) -> list[tuple[str, str]]:
        """Quotes and desks that billed, those of the best first: theirs is the bill to expect."""
        found = dict.fromkeys((row["quote"], row["desk"]) for row in self.rows("statements"))
        return sorted(found, key=lambda contract: contract[0] not in self.facts["sign"])

    def bills(self) -> list[Block]:
        """What each contract would have billed, month by month, with its sum."""
        import pandas as pd

        blocks: list[Block] = []
        for quote, desk in self.contracts():
            if not self.chosen("contract", f"{quote} {desk}"):
                continue
            frame, currency = self.bill(quote, desk)
            name, of = f"bill_{quote}_{desk}", self._desk(quote, desk)
            charges = [c for c in CHARGES if c == "shortfall" or frame[c].abs().max() > 0.5]
            columns = [Column(key, say(f"qcol.{key}", self.lang), "whole") for key in charges]
            columns.append(Column("total", say("qcol.total", self.lang), "whole", adds=tuple(charges)))
            sums = {"month": self("sum"), **frame.drop(columns="month").sum().to_dict()}
            shown = pd.concat([frame, pd.DataFrame([sums])], ignore_index=True)
            heads = [Column("month", say("qcol.month", self.lang)), *columns]
            blocks += [
                Chart(name, partial(self._bill_chart, frame, of, currency)),
                TableOf(name, self("bill", contract=of, currency=currency), shown, heads, total=True),
                Sentence(self("bill_note" if quote in self.facts["sign"] else "bill_loser", quote=of), "legend"),
            ]
        return blocks or [Sentence(self("no_bills"))]

    def bill(self, quote: str, desk: str) -> tuple[pd.DataFrame, str]:
        """A row a month of one desk: month, the `CHARGES`, and total, their sum; and their currency.

        Months after the horizon are one row: bills for units of the horizon that are completed after it.
        """
        whole, horizon = self.stored.tables["statements"], self.facts["horizon"]
        frame = whole[(whole["quote"] == quote) & (whole["desk"] == desk)]
        end = dt.date.fromisoformat(horizon["first_day"]) + dt.timedelta(days=horizon["days"] - 1)
        frame = frame.assign(
            charge=frame["component"].replace(CHARGE_OF),
            month=frame["month"].where(frame["month"] <= f"{end:%Y-%m}", self("later")),
        )
        wide = frame.pivot_table("amount", "month", "charge", aggfunc="sum", sort=False, fill_value=0.0)
        wide = wide.reindex(columns=list(CHARGES), fill_value=0.0).rename_axis(columns=None).reset_index()
        return wide.assign(total=wide[list(CHARGES)].sum(axis=1)), str(frame["currency"].iloc[0])

    @staticmethod
    def _bill_chart(frame: pd.DataFrame, of: str, currency: str, look: Look) -> Picture:
        from warrantysim.report.charts.contracts import statement_chart

        return statement_chart(frame, CHARGES, of, currency, look=look)

    def deal(self) -> list[Block]:
        """Winning prices, when a retainer pays, shared awards, what a term is worth, what leaving costs."""
        blocks: list[Block] = []
        losers = [row for row in self.rows("winning_prices") if not row.get("signed")]
        if not losers and set(self.facts["quotes"]) <= set(self.facts["sign"]):
            blocks.append(Sentence(self("no_losers")))
        elif priced := [row for row in losers if not math.isnan(row["factor"])]:
            blocks.append(Chart("winning_prices", partial(self._prices, priced)))
        blocks += self.table("winning_prices", "quote factor:tenth low..high:tenth")
        readings, stakes, exits = (self.stored.table(name) for name in ("crossovers", "stakes", "exits"))
        for (flat, retainer), rows in [] if readings is None else readings.groupby(["flat", "retainer"], sort=False):
            about = {"sku": self.product(rows["sku"].iloc[0]), "market": self.market(rows["market"].iloc[0])}
            title = self("crossovers", retainer=self.quote(str(retainer)), flat=self.quote(str(flat)), **about)
            told = rows.assign(reading=[named("reading", reading, self.lang) for reading in rows["reading"]])
            blocks += self.table(f"crossovers_{flat}_{retainer}", "reading crossover:one", told, title)
        blocks += self.table(
            "pools", "skus units:one mean_fee:cents crossover:whole flat_cost:whole retainer_cost:whole"
        )
        columns = "first second share_first:share units_a_month:one bill_first:whole bill_second:whole bill:whole"
        blocks += self.table("awards", columns)
        if stakes is not None:
            told = stakes.assign(stake=[named("stake", term, self.lang) for term in stakes["term"]])
            blocks += self.table("stakes", "quote stake adds:signed low..high:whole", told)
        if exits is not None:
            columns = "quote desk currency notice_month:whole months_due:whole due:whole"
            blocks += self.table("exits", columns, exits.assign(notice_month=exits["notice_month"] + 1))
        return blocks

    def _prices(self, rows: list[dict[str, Any]], look: Look) -> Picture:
        from warrantysim.report.charts.contracts import price_chart

        marks = [(row["factor"], row["low"], row["high"]) for row in rows]
        return price_chart(marks, [self.quote(row["quote"]) for row in rows], look=look)

    def terms(self) -> list[Block]:
        """Terms side by side, what they leave open, and the price of one repaired unit by volume."""
        import pandas as pd

        blocks: list[Block] = []
        if (terms := self.stored.table("terms")) is not None:
            flagged = int(terms["flag"].isin(OPEN).sum())
            foreign = len(terms[terms["flag"] == "foreign"].drop_duplicates(["quote", "desk"]))
            blocks += [
                Sentence(self("terms_told", n=terms["quote"].nunique(), open=flagged, foreign=foreign)),
                self.side_by_side(terms),
                Sentence(self("terms_note", currency=self.facts["currency"]), "legend"),
            ]
        if (unknown := self.stored.table("unknown_terms")) is not None and len(unknown):
            shown = unknown.assign(term=[full_name(term, self.lang) for term in unknown["term"]])
            blocks += self.table("unknown_terms", "quote desk term favourable usual unfavourable", shown)
        if (ranges := self.stored.table("unknown_range")) is not None and len(ranges):
            told = ranges.assign(
                signs=ranges["signs"].map(self.joined),
                reading=[self(f"reading.{reading}") for reading in ranges["reading"]],
                best=[self("yes" if best else "no") for best in ranges["best"]],
            )
            columns = "signs reading cost:whole saving:signed low..high:whole best"
            blocks += self.table("unknown_range", columns, told)
        texts: dict[tuple[str, str], list[str]] = {}
        for row in self.rows("open_terms"):
            key = f"open.{row['term']}.{row['kind']}"
            text = say(key if known(key) else f"open.{row['term']}", self.lang)
            texts.setdefault((row["quote"], text), []).append(row["desk"])
        of = {key: listed(map(self.market, filter(None, desks)), self.lang) for key, desks in texts.items()}
        found = pd.DataFrame([(q, of[q, text], text) for q, text in of], columns=["quote", "desk", "open"])
        blocks += self.table("open_terms", "quote desk open", found) or [Sentence(self("nothing_open"))]
        for sku in filter(partial(self.chosen, "product"), self.products()):
            blocks.append(Chart(f"by_volume_{sku}", partial(self._by_volume, sku)))
        return [*blocks, Sentence(self("volume_note"), "legend")] if self.products() else blocks

    def side_by_side(self, terms: pd.DataFrame) -> TableOf:
        """A row a term that any quote states or leaves open, a column a desk, each cell a text with its flag."""
        import pandas as pd

        desks = list(dict.fromkeys(zip(terms["quote"], terms["desk"], strict=True)))
        rows = []
        for term, here in terms.groupby("term", sort=False):
            cells = {(row["quote"], row["desk"]): self.term(row) for row in rows_of(here)}
            if any(cells.values()):
                about = say(f"qgroup.{here['group'].iloc[0]}", self.lang)
                rows.append((about, say(f"qterm.{term}", self.lang), *(cells.get(desk, "") for desk in desks)))
        columns = [Column(key, say(f"qterm.{key}", self.lang)) for key in ("about", "term")]
        columns += [Column(f"{quote} {desk}", self._desk(quote, desk)) for quote, desk in desks]
        frame = pd.DataFrame(rows, columns=[column.key for column in columns])
        return TableOf("side_by_side", self("terms"), frame, columns, most=0)

    def term(self, row: Mapping[str, Any]) -> str:
        """One term: the figure in the reporting currency, as stated behind it, its flag in brackets."""
        currency, kind, value, stated = self.facts["currency"], row["kind"], float(row["value"]), str(row["stated"])
        text = ""
        if kind == "text":
            key = f"qterm.{row['term']}.{row['text']}"
            text = say(key, self.lang) if known(key) else str(row["text"])
        elif not math.isnan(value):
            text = FORMS[kind](value) if kind in FORMS else f"{currency} {figures.cents(value)}"
        if stated and kind == "money" and not stated.endswith(currency):
            text = f"{text} ({stated})"
        elif stated and row["term"] == "sla_days":
            text = f"{text} {say(f'qterm.{stated}', self.lang)}"
        flag = f"[{say('qflag.' + row['flag'], self.lang)}]" if row["flag"] else ""
        return " ".join(filter(None, (text, flag)))

    def products(self) -> list[str]:
        """Products whose price by volume is told."""
        return list(dict.fromkeys(row["sku"] for row in self.rows("unit_prices")))

    def _by_volume(self, sku: str, look: Look) -> Picture:
        from warrantysim.report.charts.contracts import volume_chart

        frame = self.stored.tables["unit_prices"]
        frame = frame[frame["sku"] == sku]
        frame = frame.assign(desk=frame["desk"].map(self.market))
        return volume_chart(frame, self._names(frame), self.product(sku), self.facts["currency"], look=look)


_SAVING = {"saving": "", "low": "_low", "high": "_high"}
"""What sentences call a saving and its ends."""
