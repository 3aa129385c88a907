"""Luck at less cost is the same luck, whoever is asked, in whatever order and company."""

from __future__ import annotations

import numpy as np
import pytest

from tests.journeys.test_contact import held, mixed_claims
from tests.worlds import world
from warrantysim.claims.columns import Claims
from warrantysim.claims.stream_ids import Purpose
from warrantysim.journeys.luck import Luck, Remembered, Sheet

LUCK = Luck(7, 3)


def claims(many: bool, frozen: bool) -> Claims:
    found = mixed_claims(world())
    while many and len(found) <= Sheet.LARGEST:
        found = Claims.concat([found, found])
    return held(found) if frozen else found


@pytest.mark.parametrize(
    ("many", "frozen", "kind"), [(0, 0, Sheet), (1, 0, Luck), (0, 1, Remembered), (1, 1, Remembered)]
)
def test_draws_for_some_claims_are_those_of_each_claim(many: bool, frozen: bool, kind: type[Luck]) -> None:
    mine = claims(many, frozen)
    luck = LUCK.among(mine)
    assert type(luck) is kind
    rng = np.random.default_rng(1)
    for purpose, lane in ((Purpose.TRANSIT_OUT, 0), (Purpose.TRANSIT_OUT, 1), (Purpose.BOUNCE, 0), (Purpose.BOUNCE, 2)):
        # Overlapping rows, some asked for twice; rows of rows; and all of them at last.
        for size in (5, 90, 90, 300):
            rows = rng.permutation(len(mine))[:size]
            some = mine.take(rows)
            assert np.array_equal(luck.at(rows).of(some, purpose, lane), LUCK.of(some, purpose, lane))
            few = np.flatnonzero(some.fault == 0)
            assert np.array_equal(luck.at(rows).of(some, purpose, lane, few), LUCK.of(some.take(few), purpose, lane))
            assert np.array_equal(
                luck.at(rows).at(few).of(some.take(few), purpose, lane), LUCK.of(some.take(few), purpose, lane)
            )
        assert np.array_equal(luck.of(mine, purpose, lane), LUCK.of(mine, purpose, lane))


def test_draws_of_more_claims_than_there_is_room_for_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warrantysim.journeys.luck.REMEMBERED", len(claims(many=True, frozen=True)) - 1)
    assert type(LUCK.among(claims(many=True, frozen=True))) is Luck
    assert type(LUCK.among(claims(many=False, frozen=True))) is Remembered


@pytest.mark.parametrize(("many", "frozen"), [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_who_is_below_a_share_is_who_draws_below_it(many: bool, frozen: bool) -> None:
    mine = claims(many, frozen)
    rng = np.random.default_rng(2)
    share, among = rng.choice([0.0, 0.3, 1.0], len(mine)), rng.random(len(mine)) < 0.5
    found = LUCK.among(mine).below(mine, Purpose.BOUNCE, share, 0, among)
    assert np.array_equal(found, among & (LUCK.of(mine, Purpose.BOUNCE) < share))


def test_what_has_been_drawn_is_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = claims(many=True, frozen=True)
    rows = np.arange(0, len(mine), 2)
    LUCK.among(mine).at(rows).of(mine.take(rows), Purpose.BOUNCE)
    asked: list[int] = []

    def drawn(seed: int, replication: int, key: np.ndarray, *_: object) -> np.ndarray:
        asked.append(len(key))
        return np.full(len(key), 0.5)

    monkeypatch.setattr("warrantysim.journeys.luck.uniforms", drawn)
    LUCK.among(mine).of(mine, Purpose.BOUNCE)
    LUCK.among(mine).of(mine, Purpose.BOUNCE)
    Luck(7, 4).among(mine).at(rows).of(mine.take(rows), Purpose.BOUNCE)
    assert asked == [len(mine) - len(rows), len(rows)]


def test_what_is_taken_from_a_memory_can_be_changed_without_changing_it() -> None:
    mine = claims(many=False, frozen=True)
    LUCK.among(mine).of(mine, Purpose.BOUNCE)[:] = 0.0
    assert np.array_equal(LUCK.among(mine).of(mine, Purpose.BOUNCE), LUCK.of(mine, Purpose.BOUNCE))
