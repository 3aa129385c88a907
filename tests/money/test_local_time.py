"""Days and months are those of the market, on both sides of a change of clocks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from warrantysim.money.local_time import local_days, local_months
from warrantysim.scenario.clock import DAY, HOUR, Clock

CLOCK = Clock(dt.date(2027, 1, 1))


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Asia/Tokyo", "UTC"])
def test_a_local_day_is_the_one_the_calendar_of_the_zone_shows(zone: str) -> None:
    stamps = np.arange(-30 * DAY, 420 * DAY, 5 * HOUR + 1234)
    origin = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    shown = [(origin + dt.timedelta(seconds=int(s))).astimezone(ZoneInfo(zone)).date().toordinal() for s in stamps]
    assert local_days(stamps, CLOCK, zone).tolist() == shown


def test_far_days_keep_counting() -> None:
    stamps = np.array([-900 * DAY, 4000 * DAY])
    assert local_days(stamps, CLOCK, "UTC").tolist() == [CLOCK.ordinal - 900, CLOCK.ordinal + 4000]


def test_a_month_begins_at_each_markets_own_midnight() -> None:
    # 1 February, two in the morning UTC: January still in New York, February in Tokyo.
    stamps = np.array([31 * DAY + 2 * HOUR] * 2)
    months = local_months(stamps, np.array([0, 1]), CLOCK, ("America/New_York", "Asia/Tokyo"))
    assert months.tolist() == [0, 1]
