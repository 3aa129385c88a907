"""One name for what a scenario states: equal worlds have equal digests, however their files are laid out."""

from __future__ import annotations

import hashlib
import json
import weakref
from typing import Any

from warrantysim.scenario.diff import LABELS
from warrantysim.scenario.paths import tables_of, tree_of
from warrantysim.scenario.strict import Strict
from warrantysim.scenario.tables import key_text


def canonical(scenario: Strict) -> dict[str, Any]:
    """The plain form with table rows in order of key and without labels (name, title, why)."""
    tables = tables_of(type(scenario))
    tree = {field: value for field, value in tree_of(scenario).items() if field not in LABELS}
    for field, model in tables.items():
        tree[field] = sorted(tree[field], key=lambda row: key_text(row, model))
    result: dict[str, Any] = _numbers(tree)
    return result


def _numbers(value: Any) -> Any:
    """Whole floats as whole numbers, so that 1 and 1.0 are one figure."""
    if isinstance(value, dict):
        return {key: _numbers(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_numbers(child) for child in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def digest(scenario: Strict) -> str:
    """SHA-256 of the canonical JSON of a scenario, 64 hexadecimal digits.

    Independent of file layout, order of keys and rows, defaults written out or not, and labels; any other value that
    differs changes it. Scenarios do not change once made, so each is gone through once.
    """
    known = _known.get(id(scenario))
    if known is None:
        known = _known[id(scenario)] = _written(scenario)
        weakref.finalize(scenario, _known.pop, id(scenario), None)
    return known


_known: dict[int, str] = {}
"""Digests by the identity of living scenarios."""


def _written(scenario: Strict) -> str:
    text = json.dumps(canonical(scenario), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
