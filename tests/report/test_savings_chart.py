"""Every change that is listed has a mark, whatever is judged of it."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.report.cells import held, row
from warrantysim.decision.changes import Verdict
from warrantysim.locale.wording import LANGUAGES, Lang
from warrantysim.report.charts.savings import DRAWN, saving_chart
from warrantysim.report.charts.theme import Look


def test_every_verdict_is_drawn() -> None:
    assert set(DRAWN) == set(get_args(Verdict))


def test_a_change_nobody_feels_has_a_mark_too() -> None:
    idle = held("idle", "NO DIFFERENCE", free_saving=3.0, free_low=-1.0, free_high=7.0)
    spec = saving_chart([row(), idle], ["a", "b"], "USD").spec()
    (drawn,) = [data for data in spec["datasets"].values() if "kind" in data[0]]
    scale = spec["layer"][1]["encoding"]["color"]["scale"]["domain"]
    assert {one["kind"] for one in drawn} <= set(scale)
    assert len(drawn) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_drawn_as_taken_up_and_what_is_shared_add_up_to_the_whole_that_is_told(lang: Lang) -> None:
    rows = [row(saving=100.0 * k, saving_low=90.0 * k, saving_high=110.0 * k) for k in range(1, 23)]
    big = held("small", "HOLD", free_saving=9e4, free_low=8e4, free_high=1e5)
    found = saving_chart([big, *rows], [f"c{k}" for k in range(23)], "USD", shared=-312.0, look=Look(lang), most=25)
    (drawn,) = [data for data in found.spec()["datasets"].values() if "kind" in data[0]]
    whole = sum(one["saving"] for one in drawn if one["kind"] == "act")
    assert whole == sum(one["saving"] for one in rows) - 312.0
    assert f"USD {whole:,.0f}" in found.takeaway
    assert "-312" in found.takeaway
    few = saving_chart([big, *rows[:3]], ["big", "a", "b", "c"], "USD", most=3)
    (drawn,) = [data for data in few.spec()["datasets"].values() if "kind" in data[0]]
    assert {one["label"] for one in drawn} == {"a", "b", "c"}
