"""A form for the options of any study of the registry: a widget an option, told as its docstring tells it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from types import NoneType
from typing import Any, Literal, get_args, get_origin

import streamlit as st

from warrantysim.locale.wording import text, with_value
from warrantysim.report.doers import NOBODY, Titles, partner_titles
from warrantysim.report.lever_text import lever_words
from warrantysim.schema.errors import BadInput
from warrantysim.schema.root import Scenario
from warrantysim.studies.study import AnyStudy, WrongOption
from warrantysim.studies.turning import Axis, Turned
from warrantysim.ui.components.pictures import escaped
from warrantysim.ui.language import lang, t

ABREAST = 3
"""Widgets in a row."""
LONGEST = 500
"""Characters of a text that is typed."""
OF_LUCK = "replications"
"""The option that says nothing of the question, and so comes last."""
YEARS = 8
"""Years asked for unasked: on shared luck few will do."""
EVERY = "*"
"""Stands for everything."""


@dataclass(frozen=True)
class OptionsAsked:
    """What was stated in a form of options."""

    study: AnyStudy
    stated: dict[str, Any]
    """Options that are not as usual, by name, as `Study.options` takes them."""
    beside: dict[str, Any]
    """The place beside each option, where it is said what is wrong with it."""
    sound: bool
    """Whether everything typed could be read."""

    def fit(self) -> bool:
        """Whether the study takes them; what it does not take is said beside its option."""
        if not self.sound:
            return False
        try:
            self.study.options(self.stated)
        except WrongOption as error:
            said = escaped(error.why.text(lang()))
            if error.option in self.beside:
                self.beside[error.option].error(said)
            else:
                st.error(with_value(escaped(title(self.study, error.option)), said, lang()) if error.option else said)
            return False
        return True


def options_form(one: AnyStudy, scenario: Scenario, key: str) -> OptionsAsked:
    """Ask for every option of a study that people state.

    Parameters
    ----------
    scenario : the scenario it is asked of; says what is offered.
    key : begins the keys of all widgets.

    Options that are not as usual are returned, with a place beside each for what is wrong with it.
    """
    stated: dict[str, Any] = {}
    beside: dict[str, Any] = {}
    sound = True
    fields = [(name, info) for name, info in one.Options.model_fields.items() if name not in one.unsaid]
    fields.sort(key=lambda field: field[0] == OF_LUCK)
    columns: Sequence[Any] = ()
    called = partial(_called, partners=partner_titles(scenario))
    for place, (name, info) in enumerate(fields):
        if place % ABREAST == 0:
            columns = st.columns(ABREAST)
        offers = one.offers(name, scenario, stated)
        if name == OF_LUCK and not offers and info.default is None:
            offers = (min(YEARS, scenario.plan.replications),)
        with columns[place % ABREAST]:
            value = None
            try:
                value = _asked(title(one, name), described(info), info, offers, f"{key}_{name}", called)
            except BadInput as error:
                sound = False
                st.error(escaped(error.text(lang())))
            beside[name] = st.empty()
        if value is not None and value != info.default:
            stated[name] = value
    return OptionsAsked(one, stated, beside, sound)


def title(one: AnyStudy, name: str) -> str:
    """What an option is called: its own words in English."""
    told = text(f"{one.name}.{name}", lang(), "option") or text(name, lang(), "option")
    return told or name.replace("_", " ").capitalize()


def described(info: Any) -> str:
    """What an option means: its docstring, or what a catalogue has for it."""
    said = " ".join((info.description or "").split())
    return text(said, lang(), "option") or said


def _asked(label: str, help: str, info: Any, offers: Sequence[Any], key: str, called: Callable[[str], str]) -> Any:
    """A widget that fits an option; None while nothing is stated."""
    parts = get_args(info.annotation)
    kind: Any = next(part for part in parts if part is not NoneType) if NoneType in parts else info.annotation
    first = offers[0] if offers else None if info.is_required() else info.default
    # What is offered depends on what is stated above: another first offer is another widget.
    key = f"{key}_{first}" if offers else key
    if kind is bool:
        return st.checkbox(label, value=bool(first), key=key, help=help)
    if kind in (int, float):
        return _number(label, help, kind, first, key)
    if get_origin(kind) is Literal:
        return st.selectbox(label, get_args(kind), key=key, help=help)
    if kind is Axis:
        return _axis(label, help, offers, key, called)
    if get_origin(kind) is tuple and get_origin(get_args(kind)[0]) is tuple:
        return _groups(label, help, offers or info.default, info.default, key)
    if get_origin(kind) is tuple and get_args(kind)[0] is str:
        any_of: dict[str, Any] = {"accept_new_options": True, "placeholder": t("what_if.placeholder")}
        return st.multiselect(label, offers, first or [], key=key, help=help, **any_of) or None
    if get_origin(kind) is tuple:
        usual = " ".join(f"{x:g}" for x in first or ())
        return _numbers(st.text_input(label, usual, key=key, help=help, max_chars=200)) or None
    if offers or kind is Turned:
        return _one_of(label, help, [str(offer) for offer in offers], key, called)
    return st.text_input(label, str(first or ""), key=key, help=help, max_chars=LONGEST).strip() or None


def _number(label: str, help: str, kind: Any, first: Any, key: str) -> Any:
    """A number within any bounds: the study refuses what lies outside its own."""
    if kind is int:
        return st.number_input(label, value=first, step=1, key=key, help=help)
    return st.number_input(label, value=None if first is None else float(first), key=key, help=help, format="%g")


def _one_of(label: str, help: str, offers: Sequence[str], key: str, called: Callable[[str], str]) -> str | None:
    chosen = st.selectbox(label, offers, key=key, help=help, accept_new_options=True, format_func=called)
    return str(chosen or "").strip()[:LONGEST] or None


def _called(offer: str, partners: Titles = NOBODY) -> str:
    """A lever in words and as it is written; a term of ours by its name."""
    if offer == EVERY:
        return t("options.everything")
    if "." in offer or "[" in offer:
        return f"{lever_words(offer, lang(), partners)}  ·  {offer}"
    return text(f"lever.{offer}", lang()) or offer


def _axis(label: str, help: str, offers: Sequence[str], key: str, called: Callable[[str], str]) -> str | None:
    """An input with its range; that of the input chosen stands there first."""
    ranges = {one.rpartition(":")[0].rpartition(":")[0]: one for one in offers}
    lever = _one_of(label, help, list(ranges), key, called)
    ends = ranges.get(lever or "", "::").split(":")[-2:]
    left, right = st.columns(2)
    found = []
    for place, end, at in zip((left, right), ("low", "high"), ends, strict=True):
        first = float(at) if at else None
        found.append(place.number_input(t(f"options.{end}"), value=first, key=f"{key}_{lever}_{end}", format="%g"))
    return None if lever is None or None in found else f"{lever}:{found[0]!r}:{found[1]!r}"


def _groups(label: str, help: str, offers: Sequence[Any], usual: Any, key: str) -> list[list[str]] | None:
    """Groups of words, such as the keys that rules depend on. ``usual``: those chosen unasked."""
    offered, first = ([",".join(group) or EVERY for group in groups] for groups in (offers, usual))
    chosen = st.multiselect(label, offered, first, key=key, help=help, accept_new_options=True, format_func=_called)
    return None if chosen == first else [[] if one == EVERY else one.replace(" ", "").split(",") for one in chosen]


def _numbers(typed: str) -> list[float]:
    """Figures of a line, apart by blanks or commas.

    Raises
    ------
    BadInput
        If one is none.
    """
    try:
        return [float(part) for part in typed.replace(",", " ").replace("，", " ").split()]
    except ValueError:
        raise BadInput("expected figures apart by blanks, got {text!r}", text=typed[:60]) from None
