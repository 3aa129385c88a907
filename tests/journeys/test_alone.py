"""With nothing scarce, the simulation and the journey alone are the same, to the second and to the last descendant."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.journeys.same import differences
from tests.worlds import KINDS, claims_at, partner, world
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Closure, Finding, Route
from warrantysim.journeys.solo import solo_run
from warrantysim.schema.root import Scenario

LOGNORMAL = {"lognormal": {"median": 4, "sigma": 0.6}}
MANY = 400
"""Technicians enough that nobody ever waits."""
by_events = partial(simulate_run, in_stages=False)


def lucky(policy: Any, **changes: Any) -> Scenario:
    """Two markets full of luck, in which nothing is scarce: every share and every duration is drawn."""
    market = {
        "customer": {
            "ship_lag_days": LOGNORMAL,
            "label_unused_share": 0.1,
            "reopen_share": 0.6,
            "reopen_lag_days": {"exponential": 20},
            "wrong_box_share": 0.05,
            "insist_money_early_share": 0.2,
            "insist_money_late_share": 0.1,
        },
        "parcel": {"transit_days": {"gamma": {"mean": 3, "cv": 0.5}}, "loss_share": 0.05, "damage_share": 0.05},
        "hub": {"handling_days": LOGNORMAL, "nff_sensitivity": 0.6, "excluded_sensitivity": 0.5},
        "china": {
            "sea": {
                "out_days": {"uniform": {"low": 20, "high": 30}},
                "back_days": LOGNORMAL,
                "carton_loss_share": 0.1,
                "consolidation": {"weekdays": [1, 4]},
            }
        },
        "service": {"return_china": "own_unit"},
        "ladder": ["partial_refund", "reship", "refund"],
        "partial_uptake_share": 0.3,
        "renewal": {"replace": "restarts", "repair": "extended"},
    }
    agents = {"count": MANY, "minutes": {"exponential": 15}, "calendar": "office"}
    stated: dict[str, Any] = {
        "partners": {
            "P": partner(
                MANY,
                ("US", "DE"),
                bench={"handling_days": LOGNORMAL, "calendar": "office", "units_per_day": 8 * MANY},
                yield_share=0.7,
                bounce_share=0.3,
            ),
            "T": partner(MANY, ("US", "DE"), test_only=True),
        },
        "china_bench": {
            "technicians": MANY,
            "first_pass_yield": 0.8,
            "bounce_share": 0.2,
            "parts_stockout_share": 0.3,
            "calendar": "office",
        },
        "china_customs": {"inspection_share": 0.4},
        "triage": {
            "nff_return_share": 0.5,
            "evidence": {"photo": {"dropout_share": 0.1, "false_denial_share": 0.02, "excluded_sensitivity": 0.6}},
            "denial": {"dispute_share": {"photo": 0.5}, "dispute_lost_share": 0.5},
            "agents": agents if changes.pop("agents", False) else None,
        },
        "stock_rules": {"pick_days": LOGNORMAL},
        "births": {"report_lag_days": LOGNORMAL},
        "calendars": {"office": {"until": "2040-12-31"}, "always": {"until": "2040-12-31"}},
        "closures": [{"calendar": "office", "first_day": "2027-02-01", "last_day": "2027-02-20", "rate": 0.3}],
        "terms_of": {"life_eta_days": 500.0, "early_share": 0.1},
        "fault_shares": dict.fromkeys(KINDS, 1 / 6),
        "sku_of": {"guide_on": True},
    }
    s = world(("A", "B"), {"US": market, "DE": market}, policy=policy, **{**stated, **changes})
    return s.replace(policy=s.policy.replace(evidence=({"from": "100 USD", "level": "photo"},)))


def some(scenario: Scenario, n: int, seed: int = 5) -> Any:
    """Claims over the year, of all faults, products, markets, ages and values."""
    rng = np.random.default_rng(seed)
    return claims_at(
        scenario,
        rng.uniform(-20, 380, n),
        fault=rng.choice(KINDS, n),
        price=rng.uniform(5, 400, n),
        age=rng.uniform(0, 300, n),
        sku=rng.integers(0, 2, n),
        market=rng.integers(0, 2, n),
    )


MIXED = [(0, "refund"), (60, "reship"), (120, "repair_local P"), (180, "repair_local T"), (250, "return_china sea")]


@pytest.mark.parametrize("policy", ["refund", "reship", "repair_local P", "repair_local T", "return_china sea", MIXED])
@pytest.mark.parametrize("service", ["own_unit", "advance_exchange"])
@pytest.mark.parametrize("agents", [False, True])
def test_with_nothing_scarce_the_simulation_is_the_journey_alone(policy: Any, service: str, agents: bool) -> None:
    s = lucky(policy, agents=agents)
    modes = {"repair_local": service, "return_china": service}
    s = s.replace(markets={m: v.replace(service=modes) for m, v in s.markets.items()})
    claims = some(s, 150)
    simulated, alone = by_events(s, s.policy, claims, 7, 3), solo_run(s, s.policy, claims, 7, 3)
    assert differences(simulated, alone) == []
    assert alone.records.claims.generation.max() >= (0 if policy == "refund" else 2)


@settings(max_examples=6)
@given(seed=st.integers(0, 2**32 - 1), replication=st.integers(0, 999))
def test_that_holds_whatever_the_luck(seed: int, replication: int) -> None:
    s = LUCKY
    claims = some(s, 40, seed)
    assert differences(*(run(s, s.policy, claims, seed, replication) for run in (by_events, solo_run))) == []


LUCKY = lucky(MIXED, agents=True)


def test_the_lucky_world_meets_every_route_finding_and_closure_it_can() -> None:
    run = solo_run(LUCKY, LUCKY.policy, some(LUCKY, 4000), 1, 0).records
    routes, findings, closures = (set(np.unique(c)) for c in (run.route, run.finding, run.closure))
    assert routes >= {Route.REFUND, Route.RESHIP, Route.REPAIR_LOCAL, Route.RETURN_CHINA, Route.SOLVED}
    assert findings == set(Finding)
    assert closures >= set(Closure) - {Closure.PLATFORM}
