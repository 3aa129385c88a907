"""Loading: files, extends, --set and policy become one validated scenario, and nothing is lost on the way."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.schema.toy import BASE, SKUS, WHAT_IF, Toy, load_toy, row, write
from warrantysim.files.documents import parse_document, parse_value
from warrantysim.schema.amounts import Amount
from warrantysim.schema.digest import digest
from warrantysim.schema.dispositions import DISPOSITIONS
from warrantysim.schema.errors import Problem, ScenarioError, lines, nearest, told
from warrantysim.schema.paths import tree_of


def test_a_base_file_and_its_tables_become_one_scenario(tmp_path: Path) -> None:
    loaded = load_toy(write(tmp_path))
    assert [s.sku for s in loaded.scenario.skus] == ["CHG-65", "VAC-L10"]
    assert row(loaded.scenario, "skus", sku="CHG-65").price == Amount(29.99, "USD")
    assert loaded.base is loaded.scenario
    assert loaded.changes == ()


def test_a_what_if_is_its_base_with_the_stated_differences_and_no_others(tmp_path: Path) -> None:
    write(tmp_path)
    loaded = load_toy(tmp_path / "what_if.yaml")
    assert loaded.scenario.name == "dearer"
    assert loaded.base.name == "toy"
    assert [str(change) for change in loaded.changes] == ["lanes.US-air.rate: 58 USD -> 81.2 USD"]
    assert [change.unit for change in loaded.changes] == ["amount per kg"]


def test_a_chain_of_what_ifs_is_relative_to_the_one_it_extends(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "again.yaml").write_text(
        "extends: ../what_if.yaml\nname: n\ntitle: {}\nwhy: w\nset: {lanes.US-air.rate: {times: 0.5}}\n",
        encoding="utf-8",
    )
    loaded = load_toy(tmp_path / "more" / "again.yaml")
    assert loaded.scenario.lanes["US-air"].rate.steps[0].value == Amount(40.6, "USD")
    assert [Path(name).name for name in loaded.chain] == ["again.yaml", "what_if.yaml", "base.yaml"]


def test_a_set_on_the_command_line_overrides_the_file(tmp_path: Path) -> None:
    write(tmp_path)
    loaded = load_toy(tmp_path / "what_if.yaml", "lanes.US-air.rate=3 USD", "horizon.days=20")
    assert loaded.scenario.lanes["US-air"].rate.steps[0].value == Amount(3, "USD")
    assert loaded.scenario.horizon.days == 20
    assert loaded.sets == ("lanes.US-air.rate=3 USD", "horizon.days=20")


def test_rows_are_dropped_then_values_set_then_rows_added_as_they_stand(tmp_path: Path) -> None:
    what_if = WHAT_IF + (
        "  sales[*,US].units_per_month: {times: 2}\n"
        "rows:\n  sales:\n    drop: ['CHG-65,DE']\n"
        "    add:\n      - {sku: VAC-L10, market: US, from: 2027-03-01, units_per_month: 7}\n"
    )
    write(tmp_path, what_if=what_if)
    sales = load_toy(tmp_path / "what_if.yaml").scenario.sales
    assert [(r.sku, r.market, r.units_per_month) for r in sales] == [
        ("CHG-65", "US", 8400),
        ("VAC-L10", "US", 1240),
        ("VAC-L10", "US", 7),
    ]


def test_a_what_if_may_read_another_table_in_place_of_the_base_one(tmp_path: Path) -> None:
    write(tmp_path, what_if=WHAT_IF + "tables: {sales: tables/other.csv}\n")
    (tmp_path / "tables" / "other.csv").write_text("sku,market,units_per_month\nVAC-L10,JP,3\n", encoding="utf-8")
    (sold,) = load_toy(tmp_path / "what_if.yaml").scenario.sales
    assert (sold.sku, sold.market) == ("VAC-L10", "JP")


def test_a_policy_file_takes_the_place_of_the_policy_and_is_named_in_errors(tmp_path: Path) -> None:
    base = write(tmp_path)
    (tmp_path / "policy.yaml").write_text("refund: 1\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"policy\.yaml:1: policy: expected a list, got a mapping"):
        load_toy(base, policy=tmp_path / "policy.yaml")


def test_the_scenario_does_not_depend_on_key_order_row_order_quotes_or_encoding(tmp_path: Path) -> None:
    plain = load_toy(write(tmp_path)).scenario
    head, *body = SKUS.splitlines()
    shuffled = dict(reversed(list(yaml.safe_load(BASE).items())))
    (tmp_path / "b").mkdir()
    other = write(
        tmp_path / "b",
        base=yaml.safe_dump(shuffled, allow_unicode=True).encode("gb18030"),
        skus=("\ufeff" + "\r\n".join([head.replace(",", " , "), *reversed(body)])).encode(),
    )
    loaded = load_toy(other)
    assert digest(loaded.scenario) == digest(plain)
    assert {Path(f.path).name: f.encoding for f in loaded.files} == {
        "base.yaml": "gb18030",
        "skus.csv": "utf-8-sig",
        "sales.csv": "utf-8",
    }


def test_a_row_keeps_its_place_when_the_model_puts_rows_in_order(tmp_path: Path) -> None:
    head, *body = SKUS.splitlines()
    write(tmp_path, skus="\n".join([head, *reversed(body)]))
    with pytest.raises(ScenarioError, match=r"skus\.csv row 3, column price: not an amount") as caught:
        load_toy(tmp_path / "base.yaml", "skus[VAC-L10].weight_kg=2", "horizon.days=13")
    assert [p.path for p in caught.value.problems] == ["skus[CHG-65].price"]


def test_a_section_may_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    coupon = "coupon: {US: 5}\n"
    base = write(tmp_path, base=BASE.replace(coupon, "coupon: coupons.yaml\n"))
    (tmp_path / "coupons.yaml").write_text("US: 5\n", encoding="utf-8")
    apart = load_toy(base).scenario
    assert apart == load_toy(write(tmp_path)).scenario


days = st.dates().map(str)
figures = st.floats(min_value=1e-6, max_value=1e9, allow_nan=False)
spreads = st.floats(min_value=1e-6, max_value=10, allow_nan=False)
amounts = st.tuples(figures, st.sampled_from(["USD", "EUR"])).map(lambda a: f"{a[0]!r} {a[1]}")
steps = st.lists(st.tuples(days, amounts), min_size=1, max_size=3, unique_by=lambda s: s[0]).map(
    lambda s: [{"from": day, "value": value} for day, value in sorted(s)]
)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12).filter(
    lambda t: t.strip() == t
)


@settings(max_examples=60, deadline=None)
@given(
    name=texts,
    rate=amounts | steps,
    transit=figures | st.tuples(figures, spreads).map(lambda p: {"lognormal": {"median": p[0], "sigma": p[1]}}),
    names=st.lists(texts, max_size=3, unique=True),
    weight=figures,
)
def test_what_is_dumped_loads_as_the_same_scenario(tmp_path_factory, name, rate, transit, names, weight) -> None:
    lane = {"rate": rate, "transit_days": transit, "cost_per_unit": 2.0, "exam_share": 0.5}
    skus = [{"sku": sku, "name": sku, "weight_kg": weight, "price": "3 USD"} for sku in names]
    top = {"schema_version": 1, "name": name, "title": {}, "why": "", "lanes": {name: lane}, "skus": skus, "sales": []}
    toy = Toy.model_validate(top)
    path = tmp_path_factory.mktemp("dump") / "base.yaml"
    path.write_text(yaml.safe_dump(tree_of(toy), allow_unicode=True), encoding="utf-8")
    assert load_toy(path).scenario == toy


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=80) | st.text("a:-[]{}&*!|>'\"#%, \n\t0.<", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_but_never_crash(tmp_path_factory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError):
        load_toy(path)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("2027-01-01", "2027-01-01"),
        ("007", "007"),
        ("1e3", 1000.0),
        ("-3", -3),
        (".5", 0.5),
        ("'3'", "3"),
        ("~", None),
        ("", None),
        ("true", True),
        ("[1, {a: b}]", [1, {"a": "b"}]),
    ],
)
def test_scalars_follow_the_core_schema_so_that_codes_and_times_stay_text(text: str, value: object) -> None:
    assert parse_value(text, "x") == value


def test_every_value_of_a_document_knows_its_line() -> None:
    document = parse_document("a:\n  b: 1\n  c:\n    - x\n    - &k {d: 2}\ne: *k\n", "x.yaml")
    places = [document.place(p) for p in ((), ("a", "b"), ("a", "c", 1, "d"), ("e", "d"), ("a", "nowhere"))]
    assert places == ["x.yaml:1", "x.yaml:2", "x.yaml:5", "x.yaml:6", "x.yaml:1"]


def test_twenty_problems_of_a_rule_are_printed_and_the_rest_counted() -> None:
    many = [Problem("a", told("m"), rule="r") for _ in range(332)]
    printed = lines([*many, Problem("b", told("n"), rule="s")])
    assert printed == ["a: m"] * 20 + ["and 312 more like the last", "b: n"]


def test_the_nearest_name_ignores_case_and_unlike_names_are_not_offered() -> None:
    assert nearest("Cost_Per_Unt", ["cost_per_unit", "rate"]) == "cost_per_unit"
    assert nearest("zzz", ["cost_per_unit"]) is None


def calls_to_load(folder: Path, rows: int) -> int:
    """How many calls Python makes to load a table of so many rows: work, whatever else the machine does."""
    folder.mkdir()
    body = "".join(f"S{i},thing,{i + 1},3 USD,USD,,S1,A\n" for i in range(rows))
    base = write(folder, skus=SKUS + body)
    calls = 0

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        load_toy(base)
    finally:
        sys.setprofile(before)
    return calls


def test_a_row_of_a_long_table_asks_no_more_work_than_one_of_a_short(tmp_path: Path) -> None:
    few, some, many = (calls_to_load(tmp_path / str(rows), rows) for rows in (0, 200, 1500))
    assert (many - few) / 1500 == pytest.approx((some - few) / 200, rel=0.05)
    assert (many - few) / 1500 < 300


@pytest.mark.parametrize(
    ("word", "meant"),
    [("resend", "reship"), ("replace", "reship"), ("refudn", "refund"), ("reshpi", "reship"),
     ("return", "return_china"), ("Repair", "repair_local"), ("money back", "refund")],
)  # fmt: skip
def test_a_word_for_an_action_suggests_the_action_that_is_meant(word: str, meant: str) -> None:
    assert nearest(word, DISPOSITIONS) == meant
