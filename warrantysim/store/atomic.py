"""Files and folders that appear whole or not at all, whenever the writer is killed."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


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
    folder = scratch / f"{final.name}-{secrets.token_hex(6)}"
    folder.mkdir(parents=True)
    try:
        yield folder
        for path in folder.rglob("*"):
            _to_disk(path)
        _to_disk(folder)
        final.parent.mkdir(parents=True, exist_ok=True)
        _publish(folder, final)
        _to_disk(final.parent)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _publish(folder: Path, final: Path) -> None:
    try:
        folder.rename(final)
    except OSError as error:
        if final.exists():
            raise AlreadyThere(f"{final.name} is already there") from error
        raise


def write_json(value: Any, path: Path) -> None:
    """Write a plain value as JSON, keys as they stand, in place of what was there; readers see the old or the new."""
    draft = path.with_name(f".{path.name}-{secrets.token_hex(6)}")
    try:
        draft.write_text(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n", "utf-8")
        _to_disk(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def read_json(path: Path) -> Any:
    """A value written by `write_json`."""
    return json.loads(path.read_text("utf-8"))


def vanish(folder: Path, scratch: Path) -> bool:
    """Remove a folder so that no reader ever sees half of it. Whether it was there."""
    away = scratch / f"{folder.name}-{secrets.token_hex(6)}"
    try:
        folder.rename(away)
    except FileNotFoundError:
        return False
    shutil.rmtree(away, ignore_errors=True)
    return True


def sweep(scratch: Path, older_than: float) -> int:
    """Remove what killed writers left, if not touched for so long [s]. Returns the number of folders removed."""
    limit = time.time() - older_than
    removed = 0
    for path in scratch.iterdir():
        # Somebody else may be sweeping too.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                shutil.rmtree(path, ignore_errors=True)
                removed += 1
    return removed


def _to_disk(path: Path) -> None:
    """Wait until a file or folder is on disk. Folders cannot be waited for on every system."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
