"""Bytes of a file as text: which encoding was read is said, binary and oversized files are refused."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from warrantysim.scenario.errors import Problem, ScenarioError, nearest

MIB = 1024 * 1024
"""Bytes in a mebibyte."""
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class SourceFile:
    """A file a scenario was read from."""

    path: str
    """The file as stated, from the working directory [text]."""
    encoding: str
    """utf-8, utf-8-sig, gb18030, or xlsx for a workbook [text]."""
    sha256: str
    """Digest of its bytes [hexadecimal text]."""


def refuse(where: str, message: str, rule: str = "file") -> ScenarioError:
    """An error about one place in a file."""
    return ScenarioError([Problem("", message, where, rule)])


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
            hint = f"; did you mean {(path.parent / close).as_posix()!r}?" if close else ""
            raise refuse(shown, f"no such file{hint}")
        if not path.is_file():
            raise refuse(shown, "expected a regular file")
        size = path.stat().st_size
        if size > limit:
            raise refuse(shown, f"the file has {size / MIB:.1f} MiB, at most {limit / MIB:g} MiB are read")
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise refuse(shown, f"cannot be read: {reason}") from None
    if not content.strip():
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


def decode(content: bytes, where: str) -> tuple[str, str]:
    """Text and the encoding it was read in: utf-8 with or without a byte order mark, else gb18030.

    Raises
    ------
    ScenarioError
        For UTF-16 or UTF-32, for binary content (NUL bytes) and for text in no known encoding.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse(where, "the file is saved as UTF-16 or UTF-32; save it as UTF-8", "encoding")
    if b"\0" in content:
        raise refuse(where, "the file is binary (it holds NUL bytes); expected text", "encoding")
    marked = content.startswith(_MARK)
    try:
        return content.removeprefix(_MARK).decode("utf-8"), "utf-8-sig" if marked else "utf-8"
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start + len(_MARK) * marked) + 1
    if marked:
        message = "the text is not UTF-8, which its first bytes announce; save it as UTF-8"
        raise refuse(f"{where}:{line}", message, "encoding")
    try:
        return content.decode("gb18030"), "gb18030"
    except UnicodeDecodeError:
        message = "the text is neither utf-8 nor gb18030; save it as UTF-8"
        raise refuse(f"{where}:{line}", message, "encoding") from None


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
    return text, SourceFile(path.as_posix(), encoding, sha256(content))
