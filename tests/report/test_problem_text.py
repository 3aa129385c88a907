"""What is wrong with a file is told in Chinese too, whatever it is."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.files.broken import problems_of
from tests.files.test_workbooks import HOSTILE, refusal
from tests.schema.test_figure_advice import CASES, UNADVISED
from tests.schema.test_simulable import CASES as SIMULABLE
from warrantysim.report.problem_text import problem_text
from warrantysim.schema.figure_advice import figure_fix

ENGLISH = re.compile(r"\b(the|is|are|to|write|expected|got|save|read)\b")


def untold(message: str) -> list[str]:
    """The clauses of a message that stay English."""
    return [part for part in problem_text(message, "zh").split("；") if ENGLISH.search(part)]


def test_a_clause_without_a_chinese_sentence_would_be_found() -> None:
    assert untold("the moon is made of cheese; save it as UTF-8") == ["the moon is made of cheese"]


@pytest.mark.parametrize("content", [content for content, _ in HOSTILE.values()], ids=HOSTILE)
def test_refusals_of_workbooks_are_told_in_chinese(content: bytes) -> None:
    # What the reader of workbooks itself says is quoted as it is.
    message = re.sub(r"cannot be read: [^;]+", "cannot be read: X", refusal(content))
    assert not untold(message)


@pytest.mark.parametrize(("text", "unit", "currency", "told"), [*CASES, *UNADVISED])
def test_advice_on_figures_is_told_in_chinese(text: str, unit: str, currency: str, told: str) -> None:
    assert not untold(figure_fix(text, unit, currency) or told)


@pytest.mark.parametrize("changes", [changes for changes, _ in SIMULABLE.values()], ids=SIMULABLE)
def test_what_no_run_could_do_is_told_in_chinese(changes: dict[str, Any]) -> None:
    for line in problems_of(**changes):
        assert not untold(line.partition(": ")[2])
