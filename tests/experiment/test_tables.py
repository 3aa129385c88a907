"""Tables of results: every part adds up to its whole, every interval is that of its replications."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from tests.experiment.tiny import SEED, roomy, sold
from tests.worlds import partner, policy_of
from warrantysim.experiment import frames
from warrantysim.experiment.frames import CLAIMS_BY, COST_BY, YEAR_BY
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.result import Result
from warrantysim.experiment.simulate import simulate


@cache
def found() -> Result:
    """Two markets, two policies, three replications."""
    scenario = roomy(
        markets={"US": {}, "DE": {}}, sales=sold(15, "US", "DE"), partners={"P": partner(40, serves=["US", "DE"])}
    )
    policies = [policy_of("reship", name="now"), policy_of([(0, "repair_local P"), (101, "return_china sea")])]
    return simulate(scenario, policies, replications=3, seed=SEED)


@pytest.mark.parametrize("by", [(), *[(name,) for name in COST_BY], ("market", "category"), ("sku", "month", "kind")])
def test_groups_of_costs_add_up_to_the_total_of_each_policy(by: tuple[str, ...]) -> None:
    table = found().costs(by)
    sums = table.groupby("policy")["mean"].sum()
    for name, totals in zip(found().names, found().totals_by_policy(), strict=True):
        assert sums[name] == pytest.approx(totals.mean(), rel=1e-12)


@pytest.mark.parametrize("by", [(), ("market", "category"), ("partner", "month", "kind")])
def test_a_table_is_the_same_however_many_summaries_are_added_up_at_once(
    by: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = found().costs(by)
    monkeypatch.setattr(frames, "TOGETHER", 1)
    pd.testing.assert_frame_equal(found().costs(by), at_once, check_exact=True)


@pytest.mark.parametrize("by", [(name,) for name in CLAIMS_BY])
def test_groups_of_claims_add_up_to_all_claims(by: tuple[str, ...]) -> None:
    result = found()
    sums = result.claims(by).groupby("policy")["mean"].sum()
    roots = result.totals.groupby("policy")["claims"].mean()
    descendants = result.claims(("descendant",)).query("descendant").set_index("policy")["mean"]
    for name in result.names:
        assert sums[name] == pytest.approx(roots[name] + descendants[name])


def test_an_interval_of_a_group_is_that_of_its_replications_zeros_among_them() -> None:
    result = found()
    row = result.costs(("market", "category")).query("policy == 'now' and market == 'DE' and category == 'refund'")
    by_replication = []
    for s in result.of("now"):
        keys = dict(zip(s.costs.by, s.costs.keys, strict=True))
        by_replication.append(s.costs.amount[(keys["market"] == 1) & (keys["category"] == 3)].sum())
    if row.empty:
        assert not any(by_replication)
    else:
        expected = t_interval(np.array(by_replication))
        assert row["mean"].iloc[0] == pytest.approx(expected.mean)
        assert row["half_width"].iloc[0] == pytest.approx(expected.half_width)


@pytest.mark.parametrize("kind", ["cash", "expected", "stock"])
def test_kinds_of_cost_can_be_looked_at_alone(kind: str) -> None:
    alone = found().costs(("market",), kind=kind)["mean"].sum()
    within = found().costs(("kind",)).query("kind == @kind")["mean"].sum()
    assert alone == pytest.approx(within)


def test_savings_of_groups_add_up_to_the_saving_of_the_whole() -> None:
    whole = found().savings().iloc[0]
    for by in (("market",), ("category",), ("disposition", "partner")):
        assert found().savings(by)["saving"].sum() == pytest.approx(whole["saving"])
    before, after = found().totals_by_policy()
    paired = t_interval(before - after)
    assert whole["saving"] == pytest.approx(paired.mean)
    assert whole["half_width"] == pytest.approx(paired.half_width)
    assert whole["p_cheaper"] == np.mean(after < before)


def test_the_saving_of_the_way_back_is_the_loss_of_the_way_there() -> None:
    there, back = found().savings().iloc[0], found().savings(new=0, now=1).iloc[0]
    assert there["saving"] == -back["saving"]
    assert there["p_cheaper"] == 1 - back["p_cheaper"]


def test_quantiles_of_days_are_those_of_all_claims_together() -> None:
    days = np.concatenate([s.year.days for s in found().of(1)])
    row = found().days().set_index("policy").loc[found().names[1]]
    assert row["p90"] == pytest.approx(np.quantile(days, 0.9))
    assert row["claims"] == len(days) / 3


@pytest.mark.parametrize("by", YEAR_BY)
def test_days_can_be_grouped_by_what_is_known_of_a_claim(by: str) -> None:
    table = found().days((by,))
    np.testing.assert_allclose(table.groupby("policy", sort=False)["claims"].sum(), found().days()["claims"])


def test_a_way_to_china_is_not_taken_for_a_partner() -> None:
    named = found().claims(("disposition", "partner"))
    pairs = set(zip(named["disposition"], named["partner"], strict=True))
    assert ("repair_local", "P") in pairs
    assert all(partner_ == "sea" for disposition, partner_ in pairs if disposition == "return_china")


def test_months_come_in_order_and_fixed_charges_have_none() -> None:
    months = found().costs(("month",)).query("policy == 'now'")["month"].tolist()
    stated = [month for month in months if month]
    assert stated == sorted(stated)
    assert stated[0] == "2027-01"


def test_benches_are_busy_for_the_minutes_they_worked() -> None:
    table = found().benches().query("policy == @found().names[1] and bench == 'P'")
    worked = np.mean([s.year.benches.minutes[0].sum() for s in found().of(1)])
    assert table["minutes"].sum() == pytest.approx(worked)
    assert ((table["utilisation"] >= 0) & (table["utilisation"] <= 1)).all()


def test_the_spread_of_a_year_is_between_its_best_and_worst() -> None:
    table = found().yearly()
    totals = found().totals_by_policy()
    assert (table["p50"] == np.median(totals, axis=1)).all()
    np.testing.assert_allclose(table["cvar"], totals.max(axis=1))


def test_an_unknown_column_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="no column 'colour'; expected some of sku, market"):
        found().costs(("colour",))
