"""When freight leaves, lands and is examined: draws keyed by (lane, departure day), shared by all units on board."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from warrantysim.claims.digest import day_keys
from warrantysim.claims.inverse import quantile
from warrantysim.claims.philox import uniforms
from warrantysim.claims.stream_ids import Purpose
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import Model, Passages
from warrantysim.schema.clock import DAY, seconds

LISTED_AFTER = 1_500
"""Days of departures that are drawn at once, from the run-in on; those before it reach back as far as claims do."""
Stamps = TypeVar("Stamps", int, np.ndarray)
REMEMBERED = 64
"""Ways and replications whose draws a scenario keeps."""


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


def land(model: Model, luck: Luck, market: int, way: str, departed: np.ndarray, back: bool) -> Landing:
    """Where departures of one way end; two on one day share their luck. ``departed``: stamps, any shape.

    Customs examine by the row that holds on the day the goods reach them, as the market counts days.
    """
    days = np.floor_divide(departed, DAY)
    first, last = _listed_days(model)
    if days.size and (int(days.min()) < first or int(days.max()) >= last):
        drawn, at = _passages(model, luck, market, way, days, back), np.arange(days.size).reshape(days.shape)
    else:
        drawn, at = _listed(model, luck, market, way, back), days - first
    entered = departed + drawn.transit[at]
    row = _customs_row(drawn, entered)
    return Landing(entered + drawn.held[row, at] + drawn.after[at], drawn.examined[row, at], drawn.lost[at])


def land_one(model: Model, luck: Luck, market: int, way: str, departed: int, back: bool) -> tuple[int, bool]:
    """Landing [s] of one departure, and whether it is lost: the same as `land`, without the cost of columns."""
    first, last = _listed_days(model)
    at = departed // DAY - first
    if not 0 <= at < last - first:
        end = land(model, luck, market, way, np.array([departed]), back)
        return int(end.landed[0]), bool(end.lost[0])
    drawn = _listed(model, luck, market, way, back)
    entered = departed + int(drawn.transit[at])
    return entered + int(drawn.held[_customs_row(drawn, entered), at]) + int(drawn.after[at]), bool(drawn.lost[at])


def _customs_row(drawn: Passages, entered: Stamps) -> Stamps:
    """Number of the customs row that holds at each stamp; the first one before any has begun."""
    if len(drawn.since) == 1:
        return entered * 0
    found: Stamps = np.maximum(np.searchsorted(drawn.since, entered, side="right") - 1, 0)
    return found


def _listed_days(model: Model) -> tuple[int, int]:
    """First day listed, and the day after the last one."""
    begins = -(model.scenario.horizon.run_in_days + 1)
    return model.since(begins * DAY) // DAY, begins + LISTED_AFTER


def _listed(model: Model, luck: Luck, market: int, way: str, back: bool) -> Passages:
    """Draws of all departures that are listed, made once."""
    key = (luck, market, way, back)
    if key not in model.passages:
        if len(model.passages) >= REMEMBERED:
            model.passages.clear()
        model.passages[key] = _passages(model, luck, market, way, np.arange(*_listed_days(model)), back)
    return model.passages[key]


def _passages(model: Model, luck: Luck, market: int, way: str, days: np.ndarray, back: bool) -> Passages:
    """Draws of departures on days since the first of the horizon, any shape; the columns are flat."""
    s, days = model.scenario, days.reshape(-1)
    lane = model.markets[market].china[way]
    keys = day_keys("lane", f"{s.market_ids[market]}/{lane.back_lane if back else lane.out_lane}", days)

    def draw(purpose: Purpose, direction: int = 0) -> np.ndarray:
        return uniforms(luck.seed, luck.replication, keys, 0, int(purpose), direction)

    transit = seconds(
        quantile(
            lane.back_days if back else lane.out_days,
            draw(Purpose.TRANSIT_FREIGHT_BACK if back else Purpose.TRANSIT_FREIGHT),
        )
    )
    seen, delay = (
        draw(Purpose.EXAM_BACK if back else Purpose.EXAM),
        draw(Purpose.EXAM_DELAY_BACK if back else Purpose.EXAM_DELAY),
    )
    exams = model.exams(market, back)
    examined = np.stack([seen < exam.share for exam in exams])
    held = np.stack([seconds(quantile(exam.days, delay)) for exam in exams])
    landing = np.zeros(len(days), dtype=np.int64)
    if not back:
        landing = seconds(quantile(s.china_bench.landing_days, draw(Purpose.CONSOLIDATION)))
    return Passages(
        transit=transit,
        after=landing,
        examined=examined,
        held=np.where(examined, held, 0),
        lost=draw(Purpose.LOSS_FREIGHT, int(back)) < lane.carton_loss_share,
        since=np.array([exam.since for exam in exams], dtype=np.int64),
    )
