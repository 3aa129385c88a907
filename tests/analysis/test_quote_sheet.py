"""Terms of quotes side by side: in one currency, per unit at a volume, with what is open."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from warrantysim.analysis.quote_offers import quote_ids
from warrantysim.analysis.quote_terms import GROUPS, KINDS, open_terms, quote_sheet
from warrantysim.analysis.quote_volumes import ELEMENTS, unit_prices, work_of
from warrantysim.files.loading import load_scenario
from warrantysim.schema.root import Scenario

BASE = Path(__file__).resolve().parents[2] / "scenarios" / "base.yaml"


@pytest.fixture(scope="module")
def base() -> Scenario:
    """The reference seller with its three quotes."""
    return load_scenario(BASE)


@pytest.fixture(scope="module")
def sheet(base: Scenario) -> pd.DataFrame:
    """Its quotes side by side."""
    return quote_sheet(base, quote_ids(base)).set_index(["quote", "desk", "term"])


def test_every_term_is_there_once_for_every_desk(sheet: pd.DataFrame) -> None:
    assert not sheet.index.duplicated().any()
    assert len(sheet) == 4 * sum(len(names) for names in GROUPS.values())
    assert set(KINDS) == {term for names in GROUPS.values() for term in names}


def test_foreign_amounts_are_converted_and_told_as_stated(sheet: pd.DataFrame, base: Scenario) -> None:
    row = sheet.loc[("tierwerk-de", "DE", "minimum")]
    assert row["value"] == pytest.approx(1500 * base.usd_per_unit("EUR"))
    assert row["stated"] == "1500 EUR"
    assert sheet.loc[("tierwerk-de", "DE", "currency")]["flag"] == "foreign"
    assert sheet.loc[("flatfix-us", "US", "currency")]["flag"] == ""


def test_every_open_term_is_flagged_in_the_sheet(sheet: pd.DataFrame, base: Scenario) -> None:
    flagged = sheet[sheet["code"] != ""].reset_index()
    told = {(q, c, f) for q, c, f in zip(flagged["quote"], flagged["code"], flagged["flag"], strict=True)}
    found = open_terms(base, quote_ids(base))
    assert told == set(found[["quote", "term", "kind"]].itertuples(index=False, name=None))


def test_a_quote_for_a_part_of_the_year_and_one_that_changes_are_flagged(base: Scenario) -> None:
    old = base.partners["flatfix-us"]
    desk = old.desks["US"]
    dated = [{"from": dt.date(1, 1, 1), "value": "16 USD"}, {"from": base.horizon.first_day, "value": "17 USD"}]
    dated.append({"from": base.horizon.first_day + dt.timedelta(days=90), "value": "18 USD"})
    ends = base.horizon.first_day + dt.timedelta(days=100)
    quote = old.replace(valid_to=ends, desks={"US": desk.replace(no_fault=dated)})
    found = quote_sheet(base.replace(partners={**base.partners, "flatfix-us": quote}), ["flatfix-us"])
    by = found.set_index("term")
    assert by.loc["valid_to", "flag"] == "partial"
    assert by.loc["valid_to", "text"] == ends.isoformat()
    assert (by.loc["no_fault", "value"], by.loc["no_fault", "flag"]) == (17.0, "changes")
    assert by.loc["indexation", "flag"] == "changes"


def test_the_elements_add_up_to_the_unit_price(base: Scenario) -> None:
    frame = unit_prices(base, quote_ids(base), "VAC-L10", [10, 120, 240])
    assert set(frame["quote"]) == set(quote_ids(base))
    assert frame[list(ELEMENTS)].sum(axis=1).to_numpy() == pytest.approx(frame["price"].to_numpy())
    assert (frame[list(ELEMENTS)] >= 0).all().all()


def test_a_unit_price_is_what_the_terms_say(base: Scenario) -> None:
    def at(quote: str, desk: str, units: float) -> pd.Series:
        frame = unit_prices(base, [quote], "VAC-L10", [units])
        return frame[frame["desk"] == desk].iloc[0]

    flat = at("flatfix-us", "US", 50)
    assert (flat["labour"], flat["onboarding"]) == (58.0, pytest.approx(1500 / 12 / 50))
    assert at("flatfix-us", "US", 100)["labour"] == pytest.approx(58 * 0.95)
    lease = at("benchlease-uk", "US", 150)
    assert (lease["fixed"], lease["parts"]) == (pytest.approx(6800 / 150), 14.0)
    assert lease["extra"] == pytest.approx(30 * 22 / 150)
    tier = at("tierwerk-de", "DE", 10)
    euro = base.usd_per_unit("EUR")
    assert (tier["labour"] + tier["service"] + tier["shortfall"]) * 10 == pytest.approx(1500 * euro)


def test_a_unit_price_crosses_where_the_crossovers_say(base: Scenario) -> None:
    # All tiers of the flat price against the retainer: 248 units a month of the robot vacuum, onboarding apart.
    def apart(units: float) -> float:
        frame = unit_prices(base, ["flatfix-us", "benchlease-uk"], "VAC-L10", [units])
        frame = frame[frame["desk"] == "US"].set_index("quote")
        price = frame["price"] - frame["onboarding"]
        return float(price["benchlease-uk"] - price["flatfix-us"])

    assert apart(244) > 0 > apart(252)


def test_a_desk_that_does_not_take_a_product_has_no_price_for_it(base: Scenario) -> None:
    assert work_of(base, "flatfix-us", "US", "IPC-2K") is None
    assert unit_prices(base, ["flatfix-us"], "IPC-2K", [10]).empty


def test_a_quote_that_ends_early_has_the_price_it_has_while_it_holds(base: Scenario) -> None:
    brief = base.partners["benchlease-uk"].replace(valid_from=base.horizon.first_day + dt.timedelta(days=150))
    other = base.replace(partners={**base.partners, "benchlease-uk": brief})
    pd.testing.assert_frame_equal(
        unit_prices(other, ["benchlease-uk"], "VAC-L10", [80]), unit_prices(base, ["benchlease-uk"], "VAC-L10", [80])
    )
