"""*Quality*: which products and faults cost most, how that moves, and what customers experience, for design to act on.

The page chooses run, rule, market and view; the views are drawn by `quality_views`.
"""

from __future__ import annotations

import streamlit as st

from warrantysim.store.stored_run import Damaged, StoredRun
from warrantysim.ui import reading
from warrantysim.ui.language import t
from warrantysim.ui.pieces.address import pick
from warrantysim.ui.pieces.counted import ask_to_count, choose_simulation, counted, counted_rules, method, short
from warrantysim.ui.pieces.pictures import plain
from warrantysim.ui.quality_views import VIEWS, Faults, show_answer, stored_costs


def show() -> None:
    """Draw the page."""
    st.title(t("quality.title"))
    run = choose_simulation("quality")
    if run is None:
        return
    try:
        study = counted("quality", run)
        if study is None:
            ask_to_count("quality", run, "quality")
            stored_costs(run, counted_rules(run))
        else:
            _counted(run, study)
        method(run, study, t("quality.method"))
    except Damaged as error:
        st.error(t("counted.damaged_count", id=run.id) + " " + plain(str(error)[:200]))


def _counted(run: StoredRun, study: StoredRun) -> None:
    titles = {case: title for case, title in counted_rules(run).items() if case in study.manifest["cases"]}
    world = reading.world(run)
    with st.container(border=True):
        left, middle, right = st.columns([2, 2, 3], vertical_alignment="bottom")
        with left:
            case = pick(st.selectbox, t("counted.rules"), list(titles), "quality_rule", format_func=titles.__getitem__)
        with middle:
            places = {"": t("counted.everywhere"), **{market: market for market in world.market_ids}}
            market = pick(
                st.selectbox, t("counted.market"), list(places), "quality_market", format_func=places.__getitem__
            )
        with right:
            products = {"": t("counted.all_products"), **{sku: short(sku) for sku in world.sku_ids}}
            sku = pick(
                st.selectbox, t("quality.product"), list(products), "quality_product",
                format_func=products.__getitem__,
            )  # fmt: skip
    faults = Faults(run, study, case, market, sku)
    show_answer(faults)
    views = {name: t(f"quality.view_{name}") for name in VIEWS}
    view = pick(st.segmented_control, t("counted.part"), list(views), "quality_view", format_func=views.__getitem__)
    VIEWS[view](faults)
