"""*Scenarios*: the tree of what-ifs with only their differences, a new one in a form made from the schema, tables
edited in place; each kept as a version that is never changed, run, compared, pinned, and handed out as YAML."""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd
import streamlit as st

from warrantysim.files.imports import with_tables
from warrantysim.files.overrides import parse_sets
from warrantysim.files.reading import Reader
from warrantysim.files.tables import columns, table_from_rows
from warrantysim.files.workbooks import cell_text
from warrantysim.locale.wording import say, with_aside
from warrantysim.report.doers import NOBODY, partner_titles
from warrantysim.report.field_names import field_name
from warrantysim.report.input_files import choices_of
from warrantysim.report.input_frames import column_kind, table_columns, table_frame
from warrantysim.schema.diff import Change, diff
from warrantysim.schema.errors import Problem, ScenarioError
from warrantysim.schema.root import Scenario
from warrantysim.store.pins import pinned
from warrantysim.store.stored_run import Damaged
from warrantysim.store.versions import NoSuchVersion
from warrantysim.ui import scenarios_one
from warrantysim.ui.components import worlds
from warrantysim.ui.components.address import copy_link, pick
from warrantysim.ui.components.differences import refused, show_changes, show_problems, single_line, worded
from warrantysim.ui.components.field_form import field_form
from warrantysim.ui.components.keeping import keep_button, named_and_why, tell_kept
from warrantysim.ui.components.pictures import escaped, show_table
from warrantysim.ui.components.worlds import KnownScenario
from warrantysim.ui.inputs_tables import configured, table_names
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import may_edit, when, workspace

CHANGES = "scenarios_changes"
"""Where the session holds the changes so far, as ``--set`` takes them."""


def show_new(listed: list[KnownScenario]) -> None:
    """Draw the form."""
    _begun("new", key="scenarios_open_kept")
    parent = _parent(listed)
    if (base := _read(parent)) is None:
        return
    if stated := field_form(base, f"{parent}:{worlds.digest_of(parent)}", "scenarios_field"):
        st.session_state[CHANGES] = [*st.session_state.get(CHANGES, []), stated]
    stated_so_far = list(st.session_state.get(CHANGES, []))
    st.subheader(t("scenarios.changes_so_far", n=len(stated_so_far)))
    _listed(stated_so_far)
    if not stated_so_far:
        st.caption(t("scenarios.no_changes"))
        return
    changed, problems = applied(base, stated_so_far)
    if changed is None:
        show_problems(problems, {}, "scenarios_wrong")
        return

    show_changes(diff(base, changed), "scenarios_new_changes", changed)
    asked = named_and_why("scenarios_new", f"{parent.partition('@')[0]}-what-if"[:60])
    if keep_button("scenarios_new", changed, parent, asked, stated_so_far):
        st.session_state[CHANGES] = []
        st.rerun()


def applied(base: Scenario, stated: list[str]) -> tuple[Scenario | None, tuple[Problem, ...]]:
    """A scenario with changes, or every problem of them."""
    try:
        return Reader(Scenario).with_overrides(base, parse_sets(stated)), ()
    except ScenarioError as error:
        told = [Problem(p.path, p.message, p.where.removeprefix("--set "), p.rule) for p in error.problems]
        return None, tuple(told)


def _listed(stated: list[str]) -> None:
    """Every change so far, each with a button that takes it back."""
    for place, line in enumerate(stated):
        left, right = st.columns([6, 1], vertical_alignment="center")
        left.code(single_line(line, 300), language=None)
        right.button(
            t("scenarios.take_back"), key=f"scenarios_back_{place}", on_click=_back, args=(place,),
            disabled=not may_edit(), icon=":material/undo:",
        )  # fmt: skip


def _back(place: int) -> None:
    stated = list(st.session_state.get(CHANGES, []))
    del stated[place]
    st.session_state[CHANGES] = stated


def _begun(form: str, *, key: str) -> None:
    """What was kept last, to be opened, and how the form goes."""
    if kept := tell_kept(f"scenarios_{form}"):
        st.button(t("scenarios.open_kept"), key=key, on_click=_open, args=(kept,))
    st.write(t(f"scenarios.{form}_how"))


def _parent(listed: list[KnownScenario]) -> str:
    """The scenario to begin with, as chosen."""
    names = {one.ref: with_aside(one.title, one.ref, lang()) if one.shipped else one.ref for one in listed}
    return pick(st.selectbox, t("scenarios.from"), list(names), "scenarios_parent", format_func=names.__getitem__)


def _read(ref: str) -> Scenario | None:
    """The scenario; None where it cannot be read, which is told."""
    try:
        return worlds.scenario_by_ref(ref)
    except (ScenarioError, Damaged, NoSuchVersion, OSError) as error:
        st.error(t("inputs.unreadable", ref=escaped(ref), problem=refused(error)))
        return None


def _open(ref: str) -> None:
    st.session_state["scenarios_part"] = "tree"
    st.session_state["scenarios_ref"] = ref
    for key in ("scenarios_new_kept", "scenarios_edit_kept"):
        st.session_state.pop(key, None)


NUMBER = "№"
"""Column that numbers the rows as errors do: the first row of figures is row 2, below the header."""


def show_edit(listed: list[KnownScenario]) -> None:
    """Draw the editor."""
    _begun("edit", key="scenarios_open_edited")
    left, right = st.columns(2)
    with left:
        parent = _parent(listed)
    tables = table_names()
    with right:
        table = pick(st.selectbox, t("inputs.table"), list(tables), "scenarios_table", format_func=tables.__getitem__)
    if (base := _read(parent)) is None:
        return
    digest = worlds.digest_of(parent)
    edited = _editor(base, table, digest)
    changed, problems, changes = _checked(parent, digest, table, _key(edited), edited)
    if problems or changed is None:
        show_problems(problems, {}, "scenarios_edit_wrong")
        return
    st.subheader(t("inputs.would_change"))
    show_changes(changes, "scenarios_edit_changes", changed)
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
        NUMBER, disabled=True, width="small", pinned=True, help=t("scenarios.number_help")
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


BRANCH = "└ "
"""Stands before a what-if, once more indented for each it was made from."""
LINES = 3
"""Differences told in a row of the tree before the rest is a number."""


def show_tree(listed: list[KnownScenario]) -> str:
    """Draw the tree; the reference of the scenario chosen in it."""
    ordered = with_depth(listed)
    frame = tree_frame(ordered, pinned(workspace()))
    show_table(
        frame,
        key="scenarios_tree",
        alt=t("scenarios.tree_alt", n=len(frame)),
        column_config={
            "tree": st.column_config.TextColumn(t("scenarios.what_if"), width="medium"),
            "title": st.column_config.TextColumn(t("scenarios.called"), width=270),
            "states": st.column_config.TextColumn(t("scenarios.states"), width="large"),
            "why": st.column_config.TextColumn(t("scenarios.why"), width="large"),
            "state": t("scenarios.state"),
            "runs": st.column_config.NumberColumn(t("scenarios.runs"), width="small"),
            "pinned": st.column_config.CheckboxColumn(t("scenarios.pinned"), width="small"),
            "who": t("scenarios.who"),
            "at": t("scenarios.at"),
        },
        column_order=("tree", "title", "states", "state", "runs", "pinned", "who", "at", "why"),
    )
    names = {one.ref: with_aside(one.title, one.ref, lang()) if one.shipped else one.ref for one, _ in ordered}
    return pick(st.selectbox, t("scenarios.choose"), list(names), "scenarios_ref", format_func=names.__getitem__)


def with_depth(listed: list[KnownScenario]) -> list[tuple[KnownScenario, int]]:
    """Every scenario below what it was made from, with its depth. One whose parent is gone stands on top."""
    refs = {one.ref for one in listed}
    children: dict[str, list[KnownScenario]] = {}
    for one in listed:
        parent = one.parent if one.parent in refs and one.parent != one.ref else ""
        children.setdefault(parent, []).append(one)
    out: list[tuple[KnownScenario, int]] = []
    seen: set[str] = set()

    def down(parent: str, depth: int) -> None:
        for one in children.get(parent, []):
            if one.ref not in seen:
                seen.add(one.ref)
                out.append((one, depth))
                down(one.ref, depth + 1)

    down("", 0)
    return out + [(one, 0) for one in listed if one.ref not in seen]


def tree_frame(ordered: list[tuple[KnownScenario, int]], pins: tuple[str, ...]) -> pd.DataFrame:
    """A row a scenario."""
    rows = []
    rested = worlds.usage()
    for one, depth in ordered:
        used = len(worlds.runs_using(one.ref, rested))
        lines = one.stated[:LINES]
        of_partners = any(line.startswith("partner") for line in lines)
        partners = partner_titles(worlds.scenario_by_ref(one.ref)) if of_partners else NOBODY
        states = [single_line(worded(line, partners)) for line in lines]
        if len(one.stated) > LINES:
            states.append(t("differences.more", n=len(one.stated) - LINES))
        rows.append(
            {
                "tree": f"{'   ' * max(0, depth - 1)}{BRANCH if depth else ''}{single_line(one.ref)}",
                "title": single_line(one.title),
                "states": say("bind.and", lang()).join(states) or told_otherwise(one),
                "why": single_line(one.why, 300),
                "state": state(one, used),
                "runs": used,
                "pinned": one.ref in pins,
                "who": "" if one.version is None else one.version.who,
                "at": "" if one.version is None else when(one.version.at),
            }
        )
    return pd.DataFrame(rows)


def told_otherwise(one: KnownScenario) -> str:
    """What to say of a scenario that states no single values: the base, edited or uploaded tables."""
    if one.version is None:
        return t("scenarios.everything") if not one.parent else ""
    upload = str(one.version.details.get("upload", ""))
    return t("scenarios.uploaded", upload=upload) if upload else t("scenarios.rows_changed")


def state(one: KnownScenario, used: int) -> str:
    """Shipped, kept, or kept and run: in any case it is never changed."""
    if one.shipped:
        return t("scenarios.shipped")
    return t("scenarios.was_run") if used else t("scenarios.kept")


PARTS = ("tree", "new", "edit")
"""What the page shows, one at a time."""


def show() -> None:
    """Draw the page."""
    st.title(t("scenarios.title"))
    listed = worlds.known_scenarios()
    if not listed:
        st.warning(t("scenarios.no_files"))
        return
    kept = [one for one in listed if not one.shipped]
    st.write(t("scenarios.sentence", shipped=len(listed) - len(kept), kept=len({one.name for one in kept}),
               versions=len(kept)))  # fmt: skip
    part = pick(
        st.segmented_control, t("scenarios.part"), PARTS, "scenarios_part",
        format_func=lambda one: t(f"scenarios.{one}"), label_visibility="collapsed",
    )  # fmt: skip
    match part:
        case "tree":
            ref = show_tree(listed)
            scenarios_one.show(ref)
        case "new":
            show_new(listed)
        case _:
            show_edit(listed)
    copy_link("scenarios_link")
