"""Forms of studies: each gives the study that was asked for, or None while nobody pressed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from warrantysim.analysis.cases import Case
from warrantysim.analysis.levers_to_price import LEVERS
from warrantysim.locale.wording import named
from warrantysim.schema.root import Scenario
from warrantysim.store.study import Study
from warrantysim.ui.compared import Compared
from warrantysim.ui.language import lang, t
from warrantysim.ui.pieces.pictures import plain
from warrantysim.ui.session import may_edit

TURNS = {
    "freight": "freight_breaks[*,*].rate",
    "sales": "sales[*,*,*].units_per_month",
    "dollar": "fx[*].usd_per_unit",
    "labels": "label_rates[*].price",
}
"""Levers one asks for most, each by a factor on what is stated."""
MOST = 200
"""Most years a study simulates a world."""
FAULTS = "faults"
PATH = "path"


def _years(key: str, usual: int) -> int:
    return int(st.number_input(t("compare.years"), 2, MOST, usual, key=key, help=t("compare.years_help")))


def _pressed() -> bool:
    return bool(st.form_submit_button(t("compare.run"), type="primary", disabled=not may_edit())) and may_edit()


def _cases(one: Compared, names: list[str]) -> list[Case]:
    return [one.case(name) for name in names]


def _names(one: Compared) -> list[str]:
    return one.names


def ask_tornado(one: Compared, case: str) -> Study | None:
    """Every stated input within its range."""
    with st.form("compare_form_tornado", border=False):
        groups = groups_of(one.base.world)
        left, middle, right = st.columns(3)
        with left:
            group = st.selectbox(
                t("compare.inputs_like"), list(groups), key="compare_tornado_like",
                format_func=lambda g: t("compare.inputs_of", group=_group(g), n=groups[g]),
            )  # fmt: skip
        with middle:
            years = _years("compare_tornado_years", 4)
        with right:
            draws = int(
                st.number_input(
                    t("compare.draws"), 0, 1000, 32, 16, key="compare_tornado_draws", help=t("compare.draws_help")
                )
            )
        st.caption(t("compare.two_cases", now=plain(one.base.name), new=plain(case)))
        pressed = _pressed()
    if not pressed:
        return None
    pattern = "*" if group == "*" else f"{group}*"
    cases = [one.base, *_cases(one, [case])]
    return Study.of(
        "sensitivity",
        cases,
        seed=one.seed,
        like=pattern,
        replications=years,
        draws=draws if draws >= 16 else 0,
    )


def _group(name: str) -> str:
    return t("compare.everything") if name == "*" else name


def groups_of(world: Scenario) -> dict[str, int]:
    """Groups of uncertain inputs by where they are stated, with how many each holds; ``*`` is all."""
    found = {"*": len(world.assumptions)}
    for row in world.assumptions:
        head, _, rest = row.path.partition(".")
        group = f"{head}.{rest.split('.')[0]}" if head == "markets" else head.partition("[")[0]
        found[group] = found.get(group, 0) + 1
    return found


def _lever(label: str, key: str, world: Scenario) -> dict[str, str]:
    """A lever to choose: one of `TURNS` by a factor, or any figure by its path."""
    options = [*TURNS, *(row.path for row in world.assumptions)]
    chosen = st.selectbox(
        label, options, key=key, accept_new_options=True, help=t("compare.lever_help"),
        format_func=lambda name: t(f"compare.turn_{name}") if name in TURNS else name,
    )  # fmt: skip
    if chosen in TURNS:
        return {"path": TURNS[chosen], "how": "times"}
    return {"path": str(chosen or "").strip()[:500], "how": "set"}


def _alternatives(one: Compared, case: str, key: str) -> list[str]:
    return st.multiselect(
        t("compare.alternatives"), _names(one), default=[one.base.name, case], key=key,
        format_func=lambda name: one.title(name)[:80], placeholder=t("compare.placeholder"),
    )  # fmt: skip


def ask_breakeven(one: Compared, case: str) -> Study | None:
    """One lever from low to high."""
    with st.form("compare_form_breakeven", border=False):
        names = _alternatives(one, case, f"compare_breakeven_cases_{one.key[:6]}_{case[:40]}")
        wide, left, middle, right = st.columns([4, 1, 1, 1])
        with wide:
            lever = _lever(t("compare.lever"), "compare_breakeven_lever", one.base.world)
        low = left.number_input(t("compare.low"), value=0.5, key="compare_breakeven_low", format="%g")
        high = middle.number_input(t("compare.high"), value=3.0, key="compare_breakeven_high", format="%g")
        with right:
            years = _years("compare_breakeven_years", 6)
        pressed = _pressed()
    if not pressed:
        return None
    if not low < high:
        raise ValueError(t("compare.low_below_high"))
    options = {"low": float(low), "high": float(high), "replications": years, "tolerance": (high - low) / 200}
    return Study.of("breakeven", _cases(one, names), seed=one.seed, lever=lever, **options)


def ask_map(one: Compared, case: str) -> Study | None:
    """Two levers, a grid."""
    axes: list[dict[str, Any]] = []
    with st.form("compare_form_map", border=False):
        names = _alternatives(one, case, f"compare_map_cases_{one.key[:6]}_{case[:40]}")
        for axis, usual in (("x", 2.0), ("y", 1.5)):
            wide, left, right = st.columns([4, 1, 1])
            with wide:
                lever = _lever(t(f"compare.{axis}_lever"), f"compare_map_{axis}", one.base.world)
            low = left.number_input(t("compare.low"), value=0.5, key=f"compare_map_{axis}_low", format="%g")
            high = right.number_input(t("compare.high"), value=usual, key=f"compare_map_{axis}_high", format="%g")
            axes.append({**lever, "low": float(low), "high": float(high)})
        left, right = st.columns(2)
        steps = left.number_input(t("compare.positions"), 2, 15, 5, key="compare_map_count")
        with right:
            years = _years("compare_map_years", 4)
        pressed = _pressed()
    if not pressed:
        return None
    if axes[0]["path"] == axes[1]["path"]:
        raise ValueError(t("compare.two_levers"))
    if not all(axis["low"] < axis["high"] for axis in axes):
        raise ValueError(t("compare.low_below_high"))
    return Study.of(
        "switching", _cases(one, names), seed=one.seed, x=axes[0], y=axes[1], steps=int(steps),
        replications=years,
    )  # fmt: skip


def ask_simplicity(one: Compared, case: str) -> Study | None:
    """Coarser and rounder rules in the world of a case."""
    with st.form("compare_form_simplicity", border=False):
        left, right = st.columns([3, 1])
        with left:
            name = st.selectbox(
                t("compare.in_world"),
                _names(one),
                key="compare_simplicity_case",
                format_func=lambda n: one.title(n)[:80],
            )
        with right:
            years = _years("compare_simplicity_years", 12)
        pressed = _pressed()
    if not pressed:
        return None
    return Study.of("simplify", _cases(one, [str(name)]), seed=one.seed, replications=years)


def ask_levers(one: Compared, case: str) -> Study | None:
    """One lever through its positions, or the worth of fewer faults."""
    options = [*LEVERS, FAULTS, PATH]
    with st.form("compare_form_levers", border=False):
        left, middle, right = st.columns([3, 3, 1])
        with left:
            lever = st.selectbox(
                t("compare.lever"), options, key="compare_levers_lever",
                format_func=lambda n: t(f"compare.lever_{n}") if n in (FAULTS, PATH) else named("lever", n, lang()),
            )  # fmt: skip
        with middle:
            name = st.selectbox(
                t("compare.in_world"), _names(one), key="compare_levers_case", format_func=lambda n: one.title(n)[:80]
            )
        with right:
            years = _years("compare_levers_years", 8)
        path = st.text_input(t("compare.path"), key="compare_levers_path", max_chars=500, help=t("compare.path_help"))
        at = st.text_input(
            t("compare.at"), key="compare_levers_at", max_chars=200, placeholder="0.8 1.2", help=t("compare.at_help")
        )
        pressed = _pressed()
    if not pressed:
        return None
    cases = _cases(one, [str(name)])
    if lever == FAULTS:
        return Study.of("faults", cases, seed=one.seed, replications=years)
    if lever == PATH:
        return Study.of(
            "sweep", cases, seed=one.seed, lever=path.strip(), at=numbers(at), factor=True, replications=years
        )
    return Study.of("sweep", cases, seed=one.seed, lever=str(lever), replications=years)


def numbers(text: str) -> list[float]:
    """Figures of a line, apart by blanks or commas.

    Raises
    ------
    ValueError
        If one is none, or there are none.
    """
    parts = text.replace(",", " ").replace("，", " ").split()
    try:
        found = [float(part) for part in parts]
    except ValueError:
        raise ValueError(t("compare.not_figures", text=text[:60])) from None
    if not found:
        raise ValueError(t("compare.no_figures"))
    return found


FORMS: dict[str, Callable[[Compared, str], Study | None]] = {
    "tornado": ask_tornado,
    "breakeven": ask_breakeven,
    "map": ask_map,
    "simplicity": ask_simplicity,
    "levers": ask_levers,
}
"""Forms by study."""
