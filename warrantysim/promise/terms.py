"""The warranty statement of a market: what the seller promises, what the law gives besides, kept apart.

It says what the scenario, the rule in force, the law's rows and the times measured say, and nothing else. Whatever a
law wants in it is held against the rows of `promise.law`: a statement that lacks an item is not made.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from warrantysim.analysis.exclusions import barred
from warrantysim.present.blocks import Points, Sentence
from warrantysim.promise.document import Block, Box, Document, TextTable, keys
from warrantysim.promise.facts import Fact, day, facts_by_name, stated_text, term
from warrantysim.promise.law import (
    Demand,
    Regime,
    contradictions,
    demands,
    in_workbook,
    law_facts,
    no_law,
    regime,
    unsaid,
)
from warrantysim.promise.texts import Said, said, stated
from warrantysim.promise.times import Time
from warrantysim.schema.errors import Problem, ScenarioError, told
from warrantysim.schema.law import LegalFloorRow
from warrantysim.schema.products import Sku, SkuMarket
from warrantysim.schema.promise import EXCLUSIONS, Promise
from warrantysim.schema.root import Scenario

REMEDIES = ("repaired", "replaced", "refunded")
"""What a claim may become, in the order it is written."""
SEPARATE = {"EU": "eu", "UK": "uk", "US": "us", "JP": "jp"}
"""Regimes whose legal rights have texts of their own; others have a general one."""


def seller_reads() -> str:
    """The catalogue the seller himself reads statements in."""
    return "zh_CN"


@dataclass(frozen=True)
class StatementSubject:
    """What a statement is about: products in a market, what becomes of their claims, in which times."""

    scenario: Scenario
    """The seller's world."""
    market: str
    """Market [id]."""
    skus: tuple[str, ...]
    """Products it is for [ids]."""
    ends: Collection[str]
    """What becomes of claims, of `times.ENDS`."""
    times: Sequence[Time]
    """Times promised in the market."""

    @property
    def promise(self) -> Promise:
        """What the seller says of himself."""
        return self.scenario.promise

    @cached_property
    def day(self) -> dt.date:
        """From when on it holds: laws are read as of that day."""
        return self.promise.valid_from or self.scenario.horizon.first_day

    @cached_property
    def regime(self) -> Regime:
        """What holds in the country."""
        return regime(self.scenario.markets[self.market].country)

    @cached_property
    def products(self) -> list[tuple[Sku, SkuMarket]]:
        """Each product with its terms in the market on the day."""
        by = {row.sku: row for row in self.scenario.skus}
        found = []
        for sku in self.skus:
            rows = [r for r in self.scenario.sku_markets if (r.sku, r.market) == (sku, self.market)]
            begun = [r for r in rows if r.from_ <= self.day] or rows[:1]
            found.append((by[sku], begun[-1]))
        return found

    @cached_property
    def demands(self) -> list[Demand]:
        """What the law wants in it."""
        return list(demands(self.scenario, self.market, [terms.list_price for _, terms in self.products], self.day))

    @cached_property
    def floors(self) -> list[LegalFloorRow]:
        """Rows of the law of the whole market that hold on the day."""
        rows = self.scenario.legal_floors
        return [r for r in rows if r.market == self.market and not r.region and r.from_ <= self.day]

    @cached_property
    def batteries(self) -> bool:
        """Whether any of the products has one that fades."""
        return any(sku.battery in ("in_equipment", "standalone") for sku, _ in self.products)


def problems(*subjects: StatementSubject) -> list[Problem]:
    """What keeps statements from being made: what the law wants and the seller has not stated, what it forbids, a law
    nobody knows here. What several markets lack is told once."""
    found = unsaid(subjects[0].scenario, [demand for it in subjects for demand in it.demands]) if subjects else []
    worn = [
        it.market
        for it in subjects
        if it.batteries and "battery_wear" in it.promise.exclusions and it.promise.battery_capacity_share is None
    ]
    if worn:
        message = told("missing") + told(
            "expected the share of capacity below which a battery is faulty, such as 0.8: battery_wear is left out of "
            "the warranty, so {market} must be told from where on",
            market=", ".join(worn),
        )
        path = "promise.battery_capacity_share"
        found.append(Problem(path, message + in_workbook("promise", "battery_capacity_share")))
    for it in subjects:
        for name, market, article in barred(it.scenario):
            if market == it.market and name in it.promise.exclusions and (name != "battery_wear" or it.batteries):
                message = told("a {designation} warranty may not leave out {exclusion} ({article})", article=article,
                               designation=it.promise.designation, exclusion=name)  # fmt: skip
                found.append(Problem("promise.exclusions", message))
        found += contradictions(it.scenario, it.market, [terms.own_days for _, terms in it.products])
        found += no_law(it.market, it.scenario.markets[it.market].country, it.regime)
    return list({str(problem): problem for problem in found}.values())


CHINESE = re.compile(r"[\u3400-\u9fff]")
"""A character customers read in Chinese and Japanese alone."""


def unread(subjects: Sequence[StatementSubject], langs: Mapping[str, Sequence[str]]) -> list[Problem]:
    """Names in statements that customers may not read: a product's in another language than the statement, a
    guarantor's in Chinese characters. ``langs``: languages of the statements of each market."""
    found, foreign = [], dict[str, list[str]]()
    for it in subjects:
        for lang in langs[it.market]:
            if lang == seller_reads():
                continue
            names = [called(it.scenario, sku, lang) for sku, _ in it.products]
            odd = [name for name, own in names if not own or (CHINESE.search(name) and lang != "ja")]
            if odd:
                message = told(
                    "the statement for {market} in the language {language} names products in another one: {names}",
                    market=it.market, language=lang, names=", ".join(odd[:3]) + (", ..." if len(odd) > 3 else ""),
                )  # fmt: skip
                found.append(Problem("product_names", message + in_workbook("products", "sold_as", it.market)))
            if lang != "ja":
                for name in ("brand", "guarantor", "address"):
                    if CHINESE.search(getattr(it.promise, name)):
                        foreign.setdefault(name, []).append(it.market)
    for name, markets in foreign.items():
        message = told(
            "{text!r} is in Chinese characters, which customers of {markets} do not read: write it in Latin letters",
            text=getattr(subjects[0].promise, name), markets=", ".join(dict.fromkeys(markets)),
        )  # fmt: skip
        found.append(Problem(f"promise.{name}", message + in_workbook("promise", name)))
    return found


def called(scenario: Scenario, sku: Sku, lang: str) -> tuple[str, bool]:
    """What a product is called in a language, and whether that is its name in it."""
    names = {"en": sku.name_en, "zh": sku.name_zh}
    names |= {row.language: row.name for row in scenario.product_names if row.sku == sku.sku}
    name = names.get(lang[:2], sku.name_en)
    return name[:1].upper() + name[1:], lang[:2] in names


def warranty_statement(it: StatementSubject, lang: str) -> Document:
    """The warranty statement in a language.

    Raises
    ------
    ScenarioError
        With every part the law demands and the seller has not stated, or if the texts leave out what it demands.
    """
    if found := problems(it):
        raise ScenarioError(found)
    made = _Statement(it, lang).document()
    there = keys(made)
    lacking = [d for d in it.demands if not there.intersection(d.texts)]
    if lacking:
        raise ScenarioError([_does_not_say(demand) for demand in lacking])
    return made


def _does_not_say(d: Demand) -> Problem:
    message = told(
        "the statement for {market} does not say: {item} ({article})", market=d.market, item=d.item, article=d.article
    )
    return Problem("", message)


class _Statement:
    """One statement being written."""

    def __init__(self, it: StatementSubject, lang: str) -> None:
        self.it, self.lang, self.promise = it, lang, it.promise
        self.law = law_facts(it.regime.names, it.day)
        self.facts = {**self.law, **self._facts()}

    def __call__(self, key: str, *more: Fact) -> Said:
        return said(key, self.lang, {**self.facts, **facts_by_name(*more)})

    def _facts(self) -> dict[str, Fact]:
        it, own = self.it, self.promise
        market = it.scenario.markets[it.market]
        found = [
            *(stated_text(name, getattr(own, name), f"promise.{name}") for name in
              ("brand", "guarantor", "address", "contact", "phone")),
            Fact("country", market.country, "country", f"markets.{it.market}.country"),
            day("valid_from", it.day, "promise.valid_from" if own.valid_from else "horizon.first_day"),
            Fact("lapse", market.customer.lapse_days, "days", f"markets.{it.market}.customer.lapse_days"),
            Fact("longer", market.extension_days, "days", f"markets.{it.market}.extension_days"),
            *(time_fact(time) for time in it.times),
        ]  # fmt: skip
        if own.battery_capacity_share is not None:
            found.append(Fact("battery", own.battery_capacity_share, "share", "promise.battery_capacity_share"))
        if it.times:
            least = min(it.times, key=lambda time: time.quantile)
            source = f"promised_times[{it.market},{least.step}].quantile" if least.stated else "proposed"
            found.append(Fact("kept_share", least.quantile, "share", source))
        return facts_by_name(*found)

    def document(self) -> Document:
        """All of it."""
        code = self.it.regime.names[0]
        designation = f".{self.promise.designation}" if code == "US" else ""
        term_of_all = self._term(self.it.products[0][1]).called("term")
        title = self(f"title.{code}{designation}", term_of_all)
        name = f"warranty-{self.it.market}-{self.lang}"
        blocks = [block for part in self._parts() for block in part]
        return Document(name, self.lang, title, blocks, "us-letter" if code == "US" else "a4")

    def _parts(self) -> Iterator[list[Block]]:
        yield [self._sentence("terms.intro")]
        yield [self._head("products"), self._products(), *self._sentences(*self._term_texts())]
        yield [self._head("covers"), *self._sentences("terms.covers", *self._battery()), *self._also(),
               *self._sentences("terms.who", self._territory())]  # fmt: skip
        yield [self._head("remedy"), Points([self(f"remedy.{end}") for end in REMEDIES if end in self.it.ends]),
               *self._sentences(*self._remedy_texts())]  # fmt: skip
        yield [self._head("claim"), Points(list(self._steps()), numbered=True), *self._kept()]
        yield [self._head("cost"), *self._sentences("cost.both", "cost.invalid")]
        yield [self._head("excluded"), Points([self(key) for key in self._exclusions()]),
               self._sentence("excluded.burden")]  # fmt: skip
        yield [self._head("rights"), Box([*self._sentences(*self._rights())])]
        if "box" in self.law:
            each = [replace(self.law["box"], value=text) for text in str(self.law["box"].value).split("\n\n")]
            yield [Box([Sentence(self("law.fr.box", one)) for one in each])]
        if returns := self._returns():
            yield [self._head("returns"), *returns]
        yield [self._head("who"), self._who()]
        if "JP" in self.it.regime.names:
            yield [self._head("form"), self._form()]

    def _head(self, name: str) -> Sentence:
        return Sentence(self(f"head.{name}"), "head")

    def _sentence(self, key: str) -> Sentence:
        return Sentence(self(key))

    def _sentences(self, *keys: str) -> list[Sentence]:
        return [self._sentence(key) for key in keys]

    def _products(self) -> TextTable:
        named = {(row.sku, row.language) for row in self.it.scenario.product_names}
        rows = []
        for sku, terms in self.it.products:
            name, _ = called(self.it.scenario, sku, self.lang)
            path = f"product_names[{sku.sku},{self.lang[:2]}]" if (sku.sku, self.lang[:2]) in named else "skus"
            rows.append([
                stated(stated_text("product", name, path), self.lang),
                stated(stated_text("model", sku.sku, f"skus[{sku.sku}].sku"), self.lang),
                stated(self._term(terms), self.lang),
            ])  # fmt: skip
        return TextTable(rows, [self("products.product"), self("products.model"), self("products.term")])

    def _term(self, row: SkuMarket) -> Fact:
        return own_term(f"term {row.sku}", row)

    def _term_texts(self) -> list[str]:
        return ["terms.start", "terms.valid"]

    def _battery(self) -> list[str]:
        return ["terms.battery"] if self.it.batteries and self.promise.battery_capacity_share is not None else []

    def _territory(self) -> str:
        return f"terms.territory.{self.promise.territory or 'market'}"

    def _remedy_texts(self) -> Iterator[str]:
        yield "remedy.choice"
        within = [t for _, t in self.it.products if t.refund_basis == "pro_rata" or t.full_days < t.own_days]
        falling = {terms.refund_basis for terms in within}
        if "refunded" in self.it.ends and falling - {"full"}:
            full = {terms.full_days for terms in within if terms.refund_basis == "full_then_pro_rata"}
            if len(full) == 1 and "pro_rata" not in falling:
                source = f"sku_markets[{self.it.skus[0]},{self.it.market}].full_days"
                self.facts["full"] = term("full", full.pop(), source)
                yield "remedy.falls_later"
            else:
                yield "remedy.falls"
        refurbished = {row.refurbished for row in self.it.floors}
        if "refurbished" in self.it.ends:
            yield "remedy.refurbished" if refurbished <= {"yes"} else "remedy.refurbished_asked"
        renewal = self.it.scenario.markets[self.it.market].renewal.get("replace", "non_renewing")
        yield f"remedy.{renewal}"

    def _steps(self) -> Iterator[Said]:
        there = {time.step for time in self.it.times}
        yield self("claim.write")
        if self.it.scenario.policy.evidence:
            yield self("claim.evidence")
        if "answer" in there:
            yield self("claim.answer")
        if any(sku.guide_on for sku, _ in self.it.products):
            yield self("claim.guide")
        if "sent_in" in self.it.ends:
            yield self("claim.label" if "label" in there else "claim.label_untimed")
            if "inspection" in there:
                yield self("claim.inspection")
        if "remedy" in there:
            yield self("claim.remedy" if "sent_in" in self.it.ends else "claim.remedy_unsent")
        if "closed" in there:
            yield self("claim.closed")

    def _kept(self) -> list[Sentence]:
        return [Sentence(self("claim.kept"), "note")] if self.it.times else []

    def _exclusions(self) -> Iterator[str]:
        for name in self.promise.exclusions:
            if (name != "battery_wear" or self.it.batteries) and name not in self.promise.covered_once:
                yield f"exclusion.{name}"

    def _also(self) -> Iterator[Sentence | Points]:
        """What others leave out and this warranty covers, always or in the first claim."""
        own = self.promise
        always = [name for name in EXCLUSIONS if name not in own.exclusions]
        for key, names in (
            ("cover.also", always),
            ("cover.once", [n for n in own.exclusions if n in own.covered_once]),
        ):
            told = [name for name in names if name != "proof" and (name != "battery_wear" or self.it.batteries)]
            if told:
                yield self._sentence(key)
                yield Points([self(f"cover.{name}") for name in told])

    def _rights(self) -> Iterator[str]:
        own = next((SEPARATE[name] for name in self.it.regime.names if name in SEPARATE), "other")
        yield f"law.{own}.rights"
        if own == "us":
            yield "law.us.implied"
            if self.promise.limits_implied:
                yield "law.us.implied_limit"
            if self.promise.excludes_damages:
                yield "law.us.damages"
            yield "law.us.california"
        if own == "eu":
            yield "law.eu.presumption"
            if "extension" in self.law:
                yield "law.eu.choice"
        if own == "uk":
            yield from ("law.uk.reject", "law.uk.copy")
        if own == "jp":
            yield from ("law.jp.notice", "law.jp.advice")
        yield "rights.free"

    def _returns(self) -> list[Sentence]:
        found = []
        for platform in (True, False):
            days = set()
            for name, channel in self.it.scenario.channels.items():
                rows = [r for r in self.it.scenario.windows if (r.market, r.channel) == (self.it.market, name)]
                begun = [r for r in rows if r.from_ <= self.it.day]
                if channel.platform == platform and begun:
                    last = max(begun, key=lambda r: r.from_)
                    days.add((last.window_days, f"windows[{self.it.market},{name}].window_days"))
            if days:
                window, source = min(days)
                fact = Fact("window", window, "days", source)
                found.append(Sentence(self("returns.platform" if platform else "returns.own", fact)))
        return [*found, self._sentence("returns.apart")] if found else []

    def _who(self) -> TextTable:
        rows = []
        for name in ("guarantor", "address", "contact", "phone"):
            if getattr(self.promise, name):
                rows.append([self(f"who.{name}"), stated(self.facts[name], self.lang)])
        return TextTable(rows)

    def _form(self) -> TextTable:
        blank = ["order", "delivered", "shop", "customer"]
        return TextTable([*([self(f"form.{name}"), ""] for name in blank), [self("form.kind"), self("form.sent")]])


def own_term(name: str, row: SkuMarket) -> Fact:
    """The warranty the seller gives himself, which is not what the law makes him stand for."""
    field = "warranty_days" if row.promised_days is None else "promised_days"
    return term(name, row.own_days, f"sku_markets[{row.sku},{row.market}].{field}")


def time_fact(time: Time) -> Fact:
    """A time promised, and where it comes from."""
    source = f"promised_times[{time.market},{time.step}].days" if time.stated else (
        f"simulated: P{time.quantile * 100:g} of {time.step} in {time.market}"
    )  # fmt: skip
    return Fact(time.step, time.days, "working_days" if time.working else "days", source)
