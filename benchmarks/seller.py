"""The world the engines are compared on: one product, one market, every disposition, all durations drawn.

It is stated once; our model reads it as a scenario, the plain model reads the same figures one claim at a time.
"""

from __future__ import annotations

import numpy as np

from tests.worlds import ALWAYS, claims_at, partner, policy_of, way, world
from warrantysim.claims.columns import Claims
from warrantysim.scenario.policy import Policy
from warrantysim.scenario.root import Scenario

CUTS = (40.0, 80.0, 160.0)
"""From these values on: reship, repair at the partner, return to China [USD]."""
TECHNICIANS, CHINA_TECHNICIANS = 8, 8
SHIP_LAG, TRANSIT, HANDLING, HUB = (4.0, 0.8), (3.0, 0.4), (2.0, 0.5), (3.0, 0.5)
"""Lognormal durations: median [days] and sigma of the logarithm."""
OUT, BACK, PICK = (28.0, 0.2), (32.0, 0.2), (1.0, 0.3)
LOSS, UNUSED, YIELD, BACK_EVERY, CONTACT = 0.012, 0.12, 0.85, 7.0, 0.5
MINUTES = 45.0
"""Mean of the exponential bench time [minutes]."""


def _lognormal(pair: tuple[float, float]) -> dict[str, dict[str, float]]:
    return {"lognormal": {"median": pair[0], "sigma": pair[1]}}


def seller() -> tuple[Scenario, Policy]:
    """The world as a scenario, and its policy."""
    market = {
        "customer": {"ship_lag_days": _lognormal(SHIP_LAG), "label_unused_share": UNUSED},
        "parcel": {"transit_days": _lognormal(TRANSIT), "loss_share": LOSS},
        "hub": {"handling_days": _lognormal(HUB)},
        "china": {
            "sea": way(out_days=_lognormal(OUT), back_days=_lognormal(BACK), back_every_days=BACK_EVERY),
        },
    }
    s = world(
        markets={"US": market},
        partners={"P": partner(TECHNICIANS, bench={"handling_days": _lognormal(HANDLING)}, yield_share=YIELD)},
        china_bench={"technicians": CHINA_TECHNICIANS, "first_pass_yield": YIELD},
        stock_rules={"pick_days": _lognormal(PICK)},
        triage={"contact_delay_days": CONTACT},
        calendars={ALWAYS: {"until": "2032-12-31"}},
    )
    zones = [(0, "refund"), *zip(CUTS, ("reship", "repair_local P", "return_china sea"), strict=True)]
    return s, policy_of(zones)


def claims_of(s: Scenario, n: int) -> Claims:
    """``n`` claims over a year, values evenly from 0 to 200."""
    rng = np.random.default_rng(1)
    return claims_at(
        s,
        np.sort(rng.uniform(0, 365, n)),
        price=rng.uniform(0, 200, n),
        minutes=rng.exponential(MINUTES, n),
        age=100.0,
    )
