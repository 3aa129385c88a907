"""Quality counts each root claim once and books every cost to what failed."""

from __future__ import annotations

import numpy as np
import pytest

from tests.experiment.tiny import SEED, roomy
from tests.worlds import partner, policy_of
from tests.worlds import world as of
from warrantysim.experiment.births import births
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.quality import (
    CLAIMS_BY,
    CLOSURES,
    MEASURES,
    Quality,
    claims_counted,
    quality,
    quality_names,
)
from warrantysim.experiment.quality_tables import at_age, by_age, ends, ranked, trend
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.simulate import simulate
from warrantysim.schema.root import Scenario

N = 3
LEVEL = 0.95


@pytest.fixture(scope="module")
def world() -> Scenario:
    return roomy(400)


@pytest.fixture(scope="module")
def found(world: Scenario) -> Quality:
    rules = {"now": world.policy, "new": policy_of("reship", name="new")}
    return quality(world, rules, range(N), seed=SEED)


def now(found: Quality, world: Scenario) -> object:
    return quality_names(found.claims[found.claims["case"] == "now"], world)


def test_every_root_claim_in_scope_is_counted_once_and_costs_what_the_same_luck_costs(
    world: Scenario, found: Quality
) -> None:
    result = simulate(world, replications=N, seed=SEED)
    own = found.claims[found.claims["case"] == "now"].groupby("replication")[MEASURES].sum()
    assert own["claims"].tolist() == [len(s.year) for s in result.kept]
    booked = [float((s.year.cash + s.year.expected).sum()) for s in result.kept]
    assert own["cost"].to_numpy() == pytest.approx(booked)
    assert own["cash"].to_numpy() == pytest.approx([float(s.year.cash.sum()) for s in result.kept])
    assert not found.claims.duplicated(CLAIMS_BY).any()


def test_what_each_product_costs_is_what_its_claims_are_booked_where_some_would_be_claimants_never_file() -> None:
    """Claims born and never filed are no records, yet they are counted where lines name the claim they are for."""
    stated = {"skus": ("A", "B"), "policy": "repair_local P", "partners": {"P": partner()}}
    sold = [{"sku": sku, "market": "US", "channel": "OWN", "units_per_month": 20.0} for sku in ("A", "B")]
    gain = {"opportunistic": {"US": [{"from": "0 USD", "share": 0.2}]}}
    shares = {"no_fault_found": 0.5, "repairable": 0.5}
    two = of(**stated, sales=sold, births=gain, fault_shares=shares, terms_of={"life_eta_days": 600.0})
    rows = [row.replace(list_price=1000.0) if row.sku == "B" else row for row in two.sku_markets]
    two = two.replace(sku_markets=rows, policy=two.policy)
    born = births(two, SEED, 0)
    run, ledger = priced_run(two, two.policy, born, SEED, 0)
    assert len(run.records) < len(born)
    by_claim = claims_counted(run, ledger, two).groupby("sku")["cost"].sum().to_numpy()
    mine = ledger.in_scope & (ledger.root >= 0)
    assert by_claim == pytest.approx(np.bincount(ledger.sku[mine], ledger.reporting[mine]))


def test_every_claim_has_one_end(found: Quality) -> None:
    assert found.claims[list(CLOSURES)].sum(axis=1).to_numpy() == pytest.approx(found.claims["claims"].to_numpy())


def test_failures_are_those_of_the_units_whatever_the_rule(found: Quality) -> None:
    by_rule = found.claims.groupby(["case", "replication"])["failures"].sum().unstack("case")
    assert (by_rule["now"] == by_rule["new"]).all()
    cohorts = found.cohorts.groupby("replication")["claims"].sum()
    assert (cohorts == by_rule["now"]).all()
    assert (found.claims["failures"] <= found.claims["claims"]).all()


def test_the_supplier_pays_back_a_share_of_what_failed(world: Scenario) -> None:
    paying = world.replace(faults=[row.replace(supplier_recovery_share=0.5) for row in world.faults])
    bench = policy_of("repair_local P", name="bench")
    counted = quality(paying, {"bench": bench}, range(1), seed=SEED).claims
    credit = simulate(paying, [bench], replications=1, seed=SEED).costs(("category",))
    credit = credit[credit["category"] == "supplier_recovery"]["mean"].sum()
    assert counted["recovery"].sum() == pytest.approx(-credit)
    assert counted["recovery"].sum() > 0


def test_ranks_tell_every_group_once_largest_first_with_the_interval_of_its_mean(
    world: Scenario, found: Quality
) -> None:
    claims = quality_names(found.claims[found.claims["case"] == "now"], world)
    table = ranked(claims, ["sku", "fault"], "cost", N, LEVEL)
    assert table["cost"].is_monotonic_decreasing
    assert table["share"].sum() == pytest.approx(1)
    assert table["cost"].sum() == pytest.approx(claims["cost"].sum() / N)
    first = claims[claims["fault"] == table["fault"][0]].groupby("replication")["cost"].sum()
    interval = t_interval(first.to_numpy(), LEVEL)
    assert table["low"][0] == pytest.approx(float(interval.low))
    assert table["nff_share"].dropna().between(0, 1).all()


def test_months_add_up_to_the_year_and_a_replication_without_a_claim_counts_as_none(
    world: Scenario, found: Quality
) -> None:
    claims = quality_names(found.claims[found.claims["case"] == "now"], world)
    months = trend(claims, "claims", N, LEVEL)
    assert months["mean"].sum() == pytest.approx(claims["claims"].sum() / N)
    once = trend(claims[claims["replication"] == 0], "claims", N, LEVEL)
    assert once["mean"].sum() == pytest.approx(claims[claims["replication"] == 0]["claims"].sum() / N)


def test_shares_of_ends_add_up_to_all_claims(world: Scenario, found: Quality) -> None:
    table = ends(quality_names(found.claims[found.claims["case"] == "now"], world), "market", N, LEVEL)
    whole = table[table["end"].isin(CLOSURES)].groupby("market")["share"].sum()
    assert whole.to_numpy() == pytest.approx(1)
    assert (table["low"] <= table["share"]).all()
    assert (table["share"] <= table["high"]).all()


def test_cohorts_are_compared_at_equal_age_and_only_where_seen_to_it(world: Scenario, found: Quality) -> None:
    months = [world.clock.month_label(k) for k in range(12)]
    cohorts, sold = quality_names(found.cohorts, world), quality_names(found.sold, world)
    table = at_age(cohorts, sold, months, 3, N, LEVEL)
    assert table["sold_month"].tolist() == months[:9]
    first = cohorts[(cohorts["sold_month"] == months[0]) & (cohorts["age"] <= 3)]["claims"].sum() / N
    units = sold[sold["sold_month"] == months[0]]["sold"].sum()
    assert table["per_thousand"][0] == pytest.approx(1000 * first / units)
    assert (np.diff([len(at_age(cohorts, sold, months, age, N, LEVEL)) for age in (1, 2, 3)]) == -1).all()
    fields = by_age(cohorts, sold, N)
    assert fields["claims"].sum() == pytest.approx(cohorts["claims"].sum() / N)


def test_no_replication_is_refused(world: Scenario) -> None:
    with pytest.raises(ValueError, match="at least one rule and one replication"):
        quality(world, {"now": world.policy}, range(0), seed=SEED)


def test_a_count_that_is_stopped_keeps_what_is_done(world: Scenario) -> None:
    found = quality(world, {"now": world.policy}, range(N), seed=SEED, cancel=lambda: True)
    assert found.replications == 1
    assert found.cancelled
