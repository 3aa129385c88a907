"""Quantities are counted on the luck that confirmed a decision, so that the workbook made of them reconciles."""

from __future__ import annotations

import datetime as dt
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.store.small import jobs, worked_here, workspace
from tests.ui.opening import shop
from warrantysim.store.counting import quantities_of
from warrantysim.store.deciding import confirmation_of
from warrantysim.store.reproduce import reproduced
from warrantysim.store.runs import find
from warrantysim.store.study import AskedQuestion
from warrantysim.studies.decide.book import decision_workbook

SHEETS = [
    "Cover", "Agenda", "Thresholds", "Changes", "Platform_Rules", "Summary", "Parts", "By_SKU", "Bridge",
    "Assumptions", "Calc", "Sim_Quantities", "Checks", "Provenance", "Dictionary",
]  # fmt: skip


def test_counted_quantities_add_up_to_the_decision_and_make_its_workbook(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept, tmp_path / "workspace")
    home, work = workspace(tmp_path), jobs(tmp_path)
    run = find(home, AskedQuestion.of("decide", shop()).id)
    assert run is not None
    confirmed = confirmation_of(run, home)
    assert confirmed is not None
    with worked_here():
        counted = work.submit(quantities_of(confirmed))
    assert counted.state == "finished", work.log(counted.id)
    quantities = find(home, counted.run_id)
    assert quantities is not None
    assert quantities.record["totals"] == pytest.approx([run.found.cost_now, run.found.cost])
    assert reproduced(quantities).same
    content = decision_workbook(
        run.found,
        shop(),
        quantities.frame("quantities"),
        run_id=run.id,
        made=dt.datetime(2027, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None),
    )
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    assert [name for name in book.sheet_names if name != "Law"] == SHEETS
    checks = book.get_sheet_by_name("Checks").to_python()
    results = [row[4] for row in checks[2:] if row[4]]
    assert results
    assert set(results) == {"OK"}
    cover = book.get_sheet_by_name("Cover").to_python()
    assert any(run.id in map(str, row) for row in cover)
