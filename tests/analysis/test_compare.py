"""Comparing cases on the same luck."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.analysis.seller import AT_P, AT_Q, CHINA, REFUND, RESHIP, SEED, seller
from warrantysim.analysis.cases import Case
from warrantysim.analysis.comparison import Comparison, compare, comparison_of
from warrantysim.analysis.measures import CLAIMS, KINDS, LANDFILLED, REFUNDS, TOTAL, days_quantile_of, emissions
from warrantysim.analysis.pairs import paired_columns
from warrantysim.experiment.simulate import simulate

REPLICATIONS = 4


@pytest.fixture(scope="module")
def found() -> Comparison:
    """Refund against everything else, in one world."""
    world = seller()
    cases = [Case(p.name, world, p) for p in (REFUND, RESHIP, AT_P, CHINA)]
    return compare(cases, replications=REPLICATIONS, seed=SEED)


def test_two_worlds_that_state_the_same_differ_by_exactly_0_in_every_replication() -> None:
    found = compare([Case.of(seller(), name="a"), Case.of(seller(), name="b")], replications=3, seed=SEED)
    a, b = (found.samples(TOTAL, k).values for k in (0, 1))
    assert (a - b == 0.0).all()
    assert a.std() > 0
    assert set(found.table((*KINDS, TOTAL, CLAIMS, days_quantile_of(0.9), REFUNDS)).verdict) == {"identical"}
    assert found.inputs().empty


def test_the_total_is_what_the_experiment_says_scaled_to_a_year(found: Comparison) -> None:
    result = simulate(seller(), [REFUND, CHINA], replications=REPLICATIONS, seed=SEED)
    assert found.samples(TOTAL, "china").values[0] == pytest.approx(result.totals_by_policy()[1])
    half = seller(horizon={"days": 73})
    short = compare([Case.of(half)], replications=2, seed=SEED).samples(TOTAL, 0).values[0]
    assert short == pytest.approx(5 * simulate(half, replications=2, seed=SEED).totals_by_policy()[0])


def test_cash_expected_and_stock_add_up_to_the_total(found: Comparison) -> None:
    yearly = found.yearly().pivot_table("difference", "case", "measure")
    assert (yearly["cash"] + yearly["expected"] + yearly["stock"]).to_numpy() == pytest.approx(
        yearly["total"].to_numpy()
    )
    assert (yearly["expected"].abs() > 1).any()


@pytest.mark.parametrize("by", [("category",), ("sku", "market"), ("product_category",), ("month",), ("disposition",)])
def test_groups_add_up_to_the_whole(found: Comparison, by: tuple[str, ...]) -> None:
    parts = found.costs(by).groupby("case")["difference"].sum()
    whole = found.costs(()).set_index("case")["difference"]
    assert parts[whole.index].to_numpy() == pytest.approx(whole.to_numpy())


def test_refunding_leaves_every_unit_as_waste_and_sends_nothing(found: Comparison) -> None:
    claims, waste = (found.samples(m, "refund").values[0] for m in (CLAIMS, LANDFILLED))
    assert (waste == claims).all()
    assert (found.samples(LANDFILLED, "at P").values[0] < claims).all()
    by_case = {name: found.samples(emissions(), name).values.mean() for name in ("refund", "reship", "at P")}
    assert by_case["refund"] < by_case["at P"] < by_case["reship"]


def test_days_of_a_repair_are_longer_than_of_a_refund(found: Comparison) -> None:
    rows = found.table((days_quantile_of(0.5), days_quantile_of(0.95))).set_index(["case", "measure"])
    assert rows.loc[("china", "days_p50"), "verdict"] == "higher"
    assert rows.loc[("china", "days_p50"), "difference"] > rows.loc[("at P", "days_p50"), "difference"] > 0


def test_input_differences_name_the_policy_and_the_figure() -> None:
    cases = [Case("now", seller(), AT_P), Case("new", seller(p_fee=25.0), AT_Q)]
    inputs = compare(cases, replications=1, seed=SEED).inputs()
    assert ("partners.P.desks.main.repaired.flat", "20 USD", "25 USD") in set(
        inputs[["path", "old", "new"]].itertuples(index=False, name=None)
    )
    assert inputs.path.str.startswith("policy").any()


def test_a_difference_hidden_by_luck_is_not_called_one_and_the_replications_it_takes_are_said() -> None:
    a = np.array([[1.0, -1.0, 0.5, -0.4], [3.0, 3.1, 2.9, 3.0], [2.0, 2.0, 2.0, 2.0], [np.nan, 1.0, 1.2, 1.1]])
    found = paired_columns(a, np.zeros_like(a), 0.95)
    assert found["verdict"].tolist() == ["no detectable difference", "higher", "higher", "higher"]
    assert found["needed"][0] > 4
    assert found["replications"].tolist() == [4, 4, 4, 3]


def test_a_failed_run_is_reported_and_its_replication_left_out_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    import warrantysim.analysis.cases as module

    real = module.priced_run

    def broken(world, policy, claims, seed, replication):  # type: ignore[no-untyped-def]
        if replication == 1 and policy is RESHIP:
            raise ArithmeticError("no stock")
        return real(world, policy, claims, seed, replication)

    monkeypatch.setattr(module, "priced_run", broken)
    world = seller()
    found = compare([Case("a", world, REFUND), Case("b", world, RESHIP)], replications=3, seed=SEED)
    assert found.replications == (0, 2)
    assert [(f.policy, f.kind, f.message) for f in found.failures] == [(1, "ArithmeticError", "no stock")]


def test_stored_runs_compare_as_fresh_ones_but_for_what_was_not_stored(found: Comparison) -> None:
    result = simulate(seller(), [REFUND, CHINA], replications=REPLICATIONS, seed=SEED)
    stored = comparison_of([("refund", result, 0), ("china", result, "china")])
    fresh = found.costs(("category",)).query("case == 'china'")
    again = stored.costs(("category",))
    assert again.difference.to_numpy() == pytest.approx(fresh.difference.to_numpy())
    assert stored.table((LANDFILLED,)).verdict.tolist() == ["unknown"]
    with pytest.raises(ValueError, match="different seeds"):
        comparison_of([("a", result, 0), ("b", simulate(seller(), replications=1, seed=SEED + 1), 0)])


def test_it_goes_on_until_the_half_width_is_met() -> None:
    world = seller()
    cases = [Case("a", world, REFUND), Case("b", world, AT_P)]
    few = compare(cases, replications=3, seed=SEED).costs(()).iloc[0]
    target = few.half_width / 2
    more = compare(cases, replications=3, seed=SEED, target=target).costs(()).iloc[0]
    assert more.half_width <= target
    assert more.replications > 3


def test_a_cancelled_comparison_keeps_what_all_cases_met() -> None:
    told: list[tuple[int, int]] = []
    case = Case.of(seller())
    found = compare(
        [case], replications=5, seed=SEED, progress=lambda a, b: told.append((a, b)), cancel=lambda: len(told) == 2
    )
    assert found.cancelled
    assert found.replications == (0, 1)
    assert told == [(1, 5), (2, 5)]


def test_more_processes_change_no_digit() -> None:
    cases = [Case.of(seller(), AT_P), Case.of(seller(p_fee=30.0), AT_P, name="dear")]
    alone = compare(cases, replications=3, seed=SEED).yearly()
    spread = compare(cases, replications=3, seed=SEED, jobs=ThreadPoolExecutor(2)).yearly()
    assert alone.equals(spread)


def test_cases_that_cannot_be_compared_are_refused() -> None:
    world = seller()
    with pytest.raises(ValueError, match="two cases are called"):
        compare([Case.of(world), Case.of(world)])
    with pytest.raises(ValueError, match="different currencies"):
        compare([Case.of(world), Case.of(seller(reporting_currency="CNY"), name="cny")])
    with pytest.raises(ValueError, match="no case 'b'"):
        compare([Case.of(world, name="a")], "b")


def test_a_measure_is_grouped_only_by_what_it_has(found: Comparison) -> None:
    with pytest.raises(ValueError, match="units_landfilled cannot be grouped by 'month'"):
        found.table((LANDFILLED,), ("month",))
    assert set(found.service(("channel",)).measure) == {
        "claims",
        "days_p50",
        "days_p90",
        "days_p95",
        "refunds",
        "dispute_share",
    }


def test_dearer_labels_cost_only_those_who_use_them() -> None:
    rates = [{"card": "flat", "up_to": 30, "price": 12}]
    now, dear = seller(), seller(label_rates=rates)
    cases = [Case("now", now, AT_P), Case("dear", dear, AT_P)]
    costs = compare(cases, replications=3, seed=SEED).costs(("category",)).set_index("category")
    labels = costs.loc["label"]
    assert labels.difference == pytest.approx(0.5 * labels.baseline)
    assert (costs.drop("label").verdict == "identical").all()
