"""The days a run answers for, and the days around them."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, field_validator

from warrantysim.schema.errors import BadInput
from warrantysim.schema.strict import Strict


class Horizon(Strict):
    """The days a run answers for, and the days before and after that fill and empty its queues."""

    first_day: dt.date
    """First day in scope; second 0 of every stamp is its midnight UTC [date]."""
    days: int = Field(ge=1, le=3650)
    """Claims opened on these days are in scope [days, 1-3650]."""
    run_in_days: int = Field(ge=0, le=3650)
    """Claims are born this long before, so that benches, pools and dispatches are full on day 0 [days, 0-3650]."""
    run_out_days: int = Field(ge=0, le=3650)
    """Claims are born this long after, so that the last claims in scope meet usual queues [days, 0-3650]."""

    @field_validator("first_day")
    @classmethod
    def _this_century(cls, day: dt.date) -> dt.date:
        if not 2000 <= day.year < 2100:
            raise BadInput("expected a day from 2000-01-01 to 2099-12-31, got {day}", day=day)
        return day

    @property
    def begins(self) -> dt.date:
        """First day on which claims are born."""
        return self.first_day - dt.timedelta(days=self.run_in_days)

    @property
    def ends(self) -> dt.date:
        """The day after the last one on which claims are born."""
        return self.first_day + dt.timedelta(days=self.days + self.run_out_days)
