"""From a scenario to a confirmed decision: learn, search, confirm on fresh luck, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from warrantysim.decision.asking import Experiments, Progress, Stages
from warrantysim.decision.cells import CellKey, number_cells
from warrantysim.decision.choose import choose
from warrantysim.decision.forecast import forecast
from warrantysim.decision.loop import Found, Tried, search
from warrantysim.decision.outcomes import World as Asked
from warrantysim.decision.problem import block_cost, used
from warrantysim.decision.rules_export import agent_rules, rounded
from warrantysim.decision.table import decision_table, shared_saving
from warrantysim.decision.training import build
from warrantysim.decision.zones import best_plans
from warrantysim.experiment.intervals import Difference, paired
from warrantysim.experiment.outcomes import SimulatedYear
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
    """Shadow price of each shared limit that binds [reporting currency per unit a year]."""


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
    """Saving by the program, without queues, on the training claims."""
    selected_saving: float
    """Saving on the replications that chose the policy: flattered by the choice."""
    order_regret: pd.DataFrame
    """By cell, what the canonical order costs against free order, by the program."""
    cash_only: Mapping[str, float]
    """The cash-only optimum beside the full one, by the program: cash and full cost of both."""
    rounding_cost: Difference
    """Cost of the rounded rules less that of the exact ones, confirmed."""
    agent_rules: pd.DataFrame
    """Rounded rules, a line a zone."""
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
) -> Decision:
    """The policy that costs least when simulated, confirmed on fresh replications against today's.

    Training, selection and confirmation use disjoint ranges of replications. ``asked`` takes the place of the
    simulation in tests.

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
        found = search(world, asked, training, selection, stage)
        best = found.best.policy
        stage("confirm")
        rough = rounded(best, d.rounding)
        years = asked.simulate([scenario.policy, best, rough], confirmation)
        stage("report")
        decision = _report(world, found, years, rough, seed, len(confirmation), stage)
    return decision


def _report(
    world: World,
    found: Found,
    years: Sequence[Sequence[SimulatedYear]],
    rough: Policy,
    seed: int,
    replications: int,
    stage: Stages,
) -> Decision:
    s = world.scenario
    d, level = s.decision, s.plan.confidence
    now, new, _ = years
    totals = [np.array([y.total for y in side]) for side in years]
    cash = [np.array([y.cash_total for y in side]) for side in years]
    materiality = d.materiality.value * s.usd_per_unit(d.materiality.currency) / s.usd_per_unit(s.reporting_currency)
    table = decision_table(
        world,
        s.policy,
        found.best.policy,
        now,
        new,
        training_claims=found.learned.claims_of(),
        flat=found.drawn.flat if found.drawn else {},
        binds=_binds(found),
        materiality=materiality,
        confidence=level,
    )
    cells = number_cells(world, d.cell, list(new))[0]
    today = next(t for t in found.tried if t.name == "today")
    predicted = forecast(world, found.learned, found.candidates.problem, s.policy) - forecast(
        world, found.learned, found.candidates.problem, found.best.policy
    )
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
        predicted_saving=predicted,
        selected_saving=today.cost - found.best.cost,
        order_regret=_order_regret(world, found),
        cash_only=_cash_only(world, found),
        rounding_cost=paired(totals[2], totals[1], level),
        agent_rules=agent_rules(rough, world, cells, s.horizon.first_day.isoformat()),
        seconds=stage.seconds,
    )


def _solver(found: Found) -> SolverReport:
    if found.choice is None:
        return SolverReport("not needed", "alone", 0.0, True, {})
    solved = found.choice.solved
    prices = {name: price for name, price in found.choice.prices.items() if abs(price) > 1e-6}
    return SolverReport(solved.status, found.choice.method, float(solved.gap), solved.reproducible, prices)


def _binds(found: Found) -> dict[CellKey, str]:
    """What holds each cell back: limits with a price that its claims touch, and contracts it helps to carry."""
    if found.choice is None:
        return {}
    problem, plan, out = found.candidates.problem, found.choice.plan, {}
    for c, cell in enumerate(found.learned.cells):
        named = [
            limit.name
            for limit in problem.limits
            if found.choice.prices.get(limit.measure, 0.0) > 1e-6 and problem.loads[limit.measure].of(plan)[c] > 0
        ]
        arms = np.unique(plan[c])
        named += [
            f"contract {block.name}"
            for block in problem.blocks
            if used(block, plan) and block.uses[c, arms].any() and found.choice.evaluated.shared[block.name] > 0
        ]
        out[cell] = ", ".join(named)
    return out


def _order_regret(world: World, found: Found) -> pd.DataFrame:
    """Cost of the canonical order by cell, a mean year, with what is shared at the same prices."""
    problem = found.candidates.problem
    _, bound = best_plans(problem.cost, problem.rank, problem.allowed, canonical=True)
    _, free = best_plans(problem.cost, problem.rank, problem.allowed, canonical=False)
    frame = pd.DataFrame(list(found.learned.cells), columns=list(world.scenario.decision.cell))
    return frame.assign(regret=bound - free)


def _cash_only(world: World, found: Found) -> dict[str, float]:
    """Cash and full cost, by the program, of the recommended plan and of the one that minimises cash alone."""
    d = world.scenario.decision
    if found.choice is None:
        return {}
    full, cash = found.candidates, build(world, found.cash_learned)
    alone = choose(cash.problem, gap=max(d.gap, 0.005), node_limit=d.node_limit, time_limit=d.time_limit_s)
    plan = found.choice.plan
    return {
        "cash of the recommendation": float(cash.problem.plan_cost(plan).sum()) + _shared(found, plan),
        "full cost of the recommendation": float(full.problem.plan_cost(plan).sum()) + _shared(found, plan),
        "cash of the cash-only optimum": float(cash.problem.plan_cost(alone.plan).sum()) + _shared(found, alone.plan),
        "full cost of the cash-only optimum": float(full.problem.plan_cost(alone.plan).sum())
        + _shared(found, alone.plan),
    }


def _shared(found: Found, plan: np.ndarray) -> float:
    problem = found.candidates.problem
    measures = problem.measures(plan)
    return sum(block_cost(block, plan, measures) for block in problem.blocks)
