"""A new what-if in a form made from the schema: fields are found by words, changed one by one, shown old and new."""

from __future__ import annotations

import streamlit as st

from warrantysim.files.overrides import parse_sets
from warrantysim.files.reading import Reader
from warrantysim.schema.errors import Problem, ScenarioError
from warrantysim.schema.root import Scenario
from warrantysim.store.stored_run import Damaged
from warrantysim.store.versions import NoSuchVersion
from warrantysim.ui.components import worlds
from warrantysim.ui.components.address import pick
from warrantysim.ui.components.differences import refused, show_changes, show_problems, single_line
from warrantysim.ui.components.field_form import field_form
from warrantysim.ui.components.keeping import keep_button, named_and_why, tell_kept
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.worlds import KnownScenario
from warrantysim.ui.language import t
from warrantysim.ui.session import may_edit

CHANGES = "scenarios_changes"
"""Where the session holds the changes so far, as ``--set`` takes them."""


def show(listed: list[KnownScenario]) -> None:
    """Draw the form."""
    if kept := tell_kept("scenarios_new"):
        st.button(t("scenarios.open_kept"), key="scenarios_open_kept", on_click=_open, args=(kept,))
    st.write(t("scenarios.new_how"))
    names = {one.ref: f"{one.title} ({one.ref})" if one.shipped else one.ref for one in listed}
    parent = pick(st.selectbox, t("scenarios.from"), list(names), "scenarios_parent", format_func=names.__getitem__)
    try:
        base = worlds.scenario_by_ref(parent)
    except (ScenarioError, Damaged, NoSuchVersion, OSError) as error:
        st.error(t("inputs.unreadable", ref=escaped(parent), problem=refused(error)))
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
    from warrantysim.schema.diff import diff

    show_changes(diff(base, changed), "scenarios_new_changes")
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


def _open(ref: str) -> None:
    st.session_state["scenarios_part"] = "tree"
    st.session_state["scenarios_ref"] = ref
    for key in ("scenarios_new_kept", "scenarios_edit_kept"):
        st.session_state.pop(key, None)
