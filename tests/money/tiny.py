"""A tiny seller with round prices.

Two products (TOY 1 kg without a battery, VAC 10 kg with one), two markets (US in USD without VAT, DE in EUR with 20 %),
a platform (FBA) and a shop (OWN). EUR is worth 1.20 USD until June 2027 and 1.50 USD from July, CNY always 0.10 USD.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario

TOY, VAC = 0, 1
US, DE = 0, 1
FBA, OWN = 0, 1
FIX, LEASE = 0, 1
AIR = 0
MISUSE, SOUND, BROKEN, DEAD = 0, 1, 2, 3
"""Faults of TOY; those of VAC follow in the same order."""

ROW = {"source": "made up", "mark": "A"}


def day(number: float) -> int:
    """Stamp of noon of a day of the horizon, 0 the first."""
    return round((number + 0.5) * DAY)


def _sku(name: str, **changes: Any) -> dict[str, Any]:
    stated = {
        "sku": name,
        "name_en": name,
        "name_zh": name,
        "category": "things",
        "size_class": "small",
        "weight_kg": 1.0,
        "length_cm": 10,
        "width_cm": 10,
        "height_cm": 10,
        "battery": "none",
        "hts": "0000.00",
        "mfn_share": 0.0,
        "s301_share": 0.25,
        "ex_works": 20.0,
        "guide_cost_per_unit": 0.0,
        "recovery_grade": "appliance",
    }
    return {**stated, **changes, **ROW}


def _terms(sku: str, market: str, price: float, landed: float) -> dict[str, Any]:
    return {
        "sku": sku,
        "market": market,
        "list_price": price,
        "currency": {"US": "USD", "DE": "EUR"}[market],
        "landed_cost": landed,
        "landed_currency": "USD",
        "warranty_days": 730,
        "full_days": 0,
        "referral_share": 0.15,
        "life_eta_days": 3000,
        "life_beta": 1.0,
        "early_share": 0.0,
        **ROW,
    }


def _fault(sku: str, fault: str, kind: str, share: float) -> dict[str, Any]:
    credit = 0.5 if kind == "repairable" else 0.0
    return {
        "sku": sku,
        "fault": fault,
        "kind": kind,
        "share": share,
        "skill": 1,
        "bench_minutes": 30,
        "parts_cost": 6.0,
        "supplier_recovery_share": credit,
        **ROW,
    }


def _market(code: str, tax: float, inclusive: bool, zone: str) -> dict[str, Any]:
    def sized(small: float, large: float) -> dict[str, str]:
        return {"small": f"{small} {code}", "mid": f"{small} {code}", "large": f"{large} {code}"}

    return {
        "title": {"en": code, "zh": code},
        "country": code[:2],
        "currency": code,
        "time_zone": zone,
        "tax_share": tax,
        "prices_include_tax": inclusive,
        "customer": {
            "ship_lag_days": 2,
            "label_unused_share": 0.1,
            "insist_money_early_share": 0,
            "insist_money_late_share": 0,
        },
        "parcel": {
            "card": f"card-{code}",
            "transit_days": 2,
            "loss_share": 0,
            "fulfilment": sized(5, 20),
            "kit": f"1.5 {code}",
        },
        "hub": {
            "receive": sized(2, 5),
            "test": sized(3, 6),
            "handling_days": 1,
            "storage_per_m3_month": f"30 {code}",
            "disposal_per_unit": f"0.25 {code}",
            "disposal_per_kg": f"0.5 {code}",
            "disposal_lithium_per_kg": f"2 {code}",
        },
        "china_default": "air",
        "china": {
            "air": {
                "out_lane": f"{code}-out",
                "back_lane": f"{code}-back",
                "consolidation": {"rule": "age", "age_days": 7},
                "out_days": 8,
                "back_days": 8,
            }
        },
    }


def _lanes(market: str, code: str) -> list[dict[str, Any]]:
    shared = {"market": market, "mode": "air", "currency": code, "per": "kg", **ROW}
    return [
        {"lane": f"{code}-out", "direction": "to_china", "minimum": 50, **shared},
        {"lane": f"{code}-back", "direction": "back", **shared},
    ]


def _bench(places: int = 1) -> dict[str, Any]:
    return {"technicians": places, "units_per_day": 10, "handling_days": 1, "calendar": "always"}


def _base() -> dict[str, Any]:
    faults = [("misuse", "excluded", 0.1), ("sound", "no_fault_found", 0.2), ("broken", "repairable", 0.5)]
    faults.append(("dead", "unrepairable", 0.2))
    kinds = [kind for _, kind, _ in faults]
    return {
        "schema_version": 1,
        "name": "tiny",
        "title": {"en": "Tiny", "zh": "小"},
        "horizon": {"first_day": "2027-01-01", "days": 365, "run_in_days": 60, "run_out_days": 60},
        "reporting_currency": "USD",
        "tariff_preset": "plain",
        "markets": {
            "US": _market("USD", 0.07, False, "America/New_York"),
            "DE": _market("EUR", 0.20, True, "Europe/Berlin"),
        },
        "channels": {
            "FBA": {
                "title": {"en": "FBA", "zh": "FBA"},
                "platform": True,
                "window_decider": "platform",
                "binding": "claim_date",
                "rail_days": 180,
                "platform_cost": "9 USD",
                "platform_recovery_share": 0.1,
            },
            "OWN": {
                "title": {"en": "Shop", "zh": "店"},
                "platform": False,
                "window_decider": "seller",
                "binding": "claim_date",
            },
        },
        "rails": {
            "US": {"fee_share": 0.01, "fee_fixed": "0.5 USD", "fx_spread_share": 0.02, "days": 0},
            "DE": {"fee_share": 0.0, "fee_fixed": "0.3 EUR", "fx_spread_share": 0.01, "days": 0},
        },
        "triage": {
            "contact_cost": "1 USD",
            "contact_delay_days": 0,
            "guide": {"effectiveness": 0.5, "cost_per_claim": "0.6 USD", "delay_days": 0},
            "evidence": {
                "none": {"dropout_share": 0, "excluded_sensitivity": 0, "delay_days": 0, "cost": "0 USD"},
                "photo": {"dropout_share": 0, "excluded_sensitivity": 0.5, "delay_days": 0, "cost": "0.4 USD"},
                "video": {"dropout_share": 0, "excluded_sensitivity": 0.7, "delay_days": 0, "cost": "0.9 USD"},
            },
            "denial": {
                "coupon": "10 USD",
                "coupon_cost_share": 0.4,
                "coupon_uptake_share": 0.2,
                "paid_repair_uptake_share": 0.1,
                "paid_repair_margin": "12 USD",
                "dispute_share": {"none": 0.2, "photo": 0.1, "video": 0.1},
                "dispute_lost_share": 0.5,
                "dispute_fee": "20 USD",
            },
        },
        "experience": {
            "grace_days": 10,
            "waiting_share_per_day": 0.01,
            "review_after_days": 20,
            "review_share": 0.05,
            "dispute_probability": 0.1,
            "dispute_shadow": "30 USD",
        },
        "recovery": {
            "swap_share": 0.8,
            "trade_share_of_price": {"appliance": 0.4},
            "b_stock_share": 0.5,
            "harvest_share": 0.1,
            "decay_share_per_month": 0.05,
            "liquidation_share": 0.1,
            "liquidation_fee_share": 0.15,
            "supplier_needs_unit": True,
            "supplier_days": 60,
        },
        "births": {
            "delivery_days": {"FBA": 2.0, "OWN": 2.0},
            "report_lag_days": 1.0,
            "propensity": {
                m: {"base": 1, "cheap_factor": 1, "half_price": f"10 {c}", "decline_per_year": 0}
                for m, c in (("US", "USD"), ("DE", "EUR"))
            },
        },
        "partners": {
            "fix": {
                "title": {"en": "Fix", "zh": "修"},
                "home": "both",
                "skill": 2,
                "yield_share": 0.9,
                "repair_warranty": {"days": 30, "covers": "labour_and_parts"},
                "tiers": {"kind": "all_units", "steps": [{"from_units": 3, "discount": 0.1}]},
                "payment_days": 10,
                "desks": {
                    "us": {
                        "currency": "USD",
                        "serves": ["US"],
                        "repaired": {"flat": "40 USD"},
                        "no_fault": "10 USD",
                        "beyond_repair": "12 USD",
                        "disposal": "3 USD",
                        "excluded": "11 USD",
                        "parts": {"mode": "cost_plus", "markup_share": 0.5},
                        "bench": _bench(),
                    },
                    "eu": {
                        "currency": "EUR",
                        "serves": ["DE"],
                        "receiving": "4 EUR",
                        "repaired": {"flat": "30 EUR"},
                        "no_fault": "8 EUR",
                        "beyond_repair": "9 EUR",
                        "parts": {"mode": "cost_plus"},
                        "bench": _bench(),
                    },
                },
            },
            "lease": {
                "title": {"en": "Lease", "zh": "租"},
                "home": "US",
                "skill": 2,
                "yield_share": 0.9,
                "payment_days": 0,
                "retainer_in_advance": True,
                "desks": {
                    "us": {
                        "currency": "USD",
                        "serves": ["US"],
                        "onboarding": "500 USD",
                        "retainer": {"per_month": "100 USD", "included_units": 2, "extra_unit": "25 USD"},
                        "minimum_per_month": "130 USD",
                        "parts": {"mode": "consigned", "mean": "7 USD"},
                        "bench": _bench(),
                    }
                },
            },
        },
        "partner_logistics": {"fix": {"outbound": "label"}},
        "china_bench": {
            "technicians": 1,
            "calendar": "always",
            "transfer_price_per_hour": "10 USD",
            "fixed_per_unit": "2 USD",
            "first_pass_yield": 1,
            "parts_stockout_share": 0,
            "parts_delay_days": 1,
            "bounce_share": 0,
            "landing_days": 1,
        },
        "china_customs": {
            "currency": "CNY",
            "import_entry": "600 CNY",
            "export_entry": "400 CNY",
            "truck_per_kg": "1.5 CNY",
            "truck_minimum": "300 CNY",
            "inspection_share": 0,
            "inspection_days": 3,
            "inspection_fee": "500 CNY",
            "vat_share": 0.13,
            "duty_share": 0.0,
            "repair_clock_days": 180,
            "extension_fee": "800 CNY",
            "capital_cost_share": 0.08,
            "rebate_share": 0.13,
            "rebate_battery_share": 0.0,
            **ROW,
        },
        "stock_rules": {"pick_days": 0, "pool_refused_share": 0},
        "calendars": {"always": {}},
        "decision": {"materiality": "100 USD"},
        "policy": {"name": "today", "rules": [{"cell": {}, "zones": [{"from": "0 USD", "do": "refund"}]}]},
        "skus": [
            _sku("TOY"),
            _sku("VAC", size_class="large", weight_kg=10.0, battery="in_equipment", ex_works=100.0),
        ],
        "sku_markets": [
            _terms("TOY", "US", 100.0, 30.0),
            _terms("TOY", "DE", 120.0, 36.0),
            _terms("VAC", "US", 400.0, 150.0),
            _terms("VAC", "DE", 480.0, 180.0),
        ],
        "sales": [
            {"sku": sku, "market": m, "channel": "OWN", "units_per_month": 1, **ROW}
            for sku in ("TOY", "VAC")
            for m in ("US", "DE")
        ],
        "faults": [_fault(sku, *fault) for sku in ("TOY", "VAC") for fault in faults],
        "symptoms": [
            {"kind": kind, "evidence": level, "symptom": "dead", "share": 1, **ROW}
            for kind in kinds
            for level in ("none", "photo", "video")
        ],
        "rate_cards": [
            {"card": f"card-{code}", "market": m, "kind": "weight_steps", "currency": code, "unit": "kg", **ROW}
            for m, code in (("US", "USD"), ("DE", "EUR"))
        ],
        "label_rates": [
            {"card": f"card-{code}", "up_to": up_to, "price": price, **ROW}
            for code in ("USD", "EUR")
            for up_to, price in ((2.0, 7.0), (31.5, 24.0))
        ],
        "freight_lanes": [*_lanes("US", "USD"), *_lanes("DE", "EUR")],
        "freight_breaks": [
            {"lane": f"{code}-{way}", "from_quantity": start, "rate": rate, **ROW}
            for code in ("USD", "EUR")
            for way, start, rate in (("out", 0, 6.0), ("out", 100, 3.0), ("back", 0, 5.0))
        ],
        "tariffs": [{"preset": "plain", "market": "US", "s301_factor": 1, **ROW}],
        "customs": [
            {
                "market": "US",
                "currency": "USD",
                "export_entry": 45,
                "import_entry": 110,
                "processing_share": 0.003464,
                "processing_min": 33.58,
                "exam_share": 0,
                "exam_days": 7,
                "exam_fee": 250,
                "import_tax_share": 0.0,
                "repaired_tax": "none",
                **ROW,
            },
            {
                "market": "DE",
                "currency": "EUR",
                "export_entry": 40,
                "import_entry": 60,
                "exam_share": 0,
                "exam_days": 2,
                "flat_duty_share": 0.02,
                "repaired_duty": "free",
                "import_tax_share": 0.2,
                "repaired_tax": "full",
                **ROW,
            },
        ],
        "platform_fees": [
            {"fee": "refund_administration", "market": m, "share": 0.2, "cap": 5, "currency": code, **ROW}
            for m, code in (("US", "USD"), ("DE", "EUR"))
        ],
        "fx": [
            {"currency": "EUR", "usd_per_unit": 1.2, **ROW},
            {"currency": "EUR", "usd_per_unit": 1.5, "from": "2027-07-01", **ROW},
            {"currency": "CNY", "usd_per_unit": 0.1, **ROW},
        ],
        "legal_floors": [
            {
                "market": "DE",
                "age_from_days": 0,
                "age_to_days": 730,
                "allowed": "refund|reship|repair_local|return_china",
                "chooser": "customer",
                "deduction": "terms",
                "refurbished": "yes",
                "article": "art. 1",
                **ROW,
            }
        ],
        "stock": [
            {"sku": sku, "market": m, "lead_days": 45, "pool_need": 1, **ROW}
            for sku in ("TOY", "VAC")
            for m in ("US", "DE")
        ],
    }


@lru_cache(maxsize=1)
def seller() -> Scenario:
    """The tiny seller."""
    return Scenario.model_validate(_base())


def seller_with(change: Callable[[dict[str, Any]], None]) -> Scenario:
    """The tiny seller after a change to what it states."""
    stated = copy.deepcopy(_base())
    change(stated)
    return Scenario.model_validate(stated)


MONEY_FIELDS = {
    *("ex_works", "list_price", "landed_cost", "parts_cost", "guide_cost_per_unit"),
    *("price", "rate", "minimum", "fixed", "export_entry", "import_entry", "processing_min", "exam_fee", "cap"),
}
"""Fields of table rows that hold money as bare numbers."""
AMOUNT = re.compile(r"^([\d.]+) ([A-Z]{3})$")


def scale(stated: Any, k: float) -> Any:
    """Multiply every amount of money stated, in place; exchange rates, shares and sizes stay."""
    for key, value in stated.items() if isinstance(stated, dict) else enumerate(stated):
        if isinstance(value, (dict, list)):
            scale(value, k)
        elif isinstance(value, str) and (found := AMOUNT.match(value)):
            stated[key] = f"{float(found[1]) * k} {found[2]}"
        elif key in MONEY_FIELDS:
            stated[key] = value * k
    return stated
