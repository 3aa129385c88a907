"""Bridges add up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.analysis.seller import AT_P, CHINA, REFUND, SEED, seller
from warrantysim.analysis.bridge import MOST_GROUPS, Coalitions, category_bridge, driver_bridge, merged, shapley
from warrantysim.analysis.cases import Case, yearly_costs
from warrantysim.analysis.comparison import compare
from warrantysim.schema.diff import diff

LABELS = [{"card": "flat", "up_to": 30, "price": 12}]


def game(worth: Callable[[frozenset[str]], float]) -> Callable[[frozenset[str]], np.ndarray]:
    """A worth without luck."""
    return lambda some: np.array([worth(some)])


def test_independent_drivers_get_what_they_add_and_partners_share_evenly() -> None:
    alone = {"a": 3.0, "b": -1.0, "c": 0.5}
    values = shapley("abc", game(lambda s: sum(alone[g] for g in s) + 4.0 * ({"a", "b"} <= s)))
    assert values[:, 0] == pytest.approx([5.0, 1.0, 0.5])


def test_three_who_only_work_together_get_a_third_each() -> None:
    assert shapley("abc", game(lambda s: 6.0 * (len(s) == 3)))[:, 0] == pytest.approx([2.0, 2.0, 2.0])


def test_the_category_bridge_adds_to_the_cent_in_every_replication() -> None:
    world = seller()
    found = compare([Case("refund", world, REFUND), Case("china", world, CHINA)], replications=3, seed=SEED)
    bridge = category_bridge(found)
    assert bridge.start + bridge.steps.sum(axis=0) == pytest.approx(bridge.end, abs=0.005)
    assert abs(bridge.gap) < 1e-6
    table = bridge.table().set_index("step")
    assert table.loc["refund", "adds"] < 0 < table.loc["freight", "adds"]
    totals = yearly_costs([Case("a", world, REFUND), Case("b", world, CHINA)], range(3), SEED)
    assert (bridge.start, bridge.end) == (pytest.approx(totals[0]), pytest.approx(totals[1]))


def test_the_driver_bridge_adds_to_the_cent_and_names_sections() -> None:
    new = seller(p_fee=30.0, label_rates=LABELS, policy=AT_P)
    bridge = driver_bridge(Case.of(seller(), name="now"), Case.of(new, name="new"), range(3), SEED)
    assert set(bridge.names) == {"partners", "label_rates", "policy"}
    assert bridge.start + bridge.steps.sum(axis=0) == pytest.approx(bridge.end, abs=0.005)
    assert bridge.end == pytest.approx(yearly_costs([Case.of(new)], range(3), SEED)[0])
    assert (np.abs(bridge.steps) > 1).all()


def test_two_price_changes_that_do_not_touch_each_other_add_what_each_adds_alone() -> None:
    now, dear_fee, dear_label = (seller(policy=AT_P, **c) for c in ({}, {"p_fee": 30.0}, {"label_rates": LABELS}))
    both = seller(policy=AT_P, p_fee=30.0, label_rates=LABELS)
    bridge = driver_bridge(Case.of(now, name="a"), Case.of(both, name="b"), range(2), SEED)
    costs = yearly_costs([Case.of(w, name=str(i)) for i, w in enumerate((now, dear_fee, dear_label))], range(2), SEED)
    steps = dict(zip(bridge.names, bridge.steps, strict=True))
    assert steps["partners"] == pytest.approx(costs[1] - costs[0])
    assert steps["label_rates"] == pytest.approx(costs[2] - costs[0])


def test_identical_worlds_have_no_steps() -> None:
    bridge = driver_bridge(Case.of(seller(), name="a"), Case.of(seller(), name="b"), range(1), SEED)
    assert bridge.names == ()
    assert bridge.table().empty
    assert bridge.gap == 0.0


def test_sections_that_only_hold_together_are_one_driver() -> None:
    more = seller(skus=("A", "B"))
    mixed = Coalitions(seller(), more)
    groups = mixed.groups()
    (together,) = [name for name, parts in groups.items() if "skus" in parts]
    assert {"sku_markets", "faults", "stock"} <= set(groups[together])
    assert not diff(mixed.world(frozenset(mixed.sections())), more)


def test_beyond_six_groups_the_smallest_are_merged_and_named() -> None:
    groups = {g: (g,) for g in "abcdefgh"}
    alone = {g: float(i) for i, g in enumerate("abcdefgh")}
    found = merged(groups, alone)
    assert len(found) == MOST_GROUPS
    assert found["other"] == ("a", "b", "c")


def test_a_bridge_of_eight_changes_still_adds_up() -> None:
    brief = {"horizon": {"days": 40, "run_in_days": 0, "run_out_days": 0}}
    now = seller(policy=AT_P, **brief)
    new = seller(
        **brief,
        policy=CHINA,
        p_fee=21.0,
        label_rates=LABELS,
        experience={"grace_days": 5},
        recovery={"b_stock_share": 0.4},
        triage={"contact_cost": "3 USD"},
        china_bench={"fixed_per_unit": "12 CNY"},
        rails={"US": {"fee_fixed": "0.4 USD"}},
    )
    bridge = driver_bridge(Case.of(now, name="a"), Case.of(new, name="b"), range(1), SEED)
    assert len(bridge.names) == MOST_GROUPS
    assert "other" in bridge.method
    assert bridge.start + bridge.steps.sum(axis=0) == pytest.approx(bridge.end, abs=0.005)
    assert "policy" in bridge.names
