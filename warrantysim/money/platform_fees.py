"""What the platform keeps, charges and gives back per unit: bands of weight or price on dated rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from warrantysim.schema.platform import PlatformFee
from warrantysim.schema.shipping import KG_PER_UNIT, SLACK, round_up


def referral_return(price_net: np.ndarray, rate: np.ndarray | float) -> np.ndarray:
    """Referral fee given back on a full refund: price net of tax x referral share. Price currency, shape of input."""
    return np.asarray(price_net, dtype=float) * rate


def refund_administration(referral: np.ndarray, cap: np.ndarray | float, share: np.ndarray | float = 0.2) -> np.ndarray:
    """What the platform keeps of a referral fee it gives back: min(cap, share x referral fee). Shape of ``referral``.

    Parameters
    ----------
    referral
        Referral fee of the refunded order, tax not in the base [currency].
    cap
        Highest administration fee [same currency].
    share
        Share of the referral fee [0-1].
    """
    return np.minimum(cap, share * np.asarray(referral, dtype=float))


def rail_fee(
    amount: np.ndarray, fee_share: float, fee_fixed: float | np.ndarray, fx_spread_share: float = 0.0
) -> np.ndarray:
    """Cost of paying customers over a bank or wallet: amount x (fee + spread) + fixed, 0 for nothing paid. Shape (n,).

    ``fee_fixed`` is in the currency of ``amount``.
    """
    amount = np.asarray(amount, dtype=float)
    return np.where(amount > 0, amount * (fee_share + fx_spread_share) + fee_fixed, 0.0)


def returns_processing(
    shipped: np.ndarray,
    returned: np.ndarray,
    fee: np.ndarray | float,
    threshold: np.ndarray | float,
    exempt_units: float = 25.0,
) -> np.ndarray:
    """Fee on physically returned units above a category's threshold, per product and ship month. Shape (n,).

    fee x max(0, returned - threshold x shipped); nothing for products that ship fewer than ``exempt_units`` a month.
    Returnless refunds are not in ``returned``.
    """
    shipped, returned = np.asarray(shipped, dtype=float), np.asarray(returned, dtype=float)
    return np.where(shipped >= exempt_units, np.maximum(0.0, returned - threshold * shipped) * fee, 0.0)


def banded_fee(bands: Sequence[PlatformFee], size: np.ndarray) -> np.ndarray:
    """Weight-banded fee: the band's amount plus its price for each whole unit begun above the band below. Shape (n,).

    ``size`` is in the bands' own unit. NaN above the last band.
    """
    rows = sorted(bands, key=lambda row: np.inf if row.up_to is None else row.up_to)
    up_to = np.array([np.inf if row.up_to is None else row.up_to for row in rows])
    below = np.array([0.0, *up_to, np.inf])
    which = np.searchsorted(up_to, size * (1 - SLACK), side="left")
    amount = np.array([*(row.amount for row in rows), np.nan])[which]
    slope = np.array([*(row.per_unit for row in rows), 0.0])[which]
    over = np.maximum(size - np.where(np.isfinite(below[which]), below[which], size), 0.0)
    return amount + slope * round_up(over, 1.0)


class PlatformFees:
    """The platform's fee table, ready to price columns on any day."""

    def __init__(self, rows: Iterable[PlatformFee]) -> None:
        self._ladders: dict[tuple[str, str, str], list[PlatformFee]] = {}
        for row in sorted(rows, key=lambda row: row.from_):
            self._ladders.setdefault((row.fee, row.market, row.tier), []).append(row)

    def has(self, fee: str, market: str, tier: str = "") -> bool:
        """Whether the table states this fee."""
        return (fee, market, tier) in self._ladders

    def currency(self, fee: str, market: str, tier: str = "") -> str:
        """Currency of a fee."""
        return self._rows(fee, market, tier)[-1].currency

    def weight_fee(self, fee: str, market: str, tier: str, weight_kg: np.ndarray, ordinals: np.ndarray) -> np.ndarray:
        """A fee by shipping weight, in its own currency, per unit. All arrays and the result have shape (n,).

        NaN before the first row of the fee.
        """
        weight, days = np.asarray(weight_kg, dtype=float), np.asarray(ordinals, dtype=np.int64)
        out = np.full(days.shape, np.nan)
        for chosen, bands in self._on(fee, market, tier, days):
            unit = bands[0].unit
            out[chosen] = banded_fee(bands, weight[chosen] / KG_PER_UNIT[unit] if unit else weight[chosen])
        return out

    def removal_fee(self, market: str, tier: str, weight_kg: np.ndarray, ordinals: np.ndarray) -> np.ndarray:
        """Removal or disposal of one unit from platform stock; see `weight_fee`."""
        return self.weight_fee("removal", market, tier, weight_kg, ordinals)

    def referral_fee(self, market: str, category: str, price: np.ndarray, ordinals: np.ndarray) -> np.ndarray:
        """Referral fee of a price: each band's share on the part of the price inside the band, at least the minimum.

        ``price``: order price net of tax [currency of the fee]. Shapes (n,). NaN before the first row.
        """
        return self._money_fee("referral", market, category, price, ordinals)

    def refund_administration(self, market: str, referral: np.ndarray, ordinals: np.ndarray) -> np.ndarray:
        """Kept from a referral fee given back, by the market's share and cap; see the function of the same name."""
        return self._money_fee("refund_administration", market, "", referral, ordinals)

    def liquidation_proceeds(
        self, market: str, gross: np.ndarray, weight_kg: np.ndarray, ordinals: np.ndarray
    ) -> np.ndarray:
        """Cash from liquidating units: gross proceeds less the platform's share and, where stated, its processing fee.

        All amounts in the currency of the table; shape (n,).
        """
        left: np.ndarray = gross - self._money_fee("liquidation_share", market, "", gross, ordinals)
        if self.has("liquidation_processing", market):
            left = left - self.weight_fee("liquidation_processing", market, "", weight_kg, ordinals)
        return left

    def threshold(self, market: str, tier: str, day: int) -> float:
        """Returned share of shipped units up to which no returns processing fee is charged on a day number.

        The first row's before it begins, when there is no fee.
        """
        rows = self._rows("returns_processing", market, tier)
        held = [row for row in rows if row.from_.toordinal() <= day] or rows[:1]
        return held[-1].threshold

    def _money_fee(self, fee: str, market: str, tier: str, base: np.ndarray, ordinals: np.ndarray) -> np.ndarray:
        base, days = np.asarray(base, dtype=float), np.asarray(ordinals, dtype=np.int64)
        out = np.full(days.shape, np.nan)
        for chosen, bands in self._on(fee, market, tier, days):
            rows = sorted(bands, key=lambda row: np.inf if row.up_to is None else row.up_to)
            part, below = np.zeros(int(chosen.sum())), 0.0
            for row in rows:
                top = np.inf if row.up_to is None else row.up_to
                part = part + row.share * np.clip(base[chosen] - below, 0.0, top - below)
                below = top
            highest = np.inf if rows[-1].cap is None else rows[-1].cap
            out[chosen] = np.where(base[chosen] > 0, np.clip(part, rows[-1].minimum, highest), 0.0)
        return out

    def _on(self, fee: str, market: str, tier: str, days: np.ndarray) -> Iterable[tuple[np.ndarray, list[PlatformFee]]]:
        """The days grouped by the bands that hold on them: (mask, bands)."""
        rows = self._rows(fee, market, tier)
        changes = np.array(sorted({row.from_.toordinal() for row in rows}), dtype=np.int64)
        version = np.searchsorted(changes, days, side="right") - 1
        for index in np.unique(version[version >= 0]):
            held = {row.up_to: row for row in rows if row.from_.toordinal() <= changes[index]}
            yield version == index, list(held.values())

    def _rows(self, fee: str, market: str, tier: str) -> list[PlatformFee]:
        try:
            return self._ladders[fee, market, tier]
        except KeyError:
            raise ValueError(f"no {fee} fee is stated for {market} {tier}".rstrip()) from None
