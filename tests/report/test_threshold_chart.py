"""The picture of zones: words as long as their zone has room for, now above recommended, one currency."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.report.cells import row
from warrantysim.decision.cells import CellZone
from warrantysim.report.charts.export import still
from warrantysim.report.charts.theme import LIGHT, Look, Picture
from warrantysim.report.charts.thresholds import threshold_chart

NARROW = (CellZone(0.0, "refund", ""), CellZone(80.0, "repair_local", "tierwerk-de"))


def drawn(zones: Any, lang: Any = "en") -> Picture:
    return threshold_chart([row(zones_now=zones)], ["a"], "EUR", partners={}, reach=100.0, look=Look(lang))


def bars(zones: Any) -> list[dict[str, Any]]:
    (data,) = [data for data in drawn(zones).spec()["datasets"].values() if "when" in data[0]]
    return [bar for bar in data if bar["when"] == LIGHT.say("now")]


@pytest.mark.parametrize(("lang", "word"), [("en", "local repair"), ("zh", "本地维修")])
def test_a_zone_says_as_much_as_it_has_room_for(lang: Any, word: str) -> None:
    last = (CellZone(0.0, "reship", ""), CellZone(80.0, "repair_local", "tierwerk-de"))
    said = [
        [text for text in re.findall(r">([^<>]+)</text>", still(drawn(last, lang), width)) if text.startswith(word)]
        for width in (1600, 640, 200)
    ]
    # The recommended rule has that zone beyond the axis alone; the legend names what is done, too.
    assert said == [[f"{word} tierwerk-de", word], [word, word], [word]]


def test_zones_meet_and_end_at_the_axis() -> None:
    first, last = bars(NARROW)
    assert (first["from"], first["to"], last["from"], last["to"]) == (0.0, 80.0, 80.0, 100.0)
    # A page's charts are drawn from columns that hold no lists.
    assert not [value for bar in (first, last) for value in bar.values() if isinstance(value, list)]


def test_several_currencies_have_no_common_axis() -> None:
    with pytest.raises(ValueError, match="no common axis"):
        threshold_chart([row(currency="USD")], ["a"], "EUR", partners={})
