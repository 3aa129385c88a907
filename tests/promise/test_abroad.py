"""A seller in France, Italy and Spain writes to customers there in their language, by their law."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path

import pytest

from tests.promise.kit import typed, without_facts
from warrantysim.files.loading import load
from warrantysim.promise.document import markdown, texts
from warrantysim.promise.kit import Kit
from warrantysim.promise.law import no_texts
from warrantysim.promise.messages import broken_rules, messages
from warrantysim.promise.terms import StatementSubject, problems, warranty_statement
from warrantysim.promise.texts import Said
from warrantysim.promise.times import MeasuredTimes, became, measured_times, times
from warrantysim.schema.root import Scenario
from warrantysim.store.seller_folder import make_seller

MARKETS = ("FR", "IT", "ES")
OWN = {"FR": "fr", "IT": "it", "ES": "es"}
SAYS = {
    "brand": "Lumenova",
    "guarantor": "Shenzhen Lumenova Electronics Co., Ltd.",
    "address": "Room 1806, Keji South Road, Shenzhen 518057, China",
    "contact": "care@lumenova.example",
    "phone": "+86 755 5550 0138",
    "territory": "market",
    "battery_capacity_share": 0.8,
}
LAW = {"FR": "garantie légale de conformité", "IT": "garanzia legale di conformità", "ES": "garantía legal"}


@pytest.fixture(scope="module")
def seller(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    folder: Path = tmp_path_factory.mktemp("abroad")
    made = load(make_seller(folder, MARKETS, dt.date(2027, 1, 1), "en").scenario).scenario
    return made.replace(promise=made.promise.replace(**SAYS))


@cache
def year(scenario: Scenario) -> MeasuredTimes:
    return measured_times(scenario, [scenario.policy], range(1), seed=7)[0]


def subject(scenario: Scenario, market: str) -> StatementSubject:
    found = [time for time in times(scenario, year(scenario), 0.95) if time.market == market]
    ends = became(scenario, year(scenario), market, scenario.sku_ids)
    return StatementSubject(scenario, market, scenario.sku_ids, ends, found)


@pytest.mark.parametrize("market", MARKETS)
def test_a_statement_is_in_the_language_of_its_market_names_its_law_and_types_no_figure(
    seller: Scenario, market: str
) -> None:
    it = subject(seller, market)
    assert (it.regime.language, no_texts(market, it.regime), problems(it)) == (OWN[market], [], [])
    made = warranty_statement(it, OWN[market])
    assert LAW[market] in markdown(made)
    assert typed([one for one in texts(made) if one], OWN[market]) == []


def test_where_nothing_is_sent_in_no_arrival_is_spoken_of(seller: Scenario) -> None:
    it = subject(seller, "FR")
    assert "sent_in" not in it.ends
    made = markdown(warranty_statement(it, "fr"))
    assert "après votre message, ce qui vous est dû" in made
    assert "arrivée" not in made


def test_the_three_years_of_spanish_law_are_no_guarantee_of_the_seller(seller: Scenario) -> None:
    made = markdown(warranty_statement(subject(seller, "ES"), "es"))
    assert "12 meses |" in made
    assert "36 meses" not in made
    assert "al menos 3 años desde la entrega" in made


@pytest.mark.parametrize("market", MARKETS)
def test_messages_and_kits_keep_every_rule_of_their_marketplace(seller: Scenario, market: str) -> None:
    it = subject(seller, market)
    made = messages(it, OWN[market])
    assert [(one.name, finding.rule.rule, finding.found) for one, finding in broken_rules(made)] == []
    for message in made:
        for part in message.parts:
            assert isinstance(part, Said)
            assert not re.search(r"\d", without_facts(part, OWN[market])), part
    for sku in seller.sku_ids:
        kit = Kit(it, sku, OWN[market], printed=True)
        assert [(entry.place, one.rule.rule, one.found) for entry, one in kit.findings()] == []
