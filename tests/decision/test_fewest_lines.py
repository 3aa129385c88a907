"""Rules in fewer lines do to every claim what they did before, whoever reads them from the top."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.decision.sellers import random_seller, told
from tests.worlds import partner, world
from warrantysim.decision.rule_table import RULE_KEYS, first_match, rule_table
from warrantysim.experiment.births import births
from warrantysim.files.loading import load_scenario
from warrantysim.journeys.model import model_of
from warrantysim.journeys.solo import solo_run
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

ACTS = ("refund", "reship", "repair_local P", "return_china sea")


def done(table: pd.DataFrame, seen: dict[str, np.ndarray]) -> list[tuple[str, str]]:
    """What is done to each of some claims."""
    row = first_match(table, seen)
    assert (row >= 0).all()
    return list(zip(table["action"].to_numpy()[row], table["partner"].to_numpy()[row], strict=True))


def every_corner(scenario: Scenario, table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Orders of every product, market and reason on either side of every age and price at which a line ends."""

    def ends(rows: pd.DataFrame, names: tuple[str, str], step: float) -> list[float]:
        found = {x for name in names for x in rows[name].dropna()}
        return sorted({max(x + d, 0.0) for x in found for d in (-step, 0.0)} | {0.0, 1e6})

    symptoms = sorted({*table["symptom"], scenario.symptom_ids[0]} - {""})
    rows: list[tuple[Any, ...]] = []
    for market, product in itertools.product(scenario.market_ids, scenario.skus):
        near = table[table["market"].isin([market, ""])]
        near = near[near["sku"].isin([product.sku, ""])]
        ages, prices = (
            ends(near, ("age_from_days", "age_to_days"), 1.0),
            ends(near, ("price_from", "price_to"), 0.01),
        )
        where = (market, scenario.channel_ids[0], product.category, product.sku)
        rows += [(*where, *each, "none") for each in itertools.product(ages, prices, symptoms)]
    names = ("market", "channel", "category", "sku", "order_age_days", "order_price", "symptom", "evidence")
    return {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def same(scenario: Scenario, policy: Policy) -> tuple[int, int]:
    """Lines before and after, once both have been followed for every corner."""
    long, short = (rule_table(policy, model_of(scenario), fewest=fewest) for fewest in (False, True))
    seen = every_corner(scenario, pd.concat([long, short]))
    assert done(short, seen) == done(long, seen)
    assert len(short) <= len(long)
    return len(long), len(short)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_no_claim_gets_another_action(seed: int) -> None:
    scenario = random_seller(seed)
    policy = scenario.policy
    long, short = same(scenario, policy)
    assert short < 0.75 * long
    records = solo_run(scenario, policy, births(scenario, 1, 0), 1, 0).records
    seen = told(scenario, records.take(np.flatnonzero(records.rule >= 0)))
    both = [rule_table(policy, model_of(scenario), fewest=fewest) for fewest in (False, True)]
    assert done(both[1], seen) == done(both[0], seen)


def test_the_reference_seller_s_rules_take_little_more_than_half_the_lines() -> None:
    base = load_scenario("scenarios/base.yaml")
    long, short = same(base, base.policy)
    assert long > 300
    assert short < 0.6 * long


def shop() -> Scenario:
    """Three products of two categories in two markets."""
    base = world(("A", "B", "C"), ("US", "DE"), partners={"P": partner(3, ("US", "DE"))})
    of = {"A": "small", "B": "small", "C": "large"}
    return base.replace(skus=tuple(sku.replace(category=of[sku.sku]) for sku in base.skus))


def rule(act: str, **cell: Any) -> dict[str, Any]:
    do, _, by = act.partition(" ")
    return {"cell": cell, "zones": [{"from": "0 USD", "do": do, "partner": by or None}]}


def accessories() -> Policy:
    """Small products are reshipped everywhere, but for one."""
    cells = {("A", "US"): "reship", ("A", "DE"): "reship", ("B", "US"): "reship", ("B", "DE"): "refund"}
    cells |= {("C", "US"): "repair_local P", ("C", "DE"): "refund"}
    rules = [rule(act, sku=sku, market=market) for (sku, market), act in cells.items()]
    return Policy.model_validate({"name": "accessories", "rules": [*rules, rule("refund")]})


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Rules for some products and markets by price and age, some categories, markets and reasons, and for the rest."""
    every = draw(st.booleans())
    cells: list[dict[str, Any]] = [
        {"sku": k, "market": m} for k in "ABC" for m in ("US", "DE") if every or draw(st.booleans())
    ]
    wider: list[dict[str, Any]] = [
        {"market": "DE"}, {"category": "small"}, {"sku": "C"}, {"market": "US", "symptom": "dead"},
        {"sku": "A", "market": "DE", "symptom": "dead"}, {"category": "small", "market": "US"},
    ]  # fmt: skip
    cells += draw(st.lists(st.sampled_from(wider), unique_by=repr, max_size=3))
    rules = [rule(draw(st.sampled_from(ACTS)))]
    for cell in cells:
        if draw(st.integers(0, 3)):
            rules.append(rule(draw(st.sampled_from(ACTS[:2])), **cell))
            continue
        ends = sorted(draw(st.sets(st.sampled_from([30.0, 100.0, 365.0]), max_size=2)))
        for first, last in itertools.pairwise([0.0, *ends, None]):
            cuts = sorted(draw(st.sets(st.sampled_from([20, 45, 60, 90]), max_size=2)))
            zones = [rule(draw(st.sampled_from(ACTS)))["zones"][0] | {"from": f"{cut} USD"} for cut in (0, *cuts)]
            rules.append(
                {"cell": cell, "by": "order_price", "age_from_days": first, "age_to_days": last, "zones": zones}
            )
    return Policy.model_validate({"name": "drawn", "rules": rules})


@given(policies())
def test_whatever_the_rules_fewer_lines_do_the_same(policy: Policy) -> None:
    same(shop(), policy)


def test_what_holds_in_every_market_or_for_every_product_is_told_once() -> None:
    found = rule_table(accessories(), model_of(shop()))
    lines = found[[*RULE_KEYS, "action"]].apply(lambda row: " ".join(filter(None, row)), axis=1)
    assert lines.tolist() == ["DE B refund", "US C repair_local", "DE C refund", "small reship"]


def test_the_last_action_is_told_without_ages_and_prices_and_the_others_without_those_that_are_taken() -> None:
    zones = [{"from": "0 USD", "do": "refund"}, {"from": "45 USD", "do": "reship"}]
    young = {"cell": {"market": "US"}, "by": "order_price", "age_to_days": 365, "zones": zones}
    older = young | {"age_from_days": 365, "age_to_days": 730, "zones": [zones[0], zones[1] | {"from": "60 USD"}]}
    oldest = {"cell": {"market": "US"}, "by": "order_price", "age_from_days": 730, "zones": zones[:1]}
    policy = Policy.model_validate({"name": "p", "rules": [young, older, oldest, rule("refund")]})
    found = rule_table(policy, model_of(shop()))
    told_ = found[["market", "age_from_days", "age_to_days", "price_from", "price_to", "action"]].fillna(-1)
    assert told_.values.tolist() == [
        ["US", 0, 365, 45, -1, "reship"],
        ["US", 0, 730, 60, -1, "reship"],
        ["US", 0, -1, 0, -1, "refund"],
        ["", 0, -1, 0, -1, "refund"],
    ]
