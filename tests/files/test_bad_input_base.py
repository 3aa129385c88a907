"""The reference seller, broken in every way a buyer or a typing mistake would: refused in words, at the right place."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path

import jsonschema
import pytest

from warrantysim.files.documents import parse_document
from warrantysim.files.loading import load, load_scenario
from warrantysim.files.overrides import parse_sets
from warrantysim.files.reading import Reader
from warrantysim.schema.digest import digest
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.paths import tree_of
from warrantysim.schema.reference import json_schema
from warrantysim.schema.root import Scenario

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SHIPPED = sorted(SCENARIOS.glob("*.yaml"))


@pytest.fixture(scope="module")
def read() -> tuple[Reader[Scenario], Scenario]:
    """The base as read once, with the places of its values."""
    reader = Reader(Scenario)
    (document,) = reader.chain(SCENARIOS / "base.yaml")
    return reader, reader.base(document)


SETS = {
    "an unknown field": ("horizon.day=3", "horizon.day: matches nothing; did you mean 'horizon.days'?"),
    "an unknown product": (
        "skus[CHG-66].weight_kg=1",
        "skus[CHG-66].weight_kg: matches nothing; did you mean 'skus[CHG-65].weight_kg'?",
    ),
    "an empty horizon": ("horizon.days=0", "expected a number of at least 1, got 0"),
    "an impossible first day": ("horizon.first_day=2027-02-30", "expected a date such as 2027-03-01, got '2027-02-30'"),
    "a telephone number without quotes": (
        "promise.phone=+31201234567",
        "expected text, got 31201234567; put what is written there in quotes",
    ),
    "a currency in small letters": ("reporting_currency=usd", "expected an ISO currency code such as USD, got 'usd'"),
    "a currency without a rate": ("reporting_currency=XYZ", "unknown currency 'XYZ'"),
    "an amount in a currency without a rate": ("markets.US.hub.receive.small=2 XYZ", "unknown currency 'XYZ'"),
    "an amount without a currency": (
        "markets.US.hub.receive.small=2",
        "expected an amount with its currency, such as '58 USD', got 2",
    ),
    "prices in another currency than the market's": (
        "sku_markets[CHG-65,US].currency=EUR",
        "expected USD, the market's currency, got EUR",
    ),
    "an unknown tariff preset": (
        "tariff_preset=301-onyl",
        "unknown tariff preset '301-onyl'; did you mean '301-only'?",
    ),
    "an unknown time zone": (
        "markets.US.time_zone=America/New_Yrok",
        "unknown time zone 'America/New_Yrok'; did you mean 'America/New_York'?",
    ),
    "a ladder without money at its end": ("markets.US.ladder=[reship]", "expected a ladder that ends with refund"),
    "an unknown step of a ladder": ("markets.US.ladder=[reship, refnd]", "got 'refnd'; did you mean 'refund'?"),
    "an unknown rate card": ("markets.US.parcel.card=USPS-AG", "unknown rate card 'USPS-AG'; did you mean 'USPS-GA'?"),
    "an unknown lane": ("markets.US.china.air.out_lane=US-CN-ari", "did you mean 'US-CN-air'?"),
    "a share in per cent": ("markets.US.parcel.loss_share=8", "expected a number of at most 1, got 8"),
    "not a number": ("markets.US.parcel.loss_share=.nan", "expected a finite number, got nan"),
    "a negative fixed fee": ("china_bench.technicians=-2", "expected a number of at least"),
    "a rule that does not begin at nothing": (
        "policy.rules[1].zones=[{from: 10 USD, do: refund}]",
        "expected the first zone to begin at 0, got 10",
    ),
    "zones out of order": (
        "policy.rules[1].zones=[{from: 0 USD, do: refund}, {from: 90 USD, do: reship}, {from: 50 USD, do: refund}]",
        "zones out of order: expected rising 'from' values, got [0.0, 90.0, 50.0]",
    ),
    "zones in two currencies": (
        "policy.rules[1].zones=[{from: 0 USD, do: refund}, {from: 50 EUR, do: reship}]",
        "expected one currency in all zones of a rule",
    ),
    "a rule without zones": ("policy.rules[1].zones=[]", "expected at least one zone"),
    "a zone with an unknown partner": (
        "policy.rules[1].zones[2].partner=hub-test-su",
        "unknown partner 'hub-test-su'; did you mean 'hub-test-us'?",
    ),
    "a zone with a partner elsewhere": (
        "policy.rules[1].zones[2].partner=hub-test-de",
        "partner 'hub-test-de' has no desk that serves US",
    ),
    "a repair without a partner": ("~policy.rules[1].zones[2].partner", "a repair_local zone must name its partner"),
    "a reship with a partner": (
        "policy.rules[1].zones[1].partner=hub-test-us",
        "a reship zone takes no partner, got 'hub-test-us'",
    ),
    "an unknown disposition": (
        "policy.rules[1].zones[1].do=reshp",
        "expected one of refund, reship, repair_local, return_china, got 'reshp'; did you mean 'reship'?",
    ),
    "claims without a rule": (
        "~policy.rules[0]",
        "expected one rule with an empty cell, so that every claim has a rule",
    ),
    "two rules for one cell": ("policy.rules[1].cell.market=UK", "two rules for the same cell: UK"),
    "a rule for an unknown market": ("policy.rules[1].cell.market=FR", "unknown market 'FR'"),
    "a fallback that needs a partner": ("policy.fallback=[repair_local]", "a fallback names no partner"),
    "a policy from no day": ("policy.effective=sometime", "expected 'horizon' or a date such as 2027-03-01"),
    "a number for a quote's retainer": (
        "partners.tierwerk-de.desks.DE.retainer=3",
        "expected a mapping of keys, got 3",
    ),
    "tiers that fall": (
        "partners.flatfix-us.tiers.steps=[{from_units: 200, discount: 0.05}, {from_units: 100, discount: 0.09}]",
        "expected tiers in rising order of from_units, got [200, 100]",
    ),
    "a yield above one": ("partners.flatfix-us.yield_share=1.2", "expected a number of at most 1, got 1.2"),
    "a bench on an unknown calendar": (
        "partners.flatfix-us.desks.US.bench.calendar=us_workday",
        "unknown calendar 'us_workday'; did you mean 'us_workdays'?",
    ),
    "an eighth day of the week": ("calendars.china_bench.weekdays=[0, 9]", "expected a number of at most 6, got 9"),
    "a calendar that ends before the claims": (
        "calendars.china_bench.until=2027-01-01",
        "the end of the run-out, got 2027-01-01",
    ),
    "a fifth skill level": ("faults[CHG-65,no_fault].skill=7", "expected a number of at most 4, got 7"),
    "an unknown kind of fault": (
        "faults[CHG-65,no_fault].kind=repairible",
        "got 'repairible'; did you mean 'repairable'?",
    ),
    "a worthless currency": ("fx[EUR].usd_per_unit=0", "expected a number of at least 1e-09, got 0"),
    "a negative warranty": ("sku_markets[CHG-65,US].warranty_days=-1", "expected a number of at least 0.001, got -1"),
    "an unknown battery": (
        "skus[CHG-65].battery=lithium",
        "expected one of none, in_equipment, standalone, supercap, got 'lithium'",
    ),
    "a price list scaled by a word": (
        "sku_markets[*,US].list_price*=more",
        "expected a number to multiply by, got 'more'",
    ),
}

CONSEQUENCES = {
    "shares that do not sum": (
        "faults[CHG-65,no_fault].share*=2",
        "tables/faults.csv: expected the shares of CHG-65 to sum to 1, got 1.15",
    ),
    "a month left out": ("~season[,1]", "tables/season.csv: expected 12 months of all markets, got 11"),
    "a currency left out": ("~fx[EUR]", "markets.DE.currency: unknown currency 'EUR'"),
    "a stock left out": ("~stock[CHG-65,US]", "tables/stock.csv: expected a row for CHG-65,US"),
    "a product left out": ("~skus[CHG-65]", "tables/sku_markets.csv row 2, column sku: unknown SKU 'CHG-65'"),
    "a partner left out": ("~partners.hub-test-us", "policy.rules[1].zones[2].partner: unknown partner 'hub-test-us'"),
    "a market in another currency": (
        "markets.US.currency=EUR",
        "tables/sku_markets.csv row 2, column currency: expected EUR, the market's currency, got USD",
    ),
}


def refusal(read: tuple[Reader[Scenario], Scenario], *sets: str) -> list[str]:
    """What changing the base says, a line a problem."""
    reader, base = read
    fresh = copy.copy(reader)
    fresh.places = copy.deepcopy(reader.places)
    with pytest.raises(ScenarioError) as caught:
        fresh.with_overrides(base, parse_sets(sets))
    return str(caught.value).splitlines()


@pytest.mark.parametrize(("change", "message"), SETS.values(), ids=SETS)
def test_a_change_that_breaks_the_base_is_refused_where_it_is_made(read, change: str, message: str) -> None:
    first = refusal(read, change)[0]
    assert first.startswith(f"--set {change}: ")
    assert message in first


@pytest.mark.parametrize(("change", "message"), CONSEQUENCES.values(), ids=CONSEQUENCES)
def test_a_change_that_breaks_something_else_is_refused_where_that_is_stated(read, change: str, message: str) -> None:
    assert any(message in line for line in refusal(read, change))


def test_many_changes_are_each_refused(read) -> None:
    said = refusal(read, "horizon.days=0", "reporting_currency=usd", "markets.*.parcel.loss_share=8")
    assert len(said) == 2 + 4
    assert any(": markets.JP.parcel.loss_share: expected" in line for line in said)


LAW = "market: {}, refurbished: yes, chooser: seller, article: art. 1"
WHAT_IFS = {
    "a law that forbids everything": (
        f"rows: {{legal_floors: {{drop: ['JP,*'], add: [{{{LAW.format('JP')}, age_from_days: 0, age_to_days: 900, "
        "allowed: repair_local}]}}\n"
        "set: {'~partners.hub-test-jp': , '~partner_logistics.hub-test-jp': , '~policy.rules[4]': }\n",
        "w.yaml:5: legal_floors[JP,0].allowed: allows nothing that is possible in JP, got 'repair_local'",
    ),
    "a law about an unknown disposition": (
        f"rows: {{legal_floors: {{drop: ['US,*'], add: [{{{LAW.format('US')}, age_from_days: 0, age_to_days: 900, "
        "allowed: return_chna}]}}\n",
        "w.yaml:5: legal_floors[US,0].allowed: unknown disposition 'return_chna'; did you mean 'return_china'?",
    ),
    "two laws for one age": (
        f"rows: {{legal_floors: {{add: [{{{LAW.format('US')}, age_from_days: 10, age_to_days: 90, "
        "allowed: refund}]}}\n",
        "overlaps the floor for ages",
    ),
    "a closure that ends before it begins": (
        "rows: {closures: {add: [{calendar: china_bench, first_day: 2027-08-05, last_day: 2027-08-03, rate: 0}]}}\n",
        "w.yaml:5: closures[china_bench,2027-08-05].last_day: expected a day on or after first_day 2027-08-05",
    ),
    "a closure of an unknown calendar": (
        "rows: {closures: {add: [{calendar: moon, first_day: 2027-08-05, last_day: 2027-08-06, rate: 0}]}}\n",
        "w.yaml:5: closures[moon,2027-08-05].calendar: unknown calendar 'moon'",
    ),
    "ways to China taken away but still the default": (
        "set: {markets.US.china: {}}\n",
        "markets.US.china_default: unknown way 'air'",
    ),
    "a policy file that is not there": (
        "policy: policies/al-home.yaml\n",
        "policies/al-home.yaml: no such file; did you mean 'policies/all-home.yaml'?",
    ),
    "a policy without rules": (
        "policy: {name: x, rules: []}\n",
        "w.yaml:5: policy: expected one rule with an empty cell, so that every claim has a rule",
    ),
}
TABLES = {
    "an unknown product": ("sales", "CHG-66,US,FBA,3,,", "column sku: unknown SKU 'CHG-66'; did you mean 'CHG-65'?"),
    "an unknown channel": ("sales", "CHG-65,US,FBB,3,,", "column channel: unknown channel 'FBB'; did you mean 'FBM'?"),
    "a lot sold backwards": (
        "lots",
        "CHG-65,L1,US,2027-03-01,2027-01-01,0.1,100,1,,,,,,,",
        "expected sold_to on or after sold_from, got 2027-01-01 before 2027-03-01",
    ),
    "an assumption about nothing": (
        "assumptions",
        "markets.US.parcel.los_share,share,0.001,0.02,guess,,A",
        "column path: markets.US.parcel.los_share: matches nothing; did you mean 'markets.US.parcel.loss_share'?",
    ),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the scenarios to break, as the working directory."""
    shutil.copytree(SCENARIOS, tmp_path / "s")
    monkeypatch.chdir(tmp_path / "s")
    return tmp_path / "s"


@pytest.mark.parametrize(("text", "message"), WHAT_IFS.values(), ids=WHAT_IFS)
def test_a_what_if_that_breaks_the_base_is_refused(folder: Path, text: str, message: str) -> None:
    head = "extends: base.yaml\nname: w\ntitle: {en: w, zh: w}\nwhy: to break it\n"
    (folder / "w.yaml").write_text(head + text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario("w.yaml")
    assert message in str(caught.value)


@pytest.mark.parametrize(("table", "row", "message"), TABLES.values(), ids=TABLES)
def test_a_row_that_breaks_the_base_is_refused_by_its_number(folder: Path, table: str, row: str, message: str) -> None:
    path = folder / "tables" / f"{table}.csv"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + f"\n{row}\n", encoding="utf-8")
    number = len(path.read_text(encoding="utf-8").splitlines())
    with pytest.raises(ScenarioError) as caught:
        load_scenario("base.yaml")
    assert str(caught.value).startswith(f"tables/{table}.csv row {number}")
    assert message in str(caught.value)


def test_a_policy_is_refused_in_its_own_file(folder: Path) -> None:
    path = folder / "policies" / "today.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("do: reship", "do: reshp", 1), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"policies/today\.yaml:\d+: policy\.rules\[0\]\.zones\[1\]\.do: expected"):
        load_scenario("base.yaml")
    shutil.copytree(SCENARIOS / "policies", folder / "policies", dirs_exist_ok=True)
    with pytest.raises(ScenarioError, match=r"^policies/nowhere\.yaml: no such file"):
        load_scenario("base.yaml", policy="policies/nowhere.yaml")


def comes_back(path: Path) -> None:
    loaded = load(path)
    again = Scenario.model_validate(tree_of(loaded.scenario))
    assert again == loaded.scenario
    assert digest(again) == digest(loaded.scenario)
    assert (len(loaded.chain) > 1) == bool(loaded.changes)


def test_the_base_comes_back_from_its_dump() -> None:
    comes_back(SCENARIOS / "base.yaml")


def test_every_shipped_file_is_what_the_json_schema_says() -> None:
    checker = jsonschema.Draft7Validator(json_schema())
    for path in SHIPPED:
        values = parse_document(path.read_text(encoding="utf-8"), path.name).values
        assert [error.message for error in checker.iter_errors(values)] == [], path.name


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_what_if_changes_something_and_comes_back_from_its_dump(path: Path) -> None:
    comes_back(path)
