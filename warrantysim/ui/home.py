"""*Home*: the answer first, and against what; what to change on Monday; what needs attention; where to go next."""

from __future__ import annotations

import streamlit as st

from warrantysim.locale.wording import say, titled
from warrantysim.report import figures
from warrantysim.report.charts.export import still
from warrantysim.report.charts.theme import Look, Picture
from warrantysim.report.verdicts import saved
from warrantysim.store.stored_run import StoredRun
from warrantysim.studies.decide.sentences import whole_parts
from warrantysim.studies.decide.told import MOST_ON_TOP, Told
from warrantysim.ui import reading
from warrantysim.ui.compared import last_verdicts
from warrantysim.ui.components.books_verdict import books_verdict
from warrantysim.ui.components.decision import card, key_figures, offer_demo, show_ladder, show_parts
from warrantysim.ui.components.held import held
from warrantysim.ui.components.pictures import STILL_WIDTHS, escaped, show_still
from warrantysim.ui.language import lang, t
from warrantysim.ui.pages import WAYS, go
from warrantysim.ui.session import jobs, look, when


def show() -> None:
    """Draw the page."""
    st.title(t("home.title"))
    run = reading.decision_shown()
    if run is None:
        _empty()
        return
    told = reading.told_of_run(run)
    decision = told.d
    books_verdict(reading.scenario_behind(run))
    _answer(told)
    whole = decision.saving.interval
    show_parts(
        whole_parts(decision.parts, lang()), decision.currency, (float(whole.mean), float(whole.low), float(whole.high))
    )
    show_ladder(told, open_at_once=False)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _monday(told)
        _ways()
    with right:
        _attention(told)
        _compared()
    show_still(*savings(run, look()))
    if largest := held_longest(told):
        st.caption(escaped(largest))
    for text in (told.robust(), told.free()):
        if text:
            st.markdown(escaped(text))
    with st.expander(t("home.rests")):
        st.write(
            t("home.rests_on", replications=decision.replications, seed=decision.seed, status=decision.solver.status)
        )
        st.caption(t("piece.run_made", id=run.id, made=when(run.made)))


def savings(run: StoredRun, seen: Look) -> tuple[dict[str, str], Picture]:
    """What each change saves: the picture, and the same drawn as SVG for each width.

    Drawn here, so that the first page does not wait until the browser has fetched what draws charts.
    """

    def draw() -> tuple[dict[str, str], Picture]:
        picture = reading.told_of_run(run).savings(seen)
        return {window: still(picture, width) for window, width in STILL_WIDTHS.items()}, picture

    return held(("home", run.id, seen.mode), draw, seen.lang)


def _empty() -> None:
    """No decision yet: say what one is, and offer the demo."""
    st.write(t("home.empty"))
    go("seller", t("home.to_seller"))
    offer_demo("home")


def _answer(told: Told) -> None:
    """The saving with its interval, against whose cost, and what customers notice."""
    d = told.d
    saving, now, new, acts, days = st.columns(5)
    for place, figure in zip((saving, acts, days), key_figures(told), strict=True):
        card(place, *figure)
    name = titled(d.now.title, d.now.name, lang())
    card(now, t("home.cost_now"), f"{d.currency} {figures.whole(d.cost_now)}", t("home.against", now=escaped(name)))
    share = figures.share(float(d.saving.interval.mean) / d.cost_now) if d.cost_now else ""
    card(new, t("home.cost"), f"{d.currency} {figures.whole(d.cost)}", t("home.share", share=share))


def _monday(told: Told) -> None:
    st.subheader(t("home.monday"))
    if not told.taken:
        st.write(t("home.nothing"))
    for number, row in enumerate(told.taken[:MOST_ON_TOP], start=1):
        st.markdown(f"{number}. {escaped(told.cells.sentence(row))}")


def _attention(told: Told) -> None:
    st.subheader(t("home.attention"))
    d = told.d
    said = [escaped(text) for text in told.waits_longer()]
    failed = [job for job in jobs().listed(active=False) if job.state in {"failed", "lost"}]
    few = int(d.table["few_claims"].sum())
    held = sum(change.because in {"small", "whole_small"} for change in d.changes)
    fragile, slow = (sum(c.because == why for c in d.changes if not c.taken) for why in ("fragile", "slow"))
    if failed:
        said.append(t("home.failed", n=len(failed)))
    said += [
        t("home.minimum", partner=escaped(told.cells.contract(name)), n=len(months))
        for name, months in d.solver.unmet.items()
    ]
    if few:
        said.append(t("home.few", n=few))
    said += [t(f"home.{key}", n=n) for key, n in (("slow", slow), ("fragile", fragile), ("hold", held)) if n]
    for text in said or [t("home.fine")]:
        st.markdown(f"- {text}")


def held_longest(told: Told) -> str:
    """Why what would save most is left as it is; empty where it is not."""
    rows = [row for row in told.rows if row["because"] != "same" and saved(row)[0] > 0]
    largest = max(rows, key=lambda row: saved(row)[0], default=None)
    if largest is None or largest["taken"]:
        return ""
    why = say(f"because.{largest['because']}", told.lang)
    return t("home.largest_held", cell=told.cells.name(largest), verdict=told.cells.verdict(largest), why=why)


def _compared() -> None:
    told = last_verdicts()
    if told:
        st.subheader(t("home.compared"))
    for text in told:
        st.markdown(f"- {escaped(text)}")


def _ways() -> None:
    st.subheader(t("home.ways"))
    for page, query in WAYS.items():
        go(page, t(f"home.to_{page}"), **query)
