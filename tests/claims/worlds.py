"""Tiny worlds for the laws of births: only what births read of a scenario, with real rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.schema.clock import Clock
from warrantysim.schema.market_time import MarketTime
from warrantysim.schema.products import Births, Fault, Lot, Sales, Season, Sku, SkuMarket, Symptom

CERTAIN = {"base": 1.0, "cheap_factor": 1.0, "half_price": "10 USD", "decline_per_year": 0.0}
"""Everyone whose unit fails claims."""


def sku(name: str, **changes: Any) -> Sku:
    """A small product."""
    stated = {
        "name_en": name,
        "name_zh": name,
        "category": "things",
        "size_class": "small",
        "weight_kg": 0.5,
        "length_cm": 10,
        "width_cm": 10,
        "height_cm": 10,
        "battery": "none",
        "hts": "8504.40",
        "mfn_share": 0.0,
        "s301_share": 0.25,
        "ex_works": 10.0,
        "guide_cost_per_unit": 0.0,
    }
    return Sku.model_validate({"sku": name, **stated, **changes})


def terms_of(name: str, market: str = "US", **changes: Any) -> SkuMarket:
    """Its terms: price 100, a year of warranty, a mean life of four years without ageing."""
    stated = {
        "list_price": 100.0,
        "currency": {"US": "USD", "DE": "EUR"}[market],
        "landed_cost": 40.0,
        "landed_currency": "USD",
        "warranty_days": 365,
        "full_days": 0,
        "referral_share": 0.15,
        "life_eta_days": 1460,
        "life_beta": 1.0,
        "early_share": 0.0,
    }
    return SkuMarket.model_validate({"sku": name, "market": market, **stated, **changes})


def sold(name: str, units: float, market: str = "US", channel: str = "OWN", **changes: Any) -> Sales:
    """Its level of sales."""
    return Sales.model_validate(
        {"sku": name, "market": market, "channel": channel, "units_per_month": units, **changes}
    )


def faults_of(name: str, **shares: float) -> list[Fault]:
    """Faults named after their kinds."""
    return [
        Fault.model_validate(
            {
                "sku": name,
                "fault": kind,
                "kind": kind,
                "share": share,
                "bench_minutes": 30,
                "parts_cost": 1,
                "supplier_recovery_share": 0,
            }
        )
        for kind, share in shares.items()
    ]


def world(
    names: Iterable[str] = ("A",),
    *,
    units: float = 400.0,
    markets: Iterable[str] = ("US",),
    births: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    **parts: Any,
) -> Any:
    """Products sold directly in markets; ``changes`` go to their terms, ``births`` and ``parts`` on top."""
    names, markets = tuple(names), tuple(markets)
    places = {
        "US": SimpleNamespace(currency="USD", time_zone="America/New_York", tax_share=0.07, prices_include_tax=False),
        "DE": SimpleNamespace(currency="EUR", time_zone="Europe/Berlin", tax_share=0.19, prices_include_tax=True),
    }
    for place in places.values():
        place.renewal, place.extension_days = {}, 365.0
    currency = {"US": "USD", "DE": "EUR"}
    stated: dict[str, Any] = {
        "delivery_days": {"OWN": 3.0},
        "report_lag_days": 2.0,
        "propensity": {m: {**CERTAIN, "half_price": f"10 {currency[m]}"} for m in markets},
        **(births or {}),
    }
    whole: dict[str, Any] = {
        "skus": tuple(sku(name) for name in names),
        "sku_markets": tuple(terms_of(name, m, **(changes or {})) for name in names for m in markets),
        "sales": tuple(sold(name, units, m) for name in names for m in markets),
        "season": (),
        "faults": tuple(
            f for name in names for f in faults_of(name, no_fault_found=0.3, repairable=0.5, unrepairable=0.2)
        ),
        "symptoms": (),
        "symptom_ids": ("dead", "weak"),
        "lots": (),
        "claims_table": (),
        "claims_table_mode": None,
        "legal_floors": (),
        "markets": {m: places[m] for m in markets},
        "market_ids": markets,
        "channel_ids": ("OWN", "FBA"),
        "clock": Clock(dt.date(2027, 1, 1)),
        "horizon": SimpleNamespace(days=365, run_in_days=60, run_out_days=30),
        "births": Births.model_validate(stated),
        **parts,
    }
    whole["market_days"] = MarketTime(whole["clock"], [places[m].time_zone for m in markets])
    return SimpleNamespace(**whole)


def lot(name: str, of: str, share: float, **changes: Any) -> Lot:
    """A lot sold in the first half of 2026."""
    stated = {"sold_from": "2026-01-01", "sold_to": "2026-06-30", "share": share}
    return Lot.model_validate({"sku": of, "lot": name, **stated, **changes})


def flat_season(**multipliers: float) -> tuple[Season, ...]:
    """Twelve months of equal sales but for those named m1 ... m12."""
    return tuple(Season.model_validate({"month": m, "multiplier": multipliers.get(f"m{m}", 1.0)}) for m in range(1, 13))


def symptom(kind: str, name: str, share: float) -> Symptom:
    """A row of the confusion matrix without evidence."""
    return Symptom.model_validate({"kind": kind, "evidence": "none", "symptom": name, "share": share})


def said(scenario: Any, claims: Claims) -> list[tuple[Any, ...]]:
    """Every claim by names instead of indices, so that worlds with other tables can be compared."""
    names = [
        [scenario.skus[i].sku for i in claims.sku],
        [scenario.market_ids[i] for i in claims.market],
        [scenario.channel_ids[i] for i in claims.channel],
        [scenario.faults[i].fault for i in claims.fault],
    ]
    columns = (claims.unit, claims.origin, claims.sold, claims.delivered, claims.opened, claims.price_gross)
    return list(zip(*names, *(np.asarray(c).tolist() for c in columns), strict=True))
