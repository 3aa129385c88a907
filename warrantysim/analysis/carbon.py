"""Greenhouse gas of a unit moved, made or thrown away: a named method, factors with their source, distances as data.

kg CO2e = sum over legs of (kg / 1000) x km x factor per t km, plus embodied factor per kg of every new unit, plus
waste treatment per t. Factors: UK government conversion factors 2025, flat file [S150]; direct emissions and
well-to-tank are separate figures and are added only where the method says so, as is radiative forcing of aircraft.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from warrantysim.packs import rows
from warrantysim.schema.root import Scenario

SHORT_HAUL_KM = 3_700.0
"""Flights up to this length take the short-haul factor, as the source draws the line [km]."""

_TRANSPORT = {row["item"]: (float(row["direct"]), float(row["well_to_tank"])) for row in rows("greenhouse_gas")}
"""Direct emissions and well-to-tank of each means of transport [kg CO2e per t km]."""
EMBODIED = {"small": 5.648, "mid": 5.648, "large": 3.267}
"""Making electrical goods, by size class [kg CO2e per kg, S150 small and large electricals]."""
EMBODIED_BATTERY = 6.308
"""Making a product that is a battery itself [kg CO2e per kg, S150 lithium-ion]."""
WASTE_TREATED = 4.686
"""Electrical waste that is treated [kg CO2e per t, S150]."""
WASTE_LANDFILLED = 8.983
"""Electrical waste that a customer throws away [kg CO2e per t, S150 landfill]."""


@dataclass(frozen=True)
class Distances:
    """How far goods travel for one country."""

    air_km: float
    """Between the country and South China by air [km, > 0]."""
    sea_km: float
    """Likewise by sea [km, > 0]."""
    lorry_km: float
    """Road to and from ports or airports, both ends together [km, >= 0]."""
    parcel_lorry_km: float
    """Trunk road of one domestic parcel [km, >= 0]."""
    parcel_van_km: float
    """Last mile a parcel, its share of a round [km, >= 0]."""


DISTANCES: Mapping[str, Distances] = {
    row["country"]: Distances(**{name: float(row[name]) for name in Distances.__dataclass_fields__})
    for row in rows("distances")
}
"""By ISO country; markets elsewhere have no figure (NaN) until one is given."""


@dataclass(frozen=True)
class CarbonMethod:
    """Which figures are added up. Results of different methods are not comparable, so the name goes with them."""

    radiative_forcing: bool = True
    """Whether effects of aircraft at height are included; short haul has no figure without them."""
    well_to_tank: bool = True
    """Whether making the fuel is included."""
    distances: Mapping[str, Distances] = field(default_factory=lambda: DISTANCES)
    """Distances by ISO country."""
    embodied_by_category: Mapping[str, float] = field(default_factory=dict)
    """Making a kg of a product category, where its size class does not tell [kg CO2e per kg]."""

    @property
    def name(self) -> str:
        """What to print beside every figure."""
        fuel = "well-to-wheel" if self.well_to_tank else "tank-to-wheel"
        height = "with" if self.radiative_forcing else "without"
        return f"DESNZ 2025, {fuel}, {height} radiative forcing"

    def per_tkm(self, item: str) -> float:
        """Factor of a means of transport [kg CO2e per t km]."""
        direct, fuel = _TRANSPORT[item]
        return direct + (fuel if self.well_to_tank else 0.0)

    def air(self, km: float) -> float:
        """Freight by air over a distance [kg CO2e per t]."""
        if km <= SHORT_HAUL_KM and self.radiative_forcing:
            return km * self.per_tkm("air_short_rf")
        return km * self.per_tkm("air_long_rf" if self.radiative_forcing else "air_long")


@dataclass(frozen=True)
class UnitCarbon:
    """kg CO2e of one unit; arrays by SKU S, market M and, for freight, way W."""

    parcel: np.ndarray
    """A domestic parcel, shape (S, M)."""
    freight: np.ndarray
    """One way between market and China with road at both ends, shape (S, M, W); NaN where the market has no such way.
    """
    new: np.ndarray
    """Making a unit and bringing it to the market by sea, shape (S, M)."""
    treated: np.ndarray
    """Electrical waste treatment, shape (S,)."""
    landfilled: np.ndarray
    """Landfill, shape (S,)."""


def unit_carbon(scenario: Scenario, method: CarbonMethod) -> UnitCarbon:
    """What a unit of each product emits on each leg."""
    tonnes = np.array([sku.weight_kg for sku in scenario.skus]) / 1000.0
    parcel, sea, freight = [], [], []
    for market in scenario.markets.values():
        far = method.distances.get(market.country)
        if far is None:
            parcel.append(np.nan)
            sea.append(np.nan)
            freight.append([np.nan] * len(scenario.way_ids))
            continue
        road = far.lorry_km * method.per_tkm("lorry")
        ship = road + far.sea_km * method.per_tkm("ship")
        plane = road + method.air(far.air_km)
        parcel.append(far.parcel_lorry_km * method.per_tkm("lorry") + far.parcel_van_km * method.per_tkm("van"))
        sea.append(ship)
        ways = [
            (plane if scenario.lane_flies(market.china[way].out_lane) else ship) if way in market.china else np.nan
            for way in scenario.way_ids
        ]
        freight.append(ways)
    made = np.array([_embodied(scenario, method, i) for i in range(len(scenario.skus))]) * tonnes * 1000.0
    by_way = np.array(freight).reshape(len(scenario.markets), len(scenario.way_ids))
    return UnitCarbon(
        parcel=tonnes[:, None] * np.array(parcel),
        freight=tonnes[:, None, None] * by_way,
        new=made[:, None] + tonnes[:, None] * np.array(sea),
        treated=tonnes * WASTE_TREATED,
        landfilled=tonnes * WASTE_LANDFILLED,
    )


def _embodied(scenario: Scenario, method: CarbonMethod, i: int) -> float:
    sku = scenario.skus[i]
    if sku.category in method.embodied_by_category:
        return method.embodied_by_category[sku.category]
    return EMBODIED_BATTERY if sku.battery == "standalone" else EMBODIED[sku.size_class]
