"""Files the user brought, as they came: kept in versions, so that every figure can be traced to what was uploaded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from warrantysim.store import versions
from warrantysim.store.versions import Version, checked_name
from warrantysim.store.workspace import Workspace

SORT = "upload"
LARGEST = 50 * 2**20
"""Most that is kept in one version [bytes]."""


class TooLarge(ValueError):
    """More bytes than are kept."""


def keep_upload(
    workspace: Workspace, name: str, files: Mapping[str, bytes], *, note: str = "", who: str = ""
) -> Version:
    """Keep files as a new version of a name; the same files again are the version that is there.

    Raises
    ------
    TooLarge
        If they are more than `LARGEST` together.
    ValueError
        For no files, or names that are no plain file names.
    """
    if not files:
        raise ValueError("expected at least one file")
    for file in files:
        if checked_name(file) == versions.VERSION:
            raise ValueError(f"{file} is a name of our own; rename the file")
    size = sum(map(len, files.values()))
    if size > LARGEST:
        raise TooLarge(f"{size:,} bytes are more than the {LARGEST:,} that are kept")
    found = hashlib.sha256()
    for file in sorted(files):
        found.update(f"{file}:{len(files[file])}:".encode())
        found.update(files[file])

    def fill(folder: Path) -> None:
        for file, content in files.items():
            (folder / file).write_bytes(content)

    return versions.keep_version(workspace, SORT, name, found.hexdigest(), fill, who=who, note=note)


def uploads(workspace: Workspace, name: str | None = None) -> list[Version]:
    """Versions of uploads, by name, the latest first; ``version.path(file)`` is a file to read."""
    return versions.list_versions(workspace, SORT, name)


def upload(workspace: Workspace, ref: str) -> Version:
    """An upload by ``name@number``, or the latest by ``name``.

    Raises
    ------
    NoSuchVersion
        If there is none.
    """
    return versions.stored_version(workspace, SORT, ref)
