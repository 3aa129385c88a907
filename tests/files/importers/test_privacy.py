"""Nothing that leads to a person is kept: not in the tables, the log, the answers, nor in what is told."""

from __future__ import annotations

from pathlib import Path

from warrantysim.files.books import Books
from warrantysim.files.importers.canonical import TABLES
from warrantysim.files.importers.importing import import_files
from warrantysim.present.import_report import blocks_of, record_of

PLANTED = (
    "Zaphod", "Beeblebrox", "Magrathea", "42 Vogon Lane", "zaphod@heart.example", "+49 171 5551234", "XYZ-99887",
    "123.456.789-00", "114-1234567-7654321", "A1BUYERID0000", "+1 (555) 010-4477",
)  # fmt: skip
ORDER = "114-1234567-7654321"


def report(**cells: str) -> bytes:
    """A report of one row; the name of a column has an underscore for a hyphen."""
    return ("\t".join(name.replace("_", "-") for name in cells) + "\n" + "\t".join(cells.values()) + "\n").encode()


MFN = report(
    order_id=ORDER, return_request_date="15-Jun-2026", Buyer_name="Zaphod Beeblebrox", label_cost="4.14",
    Ship_to_address="42 Vogon Lane, Magrathea", buyer_email="zaphod@heart.example", buyer_phone="+49 171 5551234",
    currency_code="USD", merchant_sku="CAM-2CH", return_quantity="1", return_reason="CR-DEFECTIVE",
)  # fmt: skip
ORDERS = report(
    amazon_order_id=ORDER, purchase_date="2026-06-01T10:00:00+00:00", order_status="Shipped", sku="CAM-2CH",
    sales_channel="Amazon.com", quantity="1", item_price="149.99", currency="USD", ship_city="Magrathea",
    ship_postal_code="XYZ-99887", cpf="123.456.789-00", buyer_identification_number="A1BUYERID0000",
    buyer_name="Zaphod", recipient_name="Beeblebrox", ship_address_1="42 Vogon Lane",
    buyer_phone_number="+49 171 5551234",
)  # fmt: skip
FBA = report(
    return_date="2026-06-20T10:00:00+00:00", order_id=ORDER, sku="CAM-2CH", quantity="1", reason="DEFECTIVE",
    detailed_disposition="DEFECTIVE", license_plate_number="LPN1", customer_comments="I am Zaphod Beeblebrox; write to "
    f"zaphod@heart.example or call +49 171 5551234 or +1 (555) 010-4477, order {ORDER}",
)  # fmt: skip


def test_no_planted_text_is_in_any_byte_that_is_written_or_told(tmp_path: Path) -> None:
    books = Books(tmp_path / "books")
    files = [("mfn.txt", MFN), ("orders.txt", ORDERS), ("fba.txt", FBA)]
    found = import_files(books, files, when="2026-11-30")
    written = b"".join(path.read_bytes() for path in sorted((tmp_path / "books").iterdir()))
    tables = "".join(Books(tmp_path / "books").table(name).to_csv() for name in TABLES)
    told = f"{record_of(found)}{blocks_of(found)}"
    for planted in PLANTED:
        assert planted.encode() not in written, planted
        assert planted not in tables, planted
        assert planted not in told, planted
    assert found.files[2].personal == ("customer-comments",)


def test_columns_that_lead_to_a_person_are_told_as_dropped(tmp_path: Path) -> None:
    found = import_files(Books(tmp_path / "books"), [("mfn.txt", MFN)], when="", dry_run=True)
    assert found.files[0].personal == ("Buyer-name", "Ship-to-address", "buyer-email", "buyer-phone")


def test_the_hash_of_an_order_is_the_same_in_these_books_and_another_in_others(tmp_path: Path) -> None:
    hashes = []
    for name in ("mine", "yours"):
        books = Books(tmp_path / name)
        import_files(books, [("orders.txt", ORDERS), ("fba.txt", FBA)], when="")
        tables = [Books(tmp_path / name).table(table) for table in ("orders", "returns")]
        assert tables[0]["order"].tolist() == tables[1]["order"].tolist()
        hashes.append(tables[0]["order"][0])
    assert hashes[0] != hashes[1]
