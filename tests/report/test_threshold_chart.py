"""The picture of zones: words as long as their zone has room for, now above recommended, one currency."""

from __future__ import annotations

from typing import Any

import pytest

from tests.report.cells import row
from warrantysim.decision.cells import CellZone
from warrantysim.report.charts.theme import Look
from warrantysim.report.charts.thresholds import threshold_chart

NARROW = (CellZone(0.0, "refund", ""), CellZone(80.0, "repair_local", "tierwerk-de"))
NARROWER = (CellZone(0.0, "refund", ""), CellZone(99.0, "repair_local", "tierwerk-de"))


def bars(zones: Any, lang: Any = "en") -> list[dict[str, Any]]:
    chart = threshold_chart([row(zones_now=zones)], ["a"], "EUR", reach=100.0, look=Look(lang))
    (data,) = chart.spec()["datasets"].values()
    return [bar for bar in data if bar["when"] == Look(lang).say("now")]


@pytest.mark.parametrize(("lang", "word"), [("en", "local repair"), ("zh", "本地维修")])
def test_a_zone_says_as_much_as_it_has_room_for(lang: Any, word: str) -> None:
    wide = bars((CellZone(0.0, "repair_local", "tierwerk-de"),), lang)
    assert [bar["text"] for bar in wide] == [f"{word} tierwerk-de"]
    assert bars(NARROW, lang)[1]["text"] == word
    assert bars(NARROWER, lang)[1]["text"] == ""


def test_zones_meet_and_end_at_the_axis() -> None:
    first, last = bars(NARROW)
    assert (first["from"], first["to"], last["from"], last["to"]) == (0.0, 80.0, 80.0, 100.0)


def test_several_currencies_have_no_common_axis() -> None:
    with pytest.raises(ValueError, match="no common axis"):
        threshold_chart([row(currency="USD")], ["a"], "EUR")
