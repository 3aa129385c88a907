"""Structured data speak schema.org's terms, and labels are worn by the law's rule alone."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import jsonschema
import pytest

from tests.promise.kit import facts_of, seller
from warrantysim.promise.kit import json_ld, legal_labels, whole_good

TERMS = json.loads(Path(__file__).with_name("schema_org.json").read_text("utf-8"))
BEGINS = dt.date(2026, 9, 27)


@pytest.mark.parametrize("market", ["US", "UK", "DE", "JP"])
def test_structured_data_speak_the_terms_of_schema_org(market: str) -> None:
    for sku in seller().sku_ids:
        made = json.loads(json.dumps(json_ld(seller(), sku, market, "en", facts_of(seller(), sku, market))))
        jsonschema.Draft202012Validator(TERMS).validate(made)


def test_terms_that_schema_org_does_not_know_are_found() -> None:
    made = json_ld(seller(), "BUD-ANC", "US", "en", facts_of(seller(), "BUD-ANC"))
    made["offers"]["warranty"]["durationOfWarranty"]["unitCode"] = "months"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(TERMS).validate(made)


def test_a_scope_is_told_of_repairs_alone_and_a_warranty_only_where_it_can_be_stated() -> None:
    facts = facts_of(seller(), "BUD-ANC", "DE")
    without = {name: fact for name, fact in facts.items() if name != "term"}
    scope, none = (json_ld(seller(), "BUD-ANC", "DE", "de", facts, ends)["offers"]["warranty"].get("warrantyScope")
                   for ends in (("repaired", "sent_in"), ("refunded", "replaced")))  # fmt: skip
    assert scope == {"@type": "WarrantyScope", "@id": "http://purl.org/goodrelations/v1#PartsAndLabor-BringIn"}
    assert none is None
    silent = json_ld(seller(), "BUD-ANC", "DE", "de", without)
    assert "warranty" not in silent["offers"]
    jsonschema.Draft202012Validator(TERMS).validate(silent)


def test_structured_data_change_with_the_scenario() -> None:
    one, two = (
        json_ld(seller(), "BUD-ANC", "UK", "en", facts_of(seller(), "BUD-ANC", days=days))["offers"]
        for days in (365, 730)
    )
    assert (one["warranty"]["durationOfWarranty"]["value"], two["warranty"]["durationOfWarranty"]["value"]) == (12, 24)
    assert one["hasMerchantReturnPolicy"]["applicableCountry"] == "GB"
    windows = {row.market: row.window_days for row in seller().windows if row.channel == "OWN"}
    assert one["hasMerchantReturnPolicy"]["merchantReturnDays"] == windows["UK"]
    yen = json_ld(seller(), "BUD-ANC", "JP", "ja", facts_of(seller(), "BUD-ANC"))["offers"]["price"]
    assert (one["price"], yen.isdecimal()) == ("50.99", True)


@pytest.mark.parametrize(
    ("market", "months", "whole", "fee", "duties"),
    [
        ("DE", 12, True, 0, {"notice": "owed", "garan": "forbidden"}),
        ("DE", 24, True, 0, {"notice": "owed", "garan": "forbidden"}),
        ("DE", 25, True, 0, {"notice": "owed", "garan": "may"}),
        ("FR", 36, False, 0, {"notice": "owed", "garan": "forbidden"}),
        ("FR", 36, True, 5, {"notice": "owed", "garan": "forbidden"}),
        ("UK", 36, True, 0, {}),
        ("US", 36, True, 0, {}),
    ],
)
def test_the_notice_is_owed_in_the_union_and_the_label_needs_a_free_long_guarantee_on_all_of_it(
    market: str, months: float, whole: bool, fee: float, duties: dict[str, str]
) -> None:
    assert {one.label: one.duty for one in legal_labels(market, months, whole, fee, BEGINS)} == duties


def test_neither_is_known_before_its_first_day_and_each_says_where_the_official_file_is() -> None:
    assert legal_labels("DE", 36, True, 0, BEGINS - dt.timedelta(1)) == []
    for market, language in (("DE", "deu"), ("FR", "fra"), ("ES", "spa")):
        assert all(
            f"2025/1960/oj/{language}," in one.file and one.sources for one in legal_labels(market, 36, True, 0, BEGINS)
        )


def test_a_guarantee_without_wear_is_not_on_the_whole_good() -> None:
    promise = seller().promise
    assert whole_good(seller().replace(promise=promise.replace(exclusions=("misuse",))))
    assert not whole_good(seller().replace(promise=promise.replace(exclusions=("battery_wear", "misuse"))))
