"""Charts of pages fit the width that is there, a telephone's or a desk's: words inside, apart, off the line of 0."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from tests.report.cells import held, row
from warrantysim.locale.wording import Lang
from warrantysim.report.charts.bridge import Waterfall, bridge_chart
from warrantysim.report.charts.costs import cost_chart
from warrantysim.report.charts.days import days_chart
from warrantysim.report.charts.differences import DifferenceMark, difference_chart
from warrantysim.report.charts.export import svg_text
from warrantysim.report.charts.savings import saving_chart
from warrantysim.report.charts.theme import NARROW_LABELS, Look, Picture, text_width
from warrantysim.report.charts.thresholds import threshold_chart

ROWS = [
    ("now", "refund", 42_697.0),
    ("now", "disposal", 35_059.0),
    ("now", "recovered", -5_059.0),
    ("new", "refund", 42_956.0),
    ("new", "disposal", 9.0),
    ("new", "recovered", -25_059.0),
]
COSTS = pd.DataFrame(ROWS, columns=["policy", "category", "mean"])
DRAWN = 0.9
"""Share of what words may be wide, at most, that most of them are."""
OFF = 10
"""What a word is drawn wider or narrower than is reckoned [pixels]."""
NAME = "robot vacuum with dock, United States, a long name"


def pictures(look: Look) -> dict[str, Picture]:
    """Charts whose figures stand beside marks, drawn where this is hardest: long names, both signs, near 0."""
    marks = [DifferenceMark(NAME, *ends) for ends in ((-21.0, -40.0, -3.0), (14.0, -1.0, 28.0), (3.0, 1.0, 5.0))]
    marks = [mark._replace(label=f"{mark.label} {k}") for k, mark in enumerate(marks)]
    loss = held("loss", "LOSS", free_saving=-9e3, free_low=-9.5e3, free_high=-300.0)
    steps = pd.DataFrame({"step": ["by category"] * 2, "contents": ["refund", "label"], "adds": [-305.0, 115.0]})
    share = np.linspace(0.0, 1.0, 21)
    days = [pd.DataFrame({"policy": f"{NAME} {k}", "share": share, "days": share * (20 + k // 2)}) for k in range(5)]
    return {
        "differences": difference_chart(marks, "USD", "t", look=look),
        "savings": saving_chart([row(), loss], [NAME, "b"], "USD", shared=-312.0, look=look),
        "bridge": bridge_chart(Waterfall(steps, 1005.0, 815.0, 100.0, 200.0), "USD", "now", NAME, look=look),
        "costs": cost_chart(COSTS, "USD", titles={"now": NAME}, look=look),
        "thresholds": threshold_chart([row(), row()], [NAME, "b"], "EUR", partners={}, look=look),
        "days": days_chart(pd.concat(days), look=look),
    }


def drawn(picture: Picture, width: int) -> ElementTree.Element:
    """A picture as a place of that width shows it."""
    told = json.dumps({**picture.fitted, "width": width})
    for size in ("windowSize()[0]", "containerSize()[0]"):
        told = told.replace(size, str(width))
    return ElementTree.fromstring(svg_text(json.loads(told)))


Word = tuple[str, float, float, float]
"""A word, its ends and its height in the picture."""


def words(svg: ElementTree.Element) -> tuple[list[Word], list[tuple[float, float, float]]]:
    """Upright words that can be seen, and where the line of 0 of the figures stands: its place and its ends."""
    found: list[Word] = []
    zeros: list[tuple[float, float, float]] = []

    def walk(at: ElementTree.Element, x: float, y: float, of: str) -> None:
        transform = at.get("transform", "")
        if moved := re.match(r"translate\(([-\d.]+),([-\d.]+)\)", transform):
            x, y = x + float(moved[1]), y + float(moved[2])
        of = at.get("class") or of
        if at.tag.endswith("text") and "rotate" not in transform and at.get("opacity") != "0":
            size = float(at.get("font-size", "11px").removesuffix("px"))
            for line, text in enumerate(each.text or "" for each in (list(at) or [at])):
                wide = DRAWN * text_width(text, size)
                left = x - {"middle": wide / 2, "end": wide}.get(at.get("text-anchor", ""), 0.0)
                found.append((text, left, left + wide, y + line * size))
        if at.tag.endswith("line") and "mark-rule role-mark" in of and at.get("x2") in (None, "0"):
            zeros.append((x, y, y + float(at.get("y2", "0"))))
        for child in at:
            walk(child, x, y, of)

    walk(svg, 0.0, 0.0, "")
    return [word for word in found if word[0].strip()], zeros


@pytest.mark.parametrize(("lang", "width"), [("en", 320), ("zh", 320), ("en", 1000)])
def test_words_are_inside_their_picture_apart_from_each_other_and_off_the_line_of_0(lang: Lang, width: int) -> None:
    for name, picture in pictures(Look(lang)).items():
        said, zeros = words(drawn(picture, width))
        for k, (text, left, right, high) in enumerate(said):
            assert -OFF < left < right < width + OFF, (name, text, left, right)
            assert not any(left + 2 < x < right - 2 and top < high < end for x, top, end in zeros), (name, text)
            for other, start, stop, there in said[:k]:
                assert abs(there - high) > 7 or min(right, stop) - max(left, start) < 3, (name, text, other)


def test_legends_take_the_columns_there_is_room_for_and_labels_are_shorter_where_the_window_is_narrow() -> None:
    spec = cost_chart(COSTS, "USD").fitted
    assert "max(1, min(4, floor(" in json.dumps(spec)
    limits = {part: spec["config"][part]["labelLimit"]["expr"] for part in NARROW_LABELS}
    assert all(f"? {most} :" in limits[part] for part, most in NARROW_LABELS.items())


def test_a_figure_that_does_not_fit_into_its_part_is_not_drawn() -> None:
    spec = cost_chart(COSTS, "USD").fitted
    hidden = [svg_text({**spec, "width": width}).count('opacity="0"') for width in (900, 180)]
    assert hidden[0] < hidden[1]
