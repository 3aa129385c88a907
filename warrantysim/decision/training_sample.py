"""What a decision was learned from: training claims with their cost under every arm, and what they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from warrantysim.decision.policies import priced_claims
from warrantysim.decision.problem import ProgramData
from warrantysim.decision.training import Learned


@dataclass(frozen=True)
class Taught:
    """Enough to say what any rule would cost by the program, without a simulation."""

    learned: Learned
    """Training claims, waiting charged as in the round that won."""
    terms: ProgramData
    """Contracts, lanes and whatever else is shared; the costs of bands, which claims stand for, are left out."""
    prices: Mapping[str, float]
    """Shadow price of every measure where the program ended; none where today's rule won [reporting currency per
    unit]."""

    @staticmethod
    def of(learned: Learned, problem: ProgramData, prices: Mapping[str, float]) -> Taught:
        """From a search's training claims, their problem and its prices."""
        cells, _, arms = problem.shape
        learned = replace(learned, beside=(), cash=None)  # The terms and the cost have it.
        return Taught(learned, replace(problem, cost=np.zeros((cells, 0, arms)), loads={}, years=None), dict(prices))

    def priced(self) -> np.ndarray:
        """Cost of every claim under every arm as the cut-points weigh it, prices on what is shared included.

        Shape (n, A) [reporting currency].
        """
        return priced_claims(self.learned, self.prices)
