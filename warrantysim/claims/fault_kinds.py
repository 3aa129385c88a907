"""What a claim's fault is handled as: its kind, unless it is an excluded one that the warranty covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.schema.coverage import covered, handled_faults
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
        again = self.once[claims.fault] & (claims.generation > 0)
        return np.where(again, np.int8(EXCLUDED), self.handled[claims.fault])


def fault_kinds(s: Scenario) -> FaultKinds:
    """The kinds of the faults of a scenario."""
    number = {name: np.int8(k) for k, name in enumerate(FAULT_KINDS)}
    handled, shown = (
        np.array([number[row.kind] for row in rows], dtype=np.int8) for rows in (handled_faults(s), s.faults)
    )
    return FaultKinds(handled, shown, np.array([covered(s.promise, row) == "once" for row in s.faults], dtype=bool))
