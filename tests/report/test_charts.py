"""Charts of analysis add up as their findings do, say what to take from them, and become files without a browser."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from warrantysim.analysis.break_even import BreakEven, Switch
from warrantysim.analysis.bridge import Bridge
from warrantysim.analysis.switching import SwitchingMap
from warrantysim.analysis.tornado import Tornado
from warrantysim.experiment.levers import Lever
from warrantysim.experiment.uncertain import UncertainInput
from warrantysim.report.charts.break_even import break_even_chart
from warrantysim.report.charts.bridge import Waterfall, bridge_chart, bridge_frame
from warrantysim.report.charts.export import file_name, png, svg, write_pictures
from warrantysim.report.charts.switching import switching_chart
from warrantysim.report.charts.theme import SERIES, Look, Picture, ink_on, wrapped_title
from warrantysim.report.charts.tornado import tornado_chart
from warrantysim.report.lever_text import lever_words
from warrantysim.studies.turning import lever_title

STEPS = np.array([[-300.0, -310.0], [120.0, 110.0], [5.0, 5.0], [0.0, 0.0]])
NAMES = ("refund", "label", "contact", "kit")
BRIDGE = Bridge(
    np.array([1000.0, 1010.0]), np.array([825.0, 815.0]), NAMES, STEPS, tuple((n,) for n in NAMES), "by category", 0.95
)
CHANGED = (("freight_breaks", "freight_lanes"), ("policy",))
DRIVERS = Bridge(
    BRIDGE.start, BRIDGE.start + 60.0, ("freight_breaks + freight_lanes", "policy"),
    np.array([[50.0, 50.0], [10.0, 10.0]]), CHANGED, "Shapley", 0.95,
)  # fmt: skip
FEE = UncertainInput(Lever("partners.P.desks.main.repaired.flat"), 10.0, 40.0, "days", "a guess")
IDLE = UncertainInput(Lever("triage.contact_cost"), 1.0, 2.0, "USD", "a guess")
TORNADO = Tornado(
    (FEE, IDLE), np.array([-5.0, -6.0]), np.array([[-20.0, -21.0], [-5.0, -6.0]]),
    np.array([[9.0, 8.0], [-5.5, -6.5]]), 0.95,
)  # fmt: skip
BAND = BreakEven(
    "freight_breaks[*,*].rate (factor)", 0.5, 3.0, 1.0, (Switch(1.4, 1.2, np.inf, "now", "new"),),
    ((0.5, "now"), (3.0, "new")), 0.95, 9, ((5.0, 1.0), (6.0, 1.0)),
)  # fmt: skip
MAP = SwitchingMap(
    "x", "y", (1.0, 2.0), (1.0, 2.0), ("now", "new"), np.array([[0, 0], [0, 1]]), np.ones((2, 2)),
    np.array([[True, True], [False, True]]),
)  # fmt: skip


def pictures(look: Look) -> dict[str, Picture]:
    """One of each."""
    return {
        "bridge": bridge_chart(Waterfall.of(BRIDGE), "USD", "now", "new", look=look),
        "drivers": bridge_chart(Waterfall.of(DRIVERS), "USD", "now", "new", look=look),
        "band": break_even_chart(BAND, look=look),
        "map": switching_chart(MAP, look=look),
        "tornado": tornado_chart(TORNADO.table(), -5.5, "USD", look=look),
    }


def test_bars_of_a_bridge_begin_where_the_one_before_ended_and_end_at_the_cost() -> None:
    frame = bridge_frame(Waterfall.of(BRIDGE), "now", "new")
    steps = frame[frame["kind"] != "total"]
    assert list(steps["adds"]) == [-305.0, 115.0, 5.0]
    assert list(steps["from"]) == [1005.0, *steps["to"][:-1]]
    assert steps["to"].iloc[-1] == frame["to"].iloc[-1] == 820.0


def test_many_steps_are_drawn_as_the_largest_and_one_for_the_rest_that_adds_up() -> None:
    frame = bridge_frame(Waterfall.of(BRIDGE), "now", "new", most=1)
    assert frame[frame["kind"] != "total"]["adds"].tolist() == [-305.0, 120.0]


@pytest.mark.parametrize(
    ("lang", "said", "step"),
    [("en", "New costs USD 185 less a year than now (58 to 312)", "freight rates + freight lanes"),
     ("zh", "New 每年比 now 少花 USD 185（58 至 312）", "货运费率＋货运线路")],
)  # fmt: skip
def test_the_takeaway_has_its_interval_and_steps_have_words(lang: Any, said: str, step: str) -> None:
    drawn = pictures(Look(lang))
    assert said in drawn["bridge"].takeaway
    assert step in bridge_frame(Waterfall.of(DRIVERS), "a", "b", Look(lang))["label"].tolist()


def test_ends_on_one_side_of_the_stated_difference_share_a_label_and_what_moves_nothing_has_none() -> None:
    table = TORNADO.table().head(1).assign(low=1.0, high=3.0, unit="days", flips=False)
    table = pd.concat(
        [table.assign(at_low=12.0, at_high=8.0, swing=4.0), table.assign(at_low=5.2, at_high=5.0, swing=0.2)]
    )
    drawn = tornado_chart(table, 5.0, "USD").spec()["datasets"].values()
    ends = [row for rows in drawn for row in rows if "side" in row]
    assert [(row["side"], row["text"]) for row in ends] == [
        ("input at its low", "3 / 1 days"),
        ("input at its high", ""),
    ]


def test_what_changes_the_answer_is_said_below_the_input() -> None:
    spec = str(pictures(Look("en"))["tornado"].spec())
    assert f"{lever_words(FEE.name)}|changes the answer" in spec
    assert f"{lever_words(IDLE.name)}|" not in spec
    assert "维修报价" in str(pictures(Look("zh"))["tornado"].spec())


def test_a_lever_that_was_stored_by_its_path_alone_is_called_by_words() -> None:
    for titles in ({}, {"en": FEE.name}):
        assert lever_title({"lever_titles": {FEE.name: titles}}, FEE.name, "en") == lever_words(FEE.name)


def test_a_band_that_reaches_beyond_the_range_says_so() -> None:
    assert "beyond 3" in pictures(Look("en"))["band"].takeaway
    assert "too close to call: 1 of 4" in pictures(Look("en"))["map"].takeaway


@pytest.mark.parametrize(("lang", "mode"), [("en", "light"), ("zh", "dark")])
def test_every_chart_becomes_an_svg_whose_name_is_its_takeaway(lang: Any, mode: Any) -> None:
    for one in pictures(Look(lang, mode)).values():
        root = ET.fromstring(svg(one))
        assert root.tag.endswith("svg")
        assert (root.get("role"), root.get("aria-label")) == ("img", one.takeaway)


@pytest.mark.parametrize("width", range(20, 60))
def test_lines_of_a_takeaway_break_no_figure_and_begin_with_no_closing_mark(width: int) -> None:
    lines = wrapped_title(
        "运费上涨 40 % 每年比现行规则多花 USD 13,624（12,398 至 14,850）；九成在 11 天内：集货运费。", width
    )
    assert any("14,850" in line for line in lines)
    assert any("40\u00a0%" in line for line in lines)
    assert not any(line[0] in "，。；：、）" for line in lines)


def test_files_are_svg_and_png(tmp_path: Path) -> None:
    written = write_pictures({"bridge_by_category_base x all/home": pictures(Look())["bridge"]}, tmp_path)
    assert [path.name for path in written] == [
        "bridge_by_category_base-x-all-home.svg", "bridge_by_category_base-x-all-home.png",
    ]  # fmt: skip
    assert written[1].read_bytes().startswith(b"\x89PNG")
    assert file_name("成本 构成") == "成本-构成"


def test_a_png_of_twice_the_scale_is_larger() -> None:
    one = pictures(Look())["map"]
    assert len(png(one, 2.0)) > len(png(one, 1.0))


def test_figures_on_fields_can_be_read() -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for field in SERIES:
        light, dark = sorted((luminance(field), luminance(ink_on(field))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, field
