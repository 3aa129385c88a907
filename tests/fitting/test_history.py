"""Books become lives: what is expected of the true life is what is seen, and what no report covers is not a zero."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.fitting.drawn_books import DrawnBooks, drawn, seller
from warrantysim.claims.inverse import mixture_failed
from warrantysim.fitting.history import History, history
from warrantysim.fitting.lives import FittedLife, archetype_of, fitted_lives, laws_of, prior_of
from warrantysim.schema.root import Scenario


def truth(scenario: Scenario, age: float | np.ndarray) -> np.ndarray:
    row = scenario.sku_markets[0]
    return np.asarray(
        mixture_failed(
            np.asarray(age), row.early_share, row.early_eta_days, row.early_beta, row.life_eta_days, row.life_beta
        )
    )


def lives_of(scenario: Scenario, books: DrawnBooks) -> list[FittedLife]:
    return fitted_lives(scenario, history(scenario, books))


def of_true_life(found: History, scenario: Scenario) -> tuple[float, float]:
    """Claims expected of the true life, and seen."""
    counts = found.products[0].counts
    return float(counts.expected(truth(scenario, counts.ages)).sum()), counts.failures


def test_claims_of_the_true_life_are_those_that_are_seen() -> None:
    scenario = seller(20_000)
    expected, seen = of_true_life(history(scenario, drawn(scenario)), scenario)
    assert seen == pytest.approx(expected, abs=3 * np.sqrt(expected))
    assert seen > 10_000


def test_owners_who_keep_silent_are_allowed_for() -> None:
    silent = {"US": {"base": 0.6, "cheap_factor": 0.5, "half_price": "60 USD", "decline_per_year": 0.3}}
    scenario = seller(20_000, births={"propensity": silent, "promotion_share": 0.5, "promotion_depth": 0.2})
    expected, seen = of_true_life(history(scenario, drawn(scenario)), scenario)
    assert seen == pytest.approx(expected, abs=3 * np.sqrt(expected))


def test_without_the_month_of_sale_claims_are_held_against_all_units_that_could_have_made_them() -> None:
    scenario = seller(20_000)
    books = drawn(scenario)
    nameless = books.with_(claims=books.table("claims").assign(sold=pd.NaT, delivered=pd.NaT))
    found = history(scenario, nameless)
    assert not found.by_age
    expected, seen = of_true_life(found, scenario)
    assert seen == pytest.approx(expected, rel=0.03)


def test_claims_that_do_not_name_their_sale_are_stood_for_by_those_that_do() -> None:
    scenario = seller(20_000)
    books = drawn(scenario)
    claims = books.table("claims")
    hidden = np.random.default_rng(1).random(len(claims)) < 0.1
    part = claims.assign(sold=claims["sold"].where(~hidden), delivered=pd.NaT)
    found = history(scenario, books.with_(claims=part))
    assert found.joined == pytest.approx(0.9, abs=0.01)
    expected, seen = of_true_life(found, scenario)
    assert seen == pytest.approx(expected, abs=3 * np.sqrt(expected))
    assert found.left_out["unjoined"] == pytest.approx(hidden.sum(), abs=2)


def counts_of(claims: pd.DataFrame) -> list[tuple[str, str, str, float]]:
    """A log as somebody counts it who writes months down."""
    by = claims.assign(month=claims["opened"].dt.strftime("%Y-%m")).groupby(["sku", "market", "month"]).size()
    return [(*key, float(n)) for key, n in by.items()]


def test_claims_that_were_only_counted_stand_for_a_log() -> None:
    scenario = seller(20_000)
    books = drawn(scenario)
    claims = books.table("claims")
    counts = [one for one in counts_of(claims) if one[2] >= "2027-01" and one[2] != "2027-06"]
    found = history(scenario, books.with_(claims=claims.iloc[:0]), counts)
    assert not found.by_age
    expected, seen = of_true_life(found, scenario)
    assert seen == sum(n for *_, n in counts)
    assert seen == pytest.approx(expected, rel=0.03)


def test_a_log_wins_over_counts_of_the_same_month() -> None:
    scenario = seller(20_000)
    books = drawn(scenario)
    claims = books.table("claims")
    nameless = claims.assign(sold=pd.NaT, delivered=pd.NaT)
    alone = history(scenario, books.with_(claims=nameless)).products[0].counts
    twice = history(scenario, books.with_(claims=nameless), counts_of(claims)).products[0].counts
    assert twice.failures == pytest.approx(alone.failures, rel=0.01)
    half = nameless[nameless["opened"] >= "2027-07-01"]
    both = history(scenario, books.with_(claims=half), counts_of(claims))
    assert of_true_life(both, scenario)[1] == pytest.approx(alone.failures, rel=0.01)


def test_months_without_a_report_are_not_months_without_claims() -> None:
    scenario = seller(20_000)
    books = drawn(scenario)
    late = books.table("claims")[books.table("claims")["opened"] >= "2027-03-01"]
    expected, seen = of_true_life(history(scenario, books.with_(claims=late)), scenario)
    assert seen == pytest.approx(expected, abs=3 * np.sqrt(expected))


def test_claims_opened_again_and_claims_long_after_the_warranty_count_for_no_life() -> None:
    scenario = seller(5_000)
    books = drawn(scenario)
    claims = books.table("claims")
    again = claims.iloc[:50].assign(reopened="yes")
    old = claims.iloc[:30].assign(sold=claims["opened"].iloc[:30] - pd.Timedelta(days=900), delivered=pd.NaT)
    more = history(scenario, books.with_(claims=pd.concat([claims, again, old], ignore_index=True)))
    assert more.products[0].claims == history(scenario, books).products[0].claims
    assert more.left_out["late"] == 30


def test_a_claim_in_the_report_of_returns_and_in_the_log_under_one_order_counts_once() -> None:
    scenario = seller(2_000)
    books = drawn(scenario)
    log = books.table("claims")
    log = log.assign(order=[f"o{n}" for n in range(len(log))])
    both = log.iloc[:40].assign(day=log["opened"], units=1.0, failure=1.0)
    strangers = both.assign(order=[""] * 20 + [f"r{n}" for n in range(20)])
    alone = history(scenario, books.with_(claims=log)).products[0].claims
    found = history(scenario, books.with_(claims=log, returns=both))
    assert (found.products[0].claims, found.left_out["both"]) == (alone, 40)
    other = history(scenario, books.with_(claims=log, returns=strangers))
    assert (other.products[0].claims, other.left_out["both"]) == (alone + 40, 0)


def test_a_claim_that_the_platform_decides_counts_as_its_report_has_it() -> None:
    """The log's row is left out by its age, so that the return of the same order stays."""
    window = {"market": "US", "channel": "OWN", "window_days": 60}
    scenario = seller(2_000, windows=[window])
    books = drawn(scenario)
    log = books.table("claims")
    log = log.assign(order=[f"o{n}" for n in range(len(log))])
    returns = log.assign(day=log["opened"], units=1.0, failure=0.5)
    found = history(scenario, books.with_(claims=log, returns=returns))
    young = ((log["opened"] - log["sold"]).dt.days < 60).sum()
    assert found.left_out["twice"] == pytest.approx(young, rel=0.02)
    once = found.left_out["twice"] * 0.5 + found.left_out["both"] / 0.5
    assert found.products[0].claims == pytest.approx(once, rel=0.01)


def test_many_claims_find_the_life_and_the_life_stated_makes_as_many() -> None:
    scenario = seller(20_000)
    life = lives_of(scenario, drawn(scenario))[0]
    value, low, high = life.failed(365.0)
    assert low < truth(scenario, 365.0) < high
    assert high / low < 1.1
    counts = life.product.counts
    made = counts.expected(
        mixture_failed(counts.ages, life.early_share, 30.0, 0.9, np.float64(life.eta), np.float64(life.beta))
    ).sum()
    assert made == pytest.approx(counts.failures, rel=0.01)
    # The range keeps the shape: fewest claims at its low end of failures, most at the other.
    assert life.eta_range[0] < life.eta < life.eta_range[1]
    assert life.eta_ends[1] / life.eta_ends[0] > life.eta_range[1] / life.eta_range[0]
    assert value == pytest.approx(float(truth(scenario, 365.0)), rel=0.05)


def test_a_product_without_a_claim_has_the_life_of_its_kind() -> None:
    scenario = seller(1, sku_of={"category": "earbuds"}, terms_of={"life_eta_days": 1e9, "early_share": 0.0})
    books = drawn(scenario)
    one = books.with_(orders=books.table("orders").tail(2))
    empty = pd.DataFrame({"opened": pd.to_datetime(["2027-12-30"]), "sold": pd.NaT, "delivered": pd.NaT})
    log = empty.assign(sku="other", market="US", channel="OWN", reopened="no")
    life = lives_of(scenario, one.with_(claims=log))[0]
    assert archetype_of(scenario, "A") == life.kind == "earbuds"
    prior = prior_of("earbuds")
    assert life.product.claims == 0
    assert life.borrowed > 0.99
    assert life.failed(365.0)[0] == pytest.approx(prior.first_year, rel=0.25)
    assert life.failed(365.0)[1] < prior.first_year_low * 1.2
    assert life.failed(365.0)[2] > prior.first_year_high * 0.9


def test_a_life_without_an_end_is_one_a_scenario_can_state() -> None:
    scenario = seller(2000, terms_of={"life_eta_days": 1e9, "life_beta": 0.5, "early_share": 0.01})
    life = lives_of(scenario, drawn(scenario))[0]
    assert max(life.eta, *life.eta_range) <= 1e9


def test_the_same_books_give_the_same_lives() -> None:
    scenario = seller(300, ("A", "B"))
    once, again = (lives_of(scenario, drawn(scenario)) for _ in range(2))
    assert [(life.eta, life.beta, life.eta_ends) for life in once] == [
        (life.eta, life.beta, life.eta_ends) for life in again
    ]


def test_laws_are_weighed_against_each_other() -> None:
    scenario = seller(20_000)
    laws = laws_of(history(scenario, drawn(scenario)).products)
    assert sum(law.weight for law in laws) == pytest.approx(1)
    assert laws[0].law == "early and main"
    assert not laws_of(history(scenario, drawn(seller(5))).products)
