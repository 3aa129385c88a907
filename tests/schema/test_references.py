"""Every name that nothing bears is told where it stands, with the nearest that is."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests import worlds
from tests.files.broken import REFUND, Cases, is_told, problems_of, rule

CASES: Cases = {}


def case(law: str, told: str, **changes: Any) -> None:
    """A world that breaks one law, and what is told of it."""
    CASES[law] = (changes, told)


SALES = {"sku": "A", "market": "US", "channel": "OWN", "units_per_month": 1}

case("sales of an unknown product", "sales[B,US,OWN].sku: unknown SKU 'B'", sales=[SALES | {"sku": "B"}])
case(
    "sales in an unknown channel",
    "sales[A,US,OWM].channel: unknown channel 'OWM'; did you mean 'OWN'?",
    sales=[SALES | {"channel": "OWM"}],
)
case(
    "terms in an unknown market",
    "sku_markets[A,UK].market: unknown market 'UK'",
    sku_markets=[worlds.terms(), worlds.terms(market="UK")],
)
case(
    "faults of an unknown product",
    "faults[B,dead].sku: unknown SKU 'B'",
    faults=[*worlds.faults(), worlds.faults("B")[0] | {"fault": "dead"}],
)
case(
    "a lot sold in an unknown market",
    "lots[A,bad].markets: unknown market 'FR'",
    lots=[
        {
            "sku": "A",
            "lot": "bad",
            "markets": "US | FR",
            "sold_from": "2026-01-01",
            "sold_to": "2026-02-01",
            "share": 0.1,
        }
    ],
)
case(
    "a lot with an unknown fault",
    "lots[A,bad].fault: unknown fault of A 'repairabel'; did you mean 'repairable'?",
    lots=[
        {
            "sku": "A",
            "lot": "bad",
            "fault": "repairabel",
            "sold_from": "2026-01-01",
            "sold_to": "2026-02-01",
            "share": 0.1,
        }
    ],
)
case(
    "a stated claim with an unknown fault",
    "claims_table[c1].fault: unknown fault of A 'x'",
    claims_table=[{"claim": "c1", "opened_day": 3, "sku": "A", "market": "US", "value": 100, "fault": "x"}],
)
case(
    "a stated claim with a symptom nothing shows",
    "claims_table[c1].symptom: unknown symptom 'weak'",
    claims_table=[{"claim": "c1", "opened_day": 3, "sku": "A", "market": "US", "value": 100, "symptom": "weak"}],
)
case(
    "a closure of an unknown calendar",
    "closures[ofice,2027-03-01].calendar: unknown calendar 'ofice'; did you mean 'office'?",
    closures=[{"calendar": "ofice", "first_day": "2027-03-01", "last_day": "2027-03-01", "rate": 0}],
)
case(
    "a tariff that spares an unknown product",
    "tariffs[none,US].exempt: unknown SKU 'B'",
    tariffs=[{"preset": "none", "market": "US", "s301_factor": 0, "exempt": "A|B"}],
)
case(
    "an unknown tariff preset", "tariff_preset: unknown tariff preset 'non'; did you mean 'none'?", tariff_preset="non"
)
case(
    "a card of no carrier",
    "markets.US.parcel.card: unknown rate card 'flt'; did you mean 'flat'?",
    markets={"US": {"parcel": {"card": "flt"}}},
)
case(
    "a zone the card has not",
    "markets.US.parcel.zone: unknown zone of rate card flat '9'",
    markets={"US": {"parcel": {"zone": "9"}}},
)
case(
    "a lane that is not there",
    "markets.US.china.sea.out_lane: unknown freight lane 'US-sea-ot'; did you mean 'US-sea-out'?",
    markets={"US": {"china": {"sea": {"out_lane": "US-sea-ot"}}}},
)
case(
    "a lane that goes the other way",
    "markets.US.china.sea.out_lane: expected a lane of US with direction to_china, got a lane of US",
    markets={"US": {"china": {"sea": {"out_lane": "US-sea-back"}}}},
)
case(
    "a lane of another market",
    "markets.US.china.sea.back_lane: expected a lane of US with direction back, got a lane of DE with direction back",
    markets={"US": {"china": {"sea": {"back_lane": "DE-sea-back"}}}, "DE": {}},
)
case(
    "a default way the market has not",
    "markets.US.china_default: unknown way 'air'",
    markets={"US": {"china_default": "air"}},
)
case(
    "a channel nobody delivers for",
    "births.delivery_days.OWM: unknown channel 'OWM'",
    births={"delivery_days": {"OWM": 1.0}},
)
case("logistics of no partner", "partner_logistics.p: unknown partner 'p'", partner_logistics={"p": {}})
case(
    "a partner's desk in an unknown market",
    "partners.p.desks.main.serves: unknown market 'FR'",
    partners={"p": worlds.partner(serves=("FR",))},
)
case(
    "a partner's unknown calendar",
    "partners.p.desks.main.bench.calendar: unknown calendar 'alway'; did you mean 'always'?",
    partners={"p": worlds.partner(bench={"calendar": "alway"})},
)
case(
    "a bench with an unknown calendar",
    "china_bench.calendar: unknown calendar 'night'",
    china_bench={"calendar": "night"},
)
case(
    "agents with an unknown calendar",
    "triage.agents.calendar: unknown calendar 'night'",
    triage={"agents": {"count": 1, "minutes": 5, "calendar": "night"}},
)
case(
    "a recovery grade without a price",
    "skus[A].recovery_grade: unknown recovery grade 'A+'",
    sku_of={"recovery_grade": "A+"},
)
case(
    "a currency without a rate, named where it is used",
    "markets.US.hub.receive.small: unknown currency 'EUR'",
    markets={"US": {"hub": {"receive": {"small": "2 EUR"}}}},
)
case(
    "a table's currency without a rate",
    "freight_lanes[US-sea-out].currency: unknown currency 'EUR'",
    freight_lanes=[
        {"lane": f"US-sea-{end}", "market": "US", "direction": way, "mode": "sea", "currency": "EUR", "per": "kg"}
        for end, way in (("out", "to_china"), ("back", "back"))
    ],
)
case("a reporting currency without a rate", "reporting_currency: unknown currency 'EUR'", reporting_currency="EUR")
case("a policy for an unknown product", "policy.rules[1].cell.sku: unknown SKU 'B'", policy=rule(REFUND, sku="B"))
case(
    "a policy for an unknown category",
    "policy.rules[1].cell.category: unknown category 'thing'; did you mean 'things'?",
    policy=rule(REFUND, category="thing"),
)
case(
    "a policy for a symptom nothing shows",
    "policy.rules[1].cell.symptom: unknown symptom 'weak'",
    policy=rule(REFUND, symptom="weak"),
)
case(
    "a policy with an unknown partner",
    "policy.rules[1].zones[0].partner: unknown partner 'q'",
    policy=rule({"from": "0 USD", "do": "repair_local", "partner": "q"}, market="US"),
)
case(
    "a policy with an unknown way",
    "policy.rules[1].zones[0].partner: unknown way 'rail'",
    policy=rule({"from": "0 USD", "do": "return_china", "partner": "rail"}, market="US"),
)
case(
    "evidence asked for in an unknown market",
    "policy.evidence[0].market: unknown market 'FR'",
    policy={
        "name": "p",
        "rules": [{"zones": [REFUND]}],
        "evidence": [{"from": "0 USD", "level": "photo", "market": "FR"}],
    },
)
case(
    "a cut-point in a currency without a rate",
    "policy.rules[1].zones[0].from: unknown currency 'EUR'",
    policy=rule({"from": "0 EUR", "do": "refund"}, market="US"),
)


@pytest.mark.parametrize("law", CASES)
def test_a_name_that_nothing_bears_is_told_where_it_stands(law: str) -> None:
    is_told(*CASES[law])


def test_a_market_without_a_way_to_be_paid_is_told() -> None:
    s = worlds.world()
    with pytest.raises(ValidationError, match="rails: expected an entry for market 'US'"):
        s.replace(rails={})


def test_several_unknown_names_of_one_cell_are_told_one_by_one() -> None:
    found = problems_of(tariffs=[{"preset": "none", "market": "US", "s301_factor": 0, "exempt": "B|A|C"}])
    assert ["'B'" in found[0], "'C'" in found[1], len(found)] == [True, True, 2]
