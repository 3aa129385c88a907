"""A dense table of rates says what the dated table says."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from warrantysim.money.fx import Fx
from warrantysim.money.fx_table import MONTH, FxTable
from warrantysim.schema.fx import FxRow

ROWS = [
    FxRow.model_validate({"currency": "EUR", "usd_per_unit": 1.2}),
    FxRow.model_validate({"currency": "EUR", "usd_per_unit": 1.5, "from": "2027-01-11"}),
]
FX = Fx(ROWS, "USD")
ZERO = dt.date(2027, 1, 1).toordinal()
TABLE = FxTable.of(FX, ZERO - 5, ZERO + 20)


def test_a_rate_is_that_of_the_day() -> None:
    days = ZERO + np.array([-5, 9, 10, 19])
    euro = TABLE.index("EUR")
    assert TABLE.at(euro, days).tolist() == [1.2, 1.2, 1.5, 1.5]
    assert np.array_equal(TABLE.at(euro, days), FX.rate("EUR", days))
    assert (TABLE.at(TABLE.index("USD"), days) == 1).all()


def test_the_last_rate_holds_on_and_nothing_is_converted_before_the_first() -> None:
    assert TABLE.at(TABLE.index("EUR"), np.array([ZERO + 5000])).tolist() == [1.5]
    with pytest.raises(ValueError, match="2 days before the first day"):
        TABLE.at(0, np.array([ZERO - 7 - MONTH]))


def test_what_is_booked_on_the_first_of_the_first_month_goes_by_the_first_rate() -> None:
    assert TABLE.at(TABLE.index("EUR"), np.array([ZERO - 30])) == TABLE.at(TABLE.index("EUR"), np.array([ZERO - 5]))


def test_a_currency_without_a_rate_is_named() -> None:
    with pytest.raises(ValueError, match="no exchange rate is stated for CHF; the fx table knows EUR, USD"):
        TABLE.index("CHF")


def test_rates_are_steady_where_none_changes_and_all_days_asked_for_are_known() -> None:
    never = FxTable.of(Fx(ROWS[:1], "USD"), ZERO - 5, ZERO + 20)
    assert never.steady(ZERO)
    assert never.steady(ZERO - 5 - MONTH)
    assert not never.steady(ZERO - 6 - MONTH)
    assert not TABLE.steady(ZERO)
