"""A claim's story tells everything that happened to it and adds up to what it cost."""

from __future__ import annotations

import pytest

from tests.money.runs import repaired, run_of
from tests.money.tiny import DE, FIX, day, seller
from warrantysim.claims.columns import Origin
from warrantysim.money.categories import Category
from warrantysim.money.price import price
from warrantysim.money.story import story

RUN = run_of(
    repaired(FIX, 60, market=DE),
    {"refund_share": 1.0, "refunded": day(40)},
    {
        "refund_share": 1.0,
        "opened": day(200),
        "refunded": day(201),
        "generation": 1,
        "root": 0,
        "parent": 0,
        "origin": Origin.BOUNCE,
        "market": DE,
        "resolved": day(201),
        "closed": day(201),
    },
)


def test_a_story_adds_up_to_what_the_ledger_books_to_its_root() -> None:
    ledger = price(RUN, seller())
    told = story(RUN, ledger, 0)
    assert sum(line.reporting for line in told) == pytest.approx(ledger.total(("root",))[0])
    assert {line.record for line in told} == {0, 2}


def test_a_story_runs_forward_from_the_opening_to_the_last_line() -> None:
    told = story(RUN, price(RUN, seller()), 0)
    assert [line.at for line in told] == sorted(line.at for line in told)
    assert told[0].event == "opened"
    assert told[0].day == 40.5
    events = [line.event for line in told if line.record == 0 and line.event]
    assert events[-3:] == ["shipped", "resolved", "closed"]
    assert "pooled" not in events
    labour = next(line for line in told if line.category == Category.REPAIR_LABOUR)
    assert (labour.amount, labour.currency) == (30.0, "EUR")


def test_a_claim_that_is_not_in_the_run_has_no_story() -> None:
    with pytest.raises(ValueError, match="no claim of this run has the root 7"):
        story(RUN, price(RUN, seller()), 7)
