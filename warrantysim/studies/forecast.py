"""What is to come: claims and cost of the next months by product, month of sale and month of claim, with intervals.

Futures are simulated under the rule in force (`analysis.futures`). With books, they begin after the last month the
books cover, lives are drawn as the books allow them, and forecasts kept before are held against what then happened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from warrantysim.analysis.cases import Case
from warrantysim.analysis.futures import ENDS, Futures, futures, pinball_of
from warrantysim.experiment.uncertain import stated_inputs
from warrantysim.files.books import Books
from warrantysim.fitting.history import History, history
from warrantysim.fitting.lives import fitted_lives
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Block, Chart, Column, Sentence, TableOf
from warrantysim.report import figures
from warrantysim.report.export import CSV_ENCODING, csv_bytes
from warrantysim.report.rows import rows_of
from warrantysim.schema.errors import refuse
from warrantysim.schema.sold_units import month_name
from warrantysim.studies.of_books import FOLDER, StudyOfBooks, WithCounts, books_of
from warrantysim.studies.study import Say, Stored, Work, names_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.experiment.summary import Failure
    from warrantysim.report.charts.theme import Look, Picture
    from warrantysim.schema.root import Scenario

KEPT = "forecasts"
"""Folder beside the scenario's file in which forecasts are kept, each by its first month."""
LIFE = ("].life_eta_days", "].life_beta", "].early_share")
"""How paths of figures of a life end, which the books draw in place of assumptions."""
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


class ForecastOptions(WithCounts):
    """How many futures, how far sales may miss their plan, and where the books are, if there are any."""

    replications: int | None = Field(100, ge=2, le=100_000)
    """Futures simulated; ends of intervals need 100 or more [count]."""
    plan_spread: float = Field(0.15, ge=0, le=2)
    """How far sales to come may miss the plan: standard deviation of their logarithm; 0 takes the plan for certain
    [share, 0-2]."""


@dataclass(frozen=True)
class Coming:
    """What is to come, and how right was what was told before."""

    futures: Futures
    """Futures simulated."""
    inputs: int
    """Assumptions drawn [count]."""
    lives: int
    """Products whose lives are those the books allow [count]."""
    scores: pd.DataFrame
    """A row a forecast kept: first month, months since, figures, covered [share], loss, told and made [claims]."""


class ForecastStudy(StudyOfBooks[ForecastOptions, Coming]):
    """A scenario under the rule in force, with its books where there are any."""

    name = "forecast"
    Options = ForecastOptions
    accepts = "keep the forecast in the folder forecasts beside the scenario file; later ones tell how right it was"

    def located(self, ask: ForecastOptions, file: Path) -> ForecastOptions:
        """With the books beside the scenario's file, where there are any."""
        stands = ask.books or len(Books(file.parent / FOLDER).table("orders"))
        return super().located(ask, file) if stands else ask

    def run(self, cases: Sequence[Case], ask: ForecastOptions, work: Work) -> Coming:
        """Futures of the scenario, each with its assumptions, lives, sales and luck; scores of forecasts kept."""
        import pandas as pd

        scenario, lives, scores = cases[0].scenario, {}, pd.DataFrame()
        if ask.books:
            found = history(scenario, books_of(ask), ask.counts)
            lives = {one.sku: one.lives for one in fitted_lives(scenario, found, work.seed)}
            scenario = _after(scenario, found)
            scores = scores_of(Path(ask.books).parent / KEPT, found)
        stated = stated_inputs(scenario) if scenario.assumptions else ()
        inputs = [one for one in stated if not (lives and of_life(one.lever.path))]
        coming = futures(
            scenario,
            cases[0].policy,
            range(ask.replications or 100),
            work.seed,
            inputs=inputs,
            lives=lives,
            plan_spread=ask.plan_spread,
            **work.means("forecast"),
        )
        return Coming(coming, len(inputs), len(lives), scores)

    def tables(self, found: Coming) -> Mapping[str, pd.DataFrame]:
        """Mean and quantiles of claims and cost, as `TABLES`; ``scores`` of forecasts kept."""
        if not found.futures.draws:
            return {}
        told = {name: found.futures.spread(*by) if by else _whole(found.futures) for name, by in TABLES.items()}
        return {**told, "scores": found.scores}

    def facts(self, found: Coming) -> Mapping[str, Any]:
        """Futures behind the figures, and the months they are about."""
        horizon = found.futures.scenario.horizon
        last = dt.date.fromordinal(horizon.first_day.toordinal() + horizon.days - 1)
        return {
            "replications": len(found.futures.draws),
            "cancelled": found.futures.cancelled,
            "inputs": found.inputs,
            "lives": found.lives,
            "plan_spread": found.futures.plan_spread,
            "since": horizon.first_day.isoformat()[:7],
            "until": last.isoformat()[:7],
        }

    def about(self, cases: Sequence[Case], found: Coming) -> Mapping[str, Any]:
        """Names of products."""
        return names_of(cases[0].scenario)

    def failures(self, found: Coming) -> Sequence[Failure]:
        """Futures that broke."""
        return found.futures.failures

    def accept(self, found: Coming, folder: Path) -> Sequence[Path]:
        """Keep the forecast by its first month; one of the same month kept before is written anew."""
        first = found.futures.scenario.horizon.first_day.isoformat()[:7]
        file = folder / KEPT / f"{first}.csv"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(csv_bytes(found.futures.spread("sku", "month")))
        return [file]

    def answer(self, stored: Stored, lang: Lang) -> list[Block]:
        """Claims and cost of the year with their intervals; then by month, product, and month of sale."""
        page, f = Say(self.name, lang, stored.facts), stored.facts
        spread = figures.share(f["plan_spread"], 0)
        blocks: list[Block] = [
            Sentence(page("title", name=page.title("scenario"), since=f["since"], until=f["until"]), "title"),
            *page.basis(policy=page.title("policy"), inputs=f["inputs"], spread=spread),
        ]
        if f["lives"]:
            blocks.append(Sentence(page("lives", n=f["lives"]), "basis"))
        year, months = stored.table("year"), stored.table("months")
        if year is None or months is None:
            return [*blocks, page.provenance()]
        row = rows_of(year)[0]
        told = {name: figures.whole(x) for name, x in row.items()}
        blocks.append(Sentence(page("answer", currency=f["currency"], **told), "answer"))
        scores = stored.table("scores")
        if scores is not None:
            blocks += _scored(page, scores)
        elif f["lives"]:
            blocks.append(Sentence(page("keep"), "command"))
        blocks.append(TableOf("months", page("months"), months, _columns(page, "month")))
        currency = f["currency"]
        for of, money in (("claims", ""), ("cost", currency)):
            blocks.append(Chart(f"fan_{of}", lambda look, of=of, money=money: _fan(months, of, money, look)))  # type: ignore[misc]
        if (products := stored.table("products")) is not None:
            shown = page.called(products[products["sku"] != ""].sort_values("cost", ascending=False, kind="stable"))
            blocks.append(TableOf("products", page("products"), shown, _columns(page, "sku"), MOST))
        if (cohorts := stored.table("cohorts")) is not None:
            blocks.append(Chart("coming", lambda look: _coming(cohorts, look)))
        for name, by in (("product_months", ("sku", "month")), ("cohorts", ("sold", "month"))):
            if (frame := stored.table(name)) is not None:
                blocks.append(TableOf(name, page(name), page.called(frame), _columns(page, *by), 0))
        return [*blocks, Sentence(page("not_a_sum"), "note"), page.provenance()]


def _columns(page: Say, *by: str) -> list[Column]:
    return [
        *(Column(name, page("sold") if name == "sold" else page.column(name)) for name in by),
        Column("claims", page("claims"), "whole", ends=("claims_05", "claims_95")),
        Column("cost", page("cost"), "whole", ends=("cost_05", "cost_95")),
    ]


def scores_of(folder: Path, found: History) -> pd.DataFrame:
    """Forecasts kept in a folder held against the claims of the books, a row a forecast of which months have passed.

    Raises
    ------
    ScenarioError
        If a file of the folder is no forecast.
    """
    import pandas as pd

    made = {product.sku: product.nevada.sum(axis=0) for product in found.products}
    ends = [last for name, (_, last) in found.covered.items() if name != "orders"]
    at = {month_name(m): i for i, m in enumerate(found.months.tolist()) if m <= min(ends, default=0)}
    rows = []
    for file in sorted(folder.glob("*.csv")):
        try:
            table = pd.read_csv(file, dtype={"sku": str, "month": str}, encoding=CSV_ENCODING)
            kept = table[["sku", "month", "claims", *ENDS["claims"]]]
        except (ValueError, KeyError, OSError):
            raise refuse(file.as_posix(), "this is no forecast that was kept; take it out of the folder") from None
        since = kept[kept["month"].isin(at) & kept["sku"].isin(made)]
        if not len(since):
            continue
        actual = np.array([made[sku][at[month]] for sku, month in zip(since["sku"], since["month"], strict=True)])
        told = since[ENDS["claims"]].to_numpy()
        inside = (told[:, 0] <= actual) & (actual <= told[:, -1])
        rows.append(
            {
                "first": file.stem,
                "months": since["month"].nunique(),
                "figures": len(since),
                "covered": float(inside.mean()),
                "loss": float(pinball_of(actual, told).mean()),
                "told": float(since["claims"].sum()),
                "made": float(actual.sum()),
            }
        )
    return pd.DataFrame(rows)


def _scored(page: Say, scores: pd.DataFrame) -> list[Block]:
    """How right forecasts kept were."""
    n = int(scores["figures"].sum())
    covered = float((scores["covered"] * scores["figures"]).sum() / n)
    columns = [
        Column("first", page("first")),
        Column("months", page("months_since"), "whole"),
        Column("told", page("told"), "whole"),
        Column("made", page("made"), "whole"),
        Column("covered", page("covered"), "share"),
        Column("loss", page("loss"), "fine"),
    ]
    return [
        Sentence(page("scored", covered=figures.share(covered, 0), n=n)),
        TableOf("scores", page("scores"), scores, columns),
    ]


def _after(scenario: Scenario, found: History) -> Scenario:
    """The scenario with the twelve months after the last one of which the books know the sales."""
    month = found.covered["orders"][1] + 1
    first = dt.date(month // 12, month % 12 + 1, 1)
    days = (first.replace(year=first.year + 1) - first).days
    return scenario.replace(horizon=scenario.horizon.replace(first_day=first, days=days))


def of_life(path: str) -> bool:
    """Whether an assumption is about what books fit together: lives of products, who claims and how late.

    Books tell claims, not lives: who claims was taken as stated where a life was fitted, and drawn anew beside it would
    count the same doubt twice, and move the claims off those that were made.
    """
    return path.startswith("births.") or (path.startswith("sku_markets[") and path.endswith(LIFE))


def _whole(found: Futures) -> pd.DataFrame:
    whole = found.cells.assign(all="")
    return Futures(found.scenario, whole, found.draws).spread("all").drop(columns="all")


def _fan(months: pd.DataFrame, of: str, currency: str, look: Look) -> Picture:
    from warrantysim.report.charts.forecasts import fan_chart

    return fan_chart(months, of, currency, look=look)


def _coming(cohorts: pd.DataFrame, look: Look) -> Picture:
    from warrantysim.report.charts.forecasts import coming_chart

    return coming_chart(cohorts, look=look)


STUDY = ForecastStudy()
