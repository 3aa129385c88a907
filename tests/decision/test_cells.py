"""Which rules of a policy speak for a cell, and for the parts of it that finer rules name."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.experiment.tiny import roomy, sold
from tests.worlds import policy_of, terms
from warrantysim.decision.asking import Experiments
from warrantysim.decision.cells import rival, rules_within, zones_for
from warrantysim.decision.forecast import arms_under
from warrantysim.decision.training import Learned, learn
from warrantysim.journeys.world import World, world_of
from warrantysim.scenario.policy import Policy

PARTS: dict[str, list[str | int]] = {
    "market": ["US", "UK"],
    "category": ["things"],
    "sku": ["A"],
    "symptom": ["dead", "hot_or_swollen"],
    "age_band": [0, 1, 2],
}


def seen() -> tuple[World, Learned]:
    """Training claims of two markets, two reasons and several ages."""
    scenario = roomy(
        20,
        markets={"US": {}, "UK": {}},
        ways=(),
        sales=sold(20, "US", "UK"),
        sku_markets=[terms(refund_basis="pro_rata", life_eta_days=700.0, market=m) for m in ("US", "UK")],
        fault_shares={"repairable": 0.5, "battery_safety": 0.5},
        decision={"cell": ("sku", "market")},
    )
    world = world_of(scenario)
    return world, learn(
        world, Experiments(scenario, 7, 1, None, None).potential(range(1), scenario.policy), cash_only=False
    )


WORLD, LEARNED = seen()


@st.composite
def policies(draw: Any) -> Policy:
    """Rules for random cells, each telling itself by its cut-point."""
    stated: list[dict[str, Any]] = [{}]
    for _ in range(draw(st.integers(0, 5))):
        keys = draw(st.sets(st.sampled_from(sorted(PARTS)), min_size=1, max_size=3))
        stated.append({key: draw(st.sampled_from(PARTS[key])) for key in sorted(keys)})
    each = [cell for i, cell in enumerate(stated) if cell not in stated[:i]]
    done = ("refund", "reship", "repair_local")
    rules = [
        {
            "cell": cell,
            "zones": [
                {"from": "0 USD", "do": done[i % 2]},
                {"from": f"{20 + 10 * i} USD", "do": done[2 - i % 2], "partner": "P" if i % 2 == 0 else None},
            ],
        }
        for i, cell in enumerate(each)
    ]
    return policy_of({"name": "t", "rules": draw(st.permutations(rules))})


@settings(max_examples=60)
@given(policies())
def test_rules_stated_for_a_cell_give_its_claims_what_the_policy_gives_them(policy: Policy) -> None:
    whole = arms_under(WORLD, LEARNED, policy)
    for c, cell in enumerate(LEARNED.cells):
        known = dict(zip(("sku", "market"), cell, strict=True))
        rest = [rule for rule in policy.rules if not rule.cell.stated()]
        mine = rules_within(policy, WORLD, known)
        alone = policy.replace(rules=(*mine, *rest))
        here = LEARNED.cell == c
        assert np.array_equal(arms_under(WORLD, LEARNED, alone)[here], whole[here])
        assert all(known.items() <= rule.cell.stated().items() for rule in mine)


def test_a_finer_rule_does_not_speak_for_the_whole_cell() -> None:
    rules = [
        {"cell": {}, "zones": [{"from": "0 USD", "do": "reship"}]},
        {"cell": {"symptom": "dead"}, "zones": [{"from": "0 USD", "do": "refund"}]},
    ]
    policy = policy_of({"name": "t", "rules": rules})
    (zone,) = zones_for(policy, WORLD, {"sku": "A", "market": "US"})
    assert zone.do == "reship"
    arms = arms_under(WORLD, LEARNED, policy)
    dead = LEARNED.claims.symptom == WORLD.scenario.symptom_ids.index("dead")
    assert np.array_equal(arms == 0, dead)
    assert rival([zone]) is None
