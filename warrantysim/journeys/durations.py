"""Many distributions of days at once: one a market or one a desk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from warrantysim.claims.inverse import lognormal_value, quantile
from warrantysim.scenario.clock import seconds
from warrantysim.scenario.distribution import Distribution


class Durations:
    """Some distributions of days. The lognormal ones, by far the most common, are drawn all at once."""

    def __init__(self, stated: Sequence[Distribution]) -> None:
        self.stated = stated
        self.others = [k for k, d in enumerate(stated) if d.kind != "lognormal"]
        self.median = np.array([d.number("median") if d.kind == "lognormal" else 0.0 for d in stated])
        self.sigma = np.array([d.number("sigma") if d.kind == "lognormal" else 0.0 for d in stated])
        self.shift = np.array([d.shift if d.kind == "lognormal" else 0.0 for d in stated])

    def at(self, which: np.ndarray, u: np.ndarray) -> np.ndarray:
        """Quantiles in whole seconds, each of the distribution numbered ``which``; shape (n,), int64."""
        days = lognormal_value(u, self.median[which], self.sigma[which]) + self.shift[which]
        for k in self.others:
            rows = np.flatnonzero(which == k)
            if len(rows):
                days[rows] = quantile(self.stated[k], u[rows])
        return seconds(days)
