"""The smallest seller on packs: one product in some markets, everything else what ships."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from warrantysim.packs import rows
from warrantysim.packs.markets import FOLDER

FAULTS = {"user_fixable": 0.1, "no_fault_found": 0.15, "excluded": 0.05, "repairable": 0.4, "unrepairable": 0.3}


def write_one_product(path: Path, codes: Sequence[str], **more: Any) -> Path:
    """Write him. ``more``: what else the file states."""
    per_usd = {row["currency"]: 1 / float(row["usd_per_unit"]) for row in rows("markets/tables/fx")} | {"USD": 1.0}
    currencies = {
        code: yaml.safe_load((FOLDER / f"{code}.yaml").read_text("utf-8"))["markets"][code]["currency"]
        for code in codes
    }
    stated = {
        "schema_version": 1,
        "name": "one",
        "title": {"en": "One product", "zh": "一件产品"},
        "horizon": {"first_day": "2027-01-01", "days": 40, "run_in_days": 20, "run_out_days": 20},
        "packs": {"markets": list(codes)},
        "skus": [
            {"sku": "A", "name_en": "Camera", "name_zh": "相机", "category": "camera"}
            | {"platform_category": "consumer_electronics", "size_class": "small", "weight_kg": 0.9}
            | {"length_cm": 20, "width_cm": 15, "height_cm": 10, "battery": "none", "hts": "8525.89"}
            | {"mfn_share": 0, "s301_share": 0, "currency": "USD", "ex_works": 40, "recovery_grade": "none"}
            | {"guide_cost_per_unit": 0}
        ],
        "sku_markets": [
            {"sku": "A", "market": code, "list_price": round(160 * per_usd[currency], 2), "currency": currency}
            | {"landed_cost": 50, "landed_currency": "USD", "warranty_days": 730, "refund_basis": "full"}
            | {"full_days": 0, "life_eta_days": 3000, "life_beta": 1.0, "early_share": 0.1, "early_eta_days": 5}
            | {"early_beta": 1.0}
            for code, currency in currencies.items()
        ],
        "sales": [
            {"sku": "A", "market": code, "channel": channel, "units_per_month": 60}
            for code in codes
            for channel in ("FBA", "OWN")
        ],
        "faults": [
            {"sku": "A", "fault": kind, "kind": kind, "share": share, "skill": 2}
            | {
                "bench_minutes": "gamma(mean=30, cv=0.5)",
                "currency": "USD",
                "parts_cost": 8,
                "supplier_recovery_share": 0,
            }
            for kind, share in FAULTS.items()
        ],
        "stock": [{"sku": "A", "market": code, "lead_days": 30, "pool": False} for code in codes],
    }
    path.write_text(json.dumps(stated | more), "utf-8")
    return path
