"""Two readings of a what-if."""

from __future__ import annotations

import pytest

from tests.analysis.seller import AT_P, AT_Q, SEED, seller
from warrantysim.analysis.cases import Cancelled
from warrantysim.analysis.react import FRESH, react
from warrantysim.schema.root import Scenario


def test_reacting_wins_back_exactly_what_the_dearer_partner_took() -> None:
    now, dear = seller(policy=AT_P), seller(policy=AT_P, p_fee=35.0)
    found = react(now, dear, decide=lambda world: AT_Q, replications=range(3), seed=SEED)
    rows = found.table().set_index("reading")
    assert rows.loc["policy kept", "verdict"] == "higher"
    # The partners are alike, so at Q the what-if costs what the baseline did.
    assert rows.loc["re-optimised", "verdict"] == "identical"
    assert rows.loc["value of reacting", "difference"] == pytest.approx(rows.loc["policy kept", "difference"])


def test_the_two_readings_and_the_value_add_up() -> None:
    found = react(
        seller(policy=AT_P), seller(policy=AT_P, p_fee=35.0), decide=lambda w: AT_Q, replications=range(2), seed=SEED
    )
    assert found.kept - found.baseline == pytest.approx((found.reacted - found.baseline) + (found.kept - found.reacted))


def test_deciding_the_same_rule_again_is_worth_exactly_nothing() -> None:
    asked: list[Scenario] = []

    def decide(world: Scenario) -> object:
        asked.append(world)
        return type("Decision", (), {"policy": AT_P})()

    dear = seller(policy=AT_P, p_fee=35.0)
    found = react(seller(policy=AT_P), dear, decide=decide, replications=range(2), seed=SEED)
    assert asked == [dear]
    assert (found.kept - found.reacted == 0).all()
    assert found.table().verdict.tolist()[-1] == "identical"


def test_the_judges_are_replications_that_no_decision_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    import warrantysim.analysis.react as module

    asked: list[range] = []
    real = module.yearly_costs

    def watched(cases, replications, seed, **rest):  # type: ignore[no-untyped-def]
        asked.append(replications)
        return real(cases, replications, seed, **rest)

    monkeypatch.setattr(module, "yearly_costs", watched)
    world = seller(policy=AT_P, plan={"replications": 2})
    react(world, world, decide=lambda w: AT_P)
    assert set(asked) == {range(FRESH, FRESH + 2)}


def test_progress_is_told_rule_by_rule_and_it_can_be_stopped_between() -> None:
    world, told = seller(policy=AT_P), list[tuple[str, int, int]]()
    react(world, world, decide=lambda w: AT_Q, replications=range(2), seed=SEED, progress=lambda *at: told.append(at))
    assert told == [("judge", k, 3) for k in range(4)]
    with pytest.raises(Cancelled):
        react(world, world, decide=lambda w: AT_Q, replications=range(2), seed=SEED, cancel=lambda: True)
