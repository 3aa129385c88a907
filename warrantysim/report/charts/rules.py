"""Rules side by side in one chart: the same colour, dash and place everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from warrantysim.report.charts.theme import SERIES, Look, Picture, picture

RULE_DASHES = ([6, 4], [1, 0], [2, 2], [8, 3, 2, 3])
"""Lines of the rules, the first one's dashed: today's."""


def rule_scale(rules: Sequence[str], look: Look) -> alt.Scale:
    """Colours of rules: the first grey, the second that of savings."""
    if len(rules) == 1:
        return alt.Scale(domain=list(rules), range=[look.colour("saving")])
    return alt.Scale(domain=list(rules), range=_colours(len(rules), look))


def _colours(n: int, look: Look) -> list[str]:
    return [look.colour("base"), look.colour("saving"), *SERIES[1:]][:n]


def rule_colour(rules: Sequence[str], look: Look, legend: bool = True) -> alt.Color:
    """Colour by column ``rule``; a legend only where there is more than one rule."""
    key = alt.Legend(title=None, symbolType="stroke", symbolStrokeWidth=3, symbolSize=400)
    shown = key if legend and len(rules) > 1 else None
    return alt.Color("rule:N", sort=list(rules), scale=rule_scale(rules, look), legend=shown)


def rule_dash(rules: Sequence[str], legend: bool = True) -> alt.StrokeDash:
    """Dash by column ``rule``, for those who see no colours."""
    dashes = [[1, 0]] if len(rules) == 1 else list(RULE_DASHES[: len(rules)])
    key = alt.Legend(title=None, symbolType="stroke", symbolStrokeWidth=3, symbolSize=400)
    shown = key if legend and len(rules) > 1 else None
    return alt.StrokeDash("rule:N", sort=list(rules), scale=alt.Scale(domain=list(rules), range=dashes), legend=shown)


def panels(
    chart: Any, column: str, names: Sequence[str], width: int, height: Any, *, titled: bool = False, same: bool = True
) -> Any:
    """A panel a name one below the other, each with the rows that have it in a column; one chart where there is one.

    ``titled``: whether a single chart, too, says its name; ``same``: whether upright axes are the same in all.
    """
    if len(names) == 1 and not titled:
        return chart.properties(width=width, height=height)
    each = [
        chart.transform_filter(alt.FieldEqualPredicate(field=column, equal=name)).properties(
            width=width, height=height, title=alt.Title(name, fontSize=13)
        )
        for name in names
    ]
    return alt.vconcat(*each, spacing=18).resolve_scale(y="shared" if same else "independent")


def row_at(frame: pd.DataFrame, column: str, *, least: bool = False) -> pd.Series:
    """The row with the greatest figure of a column, or the least."""
    values = frame[column].to_numpy(dtype=float)
    return frame.iloc[int(np.nanargmin(values) if least else np.nanargmax(values))]


def nothing(text: str, title: str, look: Look) -> Picture:
    """A picture that says in words why it is empty."""
    empty = alt.Chart(pd.DataFrame({"text": [text]})).mark_text(fontSize=13, color=look.colour("soft"))
    return picture(empty.encode(text="text:N"), title, text, look)


def sentences(parts: Sequence[str], look: Look) -> str:
    """Sentences one after the other."""
    return (" " if look.lang == "en" else "").join(parts)
