"""Feedback goes out by supplier: nobody is shown another's faults, and faults are told in words."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.worlds import world
from warrantysim.analysis.cases import Case
from warrantysim.files.workbooks import sheets_of
from warrantysim.present.blocks import Sentence
from warrantysim.present.sheets import blocks_workbook
from warrantysim.studies.quality import STUDY
from warrantysim.studies.study import Work

SHARES = {"repairable": 0.4, "unrepairable": 0.4, "user_fixable": 0.2}


@pytest.fixture(scope="module")
def books() -> dict[bool, dict[str, dict[str, str]]]:
    """Text of each sheet of each workbook, with suppliers and without."""
    plain = world(
        sales=[{"sku": "A", "market": "US", "channel": "OWN", "units_per_month": 200}],
        fault_shares=SHARES,
        terms_of={"early_share": 0, "life_eta_days": 500, "life_beta": 1},
    )
    makers = {"repairable": "Cells & Co", "unrepairable": "东莞电机"}
    named = plain.replace(faults=tuple(row.replace(supplier=makers.get(row.kind, "")) for row in plain.faults))
    out = {}
    for with_names, scenario in ((False, plain), (True, named)):
        found = STUDY.run([Case.of(scenario)], STUDY.options({"replications": 2}), Work(7))
        files = STUDY.contents(found, Work(7), "en")
        out[with_names] = {
            name: {sheet: "\n".join(" ".join(row) for row in rows)
                   for sheet, rows in sheets_of(content, Path(name), 10_000).items()}
            for name, content in files.items()
        }  # fmt: skip
    return out


def test_each_supplier_has_a_workbook_with_his_own_faults_alone(books: dict[bool, dict[str, dict[str, str]]]) -> None:
    assert {name for name in books[True] if ".en." in name} == {
        "design-feedback.en.xlsx", "supplier-feedback-Cells-Co.en.xlsx", "supplier-feedback-东莞电机.en.xlsx",
    }  # fmt: skip
    mine = "\n".join(books[True]["supplier-feedback-Cells-Co.en.xlsx"].values())
    assert "Cells & Co" in mine
    assert "repairable" in mine
    assert "unrepairable" not in mine
    assert "filter by product" not in mine


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_long_text_has_a_row_of_its_height(lang: str) -> None:
    text = {"en": "A month of sale is held against the others. " * 8, "zh": "每个销售月份都与其他月份相比。" * 12}[lang]
    made = blocks_workbook(
        [Sentence("Title", "title"), Sentence("Short."), Sentence(text)], lang, dt.datetime(2027, 1, 1)
    )
    with ZipFile(io.BytesIO(made)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    heights = dict(re.findall(r'<row r="(\d+)"[^>]*? ht="([\d.]+)"', sheet))
    assert "3" not in heights
    assert float(heights["4"]) >= 4 * 15


def test_without_names_there_is_one_workbook_that_says_so(books: dict[bool, dict[str, dict[str, str]]]) -> None:
    assert {name for name in books[False] if ".en." in name} == {"design-feedback.en.xlsx", "supplier-feedback.en.xlsx"}
    assert "No supplier is named" in "\n".join(books[False]["supplier-feedback.en.xlsx"].values())
