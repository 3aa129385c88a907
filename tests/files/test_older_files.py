"""Files as spreadsheets and older versions leave them: a first line for Excel, a column that was not there yet."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tests.files import hostile
from warrantysim.files.imports import with_tables
from warrantysim.files.loading import Loaded, load
from warrantysim.files.overrides import parse_set
from warrantysim.files.own_tables import brought
from warrantysim.files.tables import read_table, table_of
from warrantysim.files.workbooks import sheet_names
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.figure_advice import amount_fix, figure_fix
from warrantysim.schema.products import Sku

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def skus(*without: str) -> str:
    """The reference seller's products without some columns."""
    rows = list(csv.DictReader((SCENARIOS / "tables/skus.csv").read_text("utf-8-sig").splitlines()))
    out = io.StringIO()
    kept = [name for name in rows[0] if name not in without]
    written = csv.DictWriter(out, kept, extrasaction="ignore", lineterminator="\r\n")
    written.writeheader()
    written.writerows(rows)
    return out.getvalue()


def with_skus(content: bytes, folder: Path) -> Loaded:
    """A what-if of the reference seller with products of its own."""
    up = Path(*[".."] * len(folder.parts[1:]), SCENARIOS.relative_to(SCENARIOS.anchor)).as_posix()
    (folder / "skus.csv").write_bytes(content)
    (folder / "x.yaml").write_text(
        f"extends: {up}/base.yaml\nname: x\nwhy: to see\ntitle: {{en: x, zh: x}}\ntables: {{skus: skus.csv}}\n"
    )
    return load(folder / "x.yaml")


def test_a_column_a_file_does_not_have_yet_keeps_what_its_rows_had(tmp_path: Path) -> None:
    text = skus("platform_category", "guide_on").replace("65 W charger", "Ladegerät 65 W")
    found = with_skus(text.encode("cp1252", "replace"), tmp_path)
    base = load(SCENARIOS / "base.yaml").scenario
    assert found.scenario.skus[0].name_en == "Ladegerät 65 W"
    for row, before in zip(found.scenario.skus, base.skus, strict=True):
        assert (row.platform_category, row.guide_on) == (before.platform_category, before.guide_on)
    assert any("platform_category" in str(remark.message) for remark in found.remarks)


def test_a_column_that_is_there_and_empty_is_empty(tmp_path: Path) -> None:
    rows = list(csv.DictReader(skus().splitlines()))
    for row in rows:
        row["guide_on"] = ""
    out = io.StringIO()
    written = csv.DictWriter(out, list(rows[0]))
    written.writeheader()
    written.writerows(rows)
    assert not any(row.guide_on for row in with_skus(out.getvalue().encode(), tmp_path).scenario.skus)


@pytest.mark.parametrize("first", ["sep=;\r\n", "\ufeffsep=;\n", '"sep=;"\r\n', "SEP=;;;;\r\n"], ids=repr)
def test_a_first_line_that_names_the_separator_is_read_as_that(first: str, tmp_path: Path) -> None:
    lines = skus("source").splitlines()
    parted = [";".join(next(csv.reader([line]))) for line in lines[:3]]
    file = tmp_path / "skus.csv"
    file.write_text(first + "\n".join([*parted, "A;b"]), "utf-8", newline="")
    table = read_table(file, Sku)
    assert table.cells["sku"] == ["CHG-65", next(csv.reader([lines[2]]))[0]]
    assert list(table.numbers) == [3, 4]
    assert [problem.where for problem in table.problems] == [f"{file.as_posix()} row 5"]


def test_a_step_that_is_any_key_is_no_factor() -> None:
    every = parse_set("births.visibility.*=0")
    assert (every.path, every.op, every.value) == ("births.visibility.*", "set", 0)
    assert parse_set("fx[EUR].usd_per_unit*=0").op == "times"


def test_a_currency_without_cents_has_no_decimals_to_advise() -> None:
    assert str(figure_fix("22.499 円", "row currency", "JPY")) == "write 22499 in JPY"
    assert str(amount_fix("22.499 円")) == "write '22499 JPY'"
    assert (
        str(figure_fix("22.499 $", "row currency", "USD")) == "write 22499 or 22.499 in USD, whichever '22.499 $' means"
    )


def test_a_workbook_of_too_many_sheets_is_told_so() -> None:
    content = hostile.workbook(hostile.cell("A1"), **{f"worksheets/sheet{i}.xml": b"<x/>" for i in range(2, 10_001)})
    for read in (lambda: sheet_names(content, Path("b.xlsx")), lambda: table_of(content, Path("b.xlsx"), Sku)):
        with pytest.raises(ScenarioError, match="the workbook has 10,000 sheets, at most 200 are read"):
            read()


def test_a_file_brought_into_the_app_keeps_what_its_rows_had_too() -> None:
    base = load(SCENARIOS / "base.yaml").scenario
    found = with_tables(base, brought(skus("platform_category").encode(), "skus.csv").tables)
    assert [row.platform_category for row in found.skus] == [row.platform_category for row in base.skus]
