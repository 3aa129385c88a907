"""What the law costs: by row and by market, with the article, by the program and its own claims."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.decision.telling import record, report
from tests.experiment.tiny import SEED, roomy, sold
from tests.worlds import floor
from warrantysim.decision.asking import Experiments
from warrantysim.decision.decide import Decision, decide
from warrantysim.decision.law import COLUMNS, law_prices
from warrantysim.decision.loop import search
from warrantysim.decision.outcomes import Lawful
from warrantysim.journeys.model import model_of
from warrantysim.schema.root import Scenario
from warrantysim.studies.decide import Confirming
from warrantysim.studies.decide.files import decision_frames
from warrantysim.studies.study import Work

SMALL = {
    "training_replications": 2,
    "selection_replications": 1,
    "confirm_replications": 2,
    "iterations": 1,
    "bands": 3,
    "neighbours": 0,
    "materiality": "1 USD",
}


def seller(*law: dict[str, Any], **changes: Any) -> Scenario:
    """A small seller under a law."""
    return roomy(30, decision=SMALL, legal_floors=list(law), **changes)


def prices(s: Scenario) -> Any:
    """What each row costs."""
    world, asked = model_of(s), Experiments(s, SEED)
    found = search(world, asked, range(100, 102), range(200, 201), lambda _: None)
    return law_prices(world, asked, SEED, range(100, 102), found, found.best.policy)


def test_a_law_that_demands_nothing_or_binds_nobody_has_no_price() -> None:
    old = floor(age_from_days=5000, age_to_days=6000, allowed="repair_local")
    for law in ([], [floor()], [floor(), old]):
        found = prices(seller(*law))
        assert list(found.columns) == list(COLUMNS)
        assert len(found) == 0


def test_what_the_law_takes_away_costs_what_the_cheaper_way_would_have_saved() -> None:
    free = seller()
    world, asked = model_of(free), Experiments(free, SEED)
    best = search(world, asked, range(100, 102), range(200, 201), lambda _: None).best.policy.rules[0].zones[0].do
    left = [name for name in ("refund", "reship", "repair_local", "return_china") if name != best]
    found = prices(seller(floor(allowed="|".join(left), article="s 1")))
    assert found["article"].tolist() == ["", "s 1"]
    assert found["cost"].tolist()[0] == found["cost"].tolist()[1] > 0
    assert found["claims"].tolist()[0] == found["claims"].tolist()[1] > 0


def test_rows_share_out_the_claims_of_their_market_and_no_other() -> None:
    young = floor(age_to_days=100, deduction="none", article="young")
    old = floor(age_from_days=100, refurbished="no", allowed="reship", article="old")
    s = seller(young, old, markets={"US": {}, "DE": {}}, sales=sold(20, "US", "DE"))
    found = prices(s)
    assert set(found["market"]) == {"US"}
    assert found["article"].tolist() == ["", "young", "old"]
    np.testing.assert_allclose(found["claims"][0], found["claims"][1:].sum())


@pytest.fixture(scope="module")
def decided() -> tuple[Decision, Scenario]:
    """A decision under a law with a price."""
    s = seller(floor(allowed="refund|return_china", article="s 1"), policy="return_china sea")
    return decide(s, seed=SEED), s


def test_the_price_of_the_law_is_the_same_in_table_record_and_report(decided: tuple[Decision, Scenario]) -> None:
    decision, s = decided
    assert decision.law["article"].tolist() == ["", "s 1"]
    assert decision_frames(decision, s)["law"]["cost"].tolist() == decision.law["cost"].tolist()
    found = record(decision, s)
    assert [row["cost"] for row in found["law"]] == decision.law["cost"].tolist()
    cost = f"{decision.law['cost'][1]:,.0f}"
    for lang, title in (("en", "WHAT THE LAW COSTS"), ("zh", "法规的代价")):
        text = report(decision, s, lang)  # type: ignore[arg-type]
        assert title in text
        assert next(line for line in text.split("\n") if "s 1" in line and line.endswith(cost))
    without = report(replace(decision, law=decision.law[:0]), s)
    assert "WHAT THE LAW COSTS" not in without


def test_a_rule_that_the_law_holds_cites_the_article(decided: tuple[Decision, Scenario]) -> None:
    decision, s = decided
    frame = decision_frames(decision, s)["decision"]
    assert "law (s 1): no" in frame["binds"][0]


def test_whoever_runs_a_decision_can_ask_what_it_would_be_without_the_law() -> None:
    s = seller(floor())
    plain = Experiments(s, SEED)
    kept = Confirming(plain, s, Work(SEED))
    for asked in (plain, kept):
        assert isinstance(asked, Lawful)
        assert asked.by_law(False).scenario.legal_floors == ()
