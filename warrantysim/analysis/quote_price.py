"""The price at which a quote that is not signed would be: a factor on every price of its list.

Parts stay at cost and service credits as stated. With the rules kept a bill is then affine in the factor (fees,
discounts, retainer and minimum all scale), so two pricings of a run tell its cost at every factor exactly. The rules
are those the search finds for the quote at several factors; each competes with the selected rules at every factor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from warrantysim.analysis.breakeven import BreakEven, break_even
from warrantysim.analysis.cases import Cancel, Case, per_year
from warrantysim.analysis.quote_search import OfferSearch
from warrantysim.analysis.quote_work import QuoteYear, quote_years
from warrantysim.analysis.quotes import QuoteStudy
from warrantysim.money.partner_lines import signed_desks
from warrantysim.money.price import price
from warrantysim.schema.amounts import Amount
from warrantysim.schema.dated import Dated
from warrantysim.schema.root import Scenario
from warrantysim.schema.strict import Strict

FACTORS = (0.6, 0.25)
"""Factors for which the rules are decided again, besides the list price."""
HIGHEST = 1.5
"""Factor up to which the place is looked for."""
AT_COST = ("parts", "sla", "bench")
"""Fields of a desk whose amounts do not follow the factor."""


@dataclass(frozen=True)
class WinningPrice:
    """At which factor on its prices a quote would be signed."""

    quote: str
    """Partner id."""
    factor: float
    """At and below this one the quote is part of the best; NaN where it is at none looked at [factor]."""
    low: float
    """Lower end of the interval [factor]."""
    high: float
    """Upper end [factor]."""
    case: Case | None = field(repr=False)
    """Rules that sign it, in the world at list price; None where the search signed it at no factor."""
    search: BreakEven | None = field(repr=False)
    """The search."""


def scaled(world: Scenario, quote: str, factor: float) -> Scenario:
    """The world with every price of a quote times a factor; parts and credits as stated."""
    partner = world.partners[quote]
    desks = {
        name: desk.replace(**{f: _times(getattr(desk, f), factor) for f in type(desk).model_fields if f not in AT_COST})
        for name, desk in partner.desks.items()
    }
    return world.replace(partners={**world.partners, quote: partner.replace(desks=desks)})


def _times(value: Any, factor: float) -> Any:
    if isinstance(value, Amount):
        return value * factor
    if isinstance(value, Dated):
        # Counts, such as included units, are dated too.
        if not any(isinstance(step.value, Amount) for step in value.steps):
            return value
        steps = [{"from": step.from_, "value": _times(step.value, factor)} for step in value.steps]
        return type(value).model_validate(steps)
    if isinstance(value, Strict):
        return value.replace(**{f: _times(getattr(value, f), factor) for f in type(value).model_fields})
    if isinstance(value, Mapping):
        return {key: _times(child, factor) for key, child in value.items()}
    return value


def affine_costs(case: Case, quote: str, years: Sequence[QuoteYear]) -> tuple[np.ndarray, np.ndarray]:
    """(cost at factor 0, cost at factor 1 less that) of each year, shape (replications,) each [reporting a year]."""
    free = scaled(case.world, quote, 0.0)
    year = per_year(case.world)
    full = np.array([y.ledger.total(in_scope=True) for y in years]) * year
    none = np.array([price(y.run, free, case.policy).total(in_scope=True) for y in years]) * year
    return none, full - none


def signing_cases(
    study: QuoteStudy, quote: str, *, jobs: int = 1, backend: str | None = None, cancel: Cancel | None = None
) -> list[Case]:
    """Rules that sign a quote: the study's own, and those decided at `FACTORS`; worlds at list price."""
    out = [c for c in study.cases if quote in signed_desks(c.policy, c.world)]
    for factor in FACTORS:
        if out or (cancel is not None and cancel()):
            break
        cheap = scaled(study.world, quote, factor)
        policy, _ = OfferSearch(cheap, study.seed, jobs=jobs, backend=backend)(cheap, ())
        if quote in signed_desks(policy, cheap):
            out.append(Case(f"{quote} at {factor:g}", study.world, policy))
    return out


def winning_price(
    study: QuoteStudy,
    quote: str,
    replications: int,
    *,
    cases: Sequence[Case] | None = None,
    jobs: int = 1,
    backend: str | None = None,
    cancel: Cancel | None = None,
) -> WinningPrice:
    """The greatest factor on a quote's prices at which rules that sign it cost no more than the selected ones.

    Parameters
    ----------
    replications
        Fresh replications, at most those of the study [count, >= 2].
    cases
        Rules that sign it; `signing_cases` where not given.
    """
    count = min(replications, study.replications)
    able = list(cases) if cases is not None else signing_cases(study, quote, jobs=jobs, backend=backend, cancel=cancel)
    able = [case for case in able if case is not study.cases[study.selection.best]]
    if not able:
        return WinningPrice(quote, float("nan"), float("nan"), float("nan"), None, None)
    years = [list(quote_years(c, quote, count, study.seed, jobs=jobs, backend=backend)) for c in able]
    lines = [affine_costs(case, quote, its) for case, its in zip(able, years, strict=True)]
    winner = study.costs[study.selection.best, :count]
    at_zero = np.stack([winner, *(a for a, _ in lines)])
    slope = np.stack([np.zeros(count), *(b for _, b in lines)])
    names = ["selected", *(f"{quote} {k}" for k in range(len(able)))]
    found = break_even(
        lambda x: at_zero + x * slope,
        names,
        0.0,
        HIGHEST,
        tolerance=1e-4,
        scan=31,
        level=study.level,
        lever=f"prices of {quote}",
        stated=1.0,
    )
    last = [switch for switch in found.switches if switch.above == "selected"]
    at = last[-1] if last else None
    # The rules that cost least at list price stand for the quote in statements.
    shown = able[int(np.argmin([(a + b).mean() for a, b in lines]))]
    if at is None:
        return WinningPrice(quote, float("nan"), float("nan"), float("nan"), shown, found)
    return WinningPrice(quote, at.at, at.low, at.high, shown, found)
