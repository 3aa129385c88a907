"""Small sellers made by a seed, and how often a table of rules does to their claims what the engine does."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.worlds import partner, world
from warrantysim.decision.cells import TEST_AND_SWAP
from warrantysim.decision.rule_table import first_match, rule_table
from warrantysim.experiment.births import births
from warrantysim.journeys.model import model_of
from warrantysim.journeys.records import Records, Route
from warrantysim.journeys.rulebook import rulebook
from warrantysim.journeys.solo import solo_run
from warrantysim.schema.dispositions import DISPOSITIONS
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.schema.service import EVIDENCE_LEVELS


def random_seller(seed: int) -> Scenario:
    """Three products in two markets, refunds that fall with age in most of them, and a rule of four zones."""
    draw = np.random.default_rng(seed)
    names, markets = ("A", "B", "C"), ("US", "DE")
    terms = []
    for name in names:
        price, term = round(float(draw.uniform(20, 160)), 2), float(draw.choice([365, 540, 730]))
        basis = str(draw.choice(["full", "pro_rata", "full_then_pro_rata"], p=[0.2, 0.4, 0.4]))
        for market in markets:
            row = {"list_price": price, "warranty_days": term, "refund_basis": basis, "full_days": term / 3}
            terms.append({"sku": name, "market": market, **row})
    cuts = np.sort(draw.uniform(10, 110, 3)).round(2)
    acts = ("refund", "reship", "repair_local P", "return_china sea")
    zones: list[dict[str, Any]] = []
    for cut, act in zip([0.0, *cuts], acts, strict=True):
        do, _, by = act.partition(" ")
        zones.append({"from": f"{cut} USD", "do": do, "partner": by or None})
    base = world(
        names,
        {"US": {}, "DE": {"prices_include_tax": True, "tax_share": 0.19}},
        partners={"P": partner(3, markets)},
        policy={"name": "random", "rules": [{"cell": {}, "zones": zones}]},
        terms_of={"life_eta_days": 2500.0},
        births={"promotion_share": 0.3, "promotion_depth": {"uniform": {"low": 0.05, "high": 0.25}}},
        sales=[{"sku": k, "market": m, "channel": "OWN", "units_per_month": 150} for k in names for m in markets],
    )
    stated = {(row["sku"], row["market"]): row for row in terms}
    rows = [row.replace(**stated[row.sku, row.market]) for row in base.sku_markets]
    return base.replace(sku_markets=tuple(rows))


def told(scenario: Scenario, r: Records) -> dict[str, np.ndarray]:
    """What an agent sees of the claims of some records."""
    s, c = scenario, r.claims
    return {
        "market": np.array(s.market_ids)[c.market],
        "channel": np.array(s.channel_ids)[c.channel],
        "category": np.array([k.category for k in s.skus])[c.sku],
        "sku": np.array(s.sku_ids)[c.sku],
        "symptom": np.array(s.symptom_ids)[r.symptom],
        "evidence": np.array(EVIDENCE_LEVELS)[r.evidence],
        "order_age_days": np.floor(c.order_age_days),
        "order_price": np.round(c.price_gross, 2),
    }


def agreement(scenario: Scenario, policy: Policy, replication: int) -> float:
    """Share of the routed claims of a replication, descendants included, to which the table does what the engine's rule
    says: the same disposition by the same partner."""
    world = model_of(scenario)
    records = solo_run(scenario, policy, births(scenario, 1, replication), 1, replication).records
    r = records.take(np.flatnonzero(records.rule >= 0))
    assert len(r) > 300
    table = rule_table(policy, world)
    row = first_match(table, told(scenario, r))
    assert (row >= 0).all()
    action, by = table["action"].to_numpy()[row], table["partner"].to_numpy()[row]
    route, partner = rulebook(policy, world).zone_of(r.rule, r.claims.market, r.value, r.claims.price_gross)
    names = np.array([*scenario.partner_ids, *scenario.way_ids, ""])
    place = np.where(route == Route.REPAIR_LOCAL, partner, np.where(route == Route.RETURN_CHINA, partner, 0))
    mine = np.where(
        route == Route.REPAIR_LOCAL,
        names[place],
        np.where(route == Route.RETURN_CHINA, names[np.minimum(place + len(scenario.partner_ids), len(names) - 1)], ""),
    )
    same = np.where(action == TEST_AND_SWAP, "repair_local", action) == np.array(DISPOSITIONS)[route]
    return float((same & (by == mine)).mean())
