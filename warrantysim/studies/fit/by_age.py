"""Claims by month of sale, month of claim and age: tables of a fit, and how they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.fitting.history import History
from warrantysim.fitting.laws import EarlyMain
from warrantysim.fitting.lives import FittedLife
from warrantysim.fitting.shares import counted
from warrantysim.schema.sold_units import month_name, month_number

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.report.charts.theme import Look, Picture

WHOLE = "all"
"""Stands for all products together."""


def nevada_table(found: History) -> pd.DataFrame:
    """Claims by month of sale and month of claim, with the units sold; empty where none are."""
    import pandas as pd

    if not found.products:
        return pd.DataFrame()
    made, sold = (np.sum([getattr(p, name) for p in found.products], axis=0) for name in ("nevada", "sold"))
    rows = [
        {
            "sold_month": month_name(int(found.months[i])), "claim_month": month_name(int(found.months[j])),
            "claims": float(made[i, j]), "units": float(sold[i]),
        }
        for i, j in zip(*np.nonzero(made), strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def cohort_table(found: History) -> pd.DataFrame:
    """Claims a thousand units by month of sale and age in months."""
    frame = nevada_table(found)
    if not len(frame):
        return frame
    age = frame["claim_month"].map(month_number) - frame["sold_month"].map(month_number)
    rate = frame["claims"] / frame["units"].clip(lower=1.0) * 1000
    return frame.assign(age=age, per_thousand=rate)[["sold_month", "age", "per_thousand", "claims"]]


def hazard_table(lives: Sequence[FittedLife]) -> pd.DataFrame:
    """Claims a thousand units in each month of age: as seen with its interval, and as fitted."""
    import pandas as pd

    frames = []
    whole: dict[str, np.ndarray] = {}
    for life in lives:
        product, counts = life.product, life.product.counts
        if not product.reached.any():
            continue
        law = EarlyMain(life.lives.early_eta, life.lives.early_beta)
        expected = counts.expected(law.failed(counts.ages, law.free((life.early_share, life.eta, life.beta))))
        own = {"units": product.reached, "claims": counts.claims, "expected": expected}
        whole = {name: whole.get(name, 0.0) + column for name, column in own.items()}
        frames.append(pd.DataFrame({"sku": life.sku, "age": np.arange(len(expected)), **own}))
    if not frames:
        return pd.DataFrame()
    frames.insert(0, pd.DataFrame({"sku": WHOLE, "age": np.arange(len(whole["units"])), **whole}))
    found = pd.concat(frames, ignore_index=True)
    return found[found["units"] >= 1].reset_index(drop=True)


def hazard_picture(hazard: pd.DataFrame, product: str, look: Look) -> Picture:
    """Claims by age of a product, or of all of them, as seen and as fitted."""
    from warrantysim.report.charts.fits import hazard_chart as drawn

    shown = hazard[hazard["sku"] == (product if product in set(hazard["sku"]) else WHOLE)]
    ends = [
        np.array(counted(min(c, u), u).interval()) * 1000 for c, u in zip(shown["claims"], shown["units"], strict=True)
    ]
    low, high = np.array(ends).reshape(-1, 2).T
    rates = {name: shown[name] / shown["units"] * 1000 for name in ("claims", "expected")}
    return drawn(shown.assign(seen=rates["claims"], fitted=rates["expected"], low=low, high=high), look=look)


def nevada_picture(frame: pd.DataFrame, look: Look) -> Picture:
    """Claims by month of sale and month of claim."""
    from warrantysim.report.charts.fits import nevada_chart as drawn

    return drawn(frame, look=look)


def cohort_picture(frame: pd.DataFrame, look: Look) -> Picture:
    """Claims a thousand units by month of sale and age."""
    from warrantysim.report.charts.trend import cohort_chart as drawn

    return drawn(frame, look=look)
