"""How many dispatches the program expects to leave is about how many leave."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.experiment.tiny import SEED, roomy
from tests.worlds import policy_of, way
from warrantysim.decision.shared_terms import departures, freight_back
from warrantysim.experiment.births import births
from warrantysim.journeys.events import simulate_run
from warrantysim.schema.clock import DAY
from warrantysim.schema.markets import Consolidation

RULES: dict[str, dict[str, Any]] = {
    "weekly": {"rule": "weekday", "weekdays": [0]},
    "a clock of twenty days": {"rule": "age", "age_days": 20},
    "twenty days since the last": {"rule": "age", "age_days": 20, "clock": "last_dispatch"},
    "eight units": {"rule": "count", "count": 8},
    "eight units or ten days": {"rule": "hybrid", "count": 8, "age_days": 10},
}


@pytest.mark.parametrize("name", sorted(RULES))
@pytest.mark.parametrize("sold", [12, 60])
def test_as_many_leave_as_the_program_expects(name: str, sold: float) -> None:
    lane = way() | {"consolidation": RULES[name], "back_every_days": 7}
    scenario = roomy(sold, markets={"US": {"china": {"sea": lane}}}, china_bench={"bounce_share": 0.0})
    out, back, units = [], [], []
    for replication in range(4):
        run = simulate_run(
            scenario, policy_of("return_china sea"), births(scenario, SEED, replication), SEED, replication
        )
        d = run.dispatches
        within = (d.departed >= 0) & (d.departed < scenario.horizon.days * DAY)
        out.append((within & ~d.back).sum())
        back.append((within & d.back).sum())
        units.append(d.units[within & ~d.back].sum())
    days, came = scenario.horizon.days, float(np.mean(units))
    expected = departures(scenario.markets["US"].china["sea"].consolidation, came, 0.0, days)
    assert np.mean(out) == pytest.approx(expected, rel=0.12)
    # Two small dispatches may find the same freight back, and a large one two.
    assert np.mean(back) == pytest.approx(freight_back(days, 7, expected, 0.0), rel=0.25)


def test_nobody_sends_nothing_and_a_full_week_always_leaves() -> None:
    weekly = Consolidation.model_validate(RULES["weekly"])
    assert departures(weekly, 0.0, 0.0, 365) == 0.0
    assert departures(weekly, 5000.0, 0.0, 364) == pytest.approx(52.0)
    by_weight = Consolidation.model_validate({"rule": "weight", "weight_kg": 100})
    assert departures(by_weight, 40.0, 550.0, 365) == pytest.approx(5.5)
