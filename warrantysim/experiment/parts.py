"""A saving in its four parts, which add up to it: sums of ledger lines by the part their category is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from warrantysim.experiment.intervals import Difference, paired
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.money.categories import PARTS


def saving_parts(now: Sequence[SimulatedYear], new: Sequence[SimulatedYear], level: float) -> Mapping[str, Difference]:
    """Cost now less cost new of the years of two rules, paired, by part in the order of `PARTS`."""

    def costs(side: Sequence[SimulatedYear], name: str) -> np.ndarray:
        return np.array([year.part(name) for year in side])

    return {name: paired(costs(now, name), costs(new, name), level) for name in PARTS}
