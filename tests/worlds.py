"""Tiny complete scenarios for laws: one product, one market, round numbers, no luck unless a test asks for it.

``world(**changes)`` states only what a test is about. Nested mappings are merged, so that
``world(markets={"US": {"stock_wait_days": 3}})`` changes one number and leaves all others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from warrantysim.claims.columns import Claims, Origin, as_roots, in_order
from warrantysim.claims.digest import mixed, stable_number
from warrantysim.schema.clock import DAY, seconds
from warrantysim.schema.contracts import Partner
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

KINDS = ("user_fixable", "no_fault_found", "excluded", "battery_safety", "repairable", "unrepairable")
"""Every product of a tiny world has one fault of each kind, named after it."""
ALWAYS = "always"
"""The calendar that never closes."""

CONTACT, PICK, TRANSIT, SHIP_LAG, HUB, HANDLING = 0.5, 1.0, 2.0, 3.0, 1.0, 1.5
"""Durations of the tiny world [days]: first answer, pick, parcel, customer's delay, hub test, partner's handling."""
OUT, BACK, LANDING = 5.0, 10.0, 2.0
"""Freight to China, freight back, customs point to bench [days]."""
SAFE_SYMPTOMS = dict.fromkeys(KINDS, "dead") | {"battery_safety": "hot_or_swollen"}


def merged(stated: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``stated`` with ``changes`` on top; mappings are merged key by key, everything else is replaced."""
    out = dict(stated)
    for key, value in changes.items():
        both = isinstance(out.get(key), Mapping) and isinstance(value, Mapping)
        out[key] = merged(out[key], value) if both else value
    return out


def usd(value: float) -> str:
    """Dollars as scenarios write them."""
    return f"{value} USD"


def sku(name: str = "A", **changes: Any) -> dict[str, Any]:
    """A small product of 1 kg and 6 litres, without a battery."""
    return merged(
        {
            "sku": name,
            "name_en": name,
            "name_zh": name,
            "category": "things",
            "size_class": "small",
            "weight_kg": 1.0,
            "length_cm": 30,
            "width_cm": 20,
            "height_cm": 10,
            "battery": "none",
            "hts": "8504.40",
            "mfn_share": 0.0,
            "s301_share": 0.25,
            "ex_works": 20.0,
            "guide_cost_per_unit": 0.1,
        },
        changes,
    )


def terms(name: str = "A", market: str = "US", **changes: Any) -> dict[str, Any]:
    """Price 100, landed 40, a warranty of a year; units live for ever unless a test says otherwise."""
    return merged(
        {
            "sku": name,
            "market": market,
            "list_price": 100.0,
            "currency": "USD",
            "landed_cost": 40.0,
            "landed_currency": "USD",
            "warranty_days": 365,
            "full_days": 0,
            "referral_share": 0.15,
            "life_eta_days": 1e9,
            "life_beta": 1.0,
            "early_share": 0.0,
        },
        changes,
    )


def faults(name: str = "A", **shares: float) -> list[dict[str, Any]]:
    """One fault of each kind; all claims are repairable at level 1 unless shares say otherwise."""
    shares = shares or {"repairable": 1.0}
    return [
        {
            "sku": name,
            "fault": kind,
            "kind": kind,
            "share": shares.get(kind, 0.0),
            "skill": 1,
            "bench_minutes": 60,
            "parts_cost": 3,
            "supplier_recovery_share": 0,
        }
        for kind in KINDS
    ]


def symptoms(**shown: str) -> list[dict[str, Any]]:
    """Every kind shows one symptom whatever the evidence: 'dead', a safety fault 'hot_or_swollen'."""
    shows = SAFE_SYMPTOMS | shown
    return [
        {"kind": kind, "evidence": level, "symptom": name, "share": 1.0}
        for level in ("none", "photo", "video")
        for kind, name in shows.items()
    ]


def bench(technicians: int = 1, **changes: Any) -> dict[str, Any]:
    """Technicians who work day and night at full rate, on any number of waiting units."""
    return {
        "technicians": technicians,
        "units_per_day": 32.0 * technicians,
        "standard_minutes": 45,
        "triage_minutes": 12,
        "handling_days": HANDLING,
        "calendar": ALWAYS,
    } | changes


def partner(technicians: int = 1, serves: Sequence[str] = ("US",), **changes: Any) -> dict[str, Any]:
    """A partner that repairs everything up to level 2 for 20 dollars, parts included."""
    bench_changes = changes.pop("bench", {})
    desk_changes = changes.pop("desk", {})
    desk = {
        "currency": "USD",
        "serves": list(serves),
        "repaired": {"flat": usd(20)},
        "no_fault": usd(8),
        "beyond_repair": usd(9),
        "excluded": usd(7),
        "tested": usd(6),
        "parts": {"mode": "included"},
        "bench": bench(technicians, **bench_changes),
    } | desk_changes
    stated = {
        "title": {"en": "Partner", "zh": "伙伴"},
        "home": "US",
        "desks": {"main": desk},
        "skill": 2,
        "yield_share": 1.0,
    }
    if changes.get("test_only"):
        desk |= {"repaired": None, "parts": None}
    return stated | changes


def way(market: str = "US", name: str = "sea", **changes: Any) -> dict[str, Any]:
    """A way to China: batches leave on Mondays at 16:00 UTC, the freight back every seven days."""
    return merged(
        {
            "out_lane": f"{market}-{name}-out",
            "back_lane": f"{market}-{name}-back",
            "consolidation": {"rule": "weekday", "weekdays": [0]},
            "out_days": OUT,
            "back_days": BACK,
        },
        changes,
    )


def market(name: str = "US", ways: Sequence[str] = ("sea",), **changes: Any) -> dict[str, Any]:
    """A market without tax, luck or loss, in dollars and UTC."""
    by_size = {size: usd(5) for size in ("small", "mid", "large")}
    return merged(
        {
            "title": {"en": name, "zh": name},
            "country": name,
            "currency": "USD",
            "time_zone": "UTC",
            "tax_share": 0.0,
            "prices_include_tax": False,
            "customer": {
                "ship_lag_days": SHIP_LAG,
                "label_unused_share": 0.0,
                "insist_money_early_share": 0.0,
                "insist_money_late_share": 0.0,
            },
            "parcel": {"card": "flat", "transit_days": TRANSIT, "loss_share": 0.0, "fulfilment": by_size},
            "hub": {
                "receive": by_size,
                "test": by_size,
                "handling_days": HUB,
                "nff_sensitivity": 1.0,
                "excluded_sensitivity": 1.0,
                "storage_per_m3_month": usd(10),
                "disposal_per_unit": usd(1),
                "disposal_per_kg": usd(0.5),
                "disposal_lithium_per_kg": usd(2),
            },
            "china": {w: way(name, w) for w in ways},
            "china_default": ways[0] if ways else "",
        },
        changes,
    )


def _level(**changes: Any) -> dict[str, Any]:
    stated = {"dropout_share": 0.0, "excluded_sensitivity": 0.0, "delay_days": 0.0, "cost": usd(1)}
    return stated | changes


def _parts() -> dict[str, Any]:
    """Sections that no law of journeys changes often."""
    return {
        "triage": {
            "contact_cost": usd(2),
            "contact_delay_days": CONTACT,
            "guide": {"effectiveness": 1.0, "cost_per_claim": usd(1), "delay_days": 0.25},
            "evidence": {
                "none": _level(cost=usd(0)),
                "photo": _level(excluded_sensitivity=1.0, delay_days=1.0),
                "video": _level(excluded_sensitivity=1.0, delay_days=2.0),
            },
            "denial": {
                "coupon": usd(10),
                "coupon_cost_share": 0.5,
                "coupon_uptake_share": 0.0,
                "paid_repair_uptake_share": 0.0,
                "paid_repair_margin": usd(5),
                "dispute_share": {"none": 0.0, "photo": 0.0, "video": 0.0},
                "dispute_lost_share": 0.0,
                "dispute_fee": usd(20),
            },
            "nff_return_share": 0.0,
        },
        "experience": {
            "grace_days": 7,
            "waiting_share_per_day": 0.002,
            "review_after_days": 21,
            "review_share": 0.02,
            "dispute_probability": 0.05,
            "dispute_shadow": usd(30),
        },
        "recovery": {
            "swap_share": 0.8,
            "trade_share_of_price": {"none": 0.3},
            "b_stock_share": 0.5,
            "harvest_share": 0.05,
            "decay_share_per_month": 0.05,
            "liquidation_share": 0.2,
            "liquidation_fee_share": 0.1,
        },
        "china_bench": {
            "technicians": 2,
            "calendar": ALWAYS,
            "transfer_price_per_hour": "60 CNY",
            "fixed_per_unit": "10 CNY",
            "first_pass_yield": 1.0,
            "parts_stockout_share": 0.0,
            "parts_delay_days": 4.0,
            "bounce_share": 0.0,
            "landing_days": LANDING,
        },
        "china_customs": {
            "import_entry": "600 CNY",
            "export_entry": "300 CNY",
            "truck_per_kg": "2 CNY",
            "truck_minimum": "300 CNY",
            "inspection_share": 0.0,
            "inspection_days": 3.0,
            "inspection_fee": "500 CNY",
            "vat_share": 0.13,
            "duty_share": 0.0,
            "extension_fee": "500 CNY",
            "capital_cost_share": 0.08,
            "rebate_share": 0.13,
            "rebate_battery_share": 0.06,
        },
    }


def _tables(markets: Sequence[str], ways: Sequence[str]) -> dict[str, Any]:
    lanes = [
        {
            "lane": f"{m}-{w}-{end}",
            "market": m,
            "direction": direction,
            "mode": w,
            "currency": "USD",
            "per": "kg",
            "cm3_per_kg": 6000,
            "min_quantity": 1,
        }
        for m in markets
        for w in ways
        for end, direction in (("out", "to_china"), ("back", "back"))
    ]
    return {
        "rate_cards": [{"card": "flat", "kind": "weight_steps", "currency": "USD", "unit": "kg"}],
        "label_rates": [{"card": "flat", "up_to": 30, "price": 8}],
        "freight_lanes": lanes,
        "freight_breaks": [{"lane": lane["lane"], "from_quantity": 0, "rate": 4} for lane in lanes],
        "tariffs": [{"preset": "none", "market": m, "s301_factor": 0} for m in markets],
        "customs": [
            {
                "market": m,
                "currency": "USD",
                "export_entry": 50,
                "import_entry": 60,
                "exam_share": 0,
                "exam_days": 5,
                "import_tax_share": 0,
            }
            for m in markets
        ],
        "fx": [{"currency": "CNY", "usd_per_unit": 0.14}],
    }


def world(
    skus: Sequence[str] = ("A",),
    markets: Mapping[str, Any] | Sequence[str] = ("US",),
    *,
    ways: Sequence[str] = ("sea",),
    policy: Any = None,
    terms_of: Mapping[str, Any] | None = None,
    stock_of: Mapping[str, Any] | None = None,
    sku_of: Mapping[str, Any] | None = None,
    fault_shares: Mapping[str, float] | None = None,
    **changes: Any,
) -> Scenario:
    """A complete scenario.

    ``markets``: names, or changes by name (``ways`` among them); ``terms_of``, ``stock_of``, ``sku_of``: changes to
    the rows of every product; ``fault_shares``: shares of kinds; ``policy``: zones or a whole policy; everything else
    replaces or extends the part of that name.
    """
    changed = markets if isinstance(markets, Mapping) else {name: {} for name in markets}
    names = list(changed)
    stock = {"pool": False} | dict(stock_of or {})
    stated: dict[str, Any] = {
        "schema_version": 1,
        "name": "tiny",
        "title": {"en": "Tiny", "zh": "小"},
        "horizon": {"first_day": "2027-01-04", "days": 365, "run_in_days": 30, "run_out_days": 30},
        "reporting_currency": "USD",
        "tariff_preset": "none",
        "markets": {m: market(m, **{"ways": ways, **changed[m]}) for m in names},
        "channels": {
            "OWN": {
                "title": {"en": "Own site", "zh": "独立站"},
                "platform": False,
                "window_decider": "seller",
                "binding": "order_date",
            }
        },
        "rails": {m: {"fee_fixed": usd(0.3), "days": 2.0} for m in names},
        **_parts(),
        "births": {
            "delivery_days": {"OWN": 0.0},
            "report_lag_days": 0.0,
            "propensity": {
                m: {"base": 1.0, "cheap_factor": 1.0, "half_price": usd(10), "decline_per_year": 0.0} for m in names
            },
        },
        "stock_rules": {"pick_days": PICK, "pool_refused_share": 0.0},
        "calendars": {ALWAYS: {}, "office": {"start_hour": 9, "end_hour": 17, "weekdays": [0, 1, 2, 3, 4]}},
        "decision": {"materiality": usd(100)},
        "policy": zones(policy or "refund"),
        "skus": [sku(name, **(sku_of or {})) for name in skus],
        "sku_markets": [terms(name, m, **(terms_of or {})) for name in skus for m in names],
        "faults": [row for name in skus for row in faults(name, **(fault_shares or {}))],
        "symptoms": symptoms(),
        "sales": [{"sku": name, "market": m, "channel": "OWN", "units_per_month": 0} for name in skus for m in names],
        "stock": [{"sku": name, "market": m, **stock} for name in skus for m in names],
        **_tables(names, ways),
    }
    return Scenario.model_validate(merged(stated, changes))


def zones(stated: Any) -> Any:
    """A policy of one rule: ``"reship"``, ``"repair_local P"``, or (value, disposition) pairs; a policy as it is."""
    if isinstance(stated, str):
        stated = [(0, stated)]
    if not isinstance(stated, Sequence):
        return stated
    listed = []
    for value, done in stated:
        do, _, by = done.partition(" ")
        listed.append({"from": usd(value), "do": do, "partner": by or None})
    return {"name": "tiny", "rules": [{"cell": {}, "zones": listed}]}


def policy_of(stated: Any, **changes: Any) -> Policy:
    """The same as a policy of its own."""
    found = zones(stated)
    return Policy.model_validate(found | changes if isinstance(found, dict) else found)


def claims_at(
    scenario: Scenario,
    opened: Any,
    *,
    fault: Any = "repairable",
    price: Any = 100.0,
    minutes: Any = np.nan,
    age: Any = 100.0,
    sku: Any = 0,
    market: Any = 0,
    channel: Any = 0,
    origin: Origin = Origin.TABLE,
    units: Any = None,
) -> Claims:
    """Root claims at stated days, in rising order of (opened, unit). Every argument is one value or one a claim.

    ``opened``, ``age``: days; ``minutes``: bench work; ``units``: permanent keys, else made from the claims' places.
    """
    days = np.atleast_1d(np.asarray(opened, dtype=np.float64))
    n = len(days)

    def column(value: Any) -> np.ndarray:
        return np.broadcast_to(np.asarray(value), n).copy()

    rows = {f.fault: i for i, f in enumerate(scenario.faults) if f.sku == scenario.skus[0].sku}
    kinds = len(rows)
    names = np.broadcast_to(np.asarray(fault, dtype=object), n)
    at = seconds(days)
    delivered = at - seconds(column(age).astype(np.float64))
    skus = column(sku)
    term = np.array([row.warranty_days for row in scenario.sku_markets])
    row = skus.astype(np.int64) * len(scenario.market_ids) + column(market)
    tax = np.array([1 + m.tax_share if m.prices_include_tax else 1.0 for m in scenario.markets.values()])
    gross = column(price).astype(np.float64)
    keys = mixed(stable_number("test"), np.arange(n)) if units is None else np.asarray(units, dtype=np.uint64)
    return in_order(
        as_roots(
            unit=keys,
            origin=np.full(n, origin),
            sku=skus,
            market=column(market),
            channel=column(channel),
            fault=np.array([rows[k] for k in names]) + skus * kinds,
            bench_minutes=column(minutes).astype(np.float64),
            sold=delivered,
            delivered=delivered,
            warranty_end=delivered + seconds(term[row]),
            opened=at,
            price_gross=gross,
            price_net=gross / tax[column(market)],
        )
    )


def floor(**changes: Any) -> dict[str, Any]:
    """A legal floor of the US for all ages that leaves the seller every freedom."""
    stated = {
        "market": "US",
        "age_from_days": 0,
        "age_to_days": 3650,
        "allowed": "refund|reship|repair_local|return_china",
        "chooser": "seller",
        "deduction": "terms",
        "refurbished": "yes",
        "article": "art. 1",
    }
    return stated | changes


def days(stamps: Any) -> Any:
    """Stamps as days since the first day of the horizon, for hand-made sums."""
    return np.asarray(stamps) / DAY


def partners(**by_name: dict[str, Any]) -> dict[str, Partner]:
    """Quotes by name, validated."""
    return {name: Partner.model_validate(stated) for name, stated in by_name.items()}
