"""Everything purchasing asks of quotes, found step by step, so that a study that is stopped keeps what it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import Cancel, Case
from warrantysim.analysis.good_unit import award, good_unit_costs
from warrantysim.analysis.quote_crossovers import pooling, readings, retainer_pairs
from warrantysim.analysis.quote_price import WinningPrice, signing_cases, winning_price
from warrantysim.analysis.quote_stakes import stakes
from warrantysim.analysis.quote_terms import exit_costs, open_terms
from warrantysim.analysis.quote_work import QuoteYear, quote_years
from warrantysim.analysis.quotes import Progress, QuoteStudy
from warrantysim.experiment.intervals import t_interval
from warrantysim.money.partner_lines import signed_desks
from warrantysim.money.statement import CATEGORIES
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

YEARS = 8
"""Replications behind bills, good units and winning prices, where the study has as many [count]."""
YEARS_OF_STAKES = 4
"""Replications behind what a term is worth: two terms are simulated again in each [count]."""
DEMO_SKU = 0
"""Crossovers are shown for the first SKU that both quotes take."""


@dataclass(frozen=True)
class QuoteFindings:
    """A study with its details; a frame that could not be made is empty."""

    study: QuoteStudy
    """Offers, ranking, selection."""
    open_terms: pd.DataFrame
    """See `open_terms`."""
    exits: pd.DataFrame
    """See `exit_costs`."""
    crossovers: pd.DataFrame
    """Readings of flat price against retainer, with flat, retainer, market and sku before those of `readings`."""
    months: pd.DataFrame
    """Mean bill a year by month: quote, desk, month, component, units, amount, currency."""
    work: pd.DataFrame
    """A row a quote: units, good, cost of a good unit with interval, turnaround, waits, utilisation, late."""
    good_units: pd.DataFrame
    """See `good_unit_costs`."""
    prices: tuple[WinningPrice, ...] = ()
    """Winning price of each quote the selected rules do not sign."""
    pools: pd.DataFrame | None = None
    """See `pooling`, at the volumes simulated, with flat and retainer first."""
    awards: pd.DataFrame | None = None
    """See `award`, for pairs of quotes that serve a market in common."""
    stakes: pd.DataFrame | None = None
    """See `stakes`: what a term more or less is worth a year."""
    cancelled: bool = False
    """Whether it was stopped before its end."""
    years: dict[str, tuple[Case, list[QuoteYear]]] = field(default_factory=dict, repr=False)
    """The rules each quote was looked at under, and its years."""


def findings(
    study: QuoteStudy,
    *,
    jobs: int = 1,
    backend: str | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> QuoteFindings:
    """The details of a study: winning prices first, then bills under the rules that sign each quote.

    Stopped, it returns what it has.
    """
    tell = progress or (lambda *_: None)
    world, quotes = study.world, study.quotes
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
        case: Case | None = best
        if quote not in signed_desks(best.policy, best.world):
            able = signing_cases(study, quote, jobs=jobs, backend=backend, cancel=cancel)
            prices.append(winning_price(study, quote, count, cases=able, jobs=jobs, backend=backend))
            case = prices[-1].case
        if case is not None:
            years[quote] = (case, list(quote_years(case, quote, count, study.seed, jobs=jobs, backend=backend)))
            some = years[quote][1][:YEARS_OF_STAKES]
            worth.append(stakes(case, quote, some, study.seed, study.level, cancel, jobs=jobs, backend=backend))
    tell("details", len(years), len(quotes))
    return QuoteFindings(
        study,
        open_terms(world, quotes),
        exit_costs(world, quotes),
        _crossovers(world, quotes),
        **_tables(study, years),
        stakes=_joined(worth),
        prices=tuple(prices),
        cancelled=stopped,
        years=years,
    )


def _nothing() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame()


def _joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    some = [frame for frame in frames if len(frame)]
    return pd.concat(some, ignore_index=True) if some else _nothing()


def _tables(study: QuoteStudy, found: Mapping[str, tuple[Case, list[QuoteYear]]]) -> dict[str, pd.DataFrame]:
    """Bills, work, good units, pools and awards under the rules each quote was looked at."""
    import pandas as pd

    world, names = study.world, list(found)
    pooled, awards = [], []
    for a, b in retainer_pairs(world):
        if a.quote in found and b.quote in found:
            _, years = found[a.quote]
            mean = np.mean([y.by_month.mean(axis=0) for y in years], axis=0)
            units_by_sku = {sku: float(n) for sku, n in zip(world.sku_ids, mean, strict=True) if n > 0}
            if units_by_sku:
                pooled.append(pooling(world, a, b, units_by_sku).assign(flat=a.quote, retainer=b.quote))
    for i, first in enumerate(names):
        for second in names[i + 1 :]:
            if _meet(world, first, second) and any(y.reached for y in found[first][1]):
                awards.append(award(world, first, second, found[first][1], found[second][1]))
    return {
        "months": _joined([monthly(quote, years, world) for quote, (_, years) in found.items()]),
        "work": pd.DataFrame([work_row(q, years, case, study) for q, (case, years) in found.items()]),
        "good_units": _joined([good_unit_costs(world, q, years, study.level) for q, (_, years) in found.items()]),
        "pools": _joined(pooled),
        "awards": _joined(awards),
    }


def _meet(world: Scenario, first: str, second: str) -> bool:
    served = [{m for d in world.partners[q].desks.values() for m in d.serves} for q in (first, second)]
    return bool(served[0] & served[1])


def _crossovers(world: Scenario, quotes: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    frames = []
    for a, b in retainer_pairs(world):
        if a.quote not in quotes or b.quote not in quotes:
            continue
        one, two = world.partners[a.quote], world.partners[b.quote]
        both = [r.sku for r in world.skus if one.takes(r.sku, r.category) and two.takes(r.sku, r.category)]
        if both:
            sku = both[DEMO_SKU]
            market = sorted(set(one.desks[a.desk].serves) & set(two.desks[b.desk].serves))[0]
            found = readings(world, a, b, sku)
            found.insert(0, "sku", sku)
            found.insert(0, "market", market)
            found.insert(0, "retainer", b.quote)
            found.insert(0, "flat", a.quote)
            frames.append(found)
    return pd.concat(frames, ignore_index=True) if frames else _nothing()


def monthly(quote: str, years: Sequence[QuoteYear], world: Scenario) -> pd.DataFrame:
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

    p = case.world.partner_ids.index(quote)
    for y in years:
        months = bench_months(y.run.records, case.world)
        offered = months.offered_minutes[p].sum()
        yield float(months.minutes[p].sum() / offered) if offered else float("nan")
