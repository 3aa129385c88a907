"""*Operations*: how a stored simulation's year feels to those who answer, test, repair and ship."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from warrantysim.analysis.cases import Case
from warrantysim.experiment.replay import on_day, open_between, spread_out
from warrantysim.experiment.service import service
from warrantysim.locale.wording import named, say
from warrantysim.report.charts.replay import replay_chart, with_all
from warrantysim.store.stored_run import StoredRun
from warrantysim.studies.decide.sentences import service_text
from warrantysim.studies.operations import STUDY
from warrantysim.studies.study import Say, Stored
from warrantysim.ui import reading
from warrantysim.ui.components.address import pick, put
from warrantysim.ui.components.answer import show_stored
from warrantysim.ui.components.counted import counted_rules, show_counted, titles_of_rules
from warrantysim.ui.components.exports import offer_csv
from warrantysim.ui.components.pictures import escaped, show_picture, show_table
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import look

MOST = 40
"""Claims drawn at once, evenly from the first to the last opened."""
MIDDLE = 15
"""Day of the month that is shown first."""
DAY = "operations_day"
"""What the address calls the day of the month that is looked at."""


def show_replay(run: StoredRun, stored: Stored) -> None:
    """Choose rule, lane and month, then step through its days."""
    st.subheader(t("operations.head_replay"))
    st.caption(t("operations.replay_why", most=MOST))
    journeys = stored.tables["journeys"]
    if market := stored.facts.get("market"):
        journeys = journeys[journeys["market"] == market]
    # Without what stands in brackets: a row has one line, and the number of its claim.
    short = {sku: re.split(r" ?[（(]", own[lang()])[0] for sku, own in stored.facts["products"].items()}
    journeys = journeys.assign(sku=journeys["sku"].map(short))
    titles = {case: stored.facts["case_titles"][case][lang()] for case in stored.facts["cases"]}
    with st.container(border=True):
        columns = st.columns(4)
        with columns[0]:
            case = pick(
                st.selectbox, say("counted.rules", lang()), list(titles)[::-1], "operations_case",
                format_func=titles.__getitem__,
            )  # fmt: skip
        journeys = journeys[journeys["case"] == case]
        with columns[1]:
            journeys = _chosen(journeys, "disposition", partial(named, "disposition", lang=lang()))
        with columns[2]:
            journeys = _chosen(journeys, "partner", Say("operations", lang(), stored.facts).doer)
        with columns[3]:
            months = _months(run)
            month = pick(st.selectbox, t("operations.month"), list(months), "operations_month")
    first, last = months[month]
    _stepped(run, open_between(journeys, first, last), first, last)


def _chosen(journeys: pd.DataFrame, column: str, called: Callable[[str], str]) -> pd.DataFrame:
    names = {"": t("operations.any")} | {one: called(one) for one in sorted(journeys[column].unique()) if one}
    chosen = pick(
        st.selectbox, t(f"operations.{column}"), list(names), f"operations_{column}", format_func=names.__getitem__
    )
    return journeys[journeys[column] == chosen] if chosen else journeys


def _months(run: StoredRun) -> dict[str, tuple[float, float]]:
    """Months of the horizon, each with its first day and the first after it [days]."""
    scenario = reading.scenario_behind(run)
    days = pd.date_range(scenario.clock.first_day, periods=scenario.horizon.days)
    labels = days.strftime("%Y-%m")
    return {
        label: (float((labels == label).argmax()), float((labels == label).argmax() + (labels == label).sum()))
        for label in dict.fromkeys(labels)
    }


@st.fragment
def _stepped(run: StoredRun, journeys: pd.DataFrame, first: float, last: float) -> None:
    """A slider over the days of the month, with buttons a day back and on."""
    days = int(last - first)
    stated = st.query_params.get(DAY, "")
    at = st.session_state.get(DAY, int(stated) if stated.isdecimal() else MIDDLE)
    st.session_state[DAY] = min(max(1, int(at)), days)
    back, slider, on = st.columns([1, 8, 1], vertical_alignment="bottom")
    back.button(t("operations.day_back"), key="operations_back", on_click=_step, args=(-1,), width="stretch")
    on.button(t("operations.day_on"), key="operations_on", on_click=_step, args=(1,), width="stretch")
    with slider:
        day = int(st.slider(t("operations.day"), 1, days, key=DAY)) if days > 1 else 1
    put(DAY, "" if day == MIDDLE else str(day))
    moment = first + day - 0.5
    counts = on_day(journeys, moment)
    left, right = st.columns([2, 1], gap="medium")
    with left:
        drawn = spread_out(journeys, MOST)
        told = with_all(counts, journeys["claim"].nunique())
        first_day = reading.scenario_behind(run).clock.first_day
        picture = replay_chart(drawn, moment, told, first_day, (first - 7, last + 7), look=look())
        show_picture(picture, "operations_replay")
    with right:
        st.markdown(f"#### {escaped(t('operations.by_stage'))}")
        names = [named("claim_stage", stage, lang()) for stage in counts["stage"]]
        heads = [named("floor_column", name, lang()) for name in ("stage", "claims")]
        shown = pd.DataFrame({heads[0]: names, heads[1]: counts["claims"]})
        show_table(shown, alt=picture.takeaway, key="operations_day_counts")
        offer_csv(counts, f"warrantysim_operations_replay_day_{run.id}", "operations_day_counts_csv")


def _step(days: int) -> None:
    st.session_state[DAY] = int(st.session_state[DAY]) + days


REPLAY = "replay"
"""The view that follows claims day by day."""


def show() -> None:
    """Draw the page."""
    show_counted("operations", _benches, _service, {REPLAY: show_replay})


def _benches(run: StoredRun) -> None:
    """Before anything was counted: what the simulation itself has kept of its benches."""
    own: list[str] = [name for name in ("benches", "benches_year") if name in run.frames]
    tables = {name: reading.frame(run, name).rename(columns={"policy": "case"}) for name in own}
    titles = counted_rules(run)
    facts = {**run.stored.facts, "cases": list(titles), "case_titles": titles_of_rules(titles)}
    scenario = reading.scenario_behind(run)
    whole = STUDY.upgrade(Stored(tables, facts), 0, [Case(name, scenario, scenario.policy) for name in titles])
    show_stored("operations", whole, "operations", run.id)


def _service(run: StoredRun, rules: tuple[str, ...]) -> None:
    """The measure of service that decision, memo and approvals tell, of all years of the simulation."""
    if len(rules) > 1:
        result = reading.found_in_run(run)
        sides = [[s.year for s in result.of(name)] for name in (rules[0], rules[-1])]
        st.markdown(escaped(service_text(service(sides[0]), service(sides[1]), lang())))
