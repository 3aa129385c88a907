"""One cell opened: its sentence, its curves, what holds its rule, what it costs, and where its claims go."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from warrantysim.decision.cells import CellKey
from warrantysim.locale.wording import titled
from warrantysim.report import figures
from warrantysim.report.charts.costs import cost_chart
from warrantysim.report.charts.curves import curve_chart
from warrantysim.report.rule_text import testers
from warrantysim.studies.decide.cells import Row, aside_of, costs_of_cell, flat_text, key_of
from warrantysim.studies.decide.sentences import cell_parts
from warrantysim.ui.components.decision import card, show_parts
from warrantysim.ui.components.pictures import escaped, held_picture, show_picture
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import look
from warrantysim.ui.thresholds_shown import NEW, NOW, DecisionShown

LONGEST = 160
"""Letters of a name that are shown where it stands alone."""


def show_cell(shown: DecisionShown, row: Row) -> None:
    """Draw it."""
    words, cell = shown.words, key_of(row, shown.scenario)
    st.subheader(escaped(words.name(row)[:LONGEST]))
    st.markdown(escaped(words.sentence(row)[: 8 * LONGEST]))
    _cards(shown, row)
    show_parts(cell_parts(row, lang()), shown.decision.currency, float(row["saving"]))
    left, right = st.columns([3, 2], gap="large")
    with left:
        _curves(shown, row, cell)
    with right:
        _held(shown, row)
    _costs(shown, cell)
    _journey(shown, cell)


def _cards(shown: DecisionShown, row: Row) -> None:
    currency = shown.decision.currency
    saving, claims, days, flat = st.columns(4)
    low, high = figures.whole(row["saving_low"]), figures.whole(row["saving_high"])
    card(
        saving, t("thresholds.saves"), f"{currency} {figures.whole(row['saving'])}",
        t("thresholds.interval", low=low, high=high, level=figures.level(shown.decision.confidence)),
    )  # fmt: skip
    card(
        claims, t("thresholds.claims"), figures.whole(row["claims"]),
        t("thresholds.changing", n=figures.whole(row["claims_changing"])),
    )  # fmt: skip
    card(
        days, t("thresholds.days"), t("thresholds.days_of", days=figures.days(row["days_p90"])),
        t("thresholds.days_now", days=figures.days(row["days_p90_now"])),
    )  # fmt: skip
    each = figures.cents(row["cash"] + row["expected"])
    card(
        flat, t("thresholds.each"), f"{currency} {each}",
        t("thresholds.each_now", cost=figures.cents(row["cash_now"] + row["expected_now"]), currency=currency),
    )  # fmt: skip


def _curves(shown: DecisionShown, row: Row, cell: CellKey) -> None:
    """Cost by value under every arm, with the lower envelope and the claims on the value axis."""
    if shown.curves is None:
        st.info(t("thresholds.no_curves"))
        return
    mine = shown.curves[shown.curves["cell"] == " ".join(map(str, cell))]
    if not len(mine):
        st.info(t("thresholds.no_claims"))
        return
    aside = aside_of(shown.rows, mine)
    label, currency = shown.words.name(row)[:LONGEST], shown.decision.currency
    picture = held_picture(
        (shown.run.id, "curves", *map(str, cell)),
        look(),
        lambda: curve_chart(mine, row, label, currency, aside=aside, only_test=testers(shown.scenario), look=look()),
    )
    show_picture(picture, "thresholds_curves")
    st.caption(t("thresholds.curves_how"))
    if aside:
        st.caption(t("thresholds.curves_aside"))


def _held(shown: DecisionShown, row: Row) -> None:
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


def _costs(shown: DecisionShown, cell: CellKey) -> None:
    """Its costs by kind, now and recommended."""
    result = shown.confirmed
    if shown.detail is None or result is None:
        st.info(t("thresholds.no_confirmation"))
        return
    names = result.manifest["policies"]
    sides = [names[NOW], names[NEW]] if len(names) > NEW else [names[NOW]]
    costs = costs_of_cell(shown.detail, shown.scenario, shown.known(cell), sides)
    if costs is None:
        st.info(t("thresholds.no_costs"))
    elif len(costs):
        titles = dict(zip(sides, _titles(shown), strict=False))
        currency, days = shown.decision.currency, shown.scenario.horizon.days
        picture = held_picture(
            (shown.run.id, "costs", *map(str, cell)),
            look(),
            lambda: cost_chart(costs, currency, titles=titles, days=days, look=look()),
        )
        show_picture(picture, "thresholds_costs")
        st.caption(t("thresholds.costs_how"))


def _titles(shown: DecisionShown) -> Sequence[str]:
    d = shown.decision
    return titled(d.now.title, d.now.name, lang()), t("thresholds.recommended")


def _journey(shown: DecisionShown, cell: CellKey) -> None:
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
