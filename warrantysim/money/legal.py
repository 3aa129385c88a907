"""Whether the law of a market binds at a unit's age, which makes a cost an obligation and not a kindness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.scenario.markets import DISPOSITIONS, LegalFloorRow


@dataclass(frozen=True)
class LegalFloors:
    """Rows of the legal floors that demand something, columns of shape (rows,)."""

    market: np.ndarray
    """Row in ``scenario.market_ids`` [int64]."""
    first: np.ndarray
    """First day number the row holds [int64]."""
    last: np.ndarray
    """Last day number, before the next row of the same market and age [int64]."""
    age_from: np.ndarray
    """Youngest age [days]."""
    age_to: np.ndarray
    """Oldest age, exclusive [days]."""

    @staticmethod
    def of(rows: Iterable[LegalFloorRow], market_ids: Sequence[str]) -> LegalFloors:
        """The table as columns; rows that leave the seller every freedom are no obligation."""
        table = sorted(rows, key=lambda row: row.from_)
        ends = []
        for i, row in enumerate(table):
            later = [r for r in table[i + 1 :] if (r.market, r.age_from_days) == (row.market, row.age_from_days)]
            ends.append(later[0].from_.toordinal() - 1 if later else 1 << 22)
        held = [i for i, row in enumerate(table) if demands(row)]
        return LegalFloors(
            market=np.array([market_ids.index(table[i].market) for i in held], dtype=np.int64),
            first=np.array([table[i].from_.toordinal() for i in held], dtype=np.int64),
            last=np.array([ends[i] for i in held], dtype=np.int64),
            age_from=np.array([table[i].age_from_days for i in held]),
            age_to=np.array([table[i].age_to_days for i in held]),
        )

    def bind(self, market: np.ndarray, age_days: np.ndarray, ordinals: np.ndarray) -> np.ndarray:
        """Whether a row holds for each claim: market, age of the unit, day the claim was opened. bool, shape (n,)."""
        bound = np.zeros(len(market), dtype=bool)
        for m, first, last, low, high in zip(
            self.market, self.first, self.last, self.age_from, self.age_to, strict=True
        ):
            here = (market == m) & (ordinals >= first) & (ordinals <= last)
            bound |= here & (age_days >= low) & (age_days < high)
        return bound


def demands(row: LegalFloorRow) -> bool:
    """Whether a row asks anything of the seller."""
    return (
        not row.dispositions >= frozenset(DISPOSITIONS)
        or row.chooser == "customer"
        or row.min_refund_share > 0
        or row.max_days is not None
        or row.max_repairs is not None
        or not row.refurbished_ok
    )
