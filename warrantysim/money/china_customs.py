"""Entry into China: which route a unit may take, what it locks up, and what a missed clock costs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from warrantysim.schema.customs import ChinaCustoms

YEAR_DAYS = 365.0


class CustomsRoute(IntEnum):
    """How a unit comes into China."""

    HONG_KONG = 0
    """Stays in the free port: no China customs."""
    BONDED = 1
    """Bonded maintenance: no tax while in the ledger."""
    REPAIR_ENTRY = 2
    """Trade mode 1300: deposit of duty and VAT, re-export within the clock."""
    ECOMMERCE_RETURN = 3
    """Cross-border e-commerce return in original state: free, export rebate repaid."""
    GENERAL_RETURN = 4
    """General-trade return in original state: free, export rebate repaid."""
    ORDINARY = 5
    """No relief: duty and VAT are paid."""


@dataclass(frozen=True)
class ChinaEntry:
    """Units entering China; arrays of shape (n,), money in the currency of the declared values but where said."""

    route: np.ndarray
    """`CustomsRoute` [int8]."""
    deposit: np.ndarray
    """Cash locked on entry; 0 under a bank guarantee."""
    forfeited: np.ndarray
    """Deposit (or called guarantee) lost: re-exported after the last extended clock, or never."""
    carrying: np.ndarray
    """Cost of the cash while it is locked, or the bank's fee for its guarantee."""
    settled: np.ndarray
    """Day number on which the deposit is refunded or forfeited [int64]; the day of entry where there is none."""
    tax: np.ndarray
    """Duty and VAT paid without relief, as cost."""
    tax_recoverable: np.ndarray
    """VAT paid without relief that the importer recovers."""
    rebate_repaid: np.ndarray
    """Export VAT rebate paid back before the goods may return free."""
    extensions: np.ndarray
    """Extensions of the repair clock asked for [count, int64]."""
    extension_fee: np.ndarray
    """The unit's share of their fees, in the currency of the China section."""


def deposit_share(terms: ChinaCustoms) -> float:
    """Duty + VAT on value and duty, as a share of declared value: d + v (1 + d)."""
    return terms.duty_share + terms.vat_share * (1 + terms.duty_share)


def rebate_share(terms: ChinaCustoms, exported: np.ndarray, battery: np.ndarray) -> np.ndarray:
    """Export rebate by the day a unit left China (day numbers) and whether it is a battery. Share, shape (n,)."""
    return np.where(battery, terms.rebate_battery_share.at(exported), terms.rebate_share.at(exported))


def china_route(
    terms: ChinaCustoms, for_repair: np.ndarray, original_state: np.ndarray, days_since_export: np.ndarray
) -> np.ndarray:
    """The cheapest route open to each unit. `CustomsRoute`, int8, shape (n,).

    Units to be repaired and sent out again take the stated repair route (repair entry only up to its age limit).
    Units that come home for good return free in their original state inside the window of the way they were
    exported. All others are ordinary imports. Through Hong Kong nothing enters China.
    """
    window = terms.ecommerce_return_days if terms.exported_as == "ecommerce" else terms.general_return_days
    free = CustomsRoute.ECOMMERCE_RETURN if terms.exported_as == "ecommerce" else CustomsRoute.GENERAL_RETURN
    home = np.where(original_state & (days_since_export <= window), free, CustomsRoute.ORDINARY)
    if terms.repair_route == "hong_kong":
        return np.full(home.shape, CustomsRoute.HONG_KONG, dtype=np.int8)
    repair = np.full(home.shape, CustomsRoute.BONDED if terms.repair_route == "bonded" else CustomsRoute.REPAIR_ENTRY)
    if terms.repair_route == "repair_entry" and terms.repair_max_days_since_export is not None:
        repair = np.where(days_since_export <= terms.repair_max_days_since_export, repair, CustomsRoute.ORDINARY)
    return np.where(for_repair, repair, home).astype(np.int8)


def china_entry(
    terms: ChinaCustoms,
    *,
    declared: np.ndarray,
    exported: np.ndarray,
    entered: np.ndarray,
    left: np.ndarray,
    for_repair: np.ndarray,
    reexported: np.ndarray,
    original_state: np.ndarray,
    battery: np.ndarray,
    share: np.ndarray | float = 0.0,
) -> ChinaEntry:
    """Route, deposit and clocks of units entering China. All arrays of shape (n,).

    Parameters
    ----------
    declared
        Declared value [any currency].
    exported, entered, left
        Day numbers: first export from China, entry into it, re-export (or scrapping) [int64].
    for_repair
        Whether the unit comes to be repaired and sent out again.
    reexported
        Whether it really left again; a scrapped unit did not.
    original_state
        Whether nothing was done to it since export.
    battery
        Whether its export rebate is that of batteries.
    share
        The unit's share of its entry's fixed costs, stated by the caller; a whole entry's units add up to 1 [0-1].
    """
    declared = np.asarray(declared, dtype=float)
    exported, entered, left = (np.asarray(days, dtype=np.int64) for days in (exported, entered, left))
    route = china_route(terms, for_repair, original_state, entered - exported)
    stay = np.maximum(left - entered, 0)
    clocked = route == CustomsRoute.REPAIR_ENTRY
    over = np.maximum(stay - terms.repair_clock_days, 0.0)
    asked = np.where(clocked, np.minimum(np.ceil(over / terms.extension_days), terms.extensions), 0).astype(np.int64)
    clock = terms.repair_clock_days + asked * terms.extension_days
    missed = clocked & ((stay > clock) | (~np.asarray(reexported, dtype=bool) & terms.scrapped_forfeits))
    security = np.where(clocked, declared * deposit_share(terms), 0.0)
    held = np.where(missed, np.minimum(stay, clock), stay + terms.deposit_refund_days)
    yearly = terms.guarantee_fee_share if terms.guarantee else terms.capital_cost_share
    unrelieved = np.where(route == CustomsRoute.ORDINARY, declared, 0.0)
    vat = unrelieved * terms.vat_share * (1 + terms.duty_share)
    recovered = vat if terms.ordinary_vat_recoverable else np.zeros(vat.shape)
    home_free = (route == CustomsRoute.ECOMMERCE_RETURN) | (route == CustomsRoute.GENERAL_RETURN)
    return ChinaEntry(
        route=route,
        deposit=np.zeros(security.shape) if terms.guarantee else security,
        forfeited=np.where(missed, security, 0.0),
        carrying=security * yearly * held / YEAR_DAYS,
        settled=entered + np.where(clocked, np.ceil(held), 0).astype(np.int64),
        tax=unrelieved * terms.duty_share + vat - recovered,
        tax_recoverable=recovered,
        rebate_repaid=np.where(home_free, declared * rebate_share(terms, exported, battery), 0.0),
        extensions=asked,
        extension_fee=asked * terms.extension_fee.value * share,
    )


def china_dispatch_bill(terms: ChinaCustoms, kg: np.ndarray, inspected: np.ndarray | bool = False) -> np.ndarray:
    """Fixed costs of dispatches into China, in its currency: broker + inspection + truck from Hong Kong. Shape (n,).

    Truck: max(minimum, rate x kg). A Hong Kong bench has none of them.
    """
    kg = np.asarray(kg, dtype=float)
    if terms.repair_route == "hong_kong":
        return np.zeros(kg.shape)
    truck = np.maximum(terms.truck_minimum.value, terms.truck_per_kg.value * kg)
    inspection = np.where(inspected, terms.inspection_fee.value, 0.0)
    return np.where(kg > 0, terms.import_entry.value + inspection + truck, 0.0)
