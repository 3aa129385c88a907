"""When freight leaves, lands and is examined: draws keyed by (lane, departure day), shared by all units on board."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from warrantysim.claims.digest import day_keys
from warrantysim.claims.inverse import quantile
from warrantysim.claims.philox import uniforms
from warrantysim.claims.purposes import Purpose
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.world import World
from warrantysim.scenario.clock import DAY, seconds

LISTED = 1_500
"""Days of departures that are drawn at once, from the run-in on."""
Stamps = TypeVar("Stamps", int, np.ndarray)
REMEMBERED = 64
"""Ways and replications whose draws a world keeps."""


@dataclass(frozen=True)
class Landing:
    """Landings of departures; arrays of the shape asked for."""

    landed: np.ndarray
    """Arrival beyond customs [int64 s]."""
    examined: np.ndarray
    """[bool]."""
    lost: np.ndarray
    """[bool]."""


def next_back(stamps: Stamps, every_days: float) -> Stamps:
    """First departure of the regular freight back at or after each stamp. int64, shape of ``stamps``, or an integer."""
    every = round(every_days * DAY)
    return -(-stamps // every) * every


def land(world: World, luck: Luck, market: int, way: str, departed: np.ndarray, back: bool) -> Landing:
    """Where departures of one way end; two on one day share their luck. ``departed``: stamps, any shape."""
    days = np.floor_divide(departed, DAY)
    first = _first_listed(world)
    if days.size and (int(days.min()) < first or int(days.max()) >= first + LISTED):
        took, examined, lost = _passages(world, luck, market, way, days, back)
    else:
        took, examined, lost = (column[days - first] for column in _listed(world, luck, market, way, back))
    return Landing(departed + took, examined, lost)


def land_one(world: World, luck: Luck, market: int, way: str, departed: int, back: bool) -> tuple[int, bool]:
    """Landing [s] of one departure, and whether it is lost: the same as `land`, without the cost of columns."""
    row = departed // DAY - _first_listed(world)
    if not 0 <= row < LISTED:
        end = land(world, luck, market, way, np.array([departed]), back)
        return int(end.landed[0]), bool(end.lost[0])
    took, _, lost = _listed(world, luck, market, way, back)
    return departed + int(took[row]), bool(lost[row])


def _first_listed(world: World) -> int:
    return -(world.scenario.horizon.run_in_days + 1)


def _listed(world: World, luck: Luck, market: int, way: str, back: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draws of all departures that are listed, made once."""
    key = (luck, market, way, back)
    if key not in world.passages:
        if len(world.passages) >= REMEMBERED:
            world.passages.clear()
        first = _first_listed(world)
        world.passages[key] = _passages(world, luck, market, way, np.arange(first, first + LISTED), back)
    return world.passages[key]


def _passages(
    world: World, luck: Luck, market: int, way: str, days: np.ndarray, back: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Seconds to landing, whether examined and whether lost, of departures on days since the first of the horizon."""
    s = world.scenario
    lane = world.markets[market].china[way]
    keys = day_keys("lane", f"{s.market_ids[market]}/{lane.back_lane if back else lane.out_lane}", days)

    def draw(purpose: Purpose) -> np.ndarray:
        return uniforms(luck.seed, luck.replication, keys, 0, int(purpose))

    transit = lane.back_days if back else lane.out_days
    share, delay = world.exam_back(market) if back else world.exam_china()
    took = seconds(quantile(transit, draw(Purpose.TRANSIT_FREIGHT_BACK if back else Purpose.TRANSIT_FREIGHT)))
    examined = draw(Purpose.EXAM_BACK if back else Purpose.EXAM) < share
    held = seconds(quantile(delay, draw(Purpose.EXAM_DELAY_BACK if back else Purpose.EXAM_DELAY)))
    took = took + np.where(examined, held, 0)
    if not back:
        took = took + seconds(quantile(s.china_bench.landing_days, draw(Purpose.CONSOLIDATION)))
    lost = uniforms(luck.seed, luck.replication, keys, 0, int(Purpose.LOSS_FREIGHT), int(back)) < lane.carton_loss_share
    return took.astype(np.int64), examined, lost
