"""Scenarios that are run again whenever new figures come in: a list of names, kept in versions."""

from __future__ import annotations

from collections.abc import Iterable

from warrantysim.store import versions
from warrantysim.store.atomic import read_json, write_json
from warrantysim.store.inputs import short_digest
from warrantysim.store.workspace import Workspace

SORT = "pins"
NAME = "pinned"
FILE = "pinned.json"


def pinned(workspace: Workspace) -> tuple[str, ...]:
    """References of the pinned scenarios: the name of a shipped one, ``name@number`` of a kept one.

    Raises
    ------
    Damaged
        If the list is not what was kept.
    """
    known = versions.listed(workspace, SORT, NAME)
    return tuple(read_json(known[0].path(FILE))) if known else ()


def pin(workspace: Workspace, refs: Iterable[str], who: str = "") -> tuple[str, ...]:
    """Pin these scenarios and no others. Returns them."""
    chosen = list(dict.fromkeys(refs))
    versions.keep(
        workspace, SORT, NAME, short_digest(chosen), lambda folder: write_json(chosen, folder / FILE), who=who
    )
    return tuple(chosen)
