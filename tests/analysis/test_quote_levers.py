"""What could flip a choice among quotes: every figure can be turned to both ends, and rivals compete in one world."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.analysis.quote_worlds import of_a_list, quoted
from tests.analysis.seller import SEED
from warrantysim.analysis.quote_findings import QuoteFindings, findings
from warrantysim.analysis.quote_levers import levers_of, rivals
from warrantysim.analysis.quote_offers import quote_ids, study_quotes
from warrantysim.files.loading import load_scenario

BASE = Path(__file__).resolve().parents[2] / "scenarios" / "base.yaml"


@pytest.fixture(scope="module")
def found() -> QuoteFindings:
    """A small study in which P wins and Q would for less."""
    study = study_quotes(quoted(), replications=3, seed=SEED, within=50.0, decide=of_a_list)
    return findings(study)


def test_every_lever_of_the_reference_seller_can_be_turned_to_both_ends() -> None:
    base = load_scenario(BASE)
    found = levers_of(base, quote_ids(base))
    keys = [lever.key for lever in found]
    assert len(set(keys)) == len(keys)
    assert {
        "volume",
        "nff",
        "freight",
        "price:flatfix-us",
        "price:benchlease-uk",
        "yield:tierwerk-de",
        "fx:GBP",
    } <= set(keys)
    for lever in found:
        assert lever.low < lever.high
        assert lever.low <= lever.lever.stated(base) <= lever.high
        for position in (lever.low, lever.high):
            lever.lever.at(base, position)


def test_the_range_of_a_yield_is_the_one_the_assumptions_state() -> None:
    base = load_scenario(BASE)
    lever = next(one for one in levers_of(base, ["flatfix-us"]) if one.key == "yield:flatfix-us")
    assert (lever.low, lever.high) == (0.75, 0.93)
    assert lever.source
    bare = base.replace(assumptions=())
    lever = next(one for one in levers_of(bare, ["flatfix-us"]) if one.key == "yield:flatfix-us")
    assert (lever.low, lever.high) == (pytest.approx(0.73), pytest.approx(0.93))


def test_a_small_world_offers_what_it_has() -> None:
    keys = {lever.key for lever in levers_of(quoted(), ["P", "Q"])}
    assert {"volume", "price:P", "price:Q", "yield:P"} <= keys
    assert not {key for key in keys if key.startswith("fx:")}


def test_rivals_share_the_whole_world_and_are_named_by_what_they_sign(found: QuoteFindings) -> None:
    study = found.study
    rules = [case.policy for case in (*study.cases, *(price.case for price in found.prices if price.case is not None))]
    cases = rivals(study.scenario, study.quotes, rules)
    assert {"P", "Q"} <= {case.name for case in cases}
    assert all(case.scenario is study.scenario for case in cases)
    assert len({case.name for case in cases}) == len(cases)
    assert all(not math.isnan(price.factor) for price in found.prices)
