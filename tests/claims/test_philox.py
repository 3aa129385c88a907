"""Draws are Philox4x32-10 and depend on nothing but what they are for."""

from __future__ import annotations

import numpy as np
import pytest

from warrantysim.claims.philox import philox4x32, uniforms

FULL = 0xFFFFFFFF
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((FULL, FULL, FULL, FULL), (FULL, FULL), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
KEYS = np.array([0, 1, 2**32, 2**64 - 1, 0x0123456789ABCDEF], dtype=np.uint64)


def _columns(words: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    return tuple(np.array([word], dtype=np.uint64) for word in words)


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_the_generator_gives_the_published_known_answers(counter, key, answer):
    assert tuple(int(word[0]) for word in philox4x32(_columns(counter), key)) == answer


def test_many_counters_at_once_give_what_each_gives_alone_and_stay_as_they_were():
    counters = tuple(np.array(column, dtype=np.uint64) for column in zip(*(k[0] for k in KNOWN), strict=True))
    before = [c.copy() for c in counters]
    together = philox4x32(counters, (0, 0))
    for i in range(3):
        alone = philox4x32(tuple(c[i : i + 1] for c in counters), (0, 0))
        assert [int(w[i]) for w in together] == [int(w[0]) for w in alone]
    assert all(np.array_equal(a, b) for a, b in zip(before, counters, strict=True))


def test_a_uniform_is_two_words_of_the_block_counted_by_key_generation_lane_and_purpose():
    generation, lane, purpose = 3, 7, 26
    counter = (KEYS & np.uint64(FULL), KEYS >> np.uint64(32), np.full(5, generation | lane << 16), np.full(5, purpose))
    high, low, _, _ = philox4x32(tuple(np.asarray(c, dtype=np.uint64) for c in counter), (42, 9))
    bits = (high << np.uint64(20)) | (low >> np.uint64(12))
    assert np.array_equal(uniforms(42, 9, KEYS, generation, purpose, lane), (bits + 0.5) / 2.0**52)


def test_a_draw_does_not_depend_on_which_others_are_made():
    keys = np.arange(70_000, dtype=np.uint64)
    generations = (keys % np.uint64(3)).astype(np.int16)
    whole = uniforms(1, 2, keys, generations, 5)
    rows = np.random.Generator(np.random.Philox(1)).permutation(70_000)[:500]
    assert np.array_equal(whole[rows], uniforms(1, 2, keys[rows], generations[rows], 5))
    assert whole[40_000] == uniforms(1, 2, keys[40_000], int(generations[40_000]), 5)


def test_a_change_of_any_argument_changes_the_draw():
    base = {"seed": 1, "replication": 2, "key": KEYS, "generation": 0, "purpose": 4, "lane": 0}
    draws = [uniforms(**base)]
    for name in ("seed", "replication", "generation", "purpose", "lane"):
        draws.append(uniforms(**{**base, name: base[name] + 1}))
    draws.append(uniforms(**{**base, "key": KEYS ^ np.uint64(1 << 40)}))
    assert len({float(x) for column in draws for x in column}) == len(draws) * len(KEYS)


def test_draws_keep_the_shape_of_their_keys():
    keys = np.arange(6, dtype=np.uint64).reshape(2, 3)
    assert np.array_equal(uniforms(0, 0, keys, 0, 1), uniforms(0, 0, keys.reshape(-1), 0, 1).reshape(2, 3))
    assert uniforms(0, 0, keys[:0], 0, 1).shape == (0, 3)


def test_neither_0_nor_1_is_drawn_and_draws_are_uniform():
    u = uniforms(7, 0, np.arange(400_000, dtype=np.uint64), 0, 1)
    counts = np.bincount((u * 100).astype(int), minlength=100)
    assert u.min() > 0.0
    assert u.max() < 1.0
    # Chi-square with 99 degrees of freedom: 1 in 10,000 lies above 161.
    assert ((counts - 4000.0) ** 2 / 4000.0).sum() < 161
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 4 / np.sqrt(400_000)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": -1}, "seed"),
        ({"seed": 2**32}, "seed"),
        ({"replication": 2**32}, "replication"),
        ({"generation": 65_536}, "generation"),
        ({"generation": np.array([0, -1, 0, 0, 0])}, "generation"),
        ({"lane": 70_000}, "lane"),
        ({"purpose": -3}, "purpose"),
    ],
)
def test_what_does_not_fit_the_counter_is_refused_by_name(change, named):
    base = {"seed": 1, "replication": 2, "key": KEYS, "generation": 0, "purpose": 4, "lane": 0}
    with pytest.raises(ValueError, match=f"expected {named} from 0 to"):
        uniforms(**{**base, **change})
