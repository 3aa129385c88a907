"""What people pinned, lists kept in versions: scenarios that are run again whenever new figures come in, and the
decision that is the headline."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from warrantysim.store import versions
from warrantysim.store.atomic import read_json, replace_json
from warrantysim.store.inputs import short_digest
from warrantysim.store.stored_run import Damaged
from warrantysim.store.workspace import Workspace

SORT = "pins"
NAME = "pinned"
HEADLINE = "headline"
"""Name of the list that holds the decision everybody sees first."""
FILE = "pinned.json"


def pinned(workspace: Workspace, name: str = NAME) -> tuple[str, ...]:
    """What is pinned under a name: of scenarios the name of a shipped one, ``name@number`` of a kept one. A list
    that is not what was kept gives way to the one before."""
    for version in versions.list_versions(workspace, SORT, name):
        with suppress(Damaged):
            return tuple(read_json(version.path(FILE)))
    return ()


def pin(workspace: Workspace, refs: Iterable[str], who: str = "", name: str = NAME) -> tuple[str, ...]:
    """Pin these under a name, and no others. Returns them."""
    chosen = list(dict.fromkeys(refs))
    versions.keep_version(
        workspace, SORT, name, short_digest(chosen), lambda folder: replace_json(chosen, folder / FILE), who=who
    )
    return tuple(chosen)
