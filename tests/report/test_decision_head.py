"""What is told first of a decision is true of it, whatever is held, and stands wherever it is told."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pandas as pd
import pytest

from tests.report.test_decision_files import decided, report, seller
from warrantysim.decision.changes import RuleChange, SharedBill
from warrantysim.decision.decide import Decision
from warrantysim.locale.wording import LANGUAGES, Lang, say
from warrantysim.studies.decide.told import Told

CELLS = (("A", "US"), ("B", "US"))
BILL = SharedBill("P", True, CELLS[:1], 900.0, 800.0, 1000.0)
UNSURE = dataclasses.replace(BILL, low=-1.0)


def change(because: Any = "slow", saving: float = 5000.0, bill: SharedBill | None = None) -> RuleChange:
    """A change that is held and surely saves."""
    ends = (saving, saving - 100.0, saving + 100.0)
    absent = (math.nan,) * 3
    cell = (seller().sku_ids[0], "US")
    bill = None if bill is None else dataclasses.replace(bill, cells=(cell,) * len(bill.cells))
    return RuleChange("A US", "cell", (cell,), because, False, False, *ends, *absent, 10.0, 5.0, 30.0, None, bill)


def kept(*changes: RuleChange) -> Decision:
    """A decision that changes nothing and holds these."""
    d = decided()
    return dataclasses.replace(d, policy=d.now, changes=changes, table=d.table.assign(taken=False))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_waiting_alone_holds_what_surely_saves_the_headline_says_so(lang: Lang) -> None:
    said = Told.of(kept(change()), seller(), lang).whole()
    assert "5,000" in said
    assert "4,900" in said
    assert ("until somebody ticks" if lang == "en" else "除非有人勾选") in said
    assert ("none surely saves" if lang == "en" else "没有一套") not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_waits_for_a_tick_is_told_with_the_bill_of_its_contract(lang: Lang) -> None:
    said = Told.of(kept(change(bill=BILL)), seller(), lang).whole()
    assert "900" in said
    assert "5,000" not in said
    assert ("the contract with Partner" if lang == "en" else "与伙伴的合同") in said


@pytest.mark.parametrize(
    ("saving", "because", "bill"), [(0.5, "slow", None), (5000.0, "contract", None), (5000.0, "slow", UNSURE)]
)
def test_where_nothing_surely_saves_enough_the_headline_says_that(
    saving: float, because: str, bill: SharedBill | None
) -> None:
    assert "none surely saves" in Told.of(kept(change(because, saving, bill)), seller()).whole()


def test_where_a_person_unticked_what_saves_the_headline_says_whose_will_it_is() -> None:
    said = Told.of(kept(dataclasses.replace(change("act"), recommended=True)), seller()).whole()
    assert "as ticked by hand" in said
    assert "none surely saves" not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_decision_that_changes_nothing_has_no_table_of_nothing(lang: Lang) -> None:
    d = kept(change())
    told, text = Told.of(d, seller(), lang), report(d, seller(), lang)
    assert not told.in_parts()
    for key in ("decision.rules", "decision.parts", "decision.details"):
        assert say(key, lang) not in text.splitlines()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_decision_stored_without_bills_says_so(lang: Lang) -> None:
    d = decided()
    older = dataclasses.replace(d, table=d.table.drop(columns=[c for c in d.table if c.startswith("bill_")]))
    missing = "decide again to see it" if lang == "en" else "重新决策"
    assert missing in Told.of(older, seller(), lang).bills_unknown()
    assert not Told.of(d, seller(), lang).bills_unknown()


@pytest.mark.parametrize("n", [1, 2])
def test_a_held_contract_is_called_one_and_what_the_table_leaves_out_is_said(n: int) -> None:
    held = change(bill=dataclasses.replace(BILL, cells=CELLS[:n]))
    (said,) = Told.of(kept(held), seller()).held_bills()
    assert "without the contract with Partner" in said
    assert ("signed for it;" if n == 1 else "signed for them;") in said
    dearer = dataclasses.replace(BILL, new=False, cells=CELLS[:n])
    (said,) = Told.of(kept(change(bill=dearer)), seller()).held_bills()
    assert ("it makes Partner dearer" if n == 1 else "they make Partner dearer") in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_waits_longer_is_among_what_is_told_first(lang: Lang) -> None:
    told = Told.of(decided(), seller(), lang, waiting=slow())
    (warning,) = told.waits_longer()
    assert "12" in warning
    assert warning in told.summary()["service"]


def slow() -> pd.DataFrame:
    """Service by which nine in ten wait twelve days longer."""
    row = {"market": "", "claims": 60.0, "p50_now": 5.0, "p50": 6.0, "p90_now": 8.0, "p90": 20.0, "rise": 12.0}
    more = {"rise_low": 11.0, "rise_high": 13.0, "longer": 0.4, "promised": math.nan, "kept_now": math.nan}
    return pd.DataFrame([row | more | {"kept": math.nan, "waits": True}])
