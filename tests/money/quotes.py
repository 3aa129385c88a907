"""The quotes the tests of contracts speak of: the reference seller's, and small ones built for a law."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from pydantic import TypeAdapter

from warrantysim.money.contracts import Segments, compile_quote
from warrantysim.money.settlement import Billed
from warrantysim.money.unit_charges import REPAIRED, UnitCharges, unit_charges
from warrantysim.schema.clock import Clock
from warrantysim.schema.contracts import Partner, Partners

CLOCK = Clock(dt.date(2027, 1, 1))
SKUS = ("VAC-L10", "AIR-200", "PRJ-FHD", "CAM-2CH", "SWT-FIT", "IPC-2K")
JUNE = dt.date(2027, 6, 15).toordinal()
SCENARIOS = Path(__file__).parents[2] / "scenarios"


@lru_cache(maxsize=1)
def demo() -> Mapping[str, Partner]:
    """The quotes of the reference seller, as its scenario states them."""
    stated = yaml.safe_load((SCENARIOS / "base.yaml").read_text(encoding="utf-8"))
    return TypeAdapter(Partners).validate_python(stated["partners"])


def quote(tiers: dict[str, Any] | None = None, currency: str = "USD", **terms: Any) -> Partner:
    """A one-desk quote at 10 a repair with parts included, unless told otherwise."""
    desk = {
        "currency": currency,
        "serves": ["US"],
        "repaired": {"flat": f"10 {currency}"},
        "parts": {"mode": "included"},
        "bench": {"technicians": 1, "units_per_day": 10, "handling_days": 1.0, "calendar": "always"},
    }
    partner_terms = {k: terms.pop(k) for k in list(terms) if k in Partner.model_fields}
    return Partner.model_validate(
        {
            "title": {"en": "Test", "zh": "测试"},
            "home": "nowhere",
            "yield_share": 1.0,
            "tiers": tiers,
            "desks": {"US": desk | terms},
            **partner_terms,
        }
    )


def tiers(kind: str, *steps: tuple[int, float], basis: str = "month") -> dict[str, Any]:
    """Tiers by kind, each step as (from_units, discount)."""
    return {"kind": kind, "basis": basis, "steps": [{"from_units": u, "discount": d} for u, d in steps]}


def pool(partner: Partner, *desks: str, **options: Any) -> Segments:
    """The compiled table, of one month unless told otherwise."""
    return compile_quote("test", partner, desks or tuple(partner.desks), CLOCK, **{"horizon": 1, **options})


def repaired(
    partner: Partner, desk: str, n: int, sku: str = "VAC-L10", part_cost: float = 14.0, price_net: float = 399.0
) -> UnitCharges:
    """Charges of n units of one SKU repaired at level 2 in June."""
    return unit_charges(
        partner,
        desk,
        outcome=np.full(n, REPAIRED),
        sku=np.full(n, SKUS.index(sku)),
        sku_ids=SKUS,
        level=np.full(n, 2),
        ordinals=np.full(n, JUNE),
        part_cost=part_cost,
        price_net=price_net,
    )


def in_month(charges: UnitCharges, month: int = 0, desk: int = 0) -> Billed:
    """Units completed in one month at one desk."""
    return Billed.of(charges, np.full(len(charges), month), desk)
