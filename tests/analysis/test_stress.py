"""Stresses change what they say and nothing else, in any scenario; how long customers wait is told case by case."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.seller import REFUND, RESHIP, seller
from tests.worlds import partner
from warrantysim.analysis.cases import Case
from warrantysim.analysis.comparison import POINTS, compare, days_spread
from warrantysim.analysis.stress import POINTS as YIELD_POINTS
from warrantysim.analysis.stress import STRESSES, scenario_with, stress_sets, stressed
from warrantysim.schema.diff import diff
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.root import Scenario

TABLES = {
    "freight-dearer": {"freight_breaks", "freight_lanes"},
    "dollar-weaker": {"fx"},
    "dollar-stronger": {"fx"},
    "yield-lower": {"partners"},
}


def shop() -> Scenario:
    """A partner that repairs, and one that only tests."""
    tester = partner(yield_share=0.0, test_only=True)
    return seller(partners={"P": partner(yield_share=0.9), "Q": partner(yield_share=0.06), "T": tester})


@pytest.mark.parametrize("name", STRESSES)
def test_a_stress_changes_only_what_it_is_about(name: str) -> None:
    base = shop()
    found = stressed(name, base)
    changes = diff(base, found)
    assert changes
    assert {change.path.partition("[")[0].partition(".")[0] for change in changes} <= TABLES[name]
    assert (found.name, found.title) == (name, STRESSES[name])


def test_freight_is_dearer_by_the_factor_it_says() -> None:
    base = shop()
    found = stressed("freight-dearer", base)
    for before, after in zip(base.freight_breaks, found.freight_breaks, strict=True):
        assert after.rate == pytest.approx(1.4 * before.rate)


def test_no_yield_falls_below_nothing() -> None:
    found = stressed("yield-lower", shop())
    yields = {id: found.partners[id].yield_share for id in found.partner_ids}
    assert yields == pytest.approx({"P": 0.9 - YIELD_POINTS, "Q": 0.0, "T": 0.0})
    assert not [text for text in stress_sets("yield-lower", shop()) if text.startswith("partners.T")]


def test_a_change_of_nothing_is_refused_in_words() -> None:
    with pytest.raises(ScenarioError, match="partners"):
        scenario_with(shop(), ["partners.X.yield_share=0.5"])


def test_days_of_every_case_rise_from_the_quickest_to_the_slowest() -> None:
    world = seller(policy=REFUND)
    found = compare([Case("refund", world, REFUND), Case("reship", world, RESHIP)], replications=2, seed=7)
    frame = days_spread(found)
    assert list(dict.fromkeys(frame["policy"])) == ["refund", "reship"]
    for i, name in enumerate(("refund", "reship")):
        mine = frame[frame["policy"] == name]
        days = np.concatenate([run.summary.year.days for run in found.runs[i]])
        assert len(mine) == POINTS + 1
        assert mine["days"].is_monotonic_increasing
        assert mine["days"].iloc[0] == days.min()
        assert mine["days"].iloc[-1] == days.max()
        assert mine["days"].iloc[POINTS // 2] == pytest.approx(np.median(days))
