"""Files of ``--out`` that somebody has changed since: they keep their names, and the new ones are written beside them.

What was written is known by its digest, in ``.written.json`` of the folder.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from warrantysim.files.source_text import sha256

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
