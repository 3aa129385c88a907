"""Fields of a scenario and their units as people call them, and which fields words in either language mean."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from warrantysim.locale.wording import Lang, named, say, text, with_aside
from warrantysim.packs.archetypes import faults_in_chinese
from warrantysim.report.doers import NOBODY, Titles, doer
from warrantysim.schema.distribution import PARAMETERS
from warrantysim.schema.errors import Message, told
from warrantysim.schema.figures import StatedFigure
from warrantysim.schema.reference import FieldRow

F = TypeVar("F", FieldRow, StatedFigure)
FIELD = "field"
"""Context of what fields are called; in English a field is called by its own words."""
KINDS = (
    "(may be absent)", "list of ", "mapping of ", "one of ", "dated ", "true or false", "whole number", "number",
    "amount", "distribution", "datetime", "date", "text", "section", "table",
)  # fmt: skip
"""Words that kinds of values are called by; a choice that is called like one is none."""
_KIND = re.compile("|".join(re.escape(k) if k[-1] in " )" else rf"(?<![|_]){k}(?![|_a-z])" for k in KINDS))
_STEPS = re.compile(r"\.|\[[^\]]*\]")
_KEYS = re.compile(r"\[([^\]]*)\]")


def steps_of(path: str) -> list[str]:
    """The names a path goes through, keys in brackets left out."""
    return [step for step in _STEPS.split(path) if step and step != "<id>"]


def field_name(path: str, lang: Lang = "en") -> str:
    """What a field is called: its own words in English, its term in Chinese; the last step of the path itself where it
    is a key and no field."""
    steps = steps_of(path)
    name = steps[-1] if steps else path
    above = f"{steps[-2]}.{name}" if len(steps) > 1 else ""
    if lang == "en":
        return (above and text(above, lang, FIELD)) or name.replace("_", " ")
    return (above and text(above, lang, FIELD)) or text(name, lang, FIELD) or name


def fault_words(fault: str, lang: Lang = "en") -> str:
    """A fault as people call it: by its term, by what its kind of product calls it, or by its own words."""
    term = named("fault_id", fault, lang)
    if term != fault:
        return term
    return (faults_in_chinese().get(fault) if lang == "zh" else None) or fault.replace("_", " ")


def full_name(path: str, lang: Lang = "en", partners: Titles = NOBODY) -> str:
    """What a field is called, after the parts it lies in, with the row it is of where it is not of every row:
    ``markets > parcel > loss share``, ``faults > share (VAC-L10, wheel motor)``. Of a distribution its parameter is
    named, not its kind. ``partners``: what they are called.
    """
    steps = steps_of(path)
    keys = [key.split(",") for key in _KEYS.findall(path) if "<" not in key and set(key) - set("*, ")]
    if steps[:1] == ["faults"]:
        keys = [[*first, fault_words(last.strip('"'), lang)] for *first, last in keys]
    shown = [i for i, step in enumerate(steps) if step not in PARAMETERS or i == len(steps) - 1]
    words = " › ".join(
        doer(steps[i], partners, lang) if steps[i] in partners else field_name(".".join(steps[: i + 1]), lang)
        for i in shown
    )
    keys = [[doer(one, partners, lang) if one in partners else one for one in key] for key in keys]
    rows = say("bind.and", lang).join(say("rule.and", lang).join(key) for key in keys)
    return with_aside(words, rows, lang) if keys else words


def unit_name(unit: str, lang: Lang = "en") -> str:
    """A unit in a language; the unit as stated where it is a code, such as kg."""
    if lang == "en":
        return unit
    currency, _, of = unit.partition(" per ")
    per = text(of, lang, "per") if of else None
    return text(unit, lang, "unit") or (unit if per is None else f"{currency}/{per}")


def meaning_in(doc: str | Message, lang: Lang = "en") -> str:
    """What a field is, in a language."""
    return (told(doc) if isinstance(doc, str) else doc).text(lang)


def kind_name(kind: str, lang: Lang = "en") -> str:
    """A kind of value in a language: ``list of number``, 列表：数值."""
    if lang == "en":
        return kind
    return _KIND.sub(lambda word: text(word[0], lang, "kind") or word[0], kind)


def search_fields(rows: Iterable[F], wanted: str) -> list[F]:
    """The fields that have every wanted word in their path, meaning, unit or Chinese name, best first: those whose
    own name has it come before those that only speak of it. An empty search finds all, in their order."""
    words = wanted.casefold().replace("_", " ").split()
    ranked = []
    for place, row in enumerate(rows):
        own = f"{field_name(row.path)} {field_name(row.path, 'zh')}".casefold()
        names = f"{row.path} {full_name(row.path)} {full_name(row.path, 'zh')}"
        said = f"{names} {row.doc} {meaning_in(row.doc, 'zh')} {row.unit}".casefold()
        if all(word in said or word in own for word in words):
            ranked.append((-sum(word in own for word in words), place, row))
    return [row for _, _, row in sorted(ranked, key=lambda item: item[:2])]
