"""What cells share is decided to proven optimality, and said as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from tests.decision.instances import one_period, seller, terms
from warrantysim.decision import choose as choosing
from warrantysim.decision.choose import Undecided, choose, solve_large
from warrantysim.decision.problem import Block, Limit, Load, ProgramData, evaluate, worst_mean
from warrantysim.decision.program import Program


def assignment(
    seed: int, tight: float = 1.0, jobs: int = 6, agents: int = 3
) -> tuple[ProgramData, np.ndarray, np.ndarray]:
    """Claims of each SKU go to one partner: costs and hours a SKU and partner, hours a partner."""
    rng = np.random.default_rng(seed)
    cost, hours = rng.integers(10, 60, (jobs, agents)) * 1.0, rng.integers(5, 25, (jobs, agents)) * 1.0
    most = np.floor(hours.sum(axis=0) / agents * tight)
    loads = {f"hours {p}": Load.table(np.array([p]), hours[:, p].reshape(-1, 1, 1)) for p in range(agents)}
    limits = tuple(Limit(f"hours of {p}", f"hours {p}", float(most[p])) for p in range(agents))
    rank = np.full(agents, 2)
    return ProgramData(cost[:, None, :], rank, np.ones((jobs, agents), dtype=bool), loads, limits), hours, most


@pytest.mark.parametrize("seed", range(5))
def test_a_generalized_assignment_is_solved_to_proven_optimality(seed: int) -> None:
    problem, hours, most = assignment(seed)
    cost = problem.cost[:, 0, :]
    best = min(
        cost[np.arange(6), list(plan)].sum()
        for plan in product(range(3), repeat=6)
        if all(hours[[i for i in range(6) if plan[i] == p], p].sum() <= most[p] for p in range(3))
    )
    choice = choose(problem, gap=0.0)
    assert choice.solved.status == "optimal"
    assert choice.evaluated.objective == pytest.approx(best)
    assert not choice.evaluated.broken


def test_what_cannot_hold_together_is_named() -> None:
    problem, *_ = assignment(0, tight=0.2)
    with pytest.raises(Undecided, match="hours of"):
        choose(problem)


@pytest.mark.parametrize("tiers", ["", "all_units", "incremental"])
def test_pricing_brackets_what_the_whole_program_finds(tiers: str) -> None:
    problem = seller(8, bands=4, partners=2, months=2, seed=1, tiers=tiers)
    whole = choose(problem, gap=1e-6)
    assert whole.method == "whole"
    priced = solve_large(problem, gap=0.001)
    assert priced is not None
    assert not priced.evaluated.broken
    assert priced.solved.bound <= whole.evaluated.objective * (1 + 1e-6)
    assert whole.evaluated.objective <= priced.evaluated.objective * (1 + 1e-6)
    # With few cells rounding dominates; what is left open is said, and is small.
    assert priced.evaluated.objective <= priced.solved.bound * 1.05
    assert (priced.solved.status == "optimal") is (priced.solved.gap <= 0.001 + 2e-9)


def test_more_capacity_and_lower_prices_never_raise_the_optimum() -> None:
    costs = [
        choose(seller(5, bands=4, partners=2, months=2, seed=2, tight=t), gap=1e-6).evaluated.objective
        for t in (0.2, 0.4, 0.8)
    ]
    assert costs[0] >= costs[1] - 1e-6 >= costs[2] - 2e-6


def test_a_dominated_quote_changes_nothing() -> None:
    rng = np.random.default_rng(5)
    cost = rng.uniform(10, 100, (3, 5, 3))
    dearer = np.concatenate([cost, cost[:, :, 2:3] + 5.0], axis=2)
    rank = np.array([0, 1, 2])
    one = choose(ProgramData(cost, rank, np.ones((3, 3), dtype=bool)))
    two = choose(ProgramData(dearer, np.append(rank, 2), np.ones((3, 4), dtype=bool)))
    assert np.array_equal(one.plan, two.plan)
    assert one.evaluated.objective == two.evaluated.objective


def repairs(units: float, quotes: dict[str, Block], fees: list[float]) -> ProgramData:
    """One cell of ``units`` repairs a month at one of several partners with list fees a unit; refund is hopeless."""
    arms = 1 + len(fees)
    cost = np.array([[[units * 1e4, *(units * fee for fee in fees)]]])
    loads: dict[str, Load] = {}
    for p, fee in enumerate(fees):
        loads[f"units {p}"] = Load.table(np.array([1 + p]), np.array([[[units]]]))
        loads[f"fees {p}"] = Load.table(np.array([1 + p]), np.array([[[units * fee]]]))
    return ProgramData(
        cost, np.array([0] + [2] * len(fees)), np.ones((1, arms), dtype=bool), loads, (), tuple(quotes.values())
    )


def uses(arm: int, arms: int = 3) -> np.ndarray:
    return np.arange(arms)[None, :] == arm


@pytest.mark.parametrize(("units", "leased"), [(154.0, False), (155.0, True)])
def test_a_retainer_is_signed_exactly_above_its_crossover(units: float, leased: bool) -> None:
    # 58 a unit against 6,800 a month and 14 of parts a unit: 154.5 units.
    lease = Block("lease", (one_period("", terms([0.0], fixed=6800.0), "units 1", "fees 1"),), uses(2))
    choice = choose(repairs(units, {"lease": lease}, [58.0, 14.0]), gap=0.0)
    assert bool(choice.plan[0, 0] == 2) is leased


def test_all_units_and_incremental_tiers_choose_different_partners() -> None:
    # 110 units, 10 % from the 100th on: all of them save 10 %, or only the last 10.
    quotes = {
        "all_units": terms([0.0, 100.0], per_fee=[0.0, -0.10]),
        "incremental": terms([0.0, 100.0], jump=[0.0, 100.0 * 50.0 * 0.10], per_fee=[0.0, -0.10]),
    }
    chosen = {}
    for kind, quote in quotes.items():
        block = Block("tiered", (one_period("", quote, "units 0", "fees 0"),), uses(1))
        chosen[kind] = int(choose(repairs(110.0, {"t": block}, [50.0, 47.0]), gap=0.0).plan[0, 0])
    assert chosen == {"all_units": 1, "incremental": 2}


def test_the_mean_of_the_worst_years_is_that_of_their_definition() -> None:
    losses = np.arange(1.0, 11.0)
    assert worst_mean(losses, 0.9) == pytest.approx(10.0)
    assert worst_mean(losses, 0.8) == pytest.approx(9.5)
    assert worst_mean(losses, 0.0) == pytest.approx(5.5)


def test_weight_on_the_worst_years_prefers_the_steadier_plan() -> None:
    years = np.array([[[[10.0, 11.0]]], [[[10.0, 11.0]]], [[[13.0, 11.5]]], [[[10.0, 11.0]]]])
    steady = ProgramData(
        years.mean(axis=0), np.array([0, 1]), np.ones((1, 2), dtype=bool), years=years, cvar_weight=1.0, cvar_level=0.7
    )
    assert choose(ProgramData(steady.cost, steady.rank, steady.allowed)).plan[0, 0] == 0
    risk = choose(steady, gap=0.0)
    assert risk.plan[0, 0] == 1
    assert risk.evaluated.objective == pytest.approx(evaluate(steady, risk.plan).objective)


@pytest.mark.parametrize("way", ["whole", "priced"])
@pytest.mark.parametrize("seed", [1, 4])
def test_a_plan_it_begins_with_is_never_lost_however_coarsely_it_is_solved(way: str, seed: int) -> None:
    problem = seller(30, bands=6, months=4, seed=seed, tiers="incremental", tight=0.5)
    known = solve_large(problem, gap=0.01)
    assert known is not None

    def cost(starts: Sequence[np.ndarray]) -> float:
        if way == "whole":
            return choose(problem, gap=0.3, node_limit=1, starts=starts).evaluated.objective
        found = solve_large(problem, gap=0.3, node_limit=1, starts=starts)
        assert found is not None
        return found.evaluated.objective

    assert cost([known.plan]) <= known.evaluated.objective < cost([])


def test_a_start_that_a_problem_does_not_allow_is_left_out() -> None:
    problem = seller(3, bands=4, partners=2, months=2, seed=1)
    forbidden = replace(problem, allowed=problem.allowed & (np.arange(5) != 2))
    plan = np.full((3, 4), 2)
    assert choose(forbidden, starts=[plan]).evaluated == choose(forbidden).evaluated


def test_a_choice_and_its_prices_come_from_a_program_that_is_stated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stated: list[ProgramData] = []
    build = choosing.program

    def counted(problem: ProgramData) -> Program:
        stated.append(problem)
        return build(problem)

    monkeypatch.setattr(choosing, "program", counted)
    found = choose(seller(3, bands=3, partners=2, months=2, tiers="all_units", tight=0.1))
    assert found.method == "whole"
    assert set(found.prices) == set(found.evaluated.measures)
    assert len(stated) == 1
