"""The tables of a seller's books: what every report is read into, whichever marketplace, language or file it came from.

One row is one event. ``order`` is a keyed hash of the order's id (16 hexadecimal digits), so that rows of one order
find each other and no one finds the order; no table has a name, an address or another way to a person. Unknown figures
are NaN, unknown days NaT, unknown texts empty. A day is the date in the market's own day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pandas as pd

Kind = Literal["text", "number", "day", "stamp"]
"""A text, a figure, a date, or an instant in UTC."""
DTYPES: Mapping[Kind, str] = {"text": "str", "number": "float64", "day": "datetime64[ms]", "stamp": "datetime64[ms]"}
"""How columns of each kind are kept."""


_COLUMNS: Mapping[str, Mapping[Kind, str]] = {
    "orders": {
        "day": "day",
        "stamp": "updated",
        "text": "order sku market channel currency ship_country status kind",
        "number": "units unit_price promotion",
    },
    "returns": {
        "day": "day opened sold",
        "stamp": "at",
        "text": "order sku market market_how hint channel reason symptom state label_paid_by label_type currency "
        "resolution disputed resold",
        "number": "units failure price label_cost refunded",
    },
    "claims": {
        "day": "opened sold delivered closed",
        "text": "claim order sku market channel currency symptom finding decision partner evidence denied disputed "
        "reopened resold",
        "number": "price refunded repair_cost repair_minutes",
    },
    "postings": {"day": "day", "text": "order market sku kind description currency", "number": "amount units"},
    "products": {
        "text": "sku market asin name currency size_tier",
        "number": "weight_kg length_cm width_cm height_cm price referral_share fulfilment_fee",
    },
    "replacements": {"day": "day", "text": "order original_order sku market reason", "number": "units failure"},
    "removals": {"day": "day", "text": "order sku state currency", "number": "units disposed fee"},
    "stock_moves": {"day": "day", "text": "sku event state reason country warehouse", "number": "units"},
    "taxes": {
        "day": "day",
        "text": "order sku market kind currency from_country to_country scheme",
        "number": "units net tax rate",
    },
    "rates": {"day": "day", "text": "currency", "number": "usd_per_unit"},
    "bills": {
        "day": "day received shipped",
        "text": "partner sku fault level currency outcome",
        "number": "minutes parts amount",
    },
    "scans": {
        "day": "issued first_scan delivered",
        "text": "label lane market currency",
        "number": "weight_kg amount",
    },
}
TABLES: Mapping[str, Mapping[str, Kind]] = {
    name: {
        column: kind
        for kind, columns in kinds.items()
        for column in f"{columns} {'source key' * (kind == 'text')}".split()
    }
    for name, kinds in _COLUMNS.items()
}
"""Columns of each table and their kinds; every row names the report it came from and the hash of what makes it so."""

MEANINGS: Mapping[str, str] = {
    "amount": "as booked, positive to the seller [currency]",
    "at": "instant of the event [UTC]",
    "channel": "who sold and shipped [FBA|FBM|MCF|OWN]",
    "denied": "whether the claim was denied [yes|no]",
    "disputed": "what was filed against it [a-to-z|safe-t|yes], empty where nothing",
    "evidence": "whether evidence was given, or asked for and not given [given|asked]",
    "failure": "how likely the reason is a failure of the unit [0-1]",
    "decision": "disposition by its name, lapsed where the customer gave up; of a denied claim empty",
    "finding": "kind of the true fault by its name, or a fault of the scenario",
    "hint": "market by the beginning of the order id or the warehouse, taken where no order tells it",
    "kind": "of orders [sale|replacement|resale|unknown]; of postings [sale|refund|refund_commission|"
    "returns_processing|grading|reimbursement|label|removal|replacement|tax|commission|fulfilment|promotion|goodwill|"
    "other], of which goodwill closes no claim; of taxes [sale|refund]",
    "market_how": "how the market is known [file|order|hint]",
    "opened": "day the customer opened the claim; of returns the day less the transit that was stated",
    "promotion": "discount on the whole line [currency]",
    "reason": "as the report has it",
    "resold": "whether the unit had been sold as a graded return before [yes]",
    "sold": "day of the sale",
    "state": "condition the unit arrived in, as the report has it",
    "status": "of orders [sold|pending|cancelled]",
    "symptom": "symptom by the name a scenario has for it",
    "unit_price": "price of one unit before promotions, as the market shows it [currency]",
    "updated": "instant the report says the row last changed; of equal rows the later is kept [UTC]",
    "units": "units; negative where an earlier row is undone [units]",
}
"""What columns mean that their names do not say."""


def tidy(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with the columns of a table, in their order and kinds; columns it lacks are unknown throughout.

    Raises
    ------
    KeyError
        If it has a column the table does not have.
    """
    known = TABLES[table]
    if strange := set(frame.columns) - set(known):
        raise KeyError(f"{table} has no column {sorted(strange)}")
    blank = {kind: _unknown(kind, frame.index) for kind in DTYPES}  # shared by the columns that are unknown
    found = {column: _kept(frame[column], kind) if column in frame else blank[kind] for column, kind in known.items()}
    return pd.DataFrame(found, index=frame.index, copy=False).set_axis(pd.RangeIndex(len(frame)))


def _unknown(kind: Kind, index: pd.Index) -> pd.Series:
    return pd.Series("" if kind == "text" else None, index=index, dtype=pd.api.types.pandas_dtype(DTYPES[kind]))


def _kept(values: pd.Series, kind: Kind) -> pd.Series:
    kept = values.astype(pd.api.types.pandas_dtype(DTYPES[kind]))
    return kept.fillna("") if kind == "text" and kept.hasnans else kept
