"""What would flip the choice: break-even along one figure, and the winner at each place of two.

The rules that compete are those of the study and those that sign each loser, as they were decided.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from warrantysim.analysis.cases import Case
from warrantysim.analysis.quote_levers import QuoteLever, levers_of, rivals
from warrantysim.locale.wording import LANGUAGES
from warrantysim.report.charts.break_even import number
from warrantysim.report.field_names import full_name, unit_name
from warrantysim.schema.digest import digest
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario
from warrantysim.store.stored_run import Damaged
from warrantysim.store.study import AskedQuestion
from warrantysim.ui import reading
from warrantysim.ui.components.address import pick, turn_to
from warrantysim.ui.components.answer import show_answer
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.components.running import show_job, submit
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import jobs, may_edit, when

YEARS = 6
"""Years a position is simulated where nobody says otherwise: on shared luck few will do."""
STEPS = (3, 5, 7, 9)
NONE = "none"
"""What the case is called that signs no quote."""
KINDS = {"breakeven": "quotes_break_even", "switching": "quotes_map"}
"""Kinds of study, and what the address calls the one on screen."""


@dataclass(frozen=True)
class Quoted:
    """Quotes of a scenario, what they are called, and what is asked about them."""

    scenario: Scenario
    """The scenario with every quote on its table."""
    names: Mapping[str, str]
    """What each is called, by id."""
    cases: Sequence[Case]
    """Rules that compete."""
    levers: Mapping[str, QuoteLever]
    """Figures that can be turned, by key."""

    def signed(self, case: str) -> str:
        """Rules by what they sign."""
        known = [self.names[quote] for quote in case.rstrip("'").split(" + ") if quote in self.names]
        return (" + ".join(known) or t("flips.none")) + "'" * (len(case) - len(case.rstrip("'")))

    def called(self, key: str, unit: bool = False) -> str:
        """A lever for people; ``unit``: with that of its positions where they are the figure itself."""
        kind, _, of = key.partition(":")
        if kind == "fx":
            name = t("flips.lever_fx", currency=of)
        elif kind in ("price", "yield"):
            name = t(f"flips.lever_{kind}", quote=self.names[of])
        elif key in ("volume", "nff", "freight"):
            name = t(f"flips.lever_{key}")
        else:
            _, quote, rest = key.split(".", 2)
            name = f"{self.names.get(quote, quote)} › {full_name(rest, lang())}"
        lever = self.levers[key]
        return f"{name} [{unit_name(lever.unit, lang())}]" if unit and lever.unit and lever.lever.how == "set" else name


def show(scenario: Scenario, quotes: Sequence[str], names: Mapping[str, str], rules: Sequence[Policy]) -> None:
    """Draw the part. ``rules``: those that compete while a figure moves."""
    one = Quoted(
        scenario, names, rivals(scenario, quotes, rules), {lever.key: lever for lever in levers_of(scenario, quotes)}
    )
    st.write(t("flips.flips_why"))
    if len(one.cases) < 2:
        st.info(t("flips.no_rivals"))
        return
    st.caption(t("flips.rivals", names="; ".join(escaped(one.signed(case.name)) for case in one.cases)))
    for kind, draw in (("breakeven", _ask_break_even), ("switching", _ask_map)):
        st.subheader(t(f"flips.{kind}"))
        draw(one)
        _stored(one, kind)


def _ask_break_even(one: Quoted) -> None:
    key = pick(st.selectbox, t("flips.lever"), list(one.levers), "quotes_lever", format_func=one.called)
    lever = one.levers[key]
    with st.form(f"quotes_break_even_{key}", border=False):
        columns = st.columns([1, 1, 1, 1.2], vertical_alignment="bottom")
        low, high = _ends(lever, columns, ("low", "high"), key)
        years = columns[2].number_input(t("flips.flip_years"), 2, 200, YEARS, key="quotes_flip_years")
        pressed = columns[3].form_submit_button(t("flips.search"), type="primary", disabled=not may_edit())
    stated = number(lever.lever.stated(one.scenario))
    st.caption(escaped(f"{t('flips.range_unit', unit=unit_name(lever.unit, lang()), stated=stated)} {lever.source}"))
    if pressed and may_edit() and _upright(low, high):
        turned = {"path": lever.lever.path, "how": lever.lever.how}
        study = AskedQuestion.of("breakeven", one.cases, lever=turned, low=low, high=high, replications=int(years))
        _submit(study, f"{one.scenario.name}: {key} {low:g}-{high:g}")


def _ask_map(one: Quoted) -> None:
    names = list(one.levers)
    left, right = st.columns(2)
    with left:
        x = pick(st.selectbox, t("flips.map_x"), names, "quotes_x", format_func=one.called)
    others = sorted((key for key in names if key != x), key=lambda key: key != "nff")
    with right:
        y = pick(st.selectbox, t("flips.map_y"), others, "quotes_y", format_func=one.called)
    with st.form(f"quotes_map_{x}_{y}", border=False):
        cells = st.columns(6, vertical_alignment="bottom")
        across = _ends(one.levers[x], cells[:2], ("x_low", "x_high"), f"{x}_{y}")
        upright = _ends(one.levers[y], cells[2:4], ("y_low", "y_high"), f"{x}_{y}")
        steps = cells[4].selectbox(t("flips.steps"), STEPS, index=1, key="quotes_steps")
        years = cells[5].number_input(t("flips.flip_years"), 2, 200, YEARS, key="quotes_map_years")
        st.caption(t("flips.map_cost", n=int(steps) ** 2))
        pressed = st.form_submit_button(t("flips.draw_map"), type="primary", disabled=not may_edit())
    if pressed and may_edit() and _upright(*across) and _upright(*upright):
        axes: dict[str, Any] = {
            name: {"path": one.levers[key].lever.path, "how": one.levers[key].lever.how, "low": low, "high": high}
            for name, key, (low, high) in (("x", x, across), ("y", y, upright))
        }
        study = AskedQuestion.of("switching", one.cases, **axes, steps=int(steps), replications=int(years))
        _submit(study, f"{one.scenario.name}: {x} x {y}")


def _ends(lever: QuoteLever, columns: Sequence[Any], names: tuple[str, str], key: str) -> tuple[float, float]:
    """Least and greatest position, the sensible ones where nobody says otherwise."""
    low, high = (
        column.number_input(t(f"flips.{name}"), value=float(value), format="%g", key=f"quotes_{name}_{key}")
        for column, name, value in zip(columns, names, (lever.low, lever.high), strict=False)
    )
    return float(low), float(high)


def _upright(low: float, high: float) -> bool:
    if not low < high:
        st.warning(t("flips.low_high"))
    return low < high


def _submit(study: AskedQuestion, label: str) -> None:
    job = submit(study, label)
    turn_to(KINDS[study.kind], job.result or job.run_id)


def _stored(one: Quoted, kind: str) -> None:
    """Studies of a kind on this scenario's quotes: those under way, then the one that was chosen."""
    key = KINDS[kind]
    mine = digest(one.scenario)
    active = [job for job in jobs().listed(active=True) if job.kind == kind]
    for job in active:
        show_job(job.id, f"quotes_flip_{job.id}")
    stored = {
        run.id: f"{run.label} · {when(run.made)} · {run.id[:6]}"
        for run in reading.finished_runs(kind)
        if run.manifest["scenario"]["digest"] == mine and about_quotes(run.manifest["cases"], one.names)
    }
    wished = st.session_state.get(f"{key}_next") or st.query_params.get(key)
    asked_for = jobs().attach(wished) if wished and wished not in stored else None
    if asked_for is not None and not asked_for.active:
        show_job(asked_for.id, f"quotes_flip_{asked_for.id}")
    if not stored:
        if not active:
            st.caption(t("flips.none_yet"))
        return
    id = pick(st.selectbox, t(f"flips.choose_{kind}"), list(stored), key, told=True, format_func=stored.__getitem__)
    run = reading.stored(id)
    if run is None:
        return
    # Cases are called by the quotes they sign, levers by what the quotes call them.
    levers = {str(lever.lever): dict.fromkeys(LANGUAGES, one.called(k, unit=True)) for k, lever in one.levers.items()}
    cases = {name: dict.fromkeys(LANGUAGES, one.signed(name)) for name in run.manifest["cases"]}
    try:
        show_answer(run, {"case_titles": cases, "lever_titles": levers})
    except Damaged as error:
        st.warning(t("piece.damaged", message=escaped(str(error)[:300])))


def about_quotes(cases: Iterable[str], quotes: Container[str]) -> bool:
    """Whether cases are named by the quotes they sign; those of other pages' studies are not."""
    signed = [name.rstrip("'") for name in cases]
    return all(name == NONE or all(quote in quotes for quote in name.split(" + ")) for name in signed)
