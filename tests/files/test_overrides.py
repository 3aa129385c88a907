"""Changes do what they say: they keep nothing unseen, fill what is empty, and reach every name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warrantysim.files.loading import load_scenario
from warrantysim.files.overrides import apply, override_at, parse_set
from warrantysim.schema import errors
from warrantysim.schema.dated import DatedRow
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.paths import at, match, name
from warrantysim.schema.strict import Row

BATCH = {"consolidation": {"rule": "weight", "weight_kg": 20, "clock": "first_item"}, "notes": {}}


class Price(DatedRow):
    """A row with names of any kind."""

    key_fields = ("sku", "market")
    sku: str
    market: str


class Named(Row):
    """A row with one name."""

    key_fields = ("id",)
    id: str


TABLES: dict[str, type[Row]] = {"prices": Price, "names": Named}


def changed(*sets: str) -> Any:
    return apply(BATCH, [parse_set(text) for text in sets], TABLES).tree


def test_a_mapping_changes_the_keys_it_states_and_keeps_the_others() -> None:
    assert changed("consolidation={weight_kg: 30}")["consolidation"] == BATCH["consolidation"] | {"weight_kg": 30}


def test_a_mapping_that_names_another_rule_keeps_nothing_of_the_old_one() -> None:
    assert changed("consolidation={rule: count, count: 50}")["consolidation"] == {"rule": "count", "count": 50}


def test_a_mapping_under_only_takes_the_place_of_all_that_was_there() -> None:
    assert changed("consolidation={only: {rule: weight, weight_kg: 30}}")["consolidation"] == {
        "rule": "weight",
        "weight_kg": 30,
    }


def test_an_empty_mapping_can_be_filled() -> None:
    assert changed("notes={a: 1}")["notes"] == {"a": 1}
    assert changed("+notes.a=1")["notes"] == {"a": 1}
    with pytest.raises(ScenarioError, match=r"notes holds no keys; add one with \+notes\.a"):
        changed("notes.a=1")


NAMES = st.text(st.sampled_from("aB1 ,[]\"'.=-"), min_size=1, max_size=8).filter(lambda t: t.strip() and "*" not in t)


@given(sku=NAMES, market=NAMES, key=NAMES)
def test_every_name_is_reached_by_the_path_it_is_called_by(sku: str, market: str, key: str) -> None:
    tree = {"prices": [{"sku": sku, "market": market, "price": 1}], "names": [{"id": sku}], "notes": {key: {"x": 1}}}
    for path in (("prices", 0, "price"), ("names", 0, "id"), ("notes", key, "x")):
        assert match(tree, name(path, tree, TABLES), TABLES) == [path]
    override = parse_set(f"{name(('prices', 0, 'price'), tree, TABLES)}=7")
    assert at(apply(tree, [override], TABLES).tree, ("prices", 0, "price")) == 7


def test_a_name_with_commas_and_quotes_is_written_in_quotes() -> None:
    tree = {"prices": [{"sku": '10" tablet, black', "market": "US", "price": 1}]}
    assert name(("prices", 0), tree, TABLES) == 'prices["10"" tablet, black",US]'
    assert (
        apply(tree, [override_at('prices["10"" tablet, black",*].price', 3, "x")], TABLES).tree["prices"][0]["price"]
        == 3
    )


def test_the_nearest_name_is_looked_for_where_it_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    nearest = errors.nearest
    monkeypatch.setattr(errors, "nearest", lambda word, choices: looked.append(word) or nearest(word, choices))
    path = tmp_path / "many.yaml"
    path.write_text("schema_version: 1\nhorizon:\n" + "".join(f"  key{i}: 1\n" for i in range(500)), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    assert sum(problem.rule == "unknown key" for problem in caught.value.problems) == 500
    assert 0 < len([word for word in looked if word.startswith("key")]) <= errors.SHOWN_PER_RULE


def test_what_plus_and_tilde_do_is_in_the_documents() -> None:
    text = (Path(__file__).parents[2] / "docs" / "model.md").read_text("utf-8")
    for example in ("+partners.", "~partners.", "{only: ", '""'):
        assert example in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("~skus", "whole table"),
        ("horizon.days*=1e308", "can be computed"),
        ("skus[" + '"' * 61 + "x=1", "skus"),
    ],
)
def test_changes_that_cannot_be_made_are_refused_at_once(change: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        load_scenario("scenarios/base.yaml", set=[change])
