"""Simulating policies: the same claims for all, the same digits from any number of processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest

from tests.experiment.tiny import SEED, plain, roomy
from tests.worlds import policy_of
from warrantysim.claims.births import born_with_earlier
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.result import Result
from warrantysim.experiment.simulate import ReplicationFailed, run_replications, simulate
from warrantysim.experiment.workers import LISTS, SCENARIOS, Sent
from warrantysim.journeys.events import simulate_run
from warrantysim.store.results import summaries_of, summary_tables
from warrantysim.studies.study import by_events

REFUND, RESHIP = policy_of("refund"), policy_of("reship", name="swap")


def assert_same(a: Any, b: Any) -> None:
    """Equal to the last bit, at any depth."""
    if is_dataclass(a):
        for field in fields(a):
            assert_same(getattr(a, field.name), getattr(b, field.name))
    elif isinstance(a, list | tuple):
        assert len(a) == len(b)
        for one, other in zip(a, b, strict=True):
            assert_same(one, other)
    elif isinstance(a, np.ndarray):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)
    else:
        assert a == b


def broken(monkeypatch: pytest.MonkeyPatch, *, policy: str, replication: int) -> None:
    """Let one run break."""

    def run(scenario: Any, stated: Any, claims: Any, seed: int, number: int, **rest: Any) -> Any:
        if stated.name == policy and number == replication:
            raise ValueError("a card that does not carry a product")
        return simulate_run(scenario, stated, claims, seed, number, **rest)

    for module in ("replicate", "components"):
        monkeypatch.setattr(f"warrantysim.experiment.{module}.simulate_run", run)


def test_threads_find_the_same_as_one_process_bit_for_bit() -> None:
    scenario = roomy(20)
    alone = simulate(scenario, [REFUND, RESHIP], replications=4, seed=SEED)
    together = simulate(scenario, [REFUND, RESHIP], replications=4, seed=SEED, executor=ThreadPoolExecutor(2))
    assert_same(alone.summaries, together.summaries)


def test_policies_simulated_beside_others_are_as_if_all_had_been_simulated_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken(monkeypatch, policy="swap", replication=1)
    scenario, policies = roomy(20), [REFUND, RESHIP, policy_of("refund", name="again")]
    whole = simulate(scenario, policies, replications=3, seed=SEED)
    first, others = (simulate(scenario, some, replications=3, seed=SEED) for some in (policies[:1], policies[1:]))
    joined = first.beside(others)
    assert_same(joined.summaries, whole.summaries)
    assert [(f.policy, f.replication) for f in joined.failures] == [(1, 1)]
    assert joined.names == whole.names


def test_a_replication_does_not_depend_on_which_others_are_run() -> None:
    scenario = roomy(20)
    many, one = (simulate(scenario, replications=which, seed=SEED) for which in (range(3), range(2, 3)))
    assert_same(many.summaries[2], one.summaries[0])


def test_two_identical_policies_differ_by_exactly_nothing_in_every_replication() -> None:
    result = simulate(roomy(20), [RESHIP, RESHIP], replications=3, seed=SEED)
    assert result.names == ("swap", "swap (2)")
    totals = result.totals_by_policy()
    assert (totals[0] == totals[1]).all()
    saving = result.savings().iloc[0]
    assert saving["saving"] == 0
    assert not saving["detectable"]


def test_claims_are_born_once_for_all_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def counted(*args: Any) -> Any:
        calls.append(args[2])
        return born_with_earlier(*args)

    monkeypatch.setattr("warrantysim.experiment.births.born_with_earlier", counted)
    simulate(roomy(20), [REFUND, RESHIP], replications=3, seed=SEED)
    assert calls == [0, 1, 2]


def test_a_run_that_breaks_is_a_row_with_its_error_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, policy="swap", replication=1)
    result = simulate(roomy(20), [REFUND, RESHIP], replications=3, seed=SEED)
    (failure,) = result.failures
    assert (failure.policy, failure.replication, failure.kind) == (1, 1, "ValueError")
    assert failure.message == "a card that does not carry a product"
    assert "simulate_run" in failure.traceback
    assert len(result.summaries) == 5


def test_tables_rest_on_replications_in_which_no_policy_broke(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = roomy(20)
    whole = simulate(scenario, [REFUND, RESHIP], replications=3, seed=SEED)
    broken(monkeypatch, policy="swap", replication=1)
    result = simulate(scenario, [REFUND, RESHIP], replications=3, seed=SEED)
    assert result.complete == (0, 2)
    np.testing.assert_array_equal(result.totals_by_policy(), whole.totals_by_policy()[:, [0, 2]])
    assert set(result.totals["replication"]) == {0, 2}


def test_claims_that_cannot_be_born_fail_all_policies(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any) -> Any:
        raise ValueError("no fault of kind no_fault_found")

    monkeypatch.setattr("warrantysim.experiment.births.born_with_earlier", none)
    result = simulate(roomy(20), [REFUND, RESHIP], replications=1, seed=SEED)
    assert [f.policy for f in result.failures] == [-1, -1]
    assert result.complete == ()
    assert result.costs().empty
    assert result.savings().empty


def test_a_decision_is_refused_where_a_run_broke(monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, policy="swap", replication=1)
    with pytest.raises(ReplicationFailed, match="replication 1: ValueError: a card"):
        run_replications(roomy(20), [REFUND, RESHIP], range(3), SEED)


def test_years_for_a_decision_come_by_policy_then_replication() -> None:
    scenario = roomy(20)
    found = run_replications(scenario, [REFUND, RESHIP], range(1, 3), SEED)
    summaries = simulate(scenario, [REFUND, RESHIP], replications=range(1, 3), seed=SEED).summaries
    assert [[year.replication for year in row] for row in found] == [[1, 2], [1, 2]]
    assert_same([found[0][0], found[1][0], found[0][1], found[1][1]], [s.year for s in summaries])


def test_progress_is_told_after_every_replication() -> None:
    told: list[tuple[int, int]] = []
    simulate(roomy(20), replications=3, seed=SEED, progress=lambda done, planned: told.append((done, planned)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_cancelled_simulation_keeps_what_it_has() -> None:
    asked: list[bool] = []

    def cancel() -> bool:
        asked.append(True)
        return len(asked) == 2

    scenario = roomy(20)
    result = simulate(scenario, replications=5, seed=SEED, cancel=cancel)
    assert result.cancelled
    assert result.replications == (0, 1)
    assert_same(result.summaries, simulate(scenario, replications=2, seed=SEED).summaries)


def test_a_target_half_width_stops_as_soon_as_it_is_met() -> None:
    scenario = roomy(20)
    least = simulate(scenario, [REFUND, RESHIP], replications=3, seed=SEED)
    wide = float(least.savings()["half_width"].iloc[0])
    easy = simulate(scenario, [REFUND, RESHIP], replications=3, seed=SEED, target=wide * 1.01)
    assert easy.replications == least.replications
    hard = simulate(scenario, [REFUND, RESHIP], replications=3, seed=SEED, target=wide / 4)
    assert len(hard.complete) > 3
    assert float(hard.savings()["half_width"].iloc[0]) <= wide / 4
    again = simulate(
        scenario, [REFUND, RESHIP], replications=3, seed=SEED, target=wide / 4, executor=ThreadPoolExecutor(2)
    )
    assert again.replications == hard.replications


def test_a_single_policy_meets_the_target_with_its_own_cost() -> None:
    result = simulate(roomy(20), replications=3, seed=SEED, target=900.0)
    assert t_interval(result.totals_by_policy()[0]).half_width <= 900.0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"replications": 0}, "at least one replication"),
        ({"target": 0.0}, "above 0"),
        ({"target": float("nan")}, "above 0"),
        ({"jobs": 0}, "at least one job"),
        ({"policies": []}, "at least one policy"),
    ],
)
def test_what_makes_no_sense_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        simulate(roomy(20), **options)


def test_a_result_says_what_it_is() -> None:
    result = simulate(roomy(20), [REFUND, RESHIP], replications=2, seed=SEED)
    text = repr(result)
    assert "tiny: 2 replications, seed 7" in text
    assert "swap: USD" in text
    assert isinstance(result, Result)
    assert len(result.digest) == 64
    with pytest.raises(ValueError, match="no policy 'dearer'"):
        result.of("dearer")


def test_a_result_says_how_many_years_the_event_loop_simulated_and_why() -> None:
    assert simulate(roomy(20), [RESHIP], replications=1, seed=SEED).by_events == {}
    assert by_events({"by_events": {}, "runs": 1}, "en") == "; years simulated: 1, all in stages"
    scenario = roomy(20, stock_of={"base_stock": 0, "lead_days": 40})
    result = simulate(scenario, [REFUND, RESHIP], replications=2, seed=SEED)
    assert result.by_events == {"by_events": {"stock": 2}, "runs": 4}  # Refunds use up no stock.
    kept = replace(result, summaries=tuple(summaries_of(summary_tables(result.summaries))))
    assert kept.by_events == result.by_events
    assert by_events(kept.by_events, "en") == "; 2 of 4 years by the event loop (replacements may run short)"


def test_a_process_opens_a_scenario_once_whatever_policies_come_with_it() -> None:
    scenario = plain()
    opened = Sent.of(scenario).opened(SCENARIOS)
    for number in range(2 * LISTS):
        Sent.of((scenario.policy.replace(name=f"p{number}"),)).opened(LISTS)
    assert Sent.of(scenario).opened(SCENARIOS) is opened
    for other in range(SCENARIOS):
        Sent.of(roomy(other + 1)).opened(SCENARIOS)
    assert Sent.of(scenario).opened(SCENARIOS) is not opened
