"""Days on which benches stand still for long, with the Chinese New Year called by its name."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from warrantysim.packs import rows
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

NEW_YEARS = tuple(dt.date.fromisoformat(row["first_day"]) for row in rows("lunar_years"))
"""First days of the lunar years."""
LEAST_DAYS = 3
"""Shorter closures are holidays that no chart needs to name [days]."""
COLUMNS = ["bench", "begin", "end", "days", "new_year"]
"""Columns of the table of closures."""


def long_closures(scenario: Scenario) -> pd.DataFrame:
    """Closures of at least `LEAST_DAYS` within the horizon, by bench: partner ids, ``china`` for the factory.

    Returns
    -------
    Columns bench, begin, end (ISO; the day after the last), days, new_year (whether the lunar year begins in it).
    """
    import pandas as pd

    first = scenario.clock.first_day
    last = first + dt.timedelta(days=scenario.horizon.days)
    found = []
    for bench, calendar in _calendars(scenario):
        for row in scenario.closures:
            begin, end = max(row.first_day, first), min(row.last_day + dt.timedelta(days=1), last)
            if row.calendar == calendar and row.rate == 0 and (end - begin).days >= LEAST_DAYS:
                named = any(row.first_day <= day <= row.last_day for day in NEW_YEARS)
                found.append((bench, begin.isoformat(), end.isoformat(), (end - begin).days, named))
    return pd.DataFrame(found, columns=COLUMNS)


def _calendars(scenario: Scenario) -> list[tuple[str, str]]:
    """Every bench with the calendars its desks work by, each pair once."""
    pairs = [
        (name, desk.bench.calendar)
        for name, partner in scenario.partners.items()
        for desk in partner.desks.values()
        if desk.bench is not None
    ]
    return list(dict.fromkeys([*pairs, ("china", scenario.china_bench.calendar)]))


def closed_months(scenario: Scenario) -> list[str]:
    """Months (``2027-02``) in which the factory's bench stands still for a week or longer."""
    months: dict[str, int] = {}
    own = long_closures(scenario)
    for begin, end in zip(own["begin"][own["bench"] == "china"], own["end"][own["bench"] == "china"], strict=True):
        day, last = dt.date.fromisoformat(begin), dt.date.fromisoformat(end)
        while day < last:
            months[day.isoformat()[:7]] = months.get(day.isoformat()[:7], 0) + 1
            day += dt.timedelta(days=1)
    return [month for month, days in months.items() if days >= 7]
