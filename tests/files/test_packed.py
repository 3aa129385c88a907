"""The key ``packs:`` of a scenario file: layers laid one over the other, each value with its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.schema.toy import Toy
from tests.whole_seller import write_whole_seller
from warrantysim.files.documents import parse_document
from warrantysim.files.layers import Ground, Layer
from warrantysim.files.loading import load, load_scenario
from warrantysim.files.overrides import Override
from warrantysim.files.tables import brought_path, table_of
from warrantysim.packs import REFERENCE, SCENARIOS
from warrantysim.packs.markets import CODES
from warrantysim.schema.digest import digest
from warrantysim.schema.errors import ScenarioError

PACKS = "packs: {markets: [US, DE, UK, JP]}"


@pytest.fixture
def seller(tmp_path: Path) -> Path:
    """The reference seller in a folder of one's own."""
    shutil.copytree(SCENARIOS, tmp_path / "s")
    return tmp_path / "s" / "base.yaml"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def refusal(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        load(path)
    return str(caught.value).replace(path.parent.as_posix() + "/", "")


def test_a_seller_on_packs_is_the_seller_who_states_all_of_it_himself(tmp_path: Path) -> None:
    whole, packed = load_scenario(write_whole_seller(tmp_path / "whole")), load_scenario(REFERENCE)
    assert digest(whole) == digest(packed)
    assert [row.path for row in whole.assumptions[:50]] == [row.path for row in packed.assumptions[:50]]


def test_what_a_file_states_changes_that_and_nothing_else_of_its_packs(seller: Path) -> None:
    edit(seller, PACKS, f"{PACKS}\nmarkets: {{US: {{tax_share: 0.08, parcel: {{transit_days: {{constant: 3}}}}}}}}")
    found, before = load_scenario(seller), load_scenario(REFERENCE)
    assert found.markets["US"].tax_share == 0.08
    assert found.markets["US"].parcel.transit_days.params == {"value": 3}
    assert found.markets["US"].parcel.card == before.markets["US"].parcel.card
    gone = {row.path for row in before.assumptions} - {row.path for row in found.assumptions}
    assert gone == {"markets.US.parcel.transit_days.lognormal.median"}, "a range of what is no more"
    back = {"tax_share": 0.07, "parcel": before.markets["US"].parcel}
    markets = {**found.markets, "US": found.markets["US"].replace(**back)}
    assert digest(found.replace(markets=markets, assumptions=before.assumptions)) == digest(before)


def test_a_row_of_a_file_takes_the_place_of_the_row_of_its_key(seller: Path) -> None:
    edit(seller, "tables:\n", "tables:\n  windows: tables/windows.csv\n")
    table = seller.parent / "tables" / "windows.csv"
    table.write_text("market,channel,window_days\nUS,OWN,45\nJP,OWN,60\n", "utf-8")
    found, before = load_scenario(seller).windows, load_scenario(REFERENCE).windows
    assert {row.key: row.window_days for row in found if row.channel == "OWN"} == {
        ("US", "OWN"): 45,
        ("DE", "OWN"): 14,
        ("UK", "OWN"): 14,
        ("JP", "OWN"): 60,
    }
    assert [row.key for row in found] == [row.key for row in before]
    assert {row.source for row in found if row.key == ("US", "OWN")} == {""}, (
        "own terms do not rest on the pack's source"
    )


def test_a_file_on_packs_may_state_changes_and_rows_to_drop_or_add(seller: Path) -> None:
    changes = "set: {'freight_breaks[US-CN-air,*].rate': {times: 2}}\nrows: {windows: {drop: ['US,OWN']}}"
    edit(seller, PACKS, f"{PACKS}\n{changes}")
    found, before = load_scenario(seller), load_scenario(REFERENCE)
    rates = [[row.rate for row in one.freight_breaks if row.lane == "US-CN-air"] for one in (found, before)]
    assert rates[0] == [2 * rate for rate in rates[1]]
    assert {row.key for row in before.windows} - {row.key for row in found.windows} == {("US", "OWN")}


def test_a_section_in_a_file_of_its_own_lies_over_the_packs_and_a_policy_takes_their_place(seller: Path) -> None:
    (seller.parent / "plan.yaml").write_text("replications: 7\n", "utf-8")
    edit(seller, PACKS, f"{PACKS}\nplan: plan.yaml")
    found, before = load_scenario(seller), load_scenario(REFERENCE)
    assert found.plan == before.plan.replace(replications=7)
    assert found.policy == before.policy
    (seller.parent / "plan.yaml").write_text("replications: 1\n", "utf-8")
    assert refusal(seller) == "plan.yaml:1: plan.replications: expected a number of at least 2, got 1"
    edit(
        seller,
        "policy: policies/today.yaml",
        "policy: {name: own, rules: [{cell: {}, zones: [{from: 0 USD, do: refund}]}]}",
    )
    edit(seller, "\nplan: plan.yaml", "")
    assert load_scenario(seller).policy.evidence == ()


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        (
            "{markets: [US, GB]}",
            f"base.yaml:16: packs.markets: there is no pack of 'GB'; there are {', '.join(CODES)}; did you mean 'UK'?",
        ),
        ("{markets: [US, us]}", "there is no pack of 'us'; there are US"),
        ("{markets: [US, US]}", "base.yaml:16: packs.markets: US is named twice"),
        ("{markets: []}", "base.yaml:16: packs.markets: expected a list of markets, such as [US, DE]"),
        ("{markets: US}", "base.yaml:16: packs.markets: expected a list of markets, such as [US, DE]"),
        ("{market: [US]}", "base.yaml:16: packs.market: unknown key 'market'; did you mean 'markets'?"),
        ("", "base.yaml:16: packs: expected a mapping, such as {markets: [US, DE]}"),
        ("{markets: [[US], {}]}", "base.yaml:16: packs.markets: there is no pack of"),
        ("[US]", "base.yaml:16: packs: expected a mapping, such as {markets: [US, DE]}"),
    ],
)
def test_what_there_is_no_pack_of_is_told_with_the_nearest_there_is(seller: Path, stated: str, told: str) -> None:
    edit(seller, PACKS, f"packs: {stated}")
    assert told in refusal(seller)


def test_a_problem_names_the_file_and_line_of_the_layer_that_stated_it(seller: Path) -> None:
    edit(seller, PACKS, f"{PACKS}\nmarkets: {{US: {{tax_share: 7}}}}\nplan: {{seed: -1}}")
    assert refusal(seller).splitlines() == [
        "base.yaml:17: markets.US.tax_share: expected a number of at most 1, got 7",
        "base.yaml:18: plan.seed: expected a number of at least 0, got -1",
    ]
    edit(seller, "{US: {tax_share: 7}}\nplan: {seed: -1}", "{DE: {currency: CHF}}")
    told = refusal(seller)
    assert "base.yaml:17: markets.DE.currency: unknown currency 'CHF'" in told


def test_a_figure_set_by_a_layer_knows_its_place_and_yields_to_the_file() -> None:
    ground = Ground(Toy.TABLES, tuple(Toy.model_fields))
    pack = parse_document("horizon: {days: 365}\ncoupon: {US: 5, DE: 4}\n", "pack.yaml")
    skus = table_of(b"sku,name,weight_kg,mark\nCHG-65,charger,0.16,S\n", brought_path("pack.csv"), Toy.TABLES["skus"])
    figures = [
        Override("coupon.US", "set", 7, "fitted.csv row 2"),
        Override("skus[CHG-65].weight_kg", "set", 0.2, "fitted.csv row 3"),
    ]
    ground.lay(Layer([pack], [("skus", skus)], figures))
    assert ground.document.values["coupon"] == {"US": 7, "DE": 4}
    assert ground.document.place(("coupon", "US")) == "fitted.csv row 2"
    assert ground.document.place(("coupon", "DE")) == "pack.yaml:2"
    assert ground.rows["skus"][0]["weight_kg"] == 0.2
    assert ground.places["skus"][0].at("weight_kg") == "fitted.csv row 3"
    assert ground.places["skus"][0].at("name") == "pack.csv row 2, column name"
    own = table_of(b"sku,price\nCHG-65,9 USD\nX,1 USD\n", brought_path("own.csv"), Toy.TABLES["skus"])
    ground.lay(Layer([parse_document("coupon: {US: 6}\n", "own.yaml")], [("skus", own)]))
    assert ground.document.values["coupon"] == {"US": 6, "DE": 4}
    assert ground.document.place(("coupon", "US")) == "own.yaml:1"
    assert ground.rows["skus"][0] == {"sku": "CHG-65", "name": "charger", "weight_kg": 0.2, "price": "9 USD"}
    assert ground.places["skus"][0].at("price") == "own.csv row 2, column price"
    assert ground.places["skus"][1].at("price") == "own.csv row 3, column price"
