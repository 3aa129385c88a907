"""The same luck in every world: what is not changed does not move."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.journeys.same import differences
from tests.worlds import KINDS, partner, world
from warrantysim.claims.births import born
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Run
from warrantysim.schema.root import Scenario

SHARES = dict.fromkeys(KINDS, 1 / 6)
MIXED = [(0, "reship"), (60, "repair_local P"), (90, "return_china sea")]


def selling(names: tuple[str, ...] = ("A", "B"), markets: tuple[str, ...] = ("US", "DE"), **changes: Any) -> Scenario:
    """Products sold in markets, repaired without queues, full of luck."""
    luck = {
        "customer": {"label_unused_share": 0.1, "ship_lag_days": {"lognormal": {"median": 3, "sigma": 0.5}}},
        "parcel": {"loss_share": 0.03, "transit_days": {"gamma": {"mean": 3, "cv": 0.4}}},
    }
    stated: dict[str, Any] = {
        "policy": MIXED,
        "markets": dict.fromkeys(markets, luck),
        "partners": {"P": partner(500, tuple(markets), yield_share=0.8, bounce_share=0.2)},
        "china_bench": {"technicians": 500},
        "fault_shares": SHARES,
        "births": {"promotion_share": 0.6, "promotion_depth": {"uniform": {"low": 0, "high": 0.5}}},
        "sales": [
            {"sku": n, "market": m, "channel": "OWN", "units_per_month": 40 + 7 * len(n)}
            for n in names
            for m in markets
        ],
        "terms_of": {"life_eta_days": 500.0, "early_share": 0.05},
    }
    return world(names, **{**stated, **changes})


def lived(s: Scenario, seed: int = 9) -> Run:
    """A simulated run of what is born from sales."""
    return simulate_run(s, s.policy, born(s, seed, 0), seed, 0)


def by_name(s: Scenario, run: Run, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Lives of some products by names and stamps, in the order of unit and generation."""
    r = run.records
    order = np.lexsort((r.claims.generation, r.claims.unit))
    skus = np.array([k.sku for k in s.skus])[r.claims.sku]
    columns = (
        skus,
        np.array(s.market_ids)[r.claims.market],
        np.array([f.fault for f in s.faults])[r.claims.fault],
        r.claims.unit,
        r.claims.generation,
        r.claims.opened,
        r.route,
        r.closure,
        r.finding,
        r.value,
        r.scanned,
        r.bench_in,
        r.bench_out,
        r.resolved,
        r.closed,
        r.refund_share,
    )
    rows = [i for i in order if skus[i] in names]
    return [tuple(column[i].item() for column in columns) for i in rows]


def test_two_identical_worlds_live_identical_lives() -> None:
    one, two = selling(), selling()
    assert one is not two
    assert differences(lived(one), lived(two)) == []


def test_another_seed_is_another_life() -> None:
    s = selling()
    assert differences(lived(s, 9), lived(s, 10)) != []


def test_a_product_more_leaves_the_lives_of_all_others_alone() -> None:
    few, more = selling(("A", "B")), selling(("C", "A", "B"))
    ours, theirs = by_name(few, lived(few), ("A", "B")), by_name(more, lived(more), ("A", "B"))
    assert len(ours) > 200
    assert ours == theirs


def test_a_market_more_leaves_the_lives_of_all_others_alone() -> None:
    one, two = selling(("A",), ("US",)), selling(("A",), ("DE", "US"))
    in_us = [row for row in by_name(two, lived(two), ("A",)) if row[1] == "US"]
    assert by_name(one, lived(one), ("A",)) == in_us
    assert len(in_us) > 50


@pytest.mark.parametrize("table", ["skus", "sku_markets", "sales", "faults", "symptoms", "stock", "customs"])
def test_the_order_of_rows_in_a_table_is_of_no_account(table: str) -> None:
    s = selling()
    turned = s.replace(**{table: getattr(s, table)[::-1]})
    names = ("A", "B")
    assert by_name(turned, lived(turned), names) == by_name(s, lived(s), names)


def test_a_policy_changes_what_is_done_and_not_what_fails() -> None:
    s = selling()
    claims = born(s, 9, 0)
    runs = [simulate_run(s, s.policy.replace(rules=rules), claims, 9, 0).records for rules in _policies(s)]
    one, two = (r.take(np.flatnonzero(r.claims.generation == 0)) for r in runs)
    assert not np.array_equal(one.route, two.route)
    for name in ("unit", "opened", "fault", "price_net"):
        assert np.array_equal(getattr(one.claims, name), getattr(two.claims, name))
    assert np.array_equal(one.symptom, two.symptom)


def _policies(s: Scenario) -> tuple[Any, Any]:
    return s.policy.rules, world(policy="refund").policy.rules


def test_a_dearer_bench_or_a_longer_way_moves_no_other_draw() -> None:
    s = selling()
    slower = s.replace(
        partners={"P": partner(500, ("US", "DE"), yield_share=0.8, bounce_share=0.2, bench={"handling_days": 9})}
    )
    a, b = lived(s).records, lived(slower).records
    a, b = (r.take(np.flatnonzero(r.claims.generation == 0)) for r in (a, b))
    for name in ("scanned", "arrived", "finding", "route", "bench_minutes"):
        assert np.array_equal(getattr(a, name), getattr(b, name))
    late = b.bench_in - a.bench_in
    assert set(np.unique(late).tolist()) == {0, round(7.5 * 86_400)}
