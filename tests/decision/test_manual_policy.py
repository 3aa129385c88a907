"""Rules set by hand: checked before they are priced, priced by the sums of the program, rounded to steps of prices."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests import worlds
from tests.decision.test_decide import seller
from tests.ui.opening import shop
from tests.worlds import partner, policy_of
from warrantysim.decision.cells import CellZone, zones_for
from warrantysim.decision.decide import Decision, decide
from warrantysim.decision.manual_policy import (
    GREATEST,
    NAME,
    by_refund,
    possible_actions,
    set_by_hand,
    steps,
    to_steps,
    wrongs,
)
from warrantysim.decision.manual_price import estimate, moved, simulate_manual
from warrantysim.decision.training_sample import Taught
from warrantysim.experiment.simulate import run_replications
from warrantysim.files.loading import load_scenario
from warrantysim.journeys.model import Model, model_of
from warrantysim.schema.amounts import Amount

US = {"sku": "A", "market": "US"}
REFUND, RESHIP = CellZone(0.0, "refund", ""), CellZone(40.0, "reship", "")


@cache
def decided() -> tuple[Decision, Taught]:
    """The small seller's decision, with what it was learned from."""
    held: list[Taught] = []
    return decide(seller(), seed=7, taught=held.append), held[0]


def world() -> Model:
    return model_of(shop())


def test_the_estimate_of_the_recommended_rule_is_near_what_the_program_says_at_its_fixed_point() -> None:
    d, taught = decided()
    now, new = (estimate(model_of(seller()), taught, policy) for policy in (d.now, d.policy))
    # The estimate lets all that follows from a claim meet one rule; the prediction lets it meet its own.
    assert now.cost - new.cost == pytest.approx(d.predicted_saving, rel=0.03)
    assert moved(taught, now, new) > 0.0
    assert moved(taught, new, new) == 0.0


def test_cells_and_what_they_share_add_up_to_the_estimate() -> None:
    d, taught = decided()
    found = estimate(model_of(seller()), taught, d.now)
    learned = taught.learned
    assert found.by_cell.sum() <= found.cost + 1e-6
    alone = learned.cost[np.arange(len(learned)), found.arm].sum() / learned.replications
    assert found.by_cell.sum() == pytest.approx(alone)


def test_no_rule_of_the_program_beats_the_recommended_one_by_moving_a_cut_point() -> None:
    d, taught = decided()
    w = model_of(seller())
    (cell,) = taught.learned.cells
    best = estimate(w, taught, d.policy).cost
    zones = zones_for(d.policy, w, dict(zip(w.scenario.decision.cell, cell, strict=True)))
    worse = set_by_hand(
        d.policy, w, {cell: [CellZone(0.0, "refund", ""), CellZone(1e6, zones[-1].do, zones[-1].partner)]}
    )
    assert estimate(w, taught, worse).cost > best


def test_a_bench_that_would_be_asked_for_more_hours_than_it_has_is_named() -> None:
    d, taught = decided()
    stated = seller().partners["P"].model_dump(mode="python")
    stated["desks"]["main"]["bench"] |= {"technicians": 1, "units_per_day": 1.0}
    tight = model_of(seller().replace(partners={"P": stated}))
    (cell,) = taught.learned.cells
    every = set_by_hand(d.policy, tight, {cell: [CellZone(0.0, "repair_local", "P")]})
    found = estimate(tight, taught, every).full
    assert list(found) == ["P"]
    assert found["P"] == tuple(sorted(found["P"]))
    assert not estimate(tight, taught, d.now).full
    assert not estimate(model_of(seller()), taught, every).full


@pytest.mark.parametrize(
    ("zones", "kinds"),
    [
        ([REFUND, RESHIP], []),
        ([], ["none"]),
        ([CellZone(float(k), "reship" if k % 2 else "refund", "") for k in range(7)], ["many"]),
        ([CellZone(5.0, "refund", "")], ["first"]),
        ([CellZone(-1.0, "refund", "")], ["number"]),
        ([CellZone(float("nan"), "refund", "")], ["number"]),
        ([REFUND, CellZone(GREATEST * 2, "reship", "")], ["number"]),
        ([REFUND, RESHIP, CellZone(40.0, "repair_local", "P")], ["order"]),
        ([REFUND, CellZone(40.0, "refund", "")], ["same"]),
        ([CellZone(0.0, "repair_local", "P"), CellZone(40.0, "repair_local", "Q")], ["rival"]),
        ([CellZone(0.0, "burn", "")], ["disposition"]),
        ([CellZone(0.0, "repair_local", "")], ["no_partner"]),
        ([CellZone(0.0, "repair_local", "nobody")], ["partner"]),
        ([CellZone(0.0, "refund", "P")], ["needless"]),
        ([CellZone(0.0, "return_china", "rocket")], ["way"]),
        (
            [CellZone(3.0, "repair_local", "nobody"), CellZone(1.0, "burn", "")],
            ["first", "partner", "order", "disposition"],
        ),
    ],
)
def test_everything_wrong_with_zones_is_told_at_once(zones: list[CellZone], kinds: list[str]) -> None:
    assert [wrong.kind for wrong in wrongs(world(), US, zones)] == kinds


def test_who_does_not_serve_or_take_cannot_be_chosen() -> None:
    (desk,) = wrongs(world(), {"sku": "A", "market": "DE"}, [CellZone(0.0, "repair_local", "Q")])
    assert (desk.kind, desk.facts["market"]) == ("desk", "DE")
    picky = model_of(shop.__wrapped__(partners={"P": partner(serves=("US",), skus=("B",))}))
    (product,) = wrongs(picky, US, [CellZone(0.0, "repair_local", "P")])
    assert (product.kind, product.facts["sku"]) == ("product", "A")
    assert ("repair_local", "P") not in possible_actions(picky, US)
    old = model_of(shop.__wrapped__(partners={"P": partner(serves=("US",), valid_to="2001-01-01")}))
    assert [wrong.kind for wrong in wrongs(old, US, [CellZone(0.0, "repair_local", "P")])] == ["expired"]


def test_choices_are_what_can_be_followed_in_canonical_order() -> None:
    found = possible_actions(world(), US)
    assert found[:4] == [("refund", ""), ("reship", ""), ("repair_local", "P"), ("repair_local", "Q")]
    assert ("repair_local", "Q") not in possible_actions(world(), {"sku": "A", "market": "DE"})
    assert all(not wrongs(world(), US, [CellZone(0.0, do, by)]) for do, by in found)


def test_only_the_cells_set_by_hand_change() -> None:
    w = world()
    before = policy_of([(0, "refund"), (30, "reship")])
    after = set_by_hand(before, w, {("A", "US"): [REFUND, CellZone(77.5, "repair_local", "Q")]})
    assert after.name == NAME
    assert zones_for(after, w, US) == (REFUND, CellZone(77.5, "repair_local", "Q"))
    for other in ({"sku": "B", "market": "US"}, {"sku": "A", "market": "DE"}):
        assert zones_for(after, w, other) == zones_for(before, w, other)
    again = set_by_hand(after, w, {("A", "US"): [REFUND]})
    assert zones_for(again, w, US) == (REFUND,)
    assert set_by_hand(before, w, {}) is before


def test_zones_that_cannot_be_followed_are_never_made_a_policy() -> None:
    with pytest.raises(ValueError, match="zone 1 cannot be followed"):
        set_by_hand(policy_of("refund"), world(), {("A", "US"): [CellZone(0.0, "repair_local", "nobody")]})


def test_steps_are_of_one_size_in_all_currencies() -> None:
    w = model_of(load_scenario("scenarios/base.yaml"))
    assert steps(w, 5.0) == {"USD": 5.0, "EUR": 5.0, "GBP": 5.0, "JPY": 1000.0}
    assert steps(w, 25.0)["USD"] == 25.0


def test_cut_points_at_steps_keep_their_order_and_lose_zones_that_come_to_nothing() -> None:
    w = world()
    policy = policy_of([(0, "refund"), (2, "reship"), (48, "repair_local P"), (51, "refund")])
    (rule,) = to_steps(policy, w, 5.0).rules
    assert [(z.from_, z.do) for z in rule.zones] == [(Amount(0.0, "USD"), "reship"), (Amount(50.0, "USD"), "refund")]
    assert to_steps(policy, w, 0.0) is policy
    again = to_steps(policy, w, 5.0)
    assert to_steps(again, w, 5.0).rules == again.rules


def test_a_simulated_price_is_paired_and_nothing_for_the_same_rule() -> None:
    d, _ = decided()
    now, new, same = run_replications(seller(), [d.now, d.policy, d.policy.replace(name=NAME)], range(3), 7)
    found = simulate_manual(now, new, same, 0.95)
    assert found.cost == d.cost
    assert float(found.to_recommended.interval.mean) == 0.0
    assert float(found.to_recommended.interval.half_width) == 0.0
    assert float(found.to_now.interval.mean) == float(d.saving.interval.mean)
    with pytest.raises(ValueError, match="same replications"):
        simulate_manual(now, new, same[1:], 0.95)


def test_a_cell_of_order_prices_and_ages_is_set_by_hand_in_refunds_due() -> None:
    taxed = worlds.world(markets={"US": {"prices_include_tax": True, "tax_share": 0.25}}, partners={"P": partner()})
    w, cell = model_of(taxed), {"sku": "A", "market": "US"}
    aged = (
        CellZone(0.0, "refund", "", "order_price", 0.0, 365.0),
        CellZone(50.0, "reship", "", "order_price", 0.0, 365.0),
        CellZone(0.0, "refund", "", "order_price", 365.0),
    )
    exact = (CellZone(0.0, "refund", ""), CellZone(38.5, "reship", ""))
    assert by_refund(w, cell, exact, ()) == exact
    assert by_refund(w, cell, aged, exact) == exact
    young = by_refund(w, cell, aged, aged)
    assert young == (CellZone(0.0, "refund", ""), CellZone(40.0, "reship", ""))
    assert wrongs(w, cell, young) == ()
