"""Two readings of a what-if."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.analysis.seller import AT_P, AT_Q, SEED, seller
from warrantysim.analysis.cases import FRESH, Case
from warrantysim.experiment.pace import Cancelled
from warrantysim.schema.root import Scenario
from warrantysim.studies.react import STUDY, ReactOptions
from warrantysim.studies.react import both as module
from warrantysim.studies.react.both import react, readings
from warrantysim.studies.study import Work

WORK = Work(SEED)
NOW = Case.of(seller(policy=AT_P), name="now")
DEAR = Case.of(seller(policy=AT_P, p_fee=35.0), name="dear")


def test_reacting_wins_back_exactly_what_the_dearer_partner_took() -> None:
    rows = react(NOW, DEAR, range(3), WORK, lambda world: AT_Q).set_index("reading")
    assert rows.loc["policy kept", "verdict"] == "higher"
    # The partners are alike, so at Q the what-if costs what the baseline did.
    assert rows.loc["re-optimised", "verdict"] == "identical"
    assert rows.loc["value of reacting", "difference"] == pytest.approx(rows.loc["policy kept", "difference"])


def test_the_two_readings_and_the_value_add_up() -> None:
    kept, reacted, worth = react(NOW, DEAR, range(2), WORK, lambda world: AT_Q)["difference"]
    assert kept == pytest.approx(reacted + worth)


def test_deciding_the_same_rule_again_is_worth_exactly_nothing() -> None:
    asked: list[Scenario] = []
    found = react(NOW, DEAR, range(2), WORK, lambda world: asked.append(world) or AT_P)  # type: ignore[func-returns-value]
    assert asked == [DEAR.scenario]
    assert found.verdict.tolist()[-1] == "identical"


def test_the_judges_are_replications_that_no_decision_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[range] = []
    real = module.yearly_costs

    def watched(cases, replications, seed, **rest):  # type: ignore[no-untyped-def]
        asked.append(replications)
        return real(cases, replications, seed, **rest)

    monkeypatch.setattr(module, "yearly_costs", watched)
    monkeypatch.setattr(module, "_decided", lambda world, work: AT_P)
    STUDY.run([NOW, DEAR], ReactOptions(replications=2), WORK)
    assert set(asked) == {range(FRESH, FRESH + 2)}


def test_progress_is_told_rule_by_rule_and_it_can_be_stopped_between() -> None:
    told = list[tuple[str, int, int]]()
    react(NOW, DEAR, range(2), replace(WORK, progress=lambda *at: told.append(at)), lambda world: AT_Q)
    assert told == [("judge", k, 3) for k in range(4)]
    with pytest.raises(Cancelled):
        react(NOW, DEAR, range(2), replace(WORK, cancel=lambda: True), lambda world: AT_Q)


def test_stopped_between_two_what_ifs_it_keeps_the_first_and_says_so() -> None:
    cases, judged = [NOW, DEAR, Case("again", DEAR.scenario, AT_P)], list[int]()
    work = Work(SEED, progress=lambda stage, done, total: judged.append(done), cancel=lambda: 3 in judged)
    found = readings(cases, 2, work, lambda world: AT_Q)
    assert set(found["case"]) == {"dear"}
    assert STUDY.stored(found, cases, ReactOptions(replications=2), SEED).cancelled
