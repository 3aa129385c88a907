"""Messages of a claim for a helpdesk: first answer to denial, in the customers' language, with its placeholders.

Facts fill what scenario, law and simulation know; what only the case knows stays a placeholder, ``{{order_id}}``. A
marketplace allows no coupon: there the same amount is given back on the order. Every message is held against the rules
for messages; a clause of the warranty is a text of its own, since it goes with the case and not with the product.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from warrantysim.money.denial_offers import Quote, cheapest
from warrantysim.promise.facts import Fact, Facts, facts_by_name
from warrantysim.promise.facts import stated_text as named_text
from warrantysim.promise.law import law_facts
from warrantysim.promise.lint import Finding, copied, lint, rules
from warrantysim.promise.offers import Prices, offer_figure
from warrantysim.promise.terms import SEPARATE, StatementSubject, time_fact
from warrantysim.promise.texts import Said, said
from warrantysim.schema.products import Sku, SkuMarket

HELPDESK = (
    "order_id", "product", "fault", "label_until", "tested_on", "test_done", "photos", "finding", "sent_on", "tracking",
    "amount", "clause", "valid_until",
)  # fmt: skip
"""What the case alone knows, by the name of its placeholder."""
MESSAGES = (
    "first_answer", "label_sent", "test_result", "approval", "replacement", "repaired", "refund", "denial",
    "denial_tested", "reminder",
)  # fmt: skip
"""Messages in the order of a claim."""
CHANNELS = {"": "message", "marketplace": "message", "shop": "shop"}
"""Where a message is sent, and the place its rules are those of; what is sent everywhere keeps the strictest."""
APART = {
    "denial": ("marketplace", "shop"),
    "denial_tested": ("marketplace", "shop"),
    "reminder": ("marketplace", "shop"),
}
"""Messages that a marketplace wants otherwise than the own shop."""
PROACTIVE = "message_proactive"
"""Place of a message nobody has asked for."""
PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
"""How a helpdesk writes what it fills in."""


@dataclass(frozen=True)
class Message:
    """One message of one product in one market and language."""

    market: str
    """Market [id]."""
    lang: str
    """Language, by the name of its catalogue."""
    channel: str
    """One of `CHANNELS`; empty for each."""
    name: str
    """One of `MESSAGES`, or the clause of an exclusion."""
    skus: tuple[str, ...]
    """Products it is for [ids]; empty for all."""
    parts: tuple[Said, ...]
    """Its paragraphs."""
    evidence: str = ""
    """Evidence it asks for, where that depends on the claim's value [none|photo|video]."""
    value_from: float | None = None
    """Claim value from which it is the one to send [market currency]."""

    @property
    def text(self) -> str:
        """All of it, in plain text; points of a list stand line under line."""
        out = ""
        for part in self.parts:
            point = part.key.startswith("offer.")
            out += ("\n" if point else "\n\n") * bool(out) + ("• " if point else "") + part
        return out

    @property
    def place(self) -> str:
        """Whose rules hold."""
        proactive = self.channel == "marketplace" and self.name == "reminder"
        return PROACTIVE if proactive else CHANNELS[self.channel]

    @property
    def within_days(self) -> int | None:
        """Days after the order until which a marketplace lets it be sent; None where it does not say."""
        limits = [rule.most for rule in rules() if rule.measure == "days_after_order" and self.place in rule.places]
        return round(limits[0]) if limits else None

    @property
    def placeholders(self) -> list[str]:
        """What the helpdesk fills in."""
        return list(dict.fromkeys(PLACEHOLDER.findall(self.text)))

    def findings(self, clause: str = "") -> list[Finding]:
        """Every rule it breaks; ``clause``: the longest that may stand in it."""
        if self.name.startswith("clause."):
            return []
        text = self.text.replace("{{clause}}", clause or "{{clause}}")
        return lint(self.place, self.market, self.lang, text, buyer_language=copied(self.market, self.lang))

    def record(self) -> dict[str, Any]:
        """As a helpdesk reads it."""
        return {
            "market": self.market, "language": self.lang.replace("_", "-"), "channel": self.channel,
            "message": self.name, "skus": list(self.skus), "evidence": self.evidence, "value_from": self.value_from,
            "within_days": self.within_days, "text": self.text, "placeholders": self.placeholders,
        }  # fmt: skip


def messages(it: StatementSubject, lang: str) -> list[Message]:
    """Every message of a market in a language; products whose text is the same share one."""
    writer, found = _Writer(it, lang), list[Message]()
    for name in MESSAGES:
        alike: dict[tuple[str, str, str], list[Message]] = {}
        for channel in APART.get(name, ("",)):
            for sku, terms in it.products:
                for one in writer.of(channel, name, sku, terms):
                    alike.setdefault((channel, one.evidence, one.text), []).append(one)
        for same in alike.values():
            skus = tuple(one.skus[0] for one in same)
            found.append(replace(same[0], skus=() if skus == it.skus else skus))
    for exclusion in it.promise.exclusions:
        if exclusion != "battery_wear" or (it.batteries and it.promise.battery_capacity_share is not None):
            found.append(Message(it.market, lang, "", f"clause.{exclusion}", (), (writer(f"exclusion.{exclusion}"),)))
    return found


def broken_rules(found: Sequence[Message]) -> Iterator[tuple[Message, Finding]]:
    """Every rule that messages break, each with the longest clause in its place."""
    clauses = [one.text for one in found if one.name.startswith("clause.")]
    for message in found:
        for one in message.findings(max(clauses, key=len, default="")):
            yield message, one


class _Writer:
    """Messages of a market in a language being written."""

    def __init__(self, it: StatementSubject, lang: str) -> None:
        self.it, self.lang, self.prices = it, lang, Prices(it)
        market = it.scenario.markets[it.market]
        self.facts: dict[str, Fact] = {
            **law_facts(it.regime.names, it.day),
            **facts_by_name(
                *(named_text(name, f"{{{{{name}}}}}", "helpdesk") for name in HELPDESK),
                *(time_fact(time) for time in it.times),
                Fact("lapse", market.customer.lapse_days, "days", f"markets.{it.market}.customer.lapse_days"),
                Fact("longer", market.extension_days, "days", f"markets.{it.market}.extension_days"),
                offer_figure("valid"),
            ),
        }
        if (share := it.promise.battery_capacity_share) is not None:
            self.facts["battery"] = Fact("battery", share, "share", "promise.battery_capacity_share")
        self.quoted = list(self.prices.quotes())

    def __call__(self, key: str, more: Facts | None = None) -> Said:
        return said(key, self.lang, {**self.facts, **(more or {})})

    def of(self, channel: str, name: str, sku: Sku, terms: SkuMarket) -> Iterator[Message]:
        """A message, once for each kind of evidence it may ask for."""
        made = Message(self.it.market, self.lang, channel, name, (sku.sku,), ())
        if name == "first_answer":
            for evidence, value in self._evidence():
                parts = tuple(self._first_answer(evidence, sku))
                yield replace(made, parts=parts, evidence=evidence, value_from=value)
        else:
            yield replace(made, parts=tuple(getattr(self, f"_{name}")(channel, sku, terms)))

    def _evidence(self) -> Iterator[tuple[str, float | None]]:
        """What is asked for, and from which value of the claim on."""
        yield "none", None
        for rule in self.it.scenario.policy.evidence:
            if rule.market in (None, self.it.market):
                local = self.prices.offers.local(rule.from_.value, rule.from_.currency, self.it.market)
                yield rule.level, round(local, 2)

    def _times(self, *steps: str) -> Iterator[Said]:
        """What is promised of steps, where it is."""
        for step in steps:
            if step in self.facts:
                yield self(f"message.{step}")

    def _first_answer(self, evidence: str, sku: Sku) -> Iterator[Said]:
        yield self("message.hello")
        yield self("message.sorry")
        if sku.battery != "none":
            yield self("message.safety")
        yield self("message.ask")
        if evidence != "none":
            yield self(f"message.{evidence}")

    def _label_sent(self, channel: str, sku: Sku, terms: SkuMarket) -> Iterator[Said]:
        yield self("message.about")
        yield self("message.label_sent")
        if sku.battery != "none":
            yield self("message.safety")
        yield from self._times("inspection")

    def _test_result(self, channel: str, sku: Sku, terms: SkuMarket) -> Iterator[Said]:
        yield self("message.about")
        yield from (self("message.tested"), self("message.found"))
        if "remedy" in self.facts:
            yield self("message.remedy_tested")

    def _approval(self, channel: str, sku: Sku, terms: SkuMarket) -> Iterator[Said]:
        yield self("message.about")
        yield self("message.covered")
        if "remedy" in self.facts:
            yield self("message.remedy" if "sent_in" in self.it.ends else "claim.remedy_unsent")

    def _replacement(self, channel: str, sku: Sku, terms: SkuMarket) -> Iterator[Said]:
        yield self("message.about")
        yield self("message.replaced")
        yield self(f"remedy.{self.it.scenario.markets[self.it.market].renewal.get('replace', 'non_renewing')}")
        yield self("message.tell")

    def _repaired(self, channel: str, sku: Sku, terms: SkuMarket) -> Iterator[Said]:
        yield self("message.about")
        yield from (self("message.found"), self("message.repaired"), self("message.tell"))

    def _refund(self, channel: str, sku: Sku, terms: SkuMarket) -> Iterator[Said]:
        yield self("message.about")
        yield from (self("message.refunded"), self("message.tell"))

    def _denial(self, channel: str, sku: Sku, terms: SkuMarket, key: str = "seen") -> Iterator[Said]:
        yield self("message.thanks")
        yield from (self(f"message.{key}"), self("message.found"), self("message.clause"))
        own = next((SEPARATE[name] for name in self.it.regime.names if name in SEPARATE), "other")
        yield self("message.apart")
        yield self(f"law.{own}.rights")
        if offers := list(self._offers(channel, key == "tested", sku, terms)):
            yield self("message.offers")
            yield from offers
        yield self("message.object")
        yield self(f"object.{own}")

    def _denial_tested(self, channel: str, sku: Sku, terms: SkuMarket) -> Iterator[Said]:
        return self._denial(channel, sku, terms, "tested")

    def _offers(self, channel: str, here: bool, sku: Sku, terms: SkuMarket) -> Iterator[Said]:
        """Two or three: a paid repair where it is worth it, a discount or concession, the unit back as it is."""
        mine = cheapest([quote for quote in self.quoted if quote.sku == sku.sku])
        asked = {quote.quote: quote for quote in mine.values()}
        if asked:
            ends = [self._money(name, asked[end(asked)]) for name, end in (("repair", min), ("repair_most", max))]
            yield self("offer.repair" if len(asked) == 1 else "offer.repair_range", facts_by_name(*ends))
        if discount := self.prices.discount(terms):
            yield self("offer.concession" if channel == "marketplace" else "offer.coupon", facts_by_name(discount))
        if here:
            yield self("offer.back")

    def _money(self, name: str, quote: Quote) -> Fact:
        shared = self.it.scenario.triage.denial.paid_repair_margin_share is not None
        margin = "paid_repair_margin_share and paid_repair_margin" if shared else "paid_repair_margin"
        source = f"partners.{quote.partner} level {quote.level}, triage.denial.{margin}"
        return Fact(name, quote.quote, "money", source, self.prices.currency)

    def _reminder(self, channel: str, sku: Sku, terms: SkuMarket) -> Iterator[Said]:
        yield self("message.about")
        yield from (self("message.reminder"), self("message.lapses"), self("message.open_again"))
