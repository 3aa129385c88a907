"""One claim's story as a table: every stamp and every ledger line in order of time, with the sum so far."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from warrantysim.locale.wording import Lang, named

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.money.story import StoryLine
    from warrantysim.schema.root import Scenario

COLUMNS = ("at", "day", "claim", "what", "kind", "amount", "currency", "reporting", "so_far")
"""Columns of the table: moment [UTC], days since the claim was opened, which claim of the family, what happened or
what it cost, cash, expected or stock, amount in its own currency, its code, the amount and the sum so far in the
reporting currency; the last five are empty for a stamp."""


def story_table(lines: Sequence[StoryLine], scenario: Scenario, lang: Lang = "en") -> pd.DataFrame:
    """The story, a row a line. Amounts are NaN where a line is a stamp."""
    import pandas as pd

    first = dt.datetime.combine(scenario.horizon.first_day, dt.time(), dt.UTC)
    opened = min((line.at for line in lines), default=0)
    rows, sums = [], [0.0]
    for line in lines:
        booked = line.category is not None and line.kind is not None
        sums.append(sums[-1] + line.reporting)
        rows.append(
            (
                (first + dt.timedelta(seconds=line.at)).strftime("%Y-%m-%d %H:%M"),
                (line.at - opened) / 86_400,
                line.generation,
                named("category", line.category.name.lower(), lang)
                if line.category is not None
                else named("event", line.event or "", lang),
                named("kind", line.kind.name.lower(), lang) if line.kind is not None else "",
                line.amount if booked else math.nan,
                line.currency,
                line.reporting if booked else math.nan,
                sums[-1] if booked else math.nan,
            )
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def story_total(lines: Sequence[StoryLine]) -> float:
    """Sum of all ledger lines [reporting currency]."""
    return math.fsum(line.reporting for line in lines)
