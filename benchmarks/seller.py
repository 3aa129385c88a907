"""The world the engines are compared on: one product, one market, every disposition, all durations drawn.

It is stated once; our model reads it as a scenario, the plain model reads the same figures one claim at a time.
"""

from __future__ import annotations

import numpy as np

from benchmarks.record import Record
from tests.worlds import ALWAYS, claims_at, partner, policy_of, way, world
from warrantysim.claims.columns import Claims
from warrantysim.journeys.records import Records
from warrantysim.schema.clock import DAY, HOUR, NEVER
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

CUTS = (40.0, 80.0, 160.0)
"""From these values on: reship, repair at the partner, return to China [USD]."""
TECHNICIANS, CHINA_TECHNICIANS = 8, 8
SHIP_LAG, TRANSIT, HANDLING, HUB = (4.0, 0.8), (3.0, 0.4), (2.0, 0.5), (3.0, 0.5)
"""Lognormal durations: median [days] and sigma of the logarithm."""
OUT, BACK, PICK = (28.0, 0.2), (32.0, 0.2), (1.0, 0.3)
LOSS, UNUSED, YIELD, BACK_EVERY, CONTACT = 0.012, 0.12, 0.85, 7.0, 0.5
MINUTES = 45.0
"""Mean of the exponential bench time [minutes]."""


def lognormal(pair: tuple[float, float]) -> dict[str, dict[str, float]]:
    """A duration as scenarios write it."""
    return {"lognormal": {"median": pair[0], "sigma": pair[1]}}


def seller() -> tuple[Scenario, Policy]:
    """The world as a scenario, and its policy."""
    market = {
        "customer": {"ship_lag_days": lognormal(SHIP_LAG), "label_unused_share": UNUSED},
        "parcel": {"transit_days": lognormal(TRANSIT), "loss_share": LOSS},
        "hub": {"handling_days": lognormal(HUB)},
        "china": {
            "sea": way(out_days=lognormal(OUT), back_days=lognormal(BACK), back_every_days=BACK_EVERY),
        },
    }
    s = world(
        markets={"US": market},
        partners={"P": partner(TECHNICIANS, bench={"handling_days": lognormal(HANDLING)}, yield_share=YIELD)},
        china_bench={"technicians": CHINA_TECHNICIANS, "first_pass_yield": YIELD},
        stock_rules={"pick_days": lognormal(PICK)},
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


def found_in_records(r: Records) -> dict[str, float]:
    """What the comparison looks at, in our records: means a claim."""
    benched = r.bench_out > NEVER
    return {
        "days to closed": float((r.closed - r.claims.opened).mean() / DAY),
        "hours of waiting at benches": float((r.bench_start - r.bench_in)[benched].sum() / len(r) / HOUR),
        "share at a bench": float(benched.mean()),
        "share back from China": float((r.back_left > NEVER).mean()),
        "share sent a parcel": float((r.shipped > NEVER).mean()),
    }


def found_in_stamps(records: list[Record]) -> dict[str, float]:
    """The same in what the plain model wrote down."""
    n = len(records)
    benched = [r.stamps for r in records if "bench_out" in r.stamps]
    return {
        "days to closed": sum(r.stamps["closed"] - r.opened for r in records) / n,
        "hours of waiting at benches": sum(t["bench_start"] - t["bench_in"] for t in benched) * 24 / n,
        "share at a bench": len(benched) / n,
        "share back from China": sum("back_left" in r.stamps for r in records) / n,
        "share sent a parcel": sum("shipped" in r.stamps for r in records) / n,
    }
