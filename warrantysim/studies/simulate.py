"""What rules cost, by category, market and product, with intervals; several rules beside each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import Field

from warrantysim.analysis.cases import Case
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.result import Result
from warrantysim.experiment.simulate import AllFailed
from warrantysim.experiment.summary import Failure
from warrantysim.locale.wording import LANGUAGES, Lang, named, period, say, titled, with_value
from warrantysim.present.blocks import Block, Column, Points, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.rows import rows_of
from warrantysim.studies.study import Options, Say, Stored, Study, Work

if TYPE_CHECKING:
    import pandas as pd

SHOWN_BY = ("category", "market", "sku")
"""Tables of costs that are shown, with what a rule saves in each."""
WRITTEN_BY = (*SHOWN_BY, "disposition", "channel", "partner", "month")
"""Tables of costs that are written."""
COUNTED = ("market", "sku")
"""Columns by which claims are counted beside their cost."""
RECORDED = ("years", "days_in_all", "savings", *(f"cost_by_{by}" for by in (*SHOWN_BY, "disposition")))
"""Tables of the record."""
MOST_CHANGES = 8
"""Changes of a what-if that are told before 'and N more'."""


class SimulateOptions(Options):
    """How much luck is simulated."""

    replications: int | None = Field(None, ge=1, le=100_000)
    """Years simulated; the scenario's where not given; with a target the least number [count]."""
    target: float | None = Field(None, gt=0)
    """Go on until the half-width of the interval is this small [reporting currency over the horizon, > 0]."""


@dataclass(frozen=True)
class SimulatedCosts:
    """A simulation, and what its scenario changes of its base, a line each."""

    result: Result
    changes: tuple[str, ...] = ()


class SimulateStudy(Study[SimulateOptions, SimulatedCosts]):
    """Rules of one scenario on the same claims. Can be stopped and kept."""

    name = "simulate"
    Options = SimulateOptions
    cases = (1, None)

    def run(self, cases: Sequence[Case], ask: SimulateOptions, work: Work) -> SimulatedCosts:
        """As `experiment.simulate`.

        Raises
        ------
        AllFailed
            If no replication is complete.
        """
        from warrantysim.experiment.simulate import simulate

        found = simulate(
            cases[0].scenario,
            [case.policy for case in cases],
            replications=ask.replications,
            seed=work.seed,
            target=ask.target,
            **work.means(self.name),
        )
        if not found.complete:
            if found.failures:
                raise AllFailed(found.failures[0])
            raise Cancelled("cancelled")
        return SimulatedCosts(found, tuple(work.changes))

    def tables(self, found: SimulatedCosts) -> Mapping[str, pd.DataFrame]:
        """Costs by every key, claims and days, benches, and what each further rule saves against the first."""
        r = found.result
        frames = {"replications": r.totals, "years": r.yearly(), "days_in_all": r.days()}
        frames |= {f"cost_by_{by}": r.costs((by,)) for by in WRITTEN_BY}
        frames["cost_detail"] = r.costs(("sku", "market", "channel", "disposition", "partner", "category", "kind"))
        frames |= {f"days_by_{by}": r.days((by,)) for by in ("market", "sku", "disposition")}
        frames |= {f"claims_by_{by}": r.claims((by,)) for by in ("closure", "disposition")}
        frames |= {"benches": r.benches(), "benches_year": r.benches(("bench",))}
        return frames | ({"savings": _savings(r)} if len(r.policies) > 1 else {})

    def facts(self, found: SimulatedCosts) -> Mapping[str, Any]:
        """Rules, names of products and markets, years run, failures, and whether a target was reached."""
        r, s = found.result, found.result.scenario
        own = {name: p if p.name == name else None for name, p in zip(r.names, r.policies, strict=True)}
        titles = {name: {lang: titled(p and p.title, name, lang) for lang in LANGUAGES} for name, p in own.items()}
        return {
            "version": r.version,
            "cases": list(r.names),
            "case_titles": titles,
            "replications": len(r.complete),
            "complete": list(r.complete),
            "failures": [{"replication": f.replication, "kind": f.kind, "message": f.message} for f in r.failures],
            "cancelled": r.cancelled,
            "changes": list(found.changes),
            "first_day": s.horizon.first_day,
            "by_events": {},
            "runs": len(r.summaries),
            **r.by_events,
            "missed": r.target if r.target is not None and not _reached(r, r.target) else None,
            "names": {
                "sku": {row.sku: {"en": row.name_en, "zh": row.name_zh} for row in s.skus},
                "market": {id: {lang: titled(m.title, id, lang) for lang in LANGUAGES} for id, m in s.markets.items()},
            },
        }

    def failures(self, found: SimulatedCosts) -> Sequence[Failure]:
        """Runs that broke."""
        return found.result.failures

    def record(self, stored: Stored) -> dict[str, Any]:
        """Facts and the tables that are shown."""
        told = {name: frame for name in RECORDED if (frame := stored.table(name)) is not None}
        return super().record(Stored(told, stored.facts))

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """What each rule costs and how they differ, in sentences; then every table."""
        page = _Answer(self.name, lang, stored.facts, stored)
        many = len(page.rules) > 1
        changes = page.facts["changes"]
        more = len(changes) - MOST_CHANGES
        title = page("title_many" if many else "title", title=page.title("scenario"), policy=page.rule(0))
        told = [*changes[:MOST_CHANGES], *([say("cost.more_changes", lang, n=more)] if more > 0 else [])]
        changed: list[Block] = [Sentence(say("cost.changes", lang)), Points(told)] if told else []
        blocks: list[Block] = [
            Sentence(title, "title"),
            *page.basis(days=page.facts["days"]),
            *changed,
            *(Sentence(text) for text in (*page.wholes(), *page.differences())),
            *([page.compared()] if many else []),
            *(page.beside(by) if many else page.alone(by) for by in SHOWN_BY),
            *(page.dispositions(k) for k in range(len(page.rules))),
        ]
        if benches := page.benches():
            blocks.append(benches)
        return [*blocks, page.provenance()]


def _savings(r: Result) -> pd.DataFrame:
    """What each further rule saves against the first: in all, then by `SHOWN_BY`."""
    import pandas as pd

    found = []
    for k, name in enumerate(r.names[1:], start=1):
        found.append(r.savings((), k).assign(policy=name, by="all", group="all"))
        found += [r.savings((by,), k).assign(policy=name, by=by).rename(columns={by: "group"}) for by in SHOWN_BY]
    joined = pd.concat(found, ignore_index=True)
    first = ["policy", "by", "group"]
    return joined[[*first, *(column for column in joined if column not in first)]]


def _reached(r: Result, target: float) -> bool:
    """Whether the half-width of every saving, or of the cost of a single rule, is small enough."""
    totals = r.totals_by_policy()
    widths = t_interval(totals[:1] - totals[1:] if len(totals) > 1 else totals, r.level).half_width
    return bool((widths <= target).all())


@dataclass(frozen=True)
class _Answer(Say):
    """Sentences and tables of one simulation."""

    stored: Stored

    @property
    def rules(self) -> list[str]:
        """Names of the rules, the first what others are compared with."""
        return list(self.facts["cases"])

    def rule(self, k: int) -> str:
        """What a rule is called."""
        return self.case(self.rules[k])

    def of(self, table: str, k: int) -> pd.DataFrame:
        """Rows of a table about a rule."""
        frame = self.stored.tables[table]
        return frame[frame["policy"] == self.rules[k]].reset_index(drop=True)

    def saved(self, by: str, k: int) -> dict[str, dict[str, Any]]:
        """What a further rule saves, by group."""
        frame = self.of("savings", k)
        return {row["group"]: row for row in rows_of(frame[frame["by"] == by])}

    @cached_property
    def years(self) -> list[dict[str, Any]]:
        """Cost of each rule, with its interval."""
        return rows_of(self.stored.tables["years"])

    @cached_property
    def when(self) -> str:
        """``a year``, or the days of the horizon."""
        return period(self.facts["days"], self.lang)

    @property
    def money(self) -> str:
        """Heading of a column of costs."""
        return self.head("cost_period", currency=self.facts["currency"], period=self.when)

    def head(self, column: str, **facts: Any) -> str:
        """The heading of a column."""
        return say(f"column.{column}", self.lang, **facts)

    def interval(self, low: str = "low", high: str = "high", give_up: int = 0) -> Column:
        """A column of intervals."""
        heading = self.head("interval", level=figures.level(self.facts["confidence"]))
        return Column(low, heading, "whole", ends=(low, high), only_ends=True, give_up=give_up)

    def term(self, by: str, word: str) -> str:
        """What a value of a column is called."""
        if by == "partner":
            return self.doer(word)
        known = self.facts["names"].get(by, {}).get(word)
        if known is None:
            return named(by, word, self.lang)
        return f"{word} {self.own(known)}".strip() if by == "sku" else self.own(known)

    def wholes(self) -> Iterator[str]:
        """What each rule costs and how long claims take; that a target was not reached."""
        sums = self.stored.tables["replications"].groupby("policy", as_index=False).mean(numeric_only=True)
        means = {row["policy"]: row for row in rows_of(sums)}
        days = {row["policy"]: row for row in rows_of(self.stored.tables["days_in_all"])}
        for k, (name, year) in enumerate(zip(self.rules, self.years, strict=True)):
            cash, expected, claims = (float(means[name][column]) for column in ("cash", "expected", "claims"))
            yield self(
                "unsure" if math.isnan(year["half_width"]) else "total",
                policy=self.rule(k),
                currency=self.facts["currency"],
                total=figures.whole(year["mean"]),
                period=self.when,
                low=figures.whole(year["low"]),
                high=figures.whole(year["high"]),
                cash=figures.whole(cash),
                expected=figures.whole(expected),
                claims=figures.whole(claims),
                each=figures.cents(year["mean"] / claims if claims else math.nan),
            )
            if name in days:
                yield self("days", **{at: figures.days(days[name][at]) for at in ("p50", "p90")})
        if self.facts["missed"] is not None:
            missed = f"{self.facts['missed']:,.0f}"
            yield say("message.target", self.lang, target=missed, n=self.facts["replications"])

    def differences(self) -> Iterator[str]:
        """What each further rule saves or costs against the first."""
        for k in range(1, len(self.rules)):
            row = self.saved("all", k)["all"]
            saving, low, high, needed = (row[name] for name in ("saving", "low", "high", "needed"))
            if math.isnan(row["half_width"]):
                key = "single"
            elif not row["detectable"]:
                key = "no_difference" if math.isfinite(needed) else "never"
            else:
                key = "saving" if saving > 0 else "loss"
            if key == "loss":
                saving, low, high = -saving, -high, -low
            amount = figures.signed(saving) if key == "single" else figures.whole(saving)
            yield self(
                key,
                policy=self.rule(k),
                base=self.rule(0),
                saving=f"{self.facts['currency']} {amount}",
                period=self.when,
                low=figures.whole(low),
                high=figures.whole(high),
                n=figures.whole(needed) if math.isfinite(needed) else "",
            )

    def compared(self) -> TableOf:
        """A row a rule, savings against the first."""
        import pandas as pd

        frame = self.stored.tables["years"].assign(rule=[self.rule(k) for k in range(len(self.rules))])
        told: list[dict[str, Any]] = [{}, *(self.saved("all", k)["all"] for k in range(1, len(self.rules)))]
        for column, source in {"saved": "saving", "saved_low": "low", "saved_high": "high", "p": "p_cheaper"}.items():
            frame[column] = pd.Series([row.get(source, math.nan) for row in told], dtype=float)
        columns = [
            Column("rule", self.head("policy")),
            Column("mean", self.money, "whole"),
            self.interval(give_up=2),
            Column("p90", self.head("p90"), "whole", give_up=4),
            Column("saved", self.head("saving"), "signed"),
            self.interval("saved_low", "saved_high", give_up=1),
            Column("p", self.head("p_cheaper"), "share", give_up=3),
        ]
        return TableOf("years", self("compared"), frame, columns)

    def alone(self, by: str) -> TableOf:
        """Cost of a single rule with its interval, and claims with their days where they are counted."""
        import pandas as pd

        frame, year = self.of(f"cost_by_{by}", 0), self.years[0]
        whole = pd.DataFrame([{by: "", **{name: year[name] for name in ("mean", "low", "high")}}])
        if by in COUNTED:
            met = self.of(f"days_by_{by}", 0)[[by, "claims", "p50", "p90"]]
            frame = frame.merge(met, on=by, how="left")
            claims = self.of("replications", 0)["claims"].mean()
            whole = whole.assign(claims=claims, **{at: self.of("days_in_all", 0)[at] for at in ("p50", "p90")})
        labels = [*(self.term(by, word) for word in frame[by]), self.head("total")]
        shown = pd.concat([frame, whole], ignore_index=True).assign(what=labels)
        shown["share"] = shown["mean"] / year["mean"] if year["mean"] else math.nan
        columns = [
            Column("what", self.head("cost_category" if by == "category" else by)),
            Column("mean", self.money, "whole"),
            self.interval(give_up=2),
            Column("share", self.head("share"), "tenth", give_up=1),
        ]
        if by in COUNTED:
            shown["claims"] = shown["claims"].fillna(0.0)
            shown["each"] = shown["mean"] / shown["claims"].where(shown["claims"] > 0)
            columns += [
                Column("claims", self.head("claims"), "whole"),
                Column("each", self.head("per_claim"), "cents"),
                Column("p50", self.head("days_p50"), "days", give_up=4),
                Column("p90", self.head("days_p90"), "days", give_up=3),
            ]
        return TableOf(f"cost_by_{by}", self(f"by_{by}"), shown, columns, total=True)

    def beside(self, by: str) -> TableOf:
        """Costs of several rules side by side; of two, what the second saves."""
        import pandas as pd

        frame = self.stored.tables[f"cost_by_{by}"]
        # Groups in the order of the first rule's cost, then those it does not have.
        wide = frame.pivot_table("mean", by, "policy", sort=False).reindex(list(dict.fromkeys(frame[by])))
        shown = wide.reindex(columns=self.rules).fillna(0.0).reset_index()
        shown.columns = pd.Index([by, *(f"mean_{k}" for k in range(len(self.rules)))])
        whole = {by: "", **{f"mean_{k}": year["mean"] for k, year in enumerate(self.years)}}
        labels = [*(self.term(by, word) for word in shown[by]), self.head("total")]
        shown = pd.concat([shown, pd.DataFrame([whole])], ignore_index=True).assign(what=labels)
        columns = [Column("what", self.head("cost_category" if by == "category" else by))]
        columns += [Column(f"mean_{k}", self.rule(k), "whole", least=12) for k in range(len(self.rules))]
        if len(self.rules) == 2:
            saved = [*(self.saved(by, 1).get(word, {}) for word in shown[by][:-1]), self.saved("all", 1)["all"]]
            for column in ("saving", "low", "high"):
                shown[column] = [row.get(column, math.nan) for row in saved]
            columns += [Column("saving", self.head("saving"), "signed"), self.interval(give_up=1)]
        return TableOf(f"cost_by_{by}", self(f"by_{by}"), shown, columns, total=True)

    def dispositions(self, k: int) -> TableOf:
        """Claims, descendants among them, by what was done with them."""
        import pandas as pd

        counts, costs = (self.of(f"{what}_by_disposition", k) for what in ("claims", "cost"))
        cost: dict[str, float] = dict(zip(costs["disposition"], costs["mean"], strict=True))
        whole = counts["mean"].sum()
        rows: list[tuple[Any, ...]] = []
        for word, claims in zip(counts["disposition"], counts["mean"], strict=True):
            own = cost.pop(word, 0.0)
            rows.append((self.term("disposition", word), claims, claims / whole, own, own / claims))
        if round(apart := sum(cost.values())):
            rows.append((self.term("disposition", ""), math.nan, math.nan, apart, math.nan))
        names = ("what", "claims", "share", "mean", "each")
        heads = (*(self.head(name) for name in ("disposition", "claims", "share")), self.money, self.head("per_claim"))
        kinds = ("text", "whole", "tenth", "whole", "cents")
        columns = [
            Column(name, heading, kind, give_up=int(name == "share"))  # type: ignore[arg-type]
            for name, heading, kind in zip(names, heads, kinds, strict=True)
        ]
        title = self("by_disposition")
        title = with_value(title, self.rule(k), self.lang) if len(self.rules) > 1 else title
        return TableOf(f"handled_{k}", title, pd.DataFrame(rows, columns=list(names)), columns)

    def benches(self) -> TableOf | None:
        """The month in which each bench worked most; None where none did."""
        frame = self.stored.table("benches")
        if frame is None or not frame["visits"].any():
            return None
        frame = frame[frame["visits"] > 0]
        peak = frame.loc[frame.groupby(["policy", "bench"], sort=False)["minutes"].idxmax()]
        called = peak["bench"].map(self.doer)
        shown = peak.assign(rule=[self.case(name) for name in peak["policy"]], bench=called, hours=peak["minutes"] / 60)
        columns = [
            *([Column("rule", self.head("policy"))] if len(self.rules) > 1 else []),
            Column("bench", self.head("bench")),
            Column("month", self.head("month")),
            Column("visits", self.head("visits"), "whole"),
            Column("hours", self.head("hours"), "whole", give_up=1),
            Column("utilisation", self.head("utilisation"), "share"),
            Column("wait_days", self.head("wait"), "days"),
        ]
        return TableOf("busiest", self("benches"), shown, columns)


STUDY = SimulateStudy()
