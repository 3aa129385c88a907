"""Whether the model matches the books: it does where it made them, and what is bent is named."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.fitting.drawn_books import DrawnBooks, drawn, seller, written
from tests.worlds import partner
from warrantysim.analysis.beside_books import booked_in, in_the_books, joined_claims
from warrantysim.analysis.cases import Case
from warrantysim.experiment.births import births
from warrantysim.experiment.replicate import priced_run
from warrantysim.files.books import Books
from warrantysim.journeys.records import Finding, Route
from warrantysim.money.categories import Category
from warrantysim.schema.errors import BadInput
from warrantysim.schema.root import Scenario
from warrantysim.studies.asking import Answer, function_of
from warrantysim.studies.books import KEPT, STUDY, kept_verdict, verdict_text
from warrantysim.studies.study import Work

RULE = {
    "name": "today",
    "rules": [
        {"cell": {}, "zones": [{"from": "0 USD", "do": "refund"}]},
        {"cell": {"sku": "B"}, "zones": [{"from": "0 USD", "do": "repair_local", "partner": "P"}]},
    ],
}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    found = seller(4_000, ("A", "B"), policy=RULE, partners={"P": partner(40)})
    kinds = {"A": "small things", "B": "large things"}
    return found.replace(skus=[row.replace(category=kinds[row.sku]) for row in found.skus])


def from_own_simulation(scenario: Scenario, seed: int = 77) -> DrawnBooks:
    """Books that hold what one simulated history came to."""
    run, ledger = priced_run(scenario, scenario.policy, births(scenario, seed, 0), seed, 0)
    r = run.records
    zero = pd.Timestamp(scenario.horizon.first_day)

    def day(stamps: Any) -> pd.Series:
        found = pd.Series(stamps)
        return (zero + pd.to_timedelta(found.where(found > -(10**10)), unit="s")).dt.floor("D")

    spent = {
        category: pd.Series(ledger.reporting[ledger.category == category]).groupby(
            ledger.record[ledger.category == category]
        ).sum().reindex(range(len(r.route)), fill_value=0.0)
        for category in (Category.REFUND, Category.LABEL, Category.REPAIR_LABOUR, Category.PARTS, Category.INSPECTION)
    }  # fmt: skip
    blank = dict.fromkeys(("finding", "partner", "evidence", "denied", "disputed", "order"), "")
    log = pd.DataFrame({"opened": day(r.claims.opened), "sold": day(r.claims.sold),
                        "delivered": day(r.claims.delivered), "closed": day(r.refunded),
                        "refunded": spent[Category.REFUND], "currency": "USD",
                        "sku": [scenario.sku_ids[k] for k in r.claims.sku], "market": "US", "channel": "OWN",
                        "decision": [Route(k).name.lower() for k in r.route], "reopened": "no", **blank})  # fmt: skip
    log = log.assign(refunded=log["refunded"].where(log["refunded"] > 0))
    issued = r.label_issued
    scans = pd.DataFrame({"issued": day(r.routed)[issued], "first_scan": day(r.scanned)[issued], "market": "US",
                          "delivered": day(r.arrived)[issued], "amount": spent[Category.LABEL][issued],
                          "currency": "USD"})  # fmt: skip
    done = (r.finding != Finding.NONE) & (r.route == Route.REPAIR_LOCAL)
    billed = spent[Category.REPAIR_LABOUR] + spent[Category.PARTS] + spent[Category.INSPECTION]
    bills = pd.DataFrame({"day": day(r.bench_out)[done], "partner": "P", "sku": "B", "fault": "", "outcome": "repaired",
                          "amount": billed[done], "currency": "USD"})  # fmt: skip
    return drawn(scenario).with_(claims=log, scans=scans, bills=bills)


@pytest.fixture(scope="module")
def folder(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("books")
    written(from_own_simulation(scenario), home)
    return home


def asked(scenario: Scenario, folder: Path) -> Answer:
    return function_of("books")(Case.of(scenario), books=str(folder), replications=4)


def test_books_of_our_own_simulation_match(scenario: Scenario, folder: Path) -> None:
    found = asked(scenario, folder)
    rows = found.tables["figures"].set_index(["figure", "measure"])
    for figure in ("claims", "refunds", "labels", "bills"):
        assert abs(rows.loc[(figure, "count"), "off"]) < 0.05, rows
    assert found.facts["verdict"]["status"] in {"match", "luck"}, rows
    assert abs(rows.loc[("claims", "count"), "off"]) < 0.03
    months = found.tables["months"]
    assert (months[months["figure"] == "claims"]["books"] > 0).sum() == 12
    for lang in ("en", "zh"):
        assert found.text(lang)
    assert verdict_text(found.facts["verdict"], "en") in kept_verdict(folder, "en")


def test_labels_half_as_dear_again_are_named(scenario: Scenario, folder: Path) -> None:
    dear = scenario.replace(label_rates=[row.replace(price=row.price * 1.5) for row in scenario.label_rates])
    verdict = asked(dear, folder).facts["verdict"]
    assert (verdict["status"], verdict["figure"], verdict["why"]) == ("off", "labels", "each")
    assert verdict["off"] == pytest.approx(0.5, abs=0.08)
    told = verdict_text(verdict, "en")
    assert "label_rates" in told
    assert "the number fits" in told.lower() or "their number fits" in told.lower()


def test_lives_that_are_off_come_first(scenario: Scenario, folder: Path) -> None:
    short = scenario.replace(sku_markets=[row.replace(life_eta_days=2000.0) for row in scenario.sku_markets])
    verdict = asked(short, folder).facts["verdict"]
    assert (verdict["status"], verdict["figure"]) == ("off", "claims")
    assert "life_eta_days" in verdict_text(verdict, "en")


def test_prices_stated_later_than_the_months_of_the_books_hold_before_and_the_answer_says_so(
    scenario: Scenario, folder: Path
) -> None:
    begins = dt.date(2028, 1, 31)
    horizon = scenario.horizon.replace(first_day=dt.date(2030, 1, 1))
    late = {
        name: [row.replace(from_=begins) for row in getattr(scenario, name)] for name in ("label_rates", "rate_cards")
    }
    quote = scenario.partners["P"]
    dated = {name: desk.replace(repaired={"flat": [{"from": begins.isoformat(), "value": "40 USD"}]})
             for name, desk in quote.desks.items()}  # fmt: skip
    moved = scenario.replace(horizon=horizon, partners={"P": quote.replace(desks=dated)}, **late)
    found, same = asked(moved, folder), asked(scenario, folder)
    assert found.facts["stated_later"] == {"rate_cards": "2028-01-31", "label_rates": "2028-01-31"}
    assert same.facts["stated_later"] == {}
    assert found.facts["failed"] == []
    labels = [one.tables["figures"].set_index("figure").loc["labels", "model"].tolist() for one in (found, same)]
    assert labels[0] == pytest.approx(labels[1], rel=0.05)
    for lang in ("en", "zh"):
        assert "label_rates 2028-01-31" in found.text(lang)


def test_months_the_scenario_cannot_be_had_for_are_named(scenario: Scenario) -> None:
    with pytest.raises(BadInput, match="1999-01 to 1999-12, the months of the books: expected a day from 2000-01-01"):
        in_the_books(scenario, drawn(scenario), 1999 * 12, 1999 * 12 + 11)


def lives(scenario: Scenario, times: dict[str, float]) -> Scenario:
    """The same seller with lives of his products so many times as long."""
    rows = scenario.sku_markets
    return scenario.replace(
        sku_markets=[row.replace(life_eta_days=row.life_eta_days * times.get(row.sku, 1.0)) for row in rows]
    )


def test_a_figure_bent_in_one_category_is_named_there(scenario: Scenario, folder: Path) -> None:
    found = asked(lives(scenario, {"B": 0.5}), folder)
    held = found.facts["places"]["category"]
    assert held["large things"]["status"] == "off"
    assert held["small things"]["status"] in {"match", "luck"}, held
    assert [(one["by"], one["of"], one["figure"]) for one in found.facts["verdict"]["where"]] == [
        ("category", "large things", "claims")
    ]
    for lang in ("en", "zh"):
        told = verdict_text(found.facts["verdict"], lang)
        assert "large things" in told
        assert "small things" not in told
        assert "".join(told.split()) in "".join(found.text(lang).split())


def test_what_cancels_in_the_whole_is_named_where_it_is_off(scenario: Scenario, folder: Path) -> None:
    found = asked(lives(scenario, {"A": 1.5, "B": 0.76}), folder)
    whole = found.tables["figures"].set_index("figure")
    assert whole.loc["claims", "status"] != "off", whole
    where = found.facts["verdict"]["where"]
    assert {one["of"] for one in where if one["figure"] == "claims"} == {"small things", "large things"}, where


def test_labels_have_no_category_since_scans_name_no_product(scenario: Scenario, folder: Path) -> None:
    found = asked(scenario, folder)
    assert "labels" in set(found.tables["figures"]["figure"])
    rows = found.tables["categories"]
    assert set(rows["figure"]) == {"claims", "refunds", "bills"}
    whole = found.tables["figures"].set_index(["figure", "measure"])["books"]
    by = rows.groupby(["figure", "measure"])["books"].sum()
    assert by.to_dict() == pytest.approx(whole[by.index].to_dict())
    assert found.facts["places"]["market"] == {}


def test_a_decision_without_a_verdict_says_so(folder: Path, tmp_path: Path) -> None:
    assert kept_verdict(tmp_path, "en") == ""
    (tmp_path / "orders.parquet").write_bytes((folder / "orders.parquet").read_bytes())
    assert "Nobody has asked yet" in kept_verdict(tmp_path, "en")


def test_a_verdict_that_cannot_be_kept_is_warned_of_and_the_comparison_told(
    scenario: Scenario, folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "books", ignore=shutil.ignore_patterns("*verdict*"))
    (tmp_path / "books" / KEPT).mkdir()  # what cannot be written, whoever runs this
    found = asked(scenario, tmp_path / "books")
    assert len(found.tables["figures"])
    assert "could not be kept" in found.text("en")
    assert KEPT in found.text("zh")


def test_one_stopped_after_its_first_simulation_gives_no_verdict_and_keeps_none(
    scenario: Scenario, folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "books", ignore=shutil.ignore_patterns("*verdict*"))
    ask = STUDY.options({"books": str(tmp_path / "books"), "replications": 4})
    facts = STUDY.run([Case.of(scenario)], ask, Work(seed=5, cancel=lambda: True)).facts
    assert (facts["cancelled"], facts["verdict"]) == (True, {"status": "short", "where": []})
    assert verdict_text(facts["verdict"], "en").startswith("One simulation does not tell")
    assert not (tmp_path / "books" / KEPT).exists()


def test_claims_of_units_the_books_never_sold_are_counted_in_place_of_lives(scenario: Scenario, tmp_path: Path) -> None:
    books = from_own_simulation(scenario)
    orders, log = books.table("orders"), books.table("claims")
    late = orders[(orders["sku"] == "A") & (orders["day"] >= pd.Timestamp(scenario.horizon.first_day))]
    written(books.with_(orders=late), tmp_path)
    unsold = scenario.replace(sales=[row.replace(units_per_month=1.0) for row in scenario.sales])
    facts = asked(unsold, tmp_path).facts
    verdict = facts["verdict"]
    assert (verdict["status"], verdict["figure"]) == ("off", "claims")
    window = log[log["opened"].dt.strftime("%Y-%m").between(facts["since"], facts["until"])]
    assert verdict["unseen"]["never"] == pytest.approx((window["sku"] == "B").sum())
    early = window[(window["sku"] == "A") & (window["sold"] < late["day"].min())]
    assert verdict["unseen"]["before"] == pytest.approx(len(early))
    for lang in ("en", "zh"):
        assert f"{verdict['unseen']['never']:,.0f}" in verdict_text(verdict, lang)
        assert "life_eta_days" not in verdict_text({**verdict, "where": []}, lang)


def test_a_claim_and_a_refund_that_the_log_and_the_platform_report_under_one_order_count_once(
    scenario: Scenario, tmp_path: Path
) -> None:
    """The log states 30 for order a, nothing for b; c is in the report of returns alone, one is of an unknown
    order, and of e the two name different products."""
    march, april = pd.Timestamp("2027-03-05"), pd.Timestamp("2027-04-02")
    place = {"sku": "A", "market": "US", "channel": "OWN", "currency": "USD"}
    log = pd.DataFrame({"order": ["a", "b", "", "e"], "opened": march, "closed": march, "decision": "refund",
                        "refunded": [30.0, None, 9.0, None], **place})  # fmt: skip
    returns = pd.DataFrame({"order": ["a", "b", "c", "", "e"], "day": march, "opened": march, "units": 1.0,
                            "failure": 1.0, **place, "sku": ["A", "A", "A", "A", "B"]})  # fmt: skip
    postings = pd.DataFrame({"order": ["a", "b", "c"], "day": april, "kind": "refund", "amount": [-30.0, -20.0, -10.0],
                             **place, "sku": ["", "A", "A"]})  # fmt: skip
    written(drawn(scenario).with_(claims=log, returns=returns, postings=postings), tmp_path)
    year = 2027 * 12, 2027 * 12 + 11
    assert joined_claims(scenario, Books(tmp_path), *year) == 2
    found = booked_in(scenario, Books(tmp_path), *year).groupby(["figure", "month"])
    assert found["count"].sum().to_dict() == {
        ("claims", "2027-03"): 4 + 3, ("refunds", "2027-03"): 2, ("refunds", "2027-04"): 2}  # fmt: skip
    assert found["amount"].sum()["refunds"].to_dict() == {"2027-03": 39.0, "2027-04": 30.0}
