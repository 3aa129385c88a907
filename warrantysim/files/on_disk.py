"""Files that are on disk, and there whole or not at all, whenever the writer is killed."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def to_disk(path: Path) -> None:
    """Wait until a file or folder is on disk. Folders cannot be waited for on every system."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, content: bytes) -> None:
    """Put a file in the place of the one that was there; readers see the old or the new.

    Raises
    ------
    OSError
        If it cannot be written; the old one is still there.
    """
    draft = path.with_name(f".{path.name}-{secrets.token_hex(6)}")
    try:
        draft.write_bytes(content)
        to_disk(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
