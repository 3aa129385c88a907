"""Every figure of the reference seller's fees moves a ledger line, or stands on a list that says why it does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest

from warrantysim.claims.births import born_with_earlier
from warrantysim.files.loading import load_policy, load_scenario
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Run
from warrantysim.money.price import price
from warrantysim.schema.platform import PlatformFee
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

FIGURES = ("amount", "per_unit", "share", "minimum", "cap", "threshold")
INFORMATIVE = {
    ("removal", "US", "bulky", 1.0): "no bulky product is so light",
    ("removal", "US", "bulky", 2.0): "no bulky product is so light",
    ("removal", "US", "bulky", 4.0): "no bulky product is so light",
    ("removal", "US", "bulky", 10.0): "no bulky product is so light",
    ("referral", "US", "accessories", None): "no accessory is so dear",
    ("referral", "DE", "accessories", None): "no accessory is so dear",
    ("referral", "UK", "accessories", None): "no accessory is so dear",
    ("returns_processing", "US", "standard", None): "claims alone are not one order in ten",
    ("returns_processing", "US", "bulky", None): "claims alone are not one order in ten",
} | {
    ("liquidation_processing", market, "", band): "what is liquidated weighs less than half a kilogram"
    for market in ("US", "DE", "UK", "JP")
    for band in (1.0, None)
}
"""Rows whose band or condition the reference seller never meets."""


def place(row: PlatformFee) -> tuple[str, str, str, float | None]:
    return row.fee, row.market, row.tier, row.up_to


@cache
def seller() -> tuple[Scenario, tuple[tuple[Policy, Run], ...]]:
    """A quarter of the reference seller's sales under rules that between them read most of the table."""
    base = load_scenario("scenarios/base.yaml")
    small = base.replace(sales=[row.replace(units_per_month=row.units_per_month / 4) for row in base.sales])
    hubs: dict[str, Any] = {
        "name": "hubs",
        "rules": [{"cell": {}, "zones": [{"from": "0 USD", "do": "refund"}]}]
        + [
            {
                "cell": {"market": m},
                "zones": [{"from": "0 USD", "do": "repair_local", "partner": f"hub-test-{m.lower()}"}],
            }
            for m in base.market_ids
        ],
    }
    claims, before = born_with_earlier(small, 1, 0)
    rules = (base.policy, load_policy("scenarios/policies/all-home.yaml"), Policy.model_validate(hubs))
    return small, tuple((rule, simulate_run(small, rule, claims, 1, 0, earlier=before)) for rule in rules)


def billed(s: Scenario) -> Iterator[float]:
    return (float(np.abs(price(run, s, rule).reporting).sum()) for rule, run in seller()[1])


@cache
def stated() -> list[float]:
    return list(billed(seller()[0]))


def moves(i: int, figures: Sequence[str]) -> bool:
    """Whether doubling figures of a row of the table moves a line (a minimum is raised twentyfold)."""
    s = seller()[0]
    row = s.platform_fees[i]
    changed = {name: getattr(row, name) * (20 if name == "minimum" else 2) for name in figures}
    if row.fee == "refund_administration" and "share" in changed:
        changed["share"] = row.share / 2
    rows = [*s.platform_fees[:i], row.replace(**changed), *s.platform_fees[i + 1 :]]
    changed_bills = billed(s.replace(platform_fees=rows))
    return any(now != before for now, before in zip(changed_bills, stated(), strict=True))


def in_force(s: Scenario) -> list[int]:
    """Rows that no later row of the same key has taken the place of before the first claim is born."""
    return [
        i
        for i, row in enumerate(s.platform_fees)
        if not any(place(r) == place(row) and row.from_ < r.from_ <= s.horizon.begins for r in s.platform_fees)
    ]


def figures_of(row: PlatformFee) -> list[str]:
    return [name for name in FIGURES if getattr(row, name)]


def test_one_row_of_each_fee_and_market_moves_a_ledger_line() -> None:
    s = seller()[0]
    first = {(s.platform_fees[i].fee, s.platform_fees[i].market): i for i in reversed(in_force(s))}
    silent = [
        place(s.platform_fees[i])
        for i in first.values()
        if place(s.platform_fees[i]) not in INFORMATIVE and not moves(i, figures_of(s.platform_fees[i])[:1])
    ]
    assert silent == []


@pytest.mark.slow
def test_every_figure_moves_a_ledger_line_or_is_said_not_to() -> None:
    s = seller()[0]
    silent = {
        (*place(row), name)
        for i in in_force(s)
        for row in [s.platform_fees[i]]
        for name in figures_of(row)
        if not moves(i, [name])
    }
    assert {key[:4] for key in silent} == set(INFORMATIVE)
