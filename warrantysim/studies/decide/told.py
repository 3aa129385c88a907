"""A decision as blocks: its typed tables, and the whole answer in order."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, known, named, say
from warrantysim.money.categories import PARTS
from warrantysim.present.blocks import Block, Chart, Column, Points, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.doers import Titles, doer
from warrantysim.report.rows import rows_of
from warrantysim.studies.decide.sentences import Row, Sentences, whole_parts
from warrantysim.studies.decide.words import CaseWords, CellText, in_language, scarce
from warrantysim.studies.waiting import WAITING, service_table_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.decision.decide import Decision
    from warrantysim.report.charts.theme import Look, Picture
    from warrantysim.schema.root import Scenario

MOST_ON_TOP = 5
"""Changes told as sentences before the table."""
MOST_CHANGES = 8
"""Changes of the base that are told [count]."""
MOST_DRAWN = 24
"""Cells drawn in one chart of thresholds, those first that save most."""
ORDER = {
    "slow": 0,
    "fragile": 1,
    "contract": 2,
    "unproved": 2,
    "small": 3,
    "whole_small": 3,
    "unsure": 4,
    "whole_unsure": 4,
    "loss": 5,
}
"""Rows that are left as they are: those a person may want to tick first."""


@dataclass(frozen=True)
class Told(Sentences):
    """One decision in one language: every sentence and table of it."""

    @staticmethod
    def of(decision: Decision, scenario: Scenario, lang: Lang = "en", waiting: pd.DataFrame | None = None) -> Told:
        """Of a decision that is at hand with its scenario; ``waiting``: service by market, where it is known."""
        from warrantysim.studies.decide.files import ladder_frame, law_frame

        tables = {"ladder": ladder_frame(decision, scenario), "law": law_frame(decision, scenario)}
        tables |= {} if waiting is None else {WAITING: waiting}
        return Told(decision, CaseWords.of(scenario), lang, tables)

    def ladder_blocks(self) -> list[Block]:
        """Both; nothing without a ladder."""
        said: list[Block] = [Sentence(text) for text in self.ladder()]
        return said and [*said, Points(self.ladder_lines())]

    def law(self) -> TableOf | None:
        """What each row of the law costs, a market as a whole before its rows; None where nothing is demanded."""
        return None if self.tables["law"].empty else self.law_table(self.tables["law"])

    def law_table(self, whole: pd.DataFrame) -> TableOf:
        """The same of rows that are at hand."""
        rows = rows_of(whole)
        frame = whole.assign(
            market=[in_language(self.words.markets[str(row["market"])], self.lang) for row in rows],
            article=[_article(row, self.lang) for row in rows],
            ages=[_ages(row, self.lang) for row in rows],
            bound=whole["claims"],
            consent=[_agreed(row) for row in rows],
        )
        columns = [
            Column("market", self.head("market")),
            Column("article", self.head("article")),
            Column("ages", self.head("ages"), give_up=1),
            Column("bound", self.head("bound"), "whole", give_up=2),
            Column("cost", self.say("column.cost_period"), "whole"),
            Column("consent", self.head("agree"), give_up=3),
        ]
        return TableOf("law", self.say("law.title"), frame, columns)

    def law_legend(self) -> str:
        """How to read it."""
        return self.say("law.legend")

    @property
    def drawn(self) -> bool:
        """Whether assumptions were drawn."""
        return any(row["robust_draws"] for row in self.rows)

    def rules(self) -> TableOf:
        """One row a cell whose rule changes, then what belongs to none of them, then the whole."""
        d = self.d
        found = d.saving.interval
        whole = {"saving": float(found.mean), "low": float(found.low), "high": float(found.high)}
        rows = [
            *(self._first(row, self.cells.new(row, lines=True), "saving", "saving") for row in self.taken),
            {"cell": self.head("shared"), "rule": self.head("shared_what"), "saving": d.shared},
            {"cell": self.head("total"), "claims": sum(row["claims"] for row in self.rows), **whole},
        ]
        columns = self._first_columns("rule_new", "saving_period")
        if self.drawn:
            columns.append(Column("robust", self.head("robust"), "share", give_up=3))
        columns.append(Column("each_now", self.head("each_now_new"), "cents", then="each", give_up=4))
        return TableOf("rules", self.say("decision.rules"), _framed(rows, columns), columns, total=True)

    def kept(self) -> TableOf | None:
        """Cells that are left as they are though the optimum would change them; None where there are none."""
        left = [row for row in self.rows if not row["taken"] and row["because"] not in {"same", "idle"}]
        left.sort(key=lambda row: (ORDER.get(row["because"], -1), -row["free_saving"]))
        rows = [self._first(row, self.cells.offered(row, lines=True), "free_saving", "free") for row in left]
        columns = self._first_columns("rule_free", "would_save")
        return TableOf("kept", self.say("decision.kept"), _framed(rows, columns), columns) if rows else None

    def _first_columns(self, rule: str, saving: str) -> list[Column]:
        """What both tables of rules begin with: verdict, cell, claims, two rules, a saving and its interval."""
        return [
            Column("verdict", self.head("verdict")),
            Column("cell", self.head("cell")),
            Column("claims", self.head("claims"), "whole"),
            Column("now", self.head("rule_now")),
            Column("rule", self.head(rule)),
            Column("saving", self.say(f"column.{saving}"), "signed"),
            Column("low", self.head("interval_short"), "whole", ends=("low", "high"), only_ends=True, give_up=1),
        ]

    def _first(self, row: Row, rule: str, saving: str, ends: str) -> dict[str, Any]:
        """A row of these columns; ``rule``: beside today's; ``saving`` and ``ends``: its columns."""
        return {
            "verdict": self.cells.verdict(row).replace(" ", "\n"),
            "cell": self._code(row),
            "claims": row["claims"],
            "now": self.cells.now(row, lines=True),
            "rule": rule,
            "saving": row[saving],
            "low": row[f"{ends}_low"],
            "high": row[f"{ends}_high"],
            "robust": row["robust_share"] if row["robust_draws"] else math.nan,
            "each_now": row["cash_now"] + row["expected_now"],
            "each": row["cash"] + row["expected"],
        }

    def _code(self, row: Row) -> str:
        return self.cells.code(row) + ("*" if row["few_claims"] else "")

    def parts(self) -> TableOf | None:
        """The saving by part: a row a cell that changes, what belongs to none of them, the whole with its intervals;
        None for a decision stored without, and where nothing changes."""
        whole, shared = self.d.parts, self.d.shared_parts
        if not whole or not self.taken:
            return None

        def line(title: str, parts: Sequence[float]) -> dict[str, Any]:
            return {"cell": title, **dict(zip(PARTS, parts, strict=True)), "sum": sum(parts)}

        means = [float(whole[name].interval.mean) for name in PARTS]
        ends = {title: interval for title, (_, _, interval) in zip(PARTS, whole_parts(whole, self.lang), strict=True)}
        rows = [
            *(line(self.cells.code(row), [row[f"part_{name}"] for name in PARTS]) for row in self.taken),
            line(self.head("shared"), [shared[name] for name in PARTS]),
            {"cell": self.say("decision.parts_interval"), **ends},
            line(self.head("total"), means),
        ]
        columns = [
            Column("cell", self.head("cell")),
            *(Column(name, named("part_short", name, self.lang), "signed") for name in PARTS),
            Column("sum", self.say("column.saving_period"), "signed"),
        ]
        return TableOf("parts", self.say("decision.parts"), _framed(rows, columns), columns, total=True)

    def details(self) -> TableOf | None:
        """What stands behind the rules that change; None where none does."""
        if not self.taken:
            return None
        rows = [
            {
                **row,
                "cell": self._code(row),
                "days": f"{_days(row, '_now')} → {_days(row, '')}",
                "cut": cut_text(row) or self.head("no_cut"),
                "held": self.cells.binds(row),
            }
            for row in self.taken
        ]
        columns = [
            Column("cell", self.head("cell")),
            Column("claims_changing", self.head("changing"), "whole"),
            Column("cash_now", self.head("cash_now_new"), "cents", then="cash"),
            Column("expected_now", self.head("expected_now_new"), "cents", then="expected"),
            Column("days", self.head("days_now_new")),
            *([Column("cut", self.head("flat"), give_up=1)] if self.cut_points else []),
            Column("held", self.head("binds"), give_up=2),
        ]
        return TableOf("details", self.say("decision.details"), _framed(rows, columns), columns)

    @property
    def cut_points(self) -> bool:
        """Whether any rule that changes has a cut-point."""
        return any(len(row["cuts"]) for row in self.taken)

    def tried(self) -> TableOf:
        """Rules simulated on the choosing replications, cheapest first."""
        rows = [
            {"name": tried_name(t.name, self.words.partners, self.lang), "cost": t.cost}
            for t in sorted(self.d.tried, key=_cost)
        ]
        columns = [Column("name", self.head("policy")), Column("cost", self.head("simulated"), "whole")]
        return TableOf("tried", self.say("decision.tried"), _framed(rows, columns), columns)

    def blocks(
        self, changes: Sequence[str] = (), memory: float | None = None, version: str = "", path: str = ""
    ) -> list[Block]:
        """The whole answer. ``changes``: what the scenario changes of its base; ``memory``: the most it took, where
        that is known [MB]; ``path``: what `by_events` says."""
        d = self.d
        out: list[Block] = [
            Sentence(self.title(), "title"),
            Sentence(self.basis(), "basis"),
            Sentence(self.verdicts(), "basis"),
            *self._changed(changes),
            *(Sentence(text) for text in self.answer()),
        ]
        if ladder := self.ladder_blocks():
            out += [Sentence(self.say("ladder.head"), "head"), *ladder, Sentence(self.say("ladder.behind"), "legend")]
        if top := [self.cells.sentence(row) for row in self.taken[:MOST_ON_TOP]]:
            out += [Sentence(self.say("decision.top"), "head"), Points(top, numbered=True)]
        out += [Chart("savings", self.savings), *([self.rules()] if self.taken else [])]
        out += [
            Sentence(text, "legend")
            for text in (*self.groups(), *self.shared_bills(self.cells_taken), self.legend(), self.lines())
        ]
        out += self._thresholds()
        if kept := self.kept():
            out += [kept, *(Sentence(text, "legend") for text in (*self.held_bills(), self.kept_legend()))]
        if unknown := self.bills_unknown():
            out.append(Sentence(unknown, "note"))
        if (waiting := self.tables.get(WAITING)) is None:
            out.append(Sentence(self.say("service.not_stored"), "note"))
        elif len(waiting):
            out.append(service_table_of(waiting, self.lang, market=self.market))
        if parts := self.parts():
            out += [parts, Sentence(self.say("decision.parts_legend"), "legend")]
        if details := self.details():
            out += [details, *([Sentence(self.say("decision.details_legend"), "legend")] if self.cut_points else [])]
        if law := self.law():
            out += [law, Sentence(self.law_legend(), "legend")]
        out += [Sentence(self.say("decision.checks"), "head"), *(Sentence(text) for text in self.checks())]
        out += [self.tried(), Sentence(self.say("decision.scarce"), "head")]
        out.append(Points(list(scarce(d, self.words, self.lang))))
        out += [Sentence(self.say("decision.time"), "head"), *(Sentence(text) for text in self.times(memory))]
        facts = {"version": version, "name": self.words.name, "digest": self.words.digest[:12], "seed": d.seed}
        return [*out, Sentence("\n" + say("provenance", self.lang, **facts) + path, "provenance")]

    def _changed(self, changes: Sequence[str]) -> list[Block]:
        """What the scenario changes of its base; nothing where it is the base."""
        more = len(changes) - MOST_CHANGES
        told = [*changes[:MOST_CHANGES], *([self.say("cost.more_changes", n=more)] if more > 0 else [])]
        return [Sentence(self.say("cost.changes")), Points(told)] if told else []

    def savings(self, look: Look) -> Picture:
        """What each change saves."""
        from warrantysim.report.charts.savings import saving_chart

        names = [CellText(self.words, look.lang).name(row) for row in self.rows]
        d = self.d
        return saving_chart(self.rows, names, d.currency, shared=d.shared, days=self.words.days, look=look)

    def _thresholds(self) -> list[Block]:
        """What is done at which claim value, a chart a currency: values of several have no common axis."""
        from functools import partial

        currencies = dict.fromkeys(row["currency"] for row in self.rows)
        return [Chart(f"thresholds_{one}", partial(self._zones, one)) for one in currencies]

    def _zones(self, currency: str, look: Look) -> Picture:
        from warrantysim.report.charts.thresholds import threshold_chart

        mine = sorted((row for row in self.rows if row["currency"] == currency), key=lambda row: -row["saving"])
        drawn = mine[:MOST_DRAWN]
        names = [CellText(self.words, look.lang).name(row) for row in drawn]
        return threshold_chart(drawn, names, currency, partners=self.words.partners, look=look)


def cut_text(row: Row) -> str:
    """Each best cut-point, unrounded, and within which values it may lie at next to no cost; a line each."""
    ranges = [f" [{figures.about(low)}..{figures.about(high)}]" for low, high in row["flat"]]
    ranges += [""] * (len(row["cuts"]) - len(ranges))
    return "\n".join(f"{figures.about(cut)}{span}" for cut, span in zip(row["cuts"], ranges, strict=False))


def tried_name(name: str, partners: Titles, lang: Lang) -> str:
    """What a starting point of the search is called."""
    if known(f"tried.{name}"):
        return say(f"tried.{name}", lang)
    if only := re.fullmatch(r"repair only by (.+)", name):
        return say("tried.only", lang, partner=doer(only[1], partners, lang))
    if later := re.fullmatch(r"round (\d+)", name):
        return say("tried.round", lang, n=later[1])
    return name


def _cost(tried: Any) -> float:
    return float(tried.cost)


def _framed(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> pd.DataFrame:
    """Rows as a frame with every column that is shown; what a row does not have is absent."""
    import pandas as pd

    names = [name for column in columns for name in (column.key, *(column.ends or ()), column.then) if name]
    empty = {column.key: "" for column in columns if column.kind == "text"}
    absent = dict.fromkeys(names, math.nan) | empty
    return pd.DataFrame([{name: row.get(name, absent[name]) for name in absent} for row in rows], columns=list(absent))


def _days(row: Row, when: str) -> str:
    return f"{figures.days(row[f'days_p50{when}'])}/{figures.days(row[f'days_p90{when}'])}"


def _article(row: Row, lang: Lang) -> str:
    if not row["article"]:
        return say("law.whole", lang)
    return say("law.region", lang, region=row["region"], article=row["article"]) if row["region"] else row["article"]


def _ages(row: Row, lang: Lang) -> str:
    if not row["article"]:
        return ""
    ages = say("law.ages", lang, low=figures.whole(row["age_from_days"]), high=figures.whole(row["age_to_days"]))
    sold = row["sold_from"]
    return ages if sold == dt.date.min.isoformat() else say("law.sold", lang, ages=ages, day=sold)


def _agreed(row: Row) -> str:
    """Customers who take money, and who take a repaired unit; told for the market as a whole."""
    shares = ("consent_to_money_share", "refurbished_consent_share")
    return "" if row["article"] else " / ".join(figures.share(row[name], 0) for name in shares)
