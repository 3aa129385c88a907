"""*Data & assumptions*: every table and figure of a scenario with unit, source and mark, who changed it and when; new
tables brought in as files, checked by cell, kept as a new version."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

import pandas as pd
import streamlit as st

from warrantysim.files.imports import with_tables
from warrantysim.files.own_tables import brought
from warrantysim.files.source_text import MIB
from warrantysim.files.tables import Table
from warrantysim.locale.wording import with_aside, with_value
from warrantysim.report import figures
from warrantysim.report.input_frames import figures_frame, mark_name, register_frame, tables_frame
from warrantysim.schema.diff import Change, first
from warrantysim.schema.errors import Problem, ScenarioError, refuse, told
from warrantysim.schema.plausibility import warnings_in
from warrantysim.schema.root import Scenario
from warrantysim.store.audit import audit_log
from warrantysim.store.scenarios import lineage
from warrantysim.store.stored_run import Damaged
from warrantysim.store.uploads import keep_upload, uploads
from warrantysim.store.versions import NoSuchVersion, checked_name
from warrantysim.ui import inputs_tables
from warrantysim.ui.components import worlds
from warrantysim.ui.components.address import copy_link, pick
from warrantysim.ui.components.differences import problem_told, refused, show_changes, show_problems, single_line
from warrantysim.ui.components.exports import offer_csv
from warrantysim.ui.components.keeping import fit, keep_button, named_and_why, tell_kept
from warrantysim.ui.components.month_end import month_end
from warrantysim.ui.components.pictures import escaped, show_table
from warrantysim.ui.inputs_rest import Rest, ask_search, marked, searched
from warrantysim.ui.inputs_tables import table_names
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import may_edit, when, who, workspace, zone

LARGEST = 64
"""Size of all files brought at once [MiB]."""
MOST_CHANGES = 2_000
"""Differences a page tells; further ones are counted."""
LABEL = 320
"""Width of what a figure is called: two must never be cut to the same words [pixels]."""
MOST_WARNINGS = 8
"""Warnings shown one by one [warnings]."""
NAMED = ""
"""Choice: files and sheets say by their names which table they are."""


@dataclass(frozen=True)
class Checked:
    """What was found in files that were brought."""

    tables: Mapping[str, Table]
    """The tables in them."""
    problems: tuple[Problem, ...]
    """Everything that is wrong."""
    changed: Scenario | None
    """The scenario with them; None where something is wrong."""
    changes: tuple[Change, ...]
    """What would change, the first `MOST_CHANGES` of it."""
    warnings: tuple[Problem, ...] = ()
    """What would be odd that is not odd now."""
    differ: int = 0
    """How many values would change [count]."""


def show_upload(rest: Rest) -> None:
    """Draw the part."""
    st.write(t("inputs.bring_how"))
    if tell := tell_kept("inputs_new"):
        parent = st.session_state.get("inputs_new_parent", rest.ref)
        month_end(tell, parent, "inputs_month")
        st.divider()
    names = {NAMED: t("inputs.by_name"), **table_names()}
    table = st.selectbox(t("inputs.which"), list(names), key="inputs_which", format_func=names.__getitem__)
    brought = st.file_uploader(
        t("inputs.files_label"),
        accept_multiple_files=True,
        key="inputs_files",
        help=t("inputs.files_help", mib=LARGEST),
        disabled=not may_edit(),
    )
    if not brought:
        st.caption(t("inputs.limits", mib=LARGEST))
        return
    files = {one.name: bytes(one.getvalue()) for one in brought}
    checked = _checked(rest.ref, rest.digest, table, _key(files), files)
    if checked.problems or checked.changed is None:
        show_problems(checked.problems, checked.tables, "inputs_wrong")
        st.caption(t("inputs.remedy"))
    else:
        st.success(t("inputs.result", n=checked.differ or len(checked.changes)), icon=":material/check_circle:")
        if checked.changes:
            _keep(rest, checked, files)
    odd = len(checked.warnings) + sum(bool(table.file.sample) for table in checked.tables.values())
    if checked.tables:
        with st.expander(t("inputs.details", n=odd)):
            _read(checked)
            for warning in checked.warnings[:MOST_WARNINGS]:
                st.warning(escaped(problem_told(warning)))
            if len(checked.warnings) > MOST_WARNINGS:
                st.caption(t("inputs.more_warnings", n=len(checked.warnings) - MOST_WARNINGS))
            if checked.changed is not None:
                show_changes(checked.changes, "inputs_changes", checked.changed, checked.differ)


def _read(checked: Checked) -> None:
    """What was read: tables, rows, and an encoding other than the usual."""
    for name, table in checked.tables.items():
        facts = {"table": escaped(name), "rows": len(table.numbers), "file": escaped(table.file.path)}
        st.caption(t("inputs.read", **facts))
        if table.file.sample:
            words = ", ".join(table.file.sample)
            st.warning(
                t("inputs.encoding", file=escaped(table.file.path), encoding=table.file.encoding, words=escaped(words))
            )
        for remark in table.remarks:
            st.info(with_value(escaped(remark.where), remark.message.text(lang()), lang()))


def _keep(rest: Rest, checked: Checked, files: Mapping[str, bytes]) -> None:
    """Ask for name and reason; keep files and version together."""
    assert checked.changed is not None
    usual = rest.scenario.name if "@" not in rest.ref else rest.ref.partition("@")[0]
    asked = named_and_why("inputs_new", usual)
    upload = ""
    if st.session_state.get("inputs_new_keep") and fit(asked[0], asked[2]):
        kept = keep_upload(workspace(), asked[0], stored_names(files), note=asked[2], who=who())
        upload = kept.ref
    if keep_button("inputs_new", checked.changed, rest.ref, asked, upload=upload):
        st.session_state["inputs_new_parent"] = rest.ref
        st.rerun()


def stored_names(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files under names that can be kept: their own where these can, else ``file-1.csv``."""
    out: dict[str, bytes] = {}
    for place, (name, content) in enumerate(files.items(), start=1):
        path = PurePosixPath(name.replace("\\", "/"))
        try:
            chosen = checked_name(path.name)
        except ValueError:
            chosen = f"file-{place}{path.suffix if path.suffix in ('.csv', '.xlsx') else ''}"
        out[chosen if chosen not in out and chosen != "version.json" else f"file-{place}-{chosen}"] = content
    return out


def _key(files: Mapping[str, bytes]) -> str:
    found = hashlib.sha256()
    for name, content in files.items():
        found.update(f"{name}:{len(content)}:".encode())
        found.update(content)
    return found.hexdigest()


@st.cache_resource(max_entries=8, show_spinner=False)
def _checked(ref: str, digest: str, table: str, key: str, _files: Mapping[str, bytes]) -> Checked:
    return check_files(worlds.scenario_by_ref(ref), table or None, _files)


def check_files(scenario: Scenario, table: str | None, files: Mapping[str, bytes]) -> Checked:
    """Read files against a scenario: all of their problems, or what they would change."""
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    size = sum(map(len, files.values()))
    if size > LARGEST * MIB:
        error = refuse(
            ", ".join(files)[:200],
            "{size:.1f} MiB are more than the {most} MiB read at once",
            size=size / MIB,
            most=LARGEST,
        )
        return Checked({}, error.problems, None, ())
    for name, content in files.items():
        try:
            found = brought(content, name, table).tables
        except ScenarioError as error:
            problems += error.problems
            continue
        for twice in tables.keys() & found.keys():
            problems.append(
                Problem("", told("table {table!r} is in several files; bring it once", table=twice), name, "file")
            )
        tables |= found
    if problems:
        problems += [problem for one in tables.values() for problem in one.problems]
        return Checked(tables, tuple(problems), None, ())
    try:
        changed = with_tables(scenario, tables)
    except ScenarioError as error:
        return Checked(tables, error.problems, None, ())
    known = {(one.path, one.message) for one in warnings_in(scenario)}
    odd = tuple(one for one in warnings_in(changed) if (one.path, one.message) not in known)
    shown, differ = first(scenario, changed, MOST_CHANGES)
    return Checked(tables, (), changed, shown, odd, differ)


ABOUT = {"scenario kept": "inputs.did_scenario", "upload kept": "inputs.did_upload", "pins kept": "inputs.did_pins"}
"""What of the audit log belongs to data, and the text of each."""


def show_log(rest: Rest) -> None:
    """Draw the part."""
    st.subheader(t("inputs.made_from"))
    line = _line(rest.ref)
    if line.empty:
        st.info(t("inputs.only_file", since=rest.since))
    else:
        show_table(line, key="inputs_line", alt=t("inputs.made_from"), column_config=_labels())
    st.subheader(t("inputs.files_kept"))
    kept = uploads(workspace())
    if kept:
        rows = [
            {
                "version": one.ref,
                "at": when(one.at),
                "who": one.who,
                "files": ", ".join(f"{name} ({figures.count(size)} B)" for name, (size, _) in one.files.items()),
                "why": one.note,
            }
            for one in kept
        ]
        show_table(rows, key="inputs_uploads", alt=t("inputs.files_kept"), column_config=_labels())
    else:
        st.info(t("inputs.no_uploads"))
    st.subheader(t("inputs.log_of"))
    entries = [
        {"at": when(e.at), "who": e.who, "what": t(ABOUT[e.what]), "version": e.subject,
         "why": str(e.details.get("note", ""))}
        for e in audit_log(workspace())
        if e.what in ABOUT
    ]  # fmt: skip
    if entries:
        show_table(entries, key="inputs_log", alt=t("inputs.log_of"), column_config=_labels())
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
                "at": when(v.at),
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
    show_table(
        marked(found),
        key="inputs_figures",
        height=520,
        alt=t("inputs.figures_alt", n=len(found)),
        column_config={
            "section": t("inputs.section"),
            "path": st.column_config.TextColumn(t("inputs.path"), width="medium"),
            "called": st.column_config.TextColumn(t("inputs.called"), width=LABEL),
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
    show_table(
        shown,
        key="inputs_register",
        height=520,
        alt=t("inputs.register_alt", n=len(found)),
        column_config={
            "called": st.column_config.TextColumn(t("inputs.called"), width=LABEL),
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
    titles = {one.ref: with_aside(one.title, one.ref, lang()) if one.shipped else one.ref for one in listed}
    ref = pick(st.selectbox, t("inputs.scenario"), list(titles), "inputs_scenario", format_func=titles.__getitem__)
    try:
        rest = gather(ref)
    except (ScenarioError, Damaged, NoSuchVersion, OSError) as error:
        st.error(t("inputs.unreadable", ref=escaped(ref), problem=refused(error)))
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
            show_upload(rest)
        case _:
            show_log(rest)
    copy_link("inputs_link")


def gather(ref: str) -> Rest:
    """Everything the page says of a scenario, put together once."""
    return _gathered(str(workspace().folder), ref, worlds.digest_of(ref), worlds.dated(), lang(), str(zone()))


@st.cache_resource(max_entries=16, show_spinner=False)
def _gathered(folder: str, ref: str, digest: str, since: str, language: str, at: str) -> Rest:
    scenario, touched = worlds.scenario_by_ref(ref), worlds.touched(ref)
    here = {path: replace(one, at=when(one.at)) for path, one in touched.items()}
    said = worlds.said_beside(ref)
    return Rest(
        ref,
        digest,
        scenario,
        tables_frame(scenario, here, since, lang()),
        figures_frame(scenario, said, here, since, lang()),
        register_frame(scenario, here, since, lang()),
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
            t("inputs.last", ref=escaped(last.ref), who=escaped(last.who), at=when(last.at),
              why=escaped(single_line(last.why, 200)))
        )  # fmt: skip
