"""New figures came in: old and new compared on the same luck, and every pinned what-if run again on the new ones."""

from __future__ import annotations

import streamlit as st

from warrantysim.analysis.cases import Case
from warrantysim.files.writing import NotAsDifferences, on_another, what_if_text
from warrantysim.locale.wording import listed
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.root import Scenario
from warrantysim.store.pins import pinned
from warrantysim.store.stored_run import Damaged
from warrantysim.store.versions import NoSuchVersion
from warrantysim.ui.compared import KIND, RUN, comparison
from warrantysim.ui.components import worlds
from warrantysim.ui.components.bounded import number
from warrantysim.ui.components.differences import refused
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.running import show_job, submit
from warrantysim.ui.language import lang, t
from warrantysim.ui.pages import go
from warrantysim.ui.session import jobs, may_edit, workspace

CANNOT_ASK = (ScenarioError, NoSuchVersion, Damaged, ValueError)
"""Why a run cannot be asked for: a scenario that is not there as it was, or scenarios that do not go together."""
USUAL = 12
"""Years each is simulated, unless said otherwise."""


def month_end(new: str, old: str, key: str) -> None:
    """The next steps after a version with new figures was kept."""
    st.subheader(t("month.title"))
    st.write(t("month.explain"))
    names = [ref for ref in pinned(workspace()) if ref not in (new, old)]
    told = t("month.pinned", names=escaped(listed(names, lang()))) if names else t("month.none_pinned")
    st.caption(told)
    years = number(t("month.replications"), 2, 200, USUAL, key=f"{key}_years", width=200)
    label = t("month.run") if names else t("month.compare", new=escaped(new), old=escaped(old))
    if st.button(
        label, key=f"{key}_run", type="primary", disabled=not may_edit() or years is None, icon=":material/play_arrow:"
    ):
        try:
            cases, left = carried(new, old, names)
            job = submit(comparison(cases, int(years)), f"{new} / {old}")
        except CANNOT_ASK as error:
            st.error(t("month.cannot", problem=refused(error)))
        else:
            st.session_state[f"{key}_left"] = left
            st.session_state[f"{key}_job"] = job.id
    for name, problem in st.session_state.get(f"{key}_left", ()):
        st.warning(t("month.left_out", name=escaped(name), problem=problem))
    follow(f"{key}_job", t("month.open"))


def follow(key: str, label: str, page: str = KIND, query: str = RUN) -> None:
    """Watch the job a key of the session names; once it is done, link to where its result is read."""
    id = st.session_state.get(key)
    if id is None:
        return
    show_job(id, key)
    job = jobs().get(st.session_state[key])
    if job.state in ("finished", "kept") and job.result:
        go(page, label, **{query: job.result})


def carried(new: str, old: str, names: list[str]) -> tuple[list[Case], list[tuple[str, str]]]:
    """Cases of the comparison: old figures, new ones, and each pinned what-if on the new; and what cannot be told on
    the new figures, with the reason."""
    fresh = worlds.scenario_by_ref(new)
    cases = [Case.of(worlds.scenario_by_ref(old), name=old), Case.of(fresh, name=new)]
    left: list[tuple[str, str]] = []
    for ref in names:
        try:
            cases.append(Case.of(on_new(ref, fresh), name=f"{ref} · {new}"))
        except (ScenarioError, NotAsDifferences, NoSuchVersion, Damaged) as error:
            left.append((ref, refused(error)))
    return cases, left


def on_new(ref: str, fresh: Scenario) -> Scenario:
    """A what-if told on other figures: what it changed from what it was made from, it changes there too.

    Raises
    ------
    ScenarioError, NotAsDifferences
        If it cannot be told there.
    """
    one = worlds.find_scenario(ref)
    if one is None:
        raise NoSuchVersion(f"no scenario {ref!r}")
    parent = worlds.scenario_by_ref(one.parent or worlds.BASE)
    stated = [] if one.version is None else [str(line) for line in one.version.details.get("changes", ())]
    return on_another(fresh, what_if_text(parent, worlds.scenario_by_ref(ref), "base.yaml", stated))
