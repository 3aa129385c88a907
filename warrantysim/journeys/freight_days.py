"""When freight leaves, lands and is examined: draws keyed by (lane, departure day), shared by all units on board."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warrantysim.claims.digest import day_keys
from warrantysim.claims.inverse import quantile
from warrantysim.claims.philox import uniforms
from warrantysim.claims.purposes import Purpose
from warrantysim.journeys.plan import Luck
from warrantysim.journeys.world import World
from warrantysim.scenario.clock import DAY, seconds


@dataclass(frozen=True)
class Landing:
    """Landings of departures; arrays of the shape asked for."""

    landed: np.ndarray
    """Arrival beyond customs [int64 s]."""
    examined: np.ndarray
    """[bool]."""
    lost: np.ndarray
    """[bool]."""


def next_back(stamps: np.ndarray, every_days: float) -> np.ndarray:
    """First departure of the regular freight back at or after each stamp. int64, shape of ``stamps``."""
    every = round(every_days * DAY)
    return -np.floor_divide(-stamps, every) * every


def land(world: World, luck: Luck, market: int, way: str, departed: np.ndarray, back: bool) -> Landing:
    """Where departures of one way end; two on one day share their luck. ``departed``: stamps, any shape."""
    s = world.scenario
    lane = world.markets[market].china[way]
    name = lane.back_lane if back else lane.out_lane
    days = np.floor_divide(departed, DAY)
    keys = day_keys("lane", f"{s.market_ids[market]}/{name}", days)

    def draw(purpose: Purpose) -> np.ndarray:
        return uniforms(luck.seed, luck.replication, keys, 0, int(purpose))

    transit = lane.back_days if back else lane.out_days
    share, delay = world.exam_back(market) if back else world.exam_china()
    took = seconds(quantile(transit, draw(Purpose.TRANSIT_FREIGHT_BACK if back else Purpose.TRANSIT_FREIGHT)))
    examined = draw(Purpose.EXAM_BACK if back else Purpose.EXAM) < share
    held = seconds(quantile(delay, draw(Purpose.EXAM_DELAY_BACK if back else Purpose.EXAM_DELAY)))
    landed = departed + took + np.where(examined, held, 0)
    if not back:
        landed = landed + seconds(quantile(s.china_bench.landing_days, draw(Purpose.CONSOLIDATION)))
    lost = uniforms(luck.seed, luck.replication, keys, 0, int(Purpose.LOSS_FREIGHT), int(back)) < lane.carton_loss_share
    return Landing(landed.astype(np.int64), examined, lost)
