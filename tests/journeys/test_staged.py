"""Stages of columns and the event loop find the same run, row for row, whatever the world; or the run says why not."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from tests.journeys.same import apart
from tests.worlds import ALWAYS, KINDS, claims_at, partner, world
from warrantysim.claims.columns import Claims
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Run
from warrantysim.journeys.staged import WHY
from warrantysim.schema.root import Scenario

DISPOSITIONS = ("refund", "reship", "repair_local P", "repair_local T", "return_china sea", "return_china air")


def both(s: Scenario, claims: Claims, replication: int = 0, **options: bool) -> tuple[Run, Run]:
    """The run in stages, and by the event loop."""
    asked, loop = (simulate_run(s, s.policy, claims, 11, replication, in_stages=k, **options) for k in (True, False))
    assert loop.events == "asked"
    return asked, loop


def drawn(rng: np.random.Generator, days: float) -> Any:
    """A duration: none, a round one that makes claims meet at one second, or one full of luck."""
    return [0, days, {"exponential": days}, {"lognormal": {"median": days, "sigma": 0.7}}][int(rng.integers(4))]


def rule(rng: np.random.Generator) -> dict[str, Any]:
    """How batches leave a hub."""
    found: dict[str, Any] = {"rule": str(rng.choice(["weight", "count", "age", "weekday", "hybrid"]))}
    return found | {
        "weight_kg": float(rng.choice([2, 12, 40])),
        "count": int(rng.choice([1, 3, 12])),
        "age_days": float(rng.choice([0.01, 2, 9.5])),
        "weekdays": [0, 3][: int(rng.integers(1, 3))],
        "clock": str(rng.choice(["first_item", "last_dispatch"])),
    }


def chance(rng: np.random.Generator, *shares: float) -> float:
    """One of some shares."""
    return float(rng.choice(shares))


def any_world(seed: int) -> tuple[Scenario, Claims]:
    """A world of everything that makes claims meet: short benches, batches, pools, stock, agents, repeat claims."""
    rng = np.random.default_rng(seed)
    market = {
        "customer": {
            "ship_lag_days": drawn(rng, 4),
            "label_unused_share": chance(rng, 0, 0.2),
            "reopen_share": 0.6,
            "reopen_lag_days": {"exponential": 20},
            "wrong_box_share": chance(rng, 0, 0.1),
            "insist_money_early_share": chance(rng, 0, 0.2),
            "insist_money_late_share": chance(rng, 0, 0.2),
        },
        "parcel": {"transit_days": drawn(rng, 3), "loss_share": chance(rng, 0, 0.1), "damage_share": 0.05},
        "hub": {"handling_days": drawn(rng, 2), "nff_sensitivity": 0.6, "excluded_sensitivity": 0.5},
        "china": {
            name: {
                "out_days": drawn(rng, 12),
                "back_days": drawn(rng, 15),
                "back_every_days": chance(rng, 1, 7),
                "carton_loss_share": chance(rng, 0, 0.1),
                "consolidation": rule(rng),
            }
            for name in ("sea", "air")
        },
        "service": {"return_china": str(rng.choice(["own_unit", "advance_exchange"]))},
        "ladder": ["partial_refund", "reship", "refund"],
        "partial_uptake_share": chance(rng, 0, 0.4),
        "stock_wait_days": chance(rng, 0, 5, 30),
        "renewal": {"replace": str(rng.choice(["non_renewing", "restarts"])), "repair": "extended"},
    }
    desk = {"handling_days": drawn(rng, 2), "calendar": str(rng.choice(["office", ALWAYS]))}
    full = {"waiting_places": int(rng.integers(0, 4)), "overflow": "T"} if rng.random() < 0.3 else {}
    technicians = int(rng.integers(1, 4))
    stock: dict[str, Any] = {"pool": bool(rng.random() < 0.8), "pool_start": int(rng.integers(0, 3))}
    if rng.random() < 0.3:
        stock |= {"base_stock": int(rng.integers(0, 5)), "lead_days": chance(rng, 3, 40)}
    s = world(
        ("A", "B"),
        {"US": market, "DE": market},
        ways=("sea", "air"),
        policy=[(k * 60, str(rng.choice(DISPOSITIONS))) for k in range(6)],
        partners={
            "P": partner(
                technicians,
                ("US", "DE"),
                bench=desk | full | {"units_per_day": chance(rng, 1, 4, 40) * technicians},
                yield_share=0.7,
                bounce_share=0.4,
                bounce_days=60,
            ),
            "T": partner(1, ("US", "DE"), test_only=True, bench=desk),
        },
        china_bench={
            "technicians": int(rng.integers(1, 3)),
            "first_pass_yield": 0.8,
            "bounce_share": 0.3,
            "parts_stockout_share": 0.3,
            "calendar": "office",
        },
        china_customs={"inspection_share": 0.4},
        triage={
            "contact_delay_days": drawn(rng, 1),
            "nff_return_share": 0.5,
            "agents": {"count": 2, "minutes": {"exponential": 15}, "calendar": "office"}
            if rng.random() < 0.15
            else None,
        },
        stock_rules={"pick_days": drawn(rng, 1), "pool_refused_share": 0.2, "pool_first": bool(rng.random() < 0.8)},
        births={"report_lag_days": drawn(rng, 4)},
        calendars={"office": {"until": "2060-12-31"}, ALWAYS: {"until": "2060-12-31"}},
        closures=[{"calendar": "office", "first_day": "2027-02-01", "last_day": "2027-02-20", "rate": 0.3}],
        terms_of={"life_eta_days": 300.0, "early_share": 0.1},
        stock_of=stock,
        fault_shares=dict.fromkeys(KINDS, 1 / 6),
        sku_of={"guide_on": True},
    )
    n = int(rng.integers(60, 240))
    opened = rng.uniform(-20, 380, n)
    claims = claims_at(
        s,
        np.round(opened) if rng.random() < 0.5 else opened,
        fault=rng.choice(KINDS, n, p=[0.05, 0.2, 0.1, 0.05, 0.5, 0.1]),
        price=rng.uniform(5, 400, n),
        age=rng.uniform(0, 300, n),
        sku=rng.integers(0, 2, n),
        market=rng.integers(0, 2, n),
    )
    return s, claims


def held(seeds: range) -> Counter[str]:
    """Hold random worlds to the law; returns how often which way was gone."""
    gone: Counter[str] = Counter()
    for seed in seeds:
        s, claims = any_world(seed)
        options = [{}, {"queues": False}, {"pool_bounces": False}][seed % 3]
        asked, loop = both(s, claims, seed, **options)
        assert apart(asked, loop) == [], f"world {seed}, {options}"
        gone[asked.events or "stages"] += 1
    return gone


def test_stages_and_events_agree_on_random_worlds_row_for_row() -> None:
    assert held(range(40))["stages"] >= 12


@pytest.mark.slow
def test_they_agree_on_five_hundred_random_worlds() -> None:
    assert held(range(1000, 1500))["stages"] >= 100


def test_a_run_says_why_the_event_loop_was_asked() -> None:
    quote = {"P": partner(bench={"waiting_places": 1})}
    agents = {"agents": {"count": 1, "minutes": 15, "calendar": ALWAYS}}
    heavy = {"US": {"china": {"sea": {"consolidation": {"rule": "weight", "weight_kg": 1000}}}}}
    many = np.zeros(9)
    worlds = {
        None: world(policy="return_china sea"),
        "stock": world(policy="reship", stock_of={"base_stock": 1, "lead_days": 40}),
        "full_benches": world(policy="repair_local P", partners=quote),
        "agents": world(triage=agents),
        "batches": world(policy="return_china sea", markets=heavy),
        "one_unit": world(policy="reship"),
    }
    for why, s in worlds.items():
        claims = claims_at(s, many, units=many if why == "one_unit" else np.arange(9))
        run = simulate_run(s, s.policy, claims, 1, 0)
        assert run.events == why
        assert why is None or why in WHY
