"""Permanent keys: 64-bit numbers that follow from names alone.

A key never depends on a row's place in a table, on the run of the interpreter or on what else exists, so moving a row
or adding a product changes no other key. Names become numbers by BLAKE2b; columns of numbers are mixed in by the
finaliser of SplitMix64, which is a bijection on 64 bits: within one cohort no two units can share a key.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b

import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""Odd, so that ordinal x golden is a bijection modulo 2**64."""
_MIX1, _MIX2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@lru_cache(maxsize=1 << 16)
def stable_number(*parts: str | int) -> int:
    """A stable 64-bit number for a sequence of names and whole numbers.

    Text and numbers never coincide (``"1"`` differs from ``1``), nor do ``("ab", "c")`` and ``("a", "bc")``.

    Raises
    ------
    TypeError
        For any other type: a float has no stable spelling.
    """
    h = blake2b(digest_size=8)
    for part in parts:
        if isinstance(part, bool) or not isinstance(part, (str, int)):
            raise TypeError(f"expected text or a whole number in a key, got {part!r}")
        kind, raw = (b"s", part.encode()) if isinstance(part, str) else (b"i", str(int(part)).encode())
        h.update(kind + len(raw).to_bytes(4, "little") + raw)
    return int.from_bytes(h.digest(), "little")


def mixed(base: np.ndarray | int, number: np.ndarray | int) -> np.ndarray:
    """Keys from base keys and whole numbers, for example of units from their cohort's digest and ordinal.

    For one base it is a bijection: different numbers give different keys. ``base``: uint64, ``number``: integers
    (negative ones wrap); both broadcast. Returns uint64.
    """
    z = np.atleast_1d(np.asarray(number)).astype(np.uint64)
    z = (z + np.uint64(1)) * _GOLDEN
    z = z + np.asarray(base, dtype=np.uint64)
    z ^= z >> np.uint64(30)
    z *= _MIX1
    z ^= z >> np.uint64(27)
    z *= _MIX2
    z ^= z >> np.uint64(31)
    return z


def day_keys(kind: str, name: str, days: np.ndarray | int) -> np.ndarray:
    """Keys of (lane | market | bench, day), for draws that belong to a day and not to a unit.

    ``kind``: 'lane', 'market' or 'bench'; ``days``: whole days since the first day of the horizon (may be negative),
    any shape. Returns uint64 of that shape.
    """
    return mixed(stable_number(kind, name), days)
