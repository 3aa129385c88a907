"""What knowing an input would be worth, and how often the recommendation would still be best.

With drawn inputs x and costs C_a(x) of the alternatives, today's choice costs min over a of E[C_a]. Knowing everything,
it would cost E[min C_a]; the difference is the expected value of perfect information (EVPI). Knowing input i alone, it
would cost E[min over a of E[C_a | x_i]]: the inner mean is a regression of the draws' costs on x_i, by Legendre
polynomials of low degree (after Strong, Oakley and Brennan, Medical Decision Making 34, 2014). Values are >= 0; a few
draws see a little value where there is none, so ``noise`` gives what inputs without any would show.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

DEGREE = 3
"""Degree of the regression on one input."""
ROUNDING = 1e-9
"""Part of the largest difference below which a value is rounding [share]."""
SHUFFLES = 20
"""Shuffles of an input by which the value that noise fakes is judged."""


def value_of_information(
    draws: np.ndarray, costs: np.ndarray, names: Sequence[str], *, degree: int = DEGREE, seed: int = 0
) -> tuple[float, pd.DataFrame]:
    """EVPI of all inputs together and of each alone [unit of the costs, >= 0].

    Parameters
    ----------
    draws : inputs drawn from what is believed of them, shape (n, inputs).
    costs : mean cost of each alternative at each draw, shape (n, alternatives).

    Returns
    -------
    The value of knowing all of them before choosing, and a row an input, most valuable first: input, value, noise (what
    an input without any value would show on average), net (value above noise, >= 0), share of the first [0-1].

    Raises
    ------
    ValueError
        If shapes do not match, or the draws are too few for the regression.
    """
    import pandas as pd

    draws, costs = np.asarray(draws, dtype=float), np.asarray(costs, dtype=float)
    n = len(draws)
    if costs.shape[0] != n or draws.shape[1] != len(names):
        raise ValueError(f"expected draws and costs to match, got {draws.shape}, {costs.shape}, {len(names)} names")
    if n < 4 * (degree + 1):
        raise ValueError(f"expected at least {4 * (degree + 1)} draws, got {n}")
    generator = np.random.Generator(np.random.PCG64(seed))
    each, noise = np.zeros(len(names)), np.zeros(len(names))
    for i in range(len(names)):
        each[i] = _value(draws[:, i], costs, degree)
        noise[i] = np.mean([_value(generator.permutation(draws[:, i]), costs, degree) for _ in range(SHUFFLES)])
    perfect = max(float(costs.mean(axis=0).min() - costs.min(axis=1).mean()), 0.0)
    net = np.maximum(each - noise, 0.0)
    share = net / perfect if perfect > 0 else np.zeros_like(net)
    frame = pd.DataFrame({"input": list(names), "value": each, "noise": noise, "net": net, "share": share})
    return perfect, frame.sort_values("net", ascending=False, ignore_index=True, kind="stable")


def _value(x: np.ndarray, costs: np.ndarray, degree: int) -> float:
    """Value of knowing x before choosing."""
    span = np.ptp(x)
    if span == 0:
        return 0.0
    basis = np.polynomial.legendre.legvander(2.0 * (x - x.min()) / span - 1.0, degree)
    # Differences to the first alternative carry all that matters to the choice, with less noise.
    apart = costs - costs[:, :1]
    fitted = basis @ np.linalg.lstsq(basis, apart, rcond=None)[0]
    worth = float(apart.mean(axis=0).min() - fitted.min(axis=1).mean())
    # What the fit's rounding leaves is worth nothing: where one alternative is always best, knowing changes no choice.
    return worth if worth > ROUNDING * float(np.abs(apart).max()) else 0.0


def stability(costs: np.ndarray, names: Sequence[str], cells: Sequence[str] = ("",)) -> pd.DataFrame:
    """How often the recommendation of each cell, the alternative of least mean cost, is best over the draws.

    ``costs``: shape (draws, alternatives), or (draws, alternatives, cells).

    Returns
    -------
    A row a cell, least stable first: cell, recommended, stability (share of draws in which it is best, ties parted,
    0-1), runner_up, regret (its mean cost above the best of each draw) [unit of the costs, >= 0].

    Raises
    ------
    ValueError
        If the shape does not match.
    """
    import pandas as pd

    found = np.asarray(costs, dtype=float)
    found = found[:, :, None] if found.ndim == 2 else found
    if found.shape[1:] != (len(names), len(cells)):
        raise ValueError(f"expected costs of {len(names)} alternatives and {len(cells)} cells, got {found.shape}")
    least = found.min(axis=1)
    winners = found == least[:, None]
    share = (winners / winners.sum(axis=1, keepdims=True)).mean(axis=0).T
    means = found.mean(axis=0).T
    regret = np.maximum(means.min(axis=1) - least.mean(axis=0), 0.0)
    rows = []
    for c, cell in enumerate(cells):
        best = int(means[c].argmin())
        others = [k for k in range(len(names)) if k != best]
        second = max(others, key=lambda k: float(share[c, k])) if others else best
        rows.append((cell, names[best], share[c, best], names[second], regret[c]))
    frame = pd.DataFrame(rows, columns=["cell", "recommended", "stability", "runner_up", "regret"])
    return frame.sort_values("stability", ignore_index=True, kind="stable")
