"""A quote that cannot be true is refused in words that name the place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from tests.money.quotes import demo, quote, tiers
from warrantysim.schema.amounts import Amount
from warrantysim.schema.contracts import Partner, unknown_references
from warrantysim.schema.desk_terms import amounts_in
from warrantysim.schema.paths import tree_of

BENCH = {"technicians": 1, "units_per_day": 10, "handling_days": 1.0, "calendar": "always"}
RETAINER = {"per_month": "6800 USD", "included_units": 120, "extra_unit": "22 USD"}
BY_SIZE = dict.fromkeys(("small", "mid", "large"), "1 USD")


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"receiving": "6 EUR"}, "receiving: expected an amount in USD, got 6 EUR"),
        ({"repaired": {"by_level": {1: "9 USD", 2: "9 GBP"}}}, "repaired.by_level.2: expected an amount in USD"),
        ({"no_fault": "-1 USD"}, "no_fault: expected an amount of at least 0, got -1 USD"),
        ({"no_fault": 16}, "expected an amount with its currency, such as '58 USD', got 16"),
        ({"serves": []}, "expected at least one market in serves"),
        ({"repaired": {"flat": "1 USD", "by_level": {1: "2 USD"}}}, "exactly one of flat, by_sku and by_level"),
        ({"repaired": {}}, "exactly one of flat, by_sku and by_level"),
        ({"repaired": {"by_level": {5: "2 USD"}}}, "expected repair levels 1 to 4, got 5"),
        ({"repaired": {"by_level": {1: "2 USD"}}}, "desks.US: no repair price for level 2, within the skill"),
        ({"repaired": {"by_sku": {"A": "2 USD"}}}, "repair prices by SKU need the SKUs taken in 'skus'"),
        ({"repaired": {"by_sku": {"A": "2 USD"}}, "skus": ["A", "B"]}, "desks.US: no repair price for B"),
        ({"repaired": None}, "desks.US: expected a repair fee \\('repaired'\\) or a retainer"),
        ({"parts": None}, "desks.US: expected 'parts'"),
        ({"parts": {"mode": "included", "mean": "14 USD"}}, "mean belongs to consigned parts only"),
        ({"bench": BENCH | {"hours_per_month": 100}}, "exactly one of units_per_day and hours_per_month"),
        ({"bench": BENCH | {"units_per_day": None}}, "exactly one of units_per_day and hours_per_month"),
        ({"bench": BENCH | {"overflow": "other"}}, "an overflow partner needs waiting_places"),
        ({"test_only": True}, "a test-only partner has no repair fee and no retainer"),
        ({"test_only": True, "repaired": None, "parts": None}, "a test-only partner needs the fee 'tested'"),
        (
            {"tested": "1 USD", "tested_by_size": dict.fromkeys(("small", "mid", "large"), "1 USD")},
            "tested_by_size, not",
        ),
        ({"valid_from": "2027-06-01", "valid_to": "2027-05-01"}, "valid_to 2027-05-01 lies before valid_from"),
        ({"tiers": tiers("all_units", (200, 0.1), (100, 0.2))}, r"rising order of from_units, got \[200, 100\]"),
        ({"tiers": tiers("all_units", (100, 0.2), (200, 0.1))}, r"never fall from tier to tier, got \[0.2, 0.1\]"),
        ({"tiers": tiers("all_units")}, "expected at least one tier"),
        ({"tiers": tiers("all_units", (1, 0.1), basis="year"), "retainer": RETAINER}, "need the basis month"),
        ({"tiers": tiers("all_units", (1, 1.5))}, "less than or equal to 1"),
        ({"desks": {}}, "expected at least one desk"),
    ],
)
def test_a_quote_that_contradicts_itself_is_refused(terms: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        quote(**terms)


def test_discounts_are_compared_on_every_day_they_change() -> None:
    falling = tiers("all_units", (100, 0.05), (200, 0.09))
    falling["steps"][0]["discount"] = [{"from": "0001-01-01", "value": 0.05}, {"from": "2027-06-01", "value": 0.10}]
    with pytest.raises(ValidationError, match=r"never fall from tier to tier, got \[0.1, 0.09\]"):
        quote(falling)


def test_two_desks_cannot_serve_one_market() -> None:
    lease = demo()["benchlease-uk"]
    with pytest.raises(ValidationError, match="two desks serve US"):
        lease.replace(desks={"A": lease.desks["US"], "B": lease.desks["US"]})


def test_a_pooled_contract_has_a_retainer_at_every_desk_or_none() -> None:
    lease = demo()["benchlease-uk"]
    fee = {"flat": "30 GBP"}
    desks = {"US": lease.desks["US"], "UK": lease.desks["UK"].replace(retainer=None, repaired=fee)}
    with pytest.raises(ValidationError, match="a retainer at every desk or at none"):
        lease.replace(desks=desks)
    assert lease.replace(desks=desks, retainer_scope="desk").retainer_scope == "desk"


def test_a_quote_is_the_same_after_it_is_written_and_read() -> None:
    for partner in demo().values():
        assert Partner.model_validate(partner.model_dump()) == partner
        assert Partner.model_validate(tree_of(partner)) == partner


def test_every_amount_of_a_desk_is_found_with_its_place() -> None:
    places = dict(amounts_in(demo()["benchlease-uk"].desks["UK"]))
    assert places["retainer.per_month"] == Amount(6800, "GBP")
    assert {amount.currency for amount in places.values()} == {"GBP"}


def test_a_market_is_served_by_its_desk_and_others_by_none() -> None:
    lease = demo()["benchlease-uk"]
    assert (lease.desk_for("UK"), lease.desk_for("JP")) == ("UK", None)


def test_a_partner_takes_what_it_names_and_one_that_names_nothing_takes_all() -> None:
    assert demo()["flatfix-us"].takes("VAC-L10", "appliance")
    assert not demo()["flatfix-us"].takes("PWB-20K", "power")
    assert demo()["hub-test-us"].takes("PWB-20K", "power")
    assert quote(categories=("power",)).takes("PWB-20K", "power")


def test_a_partner_is_open_on_the_days_of_its_quote_both_included() -> None:
    partner = quote(valid_from=dt.date(2027, 2, 1), valid_to=dt.date(2027, 5, 31))
    days = [dt.date(2027, 1, 31), dt.date(2027, 2, 1), dt.date(2027, 5, 31), dt.date(2027, 6, 1)]
    assert [partner.open_on(day) for day in days] == [False, True, True, False]


def test_names_the_scenario_does_not_know_are_reported_with_their_path() -> None:
    known = {
        "skus": {"VAC-L10", "AIR-200", "PRJ-FHD", "CAM-2CH", "SWT-FIT", "IPC-2K"},
        "categories": set(),
        "markets": {"US", "DE", "UK", "JP"},
        "calendars": {"us_workdays", "de_workdays", "uk_workdays", "jp_workdays"},
        "currencies": {"USD", "EUR", "GBP", "JPY"},
    }
    assert unknown_references(demo(), **known) == []
    found = unknown_references(
        {"flatfix-us": demo()["flatfix-us"]},
        **known | {"skus": known["skus"] - {"SWT-FIT"}, "markets": {"DE"}, "calendars": set(), "currencies": {"EUR"}},
    )
    assert [(one.path, str(one.message).partition(";")[0]) for one in found] == [
        ("partners.flatfix-us.skus", "unknown SKU 'SWT-FIT'"),
        ("partners.flatfix-us.desks.US.currency", "no exchange rate for currency 'USD'"),
        ("partners.flatfix-us.desks.US.serves", "unknown market 'US'"),
        ("partners.flatfix-us.desks.US.bench.calendar", "unknown calendar 'us_workdays'"),
        ("partners.flatfix-us.desks.US.repaired.by_sku", "unknown SKU 'SWT-FIT'"),
    ]


def test_an_overflow_partner_must_exist_and_be_another() -> None:
    full = quote(bench=BENCH | {"waiting_places": 5, "overflow": "X"})
    none: set[str] = set()
    found = unknown_references(
        {"X": full}, skus=none, categories=none, markets={"US"}, calendars={"always"}, currencies={"USD"}
    )
    assert list(map(str, found)) == ["partners.X.desks.US.bench.overflow: a desk cannot overflow to itself"]
