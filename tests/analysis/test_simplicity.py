"""Coarser and rounder rules are priced against the decided ones, on luck that no decision has seen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from tests.analysis.seller import AT_P, REFUND, RESHIP, SEED, seller
from warrantysim.analysis import simplicity
from warrantysim.analysis.cases import FRESH, Case, yearly_costs
from warrantysim.analysis.simplicity import (
    GRAINS,
    Coarse,
    Grain,
    Remembering,
    Simplicity,
    coarser,
    simplify,
    with_cells,
)
from warrantysim.decision.asking import Experiments
from warrantysim.decision.choose import Undecided
from warrantysim.decision.policies import rounded
from warrantysim.decision.solver import Solved
from warrantysim.decision.training import bands_within, reading_rates
from warrantysim.experiment.pace import Cancelled
from warrantysim.journeys.model import model_of
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

CUT = 57.0


def cut_rule(name: str, cut: float) -> Policy:
    """Refund below a cut-point, repair at P from there on."""
    zones = [{"from": "0 USD", "do": "refund"}, {"from": f"{cut} USD", "do": "repair_local", "partner": "P"}]
    return Policy.model_validate({"name": name, "rules": [{"cell": {"market": "US"}, "zones": zones}, *bare()]})


def bare() -> list[dict[str, object]]:
    """Refund everything."""
    return [{"cell": {}, "zones": [{"from": "0 USD", "do": "refund"}]}]


def of_grain(world: Scenario) -> Policy:
    """Finer cells have a cut-point, one rule for all refunds."""
    return cut_rule("fine", CUT) if world.decision.cell else REFUND


def undecided(conflict: str) -> Undecided:
    """What the decision room says where a constraint cannot be met."""
    return Undecided(cast(Solved, SimpleNamespace(conflicts=(conflict,))))


def priced(**changes: object) -> Simplicity:
    return simplify(seller(units=40.0), [AT_P], replications=4, seed=SEED, **({"decide": of_grain} | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def found() -> Simplicity:
    """Every coarseness of a seller whose finer cells have a cut-point."""
    return priced()


def test_each_coarseness_is_there_exact_and_rounded_with_todays_and_the_one_set_by_hand(found: Simplicity) -> None:
    seen = [(one.source, one.grain, one.step) for one in found.rules]
    own = ("sku", "market")
    first = [("decided", own, None), ("decided", own, 5.0), ("decided", own, 10.0)]
    rest = [("decided", grain, step) for grain in GRAINS for step in (None, 10.0)]
    assert seen == [*first, ("today", None, None), ("by hand", None, None), *rest]


def test_a_price_is_the_difference_of_simulated_costs_on_fresh_luck(found: Simplicity) -> None:
    world = seller(units=40.0)
    cases = [Case("fine", world, cut_rule("fine", CUT)), Case("hand", world, AT_P)]
    fine, hand = yearly_costs(cases, range(FRESH, FRESH + 4), SEED)
    table = found.table()
    assert table["difference"][0] == 0.0
    assert table["difference"][4] == pytest.approx(float((hand - fine).mean()))


def test_rounded_rules_have_the_rounded_cut_points(found: Simplicity) -> None:
    assert found.rules[1].policy.rules == rounded(cut_rule("fine", CUT), 5.0).rules
    assert [float(one.policy.rules[0].zones[1].from_.value) for one in found.rules[1:3]] == [55.0, 60.0]


def test_identical_rules_cost_exactly_nothing_more(found: Simplicity) -> None:
    same = [k for k, one in enumerate(found.rules) if one.grain == ("market",) and one.step is None]
    assert (found.rules[same[0]].costs == found.rules[0].costs).all()
    assert found.table()["verdict"][same[0]] == "identical"


def test_lines_are_zones_but_of_rules_that_repeat_the_one_for_all(found: Simplicity) -> None:
    assert found.rules[0].lines == 3
    repeated = Policy.model_validate({"name": "r", "rules": [*bare(), {**bare()[0], "cell": {"market": "US"}}]})
    assert simplicity.Ruleset("decided", (), None, repeated, np.zeros(2), np.zeros(2)).lines == 1


def test_the_simplest_is_the_one_of_fewest_lines_that_surely_costs_little(found: Simplicity) -> None:
    table = found.table()
    coarse = next(k for k, one in enumerate(found.rules) if one.grain == ())
    high = float(table["high"][coarse])
    assert found.simplest(high + 1.0) == coarse
    below = found.simplest(high - 1.0)
    assert below != coarse
    assert float(table["high"][below]) <= high - 1.0 or below == 0


def test_todays_rule_and_those_by_hand_are_never_the_simplest(found: Simplicity) -> None:
    assert found.rules[found.simplest(1e12)].source == "decided"


@pytest.mark.parametrize(
    ("grain", "own", "yes"),
    [
        (("market", "category"), ("sku", "market"), True),
        (("market",), ("market",), False),
        (("market", "category"), ("market",), False),
        ((), ("sku",), True),
        (("channel",), ("sku", "market"), False),
    ],
    ids=["category of a product", "the same", "finer", "one rule", "another key"],
)
def test_a_coarser_cell_asks_for_less(grain: Grain, own: Grain, yes: bool) -> None:
    assert coarser(grain, own) is yes


def test_cells_that_cannot_be_decided_are_told_and_the_others_priced() -> None:
    def choosy(world: Scenario) -> Policy:
        if world.decision.cell == ("market",):
            raise undecided("the budget")
        return RESHIP

    found = priced(decide=choosy)
    assert found.undecided == ((("market",), "no decision meets all constraints; in conflict: the budget"),)
    assert {one.grain for one in found.rules if one.source == "decided"} == {("sku", "market"), GRAINS[0], ()}


def test_without_a_rule_at_the_own_cells_there_is_no_yardstick() -> None:
    def never(world: Scenario) -> Policy:
        raise undecided("the budget")

    with pytest.raises(Undecided):
        priced(decide=never)


def test_stopped_it_keeps_what_was_priced() -> None:
    asked: list[int] = []

    def cancel() -> bool:
        asked.append(1)
        return len(asked) > 1

    found = priced(cancel=cancel)
    assert found.cancelled
    assert [one.grain for one in found.rules if one.source == "decided"] == [("sku", "market")] * 3
    with pytest.raises(Cancelled):
        priced(cancel=lambda: True)


def test_what_claims_could_have_cost_is_learned_once_for_all_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    world = seller(units=20.0)
    world = world.replace(
        decision=world.decision.replace(
            training_replications=2, selection_replications=2, bands=3, iterations=1, neighbours=0
        )
    )
    learned: list[range] = []
    potential = Experiments.potential

    def counted(self: Experiments, replications: range, incumbent: Policy) -> object:
        learned.append(replications)
        return potential(self, replications, incumbent)

    monkeypatch.setattr(Experiments, "potential", counted)
    found = simplify(world, replications=2, seed=SEED)
    assert len({(span.start, span.stop) for span in learned}) == 1
    assert len(learned) < len(GRAINS) + 1
    costs = found.table()["value"]
    assert costs[0] <= costs[3] + 1e-9, "decided rules cost more than today's"


def test_the_worth_of_finer_rules_is_a_paired_difference_to_those_they_begin_with() -> None:
    begun: list[Policy] = []

    def decide(world: Scenario, start: Policy | None = None) -> Policy:
        if start is None:
            return RESHIP
        begun.append(start)
        return AT_P if "age_band" in world.decision.cell else start

    finer = (("sku", "market"), ("sku", "market", "age_band"), ("sku", "market", "symptom"))
    found = priced(decide=decide, grains=(), steps=(), finer=finer)
    assert begun == [RESHIP] * 2, "the own cells are no finer ones"
    ages, reasons = (k for k, one in enumerate(found.rules) if one.source == "finer")
    table = found.table()
    assert table["difference"][ages] == pytest.approx(float((found.rules[ages].costs - found.rules[0].costs).mean()))
    assert table["verdict"][reasons] == "identical"
    assert found.simplest(1e12) == 0, "finer rules are not the simplest"


def test_finer_rules_are_worth_something_where_the_age_of_the_order_tells_what_to_do() -> None:
    """A young order's replacement fails again within the warranty, which an old one's has no time for: refund young
    orders, replace old ones."""
    kinds = {"terms_of": {"life_eta_days": 250.0, "full_days": 365, "list_price": 85.0}, "partners": {}}
    world = seller(units=60.0, **kinds)  # type: ignore[arg-type]
    quick = {"training_replications": 3, "selection_replications": 2, "bands": 3, "iterations": 2, "neighbours": 0}
    world = world.replace(decision=world.decision.replace(cell=("market",), **quick))
    found = simplify(world, grains=(), steps=(), finer=[("market", "age_band")], replications=4, seed=SEED)
    finer = found.rules[-1]
    assert finer.grain == ("market", "age_band")
    by_age = {rule.cell.age_band: {zone.do for zone in rule.zones} for rule in finer.policy.rules[:-1]}
    assert by_age[0] == {"refund"}
    assert "refund" not in by_age[2]
    assert found.table()["high"].iloc[-1] < 0.0


@pytest.mark.parametrize(
    ("cells", "claims_each", "bands"),
    [(500, 100, 4), (500, 400, 12), (100, 100, 12), (2000, 100, 12)],
    ids=["few claims", "many claims", "fits as it is", "too many cells"],
)
def test_cells_of_few_claims_have_as_many_bands_as_one_program_takes(cells: int, claims_each: int, bands: int) -> None:
    assert bands_within(12, cells * claims_each, np.ones((cells, 6), dtype=bool)) == bands


def test_one_who_wants_to_stop_is_not_kept_waiting_by_further_questions() -> None:
    world = seller()
    asked = Remembering(Experiments(world, SEED), lambda: True)
    with pytest.raises(Cancelled):
        asked.simulate([REFUND], range(1))
    with pytest.raises(Cancelled):
        Coarse(Experiments(world, SEED), False, lambda: True)(world)


def test_one_rule_for_all_reads_every_market_in_the_currency_of_the_first(base: Scenario) -> None:
    assert base.market_ids[0] == "US"
    usd = [base.usd_per_unit(base.markets[name].currency) for name in base.market_ids]
    assert set(reading_rates(model_of(base))) == {1.0}
    assert list(reading_rates(model_of(with_cells(base, ())))) == usd
    assert len(set(usd)) == len(usd)


def test_one_rule_for_all_is_decided_as_one_rule() -> None:
    world = seller(units=20.0)
    world = world.replace(
        decision=world.decision.replace(training_replications=2, selection_replications=2, bands=3, neighbours=0)
    )
    found = Coarse(Experiments(world, SEED), True, lambda: False)(with_cells(world, ()))
    assert [str(rule.cell) for rule in found.rules] == ["everything"]
    assert found.rules[0].zones[0].do != "refund", "repair is far cheaper here"


def test_beside_the_price_of_a_rule_stands_how_long_customers_wait(found: Simplicity) -> None:
    days = dict(zip([one.policy for one in found.rules], found.table()["p90"], strict=True))
    refunds, repairs = (days[rule] for rule in (REFUND, AT_P))
    assert repairs > refunds > 0
