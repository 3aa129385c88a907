"""Bytes of a file as text: which encoding was read is said, binary and oversized files are refused."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from warrantysim.files.encoding import decode, sample
from warrantysim.schema.errors import NOTHING, nearest, refuse, told

MIB = 1024 * 1024
"""Bytes in a mebibyte."""


@dataclass(frozen=True)
class SourceFile:
    """A file a scenario was read from."""

    path: str
    """The file as stated, from the working directory [text]."""
    encoding: str
    """Encoding by its name in Python, such as utf-8, utf-8-sig, cp1252 or gb18030; xlsx for a workbook [text]."""
    sha256: str
    """Digest of its bytes [hexadecimal text]."""
    sample: tuple[str, ...] = ()
    """Some words as they were read, where the encoding was told by evidence [text]."""


def shown_path(path: Path) -> str:
    """A path as errors print it."""
    return Path(os.path.normpath(path)).as_posix()


def read_bytes(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes.

    Raises
    ------
    ScenarioError
        If the file is missing (the nearest name is given), a folder, unreadable or too large.
    """
    shown = path.as_posix()
    try:
        if path.is_dir():
            raise refuse(shown, "expected a file, got a folder")
        if not path.exists():
            close = nearest(path.name, sorted(p.name for p in path.parent.iterdir())) if path.parent.is_dir() else None
            hint = told("did you mean {close!r}?", close=(path.parent / close).as_posix()) if close else NOTHING
            raise refuse(shown, told("no such file") + hint)
        if not path.is_file():
            raise refuse(shown, "expected a regular file")
        size = path.stat().st_size
        if size > limit:
            raise refuse(
                shown, "the file has {size:.1f} MiB, at most {limit:g} MiB are read", size=size / MIB, limit=limit / MIB
            )
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise refuse(shown, "cannot be read: {reason}", reason=reason) from None
    if content.isspace() or not content:
        raise refuse(shown, "the file is empty")
    return content


def resolved(path: Path) -> Path:
    """A path without links.

    Raises
    ------
    ScenarioError
        If links point to each other.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        raise refuse(path.as_posix(), "cannot be read: its links point to each other") from None


def sha256(content: bytes) -> str:
    """Hexadecimal SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def read_text(path: Path, limit: int) -> tuple[str, SourceFile]:
    """The text of a file and the record of how it was read.

    Raises
    ------
    ScenarioError
        As ``read_bytes`` and ``decode``.
    """
    content = read_bytes(path, limit)
    text, encoding = decode(content, path.as_posix())
    return text, SourceFile(path.as_posix(), encoding, sha256(content), sample(text, encoding))
