"""What the rows of the books say together: returns and replacements find their order, reasons their weight.

Nothing here is read from a file: whatever order files come in, and whatever is answered later, the tables are the same.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from warrantysim.files.importers.all_orders import OUTSIDE
from warrantysim.files.importers.canonical import tidy
from warrantysim.files.importers.fba_returns import MARKET, TRANSIT, TRANSIT_DAYS
from warrantysim.files.importers.figures import column_days
from warrantysim.files.importers.reasons import failures
from warrantysim.files.importers.sheet import zoned_markets

_BETWEEN = pa.scalar("\x1f", pa.large_string())


def joined_orders(tables: Mapping[str, pd.DataFrame], answers: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """The tables with what follows from the others and from the answers."""
    out = dict(tables)
    if len(tables.get("orders", ())):
        orders = tables["orders"].copy(deep=False)
        outside = (orders["channel"] == "MCF") & (orders["kind"] != "resale")
        orders["kind"] = orders["kind"].mask(outside, answers.get(OUTSIDE, "unknown"))
        out["orders"] = orders
    orders = out.get("orders", tidy("orders", pd.DataFrame()))
    if len(tables.get("returns", ())):
        out["returns"] = _returns(tables["returns"], orders, answers)
    for name in ("claims", "postings"):
        if len(tables.get(name, ())):
            rows = tables[name]
            found = _order(rows, orders, "order")
            joined = {
                "market": rows["market"].where(rows["market"] != "", found["market"]),
                "currency": rows["currency"].where(rows["currency"] != "", found["currency"]),
            }
            if name == "claims":
                # A log that says neither when its unit was sold nor when it came is dated by the order.
                undated = rows["sold"].isna() & rows["delivered"].isna()
                joined["sold"] = rows["sold"].where(~undated, found["day"])
            out[name] = rows.assign(**joined)
    if len(tables.get("replacements", ())):
        rows = tables["replacements"]
        first, second = (_order(rows, orders, column) for column in ("original_order", "order"))
        out["replacements"] = rows.assign(market=first["market"].where(first["market"] != "", second["market"]))
    return out


def _returns(rows: pd.DataFrame, orders: pd.DataFrame, answers: Mapping[str, str]) -> pd.DataFrame:
    rows = rows.copy(deep=False)
    found = _order(rows, orders, "order")
    fba = rows["source"] == "fba_returns"
    stated = rows["market_how"] == "file"
    hint = rows["hint"] if answers.get(MARKET, "hint") == "hint" else pd.Series("", index=rows.index, dtype="str")
    market = found["market"].where(found["market"] != "", hint)
    how = pd.Series("", index=rows.index, dtype="str").mask(hint != "", "hint").mask(found["market"] != "", "order")
    rows["market"] = rows["market"].where(stated, market)
    rows["market_how"] = rows["market_how"].where(stated, how)
    rows["price"] = found["price"]
    rows["sold"] = found["day"].where(fba | rows["sold"].isna(), rows["sold"])
    rows["currency"] = rows["currency"].where(~fba, found["currency"])
    at = rows["at"].notna()
    rows["day"] = column_days(rows["at"], at, zoned_markets(rows["market"])).where(at, rows["day"])
    transit = pd.Timedelta(days=float(answers.get(TRANSIT, TRANSIT_DAYS)))
    rows["opened"] = (rows["day"] - transit).dt.normalize().where(fba, rows["opened"])
    rows["failure"] = failures(rows["reason"], answers)
    return tidy("returns", rows)


def _order(rows: pd.DataFrame, orders: pd.DataFrame, column: str) -> pd.DataFrame:
    """Market, day, price and currency of the order of each row: of its line of the same SKU, else of the order."""
    if not len(orders):
        return tidy("returns", pd.DataFrame(index=rows.index))[["market", "day", "price", "currency"]].set_axis(
            rows.index
        )
    lines = orders[(orders["market"] != "") & (orders["order"] != "")].sort_values(["order", "key"])
    line = _places(_lines(rows[column], rows["sku"]), _lines(lines["order"], lines["sku"]))
    order = _places(*(pa.array(one, pa.large_string()) for one in (rows[column], lines["order"])))
    either = pc.coalesce(line, order)
    found = {
        "market": pc.fill_null(pc.take(pa.array(lines["market"]), either), ""),
        "day": pc.take(pa.array(lines["day"]), either),
        "price": pc.take(pa.array(lines["unit_price"]), line),
        "currency": pc.fill_null(pc.take(pa.array(lines["currency"]), line), ""),
    }
    kinds = {"market": "str", "day": "datetime64[ms]", "price": "float64", "currency": "str"}
    return pd.DataFrame({name: values.to_pandas() for name, values in found.items()}).astype(kinds).set_axis(rows.index)


def _lines(orders: pd.Series, skus: pd.Series) -> pa.Array:
    return pc.binary_join_element_wise(*(pa.array(one, pa.large_string()) for one in (orders, skus)), _BETWEEN)


def _places(wanted: pa.Array, among: pa.Array) -> pa.Array:
    """Where each text first stands among others; null where it does not."""
    return pc.index_in(wanted, value_set=among)
