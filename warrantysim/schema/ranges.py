"""Ranges of figures by what they are: no field of a scenario holds a number without bounds.

A bound is what the calendar, memory or sums of money can take, not what is usual. Where it depends on other fields (a
warranty and the calendar's reach, a wait and the end of a working calendar), the scenario's own checks are narrower.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

LONGEST_DAYS = 3650
"""Longest time that is taken for meant; a claim of ten years and its unit are within the calendar's reach [days]."""
OLDEST_DAYS = 36_500
"""Oldest age and longest window; ages are compared with it, no claim waits for it [days]."""
LONGEST_MINUTES = 100_000
"""Longest bench work that is taken for meant [minutes]."""
MOST_MONEY = 1e12
"""Largest amount or price in any currency; sums of larger ones lose cents, then overflow [currency]."""
MOST_UNITS = 1_000_000
"""Most units on a shelf, in a delivery or waiting at a desk: each may be a part of the run's state [units]."""
MOST_SOLD = 100_000_000
"""Most units sold in a month, and in all months whose claims a run can see [units]."""
MOST_RUNS = 100_000
"""Most replications, draws and rounds [count]."""

Share = Annotated[float, Field(ge=0, le=1)]
"""A part of a whole, or a probability."""
Ratio = Annotated[float, Field(ge=0, le=10)]
"""A part that may exceed the whole: a duty, a surcharge, interest a year."""
Factor = Annotated[float, Field(ge=0, le=1000)]
"""What multiplies a figure."""
Uplift = Annotated[float, Field(ge=1, le=1000)]
"""The same where it can only grow."""
Days = Annotated[float, Field(ge=0, le=LONGEST_DAYS)]
"""A time somebody or something waits or takes."""
SomeDays = Annotated[float, Field(ge=0.001, le=LONGEST_DAYS)]
"""The same where none at all has no meaning; the least is a minute and a half."""
WholeDays = Annotated[int, Field(ge=0, le=LONGEST_DAYS)]
"""The same in whole days."""
Age = Annotated[float, Field(ge=0, le=OLDEST_DAYS)]
"""An age, or a window that ages are held against."""
SomeAge = Annotated[float, Field(ge=0.001, le=OLDEST_DAYS)]
"""The same above nothing."""
Life = Annotated[float, Field(ge=0.001, le=1e9)]
"""A characteristic life in days; the longest is for ever."""
Shape = Annotated[float, Field(ge=0.05, le=100)]
"""Shape of a Weibull life."""
Months = Annotated[int, Field(ge=0, le=120)]
"""A term."""
Minutes = Annotated[float, Field(ge=0, le=LONGEST_MINUTES)]
"""Bench work."""
SomeMinutes = Annotated[float, Field(ge=0.001, le=LONGEST_MINUTES)]
"""The same above nothing."""
Money = Annotated[float, Field(ge=0, le=MOST_MONEY)]
"""A price, cost or fee whose currency its row states."""
Kilograms = Annotated[float, Field(ge=1e-6, le=100_000)]
"""Weight of a unit or a batch."""
Centimetres = Annotated[float, Field(ge=0.001, le=100_000)]
"""A side of a parcel."""
Quantity = Annotated[float, Field(ge=0, le=1e9)]
"""A weight, size or volume in the unit of a price list."""
SomeQuantity = Annotated[float, Field(ge=1e-6, le=1e9)]
"""The same above nothing."""
Units = Annotated[int, Field(ge=0, le=MOST_UNITS)]
"""Units in stock, in a delivery, waiting or included."""
SomeUnits = Annotated[int, Field(ge=1, le=MOST_UNITS)]
"""The same, at least one."""
Sold = Annotated[float, Field(ge=0, le=MOST_SOLD)]
"""Units sold in a month."""
People = Annotated[int, Field(ge=1, le=10_000)]
"""Technicians or agents; each is a part of the run's state."""
Pace = Annotated[float, Field(ge=0.001, le=MOST_UNITS)]
"""Units or hours of work in a day or month."""
Level = Annotated[int, Field(ge=1, le=4)]
"""Repair level."""
Weekday = Annotated[int, Field(ge=0, le=6)]
"""Day of the week, Monday 0."""
RunDay = Annotated[float, Field(ge=-LONGEST_DAYS, le=2 * LONGEST_DAYS)]
"""A day counted from the first of the horizon, run-in and run-out included."""
Warranty = Annotated[float, Field(ge=0.001, le=2 * LONGEST_DAYS)]
"""A warranty; the calendar knows twenty years."""
Rate = Annotated[float, Field(ge=1e-9, le=1e6)]
"""Dollars for one unit of a currency."""
Index = Annotated[int, Field(ge=0, le=1000)]
"""Place in a list, from 0."""
Runs = Annotated[int, Field(ge=1, le=MOST_RUNS)]
"""Replications or rounds."""
Pairs = Annotated[int, Field(ge=2, le=MOST_RUNS)]
"""Replications of which a spread is taken."""
Number = Annotated[float, Field(ge=-MOST_MONEY, le=MOST_MONEY)]
"""A figure of any unit."""
