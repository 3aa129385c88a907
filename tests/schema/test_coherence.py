"""Figures that cannot be true together are refused, all at once, each at its place."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests import worlds
from tests.files.broken import REFUND, Cases, is_told, problems_of, rule
from warrantysim.schema import coherence, row_keys
from warrantysim.schema.products import Sales
from warrantysim.schema.row_keys import keys_of, surely_apart

CASES: Cases = {}


def case(law: str, told: str, **changes: Any) -> None:
    """A world that breaks one law, and what is told of it."""
    CASES[law] = (changes, told)


def row(**cells: Any) -> dict[str, Any]:
    """A row with ``from`` written ``from_``."""
    return {key.rstrip("_"): value for key, value in cells.items()}


def season(months: int, multiplier: float = 1.0) -> list[dict[str, Any]]:
    """So many months."""
    return [{"month": m, "multiplier": multiplier} for m in range(1, months + 1)]


SALES = {"sku": "A", "market": "US", "channel": "OWN", "units_per_month": 1}
DELIVERY = {"sku": "A", "market": "US", "day": "2027-02-01", "units": 5}
ALL_TERMS = {"sku": "A", "market": "US"}

case("one key twice", "sales[A,US,OWN]: duplicate key", sales=[SALES, SALES])
case(
    "terms missing for a product and market",
    "sku_markets: expected a row for A,DE",
    markets=("US", "DE"),
    sku_markets=[worlds.terms()],
)
case(
    "stock missing for a product and market", "stock: expected a row for A,DE", markets=("US", "DE"), stock=[ALL_TERMS]
)
case(
    "a scenario in which nothing happens", "sales: expected sales or a claims_table; the scenario has neither", sales=[]
)
case(
    "prices in another currency than the market's",
    "sku_markets[A,US].currency: expected USD, the market's currency, got CNY",
    terms_of={"currency": "CNY"},
)
case(
    "half price in another currency than the market's",
    "births.propensity.US.half_price: expected USD, the market's currency, got 10.0 CNY",
    births={"propensity": {"US": {"half_price": "10 CNY"}}},
)
case(
    "opportunistic prices in another currency",
    "births.opportunistic.US[0].from: expected USD, the market's currency, got 0.0 CNY",
    births={"opportunistic": {"US": [{"from": "0 CNY", "share": 0.01}]}},
)
case(
    "opportunistic prices that fall",
    "births.opportunistic.US: expected rising 'from' prices",
    births={"opportunistic": {"US": [{"from": "9 USD", "share": 0.01}, {"from": "0 USD", "share": 0.01}]}},
)
case(
    "fault shares that miss 1",
    "faults: expected the shares of A to sum to 1, got 0.9",
    fault_shares={"repairable": 0.9},
)
case(
    "symptoms that miss 1",
    "symptoms: expected the shares of repairable with evidence none to sum to 1, got 2",
    symptoms=[*worlds.symptoms(), {"kind": "repairable", "evidence": "none", "symptom": "weak", "share": 1}],
)
case(
    "symptoms not stated for an evidence level",
    "symptoms: expected rows: the shares of excluded with evidence video are not stated",
    symptoms=[r for r in worlds.symptoms() if (r["kind"], r["evidence"]) != ("excluded", "video")],
)
case(
    "a trade price above the list price",
    "recovery.trade_share_of_price.none: expected a number of at most 1, got 1.3",
    recovery={"trade_share_of_price": {"none": 1.3}},
)
case(
    "a dispute share below 0",
    "triage.denial.dispute_share.photo: expected a number of at least 0, got -0.1",
    triage={"denial": {"dispute_share": {"photo": -0.1}}},
)
case(
    "a negative visibility",
    "births.visibility.OWN: expected a number of at least 0, got -1",
    births={"visibility": {"OWN": -1.0}},
)
case(
    "age bands that do not rise",
    "triage.age_bands_days: expected rising ages above 0, got [30.0, 30.0]",
    triage={"age_bands_days": [30, 30]},
)
case(
    "a rule for an age band there is not",
    "policy.rules[1].cell.age_band: expected a band from 0 to 3, got 4",
    policy=rule(REFUND, age_band=4),
)
case("a season of eleven months", "season: expected 12 months of all markets, got 11; missing 12", season=season(11))
case("a season without sales", "season: expected some month of all markets to be above 0", season=season(12, 0.0))
case(
    "a rate that begins within the run",
    "fx[CNY]: expected a rate from 2026-12-05, the first day claims are born, got 2027-02-01",
    fx=[row(currency="CNY", usd_per_unit=0.14, from_="2027-02-01")],
)
case(
    "a market that sends to China without customs",
    "customs: expected a row for US, which sends to China, that holds on 2026-12-05",
    customs=[],
)
case(
    "a card without prices",
    "rate_cards[extra]: expected at least one row in label_rates",
    rate_cards=[{"card": name, "kind": "weight_steps", "currency": "USD", "unit": "kg"} for name in ("flat", "extra")],
)
case(
    "a card of another market",
    "markets.US.parcel.card: expected a card of US, got 'flat' of DE",
    markets=("US", "DE"),
    rate_cards=[{"card": "flat", "market": "DE", "kind": "weight_steps", "currency": "USD", "unit": "kg"}],
)
case(
    "deliveries nobody reads",
    "deliveries: rows would not be read; set stock_rules.deliveries to table, or leave them out",
    deliveries=[DELIVERY],
)
case(
    "a table of deliveries without rows",
    "deliveries: expected rows, since stock_rules.deliveries says table",
    stock_rules={"deliveries": "table"},
)
case(
    "a delivery outside the run",
    "deliveries[A,US,2029-02-01].day: expected a day from 2026-12-05 to 2028-02-03, got 2029-02-01",
    stock_rules={"deliveries": "table"},
    deliveries=[DELIVERY | {"day": "2029-02-01"}],
)
case(
    "an assumption about a figure there is not",
    "assumptions[china_bench.skil].path: china_bench.skil: matches nothing; did you mean",
    assumptions=[{"path": "china_bench.skil", "unit": "level", "low": 1, "high": 4, "reason": "why"}],
)


@pytest.mark.parametrize("law", CASES)
def test_figures_that_cannot_be_true_together_are_told(law: str) -> None:
    is_told(*CASES[law])


def test_all_problems_are_told_at_once() -> None:
    found = problems_of(
        fault_shares={"repairable": 0.9},
        markets={"US": {"ladder": [], "time_zone": "Mars/Base"}},
        season=season(3),
    )
    assert [re.split(r"[:.\[]", line)[0] for line in found] == ["faults", "season", "markets", "markets"]


def test_unknown_names_are_told_alone_since_what_rests_on_them_cannot_be_judged() -> None:
    found = problems_of(fault_shares={"repairable": 0.9}, tariff_preset="non")
    assert found == ["tariff_preset: unknown tariff preset 'non'; did you mean 'none'?"]


def test_shares_may_miss_one_by_rounding_alone() -> None:
    worlds.world(fault_shares={"repairable": 1 / 3, "excluded": 1 / 3, "unrepairable": 0.3333333})
    assert problems_of(fault_shares={"repairable": 1 / 3, "excluded": 1 / 3, "unrepairable": 0.33333})


def test_no_row_is_named_in_which_nothing_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    named: list[str] = []

    def row_path(table: str, row: Any, column: str = "") -> str:
        named.append(table)
        return row_keys.row_path(table, row, column)

    monkeypatch.setattr(coherence, "row_path", row_path)
    worlds.world()
    assert not named


def test_keys_that_differ_as_stated_differ_as_text_and_those_that_may_not_are_written_out() -> None:
    rows = [Sales(sku="A", market="US", channel=name, units_per_month=1) for name in ("OWN", "FBA")]
    assert surely_apart(rows, Sales)
    later = rows[0].replace(from_="2027-01-01")
    for more, apart in (
        (later, True),
        (rows[0].replace(month="2027-01"), True),
        (rows[1].replace(units_per_month=2), False),
    ):
        stated = [*rows, more]
        assert surely_apart(stated, Sales) is apart
        assert (len(set(keys_of(stated, Sales))) == len(stated)) is apart
