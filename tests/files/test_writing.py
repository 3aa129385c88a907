"""A scenario written out again states exactly what it did: whole, or as a what-if with only its differences."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from tests.experiment.tiny import sold
from tests.worlds import policy_of, world
from warrantysim.cli import main
from warrantysim.files.loading import load_scenario
from warrantysim.files.overrides import parse_sets
from warrantysim.files.reading import Reader
from warrantysim.files.writing import NotAsDifferences, on_another, what_if_text, whole_text
from warrantysim.schema.digest import digest
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.root import Scenario

SHIPPED = Path(__file__).resolve().parents[2] / "scenarios"


RATES = [{"currency": "CNY", "usd_per_unit": 0.14}, {"currency": "EUR", "usd_per_unit": 1.1}]


@cache
def shop() -> Scenario:
    return world(("A", "B"), ("US", "DE"), sales=sold(40, "US", "DE"), fx=RATES)


def changed(*sets: str) -> Scenario:
    return Reader(Scenario).with_overrides(shop(), parse_sets(sets))


def written(base: Scenario, scenario: Scenario, folder: Path, *changes: str) -> Scenario:
    """The scenario, through files."""
    (folder / "base.yaml").write_text(whole_text(base), "utf-8")
    (folder / "what-if.yaml").write_text(what_if_text(base, scenario, "base.yaml", changes), "utf-8")
    return load_scenario(folder / "what-if.yaml")


def test_a_whole_scenario_reads_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "whole.yaml"
    path.write_text(whole_text(shop()), "utf-8")
    assert digest(load_scenario(path)) == digest(shop())
    assert load_scenario(path).title == shop().title


@pytest.mark.parametrize(
    "sets",
    [
        ("horizon.days=181",),
        ("sales[*,US,OWN].units_per_month*=2", "skus[A].weight_kg=3"),
        ("fx[EUR].usd_per_unit=1.5", "markets.US.parcel.loss_share+=0.01"),
        ("channels.OWN.title.zh='123'",),
        ("skus[A].name_en='1e5'", "skus[B].name_en='2027-01-01'"),
    ],
)
def test_a_what_if_reads_back_as_it_was(tmp_path: Path, sets: tuple[str, ...]) -> None:
    wanted = changed(*sets)
    assert digest(written(shop(), wanted, tmp_path)) == digest(wanted)
    assert digest(written(shop(), wanted, tmp_path, *sets)) == digest(wanted)


def test_a_factor_stays_a_factor() -> None:
    stated = "sales[*,*,OWN].units_per_month*=2"
    text = what_if_text(shop(), changed(stated), "base.yaml", [stated])
    assert "times: 2" in text
    twice = Reader(Scenario).with_overrides(shop(), parse_sets(["sales[A,US,OWN].units_per_month*=10"]))
    assert on_another(twice, text).sales[0].units_per_month == 2 * twice.sales[0].units_per_month


def test_changes_that_do_not_lead_there_are_not_written() -> None:
    text = what_if_text(shop(), changed("horizon.days=181"), "base.yaml", ["horizon.days=7"])
    assert "181" in text
    assert "7\n" not in text.replace("2027", "")


def test_rows_that_came_and_went_are_told(tmp_path: Path) -> None:
    base = shop()
    rows = [row for row in base.sales if row.market != "DE"]
    assert rows != list(base.sales)
    fewer = base.replace(sales=rows)
    assert digest(written(base, fewer, tmp_path)) == digest(fewer)
    assert digest(written(fewer, base, tmp_path)) == digest(base)


def test_another_rule_is_written_as_a_whole(tmp_path: Path) -> None:
    other = shop().replace(policy=policy_of([(0, "refund"), (30, "reship")], name="other"))
    assert digest(written(shop(), other, tmp_path)) == digest(other)


def test_hostile_labels_stay_text(tmp_path: Path) -> None:
    nasty = shop().replace(why="=1+1\n- a: {b: !!python/object x}\n# c ``'\"")
    path = tmp_path / "nasty.yaml"
    path.write_text(whole_text(nasty), "utf-8")
    assert load_scenario(path).why == nasty.why


def test_what_cannot_be_told_is_not_told_wrongly() -> None:
    base = shop()
    one = base.skus[0].model_dump(by_alias=True)
    order = base.replace(name="other", skus=[base.skus[1], base.skus[0]])
    assert one
    text = what_if_text(base, order, "base.yaml")  # the order of rows is no difference
    assert digest(on_another(base, text)) == digest(order)
    with pytest.raises(ScenarioError):
        on_another(base, text.replace("name: other", "nome: other"))


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.yaml") if path.stem != "base")[::4])
def test_a_shipped_what_if_is_written_so_that_validate_accepts_it(tmp_path: Path, name: str) -> None:
    shutil.copytree(SHIPPED, tmp_path / "scenarios")
    base, wanted = load_scenario(SHIPPED / "base.yaml"), load_scenario(SHIPPED / f"{name}.yaml")
    path = tmp_path / "scenarios" / "mine.yaml"
    path.write_text(what_if_text(base, wanted, "base.yaml"), "utf-8")
    assert main(["validate", str(path), "--quiet"]) == 0
    assert digest(load_scenario(path)) == digest(wanted)


def test_the_error_says_both_names() -> None:
    assert "a cannot" in str(NotAsDifferences("a cannot be told"))
