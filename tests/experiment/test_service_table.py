"""Service stands beside money: who waits longer, and which promises are kept."""

from __future__ import annotations

import math

import pytest

from tests.analysis.seller import AT_P, REFUND, SEED, seller
from warrantysim.experiment.service import days_quantile, service_table
from warrantysim.experiment.simulate import simulate
from warrantysim.schema.root import Scenario
from warrantysim.studies.waiting import service_sentences

YEARS = 3


def promising(days: int) -> Scenario:
    """A seller who promises that claims are closed within some days."""
    market = seller().market_ids[0]
    return seller().replace(promised_times=[{"market": market, "step": "closed", "days": days}])


def years(scenario: Scenario) -> list[list]:  # type: ignore[type-arg]
    """Years under refunds, and under repairs at a partner."""
    found = simulate(scenario, [REFUND, AT_P], replications=YEARS, seed=SEED)
    return [[s.year for s in found.of(k)] for k in range(2)]


def test_the_share_that_waits_longer_counts_each_customer_and_is_flagged() -> None:
    scenario = promising(3)
    refund, repair = years(scenario)
    frame = service_table(refund, repair, scenario)
    whole = frame.iloc[0]
    days = [(a.days, b.days) for a, b in zip(refund, repair, strict=True)]
    longer = sum(int((after > before + 1).sum()) for before, after in days) / sum(len(after) for _, after in days)
    assert whole["longer"] == pytest.approx(longer)
    assert whole["p90"] == pytest.approx(days_quantile(repair, 0.9).mean())
    kept = sum(int((after <= 3).sum()) for _, after in days) / sum(len(after) for _, after in days)
    assert whole["kept"] == pytest.approx(kept)
    assert whole["waits"]
    assert "nine in ten are done" in next(iter(service_sentences(frame, "en")))
    assert set(frame["market"]) == {"", *scenario.market_ids[:1]}


def test_nothing_is_flagged_where_nobody_waits_longer_and_nothing_promised_is_no_share() -> None:
    scenario = seller()
    refund, _ = years(scenario)
    frame = service_table(refund, refund, scenario)
    assert not frame["waits"].any()
    assert (frame["longer"] == 0).all()
    assert math.isnan(frame["kept"].iloc[0])
    (said,) = service_sentences(frame, "en")
    assert "Promised" not in said
    assert "as long as before" in said
    assert "instead of" not in said
    (said,) = service_sentences(frame.assign(p90=99.0, kept=0.96, kept_now=0.96), "en")
    assert " as before, nine in ten within 99 instead of " in said
    assert "for 96.0 % of the claims, as before." in said


def test_other_claims_have_no_share_that_waits_longer() -> None:
    scenario = seller()
    refund, repair = years(scenario)
    assert math.isnan(service_table(refund, repair[::-1], scenario)["longer"].iloc[0])
