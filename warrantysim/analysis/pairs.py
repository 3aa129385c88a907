"""Paired differences as columns of a table, with a verdict that does not promise more than was seen."""

from __future__ import annotations

import numpy as np

from warrantysim.experiment.intervals import paired, t_interval

IDENTICAL = "identical"
NO_DIFFERENCE = "no detectable difference"
UNKNOWN = "unknown"
VERDICTS = ("lower", "higher", NO_DIFFERENCE, IDENTICAL, UNKNOWN)
"""Everything a difference can be said to be."""


def paired_columns(a: np.ndarray, b: np.ndarray, level: float) -> dict[str, np.ndarray]:
    """a - b of each row over the replications in which both exist (are not NaN). ``a``, ``b``: shape (rows, R).

    Returns
    -------
    Columns baseline (mean of b), value (mean of a), difference, low, high, half_width, unpaired_half_width (what it
    would be on independent luck: root of the sum of the squares of both means' half-widths), p_lower, needed,
    detectable, replications, verdict; each of shape (rows,).
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    both = ~(np.isnan(a) | np.isnan(b))
    names = ("baseline", "value", "difference", "low", "high", "half_width", "unpaired_half_width", "p_lower", "needed")
    out = {name: np.full(len(a), np.nan) for name in names}
    detectable, verdict = np.zeros(len(a), dtype=bool), np.full(len(a), UNKNOWN, dtype=object)
    # Rows that miss the same replications, nearly always none, are compared together.
    patterns, place = np.unique(both, axis=0, return_inverse=True) if len(a) else (both, np.zeros(0, dtype=int))
    for k, pattern in enumerate(patterns):
        rows = np.flatnonzero(place.reshape(-1) == k)
        mine, theirs = a[rows][:, pattern], b[rows][:, pattern]
        if not pattern.any():
            continue
        found = paired(mine, theirs, level)
        out["baseline"][rows], out["value"][rows] = theirs.mean(axis=-1), mine.mean(axis=-1)
        out["difference"][rows], out["half_width"][rows] = found.interval.mean, found.interval.half_width
        out["low"][rows], out["high"][rows] = found.interval.low, found.interval.high
        out["unpaired_half_width"][rows] = np.hypot(
            t_interval(mine, level).half_width, t_interval(theirs, level).half_width
        )
        out["p_lower"][rows], out["needed"][rows] = found.a_lower, found.needed
        detectable[rows] = found.detectable
        verdict[rows] = _verdicts(mine, theirs, found.interval.mean, found.detectable)
    return {**out, "detectable": detectable, "replications": both.sum(axis=1), "verdict": verdict}


def _verdicts(a: np.ndarray, b: np.ndarray, mean: np.ndarray, detectable: np.ndarray) -> np.ndarray:
    apart = np.where(mean < 0, "lower", "higher").astype(object)
    found = np.where(detectable, apart, NO_DIFFERENCE)
    if a.shape[-1] < 2:
        found = np.full(len(a), UNKNOWN, dtype=object)
    return np.where((a == b).all(axis=-1), IDENTICAL, found)
