"""One cell opened: its sentence, its curves, what holds its rule, what it costs, and where its claims go."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd
import streamlit as st

from warrantysim.decision.cells import CellKey
from warrantysim.report import figures
from warrantysim.report.charts.costs import cost_chart
from warrantysim.report.charts.curves import curve_chart
from warrantysim.report.charts.theme import Look, Picture
from warrantysim.report.threshold_tables import Row, aside_of, cell_costs, flat_text, key_of
from warrantysim.report.wording import titled
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.pictures import plain, show_picture
from warrantysim.ui.session import look
from warrantysim.ui.thresholds_shown import NEW, NOW, Shown

LONGEST = 160
"""Letters of a name that are shown where it stands alone."""

HELD = 64
"""Pictures held in memory at once: drawing one takes longer than sending it."""


def show_cell(shown: Shown, row: Row) -> None:
    """Draw it."""
    words, cell = shown.words, key_of(row, shown.scenario)
    st.subheader(plain(words.name(row)[:LONGEST]))
    st.markdown(plain(words.sentence(row)[: 8 * LONGEST]))
    _cards(shown, row)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _curves(shown, row, cell)
    with right:
        _held(shown, row)
    _costs(shown, cell)
    _journey(shown, cell)


def _cards(shown: Shown, row: Row) -> None:
    currency = shown.decision.currency
    saving, claims, days, flat = st.columns(4)
    low, high = figures.whole(row["saving_low"]), figures.whole(row["saving_high"])
    saving.metric(
        t("thresholds.saves"), f"{currency} {figures.whole(row['saving'])}",
        t("thresholds.interval", low=low, high=high, level=figures.level(shown.decision.confidence)),
        delta_color="off", delta_arrow="off", border=True, height="stretch",
    )  # fmt: skip
    claims.metric(
        t("thresholds.claims"), figures.whole(row["claims"]),
        t("thresholds.changing", n=figures.whole(row["claims_changing"])),
        delta_color="off", delta_arrow="off", border=True, height="stretch",
    )  # fmt: skip
    days.metric(
        t("thresholds.days"), t("thresholds.days_of", days=figures.days(row["days_p90"])),
        t("thresholds.days_now", days=figures.days(row["days_p90_now"])),
        delta_color="off", delta_arrow="off", border=True, height="stretch",
    )  # fmt: skip
    each = figures.cents(row["cash"] + row["expected"])
    flat.metric(
        t("thresholds.each"), f"{currency} {each}",
        t("thresholds.each_now", cost=figures.cents(row["cash_now"] + row["expected_now"]), currency=currency),
        delta_color="off", delta_arrow="off", border=True, height="stretch",
    )  # fmt: skip


def _curves(shown: Shown, row: Row, cell: CellKey) -> None:
    """Cost by value under every arm, with the lower envelope and the claims on the value axis."""
    if shown.curves is None:
        st.info(t("thresholds.no_curves"))
        return
    mine = shown.curves[shown.curves["cell"] == " ".join(map(str, cell))]
    if not len(mine):
        st.info(t("thresholds.no_claims"))
        return
    aside = aside_of(shown.rows, mine)
    show_picture(_curve_picture(shown.run.id, cell, look(), shown, row, aside), "thresholds_curves")
    st.caption(t("thresholds.curves_how"))
    if aside:
        st.caption(t("thresholds.curves_aside"))


@st.cache_resource(max_entries=HELD, show_spinner=False)
def _curve_picture(
    id: str, cell: CellKey, look: Look, _shown: Shown, _row: Row, _aside: Collection[tuple[str, str]]
) -> Picture:
    assert _shown.curves is not None
    mine = _shown.curves[_shown.curves["cell"] == " ".join(map(str, cell))]
    label = _shown.words.name(_row)[:LONGEST]
    return curve_chart(mine, _row, label, _shown.decision.currency, aside=_aside, look=look)


@st.cache_resource(max_entries=HELD, show_spinner=False)
def _cost_picture(
    id: str, cell: CellKey, look: Look, _shown: Shown, _costs: pd.DataFrame, _titles: dict[str, str]
) -> Picture:
    days = _shown.scenario.horizon.days
    return cost_chart(_costs, _shown.decision.currency, titles=_titles, days=days, look=look)


def _held(shown: Shown, row: Row) -> None:
    """The rule now and recommended, how far cut-points may move, and what holds them."""
    words = shown.words
    st.markdown(f"#### {t('thresholds.rule')}")
    rows = {
        t("thresholds.col.rule_now"): words.now(row),
        t("thresholds.col.rule_new"): words.new(row),
        t("thresholds.col.flat"): flat_text(row) or t("thresholds.no_cuts"),
        t("thresholds.col.binds"): words.binds(row) or t("thresholds.free"),
        t("thresholds.col.learned"): figures.whole(row["training_claims"]),
    }
    for label, text in rows.items():
        st.caption(label)
        st.text(text)
    st.caption(t("thresholds.flat_help"))


def _costs(shown: Shown, cell: CellKey) -> None:
    """Its costs by kind, now and recommended."""
    result = shown.confirmed
    if shown.detail is None or result is None:
        st.info(t("thresholds.no_confirmation"))
        return
    names = result.manifest["policies"]
    sides = [names[NOW], names[NEW]] if len(names) > NEW else [names[NOW]]
    costs = cell_costs(shown.detail, shown.scenario, shown.known(cell), sides)
    if costs is None:
        st.info(t("thresholds.no_costs"))
    elif len(costs):
        titles = dict(zip(sides, _titles(shown), strict=False))
        show_picture(_cost_picture(shown.run.id, cell, look(), shown, costs, titles), "thresholds_costs")
        st.caption(t("thresholds.costs_how"))


def _titles(shown: Shown) -> Sequence[str]:
    d = shown.decision
    return titled(d.now.title, d.now.name, lang()), t("thresholds.recommended")


def _journey(shown: Shown, cell: CellKey) -> None:
    """Where its claims go and how they end."""
    flows = shown.flows(cell)
    if flows is None:
        return
    st.markdown(f"#### {t('thresholds.journey')}")
    if not len(flows):
        st.caption(t("thresholds.no_claims"))
        return
    column, money = st.column_config, f"{shown.decision.currency} %,.2f"
    formats = {"claims": "%,.1f", "cost": money, "days_p50": "%.1f", "days_p90": "%.1f"}
    st.dataframe(
        flows,
        hide_index=True,
        alt=t("thresholds.journey_alt"),
        placeholder="-",
        column_config={
            "done": column.TextColumn(t("thresholds.col.done"), pinned=True),
            "ends": column.TextColumn(t("thresholds.col.ends"), pinned=True),
            **{
                f"{name}_{side}": column.NumberColumn(t(f"thresholds.flow.{name}_{side}"), format=how)
                for name, how in formats.items()
                for side in ("now", "new")
            },
        },
    )
    st.caption(t("thresholds.journey_how"))
