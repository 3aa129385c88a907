"""300 products in 8 markets from report files: ``python -m benchmarks.own_books [--skus 300] [--json FILE]``.

The files are written first: All Orders of two years in three regions, FBA returns, the fee preview of eight stores, a
year of settlements, a helpdesk's log. Each step from there to a decision is then a command in a process of its own; its
processor time and its peak memory are told. Exit code 1 where a step fails.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

MARKETS = {
    "US": ("Amazon.com", "USD", "na", 1.0), "CA": ("Amazon.ca", "CAD", "na", 1.38),
    "DE": ("Amazon.de", "EUR", "eu", 0.86), "FR": ("Amazon.fr", "EUR", "eu", 0.86),
    "JP": ("Amazon.co.jp", "JPY", "fe", 152), "IT": ("Amazon.it", "EUR", "eu", 0.86),
    "ES": ("Amazon.es", "EUR", "eu", 0.86), "UK": ("Amazon.co.uk", "GBP", "eu", 0.75),
}  # fmt: skip
"""Store, currency, region and units of the currency for a dollar."""
KINDS = ("earbuds", "charger", "robot vacuum", "power bank", "monitor", "projector")
FIRST, MONTHS = dt.date(2024, 11, 1), 24
"""First day of the orders, and for how long they are [months]."""
RETURNED, CLAIMED = 0.06, 0.012
"""Units sent back, and units claimed of a helpdesk [share]."""
LONGEST = 1800
"""Processor time after which a step is ended [s]."""
YEARS = 2
"""Years simulated for the books and the decision [count]."""


@dataclass(frozen=True)
class Step:
    """One command."""

    step: str
    """What it does."""
    seconds: float
    """Processor time [s]."""
    mebibytes: float
    """Peak memory [MiB]."""
    code: int
    """Exit code."""


def orders(skus: int, units: float, seed: int) -> pd.DataFrame:
    """Lines that were sold: order, day, SKU, market, price."""
    g = np.random.default_rng(seed)
    n = g.poisson(units * skus * len(MARKETS) * MONTHS)
    days = (FIRST.replace(year=FIRST.year + MONTHS // 12) - FIRST).days
    frame = pd.DataFrame({"sku": g.integers(0, skus, n), "at": g.integers(0, days * 24, n)})
    frame["market"] = g.choice(list(MARKETS), n)
    price = np.round(20 + 5 * (np.arange(skus) % 60), 2) - 0.01
    frame["price"] = np.round(price[frame["sku"]] * frame["market"].map(lambda m: MARKETS[m][3]), 2)
    frame["order"] = [f"{n % 900 + 100}-{n:07d}-{(n * 7919) % 10**7:07d}" for n in range(n)]
    frame["stamp"] = pd.Timestamp(FIRST) + pd.to_timedelta(frame["at"], unit="h")
    frame["sku"] = frame["sku"].map(lambda sku: f"SKU-{sku:04d}")
    return frame.sort_values("stamp", ignore_index=True)


def files(sold: pd.DataFrame, folder: Path, seed: int) -> Iterator[Path]:
    """The report files."""
    g = np.random.default_rng(seed)
    iso = sold["stamp"].dt.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    region = sold["market"].map(lambda m: MARKETS[m][2])
    lines = pd.DataFrame({
        "amazon-order-id": sold["order"], "purchase-date": iso, "order-status": "Shipped",
        "fulfillment-channel": "Amazon", "sales-channel": sold["market"].map(lambda m: MARKETS[m][0]),
        "sku": sold["sku"], "quantity": 1, "currency": sold["market"].map(lambda m: MARKETS[m][1]),
        "item-price": sold["price"], "ship-country": sold["market"].replace({"UK": "GB"}), "ship-city": "Anywhere",
    })  # fmt: skip
    for name, part in lines.groupby(region):
        yield _save(part, folder / f"orders-{name}.txt")
    back = sold[g.random(len(sold)) < RETURNED]
    returns = pd.DataFrame({
        "return-date": (back["stamp"] + pd.Timedelta(days=25)).dt.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        "order-id": back["order"], "sku": back["sku"], "asin": "B0", "fnsku": "X0", "product-name": "A product",
        "quantity": 1, "fulfillment-center-id": "LEX1", "detailed-disposition": "CUSTOMER_DAMAGED",
        "reason": g.choice(["DEFECTIVE", "UNWANTED_ITEM", "NOT_COMPATIBLE"], len(back)), "status": "",
        "license-plate-number": [f"LPN{n:09d}" for n in range(len(back))], "customer-comments": "",
    })  # fmt: skip
    yield _save(returns, folder / "returns.txt")
    said = sold[g.random(len(sold)) < CLAIMED]
    log = pd.DataFrame({
        "Ticket": [f"T{n:06d}" for n in range(len(said))], "Order number": said["order"],
        "Created": (said["stamp"] + pd.to_timedelta(g.integers(40, 360, len(said)), unit="D")).dt.strftime("%Y-%m-%d"),
        "SKU": said["sku"], "Price paid": said["price"],
        "Symptom": g.choice(["dead", "no connection", "weak battery", "Does not charge any more"], len(said)),
        "Decision": g.choice(["refund", "replacement", "repair"], len(said)),
    })  # fmt: skip
    yield _save(log, folder / "helpdesk.csv", ",")
    yield _save(_preview(sold), folder / "fees.txt")
    last = sold[sold["stamp"] >= sold["stamp"].max() - pd.Timedelta(days=365)]
    for name, part in last.groupby("market"):
        yield _save(_settlement(part, str(name)), folder / f"settlement-{name}.txt")


def _preview(sold: pd.DataFrame) -> pd.DataFrame:
    each = sold.drop_duplicates(["sku", "market"])
    kind = each["sku"].str[4:].astype(int).map(lambda n: KINDS[n % len(KINDS)])
    return pd.DataFrame({
        "sku": each["sku"], "asin": "B0", "amazon-store": each["market"], "product-name": "A fine " + kind,
        "your-price": each["price"], "sales-price": each["price"], "longest-side": 20, "median-side": 15,
        "shortest-side": 8, "unit-of-dimension": "centimeters", "item-package-weight": 500, "unit-of-weight": "grams",
        "product-size-tier": "Standard", "currency": each["market"].map(lambda m: MARKETS[m][1]),
        "estimated-referral-fee-per-unit": (0.08 * each["price"]).round(2),
        "expected-fulfillment-fee-per-unit": "--",
    })  # fmt: skip


def _settlement(part: pd.DataFrame, market: str) -> pd.DataFrame:
    body = []
    for kind, of, what, share in (
        ("Order", "ItemPrice", "Principal", 0.84), ("Order", "ItemPrice", "Tax", 0.16),
        ("Order", "ItemFees", "Commission", -0.08), ("Order", "ItemFees", "FBAPerUnitFulfillmentFee", -0.1),
    ):  # fmt: skip
        body.append(pd.DataFrame({
            "settlement-id": "1", "total-amount": "", "currency": "", "transaction-type": kind,
            "order-id": part["order"], "marketplace-name": MARKETS[market][0], "amount-type": of,
            "amount-description": what, "amount": (share * part["price"]).round(2),
            "posted-date-time": part["stamp"].dt.strftime("%Y-%m-%d %H:%M:%S UTC"), "sku": part["sku"],
        }))  # fmt: skip
    rows = pd.concat(body)
    total = {"settlement-id": "1", "total-amount": f"{rows['amount'].sum():.2f}", "currency": MARKETS[market][1]}
    head = pd.DataFrame({name: [total.get(str(name), "")] for name in rows.columns})
    return pd.concat([head, rows])


def _save(frame: pd.DataFrame, path: Path, separator: str = "\t") -> Path:
    frame.to_csv(path, sep=separator, index=False)
    return path


def run(step: str, *arguments: str) -> Step:
    """Run a command in a process of its own."""
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 1)
        os.execv(sys.executable, [sys.executable, "-m", "warrantysim", *arguments])
    _, status, used = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return Step(step, round(used.ru_utime + used.ru_stime, 1), round(used.ru_maxrss / 1024), code)


def main() -> int:
    """Write the files, run the steps, tell what they took."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--skus", type=int, default=300)
    asked.add_argument("--units", type=float, default=8.0, help="units a month of a product in a market")
    asked.add_argument("--without", nargs="*", default=[], metavar="STEP", help="steps to pass over, such as decide")
    asked.add_argument("--json", type=Path)
    stated = asked.parse_args()
    steps: list[Step] = []
    with tempfile.TemporaryDirectory() as place:
        folder, seller = Path(place) / "files", Path(place) / "seller"
        folder.mkdir()
        file = str(seller / "seller.yaml")
        sold = orders(stated.skus, stated.units, 1)
        made = [str(path) for path in files(sold, folder, 2)]
        size = sum(Path(path).stat().st_size for path in made) / 2**20
        print(f"{len(sold):,} order lines, {len(made)} files, {size:,.0f} MiB")
        once = ("--replications", str(YEARS), "--jobs", "1", "--quiet")
        for step, *arguments in (
            ("new", "new", str(seller), "--markets", ",".join(MARKETS)),
            ("import", "import", str(seller), *made),
            ("import again", "import", str(seller), *made),
            ("accept", "import", str(seller), "--accept", "all"),
            ("validate", "validate", file),
            ("fit", "fit", file, "--accept", "--quiet"),
            ("books", "books", file, *once),
            ("decide", "decide", file, *once),
        ):
            if step not in stated.without:
                steps.append(done := run(step, *arguments))
                print(f"{step:14} {done.seconds:8.1f} s {done.mebibytes:8,.0f} MiB   exit {done.code}", flush=True)
    if stated.json:
        stated.json.write_text(json.dumps([asdict(step) for step in steps]), "utf-8")
    return int(any(step.code for step in steps))


if __name__ == "__main__":
    sys.exit(main())
