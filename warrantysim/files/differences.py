"""What the file of a what-if states: the values it sets, the rows it drops and the rows it adds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from warrantysim.files.documents import Document
from warrantysim.files.overrides import Override, stated
from warrantysim.files.wording import UNKNOWN
from warrantysim.schema.errors import Problem, ScenarioError, refuse, suggestion, told
from warrantysim.schema.paths import Tables

LABELLED = ("name", "title", "why")
"""Keys every what-if states for itself."""
WHAT_IF = ("extends", "schema_version", *LABELLED, "set", "rows", "tables", "policy")
"""Keys a what-if may state."""


@dataclass(frozen=True)
class Differences:
    """The statement of one what-if. Rows are dropped first, then values set, then rows added as they stand."""

    overrides: list[Override]
    """Values set and rows dropped."""
    added: dict[str, list[tuple[dict[str, Any], str]]]
    """Rows to add, by table, each with its place."""

    @classmethod
    def of(cls, document: Document, fields: AbstractSet[str], tables: Tables) -> Differences:
        """Read a what-if. ``fields``: top-level fields of the scenario.

        Raises
        ------
        ScenarioError
            For unknown or missing keys and malformed ``set`` or ``rows``.
        """
        problems = [
            Problem(
                key, told("unknown key {key!r}", key=key) + suggestion(key, WHAT_IF), document.place((key,)), UNKNOWN
            )
            for key in document.values
            if key not in WHAT_IF
        ]
        problems += [
            Problem(key, told("missing; a what-if states its {key}", key=key), f"{document.name}: {key}", "missing")
            for key in LABELLED
            if key in fields and key not in document.values
        ]
        if problems:
            raise ScenarioError(problems)
        rows = _mapping(document, "rows")
        overrides = list(_drops(document, rows, tables))
        overrides += [stated(p, v, document.place(("set", p))) for p, v in _mapping(document, "set").items()]
        overrides += [
            Override(word, "set", document.values[word], document.place((word,)))
            for word in ("schema_version", *LABELLED)
            if word in document.values and word in fields
        ]
        return cls(overrides, _added(document, rows))


def _drops(document: Document, rows: Mapping[str, Any], tables: Tables) -> Iterator[Override]:
    for field, change in rows.items():
        where = f"{document.place(('rows', field))}: rows.{field}"
        if field not in tables:
            raise refuse(where, told("unknown table") + suggestion(field, tables), UNKNOWN)
        if not isinstance(change, Mapping) or (unknown := change.keys() - {"add", "drop"}):
            message = told("expected add: [rows] and drop: [keys]")
            if isinstance(change, Mapping):
                message = told("{expected}, got {found}", expected=message, found=", ".join(sorted(unknown)))
            raise refuse(where, message, UNKNOWN)
        keys = change.get("drop", [])
        if not isinstance(keys, list):
            raise refuse(f"{where}.drop", "expected a list of keys", "rows")
        for i, key in enumerate(keys):
            text = ",".join(map(str, key)) if isinstance(key, list) else str(key)
            yield Override(f"{field}[{text}]", "remove", None, document.place(("rows", field, "drop", i)))


def _added(document: Document, rows: Mapping[str, Any]) -> dict[str, list[tuple[dict[str, Any], str]]]:
    added: dict[str, list[tuple[dict[str, Any], str]]] = {}
    for field, change in rows.items():
        new = change.get("add", [])
        if not isinstance(new, list) or not all(isinstance(row, dict) for row in new):
            place = document.place(("rows", field, "add"))
            raise refuse(f"{place}: rows.{field}.add", "expected a list of rows {column: value}", "rows")
        if new:
            added[field] = [(row, document.place(("rows", field, "add", i))) for i, row in enumerate(new)]
    return added


def _mapping(document: Document, key: str) -> Mapping[str, Any]:
    value = document.values.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise refuse(f"{document.place((key,))}: {key}", "expected a mapping", "what-if")
    return value
