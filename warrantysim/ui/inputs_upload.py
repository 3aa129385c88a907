"""New tables brought in as files: checked as a whole, shown as old and new, kept as a new version or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import streamlit as st

from warrantysim.files.importers import brought
from warrantysim.files.imports import with_tables
from warrantysim.files.source_text import MIB
from warrantysim.files.tables import Table
from warrantysim.schema.diff import Change, first
from warrantysim.schema.errors import Problem, ScenarioError, refuse, told
from warrantysim.schema.plausibility import warnings_in
from warrantysim.schema.root import Scenario
from warrantysim.store.uploads import keep_upload
from warrantysim.store.versions import checked_name
from warrantysim.ui.components import worlds
from warrantysim.ui.components.differences import show_changes, show_problems
from warrantysim.ui.components.keeping import keep_button, named_and_why, tell_kept, unfit
from warrantysim.ui.components.month_end import month_end
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.inputs_rest import Rest
from warrantysim.ui.inputs_tables import table_names
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import may_edit, who, workspace

LARGEST = 64
"""Size of all files brought at once [MiB]."""
MOST_CHANGES = 2_000
"""Differences a page tells; further ones are counted."""
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


def show(rest: Rest) -> None:
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
    _read(checked)
    if checked.problems or checked.changed is None:
        show_problems(checked.problems, checked.tables, "inputs_wrong")
        st.caption(t("inputs.remedy"))
        return
    for warning in checked.warnings[:MOST_WARNINGS]:
        st.warning(f"{escaped(warning.path)}: {escaped(warning.message.text(lang()))}")
    if len(checked.warnings) > MOST_WARNINGS:
        st.caption(t("inputs.more_warnings", n=len(checked.warnings) - MOST_WARNINGS))
    st.subheader(t("inputs.would_change"))
    show_changes(checked.changes, "inputs_changes", checked.differ)
    if checked.changes:
        _keep(rest, checked, files)


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
            st.info(f"{escaped(remark.where)}: {remark.message.text(lang())}")


def _keep(rest: Rest, checked: Checked, files: Mapping[str, bytes]) -> None:
    """Ask for name and reason; keep files and version together."""
    assert checked.changed is not None
    usual = rest.scenario.name if "@" not in rest.ref else rest.ref.partition("@")[0]
    asked = named_and_why("inputs_new", usual)
    upload = ""
    if st.session_state.get("inputs_new_keep") and not unfit(asked[0], asked[2]):
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
