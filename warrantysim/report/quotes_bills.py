"""Bills of contracts by month: a row a month, a column a kind of charge, with the sum of the year."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from warrantysim.schema.horizon import Horizon

if TYPE_CHECKING:
    import pandas as pd

BILL_GROUPS = {
    **dict.fromkeys(("receiving", "assessment", "labour", "extra"), "fees"),
    "parts": "parts",
    "retainer": "retainer",
    "onboarding": "onboarding",
    "shortfall": "shortfall",
    **dict.fromkeys(("rebate", "credit"), "discounts"),
    **dict.fromkeys(("storage", "disposal"), "other"),
}
"""Column of each component of a statement."""
COLUMNS = tuple(dict.fromkeys(BILL_GROUPS.values()))
"""Columns of charges, in order; discounts and credits are negative."""
LATER = "later"
"""Month of the bills for units of the horizon that are completed after it."""


def bills(months: pd.DataFrame, horizon: Horizon) -> pd.DataFrame:
    """A row a quote, desk and month: quote, desk, currency, month, units (repaired at a fee or within a retainer), the
    `COLUMNS`, and total, their sum [desk currency].

    ``months``: components by month, as `QuoteFindings.months`; months after the horizon are one row, `LATER`.
    """
    import pandas as pd

    keys = ["quote", "desk", "currency", "month"]
    if not len(months):
        return pd.DataFrame(columns=[*keys, *COLUMNS, "total"])
    last = f"{horizon.first_day + dt.timedelta(days=horizon.days - 1):%Y-%m}"
    frame = months.assign(
        group=months["component"].map(BILL_GROUPS),
        month=months["month"].where(months["month"] <= last, LATER),
    )
    wide = frame.pivot_table(index=keys, columns="group", values="amount", aggfunc="sum", sort=False, fill_value=0.0)
    wide = wide.reindex(columns=list(COLUMNS), fill_value=0.0).reset_index()
    wide.columns.name = None
    wide["total"] = wide[list(COLUMNS)].sum(axis=1)
    return wide


def with_sums(frame: pd.DataFrame, label: str) -> pd.DataFrame:
    """Bills of one contract with a last row that sums them up, ``label`` in place of its month."""
    import pandas as pd

    if not len(frame):
        return frame
    sums = {name: frame[name].sum() for name in (*COLUMNS, "total")}
    first = frame.iloc[0]
    row = {**{name: first[name] for name in ("quote", "desk", "currency")}, "month": label, **sums}
    return pd.concat([frame, pd.DataFrame([row], columns=frame.columns)], ignore_index=True)
