"""What is committed speaks of the project only: no package index, no path of somebody's machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
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


def project_texts() -> Iterator[Path]:
    """Every text file of the project."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        cached = any(part.endswith(("_cache", "__pycache__", ".egg-info")) or part == ".hypothesis" for part in parts)
        if path.is_file() and not cached and parts[0] not in NOT_OURS and b"\0" not in path.read_bytes()[:4096]:
            yield path


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """``file:line`` of every match in the project's texts."""
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in project_texts()
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]


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
    assert not lines_with(REGISTRIES)


def test_no_text_names_a_path_of_somebodys_machine() -> None:
    for path in ("open('/" + "home/ann/x')", "see /" + "tmp/x.csv", "C:" + r"\Users\ann"):
        assert MACHINE_PATHS.search(path)
    assert not MACHINE_PATHS.search("scenarios/tables/work/x.csv and ./" + "tmp/y and 1/" + "work/")
    assert not lines_with(MACHINE_PATHS)
