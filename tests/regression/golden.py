"""The golden files: a folder for each seller and question, a file for each part; large ones are compressed."""

from __future__ import annotations

import lzma
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.regression.differences import differences
from tests.regression.questions import Question

GOLDEN = Path(__file__).parent / "golden"
LARGE = 16_000
"""Texts with more are compressed [bytes]."""


def read(question: Question) -> dict[str, str]:
    """The parts that are kept."""
    folder = GOLDEN / question.id
    parts: dict[str, str] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        content = path.read_bytes()
        packed = path.suffix == ".xz"
        parts[path.name.removesuffix(".xz")] = (lzma.decompress(content) if packed else content).decode("utf-8")
    return parts


def write(question: Question, parts: Mapping[str, str]) -> None:
    """Keep the parts of an answer in place of those that were kept."""
    folder = GOLDEN / question.id
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in parts.items():
        content = text.encode("utf-8")
        if len(content) > LARGE:
            name, content = f"{name}.xz", lzma.compress(content, preset=9 | lzma.PRESET_EXTREME)
        (folder / name).write_bytes(content)


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    """What differs between two answers: part, place, old -> new."""
    for name in [*dict.fromkeys([*old, *new])]:
        if name not in new:
            yield f"{name}: gone"
        elif name not in old:
            yield f"{name}: new"
        else:
            yield from (f"{name}, {one}" for one in differences(name, old[name], new[name]))
