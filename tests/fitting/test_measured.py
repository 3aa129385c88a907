"""Shares and lags are told with intervals; what the books do not say is said, not filled in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.fitting.drawn_books import DrawnBooks
from tests.worlds import partner, world
from warrantysim.fitting.fit import fitted
from warrantysim.fitting.laws import Lognormal
from warrantysim.fitting.measured import Measured, Unsaid, measured
from warrantysim.fitting.observed import WholeDays

TRUE = {"unused": 0.2, "median": 5.0, "sigma": 0.6, "lost": 0.02, "dropout": 0.05, "yield": 0.9}
SELLER = world(
    markets={"US": {"customer": {"ship_lag_days": "lognormal(median=9, sigma=1)"}}},
    policy={
        "name": "asks",
        "rules": [{"zones": [{"from": "0 USD", "do": "refund"}]}],
        "evidence": [{"from": "0 USD", "level": "photo"}],
    },
)


def labels(n: int, seed: int = 1) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    at = generator.uniform(0, 400, n)
    lag = np.exp(np.log(TRUE["median"]) + TRUE["sigma"] * generator.standard_normal(n))
    issued, first = (pd.Timestamp("2027-01-01") + pd.to_timedelta(np.floor(x), unit="D") for x in (at, at + lag))
    scanned = pd.Series(first).where(generator.random(n) >= TRUE["unused"])
    arrived = (scanned + pd.Timedelta(days=3)).where(generator.random(n) >= TRUE["lost"])
    end = pd.Timestamp("2028-01-31")
    found = {"issued": issued, "first_scan": scanned.where(scanned <= end), "delivered": arrived.where(arrived <= end)}
    return pd.DataFrame({"market": "US", **found})


def told(books: DrawnBooks, scenario=SELLER) -> tuple[dict[str, Measured], dict[str, Unsaid]]:  # type: ignore[no-untyped-def]
    found, unsaid = measured(scenario, books)
    return {one.path: one for one in found}, {one.what: one for one in unsaid}


def test_labels_that_are_young_are_not_taken_for_unused() -> None:
    found, _ = told(DrawnBooks().with_(scans=labels(4000)))
    share = found["markets.US.customer.label_unused_share"]
    assert share.low < TRUE["unused"] < share.high
    assert share.high - share.low < 0.03
    assert share.n < 4000


def test_lags_and_losses_are_read_off_scans() -> None:
    found, _ = told(DrawnBooks().with_(scans=labels(4000)))
    root = "markets.US.customer.ship_lag_days.lognormal"
    for name in ("median", "sigma"):
        one = found[f"{root}.{name}"]
        assert one.low < TRUE[name] < one.high, name
    lost = found["markets.US.parcel.loss_share"]
    assert lost.low < TRUE["lost"] < lost.high


def test_short_lags_of_which_the_days_alone_are_known_are_covered() -> None:
    true, inside = {"median": 1.4, "sigma": 0.25}, []
    for seed in range(15):
        luck = np.random.default_rng([3, seed])
        hour = luck.random(300)
        days = np.floor(hour + true["median"] * np.exp(true["sigma"] * luck.standard_normal(300)))
        fit = fitted(WholeDays.of(days), Lognormal())
        inside += [low <= true[name] <= high for name in true for low, high in [fit.value_interval(name)]]
    assert np.mean(inside) > 0.85


def test_intervals_of_unused_labels_cover() -> None:
    inside = []
    for seed in range(60):
        one = told(DrawnBooks().with_(scans=labels(300, seed)))[0]["markets.US.customer.label_unused_share"]
        inside.append(one.low <= TRUE["unused"] <= one.high)
    assert 0.9 <= np.mean(inside) <= 1.0


def test_a_file_that_lists_used_labels_alone_says_nothing_of_unused_ones() -> None:
    scans = labels(400)
    found, unsaid = told(DrawnBooks().with_(scans=scans[scans["first_scan"].notna()]))
    assert "markets.US.customer.label_unused_share" not in found
    assert unsaid["only_used_labels"].facts["market"] == "US"


def test_a_handful_of_cases_says_too_little() -> None:
    _, unsaid = told(DrawnBooks().with_(scans=labels(8)))
    assert "few" in unsaid
    assert set(told(DrawnBooks())[1]) == {"no_scans", "no_findings"}


def log(n: int, **columns: object) -> pd.DataFrame:
    blank = dict.fromkeys(("order", "finding", "decision", "partner", "evidence", "denied", "disputed", "reopened"), "")
    days = {"opened": pd.Timestamp("2027-05-01"), "closed": pd.NaT}
    return pd.DataFrame({**days, "sku": "A", **blank, **columns}, index=range(n))


def test_those_who_give_up_when_asked_are_counted_of_those_asked() -> None:
    given = ["given"] * 190 + ["asked, not given"] * 10 + [""] * 100
    one = told(DrawnBooks().with_(claims=log(300, evidence=given)))[0]["triage.evidence.photo.dropout_share"]
    assert one.n == 200
    assert one.low < TRUE["dropout"] < one.high


def test_a_log_without_a_word_on_disputes_does_not_say_that_there_are_none() -> None:
    paths = {f"triage.denial.dispute_share.{level}" for level in ("none", "photo")}
    found, unsaid = told(DrawnBooks().with_(claims=log(50, denied="yes")))
    assert not paths & found.keys()
    assert unsaid["no_disputes"].facts["n"] == 50
    found, unsaid = told(DrawnBooks().with_(claims=log(50, denied="yes", disputed=["yes"] * 10 + [""] * 40)))
    assert paths & found.keys()
    assert "no_disputes" not in unsaid


def test_a_bench_that_finds_nothing_sees_owners_who_could_have_mended_it_too() -> None:
    scenario = world(fault_shares={"user_fixable": 0.2, "no_fault_found": 0.3, "excluded": 0.1, "repairable": 0.4})
    # Of 0.3 without a fault, 0.1 an owner could mend (nobody is helped remotely) and 0.5 with a true one.
    finding = ["no_fault_found"] * 500 + ["repairable"] * 500
    found, unsaid = told(DrawnBooks().with_(claims=log(1000, finding=finding)), scenario)
    shares = {path.split(",")[1].split("]")[0]: one for path, one in found.items()}
    # (none + 0.2) / (0.7 + 0.2) = 1/2
    assert shares["no_fault_found"].value == pytest.approx(0.25, abs=0.01)
    assert shares["no_fault_found"].low < 0.25 < shares["no_fault_found"].high
    assert sum(one.value for one in shares.values()) == pytest.approx(0.7, abs=1e-6)
    assert not {"user_fixable", "excluded"} & shares.keys()
    assert all(one.low <= one.value <= one.high for one in shares.values())
    assert not any(one.ranged for one in shares.values()), "a share turned alone would not sum to 1 with the others"
    assert "excluded" in unsaid


def test_repairs_that_succeed_are_counted_of_those_tried() -> None:
    scenario = world(policy="repair_local P", partners={"P": partner()})
    outcome = ["repaired"] * 180 + ["failed"] * 20 + ["nff"] * 50
    blank = {"fault": "", "minutes": np.nan, "received": pd.NaT, "shipped": pd.NaT, "sku": "A"}
    bills = pd.DataFrame({"day": pd.Timestamp("2027-05-01"), "partner": "P", "outcome": outcome}).assign(**blank)
    found, unsaid = told(DrawnBooks().with_(bills=bills), scenario)
    assert found["partners.P.yield_share"].n == 200
    assert found["partners.P.yield_share"].value == pytest.approx(TRUE["yield"], abs=0.01)
    assert "unknown_partners" not in unsaid
    # A fault above the partner's skill never succeeds, which is no figure of its yield.
    hard = bills[bills["outcome"] == "failed"].assign(fault="hard")
    above = scenario.replace(faults=[*scenario.faults, scenario.faults[0].replace(fault="hard", skill=3, share=0)])
    found, _ = told(DrawnBooks().with_(bills=pd.concat([bills, hard], ignore_index=True)), above)
    assert found["partners.P.yield_share"].n == 200
    _, unsaid = told(DrawnBooks().with_(bills=bills.assign(partner="nobody")), scenario)
    assert unsaid["unknown_partners"].facts["names"] == "nobody"


def test_a_repair_that_does_not_hold_is_one_whose_order_claims_again_soon_after() -> None:
    scenario = world(policy="repair_local P", partners={"P": partner(bounce_days=60)})
    orders = [f"o{k}" for k in range(200)]
    done = log(
        200, order=orders, decision="repair_local", partner="P", finding="repairable", closed=pd.Timestamp("2027-05-11")
    )
    again = log(10, order=orders[:10], opened=pd.Timestamp("2027-06-20"), reopened="yes")
    late = log(20, order=orders[10:30], opened=pd.Timestamp("2027-08-20"), reopened="yes")
    found, _ = told(DrawnBooks().with_(claims=pd.concat([done, again, late], ignore_index=True)), scenario)
    assert found["partners.P.bounce_share"].n == 200
    assert found["partners.P.bounce_share"].value == pytest.approx(0.05, abs=0.005)
