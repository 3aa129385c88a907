"""Quotes written as rows of a quote file: a quote as it stands, or every term there is, to be filled in.

What is written reads back as the same quote: `quote_files` is the other direction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import yaml

from warrantysim.files.quote_files import COLUMNS
from warrantysim.files.usual_terms import DESK, NONE, places, usual_terms, value_at
from warrantysim.schema.contracts import Partner
from warrantysim.schema.paths import tree_of
from warrantysim.schema.plain_text import delimited
from warrantysim.schema.reference import FieldRow, describe

NOTES = ("kind", "unit", "range", "required", "meaning")
"""Columns of a template beside those that are read."""
EXAMPLES = {
    "tiers.steps[].from_units": "tiers.steps.0.from_units",
    "tiers.steps[].discount": "tiers.steps.0.discount",
    "repaired.by_sku": "repaired.by_sku.<SKU>",
    "repaired.by_level": "repaired.by_level.1",
    "bench.handling_days": "bench.handling_days",
}
"""How a term of many places is written in a template."""


class QuoteRow(NamedTuple):
    """One row of a quote file."""

    quote: str
    desk: str
    term: str
    value: str


def rows_of_quote(name: str, quote: Partner) -> list[QuoteRow]:
    """Every term a quote states otherwise than by default, a row each; what it has none of is said to be none."""
    whole = tree_of(quote)
    tree = _shortened(whole, tree_of_defaults())
    out = []
    for term, value in _leaves(tree):
        if term[0] == "desks":
            out.append(QuoteRow(name, term[1], ".".join(term[2:]), value))
        else:
            out.append(QuoteRow(name, "", ".".join(term), value))
    return out if quote.test_only else [*out, *_nones(name, whole)]


def _nones(name: str, tree: Mapping[str, Any]) -> Iterator[QuoteRow]:
    """Terms that would be read as usual for the market if nothing were said of them."""
    silent = [path for path in places(tree) if value_at(tree, path) is None]
    for path in dict.fromkeys(path.replace("storage.per_day", "storage") for path in silent):
        _, desk, term = path.split(".", 2)
        if not term.startswith("storage."):
            yield QuoteRow(name, desk, term, NONE[0])


def tree_of_defaults() -> Mapping[str, Any]:
    """Plain values of the partner's own fields that have a default, as a file would state them."""
    plain: dict[str, Any] = {}
    for name, field in Partner.model_fields.items():
        if not field.is_required():
            value = field.get_default(call_default_factory=True)
            plain[name] = list(value) if isinstance(value, tuple) else value
    return plain


def _shortened(tree: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    open_terms = usual_terms()
    return {
        name: value
        for name, value in tree.items()
        if name in open_terms or name not in defaults or value != defaults[name]
    }


def _leaves(value: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """(path, value as a file states it) of everything stated below; lists of plain values are one value."""
    if isinstance(value, Mapping):
        for key, child in value.items():
            yield from _leaves(child, (*above, str(key)))
    elif isinstance(value, list | tuple) and any(isinstance(child, Mapping) for child in value):
        for place, child in enumerate(value):
            yield from _leaves(child, (*above, str(place)))
    elif value is not None and value not in ([], ()):
        yield above, _written(value)


def _written(value: Any) -> str:
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000)
    return text.removesuffix("\n").removesuffix("...").strip()


def quote_csv(quotes: Mapping[str, Partner]) -> str:
    """Quotes as a CSV file that `quote_files` reads back as they are."""
    return delimited([COLUMNS, *(row for name, quote in quotes.items() for row in rows_of_quote(name, quote))])


def template_csv(quote: str = "my-quote", desk: str = "US") -> str:
    """Every term of a quote, to be filled in, with its kind, unit, range and meaning beside it."""
    rows = []
    for term, field in template_terms():
        where = desk if field.path.startswith(DESK) else ""
        told = (field.type, field.unit, field.range, "yes" if must(field.path) else "", field.doc)
        rows.append((quote, where, term, "", *told))
    return delimited([(*COLUMNS, *NOTES), *rows])


def template_terms() -> list[tuple[str, FieldRow]]:
    """Terms that hold a value themselves, each as a file writes it below the partner or the desk."""
    out = []
    for field in describe(Partner):
        term = field.path.removeprefix(DESK)
        kind = field.type.removesuffix(" (may be absent)")
        if kind not in ("section", "list of section", "mapping of section"):
            out.append((EXAMPLES.get(term, term), field))
    return out


@cache
def _optional() -> tuple[str, ...]:
    return tuple(f"{field.path}." for field in describe(Partner) if not field.required)


def must(path: str) -> bool:
    """Whether every quote must state a field: it is required, and so is all it lies in."""
    needed = any(field.path == path and field.required for field in describe(Partner))
    return needed and not path.startswith(_optional())
