"""What fits and forecasts say of a seller from his report files, against what he is and what then happened."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.fitting.forecast import month_edges
from tests.synthetic.reports import write_reports
from tests.synthetic.seller import AHEAD, SyntheticSeller, drawn
from warrantysim.analysis.cases import Case
from warrantysim.analysis.futures import ENDS, QUANTILES, futures, pinball_of
from warrantysim.experiment.levers import Lever, turned
from warrantysim.experiment.uncertain import stated_inputs
from warrantysim.files.books import Books
from warrantysim.files.importers.importing import import_files
from warrantysim.fitting.fit import NotIdentified, fitted
from warrantysim.fitting.history import History, history
from warrantysim.fitting.laws import EarlyMain, Weibull
from warrantysim.fitting.lives import FittedLife, fitted_lives
from warrantysim.fitting.measured import measured
from warrantysim.fitting.observed import ClaimsTable
from warrantysim.fitting.pooled import YEAR
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.paths import get
from warrantysim.schema.sold_units import SoldUnits, month_name, month_number
from warrantysim.studies import study_of
from warrantysim.studies.forecast import of_life
from warrantysim.studies.study import Work

FUTURES = 80
"""Futures of a forecast [count]."""
FEWEST = 3
"""Claims from which the year of a product counts: of fewer, whole numbers leave no interval of 90 % [claims]."""


@dataclass(frozen=True)
class Promises:
    """What was kept, added up over sellers."""

    sellers: int = 0
    lives: int = 0
    lives_covered: int = 0
    shares: int = 0
    shares_covered: int = 0
    months: int = 0
    """Months of a seller, all products together."""
    months_covered: int = 0
    product_years: int = 0
    product_years_covered: int = 0
    product_months: int = 0
    product_months_covered: int = 0
    loss: float = 0.0
    """Pinball loss of products' months, each product over its own claims a month."""
    loss_of_growth: float = 0.0
    """The same of last year's month times growth."""
    loss_of_weibull: float = 0.0
    """The same of a Weibull life fitted to each product alone."""
    told: float = 0.0
    """Claims of the year after, as expected."""
    made: float = 0.0
    """As they came."""
    books: int = 0
    books_matched: int = 0
    """Of them, those of whose figures none is off by more than 2 % and luck."""

    def __add__(self, other: Promises) -> Promises:
        return Promises(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


def promises(seed: int) -> Promises:
    """One seller: his files read, his lives and shares fitted, his next year forecast and lived."""
    seller = drawn(seed)
    with tempfile.TemporaryDirectory() as folder:
        files = write_reports(seller, Path(folder) / "reports")
        books = Books(Path(folder) / "books")
        paths = [(path.name, path) for mine in files.values() for path in mine]
        import_files(books, paths, {}, when="2029-07-01T00:00:00", scenario=seller.said)
        found = history(seller.said, books)
        lives = fitted_lives(seller.said, found, seed)
        kept = _lives_kept(seller, lives)
        shares = [ok for _, _, ok in shares_held(seller, books)]
        kept += Promises(sellers=1, shares=len(shares), shares_covered=int(sum(shares)))
        kept += Promises(books=1, books_matched=int(verdict(seller, books.folder)["status"] in {"match", "luck"}))
        return kept + _forecast_kept(seller, found, lives)


def verdict(seller: SyntheticSeller, folder: Path) -> Mapping[str, Any]:
    """What the study of the books says of the scenario with its fitted figures, over the last twelve months."""
    fit, beside, work = study_of("fit"), study_of("books"), Work(seed=seller.seed)
    rows = fit.run([Case.of(seller.said)], fit.options({"books": str(folder)}), work).tables["measured"]
    levers = [(Lever(path), float(value)) for path, value in zip(rows["path"], rows["value"], strict=True)]
    fitted_scenario = turned(seller.said, levers)
    ask = beside.options({"books": str(folder), "replications": 12})
    return dict(beside.run([Case.of(fitted_scenario)], ask, work).facts["verdict"])


def _lives_kept(seller: SyntheticSeller, lives: list[FittedLife]) -> Promises:
    """Intervals of the shares failed by half a year, a year and the end of the warranty."""
    held = [ok for *_, ok in lives_held(seller, lives)]
    return Promises(lives=len(held), lives_covered=sum(held))


def lives_held(
    seller: SyntheticSeller, lives: list[FittedLife]
) -> Iterator[tuple[str, float, float, tuple[float, float, float], bool]]:
    """(product, age, truth, estimate with interval, whether it covers)."""
    for life in lives:
        row = next(r for r in seller.truth.sku_markets if r.sku == life.sku)
        law = EarlyMain(row.early_eta_days, row.early_beta)
        free = law.free((row.early_share, row.life_eta_days, row.life_beta))
        for age in (YEAR / 2, YEAR, life.product.term):
            true, told = float(law.failed(age, free)), life.failed(age)
            yield life.sku, age, true, told, told[1] <= true <= told[2]


def shares_held(seller: SyntheticSeller, books: Any) -> Iterator[tuple[str, str, bool]]:
    """(path, estimate beside the truth, whether it covers) of each share and lag that is fitted."""
    for row in measured(seller.said, books)[0]:
        try:
            found = get(seller.truth, row.path)
        except ScenarioError:
            continue
        values = [float(v) for v in (found.values() if isinstance(found, Mapping) else [found])]
        true = float(np.mean(values))
        yield (
            row.path,
            f"{row.value:.4g} ({row.low:.4g} .. {row.high:.4g}) of {row.n:g}: {true:.4g}",
            row.low <= true <= row.high,
        )


def claims_by_month(seller: SyntheticSeller) -> pd.DataFrame:
    """First claims of units by product and month of claim, the history and the year after, as they truly were."""
    first = seller.claims[seller.claims["generation"] == 0]
    months = first["opened"].dt.strftime("%Y-%m")
    return pd.crosstab(first["sku"], months)


def _forecast_kept(seller: SyntheticSeller, found: History, lives: list[FittedLife]) -> Promises:
    said = seller.said
    inputs = [one for one in stated_inputs(said) if not of_life(one.lever.path)]
    coming = futures(
        said, said.policy, range(FUTURES), seller.seed, inputs=inputs, lives={one.sku: one.lives for one in lives},
        plan_spread=0.15, priced=False,
    )  # fmt: skip
    assert not coming.failures, coming.failures[0]
    first = month_number(seller.today.isoformat()[:7])
    names = [month_name(first + k) for k in range(AHEAD)]
    made = claims_by_month(seller).reindex(index=list(said.sku_ids), columns=_all_months(seller), fill_value=0)
    then = made[names]
    kept = Promises()
    ends = ENDS["claims"]
    whole = coming.spread("month").set_index("month").reindex(names).fillna(0.0)
    inside = (whole[ends[0]] <= then.sum()) & (then.sum() <= whole[ends[-1]])
    kept += Promises(months=AHEAD, months_covered=int(inside.sum()))
    years = coming.spread("sku").set_index("sku").reindex(list(said.sku_ids)).fillna(0.0)
    big = years["claims"] >= FEWEST
    inside = (years[ends[0]] <= then.sum(axis=1)) & (then.sum(axis=1) <= years[ends[-1]])
    kept += Promises(product_years=int(big.sum()), product_years_covered=int(inside[big].sum()))
    kept += Promises(told=float(whole["claims"].sum()), made=float(then.to_numpy().sum()))
    each = coming.spread("sku", "month").set_index(["sku", "month"])
    seen = {product.sku: product.nevada.sum(axis=0) for product in found.products}
    past = [month_name(m) for m in found.months.tolist()]
    luck = np.random.default_rng([5, seller.seed])
    for sku in said.sku_ids:
        told = each.reindex([(sku, name) for name in names]).fillna(0.0)[ends].to_numpy()
        actual = then.loc[sku].to_numpy(dtype=float)
        size = 12.0 * (1 + actual.mean())
        # Rivals know what the books know.
        known = pd.Series(seen.get(sku, np.zeros(len(past))), past)
        kept += Promises(
            product_months=AHEAD,
            product_months_covered=int(((told[:, 0] <= actual) & (actual <= told[:, -1])).sum()),
            loss=float(pinball_of(actual, told).sum() / size),
            loss_of_growth=float(pinball_of(actual, _quantiles(_grown(known, first), luck)).sum() / size),
            loss_of_weibull=float(pinball_of(actual, _quantiles(_alone(seller, sku, known), luck)).sum() / size),
        )
    return kept


def _all_months(seller: SyntheticSeller) -> list[str]:
    begin, end = month_number(seller.start.isoformat()[:7]), month_number(seller.today.isoformat()[:7]) + AHEAD
    return [month_name(m) for m in range(begin, end)]


def _quantiles(mean: np.ndarray, luck: np.random.Generator) -> np.ndarray:
    """Quantiles of claims by chance about means a month, (months, quantiles)."""
    return np.asarray(np.quantile(luck.poisson(mean, (400, len(mean))), QUANTILES, axis=0).T)


def _grown(made: pd.Series, first: int) -> np.ndarray:
    """Last year's claims of the month times the growth of the last year over the one before."""
    last = made.reindex([month_name(first - 12 + k) for k in range(12)]).fillna(0).to_numpy(dtype=float)
    before = made.reindex([month_name(first - 24 + k) for k in range(12)]).fillna(0).to_numpy(dtype=float)
    return np.asarray(last * (last.sum() / max(before.sum(), 1.0)))


def _alone(seller: SyntheticSeller, sku: str, made: pd.Series) -> np.ndarray:
    """Claims to expect by a Weibull life fitted to the product's own claims by month, its sales as planned."""
    said, j = seller.said, len(made)
    months = [month_number(str(made.index[0])) + k for k in range(j + AHEAD)]
    sold = SoldUnits(said)
    units = sum(sold.by_month(key, np.array(months)) for key in sold.keys if key[0] == sku)
    term = max(row.warranty_days for row in said.sku_markets if row.sku == sku and row.market in seller.markets)
    try:
        past = ClaimsTable.of(month_edges([30.4] * j), units[:j], made.to_numpy(dtype=float), term, 5.0)
        law = fitted(past, Weibull())
    except NotIdentified:
        return np.zeros(AHEAD)
    whole = ClaimsTable.of(month_edges([30.4] * len(months)), units, np.zeros(len(months)), term, 5.0)
    return np.asarray(whole.expected(Weibull().failed(whole.ages, law.free))[j:])
