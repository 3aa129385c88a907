"""Differences and digests: the same world has no difference and one digest, another world has both."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.schema.toy import BASE, WHAT_IF, Sku, Toy, load_toy, write
from warrantysim.schema.diff import ABSENT, diff, first, one_line_value
from warrantysim.schema.digest import digest
from warrantysim.schema.reference import describe, json_schema
from warrantysim.schema.root import Scenario

CHANGES = [
    ("lanes.US-air.rate=60 USD", "lanes.US-air.rate: 58 USD -> 60 USD"),
    ("lanes.US-air.transit_days.lognormal.median=9", "lanes.US-air.transit_days.lognormal.median: 8 -> 9"),
    ("lanes.US-air.transit_days=9", "lanes.US-air.transit_days: lognormal(median=8, sigma=0.3) -> 9"),
    (
        "lanes.US-air.transit_days={weibull: {eta: 9, beta: 1}}",
        "lanes.US-air.transit_days: lognormal(median=8, sigma=0.3) -> weibull(eta=9, beta=1)",
    ),
    ("lanes.US-sea.rate[2027-06-01].value=13 USD", "lanes.US-sea.rate[2027-06-01].value: 12 USD -> 13 USD"),
    ("skus[CHG-65].weight_kg=1", "skus[CHG-65].weight_kg: 0.16 -> 1"),
    (
        "sales[CHG-65,DE,2027-06-01].units_per_month=1",
        "sales[CHG-65,DE,2027-06-01].units_per_month: 1300 -> 1",
    ),
    (
        "~sales[VAC-L10,US]",
        "sales[VAC-L10,US]: {sku: VAC-L10, market: US, units_per_month: 620} -> nothing",
    ),
    ("+coupon.DE=4", "coupon.DE: nothing -> 4"),
    ("~coupon.US", "coupon.US: 5 -> nothing"),
    ("+policy={from: 90, do: reship}", "policy[2]: nothing -> {from: 90, do: reship}"),
]


@pytest.mark.parametrize(("change", "line"), CHANGES)
def test_one_change_is_one_line_and_another_digest(tmp_path: Path, change: str, line: str) -> None:
    loaded = load_toy(write(tmp_path), change)
    assert [str(c) for c in loaded.changes] == [line]
    assert loaded.changed == 1
    assert digest(loaded.scenario) != digest(loaded.base)


@pytest.mark.parametrize(("change", "_line"), CHANGES)
def test_the_way_back_swaps_old_and_new(tmp_path: Path, change: str, _line: str) -> None:
    loaded = load_toy(write(tmp_path), change)
    there, back = loaded.changes, diff(loaded.scenario, loaded.base)
    assert [(c.path, c.old, c.new) for c in back] == [(c.path, c.new, c.old) for c in there]


def test_a_world_does_not_differ_from_itself_nor_by_its_labels_and_order(tmp_path: Path) -> None:
    base = load_toy(write(tmp_path)).scenario
    other = base.replace(name="n", title={}, why="w", skus=base.skus[::-1], lanes=dict(reversed(base.lanes.items())))
    assert diff(base, other) == ()
    assert digest(base) == digest(other)


def test_what_moves_in_an_ordered_list_is_a_difference(tmp_path: Path) -> None:
    base = load_toy(write(tmp_path)).scenario
    other = base.replace(policy=base.policy[::-1])
    assert diff(base, other)
    assert digest(base) != digest(other)


def test_a_changed_cell_tells_its_unit_and_the_source_of_its_row(tmp_path: Path) -> None:
    (change,) = load_toy(write(tmp_path), "sales[CHG-65,US].units_per_month=1").changes
    assert (change.unit, change.source) == ("units a month", "S1")
    (change,) = load_toy(tmp_path / "base.yaml", "lanes.US-air.transit_days.lognormal.sigma=1").changes
    assert change.unit == ""


def test_scenarios_of_two_models_are_not_compared(tmp_path: Path) -> None:
    base = load_toy(write(tmp_path)).scenario
    with pytest.raises(TypeError, match="two scenarios of one model"):
        diff(base, base.skus[0])


def test_nothing_and_numbers_print_as_people_write_them() -> None:
    assert [one_line_value(v) for v in (ABSENT, None, True, 3.0, 0.1, "58.0 USD", ["a", 1.0])] == [
        "nothing", "nothing", "true", "3", "0.1", "58 USD", "[a, 1]",
    ]  # fmt: skip


def test_the_reference_names_every_field_with_its_unit_and_range() -> None:
    rows = {row.path: row for row in describe(Toy)}
    weight = rows["skus[sku].weight_kg"]
    assert (weight.type, weight.unit, weight.range, weight.required) == ("number", "kg", "> 0", True)
    assert rows["lanes.<id>.rate"].type == "dated amount"
    assert rows["sales[sku,market].from"].type == "date"
    assert rows["policy[].from"].unit == "amount"
    assert set(rows) >= {f"skus[sku].{name}" for name in Sku.model_fields}


def test_the_json_schema_is_draft_7_and_takes_bases_and_what_ifs() -> None:
    schema = json_schema(Toy)
    jsonschema.Draft7Validator.check_schema(schema)
    assert "$defs" not in json.dumps(schema)
    checker = jsonschema.Draft7Validator(schema)
    for text in (BASE, WHAT_IF):
        document = json.loads(json.dumps(yaml.safe_load(text), default=str))
        assert list(checker.iter_errors(document)) == []
        assert list(checker.iter_errors({**document, "horizn": 3}))


def test_the_first_differences_are_those_of_all_and_the_rest_is_counted(base: Scenario) -> None:
    other = base.replace(sales=base.sales[10:], horizon=base.horizon.replace(days=200))
    whole = diff(base, other)
    for most in (0, 3, len(whole) + 5):
        told, n = first(base, other, most)
        assert told == whole[:most]
        assert n == len(whole)
