"""The scenario as a whole: its order, its looks-up, its travels between processes."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
import time
from typing import get_args, get_origin, get_type_hints

import pytest
from pydantic import ValidationError

from tests import worlds
from warrantysim.schema.network import PartnerLogistics
from warrantysim.schema.root import Scenario
from warrantysim.schema.strict import Row


def stated(s: Scenario) -> dict[str, object]:
    """The fields of a scenario, to be stated once more."""
    return {name: getattr(s, name) for name in type(s).model_fields}


def test_every_table_is_a_field_of_rows_and_every_field_of_rows_a_table() -> None:
    hints = {name: get_type_hints(Scenario)[name] for name in Scenario.model_fields}
    rows = {name: get_args(hint)[0] for name, hint in hints.items() if get_origin(hint) is tuple}
    fields = {name: model for name, model in rows.items() if issubclass(model, Row)}
    assert fields == Scenario.TABLES


def test_columns_refer_to_ids_in_stated_order() -> None:
    s = worlds.world(("B", "A"), ("US", "DE"), partners={"z": worlds.partner(), "a": worlds.partner()})
    assert s.market_ids == ("US", "DE")
    assert s.sku_ids == ("B", "A")
    assert s.partner_ids == ("z", "a")
    assert s.channel_ids == ("OWN",)
    assert s.sku_index == {"B": 0, "A": 1}
    assert s.market_index == {"US": 0, "DE": 1}
    assert s.symptom_ids == ("dead", "hot_or_swollen")


def test_ways_are_the_sorted_union_of_all_markets() -> None:
    s = worlds.world(markets={"US": {"china": {"air": worlds.way("US", "air")}}, "DE": {}}, ways=("sea", "air"))
    assert s.way_ids == ("air", "sea")
    assert worlds.world(ways=()).way_ids == ()


def test_terms_and_stock_stand_in_order_of_products_then_markets_however_they_were_stated() -> None:
    s = worlds.world(("B", "A"), ("US", "DE"))
    shuffled = Scenario.model_validate(
        {**stated(s), "sku_markets": tuple(reversed(s.sku_markets)), "stock": tuple(reversed(s.stock))}
    )
    wanted = [("B", "US"), ("B", "DE"), ("A", "US"), ("A", "DE")]
    assert [(row.sku, row.market) for row in shuffled.sku_markets] == wanted
    assert [(row.sku, row.market) for row in shuffled.stock] == wanted


def test_terms_of_one_product_and_market_stand_in_order_of_their_dates() -> None:
    later = worlds.terms(**{"from": "2027-06-01"}, list_price=120.0)
    s = worlds.world(sku_markets=[later, worlds.terms()])
    assert [row.list_price for row in s.sku_markets] == [100.0, 120.0]


def test_the_horizon_begins_with_its_run_in_and_ends_with_its_run_out() -> None:
    horizon = worlds.world().horizon
    assert horizon.begins == dt.date(2026, 12, 5)
    assert horizon.ends == dt.date(2027, 1, 4) + dt.timedelta(days=395)
    assert worlds.world().clock.stamp(horizon.first_day) == 0


def test_a_rate_holds_from_its_day_until_the_next() -> None:
    rows = [
        {"currency": "CNY", "usd_per_unit": 0.14},
        {"currency": "CNY", "usd_per_unit": 0.15, "from": "2027-07-01"},
    ]
    s = worlds.world(fx=rows)
    assert s.usd_per_unit("USD") == 1.0
    assert s.usd_per_unit("CNY") == 0.14
    assert s.usd_per_unit("CNY", dt.date(2027, 6, 30)) == 0.14
    assert s.usd_per_unit("CNY", dt.date(2027, 7, 1)) == 0.15
    with pytest.raises(ValueError, match="no exchange rate of EUR is stated for 2027-01-04"):
        s.usd_per_unit("EUR")


def test_a_lane_flies_where_its_mode_is_air() -> None:
    s = worlds.world(ways=("air", "sea"))
    assert s.lane_flies("US-air-out")
    assert not s.lane_flies("US-sea-back")


def test_a_partner_without_logistics_of_its_own_has_the_defaults() -> None:
    s = worlds.world(
        partners={"p": worlds.partner(), "q": worlds.partner()}, partner_logistics={"q": {"outbound": "label"}}
    )
    assert s.logistics("p") == PartnerLogistics()
    assert s.logistics("q").outbound == "label"


def test_a_scenario_cannot_be_changed_but_replaced_and_is_then_checked_again() -> None:
    s = worlds.world()
    with pytest.raises(ValidationError, match="frozen"):
        s.name = "other"  # type: ignore[misc]
    assert s.replace(name="other").name == "other"
    with pytest.raises(ValidationError, match="unknown currency 'EUR'"):
        s.replace(reporting_currency="EUR")


def test_a_scenario_travels_between_processes_and_is_the_same_there() -> None:
    s = worlds.world(partners={"p": worlds.partner()})
    assert s.market_ids == ("US",)  # Looked up once before it travels.
    there = pickle.loads(pickle.dumps(s))
    assert there == s
    assert hash(there) == hash(s)
    assert there.market_ids == ("US",)
    assert copy.deepcopy(s) == s


def test_scenarios_that_differ_in_one_figure_are_not_equal() -> None:
    assert worlds.world() != worlds.world(terms_of={"list_price": 101.0})


def test_names_are_fit_for_file_names() -> None:
    with pytest.raises(ValidationError, match="name"):
        worlds.world(name="../up")


def test_checking_a_small_scenario_takes_a_few_milliseconds() -> None:
    s = worlds.world()
    values = stated(s)
    times = []
    for _ in range(5):
        begun = time.process_time()
        Scenario.model_validate(values)
        times.append(time.process_time() - begun)
    assert min(times) < 0.05
