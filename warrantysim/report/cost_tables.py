"""Tables of a simulation: costs by one column, dispositions, benches, rules side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import Lang, named, period, say, titled
from warrantysim.report import figures
from warrantysim.report.rows import rows_of
from warrantysim.report.tables import Column, table

if TYPE_CHECKING:
    from warrantysim.experiment.result import Result

COUNTED = ("market", "sku")
"""Columns by which claims are counted beside their cost."""


@dataclass(frozen=True)
class CostView:
    """One result in one language at one width; every method gives one table as text."""

    result: Result
    lang: Lang
    width: int

    def costs(self, by: str) -> str:
        """Costs by category, market, sku ...: one policy with its interval, or several side by side."""
        return self._alone(by) if len(self.result.policies) == 1 else self._beside(by)

    def _alone(self, by: str) -> str:
        r = self.result
        counted = by in COUNTED
        met = {row[by]: row for row in rows_of(r.days((by,)))} if counted else {}
        columns = [
            Column(self.heading(by), wraps=True, least=16),
            Column(self.money, "right"),
            Column(self.interval, "right", give_up=2),
            Column(self.said("share"), "right", give_up=1),
            *(self._claim_columns() if counted else []),
        ]
        year = rows_of(r.yearly())[0]
        total = float(year["mean"])
        rows = []
        for row in rows_of(r.costs((by,))):
            claims = _claims(row["mean"], met.get(row[by])) if counted else []
            rows.append([self.term(by, row[by]), *_cost(row, total), *claims])
        whole = {**rows_of(r.days())[0], "claims": r.totals["claims"].mean()} if counted and met else None
        rows.append([self.said("total"), *_cost(year, total), *(_claims(total, whole) if counted else [])])
        return table(columns, rows, self.width, total=True)

    def _claim_columns(self) -> list[Column]:
        return [
            Column(self.said("claims"), "right"),
            Column(self.said("per_claim"), "right"),
            Column(self.said("days_p"), "right", give_up=3),
        ]

    def _beside(self, by: str) -> str:
        r = self.result
        frame = r.costs((by,))
        means = {(row["policy"], row[by]): row["mean"] for row in rows_of(frame)}
        columns = [Column(self.heading(by), wraps=True, least=16)]
        columns += [Column(self.policy(k), "right", wraps=True, least=12) for k in range(len(r.policies))]
        two = len(r.policies) == 2
        saved = {row[by]: row for row in rows_of(r.savings((by,)))} if two else {}
        if two:
            columns += [Column(self.said("saving"), "right"), Column(self.interval, "right", give_up=1)]
        # Groups in the order of the first policy's cost, then those it does not have.
        groups = list(dict.fromkeys(row[by] for row in rows_of(frame)))
        rows = []
        for group in groups:
            texts = [figures.whole(means.get((name, group), 0.0)) for name in r.names]
            rows.append([self.term(by, group), *texts, *(_saving(saved[group]) if two else [])])
        whole = [figures.whole(mean) for mean in r.totals_by_policy().mean(axis=1)]
        rows.append([self.said("total"), *whole, *(_saving(rows_of(r.savings())[0]) if two else [])])
        return table(columns, rows, self.width, total=True)

    def compared(self) -> str:
        """A row a policy, savings against the first."""
        r = self.result
        columns = [
            Column(self.said("policy"), wraps=True, least=14),
            Column(self.money, "right"),
            Column(self.interval, "right", give_up=2),
            Column(self.said("p90"), "right", give_up=4),
            Column(self.said("saving"), "right"),
            Column(self.interval, "right", give_up=1),
            Column(self.said("p_cheaper"), "right", give_up=3),
        ]
        rows = []
        for k, year in enumerate(rows_of(r.yearly())):
            texts = [self.policy(k), figures.whole(year["mean"]), figures.interval(year["low"], year["high"])]
            found = rows_of(r.savings((), k))[0] if k else None
            against = [*_saving(found), figures.share(found["p_cheaper"], 0)] if found else ["", "", ""]
            rows.append([*texts, figures.whole(year["p90"]), *against])
        return table(columns, rows, self.width)

    def dispositions(self, policy: str) -> str:
        """Claims, descendants among them, by what was done with them."""
        r = self.result
        counts = [row for row in rows_of(r.claims(("disposition",))) if row["policy"] == policy]
        costs = {
            row["disposition"]: row["mean"] for row in rows_of(r.costs(("disposition",))) if row["policy"] == policy
        }
        columns = [
            Column(self.said("disposition")),
            Column(self.said("claims"), "right"),
            Column(self.said("share"), "right", give_up=1),
            Column(self.money, "right"),
            Column(self.said("per_claim"), "right"),
        ]
        whole = sum(row["mean"] for row in counts)
        rows = []
        for row in counts:
            cost = costs.pop(row["disposition"], 0.0)
            texts = [figures.whole(row["mean"]), figures.share(row["mean"] / whole), figures.whole(cost)]
            rows.append([self.term("disposition", row["disposition"]), *texts, figures.cents(cost / row["mean"])])
        if round(apart := sum(costs.values())):
            rows.append([self.term("disposition", ""), "", "", figures.whole(apart), ""])
        return table(columns, rows, self.width)

    def benches(self) -> str:
        """The month in which each bench worked most; empty where none did."""
        frame = self.result.benches()
        if frame.empty or not frame["visits"].any():
            return ""
        frame = frame[frame["visits"] > 0]
        peak = frame.loc[frame.groupby(["policy", "bench"], sort=False)["minutes"].idxmax()]
        many = len(self.result.policies) > 1
        columns = [
            *([Column(self.said("policy"), wraps=True)] if many else []),
            Column(self.said("bench")),
            Column(self.said("month")),
            Column(self.said("visits"), "right"),
            Column(self.said("hours"), "right", give_up=1),
            Column(self.said("utilisation"), "right"),
            Column(self.said("wait"), "right"),
        ]
        rows = [
            [
                *([self.policy(self.result.names.index(row["policy"]))] if many else []),
                row["bench"],
                row["month"],
                figures.whole(row["visits"]),
                figures.whole(row["minutes"] / 60),
                figures.share(row["utilisation"], 0),
                figures.days(row["wait_days"]),
            ]
            for row in rows_of(peak)
        ]
        return table(columns, rows, self.width)

    def policy(self, k: int) -> str:
        """A policy's own title, or its name where it shares one with another."""
        policy, name = self.result.policies[k], self.result.names[k]
        return titled(policy.title, name, self.lang) if policy.name == name else name

    def term(self, by: str, word: str) -> str:
        """What a value of a column is called."""
        if by == "sku":
            sku = next((s for s in self.result.scenario.skus if s.sku == word), None)
            return word if sku is None else f"{word} {sku.name_zh if self.lang == 'zh' else sku.name_en}".strip()
        if by == "market":
            market = self.result.scenario.markets.get(word)
            return word if market is None else titled(market.title, word, self.lang)
        return named(by, word, self.lang)

    def heading(self, by: str) -> str:
        """What a column is called."""
        return self.said("cost_category" if by == "category" else by)

    def said(self, column: str) -> str:
        """The heading of a column."""
        return say(f"column.{column}", self.lang)

    @property
    def period(self) -> str:
        """``a year``, or the days of the horizon."""
        return period(self.result.scenario.horizon.days, self.lang)

    @property
    def currency(self) -> str:
        """Reporting currency."""
        return self.result.scenario.reporting_currency

    @property
    def money(self) -> str:
        """Heading of a column of costs."""
        return say("column.cost_period", self.lang, currency=self.currency, period=self.period)

    @property
    def interval(self) -> str:
        """Heading of a column of intervals."""
        return say("column.interval", self.lang, level=figures.level(self.result.level))


def _cost(row: Mapping[str, Any], total: float) -> list[str]:
    share = row["mean"] / total if total else math.nan
    return [figures.whole(row["mean"]), figures.interval(row["low"], row["high"]), figures.share(share)]


def _claims(cost: float, met: Mapping[str, Any] | None) -> list[str]:
    """Claims, cost of each, days; ``met`` is None where there was no claim."""
    if met is None or not met["claims"]:
        return ["0", "", ""]
    days = f"{figures.days(met['p50'])} / {figures.days(met['p90'])}"
    return [figures.whole(met["claims"]), figures.cents(cost / met["claims"]), days]


def _saving(row: Mapping[str, Any]) -> Sequence[str]:
    return figures.signed(row["saving"]), figures.interval(row["low"], row["high"])
