"""``warrantysim decide --out``: tables, rules, the memo to sign and the workbook to recalculate, of one decision."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.report.test_memo import Page, harmless
from tests.ui.opening import shop
from warrantysim.cli import main
from warrantysim.files.writing import whole_text
from warrantysim.store.runs import find_run
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of ``--out`` of a small seller's decision."""
    home = tmp_path_factory.mktemp("decide")
    (home / "shop.yaml").write_text(whole_text(shop()), "utf-8")
    assert main(["decide", str(home / "shop.yaml"), "--out", str(home / "out"), "--quiet"]) == 0
    return home / "out"


def test_every_file_is_there(written: Path) -> None:
    names = {path.name for path in written.iterdir()}
    assert {"memo.html", "decision.xlsx", "policy.yaml", "agent_rules.csv", "decision.csv", "run.json"} <= names
    assert {"changes.csv", "policy.json", "rules.dmn", "rules.py"} <= names


def test_what_is_confirmed_for_the_memo_is_the_decision_of_the_library(written: Path, kept: Path) -> None:
    record = json.loads((written / "run.json").read_text("utf-8"))
    here = find_run(Workspace.at(kept), AskedQuestion.of("decide", shop()).id).found
    assert record["saving"]["mean"] == float(here.saving.interval.mean)
    assert record["cost"] == here.cost


def test_the_memo_recommends_what_the_record_says_and_reconciles(written: Path) -> None:
    record = json.loads((written / "run.json").read_text("utf-8"))
    html = (written / "memo.html").read_text("utf-8")
    harmless(html)
    text = Page(html).text
    assert f"USD {round(abs(record['saving']['mean'])):,} a year" in text
    assert "DRAFT, not approved" in text
    passed = re.search(r"(\d+) of (\d+) checks passed", text)
    assert passed is not None
    assert passed[1] == passed[2]


def test_the_workbook_adds_up(written: Path) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO((written / "decision.xlsx").read_bytes()))
    cells = [cell for row in book.get_sheet_by_name("Checks").to_python() for cell in row]
    assert "OK" in cells
    assert "CHECK" not in cells
