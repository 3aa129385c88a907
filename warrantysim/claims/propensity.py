"""Who claims when a unit has failed: dearer, younger units and visible policies bring more claims."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario

YEAR = 365.0
"""Days in the year of the age decline."""


@dataclass(frozen=True)
class ClaimPropensity:
    """``base x visibility x (cheap + (1-cheap) P/(P+half)) x max(0, 1 - decline x age in years)``, at most 1."""

    base: np.ndarray
    """By market [share, 0-1]."""
    cheap: np.ndarray
    """By market [factor, 0-1]."""
    half_price: np.ndarray
    """By market, in its currency [amount]."""
    decline: np.ndarray
    """By market [share per year]."""
    visibility: np.ndarray
    """By channel [factor]."""

    def at(self, market: np.ndarray, channel: np.ndarray, price: np.ndarray, age_days: np.ndarray) -> np.ndarray:
        """Chance that the owner of a failed unit claims [0, 1].

        ``market``, ``channel``: rows of ``market_ids`` and ``channel_ids``; ``price``: price paid, tax included where
        prices are, in the market's currency; ``age_days``: age at failure. All broadcast; returns float64.
        """
        market = np.asarray(market, dtype=np.intp)
        half, cheap = self.half_price[market], self.cheap[market]
        dearness = cheap + (1.0 - cheap) * price / (price + half)
        youth = np.maximum(1.0 - self.decline[market] * age_days / YEAR, 0.0)
        return np.asarray(np.minimum(self.base[market] * self.visibility[channel] * dearness * youth, 1.0))


def claim_propensity(scenario: Scenario) -> ClaimPropensity:
    """The scenario's propensity as columns by market and channel.

    Raises
    ------
    KeyError
        If a market has no propensity.
    """
    rules = [scenario.births.propensity[market] for market in scenario.market_ids]
    return ClaimPropensity(
        base=np.array([rule.base for rule in rules]),
        cheap=np.array([rule.cheap_factor for rule in rules]),
        # A price of 0 over a half-price of 0 must stay a number.
        half_price=np.array([max(rule.half_price.value, 1e-9) for rule in rules]),
        decline=np.array([rule.decline_per_year for rule in rules]),
        visibility=np.array([scenario.births.visibility.get(channel, 1.0) for channel in scenario.channel_ids]),
    )
