"""What a lever does not touch is not simulated again, and costs come out the same to the last digit."""

from __future__ import annotations

import dataclasses
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.analysis.seller import AT_P, CHINA, REFUND, SEED, seller
from warrantysim.analysis import tornado as module
from warrantysim.analysis.cases import Case, cases_at, yearly_costs
from warrantysim.analysis.tornado import KnownRuns, known_runs, tornado_of
from warrantysim.claims.births import born
from warrantysim.experiment.levers import Lever, turned
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.reads import places_differing, read_of, watched
from warrantysim.experiment.simulate import ReplicationFailed
from warrantysim.experiment.uncertain import Turn, UncertainInput, stated_inputs
from warrantysim.journeys.events import simulate_run
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.root import Scenario

FEE = "partners.P.desks.main.repaired.flat"
PRICES = {
    FEE: 35.0,
    "triage.contact_cost": 4.0,
    "markets.US.parcel.fulfilment.small": 9.0,
    "sku_markets[A,US].landed_cost": 55.0,
    "china_bench.transfer_price_per_hour": 31.0,
    "experience.waiting_share_per_day": 0.02,
    "freight_breaks[*,*].rate": 8.0,
}
"""A figure of every kind that only prices read, and another value of it."""
PHYSICS = {
    "sales[*,*,*].units_per_month": 13.0,
    "births.propensity.US.base": 0.5,
    "sku_markets[A,US].list_price": 140.0,
    "faults[A,repairable].bench_minutes": 90.0,
    "markets.US.parcel.transit_days": 9.0,
    "partners.P.yield_share": 0.4,
    "triage.nff_return_share": 0.9,
    "horizon.days": 200,
}
"""A figure of every kind that births or journeys read."""


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Three rules: none, one partner, and the factory."""
    world = seller(units=30.0)
    return [Case("refund", world, REFUND), Case("at P", world, AT_P), Case("china", world, CHINA)]


@pytest.fixture(scope="module")
def known(cases: list[Case]) -> Iterator[KnownRuns]:
    """Two years of them."""
    with known_runs(cases, range(2), SEED) as found:
        yield found


def priced_again(known: KnownRuns, turn: Turn) -> tuple[bool, ...]:
    """Whether each case's runs are kept with levers turned so, and only priced anew."""
    found = [False] * len(known.stated)
    for family in known.families:
        kept = family.kept.untouched(places_differing(family.scenario, turned(family.scenario, turn)))
        for place, yes in zip(family.kept.places, kept, strict=True):
            found[place] = yes
    return tuple(found)


def again(cases: list[Case], path: str, at: float) -> np.ndarray:
    return yearly_costs(cases_at(cases, [(Lever(path), at)]), range(2), SEED)


def test_as_stated_they_cost_what_they_cost(cases: list[Case], known: KnownRuns) -> None:
    assert (known.stated == yearly_costs(cases, range(2), SEED)).all()


@pytest.mark.parametrize("path", PRICES)
def test_a_price_is_priced_anew_and_costs_the_same_to_the_last_digit(
    cases: list[Case], known: KnownRuns, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = ((Lever(path), PRICES[path]),)
    assert priced_again(known, turn) == (True, True, True)
    with monkeypatch.context() as patch:
        patch.setattr(module, "simulate_run", broken)
        found = next(known.at([turn]))
    assert (found == again(cases, path, PRICES[path])).all()


def broken(*_: Any, **__: Any) -> Any:
    raise AssertionError("simulated again")


@pytest.mark.parametrize("path", PHYSICS)
def test_what_births_or_journeys_read_is_not_taken_for_a_price(cases: list[Case], known: KnownRuns, path: str) -> None:
    turn = ((Lever(path), PHYSICS[path]),)
    assert not priced_again(known, turn)[1]
    assert (next(known.at([turn])) == again(cases, path, PHYSICS[path])).all()


def test_what_only_one_rule_comes_across_is_simulated_for_that_rule_alone(cases: list[Case], known: KnownRuns) -> None:
    path = "china_customs.inspection_share"
    assert priced_again(known, ((Lever(path), 0.5),)) == (True, True, False)
    assert (next(known.at([((Lever(path), 0.5),)])) == again(cases, path, 0.5)).all()


def test_a_price_and_a_figure_of_physics_together_are_physics(cases: list[Case], known: KnownRuns) -> None:
    turn = ((Lever(FEE), 35.0), (Lever("partners.P.yield_share"), 0.4))
    assert not priced_again(known, turn)[1]
    here = cases_at(cases, turn)
    assert (next(known.at([turn])) == yearly_costs(here, range(2), SEED)).all()


def test_cases_of_different_worlds_are_known_each_in_its_own() -> None:
    cases = [Case("now", seller(), AT_P), Case("dear", seller(p_fee=90.0), AT_P)]
    turns = [((Lever("triage.contact_cost"), x),) for x in (1.0, 6.0)]
    with known_runs(cases, range(2), SEED) as known:
        for turn, found in zip(turns, known.at(turns), strict=True):
            assert (found == yearly_costs(cases_at(cases, turn), range(2), SEED)).all()


def test_processes_change_no_digit(cases: list[Case], known: KnownRuns) -> None:
    turns = [((Lever(FEE), 35.0),), ((Lever("partners.P.yield_share"), 0.4),)]
    alone = list(known.at(turns))
    with known_runs(cases, range(2), SEED, jobs=2) as shared:
        for one, other in zip(alone, shared.at(turns), strict=True):
            assert (one == other).all()


def test_runs_that_are_out_of_sight_are_simulated_again(cases: list[Case]) -> None:
    turn = ((Lever(FEE), 35.0),)
    with known_runs(cases, range(2), SEED) as known:
        for file in known.folder.iterdir():
            file.unlink()
        assert (next(known.at([turn])) == again(cases, FEE, 35.0)).all()
        folder = known.folder
    assert not Path(folder).exists()


def test_a_turn_that_makes_no_valid_world_and_a_run_that_breaks_are_told(
    known: KnownRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ScenarioError):
        next(known.at([((Lever("partners.P.yield_share"), 1.5),)]))
    monkeypatch.setattr(module, "price", broken)
    with pytest.raises(ReplicationFailed, match="simulated again"):
        next(known.at([((Lever(FEE), 35.0),)]))


def test_errors_of_turned_worlds_travel_between_processes() -> None:
    with pytest.raises(ScenarioError) as caught:
        turned(seller(), [(Lever("partners.P.yield_share"), 1.5)])
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def same(one: Any, other: Any) -> bool:
    """Whether two records hold the same bits."""
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in dataclasses.fields(one))
    return bool(np.asarray(one).tobytes() == np.asarray(other).tobytes())


@pytest.mark.parametrize("policy", [REFUND, AT_P, CHINA], ids=lambda policy: policy.name)
def test_a_watched_world_is_lived_in_as_the_world_itself(policy: Any) -> None:
    world = seller(units=30.0)
    there, _ = watched(world)
    claims = born(world, SEED, 0)
    assert same(born(there, SEED, 0), claims)
    assert same(simulate_run(there, policy, claims, SEED, 0), simulate_run(world, policy, claims, SEED, 0))


def reading(look: Callable[[Scenario], Any]) -> set[Any]:
    there, reads = watched(seller())
    look(there)
    return reads


def test_a_read_is_noted_where_it_is_made_and_a_read_of_the_whole_with_all_that_lies_in_it() -> None:
    contact = ("triage", "contact_cost")
    assert reading(lambda s: s.triage.contact_cost) == {contact}
    assert reading(lambda s: s.markets["US"].parcel) == set()
    assert reading(lambda s: s.partners["P"].yield_share) == {("partners", "P", "yield_share")}
    assert reading(lambda s: s.clock) == {("horizon", "first_day")}
    whole = reading(lambda s: s.triage.model_dump())
    assert read_of(whole, {contact})
    assert read_of(reading(lambda s: s.triage == s.triage), {contact})
    assert not read_of(reading(lambda s: s.experience.grace_days), {contact})
    assert read_of(reading(lambda s: s.policy.name), {("policy",)})


def test_worlds_differ_where_a_lever_was_turned_and_nowhere_else() -> None:
    world = seller()
    assert places_differing(world, seller()) == frozenset()
    assert places_differing(world, turned(world, [(Lever("triage.contact_cost"), 9.0)])) == {("triage", "contact_cost")}
    assert places_differing(world, seller(skus=("A", "B"))) is None


def test_the_tornado_is_that_of_simulating_every_end_anew_and_stopped_it_keeps_what_it_has() -> None:
    rows = [
        {"path": path, "unit": "1", "low": low, "high": high, "reason": "a guess", "source": "us", "mark": "A"}
        for path, low, high in (
            (FEE, 10.0, 30.0),
            ("partners.P.yield_share", 0.5, 0.9),
            ("triage.contact_cost", 1.0, 3.0),
        )
    ]
    world = seller(units=30.0, assumptions=rows)
    pair = [Case("now", world, REFUND), Case("new", world, AT_P)]
    inputs: tuple[UncertainInput, ...] = stated_inputs(world)
    found = tornado_of(*pair, inputs, range(2), SEED)
    for k, one in enumerate(inputs):
        for ends, position in ((found.at_low, one.low), (found.at_high, one.high)):
            costs = yearly_costs(cases_at(pair, [(one.lever, position)]), range(2), SEED)
            assert (ends[k] == costs[1] - costs[0]).all()
    told: list[int] = []
    part = tornado_of(
        *pair, inputs, range(2), SEED, progress=lambda done, _: told.append(done), cancel=lambda: len(told) >= 2
    )
    assert (part.inputs, part.left) == (inputs[:2], 1)
    assert (part.at_high == found.at_high[:2]).all()
    with pytest.raises(Cancelled):
        tornado_of(*pair, inputs, range(2), SEED, cancel=lambda: True)


@pytest.mark.filterwarnings("error")
def test_stopped_among_processes_it_ends_without_a_word(cases: list[Case]) -> None:
    inputs = [UncertainInput(Lever("partners.P.yield_share"), 0.5, x) for x in (0.7, 0.8, 0.9)]
    told: list[int] = []
    found = tornado_of(
        *cases[:2],
        inputs,
        range(2),
        SEED,
        jobs=2,
        progress=lambda done, _: told.append(done),
        cancel=lambda: bool(told),
    )
    assert found.left == 2
