"""A policy in the shape platforms take rules in: price range, product, reason, order dates, and what is done without a
return.

Platforms match by the order price a buyer paid, so the ranges are those; a range holds from its lower end up to just
below the next one. They know no age of an order: an age band is a range of order dates, true for claims of the day the
form is made for, and so a form with dates is handed in anew every month.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pandas as pd

from warrantysim.claims.inverse import quantile
from warrantysim.decision.rule_table import WHOLE_UNITS, rule_table
from warrantysim.journeys.model import Model
from warrantysim.schema.dispositions import RETURNLESS
from warrantysim.schema.policy import Policy

PLATFORM_COLUMNS = (
    "rule_name", "marketplace", "channel", "sku", "category", "return_reason", "order_age_min", "order_age_below",
    "ordered_from", "ordered_to", "price_min", "price_max", "currency", "returnless", "resolution", "return_to",
)  # fmt: skip
"""Columns of the export, stable for spreadsheets and other programs."""
ANY = "any"
"""Stands where a rule holds for every product, category or reason."""


def platform_rules(policy: Policy, model: Model, on: str = "") -> pd.DataFrame:
    """A line a cell, age of the order and price; platforms know no order of lines, so none takes what another does, but
    for those that state fewer keys. ``price_max`` is included in the range, and empty for the last one.

    ``returnless``: yes where the customer keeps the unit: a refund, or a new unit without a return. ``order_age_min``
    and ``order_age_below`` count days from the first delivery; ``ordered_from`` and ``ordered_to`` are the first and
    last order date they stand for on the day ``on`` (the first the rules bind, where empty), with the usual time from
    order to delivery; empty where there is no end.
    """
    table = rule_table(policy, model, fewest=False)
    category = {k.sku: k.category for k in model.scenario.skus}
    rows: list[dict[str, Any]] = []
    for row in table.to_dict("records"):
        day = dt.date.fromisoformat(on or row["effective_from"])
        low, high = row["price_from"], row["price_to"]
        digits = 0 if row["currency"] in WHOLE_UNITS else 2
        delivery = _days_to_deliver(model, row["channel"])
        youngest, oldest = row["age_from_days"], row["age_to_days"]
        aged = youngest > 0 or not math.isnan(oldest)
        rows.append(
            {
                "rule_name": row["rule_id"],
                "marketplace": row["market"] or ANY,
                "channel": row["channel"] or ANY,
                "sku": row["sku"] or ANY,
                "category": row["category"] or category.get(row["sku"], ANY),
                "return_reason": row["symptom"] or ANY,
                "order_age_min": youngest,
                "order_age_below": oldest,
                "ordered_from": "" if not aged or math.isnan(oldest) else _before(day, oldest - 1 + delivery),
                "ordered_to": _before(day, youngest + delivery) if aged else "",
                "price_min": low,
                "price_max": None if math.isnan(high) else round(high - 10.0**-digits, digits),
                "currency": row["currency"],
                "returnless": "yes" if row["action"] in RETURNLESS else "no",
                "resolution": row["action"],
                "return_to": row["partner"],
            }
        )
    return pd.DataFrame(rows, columns=list(PLATFORM_COLUMNS))


def _days_to_deliver(model: Model, channel: str) -> int:
    """Usual days from order to delivery: the median, over channels where none is named."""
    stated = model.scenario.births.delivery_days
    each = [float(quantile(days, np.array(0.5))) for name, days in stated.items() if channel in {"", name}]
    return round(sum(each) / len(each)) if each else 0


def _before(day: dt.date, days: float) -> str:
    return (day - dt.timedelta(days=int(days))).isoformat()
