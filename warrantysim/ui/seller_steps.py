"""Steps of *My seller*: what was assumed, reports read, fits and books, and the decision."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any, Literal

import streamlit as st

from warrantysim.analysis.cases import Case
from warrantysim.files.seller_book import COLUMNS, SHEETS, Place, SellerBook
from warrantysim.files.seller_cells import choices
from warrantysim.files.seller_products import Filled
from warrantysim.locale.wording import listed
from warrantysim.report import figures
from warrantysim.schema.digest import digest
from warrantysim.schema.errors import Problem, ScenarioError
from warrantysim.schema.root import Scenario
from warrantysim.store.seller_folder import SellerFolder, state_fitted, take_over
from warrantysim.store.stored_run import StoredRun
from warrantysim.store.study import AskedQuestion
from warrantysim.studies import MEASURING, study_of
from warrantysim.ui import reading
from warrantysim.ui.components.differences import problem_told, show_problems
from warrantysim.ui.components.pictures import escaped, show_table
from warrantysim.ui.components.running import ask_once, show_job, submit
from warrantysim.ui.language import lang, t
from warrantysim.ui.pages import go
from warrantysim.ui.session import jobs, may_edit

State = Literal["done", "open", "later"]
ICONS: dict[State, str] = {
    "done": ":material/check_circle:", "open": ":material/edit:", "later": ":material/radio_button_unchecked:",
}  # fmt: skip
MOST_WARNINGS = 6
"""Warnings shown one by one [warnings]."""
ABREAST, MOST_KINDS = 3, 30
"""Kinds of product asked in a row, and at once."""
LARGEST = 200
"""Largest report file taken [MB]."""
DRAWS = 32
"""How often inputs are drawn together to tell what to measure [count]."""


@contextmanager
def seller_step(number: int, title: str, state: State) -> Iterator[None]:
    """A step in a box, with its state."""
    with st.container(border=True):
        st.markdown(f"#### {number}. {title} :gray-badge[{ICONS[state]} {t(f'seller.{state}')}]")
        yield


def show_gaps(scenario: Scenario, filled: Sequence[Filled], warnings: Sequence[Problem]) -> None:
    """What was left empty and what stands there; what is odd."""
    zh = lang() == "zh"
    assumed = len(scenario.assumptions)
    st.write(t("seller.filled", n=len(filled), assumed=assumed))
    for warning in warnings[:MOST_WARNINGS]:
        st.warning(escaped(problem_told(warning)))
    if not filled:
        return
    words = {key: column.words[zh] for key, column in COLUMNS["products"].items()}
    rows = [
        {
            "sku": one.sku,
            "column": f"{words[one.column]} {one.market}".strip(),
            "value": choices("battery")[one.value][zh] if one.column == "battery" else one.value,
            "range": "" if math.isnan(one.low) else f"{one.low:g} - {one.high:g}",
            "mark": t(f"seller.mark_{one.mark}"),
            "why": one.why.text(lang()),
        }
        for one in filled
    ]
    with st.expander(t("seller.filled_list")):
        show_table(
            rows, key="seller_filled", alt=t("seller.filled_list"),
            column_config={name: t(f"seller.col_{name}") for name in rows[0]},
        )  # fmt: skip
        go("inputs", t("seller.to_inputs"))


def show_reports(seller: SellerFolder, book: SellerBook, scenario: Scenario) -> bool:
    """Files that were imported, a way to import more, what was fitted to them, and whether the model matches them:
    whether that is said.
    """
    from warrantysim.files.books import FOLDER, Books
    from warrantysim.files.importers import reports

    folder = seller.scenario.parent
    books = Books(folder / FOLDER)
    try:
        imported = books.imports
    except ScenarioError as error:
        show_problems(error.problems, {}, "seller_books_wrong")
        return False
    with seller_step(3, t("seller.reports"), "done" if imported else "later"):
        st.write(t("seller.imported", n=len(imported)) if imported else t("seller.no_reports"))
        if imported:
            names = ("file", "report", "rows", "used", "from", "to")
            titles = {name: report.title.text(lang()) for name, report in reports().items()}
            shown: list[dict[str, Any]] = [{name: row.get(name, "") for name in names} for row in imported]
            for row in shown:
                row["report"] = titles.get(row["report"], row["report"])
                row |= {name: int(row[name]) for name in ("rows", "used")}
            columns: dict[str, Any] = {name: t(f"seller.import_{name}") for name in names}
            columns |= {name: st.column_config.NumberColumn(columns[name], format="%,d") for name in ("rows", "used")}
            show_table(shown, key="seller_imports", alt=t("seller.reports"), column_config=columns)
        with st.expander(t("seller.import"), icon=":material/upload_file:"):
            _import(books, scenario)
        if imported:
            _proposed(seller, book, books, scenario)
    fitted = folder / "fitted.csv"
    state: State = "done" if fitted.exists() else "open" if imported else "later"
    with seller_step(4, t("seller.fits"), state):
        if fitted.exists():
            st.write(t("seller.fitted", n=max(len(fitted.read_text("utf-8-sig").splitlines()) - 1, 0)))
        else:
            st.write(t("seller.fit_next" if imported else "seller.no_fits"))
        if imported:
            run = _asked_of("fit", seller, scenario)
            if run is not None and st.button(t("seller.take_fits"), key="seller_take_fits", disabled=not may_edit()):
                study_of("fit").accept(run.stored, folder)
                state_fitted(seller)
                st.rerun()
            held = _asked_of("books", seller, scenario) is not None
            if months_whole(books) > 1:
                _asked_of("month_end", seller, scenario)
            return held
    return False


def months_whole(books: Any) -> int:
    """How many months the books cover whole: month end holds the last against the one before."""
    from warrantysim.analysis.beside_books import window
    from warrantysim.schema.errors import BadInput

    try:
        first, last = window(books, 10_000)
    except BadInput:
        return 0
    return last - first + 1


def _asked_of(kind: str, seller: SellerFolder, scenario: Scenario) -> StoredRun | None:
    """A study of the seller and his books: its answer, folded, or the button that asks for it; its run, once there."""
    from warrantysim.present.blocks import Sentence
    from warrantysim.ui.components.answer import show_answer

    study = study_of(kind)
    ask = study.located(study.options({}), seller.scenario)
    asked = AskedQuestion.of(kind, scenario, **ask.model_dump())
    run = reading.stored(asked.id)
    if run is None:
        key = f"seller_{kind}_{scenario.name}"
        ask_once(asked, scenario.name, t(f"seller.ask_{kind}"), f"seller_ask_{kind}", key)
        return None
    told = [one.text for one in study.answer(run.stored, lang()) if isinstance(one, Sentence) and one.role == "answer"]
    for text in told[:1]:
        st.markdown(escaped(text))
    with st.expander(t(f"seller.all_{kind}")):
        show_answer(run)
    return run


def _import(books: Any, scenario: Scenario) -> None:
    """Report files are read into the books, or refused with all that is wrong."""
    from warrantysim.files.importers.importing import import_files
    from warrantysim.present.blocks import Sentence
    from warrantysim.present.import_report import blocks_of
    from warrantysim.ui.components.answer import show_tables

    st.caption(t("seller.import_note"))
    files = st.file_uploader(
        t("seller.import_files"), accept_multiple_files=True, key="seller_reports", max_upload_size=LARGEST,
        disabled=not may_edit(),
    )  # fmt: skip
    if not files or not may_edit():
        return
    named = [(PurePosixPath(one.name.replace("\\", "/")).name, bytes(one.getvalue())) for one in files]
    try:
        found = import_files(books, named, when=dt.datetime.now().isoformat(timespec="minutes"), scenario=scenario)
    except ScenarioError as error:
        show_problems(error.problems, {}, "seller_import_wrong")
        return
    if found.again:
        st.warning(t("seller.again", files=escaped(listed(found.again, lang()))))
    blocks = blocks_of(found, lang())
    for block in blocks:
        if isinstance(block, Sentence):
            st.markdown(escaped(block.text))
    show_tables(blocks, "seller_import", "warrantysim_import")


def _proposed(seller: SellerFolder, book: SellerBook, books: Any, scenario: Scenario) -> None:
    """What the books say otherwise than the workbook: taken over cell by cell, once somebody says so."""
    from warrantysim.files.importers.proposals import months_left_out, proposals

    found = proposals(books, book, seller.markets, scenario)
    for left in months_left_out(books, seller.markets):
        st.caption(escaped(left.text(lang())))
    if not found:
        return
    zh = lang() == "zh"
    st.write(t("seller.proposed", n=len(found)))
    _kinds(books, list(dict.fromkeys(one.row[0] for one in found if one.lacks)))
    rows = [
        {
            "take": not one.lacks,
            "sheet": SHEETS[one.sheet]["zh" if zh else "en"] if one.sheet in SHEETS else t("seller.rates"),
            "row": ", ".join(one.row),
            "column": _column(one.sheet, one.column, zh),
            "old": one.old,
            "new": one.new,
            "why": (one.lacks or one.why).text(lang()),
        }
        for one in found
    ]
    names = {name: t(f"seller.prop_{name}") for name in rows[0]}
    edited = st.data_editor(
        rows, hide_index=True, key="seller_proposed", column_config=names, disabled=[n for n in names if n != "take"]
    )
    chosen = [one for one, row in zip(found, edited, strict=True) if row["take"]]
    if st.button(t("seller.accept"), key="seller_accept", disabled=not may_edit() or not chosen):
        try:
            take_over(seller, chosen)
        except ScenarioError as error:
            show_problems(error.problems, {}, "seller_accept_wrong")
            return
        st.session_state["seller_told"] = [t("seller.accepted", n=len(chosen))]
        st.rerun()


def _kinds(books: Any, skus: Sequence[str]) -> None:
    """Ask which kind of product new SKUs are; what is answered is remembered in the books."""
    from warrantysim.files.importers.importing import import_files
    from warrantysim.files.importers.proposals import KIND

    kinds = {key: both[lang() == "zh"] for key, both in choices("archetype").items()}
    if not skus:
        return
    with st.form("seller_kinds", border=True):
        st.caption(t("seller.kinds", n=len(skus)))
        chosen = {}
        places = st.columns(min(len(skus), ABREAST))
        for place, sku in enumerate(skus[:MOST_KINDS]):
            chosen[sku] = places[place % ABREAST].selectbox(
                sku, list(kinds), None, format_func=kinds.__getitem__, key=f"seller_kind_{sku}",
                placeholder=t("seller.choose"),
            )  # fmt: skip
        sent = st.form_submit_button(t("seller.remember"), disabled=not may_edit())
    answers = {f"{KIND}.{sku}": kind for sku, kind in chosen.items() if kind}
    if sent and answers:
        import_files(books, [], answers, when=dt.datetime.now().isoformat(timespec="minutes"))
        st.rerun()


def _column(sheet: str, place: Place, zh: bool) -> str:
    """A column of the workbook as it is called there."""
    key, part = place
    if sheet not in COLUMNS:
        return t("seller.usd_per_unit")
    return f"{part:%Y-%m}" if isinstance(part, dt.date) else f"{COLUMNS[sheet][key].words[zh]} {part}".strip()


def show_decision(name: str, seller: SellerFolder, scenario: Scenario, ref: str) -> None:
    """The latest decision of the seller and the button that asks for one; what to measure next, and what is coming."""
    own = digest(scenario)
    runs = [run for run in reading.finished_runs("decide") if run.manifest["scenario"]["name"] == scenario.name]
    current = next((run for run in runs if run.manifest["scenario"]["digest"] == own), None)
    with seller_step(5, t("seller.decision"), "done" if current else "open"):
        latest = current or next(iter(runs), None)
        if latest is not None:
            _decided(latest, current is None)
        _ask(name, scenario, current is not None)
        if ref:
            st.caption(t("seller.kept", ref=escaped(ref)))
        st.markdown(f"**{t('seller.measure')}**")
        _measure(scenario, current)
        st.markdown(f"**{t('seller.coming')}**")
        _asked_of("forecast", seller, scenario)


def _measure(scenario: Scenario, decision: StoredRun | None) -> None:
    """What is most worth measuring, by the latest study of what moves the decision, and the button that asks for it."""
    own = digest(scenario)
    runs = [run for run in reading.finished_runs(MEASURING) if run.manifest["scenario"]["name"] == scenario.name]
    current = next((run for run in runs if run.manifest["scenario"]["digest"] == own), None)
    latest = current or next(iter(runs), None)
    if latest is not None:
        if current is None:
            st.warning(t("seller.older"))
        worth = study_of(MEASURING).to_measure(latest.stored, lang())
        st.markdown("\n".join(f"{n}. {escaped(text)}" for n, text in enumerate(worth, 1)) or t("seller.measure_none"))
    else:
        st.caption(t("seller.measure_note"))
    chosen = None if current is not None or decision is None else reading.told_of_run(decision).d.policy
    if chosen is None or chosen == scenario.policy:
        return
    asked = AskedQuestion.of(MEASURING, [Case.of(scenario), Case.of(scenario, chosen)], draws=DRAWS)
    key = f"seller_{MEASURING}_{scenario.name}"
    ask_once(asked, scenario.name, t("seller.ask_measure"), "seller_ask_measure", key)


def _decided(run: StoredRun, old: bool) -> None:
    """What a decision says, in a sentence."""
    decision = reading.told_of_run(run).d
    found = decision.saving.interval
    facts = {
        "currency": decision.currency,
        "saving": figures.whole(float(found.mean)),
        "low": figures.whole(float(found.low)),
        "high": figures.whole(float(found.high)),
        "now": figures.whole(decision.cost_now),
        "n": sum(change.taken for change in decision.changes),
    }
    if old:
        st.warning(t("seller.older"))
    st.markdown(escaped(t("seller.decided" if facts["n"] else "seller.decided_none", **facts)))
    go("thresholds", t("seller.to_rules"), **{reading.DECISION: run.id})


def _ask(name: str, scenario: Scenario, current: bool) -> None:
    key = f"seller_job_{name}"
    job = st.session_state.get(key)
    if job and jobs().poll(job).state != "finished":
        show_job(job, key)
        return
    if not current and st.button(t("seller.decide"), type="primary", disabled=not may_edit(), key="seller_decide"):
        st.session_state[key] = submit(AskedQuestion.of("decide", scenario), name).id
        st.rerun()
    if current:
        st.caption(t("seller.next"))
