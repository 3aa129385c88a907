"""Rates of the European Central Bank are turned round, by name, and never taken the wrong way round."""

from __future__ import annotations

import pytest

from tests.files.importers.reading import left_out as left
from tests.files.importers.reading import said as remarks
from tests.files.importers.written import read_bytes, records
from warrantysim.schema.root import Scenario

DAILY = b"Date, USD, JPY, GBP, CAD, CNY, \n27 November 2026, 1.0946, 159.03, 0.86023, 1.4649, N/A, \n"
LIST = b'" USD",1.0946\n" JPY",159.03\n" GBP",0.86023\n" CAD",1.4649\n" CNY",7.8476\n" AUD",1.6334\n" MXN",18.5983\n'
RATES = {"EUR": 1.0946, "JPY": 0.006883, "GBP": 1.27245, "CAD": 0.747218, "CNY": 0.139482}


def worth(found: dict[str, float]) -> dict[str, float]:
    return {code: found[code] for code in RATES if code in found}


def test_the_daily_file_gives_dollars_for_one_unit_and_refuses_what_is_missing_by_name() -> None:
    found = read_bytes(DAILY)
    assert found.report == "ecb_rates"
    rates = dict(records(found, "rates", "currency", "usd_per_unit"))
    assert rates == pytest.approx({code: usd for code, usd in RATES.items() if code != "CNY"}, rel=1e-5)
    assert set(records(found, "rates", "day")) == {("2026-11-27",)}
    assert "no rate of CNY 2026-11-27: the file says N/A or nothing" in remarks(found)


def test_a_list_without_header_or_date_is_read_and_its_day_is_asked() -> None:
    found = read_bytes(LIST)
    rates = dict(records(found, "rates", "currency", "usd_per_unit"))
    assert worth(rates) == pytest.approx(RATES, rel=1e-5)
    assert set(records(found, "rates", "day")) == {(None,)}
    assert [one.name for one in found.questions] == ["ecb_rates.day"]
    dated = read_bytes(LIST, answers={"ecb_rates.day": "2026-11-27"})
    assert set(records(dated, "rates", "day")) == {("2026-11-27",)}


def test_of_many_days_the_last_of_each_month_is_taken() -> None:
    history = b"Date,USD,JPY,\n2026-11-27,1.09,159,\n2026-11-26,1.08,158,\n2026-10-30,1.10,160,\n2026-10-29,1.11,161,\n"
    found = read_bytes(history)
    assert sorted(set(records(found, "rates", "day"))) == [("2026-10-30",), ("2026-11-27",)]
    assert left(found) == {"not the last day of its month": 2}


def test_a_rate_the_wrong_way_round_is_left_out_and_said(base: Scenario) -> None:
    found = read_bytes(b"Date,USD,JPY,GBP\n27 November 2026,1.0946,0.00629,0.86\n", scenario=base)
    assert {code for (code,) in records(found, "rates", "currency")} == {"EUR", "GBP"}
    assert "JPY: 174.022 dollars for one unit is far from" in remarks(found)
    assert "it looks like the inverse, 0.0057464" in remarks(found)


def test_without_the_dollar_nothing_can_be_turned_round() -> None:
    found = read_bytes(b"Date,USD,JPY\n27 November 2026,N/A,159\n")
    assert found.used == 0
    assert "no rate of the dollar" in next(iter(left(found)))
