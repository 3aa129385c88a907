"""How last month's cost became this month's: steps add up, each is what it is called, and the model explains its own
books."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from tests.fitting.drawn_books import written
from tests.studies.test_books import from_own_simulation, scenario
from warrantysim.analysis.beside_books import of_the_books, window
from warrantysim.analysis.cases import Case
from warrantysim.files.books import Books, tidy
from warrantysim.present.blocks import Column, TableOf
from warrantysim.present.sheets import blocks_workbook
from warrantysim.report.charts.theme import Look
from warrantysim.schema.errors import BadInput
from warrantysim.schema.root import Scenario
from warrantysim.schema.sold_units import month_name
from warrantysim.studies.asking import Answer, function_of
from warrantysim.studies.month_end import (
    STEPS,
    STUDY,
    MonthEndOptions,
    _chart,
    beside_steps,
    bridge_steps,
    priced_lines,
    rates,
    split,
    this_month,
    whole_lines,
    whole_steps,
)
from warrantysim.studies.study import Stored, Work, WrongOption

_ = scenario  # A fixture of the books' own tests.
CELLS = {name: np.array(rows, dtype=float) for name, rows in {
    "n0": [[10], [20]], "q0": [[10, 5], [20, 10]], "a0": [[100, 50], [400, 30]],
}.items()}  # fmt: skip
"""Two cells and two figures last month."""


def steps(**now: Any) -> dict[str, float]:
    """The steps to a month that is as the last one but for what is stated, summed."""
    n0, q0, a0 = CELLS["n0"], CELLS["q0"], CELLS["a0"]
    n1, q1, a1 = (
        np.asarray(now.get(name, before), dtype=float) for name, before in (("n1", n0), ("q1", q0), ("a1", a0))
    )
    x1 = np.asarray(now.get("x1", a1), dtype=float)
    found = split(n0, n1, q0, q1, a0, a1, x1)
    assert sum(found).sum() == pytest.approx(a1.sum() - a0.sum())
    return {name: float(step.sum()) for name, step in zip(STEPS, found, strict=True) if abs(step.sum()) > 1e-9}


def test_half_as_many_claims_again_alike_are_volume_alone() -> None:
    assert steps(**{f"{name[0]}1": rows * 1.5 for name, rows in CELLS.items()}) == {"volume": pytest.approx(290.0)}


def test_claims_that_move_to_a_dearer_place_are_mix_alone() -> None:
    # 15 dollars a claim in the first cell, 21.50 in the second.
    now = {"n1": [[5], [25]], "q1": [[5, 2.5], [25, 12.5]], "a1": [[50, 25], [500, 37.5]]}
    assert steps(**now) == {"mix": pytest.approx(5 * 6.5)}


def test_more_refunds_a_claim_at_their_price_are_rule_alone() -> None:
    assert steps(q1=[[10, 10], [20, 10]], a1=[[100, 100], [400, 30]]) == {"rule": pytest.approx(50.0)}


def test_dearer_refunds_are_price_alone_and_another_rate_exchange_alone() -> None:
    dearer = [[110, 50], [400, 30]]
    assert steps(a1=dearer) == {"price": pytest.approx(10.0)}
    assert steps(a1=dearer, x1=CELLS["a0"]) == {"exchange": pytest.approx(10.0)}


def test_money_of_a_month_without_its_claims_is_the_rest_and_a_new_place_is_mix() -> None:
    assert steps(n1=[[0], [30]], q1=[[0, 0], [30, 15]], a1=[[12, 0], [600, 45]])["rest"] == pytest.approx(12.0)
    n0, n1 = np.array([[0.0], [10.0]]), np.array([[5.0], [5.0]])
    a0, a1 = np.array([[0.0], [100.0]]), np.array([[75.0], [50.0]])
    found = split(n0, n1, n0, n1, a0, a1, a1)
    assert [float(one.sum()) for one in found] == pytest.approx([0.0, 25.0, 0.0, 0.0, 0.0, 0.0])


@pytest.fixture(scope="module")
def folder(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("month-end")
    written(from_own_simulation(scenario), home)
    return home


@pytest.fixture(scope="module")
def found(scenario: Scenario, folder: Path) -> Answer:
    return function_of("month_end")(Case.of(scenario), books=str(folder), replications=4)


def test_steps_lead_from_last_month_to_this_month_in_books_and_model(found: Answer) -> None:
    by = found.tables["steps"].set_index("step")
    for side in ("books", "model"):
        assert by[side]["last"] + by[side][list(STEPS)].sum() == pytest.approx(by[side]["this"])
    assert by["books"]["this"] > 0
    assert (by["low"] <= by["model"]).all()
    spread = by["high"] - by["model"]
    assert by["low"][list(STEPS)].to_numpy() == pytest.approx((by["model"] - spread)[list(STEPS)].to_numpy())
    assert (by["apart"] == by["books"] - by["model"]).all()


def test_the_cost_of_a_month_has_one_interval_wherever_it_is_told() -> None:
    def line(last: float, this: float) -> Any:
        return pd.DataFrame([{"last": last, **dict.fromkeys(STEPS, 0.0), "volume": this - last, "this": this}])

    by = beside_steps(line(500.0, 900.0), [line(10.0, 1600.0), line(1500.0, 20.0)], 0.9).set_index("step")
    assert by["low"]["last"] == by["low"]["this"] == 0.0
    assert by["low"]["volume"] < 0.0


def test_the_model_explains_books_that_it_made_itself(found: Answer) -> None:
    assert set(found.tables["steps"]["status"]) <= {"match", "luck"}
    assert found.facts["verdict"]["status"] in {"match", "luck"}


def test_lines_add_up_to_the_steps_of_the_books(found: Answer) -> None:
    lines, by = found.tables["lines"], found.tables["steps"].set_index("step")["books"]
    for name in ("last", *STEPS, "this"):
        assert lines[name].sum() == pytest.approx(by[name])
    assert (lines["last"] + lines[list(STEPS)].sum(axis=1)).to_numpy() == pytest.approx(lines["this"].to_numpy())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_answer_is_told_in_both_languages_with_a_sheet_that_adds_up_live(found: Answer, lang: Any) -> None:
    assert found.text(lang)
    book = blocks_workbook(found.blocks(lang), lang, dt.datetime(2027, 1, 1))
    sheets = CalamineWorkbook.from_filelike(BytesIO(book))
    assert {"Steps", "Lines", "Figures"} <= set(sheets.sheet_names)
    rows = sheets.get_sheet_by_name("Lines").to_python()
    assert rows[-1][-1] == round(found.tables["steps"].set_index("step")["books"]["this"])
    assert sums_of(book)


def sums_of(book: bytes) -> list[str]:
    """Formulas of sums in a workbook; each gives the value it is written with."""
    found = []
    with ZipFile(BytesIO(book)) as parts:
        for name in filter(re.compile(r"xl/worksheets/sheet").match, parts.namelist()):
            cells = re.findall(r'<c r="(\w+)"[^>]*>(?:<f>(.*?)</f>)?<v>(.*?)</v>', parts.read(name).decode())
            values = {at: float(value) for at, _, value in cells if re.fullmatch(r"-?[\d.]+(e-?\d+)?", value)}
            for at, formula, value in cells:
                if not formula:
                    continue
                summed = []
                for part in formula.removeprefix("SUM(").removesuffix(")").split(","):
                    letter, row = re.findall(r"[A-Z]+|\d+", part)[:2]
                    end = int(re.findall(r"\d+", part)[-1])
                    summed += [values.get(f"{letter}{k}", 0.0) for k in range(int(row), end + 1)]
                assert sum(summed) == pytest.approx(float(value), abs=1e-3), (name, at, formula)
                found.append(formula)
    return found


def test_the_workbook_of_the_month_tells_the_answer_and_adds_up_what_adds_up(found: Answer) -> None:
    book = STUDY.contents(found.stored, Work(7), "en")["month-end.xlsx"]
    sheets = CalamineWorkbook.from_filelike(BytesIO(book))
    told = " ".join(str(row[0]) for row in sheets.get_sheet_by_name("Answer").to_python())
    assert found.facts["this"] in told
    assert "cost USD" in told
    assert {formula[4] for formula in sums_of(book) if ":" in formula} >= {"B", "C"}
    steps = sheets.get_sheet_by_name("Steps").to_python()
    by = found.tables["steps"].set_index("step").loc["this"]
    assert steps[-1][1:5] == pytest.approx([by["books"], by["model"], by["low"], by["high"]])


@pytest.mark.parametrize("total", [30.0, 25.0])
def test_a_total_is_a_live_sum_only_where_it_is_what_the_table_states(total: float) -> None:
    frame = pd.DataFrame({"what": ["a", "b", "all"], "mean": [10.0, 20.0, total], "days": [1.0, 2.0, 3.0]})
    columns = [Column("what", "what"), Column("mean", "mean", "signed"), Column("days", "days", "days")]
    book = blocks_workbook([TableOf("t", "t", frame, columns, total=True)], "en", dt.datetime(2027, 1, 1))
    assert sums_of(book) == (["SUM(B3:B4)"] if total == 30.0 else [])
    assert CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_name("T").to_python()[-1] == ["all", total, 3.0]


def test_lines_add_up_as_they_are_printed_across_and_down() -> None:
    rng = np.random.default_rng(7)
    lines = pd.DataFrame(rng.normal(0.0, 3.0, (25, 7)), columns=["last", *STEPS])
    lines.loc[3] = [5.0, 0.0, 2.0, 0.0, 0.0, 0.0, 1e-14]
    lines["this"] = lines.sum(axis=1)
    whole = whole_steps(pd.DataFrame({"step": list(lines), "books": lines.sum(), "model": lines.sum()}))
    told = whole_lines(lines, whole)
    assert (told == told.round()).all(axis=None)
    assert (abs(told - lines) < 1 + 1e-6).all(axis=None)
    assert (told["last"] + told[list(STEPS)].sum(axis=1)).tolist() == told["this"].tolist()
    assert told.sum().tolist() == whole["books"].tolist()
    assert told.loc[3].tolist() == [5.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 7.0]
    assert lines.round().sum().tolist() != whole["books"].tolist()


def test_a_month_whose_last_day_has_no_order_is_none_the_books_cover_whole(tmp_path: Path) -> None:
    """As an import says, which does not propose its sales."""
    days = pd.date_range("2026-08-01", "2026-11-29")
    orders = pd.DataFrame({"day": days, "sku": "A", "market": "US", "units": 1.0, "status": "sold", "kind": "sale"})
    log = pd.DataFrame({"opened": days[:-1], "sku": "A", "market": "US"})
    tables = {
        name: frame.assign(key=[str(k) for k in frame.index]) for name, frame in (("orders", orders), ("claims", log))
    }
    books = Books(tmp_path)
    books.write({name: tidy(name, frame) for name, frame in tables.items()}, [], {}, "2026-11-30")
    assert [month_name(month) for month in window(books, 10_000)] == ["2026-08", "2026-10"]
    with pytest.raises(WrongOption, match="they cover 2026-08 to 2026-10"):
        this_month(MonthEndOptions(month="2026-11"), *window(books, 10_000))


def test_a_step_of_nothing_is_no_bar_of_the_chart(found: Answer) -> None:
    steps = found.tables["steps"]
    dust = steps.assign(books=steps["books"].where(steps["step"] != "rest", 2.8e-14))
    stored = Stored({"steps": dust}, found.facts)
    assert "rest" not in str(_chart(stored, Look("en")).chart.to_dict()["datasets"])


def test_a_month_that_the_books_do_not_cover_is_refused_with_those_they_do(scenario: Scenario, folder: Path) -> None:
    for month in ("2031-01", "March"):
        with pytest.raises(WrongOption, match="they cover 20"):
            function_of("month_end")(Case.of(scenario), books=str(folder), replications=2, month=month)


def test_money_in_a_currency_without_a_rate_is_refused_with_its_name_and_what_helps(
    scenario: Scenario, tmp_path: Path
) -> None:
    books = from_own_simulation(scenario)
    log = books.table("claims")
    written(books.with_(claims=log.assign(currency=["GBP", *log["currency"][1:]], closed=log["opened"])), tmp_path)
    with pytest.raises(BadInput, match="money in GBP"):
        of_the_books(scenario, Books(tmp_path), 2000 * 12, 2100 * 12)
    with pytest.raises(BadInput, match="on 2027-09-01; add a row of GBP to fx") as caught:
        rates(scenario, {"GBP"}, "2027-09")
    assert "添加一行 GBP" in caught.value.text("zh")


def test_refunds_of_the_log_without_an_amount_are_counted_and_said_to_be_in_no_step(
    scenario: Scenario, found: Answer, tmp_path: Path
) -> None:
    books, this = from_own_simulation(scenario), found.facts["this"]
    log = books.table("claims")
    blind = log[(log["refunded"] > 0) & (log["closed"].dt.strftime("%Y-%m") == this)].index[:3]
    order = log["order"].where(log.index != blind[0], "a")
    place = {"day": log["closed"][blind[:1]], "order": "a", "market": "US", "sku": "", "currency": "USD"}
    returns = pd.DataFrame(
        {**place, "opened": place["day"], "sku": log["sku"][blind[:1]], "units": 1.0, "failure": 1.0}
    )
    postings = pd.DataFrame({**place, "kind": "refund", "amount": -5.0})
    log = log.assign(refunded=log["refunded"].where(~log.index.isin(blind)), order=order)
    written(books.with_(claims=log, returns=returns, postings=postings), tmp_path)
    answer = function_of("month_end")(Case.of(scenario), books=str(tmp_path), replications=2, month=this)
    assert answer.facts["unstated"] == {this: 2}
    assert "unstated" not in found.facts
    assert f"2 refunds of {this} state no amount" in answer.text("en")
    assert f"{this} 有 2 笔退款未填金额" in answer.text("zh")
    assert answer.facts["joined"] == 1
    assert "1 claim is in the report of returns and in the log under one order" in answer.text("en")


def test_where_books_name_no_product_of_some_money_markets_alone_are_told(found: Answer) -> None:
    """Scans of carriers name none: the labels of these books are told by market."""
    assert not found.tables["lines"]["category"].any()
    assert set(found.tables["lines"]["figure"]) == {"refunds", "labels", "bills"}


def test_figures_without_claims_or_money_have_no_lines(found: Answer) -> None:
    none = pd.DataFrame(columns=["figure", "market", "category", "month", "currency", "count", "amount", "before"])
    assert not len(bridge_steps(none, ["market", "category"], ["refunds"], ("2026-01", "2026-02")))


def test_money_of_either_month_is_told_at_its_own_rates_and_at_those_of_the_first(scenario: Scenario) -> None:
    fx = [row for rate, day in ((0.14, "2020-01-01"), (0.16, "2027-12-01"))
          for row in [{"currency": "CNY", "usd_per_unit": rate, "from": day}]]  # fmt: skip
    world = scenario.replace(fx=fx)
    lines = pd.DataFrame({"month": ["2027-11", "2027-12"], "currency": "CNY", "amount": 100.0})
    found = priced_lines(world, lines, ("2027-11", "2027-12"))
    assert found["amount"].to_numpy() == pytest.approx([14.0, 16.0])
    assert found["before"].to_numpy() == pytest.approx([14.0, 14.0])


def test_the_headline_adds_up_as_it_is_printed() -> None:
    books = [100.4, 3.3, 3.3, 3.3, 0.4, -0.4, 0.4]
    exact = pd.DataFrame(
        {"step": ["last", *STEPS, "this"], "books": [*books, sum(books)], "model": [*books, sum(books)]}
    )
    told = whole_steps(exact).set_index("step")["books"]
    assert float(told["last"] + told[list(STEPS)].sum()) == told["this"] == round(sum(books))
    assert (abs(told - exact.set_index("step")["books"]) < 1).all()
    assert sum(round(x) for x in books) != round(sum(books))
