"""What the everyday suite leaves out is listed with its seconds and is there; `make quick` alone leaves it out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.long import LONG, left_out, listed, taken

ROOT = Path(__file__).resolve().parents[1]


def gone() -> Iterator[str]:
    """Listed files that are no longer there, and tests whose function is no longer in their file."""
    for test in listed():
        file, _, name = test.partition("::")
        function = rf"^def {name.partition('[')[0]}\(" if name else ""
        if not (ROOT / file).exists() or not re.search(function, (ROOT / file).read_text("utf-8"), re.MULTILINE):
            yield test


def test_every_long_test_is_there_with_its_seconds() -> None:
    assert not list(gone()), "renamed or gone: mend its line in tests/long.csv"
    assert all(seconds >= LONG for seconds in listed().values())


def test_long_tests_are_left_out_by_make_quick_alone() -> None:
    makefile, settings = (ROOT / name for name in ("Makefile", "pyproject.toml"))
    assert re.findall(r"not long", makefile.read_text("utf-8")) == ["not long"]
    assert "not long" not in settings.read_text("utf-8")


def test_seconds_of_a_run_are_read_with_those_of_setting_up() -> None:
    report = "= slowest durations =\n1.50s call     tests/a.py::test_b[x y]\n0.25s setup    tests/a.py::test_b[x y]\n"
    assert taken(report) == {"tests/a.py::test_b[x y]": 1.75}


def test_a_file_that_is_listed_leaves_out_its_tests() -> None:
    assert left_out("tests/a.py::test_b", {"tests/a.py": 9.0})
    assert left_out("tests/a.py::test_b[x]", {"tests/a.py::test_b[x]": 1.0})
    assert not left_out("tests/a.py::test_b[y]", {"tests/a.py::test_b[x]": 1.0})
