"""Everything purchasing asks of quotes, found step by step, so that a study that is stopped keeps what it has.

At n units a month at a desk, of which the share ``good`` comes back working, a good unit costs

    (bill(n) + (inbound + parts + storage + outbound) n + replaced (1 - good') / (1 - good) n - credit) / (good' n)

with the bill by the contract's own segments, the per-unit costs as simulated, good' the share after the haircut on the
yield, and credit the worth of paying late (or early) at the seller's cost of capital.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Case
from warrantysim.analysis.quote_offers import Progress, QuoteStudy
from warrantysim.analysis.quote_prices import WinningPrice, kept_price, signing_cases, stakes, winning_price
from warrantysim.analysis.quote_terms import exit_costs
from warrantysim.analysis.quote_unknown import unknown_range, unknown_terms
from warrantysim.analysis.quote_volumes import pooling, retainer_pairs, volume_readings
from warrantysim.analysis.quote_work import REPLACED, QuoteYear, quote_years
from warrantysim.decision.decide import CONFIRMATION
from warrantysim.experiment.intervals import LEVEL, t_interval, t_quantile
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.service import service_table
from warrantysim.experiment.simulate import simulate
from warrantysim.experiment.workers import Workers
from warrantysim.money.contracts import compile_quote, pools
from warrantysim.money.partner_lines import signed_desks
from warrantysim.money.price_book import price_book
from warrantysim.money.settlement import monthly_bill
from warrantysim.money.statement import CATEGORIES
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

YIELD_HAIRCUT = 0.05
"""Points taken off the promised yield [share]."""
TURNAROUND_HAIRCUT = 1.5
"""Factor on the simulated turnaround."""
SHARES = (0.1, 0.5, 0.9)
"""Volumes looked at: these quantiles of the simulated months with work."""
AWARDS = (1.0, 0.7, 0.5, 0.3, 0.0)
"""Shares of the volume given to the first of two quotes."""
DAYS = 365.0
AROUND = ("inbound", "parts", "storage", "outbound")
"""Groups of a unit's cost on the way to the partner and back, parts not on the bill included."""


def volume_quantiles(years: Sequence[QuoteYear]) -> np.ndarray:
    """Units a month at the quantiles of `SHARES`, over all months of all years. Shape (3,)."""
    months = np.concatenate([y.by_month.sum(axis=1) for y in years])
    return np.quantile(months, SHARES)


def bill_at(scenario: Scenario, quote: str, units: float, per_unit: tuple[float, float], counted: float) -> float:
    """Mean monthly bill over a year at a constant volume, onboarding spread over it [reporting currency a month].

    ``per_unit``: repair fee and service charge of a unit that reaches the desk [reporting currency]; ``counted``: the
    share of units that count towards tiers and included units. All units go to the first desk.
    """
    partner, book = scenario.partners[quote], price_book(scenario)
    pool = compile_quote(quote, partner, pools(partner, tuple(partner.desks))[0], book.clock, horizon=12)
    rate = scenario.usd_per_unit(pool.currencies[0]) / scenario.usd_per_unit(scenario.reporting_currency)
    shape = pool.retainer.shape
    volume = np.zeros(shape)
    volume[:, 0] = units
    bill = monthly_bill(pool, volume * counted, volume * per_unit[0] / rate, volume * per_unit[1] / rate)
    return float(bill.by_month[:, 0].sum()) / len(pool.months) * rate


def unit_terms(scenario: Scenario, quote: str, years: Sequence[QuoteYear]) -> tuple[tuple[float, float], float]:
    """((repair fee, service charge) of a unit, share of units counted), as simulated [reporting currency]."""
    rows = [row for y in years for s in y.statements for row in s.rows]
    rate = {
        d.currency: scenario.usd_per_unit(d.currency) / scenario.usd_per_unit(scenario.reporting_currency)
        for d in scenario.partners[quote].desks.values()
    }
    reached = sum(y.reached for y in years)
    if not reached:
        return (0.0, 0.0), 0.0
    fee = sum(r.amount * rate[r.currency] for r in rows if r.component == "labour") / reached
    service = sum(r.amount * rate[r.currency] for r in rows if r.component in {"receiving", "assessment"}) / reached
    return (fee, service), sum(y.good for y in years) / reached


def good_unit_costs(scenario: Scenario, quote: str, years: Sequence[QuoteYear], level: float = LEVEL) -> pd.DataFrame:
    """Landed cost of a good unit: a row a volume and reading (promised, haircut).

    The interval is the jackknife's: a cost by good unit is a ratio of two sums, and the years it moves most without
    tell how sure it is. The volume is given, not drawn: the interval says what a unit costs at it.

    Returns
    -------
    Columns quote, volume (P10, P50, P90), units_a_month, reading, bill, around (inbound, parts, storage, outbound),
    replaced, waiting, payment (a credit where the bill is paid later), landed with low and high, then ``around`` in its
    four parts: each by good unit [reporting currency]. Empty for a quote no unit reached.
    """
    import pandas as pd

    columns = ["quote", "volume", "units_a_month", "reading", "bill", "around", "replaced", "waiting", "payment"]
    columns += ["landed", "low", "high", *AROUND]
    whole = _figures(scenario, quote, years)
    if whole is None:
        return pd.DataFrame(columns=columns)
    left = [_figures(scenario, quote, [*years[:k], *years[k + 1 :]]) for k in range(len(years))]
    rows = []
    for name, units in zip(("P10", "P50", "P90"), volume_quantiles(years), strict=True):
        if units <= 0:
            continue
        for reading in ("promised", "haircut"):
            parts, around = _at(scenario, quote, whole, float(units), reading)
            landed = sum(parts)
            others = [sum(_at(scenario, quote, f, float(units), reading)[0]) for f in left if f is not None]
            half = jackknife(np.array(others), level) if len(others) == len(years) else float("nan")
            rows.append((quote, name, float(units), reading, *parts, landed, landed - half, landed + half, *around))
    return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True)
class _Figures:
    """What years say of a unit at a desk."""

    per_unit: tuple[float, float]
    share: float
    each: dict[str, float]
    days: float
    waits: float


def _figures(scenario: Scenario, quote: str, years: Sequence[QuoteYear]) -> _Figures | None:
    """None where no unit reached a desk, or none left it good."""
    reached = sum(y.reached for y in years)
    if not reached or not sum(y.good for y in years):
        return None
    per_unit, share = unit_terms(scenario, quote, years)
    each = {g: sum(y.cost[g] for y in years) / reached for g in years[0].cost}
    days = float(np.concatenate([y.turnaround for y in years]).mean())
    return _Figures(per_unit, share, each, days, scenario.experience.waiting_share_per_day * _price(scenario, years))


def _at(scenario: Scenario, quote: str, f: _Figures, units: float, reading: str) -> tuple[list[float], list[float]]:
    """(bill, around, replaced, waiting, payment; the parts of ``around``) by good unit [reporting currency]."""
    partner = scenario.partners[quote]
    lost = 1.0 - f.share
    cut = YIELD_HAIRCUT / max(partner.yield_share, YIELD_HAIRCUT) if reading == "haircut" else 0.0
    came = f.share * (1.0 - cut)
    bill = bill_at(scenario, quote, units, f.per_unit, f.share) / units
    failed = f.each[REPLACED] * ((1.0 - came) / lost if lost > 0 else 1.0)
    waiting = (TURNAROUND_HAIRCUT - 1.0) * f.days * f.waits if reading == "haircut" else 0.0
    # A bill for a month is paid on average half a month and the terms after the work.
    held = -15.0 if partner.retainer_in_advance else 15.0 + partner.payment_days
    paid = -bill * scenario.china_customs.capital_cost_share * held / DAYS
    around = [f.each[g] for g in AROUND]
    return [x / came for x in (bill, sum(around), failed, waiting, paid)], [x / came for x in around]


def jackknife(left: np.ndarray, level: float) -> float:
    """Half-width from the figures with one year left out each; NaN for fewer than two."""
    n = len(left)
    if n < 2:
        return float("nan")
    spread = math.sqrt((n - 1) / n * float(((left - left.mean()) ** 2).sum()))
    return t_quantile(level, n - 1) * spread


def _price(scenario: Scenario, years: Sequence[QuoteYear]) -> float:
    """Mean net price of a SKU by units worked, over its markets [reporting currency]."""
    worked = sum((y.by_month.sum(axis=0) for y in years), np.zeros(len(scenario.sku_ids)))
    values = np.concatenate([y.run.records.claims.price_net for y in years])
    skus = np.concatenate([y.run.records.claims.sku for y in years])
    market = np.concatenate([y.run.records.claims.market for y in years])
    rates = np.array([scenario.usd_per_unit(scenario.markets[m].currency) for m in scenario.market_ids])
    money = values * rates[market] / scenario.usd_per_unit(scenario.reporting_currency)
    count = np.bincount(skus, minlength=len(worked))
    mean = np.bincount(skus, money, minlength=len(worked)) / np.maximum(count, 1)
    return float((mean * worked).sum() / worked.sum()) if worked.sum() else 0.0


def award(
    scenario: Scenario, first: str, second: str, years: Sequence[QuoteYear], other: Sequence[QuoteYear]
) -> pd.DataFrame:
    """Two quotes share one volume, the median month of the first: a row a share of `AWARDS`.

    Returns
    -------
    Columns first, second, share_first, units_a_month, bill_first, bill_second, bill [reporting currency a month]:
    bills only, each by its own terms, so that tiers not reached and minimums not filled by a part show.
    """
    import pandas as pd

    units = float(volume_quantiles(years)[1])
    a, b = unit_terms(scenario, first, years), unit_terms(scenario, second, other)
    rows = []
    for share in AWARDS:
        bills = [
            bill_at(scenario, name, part * units, *terms) if part > 0 else 0.0
            for name, part, terms in ((first, share, a), (second, 1.0 - share, b))
        ]
        rows.append((first, second, share, units, *bills, sum(bills)))
    columns = ["first", "second", "share_first", "units_a_month", "bill_first", "bill_second", "bill"]
    return pd.DataFrame(rows, columns=columns)


YEARS = 8
"""Replications behind bills, good units and winning prices, where the study has as many [count]."""
YEARS_OF_STAKES = 4
"""Replications behind what a term is worth: two terms are simulated again in each [count]."""


@dataclass(frozen=True)
class QuoteFindings:
    """A study with its details."""

    study: QuoteStudy
    """Offers, ranking, selection."""
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    """What was found by name, those without a row too: winning_prices, unknown_terms,
    unknown_range, ``work`` (a row a quote, as `work_row`),
    good_units, ``statements`` (as `monthly`), crossovers, ``pools`` at the volumes simulated, ``awards`` of quotes that
    serve a market in common, stakes, exits."""
    prices: tuple[WinningPrice, ...]
    """Winning price of each quote the selected rules do not sign; of those they sign, up to which they do."""
    cancelled: bool
    """Whether it was stopped before its end."""


def findings(
    study: QuoteStudy, *, jobs: Workers = 1, progress: Progress | None = None, cancel: Cancel | None = None
) -> QuoteFindings:
    """The details of a study: winning prices first, then bills under the rules that sign each quote.

    Stopped, it returns what it has.
    """
    import pandas as pd

    tell = progress or (lambda *_: None)
    scenario, quotes = study.scenario, study.quotes
    count = min(YEARS, study.replications)
    best = study.cases[study.selection.best]
    prices: list[WinningPrice] = []
    years: dict[str, tuple[Case, list[QuoteYear]]] = {}
    worth: list[pd.DataFrame] = []
    stopped = study.cancelled
    for done, quote in enumerate(quotes):
        stopped = stopped or (cancel is not None and cancel())
        if stopped:
            break
        tell("details", done, len(quotes))
        try:
            case: Case | None = best
            if quote not in signed_desks(best.policy, best.scenario):
                able = signing_cases(study, quote, jobs=jobs, cancel=cancel)
                prices.append(winning_price(study, quote, count, cases=able, jobs=jobs))
                case = prices[-1].case
            if case is not None:
                years[quote] = (case, list(quote_years(case, quote, count, study.seed, jobs=jobs)))
                some = years[quote][1][:YEARS_OF_STAKES]
                worth.append(stakes(case, quote, some, study.seed, study.level, cancel, jobs=jobs))
                if case is best:
                    prices.append(kept_price(study, quote, years[quote][1]))
        except Cancelled:
            stopped = True
            break
    tell("details", len(years), len(quotes))
    factors = [(price.quote, price.case is best, price.factor, price.low, price.high) for price in prices]
    tables = {
        "winning_prices": pd.DataFrame(factors, columns=["quote", "signed", "factor", "low", "high"]),
        "waiting": pd.DataFrame() if stopped else _waiting(study, count, jobs),
        "unknown_terms": unknown_terms(scenario, quotes),
        "unknown_range": pd.DataFrame() if stopped else unknown_range(study, count, jobs=jobs),
        "work": pd.DataFrame([work_row(q, its, case, study) for q, (case, its) in years.items()]),
        "good_units": _joined(good_unit_costs(scenario, q, its, study.level) for q, (_, its) in years.items()),
        "statements": _joined(monthly(q, its) for q, (_, its) in years.items()),
        "crossovers": _joined(_crossovers(scenario, quotes)),
        "pools": _joined(_pools(scenario, {quote: its for quote, (_, its) in years.items()})),
        "awards": _joined(
            award(scenario, first, second, years[first][1], years[second][1])
            for first, second in combinations(years, 2)
            if _meet(scenario, first, second) and any(year.reached for year in years[first][1])
        ),
        "stakes": _joined(worth),
        "exits": exit_costs(scenario, quotes),
    }
    return QuoteFindings(study, tables, tuple(prices), stopped)


def _waiting(study: QuoteStudy, count: int, jobs: Workers) -> pd.DataFrame:
    """Service without any quote signed, and under the selected rules, on the first fresh replications."""
    told = range(CONFIRMATION, CONFIRMATION + count)
    none, best = (
        simulate(case.scenario, case.policy, replications=told, seed=study.seed, jobs=jobs).of(0)
        for case in (study.cases[study.offers[0].case], study.cases[study.selection.best])
    )
    return service_table([s.year for s in none], [s.year for s in best], study.scenario, study.level)


def _joined(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    some = [frame for frame in frames if len(frame)]
    return pd.concat(some, ignore_index=True) if some else pd.DataFrame()


def _pools(scenario: Scenario, years: Mapping[str, Sequence[QuoteYear]]) -> Iterator[pd.DataFrame]:
    """Pairs of flat price and retainer at the volumes simulated for the former."""
    for a, b in retainer_pairs(scenario):
        if a.quote in years and b.quote in years:
            mean = np.mean([year.by_month.mean(axis=0) for year in years[a.quote]], axis=0)
            units_by_sku = {sku: float(n) for sku, n in zip(scenario.sku_ids, mean, strict=True) if n > 0}
            if units_by_sku:
                yield pooling(scenario, a, b, units_by_sku).assign(flat=a.quote, retainer=b.quote)


def _meet(scenario: Scenario, first: str, second: str) -> bool:
    served = [{m for d in scenario.partners[q].desks.values() for m in d.serves} for q in (first, second)]
    return bool(served[0] & served[1])


def _crossovers(scenario: Scenario, quotes: Sequence[str]) -> Iterator[pd.DataFrame]:
    """`volume_readings` of each pair of flat price and retainer, for the first SKU that both take."""
    for a, b in retainer_pairs(scenario):
        one, two = scenario.partners[a.quote], scenario.partners[b.quote]
        both = [r.sku for r in scenario.skus if one.takes(r.sku, r.category) and two.takes(r.sku, r.category)]
        if both and {a.quote, b.quote} <= set(quotes):
            found = volume_readings(scenario, a, b, both[0])
            market = min(set(one.desks[a.desk].serves) & set(two.desks[b.desk].serves))
            named = {"flat": a.quote, "retainer": b.quote, "market": market, "sku": both[0]}
            yield found.assign(**named)[[*named, *found.columns]]


def monthly(quote: str, years: Sequence[QuoteYear]) -> pd.DataFrame:
    """Mean bill of a contract over the years: quote, desk, month, component, units, amount [currency], currency.

    Every line of every statement is in it, so its amounts add up to the mean of what the statements say.
    """
    import pandas as pd

    rows = [
        (quote, r.desk, r.label, r.component, r.units, r.amount, r.currency)
        for y in years
        for s in y.statements
        for r in s.rows
    ]
    frame = pd.DataFrame(rows, columns=["quote", "desk", "month", "component", "units", "amount", "currency"])
    keys = ["quote", "desk", "month", "component", "currency"]
    found = frame.groupby(keys, sort=False)[["units", "amount"]].sum() / max(len(years), 1)
    found = found.reset_index()
    order = {name: place for place, name in enumerate(CATEGORIES)}
    found["_order"] = found["component"].map(order)
    return found.sort_values(["desk", "month", "_order"], ignore_index=True, kind="stable").drop(columns="_order")


def work_row(quote: str, years: Sequence[QuoteYear], case: Case, study: QuoteStudy) -> dict[str, object]:
    """One quote's year: units, good ones, cost of a good unit, days, waits, utilisation and late units, means."""
    per_good = np.array([y.per_good for y in years])
    whole = per_good[~np.isnan(per_good)]
    found = t_interval(whole, study.level) if len(whole) > 1 else None
    days = np.concatenate([np.zeros(0), *(y.turnaround for y in years)])
    waits = np.concatenate([np.zeros(0), *(y.waits for y in years)])
    promised, late = sum(y.promised for y in years), sum(y.late for y in years)
    return {
        "quote": quote,
        "rules": case.name,
        "in_best": case is study.cases[study.selection.best],
        "units": float(np.mean([y.reached for y in years])),
        "good": float(np.mean([y.good for y in years])),
        "per_good": float(found.mean) if found else float("nan"),
        "low": float(found.low) if found else float("nan"),
        "high": float(found.high) if found else float("nan"),
        **{f"days_p{round(100 * q)}": float(np.quantile(days, q)) if len(days) else float("nan") for q in (0.5, 0.9)},
        "wait_days": float(waits.mean()) if len(waits) else float("nan"),
        "utilisation": float(np.mean(list(_utilisation(quote, years, case)))),
        "late_share": late / promised if promised else float("nan"),
        **{f"cost_{g}": float(np.mean([y.cost[g] for y in years])) for g in years[0].cost},
    }


def _utilisation(quote: str, years: Sequence[QuoteYear], case: Case) -> Iterator[float]:
    from warrantysim.experiment.bench_months import bench_months

    p = case.scenario.partner_ids.index(quote)
    for y in years:
        months = bench_months(y.run.records, case.scenario)
        offered = months.offered_minutes[p].sum()
        yield float(months.minutes[p].sum() / offered) if offered else float("nan")
