"""The replay of *Operations*: claims of a lane in a month, day by day, from the journey records of one year."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from warrantysim.experiment.replay import on_day, open_between, spread_out
from warrantysim.locale.wording import named
from warrantysim.report.charts.replay import replay_chart, with_all
from warrantysim.ui import reading
from warrantysim.ui.language import lang, t
from warrantysim.ui.operations_views import Floor
from warrantysim.ui.pieces.address import pick, put
from warrantysim.ui.pieces.pictures import plain, show_picture
from warrantysim.ui.pieces.table import show_table
from warrantysim.ui.session import look

MOST = 40
"""Claims drawn at once, evenly from the first to the last opened."""
MIDDLE = 15
"""Day of the month that is shown first."""
DAY = "operations_day"
"""What the address calls the day of the month that is looked at."""


def show_replay(floor: Floor) -> None:
    """Choose rule, lane and month, then step through its days."""
    st.subheader(t("operations.head_replay"))
    st.caption(t("operations.replay_why", most=MOST))
    journeys = floor.here("journeys")
    with st.container(border=True):
        columns = st.columns(4)
        with columns[0]:
            case = pick(
                st.selectbox, t("counted.rules"), list(floor.titles)[::-1], "operations_case",
                format_func=floor.titles.__getitem__,
            )  # fmt: skip
        journeys = journeys[journeys["case"] == case]
        with columns[1]:
            journeys = _chosen(journeys, "disposition", "disposition")
        with columns[2]:
            journeys = _chosen(journeys, "partner", "way")
        with columns[3]:
            months = _months(floor)
            month = pick(st.selectbox, t("operations.month"), list(months), "operations_month")
    first, last = months[month]
    _stepped(floor, open_between(journeys, first, last), first, last)


def _chosen(journeys: pd.DataFrame, column: str, group: str) -> pd.DataFrame:
    """The journeys of one value of a column, or all."""
    names = {"": t("operations.any")} | {
        value: named(group, value, lang()) for value in sorted(journeys[column].unique()) if value
    }
    chosen = pick(
        st.selectbox, t(f"operations.{column}"), list(names), f"operations_{column}", format_func=names.__getitem__
    )
    return journeys[journeys[column] == chosen] if chosen else journeys


def _months(floor: Floor) -> dict[str, tuple[float, float]]:
    """Months of the horizon, each with its first day and the first after it [days]."""
    world = reading.world(floor.run)
    days = pd.date_range(world.clock.first_day, periods=world.horizon.days)
    labels = days.strftime("%Y-%m")
    return {
        label: (float((labels == label).argmax()), float((labels == label).argmax() + (labels == label).sum()))
        for label in dict.fromkeys(labels)
    }


@st.fragment
def _stepped(floor: Floor, journeys: pd.DataFrame, first: float, last: float) -> None:
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
    left, right = st.columns([5, 2], gap="large")
    with left:
        drawn = spread_out(journeys, MOST)
        told = with_all(counts, journeys["claim"].nunique())
        first_day = reading.world(floor.run).clock.first_day
        picture = replay_chart(drawn, moment, told, first_day, (first - 7, last + 7), look=look())
        show_picture(picture, "operations_replay")
    with right:
        st.markdown(f"#### {plain(t('operations.by_stage'))}")
        show_table(counts, ["stage", "claims"], floor.file("replay_day"), "operations_day_counts", picture.takeaway)


def _step(days: int) -> None:
    st.session_state[DAY] = int(st.session_state[DAY]) + days
