"""A saving that rests on what is assumed is told so: in how many draws it saves, and which input turns it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.stats import qmc

from tests.decision.telling import report, stored
from tests.decision.words import contradictions
from tests.experiment.tiny import roomy, sold
from tests.worlds import partner
from warrantysim.decision.asking import Experiments
from warrantysim.decision.choice import SavingsDrawn, _draw_bills, cell_costs, robust
from warrantysim.decision.decide import Decision, decide
from warrantysim.experiment.intervals import share_by_chance, share_interval
from warrantysim.experiment.levers import Lever, turned
from warrantysim.experiment.simulate import run_replications
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.uncertain import UncertainInput, drawn_together
from warrantysim.journeys.model import model_of
from warrantysim.report.rows import rows_of
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.root import Scenario
from warrantysim.studies.decide import decision_of
from warrantysim.studies.decide.told import Told
from warrantysim.studies.decide.words import CaseWords, CellText

SEED = 7
COST = "sku_markets[A,US].landed_cost"
"""What a replacement costs: where it costs more than the refund, reshipping in place of refunding is a loss."""
PLAN = {
    "training_replications": 2,
    "selection_replications": 2,
    "judging_replications": 3,
    "confirm_replications": 3,
    "iterations": 1,
    "materiality": "1 USD",
    "bands": 4,
    "neighbours": 0,
    "robust_draws": 24,
    "max_p90_rise_days": None,
}


def seller(low: float, high: float) -> Scenario:
    """A seller who refunds everything today, and whose replacements cost 40 dollars, or whatever the range says."""
    assumed = {"path": COST, "unit": "USD", "low": low, "high": high, "reason": "a guess"}
    return roomy(60, decision=PLAN, partners={}, assumptions=[assumed])


@cache
def sure() -> Decision:
    return decide(seller(30.0, 50.0), seed=SEED)


@cache
def fragile() -> Decision:
    return decide(seller(30.0, 180.0), seed=SEED)


def test_a_saving_over_the_whole_range_of_what_is_assumed_is_acted_on() -> None:
    (change,) = sure().changes
    assert change.robust is not None
    assert (change.because, change.robust.draws, change.robust.share) == ("act", 24, 1.0)
    assert change.robust.low == pytest.approx(0.025 ** (1 / 24))
    assert change.robust.flip == ""
    assert change.robust.weakest == COST
    assert 0 < change.robust.weakest_saving < change.saving


def test_a_saving_whose_sign_an_input_turns_within_its_range_is_held_however_certain_it_is_over_luck() -> None:
    decision = fragile()
    (change,) = decision.changes
    assert change.robust is not None
    assert change.saving_low > 0
    assert (change.because, change.taken, decision.table["verdict"][0]) == ("fragile", False, "HOLD")
    assert decision.policy.rules == decision.now.rules
    assert 0 < change.robust.share < 0.9


def test_the_share_of_draws_is_that_of_the_range_below_the_value_at_which_the_saving_turns() -> None:
    (change,) = fragile().changes
    assert change.robust is not None
    saved = (turning() - 30.0) / 150.0
    assert change.robust.low <= saved <= change.robust.high
    # A Latin hypercube has a draw in every 24th of the range.
    assert change.robust.share == pytest.approx(saved, abs=2 / 24)


def test_the_input_that_turns_a_saving_is_named_with_the_value_at_which_a_simulation_turns() -> None:
    (change,) = fragile().changes
    assert change.robust is not None
    assert change.robust.flip == COST
    assert change.robust.flip_at == pytest.approx(turning(), rel=0.05)


@cache
def turning() -> float:
    """Where the saving of the change is 0, by simulating it at two values: costs are linear in what a unit costs."""
    scenario, judging = seller(30.0, 180.0), range(200_002, 200_005)
    policies = [scenario.policy, fragile().full]
    saved = []
    for value in (60.0, 120.0):
        years = run_replications(turned(scenario, [(Lever(COST), value)]), policies, judging, SEED)
        saved.append(np.mean([a.total - b.total for a, b in zip(*years, strict=True)]))
    return float(60.0 + 60.0 * saved[0] / (saved[0] - saved[1]))


def test_a_world_priced_anew_costs_what_it_costs_simulated_anew_to_the_last_digit() -> None:
    scenario = seller(30.0, 180.0)
    policies, one = (scenario.policy, fragile().full), range(200_002, 200_003)
    turns = [(), ((Lever(COST), 77.0),), ((Lever("markets.US.customer.insist_money_early_share"), 0.5),)]
    for turn, found in zip(turns, Experiments(scenario, SEED).turned(policies, one, turns, _whole), strict=True):
        years = run_replications(turned(scenario, turn), policies, one, SEED)
        assert np.array_equal(found, [[[side[0].total]] for side in years])


def _whole(scenario: Scenario, year: object) -> np.ndarray:
    return np.array([cell_costs(scenario, year, cells=()).sum()])  # type: ignore[arg-type]


def test_draws_fill_every_range_evenly_and_whole_numbers_stay_whole() -> None:
    scenario = seller(30.0, 180.0)
    inputs = [UncertainInput(Lever(COST), 30.0, 180.0), UncertainInput(Lever("china_bench.technicians"), 1.0, 3.0)]
    found = drawn_together(scenario, inputs, 20, 3)
    assert sorted(np.floor((found[:, 0] - 30.0) / 7.5).tolist()) == list(range(20))
    assert set(found[:, 1].tolist()) == {1.0, 2.0, 3.0}
    assert np.array_equal(found, drawn_together(scenario, inputs, 20, 3))
    unit = qmc.LatinHypercube(2, seed=np.random.Generator(np.random.PCG64(3))).random(20)
    assert np.array_equal(found[:, 0], 30.0 + 150.0 * unit[:, 0])


def test_the_interval_of_a_share_is_exact() -> None:
    assert share_interval(0, 10) == (0.0, pytest.approx(1 - 0.025 ** (1 / 10)))
    assert share_interval(10, 10) == (pytest.approx(0.025 ** (1 / 10)), 1.0)
    low, high = share_interval(5, 10)
    assert (low, high) == (pytest.approx(0.1871, abs=1e-4), pytest.approx(0.8129, abs=1e-4))
    assert share_interval(0, 0) == (0.0, 1.0)


def test_no_row_and_no_change_says_what_its_interval_does_not() -> None:
    for d in (sure(), fragile()):
        assert not contradictions(d.table.to_dict("records"), d.changes, d.materiality)


def test_an_input_that_goes_with_no_more_of_a_saving_than_chance_would_show_is_not_named() -> None:
    scenario, group = seller(30.0, 50.0), (("A", "US"),)
    draws = np.random.Generator(np.random.PCG64(5)).uniform(size=(24, 40))
    inputs = tuple(UncertainInput(Lever(COST), 0.0, 1.0, reason=str(k)) for k in range(40))
    luck = np.random.Generator(np.random.PCG64(6)).normal(size=(24, 2))
    here, savings = model_of(scenario), {group: 0.5}
    by_chance = robust(here, scenario.policy, savings, SavingsDrawn(inputs, group, draws, luck))[group]
    assert (by_chance.weakest, by_chance.flip) == ("", "")
    swayed = luck + 20.0 * (draws[:, :1] - 0.5)
    named = robust(here, scenario.policy, savings, SavingsDrawn(inputs, group, draws, swayed))[group]
    assert named.weakest == named.flip == COST
    assert named.explained > share_by_chance(24, 40)
    assert named.flip_at == pytest.approx(0.5 - 0.5 / 20.0, abs=0.1)


def test_the_best_of_many_unrelated_inputs_stays_below_the_share_of_chance_as_often_as_stated() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    best = []
    for _ in range(400):
        x, y = rng.normal(size=(24, 30)), rng.normal(size=24)
        best.append(max(np.corrcoef(x[:, k], y)[0, 1] ** 2 for k in range(30)))
    below = np.mean(np.array(best) < share_by_chance(24, 30, 0.95))
    assert 0.92 < below < 0.98


def test_ranges_of_which_no_draw_is_valid_are_told_and_not_passed_over() -> None:
    with pytest.raises(ScenarioError, match="landed_cost"):
        decide(seller(-50.0, -30.0), seed=SEED)


REPAIR = "partners.P.desks.main.repaired.flat"
"""What a repair costs at a partner nobody has a contract with today."""
FEE = "partners.P.desks.main.retainer.per_month"
"""What he wants beside it: no claim's bill has a part of it."""


ALONE, PRODUCTS, DESKS = "one product", "two products", "two desks"
"""What the claims are that a new contract is for: all of one product; half of another; half at a second desk of it."""


@cache
def contracted(path: str, low: float, high: float, among: str = ALONE) -> Decision:
    """A partner who saves some 17,000 dollars a year by his repairs at 12 dollars and wants 6,500 beside them.

    The range of what is assumed says what is left.
    """
    return decide(signing(path, low, high, among), seed=SEED)


def signing(path: str, low: float, high: float, among: str = ALONE) -> Scenario:
    """The seller of that decision."""
    desk = {
        "repaired": {"flat": "12 USD"},
        "retainer": {"per_month": "500 USD", "included_units": 0, "extra_unit": "0 USD"},
    }
    skus = ("A", "B") if among == PRODUCTS else ("A",)
    markets = ("US", "UK") if among == DESKS else ("US",)
    quoted = partner(40, desk=desk)
    main = quoted["desks"]["main"]
    if among == DESKS:
        quoted |= {
            "desks": {"main": main, "second": main | {"serves": ["UK"]}},
            "retainer_scope": "contract",
        }
    each = 60 / len(skus) / len(markets)
    return roomy(
        skus=skus,
        markets={market: {} for market in markets},
        sales=[row for name in skus for row in sold(each, *markets, sku=name)],
        fault_shares={"repairable": 1.0},
        terms_of={"landed_cost": 180.0, "life_eta_days": 700.0},
        partners={"P": quoted},
        decision=PLAN | {"cell": ("sku", "market")},
        assumptions=[{"path": path, "unit": "USD", "low": low, "high": high, "reason": "a guess"}],
    )


def test_a_change_that_alone_brings_a_contract_is_told_net_of_its_bill() -> None:
    d = contracted(REPAIR, 10.0, 14.0)
    (change,) = d.changes
    assert (change.because, change.taken) == ("whole", True)
    assert d.shared == pytest.approx(-6500.0)
    assert change.in_all == (change.whole, change.whole_low, change.whole_high)
    assert change.whole == pytest.approx(change.saving - 6500.0, rel=0.1)
    assert change.robust is not None
    assert change.robust.share == 1.0
    text = " ".join(report(d, signing(REPAIR, 10.0, 14.0)).split())
    assert f"that saves USD {change.whole:,.0f} a year" in text
    assert f"by its own bills without the contract it shows USD {change.saving:+,.0f}" in text
    assert "ACT with contract" in CellText(CaseWords.of(signing(REPAIR, 10.0, 14.0))).verdict(rows_of(d.table)[0])


@pytest.mark.parametrize("among", [PRODUCTS, DESKS])
def test_what_several_changes_save_that_bring_a_contract_together_is_told_with_its_bill(among: str) -> None:
    d, scenario = contracted(REPAIR, 10.0, 14.0, among), signing(REPAIR, 10.0, 14.0, among)
    assert [(change.because, change.taken) for change in d.changes] == [("act", True)] * 2
    (bill,) = {change.bill for change in d.changes}
    assert bill is not None
    assert (bill.name, set(bill.cells)) == ("P", {cell for change in d.changes for cell in change.cells})
    assert bill.low > 0
    assert bill.share == 1.0
    # What is told of the changes, and of the contract, is the whole.
    own = sum(change.saving for change in d.changes)
    assert own + d.shared == pytest.approx(float(d.saving.interval.mean))
    assert bill.saving == pytest.approx(own + d.shared, rel=0.2)  # On other years.
    text = CellText(CaseWords.of(scenario))
    for row in rows_of(d.table):
        assert text.verdict(row) == "ACT with contract"
        assert f"all of it together saves USD {bill.saving:,.0f} a year" in text.sentence(row)
        assert "So it does in 100 % of the draws" in text.sentence(row)
    told = " ".join(report(d, scenario).split())
    assert f"with its bill, that saves USD {bill.saving:,.0f} a year" in told
    assert f"计入合同费用后，每年节省USD{bill.saving:,.0f}" in "".join(report(d, scenario, "zh").split())
    # A part of them bears the whole bill, and what that saves nobody has judged.
    (part,) = Told.of(d, scenario).shared_bills(d.changes[0].cells)
    assert "here only" in part
    assert not list(Told.of(d, scenario).shared_bills([]))


def test_a_stored_decision_still_tells_what_a_contract_is_signed_for() -> None:
    d, scenario = contracted(REPAIR, 10.0, 14.0, PRODUCTS), signing(REPAIR, 10.0, 14.0, PRODUCTS)
    found = decision_of(stored(d, scenario))
    assert [change.bill for change in found.changes] == [change.bill for change in d.changes]
    assert report(found, scenario) == report(d, scenario)


@pytest.mark.parametrize(
    ("path", "low", "high", "among"),
    [
        (REPAIR, 10.0, 45.0, ALONE),
        (REPAIR, 10.0, 45.0, PRODUCTS),
        (FEE, 400.0, 1500.0, PRODUCTS),
        (FEE, 400.0, 1500.0, DESKS),
    ],
)
def test_changes_that_bring_a_contract_are_held_together_where_its_bill_takes_too_many_draws(
    path: str, low: float, high: float, among: str
) -> None:
    d = contracted(path, low, high, among)
    assert {change.because for change in d.changes} == {"contract"}
    assert set(d.table["verdict"]) == {"HOLD"}
    assert d.policy.rules == d.now.rules
    assert d.robust is None
    # By their own bills they would stand up.
    assert all(change.saving_low > 0 for change in d.changes)
    bill = d.changes[0].bill
    assert bill is not None
    assert bill.low > 0
    assert 0 < bill.share < 0.9
    told = " ".join(report(d, signing(path, low, high, among)).split())
    assert f"with the contract, USD {bill.saving:,.0f} a year is left" in told
    assert f"That is above 0 in {bill.share:.0%} of the draws".replace("%", " %") in told


@pytest.mark.parametrize("broken", [None, 0, 1, 2])
def test_bills_of_several_contracts_are_asked_of_each_draw_together(broken: int | None) -> None:
    one, two, three = ("A", "US"), ("B", "US"), ("C", "US")
    cells = one, two, three
    cost = {(two, three): 9.0, (one, three): 7.0, cells: 4.0}
    order = list(cost)
    asked_for: list[int] = []

    def drawn_at(policies: Any, replications: range, turns: Any, measure: Any) -> Iterator[np.ndarray | Failure]:
        asked_for.append(len(policies))
        for k in range(len(turns)):
            if broken is not None and k == 1 and order[broken] in policies:
                yield Failure(policies.index(order[broken]), 0, "BeyondCalendar", "", "")
            else:
                yield np.array([[[cost[each] * (k + 1)]] for each in policies])

    judge: Any = SimpleNamespace(
        policy=tuple, costs=lambda some: np.array([cost[tuple(some)]]), replications=range(5, 6)
    )
    drawn = SavingsDrawn((), cells, np.zeros((3, 0)), np.zeros((3, 4)))
    asked: Any = SimpleNamespace(turned=drawn_at)
    groups = [frozenset({one}), frozenset({two})]
    together = _draw_bills(asked, judge, drawn, cells, groups).billed
    for group in groups:
        apart = _draw_bills(asked, judge, drawn, cells, [group]).billed
        assert np.array_equal(together[group], apart[group])
    assert asked_for == ([3] if broken is None else [3, 2, 2]) + [2, 2]
    assert together[groups[0]].tolist() == [0.0, {0: np.inf, 2: -np.inf}.get(broken, 5.0), 10.0]
