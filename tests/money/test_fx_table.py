"""A dense table of rates says what the dated table says."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from warrantysim.money.fx import Fx
from warrantysim.money.fx_table import FxTable
from warrantysim.scenario.clock import DAY, Clock
from warrantysim.scenario.fx import FxRow

ROWS = [
    FxRow.model_validate({"currency": "EUR", "usd_per_unit": 1.2}),
    FxRow.model_validate({"currency": "EUR", "usd_per_unit": 1.5, "from": "2027-01-11"}),
]
FX = Fx(ROWS, "USD", Clock(dt.date(2027, 1, 1)))
TABLE = FxTable.of(FX, -5, 20)


def test_a_rate_is_that_of_the_day_and_changes_at_midnight() -> None:
    stamps = np.array([-5 * DAY, 10 * DAY - 1, 10 * DAY, 19 * DAY])
    euro = TABLE.index("EUR")
    assert TABLE.at(euro, stamps).tolist() == [1.2, 1.2, 1.5, 1.5]
    assert np.array_equal(TABLE.at(euro, stamps), FX.rate_at("EUR", stamps))
    assert (TABLE.at(TABLE.index("USD"), stamps) == 1).all()


def test_the_last_rate_holds_on_and_nothing_is_converted_before_the_first() -> None:
    assert TABLE.at(TABLE.index("EUR"), np.array([5000 * DAY])).tolist() == [1.5]
    with pytest.raises(ValueError, match="2 days before the first day"):
        TABLE.at(0, np.array([-7 * DAY]))


def test_a_currency_without_a_rate_is_named() -> None:
    with pytest.raises(ValueError, match="no exchange rate is stated for CHF; the fx table knows EUR, USD"):
        TABLE.index("CHF")
