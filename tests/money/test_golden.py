"""The one-shot table of the demo seller's US market, to every printed digit, by the code that prices the product.

Each option of each product is the mean over what can become of one claim, priced by `price`: a claim without fault, one
misused, one repaired and one that cannot be.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.money.shipped import day, shipped
from tests.worlds import claims_at, partner, policy_of, way, world
from warrantysim.journeys.events import simulate_run
from warrantysim.money.categories import Category, Kind
from warrantysim.money.price import price
from warrantysim.money.transport import RateCards
from warrantysim.schema.platform import PlatformFee
from warrantysim.schema.products import Sku
from warrantysim.schema.root import Scenario
from warrantysim.schema.shipping import LabelRate, RateCard

TODAY = day("2027-03-01")
NO = np.nan
RECEIVE = {"small": 2.0, "mid": 3.0, "large": 5.0}
TEST = {"small": 2.5, "mid": 4.0, "large": 6.0}

# price, landed, r, f, nff, misuse, local q and y, China b, y and d
INPUTS = {
    "CHG-65": (29.99, 9.80, 0.15, 5.2, 0.25, 0.05, NO, NO, NO, NO, NO),
    "CBL-100": (14.99, 3.90, 0.15, 5.0, 0.20, 0.10, NO, NO, NO, NO, NO),
    "BUD-ANC": (59.99, 21.0, 0.15, 5.2, 0.35, 0.05, NO, NO, 7.0, 0.75, 0.0),
    "PLG-4P": (32.99, 12.5, 0.15, 5.8, 0.45, 0.02, NO, NO, 5.0, 0.80, 0.25),
    "PWB-20K": (45.99, 18.5, 0.15, 6.5, 0.20, 0.08, NO, NO, NO, NO, NO),
    "VAC-L10": (399.0, 172.0, 0.15, 24.0, 0.30, 0.08, 58.0, 0.80, 24.0, 0.92, 0.25),
    "AIR-200": (129.0, 55.0, 0.15, 18.0, 0.40, 0.03, 40.0, 0.75, 14.0, 0.92, 0.25),
    "CAM-2CH": (149.99, 58.0, 0.08, 6.5, 0.30, 0.05, 42.0, 0.60, 15.0, 0.90, 0.0),
    "PRJ-FHD": (289.0, 126.0, 0.08, 9.5, 0.28, 0.06, 72.0, 0.55, 34.0, 0.88, 0.25),
    "ERC-6": (16.99, 3.60, 0.15, 5.0, 0.05, 0.15, NO, NO, NO, NO, NO),
    "IPC-2K": (49.99, 17.0, 0.08, 5.5, 0.45, 0.03, NO, NO, 6.5, 0.80, 0.0),
    "SWT-FIT": (79.99, 30.0, 0.15, 5.2, 0.30, 0.10, 34.0, 0.40, 9.0, 0.82, 0.075),
}
# size class, label (2 digits), then refund, reship, local, China by air, China by sea (1 digit)
PRINTED = {
    "CHG-65": ("small", 5.26, 26.4, 15.0, NO, NO, NO),
    "CBL-100": ("small", 5.26, 13.2, 8.9, NO, NO, NO),
    "BUD-ANC": ("small", 5.26, 52.8, 26.2, NO, 23.6, 23.0),
    "PLG-4P": ("small", 7.07, 29.0, 18.3, NO, 24.2, 23.0),
    "PWB-20K": ("small", 9.17, 40.5, 25.0, NO, NO, NO),
    "VAC-L10": ("large", 24.12, 344.1, 196.0, 110.7, 133.5, 100.5),
    "AIR-200": ("large", 20.10, 113.5, 73.0, 75.7, 93.6, 71.6),
    "CAM-2CH": ("small", 9.17, 140.4, 64.5, 54.8, 37.9, 35.2),
    "PRJ-FHD": ("mid", 12.60, 270.5, 135.5, 96.2, 77.0, 68.8),
    "ERC-6": ("small", 5.26, 15.0, 8.6, NO, NO, NO),
    "IPC-2K": ("small", 7.07, 46.8, 22.5, NO, 24.1, 23.1),
    "SWT-FIT": ("small", 6.06, 70.4, 35.2, 39.0, 26.2, 25.4),
}


BEYOND, BACK, SCRAP = 12.0, 1.8, 4.0
"""A partner's fee for a unit beyond repair; what brings one unit back from China; scrapping one there [USD]."""
RATES = {"air": (3.0, 5.5), "sea": (1.0, 1.6)}
"""Freight to China and back [USD per kg]."""
OPTIONS = ("refund", "reship", "local", "air", "sea")


def usd(value: float) -> str:
    return f"{value} USD"


@cache
def place(name: str) -> Scenario:
    """A US market in which one product costs what the table takes for it, and nothing else costs anything."""
    cost, landed, r, f, _, _, q, _, b, _, d = INPUTS[name]
    size = PRINTED[name][0]
    product = next(row for row in shipped(Sku, "skus") if row.sku == name)
    sides = {n: getattr(product, n) for n in ("weight_kg", "length_cm", "width_cm", "height_cm")}
    free = {s: usd(0) for s in ("small", "mid", "large")}
    desk = {
        "repaired": {"flat": usd(0 if np.isnan(q) else q)},
        "no_fault": usd(0),
        "excluded": usd(0),
        "beyond_repair": usd(BEYOND),
        "receiving_by_size": {s: usd(RECEIVE[s] + TEST[s]) for s in RECEIVE},
    }
    lanes = [
        {"lane": f"US-{w}-{end}", "market": "US", "direction": to, "mode": w, "currency": "USD", "per": "kg"}
        | {"cm3_per_kg": 6000, "fixed": BACK if end == "back" else 0}
        for w in RATES
        for end, to in (("out", "to_china"), ("back", "back"))
    ]
    breaks = [
        {"lane": f"US-{w}-{end}", "from_quantity": 0, "rate": rate}
        for w, both in RATES.items()
        for end, rate in zip(("out", "back"), both, strict=True)
    ]
    customs = {"market": "US", "currency": "USD", "export_entry": 0, "import_entry": 0, "exam_share": 0, "exam_days": 0}
    admin = next(x for x in shipped(PlatformFee, "platform_fees") if x.fee == "refund_administration")
    platform = {"platform": True, "window_decider": "seller", "binding": "order_date", "rail_days": 999}
    faults = [
        {"sku": "A", "fault": kind, "kind": kind, "share": share, "bench_minutes": 60, "parts_cost": 0}
        | {"supplier_recovery_share": 0}
        for kind, share in (
            ("no_fault_found", 0), ("excluded", 0), ("repairable", 1), ("unrepairable", 0), ("user_fixable", 0),
            ("battery_safety", 0),
        )
    ]  # fmt: skip
    return world(
        sku_of=sides | {"size_class": size, "s301_share": 0 if np.isnan(d) else d, "ex_works": landed / 2},
        terms_of={"list_price": cost, "landed_cost": landed, "referral_share": r},
        faults=faults,
        markets={
            "US": {
                "parcel": {"card": "USPS-GA", "zone": "5", "fulfilment": {s: usd(f) for s in free}},
                "hub": {
                    "receive": {s: usd(v) for s, v in RECEIVE.items()},
                    "test": {s: usd(v) for s, v in TEST.items()},
                    "storage_per_m3_month": usd(0),
                    "disposal_per_unit": usd(0),
                    "disposal_per_kg": usd(0),
                    "disposal_lithium_per_kg": usd(0),
                },
                "china": {w: way("US", w, consolidation={"rule": "count", "count": 1}) for w in RATES},
            }
        },
        channels={"OWN": {"title": {"en": "P", "zh": "P"}, **platform}},
        platform_fees=[admin.model_dump(by_alias=True)],
        rate_cards=[x.model_dump(by_alias=True) for x in shipped(RateCard, "rate_cards") if x.card == "USPS-GA"],
        label_rates=[x.model_dump(by_alias=True) for x in shipped(LabelRate, "label_rates") if x.card == "USPS-GA"],
        freight_lanes=lanes,
        freight_breaks=breaks,
        customs=[customs | {"import_tax_share": 0}],
        tariffs=[{"preset": "none", "market": "US", "s301_factor": 1}],
        triage={"contact_cost": usd(0)},
        recovery={"harvest_share": 0, "liquidation_share": 0, "trade_share_of_price": {"none": 0}},
        partners={"P": partner(9, desk=desk)},
        china_bench={
            "transfer_price_per_hour": usd(0 if np.isnan(b) else b),
            "fixed_per_unit": usd(0),
            "nff_minutes": 0,
            "disposal_per_unit": usd(SCRAP),
        },
        china_customs={"repair_route": "hong_kong"},
    )


def paid(name: str, rule: str, kind: str) -> float:
    """Cash one claim of a kind costs under a rule, by the ledger."""
    s = place(name)
    ledger = price(simulate_run(s, policy_of(rule), claims_at(s, [50.0], fault=kind, price=INPUTS[name][0]), 1, 0), s)
    return float(ledger.reporting[(ledger.kind == Kind.CASH) & (ledger.root >= 0)].sum())


@cache
def cost(name: str, option: str) -> float:
    """Expected cost of an option for a product; NaN where it does not exist."""
    _, _, _, _, nff, misuse, q, y_local, b, y_china, _ = INPUTS[name]
    if option in {"refund", "reship"}:
        return paid(name, option, "repairable")
    local = option == "local"
    if np.isnan(q if local else b):
        return NO
    rule = "repair_local P" if local else f"return_china {option}"
    mended = y_local if local else y_china
    sound = nff + misuse
    shares = {"no_fault_found": nff, "excluded": misuse}
    shares |= {"repairable": (1 - sound) * mended, "unrepairable": (1 - sound) * (1 - mended)}
    return sum(share * paid(name, rule, kind) for kind, share in shares.items())


@pytest.mark.parametrize("sku", list(PRINTED))
def test_every_digit_of_the_golden_table_is_what_the_ledger_books(sku: str) -> None:
    size, label, *printed = PRINTED[sku]
    product = next(row for row in shipped(Sku, "skus") if row.sku == sku)
    cards = RateCards(shipped(RateCard, "rate_cards"), shipped(LabelRate, "label_rates"))
    dims = np.array([(product.length_cm, product.width_cm, product.height_cm)])
    assert product.size_class == size
    assert cards.label_cost("USPS-GA", np.array([product.weight_kg]), dims, "5", np.array([TODAY]))[0] == label
    assert [f"{cost(sku, option):.1f}" for option in OPTIONS] == [f"{value:.1f}" for value in printed]


def test_the_robot_vacuum_adds_up_step_by_step() -> None:
    assert cost("VAC-L10", "local") == pytest.approx(35.12 + 0.38 * 24 + 0.62 * (0.8 * 82 + 0.2 * 208))


def test_of_a_referral_fee_given_back_the_ledger_keeps_five_dollars_of_a_vacuum() -> None:
    s = place("VAC-L10")
    ledger = price(simulate_run(s, policy_of("refund"), claims_at(s, [50.0], price=399.0), 1, 0), s)
    assert ledger.amount[ledger.category == Category.REFUND_ADMINISTRATION].tolist() == [5.0]


def test_no_single_price_orders_the_best_options() -> None:
    def best(name: str) -> str:
        return min((o for o in OPTIONS if not np.isnan(cost(name, o))), key=lambda o: cost(name, o))

    assert best("PLG-4P") == "reship"  # 33 dollars
    assert best("SWT-FIT") == "sea"  # 80 dollars
    assert best("BUD-ANC") == "sea"  # 60 dollars
    assert cost("AIR-200", "local") > cost("AIR-200", "reship")  # 129 dollars
