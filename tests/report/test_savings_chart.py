"""Every change that is listed has a mark, whatever is judged of it."""

from __future__ import annotations

from typing import get_args

from tests.report.cells import held, row
from warrantysim.decision.changes import Verdict
from warrantysim.report.charts.savings import DRAWN, saving_chart


def test_every_verdict_is_drawn() -> None:
    assert set(DRAWN) == set(get_args(Verdict))


def test_a_change_nobody_feels_has_a_mark_too() -> None:
    idle = held("idle", "NO DIFFERENCE", free_saving=3.0, free_low=-1.0, free_high=7.0)
    spec = saving_chart([row(), idle], ["a", "b"], "USD").spec()
    (drawn,) = [data for data in spec["datasets"].values() if "kind" in data[0]]
    scale = spec["layer"][1]["encoding"]["color"]["scale"]["domain"]
    assert {one["kind"] for one in drawn} <= set(scale)
    assert len(drawn) == 2
