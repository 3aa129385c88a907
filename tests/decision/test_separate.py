"""Cells that share no row are decided apart, and a lane with economies of scale is proven, not only guessed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.decision.instances import one_period, seller, terms
from warrantysim.decision import branching
from warrantysim.decision import choose as choosing
from warrantysim.decision.choose import Solution, choose, separated, solve_large
from warrantysim.decision.problem import Block, Limit, Load, ProgramData, evaluate


def beside(*problems: ProgramData) -> ProgramData:
    """Programs that share nothing, as one; their cells take turns, so that no program's stand together."""
    cells, bands, arms = (sum(p.shape[0] for p in problems), *problems[0].shape[1:])
    order = np.argsort(np.concatenate([np.arange(p.shape[0]) + k / 10 for k, p in enumerate(problems)]), kind="stable")
    place = np.argsort(order)
    first, parts = 0, []
    for k, p in enumerate(problems):
        mine = place[first : first + p.shape[0]]
        first += p.shape[0]
        loads = {}
        for name, load in p.loads.items():
            cell, band = np.divmod(load.place, bands)
            loads[f"{k} {name}"] = Load.sums(mine[cell] * bands + band, load.arm, load.amount, (cells, bands))
        blocks = []
        for block in p.blocks:
            uses = np.zeros((cells, arms), dtype=bool)
            uses[mine] = block.uses
            periods = tuple(
                replace(
                    period,
                    units=tuple(tuple(name and f"{k} {name}" for name in row) for row in period.units),
                    fees=tuple(tuple(name and f"{k} {name}" for name in row) for row in period.fees),
                )
                for period in block.periods
            )
            blocks.append(replace(block, name=f"{k} {block.name}", uses=uses, periods=periods))
        limits = [replace(limit, name=f"{k} {limit.name}", measure=f"{k} {limit.measure}") for limit in p.limits]
        parts.append((loads, limits, blocks))
    return ProgramData(
        np.concatenate([p.cost for p in problems])[order],
        problems[0].rank,
        np.concatenate([p.allowed for p in problems])[order],
        {name: load for loads, _, _ in parts for name, load in loads.items()},
        tuple(limit for _, limits, _ in parts for limit in limits),
        tuple(block for _, _, blocks in parts for block in blocks),
        constant=7.0,
    )


def lane(cells: int, seed: int) -> ProgramData:
    """A lane that is dear for the first kilograms of a year and cheap for a dispatch that is full."""
    rng = np.random.default_rng(seed)
    value = np.sort(rng.uniform(5, 60, (cells, 6)), axis=1)
    cost = np.stack([value, 0.15 * value], axis=2)
    weight = rng.uniform(0.5, 3, (cells, 6, 1))
    freight = terms([0, 5, 60, 200], jump=[0, 900, 1500, 2200], per_unit=[180, 9, 4, 2])
    uses = np.ones((cells, 2), dtype=bool) & (np.arange(2) == 1)
    block = Block("lane", (one_period("", freight, "kg"),), uses)
    return ProgramData(
        cost,
        np.array([0, 3]),
        np.ones((cells, 2), dtype=bool),
        {"kg": Load.table(np.array([1]), weight)},
        blocks=(block,),
    )


def test_cells_fall_apart_where_no_row_ties_them_and_nowhere_else() -> None:
    problem = beside(*(seller(n, bands=3, partners=2, months=1, tiers="all_units", seed=n) for n in (3, 4)))
    alone = replace(problem, cost=np.concatenate([problem.cost, problem.cost[:2]]))
    alone = replace(
        alone,
        allowed=np.ones((9, problem.shape[2]), dtype=bool),
        loads={name: replace(load, size=(9, 3)) for name, load in problem.loads.items()},
        blocks=tuple(replace(b, uses=np.concatenate([b.uses, np.zeros_like(b.uses[:2])])) for b in problem.blocks),
    )
    parts = separated(alone)
    assert [part.cells.tolist() for part in parts] == [[7, 8], [0, 2, 4], [1, 3, 5, 6]]
    assert [len(part.problem.limits) + len(part.problem.blocks) for part in parts] == [0, 4, 4]
    plan = np.full((9, 3), 2)
    assert sum(evaluate(p.problem, plan[p.cells]).objective for p in parts) == pytest.approx(
        evaluate(alone, plan).objective
    )
    tied = replace(alone, years=alone.cost[None], cvar_weight=0.5)
    assert len(separated(tied)) == 1


def test_programs_that_share_nothing_cost_together_what_they_cost_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    sellers = [seller(n, bands=4, partners=2, months=2, tiers="all_units", seed=n) for n in (4, 5, 6)]
    whole = [choose(one, gap=1e-6) for one in sellers]
    monkeypatch.setattr(choosing, "WHOLE_FIRST", 0)
    monkeypatch.setattr(choosing, "WHOLE", 0)
    together = choose(beside(*sellers), gap=0.002)
    assert together.method == "priced"
    best = sum(one.evaluated.objective for one in whole) + 7.0
    assert together.solved.bound <= best * (1 + 1e-6)
    assert best * (1 - 1e-6) <= together.evaluated.objective <= best * 1.002
    assert set(together.prices) == {f"{k} {name}" for k, one in enumerate(whole) for name in one.prices}


def test_a_middle_sized_program_is_priced_and_given_whole_to_the_solver_where_that_leaves_much_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = seller(12, bands=4, partners=2, months=2, tiers="all_units", seed=3)
    at_once = choose(problem, gap=1e-6)
    assert at_once.method == "whole"
    monkeypatch.setattr(choosing, "WHOLE_FIRST", 0)
    priced = choose(problem, gap=0.01)
    assert (priced.method, priced.solved.status) == ("priced", "optimal")
    assert priced.solved.bound <= at_once.evaluated.objective <= priced.evaluated.objective * (1 + 1e-6)
    for name in ("NODES", "POLISHED", "EVERY_PLAN"):
        monkeypatch.setattr(branching, name, 0)
    both = choose(problem, gap=1e-6)
    assert both.solved.status == "optimal"
    assert both.evaluated.objective == pytest.approx(at_once.evaluated.objective, rel=2e-6)
    with pytest.raises(choosing.Undecided) as none:
        choose(replace(problem, limits=tuple(replace(limit, most=-1.0) for limit in problem.limits[:1])))
    assert none.value.solved.conflicts


@pytest.mark.parametrize("seed", range(4))
def test_a_lane_that_grows_cheaper_is_decided_to_the_gap_asked_for(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branching, "EVERY_PLAN", 0)
    problem = lane(40, seed)
    best = choose(problem, gap=1e-7).evaluated.objective
    priced = solve_large(problem, gap=0.001)
    assert priced is not None
    assert priced.solved.status == "optimal"
    assert priced.solved.bound <= best * (1 + 1e-6)
    assert best * (1 - 1e-6) <= priced.evaluated.objective <= best * 1.001


def tied(problem: ProgramData, share: float) -> tuple[ProgramData, str]:
    """A program with a limit on units of all its partners in the first month, as a share of what may come at most."""
    units = [load for name, load in problem.loads.items() if "units" in name and name.endswith(" 0")]
    place, arm, amount = (np.concatenate([getattr(load, of) for load in units]) for of in ("place", "arm", "amount"))
    every = Load.sums(place, arm, amount, problem.shape[:2])
    limit = Limit("all units", "all units", share * every.largest)
    return replace(problem, loads={**problem.loads, limit.measure: every}, limits=(limit,)), limit.measure


@pytest.mark.parametrize("share", [1.0, 0.1])
def test_a_limit_ties_programs_only_where_their_cheapest_plans_break_it(
    share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    sellers = [seller(n, bands=4, partners=2, months=2, tiers="all_units", seed=n) for n in (4, 5, 6)]
    problem, measure = tied(beside(*sellers), share)
    whole = choose(problem, gap=1e-6)
    monkeypatch.setattr(choosing, "WHOLE_FIRST", 0)
    monkeypatch.setattr(choosing, "WHOLE", 0)
    solved: list[tuple[int, float]] = []
    solve = choosing.solve_large

    def noted(problem: ProgramData, *, gap: float, **how: Any) -> Solution | None:
        solved.append((problem.shape[0], gap))
        return solve(problem, gap=gap, **how)

    monkeypatch.setattr(choosing, "solve_large", noted)
    found = choose(problem, gap=0.002, starts=[whole.plan])
    best = whole.evaluated.objective
    assert not found.evaluated.broken
    assert found.solved.bound <= best * (1 + 1e-6)
    assert best * (1 - 1e-6) <= found.evaluated.objective <= best * (1 + 1e-9)
    assert set(found.prices) == set(whole.prices)
    assert solved[:3] == [(4, 0.0005), (5, 0.0005), (6, 0.0005)]  # They are small: closer than asked for costs little.
    assert solved[3:] == ([] if share == 1.0 else [(15, 0.002)])
    assert (found.prices[measure] == 0.0) is (share == 1.0)


@pytest.mark.parametrize("tie", [None, 1.0])
@pytest.mark.parametrize("constant", [0.0, -1e6])
def test_what_all_plans_cost_beside_their_bands_chooses_none(
    tie: float | None, constant: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it makes the plan that pays money for everything cost less than nothing."""
    sellers = [seller(n, bands=4, partners=2, months=2, tiers="all_units", seed=n) for n in (5, 6)]
    problem = replace(beside(*sellers), limits=())
    if tie is not None:
        problem, _ = tied(problem, tie)
    plain = choose(problem, gap=1e-6).evaluated.objective
    monkeypatch.setattr(choosing, "WHOLE_FIRST", 0)
    found = choose(replace(problem, constant=problem.constant + constant), gap=1e-6)
    assert found.evaluated.objective == pytest.approx(plain + constant, rel=1e-6)
    assert found.solved.bound <= plain + constant + 1e-6 * abs(constant)


def test_a_part_that_is_nearly_all_is_not_tried_without_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, _ = tied(beside(*(seller(n, bands=4, partners=2, months=2, tiers="all", seed=n) for n in (2, 9))), 1.0)
    monkeypatch.setattr(choosing, "WHOLE_FIRST", 0)
    solved: list[int] = []
    solve = choosing.solve_large
    monkeypatch.setattr(choosing, "solve_large", lambda p, **how: solved.append(p.shape[0]) or solve(p, **how))
    choose(problem, gap=0.3)
    assert solved == [11]


def test_what_parts_leave_open_is_looked_for_together_from_their_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    problem, _ = tied(beside(*(seller(n, bands=4, partners=2, months=2, tiers="all", seed=n) for n in (4, 5))), 1.0)
    best = choose(problem, gap=1e-6)
    monkeypatch.setattr(choosing, "WHOLE_FIRST", 0)
    monkeypatch.setattr(choosing, "WHOLE", 0)
    unproven = replace(best, solved=replace(best.solved, status="gap"))
    monkeypatch.setattr(choosing, "_apart", lambda *_: unproven)
    found = choose(problem, gap=0.3, node_limit=1)
    assert found.evaluated.objective <= best.evaluated.objective * (1 + 1e-9)
    assert found.solved.status == "optimal"


@pytest.mark.parametrize(("gap", "climbs"), [(0.5, 0), (1e-6, 1)])
def test_nothing_is_searched_once_the_gap_is_met(gap: float, climbs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branching, "EVERY_PLAN", 0)
    begun: list[object] = []
    monkeypatch.setattr(branching.Search, "_climb", lambda _, root: begun.append(root))
    assert solve_large(seller(8, bands=4, partners=2, months=2, tiers="all", seed=3), gap=gap) is not None
    assert len(begun) == climbs
