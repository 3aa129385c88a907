"""*Data & assumptions*: every table and figure of a scenario with unit, source and mark, who changed it and when; new
tables brought in as files, checked by cell, kept as a new version."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from warrantysim.report import figures
from warrantysim.report.input_frames import figures_frame, mark_name, moment, register_frame, tables_frame
from warrantysim.schema.errors import ScenarioError, error_text
from warrantysim.store.audit import audit_log
from warrantysim.store.scenarios import lineage
from warrantysim.store.stored_run import Damaged
from warrantysim.store.uploads import uploads
from warrantysim.store.versions import NoSuchVersion
from warrantysim.ui import inputs_tables, inputs_upload
from warrantysim.ui.components import worlds
from warrantysim.ui.components.address import copy_link, pick
from warrantysim.ui.components.differences import single_line
from warrantysim.ui.components.exports import offer_csv
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.inputs_rest import Rest, ask_search, marked, searched
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import workspace

ABOUT = {"scenario kept": "inputs.did_scenario", "upload kept": "inputs.did_upload", "pins kept": "inputs.did_pins"}
"""What of the audit log belongs to data, and the text of each."""


def show_log(rest: Rest) -> None:
    """Draw the part."""
    st.subheader(t("inputs.made_from"))
    line = _line(rest.ref)
    if line.empty:
        st.info(t("inputs.only_file", since=rest.since))
    else:
        st.dataframe(line, hide_index=True, key="inputs_line", alt=t("inputs.made_from"), column_config=_labels())
    st.subheader(t("inputs.files_kept"))
    kept = uploads(workspace())
    if kept:
        rows = [
            {
                "version": one.ref,
                "at": moment(one.at),
                "who": one.who,
                "files": ", ".join(f"{name} ({figures.count(size)} B)" for name, (size, _) in one.files.items()),
                "why": one.note,
            }
            for one in kept
        ]
        st.dataframe(rows, hide_index=True, key="inputs_uploads", alt=t("inputs.files_kept"), column_config=_labels())
    else:
        st.info(t("inputs.no_uploads"))
    st.subheader(t("inputs.log_of"))
    entries = [
        {"at": moment(e.at), "who": e.who, "what": t(ABOUT[e.what]), "version": e.subject,
         "why": str(e.details.get("note", ""))}
        for e in audit_log(workspace())
        if e.what in ABOUT
    ]  # fmt: skip
    if entries:
        st.dataframe(entries, hide_index=True, key="inputs_log", alt=t("inputs.log_of"), column_config=_labels())
    else:
        st.info(t("inputs.no_log"))


def _line(ref: str) -> pd.DataFrame:
    if "@" not in ref:
        return pd.DataFrame()
    try:
        line, origin = lineage(workspace(), ref)
    except NoSuchVersion:
        return pd.DataFrame()
    return pd.DataFrame(
        [
            {
                "version": v.ref,
                "parent": str(v.details.get("parent", "")) or origin,
                "at": moment(v.at),
                "who": v.who,
                "upload": str(v.details.get("upload", "")),
                "why": v.note,
            }
            for v in line
        ]
    )


def _labels() -> dict[str, Any]:
    return {
        "version": t("inputs.version"),
        "parent": t("inputs.parent"),
        "at": t("inputs.at"),
        "who": t("inputs.who"),
        "what": t("inputs.what"),
        "upload": t("inputs.upload_of"),
        "files": st.column_config.TextColumn(t("inputs.files"), width="medium"),
        "why": st.column_config.TextColumn(t("inputs.why"), width="large"),
    }


def show_figures(rest: Rest) -> None:
    """Every single figure with its unit, source, mark, and who changed it when."""
    text, marks = ask_search("inputs")
    every = st.toggle(t("inputs.also_unset"), key="inputs_unset", bind="query-params")
    frame = rest.figures if every else rest.stated()
    found = searched(frame, text, marks)
    st.caption(t("inputs.found", n=len(found), rows=len(frame)))
    if found.empty:
        st.info(t("inputs.no_rows"))
        return
    st.dataframe(
        marked(found),
        hide_index=True,
        key="inputs_figures",
        height=520,
        alt=t("inputs.figures_alt", n=len(found)),
        column_config={
            "section": t("inputs.section"),
            "path": st.column_config.TextColumn(t("inputs.path"), width="medium"),
            "called": st.column_config.TextColumn(t("inputs.called"), width="medium"),
            "value": t("inputs.value"),
            "unit": t("inputs.unit"),
            "range": t("inputs.range"),
            "mark": t("inputs.mark"),
            "source": st.column_config.TextColumn(t("inputs.source"), width="medium"),
            "doc": st.column_config.TextColumn(t("inputs.doc"), width="large"),
            **_changed(),
        },
        column_order=(
            "called", "value", "unit", "mark", "source", "changed", "who", "version", "path", "range", "doc", "section",
        ),
    )  # fmt: skip
    offer_csv(found, f"figures-{rest.ref.replace('@', '-')}-{rest.digest[:8]}", "inputs_figures_csv")
    st.caption(t("inputs.figures_note"))


def show_register(rest: Rest) -> None:
    """How low and how high uncertain figures may lie, and why."""
    if rest.register.empty:
        st.info(t("inputs.no_register"))
        return
    text, marks = ask_search("inputs")
    found = searched(rest.register, text, marks)
    st.caption(t("inputs.found", n=len(found), rows=len(rest.register)))
    if found.empty:
        st.info(t("inputs.no_rows"))
        return
    shown: pd.DataFrame = marked(found).drop(columns="why")
    st.dataframe(
        shown,
        hide_index=True,
        key="inputs_register",
        height=520,
        alt=t("inputs.register_alt", n=len(found)),
        column_config={
            "called": st.column_config.TextColumn(t("inputs.called"), width="medium"),
            "path": st.column_config.TextColumn(t("inputs.path"), width="medium"),
            "value": t("inputs.stated"),
            "unit": t("inputs.unit"),
            "low": t("inputs.low"),
            "high": t("inputs.high"),
            "reason": st.column_config.TextColumn(t("inputs.reason"), width="medium"),
            "mark": t("inputs.mark"),
            "source": t("inputs.source"),
            **_changed(),
        },
        column_order=(
            "called", "value", "unit", "low", "high", "reason", "mark", "source", "changed", "who", "version", "path",
        ),
    )  # fmt: skip
    offer_csv(found, f"assumptions-{rest.ref.replace('@', '-')}-{rest.digest[:8]}", "inputs_register_csv")
    st.caption(t("inputs.register_note"))


def _changed() -> dict[str, str]:
    return {"changed": t("inputs.changed"), "who": t("inputs.who"), "version": t("inputs.version")}


PARTS = ("tables", "figures", "register", "bring", "log")
"""What the page shows, one at a time."""


def show() -> None:
    """Draw the page."""
    st.title(t("inputs.title"))
    listed = worlds.known_scenarios()
    if not listed:
        st.warning(t("inputs.no_files"))
        return
    titles = {one.ref: f"{one.title} ({one.ref})" if one.shipped else one.ref for one in listed}
    ref = pick(st.selectbox, t("inputs.scenario"), list(titles), "inputs_scenario", format_func=titles.__getitem__)
    try:
        rest = gather(ref)
    except (ScenarioError, Damaged, NoSuchVersion, OSError) as error:
        st.error(t("inputs.unreadable", ref=escaped(ref), problem=escaped(single_line(error_text(error, lang()), 500))))
        return
    _sentence(rest)
    part = pick(
        st.segmented_control, t("inputs.part"), PARTS, "inputs_part",
        format_func=lambda one: t(f"inputs.{one}"), label_visibility="collapsed",
    )  # fmt: skip
    match part:
        case "tables":
            inputs_tables.show(rest)
        case "figures":
            show_figures(rest)
        case "register":
            show_register(rest)
        case "bring":
            inputs_upload.show(rest)
        case _:
            show_log(rest)
    copy_link("inputs_link")


def gather(ref: str) -> Rest:
    """Everything the page says of a scenario, put together once."""
    return _gathered(str(workspace().folder), ref, worlds.digest_of(ref), worlds.dated(), lang())


@st.cache_resource(max_entries=16, show_spinner=False)
def _gathered(folder: str, ref: str, digest: str, since: str, language: str) -> Rest:
    scenario, touched = worlds.scenario_by_ref(ref), worlds.touched(ref)
    said = worlds.said_beside(ref)
    return Rest(
        ref,
        digest,
        scenario,
        tables_frame(scenario, touched, since, lang()),
        figures_frame(scenario, said, touched, since, lang()),
        register_frame(scenario, touched, since, lang()),
        touched,
        since,
    )


def _sentence(rest: Rest) -> None:
    """What this scenario rests on, in a sentence."""
    rows = rest.row_marks()
    n = sum(rows.values())
    marked = [f"{figures.share(count / n, 0)} {mark_name(mark, lang())}" for mark, count in rows.items()]
    st.write(
        t(
            "inputs.sentence",
            tables=len(rest.tables),
            rows=figures.count(int(rest.tables["rows"].sum())),
            figures=figures.count(len(rest.stated())),
            shares=t("inputs.comma").join(marked),
            unsure=figures.count(len(rest.register)),
        )
    )
    last = max(rest.touched.values(), key=lambda one: one.at, default=None)
    if last is None:
        st.caption(t("inputs.as_shipped", since=rest.since))
    else:
        st.caption(
            t("inputs.last", ref=escaped(last.ref), who=escaped(last.who), at=moment(last.at),
              why=escaped(single_line(last.why, 200)))
        )  # fmt: skip
