"""Bills of partners and scans of labels are read in anybody's columns, with their money, minutes and weights."""

from __future__ import annotations

import pytest

from tests.files.importers.reading import said as remarks
from tests.files.importers.written import question, read, records

BILL = {
    "Rechnungsdatum": "03.05.2026", "Werkstatt": "FlatFix", "Artikelnummer": "CAM-2CH", "Befund": "Linse",
    "Minuten": "35", "Teile": "12,50", "Betrag": "1.059,00 €", "Ergebnis": "repariert", "Eingang": "28.04.2026",
    "Versandt am": "03.05.2026",
}  # fmt: skip


def test_a_german_workshops_bill_is_read_to_the_cent() -> None:
    found = read([BILL])
    assert found.report == "partner_bills"
    assert records(
        found, "bills", "day", "partner", "sku", "fault", "minutes", "parts", "amount", "currency", "outcome"
    ) == [("2026-05-03", "FlatFix", "CAM-2CH", "Linse", 35.0, 12.5, 1059.0, "EUR", "repaired")]
    assert records(found, "bills", "received", "shipped") == [("2026-04-28", "2026-05-03")]


def test_bills_that_name_no_partner_ask_whose_they_are() -> None:
    rows = [{"Date": "2026-05-03", "SKU": "A", "Amount (EUR)": "10.00", "Result": "BER"}]
    found = read(rows, "partner_bills", {"answers": {"partner_bills.partner": "FlatFix"}})
    assert records(found, "bills", "partner", "currency", "outcome") == [("FlatFix", "EUR", "ber")]
    assert question(read(rows, "partner_bills"), "partner_bills.partner") == "which partner sent these bills?"


def test_two_equal_bills_are_two_repairs() -> None:
    found = read([BILL, BILL])
    assert (found.used, found.rows["bills"]["key"].nunique()) == (2, 2)


SCAN = {
    "Tracking number": "1Z999", "Service": "UPS-GROUND", "Country": "United States", "Label created": "2026-05-01",
    "First scan": "2026-05-04", "Delivered": "2026-05-07", "Weight (lb)": "2.0", "Charge": "$9.80",
}  # fmt: skip


def test_a_label_is_read_with_its_scans_weight_and_charge_and_its_number_is_hashed() -> None:
    found = read([SCAN, SCAN | {"Tracking number": "1Z998", "First scan": "", "Delivered": "", "Charge": ""}])
    assert found.report == "scans"
    assert records(
        found, "scans", "lane", "market", "issued", "first_scan", "delivered", "weight_kg", "amount", "currency"
    ) == [
        ("UPS-GROUND", "US", "2026-05-01", "2026-05-04", "2026-05-07", pytest.approx(0.9072, abs=1e-4), 9.8, "USD"),
        ("UPS-GROUND", "US", "2026-05-01", None, None, pytest.approx(0.9072, abs=1e-4), None, "USD"),
    ]
    assert "1 of 2 labels have no scan" in remarks(found)
    assert "1Z999" not in found.rows["scans"].to_csv()


def test_a_label_that_is_scanned_later_is_the_same_label() -> None:
    before, after = read([SCAN | {"First scan": "", "Delivered": ""}]), read([SCAN])
    assert before.rows["scans"]["key"].tolist() == after.rows["scans"]["key"].tolist()


def test_a_scan_before_its_label_is_unknown_and_said() -> None:
    found = read([SCAN | {"First scan": "2026-04-04"}])
    assert records(found, "scans", "first_scan") == [(None,)]
    assert "1 label was scanned before it was issued" in remarks(found)


@pytest.mark.parametrize(("weight", "kg"), [("500 g", 0.5), ("1.1 lb", 0.499), ("0.5 kg", 0.5)])
def test_a_weight_may_carry_its_unit(weight: str, kg: float) -> None:
    rows = [{name: cell for name, cell in SCAN.items() if name != "Weight (lb)"} | {"Weight": weight}]
    assert records(read(rows), "scans", "weight_kg") == [(pytest.approx(kg, abs=1e-3),)]
