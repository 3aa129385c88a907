"""What a quote leaves open is read as usual for the market and named, never taken as free."""

from __future__ import annotations

import pytest

from warrantysim.files.quote_files import quotes_in
from warrantysim.files.usual_terms import READINGS, reading_of, usual_terms, value_at
from warrantysim.schema.contracts import Partner
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.paths import tree_of

SHORT = """quotes:
  r:
    title: {en: R, zh: R}
    home: US
    yield_share: unknown
    desks:
      US:
        currency: USD
        serves: [US]
        repaired: {flat: 50 USD}
        parts: {mode: included}
        bench: {technicians: 2, units_per_day: 8, handling_days: unknown, calendar: unknown}
"""


def read(text: str) -> Partner:
    """The quote of a file."""
    return quotes_in(text.encode(), "r.yaml")["r"]


def test_every_term_a_quote_is_silent_about_is_named_and_takes_what_is_usual() -> None:
    quote = read(SHORT)
    tree = tree_of(quote)
    applying = {"desks.US.parts.handling", "desks.US.bench.technicians", "desks.US.bench.units_per_day"}
    expected = {term.replace("<id>", "US") for term in usual_terms()} - applying
    assert set(quote.unknown) == expected
    for path in expected:
        assert value_at(tree, path) == reading_of(tree, path, "usual"), path
    desk = quote.desks["US"]
    assert desk.parts is not None
    assert desk.parts.cap_share < 1
    assert desk.bench.calendar == "us_workdays"
    assert str(desk.no_fault.steps[0].value) == "16.5 USD"  # type: ignore[union-attr]


def test_what_is_said_to_be_none_is_none_and_not_unknown() -> None:
    quote = read(SHORT.replace("repaired:", "no_fault: none\n        storage: none\n        repaired:"))
    desk = quote.desks["US"]
    assert (desk.no_fault, desk.storage) == (None, None)
    assert not {"desks.US.no_fault", "desks.US.storage.per_day"} & set(quote.unknown)


@pytest.mark.parametrize("word", ["", "unknown"])
def test_a_term_or_a_section_left_blank_or_unknown_is_read_as_usual(word: str) -> None:
    quote = read(SHORT.replace("repaired:", f"disposal: {word}\n        storage: {word}\n        repaired:"))
    desk = quote.desks["US"]
    assert desk.disposal is not None
    assert desk.storage is not None
    assert {"desks.US.disposal", "desks.US.storage.per_day"} <= set(quote.unknown)


def test_what_a_file_must_state_is_still_missed_unless_it_says_unknown() -> None:
    with pytest.raises(ScenarioError, match="yield_share"):
        read(SHORT.replace("    yield_share: unknown\n", ""))


def test_fees_follow_the_quote_s_own_price_and_readings_are_in_order() -> None:
    dear, cheap = read(SHORT.replace("50 USD", "100 USD")), read(SHORT)
    for path in ("desks.US.no_fault", "desks.US.onboarding"):
        fees = [
            float(str(reading_of(tree_of(one), path, name)).split()[0]) for one in (cheap, dear) for name in READINGS
        ]
        assert fees[3:] == pytest.approx([2 * fee for fee in fees[:3]])
        assert fees[0] < fees[1] < fees[2]
