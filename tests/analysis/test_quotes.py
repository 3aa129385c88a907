"""Quotes are worth what they save, and what nobody would sign is worth nothing."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.quote_worlds import of_a_list, quoted
from tests.analysis.seller import SEED
from warrantysim.analysis.cases import yearly_costs
from warrantysim.analysis.quote_offers import OfferSearch, QuoteStudy, left_out, offers_of, quote_ids, study_quotes
from warrantysim.experiment.pace import Cancelled


@pytest.fixture(scope="module")
def study() -> QuoteStudy:
    """P at 20 dominates Q at 30 in everything."""
    return study_quotes(quoted(), replications=6, seed=SEED, within=50.0, decide=of_a_list)


def test_up_to_three_quotes_every_set_is_an_offer_and_beyond_only_the_telling_ones() -> None:
    assert len(offers_of("abc")) == 8
    assert offers_of("abcd") == (
        (),
        *(tuple(q) for q in "abcd"),
        tuple("abc"),
        tuple("abd"),
        tuple("acd"),
        tuple("bcd"),
        tuple("abcd"),
    )


def test_a_dominated_quote_adds_exactly_nothing(study: QuoteStudy) -> None:
    values = study.values().set_index("quote")
    assert values.loc["Q", "added_saving"] == 0.0
    assert values.loc["Q", "added_verdict"] == "identical"
    assert values.loc["P", "added_saving"] > 0
    assert values.loc["Q", "alone_saving"] > 0


def test_the_cheaper_of_two_equal_partners_is_signed_alone(study: QuoteStudy) -> None:
    assert study.best.signed == ("P",)
    assert study.selection.guaranteed
    assert study.ranking().iloc[0]["quotes"] == "P"


def test_a_quote_alone_costs_what_its_rules_cost_with_the_others_out_of_the_world(study: QuoteStudy) -> None:
    alone = study.offer(("Q",))
    assert alone is not None
    case = study.cases[alone.case]
    world = left_out(quoted(), ["P"])
    policy, _ = of_a_list(world, ["P"])
    assert policy == case.policy
    again = yearly_costs([type(case)("again", world, policy)], range(study.replications), SEED)
    np.testing.assert_array_equal(again[0], study.costs[alone.case])


def test_the_ranking_is_of_the_costs_on_shared_luck(study: QuoteStudy) -> None:
    ranking = study.ranking()
    assert ranking["cost"].is_monotonic_increasing
    none = study.offers[0]
    for row in ranking.itertuples():
        offer = study.offer([q for q in row.quotes.split(" + ") if q])
        assert offer is not None
        assert row.saving == pytest.approx(float((study.costs[none.case] - study.costs[offer.case]).mean()))


def test_a_further_quote_never_makes_an_offer_worse_where_rules_are_chosen() -> None:
    seen: dict[tuple[str, ...], float] = {}

    def noted(world: object, out: object) -> tuple[object, float]:
        policy, cost = of_a_list(world, out)  # type: ignore[arg-type]
        # A search that misses the best with every quote on the table.
        cost += 1e6 if not out else 0.0
        seen[tuple(out)] = cost  # type: ignore[arg-type]
        return policy, cost

    found = study_quotes(quoted(), replications=3, seed=SEED, decide=noted)  # type: ignore[arg-type]
    everything, p_alone = found.offer(("P", "Q")), found.offer(("P",))
    assert everything is not None
    assert p_alone is not None
    assert everything.case == p_alone.case


def test_stopped_a_study_keeps_the_offers_it_has_and_says_so() -> None:
    asked: list[int] = []

    def after_three() -> bool:
        asked.append(1)
        return len(asked) > 3

    found = study_quotes(quoted(), replications=20, seed=SEED, decide=of_a_list, cancel=after_three)
    assert found.cancelled
    assert len(found.offers) == 3
    assert 2 <= found.replications < 20


def test_stopped_before_the_first_offer_there_is_no_study() -> None:
    with pytest.raises(Cancelled, match="before an offer"):
        study_quotes(quoted(), decide=of_a_list, cancel=lambda: True)


def test_the_search_never_signs_a_quote_that_is_left_out() -> None:
    world = quoted(p=5.0, q=8.0)
    search = OfferSearch(world, SEED)
    for out in (["P"], ["P", "Q"]):
        policy, cost = search(left_out(world, out), out)
        assert not {name for _, name in policy.partners()} & set(out)
        assert np.isfinite(cost)


def test_the_search_signs_the_cheapest_partner() -> None:
    world = quoted(p=5.0, q=8.0)
    policy, _ = OfferSearch(world, SEED)(world, [])
    assert {name for _, name in policy.partners()} == {"P"}


@pytest.mark.parametrize(
    ("changes", "text"),
    [({"quotes": ["X"]}, "no quote 'X'; expected one of P, Q"), ({"replications": 1}, "at least two replications")],
    ids=["unknown", "too few"],
)
def test_what_cannot_be_studied_is_refused(changes: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        study_quotes(quoted(), decide=of_a_list, **changes)  # type: ignore[arg-type]


def test_quotes_are_the_partners_that_repair() -> None:
    assert quote_ids(quoted()) == ("P", "Q")
