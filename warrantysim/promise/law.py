"""What the law wants said in a warranty statement: dated rows, each with its article, and what a seller leaves unsaid.

Rows are data (`packs/promise`): which regimes hold in a country and in which language it is written to, facts of the
law, and the items a statement must hold, each by the text that says it and the parts of ``promise`` it takes.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from warrantysim.locale.wording import Lang
from warrantysim.packs import rows
from warrantysim.promise.facts import Fact, Unit
from warrantysim.promise.texts import BUYER_LANGUAGES
from warrantysim.schema.errors import Message, Problem, told
from warrantysim.schema.promise import Promise
from warrantysim.schema.root import Scenario

OTHER = "other"
"""The regime of countries nothing is known of but that they have a law."""


@dataclass(frozen=True)
class Regime:
    """What holds in a country."""

    names: tuple[str, ...]
    """Regimes, the most general first."""
    languages: tuple[str, ...]
    """Catalogues of the languages its customers are written to in, the most spoken first."""
    source: str
    """Why in these [text]."""

    @property
    def language(self) -> str:
        """The first of them."""
        return self.languages[0]


def regime(country: str) -> Regime:
    """The regimes and the languages of a country; the general one and English where none is known."""
    for row in rows("promise/regimes"):
        if row["country"] == country:
            return Regime(tuple(row["regimes"].split("|")), tuple(row["language"].split("|")), row["source"])
    return Regime((OTHER,), ("en_GB",), "")


@dataclass(frozen=True)
class Demand:
    """One item a statement must hold."""

    market: str
    """Market [id]."""
    item: str
    """What must be said [text]."""
    texts: tuple[str, ...]
    """Keys of texts, any of which says it."""
    needs: tuple[str, ...]
    """Fields of ``promise`` it takes."""
    article: str
    """Which law wants it [text]."""
    source: str
    """Where that was read [text]."""


def law_facts(regimes: Sequence[str], day: dt.date) -> dict[str, Fact]:
    """Facts of the law on a day, by name; a later regime's go before an earlier one's."""
    found: dict[str, Fact] = {}
    for name in regimes:
        for row in rows("promise/law"):
            if row["regime"] == name and _begun(row, day):
                unit = cast("Unit", row["unit"])
                found[row["name"]] = Fact(row["name"], _value(row), unit, row["article"], row["currency"])
    return found


def _value(row: Mapping[str, str]) -> Any:
    if row["unit"] == "text":
        return json.loads(row["value"]) if row["value"].startswith("{") else row["value"]
    return float(row["value"])


def _begun(row: Mapping[str, str], day: dt.date) -> bool:
    return not row["from"] or dt.date.fromisoformat(row["from"]) <= day


def demands(scenario: Scenario, market: str, prices: Sequence[float], day: dt.date) -> Iterator[Demand]:
    """What a statement for products of these prices must hold in a market on a day."""
    regimes = regime(scenario.markets[market].country).names
    facts = law_facts(regimes, day)
    for row in rows("promise/statements"):
        above = facts[row["above"]].value if row["above"] in facts else 0.0
        wanted = not row["when"] or getattr(scenario.promise, row["when"])
        if row["regime"] in regimes and _begun(row, day) and wanted and max(prices) > above:
            yield Demand(
                market, row["item"], tuple(row["text"].split("|")), tuple(filter(None, row["needs"].split("|"))),
                row["article"], row["source"],
            )  # fmt: skip


def unsaid(scenario: Scenario, found: Sequence[Demand]) -> list[Problem]:
    """A problem for each part of ``promise`` that a demand takes and the seller has not stated."""
    wanted: dict[str, list[Demand]] = {}
    for demand in found:
        for name in demand.needs:
            if not getattr(scenario.promise, name):
                wanted.setdefault(name, []).append(demand)
    return [Problem(f"promise.{name}", _wanted_by(name, each), rule=name) for name, each in wanted.items()]


def _wanted_by(name: str, each: Sequence[Demand]) -> Message:
    meaning = _UNIT.sub("", " ".join((Promise.model_fields[name].description or "").split()))
    by: dict[str, list[str]] = {}
    for demand in each:
        by.setdefault(f"{demand.item} ({demand.article})", []).append(demand.market)
    laws = "; ".join(f"{', '.join(dict.fromkeys(markets))}: {law}" for law, markets in by.items())
    return (
        told("missing")
        + told("expected {meaning}", meaning=told(meaning))
        + in_workbook("promise", name)
        + told("demanded by {laws}", laws=laws)
    )


@dataclass(frozen=True)
class _Packed(Message):
    """A text of a table of the packs, in the language that is asked."""

    row: Mapping[str, str] = field(default_factory=dict)
    """Its text by language."""

    def text(self, lang: Lang = "en") -> str:
        """As the table has it."""
        return self.row.get(lang) or self.row["en"]


def in_workbook(sheet: str, key: str, market: str = "") -> Message:
    """Where a seller fills it in, by the words of his workbook, and what he chooses among."""
    of = next(row for row in rows("seller/sheets") if row["sheet"] == sheet)
    column = next(row for row in rows("seller/columns") if (row["sheet"], row["key"]) == (sheet, key))
    heading = {lang: f"{column[lang]} {market}".strip() for lang in ("en", "zh")}
    place = told(
        "in a seller's workbook: sheet {sheet}, column {column}", sheet=_Packed(row=of), column=_Packed(row=heading)
    )
    choices = [row for row in rows("seller/choices") if row["kind"] == column["kind"]]
    if not choices:
        return place
    listed = {lang: ", ".join(f"{row['key']} ({row[lang]})" for row in choices) for lang in ("en", "zh")}
    return told("one of {choices}", choices=_Packed(row=listed)) + place


_UNIT = re.compile(r" ?\[[^]]*\]\.?$")
"""The unit a meaning ends with."""


def contradictions(scenario: Scenario, market: str, terms: Sequence[float]) -> list[Problem]:
    """What a seller states that the law of a market forbids to be stated together."""
    promise, problems = scenario.promise, []
    if "US" in regime(scenario.markets[market].country).names and promise.designation == "full":
        if promise.limits_implied:
            message = told("a full warranty may not limit implied warranties (15 USC 2304(a)(2)); expected false")
            problems.append(Problem("promise.limits_implied", message))
        if len(set(terms)) > 1:
            message = told("a full warranty is titled with its length (15 USC 2303(a)(1)): choose products of one term")
            problems.append(Problem("promise.designation", message))
    return problems


def no_law(market: str, country: str, found: Regime) -> list[Problem]:
    """A problem where nothing is known here of a country's law and language."""
    if OTHER not in found.names or found.source:
        return []
    message = told(
        "nothing is known here of the law and the language of {country}: what a statement must hold there, and in "
        "which words; have a lawyer of {country} write that of {market}; known are {known}",
        country=country,
        market=market,
        known=", ".join(row["country"] for row in rows("promise/regimes")),
    )
    return [Problem(f"markets.{market}.country", message)]


def no_texts(market: str, found: Regime) -> list[Problem]:
    """A problem where a language customers of a market must be written to in has no catalogue yet."""
    unknown = [one for one in found.languages if one not in BUYER_LANGUAGES]
    if not unknown:
        return []
    message = told(
        "no texts in the language {language} yet, in which {market} wants statements ({source}); there are {known}",
        language=", ".join(unknown),
        market=market,
        source=found.source,
        known=", ".join(BUYER_LANGUAGES),
    )
    return [Problem(f"markets.{market}", message)]
