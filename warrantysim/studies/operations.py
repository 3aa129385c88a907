"""How the year runs: promises kept, queues at benches, open claims, dispatches and the swap pool, rule beside rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from warrantysim.analysis.cases import Case
from warrantysim.experiment.operated import operated
from warrantysim.locale.wording import Lang, listed, named, say
from warrantysim.present.blocks import Block, Chart, Choice, Figure, Figures, Part, Sentence
from warrantysim.report import figures
from warrantysim.report.closed_days import closed_months, long_closures
from warrantysim.report.export import row_records
from warrantysim.studies.counted import CountedOptions, CountedStudy, Page
from warrantysim.studies.study import Stored, Work

if TYPE_CHECKING:
    import pandas as pd

BOTH = "both"
"""Choice of all rules side by side."""
DAYS, LONGEST = 14, 60
"""Days within which claims should be resolved, unless said otherwise; and at most."""
RECORDED = ("promises", "resolved_apart", "dispatches", "waits", "benches_year")
"""Tables small enough for the record."""

EMPTY = [
    *("case", "market", "month", "way", "back", "dispatches", "units", "cost", "waited_days", "came_in", "went_out"),
    *("level", "value", "visits", "utilisation"),
]
"""Columns charts look for in tables that had no rows."""


class OperationsStudy(CountedStudy):
    """Rules of one scenario on the same claims. Can be stopped and kept."""

    name = "operations"
    version = 2

    def run(self, cases: Sequence[Case], ask: CountedOptions, work: Work) -> Stored:
        """As `experiment.operated`."""
        found = self.counted(operated, cases, ask, work)
        return Stored(found.frames(), {"replications": found.replications, "cancelled": found.cancelled})

    def about(self, cases: Sequence[Case], found: Stored) -> Mapping[str, Any]:
        """Names, and days on which benches stand still."""
        scenario = cases[0].scenario
        shut = {"closures": row_records(long_closures(scenario)), "closed_months": closed_months(scenario)}
        return {**super().about(cases, found), **shut}

    def record(self, stored: Stored) -> dict[str, Any]:
        """Facts and the smaller tables; promises of all markets alone."""
        told = {name: frame for name in RECORDED if (frame := stored.table(name)) is not None}
        told["promises"] = told["promises"][told["promises"]["market"] == ""]
        return super().record(Stored(told, stored.facts))

    def choices(self, stored: Stored, lang: Lang) -> Sequence[Choice]:
        """Rules, market, and days within which claims should be resolved."""
        page = Page.of(self.name, stored, lang)
        rules = {BOTH: say("counted.both", lang), **page.titles}
        found = [Choice("rules", say("counted.rules", lang), rules)] if len(page.titles) > 1 else []
        if "promises" in stored.tables:
            found += [page.markets("promises"), Choice("within", page("days"), range(1, LONGEST + 1), str(DAYS))]
        return found

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """Who waits longer, four figures, then each part of the year."""
        page = _Answer.of(self.name, stored, lang)
        blocks: list[Block] = [
            Sentence(page("title", name=page.title("scenario")), "title"),
            *page.basis(policies=listed(page.titles.values(), lang)),
        ]
        parts = {"benches": page.benches}
        if "promises" in stored.tables:
            blocks += [Sentence(page.resolved_text()), page.headlines()]
            parts = {"promises": page.promises, **parts, "open": page.open, "freight": page.freight, "pool": page.pool}
        blocks += [Part(name, page(f"view_{name}"), blocks_of) for name, blocks_of in parts.items()]
        return [*blocks, page.provenance()]


class _Answer(Page):
    """The parts of the answer."""

    @cached_property
    def rules(self) -> dict[str, str]:
        """Rules on screen by name, today's first."""
        chosen = self.chosen("rules", BOTH)
        return {chosen: self.titles[chosen]} if chosen in self.titles else self.titles

    @cached_property
    def days(self) -> int:
        """Days within which claims should be resolved."""
        return int(self.chosen("within", str(DAYS)))

    def shown(self, name: str, here: bool = False) -> pd.DataFrame:
        """A table of the rules on screen; of the market on screen where ``here``."""
        import pandas as pd

        frame = self.told(name, list(self.rules))
        if frame is None:
            return pd.DataFrame(columns=EMPTY)
        if here and (market := self.chosen("market")):
            frame = frame[frame["market"] == market].reset_index(drop=True)
        return self.called(frame)

    def told(self, name: str, cases: Sequence[str]) -> pd.DataFrame | None:
        """The same with benches by their names."""
        frame = super().told(name, cases)
        return frame if frame is None or "bench" not in frame else frame.assign(bench=frame["bench"].map(self.doer))

    def of_rule(self, name: str, case: str) -> pd.DataFrame:
        """A table of one rule."""
        frame = self.shown(name)
        return frame.loc[frame["case"] == case]

    def named(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A table for people: rules, benches, stages, lanes and promises by their names."""
        from warrantysim.report.charts.freight import lane_name
        from warrantysim.report.charts.kept import promise_name
        from warrantysim.report.charts.theme import Look

        out, look = frame.assign(rule=[self.rules[case] for case in frame["case"]]), Look(self.lang)
        if "stage" in out:
            out["stage"] = [named("claim_stage", str(stage), self.lang) for stage in out["stage"]]
        if "promise" in out:
            out["promise"] = [promise_name(p, int(d), look) for p, d in zip(out["promise"], out["days"], strict=True)]
        if "way" in out:
            lanes = zip(out["market"], out["way"], out["back"], strict=True)
            out["lane"] = [lane_name(market, way, back, look) for market, way, back in lanes]
        if "market" in out:
            out["market"] = [market or self.everywhere for market in out["market"]]
        by = [name for name in ("bench", "lane", "market", "sku", "promise", "days", "month") if name in out]
        order = {case: k for k, case in enumerate(self.rules)}
        return (
            out.sort_values(
                ["case", *by],
                key=lambda one: one.map(order) if one.name == "case" else one,
                kind="stable",
                ignore_index=True,
            )
            if {"bench", "lane", "sku"} & set(by)
            else out
        )

    def resolved(self, case: str) -> pd.Series:
        """The promise of the days chosen, of all markets."""
        frame = self.shown("promises")
        own = frame[(frame["case"] == case) & (frame["market"] == "") & (frame["promise"] == "resolved")]
        return own[own["days"] == self.days].iloc[0]

    def resolved_text(self) -> str:
        """Which share of claims each rule resolves in time, and whether they differ by more than luck."""
        rows = [self.resolved(case) for case in self.rules]
        said = []
        for title, row in zip(self.rules.values(), rows, strict=True):
            shares = {name: figures.share(float(row[name])) for name in ("kept", "low", "high")}
            said.append(say("floor.resolved", self.lang, rule=title, days=self.days, **shares))
        said += self._apart(list(self.rules)[-1]) if len(rows) > 1 else []
        return (" " if self.lang == "en" else "").join(said)

    def _apart(self, case: str) -> list[str]:
        """By how much a rule differs from the first, replication by replication; nothing where that is not known."""
        frame = self.told("resolved_apart", [case])
        own = [] if frame is None else frame[(frame["days"] == self.days) & frame["low"].notna()].to_dict("records")
        said = []
        for row in own:
            key = "better" if row["low"] > 0 else "worse" if row["high"] < 0 else "same"
            ends = (row["apart"], *sorted((row["low"], row["high"])))
            points = ends if key != "worse" else (-ends[0], -ends[2], -ends[1])
            told = {k: figures.fixed(100 * v, 1) for k, v in zip(("apart", "low", "high"), points, strict=True)}
            said.append(say(f"floor.{key}", self.lang, rule=self.rules[case], **told))
        return said

    def headlines(self) -> Figures:
        """Resolved in time, open on an ordinary day, the busiest month of a bench, freight a unit; the last rule's, and
        the first one's beside them."""
        told = [self._headlines(case) for case in self.rules]
        first = next(iter(self.rules.values()))
        return Figures(
            [
                Figure(
                    self(f"figure_{key}", days=self.days),
                    value,
                    where,
                    self("beside", rule=first, value=told[0][key][0]) if len(told) > 1 else "",
                )
                for key, (value, where) in told[-1].items()
            ]
        )

    def _headlines(self, case: str) -> dict[str, tuple[str, str]]:
        """Each figure of one rule, and where it was found."""
        from warrantysim.report.charts.rules import row_at

        many = self.of_rule("open_in_all", case)
        most, none = row_at(many, "claims"), (say("floor.none", self.lang), "")
        at_most = say("floor.at_most", self.lang, n=figures.whole(float(most["claims"])), day=most["day"])
        found = {
            "resolved": (figures.share(float(self.resolved(case)["kept"])), ""),
            "open": (figures.whole(float(many["claims"].mean())), at_most),
        }
        busy = self.of_rule("benches", case)
        busy = busy[(busy["visits"] > 0) & busy["utilisation"].notna()] if len(busy) else busy
        top = row_at(busy, "utilisation") if len(busy) else None
        found["busy"] = (
            none
            if top is None
            else (
                figures.share(float(top["utilisation"]), 0),
                say("rule.and", self.lang).join((str(top["bench"]), str(top["month"]))),
            )
        )
        sent = self.of_rule("dispatches", case)
        units = float(sent["units"].sum())
        cost = f"{self.currency} {figures.cents(float(sent['cost'].sum()) / units)}" if units else ""
        found["freight"] = (cost, say("floor.sent", self.lang, units=figures.whole(units))) if units else none
        return found

    def promises(self) -> list[Block]:
        """Promises kept, by market."""
        from warrantysim.report.charts.kept import kept_chart

        frame = self.shown("promises", here=True)
        frame = frame[(frame["promise"] != "resolved") | (frame["days"] == self.days)].reset_index(drop=True)
        columns = ("rule", "promise", "market", "claims", self.measured("kept", ends=("low", "high")))
        return [
            Chart("promises", lambda look: kept_chart(frame, self.rules, self.everywhere, look=look)),
            self.table("promises", self("head_promises"), self.named(frame), *columns),
        ]

    def benches(self) -> list[Block]:
        """Each bench over the year, queues week by week, time used and waits month by month."""
        from warrantysim.report.charts.benches import bench_grid

        blocks: list[Block] = []
        if (sizes := self.told("benches_year", list(self.rules))) is not None:
            intervals = {
                name: self.measured(name, ends=(f"{name}_low", f"{name}_high"), give_up=give_up)
                for name, give_up in (("utilisation", 0), ("waited_share", 1), ("wait_p90", 2))
            }
            columns = (
                *("rule", "bench", "visits", intervals["utilisation"], intervals["waited_share"]),
                *(self.measured("wait_p50", give_up=4), intervals["wait_p90"], self.measured("wait_p95", give_up=3)),
            )
            shown = self.named(sizes[sizes["visits"] > 0])
            blocks += [Sentence(self("sizes"), "basis"), self.table("benches_year", self("sizes_alt"), shown, *columns)]
        monthly, waits = (self.told(name, list(self.rules)) for name in ("benches", "waits"))
        key, measure = "waits_alt", "wait_p90"
        if waits is None:
            waits, key, measure = monthly, "benches_alt", "wait_days"
        elif monthly is not None:
            # Benches and months as the table above has them, not as the first unit came to each.
            used = monthly[["case", "bench", "month", "utilisation"]]
            waits = used.merge(waits, on=["case", "bench", "month"])
        if "queues" in self.stored.tables:
            blocks.append(Chart("queues", self._queues))
        if waits is not None:
            grids = [name for name in ("utilisation", measure) if name in waits]
            for name in grids:
                draw = partial(bench_grid, waits, name, self.rules, self.facts.get("closed_months", []))
                blocks.append(Chart(name, lambda look, draw=draw: draw(look=look)))  # type: ignore[misc]
            keys = ("rule", "bench", "month", "visits", *grids[:-1], *(["wait_p50"] if "wait_p50" in waits else []))
            shown = self.named(waits[waits["visits"] > 0])
            blocks.append(self.table("waits", self(key), shown, *keys, measure))
        return blocks

    def _queues(self, look: Any) -> Any:
        """Units in the queue of each bench, with the days it is closed."""
        import pandas as pd

        from warrantysim.report.charts.waiting import waiting_chart
        from warrantysim.report.closed_days import COLUMNS

        shut = pd.DataFrame(self.facts.get("closures", []), columns=COLUMNS)
        shut["bench"] = shut["bench"].map(self.doer)
        shut["name"] = [say("chart.new_year" if new else "chart.closed_days", look.lang) for new in shut["new_year"]]
        return waiting_chart(self.shown("queues"), shut, self.rules, look=look)

    def open(self) -> list[Block]:
        """Open claims by stage over the year."""
        from warrantysim.report.charts.open_claims import open_chart

        frame = self.shown("open_claims", here=True)
        shown = self.named(frame[frame["claims"] > 0])
        columns = ("rule", "day", "market", "stage", "claims")
        return [
            Chart("open_claims", lambda look: open_chart(frame, self.rules, look=look)),
            self.table("open_claims", self("head_open"), shown, *columns),
        ]

    def freight(self) -> list[Block]:
        """Consolidated dispatches by lane and month."""
        from warrantysim.report.charts.freight import freight_chart

        frame = self.shown("dispatches", here=True)
        columns = (
            *("rule", "lane", "month", "dispatches", "units", self.measured("kg", give_up=3)),
            *(self.measured("cbm", give_up=2), "cost", "cost_a_unit", self.measured("waited_days", give_up=1), "days"),
        )
        chart = Chart("dispatches", lambda look: freight_chart(frame, self.rules, self.currency, look=look))
        if not len(frame):
            return [chart]
        table = self.table("dispatches", self("head_freight"), self.named(frame), *columns)
        return [chart, table, Sentence(self("freight_why"), "legend")]

    def pool(self) -> list[Block]:
        """The swap pool: in, out, level, worth."""
        from warrantysim.report.charts.pool import pool_chart

        frame = self.shown("pool", here=True)
        chart = Chart("pool", lambda look: pool_chart(frame, self.rules, self.currency, look=look))
        if not len(frame):
            return [chart]
        columns = ("rule", "sku", "market", "month", "came_in", "went_out", "level", "value")
        table = self.table("pool", self("head_pool"), self.named(frame), *columns)
        return [chart, table, Sentence(self("pool_why"), "legend")]


STUDY = OperationsStudy()
