"""The packs of markets: each alone and all together make a seller, and every figure says what it rests on."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from tests.packs.one_product import write_one_product
from warrantysim.claims.births import born_with_earlier
from warrantysim.experiment.levers import turned
from warrantysim.experiment.uncertain import drawn_together, levers_at, stated_inputs
from warrantysim.files.documents import Document, dotted
from warrantysim.files.loading import load, load_policy
from warrantysim.files.market_packs import documents_of
from warrantysim.files.remarks import Remark, remark_on, remarks
from warrantysim.journeys.events import simulate_run
from warrantysim.money.price import price
from warrantysim.packs import rows
from warrantysim.packs.markets import CODES, FOLDER
from warrantysim.schema.dispositions import DISPOSITIONS
from warrantysim.schema.fields import Path as Place
from warrantysim.schema.law import LegalFloorRow
from warrantysim.schema.paths import at, match, tree_of
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

TABLES = tuple(sorted(path.stem for path in (FOLDER / "tables").glob("*.csv")))
SETTINGS = {"plan", "decision", "horizon"}
"""How the program works, not what is so."""
UNRANGED = {
    "lapse_days": "own terms of a label",
    "reopen_lag_days": "moves a claim in time alone",
    "insist_early_days": "a bound between two shares that have ranges",
    "cheap_factor": "goes with half_price, which has a range",
    "fee_fixed": "small beside the share",
    "rails days": "moves a payment in time alone",
    "partial_offer_share": "own choice",
    "partial_uptake_share": "used only where a ladder has a partial refund",
    "consolidation": "own choice; weight and age of the batches that are usual have ranges",
    "back_every_days": "of the regular air freight; that by sea has a range",
    "sigma": "the median has a range",
    "back_days": "as out",
    "uniform": "sourced between its ends in the first four markets",
    "triangular": "its mode has a range",
    "start_hour": "hours of work",
    "weekdays": "days of work",
    "end_hour": "hours of work",
    "from": "a bound between two shares that have ranges",
    "extension_days": "by law",
    "disposal_per_unit": "small beside disposal by weight",
    "tax_share": "by law",
}
"""Assumed figures of a market without a range, with the reason."""


@cache
def seller(folder: Path, codes: tuple[str, ...]) -> Scenario:
    """One product on the packs of some markets."""
    loaded = load(write_one_product(folder / "one.yaml", codes))
    assert not loaded.remarks
    return loaded.scenario


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return seller(tmp_path_factory.mktemp("all"), CODES)


def figures(document: Document) -> list[Place]:
    """Where a document states a number or an amount."""
    found = []
    for place in document.lines:
        value = at(document.values, place) if place and place[0] in document.values else None
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if place and place[0] not in SETTINGS and (number or re.match(r"[\d.]+ [A-Z]{3}$|\w+\(\w+=", str(value))):
            found.append(place)
    return found


def mark(place: Place, said: Mapping[Place, Remark]) -> str:
    """What a figure rests on, by the comment beside it."""
    remark = remark_on(place, said)
    return remark.mark if remark else ""


def name(place: Place, document: Document) -> str:
    return f"{document.place(place)}: {dotted(place)}"


def bills(s: Scenario, policy: Policy, seed: int = 1) -> float:
    """What is paid and received in a run, added without sign."""
    claims, before = born_with_earlier(s, seed, 0)
    ledger = price(simulate_run(s, policy, claims, seed, 0, earlier=before), s, policy)
    assert np.isfinite(ledger.reporting).all()
    return float(np.abs(ledger.reporting).sum())


@pytest.mark.parametrize("code", CODES)
def test_a_market_alone_is_a_seller_that_can_be_simulated(code: str, tmp_path: Path) -> None:
    s = seller(tmp_path, (code,))
    assert s.market_ids == (code,)
    for policy in (s.policy, load_policy("scenarios/policies/all-home.yaml")):
        assert bills(s, policy) > 0


def test_all_markets_together_can_be_simulated(everywhere: Scenario) -> None:
    assert everywhere.market_ids == CODES
    assert bills(everywhere, everywhere.policy)


def test_a_market_brings_what_is_its_own_and_nothing_of_another(everywhere: Scenario, tmp_path: Path) -> None:
    alone = seller(tmp_path, ("PL",))
    for field in ("windows", "legal_floors", "platform_fees", "customs", "freight_lanes", "rate_cards"):
        assert {row.market for row in getattr(alone, field)} <= {"PL", ""}, field
    assert {row.currency for row in alone.fx} == {"PLN", "CNY"}
    assert {row.calendar for row in alone.closures} == {"pl_workdays", "china_bench"}
    assert {row.path for row in alone.assumptions} < {row.path for row in everywhere.assumptions}
    assert alone.markets["PL"] == everywhere.markets["PL"]


def test_every_figure_outside_tables_says_what_it_rests_on(tmp_path: Path) -> None:
    said = remarks(write_one_product(tmp_path / "one.yaml", CODES))
    bare = [
        name(place, document)
        for document in documents_of(CODES)
        for place in figures(document)
        if not mark(place, said)
    ]
    assert not bare


def test_every_row_says_what_it_rests_on() -> None:
    for table in TABLES:
        for row in rows(f"markets/tables/{table}"):
            assert row["mark"] in {"S", "D", "A"}, (table, row)
            assert row["source"], (table, row)


def test_every_source_code_is_registered_and_every_registered_source_is_used() -> None:
    texts = [path.read_text("utf-8") for path in FOLDER.rglob("*.*") if path.suffix in {".yaml", ".csv"}]
    whole = "\n".join(text for text in texts if not text.startswith("code,source"))
    used = set(re.findall(r"\b[SM]\d+[a-z]?\b", whole))
    for kind, first, last in re.findall(r"\b([SM])(\d+)-\1(\d+)\b", whole):
        used |= {f"{kind}{n}" for n in range(int(first), int(last) + 1)}
    registered = {row["code"] for row in rows("markets/sources")}
    assert registered == used
    assert all(row["source"] and row["grade"] for row in rows("markets/sources"))


def test_every_assumed_figure_of_a_market_has_a_range_or_a_reason_to_have_none(
    everywhere: Scenario, tmp_path: Path
) -> None:
    said = remarks(write_one_product(tmp_path / "one.yaml", CODES))
    ranged = {re.sub(r"[.\[\]]+", " ", row.path).strip() for row in everywhere.assumptions}
    bare = []
    for document in documents_of(CODES):
        for place in figures(document):
            words = " ".join(map(str, place))
            if (
                set(words.split()) & set(CODES)
                and mark(place, said) == "A"
                and not any(r in f"{words} " for r in ranged)
            ):
                bare += (
                    [] if any(set(key.split()) <= set(words.split()) for key in UNRANGED) else [name(place, document)]
                )
    assert not bare


def test_what_is_stated_lies_within_its_range(everywhere: Scenario) -> None:
    tree = tree_of(everywhere)
    for row in everywhere.assumptions:
        (place,) = match(tree, row.path, Scenario.TABLES)
        value = float(str(at(tree, place)).split(" ")[0])
        assert row.low <= value <= row.high, row.path


def test_markets_have_ranges_of_the_same_figures() -> None:
    """What is uncertain in one market is uncertain in each that states it."""
    by: dict[str, set[str]] = {code: set() for code in CODES}
    for row in rows("markets/tables/assumptions"):
        for code in set(re.split(r"\W", row["path"])) & set(CODES):
            by[code].add(re.sub(rf"\b{code}\b", "*", row["path"]))
    shared = set.intersection(*by.values())
    assert len(shared) > 35
    assert by["FR"] >= by["DE"] - {"markets.*.tax_share"}


class Law(NamedTuple):
    liable: int
    longer: dict[str, int]
    window: int
    attempts: int | None


LAWS = {
    "DE": Law(730, {"2026-07-30": 0, "2026-07-31": 365}, 14, 1),
    "FR": Law(730, {"2026-07-30": 182, "2027-06-01": 182}, 14, 1),
    "IT": Law(730, {"2026-12-31": 0, "2027-01-01": 365}, 14, 1),
    "ES": Law(1095, {"2026-12-31": 0, "2027-01-01": 365}, 14, 1),
    "NL": Law(1825, {"2026-07-30": 0, "2027-06-01": 0}, 14, 1),
    "BE": Law(730, {"2026-07-30": 0, "2026-07-31": 365}, 14, 1),
    "PL": Law(730, {"2026-07-30": 0, "2026-07-31": 365}, 14, 1),
    "SE": Law(1095, {"2026-07-30": 0, "2027-06-01": 0}, 14, 1),
    "UK": Law(2190, {"2027-06-01": 0}, 14, 1),
    "JP": Law(365, {"2027-06-01": 0}, 30, 2),
    "MX": Law(90, {"2027-06-01": 0}, 30, 1),
    "CA": Law(730, {"2027-06-01": 0}, 30, 2),
    "AU": Law(730, {"2027-06-01": 0}, 30, 1),
}
"""Days of liability, days a repair adds by day of sale, the platform's window for electronics, attempts."""
NEW_YEARS_SALE = dt.date(2026, 1, 1)


def floors(s: Scenario, code: str, sold: dt.date, region: str = "") -> list[LegalFloorRow]:
    """The rows that bind a sale of cameras, one for each age at which one begins."""
    held = [
        row
        for row in s.legal_floors
        if row.market == code and row.region == region and row.sold_from <= sold and not row.about
    ]
    return [max((row for row in held if row.age_from_days == age), key=lambda row: row.sold_from)
            for age in sorted({row.age_from_days for row in held})]  # fmt: skip


@pytest.mark.parametrize("code", LAWS)
def test_the_law_of_a_market_is_what_was_found(everywhere: Scenario, code: str) -> None:
    law = LAWS[code]
    rows_of = floors(everywhere, code, NEW_YEARS_SALE)
    assert all(one.age_to_days == two.age_from_days for one, two in pairwise(rows_of)), "no age is left out"
    own = [
        row
        for row in rows_of
        if row.article not in {"Code de la consommation L217-13"} and "Directive" not in row.article
    ]
    assert max(row.age_to_days for row in own) == law.liable
    for day, longer in law.longer.items():
        assert max(row.repair_extends_days for row in floors(everywhere, code, dt.date.fromisoformat(day))) == longer
    windows = [row for row in everywhere.windows if row.market == code and row.channel == "FBA"]
    assert max(windows, key=lambda row: row.from_).window_days == law.window
    assert {row.max_repairs for row in rows_of} == {law.attempts}


@pytest.mark.parametrize("code", ["DE", "FR", "IT", "ES", "NL", "BE", "PL", "SE"])
def test_in_the_union_a_new_sale_gives_the_choice_and_repaired_goods_on_request(
    everywhere: Scenario, code: str
) -> None:
    first, *later = floors(everywhere, code, dt.date(2027, 6, 1))
    assert (first.age_from_days, first.age_to_days, first.dispositions) == (0, 14, frozenset(DISPOSITIONS))
    for row in later:
        assert row.chooser == "customer"
        assert row.refurbished == "consent"
        assert row.inform_days > 0 or row.age_from_days == 730, "the customer is told of the choice first"
        assert row.deduction == "none" or code == "DE" or row.age_from_days >= 730
    assert "refund" not in later[0].dispositions, "repair or replacement comes first"


def test_what_is_peculiar_to_a_market(everywhere: Scenario) -> None:
    (quebec,) = [row for row in everywhere.legal_floors if row.region == "Quebec" and row.about]
    assert (quebec.sold_from, quebec.age_to_days, quebec.share) == (dt.date(2026, 10, 5), 1095, 0.22)
    assert "tablet" in quebec.about
    (major,) = floors(everywhere, "AU", NEW_YEARS_SALE, "Major failures")
    assert (major.chooser, major.deduction, major.dispositions) == ("customer", "none", {"refund", "reship"})
    early, late = floors(everywhere, "UK", NEW_YEARS_SALE)[1:]
    assert (early.deduction, early.age_to_days, late.deduction) == ("none", 180, "use")
    (mexico,) = floors(everywhere, "MX", NEW_YEARS_SALE)
    assert "20 %" in mexico.source, "what the model does not pay is said"


def test_referral_fees_are_those_of_the_last_schedules_read(everywhere: Scenario) -> None:
    shares = {
        (row.market, row.tier): row.share for row in everywhere.platform_fees if row.fee == "referral" and not row.up_to
    }
    assert shares["JP", "accessories"] == 0.1
    electronics = {code: shares[code, "consumer_electronics"] for code in CODES}
    assert electronics == {
        "US": 0.08,
        "CA": 0.08,
        "MX": 0.1,
        "UK": 0.0714,
        "JP": 0.08,
        "AU": 0.07,
        **dict.fromkeys(("FR", "IT", "ES"), 0.0721),
        **dict.fromkeys(("DE", "NL", "BE", "PL", "SE"), 0.07),
    }


HOLIDAYS = {
    "us": "2027-07-05", "ca": "2027-07-01", "mx": "2027-09-16", "de": "2027-05-06", "fr": "2027-07-14",
    "it": "2027-06-02", "es": "2027-10-12", "nl": "2027-04-27", "be": "2027-07-21", "pl": "2027-05-27",
    "se": "2027-06-25", "uk": "2027-08-30", "jp": "2027-05-04", "au": "2027-01-26",
}  # fmt: skip
"""A day off of each market that no other shares by chance."""


@pytest.mark.parametrize("calendar", HOLIDAYS)
def test_benches_rest_on_the_days_of_their_market_in_three_years(everywhere: Scenario, calendar: str) -> None:
    closed = [row for row in everywhere.closures if row.calendar == f"{calendar}_workdays"]
    day = dt.date.fromisoformat(HOLIDAYS[calendar])
    assert [row.rate for row in closed if row.first_day <= day <= row.last_day] == [0]
    for year in (2026, 2027, 2028):
        new_year = dt.date(year, 12, 31)
        assert any(row.first_day <= new_year <= row.last_day for row in closed), "the year's end is slow everywhere"


@pytest.mark.parametrize("code", CODES)
def test_a_market_has_a_card_to_twenty_kilograms_and_lanes_there_and_back(everywhere: Scenario, code: str) -> None:
    market = everywhere.markets[code]
    card = [row for row in everywhere.label_rates if row.card == market.parcel.card and row.zone == market.parcel.zone]
    prices = [row.price for row in sorted(card, key=lambda row: row.up_to)]
    assert prices == sorted(prices)
    assert max(row.up_to for row in card) >= 15
    for way in ("air", "sea"):
        for lane in (market.china[way].out_lane, market.china[way].back_lane):
            rates = [row for row in everywhere.freight_breaks if row.lane == lane]
            falling = [row.rate for row in sorted(rates, key=lambda row: row.from_quantity)]
            assert min(row.from_quantity for row in rates) == 0
            assert falling == sorted(falling, reverse=True)


@pytest.mark.parametrize("code", CODES)
def test_every_kind_of_fee_of_a_market_moves_its_ledger(code: str, tmp_path: Path) -> None:
    """In the row of the product's category, tier and weight; all rows of other products are read alike."""
    s, home = seller(tmp_path, (code,)), load_policy("scenarios/policies/all-home.yaml")
    claims, before = born_with_earlier(s, 1, 0)
    run = simulate_run(s, home, claims, 1, 0, earlier=before)

    def billed(fee: str) -> float:
        halved = [
            row.replace(amount=row.amount / 2, per_unit=row.per_unit / 2, share=row.share / 2)
            if row.fee == fee
            else row
            for row in s.platform_fees
        ]
        return float(np.abs(price(run, s.replace(platform_fees=halved), home).reporting).sum())

    stated, kinds = bills(s, home), {row.fee for row in s.platform_fees}
    assert kinds >= {"referral", "refund_administration", "removal", "liquidation_share", "liquidation_processing"}
    unmoved = {kind for kind in kinds if billed(kind) == stated}
    assert unmoved <= {"returns_processing"}, "claims alone are not one order in ten"


def test_a_draw_of_everything_assumed_is_a_seller_too(everywhere: Scenario) -> None:
    inputs = stated_inputs(everywhere)
    for draw in drawn_together(everywhere, inputs, 2, 1):
        drawn = turned(everywhere, levers_at(inputs, draw))
        assert drawn.customs != everywhere.customs
        assert drawn.markets["PL"] != everywhere.markets["PL"]
