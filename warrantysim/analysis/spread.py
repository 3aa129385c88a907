"""How long customers wait in each case of a comparison: quantiles of the days over all its claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.compare import Comparison

if TYPE_CHECKING:
    import pandas as pd

POINTS = 100
"""Steps between the quickest and the slowest claim."""


def days_spread(comparison: Comparison) -> pd.DataFrame:
    """Days from opening to resolved that a share of the root claims of all replications do not exceed.

    Returns
    -------
    Columns policy (name of the case), share [0-1], days; the baseline first. Cases without claims have no rows.
    """
    import pandas as pd

    shares = np.linspace(0.0, 1.0, POINTS + 1)
    frames = [pd.DataFrame(columns=["policy", "share", "days"])]
    for i in (comparison.baseline, *comparison.others):
        days = np.concatenate([run.summary.year.days for run in comparison.runs[i]] or [np.zeros(0)])
        if len(days):
            name = comparison.cases[i].name
            frames.append(pd.DataFrame({"policy": name, "share": shares, "days": np.quantile(days, shares)}))
    return pd.concat(frames[1:] or frames, ignore_index=True)
