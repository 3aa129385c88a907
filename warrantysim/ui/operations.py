"""*Operations*: how a stored simulation's year feels to those who answer, test, repair and ship.

The page chooses run, rules and view; the views are drawn by `operations_views` and `operations_replay`.
"""

from __future__ import annotations

import streamlit as st

from warrantysim.experiment.service import service
from warrantysim.report.decision_report import service_text
from warrantysim.report.operations_report import answer, headlines
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.ui import reading
from warrantysim.ui.language import lang, t
from warrantysim.ui.operations_replay import show_replay
from warrantysim.ui.operations_views import VIEWS, Floor, benches, stored_benches
from warrantysim.ui.pieces.address import pick, put
from warrantysim.ui.pieces.counted import ask_to_count, choose_simulation, counted, counted_rules, method
from warrantysim.ui.pieces.pictures import plain

BOTH = "both"
"""Choice of all rules side by side."""
DAYS, LONGEST = 14, 60
"""Days within which claims should be resolved, unless said otherwise; and at most."""
REPLAY = "replay"
"""The view that follows claims day by day."""


def show() -> None:
    """Draw the page."""
    st.title(t("operations.title"))
    run = choose_simulation("operations")
    if run is None:
        return
    try:
        study = counted("operations", run)
        if study is None:
            _before_counting(run)
        else:
            _counted(run, study)
        method(run, study, t("operations.method"))
    except Damaged as error:
        st.error(t("counted.damaged_count", id=run.id) + " " + plain(str(error)[:200]))


def _before_counting(run: StoredRun) -> None:
    """What the simulation itself has kept, and the offer to count the rest."""
    ask_to_count("operations", run, "operations")
    titles = counted_rules(run)
    stored_benches(Floor(run, None, titles, "", DAYS))


def _counted(run: StoredRun, study: StoredRun) -> None:
    titles = {case: title for case, title in counted_rules(run).items() if case in study.manifest["cases"]}
    markets = list(reading.world(run).market_ids)
    with st.container(border=True):
        left, middle, right = st.columns([3, 2, 2], vertical_alignment="bottom")
        with left:
            if len(titles) > 1:
                names = {BOTH: t("counted.both"), **titles}
                chosen = pick(
                    st.segmented_control, t("counted.rules"), list(names), "operations_rules",
                    format_func=lambda name: plain(names[name]),
                )  # fmt: skip
                titles = titles if chosen == BOTH else {chosen: titles[chosen]}
        with middle:
            places = {"": t("counted.everywhere"), **{market: market for market in markets}}
            market = pick(
                st.selectbox, t("counted.market"), list(places), "operations_market", format_func=places.__getitem__
            )
        with right:
            days = _days()
    floor = Floor(run, study, titles, market, days)
    _answer(floor)
    views = {**{name: t(f"operations.view_{name}") for name in VIEWS}, REPLAY: t("operations.view_replay")}
    view = pick(st.segmented_control, t("counted.part"), list(views), "operations_view", format_func=views.__getitem__)
    if view == REPLAY:
        show_replay(floor)
    else:
        VIEWS[view](floor)


def _days() -> int:
    """Days claims should be resolved within; the address keeps them."""
    key = "operations_days"
    if key not in st.session_state:
        stated = st.query_params.get(key, "")
        st.session_state[key] = min(LONGEST, max(1, int(stated))) if stated.isdecimal() else DAYS
    days = int(st.number_input(t("operations.days"), 1, LONGEST, key=key, step=1))
    put(key, "" if days == DAYS else str(days))
    return days


def _answer(floor: Floor) -> None:
    """The answer in a sentence, then four figures, each beside that of the first rule."""
    st.markdown(plain(answer(floor.table("promises"), floor.titles, floor.days, lang())))
    if not floor.market and len(floor.titles) > 1:
        # The measure of service that decision, memo and approvals tell, of all years of the simulation.
        result = reading.found(floor.run)
        sides = [[s.year for s in result.of(name)] for name in (next(iter(floor.titles)), list(floor.titles)[-1])]
        st.markdown(plain(service_text(service(sides[0]), service(sides[1]), lang())))
    tables = {name: floor.table(name) for name in ("promises", "open_in_all", "dispatches")}
    tables["benches"] = benches(floor)
    told = headlines(tables, floor.titles, floor.days, floor.currency, lang())
    first = next(iter(floor.titles.values()))
    for column, each in zip(st.columns(len(told)), told, strict=True):
        beside = t("operations.beside", rule=plain(first), value=each.beside) if each.beside else ""
        column.metric(
            t(f"operations.figure_{each.key}", days=floor.days),
            each.value,
            plain(each.where) or None,
            delta_color="off",
            delta_arrow="off",
            border=True,
            height="stretch",
        )
        if beside:
            column.caption(beside)
