"""Amounts are reported in one currency by the rate of their day."""

from __future__ import annotations

import numpy as np
import pytest

from tests.money.shipped import day, shipped
from warrantysim.money.fx import Fx
from warrantysim.schema.fx import FxRow

TODAY = day("2027-03-01")


def demo(reporting: str = "USD") -> Fx:
    return Fx(shipped(FxRow, "fx"), reporting)


@pytest.mark.parametrize(("currency", "dollars"), [("EUR", 1.16), ("GBP", 1.34), ("USD", 1.0)])
def test_the_shipped_rates_are_dollars_per_unit(currency: str, dollars: float) -> None:
    assert demo().rate(currency, TODAY) == dollars


@pytest.mark.parametrize(("currency", "units"), [("CNY", 7.10), ("JPY", 152.0)])
def test_a_dollar_buys_the_stated_yuan_and_yen(currency: str, units: float) -> None:
    assert 1 / demo().rate(currency, TODAY) == pytest.approx(units, rel=1e-15)


def test_reporting_in_yuan_divides_every_rate_by_that_of_the_yuan() -> None:
    yuan = demo("CNY")
    assert yuan.rate("USD", TODAY) == pytest.approx(7.10)
    assert yuan.rate("EUR", TODAY) == pytest.approx(1.16 * 7.10)
    assert yuan.rate("CNY", TODAY) == 1.0


def test_a_rate_holds_from_its_own_day_on() -> None:
    rows = [FxRow(currency="EUR", usd_per_unit=1.0), FxRow.model_validate(dict(DATED))]
    fx = Fx(reversed(rows), "USD")
    days = np.array([[day("2027-06-30"), day("2027-07-01")], [day("2028-01-01"), day("2020-01-01")]])
    assert fx.rate("EUR", days).tolist() == [[1.0, 1.2], [1.2, 1.0]]


DATED = {"currency": "EUR", "usd_per_unit": 1.2, "from": "2027-07-01"}


def test_converting_there_and_back_changes_nothing() -> None:
    there, back = demo("GBP").rate("JPY", TODAY), demo("JPY").rate("GBP", TODAY)
    assert there * back == pytest.approx(1.0, rel=1e-15)


def test_a_currency_without_a_rate_is_an_error_that_names_those_that_have_one() -> None:
    with pytest.raises(ValueError, match="no exchange rate is stated for CHF; the fx table knows CNY, EUR, GBP, JPY"):
        demo().rate("CHF", TODAY)
    with pytest.raises(ValueError, match="CHF"):
        demo("CHF")


def test_a_day_before_the_first_rate_is_an_error_not_a_plausible_number() -> None:
    fx = Fx([FxRow.model_validate(DATED)], "USD")
    with pytest.raises(ValueError, match="EUR before its first row"):
        fx.rate("EUR", np.array([day("2027-06-30")]))
