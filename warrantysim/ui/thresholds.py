"""*Thresholds*: below which value to do what, cell by cell; a cell opened; rules set by hand; rules taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from warrantysim.decision.cells import CellKey
from warrantysim.locale.wording import named, period, say, titled, with_aside
from warrantysim.report import figures
from warrantysim.report.charts.costs import cost_chart
from warrantysim.report.charts.curves import curve_chart
from warrantysim.report.charts.thresholds import threshold_chart
from warrantysim.report.rule_text import testers
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.studies.decide.cells import Row, aside_of, chosen_rows, costs_of_cell, flat_text, key_of, rules_frame
from warrantysim.studies.decide.sentences import cell_parts
from warrantysim.ui import reading
from warrantysim.ui.components.address import copy_link, pick, pick_many
from warrantysim.ui.components.books_verdict import books_verdict
from warrantysim.ui.components.decision import card, offer_demo, show_ladder, show_law, show_parts
from warrantysim.ui.components.differences import refused
from warrantysim.ui.components.pictures import escaped, held_picture, show_picture
from warrantysim.ui.components.run_names import label_text
from warrantysim.ui.components.running import show_job
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import jobs, look, when
from warrantysim.ui.thresholds_files import show_files
from warrantysim.ui.thresholds_hand import show_hand
from warrantysim.ui.thresholds_shown import NEW, NOW, DecisionShown

LONGEST = 160
"""Letters of a name that are shown where it stands alone."""


def show_cell(shown: DecisionShown, row: Row) -> None:
    """Draw it."""
    words, cell = shown.words, key_of(row, shown.scenario)
    st.subheader(escaped(words.name(row)[:LONGEST]))
    st.markdown(escaped(words.sentence(row)[: 8 * LONGEST]))
    _cards(shown, row)
    whole = float(row["saving"]), float(row["saving_low"]), float(row["saving_high"])
    show_parts(cell_parts(row, lang()), shown.decision.currency, whole)
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
    ends = t("thresholds.interval", low=low, high=high, level=figures.level(shown.decision.confidence))
    if len(row.get("bill_cells", ())) == 1:
        counted = f"{currency} {figures.whole(row['bill_saving'])}"
        ends = t("thresholds.with_bill", ends=ends, bill=shown.words.contract(row["bill_name"]), saving=counted)
    card(saving, t("thresholds.saves"), f"{currency} {figures.whole(row['saving'])}", ends)
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
    partners = shown.told.words.partners
    picture = held_picture(
        (shown.run.id, "curves", *map(str, cell)),
        look(),
        lambda: curve_chart(
            mine, row, label, currency, partners=partners, aside=aside, only_test=testers(shown.scenario), look=look()
        ),
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


VERDICTS = ("ACT", "HOLD", "LOSS", "NO DIFFERENCE")
PARTS = ("cell", "hand", "files")
"""Parts of the page below the table."""
ROW = 64
"""Height of a row of the table, enough for a rule of three lines; text is broken into lines above four rem [pixels]."""
DRAWN = 16
"""Cells a picture shows at most, those that save most."""


def show() -> None:
    """Draw the page."""
    st.title(t("thresholds.title"))
    runs = reading.finished_runs("decide")
    if not runs:
        _empty()
        return
    _under_way()
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    with left:
        run = _chosen(runs)
    try:
        shown = DecisionShown.of(run)
    except (Damaged, LookupError, ValueError) as error:
        st.warning(t("thresholds.damaged", why=refused(error)))
        return
    books_verdict(shown.scenario)
    _answer(shown)
    show_ladder(shown.told)
    rows = _filtered(shown)
    _table(shown, rows)
    with right:
        copy_link("thresholds_link")
    if not rows:
        return
    row = _opened(shown, rows)
    labels = {one: t(f"thresholds.part.{one}") for one in PARTS}
    part = pick(
        st.segmented_control, t("thresholds.part"), PARTS, "thresholds_part",
        format_func=labels.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    if part == "cell":
        show_cell(shown, row)
    elif part == "hand":
        show_hand(shown, row)
    else:
        show_files(shown)
    show_law(shown.told)
    _method(shown)


def _empty() -> None:
    """No decision yet: say what one shows, and offer the demo."""
    st.write(t("thresholds.empty"))
    for job in [job for job in jobs().listed(active=False) if job.kind == "decide" and job.state != "finished"][:1]:
        show_job(job.id, f"thresholds_{job.id}")
    offer_demo("thresholds")


def _under_way() -> None:
    for job in jobs().listed(active=True):
        if job.kind == "decide":
            show_job(job.id, f"thresholds_{job.id}")


def _chosen(runs: Sequence[StoredRun]) -> StoredRun:
    """The decision to look at; the address names it."""
    by_id = {run.id: run for run in runs}
    labels = {
        id: t("thresholds.run_label", name=label_text(run.label), made=when(run.made), id=id[:8])
        for id, run in by_id.items()
    }
    label = t("thresholds.run")
    shown = reading.decision_shown()
    if shown is not None:
        st.session_state[reading.DECISION] = shown.id
    chosen = pick(st.selectbox, label, list(by_id), reading.DECISION, told=True, format_func=labels.__getitem__)
    return by_id[chosen]


def _answer(shown: DecisionShown) -> None:
    """The whole in a few sentences."""
    first, *others = shown.told.answer()
    for sentence in (f"**{escaped(first)}**", *map(escaped, others)):
        st.markdown(sentence)


def _filtered(shown: DecisionShown) -> list[Row]:
    """Rows by market, category, verdict and text; what they come to is said."""
    s = shown.scenario
    first, second, third, fourth = st.columns([3, 3, 3, 2])
    markets: list[str] = []
    if "market" in s.decision.cell:
        with first:
            titles = {m: titled(market.title, m, lang()) for m, market in s.markets.items()}
            markets = _several(t("thresholds.markets"), titles, "thresholds_markets")
    categories = list(dict.fromkeys(filter(None, map(shown.told.words.category, shown.rows))))
    with second:
        called = {word: named("product_category", word, lang()) for word in categories}
        wanted = _several(t("thresholds.categories"), called, "thresholds_categories")
    with third:
        words = {v: say(f"verdict.{v}", lang()) for v in VERDICTS}
        verdicts = _several(t("thresholds.verdicts"), words, "thresholds_verdicts")
    text = fourth.text_input(
        t("thresholds.text"), key="thresholds_text", bind="query-params", max_chars=80,
        placeholder=t("thresholds.text_hint"),
    )  # fmt: skip
    rows = chosen_rows(
        shown.rows, shown.told.words, markets=markets, categories=wanted, verdicts=verdicts, text=text or ""
    )
    return sorted(rows, key=lambda row: -row["saving"])


def _several(label: str, names: Mapping[str, str], key: str) -> list[str]:
    """Some of several, by what they are called; all where none is chosen."""
    return pick_many(label, list(names), key, format_func=names.__getitem__, placeholder=t("thresholds.any"))


def _table(shown: DecisionShown, rows: Sequence[Row]) -> None:
    """The rules, or their picture, and what the rows shown add up to."""
    labels = {one: t(f"thresholds.view.{one}") for one in ("table", "picture")}
    view = pick(
        st.segmented_control, t("thresholds.view"), list(labels), "thresholds_view",
        format_func=labels.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    st.markdown(_totals(shown, rows))
    if not rows:
        st.info(t("thresholds.nothing"))
    elif view == "table":
        _rules(shown, rows)
    else:
        _pictures(shown, rows)


def _totals(shown: DecisionShown, rows: Sequence[Row]) -> str:
    """What the rows shown save together, with its interval, out of the whole."""
    d = shown.decision
    facts = {
        "shown": len(rows),
        "cells": len(shown.rows),
        "currency": d.currency,
        "saving": figures.whole(sum(row["saving"] for row in rows)),
        "whole": figures.whole(float(d.saving.interval.mean)),
        "shared": figures.signed(d.shared),
        "period": period(shown.scenario.horizon.days, lang()),
    }
    years = shown.years()
    if years is None:
        return t("thresholds.totals_alone", **facts)
    found = years.saving([key_of(row, shown.scenario) for row in rows if row["taken"]], d.confidence).interval
    ends = {"low": figures.whole(float(found.low)), "high": figures.whole(float(found.high))}
    return t("thresholds.totals", **facts, **ends)


def _rules(shown: DecisionShown, rows: Sequence[Row]) -> None:
    currency = shown.decision.currency
    frame = rules_frame(rows, shown.words)
    frame["robust"] = 100.0 * frame["robust"].astype(float)
    st.session_state["thresholds_codes"] = frame["code"].tolist()
    money = f"{currency} %,.0f"
    column = st.column_config
    st.dataframe(
        frame,
        hide_index=True,
        key="thresholds_table",
        on_select=_select,
        selection_mode="single-row",
        # Both rules are read side by side, as many lines as they take.
        row_height=ROW,
        height=min(38 + ROW * len(frame), 580),
        alt=t("thresholds.table_alt"),
        placeholder="-",
        column_order=[
            "name", "verdict", "saving", "rule_new", "rule_now", "saving_low", "saving_high", "robust", "claims",
            "days_now", "days", "rule_free", "free_saving", "flat", "binds", "few", "code",
        ],
        column_config={
            "name": column.TextColumn(t("thresholds.col.name"), pinned=True, width=165),
            "verdict": column.TextColumn(t("thresholds.col.verdict"), width=80),
            "rule_now": column.TextColumn(t("thresholds.col.rule_now"), width=225),
            "rule_new": column.TextColumn(t("thresholds.col.rule_new"), width=225),
            "saving": column.NumberColumn(t("thresholds.col.saving"), format=money, width=90),
            "saving_low": column.NumberColumn(t("thresholds.col.low"), format="%,.0f", width=65),
            "saving_high": column.NumberColumn(t("thresholds.col.high"), format="%,.0f", width=65),
            "robust": column.NumberColumn(
                t("thresholds.col.robust"), format="%.0f %%", help=t("thresholds.robust_help"), width=70
            ),
            "rule_free": column.TextColumn(t("thresholds.col.rule_free"), width=235),
            "free_saving": column.NumberColumn(t("thresholds.col.free_saving"), format=money, width=90),
            "claims": column.NumberColumn(t("thresholds.col.claims"), format="%,.0f"),
            "days_now": column.NumberColumn(t("thresholds.col.days_now"), format="%.1f"),
            "days": column.NumberColumn(t("thresholds.col.days"), format="%.1f"),
            "flat": column.TextColumn(t("thresholds.col.flat"), help=t("thresholds.flat_help")),
            "binds": column.TextColumn(t("thresholds.col.binds")),
            "few": column.CheckboxColumn(t("thresholds.col.few"), help=t("thresholds.few_help")),
            "code": column.TextColumn(t("thresholds.col.code")),
        },
    )  # fmt: skip


def _select() -> None:
    """A row was clicked: its cell is opened."""
    chosen = st.session_state["thresholds_table"]["selection"]["rows"]
    codes = st.session_state.get("thresholds_codes", [])
    if chosen and chosen[0] < len(codes):
        st.session_state["thresholds_cell"] = codes[chosen[0]]


def _pictures(shown: DecisionShown, rows: Sequence[Row]) -> None:
    """The zones along the value axis, a currency at a time: values of several have no common axis."""
    currencies = list(dict.fromkeys(row["currency"] for row in rows))
    currency = currencies[0]
    if len(currencies) > 1:
        currency = pick(st.segmented_control, t("thresholds.currency"), currencies, "thresholds_currency")
    mine = [row for row in rows if row["currency"] == currency]
    if len(mine) > DRAWN:
        st.caption(t("thresholds.drawn", drawn=DRAWN, cells=len(mine), currency=currency))
    drawn = mine[:DRAWN]
    labels = [shown.words.name(row)[:80] for row in drawn]
    picture = held_picture(
        ("thresholds", shown.run.id, currency, *map(shown.words.code, drawn)),
        look(),
        lambda: threshold_chart(drawn, labels, currency, partners=shown.told.words.partners, look=look()),
    )
    show_picture(picture, "thresholds_picture")


def _opened(shown: DecisionShown, rows: Sequence[Row]) -> Row:
    """The cell that is open, by the address, by a click on its row, or the one that saves most of those shown."""
    by_code = {shown.words.code(row): row for row in rows}
    labels = {code: with_aside(shown.words.name(row), code, lang())[:160] for code, row in by_code.items()}
    label = t("thresholds.cell")
    return by_code[pick(st.selectbox, label, list(by_code), "thresholds_cell", format_func=labels.__getitem__)]


def _method(shown: DecisionShown) -> None:
    d = shown.decision
    with st.expander(t("piece.method")):
        st.write(
            t(
                "thresholds.method",
                replications=d.replications,
                learned=d.learned_on,
                chosen=d.chosen_on,
                seed=d.seed,
                level=figures.level(d.confidence),
                rounding=f"{shown.scenario.decision.rounding:g}",
                status=escaped(d.solver.status),
            )
        )
        st.caption(t("piece.run_made", id=shown.run.id, made=when(shown.run.made)))
