"""What a term of a quote is worth: what a year costs more, or less, if this one term were another. The rules are kept.

Prices and days of payment change the bill alone, so the simulated years are priced again. A partner that answers for
units lost after they reached it pays their landed cost. Yield and ramp-up change what happens, so the years are
simulated again, on the same luck.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Case, per_year
from warrantysim.analysis.quote_price import affine_costs
from warrantysim.analysis.quote_work import QuoteYear, quote_years, yearly
from warrantysim.experiment.intervals import t_interval
from warrantysim.journeys.records import Fate, Route
from warrantysim.money.categories import Category
from warrantysim.schema.clock import NEVER
from warrantysim.schema.contracts import Partner
from warrantysim.schema.dated import RowsByDate
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

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
    jobs: int = 1,
    backend: str | None = None,
) -> pd.DataFrame:
    """A row a term of `TERMS`: quote, term, adds (to a year's cost; below 0 it saves), low, high [reporting currency].

    Stopped, the terms that were not reached are missing.
    """
    import pandas as pd

    rows = []
    for term, samples in _samples(case, quote, years, seed, jobs, backend):
        found = t_interval(samples, level)
        rows.append((quote, term, float(found.mean), float(found.low), float(found.high)))
        if cancel is not None and cancel():
            break
    return pd.DataFrame(rows, columns=["quote", "term", "adds", "low", "high"])


def _samples(
    case: Case, quote: str, years: Sequence[QuoteYear], seed: int, jobs: int, backend: str | None
) -> Iterator[tuple[str, np.ndarray]]:
    _, billed = affine_costs(case, quote, years)
    yield "cheaper", -CHEAPER * billed
    yield "indexed", INDEXED * billed
    capital = case.world.china_customs.capital_cost_share
    yield "later", -np.array([bill_of(y, case, quote) for y in years]) * capital * LATER / DAYS_A_YEAR
    yield "loss", -np.array([lost_value(y, case, quote) for y in years])
    before = yearly(years, case)
    changes: tuple[tuple[str, Callable[[Partner, dt.date], Partner]], ...] = (("yield", _poorer), ("ramp", _ramped))
    for term, change in changes:
        world = case.world
        partner = change(world.partners[quote], world.horizon.first_day)
        other = Case(case.name, world.replace(partners={**world.partners, quote: partner}), case.policy)
        again = list(quote_years(other, quote, len(years), seed, jobs=jobs, backend=backend))
        yield term, yearly(again, other) - before


def bill_of(year: QuoteYear, case: Case, quote: str) -> float:
    """What the partner bills in a year [reporting currency a year]."""
    ledger, r = year.ledger, year.run.records
    p = case.world.partner_ids.index(quote)
    claim = ledger.record >= 0
    mine = ~claim & (ledger.partner == p)
    at = ledger.record[claim]
    mine[claim] = (r.route[at] == Route.REPAIR_LOCAL) & (r.partner[at] == p)
    mine &= ledger.in_scope & np.isin(ledger.category, [int(c) for c in BILLED])
    return float(ledger.reporting[mine].sum()) * per_year(case.world)


def lost_value(year: QuoteYear, case: Case, quote: str) -> float:
    """Landed cost of the units in scope that were lost after they had reached the partner [reporting a year]."""
    r, world = year.run.records, case.world
    p = world.partner_ids.index(quote)
    lost = r.in_scope & (r.route == Route.REPAIR_LOCAL) & (r.partner == p) & (r.fate == Fate.LOST)
    lost &= r.arrived > NEVER
    return float(landed(world)[r.claims.sku[lost], r.claims.market[lost]].sum()) * per_year(world)


def landed(world: Scenario) -> np.ndarray:
    """Landed cost of a unit of each product and market on the first day, 0 where it has none; shape (S, M)."""
    rows = RowsByDate(world.sku_markets, lambda row: (row.sku, row.market))
    found = np.zeros((len(world.sku_ids), len(world.market_ids)))
    for i, sku in enumerate(world.sku_ids):
        for j, market in enumerate(world.market_ids):
            row = rows.on((sku, market), world.horizon.first_day)
            if row is not None:
                found[i, j] = row.landed_cost * world.usd_per_unit(row.landed_currency)
    return found / world.usd_per_unit(world.reporting_currency)


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
