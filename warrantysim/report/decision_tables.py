"""The decision as tables of text: the rules, one row a cell, and what stands behind the rows that change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, named, period, say
from warrantysim.money.categories import PARTS
from warrantysim.report import figures
from warrantysim.report.cell_text import CellText
from warrantysim.report.tables import Column, table

if TYPE_CHECKING:
    from warrantysim.experiment.intervals import Difference

ROOMY = 125
"""From this width on the rules also show what a claim costs [columns of text]."""
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
class DecisionTables:
    """Rows of a decision table (see `decision.table`) in one language at one width."""

    rows: Sequence[Mapping[str, Any]]
    text: CellText
    width: int

    @property
    def lang(self) -> Lang:
        """Language of everything shown."""
        return self.text.lang

    def taken(self) -> list[Mapping[str, Any]]:
        """Rows whose rule changes, the most money first."""
        return sorted((row for row in self.rows if row["taken"]), key=lambda row: -row["saving"])

    def left(self) -> list[Mapping[str, Any]]:
        """Rows whose rule stays though the optimum would change it."""
        found = [row for row in self.rows if not row["taken"] and row["because"] not in {"same", "idle"}]
        return sorted(found, key=lambda row: (ORDER.get(row["because"], -1), -row["free_saving"]))

    def rules(self, shared: Mapping[str, float], whole: Mapping[str, float]) -> str:
        """One row a cell whose rule changes, then what belongs to none of them, then the whole.

        ``shared`` and ``whole`` hold mean, low and high of what is saved.
        """
        columns = [
            *self.first_columns("rule_new", "saving_period"),
            *([Column(self.said("robust"), "right", give_up=3)] if self.drawn else []),
            *([Column(self.said("each_now_new"), "right", give_up=2)] if self.roomy else []),
        ]
        rows = [
            [
                *self.first(row, self.text.new(row, lines=True), "saving"),
                *([self.text.stands(row)] if self.drawn else []),
                *([self.each(row)] if self.roomy else []),
            ]
            for row in self.taken()
        ]
        blank = [""] * (self.roomy + self.drawn)
        rows.append(["", self.said("shared"), "", "", self.said("shared_what"), *_saving(shared), *blank])
        claims = figures.whole(sum(row["claims"] for row in self.rows))
        rows.append(["", self.said("total"), claims, "", "", *_saving(whole), *blank])
        return table(columns, rows, self.width, total=True)

    def kept(self) -> str:
        """Cells that are left as they are though the optimum would change them; empty where there are none."""
        columns = self.first_columns("rule_free", "would_save")
        rows = [self.first(row, self.text.offered(row, lines=True), "free_saving", "free") for row in self.left()]
        return table(columns, rows, self.width) if rows else ""

    def first_columns(self, rule: str, saving: str) -> list[Column]:
        """What both tables of rules begin with: verdict, cell, claims, two rules, a saving and its interval."""
        return [
            Column(self.said("verdict")),
            Column(self.said("cell"), wraps=True),
            Column(self.said("claims"), "right"),
            Column(self.said("rule_now"), wraps=True, least=16),
            Column(self.said(rule), wraps=True, least=16),
            Column(say(f"column.{saving}", self.lang, period=self.period), "right"),
            Column(self.said("interval_short"), "right", give_up=1),
        ]

    def first(self, row: Mapping[str, Any], rule: str, saving: str, ends: str = "saving") -> list[str]:
        """A row of these columns; ``rule``: beside today's; ``saving`` and ``ends``: its columns."""
        return [
            self.text.verdict(row).replace(" ", "\n"),
            self.text.code(row) + ("*" if row["few_claims"] else ""),
            figures.whole(row["claims"]),
            self.text.now(row, lines=True),
            rule,
            figures.signed(row[saving]),
            figures.interval(row[f"{ends}_low"], row[f"{ends}_high"]),
        ]

    @property
    def drawn(self) -> bool:
        """Whether assumptions were drawn."""
        return any(row["robust_draws"] for row in self.rows)

    def parts(self, whole: Mapping[str, Difference], shared: Mapping[str, float]) -> str:
        """The saving by part: a row a cell that changes, what belongs to none of them, the whole with its
        intervals; empty for a decision stored without."""
        if not whole:
            return ""
        columns = [
            Column(self.said("cell"), wraps=True),
            *(Column(named("part_short", n, self.lang), "right") for n in PARTS),
        ]
        columns.append(Column(say("column.saving_period", self.lang, period=self.period), "right"))

        def line(title: str, parts: Sequence[float]) -> list[str]:
            return [title, *(figures.signed(x) for x in parts), figures.signed(sum(parts))]

        rows = [line(self.text.code(row), [row[f"part_{name}"] for name in PARTS]) for row in self.taken()]
        rows.append(line(self.said("shared"), [shared[name] for name in PARTS]))
        found = [whole[name].interval for name in PARTS]
        ends = [figures.interval(float(one.low), float(one.high)) for one in found]
        rows.append([say("decision.parts_interval", self.lang), *ends, ""])
        rows.append(line(self.said("total"), [float(one.mean) for one in found]))
        return table(columns, rows, self.width, total=True)

    @property
    def roomy(self) -> bool:
        """Whether there is room for the cost of a claim without breaking the lines of rules."""
        return self.width >= ROOMY

    def details(self) -> str:
        """What stands behind the rules that change; empty where none does."""
        changed = self.taken()
        if not changed:
            return ""
        columns = [
            Column(self.said("cell"), wraps=True),
            Column(self.said("changing"), "right", wraps=True, least=8),
            Column(self.said("cash_now_new"), "right", wraps=True, least=15),
            Column(self.said("expected_now_new"), "right", wraps=True, least=13),
            Column(self.said("days_now_new"), "right", wraps=True, least=17),
            *([Column(self.said("flat"), wraps=True, least=17, give_up=1)] if self.cut_points else []),
            Column(self.said("binds"), wraps=True, least=16, give_up=2),
        ]
        rows = [
            [
                self.text.code(row) + ("*" if row["few_claims"] else ""),
                figures.whole(row["claims_changing"]),
                _now_new(row["cash_now"], row["cash"]),
                _now_new(row["expected_now"], row["expected"]),
                f"{_days(row, '_now')} → {_days(row, '')}",
                *([self.flat(row) or self.said("no_cut")] if self.cut_points else []),
                self.text.binds(row),
            ]
            for row in changed
        ]
        return table(columns, rows, self.width)

    @property
    def cut_points(self) -> bool:
        """Whether any rule that changes has a cut-point."""
        return any(len(row["cuts"]) for row in self.taken())

    def top(self, most: int = 5) -> list[str]:
        """The changes that save most, as sentences."""
        return [self.text.sentence(row) for row in self.taken()[:most]]

    def each(self, row: Mapping[str, Any]) -> str:
        """Cost of a claim now and new, cash and expected together."""
        return _now_new(row["cash_now"] + row["expected_now"], row["cash"] + row["expected"])

    def flat(self, row: Mapping[str, Any]) -> str:
        """Each best cut-point, unrounded, and within which values it may lie at next to no cost; a line each."""
        ranges = [f" [{figures.about(low)}..{figures.about(high)}]" for low, high in row["flat"]]
        ranges += [""] * (len(row["cuts"]) - len(ranges))
        return "\n".join(f"{figures.about(cut)}{span}" for cut, span in zip(row["cuts"], ranges, strict=False))

    def said(self, column: str) -> str:
        """The heading of a column."""
        return say(f"column.{column}", self.lang)

    @property
    def period(self) -> str:
        """``a year``, or the days of the horizon."""
        return period(self.text.scenario.horizon.days, self.lang)


def _saving(interval: Mapping[str, float]) -> tuple[str, str]:
    return figures.signed(interval["mean"]), figures.interval(interval["low"], interval["high"])


def _now_new(now: float, new: float) -> str:
    return f"{figures.cents(now)} → {figures.cents(new)}"


def _days(row: Mapping[str, Any], when: str) -> str:
    return f"{figures.days(row[f'days_p50{when}'])}/{figures.days(row[f'days_p90{when}'])}"
