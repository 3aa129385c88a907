"""A report is the same rows in whatever form it comes: separator, quotes, ends, encoding, columns in any order, locale.

The keys of the rows are the same as well, so that a report taken again in another form changes nothing in the books.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

import pandas as pd
import pytest

from tests.files.importers.reading import KEY
from tests.files.importers.test_bills_and_scans import BILL, SCAN
from tests.files.importers.test_fee_preview import IMPERIAL
from tests.files.importers.test_fee_preview import row as priced
from tests.files.importers.test_platform_reports import move, reimbursed, removal, summed, taxed
from tests.files.importers.test_settlement import GERMAN
from tests.files.importers.written import file_of
from warrantysim.files.importers import read_report
from warrantysim.files.importers.report import Context

CLAIM = {
    "Ticket": "R-1",
    "Opened": "13.05.2026 10:00",
    "SKU": "A",
    "Country": "DE",
    "Price": "149,99",
    "Symptom": "dead",
}
REPORTS: Mapping[str, list[dict[str, str]]] = {
    "settlement": GERMAN,
    "fee_preview": [priced("DE"), priced("UK", "127.49", "10.20", "GBP", **IMPERIAL), priced("FR", "1149.99", "--")],
    "reimbursements": [reimbursed("24.68"), reimbursed("-1412.34", "R2"), reimbursed("24.68")],
    "removals": [removal(), removal(order_id="RO2", removal_fee="12,75")],
    "ledger_detail": [move("-1"), move("-1"), move("2", "Receipts")],
    "ledger_summary": [summed("100", "-30", "4", "74"), summed("1100", "-1030", "4", "74", Disposition="DEFECTIVE")],
    "vat": [taxed("SALE", "1100.00", "209.00", "1309.00"), taxed("REFUND", "-100.50", "-19.10", "-119.60")],
    "claims_log": [CLAIM, CLAIM | {"Ticket": "R-2", "Price": "1.149,50"}],
    "partner_bills": [BILL, BILL | {"Betrag": "10,59 €"}],
    "scans": [SCAN, SCAN | {"Tracking number": "2", "Charge": "$1,009.80"}],
}
"""Some rows of each report, figures in one locale."""
FORMS = (
    {"separator": ","},
    {"separator": ";", "ending": "\n"},
    {"separator": "|", "quoted": True},
    {"encoding": "utf-8-sig", "separator": ",", "quoted": True},
    {"encoding": "utf-16"},
    {"encoding": "cp1252", "separator": ";"},
)
"""Forms beside tabs and UTF-8."""


def tables(content: bytes) -> dict[str, pd.DataFrame]:
    return dict(read_report(content, "report.txt", Context(KEY)).rows)


def swapped(cell: str) -> str:
    """A figure in the other locale: point and comma change places."""
    figure = cell.strip("$€ -")
    if not figure or not figure[0].isdigit() or figure.strip("0123456789.,") or figure.count(".") > 1:
        return cell
    return cell.translate(str.maketrans(".,", ",."))


def equal(found: Mapping[str, pd.DataFrame], wanted: Mapping[str, pd.DataFrame]) -> None:
    assert found.keys() == wanted.keys()
    for name, frame in wanted.items():
        ordered = [one.sort_values("key", ignore_index=True) for one in (found[name], frame)]
        pd.testing.assert_frame_equal(*ordered)


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_is_the_same_rows_in_every_form(report: str) -> None:
    rows = REPORTS[report]
    wanted = tables(file_of(rows))
    assert sum(map(len, wanted.values()))
    assert read_report(file_of(rows), "report.txt", Context(KEY)).report == report
    for form in FORMS:
        equal(tables(file_of(rows, **form)), wanted)  # type: ignore[arg-type]


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_is_the_same_rows_whatever_the_order_of_its_columns(report: str) -> None:
    rows = REPORTS[report]
    wanted, width = tables(file_of(rows)), len({name for row in rows for name in row})
    for seed in range(3):
        order = list(range(width))
        random.Random(seed).shuffle(order)
        equal(tables(file_of(rows, order=order)), wanted)


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_is_the_same_rows_in_the_other_locale(report: str) -> None:
    rows = REPORTS[report]
    other = [{name: swapped(cell) for name, cell in row.items()} for row in rows]
    assert other != rows or report.startswith("ledger")
    equal(tables(file_of(other)), tables(file_of(rows)))


@pytest.mark.parametrize("report", REPORTS)
def test_money_and_units_are_kept_to_the_cent(report: str) -> None:
    """What the rows of a file hold is what the rows of the books hold: columns that add up are summed by hand."""
    summed_by = {
        "settlement": ("postings", "amount", 1351.08),
        "reimbursements": ("postings", "amount", 24.68 * 2 - 1412.34),
        "removals": ("removals", "fee", 14.25),
        "ledger_detail": ("stock_moves", "units", 0.0),
        "ledger_summary": ("stock_moves", "units", -1052.0),
        "vat": ("taxes", "tax", 189.90),
        "claims_log": ("claims", "price", 1299.49),
        "partner_bills": ("bills", "amount", 1069.59),
        "scans": ("scans", "amount", 1019.60),
        "fee_preview": ("products", "price", 149.99 + 127.49 + 1149.99),
    }
    table, column, total = summed_by[report]
    assert tables(file_of(REPORTS[report]))[table][column].sum() == pytest.approx(total, abs=0.001)
