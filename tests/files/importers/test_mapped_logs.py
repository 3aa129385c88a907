"""A log is mapped once by command and remembered; its market is that of its order, whichever file came first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.files.importers.written import file_of
from warrantysim.cli import main
from warrantysim.files.books import Books
from warrantysim.files.importers.answering import mapped_columns, meant_reports
from warrantysim.files.importers.importing import import_files
from warrantysim.schema.errors import ScenarioError

ORDER = {
    "amazon-order-id": "302-1", "purchase-date": "2026-01-05T10:00:00+00:00", "order-status": "Shipped",
    "fulfillment-channel": "Amazon", "sales-channel": "Amazon.co.uk", "sku": "A", "quantity": "1", "currency": "GBP",
    "item-price": "99.00", "ship-country": "GB",
}  # fmt: skip
CLAIM = {"claim": "R-1", "order no": "302-1", "opened": "2026-05-01", "sku": "A", "price": "99.00"}


def files(**by_name: dict[str, str]) -> list[tuple[str, bytes]]:
    return [(name, file_of([row])) for name, row in by_name.items()]


@pytest.mark.parametrize("names", [("orders", "claims"), ("claims", "orders")])
def test_a_claims_market_is_that_of_its_order_whichever_came_first(tmp_path: Path, names: tuple[str, str]) -> None:
    rows = {"orders": ORDER, "claims": CLAIM}
    for name in names:
        import_files(Books(tmp_path / "books"), files(**{name: rows[name]}), when="now")
    claims = Books(tmp_path / "books").table("claims")
    assert claims[["market", "currency"]].to_numpy().tolist() == [["UK", "GBP"]]


def test_columns_said_on_the_command_are_remembered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "log.csv"
    log.write_bytes(file_of([{"Nr": "1", "When it began": "2026-05-01", "What": "A"}], separator=","))
    said = ["--map", "opened=When it began", "--map", "sku=What", "--map", "claim=Nr"]
    assert main(["import", str(tmp_path), str(log)]) != 0
    assert main(["import", str(tmp_path), str(log), "--as", "claims_log", *said]) == 0
    assert "opened = When it began" in capsys.readouterr().out
    log.write_bytes(file_of([{"What": "A", "Nr": "2", "When it began": "2026-06-01"}], separator=";"))
    assert main(["import", str(tmp_path), str(log)]) == 0
    assert len(Books(tmp_path / "books").table("claims")) == 2


def test_a_field_of_another_log_is_named_with_its_report() -> None:
    assert mapped_columns(["amount=Betrag"], {"partner_bills"}) == {"map.partner_bills.amount": "Betrag"}
    assert mapped_columns(["scans.label=Nr"], ()) == {"map.scans.label": "Nr"}
    with pytest.raises(ScenarioError, match="expected FIELD=HEADER, such as opened="):
        mapped_columns(["opened"], set())
    with pytest.raises(ScenarioError, match="no log is called 'bills'; did you mean 'partner_bills'"):
        mapped_columns(["bills.day=Datum"], set())
    with pytest.raises(ScenarioError, match=r"no field of claims_log is called 'xyz'; expected one of claim, .*opened"):
        mapped_columns(["xyz=Datum"], set())
    with pytest.raises(ScenarioError, match="no field of claims_log is called 'openend'; did you mean 'opened'"):
        mapped_columns(["openend=X"], ())


def test_which_report_a_file_is_may_be_said_of_one_or_all() -> None:
    assert meant_reports(["scans"], ["a", "b"]) == {"a": "scans", "b": "scans"}
    assert meant_reports(["a=scans"], ["a", "b"]) == {"a": "scans"}
    with pytest.raises(ScenarioError, match=r"expected one of all_orders, .*scans"):
        meant_reports(["zzz"], [])
    with pytest.raises(ScenarioError, match="no report is called 'scan'; did you mean 'scans'"):
        meant_reports(["a=scan"], ["a"])
    with pytest.raises(ScenarioError, match="no file is called 'c'"):
        meant_reports(["c=scans"], ["a"])
