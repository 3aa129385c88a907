"""Fields of a scenario and their units as people call them, and which fields words in either language mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from warrantysim.report.field_terms import FIELD_TERMS
from warrantysim.report.unit_terms import KIND_TERMS, PER_TERMS, UNIT_TERMS
from warrantysim.report.wording import Lang
from warrantysim.scenario.figures import Figure
from warrantysim.scenario.reference import FieldRow

F = TypeVar("F", FieldRow, Figure)
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
    if lang == "en":
        return name.replace("_", " ")
    above = f"{steps[-2]}.{name}" if len(steps) > 1 else ""
    return FIELD_TERMS.get(above) or FIELD_TERMS.get(name, name)


def full_name(path: str, lang: Lang = "en") -> str:
    """What a field is called, after the parts it lies in, with the row it is of where it is not of every row:
    ``markets > parcel > loss share``, ``faults > share (VAC-L10, wheel motor)``.
    """
    steps = steps_of(path)
    keys = [key.replace(",", ", ") for key in _KEYS.findall(path) if "<" not in key and set(key) - set("*, ")]
    words = " › ".join(field_name(".".join(steps[: i + 1]), lang) for i in range(len(steps)))
    return f"{words} ({'; '.join(keys)})" if keys else words


def unit_name(unit: str, lang: Lang = "en") -> str:
    """A unit in a language; the unit as stated where it is a code, such as kg."""
    if lang == "en" or unit in UNIT_TERMS:
        return unit if lang == "en" else UNIT_TERMS[unit]
    currency, per, of = unit.partition(" per ")
    return f"{currency}/{PER_TERMS[of]}" if per and of in PER_TERMS else unit


def kind_name(kind: str, lang: Lang = "en") -> str:
    """A kind of value in a language: ``list of number``, 列表：数值."""
    if lang == "en":
        return kind
    for word, told in KIND_TERMS.items():
        kind = kind.replace(word, told)
    return kind


def found(rows: Iterable[F], wanted: str) -> list[F]:
    """The fields that have every wanted word in their path, docstring, unit or Chinese name, best first: those whose
    own name has it come before those that only speak of it. An empty search finds all, in their order."""
    words = wanted.casefold().replace("_", " ").split()
    ranked = []
    for place, row in enumerate(rows):
        own = f"{field_name(row.path)} {field_name(row.path, 'zh')}".casefold()
        said = f"{row.path} {full_name(row.path)} {full_name(row.path, 'zh')} {row.doc} {row.unit}".casefold()
        if all(word in said or word in own for word in words):
            ranked.append((-sum(word in own for word in words), place, row))
    return [row for _, _, row in sorted(ranked, key=lambda item: item[:2])]


def without_name(rows: Sequence[FieldRow]) -> list[str]:
    """Paths whose field has no Chinese name."""
    return [row.path for row in rows if steps_of(row.path)[-1] not in FIELD_TERMS]
