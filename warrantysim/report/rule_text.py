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
    """The zones of one cell on one line.

    Where ``beyond`` shows that all claims fall into one zone, that zone is told as "always", and the others with their
    out-of-range cut-points.

    Parameters
    ----------
    prices : order price an agent sees at each cut-point, shown in brackets; none is shown where empty.
    beyond : claims a year at or above each cut-point; unknown where empty.
    claims : claims a year of the cell; used with ``beyond``.
    """
    cuts = [_cut(zone.start, currency, lang, prices[i] if prices else None) for i, zone in enumerate(zones[1:])]
    if len(zones) == 1:
        return say("rule.always", lang, do=done(zones[0], lang))
    only = _only(beyond, claims) if len(beyond) == len(cuts) else None
    if only is None:
        parts = [say("rule.below", lang, do=done(zone, lang), cut=cut) for zone, cut in zip(zones, cuts, strict=False)]
        return say("rule.and", lang).join([*parts, say("rule.above", lang, do=done(zones[-1], lang))])
    others = [
        say("rule.below", lang, do=done(zone, lang), cut=cut)
        for zone, cut in zip(zones[:only], cuts[:only], strict=True)
    ]
    others += [
        say("rule.from", lang, do=done(zone, lang), cut=cut)
        for zone, cut in zip(zones[only + 1 :], cuts[only:], strict=True)
    ]
    always = say("rule.always", lang, do=done(zones[only], lang))
    return say("rule.beyond", lang, rule=always, others=say("rule.and", lang).join(others))


def rule_code(zones: Sequence[ZoneLike]) -> str:
    """The zones for a file: ``0 refund; 25 reship; 100 repair_local tierwerk-de``."""
    return "; ".join(f"{zone.start:g} {zone.do} {zone.partner}".strip() for zone in zones)


def _cut(start: float, currency: str, lang: Lang, price: float | None) -> str:
    facts = {"currency": currency, "value": figures.value(_readable(start))}
    if price is None or abs(price - start) < 0.005:
        return say("rule.cut", lang, **facts)
    return say("rule.cut_seen", lang, **facts, price=figures.value(_readable(price)))


def _readable(amount: float) -> float:
    """Cents matter below 100, whole units above."""
    return round(amount, 2 if abs(amount) < 100 else 0)


def _only(beyond: Sequence[float], claims: float) -> int | None:
    """The zone that takes every claim, where one does."""
    if claims <= 0:
        return None
    edges = [claims, *beyond, 0.0]
    taken = [above - below > 1e-9 for above, below in zip(edges, edges[1:], strict=False)]
    return taken.index(True) if sum(taken) == 1 else None
