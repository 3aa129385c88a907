"""A row of the decision table says what to do, what it brings, and how sure that is; never more than is known."""

from __future__ import annotations

import math

import pytest

from tests.report.cells import row, same
from warrantysim.decision.binding import Bound
from warrantysim.decision.cells import Zone
from warrantysim.report.cell_text import CellText, judged
from warrantysim.report.decision_tables import DecisionTables
from warrantysim.report.tables import width_of
from warrantysim.report.wording import Lang
from warrantysim.scenario.root import Scenario

SHARED = {"mean": -500.0, "low": -600.0, "high": -400.0}
WHOLE = {"mean": 7500.0, "low": 6500.0, "high": 8500.0}


def test_a_change_worth_making_is_told_with_its_interval_and_its_price_in_days(base: Scenario) -> None:
    assert CellText(base).sentence(row()) == (
        "Robot vacuum with dock, Germany: refund below EUR 25 [order price 29.75], reship below EUR 120 [order price "
        "143], repair at tierwerk-de above, instead of always reship. That saves USD 8,000 a year (7,000 to 9,000); "
        "310 of 400 claims go another way. Nine in ten customers are done within 21 days instead of 8.0. Held by: "
        "bench hours of tierwerk-de in 2027-12."
    )
    assert "每年节省 USD 8,000（7,000 至 9,000）" in CellText(base, "zh").sentence(row())


def test_a_saving_below_the_floor_is_held(base: Scenario) -> None:
    small = row(verdict="HOLD", saving=120.0, saving_low=80.0, saving_high=160.0)
    assert judged(small) == "small"
    text = CellText(base).sentence(small)
    assert "keep the rule for now (always reship)" in text
    assert f"less than the USD {CellText(base).floor:,.0f}" in text


def test_a_loss_is_told_as_a_cost_not_as_a_negative_saving(base: Scenario) -> None:
    loss = row(verdict="HOLD", saving=-900.0, saving_low=-1000.0, saving_high=-800.0)
    assert judged(loss) == "loss"
    assert "costs USD 900 more a year here (800 to 1,000)" in CellText(base).sentence(loss)


def test_a_held_loss_says_whether_the_whole_needs_it(base: Scenario) -> None:
    loss = row(verdict="HOLD", saving=-900.0, saving_low=-1000.0, saving_high=-800.0)
    short = {**loss, "binds": (Bound("minimum", "tierwerk-de", (0, 3)),)}
    text = CellText(base).sentence(short)
    assert "because of what cells share: monthly minimum of tierwerk-de, 2 months short" in text
    assert "unless all of the recommendation is taken" in text
    alone = CellText(base).sentence({**loss, "binds": (Bound("power_bank"),)})
    assert "on fresh years it does not. Keep today's rule here." in alone
    assert "在全新模拟中并未节省" in CellText(base, "zh").sentence({**loss, "binds": ()})


def test_another_rule_that_sends_no_claim_another_way_changes_nothing(base: Scenario) -> None:
    idle = row(verdict="NO DIFFERENCE", claims_changing=0.2, saving=0.3, binds=())
    assert judged(idle) == "idle"
    assert CellText(base).sentence(idle).endswith("would send no claim another way.")


def test_the_rule_people_read_is_the_rounded_one(base: Scenario) -> None:
    assert "23.15" not in CellText(base).sentence(row())
    assert CellText(base).new(row(), lines=True).split("\n")[0] == "refund < EUR 25 [29.75]"


def test_what_luck_explains_is_no_difference(base: Scenario) -> None:
    unsure = row(verdict="NO DIFFERENCE", saving_low=-10.0, replications_needed=340.0)
    text = CellText(base).sentence(unsure)
    assert "no detectable difference" in text
    assert "about 340 replications" in text
    assert "saves" not in text
    assert "inf" not in CellText(base).sentence({**unsure, "replications_needed": math.inf})


def test_a_rule_that_stays_is_told_in_a_line(base: Scenario) -> None:
    assert CellText(base).sentence(same()) == "Robot vacuum with dock, Germany: keep the rule: always reship."
    assert CellText(base).verdict(same()) == "same rule"


def test_few_claims_are_said_where_something_is_recommended(base: Scenario) -> None:
    assert "Rests on few claims." in CellText(base).sentence(row(few_claims=True))
    assert "few claims" not in CellText(base).sentence(same(few_claims=True))


def test_cells_of_other_keys_have_names_too(base: Scenario) -> None:
    decision = base.decision.replace(cell=("market", "symptom", "evidence", "age_band"))
    cell = {"market": "US", "symptom": "dead", "evidence": "photo", "age_band": 1}
    text = CellText(base.replace(decision=decision))
    assert text.name(cell) == "United States, dead, photo, 30-180 days old"
    assert text.name({**cell, "age_band": 3}).endswith("365+ days old")
    everything = base.replace(decision=base.decision.replace(cell=()))
    assert CellText(everything, "zh").name({}) == "全部工单"


@pytest.fixture
def mixed(base: Scenario) -> DecisionTables:
    """One row of each verdict, out of order."""
    rows = [
        same(sku="CHG-65"),
        row(sku="PRJ-FHD", verdict="NO DIFFERENCE", saving=50.0, saving_low=-100.0, saving_high=200.0),
        row(sku="CAM-2CH", saving=3000.0),
        row(),
        row(sku="BUD-ANC", verdict="HOLD", saving=90.0, few_claims=True),
    ]
    return DecisionTables(rows, CellText(base), 120)


def test_what_asks_for_something_comes_first_and_most_money_first(mixed: DecisionTables) -> None:
    assert [r["sku"] for r in mixed.sorted()] == ["VAC-L10", "CAM-2CH", "BUD-ANC", "PRJ-FHD", "CHG-65"]


def test_only_changes_worth_making_are_in_the_sentences_on_top(mixed: DecisionTables) -> None:
    assert [text.split(",")[0] for text in mixed.top()] == ["Robot vacuum with dock", "Dash cam 2-channel"]
    assert len(mixed.top(1)) == 1


def test_every_cell_has_a_row_and_the_last_one_is_the_whole(mixed: DecisionTables) -> None:
    lines = mixed.rules(SHARED, WHOLE).split("\n")
    assert all(any(f"{sku} DE" in line for line in lines) for sku in ("VAC-L10", "CHG-65", "PRJ-FHD"))
    assert any("BUD-ANC DE*" in line for line in lines)
    assert "+7,500" in lines[-1]
    assert "2,000" in lines[-1]
    assert any("-500" in line and "contracts" in line for line in lines)


def test_details_are_given_for_rules_that_change(mixed: DecisionTables) -> None:
    text = mixed.details()
    assert "CHG-65" not in text
    assert "130.00 > 110.50" in text
    assert "5.0/8.0 > 12/21" in text
    assert mixed.flat(row()) == "23.1 [20.0..31.5]\n118 [100..160]"
    assert mixed.flat(row(flat=((20.0, math.inf),), cuts=(23.148148,))) == "23.1 [20.0..]"
    assert DecisionTables([same()], mixed.text, 120).details() == ""


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [90, 110, 140])
def test_tables_fit_the_width(base: Scenario, mixed: DecisionTables, lang: Lang, width: int) -> None:
    tables = DecisionTables(mixed.rows, CellText(base, lang), width)
    for text in (tables.rules(SHARED, WHOLE), tables.details()):
        assert max(map(width_of, text.split("\n"))) <= width


def test_an_out_of_range_cut_point_is_marked(base: Scenario) -> None:
    alone = row(always="reship", agent_beyond=(400.0, 0.0))
    assert CellText(base).new(alone).startswith("always reship (out of range:")
    zones = (Zone(0.0, "refund", ""), Zone(9.0, "reship", ""))
    other = row(zones_agents=zones, agent_cuts=(10.7,), agent_beyond=(200.0,))
    assert CellText(base).new(other) == "refund below EUR 9 [order price 10.70], reship above"
