"""What a seller's own history says of one figure: a row of ``fitted.csv``."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, model_validator

from warrantysim.schema.errors import BadInput
from warrantysim.schema.ranges import Number
from warrantysim.schema.strict import FreeText, Mark, Row


class FittedRow(Row):
    """One figure as the books have it, with the interval they leave it; it takes the place of what packs state."""

    key_fields = ("path",)
    path: str
    """The figure, in the path language [path]."""
    unit: str = ""
    """Its unit [text]."""
    value: Number
    """The figure [number]."""
    low: Number
    """Low end of its interval at 95 % [number]."""
    high: Number
    """High end of its interval [number]."""
    range_low: Number | None = None
    """Least plausible value while the figures fitted with it stand; empty where it has no range of its own [number]."""
    range_high: Number | None = None
    """Greatest plausible value [number]."""
    n: float = Field(ge=0, le=1e12)
    """Cases it rests on [count, 0-1000000000000]."""
    since: dt.date | None = Field(default=None, alias="from")
    """First day of them [date]."""
    until: dt.date | None = Field(default=None, alias="to")
    """Last day of them [date]."""
    how: FreeText = ""
    """What was counted or fitted [text]."""
    mark: Mark = "M"
    """S sourced, D derived, A assumed, M measured in the seller's own books [S|D|A|M]."""

    @model_validator(mode="after")
    def _ordered(self) -> FittedRow:
        if not self.low <= self.value <= self.high:
            raise BadInput(
                "expected low <= value <= high, got {low:g}, {value:g} and {high:g}",
                low=self.low,
                value=self.value,
                high=self.high,
            )
        return self
