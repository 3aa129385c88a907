"""Which rules of a policy speak for a cell, and for the parts of it that finer rules name."""

from __future__ import annotations

import numpy as np

from tests.experiment.tiny import roomy, sold
from tests.worlds import policy_of, terms
from warrantysim.decision.asking import Experiments
from warrantysim.decision.cells import CellZone, rival, zones_for
from warrantysim.decision.forecast import arms_under
from warrantysim.decision.training import Learned, learn
from warrantysim.journeys.model import Model, model_of


def seen() -> tuple[Model, Learned]:
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
    world = model_of(scenario)
    return world, learn(world, Experiments(scenario, 7).potential(range(1), scenario.policy), cash_only=False)


def test_a_finer_rule_does_not_speak_for_the_whole_cell() -> None:
    rules = [
        {"cell": {}, "zones": [{"from": "0 USD", "do": "reship"}]},
        {"cell": {"symptom": "dead"}, "zones": [{"from": "0 USD", "do": "refund"}]},
    ]
    world, learned = seen()
    policy = policy_of({"name": "t", "rules": rules})
    (zone,) = zones_for(policy, world, {"sku": "A", "market": "US"})
    assert zone.do == "reship"
    arms = arms_under(world, learned, policy)
    dead = learned.claims.symptom == world.scenario.symptom_ids.index("dead")
    assert np.array_equal(arms == 0, dead)


def test_two_partners_of_one_disposition_are_rivals_in_a_cell() -> None:
    refund, repair = CellZone(0.0, "refund", ""), CellZone(40.0, "repair_local", "P")
    assert rival([refund, repair]) is None
    assert rival([refund, repair, CellZone(60.0, "return_china", "sea"), CellZone(80.0, "repair_local", "Q")]) == 3
