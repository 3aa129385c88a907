"""Files and folders that appear whole or not at all, whenever the writer is killed."""

from __future__ import annotations

import errno
import hashlib
import json
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from warrantysim.files.on_disk import replace_file, to_disk
from warrantysim.files.source_text import sha256
from warrantysim.store.processes import Process

SET_ASIDE = ".warrantysim"
"""How the name of a folder begins in which files are written before they take their places."""


class AlreadyThere(FileExistsError):
    """Somebody else's folder of that name appeared first; it is left as it is."""


@contextmanager
def new_folder(final: Path, scratch: Path) -> Iterator[Path]:
    """A folder to fill, which becomes ``final`` in one step when the block ends, or vanishes if the block raises.

    ``scratch`` must be on the same file system as ``final``.

    Raises
    ------
    AlreadyThere
        If ``final`` exists by then.
    """
    folder = _own(scratch, final.name)
    folder.mkdir(parents=True)
    try:
        yield folder
        _all_to_disk(folder)
        final.parent.mkdir(parents=True, exist_ok=True)
        _publish(folder, final)
        to_disk(final.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _publish(folder: Path, final: Path) -> None:
    try:
        folder.rename(final)
    except OSError as error:
        if final.exists():
            raise AlreadyThere(f"{final.name} is already there") from error
        raise


@contextmanager
def new_files(folder: Path) -> Iterator[Path]:
    """A folder to fill, whose files take their places in ``folder`` together when the block ends, the last by name
    last; none does if the block raises or the disk is full, and what was there before stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    aside = _own(folder, SET_ASIDE)
    old = aside / "old"
    old.mkdir(parents=True)
    moved: list[Path] = []
    try:
        yield aside
        _all_to_disk(aside)
        for path in sorted(path for path in aside.iterdir() if path.is_file()):
            final = folder / path.name
            no_folder(final)
            with suppress(FileNotFoundError):
                final.rename(old / path.name)
            moved.append(final)
            path.rename(final)
        to_disk(folder)
    except BaseException:
        for final in moved:
            final.unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                (old / final.name).rename(final)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def no_folder(final: Path) -> None:
    """Raise where a file cannot take its place, since a folder has its name."""
    if final.is_dir() and not final.is_symlink():
        told = f"{final.name} is a folder there, and is left as it is"
        raise IsADirectoryError(errno.EISDIR, told, str(final))


@contextmanager
def own_scratch(scratch: Path) -> Iterator[Path]:
    """A folder for what is written in passing; gone at the end, or swept once this process is."""
    folder = _own(scratch, "passing")
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _own(folder: Path, stem: str) -> Path:
    """A name of this process's own, by which others see whether its writer still runs."""
    return folder / f"{stem}~{_tag(Process.here())}~{secrets.token_hex(6)}"


def _tag(process: Process) -> str:
    place, boot, started = (
        hashlib.sha256(text.encode()).hexdigest()[:8] for text in (process.place, process.boot, process.started)
    )
    return f"{place}.{boot}.{process.pid}.{started}"


def _left(path: Path) -> bool | None:
    """Whether the process that writes a folder is gone; None where nobody here can know."""
    place, _, rest = (path.name.split("~")[-2:-1] or [""])[0].partition(".")
    here = _tag(Process.here())
    if not rest or not here.startswith(f"{place}."):
        return None
    pid = rest.split(".")[1]
    return not pid.isdecimal() or _tag(Process.of(int(pid))) != f"{place}.{rest}"


def writable(scratch: Path) -> None:
    """Make sure that something can be written there.

    Raises
    ------
    OSError
        If nothing can.
    """
    probe = _own(scratch, "probe")
    probe.mkdir()
    probe.rmdir()


def replace_json(value: Any, path: Path) -> None:
    """Write a plain value as JSON, keys as they stand, in place of what was there; readers see the old or the new."""
    replace_file(path, (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode())


def read_json(path: Path) -> Any:
    """A value written by `replace_json`."""
    return json.loads(path.read_text("utf-8"))


def vanish(folder: Path, scratch: Path) -> bool:
    """Remove a folder so that no reader ever sees half of it. Whether it was there."""
    away = _own(scratch, folder.name)
    try:
        folder.rename(away)
    except FileNotFoundError:
        return False
    shutil.rmtree(away, ignore_errors=True)
    return True


def sweep_leftovers(scratch: Path, older_than: float, begins: str = "") -> int:
    """Remove what killed writers left; where nobody can know whether they were killed, what was not touched for so
    long [s]. ``begins``: only folders whose names begin so. Returns the number of folders removed."""
    limit = time.time() - older_than
    removed = 0
    for path in scratch.glob(f"{begins}*"):
        # Somebody else may be sweeping too.
        with suppress(FileNotFoundError):
            left = _left(path)
            if left or (left is None and path.stat().st_mtime < limit):
                shutil.rmtree(path, ignore_errors=True)
                removed += 1
    return removed


def _all_to_disk(folder: Path) -> None:
    for path in folder.rglob("*"):
        to_disk(path)
    to_disk(folder)


WRITTEN = ".written.json"
"""Digests of what was written to a folder, by file name."""
PEOPLE_WRITE = frozenset({".docx", ".xlsx"})
"""Endings of files that are kept even where nobody knows who wrote them."""


def keep_edited(folder: Path, aside: Path) -> list[tuple[str, str]]:
    """Give what is to be written from ``aside`` other names where ``folder`` has files that were changed since; note
    the digests of all of it.

    Returns
    -------
    Each file that is kept, with the name of the new one beside it.
    """
    known, kept = _known(folder), []
    for path in sorted(path for path in aside.iterdir() if path.is_file()):
        content = path.read_bytes()
        name = next(name for name in _names(path) if not _changed(folder / name, content, known.get(name)))
        if name != path.name:
            kept.append((path.name, name))
            path.rename(aside / name)
        known[name] = sha256(content)
    (aside / WRITTEN).write_text(json.dumps(dict(sorted(known.items())), indent=0) + "\n", "utf-8")
    return kept


def _names(path: Path) -> Iterator[str]:
    """Its own name, then others beside it: ``x.docx``, ``x.new.docx``, ``x.new-2.docx``."""
    yield path.name
    yield f"{path.stem}.new{path.suffix}"
    number = 2
    while True:
        yield f"{path.stem}.new-{number}{path.suffix}"
        number += 1


def _changed(final: Path, content: bytes, digest: str | None) -> bool:
    """Whether what stands there is neither what was written last nor what is to be written."""
    if not final.is_file() or (digest is None and final.suffix not in PEOPLE_WRITE):
        return False
    there = final.read_bytes()
    return there != content and (digest is None or sha256(there) != digest)


def _known(folder: Path) -> dict[str, str]:
    """Digests of what was written before; of nothing where the note is missing or damaged."""
    try:
        found = json.loads((folder / WRITTEN).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in found.items()} if isinstance(found, Mapping) else {}
