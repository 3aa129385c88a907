"""One random stream for each cohort and purpose, for draws that every unit sold takes.

NumPy's own Philox4x64 is several times faster than columns of counters where millions of draws lie side by side. Its
key is (seed and replication, cohort and purpose) and its counter starts at 0, so the n-th unit of a cohort draws the
same number however many units follow it and whatever other cohorts there are.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from warrantysim.claims.digest import mixed


class CohortStreams:
    """Streams of one purpose in one replication.

    Parameters
    ----------
    seed, replication : [0, 2**32).
    purpose : number of a `Purpose`.

    Raises
    ------
    ValueError
        If seed or replication is outside its range.
    """

    def __init__(self, seed: int, replication: int, purpose: int) -> None:
        if not (0 <= seed < 2**32 and 0 <= replication < 2**32):
            raise ValueError(f"expected seed and replication from 0 to {2**32 - 1}, got {seed} and {replication}")
        self._purpose = purpose
        self._bits = np.random.Philox(key=np.array([(seed << 32) | replication, 0], dtype=np.uint64))
        # Setting the state of one generator costs a third of making a new one; cohorts come by the thousand.
        self._state = self._bits.state
        self._draw = np.random.Generator(self._bits).random

    def fill(self, keys: np.ndarray, counts: np.ndarray, out: np.ndarray) -> None:
        """Write the first ``counts[i]`` draws of cohort ``keys[i]``, one cohort after the other, into ``out``.

        ``keys``: uint64, shape (cohorts,); ``counts``: int64, same shape; ``out``: float64, shape (counts.sum(),);
        values lie in [0, 1).
        """
        stop = 0
        for word, count in zip(mixed(keys, self._purpose).tolist(), counts.tolist(), strict=True):
            start, stop = stop, stop + count
            self._state["state"]["key"][1] = word
            self._bits.state = self._state
            self._draw(out=out[start:stop])


def blocks(counts: np.ndarray, size: int) -> Iterator[tuple[int, int]]:
    """Split cohorts into runs (first, last exclusive) of about ``size`` units, so that work columns stay in cache."""
    ends = np.cumsum(counts)
    first = 0
    while first < len(counts):
        before = int(ends[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + size, side="right")))
        yield first, last
        first = last
