"""Cohorts and lots signal where they fail more than luck and age explain, and nowhere else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.experiment.tiny import SEED, roomy
from warrantysim.experiment.bench_months import whole_months
from warrantysim.experiment.quality import NONE, Quality, controlled, quality, quality_names
from warrantysim.schema.root import Scenario

N = 4
LEVEL = 0.95
MONTHS = 12
BAD = {
    "sku": "A", "lot": "bad", "sold_from": "2027-03-01", "sold_to": "2027-04-30", "share": 0.6, "early_share": 0.5,
    "early_eta_days": 40.0, "early_beta": 1.0, "fault": "repairable", "fault_share": 0.95,
}  # fmt: skip


def sheet(seen: np.ndarray, due: np.ndarray) -> pd.DataFrame:
    """Points of a fault a row, a cohort a column."""
    fault, month = np.indices(seen.shape)
    columns = {"sku": 0, "fault": fault.ravel(), "sold_month": month.ravel(), "lot": NONE}
    return pd.DataFrame({**columns, "seen": seen.ravel(), "due": due.ravel()})


def test_luck_alone_signals_on_no_more_sheets_than_stated() -> None:
    luck = np.random.default_rng(SEED)
    due = np.geomspace(2, 3000, 10)[:, None] * luck.uniform(0.3, 3, (10, MONTHS))
    wrong = 0
    for _ in range(200):
        found = controlled(sheet(luck.poisson(due).astype(float), due), 1, LEVEL)
        wrong += bool(found["signal"].isin(["above", "below"]).any())
    assert wrong <= 200 * (1 - LEVEL) + 2 * np.sqrt(200 * LEVEL * (1 - LEVEL))


def test_limits_are_tighter_where_more_is_exposed_and_hold_no_verdict_on_a_few() -> None:
    due = np.array([[1.0, 10, 100, 1000]])
    found = controlled(sheet(due.copy(), due), 1, LEVEL)
    width = (found["limit_high"] - found["limit_low"]) / found["due"]
    assert np.isnan(width[0])
    assert found["signal"].tolist() == ["few", "", "", ""]
    assert (np.diff(width[1:]) < 0).all()


def test_cohorts_that_all_scatter_wider_than_counts_are_not_called_out_one_by_one() -> None:
    luck = np.random.default_rng(SEED)
    due = np.full((6, MONTHS), 20_000.0)
    found = controlled(sheet(due * luck.normal(1, 0.1, due.shape), due), 1, LEVEL)
    assert found["signal"].isin(["above", "below"]).mean() < 0.05


@pytest.fixture(scope="module")
def worlds() -> dict[str, tuple[Scenario, Quality]]:
    made = {"same": roomy(900), "lot": roomy(900, lots=[BAD])}
    return {name: (one, quality(one, {"now": one.policy}, range(N), seed=SEED)) for name, one in made.items()}


def test_cohorts_of_one_make_are_within_luck(worlds: dict[str, tuple[Scenario, Quality]]) -> None:
    _, found = worlds["same"]
    assert set(found.control["signal"]) <= {"", "few"}
    assert found.control["excess_cost"].isna().all()


def test_a_bad_lot_is_named_by_the_months_it_was_sold_in_and_alone(worlds: dict[str, tuple[Scenario, Quality]]) -> None:
    world, found = worlds["lot"]
    control = quality_names(found.control, world)
    above = control[control["signal"] == "above"]
    assert set(above["fault"]) == {"repairable"}
    assert set(above["sold_month"]) == {"", "2027-03", "2027-04"}
    assert set(above["points_to"]) == {"bad"}
    lot = above[above["lot"] == "bad"].iloc[0]
    assert 0.5 * lot["failures"] < lot["excess"] < lot["failures"]
    assert lot["excess_low"] < lot["excess_cost"] < lot["excess_high"]
    assert lot["excess_cost"] == pytest.approx(lot["cost"] * lot["excess"] / lot["failures"])


def test_cohorts_add_up_to_what_is_counted_and_what_is_expected_to_what_is_seen(
    worlds: dict[str, tuple[Scenario, Quality]],
) -> None:
    world, found = worlds["same"]
    months = found.control[found.control["lot"] == NONE]
    for name, column in (("failures", "failures"), ("cost", "failure_cost"), ("recovery", "recovery"), ("nff", "nff")):
        assert months[name].sum() == pytest.approx(found.claims[column].sum() / N)
    whole = quality_names(found.claims, world)
    seen = whole[whole["month"].isin(whole_months(world))]["failures"].sum() / N
    for name in ("per_thousand", "expected"):
        assert (months[name] * months["sold"] / 1000).sum() == pytest.approx(seen)
    assert not len(found.control[found.control["lot"] != NONE])
