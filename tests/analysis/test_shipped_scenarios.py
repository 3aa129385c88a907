"""Laws of analysis on the reference seller and its what-ifs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from warrantysim.analysis.bridge import category_bridge, driver_bridge
from warrantysim.analysis.cases import Case, yearly_costs
from warrantysim.analysis.comparison import compare
from warrantysim.files.loading import load_policy, load_scenario

pytestmark = pytest.mark.slow

SHORT = ("horizon.days=30", "horizon.run_in_days=0", "horizon.run_out_days=0")
"""A month, so that all pairs can be told apart in a minute."""
WHAT_IFS = sorted(p.stem for p in Path("scenarios").glob("*.yaml") if "extends: base.yaml" in p.read_text("utf-8"))


def test_category_bridges_add_to_the_cent_for_every_pair_of_shipped_scenarios() -> None:
    names = ["base", *WHAT_IFS]
    cases = [Case.of(load_scenario(f"scenarios/{name}.yaml", SHORT), name=name) for name in names]
    found = compare(cases, replications=1)
    for baseline, other in permutations(range(len(cases)), 2):
        bridge = category_bridge(replace(found, baseline=baseline), other)
        assert bridge.start + bridge.steps.sum(axis=0) == pytest.approx(bridge.end, abs=0.005)


@pytest.mark.parametrize("first", ["base", *WHAT_IFS[:-1]])
def test_driver_bridges_add_to_the_cent_for_every_pair_of_shipped_scenarios(first: str) -> None:
    names = ["base", *WHAT_IFS]
    base, *others = (
        Case.of(load_scenario(f"scenarios/{name}.yaml", SHORT), name=name) for name in names[names.index(first) :]
    )
    for other in others:
        bridge = driver_bridge(base, other, range(1), base.scenario.plan.seed)
        assert bridge.names
        assert bridge.start + bridge.steps.sum(axis=0) == pytest.approx(bridge.end, abs=0.005)
        assert (bridge.start, bridge.end) == (pytest.approx(cost(base)), pytest.approx(cost(other)))


def cost(case: Case) -> np.ndarray:
    """What a case costs by itself."""
    return yearly_costs([case], range(1), case.scenario.plan.seed)[0]


def test_the_driver_bridge_back_has_the_same_steps_with_the_other_sign() -> None:
    there, here = (
        Case.of(load_scenario(f"scenarios/{name}.yaml", SHORT), name=name) for name in ("nff-up-10", "guide-off")
    )
    one, back = (driver_bridge(a, b, range(1), 1) for a, b in ((there, here), (here, there)))
    assert dict(zip(back.names, back.steps[:, 0], strict=True)) == pytest.approx(
        dict(zip(one.names, -one.steps[:, 0], strict=True)), abs=1e-6
    )


def test_shared_luck_makes_the_interval_of_5_percent_freight_at_least_three_times_narrower(
    measured: Callable[[str], None],
) -> None:
    home = load_policy("scenarios/policies/all-home.yaml")
    dearer = ["freight_breaks[*,*].rate*=1.05", "freight_lanes[*].minimum*=1.05"]
    cases = [
        Case(name, load_scenario("scenarios/base.yaml", changes), home) for name, changes in (("a", []), ("b", dearer))
    ]
    row = compare(cases, replications=6).costs(()).iloc[0]
    assert row.difference > 0
    measured(
        f"freight + 5 % on base: {row.difference:,.0f} USD a year, half-width {row.half_width:,.0f} on shared luck, "
        f"{row.unpaired_half_width:,.0f} on independent luck"
    )
    assert row.half_width <= row.unpaired_half_width / 3
