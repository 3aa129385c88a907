"""A seller in the other markets of the packs writes to customers there in their languages, by their law."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.promise.kit import typed, without_facts
from warrantysim import packs
from warrantysim.files.loading import load
from warrantysim.present.blocks import Sentence
from warrantysim.promise.document import Box, texts
from warrantysim.promise.document_files import markdown
from warrantysim.promise.facts import Fact
from warrantysim.promise.kit import Kit, legal_labels
from warrantysim.promise.law import no_texts
from warrantysim.promise.lint import copied, lint
from warrantysim.promise.messages import broken_rules, messages
from warrantysim.promise.terms import StatementSubject, problems, unread, warranty_statement
from warrantysim.promise.texts import BUYER_LANGUAGES, Said, spelled
from warrantysim.promise.times import MeasuredTimes, became, measured_times, times
from warrantysim.schema.promise import ProductName
from warrantysim.schema.root import Scenario
from warrantysim.store.seller_folder import make_seller
from warrantysim.studies.promise import _languages

MARKETS = ("FR", "IT", "ES", "NL", "PL", "SE", "BE")
OWN = {"FR": "fr", "IT": "it", "ES": "es", "NL": "nl", "PL": "pl", "SE": "sv", "BE": "nl"}
SAYS = {
    "brand": "Lumenova",
    "guarantor": "Shenzhen Lumenova Electronics Co., Ltd.",
    "address": "Room 1806, Keji South Road, Shenzhen 518057, China",
    "contact": "care@lumenova.example",
    "phone": "+86 755 5550 0138",
    "territory": "market",
    "battery_capacity_share": 0.8,
}
LAW = {
    "FR": "garantie légale de conformité",
    "IT": "garanzia legale di conformità",
    "ES": "garantía legal",
    "NL": "rechten volgens de wet",
    "PL": "prawa ustawowe",
    "SE": "rättigheter enligt lag",
    "BE": "rechten volgens de wet",
}


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


def test_a_country_nothing_is_known_of_has_no_statement_and_is_named(seller: Scenario) -> None:
    markets = {**seller.markets, "SE": seller.markets["SE"].replace(country="CH")}
    (found,) = problems(subject(seller.replace(markets=markets), "SE"))
    assert found.path == "markets.SE.country"
    assert "law and the language of CH" in found.line()
    assert "未收录 CH 的法律与语言" in found.line("zh")


def test_what_several_markets_lack_is_told_once_with_its_sheet_column_and_choices(seller: Scenario) -> None:
    unsaid = seller.replace(promise=seller.promise.replace(territory="", battery_capacity_share=None))
    found = problems(*(subject(unsaid, market) for market in ("FR", "IT", "PL")))
    assert [problem.path for problem in found] == ["promise.territory", "promise.battery_capacity_share"]
    said = found[0].line()
    assert "expected Where it holds: in the country of sale, or everywhere; one of market (in the country" in said
    assert "sheet promise, column where it holds; demanded by FR, IT, PL: territory" in said
    assert "工作表“承诺”，列“适用地域”" in found[0].line("zh")
    assert "FR, IT, PL must be told" in found[1].line()


def test_names_that_customers_do_not_read_are_told_with_their_column(seller: Scenario) -> None:
    first = seller.skus[0]
    chinese = seller.replace(
        skus=(first.replace(name_en="扫地机器人", name_zh="扫地机器人"), *seller.skus[1:]),
        promise=seller.promise.replace(guarantor="深圳市流明电子有限公司"),
    )
    it = subject(chinese, "PL")
    named, guarantor = unread([replace(it, skus=(first.sku,))], {"PL": ["pl", "zh_CN"]})
    assert "names products in another one: 扫地机器人" in named.line()
    assert "sheet products, column sold as PL" in named.line()
    assert "promise.guarantor: '深圳市流明电子有限公司' is in Chinese characters" in guarantor.line()
    known = [ProductName(sku=first.sku, language="pl", name="Robot sprzątający", source="typed", mark="A")]
    stated = chinese.replace(product_names=known, promise=seller.promise)
    assert not unread([replace(it, scenario=stated, skus=(first.sku,))], {"PL": ["pl", "zh_CN"]})


def test_belgium_is_written_to_in_dutch_and_french_and_told_both_official_files(seller: Scenario) -> None:
    it = subject(seller, "BE")
    assert _languages(it, ()) == ["nl", "fr", "zh_CN"]
    assert [copied("BE", lang) for lang in ("nl", "fr", "de")] == ["", "", "de"]
    assert "art. 1649bis-1649octies" in markdown(warranty_statement(it, "fr"))
    assert [lint("aplus", "BE", lang, "Test") for lang in ("nl", "fr")] == [[], []]
    (notice, _) = legal_labels("BE", 24, True, 0, dt.date(2027, 1, 1))
    assert ("oj/nld" in notice.file, "oj/fra" in notice.file) == (True, True)


def test_polish_asks_for_the_case_and_the_number_of_a_word() -> None:
    told = {n: (spelled(Fact("t", n, "months", ""), "pl"), spelled(Fact("t", n, "months", ""), "pl", "genitive"))
            for n in (1, 2, 5, 12, 22)}  # fmt: skip
    assert told == {
        1: ("1 miesiąc", "1 miesiąca"),
        2: ("2 miesiące", "2 miesięcy"),
        5: ("5 miesięcy", "5 miesięcy"),
        12: ("12 miesięcy", "12 miesięcy"),
        22: ("22 miesiące", "22 miesięcy"),
    }


def test_every_market_of_the_packs_is_written_to_in_its_languages() -> None:
    wanted = {row["country"]: row["language"].split("|") for row in packs.rows("promise/regimes")}
    assert {one for some in wanted.values() for one in some} <= set(BUYER_LANGUAGES)
    assert {path.stem for path in Path(packs.__file__).parent.glob("markets/??.yaml")} <= {
        "UK" if country == "GB" else country for country in wanted
    }


def test_where_nothing_is_sent_in_no_arrival_is_spoken_of(seller: Scenario) -> None:
    it = subject(seller, "FR")
    assert "sent_in" not in it.ends
    made = markdown(warranty_statement(it, "fr"))
    assert "après votre message, ce qui vous est dû" in made
    assert "arrivée" not in made


def test_a_french_guarantee_bears_its_title_and_the_box_of_the_code_in_french_in_every_language(
    seller: Scenario,
) -> None:
    it = subject(seller, "FR")
    assert warranty_statement(it, "fr").title.startswith("Contrat de garantie commerciale")
    for lang in ("fr", "zh_CN"):
        boxed = [block for block in warranty_statement(it, lang).blocks if isinstance(block, Box)][-1]
        said = [block.text for block in boxed.blocks if isinstance(block, Sentence)]
        assert len(said) == 17
        assert said[0].startswith("Le consommateur dispose d'un délai de deux ans à compter de la délivrance")
        assert "amende civile d'un montant maximal de 300 000 euros" in said[-2]
    assert "amende civile" not in markdown(warranty_statement(subject(seller, "ES"), "es"))


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
