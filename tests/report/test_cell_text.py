"""A row of the decision table says what to do, what it brings, and how sure that is; never more than is known."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

from tests.report.cells import held, row, same, told_of
from warrantysim.decision.cells import CellZone
from warrantysim.locale.wording import Lang
from warrantysim.present.blocks import Column, TableOf
from warrantysim.present.terminal import terminal_text
from warrantysim.report.tables import width_of
from warrantysim.schema.root import Scenario
from warrantysim.studies.decide.told import Told, cut_text
from warrantysim.studies.decide.words import CaseWords, CellText


def shown(block: TableOf | None, width: int = 120) -> str:
    """A table on a terminal."""
    assert block is not None
    return terminal_text([block], width)


def test_a_table_that_is_cut_says_by_how_many_rows() -> None:
    frame = pd.DataFrame({"a": ["x", "y", "z"]})
    block = TableOf("t", "Some", frame, [Column("a", "a")], 1)
    assert terminal_text([block], 80).splitlines()[-1] == "2 more rows: --json tells them, --out writes them"
    assert "另有 2 行" in terminal_text([block], 80, "zh")
    assert "more row" not in terminal_text([replace(block, most=3)], 80)


def test_a_change_worth_making_is_told_with_its_interval_and_its_price_in_days(base: Scenario) -> None:
    assert CellText(CaseWords.of(base)).sentence(row()) == (
        "Robot vacuum with dock, Germany: refund below EUR 25 [order price 29.75], reship below EUR 120 [order price "
        "143], repair at TierWerk (Germany) above, instead of always reship. That saves USD 8,000 a year (7,000 to "
        "9,000); "
        "310 of 400 claims go another way. Nine in ten customers are done within 21 days instead of 8.0. Held by: "
        "bench hours of TierWerk (Germany) in 2027-12."
    )
    assert "每年节省 USD 8,000（7,000 至 9,000）" in CellText(CaseWords.of(base), "zh").sentence(row())


def test_a_saving_below_the_floor_is_held(base: Scenario) -> None:
    text = CellText(CaseWords.of(base)).sentence(held("small", free_saving=120.0, free_low=80.0, free_high=160.0))
    assert "keep the rule for now (always reship)" in text
    assert "would save only USD 120" in text
    assert f"less than the USD {CaseWords.of(base).floor:,.0f}" in text


def test_a_loss_is_called_a_loss_and_never_no_difference(base: Scenario) -> None:
    loss = held("loss", "LOSS", free_saving=-900.0, free_low=-1000.0, free_high=-800.0)
    assert (CellText(CaseWords.of(base)).verdict(loss), CellText(CaseWords.of(base), "zh").verdict(loss)) == (
        "loss",
        "损失",
    )
    assert "would cost USD 900 more a year here (800 to 1,000)" in CellText(CaseWords.of(base)).sentence(loss)


def test_what_rests_on_assumptions_says_in_how_many_draws_it_saves_and_what_turns_it(base: Scenario) -> None:
    path = "markets.DE.customer.label_unused_share"
    label = "markets › DE › customer › label unused share"
    stands = {"robust_draws": 32, "robust_share": 0.75, "robust_low": 0.57, "robust_high": 0.89}
    named = stands | {"weakest": path, "explained": 0.62}
    text = CellText(CaseWords.of(base)).sentence(held("fragile", **named, flip=path, flip_at=0.11))
    assert "not surely over what is assumed" in text
    assert "saves in 75 % of 32 draws of everything assumed (95 %: 57 % to 89 %)" in text
    one = f"62 % of how that varies comes from one assumption, {label}; as far as the draws tell"
    assert f"{one}, at about 0.11 share it turns the saving." in text
    stays = CellText(CaseWords.of(base)).sentence(held("fragile", **named))
    assert f"{one}, no value within its range turns the saving." in stays


def test_what_fresh_years_do_not_confirm_and_what_only_they_find_is_said(base: Scenario) -> None:
    text = CellText(CaseWords.of(base))
    taken = row(because="unconfirmed", verdict="ACT")
    assert text.verdict(taken) == "ACT: unconfirmed"
    assert "the fresh ones do not confirm it" in text.sentence(taken)
    assert text.verdict(held("unproved")) == "HOLD: unproved"
    assert "was not certain and material on the years that judged" in text.sentence(held("unproved"))


def test_a_change_that_lengthens_waits_asks_for_a_tick(base: Scenario) -> None:
    assert "unless somebody ticks it" in CellText(CaseWords.of(base)).sentence(held("slow"))
    assert CellText(CaseWords.of(base)).verdict(held("slow")) == "HOLD: longer waits"


def test_what_a_person_ticked_otherwise_is_said(base: Scenario) -> None:
    assert CellText(CaseWords.of(base)).verdict(row(because="small", verdict="HOLD")) == "ticked by hand"
    assert "ticked by hand. That saves USD 8,000" in CellText(CaseWords.of(base)).sentence(
        row(because="small", verdict="HOLD")
    )
    left = held("act", "ACT")
    assert CellText(CaseWords.of(base)).verdict(left) == "unticked by hand"
    assert "would save USD 8,010" in CellText(CaseWords.of(base)).sentence(left)


def test_another_rule_that_sends_no_claim_another_way_changes_nothing(base: Scenario) -> None:
    assert (
        CellText(CaseWords.of(base))
        .sentence(held("idle", "NO DIFFERENCE"))
        .endswith("would send no claim another way.")
    )


def test_the_rule_people_read_is_the_rounded_one(base: Scenario) -> None:
    assert "23.15" not in CellText(CaseWords.of(base)).sentence(row())
    assert CellText(CaseWords.of(base)).new(row(), lines=True).split("\n")[0] == "refund < EUR 25 [29.75]"


def test_what_luck_explains_is_no_difference(base: Scenario) -> None:
    unsure = held("unsure", "NO DIFFERENCE", free_low=-10.0, replications_needed=340.0)
    text = CellText(CaseWords.of(base)).sentence(unsure)
    assert "no detectable difference" in text
    assert "about 340 replications" in text
    assert "saves" not in text
    assert "inf" not in CellText(CaseWords.of(base)).sentence({**unsure, "replications_needed": math.inf})


def test_a_rule_that_stays_is_told_in_a_line(base: Scenario) -> None:
    assert (
        CellText(CaseWords.of(base)).sentence(same())
        == "Robot vacuum with dock, Germany: keep the rule: always reship."
    )
    assert CellText(CaseWords.of(base)).verdict(same()) == "same rule"


def test_few_claims_are_said_where_something_is_recommended(base: Scenario) -> None:
    assert "Rests on few claims." in CellText(CaseWords.of(base)).sentence(row(few_claims=True))
    assert "few claims" not in CellText(CaseWords.of(base)).sentence(same(few_claims=True))


def test_cells_of_other_keys_have_names_too(base: Scenario) -> None:
    decision = base.decision.replace(cell=("market", "symptom", "evidence", "age_band"))
    cell = {"market": "US", "symptom": "dead", "evidence": "photo", "age_band": 1}
    text = CellText(CaseWords.of(base.replace(decision=decision)))
    assert text.name(cell) == "United States, dead, photo, 30-180 days old"
    assert text.name({**cell, "age_band": 3}).endswith("365+ days old")
    everything = base.replace(decision=base.decision.replace(cell=()))
    assert CellText(CaseWords.of(everything), "zh").name({}) == "全部工单"


@pytest.fixture
def mixed(base: Scenario) -> Told:
    """One row of each verdict, out of order."""
    rows = [
        same(sku="CHG-65"),
        held("unsure", "NO DIFFERENCE", sku="PRJ-FHD", free_saving=50.0, free_low=-100.0, free_high=200.0),
        row(sku="CAM-2CH", saving=3000.0),
        row(),
        held("small", sku="BUD-ANC", free_saving=90.0, few_claims=True),
    ]
    return told_of(rows, base)


def test_rules_that_change_come_first_and_those_left_as_they_are_stand_apart(
    mixed: Told,
) -> None:
    assert [r["sku"] for r in mixed.taken] == ["VAC-L10", "CAM-2CH"]
    kept = shown(mixed.kept())
    assert kept.index("BUD-ANC DE*") < kept.index("PRJ-FHD DE")
    assert "+90" in kept


def test_only_changes_worth_making_are_in_the_sentences_on_top(mixed: Told) -> None:
    told = [mixed.cells.sentence(row) for row in mixed.taken]
    assert [text.split(",")[0] for text in told] == ["Robot vacuum with dock", "Dash cam 2-channel"]


def test_every_cell_that_changes_has_a_row_and_the_last_one_is_the_whole(mixed: Told) -> None:
    lines = shown(mixed.rules()).split("\n")
    assert all(any(f"{sku} DE" in line for line in lines) for sku in ("VAC-L10", "CAM-2CH"))
    assert not any("CHG-65" in line or "BUD-ANC" in line for line in lines)
    assert "+7,500" in lines[-1]
    assert "2,000" in lines[-1]
    assert any("-500" in line and "contracts" in line for line in lines)


def test_details_are_given_for_rules_that_change(base: Scenario, mixed: Told) -> None:
    text = shown(mixed.details())
    assert "CHG-65" not in text
    assert "130.00 → 110.50" in text
    assert "5.0/8.0 → 12/21" in text
    assert cut_text(row()) == "23.1 [20.0..31.5]\n119 [100..160]"
    assert cut_text(row(flat=((20.0, math.inf),), cuts=(23.148148,))) == "23.1 [20.0..]"
    assert told_of([same()], base).details() is None


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [90, 110, 140])
def test_tables_fit_the_width(base: Scenario, mixed: Told, lang: Lang, width: int) -> None:
    told = told_of(mixed.rows, base, lang)
    for block in (told.rules(), told.kept(), told.details()):
        assert max(map(width_of, shown(block, width).split("\n"))) <= width


def test_an_out_of_range_cut_point_is_marked(base: Scenario) -> None:
    alone = row(always="reship", agent_beyond=(400.0, 0.0))
    assert CellText(CaseWords.of(base)).new(alone).startswith("always reship (out of range:")
    zones = (CellZone(0.0, "refund", ""), CellZone(9.0, "reship", ""))
    other = row(zones_agents=zones, agent_cuts=(10.7,), agent_beyond=(200.0,))
    assert CellText(CaseWords.of(base)).new(other) == "refund below EUR 9 [order price 10.70], reship above"
