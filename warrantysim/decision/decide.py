"""From a scenario to a confirmed decision: learn, search, confirm on fresh luck, report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from warrantysim.decision.asking import Experiments, Progress, Stages
from warrantysim.decision.binding import bounds_of, limit_prices, order_regret, unmet_minimums
from warrantysim.decision.carried import carried
from warrantysim.decision.cash_alone import CashAlone, cash_alone, compared
from warrantysim.decision.cells import CellKey
from warrantysim.decision.fixed_point import predicted
from warrantysim.decision.local_search import improved
from warrantysim.decision.loop import Found, Tried, search
from warrantysim.decision.outcomes import World as Asked
from warrantysim.decision.rule_table import rule_table
from warrantysim.decision.rules_export import rounded
from warrantysim.decision.table import decision_table, shared_saving
from warrantysim.decision.taught import Taught
from warrantysim.experiment.intervals import Difference, paired
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.journeys.world import World, world_of
from warrantysim.scenario.policy import Policy
from warrantysim.scenario.root import Scenario

TRAINING, SELECTION, CONFIRMATION = 100_000, 200_000, 0
"""First replications of the three disjoint ranges."""


@dataclass(frozen=True)
class SolverReport:
    """How the program was answered."""

    status: str
    """optimal, gap, no_solution or infeasible; 'not needed' where today's policy won."""
    method: str
    """alone, whole or priced."""
    gap: float
    """Proven relative gap [share]."""
    reproducible: bool
    """False if a time limit may have stopped it."""
    prices: Mapping[str, float]
    """Shadow price of each limit that binds, by measure [reporting currency per unit a year]."""
    unmet: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Months since the horizon's first in which a signed contract's minimum is not reached, by contract."""


@dataclass(frozen=True)
class Decision:
    """A confirmed recommendation against today's policy; money in ``currency``, a year of the horizon."""

    scenario: str
    currency: str
    now: Policy
    policy: Policy
    """The recommendation."""
    table: pd.DataFrame
    """One row a cell; the rows' savings and ``shared`` add up to ``saving``."""
    saving: Difference
    """Cost now less cost recommended, confirmed, paired."""
    saving_cash: Difference
    """The part of it that is not expected cost."""
    shared: float
    """Mean saving that belongs to no cell: contracts, closing stock."""
    cost_now: float
    """Mean cost now."""
    cost: float
    """Mean cost recommended."""
    replications: int
    """Fresh replications behind the figures."""
    confidence: float
    """Level of the intervals."""
    seed: int
    tried: tuple[Tried, ...]
    """Policies simulated on the way."""
    solver: SolverReport
    predicted_saving: float
    """Saving by the program, without queues, on the training claims: both rules learned under themselves."""
    selected_saving: float
    """Saving on the replications that chose the policy: flattered by the choice."""
    learned_on: int
    """Replications that taught; they neither chose nor confirmed."""
    chosen_on: int
    """Replications that chose among the policies tried; they neither taught nor confirmed."""
    materiality: float
    """Least saving of a cell that is worth a change [reporting currency a year]."""
    order_regret: pd.DataFrame
    """By cell, what the canonical order costs against free order, by the program."""
    cash_only: CashAlone | None
    """Rules chosen for cash alone beside the recommendation, confirmed; None where there are none to compare."""
    rounding_cost: Difference
    """Cost of the rounded rules less that of the exact ones, confirmed."""
    agent_rules: pd.DataFrame
    """The rules as `rule_table` tells them."""
    seconds: Mapping[str, float] = field(compare=False)
    """Where the time went, by stage [s]."""

    def __repr__(self) -> str:
        low, high = float(self.saving.interval.low), float(self.saving.interval.high)
        acts = int((self.table["verdict"] == "ACT").sum())
        return (
            f"Decision({self.scenario}: saves {self.currency} {float(self.saving.interval.mean):,.0f} a year "
            f"({low:,.0f} to {high:,.0f}, {self.confidence:.0%}) against {self.now.name}; "
            f"{acts} of {len(self.table)} cells to act on)"
        )


def decide(
    scenario: Scenario,
    *,
    seed: int | None = None,
    jobs: int = 1,
    backend: str | None = None,
    progress: Progress | None = None,
    asked: Asked | None = None,
    taught: Callable[[Taught], None] | None = None,
) -> Decision:
    """The policy that costs least when simulated, confirmed on fresh replications against today's.

    Training, selection and confirmation use disjoint ranges of replications. ``asked`` takes the place of the
    simulation in tests. ``taught`` is given what the program learned from, which the decision itself does not hold.

    Raises
    ------
    Undecided
        If no policy meets the scenario's constraints, with those that conflict.
    """
    d, world = scenario.decision, world_of(scenario)
    seed = scenario.plan.seed if seed is None else seed
    asked = asked or Experiments(scenario, seed, jobs, backend, progress)
    training = range(TRAINING, TRAINING + d.training_replications)
    selection = range(SELECTION, SELECTION + d.selection_replications)
    confirmation = range(CONFIRMATION, CONFIRMATION + d.confirm_replications)
    with Stages().whole() as stage:
        found = search(world, asked, training, selection, stage, jobs)
        stage("simulate")
        found = improved(world, asked, selection, found)
        if taught is not None:
            prices = found.choice.prices if found.choice else {}
            taught(Taught.of(found.learned, found.candidates.problem, prices))
        stage("solve")
        rough, cash = rounded(found.best.policy, d.rounding), cash_alone(world, found)
        stage("confirm")
        years = _confirmed(asked, [scenario.policy, found.best.policy, rough], cash, confirmation)
        helps = carried(world, asked, found, years[0], years[1], confirmation, _materiality(scenario))
        stage("learn")
        before, after = (predicted(world, asked, training, found, p) for p in (scenario.policy, found.best.policy))
        stage("report")
        decision = _report(world, found, years, rough, cash, helps, before - after, seed, len(confirmation), stage)
    return decision


def _confirmed(
    asked: Asked, policies: Sequence[Policy], cash: Policy | None, confirmation: range
) -> Sequence[Sequence[SimulatedYear]]:
    """Fresh years of the policies, and behind them of the one for cash alone unless it chokes a bench."""
    if cash is not None:
        try:
            return asked.simulate([*policies, cash], confirmation)
        except ReplicationFailed:
            # It only stands beside the decision: without it the others are asked again, and fail for themselves.
            pass
    return asked.simulate(policies, confirmation)


def _materiality(scenario: Scenario) -> float:
    """Least saving of a cell that is worth a change [reporting currency]."""
    least = scenario.decision.materiality
    return least.value * scenario.usd_per_unit(least.currency) / scenario.usd_per_unit(scenario.reporting_currency)


def _report(
    world: World,
    found: Found,
    years: Sequence[Sequence[SimulatedYear]],
    rough: Policy,
    cash_policy: Policy | None,
    helps: Mapping[CellKey, Difference],
    expected: float,
    seed: int,
    replications: int,
    stage: Stages,
) -> Decision:
    s = world.scenario
    d, level = s.decision, s.plan.confidence
    now, new, coarse, *beside = years
    totals = [np.array([y.total for y in side]) for side in years]
    cash = [np.array([y.cash_total for y in side]) for side in years]
    materiality = _materiality(s)
    table = decision_table(
        world,
        (s.policy, found.best.policy, rough),
        (now, new, coarse),
        training_claims=found.learned.claims_of(),
        flat=found.drawn.flat if found.drawn else {},
        binds=bounds_of(world, found),
        materiality=materiality,
        confidence=level,
        carried=helps,
    )
    today = next(t for t in found.tried if t.name == "today")
    return Decision(
        scenario=s.name,
        currency=s.reporting_currency,
        now=s.policy,
        policy=found.best.policy,
        table=table,
        saving=paired(totals[0], totals[1], level),
        saving_cash=paired(cash[0], cash[1], level),
        shared=float(shared_saving(now, new).mean()),
        cost_now=float(totals[0].mean()),
        cost=float(totals[1].mean()),
        replications=replications,
        confidence=level,
        seed=seed,
        tried=found.tried,
        solver=_solver(found),
        predicted_saving=expected,
        selected_saving=today.cost - found.best.cost,
        learned_on=d.training_replications,
        chosen_on=d.selection_replications,
        materiality=materiality,
        order_regret=_order_regret(world, found),
        cash_only=compared(cash_policy, beside[0], new, level) if cash_policy is not None and beside else None,
        rounding_cost=paired(totals[2], totals[1], level),
        agent_rules=rule_table(rough, world),
        seconds=stage.seconds,
    )


def _solver(found: Found) -> SolverReport:
    if found.choice is None:
        return SolverReport("not needed", "alone", 0.0, True, {})
    solved, problem = found.choice.solved, found.candidates.problem
    return SolverReport(
        solved.status,
        found.choice.method,
        float(solved.gap),
        solved.reproducible,
        limit_prices(problem, found.choice.prices),
        unmet_minimums(problem, found.choice.plan),
    )


def _order_regret(world: World, found: Found) -> pd.DataFrame:
    frame = pd.DataFrame(list(found.learned.cells), columns=list(world.scenario.decision.cell))
    return frame.assign(regret=order_regret(found))
