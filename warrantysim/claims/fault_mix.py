"""Which true fault a failed unit has: the fault mix of its product, or of its production lot; what it is handled as:
its kind, unless it is an excluded one that the warranty covers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.schema.coverage import covered, handled_faults, uplift_of
from warrantysim.schema.products import FAULT_KINDS

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario

USER_FIXABLE, NO_FAULT, EXCLUDED, BATTERY, REPAIRABLE, UNREPAIRABLE = range(len(FAULT_KINDS))
"""Their numbers, in the order of ``FAULT_KINDS``."""


@dataclass(frozen=True)
class FaultKinds:
    """Kinds by row of ``scenario.faults``, as numbers of ``FAULT_KINDS``."""

    handled: np.ndarray
    """Kind a fault is handled as [int8 (F,)]."""
    shown: np.ndarray
    """Kind it shows the symptoms of [int8 (F,)]."""
    once: np.ndarray
    """Whether it is covered in the first claim of a unit only, and excluded in later ones [bool (F,)]."""

    def of(self, claims: Claims) -> np.ndarray:
        """What the fault of each claim is handled as. Shape (n,), int8."""
        fault = claims.fault.astype(np.intp)
        kind = self.handled[fault]
        if self.once.any():
            kind[self.once[fault] & (claims.generation > 0)] = EXCLUDED
        return kind


def fault_kinds(s: Scenario) -> FaultKinds:
    """The kinds of the faults of a scenario."""
    number = {name: np.int8(k) for k, name in enumerate(FAULT_KINDS)}
    handled, shown = (
        np.array([number[row.kind] for row in rows], dtype=np.int8) for rows in (handled_faults(s), s.faults)
    )
    return FaultKinds(handled, shown, np.array([covered(s.promise, row) == "once" for row in s.faults], dtype=bool))


@dataclass(frozen=True)
class FaultMix:
    """Faults of each product, by name, so that the order of rows in the table moves no draw."""

    rows: tuple[np.ndarray, ...]
    """By SKU: rows of ``scenario.faults`` [int16]."""
    shares: tuple[np.ndarray, ...]
    """By SKU: share of each of those faults, scaled to sum to 1 [share, 0-1]."""
    no_fault: np.ndarray
    """By SKU: row of the fault an opportunistic claim turns out to be; -1 where the SKU has none [int16]."""
    further: tuple[np.ndarray, ...]
    """By SKU: claims of each of those faults that come because it is covered, against all claims that come without
    that [share, >= 0]."""
    more: np.ndarray
    """By SKU: their sum [share, >= 0]."""

    def draw(self, sku: np.ndarray, u: np.ndarray) -> np.ndarray:
        """Rows of ``scenario.faults`` for units of SKUs at probabilities ``u``. Shape (n,), int16.

        Raises
        ------
        ValueError
            If one of the SKUs has no faults.
        """
        return self._drawn(self.shares, sku, u)

    def draw_further(self, sku: np.ndarray, u: np.ndarray) -> np.ndarray:
        """The same for claims that come because an exclusion is covered."""
        return self._drawn([weights / weights.sum() if weights.any() else weights for weights in self.further], sku, u)

    def _drawn(self, shares: Sequence[np.ndarray], sku: np.ndarray, u: np.ndarray) -> np.ndarray:
        out, order = np.empty(len(sku), dtype=np.int16), np.argsort(sku, kind="stable")
        ends = np.cumsum(np.bincount(sku, minlength=len(shares)))
        for one, (begin, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True)):
            if begin < end:
                mine = order[begin:end]
                out[mine] = _pick(self.rows[one], shares[one], u[mine])
        return out

    def draw_given(self, sku: int, likelihood: np.ndarray, u: np.ndarray) -> np.ndarray:
        """Faults of one SKU given something seen of them, by Bayes' rule.

        ``likelihood``: chance of what was seen under each row of ``scenario.faults``, shape (faults,). Where no fault
        of the SKU can show it, what was seen tells nothing.
        """
        weights = self.shares[sku] * likelihood[self.rows[sku]]
        total = float(weights.sum())
        return _pick(self.rows[sku], weights / total if total > 0 else self.shares[sku], u)

    def draw_lot(self, sku: int, fault: int, fault_share: float, u: np.ndarray) -> np.ndarray:
        """The same for units of one lot: ``fault`` takes ``fault_share``, the product's others share the rest."""
        rows, shares = self.rows[sku], self.shares[sku]
        others = rows != fault
        left = float(shares[others].sum())
        if left <= 0.0:
            return np.full(len(u), fault, dtype=np.int16)
        rows = np.concatenate([np.array([fault], dtype=np.int16), rows[others]])
        shares = np.concatenate([[fault_share], shares[others] * ((1.0 - fault_share) / left)])
        return _pick(rows, shares, u)


def fault_mix(scenario: Scenario) -> FaultMix:
    """The fault mixes of a scenario."""
    of_sku: dict[str, list[tuple[str, int]]] = {row.sku: [] for row in scenario.skus}
    for i, row in enumerate(scenario.faults):
        of_sku[row.sku].append((row.fault, i))
    rows, shares, no_fault, further = [], [], [], []
    for named in of_sku.values():
        mine = np.array([i for _, i in sorted(named)], dtype=np.int16)
        weights = np.array([scenario.faults[i].share for i in mine])
        rows.append(mine)
        shares.append(weights / weights.sum() if weights.sum() > 0 else weights)
        further.append(shares[-1] * [uplift_of(scenario, scenario.faults[i]) - 1.0 for i in mine])
        free = [i for i in mine if scenario.faults[i].kind == "no_fault_found"]
        no_fault.append(free[0] if free else -1)
    more = np.array([one.sum() for one in further])
    return FaultMix(tuple(rows), tuple(shares), np.array(no_fault, dtype=np.int16), tuple(further), more)


def _pick(rows: np.ndarray, shares: np.ndarray, u: np.ndarray) -> np.ndarray:
    if not len(rows) or shares.sum() <= 0.0:
        raise ValueError("a product with claims needs at least one fault with a share above 0")
    return rows[np.minimum(np.searchsorted(np.cumsum(shares)[:-1], u, side="right"), len(rows) - 1)]
