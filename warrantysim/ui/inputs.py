"""*Data & assumptions*: every table and figure of a scenario with unit, source and mark, who changed it and when; new
tables brought in as files, checked by cell, kept as a new version."""

from __future__ import annotations

import streamlit as st

from warrantysim.report import figures
from warrantysim.report.input_frames import figures_frame, mark_name, moment, register_frame, tables_frame
from warrantysim.schema.errors import ScenarioError, error_text
from warrantysim.store.stored_run import Damaged
from warrantysim.store.versions import NoSuchVersion
from warrantysim.ui import inputs_figures, inputs_log, inputs_tables, inputs_upload
from warrantysim.ui.components import worlds
from warrantysim.ui.components.address import copy_link, pick
from warrantysim.ui.components.differences import single_line
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.inputs_rest import Rest
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import workspace

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
            inputs_figures.show_figures(rest)
        case "register":
            inputs_figures.show_register(rest)
        case "bring":
            inputs_upload.show(rest)
        case _:
            inputs_log.show(rest)
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
