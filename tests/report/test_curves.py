"""Curves of cost by value: claims of one value stay together, none is lost, who stands aside is never the cheapest."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from tests.report.cells import row
from warrantysim.decision.training import Learned
from warrantysim.experiment.outcomes import Arm
from warrantysim.report.charts.curves import BINS, curve_chart, curve_frame
from warrantysim.report.charts.theme import Look

ARMS = (Arm("refund"), Arm("reship"), Arm("repair_local", "P"))


def learned(value: np.ndarray, feasible: np.ndarray | None = None) -> Learned:
    """Claims of one cell, two years of them."""
    n = len(value)
    able = np.ones((n, 3), dtype=bool) if feasible is None else feasible
    stated = SimpleNamespace(
        arms=ARMS, cells=(("A", "US"),), cell=np.zeros(n, dtype=np.int64), replications=2, value=value, price=value,
        age=np.full(n, 100.0),
        feasible=able, filed=np.ones((n, 3), dtype=bool),
    )  # fmt: skip
    return cast(Learned, stated)


def costs(value: np.ndarray) -> np.ndarray:
    """Refunds cost the value, new units 50, repairs 30."""
    return np.stack([value, np.full(len(value), 50.0), np.full(len(value), 30.0)], axis=1)


def specs(picture: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    spec = picture.spec()
    upper, lower = spec["vconcat"]
    data = spec["datasets"]
    return [data[layer["data"]["name"]] for layer in upper["layer"] if "data" in layer], data[lower["data"]["name"]]


def test_equal_values_stay_together_and_no_claim_is_lost() -> None:
    value = np.concatenate([np.linspace(10, 90, 40), np.full(60, 100.0)])
    frame = curve_frame(learned(value), costs(value))
    bands = frame.drop_duplicates("value")
    assert (bands["high"] == 100.0).sum() == 1
    assert bands["claims"].sum() == len(value) / 2
    assert bands["value"].is_monotonic_increasing


def test_bands_so_narrow_that_lines_would_stand_upright_are_one() -> None:
    value = np.sort(np.concatenate([np.linspace(10, 90, 20), np.linspace(99, 100, 200)]))
    frame = curve_frame(learned(value), costs(value))
    points = frame.drop_duplicates("value")["low"].to_numpy()
    assert (np.diff(points) >= 0.02 * 90.0).all()
    assert frame.drop_duplicates("value")["claims"].sum() == len(value) / 2


def test_a_mean_of_a_band_is_that_of_its_claims() -> None:
    value = np.linspace(1, 100, 100)
    frame = curve_frame(learned(value), costs(value), bands=4)
    refunds = frame[frame["do"] == "refund"]
    assert np.allclose(refunds["cost"], refunds["value"])
    assert len(refunds) == 4


def test_an_arm_possible_for_few_claims_has_no_line() -> None:
    value = np.linspace(1, 100, 100)
    able = np.ones((100, 3), dtype=bool)
    able[:60, 2] = False
    frame = curve_frame(learned(value, able), costs(value), bands=1)
    assert set(frame["do"]) == {"refund", "reship"}


def test_no_claims_make_no_rows() -> None:
    none = np.zeros(0)
    assert len(curve_frame(learned(none), np.zeros((0, 3)))) == 0


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_who_stands_aside_is_never_the_cheapest(lang: Any) -> None:
    value = np.linspace(10, 100, 100)
    frame = curve_frame(learned(value), costs(value))
    shown = curve_chart(frame, row(cuts=(50.0,), flat=()), "A", "USD", partners={}, look=Look(lang))
    beside = curve_chart(
        frame, row(cuts=(50.0,), flat=()), "A", "USD", partners={}, aside=[("repair_local", "P")], look=Look(lang)
    )
    envelopes = [
        next(data for data in specs(picture)[0] if len(data) == frame["value"].nunique()) for picture in (shown, beside)
    ]
    assert {point["do"] for point in envelopes[0]} == {"refund", "repair_local"}
    assert {point["do"] for point in envelopes[1]} == {"refund", "reship"}
    assert shown.takeaway


def test_claims_on_the_axis_add_up() -> None:
    value = np.concatenate([np.linspace(60, 90, 50), np.full(50, 100.0)])
    frame = curve_frame(learned(value), costs(value))
    _, bars = specs(curve_chart(frame, row(cuts=(), flat=()), "A", "USD", partners={}))
    assert sum(bar["claims"] for bar in bars) == pytest.approx(50.0)
    assert len(bars) == BINS
    assert bars[0]["from"] > 0.0


def test_a_cell_without_claims_is_drawn_empty() -> None:
    empty = curve_frame(learned(np.zeros(0)), np.zeros((0, 3)))
    assert isinstance(empty, pd.DataFrame)
    assert curve_chart(empty, row(cuts=(), flat=()), "A", "USD", partners={}).spec()
