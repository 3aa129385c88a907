"""Messages hold what law, scenario and simulation say, keep a marketplace's rules, offer what a product is worth."""

from __future__ import annotations

import io
import json
import math
import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from tests.promise.seller import MARKETS, seller, subject
from warrantysim.money.denial_offers import cheapest
from warrantysim.money.price_book import price_book
from warrantysim.present.blocks import TableOf
from warrantysim.present.terminal import terminal_text
from warrantysim.promise import messages as module
from warrantysim.promise.law import regime
from warrantysim.promise.lint import lint
from warrantysim.promise.messages import HELPDESK, MESSAGES, PLACEHOLDER, Message, broken_rules, messages
from warrantysim.promise.offers import Prices, offer_figure
from warrantysim.promise.texts import said, spelled
from warrantysim.schema.root import Scenario
from warrantysim.studies.promise.helpdesk import message_blocks, message_files, message_tables, messages_of
from warrantysim.studies.study import Say, Stored

OWN = [(market, regime(seller().markets[market].country).language) for market in MARKETS]
EACH = [*OWN, *((market, "zh_CN") for market in MARKETS)]


def denial(market: str, lang: str, sku: str, channel: str = "marketplace", scenario: Scenario | None = None) -> Message:
    found = messages(subject(market, scenario, (sku,)), lang)
    return next(one for one in found if (one.name, one.channel) == ("denial_tested", channel))


@pytest.mark.parametrize(("market", "lang"), EACH)
def test_every_figure_of_a_message_is_a_facts_and_every_fact_has_a_source(market: str, lang: str) -> None:
    for message in messages(subject(market), lang):
        for part in message.parts:
            rest = str(part)
            for fact in sorted(part.facts.values(), key=lambda f: -len(spelled(f, lang))):
                assert fact.source
                forms = ("", "dative") if lang == "de" and "days" in fact.unit else ("",)
                for form in forms:
                    rest = rest.replace(spelled(fact, lang, form), "")
            assert not re.search(r"\d", rest), part


@pytest.mark.parametrize(("market", "lang"), EACH)
def test_no_message_breaks_a_rule_even_with_the_longest_clause(market: str, lang: str) -> None:
    found = messages(subject(market), lang)
    assert [(one.name, finding.rule.rule, finding.found) for one, finding in broken_rules(found)] == []
    assert {one.name for one in found if not one.name.startswith("clause.")} == set(MESSAGES)


def test_messages_of_a_seller_who_states_no_share_of_capacity_leave_that_clause_out() -> None:
    own = seller().replace(promise=seller().promise.replace(battery_capacity_share=None))
    names = {one.name for one in messages(subject("US", own), "en")}
    assert "clause.battery_wear" not in names
    assert set(MESSAGES) <= names


def test_a_message_that_breaks_a_rule_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    it = subject("DE", None, ("VAC-L10",))
    monkeypatch.setitem(module.CHANNELS, "shop", "message")
    rules = {finding.rule.rule for _, finding in broken_rules(messages(it, "de"))}
    assert "coupon" in rules
    long = Message(
        "US", "en", "", "denial", (), (said("message.hello", "en", module._Writer(subject("US"), "en").facts),)
    )
    assert [one.rule.rule for one in long.findings()] == []
    assert [one.rule.rule for one in lint("message", "US", "en", long.text + "a" * 2000)] == ["message_length"]


@pytest.mark.parametrize(("market", "lang"), OWN)
def test_every_message_names_the_order_and_only_placeholders_a_helpdesk_fills(market: str, lang: str) -> None:
    for message in messages(subject(market), lang):
        assert set(message.placeholders) <= set(HELPDESK)
        assert "{" not in PLACEHOLDER.sub("", message.text)
        assert message.name.startswith("clause.") or "order_id" in message.placeholders


@pytest.mark.parametrize(("market", "lang"), EACH)
def test_a_denial_says_what_was_tested_what_it_rests_on_what_remains_and_how_to_object(market: str, lang: str) -> None:
    keys = [part.key for part in denial(market, lang, "VAC-L10").parts]
    order = ["message.thanks", "message.tested", "message.found", "message.clause", "message.apart"]
    assert keys[:5] == order
    rights, body = keys[5], keys[-1]
    assert re.fullmatch(r"law\.(us|eu|uk|jp)\.rights", rights)
    assert body == f"object.{rights.split('.')[1]}"
    assert keys[-2] == "message.object"
    assert 2 <= sum(key.startswith("offer.") for key in keys) <= 3


def test_a_coupon_is_for_the_own_shop_and_a_concession_of_the_same_amount_for_a_marketplace() -> None:
    there, own = (denial("DE", "de", "BUD-ANC", channel) for channel in ("marketplace", "shop"))
    assert "12 EUR" in there.text
    assert "Gutschein über 12 EUR" in own.text
    assert "Gutschein" not in there.text


def test_what_a_marketplace_lets_nobody_send_late_says_until_when() -> None:
    found = {(one.channel, one.within_days) for one in messages(subject("US"), "en") if one.name == "reminder"}
    assert found == {("marketplace", 30), ("shop", None)}


def test_evidence_is_asked_for_from_the_values_of_the_rule_on() -> None:
    found = [one for one in messages(subject("US", None, ("CHG-65",)), "en") if one.name == "first_answer"]
    assert [(one.evidence, one.value_from) for one in found] == [("none", None), ("photo", 25.0), ("video", 150.0)]
    assert ["photo" in one.text for one in found] == [False, True, True]
    # The time to the first answer is kept with this message; none was measured for the next one.
    assert not any("answer" in part.facts for one in found for part in one.parts)


def test_a_discount_is_a_share_of_the_price_between_the_least_and_the_landed_cost() -> None:
    prices = Prices(subject("US"))
    found = {sku.sku: (prices.discount(terms), terms) for sku, terms in prices.of.products}
    for fact, terms in found.values():
        assert fact is not None
        assert 3 <= fact.value <= terms.landed_cost
        assert abs(fact.value - 0.2 * terms.list_price) <= 0.5 or fact.value == 3
    cheap = [row.replace(landed_cost=2.0) if row.sku == "CBL-100" else row for row in seller().sku_markets]
    prices = Prices(subject("US", seller().replace(sku_markets=tuple(cheap)), ("CBL-100",)))
    assert prices.discount(prices.of.products[0][1]) is None


def test_a_paid_repair_is_the_partners_price_parts_parcels_margin_and_tax() -> None:
    it = subject("DE", None, ("VAC-L10",))
    found = {quote.level: quote for quote in Prices(it).quotes()}
    assert sorted(found) == [1, 2, 3]
    assert [round(found[level].work, 6) for level in (1, 2, 3)] == [24.0, 38.0, 64.0]  # receiving 6 and 18, 32, 58
    for quote in found.values():
        net = quote.work + quote.parts + quote.parcels + quote.margin
        assert net * 1.19 <= quote.quote < net * 1.19 + 0.5
    assert {quote.sku for quote in Prices(subject("DE")).quotes() if quote.offered} == {"VAC-L10", "CAM-2CH", "PRJ-FHD"}
    leased = list(Prices(subject("UK", None, ("VAC-L10",))).quotes())
    assert leased
    assert all(math.isnan(quote.quote) and not quote.offered for quote in leased)


@pytest.mark.parametrize("market", MARKETS)
def test_the_ledger_books_the_coupon_and_the_repairs_that_a_denial_offers(market: str) -> None:
    s = seller()
    book, at = price_book(s), s.market_ids.index(market)
    booked = book.contact.coupon.value / s.triage.denial.coupon_cost_share
    for sku in s.sku_ids:
        it = subject(market, None, (sku,))
        told = {part.key: part.facts for part in denial(market, "en", sku, "shop").parts}
        row = s.sku_markets.index(it.products[0][1])
        # Both are rounded up to what customers are told, so they are equal and not only near.
        assert ("offer.coupon" in told) == (not math.isnan(booked[row]))
        if "offer.coupon" in told:
            assert told["offer.coupon"]["discount"].value == pytest.approx(booked[row], rel=1e-12)
        asked = cheapest(list(Prices(it).quotes()))
        margins = {
            fault.skill: book.contact.paid_repair.value[at, f]
            for f, fault in enumerate(s.faults)
            if fault.sku == sku and not math.isnan(book.contact.paid_repair.value[at, f]) and fault.kind == "repairable"
        }
        assert margins == {level: quote.margin for (_, level), quote in asked.items()}
        repair = {**told.get("offer.repair", {}), **told.get("offer.repair_range", {})}
        assert {fact.value for name, fact in repair.items() if name in ("repair", "repair_most")} == (
            {end([quote.quote for quote in asked.values()]) for end in (min, max)} if asked else set()
        )


def dearer_margin(s: Scenario) -> Scenario:
    denial_ = s.triage.denial.replace(paid_repair_margin_share=0.3)
    return s.replace(triage=s.triage.replace(denial=denial_))


def higher_price(s: Scenario) -> Scenario:
    rows = [r.replace(list_price=419) if (r.sku, r.market) == ("VAC-L10", "DE") else r for r in s.sku_markets]
    return s.replace(sku_markets=tuple(rows))


@pytest.mark.parametrize(("change", "before", "after"), [
    (dearer_margin, "80 EUR bis 147,50 EUR", "97 EUR bis 179,50 EUR"),
    (higher_price, "Kulanz 80 EUR", "Kulanz 84 EUR"),
])  # fmt: skip
def test_an_offer_changes_with_its_source(change: Any, before: str, after: str) -> None:
    assert before in denial("DE", "de", "VAC-L10").text
    told = denial("DE", "de", "VAC-L10", scenario=change(seller())).text
    assert after in told
    assert before not in told


def test_a_helpdesk_reads_the_same_messages_as_a_table_and_as_json() -> None:
    it = [subject("DE", None, ("CHG-65", "VAC-L10"))]
    made = messages_of(it, {"DE": ("de", "zh_CN")})
    tables = message_tables(it, made)
    files = message_files(made)
    records = json.loads(files["helpdesk.json"])
    table = pd.read_csv(io.BytesIO(files["helpdesk.csv"]), keep_default_na=False)
    assert list(table["text"]) == [one["text"].replace("\xa0", " ") for one in records]
    assert list(table["skus"]) == ["|".join(one["skus"]) for one in records]
    assert all(one["text"][0].isalpha() for one in records)
    assert {one["language"] for one in records} == {"de", "zh-CN"}
    assert len(tables["message_findings"]) == 0
    stored = Stored({name: frame for name, frame in tables.items() if len(frame)}, {})
    for lang, word in (("en", "None breaks a rule"), ("zh", "均未违反")):
        blocks = message_blocks(Say("promise", lang, {}), stored, lang)
        assert word in terminal_text(blocks, 300, lang)
        assert [block.name for block in blocks if isinstance(block, TableOf)] == ["offers"]


def test_the_rule_of_offers_is_data() -> None:
    least = offer_figure("least_discount")
    assert (offer_figure("discount_share").value, least.value, least.currency) == (0.2, 3, "USD")


@pytest.mark.parametrize(("market", "lang"), EACH)
def test_a_message_after_the_test_speaks_of_the_arrival_alone_and_an_approval_of_none_where_nothing_is_sent(
    market: str, lang: str
) -> None:
    found = messages(subject(market), lang)
    tested = {part.key for one in found if one.name == "test_result" for part in one.parts}
    assert "message.remedy" not in tested
    assert "message.remedy_tested" in tested
    unsent = messages(replace(subject(market), ends={"refunded"}), lang)
    approved = {part.key for one in unsent if one.name == "approval" for part in one.parts}
    assert "message.remedy" not in approved
    assert "claim.remedy_unsent" in approved
