"""Advice on a figure is true: followed, it is read, and is as large as what was meant."""

from __future__ import annotations

import ast
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warrantysim.schema.amounts import Amount
from warrantysim.schema.figure_advice import KINDS, PLAIN, figure_fix, unsure_amount

CASES = [
    ("160 g", "kg", "", "write 0.16 in kg"),
    ("500 grams", "kg", "", "write 0.5 in kg"),
    ("3.81 pounds", "kg", "", "write 1.728 in kg"),
    ("7.64 inches", "cm", "", "write 19.41 in cm"),
    ('7.64"', "cm", "", "write 19.41 in cm"),
    ("200 mm", "cm", "", "write 20 in cm"),
    ("５００ｇ", "kg", "", "write 0.5 in kg"),
    ("18 months", "days", "", "write 548 in days (a year counts 365 days)"),
    ("18个月", "days", "", "write 548 in days (a year counts 365 days)"),
    ("2 years", "days", "", "write 730 in days (a year counts 365 days)"),
    ("24 Monate", "days", "", "write 730 in days (a year counts 365 days)"),
    ("3 weeks", "days", "", "write 21 in days"),
    ("36 h", "days", "", "write 1.5 in days"),
    ("90 min", "hours", "", "write 1.5 in hours"),
    ("8%", "share of price", "", "write 0.08 for a share"),
    ("1.299,00 €", "row currency", "EUR", "write 1299 in EUR"),
    ("$1,299.00", "row currency", "USD", "write 1299 in USD"),
    ("22499円", "row currency", "JPY", "write 22499 in JPY"),
    ("¥12,800", "row currency", "JPY", "write 12800 in JPY"),
    ("0,160", "kg", "", "a comma in '0,160'; write '0.16' with a decimal point"),
    ("0,009", "kg", "", "a comma in '0,009'; write '0.009' with a decimal point"),
    ("1.234.567,89", "row currency", "EUR", "a comma in '1.234.567,89'; write '1234567.89' with a decimal point"),
    ("1 699,00", "row currency", "SEK", "a comma in '1 699,00'; write '1699' with a decimal point"),
    ("1'299.50", "row currency", "CHF", "a thousands separator in \"1'299.50\"; write '1299.5'"),
    ("1,250", "kg", "", "'1,250' may mean 1250 or 1.25; write '1250' or '1.25'"),
    ("1,2,3", "kg", "", "no figure can be read from '1,2,3'; write digits with a decimal point"),
]


@pytest.mark.parametrize(("text", "unit", "currency", "told"), CASES)
def test_a_figure_with_a_unit_or_separators_is_answered_with_the_figure_it_means(
    text: str, unit: str, currency: str, told: str
) -> None:
    assert str(figure_fix(text, unit, currency)) == told


UNADVISED = [
    ("149.99 USD", "row currency", "JPY", "another currency than the row, JPY"),
    ("149.99 USD", "market currency", "", "names a currency; write the figure alone, converted to the market"),
    ("149.99 USD", "kg", "", "is an amount"),
    ("12 stone", "kg", "", "'stone' is no unit that is known here; convert the figure to kg"),
    ("2026-06-08T02:14:00+00:00", "days", "", "is a date; claims state dates in the columns opened and delivered"),
    ("3 pallets", "units", "", "in the unit of the column"),
]


@pytest.mark.parametrize(("text", "unit", "currency", "told"), UNADVISED)
def test_where_no_figure_can_be_advised_none_is(text: str, unit: str, currency: str, told: str) -> None:
    advice = str(figure_fix(text, unit, currency) or "")
    assert told in advice
    assert not re.search(r"write '?[0-9]", advice)


@pytest.mark.parametrize("text", ["12", "0.5", "-3e5", "lognormal(median=4, sigma=0.8)", "many", "2027-03-01", ""])
def test_what_is_plain_or_no_figure_gets_no_advice(text: str) -> None:
    assert figure_fix(text, "kg") is None


def advised(text: str) -> list[float]:
    """Every figure an advice says to write, read as it stands."""
    found = re.search(r"write (.+?)(?: in | for | with |,|;|$)", text)
    words = [word.strip() for word in re.split(" or ", found[1])] if found else []
    plain = [ast.literal_eval(word) if word.startswith(("'", '"')) else word for word in words]
    assert all(PLAIN.match(word) for word in plain)
    return [float(word) for word in plain]


FORMS = {
    "1,234.56": lambda value: f"{value:,.2f}",
    "1.234,56": lambda value: f"{value:,.2f}".translate({44: ".", 46: ","}),
    "1 234,56": lambda value: f"{value:,.2f}".translate({44: "\u202f", 46: ","}),
    "1'234.56": lambda value: f"{value:,.2f}".replace(",", "’"),
    "1234,5": lambda value: f"{value:.1f}".replace(".", ","),
    "0,567": lambda value: f"{value % 1:.3f}".replace(".", ","),
    "1,235": lambda value: f"{value:,.0f}",
    "full width": lambda value: f"{value:.2f}".translate({c: c + 0xFEE0 for c in range(33, 127)}),
}


@given(value=st.floats(0.01, 5e6), form=st.sampled_from(list(FORMS)), unit=st.sampled_from([*KINDS, "share", ""]))
def test_every_figure_advised_reads_again_as_one_that_was_meant(value: float, form: str, unit: str) -> None:
    text = FORMS[form](value)
    # What was written, which rounds what was meant.
    meant = {"1234,5": round(value, 1), "0,567": float(f"{value % 1:.3f}"), "1,235": float(f"{value:.0f}")}
    target = meant.get(form, float(f"{value:.2f}"))
    advice = figure_fix(text, unit)
    if advice is None:
        assert PLAIN.match(text)
        return
    assert any(abs(one - target) <= 1e-9 * max(1.0, target) for one in advised(str(advice))), (text, advice)


@given(
    value=st.floats(0.01, 5000).map(lambda v: round(v, 2)),
    unit=st.sampled_from(sorted(KINDS)),
    pick=st.integers(0, 1000),
    blank=st.sampled_from(["", " "]),
)
def test_a_figure_with_any_unit_we_know_is_converted(value: float, unit: str, pick: int, blank: str) -> None:
    word, factor = sorted(KINDS[unit].items())[pick % len(KINDS[unit])]
    advice = str(figure_fix(f"{value:.2f}{blank}{word}", unit))
    if advice is None:  # so small that no figure of four digits tells it
        assert value * factor < 0.5
        return
    (found,) = advised(advice)
    assert abs(found - value * factor) <= max(1e-3 * value * factor, 0.5 if unit == "days" and factor >= 7 else 0.0)


@given(value=st.floats(0.01, 5e6), form=st.sampled_from(list(FORMS)), code=st.sampled_from(["USD", "EUR", "JPY"]))
def test_every_amount_advised_reads_again_as_one_that_was_meant(value: float, form: str, code: str) -> None:
    text = f"{FORMS[form](value)} {code}"
    target = {"1234,5": round(value, 1), "0,567": float(f"{value % 1:.3f}"), "1,235": float(f"{value:.0f}")}
    meant = target.get(form, round(value, 2))
    try:
        amounts = [Amount.parse(text)]
    except ValueError as error:
        found = re.search(r"; write (.+)$", str(error))
        assert found
        amounts = [Amount.parse(ast.literal_eval(one)) for one in found[1].split(" or ")]
    assert {amount.currency for amount in amounts} == {code}
    assert any(abs(amount.value - meant) <= 1e-6 * max(1.0, value) for amount in amounts)


def test_a_comma_and_a_point_before_three_digits_are_never_two_silent_amounts() -> None:
    for text in ("12,500 USD", "12.500 USD", "1,250 EUR", "-12.800 EUR"):
        assert unsure_amount(text)
        with pytest.raises(ValueError, match=r"write '-?12?[0-9]*0? [A-Z]{3}' or '"):
            Amount.parse(text)
    with pytest.raises(ValueError, match=r"write '0\.5 USD'"):
        Amount.parse("0,500 USD")
    for text in ("12.5 USD", "12500 USD", "0.125 USD", "1,234,500 USD", "12,500.00 USD", "1.299 USD"):
        assert Amount.parse(text).currency in {"USD"}


@given(st.floats(-1e6, 1e6))
def test_an_amount_as_it_is_written_by_us_is_read_again(value: float) -> None:
    assert Amount.parse(str(Amount(value, "USD"))) == Amount(value, "USD")
