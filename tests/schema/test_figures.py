"""Figures outside tables, what a file says beside them, and the fields a form can change."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tests.experiment.tiny import sold
from tests.worlds import world
from warrantysim.files.overrides import parse_sets
from warrantysim.files.reading import Reader
from warrantysim.files.remarks import Remark, comment_of, mark_of, remark_on, remarks
from warrantysim.schema.choices import ANY, changeable, filled, slots, slots_of, there
from warrantysim.schema.diff import diff
from warrantysim.schema.figures import figures
from warrantysim.schema.paths import get, table_fields, tree_of
from warrantysim.schema.root import Scenario

SHIPPED = Path(__file__).resolve().parents[2] / "scenarios" / "base.yaml"


RATES = [{"currency": "CNY", "usd_per_unit": 0.14}, {"currency": "EUR", "usd_per_unit": 1.1}]


@cache
def shop() -> Scenario:
    return world(("A", "B"), ("US", "DE"), sales=sold(40, "US", "DE"), fx=RATES)


def test_every_figure_is_found_by_its_path_and_has_its_value() -> None:
    found = list(figures(shop()))
    assert len({figure.path for figure in found}) == len(found)
    for figure in found[::7]:
        assert get(shop(), figure.path) == figure.value


def test_a_figure_has_unit_range_and_meaning() -> None:
    by_path = {figure.path: figure for figure in figures(shop())}
    loss = by_path["markets.US.parcel.loss_share"]
    assert (loss.unit, loss.range) == ("share", "0-1")
    assert str(loss.doc) == "Parcels lost on the way, either way"
    assert str(by_path["markets.US.parcel.fulfilment.small"].doc).startswith("Pick, pack and ship")


def test_no_table_and_no_label_is_among_them() -> None:
    first = {str(figure.at[0]) for figure in figures(shop())}
    assert not first & {*Scenario.TABLES, "name", "title", "why", "schema_version"}


@pytest.mark.parametrize(
    ("note", "mark"),
    [
        ("days, A", "A"),
        ("per unit, D S40-S43", "D"),
        ("days, S23 S24 range, mode A", "A"),
        ("S41, per unit", "S"),
        ("days, A: weekly batches reach the 100 kg break (D)", "A"),
        ("days, as out", ""),
        ("DE and AT", ""),
    ],
)
def test_a_mark_is_a_letter_that_stands_alone(note: str, mark: str) -> None:
    assert mark_of(note) == mark


@pytest.mark.parametrize(
    ("line", "comment"),
    [
        ("a: 1 # one, A", "one, A"),
        ('a: "x # y" # z', "z"),
        ("a: x#y", ""),
        ("a: it's # fine", "fine"),
        ("# all of it", "all of it"),
        ("a: 1", ""),
    ],
)
def test_a_comment_begins_at_a_hash_outside_quotes(line: str, comment: str) -> None:
    assert comment_of(line) == comment


def test_what_is_said_of_a_section_holds_for_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("a: # all A\n  b: 1\n  c: 2 # S7\n", "utf-8")
    said = remarks(path)
    assert remark_on(("a", "b"), said) == Remark("all A", "A", "x.yaml:1")
    assert remark_on(("a", "c"), said) == Remark("S7", "S", "x.yaml:3")
    assert remark_on(("d",), said) is None


def test_most_numbers_of_the_reference_seller_say_where_they_come_from() -> None:
    said = remarks(SHIPPED)
    assert said["markets", "US", "tax_share"].mark == "A"
    assert len([remark for remark in said.values() if remark.mark]) > 300


def test_a_slot_is_filled_with_each_key_there_is() -> None:
    tree, tables = tree_of(shop()), table_fields(Scenario)
    field = "sales[sku,market,channel].units_per_month"
    assert slots_of(field) == ["sku", "market", "channel"]
    assert [slot.keys for slot in slots(field, tree, tables)][:2] == [("A",), ("US", "DE")]
    assert slots("markets.<id>.parcel.loss_share", tree, tables)[0].keys == ("US", "DE")
    assert filled("markets.<id>.parcel.loss_share", ["US"]) == "markets[US].parcel.loss_share"
    with pytest.raises(ValueError, match="1 slots, got 2"):
        filled("markets.<id>.parcel.loss_share", ["US", "DE"])


def test_every_field_a_form_offers_leads_to_its_values_or_to_none() -> None:
    tree, tables = tree_of(shop()), table_fields(Scenario)
    reached = 0
    for row in changeable():
        path = filled(row.path, [ANY] * len(slots_of(row.path)))
        values = there(path, tree, tables)
        assert all(not isinstance(value, dict) or row.type not in ("number", "text") for value in values.values())
        reached += bool(values)
    assert reached > 300


def test_a_filled_path_is_one_that_a_change_can_name() -> None:
    path = filled("sales[sku,market,channel].units_per_month", ["A", ANY, ANY])
    changed = Reader(Scenario).with_overrides(shop(), parse_sets([f"{path}*=2"]))
    assert {change.path.split(",")[0] for change in diff(shop(), changed)} == {"sales[A"}
