"""How far volumes can go, loads kept sparsely, and pools that one cell has to itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.decision.instances import seller
from warrantysim.decision.choose import Columns, choose, grouped, solve_large
from warrantysim.decision.own_pools import OwnPools
from warrantysim.decision.problem import Load, Pool, ProgramData, evaluate, restricted, units_counted
from warrantysim.decision.reach import Range, Reach, least_reaching, most_for
from warrantysim.decision.zones import best_plans


def pooled(cells: int, seed: int, *, bands: int = 4) -> ProgramData:
    """A seller whose cells have a pool each, some with room, and share nothing else."""
    rng = np.random.default_rng(seed)
    arms = 5
    rank = np.array([0, 1, 2, 2, 3])
    cost = rng.uniform(0, 30, (cells, bands, arms)) * (1 + np.arange(bands)[:, None] * rng.uniform(-0.3, 0.3, arms))
    loads, pools = {}, []
    for c in range(cells):
        table = np.zeros((cells, bands, arms))
        table[c] = rng.integers(0, 6, (bands, arms)) - 1.0 * (np.arange(arms) == 1) * rng.integers(0, 6, bands)[:, None]
        loads[f"pool {c}"] = Load.table(np.arange(arms), table)
        pools += [Pool(f"pool of {c}", f"pool {c}", float(rng.uniform(1, 9)), float(rng.integers(0, 3)))]
        pools += [Pool(f"need of {c}", f"pool {c}", float(rng.uniform(1, 9)), float(rng.integers(3, 8)))]
    allowed = rng.random((cells, arms)) < 0.8
    allowed[:, 0] = True
    return ProgramData(cost, rank, allowed, loads, pools=tuple(pools))


def random_plans(problem: ProgramData, seed: int, n: int) -> list[np.ndarray]:
    """Plans that are best at random costs: in order, one partner a disposition."""
    rng = np.random.default_rng(seed)
    shape = problem.cost.shape
    return [best_plans(rng.normal(size=shape), problem.rank, problem.allowed)[0] for _ in range(n)]


@pytest.mark.parametrize("seed", range(6))
def test_a_load_says_the_same_as_the_table_it_is_made_of(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.integers(-2, 3, (5, 4, 3)).astype(float)
    load = Load.table(np.array([1, 2, 4]), table)
    dense = np.zeros((5, 4, 6))
    dense[:, :, [1, 2, 4]] = table
    plan = rng.integers(0, 6, (5, 4))
    taken = np.take_along_axis(dense, plan[:, :, None], axis=2)[:, :, 0]
    assert np.allclose(load.of(plan), taken.sum(axis=1))
    assert load.total(plan) == pytest.approx(taken.sum())
    assert load.largest == pytest.approx(np.maximum(table, 0).max(axis=2).sum())
    cost = np.zeros((5, 4, 6))
    load.added(2.0, cost)
    assert np.array_equal(cost, 2.0 * dense)
    place, arm = np.divmod(np.flatnonzero(dense), 6)
    twice = Load.sums(np.tile(place, 2), np.tile(arm, 2), np.tile(dense.ravel()[dense.ravel() != 0], 2) / 2, (5, 4))
    assert np.array_equal(twice.place, load.place)
    assert np.allclose(twice.amount, load.amount)


@pytest.mark.parametrize("seed", range(8))
def test_pools_of_one_cell_are_decided_with_the_cell_exactly(seed: int) -> None:
    problem = pooled(4, seed)
    own = OwnPools(problem)
    assert len(own.pools) == len(problem.pools)
    plan, least = own.best_plans(problem.cost, None)
    whole = choose(problem, gap=0.0)
    assert evaluate(problem, plan).objective == pytest.approx(least.sum())
    assert least.sum() == pytest.approx(whole.evaluated.objective, rel=1e-6)


def test_a_pool_of_two_cells_stays_a_shared_row() -> None:
    problem = pooled(2, 0)
    both = problem.loads["pool 0"]
    both = Load.sums(np.append(both.place, 4), np.append(both.arm, 1), np.append(both.amount, 2.0), both.size)
    assert "pool of 0" not in {
        pool.name for pool in OwnPools(replace(problem, loads={**problem.loads, "pool 0": both})).pools
    }


@pytest.mark.parametrize("seed", range(4))
def test_no_plan_within_the_limits_goes_beyond_what_is_said_to_be_in_reach(seed: int) -> None:
    problem = seller(6, bands=4, partners=2, months=2, tiers="all", seed=seed, tight=0.8)
    room = Reach(problem).room()
    met = 0
    for plan in random_plans(problem, seed, 300):
        measures = problem.measures(plan)
        if any(measures[limit.measure] > limit.most for limit in problem.limits):
            continue
        met += 1
        assert all(value <= room.most[name] * (1 + 1e-9) for name, value in measures.items())
        for block in problem.blocks:
            for number, period in enumerate(block.periods):
                assert period.terms.segment(units_counted(period, measures)) <= room.segments[block.name, number].last
    assert met > 20


@pytest.mark.parametrize("seed", range(4))
def test_segments_decided_for_one_month_take_no_plan_from_the_others(seed: int) -> None:
    problem = seller(6, bands=4, partners=1, months=3, tiers="incremental", seed=seed, tight=9.0)
    reach = Reach(problem)
    block = problem.blocks[0]
    top = len(block.periods[0].terms.lower) - 1
    narrowed = 0
    for split in range(1, top + 1):
        for side in (Range(0, split - 1), Range(split, top, reached=True)):
            room = reach.narrowed(reach.room(), (block.name, 0), side)
            for plan in random_plans(problem, seed, 60):
                measures = problem.measures(plan)
                at = [period.terms.segment(units_counted(period, measures)) for period in block.periods]
                if not side.first <= at[0] <= side.last:
                    continue
                assert room is not None
                for number, k in enumerate(at):
                    inside = room.segments[block.name, number]
                    assert inside.first <= k <= inside.last
                    narrowed += (inside.first, inside.last) != (0, top)
    assert narrowed


def test_fractional_knapsacks_are_those_of_hand() -> None:
    amount, weight = np.array([6.0, 10.0, 12.0, 5.0]), np.array([1.0, 2.0, 3.0, 0.0])
    assert most_for(amount, weight, 5.0) == pytest.approx(5 + 6 + 10 + 12 * 2 / 3)
    assert most_for(amount, weight, 100.0) == pytest.approx(33.0)
    assert least_reaching(amount, weight, 20.0) == pytest.approx(1 + 2 * 0.9)
    assert least_reaching(amount, weight, 34.0) == np.inf


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200))
def test_the_decomposition_gives_what_the_whole_program_gives(seed: int) -> None:
    """All kinds of shared rows; the whole program solved to optimality, the decomposition to 0.1 %."""
    rng = np.random.default_rng(seed)
    tiers = ("", "all", "incremental")[seed % 3]
    problem = seller(
        int(rng.integers(4, 14)),
        bands=4,
        partners=2,
        months=2,
        tiers=tiers,
        seed=seed,
        tight=float(rng.uniform(0.2, 2)),
    )
    shelves = pooled(problem.shape[0], seed, bands=4)
    if seed % 2:
        problem = replace(problem, loads={**problem.loads, **shelves.loads}, pools=shelves.pools)
    if seed % 5 == 0:
        years = problem.cost * rng.uniform(0.7, 1.3, (6, *problem.shape))
        problem = replace(problem, cost=years.mean(axis=0), years=years, cvar_weight=0.3)
    whole = choose(problem, gap=0.0)
    assert whole.method in ("whole", "alone")
    priced = solve_large(problem, gap=1e-4, columns=Columns(grouped(problem.shape[0])))
    assert priced is not None
    best = whole.evaluated.objective
    assert priced.solved.bound <= best * (1 + 1e-6)
    assert priced.evaluated.objective >= best * (1 - 1e-6)
    assert priced.evaluated.objective <= best * 1.002


@pytest.mark.parametrize("seed", range(4))
def test_what_is_held_costs_in_a_part_of_the_problem_what_it_costs_in_the_whole(seed: int) -> None:
    problem = seller(7, bands=4, partners=2, months=2, tiers="all", seed=seed, tight=9.0)
    shelves = pooled(7, seed, bands=4)
    years = problem.cost * np.random.default_rng(seed).uniform(0.7, 1.3, (5, *problem.shape))
    problem = replace(problem, cost=years.mean(axis=0), years=years, cvar_weight=0.2)
    problem = replace(problem, loads={**problem.loads, **shelves.loads}, pools=shelves.pools)
    first, second = random_plans(problem, seed, 2)
    free = np.array([1, 4, 5])
    part = restricted(problem, first, free)
    mixed = first.copy()
    mixed[free] = second[free]
    chosen = np.append(second[free], np.zeros((1, 4), dtype=np.int64), axis=0)
    there, here = evaluate(problem, mixed), evaluate(part, chosen)
    assert here.objective == pytest.approx(there.objective)
    assert here.measures == pytest.approx(there.measures)
    assert here.broken == there.broken
