"""The reference seller made small enough for every day: all its features, few products, half a year, few replications.

It is made from the shipped scenario in a folder of its own, with two what-ifs, a rule by hand, broken scenarios, and
another seller of two products who has books.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.fitting.drawn_books import drawn, written
from tests.fitting.drawn_books import seller as own_seller
from warrantysim.files.loading import load_scenario
from warrantysim.files.writing import whole_text
from warrantysim.packs.markets import FOLDER
from warrantysim.schema.root import Scenario

SHIPPED = Path(__file__).resolve().parents[2] / "scenarios"
"""Where the reference seller is."""

SOLD = {
    "VAC-L10": ("US", "DE"),
    "SWT-FIT": ("US", "UK"),
    "PWB-20K": ("US",),
    "CHG-65": ("JP",),
}
"""Markets in which a product is still sold, at half the units: dear and cheap, with and without lithium, four
currencies, all three quotes."""
UNSURE = (
    "triage.nff_return_share",
    "recovery.swap_share",
    "partners.flatfix-us.yield_share",
)
"""Assumed inputs whose ranges are still stated."""

SMALL = """\
extends: base.yaml
name: small
title: {en: Small reference seller, zh: 小型参考卖家}
why: The reference seller with few products, half a year and few replications.
set:
  horizon.days: 181
  horizon.run_in_days: 60
  horizon.run_out_days: 60
  plan.replications: 2
  decision.bands: 4
  decision.training_replications: 1
  decision.selection_replications: 1
  decision.judging_replications: 4
  decision.confirm_replications: 2
  decision.robust_draws: 1
  decision.iterations: 1
  decision.neighbours: 4
  decision.materiality: 50 USD
"""

SIGNED = """\
name: signed
title: {en: FlatFix signed, zh: 签约 FlatFix}
why: A rule by hand that repairs vacuums in Texas and watches in China, and else is today's.
rules:
  - cell: {}
    zones:
      - {from: 0 USD, do: refund}
      - {from: 25 USD, do: reship}
  - cell: {market: US, sku: VAC-L10}
    zones:
      - {from: 0 USD, do: reship}
      - {from: 60 USD, do: repair_local, partner: flatfix-us}
  - cell: {market: US}
    zones:
      - {from: 0 USD, do: refund}
      - {from: 25 USD, do: reship}
      - {from: 100 USD, do: repair_local, partner: hub-test-us}
  - cell: {market: DE}
    zones:
      - {from: 0 USD, do: refund}
      - {from: 25 USD, do: reship}
      - {from: 100 USD, do: repair_local, partner: hub-test-de}
  - cell: {market: UK}
    zones:
      - {from: 0 USD, do: reship}
      - {from: 40 USD, do: return_china, partner: air}
evidence:
  - {from: 25 USD, level: photo}
  - {from: 150 USD, level: video}
fallback: [reship, refund]
effective: horizon
"""

MISTYPED = """\
extends: small.yaml
name: mistyped
title: {en: Mistyped, zh: 写错}
why: Changes of what is not there.
set:
  horizon.dayz: 181
  markets.FR.tax_share: 0.2
  sales[VAC-L10,US].units_per_month: 3
  skus[VAC-L1O].weight_kg: 3
  partners.flatfix.yield_share: 0.9
"""

BROKEN = """\
extends: small.yaml
name: broken
title: {en: Broken, zh: 有误}
why: Figures, names and units that cannot be.
set:
  horizon.run_in_days: -3
  plan.confidence: 95
  decision.materiality: 50
  decision.rounding: five
  decision.cell: [sku, country]
  markets.US.currency: USDollar
  partners.flatfix-us.yield_share: 88 %
  partners.flatfix-us.desks.US.repaired.by_sku.VAC-L10: 58 euros
  partners.tierwerk-de.desks.DE.bench.calendar: de_workday
  freight_breaks[US-CN-air,0].rate: {times: -1.4}
  tariff_preset: 301
"""

WHAT_IFS = ("freight-up-40", "flatfix-out")
"""Shipped what-ifs, made what-ifs of the small seller."""


def make(folder: Path) -> Path:
    """Write the small seller, its what-ifs and its rule by hand; the folder of the scenarios."""
    there = folder / "seller"
    shutil.copytree(SHIPPED, there)
    _rewrite(there / "tables" / "sales.csv", _still_sold)
    _rewrite(there / "tables" / "assumptions.csv", lambda row: row if row["path"] in UNSURE else None)
    sure = [path for path in _paths(FOLDER / "tables" / "assumptions.csv") if path not in UNSURE]
    with (there / "base.yaml").open("a", encoding="utf-8") as base:
        base.write(f"rows: {{assumptions: {{drop: {json.dumps(sure)}}}}}\n")
    (there / "small.yaml").write_text(SMALL, "utf-8")
    (there / "mistyped.yaml").write_text(MISTYPED, "utf-8")
    (there / "broken.yaml").write_text(BROKEN, "utf-8")
    (there / "policies" / "signed.yaml").write_text(SIGNED, "utf-8")
    for name in WHAT_IFS:
        text = (there / f"{name}.yaml").read_text("utf-8")
        assert "extends: base.yaml" in text
        (there / f"{name}.yaml").write_text(text.replace("extends: base.yaml", "extends: small.yaml"), "utf-8")
    (there / "own.yaml").write_text(whole_text(stated(4000)), "utf-8")
    books = drawn(stated(2500))
    written(books, there / "own-books")
    claims = books.table("claims")
    paid = claims.assign(refunded=90.0, currency="USD", closed=claims["opened"], decision="refund")
    written(books.with_(claims=paid), there / "paid-books")
    return there


def stated(eta: float) -> Scenario:
    """A seller of two products with books, whose lives have a characteristic length [days]."""
    return own_seller(60, ("A", "B"), terms_of={"life_eta_days": eta}, plan={"replications": 4})


def _paths(table: Path) -> list[str]:
    """Figures of the reference seller's markets that a table of the packs states a range for."""
    held = {row.path for row in load_scenario(SHIPPED / "base.yaml").assumptions}
    with table.open(encoding="utf-8", newline="") as file:
        return [row["path"] for row in csv.DictReader(file) if row["path"] in held]


def _still_sold(row: dict[str, str]) -> dict[str, str] | None:
    if row["market"] not in SOLD.get(row["sku"], ()):
        return None
    return {**row, "units_per_month": f"{float(row['units_per_month']) / 2:g}"}


def _rewrite(path: Path, change: Callable[[dict[str, str]], dict[str, str] | None]) -> None:
    """Change the rows of a table; a row for which there is None is left out."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [new for row in rows if (new := change(row)) is not None]
    assert kept, f"nothing is left of {path.name}"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
