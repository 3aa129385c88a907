"""Books of a tiny seller, drawn by the product's own births of claims: orders, returns and a log of claims."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.worlds import world
from warrantysim.claims.births import born_with_earlier, root_cohorts
from warrantysim.claims.columns import Origin
from warrantysim.files.books import Books
from warrantysim.files.importers.canonical import TABLES, tidy
from warrantysim.schema.root import Scenario

COLUMNS = {
    "orders": "day sku market channel units status kind",
    "returns": "day opened sold sku market channel units failure",
    "claims": "order opened closed sold delivered sku market channel "
    "reopened finding decision partner evidence denied disputed",
    "scans": "market issued first_scan delivered",
    "bills": "day partner sku fault minutes outcome received shipped",
}


@dataclass(frozen=True)
class DrawnBooks:
    """Tables by name."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    def table(self, name: str) -> pd.DataFrame:
        if name in self.tables:
            return self.tables[name]
        days = {"day", "opened", "closed", "sold", "delivered", "issued", "first_scan", "received", "shipped"}
        return pd.DataFrame(
            {c: pd.Series(dtype="datetime64[ms]" if c in days else object) for c in COLUMNS[name].split()}
        )

    def with_(self, **tables: pd.DataFrame) -> DrawnBooks:
        return replace(self, tables={**self.tables, **tables})


def seller(units: float = 2000, skus: tuple[str, ...] = ("A",), market: str = "US", **changes: Any) -> Scenario:
    """A seller who has sold evenly for two years and more, under a life of his own."""
    rows = [{"sku": name, "market": market, "channel": "OWN", "units_per_month": units} for name in skus]
    lives = {"life_eta_days": 4000, "life_beta": 1.2, "early_share": 0.01}
    births = {"report_lag_days": "lognormal(median=3, sigma=0.5)", "delivery_days": {"OWN": 2.0}}
    return world(
        skus,
        (market,),
        terms_of={**lives, **changes.pop("terms_of", {})},
        horizon={"first_day": "2027-01-01", "days": 365, "run_in_days": 700, "run_out_days": 0},
        sales=rows,
        births={**births, **changes.pop("births", {})},
        **changes,
    )


def drawn(scenario: Scenario, seed: int = 1, replication: int = 0) -> DrawnBooks:
    """What the seller's reports would say of the run-in and the horizon."""
    ready = root_cohorts(scenario)
    sets = born_with_earlier(scenario, seed, replication, ready)
    names = {kind: np.array(getattr(scenario, f"{kind}_ids")) for kind in ("sku", "market", "channel")}
    first = np.datetime64(scenario.horizon.first_day).astype("datetime64[s]")
    frames = []
    for claims in sets:
        mine = claims.take(claims.origin == Origin.FIELD)
        frames.append(
            pd.DataFrame(
                {
                    stamp: (first + getattr(mine, stamp)).astype("datetime64[D]")
                    for stamp in ("opened", "sold", "delivered")
                }
                | {kind: names[kind][getattr(mine, kind)] for kind in names}
            )
        )
    log = pd.concat(frames, ignore_index=True)
    begins, ends = (pd.Timestamp(day) for day in (scenario.horizon.begins, scenario.horizon.ends))
    log = log[(log["opened"] >= begins) & (log["opened"] < ends)]
    sold = ready.cohorts
    days = [dt.date(m // 12, m % 12 + 1, day) for m in sold.month.tolist() for day in (1, 28)]
    each = {kind: names[kind][getattr(sold, kind)].repeat(2) for kind in names}
    units = np.column_stack((sold.units // 2, sold.units - sold.units // 2)).ravel()
    orders = pd.DataFrame({"day": pd.to_datetime(days), **each, "units": units, "status": "sold", "kind": "sale"})
    orders = orders[orders["day"] < ends]
    orders.loc[orders["day"] == orders["day"].max(), "day"] = ends - pd.Timedelta(days=1)
    blank = dict.fromkeys(("finding", "decision", "partner", "evidence", "denied", "disputed"), "")
    return DrawnBooks({"orders": orders, "claims": log.assign(reopened="no", **blank).reset_index(drop=True)})


def written(books: DrawnBooks, folder: Path) -> str:
    """The books as an import leaves them in a folder; its name."""
    tables = {}
    for name, frame in books.tables.items():
        known = frame[[column for column in TABLES[name] if column in frame]]
        tables[name] = tidy(name, known.assign(key=[f"{n}" for n in range(len(known))]))
    Books(folder).write(tables, [], {}, "2028-01-01")
    return str(folder)
