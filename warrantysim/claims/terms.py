"""The terms of sale as columns: which row of ``sku_markets`` binds a unit, and what it says."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.claims.inverse import mixture_failed, mixture_life, weibull_failed
from warrantysim.schema.recent import recent

if TYPE_CHECKING:
    from warrantysim.schema.products import SkuMarket
    from warrantysim.schema.root import Scenario

_SPAN = 1 << 23
"""Above every proleptic day number."""


@dataclass(frozen=True)
class Life:
    """Lives as mixtures of two Weibulls, a unit (or a kind of unit) an element; arrays of one shape, days."""

    early_share: np.ndarray
    """Units of the early-failure kind [share, 0-1]."""
    early_eta: np.ndarray
    """Their characteristic life [days]."""
    early_beta: np.ndarray
    """Their shape [number]."""
    eta: np.ndarray
    """Characteristic life of the rest [days]."""
    beta: np.ndarray
    """Their shape [number]."""

    def take(self, rows: np.ndarray) -> Life:
        """The named elements."""
        return Life(
            self.early_share[rows], self.early_eta[rows], self.early_beta[rows], self.eta[rows], self.beta[rows]
        )

    def over(self, rows: np.ndarray, other: Life) -> Life:
        """This life where ``other`` is NaN in a figure or ``rows`` is -1; else figure by figure ``other[rows]``."""

        def pick(mine: np.ndarray, theirs: np.ndarray) -> np.ndarray:
            stated = np.where(rows >= 0, theirs[rows], np.nan) if len(theirs) else np.full(len(rows), np.nan)
            return np.where(np.isnan(stated), mine, stated)

        return Life(
            pick(self.early_share, other.early_share),
            pick(self.early_eta, other.early_eta),
            pick(self.early_beta, other.early_beta),
            pick(self.eta, other.eta),
            pick(self.beta, other.beta),
        )

    def failed(self, age: np.ndarray | float) -> np.ndarray:
        """Share failed by an age [days]; broadcast."""
        return mixture_failed(np.asarray(age), self.early_share, self.early_eta, self.early_beta, self.eta, self.beta)

    def outlives_from(self, age: np.ndarray | float) -> np.ndarray:
        """Draws ``u`` at or above this outlive an age [days], whatever their kind (a whisker above the exact share)."""
        late = weibull_failed(np.asarray(age), self.eta, self.beta)
        return np.asarray((self.early_share + (1.0 - self.early_share) * late) * (1.0 + 1e-12))

    def quantile(self, u: np.ndarray) -> np.ndarray:
        """Life at probability ``u`` [days]; broadcast."""
        return mixture_life(u, self.early_share, self.early_eta, self.early_beta, self.eta, self.beta)


@dataclass(frozen=True)
class Terms:
    """Rows of ``scenario.sku_markets``, a column an attribute, shape (rows,), in their stated order."""

    sku: np.ndarray
    """Row in ``scenario.skus`` [int16]."""
    market: np.ndarray
    """Row in ``scenario.market_ids`` [int8]."""
    list_price: np.ndarray
    """List price in the market's currency, tax included where prices are [float64]."""
    tax_factor: np.ndarray
    """Price paid over price net of tax: 1 + tax where prices include it, else 1 [float64, >= 1]."""
    warranty_days: np.ndarray
    """Length of the warranty [days]."""
    whole_refund_days: np.ndarray
    """Age up to which the refund is the whole price; infinite where it never falls [days]."""
    opportunistic: np.ndarray
    """Units whose owner would file without a fault [share, 0-1]."""
    life: Life
    """How units live [days]."""
    codes: np.ndarray
    """Sorted (sku, market, first day) codes for look-up [int64]."""
    order: np.ndarray
    """Row of each code [int64]."""
    markets: int
    """Number of markets."""

    def row(self, sku: np.ndarray, market: np.ndarray, ordinals: np.ndarray) -> np.ndarray:
        """The row that binds a unit of a SKU sold in a market on a day; -1 where none has begun.

        ``ordinals``: proleptic day numbers. Broadcast; returns int64.
        """
        pair = np.asarray(sku, dtype=np.int64) * self.markets + market
        if self.only is not None:
            # One row a pair: a look-up costs a tenth of a search.
            row, since = self.only
            pair = np.minimum(pair, len(row) - 1)
            return np.where(since[pair] <= ordinals, row[pair], -1)
        place = np.searchsorted(self.codes, pair * _SPAN + ordinals, side="right") - 1
        found = (place >= 0) & (self.codes[place] >= pair * _SPAN)
        return np.where(found, self.order[place], -1)

    @cached_property
    def only(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The row of each pair of a SKU and a market and the first day it holds, where none has two; else None. The
        last entry stands for all pairs beyond."""
        pair, since = np.divmod(self.codes, _SPAN)
        if (pair[1:] == pair[:-1]).any():
            return None
        size = int(pair.max(initial=-1)) + 2
        row, first = np.full(size, -1), np.full(size, _SPAN)
        row[pair], first[pair] = self.order, since
        return row, first


@recent(4)
def terms(scenario: Scenario) -> Terms:
    """The terms of sale of a scenario as columns."""
    rows = scenario.sku_markets
    sku_at = {row.sku: i for i, row in enumerate(scenario.skus)}
    market_at = {market: i for i, market in enumerate(scenario.market_ids)}
    sku = np.array([sku_at[row.sku] for row in rows], dtype=np.int16)
    market = np.array([market_at[row.market] for row in rows], dtype=np.int8)
    starts = np.array([row.from_.toordinal() for row in rows], dtype=np.int64)
    codes = (sku.astype(np.int64) * len(market_at) + market) * _SPAN + starts
    order = np.argsort(codes)
    places = [scenario.markets[row.market] for row in rows]
    return Terms(
        sku=sku,
        market=market,
        list_price=np.array([row.list_price for row in rows]),
        tax_factor=np.array([1.0 + place.tax_share if place.prices_include_tax else 1.0 for place in places]),
        warranty_days=np.array([row.warranty_days for row in rows]),
        whole_refund_days=np.array([_whole_refund_days(row) for row in rows]),
        opportunistic=np.array([_opportunistic(scenario, row.market, row.list_price) for row in rows]),
        life=Life(
            np.array([row.early_share for row in rows]),
            np.array([row.early_eta_days for row in rows]),
            np.array([row.early_beta for row in rows]),
            np.array([row.life_eta_days for row in rows]),
            np.array([row.life_beta for row in rows]),
        ),
        codes=codes[order],
        order=order,
        markets=len(market_at),
    )


def prolonged(scenario: Scenario, market: np.ndarray, sold: np.ndarray) -> np.ndarray:
    """Days by which a repair can prolong the warranty of sales at most, by terms or law. ``sold``: day numbers.

    Shape (n,), float64.
    """
    out = np.zeros(len(market))
    for m, name in enumerate(scenario.market_ids):
        here = market == m
        stated = scenario.markets[name]
        if stated.renewal.get("repair") == "extended":
            out[here] = stated.extension_days
        for row in scenario.legal_floors:
            if row.market == name:
                bound = here & (sold >= row.sold_from.toordinal())
                out[bound] = np.maximum(out[bound], row.repair_extends_days)
    return out


def _whole_refund_days(row: SkuMarket) -> float:
    match row.refund_basis:
        case "full":
            return math.inf
        case "pro_rata":
            return 0.0
        case _:
            return row.full_days


def _opportunistic(scenario: Scenario, market: str, list_price: float) -> float:
    steps = sorted(scenario.births.opportunistic.get(market, ()), key=lambda step: step.from_.value)
    held = [step.share for step in steps if step.from_.value <= list_price]
    return held[-1] if held else 0.0
