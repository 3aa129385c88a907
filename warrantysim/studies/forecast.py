"""What is to come: claims and cost of the next months by product, month of sale and month of claim, with intervals.

Futures are simulated under the rule in force (`analysis.futures`). With books, they begin after the last month the
books cover, lives are drawn as the books allow them, and forecasts kept before are held against what then happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from warrantysim.analysis.cases import Case
from warrantysim.analysis.futures import Futures, futures
from warrantysim.experiment.uncertain import stated_inputs
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Block, Chart, Column, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.rows import rows_of
from warrantysim.studies.study import Options, Say, Stored, Study, Work

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.experiment.summary import Failure
    from warrantysim.report.charts.theme import Look, Picture

MOST = 24
"""Products a terminal shows."""
TABLES = {
    "year": (),
    "months": ("month",),
    "products": ("sku",),
    "product_months": ("sku", "month"),
    "cohorts": ("sold", "month"),
}
"""Tables by the columns they have a row for each value of."""


class ForecastOptions(Options):
    """How many futures, and how far sales may miss their plan."""

    replications: int | None = Field(100, ge=2, le=100_000)
    """Futures simulated; ends of intervals need 100 or more [count]."""
    plan_spread: float = Field(0.15, ge=0, le=2)
    """How far sales to come may miss the plan: standard deviation of their logarithm; 0 takes the plan for certain
    [share, 0-2]."""


class Forecast(Study[ForecastOptions, Futures]):
    """A scenario under the rule in force."""

    name = "forecast"
    Options = ForecastOptions

    def run(self, cases: Sequence[Case], ask: ForecastOptions, work: Work) -> Futures:
        """Futures of the scenario, each with its assumptions, its sales and its luck."""
        case = cases[0]
        return futures(
            case.scenario,
            case.policy,
            range(ask.replications or 100),
            work.seed,
            inputs=stated_inputs(case.scenario) if case.scenario.assumptions else (),
            plan_spread=ask.plan_spread,
            jobs=work.jobs,
            progress=work.stage("forecast"),
            cancel=work.cancel,
        )

    def tables(self, found: Futures) -> Mapping[str, pd.DataFrame]:
        """Mean and quantiles of claims and cost, as `TABLES`."""
        if not found.draws:
            return {}
        return {name: found.spread(*by) if by else _whole(found) for name, by in TABLES.items()}

    def facts(self, found: Futures) -> Mapping[str, Any]:
        """Futures behind the figures, and the months they are about."""
        horizon = found.scenario.horizon
        last = horizon.first_day.toordinal() + horizon.days - 1
        return {
            "replications": len(found.draws),
            "cancelled": found.cancelled,
            "inputs": len(found.scenario.assumptions),
            "plan_spread": found.plan_spread,
            "since": horizon.first_day.isoformat()[:7],
            "until": type(horizon.first_day).fromordinal(last).isoformat()[:7],
        }

    def failures(self, found: Futures) -> Sequence[Failure]:
        """Futures that broke."""
        return found.failures

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """Claims and cost of the year with their intervals; then by month, product, and month of sale."""
        page, f = Say(self.name, lang, stored.facts), stored.facts
        spread = figures.share(f["plan_spread"], 0)
        blocks: list[Block] = [
            Sentence(page("title", name=page.title("scenario"), since=f["since"], until=f["until"]), "title"),
            *page.basis(policy=page.title("policy"), inputs=f["inputs"], spread=spread),
        ]
        year, months = stored.table("year"), stored.table("months")
        if year is None or months is None:
            return [*blocks, page.provenance()]
        row = rows_of(year)[0]
        told = {name: figures.whole(x) for name, x in row.items()}
        blocks.append(Sentence(page("answer", currency=f["currency"], **told), "answer"))
        blocks.append(TableOf("months", page("months"), months, _columns(page, "month")))
        currency = f["currency"]
        for of, money in (("claims", ""), ("cost", currency)):
            blocks.append(Chart(f"fan_{of}", lambda look, of=of, money=money: _fan(months, of, money, look)))  # type: ignore[misc]
        if (products := stored.table("products")) is not None:
            shown = products[products["sku"] != ""].sort_values("cost", ascending=False, kind="stable")
            blocks.append(TableOf("products", page("products"), shown, _columns(page, "sku"), MOST))
        if (cohorts := stored.table("cohorts")) is not None:
            blocks.append(Chart("coming", lambda look: _coming(cohorts, look)))
        for name, by in (("product_months", ("sku", "month")), ("cohorts", ("sold", "month"))):
            if (frame := stored.table(name)) is not None:
                blocks.append(TableOf(name, page(name), frame, _columns(page, *by), 0))
        return [*blocks, Sentence(page("not_a_sum"), "note"), page.provenance()]


def _columns(page: Say, *by: str) -> list[Column]:
    return [
        *(Column(name, page("sold") if name == "sold" else page.column(name)) for name in by),
        Column("claims", page("claims"), "whole", ends=("claims_05", "claims_95")),
        Column("cost", page("cost"), "whole", ends=("cost_05", "cost_95")),
    ]


def _whole(found: Futures) -> pd.DataFrame:
    """One row for all of it."""
    whole = found.cells.assign(all="")
    return Futures(found.scenario, whole, found.draws).spread("all").drop(columns="all")


def _fan(months: pd.DataFrame, of: str, currency: str, look: Look) -> Picture:
    from warrantysim.report.charts.forecasts import fan_chart

    return fan_chart(months, of, currency, look=look)


def _coming(cohorts: pd.DataFrame, look: Look) -> Picture:
    from warrantysim.report.charts.forecasts import coming_chart

    return coming_chart(cohorts, look=look)


STUDY = Forecast()
