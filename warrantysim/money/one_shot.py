"""The expected cost of one claim as a consultant's spreadsheet has it: no queue, no clock, no luck, no contract.

It is the plain formula the simulation is held against. Per physically returned unit, in one currency:

    refund       P - rP + admin
    reship       landed + f
    base         label + receive + test
    ship option  base + (nff + misuse) f + (1 - nff - misuse) c
    c local      y (q + f) + (1 - y)(ber + reship)
    c China      y (kg (a_in + a_out) + b (1 + d) + back + f) + (1 - y)(kg a_in + scrap + reship)

It leaves out labels never used, loss, waiting, fixed partner fees and recovery; the simulation has them all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from warrantysim.money.platform_fees import referral_return, refund_administration

NDArray = np.ndarray


@dataclass(frozen=True)
class OneShotUnits:
    """SKUs to be priced, an array of shape (n,) each; NaN where an option does not exist."""

    price: NDArray
    """Price net of tax [currency]."""
    referral_share: NDArray
    """Referral fee r [share of price]."""
    landed: NDArray
    """Landed cost of a replacement [currency]."""
    fulfilment: NDArray
    """Sending one unit to the customer, f [currency]."""
    label: NDArray
    """Return label [currency]."""
    receive: NDArray
    """Receiving and inspecting a unit [currency]."""
    test: NDArray
    """Functional test [currency]."""
    no_fault: NDArray
    """Returned units without fault, nff [share]."""
    misuse: NDArray
    """Returned units excluded from warranty [share]."""
    weight_kg: NDArray
    """Packed weight [kg]."""
    volume_cm3: NDArray
    """Packed volume [cm3]."""
    local_price: NDArray
    """Partner's price of a repaired unit, q; NaN without partner [currency]."""
    local_yield: NDArray
    """Faulty units the partner repairs, y [share]."""
    china_repair: NDArray
    """Cost of a repair in China, b; NaN where return is impossible [currency]."""
    china_yield: NDArray
    """Faulty units repaired in China, y [share]."""
    duty: NDArray
    """Duty on the repair value on the way back, d [share]."""


@dataclass(frozen=True)
class OneShotTerms:
    """Rates that hold for all SKUs."""

    admin_cap: float
    """Highest refund administration fee [currency]."""
    admin_share: float
    """Refund administration fee as a share of the referral fee [share]."""
    local_ber: float
    """Fee of a unit the partner cannot repair [currency]."""
    china_back: float
    """Fixed cost of bringing one repaired unit back [currency]."""
    china_scrap: float
    """Cost of a unit that China cannot repair [currency]."""
    air_in: float
    """Air freight to China [currency per kg]."""
    air_out: float
    """Air freight back [currency per kg]."""
    sea_in: float
    """Sea freight to China [currency per kg]."""
    sea_out: float
    """Sea freight back [currency per kg]."""
    cm3_per_kg: float = 6000.0
    """Volume that weighs one kg in freight [cm3 per kg]."""


@dataclass(frozen=True)
class OneShotCosts:
    """Expected cost of each option for each SKU, shape (n,); NaN where the option does not exist."""

    refund: NDArray
    """Money back, the customer keeps the unit [currency]."""
    reship: NDArray
    """A new unit, the customer keeps the old one [currency]."""
    base: NDArray
    """Getting one unit back and tested [currency]."""
    local: NDArray
    """Repair at the partner [currency]."""
    china_air: NDArray
    """Return to China by air [currency]."""
    china_sea: NDArray
    """Return to China by sea [currency]."""


def one_shot_costs(units: OneShotUnits, terms: OneShotTerms) -> OneShotCosts:
    """The formulas above, for many SKUs at once."""
    u = units
    returned = referral_return(u.price, u.referral_share)
    refund = u.price - returned + refund_administration(returned, terms.admin_cap, terms.admin_share)
    reship = u.landed + u.fulfilment
    base = u.label + u.receive + u.test
    kg = np.maximum(u.weight_kg, u.volume_cm3 / terms.cm3_per_kg)

    def shipped(faulty: NDArray) -> NDArray:
        sound = u.no_fault + u.misuse
        return base + sound * u.fulfilment + (1 - sound) * faulty

    def china(rate_in: float, rate_out: float) -> NDArray:
        repaired = kg * (rate_in + rate_out) + u.china_repair * (1 + u.duty) + terms.china_back + u.fulfilment
        failed = kg * rate_in + terms.china_scrap + reship
        return shipped(u.china_yield * repaired + (1 - u.china_yield) * failed)

    local = u.local_yield * (u.local_price + u.fulfilment) + (1 - u.local_yield) * (terms.local_ber + reship)
    return OneShotCosts(
        refund=refund,
        reship=reship,
        base=base,
        local=shipped(local),
        china_air=china(terms.air_in, terms.air_out),
        china_sea=china(terms.sea_in, terms.sea_out),
    )
