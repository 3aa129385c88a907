"""Many distributions at once: one a market, a desk or a fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from warrantysim.claims.inverse import gamma_value, lognormal_value, quantile
from warrantysim.schema.clock import seconds
from warrantysim.schema.distribution import Distribution

_PARAMETERS = {"constant": ("value", "value"), "lognormal": ("median", "sigma"), "gamma": ("mean", "cv")}
"""The most common kinds, drawn all at once, with their parameters."""


class Sampler:
    """Some distributions, of whatever kind; the common kinds are drawn all at once."""

    def __init__(self, stated: Sequence[Distribution]) -> None:
        self.stated = stated
        self.kind = np.array([d.kind if d.kind in _PARAMETERS else str(k) for k, d in enumerate(stated)], dtype=object)
        named = [_PARAMETERS.get(d.kind) for d in stated]
        self.first, self.second = (
            np.array([d.number(names[k]) if names else 0.0 for d, names in zip(stated, named, strict=True)])
            for k in range(2)
        )
        self.shift = np.array([d.shift for d in stated])
        self.kinds = {kind: self.kind == kind for kind in dict.fromkeys(self.kind)}

    @property
    def certain(self) -> bool:
        """Whether all are constants, so that no draw matters."""
        return set(self.kinds) <= {"constant"}

    def drawn(self, which: np.ndarray, draw: Callable[[], np.ndarray]) -> np.ndarray:
        """As `values`, of the draws that ``draw`` gives where they matter."""
        return self.values(which, np.full(len(which), 0.5) if self.certain else draw())

    def values(self, which: np.ndarray, u: np.ndarray) -> np.ndarray:
        """Quantiles, each of the distribution numbered ``which``, in the unit it is stated in; shape (n,), float64."""
        if len(self.kinds) == 1:
            return self._of(next(iter(self.kinds)), which, u)
        out = np.empty(len(which))
        for kind, has in self.kinds.items():
            rows = np.flatnonzero(has[which])
            if len(rows):
                out[rows] = self._of(kind, which[rows], u[rows])
        return out

    def _of(self, kind: str, which: np.ndarray, u: np.ndarray) -> np.ndarray:
        first, second = self.first[which], self.second[which]
        match kind:
            case "constant":
                found = first
            case "lognormal":
                found = lognormal_value(u, first, second)
            case "gamma":
                found = gamma_value(u, first, second**-2)
            case _:
                return quantile(self.stated[int(kind)], u)
        return found + self.shift[which]


class Durations(Sampler):
    """Some distributions of days."""

    def at(self, which: np.ndarray, u: np.ndarray) -> np.ndarray:
        """Quantiles in whole seconds, each of the distribution numbered ``which``; shape (n,), int64."""
        return seconds(self.values(which, u))

    def takes(self, which: np.ndarray, draw: Callable[[], np.ndarray]) -> np.ndarray:
        """As `at`, of the draws that ``draw`` gives where they matter."""
        return seconds(self.drawn(which, draw))
