"""Rows of a decision table made by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pandas as pd

from warrantysim.decision.binding import Bound
from warrantysim.decision.cells import CellZone
from warrantysim.locale.wording import Lang
from warrantysim.schema.root import Scenario
from warrantysim.studies.decide.told import Told
from warrantysim.studies.decide.words import CaseWords

RESHIP = (CellZone(0.0, "reship", ""),)
BEST = (CellZone(0.0, "refund", ""), CellZone(23.148148, "reship", ""), CellZone(118.5, "repair_local", "tierwerk-de"))
LADDER = (CellZone(0.0, "refund", ""), CellZone(25.0, "reship", ""), CellZone(120.0, "repair_local", "tierwerk-de"))


def row(**changes: Any) -> dict[str, Any]:
    """A German robot vacuum that goes from reship to a ladder, saving 8,000 (7,000 to 9,000)."""
    stated: dict[str, Any] = {
        "sku": "VAC-L10",
        "market": "DE",
        "currency": "EUR",
        "claims": 400.0,
        "zones_now": RESHIP,
        "zones": LADDER,
        "zones_free": BEST,
        "zones_agents": LADDER,
        "cuts": (23.148148, 118.5),
        "agent_cuts": (29.75, 142.8),
        "claims_new": 400.0,
        "claims_beyond": (391.0, 302.0),
        "agent_beyond": (390.0, 300.0),
        "always": "",
        "partner": "tierwerk-de",
        "verdict": "ACT",
        "because": "act",
        "change": "VAC-L10 DE",
        "taken": True,
        "claims_changing": 310.0,
        "cash_now": 130.0,
        "cash": 110.5,
        "expected_now": 5.0,
        "expected": 4.5,
        "saving": 8000.0,
        "saving_low": 7000.0,
        "saving_high": 9000.0,
        "free_changing": 312.0,
        "free_saving": 8010.0,
        "free_low": 7010.0,
        "free_high": 9010.0,
        "whole": math.nan,
        "whole_low": math.nan,
        "whole_high": math.nan,
        "robust_share": math.nan,
        "robust_low": math.nan,
        "robust_high": math.nan,
        "robust_draws": 0,
        "flip": "",
        "flip_at": math.nan,
        "weakest": "",
        "explained": math.nan,
        "replications_needed": 2.0,
        "days_p50_now": 5.0,
        "days_p50": 12.0,
        "days_p90_now": 8.0,
        "days_p90": 21.4,
        "flat": ((20.0, 31.5), (100.0, 160.0)),
        "binds": (Bound("hours", "tierwerk-de", (11,)),),
        "training_claims": 2400,
        "few_claims": False,
    }
    return {**stated, **changes}


def same(**changes: Any) -> dict[str, Any]:
    """A cell whose rule stays."""
    kept = {
        "zones": RESHIP,
        "zones_free": RESHIP,
        "zones_agents": RESHIP,
        "cuts": (),
        "agent_cuts": (),
        "claims_beyond": (),
        "agent_beyond": (),
        "always": "reship",
        "partner": "",
        "verdict": "NO DIFFERENCE",
        "because": "same",
        "change": "",
        "taken": False,
        "claims_changing": 0.0,
        "saving": 0.0,
        "saving_low": 0.0,
        "saving_high": 0.0,
        "flat": (),
        "binds": (),
    }
    return row(**{**kept, **changes})


def held(because: str, verdict: str = "HOLD", **changes: Any) -> dict[str, Any]:
    """A cell whose rule stays though the optimum would change it."""
    return same(because=because, verdict=verdict, change="VAC-L10 DE", zones_free=BEST, **changes)


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    """The rows as the decision room hands them over."""
    return pd.DataFrame(list(rows))


def told_of(rows: Sequence[dict[str, Any]], scenario: Scenario, lang: Lang = "en") -> Told:
    """A decision of such rows that saves 7,500 (6,500 to 8,500), of which -500 belong to none, told."""
    saving = SimpleNamespace(interval=SimpleNamespace(mean=7500.0, low=6500.0, high=8500.0))
    facts = {"currency": scenario.reporting_currency, "saving": saving, "shared": -500.0}
    decision: Any = SimpleNamespace(table=pd.DataFrame(rows), **facts)
    return Told(decision, CaseWords.of(scenario), lang, {})
