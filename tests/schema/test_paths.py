"""The path language: a path names what is there, a change does what it says, everything else is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schema.toy import Toy, load_toy, write
from warrantysim.files.overrides import apply, parse_set
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.paths import at, get, match, name, parse, path_text, tree_of


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return load_toy(write(tmp_path)).scenario


def changed(toy: Toy, *sets: str) -> dict:
    return apply(tree_of(toy), [parse_set(text) for text in sets], Toy.TABLES).tree


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("horizon.days", 365),
        ("lanes.US-air.cost_per_unit", 1.5),
        ("lanes[US-air].cost_per_unit", 1.5),
        ("skus[CHG-65].weight_kg", 0.16),
        ("sales[CHG-65,US].units_per_month", 4200),
        ("sales[CHG-65,DE,2027-06-01].units_per_month", 1300),
        ("policy[1].do", "reship"),
        ("policy.1.do", "reship"),
        ("lanes.US-sea.rate[2027-06-01].value", "12.0 USD"),
        ("lanes.US-air.transit_days.lognormal.median", 8.0),
    ],
)
def test_a_path_names_one_value(toy: Toy, path: str, value: object) -> None:
    assert get(toy, path) == value


def test_a_star_names_all_and_a_missing_date_means_all_dates(toy: Toy) -> None:
    assert get(toy, "sales[*,DE].units_per_month") == {
        "sales[CHG-65,DE].units_per_month": 1100,
        "sales[CHG-65,DE,2027-06-01].units_per_month": 1300,
    }
    assert get(toy, "lanes.US-*.cost_per_unit").keys() == {
        "lanes.US-air.cost_per_unit",
        "lanes.US-sea.cost_per_unit",
    }


def test_every_value_is_found_again_by_its_own_name(toy: Toy) -> None:
    tree = tree_of(toy)

    def walk(node: object, path: tuple) -> list[tuple]:
        items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        return [path, *(p for key, child in items for p in walk(child, (*path, key)))]

    paths = [p for p in walk(tree, ()) if p and not (len(p) == 2 and p[0] in Toy.TABLES)]
    assert len(paths) > 60
    for path in paths:
        text = name(path, tree, Toy.TABLES)
        found = match(tree, text, Toy.TABLES)
        assert path in found
        # An undated row's name also matches its dated successors: it means all dates.
        assert all(at(tree, p[:-1]) is at(tree, path[:-1]) or p[0] in Toy.TABLES for p in found)


@given(st.lists(st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True), min_size=1, max_size=4))
def test_a_path_prints_as_it_was_written(words: list[str]) -> None:
    text = ".".join(words) + f"[{','.join(words)}].x"
    assert path_text(parse(text)) == text


@pytest.mark.parametrize(
    ("path", "nearest"),
    [
        ("horizon.day", "horizon.days"),
        ("lane.US-air.rate", "lanes.US-air.rate"),
        ("lanes.US-ari.rate", "lanes.US-air.rate"),
        ("skus[CHG-56].weight_kg", "skus[CHG-65].weight_kg"),
        ("sales[CHG-65,UK].units_per_month", "sales[CHG-65,US].units_per_month"),
        ("sales[CHG-65,US].unit_per_month", "sales[CHG-65,US].units_per_month"),
    ],
)
def test_a_path_that_names_nothing_is_refused_with_the_nearest_there_is(toy: Toy, path: str, nearest: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        get(toy, path)
    assert str(caught.value) == f"{path}: matches nothing; did you mean {nearest!r}?"


def test_a_row_key_with_parts_missing_is_refused(toy: Toy) -> None:
    with pytest.raises(ScenarioError, match=r"sales is keyed by sku,market \(and from\), got 1 part"):
        get(toy, "sales[CHG-65].units_per_month")


def test_a_key_part_may_be_empty_or_a_path_itself() -> None:
    (_, first), (_, second) = parse("season[,1]"), parse("assumptions[sales[A,US].units_per_month]")
    assert first.parts == ("", "1")
    assert second.parts == ("sales[A,US].units_per_month",)


@pytest.mark.parametrize("path", ["a..b", "a.", "", "a[", "a[x]y", "a[]", "a[x[y]", ".a"])
def test_a_malformed_path_is_refused(path: str) -> None:
    with pytest.raises(ScenarioError, match=r"expected|empty step"):
        parse(path)


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        ("horizon.days=20", "horizon.days", 20),
        ("horizon.days+=10", "horizon.days", 375),
        ("lanes.US-air.rate*=1.4", "lanes.US-air.rate", "81.2 USD"),
        ("lanes.US-air.rate+=10", "lanes.US-air.rate", "68.0 USD"),
        ("lanes.US-air.rate={plus: 2 USD}", "lanes.US-air.rate", "60.0 USD"),
        (
            "lanes.US-sea.rate*=2",
            "lanes.US-sea.rate",
            [{"from": "2027-01-01", "value": "20.0 USD"}, {"from": "2027-06-01", "value": "24.0 USD"}],
        ),
        ("lanes.US-sea.transit_days*=2", "lanes.US-sea.transit_days", 80.0),
        ("lanes.US-air.transit_days*=2", "lanes.US-air.transit_days", {"lognormal": {"median": 16.0, "sigma": 0.3}}),
        (
            "lanes.US-air.transit_days+=2",
            "lanes.US-air.transit_days",
            {"lognormal": {"median": 8.0, "sigma": 0.3, "min": 2.0}},
        ),
        ("lanes.US-air.transit_days={weibull: {eta: 3, beta: 1}}", "lanes.US-air.transit_days.weibull.eta", 3),
        ("lanes.US-air={cost_per_unit: 9}", "lanes.US-air.cost_per_unit", 9),
        ("lanes.US-air={cost_per_unit: 9}", "lanes.US-air.exam_share", 0.03),
        ("+coupon.DE=4", "coupon", {"US": 5.0, "DE": 4}),
        ("~coupon.US", "coupon", {}),
        ("sales[CHG-65,DE].units_per_month=1", "sales[CHG-65,DE,2027-06-01].units_per_month", 1),
    ],
)
def test_a_change_does_what_it_says(toy: Toy, text: str, path: str, value: object) -> None:
    tree = changed(toy, text)
    (found, *_) = match(tree, path, Toy.TABLES)
    assert at(tree, found) == value


def test_a_change_leaves_the_tree_it_was_given_as_it_was(toy: Toy) -> None:
    tree = tree_of(toy)
    apply(tree, [parse_set("sales[*,*].units_per_month*=2"), parse_set("~coupon.US")], Toy.TABLES)
    assert tree == tree_of(toy)


@given(st.floats(min_value=0.01, max_value=100))
def test_a_value_scaled_and_scaled_back_is_the_value(factor: float) -> None:
    lane = {"rate": "58.0 USD"}
    up = apply({"lane": lane}, [parse_set(f"lane.rate*={factor!r}")], {}).tree
    down = apply(up, [parse_set(f"lane.rate*={1 / factor!r}")], {}).tree
    assert float(down["lane"]["rate"].split()[0]) == pytest.approx(58, rel=1e-12)


@pytest.mark.parametrize(
    "sets",
    [
        ("horizon.days=1", "horizon.days=2"),
        ("horizon={days: 1}", "horizon.days=2"),
        ("sales[*,US].units_per_month=1", "sales[CHG-65,*].units_per_month*=2"),
        ("~lanes.US-air", "lanes.US-air.cost_per_unit=1"),
        ("lanes.US-air.cost_per_unit=1", "~lanes.*"),
        ("lanes.US-air.transit_days.lognormal.median=1", "lanes.US-air.transit_days=3"),
    ],
)
def test_two_changes_of_one_value_in_one_place_are_refused(toy: Toy, sets: tuple[str, str]) -> None:
    with pytest.raises(ScenarioError, match="changed twice, first by"):
        changed(toy, *sets)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("horizon.days", "expected path=value"),
        ("=3", "expected path=value"),
        ("horizon.days*=x", "expected a number to multiply by, got 'x'"),
        ("horizon.days*=.nan", "expected a number to multiply by, got nan"),
        ("horizon.days+=true", "expected a number to add, got True"),
        ("lanes.US-air.rate+=3 EUR", "expected an amount in USD to add, got '3 EUR'"),
        ("name*=2", "expected a number or an amount to change, found 'toy'"),
        ("lanes*=2", "expected a number, an amount or dated steps to change"),
        ("+lanes.US-air=3", "exists already"),
        ("+skus[X]={sku: X}", "rows are added under rows:"),
        ("~lanes.UK", "matches nothing"),
        ("horizon.days=[", "not valid YAML"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(toy: Toy, text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        changed(toy, text)
    assert str(caught.value).startswith(f"--set {text}")
    assert message in str(caught.value)


def test_all_bad_changes_are_told_at_once(toy: Toy) -> None:
    with pytest.raises(ScenarioError) as caught:
        changed(toy, "horizon.day=1", "lane=2", "name*=3")
    assert len(caught.value.problems) == 3
