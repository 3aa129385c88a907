"""What the marketplace platform charges and gives back, as dated rows with their source."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from warrantysim.schema.amounts import Currency
from warrantysim.schema.dated import DatedRow
from warrantysim.schema.errors import BadInput
from warrantysim.schema.ranges import Money, Share, SomeQuantity

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
