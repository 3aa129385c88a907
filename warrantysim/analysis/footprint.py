"""What a run left behind besides money: units that ended as waste, and kg CO2e by where it arose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from warrantysim.analysis.carbon import CarbonMethod, unit_carbon
from warrantysim.claims.columns import Origin
from warrantysim.journeys.records import Closure, Fate, Records, Run, Source, to_china
from warrantysim.schema.clock import NEVER
from warrantysim.schema.root import Scenario

PAID_OFF = (Closure.REFUNDED, Closure.REPLACED)
"""Ends of a claim after which a unit the customer keeps is a broken one, unless the claim was a false one."""


class Emission(IntEnum):
    """Where greenhouse gas arises."""

    PARCELS = 0
    """Domestic parcels, back and out."""
    FREIGHT = 1
    """Consolidated freight to and from China."""
    NEW_UNITS = 2
    """New units sent as replacements: making them and bringing them to the market."""
    WASTE = 3
    """Treating and landfilling units."""


@dataclass(frozen=True)
class Footprint:
    """Of the claims in scope, descendants booked to their own product and market; sums over the horizon."""

    scrapped: np.ndarray
    """Units scrapped by hub, partner or factory, shape (S, M) [units]."""
    left_behind: np.ndarray
    """Broken units left with customers who were given money or a replacement, shape (S, M) [units]."""
    co2e: np.ndarray
    """Emissions, shape (S, M, `Emission`) [kg CO2e]; NaN where a market has no distances."""

    @property
    def landfilled(self) -> np.ndarray:
        """Units that ended as waste, wherever, shape (S, M) [units]."""
        return self.scrapped + self.left_behind


def footprint(run: Run, scenario: Scenario, method: CarbonMethod) -> Footprint:
    """Count what the claims in scope of a run moved, made new and threw away.

    A refund makes nothing new: what its customer buys instead is someone else's. A unit that joins the swap pool or is
    sold as B-stock is not waste; the replacement that later leaves the pool is not new.
    """
    r = run.records
    rows = np.flatnonzero(r.in_scope)
    shape = (len(scenario.skus), len(scenario.market_ids))
    sku, market = r.claims.sku[rows].astype(np.int64), r.claims.market[rows].astype(np.int64)
    cell = np.ravel_multi_index((sku, market), shape)
    fate = r.fate[rows]
    scrapped = (fate == Fate.SCRAP_MARKET) | (fate == Fate.SCRAP_CHINA)
    kept = (fate == Fate.KEPT) | (fate == Fate.CUSTOMER)
    left = kept & np.isin(r.closure[rows], PAID_OFF) & (r.claims.origin[rows] != Origin.OPPORTUNISTIC)
    carbon = unit_carbon(scenario, method)
    sources = {
        Emission.PARCELS: _parcels(r, rows) * carbon.parcel[sku, market],
        Emission.FREIGHT: _freight(r, rows, carbon.freight),
        Emission.NEW_UNITS: np.where(r.source[rows] == Source.NEW, carbon.new[sku, market], 0.0),
        Emission.WASTE: np.where(scrapped, carbon.treated[sku], 0.0) + np.where(left, carbon.landfilled[sku], 0.0),
    }

    def summed(weights: np.ndarray) -> np.ndarray:
        return np.bincount(cell, weights, minlength=shape[0] * shape[1]).reshape(shape)

    return Footprint(
        scrapped=summed(scrapped.astype(float)),
        left_behind=summed(left.astype(float)),
        co2e=np.stack([summed(sources[e]) for e in Emission], axis=-1),
    )


def _parcels(r: Records, rows: np.ndarray) -> np.ndarray:
    """Domestic parcels of each claim: the unit back to partner, hub or platform, from a full bench to the next one, and
    what is sent to the customer."""
    back = ((r.scanned[rows] > NEVER) | (r.fate[rows] == Fate.PLATFORM)) + r.hops[rows]
    out = np.where(r.shipped[rows] > NEVER, 1.0 + r.resent[rows], 0.0)
    return back + out


def _freight(r: Records, rows: np.ndarray, per_unit: np.ndarray) -> np.ndarray:
    """Emissions of consolidated freight, each unit by its own way, out and back."""
    out = np.zeros(len(rows))
    legs = (r.dispatch[rows] >= 0).astype(float) + (r.back_dispatch[rows] >= 0)
    china = np.flatnonzero((legs > 0) & to_china(r.route[rows]))
    at = rows[china]
    out[china] = legs[china] * per_unit[r.claims.sku[at], r.claims.market[at], r.partner[at]]
    return out
