"""Claims of the months to come: by month of sale and month of claim, with all that is not known drawn together.

A forecast is a set of futures, each as likely as the others: a life the data allow (what is not known of lives), sales
as planned or drawn about the plan (what is not known of sales), and claims drawn given both (luck).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from warrantysim.analysis.futures import QUANTILES
from warrantysim.fitting.laws import Floats
from warrantysim.fitting.observed import ClaimsTable
from warrantysim.fitting.pooled import Lives


@dataclass(frozen=True)
class Forecast:
    """Futures of one product: claims by future, month of sale and month of claim (n, J + H, H)."""

    claims: npt.NDArray[np.int64]
    """Months of sale are those of the history, then those to come; months of claim are those to come [claims]."""

    @property
    def by_month(self) -> npt.NDArray[np.int64]:
        """Claims of each month to come (n, H)."""
        return np.asarray(self.claims.sum(axis=1))

    @property
    def by_sale(self) -> npt.NDArray[np.int64]:
        """Claims of each month of sale over all months to come (n, J + H)."""
        return np.asarray(self.claims.sum(axis=2))

    def interval(self, confidence: float = 0.9) -> tuple[Floats, Floats, Floats]:
        """Low end, median and high end of claims of each month (H)."""
        tail = (1 - confidence) / 2
        low, middle, high = np.quantile(self.by_month, [tail, 0.5, 1 - tail], axis=0)
        return low, middle, high


def forecast_claims(
    history: ClaimsTable,
    lives: Lives,
    days: Sequence[float],
    sold: npt.ArrayLike,
    term: npt.ArrayLike,
    generator: np.random.Generator,
) -> Forecast:
    """Futures of a product after its history, one for each of its lives.

    ``days`` are the lengths of the months to come (H) [days], ``sold`` the units planned in each (H), or of each future
    (n, H), ``term`` the warranty of these units [days]. Where claims of the history are known by month of sale, units
    that claimed already do not claim again.

    Raises
    ------
    ValueError
        Where sales are not planned for every month, or not for every life.
    """
    months, ahead, n = len(history.sold), len(days), len(lives.eta)
    planned = np.asarray(sold, dtype=float)
    if planned.shape not in {(ahead,), (n, ahead)}:
        raise ValueError(f"expected sales of {ahead} months, or of {n} futures of them, got {planned.shape}")
    edges = np.concatenate((history.edges, history.edges[-1] + np.cumsum(np.asarray(days, dtype=float))))
    all_sold = np.concatenate((history.sold, np.ones(ahead)))
    terms = np.concatenate((history.term, np.broadcast_to(np.asarray(term, dtype=float), (ahead,))))
    empty = np.zeros(months + ahead)
    plan = ClaimsTable.of(edges, all_sold, empty, terms, history.lag, history.claimed)
    # Chance of a claim by life, month of sale and month of claim.
    chance = np.maximum(np.einsum("ija,na->nij", plan.exposure, lives.failed(plan.ages)), 0.0)
    past, future = chance[:, :, :months].sum(axis=2, keepdims=True), chance[:, :, months:]
    units = np.empty((n, months + ahead, 1))
    units[:, :months, 0] = history.sold
    units[:, months:, 0] = planned
    if history.by_sale:
        units[:, :months, 0] -= np.nansum(history.claims, axis=1)
        future = future / np.maximum(1 - past, 1e-12)
    return Forecast(generator.poisson(np.maximum(units, 0.0) * future))


def month_edges(days_in_month: Sequence[float]) -> Floats:
    """First days of consecutive months from day 0, and of the month after."""
    return np.concatenate(([0.0], np.cumsum(np.asarray(days_in_month, dtype=float))))


def pinball(actual: npt.ArrayLike, futures: npt.NDArray[np.int64], at: Sequence[float] = QUANTILES) -> float:
    """Mean loss of the quantiles of futures (n, H) against what happened (H) [claims]; less is better.

    Being above by one costs 1 - q at quantile q, being below q (Koenker & Bassett 1978).
    """
    told = np.quantile(futures, at, axis=0)
    off = np.asarray(actual, dtype=float) - told
    q = np.asarray(at)[:, None]
    return float(np.mean(np.maximum(q * off, (q - 1) * off)))
