"""What-ifs in words change what they name, where and when they say, and nothing else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.worlds import world
from warrantysim.analysis.what_if import (
    SUBJECTS,
    WorldChange,
    changed_scenario,
    narrowing_names,
    parse_change,
    parse_changes,
)
from warrantysim.files.loading import load_scenario
from warrantysim.schema.dated import RowsByDate
from warrantysim.schema.diff import diff
from warrantysim.schema.errors import BadInput
from warrantysim.schema.plain_text import id_of
from warrantysim.schema.root import Scenario

JUNE, JULY, AFTER = dt.date(2027, 6, 1), dt.date(2027, 7, 1), dt.date(2027, 10, 1)


@pytest.fixture(scope="module")
def base() -> Scenario:
    """The reference seller."""
    return load_scenario(Path(__file__).resolve().parents[2] / "scenarios" / "base.yaml")


def what_if(base: Scenario, words: str) -> Scenario:
    """The seller under changes in words."""
    return changed_scenario(base, parse_changes(words))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_changes_something_and_its_words_read_back(base: Scenario, subject: str) -> None:
    names = narrowing_names(subject, base)
    stated = WorldChange(
        subject, SUBJECTS[subject].usual, names[:1], ("JP",) if SUBJECTS[subject].markets else (), JUNE
    )
    assert parse_change(stated.text()) == stated
    changed = changed_scenario(base, [stated])
    assert diff(base, changed)
    assert changed.title.en != changed.title.zh
    assert changed.name == id_of(changed.name)


def test_freight_rises_between_the_days_on_the_lanes_named_and_nowhere_else(base: Scenario) -> None:
    changed = what_if(base, "freight +40% in US,DE from 2027-06-01 until 2027-09-30")
    market = {row.lane: row.market for row in base.freight_lanes}
    before = RowsByDate(base.freight_breaks, lambda row: (row.lane, row.from_quantity))
    after = RowsByDate(changed.freight_breaks, lambda row: (row.lane, row.from_quantity))
    for key in before.rows:
        for day, times in ((dt.date(2027, 5, 31), 1.0), (JUNE, 1.4), (dt.date(2027, 9, 30), 1.4), (AFTER, 1.0)):
            there = times if market[key[0]] in ("US", "DE") else 1.0  # type: ignore[index]
            assert after.on(key, day).rate == pytest.approx(before.on(key, day).rate * there)  # type: ignore[union-attr]


def test_what_already_changes_in_between_changes_from_where_it_is(base: Scenario) -> None:
    twice = what_if(base, "exchange +10% of EUR from 2027-07-01; exchange +10% of EUR from 2027-06-01")
    rate = RowsByDate(twice.fx, lambda row: row.currency)
    told = [rate.on("EUR", day).usd_per_unit for day in (dt.date(2027, 5, 1), JUNE, JULY)]  # type: ignore[union-attr]
    assert told == pytest.approx([1.16, 1.16 * 1.1, 1.16 * 1.21])


def test_a_month_that_was_stated_changes_where_it_lies_between_the_days(base: Scenario) -> None:
    row = base.sales[0]
    months = [row.replace(month=f"2027-{m:02}", units_per_month=100.0) for m in (5, 6, 9, 10)]
    stated = base.replace(sales=(*base.sales, *months))
    changed = what_if(stated, f"sales -50% of {row.sku} in {row.market} from 2027-06-01 until 2027-09-30")
    told = {one.month: one.units_per_month for one in changed.sales if one.month and one.channel == row.channel}
    assert told == {"2027-05": 100.0, "2027-06": 50.0, "2027-09": 50.0, "2027-10": 100.0}


def test_a_partner_who_is_out_takes_nothing_from_that_day(base: Scenario) -> None:
    partner = what_if(base, "partner out of flatfix-us from 2027-08-01").partners["flatfix-us"]
    assert partner.open_on(dt.date(2027, 7, 31))
    assert not partner.open_on(dt.date(2027, 8, 1))
    gone = what_if(base, "partner out of flatfix-us").partners["flatfix-us"]
    assert not gone.open_on(base.horizon.first_day)


def test_a_tariff_is_put_on_a_market_that_had_none(base: Scenario) -> None:
    changed = what_if(base, "tariff 25% in JP from 2027-04-01")
    rows = RowsByDate((r for r in changed.tariffs if r.preset == base.tariff_preset), lambda row: row.market)
    assert rows.on("JP", dt.date(2027, 3, 31)).surcharge_share == 0  # type: ignore[union-attr]
    assert rows.on("JP", dt.date(2027, 4, 1)).surcharge_share == 0.25  # type: ignore[union-attr]


def warranties(scenario: Scenario, market: str, sku: str = "VAC-L10") -> dict[str, tuple[float, float]]:
    """Days that hold and that the seller gives himself, by first month of sale."""
    mine = [row for row in scenario.sku_markets if (row.sku, row.market) == (sku, market)]
    return {row.from_.isoformat()[:7]: (row.warranty_days, row.own_days) for row in mine}


def test_months_of_warranty_are_those_of_the_calendar_as_in_a_sellers_workbook(base: Scenario) -> None:
    years = warranties(what_if(base, "warranty 36 months in JP"), "JP")
    assert years["2024-03"] == (1095.0, 1095.0)  # To 28 February 2027; a month of sale on, the 29th of 2028 is in it.
    assert years["2025-03"] == (1096.0, 1096.0)
    assert warranties(what_if(base, "warranty 18 months in JP"), "JP") == {"0001-01": (548.0, 548.0)}


def test_a_seller_who_has_so_many_months_keeps_his_terms(base: Scenario) -> None:
    once = what_if(base, "warranty 12 months in US")
    assert {days for days, _ in warranties(once, "US", "CHG-65").values()} == {365.0, 366.0}
    assert set(what_if(once, "warranty 12 months in US").sku_markets) == set(once.sku_markets)
    twelve = base.replace(sku_markets=tuple(row.replace(warranty_days=365.0) if row.market == "US" else row
                                            for row in base.sku_markets))  # fmt: skip
    assert set(what_if(twelve, "warranty 12 months in US").sku_markets) == set(twelve.sku_markets)


def test_where_the_law_gives_more_months_the_law_holds(base: Scenario) -> None:
    assert warranties(what_if(base, "warranty 12 months in DE"), "DE") == {"0001-01": (730.0, 365.0)}
    longer = what_if(base, "warranty 36 months in DE")
    back = warranties(what_if(longer, "warranty 12 months in DE"), "DE")
    assert {days for days, _ in back.values()} == {730.0, 731.0}
    assert {own for _, own in back.values()} == {365.0}


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("freigt +40%", "did you mean 'freight'"),
        ("failures -100%", "more than -100 %"),
        ("failures -150%", "more than -100 %"),
        ("prices -100%", "more than -100 %"),
        ("exchange -100%", "more than -100 %"),
        ("sales -150%", "at least -100 %"),
        ("freight +40% of US", "with in: in US"),
        ("tariff 25% of CHG-65", "with in: in US"),
        ("freight +0%", "changes nothing"),
        ("freight +40% until 2000-01-01", "2026-08-04 to 2028-04-29"),
        ("freight +40% from 2040-01-01", "2026-08-04 to 2028-04-29"),
        ("partner out of flatfix-us from 2040-01-01", "2026-08-04 to 2028-04-29"),
        ("sales -50% until 2000-01-01", "may claim in the horizon"),
        ("warranty 24 months from 2040-01-01", "may claim in the horizon"),
        ("freight 40", r"such as 'freight \+40%'"),
        ("warranty 24", "24 months"),
        ("warranty +18 months", "such as 'warranty 24 months'"),
        ("tariff +5%", "such as 'tariff 25%'"),
        ("partner out of flatfx-us", "did you mean 'flatfix-us'"),
        ("partner out", "say which partner"),
        ("sales -50% of NOTHING", "unknown 'NOTHING'; expected one of CHG-65"),
        ("sales -50% of US", "unknown 'US'; a market goes after in: in US"),
        ("sales -50% in VAC-L10", "unknown 'VAC-L10'; it goes after of: of VAC-L10"),
        ("exchange +10% of US", "unknown 'US'; "),
        ("freight +40% in XX", "unknown 'XX'"),
        ("freight +40% from June", "expected a day"),
        ("freight +40% from 2027-06-01 until 2027-01-01", "before the first"),
        ("exchange +10% in US", "no market"),
        ("prices +10% from 2027-06-15", "first of a month"),
        ("freight +40% more", "each once"),
        ("", "at least one change"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_expected(base: Scenario, words: str, text: str) -> None:
    with pytest.raises(BadInput, match=text):
        what_if(base, words)


@pytest.mark.parametrize("words", ["partner out", "fees +10%", "partner out of somebody"])
def test_where_nobody_repairs_it_is_said_that_nobody_does(words: str) -> None:
    with pytest.raises(BadInput, match="no repair partner"):
        what_if(world(), words)


@pytest.mark.parametrize("amount", [12.3456789, 1234567.0, 100.0, 0.00001, 100 / 3, 1e15])
def test_words_and_titles_keep_every_digit(base: Scenario, amount: float) -> None:
    for subject in ("freight", "tariff", "warranty"):
        stated = WorldChange(subject, amount)
        assert parse_change(stated.text()) == stated
    assert WorldChange("freight", 1234567.5).title("en", base) == "Freight +1234567.5 %"
    assert WorldChange("sales", -1234567.0).text() == "sales -1234567%"


def test_what_was_sold_before_the_horizon_and_claims_in_it_may_change(base: Scenario) -> None:
    assert diff(base, what_if(base, "failures +20% until 2025-12-31"))


def test_an_unknown_subject_is_told_the_subjects_once() -> None:
    with pytest.raises(BadInput) as refused:
        parse_change("运费 +40%")
    assert str(refused.value).count("freight") == 1


def test_ids_are_made_from_titles_in_any_language() -> None:
    assert id_of("Freight +40 %") == "freight-40"
    assert id_of("Größere Lüfter") == "grossere-lufter"
    chinese = id_of("六月起运费上涨")
    assert chinese != id_of("七月起运费上涨")
    assert chinese.isascii()
    assert id_of("长" * 300) == id_of("长" * 300)
    assert len(id_of("x" * 300)) <= 60
