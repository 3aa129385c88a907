"""Tests that `make quick` leaves out: `long.csv` names each with the seconds it takes; `make test` runs them all.

``pytest --durations=0 --durations-min=0.2 | python -m tests.long`` writes the list anew from what a whole run took.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

LISTED = Path(__file__).with_name("long.csv")
LONG = 0.3
"""What takes as long is left out of the everyday suite [s of processor time]."""
EVERY_DAY = (
    "tests/regression/test_golden.py::test_the_answer_is_the_one_that_is_kept[small/simulate]",
    "tests/regression/test_golden.py::test_the_answer_is_the_one_that_is_kept[small/validate]",
    "tests/decision/test_decide.py::test_the_same_question_has_the_same_answer",
    "tests/store/test_objects.py::test_a_stored_decision_names_the_stored_run_that_confirmed_it",
)
"""Long, and not left out: one answer, one decision and one stored run from end to end."""
WHOLE = tuple(
    f"tests/{file}.py"
    for file in (
        *(f"analysis/test_quote_{about}" for about in ("crossovers", "levers", "unknown", "work")),
        *(f"decision/test_{about}" for about in ("congested", "judging", "law", "together")),
        *(f"behaviour/test_{about}" for about in ("capacity_and_quotes", "fees_read", "inputs_read")),
        *(f"studies/test_{about}" for about in ("feedback", "forecast", "promise")),
        *(f"test_cli_{about}" for about in ("breakeven", "decide", "quotes", "simplify")),
    )
)
"""Files whose tests share a dear study or decision: if the first were left out, the next would pay."""
TOOK = re.compile(r"^([\d.]+)s (?:setup|call|teardown) +(tests/\S+::.*)$", re.MULTILINE)


def listed() -> dict[str, float]:
    """Tests by their ids, and whole files, with the seconds each takes."""
    with LISTED.open(encoding="utf-8", newline="") as file:
        return {row["test"]: float(row["seconds"]) for row in csv.DictReader(file)}


def taken(report: str) -> Counter[str]:
    """Seconds by test, its setup among them, that a run reports."""
    seconds: Counter[str] = Counter()
    for took, test in TOOK.findall(report):
        seconds[test.strip()] += float(took)
    return seconds


def left_out(test: str, list_: Mapping[str, float]) -> bool:
    """Whether a test is listed, by itself or with its file."""
    return test in list_ or test.partition("::")[0] in list_


def write(seconds: Mapping[str, float]) -> None:
    """List those that are long."""
    long: Counter[str] = Counter()
    for test, took in seconds.items():
        file = test.partition("::")[0]
        if file in WHOLE:
            long[file] += took
        elif took >= LONG and test not in EVERY_DAY:
            long[test] = took
    with LISTED.open("w", encoding="utf-8", newline="") as out:
        rows = ((test, f"{took:.1f}") for test, took in sorted(long.items()))
        csv.writer(out, lineterminator="\n").writerows([("test", "seconds"), *rows])


if __name__ == "__main__":
    write(taken(sys.stdin.read()))
