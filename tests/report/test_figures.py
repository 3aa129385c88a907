"""Figures are rounded in print only, and what does not exist is left empty."""

from __future__ import annotations

import math

import pytest

from warrantysim.present.blocks import Column
from warrantysim.present.cells import cell
from warrantysim.report import figures


@pytest.mark.parametrize(
    "show", [figures.whole, figures.signed, figures.cents, figures.value, figures.share, figures.days]
)
def test_what_is_unknown_is_empty_never_a_number(show: object) -> None:
    assert callable(show)
    assert show(math.nan) == ""


def test_money_is_grouped_and_signed_where_it_is_a_difference() -> None:
    assert figures.whole(1234567.4) == "1,234,567"
    assert figures.signed(1234.6) == "+1,235"
    assert figures.signed(-1234.6) == "-1,235"


def test_a_half_goes_away_from_nought_as_in_tables_and_workbooks() -> None:
    assert [figures.whole(x) for x in (202.5, 203.5, -0.5)] == ["203", "204", "-1"]
    assert figures.signed(-2.5) == "-3"
    assert figures.share(0.125, 0) == "13 %"
    assert figures.share(0.1225) == "12.3 %"
    assert figures.days(0.25) == "0.3"
    assert figures.cents(0.125) == "0.13"
    assert figures.whole(1e30) == f"{1e30:,.0f}"


def test_nothing_is_shown_as_minus_nothing() -> None:
    assert (figures.fixed(0.04, 1, "+"), figures.fixed(-0.04, 1, "+"), figures.fixed(0.06, 1, "+")) == (
        "0.0", "0.0", "+0.1",
    )  # fmt: skip
    assert figures.whole(-0.4) == "0"
    assert figures.signed(-0.4) == "0"
    assert figures.cents(-0.001) == "0.00"
    assert figures.share(-0.0) == "0.0 %"


def test_a_cut_point_keeps_its_cents_only_where_it_has_some() -> None:
    assert figures.value(25.0) == "25"
    assert figures.value(1249.5) == "1,249.50"


def test_days_are_told_to_the_tenth_where_that_matters() -> None:
    assert figures.days(3.46) == "3.5"
    assert figures.days(9.94) == "9.9"
    assert figures.days(9.96) == "10"
    assert figures.days(23.4) == "23"


def test_an_interval_without_an_end_is_no_interval() -> None:
    assert figures.interval(1.0, 2.0) == "1 .. 2"
    assert figures.interval(math.nan, 2.0) == ""


def test_levels_and_shares_are_percentages() -> None:
    assert figures.level(0.95) == "95 %"
    assert figures.level(0.995) == "99.5 %"
    assert figures.share(0.1234) == "12.3 %"
    assert figures.share(0.997, 0) == "100 %"


@pytest.mark.parametrize(
    ("amount", "text"),
    [(79.03205, "79.0"), (9.046, "9.05"), (0.0, "0"), (118.5, "119"), (3906.25, "3,910"), (0.2345, "0.234")],
)
def test_about_keeps_three_digits(amount: float, text: str) -> None:
    assert figures.about(amount) == text


def test_an_amount_in_a_file_has_cents_and_no_separators() -> None:
    assert [figures.to_cents(x) for x in (3906.25, 25.0, 79.03205, 0.0, 1e6)] == [
        "3906.25",
        "25",
        "79.03",
        "0",
        "1000000",
    ]


def test_parts_add_up_to_the_whole_as_it_is_printed() -> None:
    parts = [0.4, 0.4, 0.4, -2.6, 7.4]
    told = figures.adding(parts, sum(parts))
    assert sum(told) == round(sum(parts)) != sum(round(part) for part in parts)
    assert all(abs(a - b) < 1 for a, b in zip(parts, told, strict=True))
    assert figures.adding([1.2, 1.2], 9.0) == [1.0, 1.0]


def test_what_has_no_bound_is_printed_as_that_and_as_no_figure() -> None:
    column = Column("x", "price", "tenth", ends=("low", "high"))
    assert cell({"x": 1.568, "low": 0.567, "high": math.inf}, column) == "156.8 % (56.7 % .. ∞)"
    assert figures.share(-math.inf) == "-∞"


def test_a_text_keeps_six_digits_of_a_long_decimal_and_all_of_a_short_one() -> None:
    assert figures.decimals_cut("0.0202830188679245 USD, 58.25 and 2026-12-01") == "0.020283 USD, 58.25 and 2026-12-01"


def test_a_half_goes_away_from_zero_in_figures_of_so_many_digits_too() -> None:
    assert [figures.about(x) for x in (1000.5, 202.5, -202.5, 20.25, 2.125)] == ["1,000", "203", "-203", "20.3", "2.13"]
    assert [figures.position(x) for x in (1000.5, 1002.5, 0.03125, 202.25, 0.0)] == [
        "1,001",
        "1,003",
        "0.03125",
        "202.3",
        "0",
    ]
    assert figures.decimals_cut("0.1234565 USD, 2.0000025") == "0.123457 USD, 2"
    assert figures.level(0.9725) == "97.3 %"
