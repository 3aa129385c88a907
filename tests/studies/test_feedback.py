"""Feedback goes out by supplier: nobody is shown another's faults, and faults are told in words."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.worlds import world
from warrantysim.analysis.cases import Case
from warrantysim.files.workbooks import sheets_of
from warrantysim.present.blocks import Sentence
from warrantysim.present.sheets import blocks_workbook
from warrantysim.studies.quality import STUDY, _Answer
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


def test_a_lot_of_another_supplier_goes_to_him_alone() -> None:
    scenario = world(
        sales=[{"sku": "A", "market": "US", "channel": "OWN", "units_per_month": 400}],
        fault_shares={"repairable": 0.5, "unrepairable": 0.5},
        terms_of={"early_share": 0, "life_eta_days": 900, "life_beta": 1},
        lots=[{"sku": "A", "lot": "cell-2", "sold_from": "2027-03-01", "sold_to": "2027-03-31", "share": 0.9,
               "fault": "repairable", "fault_share": 0.9, "early_share": 0.5, "early_eta_days": 60, "early_beta": 1,
               "supplier": "Other & Co"}],
    )  # fmt: skip
    scenario = scenario.replace(faults=tuple(row.replace(supplier="Usual & Co") for row in scenario.faults))
    case = Case.of(scenario)
    ask = STUDY.options({"replications": 3})
    found = STUDY.run([case], ask, Work(7))
    stored = STUDY.stored(found, [case], ask, 7)
    whole = _Answer.of("quality", stored, "en").feedback_sheet()
    usual, other = whole.of_supplier("Usual & Co"), whole.of_supplier("Other & Co")
    assert set(zip(other.supplier["sku"], other.supplier["fault"], strict=True)) == {("A", "repairable")}
    assert set(other.lots["lot"]) == {"cell-2"}
    assert set(other.lots["fault"]) == {"repairable"}
    assert other.months["points_to"].eq("cell-2").all()
    assert "cell-2" not in set(usual.months["points_to"])
    assert ("cell-2", "repairable") not in set(zip(usual.lots["lot"], usual.lots["fault"], strict=True))
    for column in ("claims", "cost_before", "recovery"):
        parts = usual.supplier[column].sum() + other.supplier[column].sum()
        assert parts == pytest.approx(whole.supplier[column].sum())
    march = whole.faults[whole.faults["fault"] == "repairable"]["points_to"].iloc[0]
    assert march == "cell-2 (Other & Co)"
    assert "cell-2 (Other & Co)" in " ".join(whole.sentences())
    assert {"supplier-feedback-Other-Co.en.xlsx", "supplier-feedback-Usual-Co.en.xlsx"} <= set(
        STUDY.contents(found, Work(7), "en")
    )


def test_faults_without_a_supplier_are_not_called_some_suppliers() -> None:
    scenario = world(
        sales=[{"sku": "A", "market": "US", "channel": "OWN", "units_per_month": 400}],
        fault_shares={"repairable": 0.5, "unrepairable": 0.5},
        terms_of={"early_share": 0, "life_eta_days": 500, "life_beta": 1},
    )
    rows = tuple(row.replace(supplier="Cells" if row.kind == "repairable" else "") for row in scenario.faults)
    case, ask = Case.of(scenario.replace(faults=rows)), STUDY.options({"replications": 2})
    found = STUDY.run([case], ask, Work(7))
    made = STUDY.contents(found, Work(7), "en")
    assert {name for name in made if ".en." in name} == {
        "design-feedback.en.xlsx", "supplier-feedback-Cells.en.xlsx", "supplier-not-said.en.xlsx",
    }  # fmt: skip
    told = str([list(rows) for rows in sheets_of(made["supplier-not-said.en.xlsx"], Path("x.xlsx"), 10_000).values()])
    assert "supplier is not said" in told
    sheet = _Answer.of("quality", STUDY.stored(found, [case], ask, 7), "en").feedback_sheet()
    unjudged = replace(sheet, control=sheet.control.iloc[:0]).of_supplier("Cells")
    assert unjudged.lots.empty, "where no cohort is judged a supplier has his claims alone"
    assert set(unjudged.claims["fault"]) == {"repairable"}


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
