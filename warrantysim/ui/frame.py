"""The frame around every page: navigation, language, who is here, what is running."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib import import_module
from itertools import product
from pathlib import Path
from threading import Thread

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx

from warrantysim.locale.wording import LANGUAGES, named, titled
from warrantysim.report.charts.theme import MEANINGS, Look
from warrantysim.store import approvals
from warrantysim.store.pins import HEADLINE, pin
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.studies.decide.words import in_language
from warrantysim.ui import reading
from warrantysim.ui.components.address import pick, put
from warrantysim.ui.components.decision import key_figures
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.run_names import label_text
from warrantysim.ui.components.running import under_way
from warrantysim.ui.components.trouble import guarded_page, permitted
from warrantysim.ui.language import KEY, NAMES, lang, t
from warrantysim.ui.pages import PAGES, go, page_of
from warrantysim.ui.session import (
    COOKIE,
    LONGEST_NAME,
    claim,
    look,
    may_edit,
    person,
    remembered,
    sign_in_configured,
    signed_in,
    when,
    who,
    workspace,
    zone,
)

NEEDED = ("ArrowVegaLiteChart", "embed", "DataFrame")
"""Parts of Streamlit's front end that pages load when they first show a chart or a table."""
FETCH = Path(__file__).with_name("frame_ahead.html").read_text("utf-8").rstrip()


REMEMBER = """<script>document.cookie = COOKIE + '=' + encodeURIComponent(NAME) +
    '; path=/; max-age=31536000; samesite=lax';</script>"""
"""The browser keeps the name of whoever works in it, for a year."""


def fetch_ahead() -> None:
    """Once in a session: one press of the browser's button goes one page back; and parts are fetched that pages will
    need. Where a part goes by another name, the next page loads it."""
    if not st.session_state.get("fetched"):
        st.session_state["fetched"] = True
        st.html(FETCH.replace("NAMES", json.dumps(_names())), unsafe_allow_javascript=True)


@cache
def _names() -> list[str]:
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    return [file.name for part in NEEDED for file in sorted(folder.glob(f"{part}.*.js"))]


ICON = Path(__file__).with_name("icon.svg")
"""The tab's icon; one of Streamlit's own would be fetched from elsewhere."""


DARK = """<style>
[data-testid^=stBaseButton-primary]:enabled *, [data-testid=stMultiSelect] span[title] { color: #0e1117 !important; }
</style>"""
"""On dark ground what lies on the bright first colour is written dark; Streamlit writes it white."""


UPLOAD = """<style>
[data-testid=stFileUploaderDropzoneInstructions] { display: none; }
[data-testid=stFileUploaderDropzone] button p { font-size: 0; }
[data-testid=stFileUploaderDropzone] button p::after { content: "TEXT"; font-size: 0.95rem; }
</style>"""
"""Streamlit says this in English alone; what a file may be and how large is said in the labels."""


OURS = Path(__file__).with_name("frame.html").read_text("utf-8").rstrip()
"""Streamlit's own way to take a table away guards no cell; ours is below each table. The header stays in view, and of a
picture drawn for several windows the one for this."""
GROUND = {"light": "#ffffff", "dark": "#0e1117"}
"""What the header is drawn on."""


def show() -> None:
    """Draw the app: frame first, then the page that was chosen."""
    st.set_page_config(page_title=t("frame.app"), page_icon=str(ICON), layout="wide")
    chosen = st.navigation([page_of(name) for pages in PAGES.values() for name in pages], position="hidden")
    fetch_ahead()
    st.html(OURS.replace("GROUND", GROUND[look().mode]))
    if look().mode == "dark":
        st.html(DARK)
    if lang() != "en":
        st.html(UPLOAD.replace("TEXT", t("frame.upload")))
    run = reading.decision_shown()
    first = reading.headline()
    aside = "" if run is None or first is None or run.id == first.id else run.id
    st.session_state[f"{reading.DECISION}_kept"] = aside
    put(reading.DECISION, aside)
    _side()
    with st.container(key="frame_header", gap="xxsmall"):
        guarded_page(partial(_header, run, first))
    guarded_page(chosen.run)
    read_ahead()


def _header(run: StoredRun | None, first: StoredRun | None) -> None:
    """What is always in view: seller, rule in force, whose result and of when, its key figures, and what is running."""
    current = approvals.in_force(workspace())
    force = "" if current is None else t("frame.version", number=current.number, day=current.from_day)
    if run is None or first is None:
        st.markdown(t("frame.no_result", force=force or t("frame.todays")))
    else:
        try:
            told = reading.told_of_run(run)
        except (Damaged, LookupError, ValueError):
            st.markdown(t("frame.damaged", id=run.id))
            return
        now = told.d.now
        seller = in_language(told.words.title, lang())
        label = label_text(run.label, LONGEST_NAME)
        st.markdown(
            t(
                "frame.about",
                seller=escaped(seller[:LONGEST_NAME]),
                force=force or escaped(titled(now.title, now.name, lang())[:LONGEST_NAME]),
                label=named("kind", run.kind, lang()) if label == seller[:LONGEST_NAME] else escaped(label),
                made=when(run.made),
                who=escaped(str(run.manifest["who"])[:LONGEST_NAME]) or t("frame.program"),
            )
        )
        st.markdown(
            " · ".join(
                t("frame.figure", label=escaped(f.label), value=escaped(f.value), beneath=escaped(f.beneath))
                for f in key_figures(told)
            )
        )
        _other(run, first)
    under_way()


def _other(run: StoredRun, first: StoredRun) -> None:
    """A newer decision, or that the one on screen is not the headline, with what can be done about it."""
    newer = next(iter(reading.finished_runs("decide")), first)
    if run.id != first.id:
        other, key = first, "frame.not_headline"
    elif newer.made > first.made and newer.id != first.id:
        other, key = newer, "frame.newer"
    else:
        return
    told = t(key, label=escaped(label_text(other.label, LONGEST_NAME)), made=when(other.made))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/info: {told}", width="content")
        label = t("frame.show_headline" if run.id != first.id else "frame.show_newer")
        st.button(label, key="frame_show", type="tertiary", on_click=_turn, args=(other.id,))
        if run.id != first.id:
            live = may_edit()
            st.button(
                t("frame.make"), key="frame_make", type="tertiary", disabled=not live, on_click=_make, args=(run.id,)
            )


def _turn(id: str) -> None:
    st.query_params[reading.DECISION] = id
    if reading.DECISION in st.session_state:
        st.session_state[reading.DECISION] = id


def _make(id: str) -> None:
    permitted(lambda: pin(workspace(), [id], who(), HEADLINE))


def _ways() -> None:
    """Links to all pages by section; a list of Streamlit's own with sections is not read as one by screen readers."""
    for section, pages in PAGES.items():
        with st.container(gap="xxsmall"):
            st.caption(t(f"frame.{section}"))
            for name in pages:
                go(name, t(f"frame.{name}"))


def _side() -> None:
    with st.sidebar:
        _ways()
        st.divider()
        st.session_state.setdefault(KEY, lang())
        pick(st.segmented_control, t("frame.language"), LANGUAGES, KEY, told=True, format_func=NAMES.__getitem__)
        st.caption(t("frame.workspace", name=workspace().folder.name, zone=escaped(str(zone()))))
        _who()


def _who() -> None:
    """Who is here, and what they may not do."""
    if not sign_in_configured():
        st.session_state.setdefault("who", remembered())
        st.text_input(
            t("frame.who"), key="who", max_chars=LONGEST_NAME, persist_state="session", help=t("frame.who_help")
        )
        if person() != remembered():
            told = json.dumps(person()).replace("<", "\\u003c")
            st.html(REMEMBER.replace("COOKIE", json.dumps(COOKIE)).replace("NAME", told), unsafe_allow_javascript=True)
    elif signed_in():
        st.button(t("frame.sign_out"), on_click=st.logout)
    else:
        st.button(t("frame.sign_in"), on_click=st.login)
    if signed_in() and not person():
        st.warning(t("frame.unverified", claim=escaped(claim())))
    elif not may_edit():
        st.info(t("frame.viewer"))


SETTING = "WARRANTYSIM_READ_AHEAD"
"""Environment variable that turns it off where it is 0."""


def read_ahead() -> None:
    """Begin, once while the server runs."""
    if os.environ.get(SETTING) != "0":
        _begun(str(workspace().folder))


@st.cache_resource(show_spinner=False)
def _begun(folder: str) -> Thread:
    thread = Thread(target=_read, name="read ahead", daemon=True)
    add_script_run_ctx(thread)
    thread.start()
    return thread


def _read() -> None:
    for step in _steps():
        try:
            step()
        except Exception:  # Whatever is wrong with a run, its page tells when somebody opens it.
            logging.getLogger(__name__).debug("not read ahead", exc_info=True)


def _steps() -> Iterator[Callable[[], object]]:
    for name in [name for pages in PAGES.values() for name in pages]:
        yield partial(import_module, f"warrantysim.ui.{name}")
    yield _home
    yield _decision
    yield _comparison
    yield _scenarios


def _home() -> None:
    from warrantysim.ui.home import savings

    run = reading.headline()
    if run is not None:
        for language, mode in product(LANGUAGES, MEANINGS):
            savings(run, Look(language, mode))


def _decision() -> None:
    from warrantysim.ui.thresholds_shown import DecisionShown

    run = reading.headline()
    if run is None:
        return
    shown = DecisionShown.of(run)
    shown.years()
    _ = shown.curves, shown.detail
    if shown.confirmed is not None:
        reading.scenario_behind(shown.confirmed)
        reading.to_count(shown.confirmed)


def _comparison() -> None:
    from warrantysim.ui.compared import KIND

    run = reading.latest(KIND)
    if run is not None:
        reading.scenario_behind(run)
        reading.found_in_run(run)


def _scenarios() -> None:
    from warrantysim.ui.components import worlds

    rested = worlds.usage()
    for one in worlds.known_scenarios():
        worlds.runs_using(one.ref, rested)
