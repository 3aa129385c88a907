"""The study of the books: what is told, what is accepted, and how a scenario takes it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.fitting.drawn_books import drawn, seller, written
from warrantysim.cli import main
from warrantysim.files.fitted_figures import FILE, fitted_text
from warrantysim.files.loading import load, load_scenario
from warrantysim.files.writing import whole_text
from warrantysim.packs import REFERENCE, SCENARIOS
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.fitted import FittedRow
from warrantysim.schema.paths import get
from warrantysim.schema.root import Scenario

ETA = "sku_markets[A,*].life_eta_days"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return seller(900, ("A", "B"), terms_of={"life_eta_days": 3000})


@pytest.fixture(scope="module")
def folder(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seller whose scenario states another life than his books show."""
    home = tmp_path_factory.mktemp("seller")
    stated = seller(900, ("A", "B"), terms_of={"life_eta_days": 9000})
    (home / "own.yaml").write_text(whole_text(stated), "utf-8")
    written(drawn(scenario), home / "books")
    return home


def rows(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, index_col="path")


def test_nothing_is_written_until_it_is_accepted_and_then_nothing_is_lost(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["fit", str(folder / "own.yaml")]
    assert main(asked) == 0
    told = capsys.readouterr().out
    assert "--accept" in told
    assert "How many owners of failed units claim" in told
    assert not (folder / FILE).exists()
    assert main([*asked, "--accept"]) == 0
    first = (folder / FILE).read_text("utf-8")
    assert main([*asked, "--accept"]) == 0
    assert (folder / FILE).read_text("utf-8") == first, "the same books give the same figures"
    assert not (folder / "fitted-1.csv").exists()
    (folder / FILE).write_text(first + " ", "utf-8")
    assert main([*asked, "--accept"]) == 0
    assert (folder / "fitted-1.csv").read_text("utf-8") == first + " "
    assert main(["fit", str(folder / "own.yaml"), "--lang", "zh"]) == 0


def test_a_life_fitted_covers_the_true_one_and_its_range_is_the_interval(folder: Path) -> None:
    assert main(["fit", str(folder / "own.yaml"), "--accept", "--quiet"]) == 0
    row = rows(folder / FILE).loc[ETA]
    assert row["low"] < 3000 < row["high"]
    assert row["low"] <= row["range_low"] < row["value"] < row["range_high"] <= row["high"]
    assert row["mark"] == "M"
    assert row["n"] > 500


def test_books_that_changed_are_asked_anew(folder: Path) -> None:
    from warrantysim.analysis.cases import Case
    from warrantysim.studies import study_of
    from warrantysim.studies.study import Work, WrongOption

    one = study_of("fit")
    ask = one.located(one.options({}), folder / "own.yaml")
    assert ask.books == str(folder / "books")
    case = Case.of(load(folder / "own.yaml").scenario)
    other = ask.model_copy(update={"edition": "0" * 16})
    with pytest.raises(WrongOption, match="has changed since"):
        one.run([case], other, Work(1))
    with pytest.raises(Exception, match="no orders are in the books"):
        one.run([case], one.options({"books": str(folder / "elsewhere")}), Work(1))


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """The reference seller, whose file asks for fitted figures."""
    shutil.copytree(SCENARIOS, tmp_path / "s")
    file = tmp_path / "s" / "base.yaml"
    text = file.read_text("utf-8")
    file.write_text(text.replace("packs: {markets:", f"packs: {{fitted: {FILE}, markets:", 1), "utf-8")
    return file


UNUSED = "markets.US.customer.label_unused_share"
LAG = "markets.US.customer.ship_lag_days.lognormal.median"


def state(file: Path, *stated: dict[str, object]) -> None:
    usual = {"unit": "share", "n": 40, "from": "2027-01-01", "to": "2027-06-30", "how": "labels counted"}
    made = [FittedRow.model_validate({**usual, **one}) for one in stated]
    (file.parent / FILE).write_text(fitted_text(made), "utf-8")


def test_fitted_figures_lie_over_packs_and_their_ranges_in_place_of_the_packs(packed: Path) -> None:
    state(
        packed,
        {"path": UNUSED, "value": 0.2, "low": 0.17, "high": 0.23, "range_low": 0.17, "range_high": 0.23},
        {"path": LAG, "unit": "days", "value": 5.5, "low": 5.0, "high": 6.0},
    )
    found, before = load(packed), load_scenario(REFERENCE)
    assert get(found.scenario, UNUSED) == 0.2
    assert get(found.scenario, LAG) == 5.5
    assert get(found.scenario, LAG.replace("median", "sigma")) == get(before, LAG.replace("median", "sigma"))
    ranges = {row.path: row for row in found.scenario.assumptions}
    assert (ranges[UNUSED].low, ranges[UNUSED].high, ranges[UNUSED].mark) == (0.17, 0.23, "M")
    assert ranges[UNUSED].reason == "labels counted; n = 40, 2027-01-01 to 2027-06-30"
    assert {row.path for row in before.assumptions} == ranges.keys()
    assert any(file.path.endswith(FILE) for file in found.files)


def test_what_the_scenario_file_states_wins_over_what_was_fitted(packed: Path) -> None:
    state(packed, {"path": UNUSED, "value": 0.2, "low": 0.17, "high": 0.23})
    packed.write_text(packed.read_text("utf-8") + "\nmarkets: {US: {customer: {label_unused_share: 0.11}}}\n", "utf-8")
    assert get(load_scenario(packed), UNUSED) == 0.11


def test_before_anything_was_accepted_the_packs_stand_but_another_file_must_be_there(packed: Path) -> None:
    assert get(load_scenario(packed), UNUSED) == get(load_scenario(REFERENCE), UNUSED)
    packed.write_text(packed.read_text("utf-8").replace(f"fitted: {FILE}", "fitted: mine.csv"), "utf-8")
    with pytest.raises(ScenarioError, match=r"mine\.csv"):
        load(packed)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"{UNUSED},share,0.2,0.3,0.4,,,40,,,,M", "fitted.csv row 2: .*expected low <= value <= high"),
        (f"{UNUSED},share,much,0.1,0.4,,,40,,,,M", "fitted.csv row 2, column value"),
        (
            f"{UNUSED},days,0.2,0.1,0.4,,,40,,,,M",
            "row 2, column unit: expected share, the unit of this figure, got 'days'",
        ),
        ("markets.US.customer.label_share,share,0.2,0.1,0.4,,,40,,,,M", "fitted.csv row 2: .*did you mean"),
    ],
)
def test_a_row_that_is_wrong_is_named(packed: Path, row: str, told: str) -> None:
    header = "path,unit,value,low,high,range_low,range_high,n,from,to,how,mark"
    (packed.parent / FILE).write_text(f"{header}\n{row}\n", "utf-8")
    with pytest.raises(ScenarioError, match=told):
        load(packed)


GROUPED = """months_in_service,quantity,failed_or_running
40,1,F
30.5,1,F
33.5,1,F
27.5,1,F
20.5,1,F
4,1,F
26.5,1,F
23.5,1,F
5,1,F
11,1,F
16.5,1,F
13,1,F
13,1,F
"""


def test_a_table_of_a_fleet_is_fitted_by_itself_with_units_that_run_counted_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tests.fitting.test_published import FLEET_RUNNING

    file = tmp_path / "grouped.csv"
    file.write_text(GROUPED + "".join(f"{age},{n},C\n" for age, n in FLEET_RUNNING), "utf-8")
    assert main(["fit", "--table", str(file), "--quiet"]) == 0
    told = capsys.readouterr().out
    assert "shape 1.340" in told
    assert "characteristic life 842 months" in told
    assert "0.85 %" in told
    assert "Few failures" in told


def test_a_nevada_chart_is_fitted_and_a_month_without_sales_says_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "nevada.csv"
    head = "sold_month,units_sold,2026-01,2026-02,2026-03,2026-04,2026-05,2026-06"
    rows = ["2026-01,1200,2,3,3,4,4,5", "2026-02,0,0,0,0,0,0,0", "2026-03,1500,,,1,4,5,5", "2026-04,1800,,,,3,5,7"]
    file.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    assert main(["fit", "--table", str(file), "--quiet", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["failures"] == 51
    assert found["beta_low"] < found["beta"] < found["beta_high"]
    file.write_text(file.read_text("utf-8").replace("1800", "many"), "utf-8")
    assert main(["fit", "--table", str(file)]) == 3
    assert "row 5, column units_sold: expected a number, got 'many'" in capsys.readouterr().err
