"""Promises missed are credited, by desk and month."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.money.quotes import pool, quote, repaired
from warrantysim.money.settlement import Billed, Settlement, monthly_bill, settle


def settled(
    late: list[bool], promised: list[bool] | bool = True, months: list[int] | int = 0, **sla: Any
) -> Settlement:
    """Ten-dollar repairs, some of them late, under a promise of 80 %."""
    partner = quote(sla={"days": 5, "share": 0.8, **sla})
    charges = repaired(partner, "US", len(late))
    month, held = np.broadcast_to(months, (len(late),)), np.array(promised)
    return settle(pool(partner, horizon=3), Billed.of(charges, month, promised=held, late=np.array(late)))


def test_a_month_that_keeps_the_promised_share_earns_no_credit() -> None:
    assert not settled([True] + [False] * 4, credit_per_unit="4 USD").credit.any()


def test_a_month_that_misses_it_earns_credit_on_every_late_unit() -> None:
    done = settled([True, True, False, False, False], credit_per_unit="4 USD")
    assert done.credit.tolist() == [-4, -4, 0, 0, 0]


def test_or_only_on_the_units_beyond_the_share_spread_over_the_late_ones() -> None:
    done = settled([True, True, False, False, False], credit_per_unit="4 USD", credited="beyond_share")
    assert done.credit == pytest.approx([-2, -2, 0, 0, 0])


def test_a_credit_may_be_a_share_of_the_late_units_fee() -> None:
    assert settled([True, True, False], credit_share=0.05).credit == pytest.approx([-0.5, -0.5, 0])


def test_units_without_a_promise_are_neither_counted_nor_credited() -> None:
    done = settled([True, True, False, False, False], promised=[False, True, True, True, True], credit_per_unit="4 USD")
    assert done.credit.tolist() == [0, -4, 0, 0, 0]


def test_each_month_is_judged_alone() -> None:
    done = settled([True, False, False, False, False, True], months=[0] * 5 + [1], credit_per_unit="4 USD")
    assert done.credit.tolist() == [0, 0, 0, 0, 0, -4]


def test_volumes_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected volumes of shape \(1, 1\), got \(2, 1\) and \(2, 1\)"):
        monthly_bill(pool(quote()), np.zeros((2, 1)), np.zeros((2, 1)))
