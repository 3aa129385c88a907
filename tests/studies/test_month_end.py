"""How last month's cost became this month's: steps add up, each is what it is called, and the model explains its own
books."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from tests.fitting.drawn_books import written
from tests.studies.test_books import from_own_simulation, scenario
from warrantysim.analysis.beside_books import of_the_books
from warrantysim.analysis.cases import Case
from warrantysim.files.books import Books
from warrantysim.present.sheets import blocks_workbook
from warrantysim.schema.errors import BadInput
from warrantysim.schema.root import Scenario
from warrantysim.studies.asking import Answer, function_of
from warrantysim.studies.month_end import STEPS, beside_steps, bridge_steps, priced_lines, rates, split, whole_steps
from warrantysim.studies.study import WrongOption

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
    assert rows[-1][-1] == pytest.approx(found.tables["steps"].set_index("step")["books"]["this"], abs=0.01)


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
