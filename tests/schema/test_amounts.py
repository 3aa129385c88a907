"""Money is an amount and its currency, and nothing else is read as money."""

from __future__ import annotations

import pickle

import pytest

from warrantysim.schema.amounts import Amount


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("58 USD", 58.0, "USD"),
        ("1,500.00 EUR", 1500.0, "EUR"),
        ("12,345,678 JPY", 12345678.0, "JPY"),
        ("-3.5 GBP", -3.5, "GBP"),
        ("1e3 CNY", 1000.0, "CNY"),
    ],
)
def test_an_amount_reads_with_thousands_signs_and_exponents(text: str, value: float, currency: str) -> None:
    assert Amount.parse(text) == Amount(value, currency)


@pytest.mark.parametrize(
    "text", ["58", "USD", "58 usd", "1,5 EUR", "1,50 EUR", "\uff15\uff18 USD", "USD 58", "nan USD", None]
)
def test_what_is_not_plainly_an_amount_is_refused_with_an_example(text: object) -> None:
    with pytest.raises(ValueError, match="such as '58 USD'"):
        Amount.parse(text)


def test_an_amount_cannot_be_changed_and_survives_a_journey() -> None:
    amount = Amount(58, "USD")
    with pytest.raises(AttributeError):
        amount.value = 1.0  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(amount)) == amount
    assert Amount.parse(str(Amount(0.1, "USD"))) == Amount(0.1, "USD")
