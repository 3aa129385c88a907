"""The views of *Quality*: what costs most, how it moves, what a point less is worth, how claims end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd
import streamlit as st

from warrantysim.experiment.bench_months import horizon_months, whole_months
from warrantysim.experiment.quality_tables import at_age, by_age, ends, ranked, trend
from warrantysim.locale.wording import named, say
from warrantysim.report.charts.ends import ends_chart
from warrantysim.report.charts.pareto import pareto_chart
from warrantysim.report.charts.theme import Picture
from warrantysim.report.charts.trend import age_chart, cohort_chart, trend_chart
from warrantysim.report.quality_report import fault_sentences, group_names, product_name, with_kinds, with_worth
from warrantysim.schema.root import Scenario
from warrantysim.store.stored_run import StoredRun
from warrantysim.ui import reading
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.address import pick, put
from warrantysim.ui.pieces.exports import exported_picture
from warrantysim.ui.pieces.held import held
from warrantysim.ui.pieces.pictures import plain
from warrantysim.ui.pieces.table import show_table
from warrantysim.ui.session import look

GROUPS = {
    "fault": ["sku", "fault"],
    "product": ["sku"],
    "kind": ["kind"],
    "market": ["sku", "fault", "market"],
}
"""What claims can be ranked by."""
MEASURES = ("cost", "claims", "nff", "recovery")
"""What they can be ranked by the size of."""
MONEY = ("cost", "recovery")
"""Measures that are money."""
AGE = 3
"""Age at which cohorts are compared unless said otherwise [months]."""


Made = TypeVar("Made")


@dataclass(frozen=True)
class Faults:
    """What is on screen: a simulation, what was counted of it, which rule, market and product."""

    run: StoredRun
    """The simulation."""
    study: StoredRun
    """What was counted."""
    case: str
    """Name of the rule."""
    market: str
    """Market on screen; empty for all."""
    sku: str
    """Product on screen; empty for all."""

    @property
    def world(self) -> Scenario:
        """The world behind it."""
        return reading.world(self.run)

    @property
    def currency(self) -> str:
        """ISO code of all money."""
        return self.world.reporting_currency

    @property
    def level(self) -> float:
        """Level of every interval."""
        return self.world.plan.confidence

    @property
    def n(self) -> int:
        """Replications counted."""
        return int(self.study.record["replications"])

    @property
    def months(self) -> list[str]:
        """Months of the horizon."""
        return horizon_months(self.world)

    def table(self, name: str) -> pd.DataFrame:
        """What was counted, of the rule on screen."""
        frame = reading.frame(self.study, name)
        return frame[frame["case"] == self.case] if "case" in frame else frame

    def claims(self) -> pd.DataFrame:
        """Claims of rule, market and product on screen."""
        frame = self.table("claims")
        if self.market:
            frame = frame[frame["market"] == self.market]
        return frame[frame["sku"] == self.sku] if self.sku else frame

    def failures(self, name: str) -> pd.DataFrame:
        """``cohorts`` or ``sold`` of the product on screen, all markets."""
        frame = self.table(name)
        return frame[frame["sku"] == self.sku] if self.sku else frame

    def held(self, *what: str, make: Callable[[], Made]) -> Made:
        """Something of what is on screen, worked out once."""
        of = ("quality", self.study.id, self.case, self.market, self.sku, look().mode, *what)
        return held(of, make)

    def file(self, name: str) -> str:
        """What a file of this page is called."""
        return f"warrantysim_quality_{name}_{self.run.id}"


def _by_fault(faults: Faults) -> pd.DataFrame:
    """Products' faults by cost, with their kinds and, for all markets, what a point less is worth."""
    table = with_kinds(ranked(faults.claims(), GROUPS["fault"], "cost", faults.n, faults.level), faults.world)
    return table if faults.market else with_worth(table, faults.table("worth"))


def show_answer(faults: Faults) -> None:
    """The dearest faults, a sentence each."""
    st.subheader(t("quality.act"))
    told = faults.held("sentences", make=lambda: fault_sentences(_by_fault(faults), faults.world, lang()))
    if not told:
        st.write(t("quality.no_claims"))
    for number, text in enumerate(told, start=1):
        st.markdown(f"{number}. {plain(text)}")


def stored_costs(run: StoredRun, titles: Mapping[str, str]) -> None:
    """Cost by product, which every simulation keeps."""
    st.subheader(t("quality.head_pareto"))
    frame, world, case = run.frame("cost_by_sku"), reading.world(run), next(iter(titles))
    own = frame[(frame["policy"] == case) & (frame["sku"] != "")]
    names = [product_name(world, sku, lang()) for sku in own["sku"]]
    measure = named("measure", "cost", lang())
    picture = pareto_chart(
        names, own["mean"].tolist(), world.reporting_currency, title=say("chart.pareto_of", lang(), measure=measure),
        days=world.horizon.days, look=look(),
    )  # fmt: skip
    exported_picture(picture, f"warrantysim_quality_products_{run.id}", "quality_products")


def show_pareto(faults: Faults) -> None:
    """Which few make up most of cost, claims, units without fault found or what suppliers pay back."""
    st.subheader(t("quality.head_pareto"))
    left, right = st.columns(2)
    with left:
        names = {name: t(f"quality.by_{name}") for name in GROUPS}
        group = pick(st.segmented_control, t("quality.by"), list(names), "quality_by", format_func=names.__getitem__)
    with right:
        terms = {name: named("measure", name, lang()) for name in MEASURES}
        measure = pick(
            st.segmented_control, t("quality.measure"), list(terms), "quality_measure", format_func=terms.__getitem__
        )
    by = GROUPS[group]
    table = faults.held(
        "ranked", group, measure,
        make=lambda: ranked(with_kinds(faults.claims(), faults.world), by, measure, faults.n, faults.level),
    )  # fmt: skip
    title = say("chart.pareto_of", lang(), measure=terms[measure])
    unit = faults.currency if measure in MONEY else t("quality.units") if measure == "nff" else t("quality.claims")

    def draw() -> Picture:
        names_of = (
            [named("fault_kind", kind, lang()) for kind in table["kind"]]
            if group == "kind"
            else group_names(table, by, faults.world, lang())
        )
        values, days = table[measure].tolist(), faults.world.horizon.days
        return pareto_chart(names_of, values, unit, title=title, days=days, look=look(), rest=False)

    picture = faults.held("pareto", group, measure, make=draw)
    exported_picture(picture, faults.file(f"{group}_{measure}"), "quality_pareto")
    columns = [*by, "claims", "cost", "low", "high", "share", "cost_a_claim", "inspected", "nff_share", "recovery"]
    if group in ("fault", "market"):
        table = with_kinds(table, faults.world)
        columns.insert(2, "kind")
    if group == "fault" and not faults.market:
        table = with_worth(table, faults.table("worth"))
        columns.append("worth")
    st.caption(t("quality.table_why", measure=terms[measure]))
    show_table(table, columns, faults.file(f"by_{group}"), "quality_table", picture.takeaway, currency=faults.currency)


def show_trend(faults: Faults) -> None:
    """How claims move: by month of claim, by month of sale at equal age, by sale and age."""
    st.subheader(t("quality.head_trend"))
    claims, cohorts, sold = faults.claims(), faults.failures("cohorts"), faults.failures("sold")
    known = sorted(set(claims["fault"]))
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        kinds = {"": t("quality.all_faults"), **{fault: fault[:60] for fault in known}}
        fault = pick(st.selectbox, t("quality.fault"), list(kinds), "quality_fault", format_func=kinds.__getitem__)
    with right:
        age = _age()
    terms = {name: named("measure", name, lang()) for name in MEASURES}
    measure = pick(
        st.segmented_control, t("quality.measure"), list(terms), "quality_measure", format_func=terms.__getitem__
    )
    if fault:
        claims, cohorts = claims[claims["fault"] == fault], cohorts[cohorts["fault"] == fault]
    months = faults.months

    def by_month() -> Picture:
        table = trend(claims[claims["month"].isin(months)], measure, faults.n, faults.level)
        return trend_chart(table, terms[measure], faults.currency if measure in MONEY else "", look=look())

    picture = faults.held("trend", fault, measure, make=by_month)
    exported_picture(picture, faults.file("months"), "quality_months")
    st.caption(t("quality.cohorts_why"))
    same_age = faults.held(
        "equal age", fault, str(age),
        make=lambda: at_age(cohorts, sold, whole_months(faults.world), age, faults.n, faults.level),
    )  # fmt: skip
    left, right = st.columns(2, gap="large")
    with left:
        picture = faults.held("ages", fault, str(age), make=lambda: age_chart(same_age, age, look=look()))
        exported_picture(picture, faults.file("equal_age"), "quality_equal_age")
        show_table(
            same_age,
            ["sold_month", "sold", "claims", "per_thousand", "low", "high"],
            faults.file("equal_age"),
            "quality_equal_age_table",
            picture.takeaway,
            decimals=("low", "high"),
        )
    with right:
        fields = faults.held("cohorts", fault, make=lambda: cohort_chart(by_age(cohorts, sold, faults.n), look=look()))
        exported_picture(fields, faults.file("cohorts"), "quality_cohorts")


def _age() -> int:
    """Age cohorts are compared at; the address keeps it."""
    key = "quality_age"
    if key not in st.session_state:
        stated = st.query_params.get(key, "")
        st.session_state[key] = min(11, max(0, int(stated))) if stated.isdecimal() else AGE
    age = int(st.number_input(t("quality.age"), 0, 11, key=key, step=1))
    put(key, "" if age == AGE else str(age))
    return age


def show_worth(faults: Faults) -> None:
    """What one point less of each fault is worth a year."""
    st.subheader(t("quality.head_worth"))
    st.caption(t("quality.worth_why"))
    worth = faults.table("worth")
    worth = (worth[worth["sku"] == faults.sku] if faults.sku else worth).reset_index(drop=True)

    def draw() -> Picture:
        names, values = group_names(worth, GROUPS["fault"], faults.world, lang()), worth["worth"].tolist()
        return pareto_chart(names, values, faults.currency, title=say("chart.worth", lang()), look=look(), rest=False)

    picture = faults.held("worth", make=draw)
    exported_picture(picture, faults.file("worth"), "quality_worth")
    show_table(
        worth,
        ["sku", "fault", "kind", "share", "claims", "cost", "worth", "low", "high"],
        faults.file("worth"),
        "quality_worth_table",
        picture.takeaway,
        currency=faults.currency,
    )


def show_customers(faults: Faults) -> None:
    """How claims end for customers: solved by the guide, denied, disputed, lapsed."""
    st.subheader(t("quality.head_customers"))
    names = {"market": t("quality.per_market"), "sku": t("quality.per_product")}
    by = pick(st.segmented_control, t("quality.by"), list(names), "quality_ends", format_func=names.__getitem__)
    table = faults.held("ends", by, make=lambda: ends(faults.claims(), by, faults.n, faults.level))
    picture = faults.held("ends drawn", by, make=lambda: ends_chart(table, by, look=look()))
    exported_picture(picture, faults.file("ends"), "quality_ends_picture")
    st.caption(t("quality.customers_why"))
    show_table(
        table,
        [by, "end", "claims", "share", "low", "high"],
        faults.file("ends"),
        "quality_ends_table",
        picture.takeaway,
        shares=("low", "high"),
    )


VIEWS: Mapping[str, Callable[[Faults], None]] = {
    "pareto": show_pareto,
    "trend": show_trend,
    "worth": show_worth,
    "customers": show_customers,
}
"""Views of what was counted, by name."""
