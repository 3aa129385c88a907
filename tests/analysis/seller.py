"""A small seller for laws of analysis: one product, one market, about thirty claims a year, two repair partners."""

from __future__ import annotations

from typing import Any

from tests.worlds import partner, policy_of, usd, world
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

SEED = 7
P_FEE = Q_FEE = 20.0
SALES = {"sku": "A", "market": "US", "channel": "OWN", "units_per_month": 10.0, "from": "2026-01-01"}
REFUND, RESHIP = policy_of("refund", name="refund"), policy_of("reship", name="reship")
AT_P, AT_Q = policy_of("repair_local P", name="at P"), policy_of("repair_local Q", name="at Q")
CHINA = policy_of("return_china sea", name="china")


def seller(p_fee: float = P_FEE, units: float = 10.0, policy: Policy | None = REFUND, **changes: Any) -> Scenario:
    """A seller whose two partners charge the same unless a test says otherwise."""
    stated = {
        "partners": {
            "P": partner(desk={"repaired": {"flat": usd(p_fee)}}),
            "Q": partner(desk={"repaired": {"flat": usd(Q_FEE)}}),
        },
        "terms_of": {"life_eta_days": 600.0},
        "sales": [SALES | {"units_per_month": units}],
        "policy": policy,
    }
    return world(**(stated | changes))
