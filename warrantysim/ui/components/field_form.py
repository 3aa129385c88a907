"""A form for one field of the schema: found by words or path, its places chosen, its new value asked for."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

import streamlit as st

from warrantysim.locale.wording import joined, listed, with_aside
from warrantysim.report.doers import Titles, doer, partner_titles
from warrantysim.report.field_names import field_name, full_name, kind_name, meaning_in, search_fields, unit_name
from warrantysim.schema.choices import ANY, changeable, filled, slots, slots_of, there
from warrantysim.schema.diff import one_line_value
from warrantysim.schema.paths import table_fields, tree_of
from warrantysim.schema.reference import FieldRow
from warrantysim.schema.root import Scenario
from warrantysim.ui.components.bounded import any_day
from warrantysim.ui.components.differences import single_line
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.language import lang, t
from warrantysim.ui.session import may_edit

MOST = 50
"""Fields offered for a search."""
SCALED = ("number", "amount", "distribution", "whole number")
"""Kinds that can be multiplied and added to."""


@cache
def fields() -> tuple[FieldRow, ...]:
    """Every field that can be changed."""
    return changeable()


def field_form(base: Scenario, key_of_base: str, key: str) -> str:
    """Ask for one change of a scenario.

    Parameters
    ----------
    key_of_base : names the scenario's content, for what is kept of it.
    key : begins the keys of all widgets.

    Returns
    -------
    The change as ``--set`` takes it, once the button was pressed; else empty.
    """
    wanted = st.text_input(
        t("field.search"), key=f"{key}_search", placeholder=t("field.search_in"), max_chars=200, bind="query-params"
    )
    hits = search_fields(fields(), wanted)[:MOST]
    if not hits:
        st.info(t("field.none"))
        return ""
    options = {row.path: row for row in hits}
    # Keyed by what it lists: under one key the browser goes on showing the field that stood first before.
    path = st.selectbox(
        t("field.field", n=len(hits)), list(options), key=f"{key}_path:{wanted}",
        format_func=lambda one: f"{full_name(one, lang())}  ·  {one}",
    )  # fmt: skip
    row = options[path]
    keys = _places(base, key_of_base, row, key)
    whole = filled(row.path, keys)
    values = _values(base, key_of_base, whole)
    _explain(row, values)
    how = _how(row, values, key)
    value = _value(row, how, values, f"{key}_{how}_{row.path}")
    if st.button(t("field.add"), key=f"{key}_add", disabled=not may_edit() or value is None, icon=":material/add:"):
        return f"{whole}{ {'set': '=', 'times': '*=', 'plus': '+='}[how] }{value}"
    return ""


def _places(base: Scenario, key_of_base: str, row: FieldRow, key: str) -> list[str]:
    """One choice a slot: every key there is, or one of them."""
    if not slots_of(row.path):
        return []
    offered = _slots(key_of_base, row.path, base)
    chosen, partners = [], partner_titles(base)
    for column, (place, slot) in zip(st.columns(max(3, len(offered))), enumerate(offered), strict=False):
        choices = [ANY, *slot]
        name = f"{key}_{row.path}_{place}"
        if st.session_state.get(name) not in choices:
            st.session_state.pop(name, None)
        chosen.append(
            column.selectbox(
                field_name(slots_of(row.path)[place], lang()), choices, key=name,
                format_func=partial(_key_name, partners=partners),
            )
        )  # fmt: skip
    return chosen


def _key_name(one: str, partners: Titles) -> str:
    return t("field.any") if one == ANY else doer(one, partners, lang()) or t("field.empty")


@st.cache_data(max_entries=200, show_spinner=False)
def _slots(key_of_base: str, path: str, _base: Scenario) -> list[tuple[str, ...]]:
    return [slot.keys for slot in slots(path, _tree(key_of_base, _base), table_fields(Scenario))]


@st.cache_resource(max_entries=8, show_spinner=False)
def _tree(key_of_base: str, _base: Scenario) -> Mapping[str, Any]:
    return tree_of(_base)


def _values(base: Scenario, key_of_base: str, path: str) -> dict[str, Any]:
    return there(path, _tree(key_of_base, base), table_fields(Scenario))


def _explain(row: FieldRow, values: Mapping[str, Any]) -> None:
    """Meaning, unit, bounds, and what the base states there."""
    facts = [t("field.meaning", meaning=escaped(meaning_in(row.doc, lang())))]
    if row.unit:
        facts.append(t("field.unit", unit=escaped(unit_name(row.unit, lang()))))
    facts.append(
        t("field.range", range=escaped(row.range))
        if row.range
        else t("field.kind", kind=escaped(kind_name(row.type, lang())))
    )
    st.caption(joined(facts, lang()))
    if not values:
        st.warning(t("field.not_there"))
        return
    texts = [one_line_value(value) for value in values.values()]
    distinct = list(dict.fromkeys(texts))
    few = listed((single_line(text, 60) for text in distinct[:6]), lang()) + (" …" if len(distinct) > 6 else "")
    st.markdown(t("field.base", stated=escaped(with_aside(few, t("field.places", n=len(values)), lang()))))


def _how(row: FieldRow, values: Mapping[str, Any], key: str) -> str:
    kind = row.type.removesuffix(" (may be absent)").removeprefix("dated ").removeprefix("mapping of ")
    held = [value for value in values.values() if value is not None]
    ways = ["set", "times", "plus"] if kind in SCALED and held else ["set"]
    name = f"{key}_how"
    if st.session_state.get(name) not in ways:
        st.session_state[name] = ways[0]
    return str(
        st.segmented_control(t("field.how"), ways, key=name, required=True, format_func=lambda one: t(f"field.{one}"))
        or ways[0]
    )


def _value(row: FieldRow, how: str, values: Mapping[str, Any], key: str) -> str | None:
    """The new value, factor or addend as text; None while it is not there."""
    if how != "set":
        idle = 1.0 if how == "times" else 0.0
        by = st.number_input(t(f"field.by_{how}"), value=idle, key=key, format="%.6g", step=0.05, width=240)
        return None if by == idle or not math.isfinite(by) else f"{by:.15g}"
    alike = len({one_line_value(value) for value in values.values()}) == 1
    base = next(iter(values.values())) if alike else None
    kind = row.type.removesuffix(" (may be absent)")
    if kind == "true or false":
        return _one_of(["true", "false"], base, key)
    if kind.startswith("one of ") and " or " not in kind:
        return _one_of([one for one in kind.removeprefix("one of ").split("|") if one], base, key)
    if kind in ("number", "whole number"):
        return _number(kind == "whole number", base, key)
    if kind == "date":
        day = _day(base)
        chosen = any_day(t("field.new"), day, key=key, width=240)
        return None if chosen is None or chosen == day else chosen.isoformat()
    usual = "" if base is None else _as_typed(base)
    text = st.text_input(t("field.new"), value=usual, key=key, help=t(_form_of(kind)), max_chars=500)
    return None if not (text or "").strip() or text == usual else str(text).strip()


def _one_of(options: Sequence[str], base: Any, key: str) -> str | None:
    now = one_line_value(base) if base is not None else ""
    others = [one for one in options if one != now]
    return st.selectbox(t("field.new"), others, key=key, index=None, placeholder=t("field.choose"), width=320)


def _number(whole: bool, base: Any, key: str) -> str | None:
    usual = float(base) if isinstance(base, int | float) and not isinstance(base, bool) else None
    number: float | None
    if whole:
        number = st.number_input(
            t("field.new"), key=key, step=1, value=None if usual is None else int(usual), width=240
        )
    else:
        number = st.number_input(t("field.new"), key=key, value=usual, format="%.6g", width=240)
    return None if number is None or number == usual else f"{number:.15g}"


def _day(base: Any) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(str(base))
    except ValueError:
        return None
    return day if day.year > 1 else None


def _as_typed(value: Any) -> str:
    """A value as one would type it again."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else one_line_value(value)


def _form_of(kind: str) -> str:
    for word in ("distribution", "amount", "list", "mapping", "dated"):
        if word in kind:
            return f"field.form_{word}"
    return "field.form_text"
