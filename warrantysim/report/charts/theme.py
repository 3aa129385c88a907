"""How charts look: colours with fixed meanings, fonts that have Chinese, light and dark."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import altair as alt
import pandas as pd

from warrantysim.locale.wording import Lang, say
from warrantysim.report.tables import wrapped
from warrantysim.schema.dispositions import ACTIONS

Mode = Literal["light", "dark"]

FONTS = {
    "en": "Inter, 'Segoe UI', Helvetica, Arial, 'Noto Sans CJK SC', sans-serif",
    "zh": "'Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', 'Source Han Sans SC', sans-serif",
}
"""Fonts tried one after the other; each list ends where Chinese can be drawn, product names may be Chinese anywhere."""

INKS: dict[Mode, dict[str, str]] = {
    "light": {"ink": "#1f2933", "soft": "#52606d", "grid": "#e4e7eb", "paper": "#ffffff"},
    "dark": {"ink": "#e6eaee", "soft": "#aab4be", "grid": "#3a4350", "paper": "#0e1117"},
}
LABELS = 340
"""Longest labels of axes [pixels]."""
MEANINGS: dict[Mode, dict[str, str]] = {
    # Okabe and Ito's colours, which all kinds of colour vision tell apart; lighter ones on dark ground.
    "light": {"saving": "#0072B2", "extra": "#D55E00", "base": "#7f7f7f", "unsure": "#b8b8b8"},
    "dark": {"saving": "#56B4E9", "extra": "#F08A3C", "base": "#9aa5b1", "unsure": "#5f6b78"},
}
DONE = {name: action.colour for name, action in ACTIONS.items()}
"""Colour of what is done: each disposition, and a test by a desk that repairs nothing."""
DASHES = {name: list(action.dash) for name, action in ACTIONS.items()}
"""Line of each disposition, for those who see no colours."""
SERIES = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8c6bb1", "#F0E442", "#7f7f7f")
"""Colours of what has no meaning of its own."""


@dataclass(frozen=True)
class Look:
    """Language and mode of a chart."""

    lang: Lang = "en"
    mode: Mode = "light"

    def say(self, key: str, **facts: Any) -> str:
        """A chart's text: ``say("now")`` is that of ``chart.now``."""
        return say(f"chart.{key}", self.lang, **facts)

    def colour(self, meaning: str) -> str:
        """Colour of a meaning (saving, extra, base, unsure) or an ink (ink, soft, grid, paper)."""
        return {**MEANINGS[self.mode], **INKS[self.mode]}[meaning]

    @property
    def font(self) -> str:
        """Fonts to try."""
        return FONTS.get(self.lang, FONTS["en"])

    def dressed(self, chart: Any) -> Any:
        """A chart in these fonts and colours, on no ground of its own."""
        ink, soft, grid = (self.colour(name) for name in ("ink", "soft", "grid"))
        # In one go: every further one would copy the chart with all its data.
        return chart.configure(
            font=self.font,
            background="transparent",
            # Above, Chinese letters of a legend's title reach beyond their line.
            padding={"left": 6, "right": 6, "bottom": 6, "top": 14},
            view={"stroke": None},
            axis={
                "labelColor": soft,
                "titleColor": soft,
                "gridColor": grid,
                "domainColor": grid,
                "tickColor": grid,
                "labelFontSize": 12,
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "labelLimit": LABELS,
                "titleLimit": 700,
            },
            axisX={"labelOverlap": True, "labelSeparation": 5, "labelBound": True},
            legend={
                "labelColor": ink,
                "titleColor": soft,
                "labelFontSize": 12,
                "titleFontSize": 12,
                "labelLimit": 320,
                "orient": "top",
            },
            header={"labelColor": ink, "labelFontSize": 13, "labelFontWeight": "bold", "titleColor": soft},
            title={"color": ink, "subtitleColor": soft, "fontSize": 15, "subtitleFontSize": 12, "anchor": "start"},
        )


LIGHT = Look()
"""English on light ground."""


@dataclass(frozen=True)
class Picture:
    """A chart, what it is called and what it says."""

    chart: Any
    """The `altair` chart, dressed, without title."""
    title: str
    """What is shown."""
    takeaway: str
    """What to take from it, in a sentence: the text alternative."""
    look: Look

    @cached_property
    def fitted(self) -> dict[str, Any]:
        """Specification for a place that gives it its width: axes and legend take from that, never from its height.

        Written once, whoever shows it how often, and not checked against the schema (`spec` is): each of the two takes
        longer than sending it.
        """
        chart = self.chart
        if isinstance(chart, alt.Chart | alt.LayerChart):
            chart = chart.properties(autosize=alt.AutoSizeParams(type="fit-x", contains="padding"))
        found: dict[str, Any] = chart.to_dict(validate=False)
        _narrowed(found, indent(found))
        return found

    def spec(self) -> dict[str, Any]:
        """Vega-Lite specification with title and description."""
        found: dict[str, Any] = self.chart.to_dict()
        return found


NARROW = "windowSize()[0] < 640"
"""Whether the window is as narrow as a telephone's, as a Vega expression."""
NARROW_LABELS = {"axis": 150, "legend": 220}
"""Longest labels there [pixels]."""
Texts = Sequence[str] | pd.Series
"""Texts, as they are or as a column."""
SMALL = 10
"""Size of letters of names that take two lines there [pixels]."""
PLACE = "(containerSize()[0] || 600)"
"""Width of the place a chart is in, as a Vega expression [pixels]."""
SYMBOL = 50
"""Width of a legend's mark with the room around it [pixels]."""


def _narrowed(spec: Any, indent: float, of: str = "axis") -> None:
    """Legends in as many columns as there is room for, and shorter labels, or on two lines, where the window is narrow,
    so that nothing is cut at its edge."""
    if isinstance(spec, list):
        for each in spec:
            _narrowed(each, indent, of)
    if not isinstance(spec, dict):
        return
    if isinstance(spec.get("legend"), dict) and isinstance(domain := (spec.get("scale") or {}).get("domain"), list):
        _in_columns(spec["legend"], [str(name) for name in domain], indent)
    for key, child in spec.items():
        if (
            key == "y"
            and isinstance(child, dict)
            and isinstance(names := child.get("sort"), list)
            and child.get("axis")
        ):
            _on_lines(child["axis"], [str(name) for name in names])
        if key == "labelLimit" and isinstance(child, int) and child > NARROW_LABELS[of]:
            spec[key] = {"expr": f"{NARROW} ? {NARROW_LABELS[of]} : {child}"}
        elif key != "data":
            _narrowed(child, indent, "legend" if key == "legend" else "axis")


def indent(spec: Any) -> float:
    """Width of the names along upright axes of a specification, beside which its legends stand [pixels]."""
    if isinstance(spec, list):
        return max(map(indent, spec), default=0.0)
    if not isinstance(spec, dict):
        return 0.0
    names = y["sort"] if isinstance(y := spec.get("y"), dict) and isinstance(y.get("sort"), list) else []
    inner = (indent(child) for key, child in spec.items() if key not in {"data", "datasets"})
    return max(0.0, *(text_width(str(name), 12) for name in names), *inner)


def _in_columns(legend: dict[str, Any], names: list[str], indent: float) -> None:
    """A legend of several names beside each other, as far as they find room."""
    if legend.get("orient", "top") == "top" and "gradientLength" not in legend and len(names) > 1:
        each = SYMBOL + max(text_width(name, 12) for name in names)
        most = legend.get("columns") or len(names)
        room = f"({PLACE} - ({NARROW} ? {min(indent, NARROW_LABELS['axis']):.0f} : {min(indent, LABELS):.0f}))"
        legend["columns"] = {"expr": f"max(1, min({most}, floor({room} / {each:.0f})))"}


def _on_lines(axis: dict[str, Any], names: list[str]) -> None:
    """Names along an upright axis on two lines where the window is narrow."""
    if axis.get("labelFontSize", 12) <= SMALL:
        return  # Rows of so small letters are as high as one line.
    letters = int(NARROW_LABELS["axis"] / (0.5 * SMALL))
    lines = {name: wrapped(name.replace("|", "\n"), letters) for name in names}
    for name, each in lines.items():
        if len(each) > 2:  # What is said in a line of its own stays.
            rest = each[-1] if "|" in name else f"{each[1][: letters - 1]}…"
            lines[name] = [f"{each[0][: letters - 1]}…" if "|" in name else each[0], rest]
    if axis.get("title") is None and max((text_width(n, 12) for n in names), default=0) > NARROW_LABELS["axis"]:
        told = axis.get("labelExpr", "datum.label")
        axis["labelExpr"] = f"{NARROW} ? ({json.dumps(lines)})[datum.label] : {told}"
        axis["labelFontSize"] = {"expr": f"{NARROW} ? {SMALL} : {axis.get('labelFontSize', 12)}"}


def text_width(text: str, size: float = 11) -> float:
    """About as wide as a text is drawn; a Chinese letter is twice as wide as a Latin one [pixels]."""
    return size * sum(1.0 if ord(letter) > 0x2E7F else 0.56 for letter in text)


def roomy(low: float, high: float, right: Texts = (), left: Texts = (), short: Texts = ()) -> Any:
    """A scale from ``low`` to ``high`` that leaves room for texts beyond its ends, however wide the chart is drawn.

    Parameters
    ----------
    right, left : texts that stand beyond the greatest and the least figure.
    short : what stands in place of either where the window is narrow.
    """

    def room(texts: Texts) -> str:
        wide, narrow = (MARGIN + max(map(text_width, each), default=0.0) for each in (texts, short))
        return f"({NARROW} ? {min(narrow, wide):.0f} : {wide:.0f})" if len(texts) and len(short) else f"{wide:.0f}"

    each = f"{(high - low) or 1.0!r} / max(width - {room(left)} - {room(right)}, 40)"
    ends = [f"{low!r} - {room(left)} * {each}", f"{high!r} + {room(right)} * {each}"]
    return alt.Scale(domain=[alt.ExprRef(end) for end in ends], nice=False, zero=False)


def told_beside(base: Any, y: Any, look: Look) -> list[Any]:
    """Words of the columns ``text`` and ``short`` beside intervals (``low``, ``high``), on their side of 0: they never
    cross its line."""
    sides: tuple[tuple[str, Any, int, str], ...] = ((">=", "left", 9, "high:Q"), ("<", "right", -9, "low:Q"))
    return [
        base.transform_filter(f"datum.high {side} 0")
        .mark_text(align=align, dx=dx, color=look.colour("ink"), text=BRIEF)
        .encode(x=end, y=y)
        for side, align, dx, end in sides
    ]


MARGIN = 14
"""Room between a figure's mark and its text, and beyond it [pixels]."""


BRIEF = alt.ExprRef(f"{NARROW} ? datum.short : datum.text")
"""The column ``text``; where the window is narrow, ``short``, as a rule the figure alone."""


def picture(chart: Any, title: str, takeaway: str, look: Look) -> Picture:
    """A finished picture: dressed, its text alternative inside."""
    return Picture(look.dressed(chart).properties(description=takeaway), title, takeaway, look)


def ink_on(colour: str) -> str:
    """Ink that can be read on a coloured field, black or white, by the greater contrast (WCAG relative luminance)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#ffffff"


def money_axis(look: Look, title: str, **more: Any) -> alt.Axis:
    """An axis of money: ``1.2M`` in English, ``120 万`` in Chinese."""
    return alt.Axis(title=title, labelExpr=MONEY_LABELS.get(look.lang, MONEY_LABELS["en"]), tickCount=TICKS, **more)


TICKS = alt.ExprRef(f"{NARROW} ? 3 : 6")
"""About so many figures stand along an axis."""
MONEY_LABELS = {
    "en": "abs(datum.value) >= 1000000 ? format(datum.value / 1000000, '~') + 'M' : "
    "abs(datum.value) >= 1000 ? format(datum.value / 1000, '~') + 'k' : format(datum.value, ',~')",
    "zh": "abs(datum.value) >= 10000 ? format(datum.value / 10000, '~') + ' 万' : format(datum.value, ',~')",
}
"""Vega expressions for the labels of money axes."""


def wrapped_title(text: str, width: int) -> list[str]:
    """A sentence in lines of about ``width`` Latin letters; Chinese letters count double and break anywhere, figures
    and words never."""
    # A figure and its percent sign stay on one line.
    return wrapped(text.replace(" %", "\u00a0%"), width)
