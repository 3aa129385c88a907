"""What pages of a decision share: cards, its ladder, its parts and its law, files, and the demo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from warrantysim.locale.wording import LANGUAGES, Lang
from warrantysim.present.blocks import Points
from warrantysim.report import figures
from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.studies.decide.book import decision_workbook, workbook_name
from warrantysim.studies.decide.told import Told
from warrantysim.studies.waiting import WAITING
from warrantysim.ui import reading
from warrantysim.ui.components.address import pick
from warrantysim.ui.components.answer import as_shown, points
from warrantysim.ui.components.pictures import escaped, show_table
from warrantysim.ui.components.running import ask_once, show_job
from warrantysim.ui.demo import ask_for_demo
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import jobs, may_edit, scenarios_folder, who

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOTH = "both"


class KeyFigure(NamedTuple):
    """A figure of a decision that stands on every page."""

    label: str
    value: str
    beneath: str
    help: str | None = None


def key_figures(told: Told) -> tuple[KeyFigure, KeyFigure, KeyFigure]:
    """What a decision saves, what changes and how long customers wait: the same wherever they stand."""
    d, found = told.d, told.d.saving.interval
    low, high = figures.whole(float(found.low)), figures.whole(float(found.high))
    taken = [change for change in d.changes if change.taken]
    rules = sum(len(change.cells) for change in taken)
    return (
        KeyFigure(
            t("home.saving", period=told.period), f"{d.currency} {figures.whole(float(found.mean))}",
            t("home.range", low=low, high=high), t("home.range_help", level=figures.level(d.confidence)),
        ),
        KeyFigure(
            t("home.acts"), t("home.acts_of", acts=rules, cells=len(d.table)),
            t("home.acts_changes", n=len(taken)), t("home.acts_help"),
        ),
        KeyFigure(
            t("home.days"), t("home.days_of", days=figures.days(d.service.p90)),
            t("home.days_now", days=figures.days(d.service_now.p90)), t("home.days_help"),
        ),
    )  # fmt: skip


def card(place: Any, label: str, value: str, beneath: str, help: str | None = None) -> None:
    """A figure with what stands beneath it; ``place``: a column."""
    place.metric(label, value, beneath, delta_color="off", delta_arrow="off", border=True, height="stretch", help=help)


def offer_demo(page: str) -> None:
    """Where there is no decision yet: what is under way, or the demo."""
    active = jobs().listed(active=True)
    for job in active:
        show_job(job.id, f"{page}_{job.id}")
    if active:
        return
    if st.button(t("piece.demo"), type="primary", disabled=not may_edit()):
        ask_for_demo(jobs(), scenarios_folder(), who=who())
        st.rerun()
    st.caption(t("piece.demo_why"))


def offer_file(label: str, name: str, mime: str, data: Callable[[], bytes], key: str, help: str | None = None) -> None:
    """A button that hands out a file, made when it is pressed."""
    st.download_button(
        label, data, file_name=name, mime=mime, on_click="ignore", icon=":material/download:", key=key, help=help,
        width="stretch",
    )  # fmt: skip


def memo_languages(page: str) -> Sequence[Lang]:
    """Languages a memo is wanted in: the page's first, each alone or all."""
    options = [lang(), *(one for one in LANGUAGES if one != lang()), BOTH]
    wanted = pick(
        st.segmented_control, t("piece.memo_in"), options, f"{page}_memo",
        format_func=lambda one: t(f"approvals.memo.{one}"),
    )  # fmt: skip
    return LANGUAGES if wanted == BOTH else (wanted,)


def offer_decision_workbook(
    run: StoredRun, confirmed: StoredRun, page: str, status: str = "DRAFT", end: str = ""
) -> None:
    """The workbook of a decision: its quantities are counted by a job, once, then it can be downloaded at once.

    ``end``: last part of its name.
    """
    asked = reading.to_count(confirmed)
    try:
        counted = reading.stored(asked.id)
        quantities = None if counted is None else reading.frame(counted, "quantities")
        decision = reading.found_in_run(run)
    except Damaged as error:
        st.warning(t("piece.damaged", message=escaped(str(error))[:300]))
        return
    if quantities is not None:
        made = datetime.fromisoformat(run.made).replace(tzinfo=None)
        name = workbook_name(decision, run.id, made).removesuffix(".xlsx") + f"{end}.xlsx"
        book = partial(
            decision_workbook, decision, reading.scenario_behind(confirmed), quantities,
            lang=lang(), changes=tuple(run.manifest["changes"]), status=status, run_id=run.id, made=made,
            waiting=reading.told_of_run(run).tables.get(WAITING),
        )  # fmt: skip
        offer_file(t("piece.workbook"), name, XLSX, book, f"{page}_book")
        return
    label = t("piece.workbook_job")
    ask_once(asked, label, t("piece.workbook_ask"), f"{page}_book_ask", f"{page}_{{id}}", width="stretch")


def show_ladder(told: Told, open_at_once: bool = True) -> None:
    """Draw it; nothing where the decision has none."""
    said = list(told.ladder())
    if not said:
        return
    st.subheader(told.say("ladder.title"))
    for text in said:
        st.markdown(escaped(text))
    with st.expander(told.say("ladder.fold"), expanded=open_at_once):
        st.markdown(points(Points(told.ladder_lines(), numbered=True)))
    st.caption(told.say("ladder.behind"))


def show_law(told: Told) -> None:
    """Draw it, folded; nothing where nothing is demanded."""
    block = told.law()
    if block is None:
        return
    with st.expander(t("piece.law")):
        show_table(as_shown(block), height="content", alt=t("piece.law"))
        st.caption(escaped(told.law_legend()))


def show_parts(rows: Sequence[tuple[str, float, str]], currency: str, whole: tuple[float, float, float]) -> None:
    """The parts and the whole, with their intervals; nothing for a decision stored without."""
    if not rows:
        return
    heads = [t("piece.part"), t("piece.part_saves", currency=currency), t("piece.part_interval")]
    in_all = (t("piece.part_whole"), whole[0], figures.interval(*whole[1:]))
    told = [(title, figures.signed(saving), ends) for title, saving, ends in (*rows, in_all)]
    frame = pd.DataFrame(told, columns=heads)
    st.table(frame, hide_index=True, alt=t("piece.parts_alt"))
    st.caption(t("piece.parts_how"))
