"""The rules one can take away say what they are, and are what they say."""

from __future__ import annotations

import pytest

from tests.decision.test_decide import seller
from tests.decision.test_manual_policy import decided
from warrantysim.report.export import csv_bytes, tab_bytes
from warrantysim.studies.decide.files import CHOICES, policy_chosen


def test_each_choice_has_its_rules_and_a_name_of_its_own() -> None:
    d, _ = decided()
    found = {choice: policy_chosen(choice, d, seller(), d.now) for choice in CHOICES}
    assert len({policy.name for policy in found.values()}) == len(CHOICES)
    assert len({(p.title.en, p.title.zh) for p in found.values() if p.title}) == len(CHOICES)
    assert found["recommended"].rules == d.policy.rules
    assert found["hand"].rules == d.now.rules
    assert all(policy.why for policy in found.values())


def test_what_is_no_choice_is_refused() -> None:
    d, _ = decided()
    for choice in ("hand", "other"):
        with pytest.raises(ValueError, match="expected one of"):
            policy_chosen(choice, d, seller())


def test_tab_delimited_text_is_one_line_a_row_and_runs_nothing() -> None:
    d, _ = decided()
    frame = d.agent_rules.assign(partner='=HYPERLINK("x")\twith\nlines')
    lines = tab_bytes(frame).decode().split("\r\n")
    assert len(lines) == len(frame) + 2
    assert {line.count("\t") for line in lines[:-1]} == {len(frame.columns) - 1}
    assert "'=HYPERLINK" in lines[1]
    assert csv_bytes(frame).startswith(b"\xef\xbb\xbf")
