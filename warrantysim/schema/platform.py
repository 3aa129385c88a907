"""What the marketplace platform charges and gives back, as dated rows with their source."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Literal

from pydantic import model_validator

from warrantysim.schema.amounts import Currency
from warrantysim.schema.dated import DatedRow
from warrantysim.schema.errors import NOTHING, BadInput, Checked, Problem, told, wrong
from warrantysim.schema.ranges import Money, Share, SomeQuantity
from warrantysim.schema.row_keys import row_path

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario


FeeKind = Literal[
    "referral",
    "refund_administration",
    "removal",
    "returns_processing",
    "liquidation_share",
    "liquidation_processing",
]
FeeUnit = Literal["", "lb", "oz", "kg", "g", "price"]


class PlatformFee(DatedRow):
    """One band of one fee of one market.

    A fee is a ladder of bands over a weight or a price. A band costs ``amount`` plus ``per_unit`` for each unit begun
    above the band below, plus ``share`` of the money it is charged on.
    """

    key_fields = ("fee", "market", "tier", "up_to")
    fee: FeeKind
    """Which fee: referral; refund_administration (kept from the referral fee given back); removal (removal or
    disposal of a unit); returns_processing; liquidation_share (of the gross proceeds); liquidation_processing (of a
    unit) [text]."""
    market: str
    """Market [id]."""
    tier: str = ""
    """Size tier, or category for referral fees; empty where the fee has none [text]."""
    up_to: SomeQuantity | None = None
    """Upper end of the band, inclusive; empty for the last band [unit, > 0]."""
    unit: FeeUnit = ""
    """What ``up_to`` is measured in: a weight, the price, or nothing [lb|oz|kg|g|price|empty]."""
    amount: Money = 0.0
    """Fixed part of the band [currency, >= 0]."""
    per_unit: Money = 0.0
    """Price of each unit begun above the band below [currency per unit, >= 0]."""
    share: Share = 0.0
    """Share of the money the fee is charged on [share, 0-1]."""
    minimum: Money = 0.0
    """Least fee [currency, >= 0]."""
    cap: Money | None = None
    """Highest fee; empty for none [currency, >= 0]."""
    currency: Currency
    """Currency of every amount of the row [ISO code]."""
    threshold: Share = 0.0
    """returns_processing: returned share of shipped units up to which nothing is charged; enter your category's own
    [share, 0-1]."""

    @model_validator(mode="after")
    def _bands_have_units(self) -> PlatformFee:
        if (self.up_to is not None or self.per_unit > 0) and not self.unit:
            raise BadInput("expected a unit, since the row has a band or a price per unit")
        if self.per_unit > 0 and self.unit == "price":
            raise BadInput("expected a share instead of a price per unit for bands of price")
        if self.cap is not None and self.cap < self.minimum:
            raise BadInput(
                "expected a cap of at least the minimum {minimum:g}, got {cap:g}", minimum=self.minimum, cap=self.cap
            )
        return self


def referral_fees_stated(s: Scenario) -> Checked:
    """What is sold over the platform has a referral fee: its own, or one of the platform's category."""
    tiers = {(row.market, row.tier) for row in s.platform_fees if row.fee == "referral"}
    sold = {(row.sku, row.market) for row in s.sales if s.channels[row.channel].platform}
    for row in s.sku_markets:
        tier = s.skus[s.sku_index[row.sku]].referral_tier
        if row.referral_share is None and (row.sku, row.market) in sold and (row.market, tier) not in tiers:
            known = sorted(name for market, name in tiers if market == row.market)
            message = told(
                "expected a share, or a referral row of platform_fees for {market} and {tier!r}",
                market=row.market,
                tier=tier,
            )
            message += told("it has {names}", names=", ".join(known)) if known else NOTHING
            yield Problem(row_path("sku_markets", row, "referral_share"), message)


def referral_fees_hold_from_the_first_order(s: Scenario) -> Checked:
    """The oldest order that is still refunded over the platform has a referral fee."""
    begun: dict[tuple[str, str], dt.date] = {}
    for fee in s.platform_fees:
        if fee.fee == "referral":
            begun[fee.market, fee.tier] = min(fee.from_, begun.get((fee.market, fee.tier), fee.from_))
    oldest = max((c.rail_days for c in s.channels.values() if c.platform), default=0.0)
    # A thousand years ago there were no orders: rows without a date hold from the beginning of the calendar.
    first = s.horizon.begins - dt.timedelta(days=min(math.ceil(oldest), 365_000))
    sold = {(row.sku, row.market) for row in s.sales if s.channels[row.channel].platform}
    read = {(row.market, s.skus[s.sku_index[row.sku]].referral_tier) for row in s.sku_markets
            if row.referral_share is None and (row.sku, row.market) in sold}  # fmt: skip
    for market, tier in sorted(read & begun.keys()):
        if begun[market, tier] > first:
            yield wrong(
                "platform_fees",
                "expected a referral row for {market} and {tier!r} that holds on {first}, the day of the oldest order "
                "refunded over the platform, or one without a date; the first begins {begun}",
                market=market,
                tier=tier,
                first=first,
                begun=begun[market, tier],
            )
