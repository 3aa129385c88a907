"""What a quote does not say, read as usual for the market: never as free.

``packs/seller/usual_terms.csv`` holds three readings of each term a silent quote would otherwise get for nothing:
favourable to the seller, usual, unfavourable. Fees are stated times the quote's own mean repair fee, so that they fit
goods and currency. A quote keeps the usual reading and names the term in ``unknown``.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from statistics import fmean
from typing import Any, NamedTuple

from warrantysim.packs import rows
from warrantysim.schema.amounts import Amount

READINGS = ("favourable", "usual", "unfavourable")
"""How an unknown term may turn out, the best for the seller first."""
UNKNOWN, NONE = ("unknown", "未知", "不详"), ("none", "无")
"""What a cell says of a term the quote leaves open, and of one it says there is none of."""
DESK = "desks.<id>."


class TermReadings(NamedTuple):
    """The readings of one term."""

    term: str
    kind: str
    """``fee``: times the mean repair fee; number; calendar."""
    applies: str
    """Parts mode it belongs to; ``charged`` where the partner sells parts; empty for any."""
    values: tuple[float, ...]
    """A value a reading."""


@cache
def usual_terms() -> dict[str, TermReadings]:
    """Terms a quote may leave open, by path below the partner."""
    return {
        row["term"]: TermReadings(
            row["term"], row["kind"], row["applies"], tuple(float(row[name] or "nan") for name in READINGS)
        )
        for row in rows("seller/usual_terms")
    }


def term_of(path: str) -> str:
    """The term of a path below a partner: ``desks.US.no_fault`` is ``desks.<id>.no_fault``."""
    steps = path.split(".")
    return ".".join([DESK[:-1], *steps[2:]]) if steps[0] == "desks" and len(steps) > 2 else path


def with_usual(quote: Any) -> Any:
    """The plain form of a quote as somebody stated it, what it leaves open read as usual and named in ``unknown``.

    A term that says there is none loses its value. What must be stated, and is not said to be unknown, stays missing.
    """
    if not isinstance(quote, Mapping) or not isinstance(quote.get("desks"), Mapping):
        return quote
    tree = copy.deepcopy(dict(quote))
    said_none = set(_said(tree, NONE))
    asked = [path for path in _said(tree, UNKNOWN) if any(_within(term, term_of(path)) for term in usual_terms())]
    for path in (*said_none, *asked):
        _drop(tree, path)
    known = [path for path in tree.pop("unknown", None) or () if isinstance(path, str)]
    if tree.get("test_only") is True:
        return tree | ({"unknown": known} if known else {})
    for path in places(tree):
        if any(_within(path, one) for one in said_none) or path in known or value_at(tree, path) is not None:
            continue
        if any(_within(path, one) for one in asked) or path.rpartition(".")[2] not in _MUST:
            value = reading_of(tree, path, "usual")
            if value is not None:
                _put(tree, path, value)
                known.append(path)
    return tree | ({"unknown": known} if known else {})


def _within(path: str, section: str) -> bool:
    """Whether a path is that of a section, or of something in it."""
    return path == section or path.startswith(f"{section}.")


_MUST = ("yield_share", "technicians", "units_per_day", "handling_days", "calendar")
"""Terms without a default: who does not know them has to say so."""


def reading_of(tree: Mapping[str, Any], path: str, reading: str) -> Any:
    """The plain value of a term in a reading; None where the quote gives nothing to read it by."""
    found = usual_terms()[term_of(path)]
    desk = tree["desks"].get(path.split(".")[1]) if path.startswith("desks.") else None
    if found.kind == "calendar":
        serves = desk.get("serves") if isinstance(desk, Mapping) else None
        return f"{str(serves[0]).lower()}_workdays" if isinstance(serves, Sequence) and serves else None
    value = found.values[READINGS.index(reading)]
    if found.kind != "fee":
        return int(value) if value.is_integer() else value
    fee = mean_fee(desk) if isinstance(desk, Mapping) else None
    return None if fee is None else str(Amount(round(fee.value * value, 2), fee.currency))


def mean_fee(desk: Mapping[str, Any]) -> Amount | None:
    """Mean of the repair fees a desk states, else what its retainer asks for an included unit."""
    fees = list(_amounts(desk.get("repaired")))
    if not fees and isinstance(retainer := desk.get("retainer"), Mapping):
        month, units = list(_amounts(retainer.get("per_month"))), retainer.get("included_units")
        if month and isinstance(units, int | float) and units > 0:
            fees = [Amount(month[0].value / units, month[0].currency)]
    return Amount(fmean(fee.value for fee in fees), fees[0].currency) if fees else None


def _amounts(value: Any) -> Iterator[Amount]:
    if isinstance(value, Mapping):
        for child in value.values():
            yield from _amounts(child)
    elif isinstance(value, list | tuple):
        for child in value:
            yield from _amounts(child)
    elif isinstance(value, str):
        try:
            yield Amount.parse(value)
        except ValueError:
            return


def places(tree: Mapping[str, Any]) -> Iterator[str]:
    """Where the terms of the table stand in a quote."""
    for term, usual in usual_terms().items():
        if not term.startswith(DESK):
            yield term
            continue
        for name, desk in tree["desks"].items():
            if not isinstance(desk, Mapping):
                continue
            parts = desk.get("parts")
            mode = parts.get("mode") if isinstance(parts, Mapping) else None
            section = term.removeprefix(DESK).rpartition(".")[0]
            if section and section != "storage" and not isinstance(desk.get(section), Mapping):
                continue
            modes = ("included", "cost_plus") if usual.applies == "charged" else (usual.applies,)
            if usual.applies and mode not in modes:
                continue
            yield term.replace("<id>", name)


def _said(tree: Any, words: Sequence[str], above: tuple[str, ...] = ()) -> Iterator[str]:
    if isinstance(tree, Mapping):
        for key, child in tree.items():
            yield from _said(child, words, (*above, str(key)))
    elif above and isinstance(tree, str) and tree.strip().lower() in words:
        yield ".".join(above)


def value_at(tree: Any, path: str) -> Any:
    """The plain value at a path below a quote; None where nothing is stated."""
    for step in path.split("."):
        tree = tree.get(step) if isinstance(tree, Mapping) else None
    return tree


def _put(tree: dict[str, Any], path: str, value: Any) -> None:
    *above, last = path.split(".")
    for step in above:
        if tree.get(step) is None:
            tree[step] = {}
        tree = tree[step]
    tree[last] = value


def _drop(tree: dict[str, Any], path: str) -> None:
    *above, last = path.split(".")
    for step in above:
        tree = tree[step]
    del tree[last]
