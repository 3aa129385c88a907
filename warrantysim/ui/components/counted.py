"""A stored simulation and what was counted of its years: chosen, found, or asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from warrantysim.locale.wording import listed, named, titled
from warrantysim.store.counting import MOST, counting, usual_rules
from warrantysim.store.deciding import confirmation_of
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.studies.study import Stored
from warrantysim.ui import reading
from warrantysim.ui.components.address import copy_link, from_address, pick
from warrantysim.ui.components.answer import show_stored
from warrantysim.ui.components.decision import offer_demo
from warrantysim.ui.components.differences import refused
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.run_names import label_text, scenario_titles
from warrantysim.ui.components.running import show_job, submit
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import jobs, may_edit, when, workspace

DECIDED = {
    "recommended": "counted.recommended",
    "free optimum": "counted.free",
    "every change": "counted.every",
    "cash alone": "counted.cash_only",
}
"""Rules a decision's confirming simulation names, and their texts."""
LONGEST = 60
"""Longest name of a run or rule on a page [characters]."""


def show_counted(
    kind: str,
    before: Callable[[StoredRun], None],
    above: Callable[[StoredRun, tuple[str, ...]], None] | None = None,
    more: Mapping[str, Callable[[StoredRun, Stored], None]] | None = None,
) -> None:
    """A page about one stored simulation whose years are counted: the run, then what was counted of it.

    Parameters
    ----------
    before
        Draws what is known before anything was counted.
    above
        Draws what stands above the answer, for these rules.
    more
        Further parts, of the simulation and what was counted, by name.
    """
    st.title(t(f"{kind}.title"))
    run = choose_simulation(kind)
    if run is None:
        return
    try:
        study = last_count(kind, run)
        if study is None:
            ask_to_count(kind, run, kind)
            before(run)
        else:
            titles = {case: title for case, title in counted_rules(run).items() if case in study.manifest["cases"]}
            if above is not None:
                above(run, tuple(titles))
            parts = {name: (t(f"{kind}.view_{name}"), partial(draw, run)) for name, draw in (more or {}).items()}
            show_stored(
                kind, reading.found_in_run(study), kind, study.id, {"case_titles": titles_of_rules(titles)}, parts
            )
        method(run, study, t(f"{kind}.method"))
    except Damaged as error:
        st.error(t("counted.damaged_count", id=run.id) + " " + escaped(str(error)[:200]))


def titles_of_rules(titles: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """What rules are called on this page, as a study's facts have it."""
    return {case: {lang(): title} for case, title in titles.items()}


def choose_simulation(page: str) -> StoredRun | None:
    """The stored simulation a page is about, the latest decision's confirmation first; None where there is none.

    A run the address asks for that is gone, or whose files are damaged, is said to be so.
    """
    held = sorted(reading.finished_runs("simulate"), key=lambda run: not confirms(run))
    if not held:
        _empty(page)
        return None
    titles = scenario_titles()
    labels = {run.id: _label(run, titles) for run in held}
    key = f"{page}_run"
    wished = from_address(key)
    if wished is not None and wished not in labels:
        st.warning(t("counted.gone", id=escaped(wished[:40])))
    left, right = st.columns([6, 1.2], vertical_alignment="bottom")
    with left:
        chosen = pick(st.selectbox, t("counted.choose"), list(labels), key, told=True, format_func=labels.__getitem__)
    with right:
        copy_link(f"{page}_link")
    run = next(run for run in held if run.id == chosen)
    if broken := run.damage(thorough=False):
        st.error(t("counted.damaged", id=run.id, files=escaped(listed(broken, lang())[:200])))
        return None
    return run


def _empty(page: str) -> None:
    """Nothing was simulated yet: say what the page will show, and offer the demo."""
    st.write(t(f"{page}.empty"))
    offer_demo(page)


def _label(run: StoredRun, titles: Mapping[str, str]) -> str:
    """A simulation in a list."""
    names = run.manifest["policies"]
    rules = listed((named("tried", name, lang()) for name in names), lang())
    return f"{short(label_text(run.label, titles=titles))} · {short(rules)} · {when(run.made)} · {run.id[:6]}"


def short(text: str, most: int = LONGEST) -> str:
    """A name cut where it is too long for a label."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def counted_rules(run: StoredRun) -> dict[str, str]:
    """The rules that are counted, each with its title: the first one, and the recommended or else the second."""
    return {name: _title(run, name) for name in usual_rules(run)}


def confirms(run: StoredRun) -> bool:
    """Whether it is what confirmed a decision: made with it, or, where the decision shipped, made behind it."""
    if run.manifest.get("part_of"):
        return True
    found = (confirmation_of(one, workspace()) for one in reading.finished_runs("decide"))
    return any(one is not None and one.id == run.id for one in found)


def _title(run: StoredRun, name: str) -> str:
    if name in DECIDED and confirms(run):
        return t(DECIDED[name])
    stated = reading.scenario_behind(run).policy
    return short(titled(stated.title, name, lang()) if name == stated.name else name)


def last_count(kind: str, run: StoredRun) -> StoredRun | None:
    """What was counted of a simulation last, whole before stopped; None where nothing was, or it is damaged."""
    found = [each for each in reading.finished_runs(kind) if each.manifest.get("options", {}).get("of") == run.id]
    sound = [each for each in found if not each.damage(thorough=False)]
    if found and not sound:
        st.warning(t("counted.damaged_count", id=found[0].id))
    return next(iter(sorted(sound, key=lambda each: bool(each.manifest.get("part_of")))), None)


def ask_to_count(kind: str, run: StoredRun, page: str) -> None:
    """Offer to count a simulation's years; show the job while it works, and why where it failed."""
    try:
        study = _study(str(run.folder), kind, run.id)
    except (ValueError, Damaged) as error:
        st.error(t("counted.cannot", message=refused(error)))
        return
    years = int(study.options["replications"])
    st.info(t(f"{page}.uncounted", years=years, whole=len(run.manifest["replications"])))
    last = next((job for job in jobs().listed() if job.run_id == study.id), None)
    if last is not None and last.state != "finished":
        show_job(last.id, f"{page}_job")
    if last is None or not last.active:
        if st.button(t("counted.count", n=years), type="primary", key=f"{page}_count", disabled=not may_edit()):
            submit(study, run.label)
            st.rerun()
        st.caption(t("counted.why", most=MOST))


@st.cache_resource(max_entries=reading.READABLE, show_spinner=False)
def _study(folder: str, kind: str, id: str) -> AskedQuestion:
    run = reading.stored(id)
    if run is None:
        raise ValueError(f"run {id} is gone from {folder}")
    return counting(kind, run, usual_rules(run))


def method(run: StoredRun, study: StoredRun | None, text: str) -> None:
    """How the page's figures were made, and from which runs."""
    with st.expander(t("piece.method")):
        st.write(text)
        st.caption(t("piece.run_made", id=run.id, made=when(run.made)))
        if study is not None:
            st.caption(
                t(
                    "counted.rests_on",
                    id=study.id,
                    made=when(study.made),
                    n=study.record["replications"],
                    seed=run.manifest["seed"],
                )
            )
