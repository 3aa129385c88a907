"""What is to come: futures hold parameters, assumptions, the plan and luck, and add up to what is simulated."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.analysis.seller import seller
from tests.answers import told
from tests.fitting.drawn_books import drawn as books_drawn
from tests.fitting.drawn_books import seller as books_seller
from tests.fitting.drawn_books import written
from tests.fitting.forecast import pinball
from warrantysim.analysis.cases import Case
from warrantysim.analysis.futures import Futures, futures, pinball_of, sales_about_the_plan
from warrantysim.cli import main
from warrantysim.experiment.levers import Lever
from warrantysim.experiment.simulate import simulate
from warrantysim.experiment.uncertain import UncertainInput
from warrantysim.files.writing import whole_text
from warrantysim.fitting.pooled import Lives
from warrantysim.schema.sold_units import SoldUnits, month_name, month_number
from warrantysim.studies import study_of
from warrantysim.studies.forecast import Coming, of_life
from warrantysim.studies.study import Work

YEARS = 24


@pytest.fixture(scope="module")
def case() -> Case:
    return Case.of(seller(units=40.0), name="shop")


@pytest.fixture(scope="module")
def plain(case: Case) -> Futures:
    return futures(case.scenario, case.policy, range(YEARS), 5)


def test_without_doubt_futures_are_the_years_of_a_simulation(case: Case, plain: Futures) -> None:
    years = simulate(case.scenario, case.policy, replications=YEARS, seed=5)
    cash = years.totals["cash"].to_numpy()
    each = plain.cells.groupby("draw")["cost"].sum()
    assert each.to_numpy() == pytest.approx(cash)
    assert not plain.failures


def test_claims_alone_are_those_of_years_that_are_priced(case: Case, plain: Futures) -> None:
    alone = futures(case.scenario, case.policy, range(3), 5, priced=False).cells
    made = plain.cells[(plain.cells["claims"] > 0) & (plain.cells["draw"] < 3)]
    pd.testing.assert_frame_equal(
        alone.drop(columns="cost"), made.drop(columns="cost").reset_index(drop=True), check_dtype=False
    )


def test_intervals_hold_their_level_however_few_futures_there_are(case: Case) -> None:
    luck, n = np.random.default_rng(1), 39
    cells = [(k, f"S{i}", "", "2027-01", luck.normal(100, 9), 0.0) for i in range(2000) for k in range(n)]
    frame = pd.DataFrame(cells, columns=["draw", "sku", "sold", "month", "claims", "cost"])
    told = Futures(case.scenario, frame, range(n)).spread("sku")
    comes = luck.normal(100, 9, len(told))
    inside = (told["claims_05"] <= comes) & (comes <= told["claims_95"])
    assert inside.mean() == pytest.approx(0.9, abs=0.015)


def test_months_products_and_cohorts_add_up_on_average(plain: Futures) -> None:
    year = plain.cells.groupby("draw")["claims"].sum().mean()
    for by in (("month",), ("sku",), ("sku", "month"), ("sold", "month")):
        frame = plain.spread(*by)
        assert frame["claims"].sum() == pytest.approx(year)
        assert (frame["claims_05"] <= frame["claims_50"]).all()
        assert (frame["claims_50"] <= frame["claims_95"]).all()
    claims = plain.cells[plain.cells["claims"] > 0]
    assert (claims["sold"] <= claims["month"]).all()


def test_each_kind_of_doubt_widens_what_is_to_come(case: Case, plain: Futures) -> None:
    s = case.scenario
    stated = next(iter(s.births.propensity))
    unsure = [UncertainInput(Lever(f"births.propensity.{stated}.base"), 0.3, 1.0)]
    lives = {sku: Lives(np.full(400, 0.02), np.geomspace(300, 3000, 400), np.full(400, 1.2), 30.0, 0.9, 5, 100)
             for sku in s.sku_ids}  # fmt: skip
    narrow = plain.cells.groupby("draw")["claims"].sum().std()
    for doubt in ({"inputs": unsure}, {"lives": lives}, {"plan_spread": 1.0}):
        wide = futures(s, case.policy, range(YEARS), 5, **doubt).cells.groupby("draw")["claims"].sum().std()  # type: ignore[arg-type]
        assert wide > 1.3 * narrow, doubt.keys()


def test_a_plan_is_missed_from_the_horizon_on_and_history_stays(case: Case) -> None:
    s = case.scenario
    drawn = s.replace(sales=sales_about_the_plan(s, 0.5, np.random.default_rng(1)))
    first = month_number(s.horizon.first_day.isoformat()[:7])
    before, after = (SoldUnits(x) for x in (s, drawn))
    for key in before.keys:
        past, future = first - 1 - np.arange(24), first + np.arange(12)
        assert after.by_month(key, past) == pytest.approx(before.by_month(key, past))
        ratio = after.by_month(key, future) / before.by_month(key, future)
        assert np.ptp(ratio) < 1e-9
        assert abs(ratio[0] - 1) > 1e-3


def test_a_plan_is_right_on_average(case: Case) -> None:
    key = next(iter(SoldUnits(case.scenario).keys))
    month = np.array([month_number(case.scenario.horizon.first_day.isoformat()[:7])])
    luck = np.random.default_rng(3)
    rows = (row for _ in range(200) for row in sales_about_the_plan(case.scenario, 0.3, luck))
    at = month_name(int(month[0]))
    drawn = [row.units_per_month for row in rows if (row.sku, row.market, row.channel) == key and row.month == at]
    assert np.mean(drawn) == pytest.approx(SoldUnits(case.scenario).by_month(key, month)[0], rel=0.08)


def test_the_loss_of_quantiles_told_is_that_of_the_futures_they_were_told_of() -> None:
    luck = np.random.default_rng(1)
    drawn = luck.poisson(9.0, (200, 12))
    actual = luck.poisson(9.0, 12)
    told_of = np.quantile(drawn, (0.05, 0.25, 0.5, 0.75, 0.95), axis=0).T
    assert pinball_of(actual, told_of).mean() == pytest.approx(pinball(actual, drawn))


@pytest.fixture(scope="module")
def found(case: Case) -> Coming:
    study = study_of("forecast")
    return study.run([case], study.options({"replications": 20}), Work(seed=5))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_answer_names_claims_and_cost_of_the_year_first(case: Case, found: Coming, lang: str) -> None:
    row = study_of("forecast").tables(found)["year"].iloc[0]
    lines = told("forecast", found, case, lang).splitlines()
    head = " ".join(lines[:10])
    assert f"{row['claims']:,.0f}" in head
    assert f"{row['cost']:,.0f}" in head


def test_a_stop_keeps_the_futures_there_are(case: Case) -> None:
    study = study_of("forecast")
    work = replace(Work(seed=5), cancel=lambda: True)
    part = study.run([case], study.options({"replications": 20}), work)
    assert part.futures.cancelled
    assert len(part.futures.draws) == 1
    assert study.facts(part)["cancelled"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seller who kept a forecast half a year ago, and has imported the months since."""
    home = tmp_path_factory.mktemp("seller")
    scenario = books_seller(900, ("A", "B"), terms_of={"life_eta_days": 3000})
    (home / "own.yaml").write_text(whole_text(scenario), "utf-8")
    books = books_drawn(scenario)
    then = pd.Timestamp("2027-07-01")
    before = {
        name: table[table["opened" if name != "orders" else "day"] < then] for name, table in books.tables.items()
    }
    written(books.with_(**before), home / "books")
    assert main(["forecast", str(home / "own.yaml"), "--replications", "40", "--accept"]) == 0
    assert (home / "forecasts" / "2027-07.csv").exists()
    shutil.rmtree(home / "books")
    written(books, home / "books")
    return home


def test_a_forecast_kept_is_scored_by_the_months_that_were_imported_since(
    kept: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["forecast", str(kept / "own.yaml"), "--replications", "10", "--out", str(tmp_path)]) == 0
    assert "figures told before" in capsys.readouterr().out
    scores = pd.read_csv(tmp_path / "scores.csv").iloc[0]
    assert (scores["first"], scores["months"], scores["figures"]) == ("2027-07", 6, 12)
    assert 0.6 <= scores["covered"] <= 1
    assert scores["told"] == pytest.approx(scores["made"], rel=0.25)
    months = pd.read_csv(tmp_path / "months.csv")
    assert next(iter(months["month"])) == "2028-01", "the months after those the books know"
    assert len(months) == 12


def test_what_is_no_forecast_is_refused_by_its_name(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stray = kept / "forecasts" / "notes.csv"
    stray.write_text("a,b\n1,2\n", "utf-8")
    assert main(["forecast", str(kept / "own.yaml"), "--replications", "2"]) == 3
    assert "notes.csv: this is no forecast that was kept" in capsys.readouterr().err
    stray.unlink()


def test_who_claims_is_not_drawn_beside_lives_that_were_fitted_given_it() -> None:
    assert of_life("births.propensity.US.base")
    assert of_life("sku_markets[A,*].life_eta_days")
    assert not of_life("sku_markets[A,*].landed_cost")
    assert not of_life("markets.US.parcel.loss_share")
