"""The rules that look at money alone, beside those that count waiting and goodwill too: what each is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.decision.choose import Undecided, choose
from warrantysim.decision.loop import variants
from warrantysim.decision.policies import draw
from warrantysim.decision.training import build
from warrantysim.experiment.intervals import Difference, paired
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.journeys.model import Model
from warrantysim.schema.policy import Policy

if TYPE_CHECKING:
    from warrantysim.decision.loop import SearchResult

COARSE = 0.005
"""Gap at which it is solved at most: it is shown beside the decision and decides nothing [share]."""


@dataclass(frozen=True)
class CashAlone:
    """Rules chosen for cash alone against the recommendation, on the confirming replications, paired."""

    policy: Policy
    """The rules."""
    cash: Difference
    """Cash of the recommendation less theirs [reporting currency a year]."""
    total: Difference
    """The same with expected costs [reporting currency a year]."""


def cash_alone(model: Model, found: SearchResult) -> Policy | None:
    """The rules an optimizer chooses that knows no expected costs, from the starting point that won.

    None where there is nothing to compare: today's policy won, the decision is for cash anyway, or there are none.
    """
    d = model.scenario.decision
    if found.choice is None or d.cash_only:
        return None
    candidates = build(model, found.cash_learned)
    problem = variants(candidates.problem, model, found.cash_learned.arms).get(found.best.name, candidates.problem)
    try:
        choice = choose(problem, gap=max(d.gap, COARSE), node_limit=d.node_limit, time_limit=d.time_limit_s)
    except Undecided:
        return None
    return draw(model, found.cash_learned, candidates, choice.plan, choice.prices, "cash alone").policy


def cash_comparison(
    policy: Policy, years: Sequence[SimulatedYear], recommended: Sequence[SimulatedYear], level: float
) -> CashAlone:
    """Both policies on the same replications."""
    cash = [np.array([y.cash_total for y in side]) for side in (recommended, years)]
    total = [np.array([y.total for y in side]) for side in (recommended, years)]
    return CashAlone(policy, paired(cash[0], cash[1], level), paired(total[0], total[1], level))
