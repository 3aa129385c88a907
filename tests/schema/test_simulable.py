"""What a run would break on is found when the scenario is read, and named: product, market, card, limit."""

from __future__ import annotations

from typing import Any

import pytest

from tests import worlds
from tests.files.broken import Cases, is_told, problems_of

SOLD = {"sales": [{"sku": "A", "market": "US", "channel": "OWN", "units_per_month": 10}]}
POUNDS = [{"card": "flat", "kind": "weight_steps", "currency": "USD", "unit": "lb"}]

CASES: Cases = {
    "a product heavier than the card": (
        {**SOLD, "sku_of": {"weight_kg": 35}},
        "skus[A].weight_kg: A is billed as 35 kg; card 'flat' of US carries up to 30 kg; add a rate for it",
    ),
    "the same in pounds": (
        {**SOLD, "sku_of": {"weight_kg": 14}, "rate_cards": POUNDS},
        "skus[A].weight_kg: A is billed as 30.86 lb (14 kg); card 'flat' of US carries up to 30 lb (13.6 kg)",
    ),
    "a light product that is too large": (
        {**SOLD, "rate_cards": [POUNDS[0] | {"unit": "kg", "divisor": 100}]},
        "skus[A].length_cm: A is billed as 60 kg; card 'flat' of US carries up to 30 kg",
    ),
    "a card that shrinks in the year": (
        {
            **SOLD,
            "sku_of": {"weight_kg": 20},
            "label_rates": [{"card": "flat", "up_to": 15, "price": 8}, {"card": "flat", "up_to": 30, "price": 9}],
            "rate_cards": [POUNDS[0] | {"unit": "kg"}, POUNDS[0] | {"from": "2027-06-01"}],
        },
        "skus[A].weight_kg: A is billed as 44.09 lb (20 kg); card 'flat' of US carries up to 30 lb (13.6 kg)",
    ),
    "a card without a price on the first day": (
        {**SOLD, "label_rates": [{"card": "flat", "up_to": 30, "price": 8, "from": "2027-01-04"}]},
        "markets.US.parcel.card: card 'flat' of US has no price on 2026-12-05, the first day claims are born",
    ),
    "a freight lane without a rate on the first day": (
        {**SOLD, "freight_breaks": [
            {"lane": f"US-sea-{end}", "from_quantity": 0, "rate": 4, "from": "2027-06-01"} for end in ("out", "back")
        ]},
        "markets.US.china.sea.out_lane: freight lane 'US-sea-out' has no rate from 0 on 2026-12-05, the first day",
    ),
    "faults that leave nothing to claim without a fault": (
        {
            **SOLD,
            "births": {"opportunistic": {"US": [{"from": "0 USD", "share": 0.1}]}},
            "faults": [{"sku": "A", "fault": "x", "kind": "excluded", "share": 1, "bench_minutes": 1, "parts_cost": 0,
                        "supplier_recovery_share": 0}],
        },
        "faults: expected a fault of kind no_fault_found for A, since births.opportunistic has owners in US",
    ),
    "sales before the terms of sale": (
        {**SOLD, "terms_of": {"from": "2027-03-01"}},
        "sales[A,US,OWN]: A is sold in US from 2025-12-05, but sku_markets has terms only from 2027-03-01",
    ),
    "more units than memory holds": (
        {"sales": [SOLD["sales"][0] | {"units_per_month": 1e8}]},
        "sales[A,US,OWN].units_per_month: 2.6e+09 units are sold in the months a run sees, most of them here",
    ),
    "more replications than a life": (
        {"plan": {"replications": 10**7}},
        "plan.replications: expected a number of at most 100000",
    ),
    "a price beyond sums": (
        {"terms_of": {"list_price": 1e300}},
        "sku_markets.0.list_price: expected a number of at most 1e+12, got 1e+300",
    ),
    "a cost beyond sums": (
        {"triage": {"contact_cost": "1e200 USD"}},
        "triage.contact_cost: expected an amount of at most",
    ),
    "a rate that is none": (
        {"fx": [{"currency": "CNY", "usd_per_unit": 1e-320}]},
        "fx.0.usd_per_unit: expected a number of at least 1e-09",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), CASES.values(), ids=CASES)
def test_what_no_run_could_do_is_refused_with_its_place(changes: dict[str, Any], told: str) -> None:
    is_told(changes, told)


def test_a_product_that_is_not_sold_in_a_market_needs_no_card_there() -> None:
    assert worlds.world(sku_of={"weight_kg": 35}).skus[0].weight_kg == 35


def test_a_card_with_further_steps_carries_any_weight() -> None:
    rates = [{"card": "flat", "up_to": 30, "price": 8, "step": 1, "step_price": 2}]
    assert worlds.world(sku_of={"weight_kg": 35}, label_rates=rates, **SOLD).skus[0].weight_kg == 35


def test_listed_claims_need_a_card_too() -> None:
    listed = {"claim": "c", "opened_day": 1, "sku": "A", "market": "US", "value": 100}
    assert "A is billed as 35 kg" in problems_of(sku_of={"weight_kg": 35}, claims_table=[listed])[0]


@pytest.mark.parametrize(
    "spread",
    [
        {"lognormal": {"median": 4, "sigma": 40}},
        {"weibull": {"eta": 4, "beta": 0.001}},
        {"gamma": {"mean": 1, "cv": 1e9}},
    ],
    ids=str,
)
def test_a_distribution_whose_spread_is_beyond_all_figures_is_refused(spread: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"expected (sigma|beta|cv) from"):
        worlds.world(births={"report_lag_days": spread})


def test_sales_of_no_product_are_refused() -> None:
    nameless = [SOLD["sales"][0] | {"sku": ""}]
    assert problems_of(sales=nameless)[0] == "sales[,US,OWN].sku: unknown SKU ''; expected one of A"
