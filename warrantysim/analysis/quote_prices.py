"""Up to which price a quote is the choice: of those not signed the price at which they would win, of those signed how
far theirs may rise; and what single terms are worth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.analysis.break_even import BreakEven, break_even
from warrantysim.analysis.cases import Cancel, Case, per_year
from warrantysim.analysis.quote_offers import OfferSearch, QuoteStudy
from warrantysim.analysis.quote_work import QuoteYear, quote_years, yearly
from warrantysim.experiment.intervals import t_interval
from warrantysim.experiment.workers import Workers, until_cancelled
from warrantysim.journeys.records import Fate, to_partner
from warrantysim.money.categories import Category
from warrantysim.money.partner_lines import signed_desks
from warrantysim.money.price import price
from warrantysim.schema.amounts import Amount
from warrantysim.schema.clock import NEVER
from warrantysim.schema.contracts import Partner
from warrantysim.schema.dated import Dated, RowsByDate
from warrantysim.schema.root import Scenario
from warrantysim.schema.strict import Strict

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd


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
    """Rules that sign it, in the scenario at list price; None where the search signed it at no factor."""
    search: BreakEven | None = field(repr=False)
    """The search."""


def scaled(scenario: Scenario, quote: str, factor: float) -> Scenario:
    """The scenario with every price of a quote times a factor; parts and credits as stated."""
    partner = scenario.partners[quote]
    desks = {
        name: desk.replace(**{f: _times(getattr(desk, f), factor) for f in type(desk).model_fields if f not in AT_COST})
        for name, desk in partner.desks.items()
    }
    return scenario.replace(partners={**scenario.partners, quote: partner.replace(desks=desks)})


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
    free = scaled(case.scenario, quote, 0.0)
    year = per_year(case.scenario)
    full = np.array([y.ledger.total(in_scope=True) for y in years]) * year
    none = np.array([price(y.run, free, case.policy).total(in_scope=True) for y in years]) * year
    return none, full - none


def signing_cases(study: QuoteStudy, quote: str, *, jobs: Workers = 1, cancel: Cancel | None = None) -> list[Case]:
    """Rules that sign a quote: the study's own, and those decided at `FACTORS`; scenarios at list price."""
    out = [c for c in study.cases if quote in signed_desks(c.policy, c.scenario)]
    for factor in FACTORS:
        if out or (cancel is not None and cancel()):
            break
        cheap = scaled(study.scenario, quote, factor)
        policy, _ = OfferSearch(cheap, study.seed, jobs=jobs)(cheap, ())
        if quote in signed_desks(policy, cheap):
            out.append(Case(f"{quote} at {factor:g}", study.scenario, policy))
    return out


def winning_price(
    study: QuoteStudy,
    quote: str,
    replications: int,
    *,
    cases: Sequence[Case] | None = None,
    jobs: Workers = 1,
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
    able = list(cases) if cases is not None else signing_cases(study, quote, jobs=jobs, cancel=cancel)
    able = [case for case in able if case is not study.cases[study.selection.best]]
    if not able:
        return WinningPrice(quote, float("nan"), float("nan"), float("nan"), None, None)
    years = [list(quote_years(c, quote, count, study.seed, jobs=jobs)) for c in able]
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


KEPT_UP_TO = 3.0
"""Factor up to which a signed quote's prices are raised."""


def kept_price(study: QuoteStudy, quote: str, years: Sequence[QuoteYear]) -> WinningPrice:
    """The greatest factor on a signed quote's prices at which the selected rules cost no more than the best without it.

    ``years``: the selected rules' own, the first replications of the study. NaN where nothing else was decided, or
    where it stays the choice up to `KEPT_UP_TO`.
    """
    best, count = study.cases[study.selection.best], len(years)
    without = [k for k, case in enumerate(study.cases) if quote not in signed_desks(case.policy, case.scenario)]
    if not without:
        return WinningPrice(quote, float("nan"), float("nan"), float("nan"), best, None)
    other = min((study.costs[k, :count] for k in without), key=lambda costs: float(costs.mean()))
    free, slope = affine_costs(best, quote, years)
    lines = np.stack([free, other]), np.stack([slope, np.zeros(count)])
    found = break_even(
        lambda x: lines[0] + x * lines[1], [quote, "without"], 0.0, KEPT_UP_TO, tolerance=1e-4, scan=31,
        level=study.level, lever=f"prices of {quote}", stated=1.0,
    )  # fmt: skip
    at = next((switch for switch in reversed(found.switches) if switch.above == "without"), None)
    ends = (float("nan"),) * 3 if at is None else (at.at, at.low, at.high)
    return WinningPrice(quote, *ends, best, found)


CHEAPER = 0.01
"""A discount on every price [share]."""
INDEXED = 0.03
"""A rise of every price by indexation [share]."""
LATER = 30.0
"""Days the bill is paid later [days]."""
SHORT = 0.05
"""Points of yield below the promise [share]."""
RAMP_DAYS = 60
"""Days in which half the capacity is there [days]."""
BILLED = (
    Category.REPAIR_LABOUR,
    Category.INSPECTION,
    Category.PARTNER_FIXED,
    Category.MINIMUM_SHORTFALL,
    Category.TIER_REBATE,
    Category.SLA_CREDIT,
)
"""What a partner bills, parts and storage aside."""
DAYS_A_YEAR = 365.0
TERMS = ("cheaper", "indexed", "later", "loss", "yield", "ramp")
"""Terms looked at; the reports hold a text for each."""


def stakes(
    case: Case,
    quote: str,
    years: Sequence[QuoteYear],
    seed: int,
    level: float,
    cancel: Cancel | None = None,
    *,
    jobs: Workers = 1,
) -> pd.DataFrame:
    """A row a term of `TERMS`: quote, term, adds (to a year's cost; below 0 it saves), low, high [reporting currency].

    Stopped, the terms that were not reached are missing.
    """
    import pandas as pd

    rows = []
    for term, samples in until_cancelled(_samples(case, quote, years, seed, jobs), cancel):
        found = t_interval(samples, level)
        rows.append((quote, term, float(found.mean), float(found.low), float(found.high)))
        if cancel is not None and cancel():
            break
    return pd.DataFrame(rows, columns=["quote", "term", "adds", "low", "high"])


def _samples(
    case: Case, quote: str, years: Sequence[QuoteYear], seed: int, jobs: Workers
) -> Iterator[tuple[str, np.ndarray]]:
    _, billed = affine_costs(case, quote, years)
    yield "cheaper", -CHEAPER * billed
    yield "indexed", INDEXED * billed
    capital = case.scenario.china_customs.capital_cost_share
    yield "later", -np.array([bill_of(y, case, quote) for y in years]) * capital * LATER / DAYS_A_YEAR
    yield "loss", -np.array([lost_value(y, case, quote) for y in years])
    before = yearly(years, case)
    changes: tuple[tuple[str, Callable[[Partner, dt.date], Partner]], ...] = (("yield", _poorer), ("ramp", _ramped))
    for term, change in changes:
        scenario = case.scenario
        partner = change(scenario.partners[quote], scenario.horizon.first_day)
        other = Case(case.name, scenario.replace(partners={**scenario.partners, quote: partner}), case.policy)
        again = list(quote_years(other, quote, len(years), seed, jobs=jobs))
        yield term, yearly(again, other) - before


def bill_of(year: QuoteYear, case: Case, quote: str) -> float:
    """What the partner bills in a year [reporting currency a year]."""
    ledger, r = year.ledger, year.run.records
    p = case.scenario.partner_ids.index(quote)
    claim = ledger.record >= 0
    mine = ~claim & (ledger.partner == p)
    at = ledger.record[claim]
    mine[claim] = to_partner(r.route[at]) & (r.partner[at] == p)
    mine &= ledger.in_scope & np.isin(ledger.category, [int(c) for c in BILLED])
    return float(ledger.reporting[mine].sum()) * per_year(case.scenario)


def lost_value(year: QuoteYear, case: Case, quote: str) -> float:
    """Landed cost of the units in scope that were lost after they had reached the partner [reporting a year]."""
    r, scenario = year.run.records, case.scenario
    p = scenario.partner_ids.index(quote)
    lost = r.in_scope & to_partner(r.route) & (r.partner == p) & (r.fate == Fate.LOST)
    lost &= r.arrived > NEVER
    return float(landed(scenario)[r.claims.sku[lost], r.claims.market[lost]].sum()) * per_year(scenario)


def landed(scenario: Scenario) -> np.ndarray:
    """Landed cost of a unit of each product and market on the first day, 0 where it has none; shape (S, M)."""
    rows = RowsByDate(scenario.sku_markets, lambda row: (row.sku, row.market))
    found = np.zeros((len(scenario.sku_ids), len(scenario.market_ids)))
    for i, sku in enumerate(scenario.sku_ids):
        for j, market in enumerate(scenario.market_ids):
            row = rows.on((sku, market), scenario.horizon.first_day)
            if row is not None:
                found[i, j] = row.landed_cost * scenario.usd_per_unit(row.landed_currency)
    return found / scenario.usd_per_unit(scenario.reporting_currency)


def _poorer(partner: Partner, _: dt.date) -> Partner:
    return partner.replace(yield_share=max(0.0, partner.yield_share - SHORT))


def _ramped(partner: Partner, first: dt.date) -> Partner:
    """Half of what the ramp states before the horizon's day `RAMP_DAYS`, all of it from then on."""
    import datetime as dt

    full = first + dt.timedelta(days=RAMP_DAYS)
    desks = {}
    for name, desk in partner.desks.items():
        steps = desk.bench.ramp.steps
        last = [step.value for step in steps if step.from_ <= full][-1:] or [steps[0].value]
        slow = [{"from": step.from_, "value": step.value / 2} for step in steps if step.from_ < full]
        fast = [{"from": step.from_, "value": step.value} for step in steps if step.from_ > full]
        ramp = type(desk.bench.ramp).model_validate([*slow, {"from": full, "value": last[0]}, *fast])
        desks[name] = desk.replace(bench=desk.bench.replace(ramp=ramp))
    return partner.replace(desks=desks)
