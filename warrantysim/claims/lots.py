"""Production lots: some units of a product, sold in some months and markets, live and fail otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.claims.digest import mixed, stable_number
from warrantysim.claims.fault_mix import FaultMix
from warrantysim.claims.philox import uniforms
from warrantysim.claims.stream_ids import Purpose
from warrantysim.claims.terms import Life
from warrantysim.schema.recent import recent

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario


@dataclass(frozen=True)
class Lots:
    """Lots in order of (SKU, lot) name, a column an attribute, shape (lots,)."""

    sku: np.ndarray
    """Row in ``scenario.skus`` [int16]."""
    in_market: np.ndarray
    """Whether it was sold in each market, shape (lots, markets) [bool]."""
    first_month: np.ndarray
    """First month of sale, months since year 0 [int64]."""
    last_month: np.ndarray
    """Last month of sale, inclusive [int64]."""
    share: np.ndarray
    """Units of the lot among those sold [share, 0-1]."""
    life: Life
    """Life figures; NaN keeps the product's [days]."""
    fault: np.ndarray
    """Row in ``scenario.faults`` of the fault it is known for; -1 keeps the product's mix [int16]."""
    fault_share: np.ndarray
    """Share of that fault among the lot's claims [share, 0-1]."""
    key: np.ndarray
    """Digest of the lot's name [uint64]."""

    def __len__(self) -> int:
        return len(self.sku)

    def touches(self, lot: int, sku: np.ndarray, market: np.ndarray, month: np.ndarray) -> np.ndarray:
        """Which of many sales (SKU, market, month since year 0) can be of one lot [bool]."""
        return np.asarray(
            (sku == self.sku[lot])
            & self.in_market[lot][market]
            & (month >= self.first_month[lot])
            & (month <= self.last_month[lot])
        )

    def membership(
        self,
        seed: int,
        replication: int,
        unit: np.ndarray,
        sku: np.ndarray,
        market: np.ndarray,
        month: np.ndarray,
        generation: np.ndarray | int = 0,
    ) -> np.ndarray:
        """The lot of each unit, -1 for none. A draw for each lot and unit; of several lots the first by name holds.

        ``month``: in which it left stock, months since year 0; ``generation``: 0 for a unit sold, that of its claim for
        a replacement.
        """
        again = np.broadcast_to(generation, unit.shape)
        lot = np.full(len(unit), -1, dtype=np.int64)
        for i in range(len(self)):
            rows = np.flatnonzero(self.touches(i, sku, market, month) & (lot < 0))
            u = uniforms(seed, replication, mixed(unit[rows], int(self.key[i])), again[rows], Purpose.LOT)
            lot[rows[u < self.share[i]]] = i
        return lot

    def faults(self, mix: FaultMix, lot: np.ndarray, sku: np.ndarray, u: np.ndarray) -> np.ndarray:
        """True faults by the lot's mix, or the product's where there is no lot. Rows of ``scenario.faults``."""
        out = mix.draw(sku, u)
        for i in np.flatnonzero(self.fault >= 0):
            mine = lot == i
            out[mine] = mix.draw_lot(int(self.sku[i]), int(self.fault[i]), float(self.fault_share[i]), u[mine])
        return out


@recent(4)
def lots(scenario: Scenario) -> Lots:
    """The lots of a scenario as columns."""
    rows = sorted(scenario.lots, key=lambda row: (row.sku, row.lot))
    sku_at = {row.sku: i for i, row in enumerate(scenario.skus)}
    fault_at = {(row.sku, row.fault): i for i, row in enumerate(scenario.faults)}
    named = [{part.strip() for part in row.markets.split("|") if part.strip()} for row in rows]

    def figures(name: str) -> np.ndarray:
        return np.array([np.nan if (v := getattr(row, name)) is None else v for row in rows], dtype=np.float64)

    return Lots(
        sku=np.array([sku_at[row.sku] for row in rows], dtype=np.int16),
        in_market=np.array(
            [[not names or market in names for market in scenario.market_ids] for names in named], dtype=bool
        ).reshape(len(rows), len(scenario.market_ids)),
        first_month=np.array([row.sold_from.year * 12 + row.sold_from.month - 1 for row in rows], dtype=np.int64),
        last_month=np.array([row.sold_to.year * 12 + row.sold_to.month - 1 for row in rows], dtype=np.int64),
        share=figures("share"),
        life=Life(
            figures("early_share"),
            figures("early_eta_days"),
            figures("early_beta"),
            figures("life_eta_days"),
            figures("life_beta"),
        ),
        fault=np.array([fault_at[row.sku, row.fault] if row.fault else -1 for row in rows], dtype=np.int16),
        fault_share=figures("fault_share"),
        key=np.array([stable_number("lot", row.sku, row.lot) for row in rows], dtype=np.uint64),
    )
