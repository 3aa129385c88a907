"""A bad lot changes its own units and no others."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from tests.claims.worlds import lot, said, world
from warrantysim.claims.births import born, root_cohorts
from warrantysim.schema.clock import DAY, REACH


def _shape(**changes):
    return world(["A", "B"], markets=["US", "DE"], units=1500, lots=(lot("bad", "A", 0.4, **changes),))


def test_a_bad_lot_touches_only_its_product_months_and_markets():
    plain, bad = world(["A", "B"], markets=["US", "DE"], units=1500), _shape(life_eta_days=400, markets="DE")
    before, after = set(said(plain, born(plain, 1, 0))), set(said(bad, born(bad, 1, 0)))
    changed = before ^ after
    assert {c[0] for c in changed} == {"A"}
    assert {c[1] for c in changed} == {"DE"}
    starts = plain.clock.month_starts("Europe/Berlin")
    assert all(starts[REACH - 12] <= c[6] < starts[REACH - 6] for c in changed)
    assert len(after) > len(before) + 100


def test_a_lot_without_figures_of_its_own_or_without_units_changes_nothing():
    plain = world(["A", "B"], markets=["US", "DE"], units=1500)
    same = said(plain, born(plain, 1, 0))
    for lots in ((lot("like", "A", 0.7),), (lot("empty", "A", 0.0, life_eta_days=10),)):
        w = world(["A", "B"], markets=["US", "DE"], units=1500, lots=lots)
        assert said(w, born(w, 1, 0)) == same


def test_the_lot_is_the_stated_share_of_units():
    # All units of the lot fail within days of delivery, so its claims count them.
    june = {"sold_from": "2026-06-01", "sold_to": "2026-06-30"}
    dead = lot("doa", "A", 0.25, life_eta_days=1, life_beta=3, **june)
    w = world(units=4000, lots=(dead,), horizon=SimpleNamespace(days=365, run_in_days=250, run_out_days=0))
    claims = born(w, 1, 0)
    start, end = w.clock.month_starts("America/New_York")[REACH - 7 : REACH - 5]
    early = (claims.sold >= start) & (claims.sold < end) & (claims.opened - claims.delivered < 6 * DAY)
    ordinary = 0.75 * 4000 * 4 / 1460
    assert (early.sum() - ordinary) / 4000 == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / 4000))


def test_the_lot_has_its_fault_in_the_stated_share_and_the_others_keep_their_proportions():
    w = world(
        units=6000,
        lots=(
            lot("all", "A", 1.0, sold_from="2020-01-01", sold_to="2030-01-01", fault="unrepairable", fault_share=0.6),
        ),
    )
    claims = born(w, 1, 0)
    shares = np.bincount(claims.fault, minlength=3) / len(claims)
    assert np.allclose(shares, [0.4 * 0.3 / 0.8, 0.4 * 0.5 / 0.8, 0.6], atol=4 * 0.5 / np.sqrt(len(claims)))


def test_of_two_lots_a_unit_is_of_one_and_a_second_lot_leaves_the_members_of_the_first():
    one, two = lot("a", "A", 0.5, life_eta_days=200), lot("b", "A", 0.5, life_eta_days=250)
    first, both = root_cohorts(world(lots=(one,))), root_cohorts(world(lots=(two, one)))
    unit = np.arange(2000, dtype=np.uint64)
    sku, market, month = np.zeros((3, 2000), dtype=np.int64) + np.array([[0], [0], [2026 * 12]])
    alone = first.lots.membership(1, 0, unit, sku, market, month)
    together = both.lots.membership(1, 0, unit, sku, market, month)
    assert np.array_equal(alone == 0, together == 0)
    assert (together == 1).mean() == pytest.approx(0.25, abs=0.04)
