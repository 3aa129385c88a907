"""What columns and cells of a log that has no shared form are called, in four languages.

A helpdesk's export, a workshop's bills and a carrier's scans have the columns somebody chose. What a column is
meant for is offered by the words of its header and confirmed by a person once; what a cell means is read where it is
one of the words known, and asked with a default where it only holds one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from warrantysim.packs import rows as shipped
from warrantysim.schema.dispositions import ACTIONS
from warrantysim.schema.figure_advice import KINDS, codes_of

_UNITS = frozenset(word for table in KINDS.values() for word in table)
_GAPS = re.compile(r"[\s_.,:;/#\-–()\[\]（）：・]+")


def plain_words(text: str) -> str:
    """A header or a cell as words are compared: small letters, one blank for whatever parts them."""
    return _GAPS.sub(" ", text.casefold()).strip()


def stem(header: str) -> str:
    """A header without the unit or currency behind it: *Amount (EUR)* is amount, *weight lb* weight."""
    said = plain_words(header).split()
    while len(said) > 1 and (said[-1] in _UNITS or currencies_in(said[-1])):
        said.pop()
    return " ".join(said)


def currencies_in(word: str) -> set[str]:
    """The currencies of some market a word may stand for."""
    return codes_of(word) & ({row["currency"] for row in shipped("marketplaces")} | {"CNY", "HKD"})


LOGS = CLAIMS_LOG, BILLS, SCANS = ("claims_log", "partner_bills", "scans")
"""Reports in anybody's columns."""


@dataclass(frozen=True)
class Field:
    """One thing a log of some kind can say."""

    name: str
    """Name of the field, a canonical column or a helper of one."""
    kind: str
    """What its cells are: stamp, number, money, weight, text, id, order, sku, flag, personal, or a kind of words."""
    needed: bool
    """Whether nothing can be read without it."""
    words: tuple[str, ...]
    """Headers it is known by, as they are compared."""


@cache
def log_fields(report: str) -> Mapping[str, Field]:
    """What a log of a kind can say, by name."""
    return {
        row["field"]: Field(
            row["field"], row["kind"], row["needed"] == "needed", tuple(map(plain_words, row["words"].split("|")))
        )
        for row in shipped("log_columns")
        if row["report"] == report
    }


@cache
def values_of(kind: str) -> Mapping[str, str]:
    """The words of a kind of cell and what each means."""
    known = {
        plain_words(word): row["value"]
        for row in shipped("log_words")
        if row["kind"] == kind
        for word in row["words"].split("|")
    }
    if kind == "decision":
        known |= {
            plain_words(word): action.name for action in ACTIONS.values() for word in (action.name, *action.words)
        }
    return known


def word_choices(kind: str) -> tuple[str, ...]:
    """What cells of a kind can mean."""
    return tuple(dict.fromkeys(values_of(kind).values()))


def likely(kind: str, cell: str) -> str:
    """What a cell that is no known word most likely means: the longest known word it holds; empty where it holds none.

    Words of Latin letters are looked for as whole words, others anywhere.
    """
    said = plain_words(cell)
    padded = f" {said} "
    held = [
        word
        for word in values_of(kind)
        if len(word) > 1 and (f" {word} " in padded if word.isascii() else word in said)
    ]
    return values_of(kind)[max(held, key=len)] if held else ""


def offered(report: str, headers: Sequence[str]) -> dict[str, str]:
    """Which header each field is offered: the first of its words that is one, each header once; best words first."""
    found: dict[str, str] = {}
    named = {stem(header): header for header in reversed(headers)}
    named |= {plain_words(header): header for header in reversed(headers)}
    ranked = sorted(
        (place, order, field.name, named[word])
        for order, field in enumerate(log_fields(report).values())
        for place, word in enumerate(field.words)
        if word in named
    )
    for _, _, field, header in ranked:
        if field not in found and header not in found.values():
            found[field] = header
    return {field: found[field] for field in log_fields(report) if field in found}


def score(report: str, headers: Iterable[str]) -> float:
    """How much a header looks like a log of a kind: the share of its columns that are offered a field; 0 where a
    needed field is offered none [0-1]."""
    stated = [header for header in headers if plain_words(header)]
    found = offered(report, stated)
    if any(field.needed and field.name not in found for field in log_fields(report).values()):
        return 0.0
    return len(found) / len(stated)
