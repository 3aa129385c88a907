"""A cell's zones in words: ``refund below EUR 25, reship below EUR 100, repair at TierWerk (Germany) above``."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol, TypedDict

from warrantysim.locale.wording import Lang, joined, named, say
from warrantysim.report import figures
from warrantysim.report.doers import Titles, doer
from warrantysim.schema.dispositions import BY_PARTNER, TEST_AND_SWAP

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario


class ZoneLike(Protocol):
    """From a claim value on, one disposition."""

    @property
    def start(self) -> float:
        """Least claim value [market currency]."""

    @property
    def do(self) -> str:
        """Disposition."""

    @property
    def act(self) -> str:
        """The disposition for people: a desk that only tests does not repair."""

    @property
    def partner(self) -> str:
        """Partner or way; empty where there is none."""

    @property
    def by(self) -> str:
        """What the value is: refund_due or order_price."""

    @property
    def ages(self) -> tuple[float, float]:
        """Ages of the order it holds for [days]."""


def done(zone: ZoneLike, partners: Titles, lang: Lang = "en") -> str:
    """What a zone does: ``repair at TierWerk (Germany)``."""
    return act_text(zone.act, zone.partner, partners, lang)


def act_text(act: str, who: str, partners: Titles, lang: Lang = "en") -> str:
    """What is done: ``test and swap at Local test hub, US``."""
    return say(f"do.{act}", lang, partner=doer(who, partners, lang))


def testers(scenario: Scenario) -> frozenset[str]:
    """Partners that only test: what they do is never called a repair."""
    return frozenset(name for name, partner in scenario.partners.items() if partner.test_only)


def arm_text(do: str, partner: str, partners: Titles, only_test: Collection[str] = (), lang: Lang = "en") -> str:
    """What is done and who does it, for lists and legends: ``local repair TierWerk (Germany)``."""
    act = TEST_AND_SWAP if do == BY_PARTNER and partner in only_test else do
    return joined((named("disposition", act, lang), doer(partner, partners, lang)), lang)


def rule_text(
    zones: Sequence[ZoneLike],
    currency: str,
    lang: Lang = "en",
    *,
    partners: Titles,
    prices: Sequence[float] = (),
    beyond: Sequence[float] = (),
    claims: float = 0.0,
) -> str:
    """The zones of one cell in a sentence, one age of the order after the other where they differ by it.

    Zones that no claim falls into are told apart, with their out-of-range cut-points; where one zone takes all claims
    it is told as "always".

    Parameters
    ----------
    partners : what partners are called.
    prices : order price an agent sees at each cut-point, shown in brackets; none is shown where empty.
    beyond : claims a year at or above each cut-point; unknown where empty.
    claims : claims a year of the cell; used with ``beyond``.
    """
    if len(bands := _bands(zones, prices, beyond, claims)) > 1:
        told = _by_age(bands, currency, partners, lang)
        return say("rule.then", lang).join(told)
    cuts = _cuts(zones, currency, lang, prices, "rule.cut_priced")
    reached = _reached(len(zones), beyond, claims)
    last, does = max(reached), [done(zone, partners, lang) for zone in zones]
    parts = [
        say("rule.below", lang, do=does[k], cut=cuts[k])
        if k < last
        else say("rule.above" if len(reached) > 1 else "rule.always", lang, do=does[k])
        for k in reached
    ]
    rule = say("rule.and", lang).join(parts)
    others = [
        say("rule.below", lang, do=does[k], cut=cuts[k])
        if k < last
        else say("rule.from", lang, do=does[k], cut=cuts[k - 1])
        for k in range(len(zones))
        if k not in reached
    ]
    return say("rule.beyond", lang, rule=rule, others=say("rule.and", lang).join(others)) if others else rule


def rule_lines(
    zones: Sequence[ZoneLike],
    currency: str,
    lang: Lang = "en",
    *,
    partners: Titles,
    prices: Sequence[float] = (),
    beyond: Sequence[float] = (),
    claims: float = 0.0,
) -> str:
    """The same for a table: a line a zone, the last one without a cut-point; a zone without claims says so."""
    if len(bands := _bands(zones, prices, beyond, claims)) > 1:
        told = _by_age(bands, currency, partners, lang)
        return "\n".join(told)
    cuts = _cuts(zones, currency, lang, prices, "rule.cut_seen")
    reached, does = _reached(len(zones), beyond, claims), [done(zone, partners, lang) for zone in zones]
    if len(zones) == 1:
        return say("rule.always", lang, do=does[0])
    lines = [say("rule.always", lang, do=does[reached[0]])] if len(reached) == 1 else []
    for k, do in enumerate(does):
        if reached == [k]:
            continue
        above = k == len(cuts)
        text = do if above else say("rule.line", lang, do=do, cut=cuts[k])
        if k not in reached:
            text = say("rule.from", lang, do=do, cut=cuts[k - 1]) if above else text
            text = say("rule.unreached", lang, zone=text)
        lines.append(text)
    return "\n".join(lines)


def _by_age(
    bands: Sequence[tuple[Sequence[ZoneLike], Facts]], currency: str, partners: Titles, lang: Lang
) -> Iterator[str]:
    """The rule of each age of the order."""
    for mine, facts in bands:
        rule = rule_text(mine, currency, lang, partners=partners, **facts)
        yield say("rule.at_age", lang, age=age_text(mine[0].ages, lang), rule=rule)


def rule_code(zones: Sequence[ZoneLike]) -> str:
    """The zones for a file, to the cent: ``0 refund; 25 reship; 100 repair_local tierwerk-de``.

    Order prices and ages of the order are named: ``days 0-365: 0 refund; price 30 reship | days 365-: 0 reship``.
    """
    bands = _bands(zones, (), (), 0.0)
    told = []
    for mine, _ in bands:
        code = "; ".join(
            f"{'price ' if zone.by == 'order_price' and zone.start else ''}{figures.to_cents(zone.start)} {zone.act} "
            f"{zone.partner}".strip()
            for zone in mine
        )
        first, last = mine[0].ages
        told.append(f"days {first:g}-{'' if math.isinf(last) else f'{last:g}'}: {code}" if len(bands) > 1 else code)
    return " | ".join(told)


def age_text(ages: tuple[float, float], lang: Lang = "en") -> str:
    """Ages of an order in days: ``order 365 days old or more``."""
    facts = {"first": f"{ages[0]:g}", "last": f"{ages[1]:g}"}
    if math.isinf(ages[1]):
        return say("line.older", lang, **facts) if ages[0] > 0 else ""
    return say("line.ages" if ages[0] > 0 else "line.younger", lang, **facts)


class Facts(TypedDict):
    """What is known of the cut-points of one age of the order, as `rule_text` takes it."""

    prices: Sequence[float]
    beyond: Sequence[float]
    claims: float


UNKNOWN: Facts = {"prices": (), "beyond": (), "claims": 0.0}
"""Nothing is known of them."""


def _bands(
    zones: Sequence[ZoneLike], prices: Sequence[float], beyond: Sequence[float], claims: float
) -> list[tuple[Sequence[ZoneLike], Facts]]:
    """Zones of each age of the order, with what is known of their cut-points."""
    firsts = [k for k, zone in enumerate(zones) if k == 0 or zone.ages != zones[k - 1].ages]
    known = len(beyond) == len(zones) - 1
    others = sum(beyond[k - 1] for k in firsts[1:]) if known else 0.0
    out: list[tuple[Sequence[ZoneLike], Facts]] = []
    for first, end in zip(firsts, [*firsts[1:], len(zones)], strict=True):
        mine = slice(first, end - 1)
        here = claims - others if first == 0 else beyond[first - 1] if known else 0.0
        out.append((zones[first:end], {"prices": prices[mine], "beyond": beyond[mine], "claims": here}))
    return out


def unreached(beyond: Sequence[float], claims: float) -> list[int]:
    """Cut-points, counted from 0, that no claim lies below or none above: out of range."""
    return [k for k, above in enumerate(beyond) if above <= NONE or claims - above <= NONE]


NONE = 1e-9
"""Fewer claims are none."""


def _cuts(zones: Sequence[ZoneLike], currency: str, lang: Lang, prices: Sequence[float], seen: str) -> list[str]:
    return [_cut(zone, currency, lang, prices[i] if prices else None, seen) for i, zone in enumerate(zones[1:])]


def _cut(zone: ZoneLike, currency: str, lang: Lang, price: float | None, seen: str) -> str:
    start = zone.start
    facts = {"currency": currency, "value": figures.value(_readable(start))}
    if zone.by == "order_price":
        return say("rule.cut_price", lang, **facts)
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
