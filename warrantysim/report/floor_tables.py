"""Tables of operations and quality for people: chosen columns under translated headers, words in place of keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from warrantysim.locale.wording import Lang, named
from warrantysim.report.charts.freight import lane_name
from warrantysim.report.charts.kept import promise_name
from warrantysim.report.charts.theme import Look

if TYPE_CHECKING:
    import pandas as pd

GROUPS = {"stage": "claim_stage", "end": "end", "kind": "fault_kind", "disposition": "disposition"}
"""Columns whose words have terms, and the group these are in."""
SHARES = frozenset(
    {"utilisation", "utilisation_low", "utilisation_high", "waited_share", "waited_share_low", "waited_share_high"}
    | {"kept", "share", "nff_share"}
)
"""Columns that are shares, shown as percentages."""
FORMATS = {
    "visits": "%,.0f", "wait_days": "%.1f", "wait_p50": "%.1f", "wait_p90": "%.1f", "wait_p90_low": "%.1f",
    "wait_p90_high": "%.1f", "wait_p95": "%.1f", "dispatches": "%,.1f",
    "units": "%,.0f", "kg": "%,.0f", "cbm": "%,.2f", "cost": "%,.0f", "cost_a_unit": "%,.2f", "waited_days": "%.1f",
    "days": "%.1f", "came_in": "%,.1f", "went_out": "%,.1f", "level": "%,.1f", "value": "%,.0f", "claims": "%,.0f",
    "inspected": "%,.0f", "nff": "%,.0f", "recovery": "%,.0f", "worth": "%,.0f", "worth_low": "%,.0f",
    "worth_high": "%,.0f", "cost_a_claim": "%,.2f", "sold": "%,.0f", "per_thousand": "%.2f", "mean": "%,.0f",
    "waiting": "%,.1f", "low": "%,.0f", "high": "%,.0f",
}  # fmt: skip
"""How figures are written, as Streamlit has it."""
PERCENT = "%.1f %%"
"""How shares are written, times 100."""


def header(column: str, lang: Lang, currency: str = "") -> str:
    """What a column is called."""
    return named("floor_column", column, lang).format(currency=currency)


def for_people(
    frame: pd.DataFrame,
    columns: Sequence[str],
    lang: Lang,
    *,
    titles: Mapping[str, str] | None = None,
    currency: str = "",
    everywhere: str = "",
    shares: Sequence[str] = (),
    decimals: Sequence[str] = (),
) -> tuple[pd.DataFrame, dict[str, str]]:
    """The columns chosen, translated; and the format of each that is a figure, by its header.

    Parameters
    ----------
    titles
        What rules are called, by name, for column rule (from column case).
    everywhere
        What an empty market is called.
    shares
        Further columns that are shares; they come out times 100.
    decimals
        Columns shown with two decimals.
    """
    import pandas as pd

    shown, formats = pd.DataFrame(index=frame.index), {}
    for column in columns:
        values, name = _values(frame, column, lang, titles or {}, everywhere), header(column, lang, currency)
        if column in SHARES or column in shares:
            values, formats[name] = 100 * values, PERCENT
        elif column in decimals:
            formats[name] = "%,.2f"
        elif column in FORMATS:
            formats[name] = FORMATS[column]
        shown[name] = values
    return shown.reset_index(drop=True), formats


def _values(
    frame: pd.DataFrame, column: str, lang: Lang, titles: Mapping[str, str], everywhere: str
) -> pd.Series | list[str]:
    if column == "rule":
        return [titles.get(case, case) for case in frame["case"]]
    if column == "market" and everywhere:
        return [market or everywhere for market in frame["market"]]
    if column == "lane":
        look, rows = Look(lang), zip(frame["market"], frame["way"], frame["back"], strict=True)
        return [lane_name(market, way, back, look) for market, way, back in rows]
    if column == "promise":
        look = Look(lang)
        return [promise_name(p, int(d), look) for p, d in zip(frame["promise"], frame["days"], strict=True)]
    if column == "bench":
        return [named("chart.bench", bench, lang) for bench in frame["bench"]]
    if column == "partner":
        return [named("way", partner, lang) for partner in frame["partner"]]
    if column in GROUPS:
        return [named(GROUPS[column], word, lang) for word in frame[column]]
    return frame[column]
