"""A claims log in anybody's columns is mapped once, its odd cells are asked about, and no person is kept."""

from __future__ import annotations

from typing import Any

import pytest

from tests.files.importers.reading import left_out as left
from tests.files.importers.reading import said as remarks
from tests.files.importers.written import file_of, question, read, records
from warrantysim.files.importers.report import Context, Imported
from warrantysim.files.importers.words import likely, log_fields, offered, values_of
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.root import Scenario

COLUMNS = "claim,opened_day,sku,market,channel,value,symptom,fault,bench_minutes,age_days,source"


def log(base: Scenario | None, *rows: str, columns: str = COLUMNS, **answers: str) -> Imported:
    cells = [dict(zip(columns.split(","), row.split(","), strict=False)) for row in rows]
    skus = frozenset(row.sku for row in base.skus) if base is not None else frozenset()
    told = {name.replace("__", "."): answer for name, answer in answers.items()}
    context: dict[str, Any] = {"scenario": base, "skus": skus, "answers": told}
    return read(cells, "claims_log", context, separator=",")


def row(base: Scenario | None, *columns: str, line: str, **answers: str) -> tuple[Any, ...]:
    return records(log(base, line, **answers), "claims", *columns)[0]


def test_a_log_in_our_own_columns_is_known_and_dated(base: Scenario) -> None:
    found = log(
        base,
        "RMA-1,12.34,VAC-L10,US,FBM,329,dead,,,210,helpdesk",
        "RMA-3,40,CAM-2CH,DE,FBA,149.99,intermittent,,,33,helpdesk",
        "RMA-4,88.1041667,CAM-2CH,DE,FBA,104.99,,,,400,bought with 30 % off",
        "RMA-5,150,PRJ-FHD,JP,FBA,43350,weak,,,364,helpdesk",
    )
    assert found.used == 4
    assert records(
        found, "claims", "opened", "delivered", "sku", "market", "channel", "price", "currency", "symptom"
    ) == [
        ("2027-01-13", "2026-06-17", "VAC-L10", "US", "FBM", 329.0, "USD", "dead"),
        ("2027-02-10", "2027-01-08", "CAM-2CH", "DE", "FBA", 149.99, "EUR", "intermittent"),
        ("2027-03-30", "2026-02-23", "CAM-2CH", "DE", "FBA", 104.99, "EUR", ""),
        ("2027-05-31", "2026-06-01", "PRJ-FHD", "JP", "FBA", 43350.0, "JPY", "weak"),
    ]


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("2026-06-08T02:14:00+00:00", "2026-06-08"), ("2026-06-07T23:30:00+00:00", "2026-06-08"),
        ("08.06.2026 02:14", "2026-06-08"), ("2026/6/8 10:14", "2026-06-08"), ("2026年6月8日", "2026-06-08"),
        ("8-Jun-2026", "2026-06-08"), ("June 8, 2026", "2026-06-08"), ("8. Juni 2026", "2026-06-08"),
        ("20260608", "2026-06-08"), ("46181", "2026-06-08"), ("46181.09", "2026-06-08"), ("1780884840", "2026-06-08"),
        ("1780884840000", "2026-06-08"), ("40", "2027-02-10"),
    ],
)  # fmt: skip
def test_stamps_are_read_in_the_forms_people_and_systems_write(base: Scenario, stamp: str, day: str) -> None:
    cells = {"claim": "R", "opened": stamp, "sku": "CAM-2CH", "market": "DE"}
    found = read([cells], "claims_log", {"scenario": base})
    assert records(found, "claims", "opened") == [(day,)]


def test_a_market_the_scenario_lacks_is_kept_and_named(base: Scenario) -> None:
    found = log(base, "R,40,VAC-L10,FR,FBA,329,dead,,,33,")
    assert records(found, "claims", "market") == [("FR",)]
    assert "rows of markets your scenario does not have: FR (1)" in remarks(found)


@pytest.mark.parametrize(
    ("cell", "market"),
    [("Germany", "DE"), ("Deutschland", "DE"), ("德国", "DE"), ("ドイツ", "DE"), ("Amazon.co.uk", "UK"), ("gb", "UK")],
)
def test_a_market_may_be_a_country_or_a_store(base: Scenario, cell: str, market: str) -> None:
    assert row(base, "market", line=f"R,40,VAC-L10,{cell},FBA,329,,,,33,") == (market,)


@pytest.mark.parametrize(
    ("cell", "channel"),
    [("AFN", "FBA"), ("Amazon", "FBA"), ("Merchant", "FBM"), ("mfn", "FBM"), ("自发货", "FBM"), ("FBA", "FBA")],
)
def test_a_channel_goes_by_the_scenarios_name(base: Scenario, cell: str, channel: str) -> None:
    assert row(base, "channel", line=f"R,40,CAM-2CH,DE,{cell},149.99,,,,33,") == (channel,)


def test_a_sku_in_small_letters_or_without_its_zeros_is_proposed(base: Scenario) -> None:
    line = "R,40,vac-l10,DE,FBA,319,,,,33,"
    found = log(base, line)
    assert records(found, "claims", "sku") == [("VAC-L10",)]
    assert "vac-l10 = VAC-L10" in question(found, "near_skus")
    assert row(base, "sku", line=line, near_skus="leave") == ("vac-l10",)


def test_a_claim_on_a_graded_resale_counts_for_its_product_and_says_so(base: Scenario) -> None:
    line = "R,40,amzn.gr.VAC-L10-6sC9nyZuQGExqXIpf9-VG,DE,FBA,149.99,,,,33,"
    assert row(base, "sku", "resold", line=line) == ("VAC-L10", "yes")


def test_an_amazon_reason_is_no_symptom_unless_somebody_says_so(base: Scenario) -> None:
    line = "R,40,CAM-2CH,DE,FBA,149.99,DEFECTIVE,,,33,"
    found = log(base, line)
    assert records(found, "claims", "symptom") == [("",)]
    assert found.unknown == {"symptom": {"DEFECTIVE": 1}}
    assert "what does 'DEFECTIVE' mean in symptom" in question(found, "claims_log.symptom.defective")
    assert row(base, "symptom", line=line, claims_log__symptom__defective="dead") == ("dead",)


def test_a_sentence_that_holds_a_known_word_is_asked_about_with_that_word(base: Scenario) -> None:
    line = "R,40,CAM-2CH,DE,FBA,149.99,Camera does not turn on since Monday,,,33,"
    assert row(base, "symptom", line=line) == ("dead",)
    assert row(base, "symptom", line=line, claims_log__symptom__guesses="leave") == ("",)


def test_a_negative_price_takes_back_the_claim_of_its_number(base: Scenario) -> None:
    positive, negative = "R,40,CAM-2CH,DE,FBA,149.99,,,,33,", "R,40,CAM-2CH,DE,FBA,-149.99,,,,33,"
    assert left(log(base, positive, negative)) == {
        "a negative price: it takes a claim back": 1,
        "taken back by a later row": 1,
    }
    assert log(base, negative, positive).used == 1


def test_the_same_claim_number_twice_is_one_claim(base: Scenario) -> None:
    found = log(base, "R,40,CAM-2CH,DE,FBA,149.99,,,,33,", "R,41,CAM-2CH,DE,FBA,149.99,,,,33,")
    assert (found.used, left(found)) == (1, {"the same row again": 1})


def test_claims_without_a_number_are_each_a_claim(base: Scenario) -> None:
    found = log(base, ",40,CAM-2CH,DE,FBA,149.99,,,,33,", ",40,CAM-2CH,DE,FBA,149.99,,,,33,")
    assert found.used == 2
    assert found.rows["claims"]["key"].is_unique


def test_a_missing_price_is_unknown(base: Scenario) -> None:
    assert row(base, "price", line="R,40,CAM-2CH,DE,FBA,,,,,33,") == (None,)


def test_a_claim_before_delivery_has_no_age(base: Scenario) -> None:
    found = log(base, "R,40,CAM-2CH,DE,FBA,149.99,,,,-3,")
    assert records(found, "claims", "delivered") == [(None,)]
    assert "1 claim was opened before the unit was delivered" in remarks(found)


def test_a_claim_after_the_warranty_is_said_to_be_so(base: Scenario) -> None:
    found = log(base, "R,40,CAM-2CH,DE,FBA,149.99,,,,900,", "S,40,CAM-2CH,DE,FBA,149.99,,,,700,")
    assert "1 claim was opened after the warranty had ended" in remarks(found)


def test_a_price_of_another_currency_is_asked_about_and_unknown_meanwhile(base: Scenario) -> None:
    line = "R,40,CAM-2CH,JP,FBA,149.99,,,,30,"
    found = log(base, line, "S,40,CAM-2CH,JP,FBA,22499,,,,30,")
    assert [price for (price,) in records(found, "claims", "price")] == [None, 22499.0]
    assert "JPY 149.99 : 22,499.00" in question(found, "claims_log.currency")
    assert row(base, "price", line=line, claims_log__currency="keep") == (149.99,)


def test_a_total_of_two_units_is_asked_about_and_parted(base: Scenario) -> None:
    line = "R,40,CAM-2CH,US,FBA,299.98,,,,30,"
    assert row(base, "price", line=line) == (149.99,)
    assert "USD 299.98 : 149.99" in question(log(base, line), "claims_log.totals")
    assert row(base, "price", line=line, claims_log__totals="keep") == (299.98,)


def test_two_units_of_one_claim_are_two_claimed_units_at_the_price_of_one(base: Scenario) -> None:
    found = log(base, "R,2026-05-01,CAM-2CH,US,2,299.98", columns="claim,opened,sku,market,quantity,price")
    assert records(found, "claims", "price") == [(149.99,), (149.99,)]
    assert found.rows["claims"]["key"].is_unique


def test_serial_numbers_customers_and_claim_numbers_are_not_kept(base: Scenario) -> None:
    found = log(
        base,
        "RMA-000123,2026-05-01,CAM-2CH,DE,SN-998877,Erika Muster,erika@example.com,302-1234567-1234567",
        columns="claim,opened,sku,market,serial number,customer name,e-mail,order no",
    )
    kept = found.rows["claims"].to_csv() + repr(found)
    for secret in ("RMA-000123", "SN-998877", "Erika", "example.com", "302-1234567"):
        assert secret not in kept


def test_columns_are_said_once_and_remembered(base: Scenario) -> None:
    line, columns = "R,2026-05-01,CAM-2CH,DE,dead", "Nr,When it began,What,Where,Trouble"
    with pytest.raises(ScenarioError, match="no column is opened"):
        log(base, line, columns=columns)
    said = {"opened": "When it began", "sku": "What", "market": "Where", "symptom": "Trouble", "claim": "Nr"}
    answers = {f"map__claims_log__{field}": header for field, header in said.items()}
    found = log(base, line, columns=columns, **answers)
    assert records(found, "claims", "opened", "sku", "market", "symptom") == [("2026-05-01", "CAM-2CH", "DE", "dead")]
    context = {"answers": {name.replace("__", "."): header for name, header in answers.items()}}
    assert read([dict(zip(columns.split(","), line.split(","), strict=True))], context=context).report == "claims_log"


def test_a_column_that_was_said_and_is_not_there_is_refused_with_the_nearest(base: Scenario) -> None:
    said = {"map__claims_log__opened": "Createt at", "map__claims_log__sku": "sku"}
    with pytest.raises(
        ScenarioError, match=r"--map claims_log.opened=Createt at: .* no column .Createt at.; did you mean .Created at."
    ):
        log(base, "R,2026-05-01,CAM-2CH", columns="claim,Created at,sku", **said)


@pytest.mark.parametrize(
    "header",
    [
        "Ticket ID|Created at|Product code|Country|Reason|Resolution",
        "工单号|创建时间|产品编码|国家|问题描述|处理结果",
        "RMA-Nummer|Erstellt am|Artikel-Nr.|Land|Fehlerbild|Entscheidung",
        "受付番号|受付日時|商品コード|国|不具合内容|対応",
    ],
)
def test_headers_are_offered_in_four_languages(header: str) -> None:
    fields = ["claim", "opened", "sku", "market", "symptom", "decision"]
    assert offered("claims_log", header.split("|")) == dict(zip(fields, header.split("|"), strict=True))


def test_every_word_means_one_thing() -> None:
    for kind in ("symptom", "finding", "decision", "channel", "flag", "evidence", "outcome", "market", "disputed"):
        assert values_of(kind)
    for report in ("claims_log", "partner_bills", "scans"):
        for field in log_fields(report).values():
            assert all(field.words)
    assert likely("symptom", "無線が接続できない") == "no_connection"
    assert likely("symptom", "nothing to see") == ""


@pytest.mark.parametrize(
    ("cell", "decision", "denied"),
    [
        ("退款", "refund", ""), ("Ersatzlieferung", "reship", ""), ("返厂维修", "return_china", ""),
        ("swap", "repair_local", ""), ("修理", "repair_local", ""), ("Rejected", "", "yes"),
    ],
)  # fmt: skip
def test_decisions_are_dispositions_or_a_denial(base: Scenario, cell: str, decision: str, denied: str) -> None:
    found = log(base, f"R,2026-05-01,CAM-2CH,DE,{cell}", columns="claim,opened,sku,market,resolution")
    assert records(found, "claims", "decision", "denied") == [(decision, denied)]


def test_the_market_of_a_claim_comes_from_its_order(base: Scenario) -> None:
    import pandas as pd

    from tests.files.importers.reading import KEY

    order = Context(KEY).hashed("302-1234567-1234567")
    books = {"orders": pd.DataFrame({"order": [order], "market": ["UK"]})}
    cells = {"claim": "R", "opened": "2026-05-01", "sku": "CAM-2CH", "order no": "302-1234567-1234567"}
    found = read([cells], "claims_log", {"scenario": base, "books": books})
    assert records(found, "claims", "market", "currency") == [("UK", "GBP")]
    assert file_of([cells])
