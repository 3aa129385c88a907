"""How uncertain the stated figures are: a range and a reason for each."""

from __future__ import annotations

from pydantic import model_validator

from warrantysim.schema.errors import BadInput
from warrantysim.schema.ranges import Number
from warrantysim.schema.strict import FreeText, Row


class Assumption(Row):
    """How far one uncertain figure of the scenario may lie from what is stated; what-ifs and sensitivity use it."""

    key_fields = ("path",)
    path: str
    """The figure, in the path language [path]."""
    unit: str
    """Its unit [text]."""
    low: Number
    """Least plausible value, in that unit [number]."""
    high: Number
    """Greatest plausible value, in that unit [number]."""
    reason: FreeText
    """Why the figure is uncertain, and why so far [text]."""

    @model_validator(mode="after")
    def _low_below_high(self) -> Assumption:
        if not self.low < self.high:
            raise BadInput("expected low below high, got {low:g} and {high:g}", low=self.low, high=self.high)
        return self
