"""What would flip the choice: break-even along one figure, and the winner at each place of two.

The rules that compete are those of the study and those that sign each loser, as they were decided.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

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
from warrantysim.store.study import Study
from warrantysim.ui import reading
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.address import pick, turn_to
from warrantysim.ui.pieces.answer import show_answer
from warrantysim.ui.pieces.pictures import plain
from warrantysim.ui.pieces.running import submit, watch
from warrantysim.ui.session import jobs, may_edit

YEARS = 6
"""Years a position is simulated where nobody says otherwise: on shared luck few will do."""
STEPS = (3, 5, 7, 9)
NONE = "none"
"""What the case is called that signs no quote."""
KINDS = {"breakeven": "quotes_break_even", "switching": "quotes_map"}
"""Kinds of study, and what the address calls the one on screen."""


@dataclass(frozen=True)
class Quoted:
    """Quotes of a scenario, and what they are called."""

    world: Scenario
    """The scenario with every quote on its table."""
    names: Mapping[str, str]
    """What each is called, by id."""

    def joined(self, quotes: Sequence[str]) -> str:
        """Several quotes by their names."""
        return " + ".join(self.names[q] for q in quotes) or t("flips.none")


def show(world: Scenario, quotes: Sequence[str], names: Mapping[str, str], rules: Sequence[Policy]) -> None:
    """Draw the part. ``rules``: those that compete while a figure moves."""
    one, cases = Quoted(world, names), rivals(world, quotes, rules)
    st.write(t("flips.flips_why"))
    if len(cases) < 2:
        st.info(t("flips.no_rivals"))
        return
    able = {lever.key: lever for lever in levers_of(world, quotes)}
    st.caption(t("flips.rivals", names="; ".join(plain(_signed(one, case.name)) for case in cases)))
    st.subheader(t("flips.break_even"))
    _ask_break_even(one, cases, able)
    _stored(one, "breakeven", able)
    st.subheader(t("flips.map"))
    _ask_map(one, cases, able)
    _stored(one, "switching", able)


def _ask_break_even(one: Quoted, cases: Sequence[Case], able: Mapping[str, QuoteLever]) -> None:
    key = pick(st.selectbox, t("flips.lever"), list(able), "quotes_lever", format_func=lambda k: _named(one, able[k]))
    lever = able[key]
    stated = lever.lever.stated(one.world)
    with st.form(f"quotes_break_even_{key}", border=False):
        columns = st.columns([1, 1, 1, 1.2], vertical_alignment="bottom")
        low = columns[0].number_input(t("flips.low"), value=float(lever.low), format="%g", key=f"quotes_low_{key}")
        high = columns[1].number_input(t("flips.high"), value=float(lever.high), format="%g", key=f"quotes_high_{key}")
        years = columns[2].number_input(t("flips.flip_years"), 2, 200, YEARS, key="quotes_flip_years")
        pressed = columns[3].form_submit_button(t("flips.search"), type="primary", disabled=not may_edit())
    said = [t("flips.range_unit", unit=unit_name(lever.unit, lang()), stated=number(stated))]
    st.caption(plain(" ".join([*said, lever.source])))
    if not (pressed and may_edit()):
        return
    if not low < high:
        st.warning(t("flips.low_high"))
        return
    plain_lever = {"path": lever.lever.path, "how": lever.lever.how}
    study = Study.of("breakeven", cases, lever=plain_lever, low=float(low), high=float(high), replications=int(years))
    _submit(study, f"{one.world.name}: {lever.key} {low:g}-{high:g}")


def _ask_map(one: Quoted, cases: Sequence[Case], able: Mapping[str, QuoteLever]) -> None:
    names = list(able)
    second = [key for key in names if key == "nff"] or names[1:2]
    left, right = st.columns(2)
    with left:
        x = pick(st.selectbox, t("flips.map_x"), names, "quotes_x", format_func=lambda k: _named(one, able[k]))
    others = [*(k for k in second if k != x), *(k for k in names if k != x and k not in second)]
    with right:
        y = pick(st.selectbox, t("flips.map_y"), others, "quotes_y", format_func=lambda k: _named(one, able[k]))
    a, b = able[x], able[y]
    with st.form(f"quotes_map_{x}_{y}", border=False):
        cells = st.columns([1, 1, 1, 1, 1, 1], vertical_alignment="bottom")
        ends = [
            cells[k].number_input(label, value=float(value), format="%g", key=f"quotes_{place}_{x}_{y}")
            for k, (place, label, value) in enumerate(
                (("x_low", t("flips.x_low"), a.low), ("x_high", t("flips.x_high"), a.high),
                 ("y_low", t("flips.y_low"), b.low), ("y_high", t("flips.y_high"), b.high))
            )
        ]  # fmt: skip
        steps = cells[4].selectbox(t("flips.steps"), STEPS, index=1, key="quotes_steps")
        years = cells[5].number_input(t("flips.flip_years"), 2, 200, YEARS, key="quotes_map_years")
        st.caption(t("flips.map_cost", n=int(steps) ** 2))
        pressed = st.form_submit_button(t("flips.draw_map"), type="primary", disabled=not may_edit())
    if not (pressed and may_edit()):
        return
    if not (ends[0] < ends[1] and ends[2] < ends[3]):
        st.warning(t("flips.low_high"))
        return
    study = Study.of(
        "switching",
        cases,
        x={"path": a.lever.path, "how": a.lever.how, "low": float(ends[0]), "high": float(ends[1])},
        y={"path": b.lever.path, "how": b.lever.how, "low": float(ends[2]), "high": float(ends[3])},
        steps=int(steps),
        replications=int(years),
    )
    _submit(study, f"{one.world.name}: {a.key} x {b.key}")


def _submit(study: Study, label: str) -> None:
    job = submit(study, label)
    turn_to(KINDS[study.kind], job.result or job.run_id)


def _stored(one: Quoted, kind: str, able: Mapping[str, QuoteLever]) -> None:
    """Studies of a kind on this world's quotes: those under way, then the one that was chosen."""
    key = KINDS[kind]
    mine = digest(one.world)
    active = [job for job in jobs().listed(active=True) if job.kind == kind]
    for job in active:
        watch(job.id, f"quotes_flip_{job.id}")
    stored = {
        run.id: f"{run.label} · {run.made[:16].replace('T', ' ')} · {run.id[:6]}"
        for run in reading.listed(kind)
        if run.manifest["scenario"]["digest"] == mine and about_quotes(run.manifest["cases"], one.names)
    }
    wished = st.session_state.get(f"{key}_next") or st.query_params.get(key)
    asked_for = jobs().attach(wished) if wished and wished not in stored else None
    if asked_for is not None and not asked_for.active:
        watch(asked_for.id, f"quotes_flip_{asked_for.id}")
    if not stored:
        if not active:
            st.caption(t("flips.none_yet"))
        return
    id = pick(st.selectbox, t(f"flips.choose_{kind}"), list(stored), key, told=True, format_func=stored.__getitem__)
    run = reading.stored(id)
    if run is None:
        return
    # Cases are called by the quotes they sign, levers by what the quotes call them.
    levers = {str(lever.lever): dict.fromkeys(LANGUAGES, _with_unit(one, lever)) for lever in able.values()}
    cases = {name: dict.fromkeys(LANGUAGES, _signed(one, name)) for name in run.manifest["cases"]}
    try:
        show_answer(run, {"case_titles": cases, "lever_titles": levers})
    except Damaged as error:
        st.warning(t("piece.damaged", message=plain(str(error)[:300])))


def about_quotes(cases: Iterable[str], quotes: Container[str]) -> bool:
    """Whether cases are named by the quotes they sign; those of other pages' studies are not."""
    signed = [name.rstrip("'") for name in cases]
    return all(name == NONE or all(quote in quotes for quote in name.split(" + ")) for name in signed)


def _signed(one: Quoted, name: str) -> str:
    """Rules by what they sign."""
    known = [quote for quote in name.rstrip("'").split(" + ") if quote in one.names]
    return one.joined(known) + "'" * (len(name) - len(name.rstrip("'")))


def _named(one: Quoted, lever: QuoteLever) -> str:
    """A lever for people."""
    kind, _, of = lever.key.partition(":")
    if kind in ("price", "yield"):
        return t(f"flips.lever_{kind}", quote=one.names[of])
    if kind == "fx":
        return t("flips.lever_fx", currency=of)
    if lever.key in ("volume", "nff", "freight"):
        return t(f"flips.lever_{lever.key}")
    _, quote, rest = lever.key.split(".", 2)
    return f"{one.names.get(quote, quote)} › {full_name(rest, lang())}"


def _with_unit(one: Quoted, lever: QuoteLever) -> str:
    """A lever for people, with the unit of its positions where they are the figure itself."""
    unit = unit_name(lever.unit, lang()) if lever.lever.how == "set" else ""
    return f"{_named(one, lever)} [{unit}]" if unit else _named(one, lever)
