"""A small world of sales for experiments: some hundred claims a year, every kind of fault, nothing scarce."""

from __future__ import annotations

from functools import cache
from typing import Any

from tests.worlds import merged, partner, world
from warrantysim.schema.root import Scenario

SEED = 7
FAULTS = {"repairable": 0.6, "unrepairable": 0.2, "no_fault_found": 0.1, "excluded": 0.1}


def sold(units: float, *markets: str, sku: str = "A") -> list[dict[str, Any]]:
    """So many units a month in each market."""
    return [{"sku": sku, "market": m, "channel": "OWN", "units_per_month": units} for m in markets or ("US",)]


@cache
def plain() -> Scenario:
    """The world as it stands, 60 units a month, made once."""
    return roomy()


def roomy(units: float = 60, **changes: Any) -> Scenario:
    """One product in one market; a partner P and the China bench have room for everyone; repairs can bounce."""
    changes = {"fault_shares": FAULTS} | changes
    stated: dict[str, Any] = {
        "partners": {"P": partner(technicians=40, bounce_share=0.3, bounce_days=60)},
        "sales": sold(units),
        "terms_of": {"life_eta_days": 700.0},
        "china_bench": {"technicians": 40, "bounce_share": 0.2},
        "triage": {"nff_return_share": 0.3},
    }
    shares = changes.pop("fault_shares")
    return world(fault_shares=shares, **merged(stated, changes))
