"""A table of a scenario edited in place, checked on the server as if it had been a file, kept as a new version."""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd
import streamlit as st

from warrantysim.files.imports import with_tables
from warrantysim.files.tables import columns, table_from_rows
from warrantysim.files.workbooks import cell_text
from warrantysim.report.field_names import field_name
from warrantysim.report.input_files import choices_of
from warrantysim.report.input_frames import column_kind, table_columns, table_frame
from warrantysim.schema.diff import Change, diff
from warrantysim.schema.errors import Problem, ScenarioError, error_text
from warrantysim.schema.root import Scenario
from warrantysim.store.stored_run import Damaged
from warrantysim.store.versions import NoSuchVersion
from warrantysim.ui.components import worlds
from warrantysim.ui.components.address import pick
from warrantysim.ui.components.differences import show_changes, show_problems, single_line
from warrantysim.ui.components.keeping import keep_button, named_and_why, tell_kept
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.worlds import KnownScenario
from warrantysim.ui.inputs_tables import configured, table_names
from warrantysim.ui.language import lang, t
from warrantysim.ui.scenarios_new import _open
from warrantysim.ui.session import may_edit

NUMBER = "№"
"""Column that numbers the rows as errors do: the first row of figures is row 2, below the header."""


def show(listed: list[KnownScenario]) -> None:
    """Draw the editor."""
    if kept := tell_kept("scenarios_edit"):
        st.button(t("scenarios.open_kept"), key="scenarios_open_edited", on_click=_open, args=(kept,))
    st.write(t("scenarios.edit_how"))
    names = {one.ref: f"{one.title} ({one.ref})" if one.shipped else one.ref for one in listed}
    left, right = st.columns(2)
    with left:
        parent = pick(st.selectbox, t("scenarios.from"), list(names), "scenarios_parent", format_func=names.__getitem__)
    tables = table_names()
    with right:
        table = pick(st.selectbox, t("inputs.table"), list(tables), "scenarios_table", format_func=tables.__getitem__)
    try:
        base = worlds.scenario_by_ref(parent)
    except (ScenarioError, Damaged, NoSuchVersion, OSError) as error:
        st.error(
            t("inputs.unreadable", ref=escaped(parent), problem=escaped(single_line(error_text(error, lang()), 500)))
        )
        return
    digest = worlds.digest_of(parent)
    edited = _editor(base, table, digest)
    changed, problems, changes = _checked(parent, digest, table, _key(edited), edited)
    if problems or changed is None:
        show_problems(problems, {}, "scenarios_edit_wrong")
        return
    st.subheader(t("inputs.would_change"))
    show_changes(changes, "scenarios_edit_changes")
    if not changes:
        return
    asked = named_and_why("scenarios_edit", f"{parent.partition('@')[0]}-{table}".replace("_", "-")[:60])
    if keep_button("scenarios_edit", changed, parent, asked):
        st.rerun()


def _editor(base: Scenario, table: str, digest: str) -> pd.DataFrame:
    """The table as a grid; a key a content, so that edits of one are never laid over another."""
    frame = table_frame(base, table)
    texts = [name for name in frame.columns if column_kind(Scenario.TABLES[table], name) in ("text", "date")]
    frame[texts] = frame[texts].fillna("")
    frame.insert(0, NUMBER, range(2, len(frame) + 2))
    config = configured(table)
    model = Scenario.TABLES[table]
    for name in frame.columns:
        if name in config and (options := choices_of(table, name)):
            label = field_name(f"{table}.{name}", lang())
            config[name] = st.column_config.SelectboxColumn(label, options=options, help=config[name].get("help"))
    config[NUMBER] = st.column_config.NumberColumn(
        NUMBER, disabled=True, width="small", help=t("scenarios.number_help")
    )
    return st.data_editor(
        frame,
        key=f"scenarios_grid_{table}_{digest[:8]}",
        num_rows="dynamic",
        hide_index=True,
        disabled=True if not may_edit() else [NUMBER],
        column_config=config,
        column_order=[NUMBER, *table_columns(table)],
        placeholder="",
        alt=t("scenarios.grid_alt", table=table, n=len(frame), keys=", ".join(model.key_fields)),
    )


def grid_rows(frame: pd.DataFrame, table: str) -> dict[int, list[str]]:
    """The grid's rows as a file would state them, by the number shown beside them; new ones are numbered on. Text, an
    empty cell empty; whole rows without a cell left out."""
    names = table_columns(table)
    kinds = {name: column_kind(Scenario.TABLES[table], name) for name in names}
    out: dict[int, list[str]] = {}
    numbers = frame[NUMBER] if NUMBER in frame else range(2, len(frame) + 2)
    for number, row in zip(numbers, frame[names].itertuples(index=False, name=None), strict=True):
        cells = [_typed(cell, kinds[name]) for name, cell in zip(names, row, strict=True)]
        if any(cells):
            out[max(out, default=1) + 1 if pd.isna(number) else int(number)] = cells
    return out


def _typed(cell: Any, kind: str) -> str:
    if cell is None or cell is pd.NA or (isinstance(cell, float) and pd.isna(cell)):
        return ""
    if kind == "truth":
        return "true" if bool(cell) else "false"
    return cell_text(float(cell) if kind == "number" else cell)


def _key(frame: pd.DataFrame) -> str:
    return hashlib.sha256(frame.to_csv(index=False).encode()).hexdigest()


Found = tuple[Scenario | None, tuple[Problem, ...], tuple[Change, ...]]
"""What a grid was read as: the scenario with its rows, what is wrong, what would change."""


@st.cache_resource(max_entries=8, show_spinner=False)
def _checked(parent: str, digest: str, table: str, key: str, _frame: pd.DataFrame) -> Found:
    return check_rows(worlds.scenario_by_ref(parent), table, grid_rows(_frame, table))


def check_rows(base: Scenario, table: str, rows: dict[int, list[str]]) -> Found:
    """Read typed rows as the table of a scenario."""
    model = Scenario.TABLES[table]
    assert set(table_columns(table)) == set(columns(model))
    read = table_from_rows(table, table_columns(table), rows, model)
    try:
        changed = with_tables(base, {table: read})
    except ScenarioError as error:
        return None, error.problems, ()
    return changed, (), diff(base, changed)
