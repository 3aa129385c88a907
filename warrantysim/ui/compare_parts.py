"""One alternative against the baseline: what makes the difference up, where and when it arises, if we react."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from warrantysim.analysis.bridge import Bridge
from warrantysim.analysis.react import FRESH
from warrantysim.locale.wording import named, period, titled
from warrantysim.report import figures
from warrantysim.report.case_text import verdict_facts
from warrantysim.report.charts.bridge import bridge_chart
from warrantysim.report.charts.days import days_chart
from warrantysim.report.charts.differences import Difference, difference_chart
from warrantysim.report.charts.months import months_chart
from warrantysim.report.compare_report import ComparePage
from warrantysim.report.rows import rows_of
from warrantysim.report.step_text import step_text
from warrantysim.schema.root import Scenario
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.study import Study
from warrantysim.ui import reading
from warrantysim.ui.compare_reading import Shown
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.address import pick
from warrantysim.ui.pieces.exports import exported_picture, offer_csv
from warrantysim.ui.pieces.held import held
from warrantysim.ui.pieces.pictures import held_picture, plain
from warrantysim.ui.pieces.running import submit, watch
from warrantysim.ui.session import jobs, look, may_edit

BY = ("sku", "market", "product_category", "category")
"""What the difference is parted by."""
TEXT_COLUMNS = ("what", "baseline", "value", "difference", "interval", "p")


def money(label: str, **more: Any) -> Any:
    """A column of whole amounts."""
    return st.column_config.NumberColumn(label, format="%,.0f", **more)


def signed(label: str, **more: Any) -> Any:
    """A column of differences, with their sign."""
    return st.column_config.NumberColumn(label, format="%+,.0f", **more)


def show_answer(one: Shown, case: str) -> None:
    """Cost and what customers notice, side by side; then the bridge."""
    st.subheader(t("compare.differences", case=plain(one.title(case)), base=plain(one.title(one.found.baseline))))
    _differences(one, case)
    st.subheader(t("compare.why"))
    _bridge(one, case, one.bridge(case), one.key, f"{one.file}_bridge", "compare_bridge")
    _drivers(one, case)


def _differences(one: Shown, case: str) -> None:
    """Paired differences: cash, expected and stock apart, then days, refunds, disputes, waste and emissions."""
    frame = pd.concat([one.of("yearly", case), one.of("service", case)], ignore_index=True)
    page = ComparePage("compare", lang(), 0)
    rows = []
    for row in rows_of(frame):
        if row["measure"] in ("units_landfilled", "kg_co2e") and np.isnan(row["difference"]):
            continue
        label = named("measure", row["measure"], lang())
        unit = f"{one.currency} {period(one.base.world.horizon.days, lang())}" if row["unit"] == "money" else ""
        texts = page.figures(row, row["unit"] == "money")
        rows.append([label, unit, *texts, verdict_word(row)])
    columns = ["what", "unit", "baseline", "value", "difference", "interval", "p_lower", "verdict"]
    shown = pd.DataFrame(rows, columns=columns)
    config = {
        "what": st.column_config.TextColumn(t("compare.col_what"), width=165),
        "unit": st.column_config.TextColumn(t("compare.col_unit"), width=85),
        "baseline": st.column_config.TextColumn(one.title(one.found.baseline)[:60], alignment="right", width=125),
        "value": st.column_config.TextColumn(one.title(case)[:60], alignment="right", width=125),
        "difference": st.column_config.TextColumn(t("compare.col_difference"), alignment="right", width=85),
        "interval": st.column_config.TextColumn(
            t("compare.col_interval", level=figures.level(one.found.level)), alignment="right", width=125
        ),
        "p_lower": st.column_config.TextColumn(
            t("compare.col_lower"), alignment="right", help=t("compare.col_lower_help")
        ),
        "verdict": st.column_config.TextColumn(t("compare.col_verdict")),
    }
    alt = t("compare.differences_alt", n=len(shown))
    st.dataframe(shown, hide_index=True, column_config=config, alt=alt, height="content")
    offer_csv(frame, f"{one.file}_{_safe(case)}_differences", "compare_differences_csv")


def verdict_word(row: Mapping[str, Any]) -> str:
    """What may be said of a difference, and how many more years would tell."""
    if row["verdict"] == "no detectable difference":
        return t("compare.word_none", n=verdict_facts(row, "", lang())["n"])
    return named("verdict", str(row["verdict"]), lang())


def _safe(name: str) -> str:
    """A name for a file."""
    return "".join(c if c.isalnum() else "-" for c in name)[:40]


def _bridge(one: Shown, case: str, bridge: Bridge, of: str, file: str, key: str) -> None:
    """A waterfall, and a table whose sum is held against the difference; ``of``: the run it was worked out from."""
    title, base = one.title(case), one.title(one.found.baseline)
    days = one.base.world.horizon.days
    picture = held_picture(
        (of, case, key), look(), lambda: bridge_chart(bridge, one.currency, base, title, days=days, look=look())
    )
    exported_picture(picture, file, key)
    frame = bridge.table()
    frame = frame[(frame["adds"] != 0) | (frame["half_width"] != 0)]
    steps = [step_text(str(r["step"]), tuple(str(r["contents"]).split(", ")), lang()) for r in rows_of(frame)]
    table = pd.concat(
        [
            pd.DataFrame({"step": [base], "adds": [float(bridge.start.mean())]}),
            pd.DataFrame({"step": steps, "adds": frame["adds"], "low": frame["low"], "high": frame["high"]}),
            pd.DataFrame({"step": [title], "adds": [float(bridge.end.mean())]}),
        ],
        ignore_index=True,
    )
    config = {
        "step": st.column_config.TextColumn(t("compare.col_step"), width="large"),
        "adds": st.column_config.NumberColumn(t("compare.col_adds", currency=one.currency), format="%,.2f"),
        "low": money(t("compare.col_low")),
        "high": money(t("compare.col_high")),
    }
    st.dataframe(
        table, hide_index=True, column_config=config, alt=t("compare.bridge_alt"), placeholder="", height="content"
    )
    apart, steps_sum = float((bridge.end - bridge.start).mean()), float(bridge.steps.sum(axis=0).mean())
    facts = {"currency": one.currency, "sum": figures.cents(steps_sum), "apart": figures.cents(apart)}
    st.caption(t("compare.reconciled", **facts, gap=figures.cents(bridge.gap)))
    offer_csv(table, file, f"{key}_csv")


def _drivers(one: Shown, case: str) -> None:
    """The same difference by changed input: worked out on request."""
    st.subheader(t("compare.drivers"))
    run = _beside(one, case, "drivers", {"replications": len(one.found.replications)}, "compare.drivers_ask")
    if run is not None:
        found: Bridge = reading.found(run)
        _bridge(one, case, found, run.id, f"{one.file}_drivers", "compare_drivers")
        with st.expander(t("compare.drivers_method")):
            key = "compare.drivers_one" if len(found.names) == 1 else "compare.drivers_said"
            st.write(t(key, n=len(found.names)))


def _beside(one: Shown, case: str, kind: str, options: dict[str, Any], ask: str) -> StoredRun | None:
    """A study of the same two cases: the stored one, else a button that asks for it, else how far it is."""
    if one.found.place(case) == one.found.baseline:
        return None
    stated = (one.key, case, kind, *(f"{name}={value}" for name, value in options.items()))
    today, then = held(("studies", *stated), lambda: _studies(one, case, kind, options))
    for id in (today.id, then.id):
        run = reading.stored(id)
        if run is not None:
            return run
    job = jobs().attach(today.id)
    if job is not None and job.state != "finished":
        watch(job.id, f"compare_{kind}")
        return None
    st.write(t(ask))
    if st.button(t(f"{ask}_button"), key=f"compare_{kind}_ask", disabled=not may_edit()):
        submit(today, f"{one.base.name}, {case}"[:200])
        st.rerun()
    return None


def _studies(one: Shown, case: str, kind: str, options: Mapping[str, Any]) -> tuple[Study, Study]:
    """The study as it would be asked today, and as the model that made the comparison was."""
    cases = [one.base, one.found.cases[one.found.place(case)]]
    today = Study.of(kind, cases, seed=one.found.seed, **options)
    return today, today if one.run is None else replace(today, version=one.run.version)


def show_where(one: Shown, case: str) -> None:
    """Which products, markets and kinds of cost; which months; how long customers wait."""
    by = pick(st.segmented_control, t("compare.by"), BY, "compare_by", format_func=lambda name: t(f"compare.by_{name}"))
    frame = one.of(f"cost_by_{by}", case)
    days = one.base.world.horizon.days
    called = _called(one.base.world, by)
    labels = [called.get(str(name)) or named(by, str(name), lang()) or t("compare.unassigned") for name in frame[by]]
    rows = [
        Difference(label, float(m), float(low), float(high))
        for label, m, low, high in zip(labels, frame["difference"], frame["low"], frame["high"], strict=True)
        if m
    ]
    title = t(f"compare.by_{by}_title")
    if rows:
        picture = held_picture(
            (one.key, case, by), look(), lambda: difference_chart(rows, one.currency, title, days=days, look=look())
        )
        exported_picture(picture, f"{one.file}_{_safe(case)}_by_{by}", "compare_by_chart")
    else:
        st.write(t("compare.nowhere"))
    _by_table(one, case, frame.assign(label=labels, told=[verdict_word(r) for r in rows_of(frame)]), by)
    st.subheader(t("compare.months"))
    months = held_picture(
        (one.key, case, "months"),
        look(),
        lambda: months_chart(one.of("cost_by_month", case), one.currency, look=look()),
    )
    exported_picture(months, f"{one.file}_{_safe(case)}_months", "compare_months")
    st.caption(t("compare.months_note"))
    st.subheader(t("compare.waiting"))
    spread = one.frame("days")
    names = [one.base.name, case]
    spread = spread[spread["policy"].isin(names)]
    if len(spread):
        titles = {name: one.title(name) for name in names}
        waiting = held_picture((one.key, case, "days"), look(), lambda: days_chart(spread, titles=titles, look=look()))
        exported_picture(waiting, f"{one.file}_days", "compare_days")


def _called(world: Scenario, by: str) -> dict[str, str]:
    """What products or markets are called; an id alone where two are called alike."""
    if by == "market":
        return {id: titled(market.title, id, lang()) for id, market in world.markets.items()}
    names = {row.sku: row.name_zh if lang() == "zh" else row.name_en for row in world.skus} if by == "sku" else {}
    return {id: name for id, name in names.items() if list(names.values()).count(name) == 1}


def _by_table(one: Shown, case: str, frame: pd.DataFrame, by: str) -> None:
    shown = frame[["label", "baseline", "value", "difference", "low", "high", "p_lower", "told"]]
    config = {
        "label": st.column_config.TextColumn(t(f"compare.by_{by}"), width="medium"),
        "baseline": money(one.title(one.found.baseline)[:60]),
        "value": money(one.title(case)[:60]),
        "difference": signed(t("compare.col_difference_in", currency=one.currency)),
        "low": money(t("compare.col_low")),
        "high": money(t("compare.col_high")),
        "p_lower": st.column_config.NumberColumn(t("compare.col_cheaper"), format="percent"),
        "told": st.column_config.TextColumn(t("compare.col_verdict")),
    }
    st.dataframe(shown, hide_index=True, column_config=config, alt=t(f"compare.by_{by}_title"))
    offer_csv(frame.drop(columns=["label", "told"]), f"{one.file}_{_safe(case)}_by_{by}", "compare_by_csv")


def show_react(one: Shown, case: str) -> None:
    """Two readings of a what-if: the rule kept, the rule decided anew, and what reacting is worth."""
    st.subheader(t("compare.react"))
    st.write(t("compare.react_what"))
    options = {"replications": len(one.found.replications), "first": FRESH}
    run = _beside(one, case, "react", options, "compare.react_ask")
    if run is None:
        return
    frame = run.frame("readings")
    row = rows_of(frame)[2]
    facts = verdict_facts({**row, "verdict": "higher"}, one.currency, lang())
    when = period(one.base.world.horizon.days, lang())
    key = "compare.react_pays" if row["verdict"] == "higher" else "compare.react_not"
    st.markdown(t(key, **facts, case=plain(one.title(case)), period=when))
    labels = [named("reading", str(name), lang()) for name in frame["reading"]]
    rows = [
        Difference(label, float(m), float(low), float(high))
        for label, m, low, high in zip(labels[:2], frame["difference"], frame["low"], frame["high"], strict=False)
    ]
    days = one.base.world.horizon.days
    picture = held_picture(
        (one.key, case, run.id),
        look(),
        lambda: difference_chart(rows, one.currency, t("compare.react_chart"), days=days, sort=False, look=look()),
    )
    exported_picture(picture, f"{one.file}_{_safe(case)}_react", "compare_react_chart")
    shown = frame.assign(label=labels)[["label", "baseline", "value", "difference", "low", "high"]]
    config = {
        "label": st.column_config.TextColumn(t("compare.col_reading"), width="medium"),
        "baseline": money(t("compare.col_before")),
        "value": money(t("compare.col_after")),
        "difference": signed(t("compare.col_difference_in", currency=one.currency)),
        "low": money(t("compare.col_low")),
        "high": money(t("compare.col_high")),
    }
    st.dataframe(shown, hide_index=True, column_config=config, alt=t("compare.react"))
    offer_csv(frame, f"{one.file}_{_safe(case)}_react", "compare_react_csv")
    with st.expander(t("compare.react_method")):
        st.write(t("compare.react_said", n=len(one.found.replications)))
