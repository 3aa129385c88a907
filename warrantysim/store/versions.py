"""Things of the user in numbered versions: a folder each, there as a whole or not at all, never changed afterwards."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warrantysim.store import audit
from warrantysim.store.atomic import AlreadyThere, new_folder, read_json, replace_json
from warrantysim.store.database import now
from warrantysim.store.job import DAMAGED
from warrantysim.store.stored_run import Damaged, file_stamps
from warrantysim.store.workspace import Workspace

VERSION = "version.json"
NAME_LENGTH = 80
"""Longest name that can be a folder's [characters]."""


class NoSuchVersion(LookupError):
    """No such thing, or not that version of it."""


@dataclass(frozen=True)
class Version:
    """One version of one thing. Nothing of it is ever changed."""

    folder: Path
    """Its folder."""
    sort: str
    """``scenario`` or ``upload``."""
    name: str
    """What it is a version of [text]."""
    number: int
    """1 for the first [count]."""
    digest: str
    """Digest of what it says: equal for equal content [hexadecimal]."""
    at: str
    """When it was kept [UTC, ISO 8601]."""
    who: str
    """Who kept it [text]."""
    note: str
    """Why [text]."""
    details: Mapping[str, Any]
    """What else is told with it."""
    files: Mapping[str, Any]
    """Size [bytes] and digest of each of its files by name."""

    @property
    def ref(self) -> str:
        """How it is referred to: ``name@number``."""
        return f"{self.name}@{self.number}"

    def path(self, file: str) -> Path:
        """One of its files, looked at before it is read.

        Raises
        ------
        KeyError
            If it has none of that name.
        Damaged
            If it is not what was kept.
        """
        if file not in self.files:
            raise KeyError(f"{self.ref} has no file {file!r}; expected one of {', '.join(self.files)}")
        found = self.folder / file
        if not found.is_file() or hashlib.sha256(found.read_bytes()).hexdigest() != self.files[file][1]:
            raise Damaged(f"{self.ref}: {file} is not what was kept")
        return found


def checked_name(name: str) -> str:
    """A name that can be a folder's on every system.

    Raises
    ------
    ValueError
        If it is empty, too long, hidden, or holds a character that is not a letter, digit, blank or one of - _ . ( ).
    """
    fine = all(c.isalnum() or c in " -_.()" for c in name) and name == name.strip(" .")
    if not name or not fine or len(name.encode()) > NAME_LENGTH:
        raise ValueError(f"expected a name of letters, digits, blanks, - _ . ( ) up to {NAME_LENGTH} bytes")
    return name


def keep_version(
    workspace: Workspace,
    sort: str,
    name: str,
    digest: str,
    fill: Callable[[Path], None],
    *,
    who: str = "",
    note: str = "",
    details: Mapping[str, Any] | None = None,
) -> Version:
    """Keep a new version; where the latest one says the same, that one is returned.

    Raises
    ------
    ValueError
        For a name that cannot be a folder's.
    OSError
        If it cannot be written; nothing of it is left then.
    """
    home = workspace.versions / sort / checked_name(name)
    while True:
        workspace.must_write()
        known = list_versions(workspace, sort, name)
        numbers = _numbers(home)
        if known and known[0].number == max(numbers) and known[0].digest == digest:
            return known[0]
        number = max(numbers, default=0) + 1
        try:
            with new_folder(home / str(number), workspace.scratch) as folder:
                fill(folder)
                told = {
                    "sort": sort,
                    "name": name,
                    "number": number,
                    "digest": digest,
                    "at": now(),
                    "who": who or audit.SYSTEM,
                    "note": note,
                    "details": dict(details or {}),
                    "files": file_stamps(folder),
                }
                replace_json(told, folder / VERSION)
        except AlreadyThere:
            continue  # Somebody else was first: theirs stays, ours is the next.
        with workspace.writing() as db:
            audit.record(db, who, f"{sort} kept", f"{name}@{number}", digest=digest, note=note)
        return _read(home / str(number))


def list_versions(workspace: Workspace, sort: str, name: str | None = None) -> list[Version]:
    """Versions, by name, the latest first; of one thing where named. One that is damaged hides itself alone."""
    return [version for _, version in _found(workspace, sort, name) if version is not None]


def damaged_versions(workspace: Workspace, sort: str) -> tuple[str, ...]:
    """Versions, ``name@number``, of which it cannot be told what they are."""
    return tuple(ref for ref, version in _found(workspace, sort) if version is None)


def _found(workspace: Workspace, sort: str, name: str | None = None) -> Iterator[tuple[str, Version | None]]:
    home = workspace.versions / sort
    for one in [checked_name(name)] if name is not None else sorted(p.name for p in home.glob("*")):
        for number in sorted(_numbers(home / one), reverse=True):
            try:
                yield f"{one}@{number}", _read(home / one / str(number))
            except (OSError, *DAMAGED):
                yield f"{one}@{number}", None


def _numbers(home: Path) -> list[int]:
    """Numbers that are taken, whatever state their versions are in."""
    return [int(path.name) for path in home.glob("*") if path.name.isdecimal()]


def stored_version(workspace: Workspace, sort: str, ref: str) -> Version:
    """A version by ``name@number``, or the latest by ``name``.

    Raises
    ------
    NoSuchVersion
        If there is none.
    """
    name, at, number = ref.rpartition("@") if "@" in ref else (ref, "", "")
    try:
        found = [v for v in list_versions(workspace, sort, name) if not at or str(v.number) == number]
    except ValueError:
        found = []
    if not found:
        raise NoSuchVersion(f"no {sort} {ref!r}")
    return found[0]


def _read(folder: Path) -> Version:
    """A version.

    Raises
    ------
    OSError, ValueError, TypeError
        If it is damaged.
    """
    version = Version(folder, **read_json(folder / VERSION))
    texts = (version.sort, version.name, version.digest, version.at, version.who, version.note)
    if not all(isinstance(text, str) for text in texts) or str(version.number) != folder.name:
        raise ValueError(f"{folder.parent.name}@{folder.name} is not what was kept")
    if not isinstance(version.details, Mapping) or not isinstance(version.files, Mapping):
        raise TypeError(f"{version.ref} is not what was kept")
    return version
