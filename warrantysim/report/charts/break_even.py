"""Break-even band: which alternative is cheapest along a lever, where that changes, and how surely it lies there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import altair as alt
import pandas as pd

from warrantysim.report.charts.theme import LIGHT, SERIES, Look, Picture, picture
from warrantysim.report.figures import position
from warrantysim.report.lever_text import lever_words

if TYPE_CHECKING:
    from warrantysim.analysis.break_even import BreakEven


CENTRE: tuple[Any, str] = ("center", "middle")
"""Where the name of a part stands, and by which of its columns."""


def break_even_chart(found: BreakEven, unit: str = "", *, name: str = "", look: Look = LIGHT) -> Picture:
    """A bar of the lever's range, parted where the best alternative changes; grey bands are the intervals.

    ``unit``: of the lever; ``name``: the lever for people, its path where not given.
    """
    edges = [found.low, *(s.at for s in found.switches), found.high]
    winners = [s.below for s in found.switches] + [found.switches[-1].above if found.switches else found.scan[0][1]]
    parts = pd.DataFrame(
        [
            {"from": a, "to": b, "winner": w, "middle": (a + b) / 2, "row": look.say("best"), "turn": k % 2}
            for k, (a, b, w) in enumerate(zip(edges, edges[1:], winners, strict=False))
        ]
    )
    names = list(dict.fromkeys(winners))
    axis = alt.Axis(
        title=" ".join(filter(None, [name or lever_words(found.lever, look.lang), f"[{unit}]" if unit else ""])),
        grid=False,
    )
    x = alt.X("from:Q", axis=axis, scale=alt.Scale(domain=[found.low, found.high], nice=False, zero=False))
    y = alt.value(52)
    colour = alt.Color("winner:N", scale=alt.Scale(domain=names, range=list(SERIES[: len(names)])), legend=None)
    bars = alt.Chart(parts).mark_bar(height=34, opacity=0.85).encode(x=x, x2="to:Q", y=y, color=colour)
    # Names of narrow parts would run into each other on one line: every second one stands higher. The first and last
    # begin and end with their part, so that none leaves the picture.
    ends: dict[int, tuple[Any, str]] = {0: ("left", "from"), len(parts) - 1: ("right", "to")}
    words = []
    for k in range(len(parts)):
        align, at = ends.get(k, CENTRE) if len(parts) > 1 else CENTRE
        words.append(
            alt.Chart(parts[k : k + 1])
            .mark_text(color=look.colour("ink"), fontWeight="bold", align=align)
            .encode(x=alt.X(f"{at}:Q"), y=alt.value(8 if parts["turn"][k] else 24), text="winner:N")
        )
    layers = [bars, *words]
    if found.switches:
        bands = pd.DataFrame(
            [
                {
                    "low": max(s.low, found.low) if not math.isnan(s.low) else s.at,
                    "high": min(s.high, found.high) if not math.isnan(s.high) else s.at,
                    "at": s.at,
                    "text": position(s.at),
                }
                for s in found.switches
            ]
        )
        layers += [
            alt.Chart(bands)
            .mark_bar(height=34, color=look.colour("paper"), opacity=0.55)
            .encode(x=alt.X("low:Q"), x2="high:Q", y=y),
            alt.Chart(bands)
            .mark_rule(color=look.colour("ink"), strokeWidth=2)
            .encode(x="at:Q", y=alt.value(33), y2=alt.value(76)),
            alt.Chart(bands)
            .mark_text(color=look.colour("ink"), baseline="top")
            .encode(x="at:Q", y=alt.value(78), text="text:N"),
        ]
    if not math.isnan(found.stated) and found.low <= found.stated <= found.high:
        here = pd.DataFrame([{"at": found.stated, "text": look.say("here", value=position(found.stated))}])
        side: Literal["left", "right"] = "right" if found.stated > (found.low + found.high) / 2 else "left"
        layers += [
            alt.Chart(here)
            .mark_point(shape="triangle-up", size=110, filled=True, color=look.colour("ink"))
            .encode(x="at:Q", y=alt.value(98)),
            alt.Chart(here)
            .mark_text(color=look.colour("soft"), align=side, dx=-10 if side == "right" else 10)
            .encode(x="at:Q", y=alt.value(98), text="text:N"),
        ]
    title = look.say("break_even", lever=name or lever_words(found.lever, look.lang))
    return picture(alt.layer(*layers).properties(width=620, height=112), title, _takeaway(found, look), look)


def _takeaway(found: BreakEven, look: Look) -> str:
    if not found.switches:
        return look.say("break_even.never", winner=found.winner, low=position(found.low), high=position(found.high))

    def end(x: float, edge: float) -> str:
        return look.say("break_even.open", end=position(edge)) if math.isinf(x) else position(x)

    parts = [
        look.say(
            "break_even.switch",
            below=s.below,
            above=s.above,
            at=position(s.at),
            low=end(s.low, found.low),
            high=end(s.high, found.high),
        )
        for s in found.switches
    ]
    text = look.say("and").join(parts)
    text = text[:1].upper() + text[1:]
    stop = "break_even.stop" if math.isnan(found.stated) else "break_even.stated"
    return text + look.say(stop, value=position(found.stated))
