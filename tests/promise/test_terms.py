"""A warranty statement says what scenario, law and simulation say, nothing else, and all that the law demands."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from tests.promise.kit import without_facts
from tests.promise.seller import MARKETS, seller, subject
from warrantysim.present.blocks import Points
from warrantysim.promise import law
from warrantysim.promise.document import texts
from warrantysim.promise.document_files import markdown
from warrantysim.promise.law import demands, regime
from warrantysim.promise.terms import _Statement, problems, warranty_statement
from warrantysim.promise.texts import BUYER_LANGUAGES, Said, spelled
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.root import Scenario

DAY = dt.date(2027, 1, 1)
EACH = [(market, lang) for market in MARKETS for lang in BUYER_LANGUAGES]


def with_promise(**changes: Any) -> Scenario:
    return seller().replace(promise=seller().promise.replace(**changes))


@pytest.mark.parametrize(("market", "lang"), EACH)
def test_every_figure_in_a_statement_is_a_facts_and_every_fact_has_a_source(market: str, lang: str) -> None:
    made = warranty_statement(subject(market), lang)
    for text in filter(None, texts(made)):
        assert isinstance(text, Said), text
        assert all(fact.source for fact in text.facts.values())
        assert not re.search(r"\d", without_facts(text, lang)), text


@pytest.mark.parametrize("market", MARKETS)
def test_no_figure_of_the_file_comes_from_elsewhere(market: str) -> None:
    made = warranty_statement(subject(market), regime(seller().markets[market].country).language)
    known = " ".join(spelled(fact, made.lang) for text in texts(made) for fact in getattr(text, "facts", {}).values())
    written = re.sub(r"^\d+\. ", "", markdown(made), flags=re.MULTILINE)
    assert set(re.findall(r"\d+", written)) <= set(re.findall(r"\d+", known))


def longer_warranty(s: Scenario) -> Scenario:
    rows = [r.replace(warranty_days=1095) if (r.sku, r.market) == ("CHG-65", "DE") else r for r in s.sku_markets]
    return s.replace(sku_markets=tuple(rows))


def other_window(s: Scenario) -> Scenario:
    return s.replace(windows=tuple(r.replace(window_days=77) if r.market == "DE" else r for r in s.windows))


def other_lapse(s: Scenario) -> Scenario:
    market = s.markets["DE"]
    return s.replace(markets={**s.markets, "DE": market.replace(customer=market.customer.replace(lapse_days=33))})


def other_times(s: Scenario) -> Scenario:
    rows = [r.replace(days=88) if (r.market, r.step) == ("DE", "closed") else r for r in s.promised_times]
    return s.replace(promised_times=tuple(rows))


def other_share(s: Scenario) -> Scenario:
    return s.replace(promised_times=tuple(r.replace(quantile=0.85) for r in s.promised_times))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (longer_warranty, "36 Monate"),
        (other_window, "77 Tagen"),
        (other_lapse, "Es gilt 33 Tage"),
        (other_times, "innerhalb von 88 Tagen nach Ihrer Nachricht"),
        (other_share, "mindestens 85\u00a0%"),
        (lambda s: with_promise(battery_capacity_share=0.7), "70\u00a0%"),
        (lambda s: with_promise(address="Hafenstraße 9"), "Hafenstraße 9"),
        (lambda s: with_promise(valid_from=dt.date(2027, 5, 4)), "04.05.2027"),
    ],
)
def test_a_text_changes_with_its_source(change: Any, told: str) -> None:
    before, after = (markdown(warranty_statement(subject("DE", s), "de")) for s in (seller(), change(seller())))
    assert told in after
    assert told not in before


def test_a_text_changes_with_the_law(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = law.rows
    monkeypatch.setattr(
        law,
        "rows",
        lambda name: [{**row, "value": "5"} if row.get("name") == "legal_term" else row for row in rows(name)],
    )
    assert "mindestens 5 Jahre ab Lieferung" in markdown(warranty_statement(subject("DE"), "de"))


DEMANDED = [
    (market, name)
    for market in MARKETS
    for name in sorted({name for d in demands(seller(), market, [100.0], DAY) for name in d.needs})
]


@pytest.mark.parametrize(("market", "name"), DEMANDED)
def test_a_statement_without_what_the_law_demands_fails_and_names_the_law(market: str, name: str) -> None:
    with pytest.raises(ScenarioError) as error:
        warranty_statement(subject(market, with_promise(**{name: ""})), "en")
    told = str(error.value)
    assert f"promise.{name}: missing" in told
    article = {"US": "701.3" if name != "brand" else "2303", "DE": "BGB|2019/771", "UK": "CRA 2015 s 30",
               "JP": "Tokyo notice"}[market]  # fmt: skip
    assert re.search(article, told)


def test_every_market_demands_an_address_and_the_law_of_each_is_listed() -> None:
    assert {market for market, name in DEMANDED if name == "address"} == set(MARKETS)
    assert {market for market, name in DEMANDED if name == "phone"} == {"JP"}
    fr = regime("FR")
    assert fr.names == ("EU", "FR")


@pytest.mark.parametrize(("market", "item"), [("DE", "legal remedies"), ("US", "specific legal rights"),
                                              ("UK", "statutory rights"), ("JP", "legal rights")])  # fmt: skip
def test_a_statement_that_leaves_a_text_out_is_not_made(
    market: str, item: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Statement, "_rights", lambda self: iter(()))
    with pytest.raises(ScenarioError, match=f"the statement for {market} does not say: {item}"):
        warranty_statement(subject(market), "en")


def test_a_battery_that_fades_is_left_out_only_with_a_threshold() -> None:
    assert [p.path for p in problems(subject("DE", with_promise(battery_capacity_share=None)))] == [
        "promise.battery_capacity_share"
    ]
    assert not problems(subject("DE", with_promise(battery_capacity_share=None), ("CHG-65",)))
    assert not problems(subject("DE", with_promise(battery_capacity_share=None, exclusions=("lost",))))


def test_us_law_asks_for_more_the_dearer_the_product() -> None:
    items = {price: len(list(demands(seller(), "US", [price], DAY))) for price in (9.0, 14.99, 16.0)}
    assert items == {9.0: 0, 14.99: 1, 16.0: 9}


def test_the_sentences_on_states_stand_where_the_seller_limits_what_the_law_implies() -> None:
    plain = markdown(warranty_statement(subject("US"), "en"))
    limited = markdown(
        warranty_statement(subject("US", with_promise(limits_implied=True, excludes_damages=True)), "en")
    )
    assert "Lumenova Limited Warranty" in plain
    assert "Some states do not allow" not in plain
    assert limited.count("Some states do not allow") == 2


def test_a_full_warranty_limits_nothing_and_has_one_length() -> None:
    full = with_promise(designation="full", limits_implied=True, exclusions=("misuse",))
    assert [p.path for p in problems(subject("US", full))] == ["promise.limits_implied", "promise.designation"]
    full = with_promise(designation="full", exclusions=("misuse", "battery_wear"))
    assert [p.path for p in problems(subject("US", full, ("VAC-L10",)))] == ["promise.exclusions"]
    one = subject("US", with_promise(designation="full"), ("CHG-65",))
    assert str(warranty_statement(one, "en").title) == "Lumenova Full 540-day Warranty"


def test_what_is_covered_is_told_where_it_is_covered_and_left_out_where_it_is_not() -> None:
    once = with_promise(exclusions=("misuse", "accident", "opened"), covered_once=("accident",))
    told = [block.text.key for block in warranty_statement(subject("DE", once), "de").blocks if hasattr(block, "text")]
    points = [
        text.key
        for block in warranty_statement(subject("DE", once), "de").blocks
        if isinstance(block, Points)
        for text in block.texts
    ]
    assert "cover.also" in told
    assert told.index("cover.once") == told.index("cover.also") + 1
    assert {"cover.wear", "cover.force_majeure", "cover.accident", "exclusion.misuse", "exclusion.opened"} <= set(
        points
    )
    assert not {"exclusion.accident", "cover.misuse", "exclusion.wear"} & set(points)
    assert "cover.also" not in [
        block.text.key for block in warranty_statement(subject("DE"), "de").blocks if hasattr(block, "text")
    ]


def test_rights_of_the_law_stand_apart_from_what_the_seller_adds() -> None:
    made = warranty_statement(subject("DE"), "de")
    box = next(block for block in made.blocks if type(block).__name__ == "Box")
    keys = {one.text.key for one in box.blocks}  # type: ignore[union-attr]
    assert keys == {"law.eu.rights", "law.eu.presumption", "law.eu.choice", "rights.free"}


def test_what_the_law_gives_is_no_guarantee_of_the_seller() -> None:
    def told(own: float | None) -> str:
        rows = [r.replace(promised_days=own) if (r.sku, r.market) == ("CHG-65", "DE") else r
                for r in seller().sku_markets]  # fmt: skip
        return markdown(warranty_statement(subject("DE", seller().replace(sku_markets=tuple(rows)), ("CHG-65",)), "de"))

    assert "24 Monate |" in told(None)
    own = told(365)
    assert "12 Monate |" in own
    assert "24 Monate |" not in own
    assert "mindestens 2 Jahre ab Lieferung" in own
    assert ("Erstattung aus dieser Garantie" in told(None), "Erstattung aus dieser Garantie" in own) == (True, False)


def test_the_law_of_scotland_is_told_beside_that_of_england() -> None:
    assert "up to 6 years, in Scotland for up to 5 years" in markdown(warranty_statement(subject("UK"), "en_GB"))


def test_the_choice_of_repair_is_told_from_the_day_it_holds() -> None:
    before = subject("DE", with_promise(valid_from=dt.date(2026, 7, 30)))
    assert "12 Monate länger" not in markdown(warranty_statement(before, "de"))
    assert "12 Monate länger" in markdown(warranty_statement(subject("DE"), "de"))


def test_a_product_is_called_as_its_customers_call_it() -> None:
    assert "Saugroboter mit Station" in markdown(warranty_statement(subject("DE"), "de"))
    assert "Robot vacuum with dock" in markdown(warranty_statement(subject("DE"), "en_GB"))
    assert "扫地机器人" in markdown(warranty_statement(subject("DE"), "zh_CN"))
