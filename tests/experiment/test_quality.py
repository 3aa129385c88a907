"""Quality counts each root claim once and books every cost to what failed."""

from __future__ import annotations

import pytest

from tests.experiment.tiny import roomy
from warrantysim.claims.births import born
from warrantysim.experiment.quality import FAULTS_BY, Quality, quality
from warrantysim.experiment.simulate import simulate
from warrantysim.scenario.root import Scenario

N = 3


@pytest.fixture(scope="module")
def world() -> Scenario:
    return roomy(400)


@pytest.fixture(scope="module")
def found(world: Scenario) -> Quality:
    return quality(world, replications=range(N))


def test_faults_months_and_cohorts_count_the_same_claims(found: Quality) -> None:
    claims = found.faults["claims"].sum()
    assert claims > 20
    assert found.cohorts["claims"].sum() == pytest.approx(claims)
    assert found.months["claims"].sum() == pytest.approx(claims)


def test_costs_of_faults_are_those_of_the_claims_of_the_same_luck(world: Scenario, found: Quality) -> None:
    result = simulate(world, replications=N)
    booked = [float((s.year.cash + s.year.expected).sum()) for s in result.kept]
    assert found.faults["cost"].sum() == pytest.approx(sum(booked) / N)


def test_an_interval_holds_its_mean_and_a_share_lies_between_nothing_and_all(found: Quality) -> None:
    assert (found.faults["cost_low"] <= found.faults["cost"]).all()
    assert (found.faults["cost"] <= found.faults["cost_high"]).all()
    nff = found.faults["nff"].dropna()
    assert nff.between(0, 1).all()
    assert not found.faults.duplicated(FAULTS_BY).any()


def test_units_sold_of_a_cohort_are_at_least_its_claims(world: Scenario, found: Quality) -> None:
    assert (found.cohorts["sold"] >= found.cohorts["claims"]).all()
    assert len(born(world, world.plan.seed, 0)) > 0


def test_no_replication_is_refused(world: Scenario) -> None:
    with pytest.raises(ValueError, match="at least one replication"):
        quality(world, replications=range(0))
