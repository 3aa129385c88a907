"""Rules in operation: means over years with their intervals, and one year to be looked at claim by claim."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.experiment.tiny import SEED, roomy
from tests.worlds import policy_of
from warrantysim.experiment.births import births
from warrantysim.experiment.operated import Operated, apart, freight, kept, operated, operations, waits, with_interval
from warrantysim.experiment.replay import on_day, open_between, spread_out
from warrantysim.experiment.replicate import priced_run
from warrantysim.experiment.stages import STAGES
from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario

N = 3
LEVEL = 0.95


@pytest.fixture(scope="module")
def world() -> Scenario:
    return roomy(200)


@pytest.fixture(scope="module")
def found(world: Scenario) -> Operated:
    rules = {"now": world.policy, "home": policy_of("return_china sea", name="home")}
    return operated(world, rules, range(N), seed=SEED)


def test_rules_stand_side_by_side_in_every_table(found: Operated) -> None:
    for name, frame in found.frames().items():
        assert set(frame["case"]) <= {"now", "home"}, name
    assert set(found.open_claims["case"]) == {"now", "home"}
    assert set(found.dispatches["case"]) == {"home"}


def test_no_interval_of_a_share_leaves_what_a_share_can_be(found: Operated) -> None:
    for frame, name in ((found.benches, "waited_share"), (found.benches_year, "waited_share"), (found.promises, "")):
        low, high = (frame[f"{name}_{end}" if name else end].dropna() for end in ("low", "high"))
        assert len(low)
        assert (low >= 0).all()
        assert (high <= 1).all()
    most = np.maximum(found.benches["utilisation"], 1)
    assert not (found.benches["utilisation_high"] > most).any()


def test_stages_add_up_to_all_open_claims(found: Operated) -> None:
    by_day = found.open_claims.groupby(["case", "day"])["claims"].sum()
    whole = found.open_in_all.set_index(["case", "day"])["claims"]
    assert by_day.sort_index().to_numpy() == pytest.approx(whole.sort_index().to_numpy())


def test_an_interval_holds_its_mean(found: Operated) -> None:
    for frame, mean in ((found.open_in_all, "claims"), (found.queues, "waiting")):
        assert (frame["low"] <= frame[mean]).all()
        assert (frame[mean] <= frame["high"]).all()


def test_a_promise_kept_within_more_days_is_kept_to_no_fewer(found: Operated) -> None:
    resolved = found.promises[(found.promises["promise"] == "resolved") & (found.promises["market"] == "")]
    for _, rows in resolved.groupby("case"):
        assert rows.sort_values("days")["kept"].is_monotonic_increasing
    assert found.promises["kept"].dropna().between(0, 1).all()


def test_journeys_are_those_of_the_first_year(world: Scenario, found: Operated) -> None:
    run, ledger = priced_run(world, world.policy, births(world, SEED, 0), SEED, 0)
    own = found.journeys[found.journeys["case"] == "now"]
    waited = own.groupby("claim").apply(lambda rows: (rows["end"] - rows["begin"]).sum(), include_groups=False)
    r = run.records
    expected = ((r.resolved - r.claims.opened) / DAY)[waited.index.to_numpy()]
    assert waited.to_numpy() == pytest.approx(expected)
    told = own
    seen = operations(run, world, ledger, every_days=100).open_claims.groupby("day", sort=False)["claims"].sum()
    assert [on_day(told, 100.0 * k)["claims"].sum() for k in range(len(seen))] == seen.tolist()
    assert set(told["stage"]) <= set(STAGES)
    assert set(told["market"]) == {"US"}
    assert set(told["sku"]) == {"A"}


def test_a_day_of_the_replay_tells_where_every_open_claim_is(world: Scenario, found: Operated) -> None:
    told = found.journeys[found.journeys["case"] == "now"]
    for day in (30.5, 200.5):
        counts = on_day(told, day)
        assert counts["stage"].tolist() == list(STAGES)
        still = told.groupby("claim").agg(first=("begin", "min"), last=("end", "max"))
        assert counts["claims"].sum() == ((still["first"] <= day) & (still["last"] > day)).sum()
    window = open_between(told, 100.0, 130.0)
    assert set(window["claim"]) == set(still[(still["first"] < 130) & (still["last"] > 100)].index)


def test_few_claims_are_all_shown_and_many_are_thinned_evenly(found: Operated) -> None:
    told = found.journeys[found.journeys["case"] == "now"]
    claims = told["claim"].drop_duplicates().to_numpy()
    some = spread_out(told, 10)["claim"].drop_duplicates().to_numpy()
    assert len(some) == 10
    assert some[0] == claims[0]
    assert some[-1] == claims[-1]
    assert len(spread_out(told, len(claims))) == len(told)


def test_a_group_absent_from_a_year_counts_as_none_there() -> None:
    frame = pd.DataFrame(
        {"case": "now", "replication": [0, 0, 1], "bench": ["P", "Q", "P"], "waiting": [4.0, 6.0, 2.0]}
    )
    table = with_interval(frame, ["case", "bench"], "waiting", 2, LEVEL).set_index("bench")
    assert table.loc["P", "waiting"] == 3
    assert table.loc["Q", "waiting"] == 3
    assert table.loc["Q", "low"] < 0


def test_waits_are_quantiles_of_all_visits_together() -> None:
    frame = pd.DataFrame({"case": "now", "bench": "P", "month": "2027-01", "wait_days": np.arange(11.0)})
    row = waits(frame, 2).iloc[0]
    assert (row["visits"], row["wait_p50"], row["wait_p90"]) == (5.5, 5.0, 9.0)


def test_rules_that_differ_by_the_same_in_every_year_are_told_apart_however_different_the_years_are() -> None:
    rows = [(c, r, 100, met - 3 * (c == "new")) for c in ("now", "new") for r, met in enumerate((20, 90, 55))]
    frame = pd.DataFrame(rows, columns=["case", "replication", "claims", "met"])
    frame = frame.assign(market="", promise="resolved", days=14)
    told = kept(frame, LEVEL).set_index("case")
    assert told.loc["new", "high"] > told.loc["now", "low"], "their own intervals overlap"
    [row] = apart(frame, ["now", "new"], LEVEL).to_dict("records")
    assert (row["case"], row["days"]) == ("new", 14)
    assert [row["low"], row["apart"], row["high"]] == pytest.approx([-0.03] * 3)


def test_a_market_without_claims_keeps_no_promise_and_breaks_none() -> None:
    rows = [(r, m, n, k) for r in (0, 1) for m, n, k in (("US", 10, 8 + r), ("JP", 0, 0))]
    frame = pd.DataFrame(rows, columns=["replication", "market", "claims", "met"])
    table = kept(frame.assign(case="now", promise="reply", days=1), LEVEL).set_index("market")
    assert table.loc["US", "kept"] == pytest.approx(0.85)
    assert np.isnan(table.loc["JP", "kept"])
    assert table.loc["US", "low"] < 0.85 < table.loc["US", "high"]


def test_a_units_freight_is_all_bills_over_all_units() -> None:
    stated = {"case": "now", "market": "US", "way": "sea", "back": False, "month": "2027-01", "kg": 1.0, "cbm": 1.0}
    frame = pd.DataFrame(
        {**stated, "units": [10, 30], "cost": [50.0, 70.0], "days": [30.0, 50.0], "waited_days": [4.0, 8.0]}
    )
    late = frame.assign(month="2028-03")
    table = freight(pd.concat([frame, late]), 2, ["2027-01"])
    assert table["month"].tolist() == ["2027-01"]
    row = table.iloc[0]
    assert row["cost_a_unit"] == pytest.approx(120 / 40)
    assert row["days"] == pytest.approx(45)
    assert row["waited_days"] == pytest.approx(7)
    assert row["dispatches"] == 1


def test_no_rule_or_year_is_refused_and_a_stopped_count_keeps_what_is_done(world: Scenario) -> None:
    with pytest.raises(ValueError, match="at least one rule and one replication"):
        operated(world, {}, range(N), seed=SEED)
    found = operated(world, {"now": world.policy}, range(N), seed=SEED, cancel=lambda: True)
    assert (found.replications, found.cancelled) == (1, True)
