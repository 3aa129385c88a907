"""*My seller*: from nothing to a first decision: workbook, gaps, reports, fits, decision, each with its state."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import streamlit as st

from warrantysim.files.loading import Loaded, load
from warrantysim.files.seller_book import SellerBook
from warrantysim.files.seller_cells import choices
from warrantysim.files.seller_products import Filled
from warrantysim.files.seller_rows import seller_filled
from warrantysim.locale.wording import listed, so_many, with_aside
from warrantysim.packs.markets import CODES
from warrantysim.schema.errors import BadInput, Problem, ScenarioError
from warrantysim.schema.root import Scenario
from warrantysim.store.scenarios import keep_scenario
from warrantysim.store.seller_folder import (
    SellerFolder,
    add_market,
    add_product,
    make_seller,
    replace_book,
    seller_folder,
)
from warrantysim.ui.components.address import pick
from warrantysim.ui.components.books_verdict import books_verdict
from warrantysim.ui.components.bounded import any_day, number
from warrantysim.ui.components.decision import XLSX
from warrantysim.ui.components.differences import show_problems
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.language import lang, t
from warrantysim.ui.seller_steps import seller_step, show_decision, show_gaps, show_reports
from warrantysim.ui.session import may_edit, who, workspace

SELLERS = "sellers"
"""Folder of the workspace with a folder a seller."""
LARGEST = 16
"""Largest workbook taken [MB]."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True)
class SellerShown:
    """A seller as a page shows it."""

    name: str
    """Its name [id]."""
    seller: SellerFolder
    """Its files."""
    book: SellerBook | None
    """What its workbook says; None where it has problems."""
    loaded: Loaded[Scenario] | None
    """Its scenario; None where it has problems."""
    filled: tuple[Filled, ...] = ()
    """What its workbook left empty."""
    problems: tuple[Problem, ...] = ()
    """What is wrong."""


def show() -> None:
    """Draw the page."""
    st.title(t("seller.title"))
    home = workspace().folder / SELLERS
    names = sorted(path.parent.name for path in home.glob("*/*.yaml"))
    if not names:
        st.write(t("seller.why"))
        _begin(home, names)
        return
    name = pick(st.selectbox, t("seller.which"), names, "seller_name") if len(names) > 1 else names[0]
    try:
        seller = seller_folder(home / name)
    except ScenarioError as error:
        show_problems(error.problems, {}, "seller_broken")
        return
    shown = _read(name, seller, _stamp(seller))
    _steps(shown)
    with st.expander(t("seller.another")):
        _begin(home, names)


def _begin(home: Path, names: list[str]) -> None:
    """The form of a new seller."""
    from warrantysim.files.market_packs import documents_of

    titles = {
        code: market["title"][lang() if lang() == "zh" else "en"]
        for document in documents_of(CODES)
        for code, market in document.values.get("markets", {}).items()
        if "title" in market
    }
    with st.form("seller_new", border=True):
        left, right = st.columns([1, 2])
        name = left.text_input(
            t("seller.name"), "my-seller" if not names else "", max_chars=40, help=t("seller.name_help")
        )
        markets = right.multiselect(
            t("seller.markets"), CODES, ["US", "DE"], format_func=lambda code: with_aside(titles[code], code, lang()),
            placeholder=t("seller.choose"),
        )  # fmt: skip
        today = dt.date.today()
        usual = dt.date(today.year + today.month // 12, today.month % 12 + 1, 1)
        first = any_day(t("seller.first"), usual, place=left, help=t("seller.first_help")) or usual
        right.caption(t("seller.new_note"))
        sent = st.form_submit_button(t("seller.make"), type="primary", disabled=not may_edit())
    if not sent or not may_edit():
        return
    plain = name.strip().casefold()
    if not NAME.fullmatch(plain) or plain in names:
        left.error(t("seller.bad_name", name=escaped(name)))
    elif not markets:
        right.error(t("seller.no_markets"))
    else:
        make_seller(home / plain, markets, first, lang())
        st.session_state["seller_name"] = plain
        st.rerun()


def _stamp(seller: SellerFolder) -> str:
    """What changes whenever a file of the seller does."""
    files = sorted(path for path in seller.scenario.parent.glob("*") if path.is_file())
    return " ".join(f"{path.name}:{path.stat().st_mtime_ns}" for path in files)


def _read(name: str, seller: SellerFolder, stamp: str) -> SellerShown:
    return _held(name, str(seller.scenario), stamp, seller)


@st.cache_resource(max_entries=8, show_spinner=False)
def _held(name: str, path: str, stamp: str, _seller: SellerFolder) -> SellerShown:
    try:
        book = _seller.book()
    except ScenarioError as error:
        return SellerShown(name, _seller, None, None, (), error.problems)
    try:
        found = load(_seller.scenario)
        return SellerShown(name, _seller, book, found, seller_filled(book, found.scenario))
    except ScenarioError as error:
        return SellerShown(name, _seller, book, None, (), error.problems)


def _steps(shown: SellerShown) -> None:
    """Every step with its state and what can be done there."""
    book, loaded = shown.book, shown.loaded
    done = book is not None and not book.examples
    with seller_step(1, t("seller.workbook"), "done" if done else "open"):
        _workbook(shown)
    if loaded is None or book is None:
        show_problems(shown.problems, {}, "seller_wrong")
        st.caption(t("seller.remedy"))
        return
    with seller_step(2, t("seller.gaps"), "done"):
        show_gaps(loaded.scenario, shown.filled, loaded.warnings)
    held = show_reports(shown.seller, book, loaded.scenario)
    kept = _kept(shown.name, loaded.scenario)
    show_decision(shown.name, shown.seller, loaded.scenario, kept)
    if not held:
        books_verdict(loaded.scenario)


def _kept(name: str, scenario: Scenario) -> str:
    """The scenario kept as a version that every other page can choose; its reference, empty where nobody may write."""
    if not may_edit():
        return ""
    why = t("seller.kept_why")
    return keep_scenario(workspace(), name, scenario, why=why, who=who()).ref


def _workbook(shown: SellerShown) -> None:
    """What the workbook says, and the ways to change it."""
    seller, book = shown.seller, shown.book
    _told(shown)
    if book is not None:
        sales = book.rows.get("sales", ())
        st.write(
            t(
                "seller.says",
                products=so_many("products", len(book.products), lang()),
                markets=listed(seller.markets, lang()),
                sales=len(sales),
            )
        )
        if book.examples:
            st.info(t("seller.examples", names=escaped(listed(book.examples, lang()))), icon=":material/edit:")
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{t('seller.download_head')}**")
        st.caption(t("seller.download_note"))
        st.download_button(
            t("seller.download"), seller.workbook.read_bytes(), file_name=seller.workbook.name, mime=XLSX,
            on_click="ignore", icon=":material/download:", key="seller_download",
        )  # fmt: skip
    with right:
        st.markdown(f"**{t('seller.upload_head')}**")
        count = st.session_state.get("seller_uploads", 0)
        file = st.file_uploader(
            t("seller.upload"), ["xlsx"], key=f"seller_upload_{shown.name}_{count}", max_upload_size=LARGEST,
            disabled=not may_edit(),
        )  # fmt: skip
        if file is not None and may_edit():
            _take(shown, file.getvalue(), PurePosixPath(file.name.replace("\\", "/")).name[-80:] or "seller.xlsx")
    if book is None:
        return
    one, other = st.columns(2, gap="large")
    with one, st.expander(t("seller.add_product"), icon=":material/add:"):
        product_form(seller)
    with other, st.expander(t("seller.add_market"), icon=":material/add:"):
        market_form(seller)


def _told(shown: SellerShown) -> None:
    """What was changed last, once."""
    for text in st.session_state.pop("seller_told", ()):
        st.success(text, icon=":material/check_circle:")


def _take(shown: SellerShown, content: bytes, name: str) -> None:
    """A workbook that was brought takes the place of the one there is, or is refused with all that is wrong."""
    try:
        book = replace_book(shown.seller, content, name)
    except (ScenarioError, BadInput) as error:
        st.error(t("seller.refused", name=escaped(name)))
        problems = error.problems if isinstance(error, ScenarioError) else (Problem("", error.message),)
        show_problems(problems, {}, "seller_upload_wrong")
        return
    st.session_state["seller_uploads"] = st.session_state.get("seller_uploads", 0) + 1
    st.session_state["seller_told"] = [
        t("seller.taken", name=escaped(name), products=so_many("products", len(book.products), lang()))
    ]
    st.rerun()


OPTIONAL = ("landed_cost", "weight", "size", "warranty")
"""Columns a product may leave empty."""


def product_form(seller: SellerFolder) -> None:
    """Draw it; once sent, the product is added or all that is wrong is told."""
    zh = lang() == "zh"
    kinds = {key: both[zh] for key, both in choices("archetype").items()}
    with st.form("seller_product", border=False):
        left, right = st.columns(2)
        sku = left.text_input("SKU", max_chars=40)
        name = right.text_input(t("seller.product_name"), max_chars=80)
        kind = st.selectbox(
            t("seller.kind"), list(kinds), None, format_func=kinds.__getitem__, placeholder=t("seller.choose")
        )
        row = {}
        sales = {}
        for market, currency in seller.currencies.items():
            one, other = st.columns(2)
            row["price", market] = one.text_input(t("seller.price", market=market, currency=currency), max_chars=20)
            sales[market] = other.text_input(t("seller.units", market=market), max_chars=20)
        for place, key in zip(st.columns(len(OPTIONAL)), OPTIONAL, strict=True):
            row[key, ""] = place.text_input(t(f"seller.{key}"), max_chars=40, placeholder=t("seller.usual"))
        sent = st.form_submit_button(t("seller.add"), disabled=not may_edit())
    if not sent or not may_edit():
        return
    if not sku.strip() or kind is None or not any(text.strip() for (key, _), text in row.items() if key == "price"):
        st.warning(t("seller.product_needs"))
        return
    typed = {("sku", ""): sku.strip(), ("name", ""): name.strip(), ("archetype", ""): kinds[kind]}
    typed |= {place: text.strip() for place, text in row.items() if text.strip()}
    sold = {market: text.strip() for market, text in sales.items() if text.strip()}
    try:
        add_product(seller, typed, sold)
    except (ScenarioError, BadInput) as error:
        _wrong(error, "seller_product_wrong")
        return
    _done(t("seller.product_added", sku=escaped(sku.strip())))


def market_form(seller: SellerFolder) -> None:
    """Draw it; once sent, the market is added."""
    left = [code for code in CODES if code not in seller.markets]
    with st.form("seller_market", border=False):
        market = st.selectbox(t("seller.market"), left, None, placeholder=t("seller.choose"))
        like = st.selectbox(
            t("seller.like"), ["", *seller.markets], 1, format_func=lambda one: one or t("seller.like_none")
        )
        share = number(t("seller.share"), 0.0, 10.0, 0.5, step=0.1, format="%g", help=t("seller.share_help"))
        sent = st.form_submit_button(t("seller.add"), disabled=not may_edit())
    if not sent or not may_edit() or market is None or share is None:
        return
    try:
        add_market(seller, market, like, share)
    except (ScenarioError, BadInput) as error:
        _wrong(error, "seller_market_wrong")
        return
    _done(t("seller.market_added", market=market))


def _wrong(error: ScenarioError | BadInput, key: str) -> None:
    problems = error.problems if isinstance(error, ScenarioError) else (Problem("", error.message),)
    show_problems(problems, {}, key)


def _done(text: str) -> None:
    st.session_state["seller_told"] = [text]
    st.rerun()
