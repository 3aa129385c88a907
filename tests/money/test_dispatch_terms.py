"""The terms a program reads are the bills the ledger books."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.money.runs import run_of
from tests.money.test_dispatch_lines import BACK, OUT, home
from tests.money.tiny import VAC, seller, seller_with
from warrantysim.money.categories import Category, Subject
from warrantysim.money.dispatch_terms import dispatch_terms
from warrantysim.money.price import price


def booked(units: int) -> tuple[float, float]:
    """(cost of a dispatch of so many VACs to China, entries of the same coming back) by the ledger."""
    size = {"units": units, "kg": 10.0 * units, "cbm": 0.001 * units}
    claims = [home(0, 1, sku=VAC)] * units
    ledger = price(run_of(*claims, trips=[{**OUT, **size}, {**BACK, **size}]), seller())
    lines = ledger.take(ledger.subject == Subject.DISPATCH)
    back = lines.incurred >= BACK["departed"]
    entries = lines.category == Category.CUSTOMS_ENTRY
    return lines.take(~back).total(), lines.take(back & entries).total()


@pytest.mark.parametrize("units", [1, 4, 6, 9, 12, 40])
def test_a_dispatch_by_its_terms_costs_what_the_ledger_books(units: int) -> None:
    terms = dispatch_terms(seller(), "US", "air")
    out, back = booked(units)
    assert terms.out.bill(np.array([10.0 * units]))[0] == pytest.approx(out)
    assert terms.back_entry == pytest.approx(back)


def test_examinations_count_by_their_chance() -> None:
    def strict(stated: dict[str, Any]) -> None:
        stated["china_customs"]["inspection_share"] = 0.1
        stated["customs"][0]["exam_share"] = 0.2

    plain, examined = (dispatch_terms(s, "US", "air") for s in (seller(), seller_with(strict)))
    assert examined.out.fixed - plain.out.fixed == pytest.approx(np.full(len(plain.out.fixed), 5.0))
    assert examined.back_entry - plain.back_entry == pytest.approx(50.0)


def test_dispatches_leave_as_often_as_their_rule_says() -> None:
    terms = dispatch_terms(seller(), "US", "air")
    assert (terms.out_every_days, terms.back_every_days) == (7.0, 7.0)

    def by_count(stated: dict[str, Any]) -> None:
        stated["markets"]["US"]["china"]["air"]["consolidation"] = {"rule": "count", "count": 5}

    assert dispatch_terms(seller_with(by_count), "US", "air").out_every_days is None


def test_a_way_a_market_lacks_has_no_terms() -> None:
    with pytest.raises(ValueError, match="US has no way 'sea' to China"):
        dispatch_terms(seller(), "US", "sea")
