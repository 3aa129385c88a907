"""The row of terms that binds a unit is the last that had begun when it was sold."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from tests.claims.worlds import terms_of, world
from warrantysim.claims.terms import Life, terms

ROWS = (
    terms_of("B", "DE"),
    terms_of("A", "US"),
    terms_of("A", "US", **{"from": "2027-03-01"}),
    terms_of("B", "US", **{"from": "2027-01-01"}),
)


@pytest.mark.parametrize(
    ("sku", "market", "day", "row"),
    [
        (0, 0, dt.date(2027, 2, 28), 1),
        (0, 0, dt.date(2027, 3, 1), 2),
        (0, 1, dt.date(2027, 3, 1), -1),
        (1, 0, dt.date(2026, 12, 31), -1),
        (1, 0, dt.date(2027, 1, 1), 3),
        (1, 1, dt.date(1999, 1, 1), 0),
    ],
)
def test_a_unit_is_bound_by_the_last_row_begun(sku, market, day, row):
    sale = terms(world(["A", "B"], markets=["US", "DE"], sku_markets=ROWS))
    assert int(sale.row(np.array(sku), np.array(market), np.array(day.toordinal()))) == row


@pytest.mark.parametrize("rows", [ROWS[:2], (*ROWS[:2], ROWS[3])])
def test_where_no_pair_has_two_rows_each_is_looked_up_as_among_many(rows):
    w = world(["A", "B", "C"], markets=["US", "DE"], sku_markets=rows)
    sku, market = np.divmod(np.arange(6), 2)
    for day in (dt.date(1999, 1, 1), dt.date(2026, 12, 31), dt.date(2027, 1, 1)):
        expected = [
            next(
                (k for k, r in enumerate(rows) if (r.sku, r.market) == ("ABC"[s], ["US", "DE"][m]) and r.from_ <= day),
                -1,
            )
            for s, m in zip(sku.tolist(), market.tolist(), strict=True)
        ]
        assert terms(w).row(sku, market, np.full(6, day.toordinal())).tolist() == expected


def test_figures_not_stated_for_a_lot_are_the_products():
    own = Life(*(np.array([float(i), float(i)]) for i in range(1, 6)))
    of_lot = Life(*(np.array([x]) for x in (np.nan, 20.0, np.nan, 40.0, np.nan)))
    mixed = own.over(np.array([-1, 0]), of_lot)
    assert [c[0] for c in vars(mixed).values()] == [1, 2, 3, 4, 5]
    assert [c[1] for c in vars(mixed).values()] == [1, 20, 3, 40, 5]


def test_no_life_below_the_sieve_is_lost_and_none_above_it_fails():
    life = Life(*(np.array([x]) for x in (0.03, 30.0, 0.9, 2000.0, 1.3)))
    u = (np.arange(100_000) + 0.5) / 100_000
    fails = life.take(np.zeros(100_000, dtype=int)).quantile(u) < 365
    assert np.all(u[fails] < life.outlives_from(365.0))
    assert life.outlives_from(365.0) - fails.mean() < 0.03
    assert fails.mean() == pytest.approx(float(life.failed(365.0)[0]), abs=2e-5)
