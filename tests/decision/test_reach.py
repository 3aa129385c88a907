"""How far volumes can go, loads kept sparsely, pools that one cell has to itself, and the decomposition as a whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.decision.instances import seller
from warrantysim.decision import branching
from warrantysim.decision.branching import along
from warrantysim.decision.choose import choose, solve_large
from warrantysim.decision.master import Pricing, Range
from warrantysim.decision.own_pools import OwnPools
from warrantysim.decision.problem import Load, Pool, ProgramData, evaluate, pool_cost, units_counted
from warrantysim.decision.program import looked_at
from warrantysim.decision.reach import Reach
from warrantysim.decision.zones import all_plans, best_plans


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
    problem = ProgramData(dense, np.arange(6), np.ones((5, 6), dtype=bool), {"it": load})
    assert problem.measures(plan) == {"it": pytest.approx(taken.sum())}
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
    answer = priced(problem).answer(np.zeros(0))
    whole = choose(problem, gap=0.0)
    assert evaluate(problem, answer.plan).objective == pytest.approx(answer.least)
    assert answer.least == pytest.approx(whole.evaluated.objective, rel=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_pools_of_one_cell_cost_each_plan_what_the_whole_says_of_it(seed: int) -> None:
    problem = pooled(4, seed)
    own, rng = OwnPools(problem), np.random.default_rng(seed)
    cells = np.sort(rng.integers(0, problem.shape[0], 30))
    plans = np.sort(rng.integers(0, problem.shape[2], (30, problem.shape[1])), axis=1)
    for cell, plan, cost in zip(cells, plans, own.cost(cells, plans), strict=True):
        measures = {
            pool.measure: float(problem.loads[pool.measure].of(np.tile(plan, (problem.shape[0], 1)))[cell])
            for pool in own.of_cell.get(int(cell), ())
        }
        assert cost == pytest.approx(sum(pool_cost(pool, measures) for pool in own.of_cell.get(int(cell), ())))


def priced(problem: ProgramData, groups: int = 1) -> Pricing:
    own = OwnPools(problem)
    loads = [problem.loads[name] for name in sorted(looked_at(problem, own.pools))]
    return Pricing(problem, loads, own, np.arange(problem.shape[0]) * groups // problem.shape[0])


def test_cells_answer_prices_with_what_their_plan_then_costs() -> None:
    problem = seller(9, bands=4, partners=2, months=2, tiers="all_units", seed=3)
    pricing = priced(problem, 3)
    prices = np.random.default_rng(3).uniform(0, 5, pricing.measures)
    answer = pricing.answer(prices)
    measures = problem.measures(answer.plan)
    names = sorted(looked_at(problem))
    used = [float((answer.plan == 2 + p).sum()) for p in range(2)]
    assert answer.taken.sum(axis=0) == pytest.approx([*(measures[name] for name in names), *used])
    assert answer.cost.sum() == pytest.approx(problem.plan_cost(answer.plan).sum())
    assert answer.cost.sum() + answer.taken.sum(axis=0) @ prices == pytest.approx(answer.least)
    for other in random_plans(problem, 3, 30):
        cost, taken = pricing.of(other)
        assert cost.sum() + taken.sum(axis=0) @ prices >= answer.least - 1e-9


def test_plans_near_the_best_are_the_cheapest_of_all() -> None:
    problem = pooled(5, 1)
    pricing = priced(problem)
    near = pricing.near(np.array([1, 4]), np.zeros(0), None, 6)
    for c, plans in zip((1, 4), near, strict=True):
        every = [p for p in all_plans(tuple(problem.rank.tolist()), 4) if problem.allowed[c, p].all()]
        costs = sorted(pricing.of_cells(np.full(len(every), c), np.array(every))[0])
        assert pricing.of_cells(np.full(6, c), np.array(plans))[0] == pytest.approx(costs[:6])


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
    reach = Reach(problem)
    met = 0
    for plan in random_plans(problem, seed, 300):
        measures = problem.measures(plan)
        if any(measures[limit.measure] > limit.most for limit in problem.limits):
            continue
        met += 1
        assert all(value <= reach.most(name) * (1 + 1e-9) for name, value in measures.items())
    assert met > 20
    assert any(reach.most(name) < load.largest * 0.99 for name, load in problem.loads.items())


@pytest.mark.parametrize("seed", range(4))
def test_fees_go_along_with_units_as_their_lines_say(seed: int) -> None:
    problem = seller(6, bands=4, partners=2, months=2, tiers="all", seed=seed)
    reach = Reach(problem)
    tight = 0
    for plan in random_plans(problem, seed, 100):
        measures = problem.measures(plan)
        for block in problem.blocks:
            for period in block.periods:
                units, fees = (measures[table[0][0]] for table in (period.units, period.fees))
                lines = reach.lines(period.fees[0], period.units[0])
                assert len(lines) > 1
                for line in lines:
                    assert line.slope * units - line.below - 1e-9 <= fees <= line.slope * units + line.above + 1e-9
                    tight += line.above < reach.most(period.fees[0][0]) / 3
    assert tight


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200))
def test_the_decomposition_gives_what_the_whole_program_gives(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """All kinds of shared rows; the whole program solved to optimality, the decomposition to 0.1 %, by all plans of its
    few cells or by branching."""
    if seed % 4 < 2:
        monkeypatch.setattr(branching, "EVERY_PLAN", 0)
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
    priced = solve_large(problem, gap=1e-3 if seed % 4 < 2 else 1e-4)
    assert priced is not None
    best = whole.evaluated.objective
    assert priced.solved.bound <= best * (1 + 1e-6)
    assert priced.evaluated.objective >= best * (1 - 1e-6)
    assert priced.evaluated.objective <= best * 1.002


def tiered(seed: int, season: float) -> ProgramData:
    """Two partners with tiers in four months; ``season``: how unlike each other the months of bands are [share]."""
    problem, rng = (
        seller(6, bands=4, partners=2, months=4, tiers="all", seed=seed, tight=9),
        np.random.default_rng(seed),
    )
    loads = dict(problem.loads)
    for name in loads:
        if name.startswith("units"):
            noise = rng.uniform(1 - season, 1 + season, len(loads[name].amount))
            loads[name] = replace(loads[name], amount=loads[name].amount * noise)
    return replace(problem, loads=loads)


def ranges_of(problem: ProgramData, plan: np.ndarray) -> dict[tuple[str, int], int]:
    """Segment of each period under a plan."""
    measures = problem.measures(plan)
    return {
        (block.name, number): period.terms.segment(units_counted(period, measures))
        for block in problem.blocks
        for number, period in enumerate(block.periods)
    }


@pytest.mark.parametrize(("seed", "season"), [(seed, season) for seed in range(3) for season in (0.0, 0.2, 0.9)])
def test_what_one_month_says_of_the_others_leaves_out_no_plan(seed: int, season: float) -> None:
    problem = tiered(seed, season)
    reach, left_out = Reach(problem), 0
    for plan in random_plans(problem, seed, 12):
        here = ranges_of(problem, plan)
        for block in problem.blocks:
            for number in range(len(block.periods)):
                k = here[block.name, number]
                for room in (Range(k, k, k > 0), Range(0, k), Range(k, 3, k > 0)):
                    left = along(reach, block, {(block.name, number): room})
                    assert left is not None
                    assert all(r.first <= here[key] <= r.last for key, r in left.items())
                    left_out += sum(3 - r.last + r.first for key, r in left.items() if key[1] != number)
    assert left_out or season > 0.5


def test_months_of_one_season_are_in_step() -> None:
    """As soon as one month's segment is known, so are all others'; and what contradicts it is known to be empty."""
    problem = tiered(0, 0.0)
    reach, block = Reach(problem), problem.blocks[0]
    left = along(reach, block, {("partner 0", 0): Range(2, 2, reached=True)})
    assert left is not None
    assert set(left.values()) == {Range(2, 2, reached=True)}
    assert len(left) == 4
    low, high = Range(0, 0), Range(2, 3, reached=True)
    assert along(reach, block, {("partner 0", 0): low, ("partner 0", 3): high}) is None
