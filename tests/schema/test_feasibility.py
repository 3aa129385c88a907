"""What cannot be done is refused: calendars, dispatches, laws and policies that lead nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests import worlds
from tests.files.broken import REFUND, Cases, is_told, rule

CASES: Cases = {}


def case(law: str, told: str, **changes: Any) -> None:
    """A world that breaks one law, and what is told of it."""
    CASES[law] = (changes, told)


def floor(**changes: Any) -> dict[str, Any]:
    """A legal floor of the tiny world."""
    return {
        "market": "US",
        "age_from_days": 0,
        "age_to_days": 365,
        "allowed": "refund|reship",
        "chooser": "seller",
        "refurbished": "yes",
        "article": "art. 1",
    } | changes


PARTNER = {"p": worlds.partner()}

case(
    "an unknown time zone",
    "markets.US.time_zone: unknown time zone 'Europe/Berlni'; did you mean 'Europe/Berlin'?",
    markets={"US": {"time_zone": "Europe/Berlni"}},
)
case(
    "a calendar in an unknown time zone",
    "calendars.office.time_zone: unknown time zone 'Mars/Base'",
    calendars={"office": {"time_zone": "Mars/Base"}},
)
case(
    "a working day that ends before it begins",
    "calendars.office.end_hour: expected end_hour after start_hour 9, got 8",
    calendars={"office": {"end_hour": 8}},
)
case(
    "a week without working days",
    "calendars.office.weekdays: expected days of the week, 0 to 6, each once, got []",
    calendars={"office": {"weekdays": []}},
)
case(
    "an eighth day of the week",
    "calendars.office.weekdays.0: expected a number of at most 6, got 7",
    calendars={"office": {"weekdays": [7]}},
)
case(
    "a calendar that ends within the run",
    "calendars.office.until: expected a day not before 2028-02-03, the end of the run-out, got 2027-12-31",
    calendars={"office": {"until": "2027-12-31"}},
)
case(
    "a closure that ends before it begins",
    "closures[office,2027-03-02].last_day: expected a day on or after first_day 2027-03-02, got 2027-03-01",
    closures=[{"calendar": "office", "first_day": "2027-03-02", "last_day": "2027-03-01", "rate": 0}],
)
case(
    "a closure beyond its calendar",
    "closures[office,2036-01-01].last_day: expected a day the calendar knows, to 2035-12-31, got 2036-01-02",
    closures=[{"calendar": "office", "first_day": "2036-01-01", "last_day": "2036-01-02", "rate": 0}],
)
case(
    "closures that overlap",
    "closures[office,2027-03-05]: overlaps the closure from 2027-03-01 to 2027-03-05",
    closures=[
        {"calendar": "office", "first_day": a, "last_day": b, "rate": 0}
        for a, b in (("2027-03-05", "2027-03-09"), ("2027-03-01", "2027-03-05"))
    ],
)
case(
    "a ladder that does not end with money",
    "markets.US.ladder: expected a ladder that ends with refund, got ['reship']",
    markets={"US": {"ladder": ["reship"]}},
)
case(
    "an empty ladder",
    "markets.US.ladder: expected a ladder that ends with refund, got []",
    markets={"US": {"ladder": []}},
)
for trigger, field in {"weight": "weight_kg", "count": "count", "age": "age_days", "weekday": "weekdays"}.items():
    case(
        f"batches that leave by {trigger} without saying when",
        f"markets.US.china.sea.consolidation: the rule '{trigger}' needs {field}",
        markets={"US": {"china": {"sea": {"consolidation": {"rule": trigger, "weekdays": []}}}}},
    )
case(
    "batches that may never leave",
    "markets.US.china.sea.consolidation: a hybrid rule needs age_days or weekdays",
    markets={"US": {"china": {"sea": {"consolidation": {"rule": "hybrid", "weight_kg": 50, "weekdays": []}}}}},
)
case(
    "batches that leave on an eighth day",
    "markets.US.china.sea.consolidation.weekdays.0: expected a number of at most 6, got 7",
    markets={"US": {"china": {"sea": {"consolidation": {"weekdays": [7]}}}}},
)
case(
    "a law with an unknown remedy",
    "legal_floors[US,0.0].allowed: unknown disposition 'repair'",
    legal_floors=[floor(allowed="refund|repair")],
)
case(
    "a law that forbids everything",
    "legal_floors[US,0.0].allowed: allows nothing that is possible in US, got ''",
    legal_floors=[floor(allowed="")],
)
case(
    "a law that allows only what no partner offers",
    "legal_floors[US,0.0].allowed: allows nothing that is possible in US, got 'repair_local'; expected refund",
    legal_floors=[floor(allowed="repair_local")],
)
case(
    "a law that allows only what no lane offers",
    "legal_floors[US,0.0].allowed: allows nothing that is possible in US, got 'return_china'",
    ways=(),
    legal_floors=[floor(allowed="return_china")],
)
case(
    "a law for ages that end before they begin",
    "legal_floors[US,365.0].age_to_days: expected an age above age_from_days 365, got 30",
    legal_floors=[floor(age_from_days=365, age_to_days=30)],
)
case(
    "laws whose ages overlap",
    "legal_floors[US,180.0]: overlaps the floor for ages 0 to 365",
    legal_floors=[floor(), floor(age_from_days=180, age_to_days=730)],
)
case(
    "a policy that begins on no day",
    "policy.effective: expected 'horizon' or a date such as 2027-03-01, got 'soon'",
    policy={"name": "p", "rules": [{"zones": [REFUND]}], "effective": "soon"},
)
case(
    "a fallback that would need a partner",
    "policy.fallback: a fallback names no partner, so it cannot be repair_local",
    policy={"name": "p", "rules": [{"zones": [REFUND]}], "fallback": ["repair_local"]},
)
case(
    "a partner that does not serve the rule's market",
    "policy.rules[1].zones[0]: partner 'p' has no desk that serves DE",
    markets=("US", "DE"),
    partners=PARTNER,
    policy=rule({"from": "0 USD", "do": "repair_local", "partner": "p"}, market="DE"),
)
case(
    "a partner that takes none of the rule's products",
    "policy.rules[1].zones[0]: partner 'p' takes none of the products of A",
    skus=("A", "B"),
    partners={"p": worlds.partner(skus=["B"])},
    policy=rule({"from": "0 USD", "do": "repair_local", "partner": "p"}, sku="A"),
)
case(
    "a quote that ended before the horizon",
    "policy.rules[1].zones[0]: the quote of 'p' does not hold on any day of the horizon",
    partners={"p": worlds.partner(valid_to="2027-01-03")},
    policy=rule({"from": "0 USD", "do": "repair_local", "partner": "p"}, market="US"),
)
case(
    "China where no market has a way",
    "policy.rules[1].zones[0]: no market has a way to China",
    ways=(),
    policy=rule({"from": "0 USD", "do": "return_china"}, sku="A"),
)


@pytest.mark.parametrize("law", CASES)
def test_what_cannot_be_done_is_told(law: str) -> None:
    is_told(*CASES[law])


def test_a_way_the_rules_market_has_not_is_told() -> None:
    s = worlds.world(markets=("US", "DE"))
    markets = {"US": s.markets["US"], "DE": s.markets["DE"].replace(china={}, china_default="")}
    home = {"from": "0 USD", "do": "return_china", "partner": "sea"}
    with pytest.raises(ValidationError, match=r"policy\.rules\[1\]\.zones\[0\]: DE has no way 'sea' to China"):
        s.replace(markets=markets, policy=rule(home, market="DE"))
    assert s.replace(markets=markets, policy=rule(home, market="US")).way_ids == ("sea",)


def test_a_rule_for_all_markets_may_name_a_partner_of_one() -> None:
    local = {"from": "0 USD", "do": "repair_local", "partner": "p"}
    s = worlds.world(markets=("US", "DE"), partners=PARTNER, policy=rule(local, sku="A"))
    assert s.partners["p"].desk_for("DE") is None


def test_laws_that_follow_each_other_in_age_or_in_time_do_not_overlap() -> None:
    rows = [floor(), floor(age_from_days=365, age_to_days=730), {**floor(max_days=30), "from": "2027-07-01"}]
    assert len(worlds.world(legal_floors=rows).legal_floors) == 3
