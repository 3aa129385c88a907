"""Swap pools in the program: what a unit that comes back is worth to the claims after it.

Alone, a claim is charged a new unit at landed cost for its replacement, and credited the transfer value of the unit it
hands in. Together, a pooled unit takes the place of a new one as soon as somebody asks for it, so it saves

    landed cost - transfer value,

and one that nobody asks for is left over and worth its closing value. With S units that join a pool in a mean year and
D replacements that may come from it, a pool therefore costs

    - (landed - transfer) S + (landed - closing) max(0, S - D).

The first part belongs to the claims that hand units in, the second is shared by all who use the pool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.decision.problem import Load, Pool
from warrantysim.experiment.outcomes import PotentialOutcomes
from warrantysim.journeys.world import World
from warrantysim.money.price_book import price_book


@dataclass(frozen=True)
class PoolUse:
    """What training claims bring to swap pools and take from them; n claims, A arms, K pools."""

    pool: np.ndarray
    """Pool of each claim's product and market [int (n,)]."""
    pooled: np.ndarray
    """Units that join [units (n, A)]."""
    net: np.ndarray
    """The same less replacements that may come from the pool [units (n, A)]."""
    names: tuple[str, ...]
    """Product and market of each pool."""
    saved: np.ndarray
    """Landed cost less transfer value, shape (K,) [reporting currency per unit]."""
    loss: np.ndarray
    """Landed cost less closing value, shape (K,) [reporting currency per unit]."""

    @property
    def credit(self) -> np.ndarray:
        """What the units a claim hands in save others, as a cost, shape (n, A) [reporting currency]."""
        return -self.saved[self.pool][:, None] * self.pooled

    def measure(self, k: int) -> str:
        """Name of a pool's measure."""
        return f"pool {self.names[k]}"

    def loads(self, place: np.ndarray, shape: tuple[int, int, int], replications: int) -> dict[str, Load]:
        """Units that join less units asked for, a mean year, of each pool that any claim could join.

        ``place``: cell and band of each claim, flat; ``shape``: (C, B, A).
        """
        cells, bands, arms = shape
        out = {}
        for k in np.unique(self.pool[self.pooled.any(axis=1)]).tolist():
            rows = np.flatnonzero(self.pool == k)
            sums = [np.bincount(place[rows], self.net[rows, a], cells * bands) for a in range(arms)]
            table = np.stack(sums, axis=1).reshape(shape) / replications
            touched = np.flatnonzero(table.any(axis=(0, 1)))
            out[self.measure(k)] = Load(touched, table[:, :, touched])
        return out

    def pools(self, loads: Mapping[str, Load]) -> tuple[Pool, ...]:
        """The pools that could hold more than is asked of them, under some plan."""
        named = {self.measure(k): (name, float(self.loss[k])) for k, name in enumerate(self.names)}
        return tuple(
            Pool(f"pool of {name}", measure, loss)
            for measure, (name, loss) in named.items()
            if measure in loads and loss > 0 and loads[measure].largest > 0
        )


def pool_use_of(world: World, outcomes: Sequence[PotentialOutcomes], kept: Sequence[np.ndarray]) -> PoolUse:
    """Pools and what the kept claims of all replications have for them."""

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(po, name)[rows] for po, rows in zip(outcomes, kept, strict=True)])

    s = world.scenario
    markets = len(s.market_ids)
    places, pool = np.unique(joined("sku").astype(np.int64) * markets + joined("market"), return_inverse=True)
    sku, market = np.divmod(places, markets)
    book = price_book(s)
    opening = np.zeros(len(places), dtype=np.int64)
    rows = book.terms_row(sku, market, opening)

    def worth(values: np.ndarray, currency: np.ndarray) -> np.ndarray:
        return np.asarray(values * book.rate(currency, opening, market))

    landed, transfer, closing = (
        worth(p.value, p.currency)
        for p in (v.at(rows) for v in (book.values.landed, book.values.transfer, book.values.closing))
    )
    return PoolUse(
        pool=pool.reshape(-1),
        pooled=joined("pooled"),
        net=joined("pooled") - joined("pool_asked"),
        names=tuple(f"{s.sku_ids[k]} {s.market_ids[m]}" for k, m in zip(sku, market, strict=True)),
        saved=landed - transfer,
        loss=landed - closing,
    )
