"""FBA customer returns: which units came back, once each, and which of them failed."""

from __future__ import annotations

import pytest

from tests.files.importers.reading import asked, imported, left_out, report_file, said
from warrantysim.files.importers.report import Imported


@pytest.fixture(scope="module")
def returns() -> Imported:
    return imported(report_file("fba-returns-cp1252.txt"))


def test_the_report_is_known_by_its_header_and_its_encoding_by_evidence(returns: Imported) -> None:
    assert (returns.report, returns.form.encoding, returns.form.separator) == ("fba_returns", "cp1252", "tab")
    assert returns.form.sample == ("doesn’t", "–", "“dead”")


def test_a_unit_with_a_licence_plate_counts_once(returns: Imported) -> None:
    rows = returns.rows["returns"]
    assert (returns.read, returns.used, len(rows), rows["units"].sum()) == (7, 6, 6, 7)
    assert left_out(returns) == {"the same row again": 1}


def test_a_graded_return_is_one_of_its_product(returns: Imported) -> None:
    assert returns.rows["returns"].query("resold == 'yes'")["sku"].tolist() == ["VAC-L10"]


def test_a_sku_nobody_lists_keeps_its_zeros_and_is_counted(returns: Imported) -> None:
    assert "000123" in set(returns.rows["returns"]["sku"])
    assert (returns.matched["sku"].found, returns.matched["sku"].of) == (5, 6)


def test_no_reason_is_no_failure(returns: Imported) -> None:
    assert "1 row states no reason: unknown, and no failure" in said(returns)
    assert {name for name in asked(returns) if name.startswith("failure.")} == {
        "failure.DEFECTIVE", "failure.DAMAGED_BY_FC", "failure.WARRANTY",
    }  # fmt: skip


def test_rows_without_a_licence_plate_are_several_units() -> None:
    text = report_file("fba-returns-cp1252.txt").decode("cp1252")
    bare = text.splitlines(keepends=True)[6]
    found = imported(text + bare)
    assert (found.used, found.rows["returns"]["units"].sum()) == (7, 9)
    assert found.rows["returns"]["key"].is_unique


def test_a_report_that_lacks_a_column_is_read_by_name() -> None:
    rows = [line.split("\t") for line in report_file("fba-returns-cp1252.txt").decode("cp1252").splitlines()]
    place = rows[0].index("status")
    short = "\n".join("\t".join(row[:place] + row[place + 1 :]) for row in rows)
    assert (
        imported(short).rows["returns"]["key"].tolist()
        == imported(report_file("fba-returns-cp1252.txt")).rows["returns"]["key"].tolist()
    )
