"""*Promise*: times customers may be told, whether they hold, what faster ones cost, and statements to hand out."""

from __future__ import annotations

from functools import partial

import streamlit as st

from warrantysim.analysis.cases import Case
from warrantysim.promise.document import recorded
from warrantysim.promise.document_files import FORMS
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.studies.promise import STUDY, possible_forms
from warrantysim.ui import reading
from warrantysim.ui.components.address import pick, turn_to
from warrantysim.ui.components.answer import show_answer
from warrantysim.ui.components.counted import choose_simulation, counted_rules
from warrantysim.ui.components.differences import refused
from warrantysim.ui.components.options_form import options_form
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.run_names import label_text
from warrantysim.ui.components.running import show_job, submit
from warrantysim.ui.language import t
from warrantysim.ui.session import jobs, may_edit, when

KIND = STUDY.name
"""What the page and its stored runs are called."""


def show() -> None:
    """Draw the page."""
    st.title(t("promise.title"))
    st.write(t("promise.why"))
    run = choose_simulation(KIND)
    if run is None:
        return
    found = reading.finished_runs(KIND)
    with st.expander(t("promise.ask"), expanded=not found, icon=":material/add:"):
        _ask(run)
    for job in [job for job in jobs().listed(active=True) if job.kind == KIND]:
        show_job(job.id, f"promise_{job.id}")
    if not found:
        return
    labels = {one.id: f"{label_text(one.label)} · {when(one.made)}" for one in found}
    key = "promise_found"
    id = pick(st.selectbox, t("promise.stored"), list(labels), key, told=True, format_func=labels.__getitem__)
    one = next(each for each in found if each.id == id)
    try:
        show_answer(one)
        _hand_out(one)
    except Damaged as error:
        st.error(t("piece.damaged", message=escaped(str(error)[:300])))


def _ask(run: StoredRun) -> None:
    """Options, and a button that asks for the simulation's scenario under one of its rules."""
    titles = counted_rules(run)
    rule = st.selectbox(t("promise.rule"), list(titles), key="promise_rule", format_func=titles.__getitem__)
    form = options_form(STUDY, reading.scenario_behind(run), KIND)
    pressed = st.button(t("promise.run"), type="primary", key="promise_run_it", disabled=not may_edit())
    if not pressed or not form.fit():
        return
    try:
        inputs = run.inputs
    except Damaged as error:
        st.error(t("piece.damaged", message=refused(error)))
        return
    policy = dict(zip(run.manifest["policies"], inputs.policies, strict=True))[str(rule)]
    asked = AskedQuestion.of(KIND, [Case(policy.name, inputs.scenario, policy)], seed=inputs.seed, **form.stated)
    job = submit(asked, run.label)
    turn_to("promise_found", job.result or job.run_id)


def _hand_out(run: StoredRun) -> None:
    """The statements as files, made when they are asked for."""
    documents = run.stored.facts["documents"]
    if not documents:
        return
    st.subheader(t("promise.files"))
    name = st.selectbox(t("promise.which"), list(documents), key="promise_file")
    made = recorded(documents[str(name)])
    forms = possible_forms()
    for column, form in zip(st.columns(len(FORMS)), forms, strict=False):
        column.download_button(
            form.upper(), partial(FORMS[form], made), file_name=f"{made.name}.{form}", on_click="ignore",
            key=f"promise_{form}", type="tertiary", icon=":material/download:",
        )  # fmt: skip
    if len(forms) < len(FORMS):
        st.caption(t("promise.no_library"))
