"""Reimbursements, removal orders, the inventory ledger and VAT transactions give events with their money and units."""

from __future__ import annotations

from tests.files.importers.reading import left_out as left
from tests.files.importers.reading import said as remarks
from tests.files.importers.written import read, records


def reimbursed(amount: str, number: str = "R1", **more: str) -> dict[str, str]:
    return {
        "approval-date": "2026-05-12T09:59:13+00:00",
        "reimbursement-id": number,
        "case-id": "C1",
        "amazon-order-id": "111-1",
        "reason": "CustomerReturn",
        "sku": "A",
        "currency-unit": "USD",
        "amount-per-unit": "12.34",
        "amount-total": amount,
        "quantity-reimbursed-cash": "2",
        "quantity-reimbursed-inventory": "0",
        "quantity-reimbursed-total": "2",
    } | {name.replace("_", "-"): cell for name, cell in more.items()}


def test_a_reimbursement_is_a_posting_to_the_seller_and_a_reversal_takes_it_back() -> None:
    found = read([reimbursed("24.68"), reimbursed("-12.34", "R2", reason="Reversal")])
    assert found.report == "reimbursements"
    assert records(found, "postings", "day", "kind", "description", "amount", "currency", "units") == [
        ("2026-05-12", "reimbursement", "CustomerReturn", 24.68, "USD", 2.0),
        ("2026-05-12", "reimbursement", "Reversal", -12.34, "USD", 2.0),
    ]


def test_the_same_reimbursements_asked_for_another_market_are_the_same_rows() -> None:
    here, there = read([reimbursed("4,10")]), read([reimbursed("4.10")], separator=",")
    assert here.rows["postings"]["key"].tolist() == there.rows["postings"]["key"].tolist()
    assert "never added up" in remarks(here)


def test_what_was_paid_back_in_units_is_said() -> None:
    found = read([reimbursed("", quantity_reimbursed_cash="0", quantity_reimbursed_inventory="1", amount_per_unit="")])
    assert records(found, "postings", "amount") == [(0.0,)]
    assert "1 row was paid in units" in remarks(found)


def removal(**more: str) -> dict[str, str]:
    return {
        "request-date": "2026-05-12T09:59:13+00:00",
        "order-id": "RO1",
        "order-source": "Seller",
        "order-type": "Disposal",
        "order-status": "Completed",
        "sku": "A",
        "disposition": "Unsellable",
        "requested-quantity": "4",
        "cancelled-quantity": "1",
        "disposed-quantity": "3",
        "shipped-quantity": "0",
        "in-process-quantity": "0",
        "removal-fee": "1,50",
        "currency": "EUR",
    } | {name.replace("_", "-"): cell for name, cell in more.items()}


def test_a_removal_counts_the_units_that_were_not_cancelled_and_its_fee() -> None:
    found = read([removal(), removal(order_id="RO2", order_status="Cancelled", cancelled_quantity="4", removal_fee="")])
    assert records(found, "removals", "day", "sku", "state", "units", "disposed", "fee", "currency") == [
        ("2026-05-12", "A", "Unsellable", 3.0, 3.0, 1.5, "EUR")
    ]
    assert left(found) == {"cancelled": 1}


def test_a_removal_under_way_is_the_same_row_when_it_is_done() -> None:
    before, after = read([removal(in_process_quantity="3", removal_fee="0,50")]), read([removal()])
    assert before.rows["removals"]["key"].tolist() == after.rows["removals"]["key"].tolist()
    assert "1 removal is still under way" in remarks(before)


def move(units: str, event: str = "Shipments", **more: str) -> dict[str, str]:
    return {
        "Date": "05/13/2026",
        "FNSKU": "X0",
        "ASIN": "B0",
        "MSKU": "A",
        "Title": "A camera",
        "Event Type": event,
        "Reference ID": "",
        "Quantity": units,
        "Fulfillment Center": "DTM2",
        "Disposition": "SELLABLE",
        "Reason": "",
        "Country": "DE",
    } | more


def test_two_equal_rows_of_the_ledger_are_two_events_and_the_file_again_is_none() -> None:
    rows = [move("-1"), move("-1"), move("1", "CustomerReturns", Disposition="DEFECTIVE")]
    found = read(rows)
    assert found.report == "ledger_detail"
    assert records(found, "stock_moves", "day", "sku", "event", "units", "state", "country", "warehouse") == [
        ("2026-05-13", "A", "Shipments", -1.0, "SELLABLE", "DE", "DTM2"),
        ("2026-05-13", "A", "Shipments", -1.0, "SELLABLE", "DE", "DTM2"),
        ("2026-05-13", "A", "CustomerReturns", 1.0, "DEFECTIVE", "DE", "DTM2"),
    ]
    again = read(rows, separator=",", quoted=True)
    assert found.rows["stock_moves"]["key"].is_unique
    assert found.rows["stock_moves"]["key"].tolist() == again.rows["stock_moves"]["key"].tolist()


def summed(begin: str, shipped: str, returned: str, end: str, **more: str) -> dict[str, str]:
    zeros = "Receipts|Vendor Returns|Warehouse Transfer In/Out|Found|Lost|Damaged|Disposed|Other Events|Unknown Events"
    return {
        "Date": "05/31/2026",
        "FNSKU": "X0",
        "MSKU": "A",
        "Disposition": "SELLABLE",
        "Starting Warehouse Balance": begin,
        "Customer Shipments": shipped,
        "Customer Returns": returned,
        **dict.fromkeys(zeros.split("|"), "0"),
        "Ending Warehouse Balance": end,
        "Location": "DE",
    } | more


def test_a_summary_is_one_move_a_column_and_its_balances_add_up() -> None:
    found = read([summed("100", "-30", "4", "74"), summed("7", "0", "0", "7")])
    assert found.report == "ledger_summary"
    assert records(found, "stock_moves", "event", "units", "country") == [
        ("summary: customer shipments", -30.0, "DE"),
        ("summary: customer returns", 4.0, "DE"),
    ]
    assert left(found) == {"nothing moved": 1}
    assert "balance" not in remarks(found)
    assert "in 1 row the moves do not lead from the balance" in remarks(read([summed("100", "-30", "4", "80")]))


def taxed(kind: str, net: str, tax: str, gross: str, **more: str) -> dict[str, str]:
    return {
        "UNIQUE_ACCOUNT_IDENTIFIER": "A1",
        "ACTIVITY_PERIOD": "2018-JAN",
        "SALES_CHANNEL": "AFN",
        "MARKETPLACE": "amazon.de",
        "TRANSACTION_TYPE": kind,
        "TRANSACTION_EVENT_ID": "302-1",
        "SELLER_SKU": "A",
        "QTY": "1",
        "TOTAL_ACTIVITY_VALUE_AMT_VAT_EXCL": net,
        "TOTAL_ACTIVITY_VALUE_VAT_AMT": tax,
        "TOTAL_ACTIVITY_VALUE_AMT_VAT_INCL": gross,
        "TRANSACTION_CURRENCY_CODE": "EUR",
        "PRICE_OF_ITEMS_VAT_RATE_PERCENT": "0.19",
        "SALE_DEPART_COUNTRY": "PL",
        "SALE_ARRIVAL_COUNTRY": "DE",
        "TAX_REPORTING_SCHEME": "UNION-OSS",
        "TRANSACTION_COMPLETE_DATE": "23-01-2018",
        "BUYER_NAME": "somebody",
    } | more


def test_vat_transactions_give_net_and_tax_and_refunds_are_negative() -> None:
    found = read(
        [
            taxed("SALE", "100.00", "19.00", "119.00"),
            taxed("REFUND", "-100.00", "-19.00", "-119.00", TRANSACTION_COMPLETE_DATE="05-02-2018"),
            taxed("REFUND", "100.00", "19.00", "119.00", TRANSACTION_EVENT_ID="302-2"),
            taxed("FC_TRANSFER", "", "", ""),
            taxed("SOMETHING_NEW", "1.00", "0.00", "1.00"),
        ],
        encoding="utf-8-sig",
        separator=",",
    )
    assert found.report == "vat"
    assert records(
        found, "taxes", "day", "market", "kind", "net", "tax", "rate", "from_country", "to_country", "scheme"
    ) == [
        ("2018-01-23", "DE", "sale", 100.0, 19.0, 0.19, "PL", "DE", "UNION-OSS"),
        ("2018-02-05", "DE", "refund", -100.0, -19.0, 0.19, "PL", "DE", "UNION-OSS"),
        ("2018-01-23", "DE", "refund", -100.0, -19.0, 0.19, "PL", "DE", "UNION-OSS"),
    ]
    assert left(found) == {"goods moved, nothing was sold": 1, "a transaction nobody knows": 1}
    assert found.unknown == {"transaction-type": {"SOMETHING_NEW": 1}}
    assert "BUYER_NAME" in found.personal


def test_net_and_tax_that_are_not_the_gross_amount_are_said() -> None:
    assert "in 1 row net and tax are not the gross amount" in remarks(
        read([taxed("SALE", "100.00", "19.00", "121.00")])
    )
