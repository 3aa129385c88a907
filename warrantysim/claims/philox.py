"""Counter-based random numbers: every draw is a pure function of what it is for.

Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", 2011) turns a counter of
four 32-bit words and a key of two into four random words. Here the key is (seed, replication) and the counter is
(entity key low, entity key high, generation + lane, purpose). So the order of draws, the number of other entities and
the number of workers cannot matter, and the same unit draws the same numbers in every scenario and policy.
"""

from __future__ import annotations

import numpy as np

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_WORD = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_CHUNK = 1 << 15
"""Draws per pass: the five work columns of a pass (1.25 MiB) stay in the second-level cache."""

Words = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def philox4x32(counter: Words, key: tuple[int, int]) -> Words:
    """The four output words of Philox4x32-10.

    Parameters
    ----------
    counter : four uint64 arrays of shape (n,), each holding a 32-bit word [0, 2**32).
    key : two 32-bit words.

    Returns four uint64 arrays of shape (n,), each a 32-bit word. The counter is left as it was.
    """
    c0, c1, c2, c3 = (np.array(word, dtype=np.uint64) for word in counter)
    r0, r1, r2, r3, _ = _rounds(c0, c1, c2, c3, np.empty_like(c0), key, 10)
    return r0, r1 & _WORD, r2, r3 & _WORD


def uniforms(
    seed: int,
    replication: int,
    key: np.ndarray,
    generation: np.ndarray | int,
    purpose: np.ndarray | int,
    lane: np.ndarray | int = 0,
) -> np.ndarray:
    """One uniform draw in the open interval (0, 1) for each key, a pure function of all arguments.

    Two random words make 52 random bits; half a step is added, so that neither 0 nor 1 is drawn and 1 - u is exact.

    Parameters
    ----------
    seed, replication : [0, 2**32).
    key : permanent keys of the entities, uint64 array of any shape (see `digest`).
    generation : generation of the claim, or the departure day of a lane, market or bench [0, 65535]; broadcast.
    purpose : number of a `Purpose` [0, 2**32); broadcast.
    lane : tells several draws of one purpose apart, such as one for each partner [0, 65535]; broadcast.

    Returns float64 of the shape of ``key``.

    Raises
    ------
    ValueError
        If seed, replication, generation, lane or purpose is outside its range.
    """
    _check("seed", seed, 2**32)
    _check("replication", replication, 2**32)
    _check("purpose", purpose, 2**32)
    keys = np.ascontiguousarray(key, dtype=np.uint64)
    third = _third_word(generation, lane, keys.shape)
    fourth = np.ascontiguousarray(np.broadcast_to(purpose, keys.shape)).reshape(-1) if np.ndim(purpose) else purpose
    out = np.empty(keys.shape)
    flat_keys, flat_out = keys.reshape(-1), out.reshape(-1)
    flat_third = third if isinstance(third, np.uint64) else third.reshape(-1)
    work = np.empty((5, min(_CHUNK, flat_keys.size)), dtype=np.uint64)
    for start in range(0, flat_keys.size, _CHUNK):
        part = flat_keys[start : start + _CHUNK]
        c0, c1, c2, c3, spare = work[:, : part.size]
        np.bitwise_and(part, _WORD, out=c0)
        np.right_shift(part, _HALF, out=c1)
        c2[:] = flat_third if isinstance(flat_third, np.uint64) else flat_third[start : start + _CHUNK]
        c3[:] = fourth[start : start + _CHUNK] if isinstance(fourth, np.ndarray) else fourth
        _draw((c0, c1, c2, c3, spare), (int(seed), int(replication)), flat_out[start : start + part.size])
    return out


def uniforms_by_purpose(
    seed: int,
    replication: int,
    key: np.ndarray,
    generation: np.ndarray,
    purposes: np.ndarray,
    lanes: np.ndarray,
) -> np.ndarray:
    """As `uniforms`, of some purposes and lanes at once, a row each: cheaper than a call a purpose where keys are few.

    ``key``, ``generation``: shape (n,); ``purposes``, ``lanes``: shape (p,). Returns float64 of shape (p, n).
    """
    for name, value, end in (("seed", seed, 2**32), ("replication", replication, 2**32), ("purpose", purposes, 2**32)):
        _check(name, value, end)
    _check("generation", generation, 65536)
    _check("lane", lanes, 65536)
    age, lane = generation.astype(np.uint64), lanes.astype(np.uint64)[:, None] << np.uint64(16)
    purpose = purposes.astype(np.uint64)[:, None]
    out = np.empty((len(purposes), len(key)))
    work = np.empty((5, min(_CHUNK, out.size)), dtype=np.uint64)
    for start in range(0, len(key), _CHUNK):
        part = slice(start, start + _CHUNK)
        size = len(key[part])
        step = max(1, _CHUNK // size)
        for first in range(0, len(purposes), step):
            rows = slice(first, first + step)
            shape = len(purposes[rows]), size
            c0, c1, c2, c3, spare = work[:, : shape[0] * size].reshape(5, *shape)
            np.bitwise_and(key[part], _WORD, out=c0)
            np.right_shift(key[part], _HALF, out=c1)
            np.bitwise_or(age[part], lane[rows], out=c2)
            c3[:] = purpose[rows]
            _draw((c0, c1, c2, c3, spare), (int(seed), int(replication)), out[rows, part])
    return out


def _draw(
    columns: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray], key: tuple[int, int], out: np.ndarray
) -> None:
    """Turn counters (and a spare column), which are overwritten, into draws."""
    high, low = _first_two(*columns, key)
    np.left_shift(high, np.uint64(20), out=high)
    np.bitwise_and(low, _WORD, out=low)
    np.right_shift(low, np.uint64(12), out=low)
    np.bitwise_or(high, low, out=high)
    np.add(high, 0.5, out=out)
    np.multiply(out, 2.0**-52, out=out)


def _first_two(
    c0: np.ndarray, c1: np.ndarray, c2: np.ndarray, c3: np.ndarray, spare: np.ndarray, key: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Two words after ten rounds, overwriting all five columns: of the last two rounds only what these need. The second
    may carry rubbish above bit 31."""
    c0, c1, c2, c3, spare = _rounds(c0, c1, c2, c3, spare, key, 8)
    np.multiply(c2, _M1, out=spare)
    np.multiply(c0, _M0, out=c0)
    _next_word(c0, c3, np.uint64((key[1] + 8 * _W1) & 0xFFFFFFFF), out=c1)
    np.multiply(c1, _M1, out=c1)
    _next_word(c1, spare, np.uint64((key[0] + 9 * _W0) & 0xFFFFFFFF), out=c0)
    return c0, c1


def _rounds(
    c0: np.ndarray,
    c1: np.ndarray,
    c2: np.ndarray,
    c3: np.ndarray,
    spare: np.ndarray,
    key: tuple[int, int],
    rounds: int,
) -> tuple[np.ndarray, ...]:
    """The words after some rounds, overwriting all five columns, and the one left over. Words 1 and 3 may carry rubbish
    above bit 31: the reader masks them, which saves two passes a round."""
    k0, k1 = key
    for _ in range(rounds):
        np.multiply(c0, _M0, out=c0)
        np.multiply(c2, _M1, out=c2)
        _next_word(c2, c1, np.uint64(k0), out=spare)
        _next_word(c0, c3, np.uint64(k1), out=c1)
        c0, c1, c2, c3, spare = spare, c2, c1, c0, c3
        k0, k1 = (k0 + _W0) & 0xFFFFFFFF, (k1 + _W1) & 0xFFFFFFFF
    return c0, c1, c2, c3, spare


def _next_word(product: np.ndarray, other: np.ndarray, key: np.uint64, out: np.ndarray) -> None:
    """High word of the product, mixed with another word and the round key. ``out`` may be what ``other`` is not."""
    np.right_shift(product, _HALF, out=out)
    np.bitwise_xor(out, other, out=out)
    np.bitwise_xor(out, key, out=out)
    np.bitwise_and(out, _WORD, out=out)


def _third_word(generation: np.ndarray | int, lane: np.ndarray | int, shape: tuple[int, ...]) -> np.uint64 | np.ndarray:
    if not np.any(generation):
        generation = 0  # First claims of their units, as most are: one word for all.
    _check("generation", generation, 65536)
    _check("lane", lane, 65536)
    word = np.asarray(generation).astype(np.uint64) | (np.asarray(lane).astype(np.uint64) << np.uint64(16))
    if word.ndim == 0:
        return np.uint64(word)
    return np.ascontiguousarray(np.broadcast_to(word, shape))


def _check(name: str, value: np.ndarray | int, end: int) -> None:
    if isinstance(value, int) and 0 <= value < end:
        return
    values = np.asarray(value)
    if values.size and (int(values.min()) < 0 or int(values.max()) >= end):
        raise ValueError(f"expected {name} from 0 to {end - 1}, got {values.min()} to {values.max()}")
