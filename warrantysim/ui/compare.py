"""*Compare & sensitivity*: what differs, what that costs and how sure it is; what would change the answer.

The page asks (`what_if`), shows what was found, and what was asked beside it (`compare_studies`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from warrantysim.locale.wording import listed, say, text
from warrantysim.report.doers import NOBODY, Titles, partner_titles
from warrantysim.report.lever_text import lever_words
from warrantysim.report.verdicts import capital
from warrantysim.schema.errors import BadInput, ScenarioError
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.studies import ON_PAGES, STUDIES, study_of
from warrantysim.studies.study import AnyStudy, Stored
from warrantysim.ui import reading
from warrantysim.ui.compared import BETWEEN, KIND, RUN, Compared, compared, comparison
from warrantysim.ui.components import worlds
from warrantysim.ui.components.address import copy_link, from_address, pick, turn_to
from warrantysim.ui.components.answer import show_answer, show_stored
from warrantysim.ui.components.decision import offer_demo
from warrantysim.ui.components.differences import refused, single_line
from warrantysim.ui.components.options_form import options_form
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.run_names import label_text
from warrantysim.ui.components.running import show_job, submit
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import jobs, may_edit, when
from warrantysim.ui.what_if import ask_for_more, ask_what_if

OFFERED = tuple(name for name in STUDIES if name not in ON_PAGES)
"""Studies asked for here."""


def show_studies(one: Compared, case: str) -> None:
    """One study: the stored ones to choose from, a form for another, what was found."""
    which = pick(
        st.segmented_control, t("compare.study"), OFFERED, "compare_study",
        format_func=lambda name: capital(say(f"kind.{name}", lang())),
    )  # fmt: skip
    st.subheader(capital(say(f"kind.{which}", lang())))
    st.write(escaped(capital(text(STUDIES[which], lang(), "study") or f"{STUDIES[which]}.")))
    key, runs = f"compare_{which}", reading.finished_runs(which)
    with st.expander(t("compare.ask_anew"), expanded=not runs, icon=":material/add:"):
        try:
            _ask(study_of(which), one, case, key)
        except (ScenarioError, ValueError, LookupError) as error:
            st.error(refused(error))
    at_work = [job for job in jobs().listed(active=True) if job.kind == which]
    for job in at_work:
        show_job(job.id, f"{key}_{job.id}")
    if not runs:
        if not _broken(which, runs, key) and not at_work:
            st.info(t("compare.none_yet"))
        return
    _broken(which, runs, key)
    labels = {run.id: study_label(run) for run in runs}
    id = pick(st.selectbox, t("compare.stored"), list(labels), key, told=True, format_func=labels.__getitem__)
    run = next(run for run in runs if run.id == id)
    try:
        show_answer(run)
    except Damaged as error:
        st.error(t("compare.damaged", message=escaped(str(error)[:300])))
        return
    _rests_beside(run)


def _ask(study: AnyStudy, one: Compared, case: str, key: str) -> None:
    """What it is about, its options, and a button that asks for it."""
    cases = [one.case(name) for name in _cases(study, one, case, key)]
    form = options_form(study, one.base.scenario, key)
    pressed = st.button(t("compare.run"), type="primary", disabled=not may_edit(), key=f"{key}_run")
    if not pressed or not may_edit() or not form.fit():
        return
    asked = AskedQuestion.of(study.name, cases, seed=one.seed, **form.stated)
    job = submit(asked, label_of(asked)[:200])
    turn_to(key, job.result or job.run_id)


def _cases(study: AnyStudy, one: Compared, case: str, key: str) -> list[str]:
    """Names of the cases a study is about: both that are looked at, one of all, or several."""
    least, most = study.cases
    if most == 2:
        st.caption(t("compare.two_cases", now=escaped(one.base.name), new=escaped(case)))
        return [one.base.name, case]
    about: dict[str, Any] = {"format_func": lambda name: one.title(name)[:80]}
    if most == 1:
        return [str(st.selectbox(t("compare.in_world"), one.names, key=f"{key}_case", **about))]
    key, usual = f"{key}_cases_{one.key[:6]}_{case[:40]}", [one.base.name, case][: max(1, least)]
    label = t("compare.alternatives")
    return st.multiselect(label, one.names, usual, key=key, placeholder=t("compare.placeholder"), **about)


def label_of(study: AskedQuestion) -> str:
    """What a study is called: its cases, and what was turned."""
    partners = partner_titles(*(case.scenario for case in study.cases))
    return " · ".join([", ".join(case.name for case in study.cases), *_about(study.options, partners)])


def study_label(run: StoredRun) -> str:
    """A stored study in a list."""
    cases = _case_names(run)[:60]
    about = _about(run.manifest.get("options", {}), run.record.get("partners", NOBODY))
    return " · ".join([cases, *about, when(run.made), run.id[:6]])


def _case_names(run: StoredRun) -> str:
    """The cases of a study by the titles of their scenarios and rules."""
    titles = run.record.get("case_titles", {})
    names = [str(name) for name in run.manifest.get("cases", [])]
    return listed((titles.get(name, {}).get(lang(), name) for name in names), lang())


def _about(options: Mapping[str, Any], partners: Titles) -> list[str]:
    """What was turned or looked at, in short."""
    paths = [value.get("path", "") if isinstance(value, dict) else value for value in options.values()]
    return [lever_words(path, lang(), partners)[:50] for path in paths if isinstance(path, str) and path]


def _broken(kind: str, runs: Sequence[StoredRun], key: str) -> bool:
    """Show the latest job of a kind, if it did not finish and nothing was stored since; whether it was shown."""
    ended = [job for job in jobs().listed(active=False) if job.kind == kind]
    broken = bool(ended) and ended[0].state not in {"finished", "kept"}
    broken = broken and not any(run.made > ended[0].submitted for run in runs)
    if broken:
        show_job(ended[0].id, f"{key}_{ended[0].id}")
    return broken


def _rests_beside(run: StoredRun) -> None:
    """What a study rests on."""
    with st.expander(t("piece.method"), key=f"compare_rests_{run.id}"):
        cases = _case_names(run)
        years = run.manifest.get("options", {}).get("replications")
        st.caption(t("compare.study_rests", cases=escaped(cases[:300]), seed=run.manifest["seed"]))
        if years:
            st.caption(t("compare.study_years", n=years))
        st.caption(t("piece.run_made", id=run.id, made=when(run.made)))
        st.caption(t("compare.model", version=escaped(run.version)))


TOLD, LONGEST = 2, 24
"""Cases told in a list, and the longest name of one [characters]."""
FURTHER = {"drivers": "bridge_by_driver", "react": "readings"}
"""What else can be asked of a comparison: its option, and the table it then has."""


def show() -> None:
    """Draw the page."""
    st.title(t("compare.title"))
    stored, wished = reading.finished_runs(KIND), from_address(RUN)
    if not stored and wished is None:
        _empty()
        return
    with st.container(border=True):
        key, corner = _choose(stored, wished)
        one = _read(key)
        ask_what_if(one)
    if one is not None:
        _show(one)
    with corner:
        # Drawn last: what was chosen further down belongs to the link.
        copy_link("compare_link")


def _show(one: Compared) -> None:
    """The answer, and what was asked beside it; told with the rules decided anew once that is there."""
    if one.run is not None and one.stored.table(FURTHER["react"]) is None:
        asked_for = _further(one, "react")
        if (fuller := reading.stored(asked_for.id)) is not None:
            one = Compared(fuller.id, reading.found_in_run(fuller), fuller)
        elif (job := jobs().attach(asked_for.id)) is not None and job.active:
            st.info(t("compare.reacting"))
            show_job(job.id, f"compare_react_{job.id}")
    try:
        show_stored(KIND, one.stored, KIND, one.key, {"called": one.called()}, more=_parts(one), apart="studies")
    except Damaged as error:
        st.error(t("compare.damaged", message=escaped(str(error)[:300])))
    else:
        _rests(one)


def _parts(one: Compared) -> dict[str, tuple[str, Callable[[Stored], None]]]:
    """Parts of the page besides those of the answer."""
    further = {
        option: (t(f"compare.part_{option}"), lambda stored, option=option: _ask_further(one, option))
        for option, table in FURTHER.items()
        if one.stored.table(table) is None
    }
    others = (
        t("compare.part_studies"),
        lambda stored: show_studies(one, str(stored.facts.get("case") or one.names[1])),
    )
    return {**further, "studies": others}


def _ask_further(one: Compared, option: str) -> None:
    """Ask for the comparison again with an option more."""
    st.write(t(f"compare.{option}_ask"))
    if st.button(t(f"compare.{option}_ask_button"), key=f"compare_{option}_ask", disabled=not may_edit()):
        job = submit(_further(one, option), ", ".join(one.names)[:200])
        turn_to(RUN, job.result or job.run_id)


def _further(one: Compared, option: str) -> AskedQuestion:
    """The comparison with an option more."""
    asked_so = {} if one.run is None else one.run.study.options
    kept = {name: asked_so[name] for name in FURTHER if asked_so.get(name)}
    years = max(2, int(one.stored.facts["replications"]))
    return comparison(one.cases, years, seed=one.seed, **kept, **{option: True})


def _rests(one: Compared) -> None:
    """Which run it is, of which model."""
    if one.run is None:
        st.caption(t("compare.pair_note"))
    else:
        made = t("piece.run_made", id=one.run.id, made=when(one.run.made))
        st.caption(f"{made} · {t('compare.model', version=escaped(one.run.version))}")


def _empty() -> None:
    """Nothing was compared yet: say what a comparison is, and offer the demo."""
    st.write(t("compare.empty"))
    offer_demo("compare")


def _choose(stored: list[StoredRun], wished: str | None) -> tuple[str, DeltaGenerator]:
    """Which comparison is on screen, also one that is under way or that the address asks for; the link's place."""
    labels = {run.id: _label(run) for run in stored}
    if wished is not None and wished not in labels:
        job = jobs().attach(wished)
        if job is not None and job.result in labels and job.result is not None:
            st.session_state[RUN] = job.result
        else:
            other = t("what_if.two_runs") if BETWEEN in wished else wished[:40]
            name = other if job is None else label_text(job.label)
            labels[wished] = f"{name[:80]} · {wished[:6]}"
    left, more, right = st.columns([6, 2, 1.4], vertical_alignment="bottom")
    with left:
        key = pick(st.selectbox, t("compare.choose"), list(labels), RUN, told=True, format_func=labels.__getitem__)
    with more:
        ask_for_more()
    return key, right.container()


def _label(run: StoredRun) -> str:
    """A comparison in a list: its first cases by their titles, how many more there are, when it was made."""
    titles = {one.name: one.title for one in worlds.known_scenarios()}
    names = [str(name) for name in run.manifest.get("cases", [])]
    told = [single_line(titles.get(name, name), LONGEST) for name in names[:TOLD]]
    if len(names) > TOLD:
        told.append(t("differences.more", n=len(names) - TOLD))
    return f"{listed(told, lang()) or label_text(run.label, LONGEST)} · {when(run.made)} · {run.id[:6]}"


def _read(key: str) -> Compared | None:
    """The comparison of a key; while it is under way, or where it cannot be shown, why not."""
    try:
        return compared(key)
    except LookupError:
        job = jobs().attach(key)
        if job is None:
            st.warning(t("compare.gone", id=escaped(key[:40])))
        else:
            show_job(job.id, f"compare_job_{job.id}")
    except Damaged as error:
        st.error(t("compare.damaged", message=escaped(str(error)[:300])))
    except BadInput as error:
        st.warning(t("compare.unpaired", message=refused(error)))
    return None
