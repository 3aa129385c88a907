"""Charts of pages fit a window as narrow as a telephone's."""

from __future__ import annotations

import json

import pandas as pd

from warrantysim.report.charts.costs import cost_chart
from warrantysim.report.charts.export import svg_text
from warrantysim.report.charts.theme import NARROW, NARROW_LABELS

ROWS = [
    ("now", "refund", 42_697.0),
    ("now", "disposal", 35_059.0),
    ("new", "refund", 42_956.0),
    ("new", "disposal", 9.0),
]


def test_legends_stand_in_one_column_and_labels_are_shorter_where_the_window_is_narrow() -> None:
    spec = cost_chart(pd.DataFrame(ROWS, columns=["policy", "category", "mean"]), "USD").fitted
    told = json.dumps(spec)
    assert f"{NARROW} ? 1 : 4" in told
    limits = {part: spec["config"][part]["labelLimit"]["expr"] for part in NARROW_LABELS}
    assert all(f"? {most} :" in limits[part] for part, most in NARROW_LABELS.items())


def test_a_figure_that_does_not_fit_into_its_part_is_not_drawn() -> None:
    spec = cost_chart(pd.DataFrame(ROWS, columns=["policy", "category", "mean"]), "USD").fitted
    hidden = [svg_text({**spec, "width": width}).count('opacity="0"') for width in (900, 180)]
    assert hidden[0] < hidden[1]
