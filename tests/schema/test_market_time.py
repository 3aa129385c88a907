"""Days and months are those of the market, on both sides of a change of clocks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from warrantysim.schema.clock import DAY, HOUR, Clock
from warrantysim.schema.market_time import MarketTime

CLOCK = Clock(dt.date(2027, 1, 1))
ZONES = ["America/New_York", "Europe/Berlin", "Europe/Dublin", "Asia/Tokyo", "Africa/Casablanca", "UTC"]
HERE = MarketTime(CLOCK, ZONES)


@pytest.mark.parametrize("zone", ZONES)
def test_a_local_day_is_the_one_the_calendar_of_the_zone_shows(zone: str) -> None:
    stamps = np.arange(-900 * DAY, 1300 * DAY, 5 * HOUR + 1234)
    origin = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    shown = [(origin + dt.timedelta(seconds=int(s))).astimezone(ZoneInfo(zone)).date().toordinal() for s in stamps]
    assert HERE.ordinals(stamps, ZONES.index(zone)).tolist() == shown


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_begins_with_its_midnight(zone: str) -> None:
    market = ZONES.index(zone)
    for day in (dt.date(2027, 3, 14), dt.date(2027, 3, 29), dt.date(2027, 11, 1)):
        midnight = HERE.midnight(day, market)
        around = HERE.ordinals(np.array([midnight - 1, midnight]), market)
        assert around.tolist() == [day.toordinal() - 1, day.toordinal()]


def test_each_stamp_goes_by_its_own_market_and_none_by_utc() -> None:
    stamp = np.full(3, 20 * HOUR)
    days = HERE.ordinals(stamp, np.array([ZONES.index("America/New_York"), ZONES.index("Asia/Tokyo"), -1]))
    assert (days - CLOCK.ordinal).tolist() == [0, 1, 0]


def test_far_days_keep_counting() -> None:
    stamps = np.array([-9000 * DAY, 40000 * DAY])
    assert HERE.ordinals(stamps, -1).tolist() == [CLOCK.ordinal - 9000, CLOCK.ordinal + 40000]


def test_a_month_begins_at_each_markets_own_midnight() -> None:
    # 1 February, two in the morning UTC: January still in New York, February in Tokyo.
    stamps = np.array([31 * DAY + 2 * HOUR] * 3)
    months = HERE.months(stamps, np.array([ZONES.index("America/New_York"), ZONES.index("Asia/Tokyo"), -1]))
    assert months.tolist() == [0, 1, 1]
