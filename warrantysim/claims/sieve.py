"""The sieve of births: of all units sold, the few that may fail under warranty or file without a fault.

Every unit takes one draw from its cohort's stream, whatever the scenario; what is asked of it differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from warrantysim.claims.cohorts import Cohorts
from warrantysim.claims.digest import mixed
from warrantysim.claims.stream_ids import Purpose
from warrantysim.schema.recent import recent


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
        # Setting the state of one generator costs a tenth of making a new one, told as plain numbers; cohorts come by
        # the thousand.
        state: Any = self._bits.state  # NumPy takes any numbers, but promises to take arrays only.
        self._key = [int(word) for word in state["state"]["key"]]
        plain = {"counter": state["state"]["counter"].tolist(), "key": self._key}
        self._state: Any = {**state, "state": plain, "buffer": state["buffer"].tolist()}
        self._draw = np.random.Generator(self._bits).random

    def fill(self, keys: np.ndarray, counts: np.ndarray, out: np.ndarray) -> None:
        """Write the first ``counts[i]`` draws of cohort ``keys[i]``, one cohort after the other, into ``out``.

        ``keys``: uint64, shape (cohorts,); ``counts``: int64, same shape; ``out``: float64, shape (counts.sum(),);
        values lie in [0, 1).
        """
        stop = 0
        for word, count in zip(mixed(keys, self._purpose).tolist(), counts.tolist(), strict=True):
            start, stop = stop, stop + count
            self._key[1] = word
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


_BLOCK = 1 << 16
"""Units sifted at a time [units]."""


@dataclass(frozen=True)
class _Sieve:
    """Units of a replication that pass a sieve somewhat wider than their scenarios' own; others find theirs in it."""

    key: np.ndarray
    """Keys of cohorts, rising, shape (cohorts,) [uint64]."""
    units: np.ndarray
    """Units of each [int64]."""
    fails_below: np.ndarray
    """Draws below it pass [share, 0-1]."""
    files_from: np.ndarray
    """Draws that reach it pass [share, 0-1]."""
    cohort: np.ndarray
    """Row of each unit's cohort, shape (passed,) [int32]."""
    ordinal: np.ndarray
    """Its place within it [int32]."""
    u: np.ndarray
    """Its life draw."""

    def rows(self, groups: Cohorts) -> tuple[np.ndarray, np.ndarray]:
        """Rows of a scenario's cohorts, -1 where there are none, and whether all passed there that pass the scenario's
        own sieve. Shapes (cohorts,)."""
        if not len(self.key):
            return np.full(len(groups.key), -1), np.zeros(len(groups.key), dtype=bool)
        at = np.minimum(np.searchsorted(self.key, groups.key), len(self.key) - 1)
        here = self.key[at] == groups.key
        wide = (groups.fails_below <= self.fails_below[at]) & (groups.files_from >= self.files_from[at])
        return np.where(here, at, -1), here & wide & (groups.units <= self.units[at])

    def sifted(self, groups: Cohorts, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Those that pass the own sieve of a scenario whose cohorts are in these rows, as `sifted`."""
        place = np.full(len(self.key), -1)
        place[rows] = np.arange(len(rows))
        cohort = place[self.cohort]
        here = np.flatnonzero(cohort >= 0)
        cohort, ordinal, u = cohort[here], self.ordinal[here], self.u[here]
        passes = (u < groups.fails_below[cohort]) | (u >= groups.files_from[cohort])
        mine = np.flatnonzero(passes & (ordinal < groups.units[cohort]))
        mine = mine[np.argsort(cohort[mine], kind="stable")]
        return cohort[mine], ordinal[mine].astype(np.int64), u[mine]

    def without(self, gone: np.ndarray) -> _Sieve:
        """Without some cohorts; ``gone``: shape (cohorts,), bool."""
        units, place = ~gone[self.cohort], (np.cumsum(~gone) - 1).astype(np.int32)
        own = {name: getattr(self, name)[~gone] for name in ("key", "units", "fails_below", "files_from")}
        return _Sieve(**own, cohort=place[self.cohort[units]], ordinal=self.ordinal[units], u=self.u[units])

    def beside(self, other: _Sieve) -> _Sieve:
        """With other cohorts."""
        both = {of.name: np.concatenate([getattr(self, of.name), getattr(other, of.name)]) for of in fields(_Sieve)}
        both["cohort"][len(self.cohort) :] += np.int32(len(self.key))
        order = np.argsort(both["key"])
        place = np.empty(len(order), dtype=np.int32)
        place[order] = np.arange(len(order))
        own = {name: both[name][order] for name in ("key", "units", "fails_below", "files_from")}
        return _Sieve(**{**both, **own, "cohort": place[both["cohort"]]})


@dataclass
class _Known:
    """What was sifted of a replication."""

    sieve: _Sieve
    """Its cohorts so far."""


_SLACK = 1.5
"""Times as many units as a scenario needs that a sieve lets through."""


@recent(1)  # Draws of what is assumed ask for one replication again and again; other work goes on to the next.
def _known(seed: int, replication: int) -> _Known:
    """What was sifted of a replication so far."""
    whole = np.empty(0, dtype=np.int64)
    narrow = whole.astype(np.int32)
    share = np.empty(0)
    return _Known(_Sieve(whole.astype(np.uint64), whole, share, share, narrow, narrow, share))


def sifted(groups: Cohorts, seed: int, replication: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Units that may fail under warranty or file without a fault: their cohort, ordinal within it, and life draw.

    Draws belong to units, whatever the scenario: what one sifted, another that is much like it need not draw anew.
    """
    known = _known(seed, replication)
    sieve = known.sieve
    at, wide = sieve.rows(groups)
    if not wide.all():
        new = np.flatnonzero(~wide)
        fails_below, files_from = groups.fails_below[new] * _SLACK, 1.0 - (1.0 - groups.files_from[new]) * _SLACK
        narrow = np.flatnonzero(at[new] >= 0)
        # Of several scenarios that differ widely, soon one sieve serves all.
        fails_below[narrow] = np.maximum(fails_below[narrow], sieve.fails_below[at[new[narrow]]])
        files_from[narrow] = np.minimum(files_from[narrow], sieve.files_from[at[new[narrow]]])
        gone = np.zeros(len(sieve.key), dtype=bool)
        gone[at[new[narrow]]] = True
        if len(sieve.key) > 2 * len(groups.key):
            gone[:] = True
            gone[at[wide]] = False
        key, units = groups.key[new], groups.units[new]
        passed = _drawn_below(key, units, fails_below, files_from, seed, replication)
        known.sieve = sieve.without(gone).beside(_Sieve(key, units, fails_below, files_from, *passed))
        at, _ = known.sieve.rows(groups)
    return known.sieve.sifted(groups, at)


def _drawn_below(
    key: np.ndarray, units: np.ndarray, fails_below: np.ndarray, files_from: np.ndarray, seed: int, replication: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cohort, ordinal within it, and life draw of the units whose draw is below or reaches what is stated of their
    cohort."""
    streams = CohortStreams(seed, replication, Purpose.LIFE)
    found = [(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32), np.empty(0))]
    for first, last in blocks(units, _BLOCK):
        part = slice(first, last)
        counts = units[part]
        u = np.empty(int(counts.sum()))
        streams.fill(key[part], counts, u)
        low, high, ends = fails_below[part], files_from[part], np.cumsum(counts)
        # First by the widest sieve of the block, then those it lets through by that of their own cohort.
        hits = np.flatnonzero((u < low.max()) | (u >= high.min()))
        cohort, u = np.searchsorted(ends, hits, side="right"), u[hits]
        keep = (u < low[cohort]) | (u >= high[cohort])
        hits, cohort, u = hits[keep], cohort[keep], u[keep]
        ordinal = hits - (ends - counts)[cohort]
        found.append(((cohort + first).astype(np.int32), ordinal.astype(np.int32), u))
    cohort, ordinal, u = (np.concatenate(column) for column in zip(*found, strict=True))
    return cohort, ordinal, u
