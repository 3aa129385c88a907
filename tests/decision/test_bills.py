"""A change that leaves a bill to others is told with that bill, though none of its own claims bears it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from tests.decision.congested import NEAR, PATIENT, SMALL, busy
from tests.decision.telling import report
from tests.decision.test_judging import DEAR
from tests.experiment.tiny import roomy, sold
from tests.worlds import partner, terms, way
from warrantysim.decision.decide import Decision, decide
from warrantysim.schema.root import Scenario

PLAN = {
    "training_replications": 2,
    "selection_replications": 2,
    "judging_replications": 4,
    "confirm_replications": 4,
    "iterations": 1,
    "materiality": "1 USD",
    "bands": 4,
    "neighbours": 0,
    "max_p90_rise_days": None,
    "cell": ("sku", "market"),
}


def repaired(*cheap: str, desk: dict[str, object] | None = None, **quoted: object) -> Scenario:
    """Everything is repaired by one partner today; a new unit of the cheap products costs next to nothing."""
    skus = ("A", *cheap)
    return roomy(
        skus=skus,
        sales=[row for name in skus for row in sold(80 / len(skus), sku=name)],
        fault_shares={"repairable": 1.0},
        sku_markets=[terms(n, landed_cost=5.0 if n in cheap else 180.0, life_eta_days=700.0) for n in skus],
        partners={"P": partner(40, desk=desk or {}, **quoted)},
        policy="repair_local P",
        decision=PLAN,
    )


def sent_home() -> Scenario:
    """Both products go to China today, on board of dispatches that leave by the clock; the cheap one need not."""
    costs = {"A": 250.0, "B": 10.0}
    return busy(
        costs,
        price=600,
        local=False,
        minutes=30,
        policy="return_china sea",
        customs=[DEAR],
        experience=PATIENT,
        china_customs=NEAR,
        markets={"US": {"china": {"sea": way(consolidation={"rule": "age", "age_days": 40}, back_every_days=30)}}},
        sku_markets=[terms(sku, life_eta_days=700.0, landed_cost=c, list_price=600.0) for sku, c in costs.items()],
        decision=SMALL | PLAN,
    )


MINIMUM = {"minimum_per_month": "700 USD"}
TIERS = {"kind": "all_units", "basis": "month", "steps": [{"from_units": 25, "discount": 0.6}]}
LEFT: dict[str, Callable[[], Scenario]] = {
    "a minimum nobody fills then": lambda: repaired("B", desk=MINIMUM),
    "a tier nobody reaches then": lambda: repaired("B", tiers=TIERS),
    "a dispatch that leaves all the same": sent_home,
}
SEVERAL = "a minimum two products filled"


@cache
def left(kind: str) -> Decision:
    return decide(repaired("B", "C", desk=MINIMUM) if kind == SEVERAL else LEFT[kind](), seed=7)


@pytest.mark.parametrize("kind", LEFT)
def test_a_change_that_leaves_a_bill_to_others_is_told_with_that_bill(kind: str) -> None:
    d = left(kind)
    (change,) = [change for change in d.changes if change.taken]
    whole = float(d.saving.interval.mean)
    assert change.saving + d.shared == pytest.approx(whole)
    assert d.shared < -0.15 * change.saving
    assert change.because == "whole"
    mean, low, high = change.in_all
    assert low <= whole <= high or mean == pytest.approx(whole, rel=0.2)
    assert abs(mean - whole) < abs(change.saving - whole)
    assert change.bill is not None
    assert (change.bill.new, change.bill.cells) == (False, (("B", "US"),))


def test_what_several_changes_save_that_leave_a_bill_together_is_told_with_it() -> None:
    d = left(SEVERAL)
    taken = [change for change in d.changes if change.taken]
    assert len(taken) == 2
    bill, other = (change.bill for change in taken)
    assert bill is not None
    assert other is not None
    assert other.cells == bill.cells
    assert (bill.name, bill.new, set(bill.cells)) == ("P", False, {("B", "US"), ("C", "US")})
    own, whole = sum(change.saving for change in taken), float(d.saving.interval.mean)
    assert abs(bill.saving - whole) < abs(own - whole)
    scenario = repaired("B", "C", desk=MINIMUM)
    told = " ".join(report(d, scenario).split())
    assert f"with that counted, all of it together saves USD {bill.saving:,.0f} a year" in told
    assert f"合计每年节省USD{bill.saving:,.0f}" in "".join(report(d, scenario, "zh").split())


def test_a_bill_that_stays_as_it_is_is_not_asked_about() -> None:
    d = decide(repaired("B"), seed=7)
    assert [(change.because, change.bill) for change in d.changes if change.taken] == [("act", None)]
    assert d.shared == pytest.approx(0.0, abs=1e-6)
