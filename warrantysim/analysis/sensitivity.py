"""Sensitivity to many inputs at once: Morris screening and Sobol indices, by SALib, of any function of the inputs.

Morris (1991): mu* is the mean size of what one step of an input changes, sigma how much that depends on the others.
Sobol (first order S1, total ST): the share of the variance over the inputs' ranges that an input explains alone, and
with all its interactions. Samplers are seeded by their own generators.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.analysis.cases import Cancel, Case, Progress, cases_at, comparable_cases, mean_cell_costs, yearly_costs
from warrantysim.experiment.intervals import LEVEL
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.uncertain import UncertainInput, levers_at, rounded_draws
from warrantysim.experiment.workers import Workers
from warrantysim.schema.errors import BadInput
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

Output = Callable[[np.ndarray], np.ndarray]
"""What is looked at, at drawn inputs. Shape (draws, inputs) -> (draws,)."""


def morris(
    output: Output,
    inputs: Sequence[UncertainInput],
    *,
    trajectories: int = 10,
    levels: int = 4,
    seed: int = 0,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Screen many inputs with (inputs + 1) x trajectories evaluations.

    Returns
    -------
    A row an input, largest mu_star first: input, mu (signed), mu_star, mu_star_half_width, sigma; all in the unit of
    the output per full range of the input.
    """
    import pandas as pd
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as sampling

    _check(inputs, trajectories)
    problem = _problem(inputs)
    draws = sampling.sample(problem, trajectories, num_levels=levels, seed=np.random.Generator(np.random.PCG64(seed)))
    found = analysis.analyze(
        problem, draws, output(draws), num_levels=levels, conf_level=level, scaled=False, seed=seed + 1
    )
    measures = {"mu": "mu", "mu_star": "mu_star", "mu_star_half_width": "mu_star_conf", "sigma": "sigma"}
    columns = {column: np.asarray(found[name], dtype=float) for column, name in measures.items()}
    frame = pd.DataFrame({"input": [one.name for one in inputs], **columns})
    return frame.sort_values("mu_star", ascending=False, ignore_index=True, kind="stable")


def sobol(
    output: Output,
    inputs: Sequence[UncertainInput],
    *,
    samples: int = 64,
    seed: int = 0,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Share of the output's variance by input with (inputs + 2) x samples evaluations.

    Parameters
    ----------
    samples
        Base sample, a power of 2 so that the sequence is balanced [count].

    Returns
    -------
    A row an input, largest total first: input, first, first_half_width, total, total_half_width [shares]. All NaN where
    the output does not vary.

    Raises
    ------
    BadInput
        If there are no inputs, or the sample is no power of 2.
    """
    import pandas as pd
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    _check(inputs, samples)
    if samples & (samples - 1):
        raise BadInput("expected a power of 2 samples, got {samples}", samples=samples)
    problem = _problem(inputs)
    draws = sampling.sample(problem, samples, calc_second_order=False, seed=np.random.Generator(np.random.PCG64(seed)))
    values = np.asarray(output(draws), dtype=float)
    names = ("S1", "S1_conf", "ST", "ST_conf")
    if np.ptp(values) == 0:
        found: dict[str, Any] = {name: np.full(len(inputs), np.nan) for name in names}
    else:
        with warnings.catch_warnings():
            # Resampled subsets of a nearly constant output divide by 0; their half-widths come out NaN.
            warnings.simplefilter("ignore", RuntimeWarning)
            found = analysis.analyze(problem, values, calc_second_order=False, conf_level=level, seed=seed + 1)
    columns = ("first", "first_half_width", "total", "total_half_width")
    shares = {column: np.asarray(found[name], dtype=float) for column, name in zip(columns, names, strict=True)}
    frame = pd.DataFrame({"input": [one.name for one in inputs], **shares})
    return frame.sort_values("total", ascending=False, ignore_index=True, kind="stable")


def costs_at_draws(
    cases: Sequence[Case],
    inputs: Sequence[UncertainInput],
    replications: range,
    seed: int,
    *,
    by_cell: bool = False,
    jobs: Workers = 1,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Callable[[np.ndarray], np.ndarray]:
    """The model as a function of its uncertain inputs: mean yearly cost of each case, on the same luck for all draws.

    With ``by_cell``, that of the claims of every product and market (see `cell_names`) and, last, of what belongs to no
    claim. Shape (draws, inputs) -> (draws, cases) or (draws, cases, cells + 1). A draw that makes no valid scenario
    raises its ScenarioError: ranges must hold together.
    """
    chosen = comparable_cases(cases)

    def costs(draws: np.ndarray) -> np.ndarray:
        found = []
        for k, draw in enumerate(rounded_draws(chosen[0].scenario, inputs, draws)):
            if cancel is not None and cancel():
                raise Cancelled("the study was stopped before its end")
            here = cases_at(chosen, levers_at(inputs, draw))
            if by_cell:
                found.append(mean_cell_costs(here, replications, seed, jobs=jobs))
            else:
                found.append(yearly_costs(here, replications, seed, jobs=jobs).mean(axis=1))
            if progress is not None:
                progress(k + 1, len(draws))
        return np.array(found)

    return costs


def cell_names(scenario: Scenario) -> tuple[str, ...]:
    """Names of the cells costs are given by: products outermost, then markets."""
    return tuple(f"{sku} {market}" for sku in scenario.sku_ids for market in scenario.market_ids)


def _problem(inputs: Sequence[UncertainInput]) -> dict[str, Any]:
    return {
        "num_vars": len(inputs),
        "names": [one.name for one in inputs],
        "bounds": [[one.low, one.high] for one in inputs],
    }


def _check(inputs: Sequence[UncertainInput], count: int) -> None:
    if not inputs:
        raise BadInput("expected at least one uncertain input")
    if count < 2:
        raise BadInput("expected at least 2 samples, got {count}", count=count)
