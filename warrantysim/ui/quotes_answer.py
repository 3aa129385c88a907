"""What to sign, with its guarantee; every set of quotes beside each other; what each quote is worth; choosing one."""

from __future__ import annotations

from typing import Any

import streamlit as st

from warrantysim.analysis.quote_findings import QuoteFindings
from warrantysim.analysis.quote_offers import Offer, QuoteStudy, quote_ids
from warrantysim.locale.wording import say
from warrantysim.report import figures
from warrantysim.report.charts.quotes import ranking_chart
from warrantysim.report.rows import rows_of
from warrantysim.store import approvals
from warrantysim.store.study import Study
from warrantysim.ui.language import lang, t
from warrantysim.ui.pages import go
from warrantysim.ui.pieces.address import turn_to
from warrantysim.ui.pieces.exports import exported_picture
from warrantysim.ui.pieces.keeping import keep_button, named_and_why, tell_kept
from warrantysim.ui.pieces.pictures import held_picture, plain
from warrantysim.ui.pieces.running import submit
from warrantysim.ui.quotes_files import workbook_bytes
from warrantysim.ui.quotes_reading import KIND, OF, Shown, ranking
from warrantysim.ui.quotes_tables import show_table
from warrantysim.ui.session import look, may_edit, who, workspace

FEWEST, MOST = 2, 500
"""Years a study may simulate [count]."""


def show(one: Shown) -> None:
    """Draw the part."""
    found = one.found
    if found is None:
        _not_studied(one)
        return
    sentences = list(one.page().sentences())
    told = 3 if found.cancelled else 2
    for sentence in sentences[:told]:
        st.markdown(f"**{plain(sentence)}**")
    _cards(one, found)
    for sentence in sentences[told:]:
        st.markdown(f"- {plain(sentence)}")
    _ranking(one, found.study)
    _values(one)
    _choose(one, found.study)
    _take_away(one, found)
    _method(one, found)
    with st.expander(t("quotes.again")):
        _ask(one)


def _not_studied(one: Shown) -> None:
    """What a study says, and the form that asks for one."""
    quotes = quote_ids(one.world)
    if not quotes:
        st.info(t("quotes.no_quotes"))
        return
    st.markdown(f"**{t('quotes.not_studied', n=len(quotes))}** {t('quotes.will_say')}")
    _ask(one)


def _ask(one: Shown) -> None:
    """The form that asks for a study."""
    quotes = quote_ids(one.world)
    with st.form("quotes_ask", border=False):
        chosen = st.multiselect(
            t("quotes.which"), quotes, list(quotes), key="quotes_which", format_func=one.names.__getitem__,
            placeholder=t("quotes.all"), help=t("quotes.which_help"),
        )  # fmt: skip
        left, right = st.columns(2)
        years = left.number_input(
            t("quotes.years"), FEWEST, MOST, max(FEWEST, one.world.plan.replications), key="quotes_years",
            help=t("quotes.years_help"),
        )  # fmt: skip
        within = right.number_input(
            t("quotes.within", currency=one.currency), 1.0, 1e9, _materiality(one), step=100.0, format="%.0f",
            key="quotes_within", help=t("quotes.within_help"),
        )  # fmt: skip
        pressed = st.form_submit_button(t("quotes.run"), type="primary", disabled=not may_edit())
    if pressed and may_edit():
        some = None if not chosen or len(chosen) == len(quotes) else list(chosen)
        study = Study.of(KIND, one.world, quotes=some, replications=int(years), within=float(within))
        job = submit(study, t("quotes.label", scenario=one.world.name, n=len(some or quotes)))
        st.session_state["quotes_job"] = job.id
        turn_to(OF, job.result or job.run_id)


def _materiality(one: Shown) -> float:
    from warrantysim.analysis.quote_offers import materiality

    return float(round(materiality(one.world)))


def _cards(one: Shown, found: QuoteFindings) -> None:
    """The saving with its interval, the guarantee, the cost."""
    study = found.study
    best = next(r for r in rows_of(ranking(one.key, study)) if r["quotes"] == " + ".join(study.best.quotes))
    level = figures.level(study.level)
    sign, saving, cost, sure = st.columns([1.4, 1, 1, 1])
    plainly: Any = {"delta_color": "off", "delta_arrow": "off", "border": True, "height": "stretch"}
    sign.metric(
        t("quotes.card_sign"), plain(_short(one.joined(study.best.signed))),
        t("quotes.card_of", n=len(study.quotes)), **plainly,
    )  # fmt: skip

    def ends(low: str, high: str) -> str:
        return t("quotes.card_range", level=level, low=figures.whole(best[low]), high=figures.whole(best[high]))

    saving.metric(
        t("quotes.card_saving"), f"{one.currency} {figures.whole(best['saving'])}",
        ends("saving_low", "saving_high"), **plainly,
    )  # fmt: skip
    cost.metric(t("quotes.card_cost"), f"{one.currency} {figures.whole(best['cost'])}", ends("low", "high"), **plainly)
    chosen = study.selection
    within = figures.whole(chosen.within)
    sure.metric(
        t("quotes.card_sure"), level if chosen.guaranteed else t("quotes.card_unsure"),
        t("quotes.card_within", currency=one.currency, within=within), **plainly,
    )  # fmt: skip


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _ranking(one: Shown, study: QuoteStudy) -> None:
    """Sets that lead to the same rules are one point of the picture and rows of the table."""
    st.subheader(t("quotes.sets"))
    frame = ranking(one.key, study)
    case = {" + ".join(o.quotes): o.case for o in study.offers}
    firsts: dict[int, dict[str, object]] = {}
    for row in rows_of(frame):
        firsts.setdefault(case[str(row["quotes"])], row)
    rows = list(firsts.values())
    names = [_signs(one, str(r["signs"])) for r in rows]
    names = [name if names.count(name) == 1 else f"{name} ({k})" for k, name in enumerate(names, start=1)]
    picture = held_picture((one.key, "ranking"), look(), lambda: ranking_chart(rows, names, one.currency, look=look()))
    exported_picture(picture, f"{one.file}_ranking", "quotes_ranking")
    show_table(one, "ranking")
    st.caption(t("quotes.sets_note"))


def _signs(one: Shown, joined: str) -> str:
    return one.joined(joined.split(" + ")) if joined else t("quotes.none")


def _values(one: Shown) -> None:
    st.subheader(t("quotes.values"))
    show_table(one, "values")
    st.caption(t("quotes.values_note"))


def _choose(one: Shown, study: QuoteStudy) -> None:
    """The chosen rules become a scenario version of their own, and a draft for approval."""
    st.subheader(t("quotes.choose"))
    st.write(t("quotes.choose_why"))
    distinct: dict[int, Offer] = {}
    for offer in sorted(study.offers, key=lambda o: (o is not study.best, len(o.quotes))):
        distinct.setdefault(offer.case, offer)
    offers = {str(case): offer for case, offer in distinct.items()}
    case = st.selectbox(
        t("quotes.choose_which"), list(offers), key="quotes_chosen", format_func=lambda k: one.joined(offers[k].signed)
    )
    signed = offers[case].signed
    policy = study.cases[int(case)].policy
    name = "-".join(["sign", *signed]) if signed else "sign-none"
    asked = named_and_why("quotes_choose", name[:60], "", "")
    rule = policy.replace(name=asked[0] or name[:60], title=None, why=asked[2])
    kept = keep_button("quotes_choose", lambda: one.world.replace(policy=rule), one.parent, asked)
    if kept is not None:
        run = one.run.id if one.run is not None else None
        approvals.draft(workspace(), rule, run_id=run, note=asked[2], who=who())
    if (ref := tell_kept("quotes_choose")) is not None:
        st.caption(t("quotes.drafted"))
        go("approvals", t("quotes.to_approvals"))
        go("scenarios", t("quotes.to_scenarios", ref=plain(ref)))


def _take_away(one: Shown, found: QuoteFindings) -> None:
    """Everything as one workbook."""
    run, language = one.run, lang()
    if run is None:
        return
    st.download_button(
        t("quotes.workbook"), lambda: workbook_bytes(found, run, language),
        file_name=f"{one.file}.xlsx", key="quotes_xlsx", on_click="ignore", icon=":material/table_view:",
    )  # fmt: skip


def _method(one: Shown, found: QuoteFindings) -> None:
    study = found.study
    with st.expander(t("piece.method")):
        st.write(plain(say(
            "quotes.basis", lang(), offers=len(study.offers), replications=study.replications,
            days=study.world.horizon.days, seed=study.seed, level=figures.level(study.level), currency=one.currency,
        )))  # fmt: skip
        st.write(t("quotes.method"))
        show_table(one, "selection")
        if one.run is not None:
            st.caption(t("piece.run_made", id=one.run.id, made=one.run.made))
            st.caption(plain(one.page().provenance()))
