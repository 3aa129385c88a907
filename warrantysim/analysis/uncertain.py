"""What cases cost where uncertain inputs are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from warrantysim.analysis.cases import Cancel, Cancelled, Case, Progress, cases_at, cell_costs, checked, yearly_costs
from warrantysim.experiment.uncertain import UncertainInput, at
from warrantysim.schema.root import Scenario

Draws = Callable[[np.ndarray], np.ndarray]
"""Mean costs of every alternative at drawn inputs. Shape (draws, inputs) -> (draws, alternatives), or (draws,
alternatives, cells + 1)."""


def costs_at_draws(
    cases: Sequence[Case],
    inputs: Sequence[UncertainInput],
    replications: range,
    seed: int,
    *,
    by_cell: bool = False,
    jobs: int = 1,
    backend: str | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Draws:
    """The model as a function of its uncertain inputs: mean yearly cost of each case, on the same luck for all draws.

    With ``by_cell``, that of the claims of every product and market (see `cells`) and, last, of what belongs to no
    claim, for the stability of each cell's recommendation. A draw that makes no valid world raises its ScenarioError:
    ranges must hold together.
    """
    chosen = checked(cases)

    def costs(draws: np.ndarray) -> np.ndarray:
        found = []
        for k, draw in enumerate(draws):
            if cancel is not None and cancel():
                raise Cancelled("the study was stopped before its end")
            here = cases_at(chosen, at(inputs, draw))
            if by_cell:
                found.append(cell_costs(here, replications, seed, jobs=jobs, backend=backend))
            else:
                found.append(yearly_costs(here, replications, seed, jobs=jobs, backend=backend).mean(axis=1))
            if progress is not None:
                progress(k + 1, len(draws))
        return np.array(found)

    return costs


def cells(world: Scenario) -> tuple[str, ...]:
    """Names of the cells costs are given by: products outermost, then markets."""
    return tuple(f"{sku} {market}" for sku in world.sku_ids for market in world.market_ids)
