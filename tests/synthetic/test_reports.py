"""What a synthetic seller's files say is what happened to him, no more and no less but for the noise that is stated."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.synthetic.reports import Books, write_reports
from tests.synthetic.seller import SyntheticSeller, drawn
from warrantysim.schema.sold_units import month_number

Files = dict[str, list[Path]]


@pytest.fixture(scope="module")
def seller() -> SyntheticSeller:
    return drawn(8, months=24, products=2, markets=("US", "DE"), units=(60.0, 90.0))


@pytest.fixture(scope="module")
def files(seller: SyntheticSeller, tmp_path_factory: pytest.TempPathFactory) -> Files:
    return write_reports(seller, tmp_path_factory.mktemp("reports"))


def read(paths: list[Path], sep: str = "\t") -> pd.DataFrame:
    """All rows of some files, those that two files share once."""
    parts = [pd.read_csv(path, sep=sep, dtype=str, encoding="cp1252", keep_default_na=False) for path in paths]
    return pd.concat(parts, ignore_index=True).drop_duplicates()


def test_orders_that_were_sold_are_the_units_of_the_history(seller: SyntheticSeller, files: Files) -> None:
    rows = read(files["all_orders"])
    sold = rows[
        (rows["order-status"] == "Shipped") & (rows["item-price"] != "0.00") & ~rows["sku"].str.startswith("amzn")
    ]
    c = seller.ready.cohorts
    history = c.units[c.month < month_number(seller.today.isoformat()[:7])].sum()
    # A month begins with the market's midnight: the last hours of one in UTC are of the next.
    assert sold["quantity"].astype(int).sum() == pytest.approx(history, abs=8)
    assert {"Cancelled", "Pending"} < set(rows["order-status"])


def test_every_claim_of_the_history_is_in_one_report(seller: SyntheticSeller, files: Files) -> None:
    now = pd.Timestamp(seller.today)
    claims = seller.claims
    seen = claims[(claims["opened"] < now) & ~((claims["route"] == "PLATFORM") & (claims["closed"] >= now))]
    failed = {"DEFECTIVE", "DAMAGED_BY_FC", "QUALITY_UNACCEPTABLE"}
    back = read(files["fba_returns"])
    back = back[back["detailed-disposition"].eq("DEFECTIVE") & ~back["sku"].str.startswith("amzn")]
    assert set(back["reason"]) <= failed
    asked = read(files["mfn_returns"])
    asked = asked[asked["Return Reason"] == "CR-DEFECTIVE"]
    log = read(files["claims_log"], ",")
    assert len(back) + len(asked) + len(log) == len(seen)
    assert len(log) > 0 < len(asked)


def test_refunds_posted_are_the_ledgers_and_those_without_a_fault(seller: SyntheticSeller, files: Files) -> None:
    posted = read([path for path in files["settlement"] if "-us-" in path.name])
    money = posted[(posted["transaction-type"] == "Refund") & (posted["amount-description"] == "Principal")]
    books = Books(seller)
    year = books.now - pd.DateOffset(months=12)
    mine = books.claims[(books.claims["market"] == "US") & (books.claims["spent_rail_fee"] == 0)]
    mine = mine[(mine["refunded"] >= year) & (mine["refunded"] < books.now)]
    plain = books.remorse[(books.remorse["market"] == "US") & (books.remorse["returned"] >= year)]
    assert mine["spent_refund"].sum() > 100
    assert -money["amount"].astype(float).sum() == pytest.approx(
        mine["spent_refund"].sum() + plain["price"].sum(), abs=2
    )


def test_the_same_seed_writes_the_same_files(seller: SyntheticSeller, files: Files, tmp_path: Path) -> None:
    again = write_reports(seller, tmp_path)
    for kind, paths in files.items():
        assert [path.read_bytes() for path in paths] == [path.read_bytes() for path in again[kind]], kind


def test_what_the_seller_says_differs_from_the_truth_in_what_he_cannot_know(seller: SyntheticSeller) -> None:
    assert seller.said.sku_ids == seller.truth.sku_ids
    assert [row.early_share for row in seller.said.sku_markets] != [row.early_share for row in seller.truth.sku_markets]
    history = {row.key: row.units_per_month for row in seller.truth.sales if row.month < seller.today.isoformat()[:7]}
    assert history.items() <= {row.key: row.units_per_month for row in seller.said.sales}.items()
