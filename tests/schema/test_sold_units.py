"""Units sold by month: stated months win, levels fill what is left, and a year stated goes on as it was."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from tests.claims.expected import claims_per_month
from tests.claims.worlds import flat_season, said, sold, world
from tests.claims.worlds import terms_of as terms
from tests.schema.test_simulable import SOLD, problems_of
from tests.worlds import world as whole_world
from warrantysim.claims.births import born, root_cohorts
from warrantysim.schema.plausibility import warnings_in
from warrantysim.schema.products import Sales
from warrantysim.schema.sold_units import SoldUnits, month_name, month_number

KEY = ("A", "US", "OWN")
PEAK = flat_season(m11=2.0, m12=2.0)


def stated(units: dict[str, float] | list[float], first: str = "2026-01", **changes: Any) -> tuple[Sales, ...]:
    """Rows of months."""
    if isinstance(units, list):
        units = {month_name(month_number(first) + i): each for i, each in enumerate(units)}
    return tuple(sold("A", each, month=month, **changes) for month, each in units.items())


def of(w: Any, first: str, months: int) -> list[float]:
    """Units of some months."""
    return SoldUnits(w).by_month(KEY, month_number(first) + np.arange(months)).tolist()


def test_units_of_several_are_those_of_each_whatever_rows_they_have() -> None:
    rows = [
        sold("A", 7),
        sold("B", 10),
        sold("B", 30, **{"from": "2026-11-01"}),
        sold("B", 0, **{"from": "2027-02-01"}),
    ]
    rows += [*stated([3.0, 4.0], "2026-10", channel="FBA"), sold("B", 5, channel="FBA", **{"from": "2026-12-15"})]
    s, months = SoldUnits(world(sales=tuple(rows), season=PEAK)), month_number("2026-08") + np.arange(9)
    keys = sorted(s.keys)
    assert len(keys) == 4
    found = s.table(keys, months)
    assert np.array_equal(found, [s.by_month(key, months) for key in keys])
    assert found[keys.index(("B", "US", "OWN"))].tolist() == pytest.approx(
        [units * 12 / 14 for units in (10, 10, 10, 60, 60, 30, 0, 0, 0)]
    )
    assert s.table([], months).shape == (0, 9)


def test_a_stated_month_is_sold_as_stated_whatever_the_season_and_the_level() -> None:
    w = world(sales=(sold("A", 10), *stated({"2026-11": 7})), season=PEAK)
    around = of(w, "2026-10", 3)
    assert around == pytest.approx([10 * 12 / 14, 7, 10 * 24 / 14])


def test_after_the_last_stated_month_a_stated_year_goes_on_and_before_the_first_nothing_was_sold() -> None:
    w = world(sales=stated([float(n) for n in range(1, 16)], "2025-10"), season=PEAK)
    assert of(w, "2025-08", 3) == [0, 0, 1]
    assert of(w, "2027-01", 14) == [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 4, 5]


def test_fewer_months_than_a_year_go_on_at_their_mean_the_season_taken_out_and_put_back() -> None:
    w = world(sales=stated([20.0, 40.0], "2026-10"), season=PEAK)
    assert of(w, "2026-12", 3) == pytest.approx([40, 20, 20])
    assert of(w, "2027-10", 3) == pytest.approx([20, 40, 40])


def test_a_level_holds_from_its_day_after_the_months_stated() -> None:
    w = world(sales=(*stated([5.0] * 12), sold("A", 0, **{"from": "2027-03-01"})))
    assert of(w, "2027-01", 4) == [5, 5, 0, 0]


def test_months_stated_as_level_times_season_give_the_claims_of_the_level() -> None:
    level = world(["A", "B"], units=90.4, season=PEAK)
    months = range(month_number("2025-01"), month_number("2026-12") + 1)
    sales, units = SoldUnits(level), []
    for name in ("A", "B"):
        each = sales.by_month((name, "US", "OWN"), np.array(months))
        units += [sold(name, x, month=month_name(m)) for m, x in zip(months, each.tolist(), strict=True)]
    in_months = world(["A", "B"], sales=tuple(units), season=PEAK)
    assert said(in_months, born(in_months, 7, 0)) == said(level, born(level, 7, 0))
    assert claims_per_month(in_months) == pytest.approx(claims_per_month(level))


def test_what_is_stated_is_what_is_sold_and_claims_of_the_history_open_in_the_horizon() -> None:
    w = world(sales=stated([500.0, *[0.0] * 11], "2026-06"))
    groups = root_cohorts(w).cohorts
    assert dict(zip(groups.month.tolist(), groups.units.tolist(), strict=True))[month_number("2026-06")] == 500
    claims = born(w, 1, 0)
    assert ((claims.opened >= 0) & (claims.sold < 0)).sum() > 20


def test_a_mean_month_of_stated_ones_is_a_twelfth_of_the_year_that_begins() -> None:
    w = world(sales=stated([float(n) for n in range(12)], "2027-01"))
    assert SoldUnits(w).a_month(KEY, dt.date(2027, 1, 1)) == pytest.approx(5.5)


@pytest.mark.parametrize(("told", "month"), [("2026-3", "2026-03"), ("2026/03", "2026-03"), ("2026-03-01", "2026-03"),
                                             ("2026-03-01 00:00:00", "2026-03"), ("", "")])  # fmt: skip
def test_a_month_is_read_as_people_and_workbooks_write_it(told: str, month: str) -> None:
    assert sold("A", 1, month=told).month == month


@pytest.mark.parametrize("told", ["March", "2026", "2026-13", "2026-03-15", "26-03", "2026-03-01-01", "0"])
def test_what_is_no_month_is_refused(told: str) -> None:
    with pytest.raises(ValueError, match=f"expected a month such as 2026-03, got '{told}'"):
        sold("A", 1, month=told)


def test_a_month_holds_from_no_other_day() -> None:
    with pytest.raises(ValueError, match="expected a month or a day a level holds from"):
        sold("A", 1, month="2026-03", **{"from": "2026-03-01"})


def months_of(**units: float) -> list[dict[str, Any]]:
    """Rows of months of the small scenario: m2026_03=5."""
    return [SOLD["sales"][0] | {"month": m[1:].replace("_", "-"), "units_per_month": x} for m, x in units.items()]


def test_a_month_left_out_between_others_is_asked_for_unless_a_level_holds() -> None:
    rows = months_of(m2027_01=5, m2027_04=5)
    found = problems_of(sales=rows)
    assert found == [
        "sales[A,US,OWN,month 2027-01]: expected every month from 2027-01 to 2027-04, 0 where none was sold, or a "
        "level; missing 2027-02, 2027-03"
    ]
    assert whole_world(sales=[*rows, *SOLD["sales"]]).sales


def test_months_before_the_terms_of_sale_are_refused() -> None:
    found = problems_of(sales=months_of(m2027_01=5), terms_of={"from": "2027-03-01"})
    assert "A is sold in US from 2027-01-01, but sku_markets has terms only from 2027-03-01" in found[0]


def test_sales_that_stopped_and_would_go_on_are_warned_of() -> None:
    units = {f"m2026_{m:02d}": 5.0 if m < 10 else 0.0 for m in range(1, 13)}
    w = whole_world(sales=months_of(**units))
    assert [p for p in map(str, warnings_in(w)) if "state 0 units_per_month from 2027-01-01" in p]
    ended = whole_world(sales=[*months_of(**units), SOLD["sales"][0] | {"units_per_month": 0, "from": "2027-01-01"}])
    assert not [p for p in map(str, warnings_in(ended)) if "none sold" in p]


def test_terms_must_hold_when_a_month_is_sold() -> None:
    w = world(sales=stated([5.0]), sku_markets=(terms("A", **{"from": "2028-01-01"}),))
    assert claims_per_month(w)[0, 0] == 0.0
