"""The packs of markets as a layer: what is usual everywhere, and each asked market with its rows of every table.

They ship with the package, in ``packs/markets``: ``common.yaml``, a file for each market, and in ``tables`` one file a
table for all markets. Of a table those rows are taken that are of an asked market, or of no market.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from warrantysim.files.documents import Document, parse_document
from warrantysim.files.layers import Layer, LayerRequest
from warrantysim.files.tables import Table, brought_path, table_of
from warrantysim.packs.markets import CODES, FOLDER
from warrantysim.schema.errors import Message, refuse, suggestion, told
from warrantysim.schema.strict import Row

COMMON = "common.yaml"
"""What is usual in every market."""
TEMPLATE = "market"
"""Its key for what a market is taken for where its own file says nothing."""
ALWAYS = frozenset({"CNY"})
"""Currencies every seller needs, whose markets use others [ISO code]."""


def layer(asked: LayerRequest) -> Layer:
    """The asked markets.

    Raises
    ------
    ScenarioError
        Where ``markets`` is no list of codes of markets there are.
    """
    codes = _codes(asked)
    documents = documents_of(codes)
    return Layer(documents, list(_tables(frozenset(codes), documents, asked)))


def documents_of(codes: Sequence[str]) -> list[Document]:
    """What the packs of some markets state outside tables, the lowest first."""
    common = _read(shown(COMMON))
    usual = {key: value for key, value in common.values.items() if key != TEMPLATE}
    documents = [replace(common, values=usual)]
    for code in codes:
        documents += [_template(common, code), _read(shown(f"{code}.yaml"))]
    return documents


def text_of(document: Document) -> str:
    """The text of the file of such a document."""
    return (FOLDER / Path(document.name).name).read_text("utf-8")


def _codes(asked: LayerRequest) -> list[str]:
    stated = asked.stated
    if not isinstance(stated, list) or not stated:
        raise refuse(asked.where, told("expected a list of markets, such as [US, DE]"), "packs")
    for i, code in enumerate(stated):
        if code not in CODES:
            message = told("there is no pack of {code!r}; there are {codes}", code=code, codes=", ".join(CODES))
            raise refuse(asked.where, message + _near(code), "packs")
        if code in stated[:i]:
            raise refuse(asked.where, "{code} is named twice", "packs", code=code)
    return stated


def _near(code: Any) -> Message:
    """The nearest code; a country is known by its other usual codes too."""
    usual = {"GB": "UK", "USA": "US", "GER": "DE", "JPN": "JP", "CAN": "CA", "MEX": "MX", "AUS": "AU"}
    return suggestion(usual.get(str(code).upper(), str(code).upper()), CODES)


@cache
def _read(name: str) -> Document:
    return parse_document((FOLDER / Path(name).name).read_text("utf-8"), name)


@cache
def _table(name: str, model: type[Row]) -> Table:
    path = FOLDER / "tables" / f"{name}.csv"
    return table_of(path.read_bytes(), brought_path(shown(f"tables/{path.name}")), model)


def shown(name: str) -> str:
    """A file of the packs as errors name it."""
    return f"packs/markets/{name}"


def _template(common: Document, code: str) -> Document:
    """What every market is taken for, as a statement of one."""
    lines = {("markets", code, *path[1:]): line for path, line in common.lines.items() if path[:1] == (TEMPLATE,)}
    return Document(common.name, {"markets": {code: common.values[TEMPLATE]}}, lines)


def _tables(codes: frozenset[str], documents: Sequence[Document], asked: LayerRequest) -> Iterator[tuple[str, Table]]:
    """The rows that hold for some markets. ``documents``: what their files state."""
    taken: dict[str, Table] = {}
    other = frozenset(CODES) - codes
    calendars = {name for document in documents for name in document.values.get("calendars", {})}
    markets = [market for document in documents for market in document.values.get("markets", {}).values()]
    currencies = ALWAYS | {market.get("currency") for market in markets}
    holds: dict[str, tuple[str, Callable[[str | None], bool]]] = {
        "label_rates": ("card", lambda card: card in taken["rate_cards"].cells["card"]),
        "peak": ("card", lambda card: card in taken["rate_cards"].cells["card"]),
        "freight_breaks": ("lane", lambda lane: lane in taken["freight_lanes"].cells["lane"]),
        "fx": ("currency", lambda currency: currency in currencies),
        "closures": ("calendar", lambda calendar: calendar in calendars),
        "assumptions": ("path", lambda path: not other & set(re.split(r"\W", path or ""))),
    }
    for name, model in asked.tables.items():
        if not (FOLDER / "tables" / f"{name}.csv").is_file():
            continue
        table = _table(name, model)
        column, held = holds.get(name, ("market", lambda market: market is None or market in codes))
        cells = table.cells.get(column)
        keep = [held(cell) for cell in cells] if cells else [True] * len(table.numbers)
        taken[name] = replace(
            table,
            cells={
                c: [cell for cell, kept in zip(column, keep, strict=True) if kept] for c, column in table.cells.items()
            },
            numbers=[number for number, kept in zip(table.numbers, keep, strict=True) if kept],
        )
        yield name, taken[name]
