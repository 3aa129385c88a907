"""A comparison on the page: what differs in the inputs, the verdicts, then one alternative looked at closely."""

from __future__ import annotations

from typing import Literal

import pandas as pd
import streamlit as st

from warrantysim.locale.wording import period
from warrantysim.report import figures
from warrantysim.report.case_text import verdict_facts
from warrantysim.report.field_names import full_name, unit_name
from warrantysim.report.inputs_table import differing_inputs
from warrantysim.report.rows import rows_of
from warrantysim.schema.diff import ABSENT
from warrantysim.ui.compare_parts import show_answer, show_react, show_where
from warrantysim.ui.compare_reading import Shown
from warrantysim.ui.compare_studies import show_studies
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.address import pick
from warrantysim.ui.pieces.exports import offer_csv
from warrantysim.ui.pieces.held import held
from warrantysim.ui.pieces.pictures import plain

PARTS = ("answer", "where", "react", "sensitivity")
"""Parts of the page below the verdicts, by name."""
INPUTS = ("differences", "all")
LABELS = ("policy.title", "policy.why")
"""Paths that say what a rule is called, not what it does."""
TALL = 245
"""Height of the table of inputs [pixels]: below it the results are seen."""


def show_comparison(one: Shown) -> None:
    """Inputs first, then what is said of every alternative, then the parts."""
    _inputs(one)
    if not one.found.replications:
        st.error(t("compare.nothing_ran", first=plain(str(next(iter(one.found.failures), ""))[:300])))
        return
    st.subheader(t("compare.verdicts", base=plain(one.title(one.found.baseline))))
    _verdicts(one)
    others = [one.found.cases[i].name for i in one.found.others]
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        case = pick(
            st.selectbox, t("compare.case"), others, "compare_case", format_func=lambda name: one.title(name)[:100]
        )
    with right:
        part = pick(
            st.segmented_control, t("compare.part"), PARTS, "compare_part",
            format_func=lambda name: t(f"compare.part_{name}"),
        )  # fmt: skip
    draw = {"answer": show_answer, "where": show_where, "react": show_react, "sensitivity": show_studies}[part]
    draw(one, case)
    if part != "sensitivity":
        _method(one)


def _inputs(one: Shown) -> None:
    """What differs in the inputs, always above the results."""
    st.subheader(t("compare.inputs"))
    names = [case.name for case in one.found.cases]
    which = pick(
        st.segmented_control, t("compare.inputs_which"), INPUTS, "compare_inputs", label_visibility="collapsed",
        format_func=lambda name: t(f"compare.inputs_{name}"),
    )  # fmt: skip
    for i in one.found.others:
        if not one.found.changes(i):
            st.caption(t("compare.inputs_none", case=plain(one.title(i))))
    frame, shown = held(("inputs", one.key, which), lambda: _worded(one, which))
    if not len(frame):
        return
    config = {
        "what": st.column_config.TextColumn(t("compare.col_what"), width="large", pinned=True),
        "unit": st.column_config.TextColumn(t("compare.col_unit"), width="small"),
        **{str(i): st.column_config.TextColumn(one.title(i)[:80], width="medium") for i in range(len(names))},
        "path": st.column_config.TextColumn(t("compare.col_path"), width="large"),
    }
    order = ["what", "unit", *(column for column in frame.columns if column.isdecimal()), "path"]
    height: int | Literal["auto"] = TALL if len(frame) > 5 else "auto"
    alt = t("compare.inputs_alt", n=len(frame))
    st.dataframe(shown, hide_index=True, column_config=config, column_order=order, alt=alt, height=height)
    written = frame.rename(columns={str(i): name for i, name in enumerate(names)})
    offer_csv(written, f"{one.file}_inputs_{which}", "compare_inputs_csv")


def _worded(one: Shown, which: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table of inputs with what each is called, in full and as shown; labels of rules are no inputs."""
    names = [case.name for case in one.found.cases]
    only = which != "all"
    frame = differing_inputs(one.frame("inputs"), one.found.baseline, names) if only else one.frame("all_inputs")
    frame = frame[~frame["path"].astype(str).str.startswith(LABELS)].reset_index(drop=True)
    frame.insert(0, "what", [full_name(path, lang()) for path in frame["path"]])
    frame["unit"] = [unit_name(unit, lang()) for unit in frame["unit"]]
    frame = frame.replace(repr(ABSENT), t("compare.absent"))
    return frame, frame.map(_brief)


def _brief(text: str) -> str:
    """A figure to five digits where it has more, as computed ones do; any other text as it is."""
    if len(text) < 8 or not text.replace(".", "", 1).removeprefix("-").isdigit():
        return text
    return text if "." not in text else f"{float(text):.5g}"


def _verdicts(one: Shown) -> None:
    """A sentence an alternative: what it costs more or less, how sure that is, how often it is cheaper."""
    yearly = one.frame("yearly")
    when = period(one.base.world.horizon.days, lang())
    for row in rows_of(yearly[yearly["measure"] == "total"]):
        facts = verdict_facts(row, one.currency, lang())
        case, base = plain(one.title(str(row["case"]))), plain(one.title(one.found.baseline))
        key = str(row["verdict"]).replace(" ", "_")
        text = t(f"compare.verdict_{key}", **facts, case=case, base=base, period=when)
        mark = {"lower": ":material/trending_down:", "higher": ":material/trending_up:"}.get(
            key, ":material/drag_handle:"
        )
        unused = key == "identical" and one.found.changes(str(row["case"]))
        st.markdown(f"{mark} {text}" + (f" {t('compare.unused')}" if unused else ""))


def _method(one: Shown) -> None:
    """Words of statistics, for who asks."""
    found = one.found
    with st.expander(t("piece.method")):
        st.write(
            t("compare.method", replications=len(found.replications), seed=found.seed, level=figures.level(found.level))
        )
        for row in rows_of(one.frame("yearly")):
            if row["measure"] == "total" and row["verdict"] in ("lower", "higher"):
                paired, unpaired = (figures.plus_minus(row[c]) for c in ("half_width", "unpaired_half_width"))
                case = plain(one.title(str(row["case"])))
                st.caption(t("compare.narrower", case=case, paired=paired, unpaired=unpaired))
        if found.carbon:
            st.caption(t("compare.carbon", method=found.carbon))
        if found.failures:
            st.caption(t("compare.failures", n=len(found.failures), first=plain(str(found.failures[0])[:200])))
        if one.run is None:
            st.caption(t("compare.pair_note"))
        else:
            st.caption(t("piece.run_made", id=one.run.id, made=one.run.made))
            st.caption(t("compare.model", version=plain(one.run.version)))
