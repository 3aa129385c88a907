"""What is committed speaks of the project only: no package index, no path of somebody's machine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

LOCKS = ("requirements-build.lock", "requirements.lock", "requirements-dev.lock", "requirements-docs.lock")
NOT_OURS = {".git", ".venv", "out", "workspace", "artefacts", "dist", "build", "node_modules"}
"""Folders that hold what others wrote or what a run left behind."""

# The words are put together here, so that this file does not hold what it looks for.
REGISTRIES = re.compile("|".join(re.escape(a + b) for a, b in [("pypi.", "org"), ("python", "hosted"), ("npm", "js.")]))
MACHINE_PATHS = re.compile(
    "|".join(rf"(?<![\w.~$}}/*-])/{top}/\w" for top in ("root", "work", "home", "opt", "tmp", "Users"))
    + r"|\b[A-Z]:\\Users\\"
)
HASHED_PIN = re.compile(r"^[A-Za-z0-9._-]+==[^ ]+( ; .+)? \\$")


def project_texts() -> Iterator[tuple[str, str]]:
    """Every text file of the project: path and text. Folders that are not the project's are not walked."""
    for folder, below, names in os.walk(ROOT):
        below[:] = sorted(name for name in below if not cached(name) and (Path(folder) != ROOT or name not in NOT_OURS))
        for name in sorted(names):
            content = Path(folder, name).read_bytes()
            if not (cached(name) or (Path(folder) == ROOT and name in NOT_OURS) or b"\0" in content[:4096]):
                yield Path(folder, name).relative_to(ROOT).as_posix(), content.decode("utf-8", errors="replace")


def cached(name: str) -> bool:
    """Whether a file or folder is what a tool left behind."""
    return name.endswith(("_cache", "__pycache__", ".egg-info")) or name == ".hypothesis"


@cache
def matches() -> dict[re.Pattern[str], list[str]]:
    """``file:line`` of every match of each pattern, every text read once."""
    found: dict[re.Pattern[str], list[str]] = {REGISTRIES: [], MACHINE_PATHS: []}
    for path, text in project_texts():
        for pattern, places in found.items():
            places += [f"{path}:{text.count(chr(10), 0, match.start()) + 1}" for match in pattern.finditer(text)]
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_package_by_hash_and_names_no_index(name: str) -> None:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    pins = [i for i, line in enumerate(lines) if line and line[0] not in " #"]
    assert pins
    assert not [line for line in lines if "://" in line or line.startswith("-")]
    assert not [lines[i] for i in pins if not HASHED_PIN.match(lines[i]) or "--hash=sha256:" not in lines[i + 1]]


def test_the_tests_are_run_with_the_versions_that_are_shipped() -> None:
    def pins(name: str) -> set[str]:
        return {line.split(" ")[0] for line in (ROOT / name).read_text("utf-8").splitlines() if "==" in line[:60]}

    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_no_text_names_a_package_registry() -> None:
    assert REGISTRIES.search("https://" + "pypi." + "org/simple")
    assert not matches()[REGISTRIES]


def test_no_text_names_a_path_of_somebodys_machine() -> None:
    for path in ("open('/" + "home/ann/x')", "see /" + "tmp/x.csv", "C:" + r"\Users\ann"):
        assert MACHINE_PATHS.search(path)
    assert not MACHINE_PATHS.search("scenarios/tables/work/x.csv and ./" + "tmp/y and 1/" + "work/")
    assert not matches()[MACHINE_PATHS]
