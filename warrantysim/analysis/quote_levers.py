"""What could flip a choice among quotes: figures to turn, with sensible ranges, and the rules that compete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from warrantysim.analysis.cases import Case
from warrantysim.experiment.levers import Lever
from warrantysim.money.partner_lines import signed_desks
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

VOLUME = (0.25, 4.0)
PRICE = (0.25, 1.5)
RATE = (0.8, 1.25)
FREIGHT = (0.5, 2.0)
"""Factors looked at: sales, prices of a quote, exchange rates, freight rates."""
NFF_DOWN, NFF_UP = 0.10, 0.20
"""Points of units without a fault looked at, fewer and more [share]."""
YIELD_DOWN, YIELD_UP = 0.15, 0.05
"""Points of yield looked at where the assumptions state no range [share]."""
MARGIN = 0.01
"""What is kept from the ends of a mix, so that every product keeps all its faults [share]."""


@dataclass(frozen=True)
class QuoteLever:
    """A figure that could flip the choice."""

    key: str
    """Its name: volume, nff, freight, price:<quote>, yield:<quote>, fx:<currency>, or the path of an assumption."""
    lever: Lever
    """The figure."""
    low: float
    """Least position looked at."""
    high: float
    """Greatest position looked at."""
    unit: str
    """Unit of positions [text]."""
    source: str = ""
    """Why this range, where the scenario says it [text]."""


def levers_of(scenario: Scenario, quotes: Sequence[str]) -> list[QuoteLever]:
    """Figures worth turning for these quotes, each of which the scenario has, in order of use."""
    out = [QuoteLever("volume", Lever("sales[*,*,*].units_per_month", "times"), *VOLUME, "factor")]
    out += _no_fault(scenario)
    stated = {row.path: row for row in scenario.assumptions}
    for quote in quotes:
        if (paths := _prices(scenario, quote)) is not None:
            out.append(QuoteLever(f"price:{quote}", Lever(paths, "times"), *PRICE, "factor"))
    for quote in quotes:
        path = f"partners.{quote}.yield_share"
        now = scenario.partners[quote].yield_share
        low, high = max(0.0, now - YIELD_DOWN), min(1.0, now + YIELD_UP)
        row = stated.pop(path, None)
        if row is not None:
            low, high = row.low, row.high
        if low < high:
            out.append(QuoteLever(f"yield:{quote}", Lever(path), low, high, "share", row.reason if row else ""))
    foreign = {d.currency for q in quotes for d in scenario.partners[q].desks.values()} - {
        scenario.reporting_currency,
        "USD",
    }
    out += [
        QuoteLever(f"fx:{code}", Lever(f"fx[{code}].usd_per_unit", "times"), *RATE, "factor")
        for code in sorted(foreign)
    ]
    if scenario.freight_breaks:
        out.append(QuoteLever("freight", Lever("freight_breaks[*,*].rate", "times"), *FREIGHT, "factor"))
    for row in stated.values():
        if row.path.startswith(tuple(f"partners.{quote}." for quote in quotes)):
            out.append(QuoteLever(row.path, Lever(row.path), row.low, row.high, row.unit, row.reason))
    return out


def _no_fault(scenario: Scenario) -> Iterator[QuoteLever]:
    """The share of units without a fault, in points; products keep the proportions of their other faults."""
    rows = [f for f in scenario.faults if f.kind == "no_fault_found"]
    names = Counter(f.fault for f in rows)
    if not names:
        return
    fault = names.most_common(1)[0][0]
    shares = [f.share for f in rows if f.fault == fault and f.share < 1.0]
    low = -min(NFF_DOWN, min(shares, default=0.0))
    high = min(NFF_UP, 1.0 - MARGIN - max(shares, default=1.0))
    if low < high:
        yield QuoteLever("nff", Lever(f"faults[*,{fault}].share", "mix"), low, high, "share")


def _prices(scenario: Scenario, quote: str) -> str | None:
    """The path of a quote's own price: of its repairs, else of its retainer; None where its desks differ in kind."""
    desks = list(scenario.partners[quote].desks.values())
    at = f"partners.{quote}.desks.*"
    repaired = [d.repaired for d in desks if d.repaired is not None]
    if len(repaired) == len(desks):
        forms = {"flat" if r.flat is not None else "by_sku.*" if r.by_sku else "by_level.*" for r in repaired}
        return f"{at}.repaired.{forms.pop()}" if len(forms) == 1 else None
    if not repaired and all(d.retainer is not None for d in desks):
        return f"{at}.retainer.per_month"
    return None


def rivals(scenario: Scenario, quotes: Sequence[str], rules: Iterable[Policy]) -> list[Case]:
    """Rules that compete while a figure moves, in the scenario with every quote on the table, named by what each signs.

    They stay as they were decided: the answer is whether to switch among them, not what else could be decided.
    """
    out: dict[str, Case] = {}
    for policy in rules:
        signed = signed_desks(policy, scenario)
        name = " + ".join(q for q in quotes if q in signed) or "none"
        while name in out:
            name += "'"
        out[name] = Case(name, scenario, policy)
    return list(out.values())
