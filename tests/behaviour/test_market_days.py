"""A dated row holds from its day's midnight in the market it speaks of, whichever table it stands in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from tests.worlds import claims_at, partner, policy_of, way, world
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Fallback, Run
from warrantysim.money.categories import Category
from warrantysim.money.price import price
from warrantysim.schema.clock import HOUR
from warrantysim.schema.root import Scenario

EVENING = 20 / 24
"""Twenty hours UTC: the next morning in Tokyo, the same day's afternoon in New York."""
FAST = {"contact_delay_days": 0.0}


def dated(rows: list[dict[str, Any]], day: int | None, **change: Any) -> list[dict[str, Any]]:
    """Rows, and from a day number on the same rows changed."""
    later = [] if day is None else [row | change | {"from": dt.date.fromordinal(day).isoformat()} for row in rows]
    return rows + later


def place(zone: str, day: int | None, table: str, **changes: Any) -> Scenario:
    """One market in a time zone; ``table`` doubles its prices on a day."""
    lanes = [
        {"lane": f"US-sea-{end}", "market": "US", "direction": to, "mode": "sea", "currency": "USD", "per": "kg"}
        for end, to in (("out", "to_china"), ("back", "back"))
    ]
    customs = {"market": "US", "currency": "USD", "import_entry": 60, "exam_share": 0, "exam_days": 5}
    customs |= {"import_tax_share": 0, "export_entry": 50}
    removal = {"fee": "removal", "market": "US", "tier": "standard", "amount": 2, "currency": "USD"}
    tables = {
        "fx": dated([{"currency": "CNY", "usd_per_unit": 0.14}], day if table == "fx" else None, usd_per_unit=0.28),
        "label_rates": dated(
            [{"card": "flat", "up_to": 30, "price": 8}], day if table == "label_rates" else None, price=16
        ),
        "freight_lanes": dated(lanes, day if table == "freight_lanes" else None, fixed=100),
        "customs": dated([customs], day if table == "customs" else None, export_entry=100),
        "platform_fees": dated([removal], day if table == "platform_fees" else None, amount=4),
    }
    channel = {
        "title": {"en": "P", "zh": "P"},
        "platform": True,
        "window_decider": "platform",
        "binding": "order_date",
    }
    return world(
        markets={"US": {"time_zone": zone}},
        triage=FAST | {"contact_cost": "10 CNY"},
        channels={"OWN": channel},
        windows=[{"market": "US", "channel": "OWN", "window_days": 30}],
        **tables,
        **changes,
    )


TABLES = {
    "fx": (Category.CONTACT, "return_china", 100.0),
    "label_rates": (Category.LABEL, "return_china", 100.0),
    "freight_lanes": (Category.FREIGHT, "return_china", 100.0),
    "customs": (Category.CUSTOMS_ENTRY, "return_china", 100.0),
    "platform_fees": (Category.REMOVAL, "return_china", 10.0),
}
"""What each table is read for: a category, under which rule, and at which age of the order [days]."""


def lines(run: Run, scenario: Scenario, category: Category) -> tuple[np.ndarray, np.ndarray]:
    """When the lines of a category were incurred, and what they are in dollars."""
    ledger = price(run, scenario)
    mine = ledger.category == category
    return ledger.incurred[mine], ledger.reporting[mine]


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("table", TABLES)
def test_a_dated_price_holds_from_the_markets_own_midnight(table: str, zone: str) -> None:
    category, rule, age = TABLES[table]
    plain = place(zone, None, table)
    run = simulate_run(plain, policy_of(rule), claims_at(plain, [EVENING], age=age), 1, 0)
    at, before = lines(run, plain, category)
    day = int(plain.market_days.ordinals(at[:1], 0)[0])
    assert len(at)
    same = lines(run, place(zone, day + 1, table), category)[1]
    changed = lines(run, place(zone, day, table), category)[1]
    assert same[0] == before[0]
    assert changed[0] > before[0]


def test_the_retainer_of_a_month_takes_the_rate_of_its_first_day_there() -> None:
    desk = {"currency": "EUR", "repaired": {"flat": "20 EUR"}, "minimum_per_month": "100 EUR", "onboarding": "10 EUR"}
    desk |= {"no_fault": "8 EUR", "beyond_repair": "9 EUR", "excluded": "7 EUR", "tested": "6 EUR"}
    s = world(
        partners={"P": partner(1, desk=desk)},
        policy="repair_local P",
        ways=(),
        markets={"US": {"time_zone": "Asia/Tokyo"}},
        fx=[
            {"currency": "CNY", "usd_per_unit": 0.14},
            {"currency": "EUR", "usd_per_unit": 1.0},
            {"currency": "EUR", "usd_per_unit": 2.0, "from": "2027-06-01"},
        ],
        horizon={"first_day": "2027-06-01", "days": 30},
    )
    ledger = price(simulate_run(s, s.policy, claims_at(s, [0.5]), 1, 0), s, s.policy)
    onboarding = ledger.category == Category.PARTNER_FIXED
    assert ledger.incurred[onboarding].tolist() == [-9 * HOUR]
    assert ledger.rate[onboarding].tolist() == [2.0]


def test_a_quote_ends_with_its_last_day_in_the_market() -> None:
    def why(last: str) -> int:
        s = world(
            partners={"P": partner(1, valid_to=last)},
            policy="repair_local P",
            ways=(),
            markets={"US": {"time_zone": "Asia/Tokyo"}},
        )
        return int(simulate_run(s, s.policy, claims_at(s, [EVENING]), 1, 0).records.fallback[0])

    assert why("2027-01-04") == Fallback.PARTNER_SKU
    assert why("2027-01-05") == Fallback.NONE


def test_a_law_and_a_rule_bind_from_their_day_in_the_market() -> None:
    floor = {"market": "US", "age_from_days": 0, "age_to_days": 9999, "allowed": "reship", "chooser": "seller"}
    floor |= {"refurbished": "yes", "article": "art. 1"}

    def route(since: str, **changes: Any) -> int:
        s = world(ways=(), markets={"US": {"time_zone": "Asia/Tokyo"}}, policy="refund", **changes)
        rule = policy_of("reship", effective=since)
        return int(simulate_run(s, rule, claims_at(s, [EVENING], age=0), 1, 0).records.route[0])

    assert [route(day) for day in ("2027-01-05", "2027-01-06")] == [1, 0]
    bound = [{**floor, "from": day} for day in ("2027-01-05", "2027-01-06")]
    days = [
        world(ways=(), markets={"US": {"time_zone": "Asia/Tokyo"}}, partners={"P": partner(1)}, legal_floors=[row])
        for row in bound
    ]
    found = [
        simulate_run(s, policy_of("repair_local P"), claims_at(s, [EVENING]), 1, 0).records.fallback[0] for s in days
    ]
    assert found == [Fallback.LEGAL, Fallback.NONE]


@pytest.mark.parametrize("begins", [14, 15])
def test_customs_examine_by_the_row_of_the_day_the_goods_reach_them(begins: int) -> None:
    """The freight back leaves on day 7 (UTC) and reaches customs in Tokyo on the morning of day 14."""
    row = {"market": "US", "currency": "USD", "export_entry": 5, "import_entry": 5, "exam_share": 0, "exam_days": 5}
    row["import_tax_share"] = 0
    later = (dt.date(2027, 1, 4) + dt.timedelta(days=begins)).isoformat()
    s = world(
        markets={
            "US": {
                "time_zone": "Asia/Tokyo",
                "china": {"sea": way(back_days=7.0 - 1 / 24, consolidation={"rule": "count", "count": 1}, out_days=0)},
                "customer": {"ship_lag_days": 0},
                "parcel": {"transit_days": 0},
                "hub": {"handling_days": 0},
            }
        },
        triage=FAST,
        china_bench={"landing_days": 0},
        customs=[row, {**row, "exam_share": 1, "from": later}],
    )
    run = simulate_run(s, policy_of("return_china"), claims_at(s, [1.0]), 1, 0)
    back = run.dispatches.back
    assert run.dispatches.examined[back].tolist() == [begins == 14]
    assert ((run.dispatches.landed - run.dispatches.departed)[back] > 8 * 86_400).tolist() == [begins == 14]
