"""What a marketplace forbids in a field: dated rules as data, held against a text.

Rules are rows of ``packs/promise/rules.csv``: where they hold (a field and all that begin with its name), in which
markets, how grave a breach is, since when, and where that was read. What they look for stands in ``patterns.csv``, a
row a rule and language (empty: in every language). Where a warranty may be spoken of at all is ``places.csv``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from warrantysim.packs import rows

SEVERITY = {"no": "error", "avoid": "warn", "unclear": "warn"}
"""How grave it is to speak of a warranty, by what the place may hold."""


@dataclass(frozen=True)
class StoreRule:
    """One rule of a marketplace, as stated in its row."""

    rule: str
    """Its name."""
    kind: str
    """What it asks for: ``ban`` and ``need`` of a pattern, ``limit`` of a measure, ``language``, ``place``."""
    places: tuple[str, ...]
    """Fields it holds in, and all whose names begin with one of them and ``_``."""
    markets: tuple[str, ...]
    """Markets it holds in; all where empty."""
    severity: str
    """``error`` or ``warn``."""
    measure: str
    """What a limit measures."""
    least: float
    """Least of it; minus infinity where there is none."""
    most: float
    """Most of it; infinity where there is none."""
    about: Mapping[str, str]
    """What it forbids, by language of the reader."""
    instead: Mapping[str, str]
    """What to write instead, by language of the reader."""
    since: dt.date | None
    """First day it holds; None where its source names none."""
    sources: tuple[str, ...]
    """Where it was read: what the codes of its row stand for."""
    mark: str
    """S read in its source, D derived, A assumed."""

    def holds(self, place: str, market: str, on: dt.date | None) -> bool:
        """Whether it holds in a field of a market on a day; today's rules where no day is named."""
        here = any(place == name or place.startswith(f"{name}_") for name in self.places)
        return here and (not self.markets or market in self.markets) and not (on and self.since and self.since > on)


@dataclass(frozen=True)
class Finding:
    """A breach of a rule."""

    rule: StoreRule
    """The rule."""
    severity: str
    """``error`` or ``warn``."""
    found: str
    """The words that break it, the measure as written, or nothing where something is missing."""
    start: int
    """Where they begin in the text [characters]."""
    end: int
    """Where they end [characters]."""


@cache
def store_languages() -> Mapping[str, tuple[str, ...]]:
    """Languages of each market's store, by their first two letters."""
    return {row["market"]: tuple(one[:2] for one in row["language"].split("|")) for row in rows("promise/regimes")}


def copied(market: str, language: str) -> str:
    """The language of a copy to be read and not published, which the store's is not; empty for the store's own."""
    return "" if language[:2] in store_languages().get(market, language[:2]) else language[:2]


@cache
def rule_sources() -> Mapping[str, str]:
    """What each source code of the rules stands for."""
    return {row["code"]: row["source"] for row in rows("promise/sources")}


def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split("|")))


@cache
def rules() -> tuple[StoreRule, ...]:
    """Every rule, in the order of its rows."""
    return tuple(
        StoreRule(
            rule=row["rule"],
            kind=row["kind"],
            places=_split(row["places"]),
            markets=_split(row["markets"]),
            severity=row["severity"],
            measure=row["measure"],
            least=float(row["least"] or "-inf"),
            most=float(row["most"] or "inf"),
            about={lang: row[f"rule_{lang}"] for lang in ("en", "zh")},
            instead={lang: row[f"instead_{lang}"] for lang in ("en", "zh")},
            since=dt.date.fromisoformat(row["from"]) if row["from"] else None,
            sources=tuple(rule_sources()[code] for code in row["source"].split()),
            mark=row["mark"],
        )
        for row in rows("promise/rules")
    )


@cache
def _patterns() -> Mapping[tuple[str, str], re.Pattern[str]]:
    return {
        (row["rule"], row["language"]): re.compile(row["pattern"], re.IGNORECASE) for row in rows("promise/patterns")
    }


def pattern(rule: str, language: str) -> list[re.Pattern[str]]:
    """What a rule looks for in a language: its own pattern of it, and the one of every language."""
    return [found for lang in dict.fromkeys((language, "")) if (found := _patterns().get((rule, lang)))]


@cache
def may_state(place: str, market: str) -> str:
    """What a place may say of a warranty: ``no``, ``fact``, ``full`` (all of it or nothing), ``yes``, ``avoid``,
    ``unclear``."""
    at = {(row["place"], row["market"]): row["may"] for row in rows("promise/places")}
    name = next((name for name, _ in at if place == name or place.startswith(f"{name}_")), None)
    return "yes" if name is None else at.get((name, market), at.get((name, ""), "yes"))


def lint(
    place: str,
    market: str,
    language: str,
    text: str | Sequence[str],
    *,
    buyer_language: str = "",
    own: Sequence[str] = (),
    measures: Mapping[str, float] | None = None,
    on: dt.date | None = None,
) -> list[Finding]:
    """Every breach of a rule in a field.

    Parameters
    ----------
    place
        The field: ``title``, ``bullet``, ``description``, ``attribute``, ``document``, ``gallery``, ``aplus`` and its
        parts (``aplus_alt``), ``brand_story``, ``brand_store``, ``shop``, ``card``, ``message`` and its kinds,
        ``message_type``, ``claim_box``, ``claim_safe_t``.
    market
        Its market.
    language
        What it is written in, by its first two letters or its catalogue: ``en``, ``zh_CN``.
    text
        What stands in it; several where the field takes several.
    buyer_language
        What the buyer of a message reads; the store's language where not given.
    own
        Words of the brand's own, which signs and brand rules leave alone.
    measures
        What a text does not show: ``file_mb``, ``attachments``, ``days_after_order``.
    on
        The day it is to hold on; with the newest rules where not given.
    """
    texts, language = [text] if isinstance(text, str) else list(text), language[:2]
    stores = (buyer_language[:2],) if buyer_language else store_languages().get(market, (language,))
    found: list[Finding] = []
    for rule in rules():
        if not rule.holds(place, market, on):
            continue
        if rule.kind == "limit":
            found += _measured(rule, texts, language, {"items": len(texts), **(measures or {})})
        elif rule.kind == "language":
            found += [Finding(rule, rule.severity, language, 0, 0)] if language not in stores else []
        else:
            for one in texts:
                found += _matched(rule, place, market, language, one, own)
    return found


def _measured(rule: StoreRule, texts: Sequence[str], language: str, known: Mapping[str, float]) -> Iterator[Finding]:
    if rule.measure == "characters":
        values = [float(len(one)) for one in texts]
    elif rule.measure == "quotations":
        values = [float(sum(len(p.findall(one)) for p in pattern(rule.rule, language))) for one in texts]
    else:
        values = [known[rule.measure]] if rule.measure in known else []
    for value in values:
        if not rule.least <= value <= rule.most:
            yield Finding(rule, rule.severity, f"{value:g}", 0, 0)


def _matched(
    rule: StoreRule, place: str, market: str, language: str, text: str, own: Sequence[str]
) -> Iterator[Finding]:
    looked_for = pattern(rule.rule, language)
    hits = [hit for p in looked_for for hit in p.finditer(text)]
    if rule.kind == "need" and not looked_for:
        return  # Nobody has written what it looks like in that language.
    if rule.kind == "need":
        # Who states a guarantee states it whole; who states none need not.
        about = place != "description" or any(p.search(text) for p in pattern("warranty", language))
        if about and not hits:
            yield Finding(rule, rule.severity, "", 0, 0)
        return
    severity = SEVERITY.get(may_state(place, market), "") if rule.kind == "place" else rule.severity
    for hit in hits if severity else ():
        around = text[max(0, hit.start() - 40) : hit.end() + 40]
        if not any(word in around and (word in hit.group() or hit.group() in word) for word in own):
            yield Finding(rule, severity, hit.group(), hit.start(), hit.end())
