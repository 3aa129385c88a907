"""Replacements renew lives: a world that only reships, without delay, follows the renewal function."""

from __future__ import annotations

import numpy as np
import pytest

from tests.worlds import world
from warrantysim.claims.births import born
from warrantysim.claims.inverse import weibull_failed
from warrantysim.journeys.solo import solo_run

ETA, BETA, W = 300.0, 1.5, 365.0
AT_ONCE = {
    "triage": {"contact_delay_days": 0},
    "stock_rules": {"pick_days": 0},
    "markets": {"US": {"parcel": {"transit_days": 0}}},
}


def renewals(eta: float, beta: float, length: float, steps: int = 4_000) -> float:
    """M(W) from the renewal equation M(t) = F(t) + integral of M(t - x) dF(x), by the midpoint rule."""
    at = np.linspace(0.0, length, steps + 1)
    failed = weibull_failed(at, eta, beta)
    middle = weibull_failed((at[1:] + at[:-1]) / 2, eta, beta)
    out = np.zeros(steps + 1)
    mass = np.diff(failed)
    for k in range(1, steps + 1):
        # M at t - x, half a step on average into each step of x.
        inner = (out[k - 1 :: -1] + out[k:0:-1]) / 2 if k > 1 else np.array([out[0] / 2])
        out[k] = failed[k] + float(np.dot(mass[:k], inner[:k]))
    assert len(middle) == steps
    return float(out[-1])


def test_the_renewal_equation_is_solved_right_where_the_answer_is_known() -> None:
    assert renewals(ETA, 1.0, W) == pytest.approx(W / ETA, rel=1e-3)


@pytest.mark.parametrize("beta", [0.9, 1.0, 1.5])
def test_replacements_per_unit_sold_are_the_renewal_function(beta: float) -> None:
    units = 8_000
    s = world(
        policy="reship",
        horizon={"first_day": "2027-01-01", "days": 430, "run_in_days": 0, "run_out_days": 0},
        sales=[
            {"sku": "A", "market": "US", "channel": "OWN", "units_per_month": units, "from": "2027-01-01"},
            {"sku": "A", "market": "US", "channel": "OWN", "units_per_month": 0, "from": "2027-02-01"},
        ],
        terms_of={"life_eta_days": ETA, "life_beta": beta, "warranty_days": W},
        **AT_ONCE,
    )
    r = solo_run(s, s.policy, born(s, 3, 0), 3, 0).records
    counts = np.bincount(r.claims.root, minlength=units)
    spread = np.sqrt((counts**2).sum() / units - (counts.sum() / units) ** 2)
    assert len(r) / units == pytest.approx(renewals(ETA, beta, W), abs=3.5 * spread / np.sqrt(units))
