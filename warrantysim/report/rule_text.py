"""A cell's zones in words: ``refund below EUR 25, reship below EUR 100, repair at tierwerk-de above``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from warrantysim.report import figures
from warrantysim.report.wording import Lang, named, say


class ZoneLike(Protocol):
    """From a claim value on, one disposition."""

    @property
    def start(self) -> float:
        """Least claim value [market currency]."""

    @property
    def do(self) -> str:
        """Disposition."""

    @property
    def partner(self) -> str:
        """Partner or way; empty where there is none."""


def done(zone: ZoneLike, lang: Lang = "en") -> str:
    """What a zone does: ``repair at tierwerk-de``."""
    return say(f"do.{zone.do}", lang, partner=named("way", zone.partner, lang))


def rule_text(
    zones: Sequence[ZoneLike],
    currency: str,
    lang: Lang = "en",
    *,
    prices: Sequence[float] = (),
    beyond: Sequence[float] = (),
    claims: float = 0.0,
) -> str:
    """The zones of one cell in a sentence.

    Zones that no claim falls into are told apart, with their out-of-range cut-points; where one zone takes all claims
    it is told as "always".

    Parameters
    ----------
    prices : order price an agent sees at each cut-point, shown in brackets; none is shown where empty.
    beyond : claims a year at or above each cut-point; unknown where empty.
    claims : claims a year of the cell; used with ``beyond``.
    """
    cuts = _cuts(zones, currency, lang, prices, "rule.cut_priced")
    reached = _reached(len(zones), beyond, claims)
    last = max(reached)
    parts = [
        say("rule.below", lang, do=done(zones[k], lang), cut=cuts[k])
        if k < last
        else say("rule.above" if len(reached) > 1 else "rule.always", lang, do=done(zones[k], lang))
        for k in reached
    ]
    rule = say("rule.and", lang).join(parts)
    others = [
        say("rule.below", lang, do=done(zones[k], lang), cut=cuts[k])
        if k < last
        else say("rule.from", lang, do=done(zones[k], lang), cut=cuts[k - 1])
        for k in range(len(zones))
        if k not in reached
    ]
    return say("rule.beyond", lang, rule=rule, others=say("rule.and", lang).join(others)) if others else rule


def rule_lines(
    zones: Sequence[ZoneLike],
    currency: str,
    lang: Lang = "en",
    *,
    prices: Sequence[float] = (),
    beyond: Sequence[float] = (),
    claims: float = 0.0,
) -> str:
    """The same for a table: a line a zone, the last one without a cut-point; a zone without claims says so."""
    cuts = _cuts(zones, currency, lang, prices, "rule.cut_seen")
    reached = _reached(len(zones), beyond, claims)
    if len(zones) == 1:
        return say("rule.always", lang, do=done(zones[0], lang))
    lines = [say("rule.always", lang, do=done(zones[reached[0]], lang))] if len(reached) == 1 else []
    for k, zone in enumerate(zones):
        if reached == [k]:
            continue
        above = k == len(cuts)
        text = done(zone, lang) if above else say("rule.line", lang, do=done(zone, lang), cut=cuts[k])
        if k not in reached:
            text = say("rule.from", lang, do=done(zone, lang), cut=cuts[k - 1]) if above else text
            text = say("rule.unreached", lang, zone=text)
        lines.append(text)
    return "\n".join(lines)


def rule_code(zones: Sequence[ZoneLike]) -> str:
    """The zones for a file, to the cent: ``0 refund; 25 reship; 100 repair_local tierwerk-de``."""
    return "; ".join(f"{figures.plain(zone.start)} {zone.do} {zone.partner}".strip() for zone in zones)


def unreached(beyond: Sequence[float], claims: float) -> list[int]:
    """Cut-points, counted from 0, that no claim lies below or none above: out of range."""
    return [k for k, above in enumerate(beyond) if above <= NONE or claims - above <= NONE]


NONE = 1e-9
"""Fewer claims are none."""


def _cuts(zones: Sequence[ZoneLike], currency: str, lang: Lang, prices: Sequence[float], seen: str) -> list[str]:
    return [_cut(zone.start, currency, lang, prices[i] if prices else None, seen) for i, zone in enumerate(zones[1:])]


def _cut(start: float, currency: str, lang: Lang, price: float | None, seen: str) -> str:
    facts = {"currency": currency, "value": figures.value(_readable(start))}
    if price is None or abs(price - start) < 0.005:
        return say("rule.cut", lang, **facts)
    return say(seen, lang, **facts, price=figures.value(_readable(price)))


def _readable(amount: float) -> float:
    """Cents matter below 100, whole units above."""
    return round(amount, 2 if abs(amount) < 100 else 0)


def _reached(zones: int, beyond: Sequence[float], claims: float) -> list[int]:
    """Zones that take claims; all of them where that is not known."""
    if claims <= 0 or len(beyond) != zones - 1:
        return list(range(zones))
    edges = [claims, *beyond, 0.0]
    taken = [k for k in range(zones) if edges[k] - edges[k + 1] > NONE]
    return taken or list(range(zones))
