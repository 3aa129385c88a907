"""Forms of *My seller*: a product more, a market more; both write the workbook as a person would have typed it."""

from __future__ import annotations

import streamlit as st

from warrantysim.files.seller_cells import choices
from warrantysim.packs.markets import CODES
from warrantysim.schema.errors import BadInput, Problem, ScenarioError
from warrantysim.store.seller_folder import SellerFolder, add_market, add_product
from warrantysim.ui.components.differences import show_problems
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import may_edit

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
        share = st.number_input(t("seller.share"), 0.0, 10.0, 0.5, step=0.1, format="%g", help=t("seller.share_help"))
        sent = st.form_submit_button(t("seller.add"), disabled=not may_edit())
    if not sent or not may_edit() or market is None:
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
