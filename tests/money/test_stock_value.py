"""Units that are not sold as new are worth one stated value each, and none is made or lost by moving them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.money.runs import moves_of, repaired, run_of
from tests.money.tiny import DE, FIX, TOY, US, VAC, day, seller, seller_with
from warrantysim.journeys.records import Fate, Finding, Source
from warrantysim.money.categories import Category, Kind, Subject
from warrantysim.money.price import price
from warrantysim.money.price_book import price_book
from warrantysim.money.stock_value import MONTH_DAYS, decayed, pool_on_hand, write_down
from warrantysim.schema.clock import DAY

MONTH = round(MONTH_DAYS * DAY)
INTO_POOL = {"fate": Fate.POOL, "advance": True, "source": Source.NEW}


def test_the_transfer_value_is_the_lower_of_landed_share_and_net_realisable_value() -> None:
    values = price_book(seller()).values
    # TOY: min(30 x 0.8, 100 x 0.4); in Germany min(36 x 0.8, 100 EUR x 0.4 x 1.2); VAC: min(120, 160), min(144, 192).
    assert values.transfer.value == pytest.approx([24.0, 28.8, 120.0, 144.0])

    def poor(stated: dict[str, Any]) -> None:
        stated["recovery"]["trade_share_of_price"]["appliance"] = 0.2

    assert price_book(seller_with(poor)).values.transfer.value == pytest.approx([20.0, 24.0, 80.0, 96.0])


def test_where_nobody_trades_a_grade_liquidation_is_the_realisable_value_but_never_for_lithium() -> None:
    def untraded(stated: dict[str, Any]) -> None:
        stated["recovery"]["trade_share_of_price"] = {"appliance": 0.0}

    values = price_book(seller_with(untraded)).values
    assert values.transfer.value == pytest.approx([8.5, 8.5 * 1.2, 0.0, 0.0])


def test_value_decays_by_the_month_and_not_before_the_unit_travels() -> None:
    assert decayed(0.05, np.array([0, MONTH, 2 * MONTH, -DAY])) == pytest.approx([1.0, 0.95, 0.9025, 1.0])


def test_a_pool_unit_is_credited_less_what_it_lost_since_the_customer_posted_it() -> None:
    plain = repaired(FIX, 60, **INTO_POOL, pooled=day(60), scanned=day(60))
    slow = repaired(FIX, 60, **INTO_POOL, pooled=day(60) + MONTH, scanned=day(60))
    ledger = price(run_of(plain, slow), seller())
    entries = (ledger.category == Category.STOCK_IN) & (ledger.subject == Subject.CLAIM)
    assert ledger.reporting[entries] == pytest.approx([-24.0, -24.0 * 0.95])


def test_every_transfer_has_its_other_side_in_the_pools_account_out_of_scope() -> None:
    out = repaired(FIX, 80, source=Source.POOL, finding=Finding.BER, fate=Fate.SCRAP_MARKET, parts=0.0)
    ledger = price(run_of(repaired(FIX, 60, **INTO_POOL, pooled=day(60)), out), seller())
    moves = ledger.take(np.isin(ledger.category, [Category.STOCK_IN, Category.STOCK_OUT]))
    claims, pool = (moves.take(moves.subject == who) for who in (Subject.CLAIM, Subject.STOCK))
    assert pool.reporting.tolist() == (-claims.reporting).tolist()
    assert not pool.in_scope.any()
    assert (pool.root == -1).all()
    assert moves.total() == 0


def test_b_stock_fetches_its_share_of_the_trade_price_less_decay() -> None:
    sold = repaired(FIX, 60, fate=Fate.B_STOCK, market=DE, scanned=day(60) - MONTH)
    ledger = price(run_of(sold), seller())
    row = int(np.flatnonzero(ledger.category == Category.UNIT_RECOVERY)[0])
    # 100 EUR x 0.4 x 0.5, a month on the way.
    assert ledger.amount[row] == pytest.approx(-20.0 * 0.95)


def test_a_lost_unit_brings_nothing() -> None:
    lost = repaired(FIX, 60, finding=Finding.LOST, fate=Fate.LOST, bench_out=-(2**62), arrived=-(2**62))
    found = price(run_of(lost), seller()).total(("category",))
    assert found[Category.UNIT_RECOVERY] == found[Category.DISPOSAL] == found[Category.STOCK_IN] == 0


def test_the_pool_on_hand_counts_moves_up_to_a_stamp() -> None:
    moves = moves_of(
        [
            (TOY, US, True, 1, day(-10), -1),
            (TOY, US, True, 1, day(5), 3),
            (TOY, US, True, -1, day(9), 4),
            (TOY, US, False, -1, day(9), 5),
            (VAC, DE, True, 1, day(20), 6),
        ]
    )
    assert pool_on_hand(moves, day(5), 2, 2).tolist() == [[2, 0], [0, 0]]
    assert pool_on_hand(moves, day(30), 2, 2).tolist() == [[1, 0], [0, 1]]


def test_only_the_change_of_surplus_stock_is_written_down() -> None:
    opening, closing, need = np.array([3.0, 3.0, 0.0]), np.array([5.0, 1.0, 1.0]), np.array([2.0, 2.0, 2.0])
    assert write_down(opening, closing, need, np.array([10.0, 10.0, 10.0])).tolist() == [20.0, -10.0, 0.0]


def test_surplus_pool_stock_falls_to_what_it_would_fetch() -> None:
    stock = [(VAC, US, True, 1, day(d), -1) for d in (-20, 10, 20, 30)]
    ledger = price(run_of({}, stock=stock), seller())
    row = int(np.flatnonzero(ledger.category == Category.STOCK_WRITE_DOWN)[0])
    # Four on hand, one needed, none surplus at the beginning: three fall from 120 to 400 x 0.4 x 0.5 = 80.
    assert ledger.reporting[row] == pytest.approx(3 * 40.0)
    assert ledger.kind[row] == Kind.STOCK
    assert ledger.in_scope[row]
    assert (ledger.sku[row], ledger.market[row]) == (VAC, US)
