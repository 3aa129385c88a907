"""Measures of a run: what a year came to in each replication, as a whole or by group, ready to be paired.

Sums (money, units, kg) are a year's; days and shares are of the horizon. A group that a replication does not have
counts 0 in sums; its days and shares do not exist there (NaN).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.analysis.cases import ObservedYear, per_year
from warrantysim.analysis.footprint import Emission
from warrantysim.experiment.tables import labels, partner_codes
from warrantysim.money.categories import Category, Kind, kind_of
from warrantysim.money.ledger import NO_MONTH, Totals
from warrantysim.schema.errors import BadInput
from warrantysim.schema.root import Scenario

Key = tuple[str, ...]
"""Names of a group, one a column."""
Groups = dict[Key, float]
"""A value a group, of one replication."""
COST_BY = ("sku", "product_category", "market", "channel", "disposition", "partner", "category", "kind", "month")
"""What costs can be grouped by; ``category`` is the ledger's, ``product_category`` the product's."""
CLAIM_BY = ("sku", "product_category", "market", "channel", "disposition")
"""What measures of claims can be grouped by."""
PLACE_BY = ("sku", "product_category", "market")
"""What waste and emissions can be grouped by."""


@dataclass(frozen=True)
class Measure:
    """One thing to be said about a year."""

    name: str
    """Name in tables [text]."""
    unit: str
    """Unit; ``money`` for the reporting currency [text]."""
    by: tuple[str, ...]
    """Columns it can be grouped by."""
    of: Callable[[Scenario, ObservedYear, tuple[str, ...]], Groups]
    """Its values in one replication."""
    sums: bool
    """Whether groups add up to the whole, and an absent one is 0."""


@dataclass(frozen=True)
class Samples:
    """A measure by group and replication."""

    keys: tuple[Key, ...]
    """Groups, in the order met."""
    values: np.ndarray
    """Shape (groups, replications)."""
    absent: float
    """Value of a group that is not there: 0 or NaN."""

    def at(self, keys: Sequence[Key]) -> np.ndarray:
        """Values of some groups, absent ones included. Shape (keys, replications)."""
        place = {key: i for i, key in enumerate(self.keys)}
        nothing = np.full(self.values.shape[1], self.absent)
        rows = [self.values[place[key]] if key in place else nothing for key in keys]
        return np.array(rows).reshape(len(keys), self.values.shape[1])


def samples(measure: Measure, scenario: Scenario, runs: Sequence[ObservedYear], by: Sequence[str] = ()) -> Samples:
    """A measure in every run of one case.

    Raises
    ------
    BadInput
        For a column the measure cannot be grouped by.
    """
    for column in by:
        if column not in measure.by:
            raise BadInput(
                "{name} cannot be grouped by {column!r}; expected some of {names}",
                name=measure.name,
                column=column,
                names=", ".join(measure.by),
            )
    found = [measure.of(scenario, run, tuple(by)) for run in runs]
    keys = tuple(dict.fromkeys(key for groups in found for key in groups))
    absent = 0.0 if measure.sums else np.nan
    values = np.array([[groups.get(key, absent) for groups in found] for key in keys], dtype=float)
    return Samples(keys, values.reshape(len(keys), len(runs)), absent)


def cost(kind: Kind | None = None, category: Category | None = None, name: str | None = None) -> Measure:
    """Cost a year: all of it, or that of one kind or category."""

    def of(scenario: Scenario, run: ObservedYear, by: tuple[str, ...]) -> Groups:
        totals = run.summary.costs
        column = dict(zip(totals.by, totals.keys, strict=True))
        kinds = np.array([int(kind_of(c)) for c in Category])[column["category"]]
        mine = np.ones(len(totals), dtype=bool)
        if kind is not None:
            mine &= kinds == kind
        if category is not None:
            mine &= column["category"] == category
        columns = {"kind": kinds, **_columns(totals)}
        columns["partner"] = partner_codes(scenario, columns["disposition"], columns["partner"])
        picked = {c: columns[_index_column(c)][mine] for c in by}
        return _summed(scenario, picked, totals.amount[mine] * per_year(scenario))

    whole = "total" if kind is None else kind.name.lower()
    return Measure(name or whole, "money", COST_BY, of, sums=True)


def _columns(totals: Totals) -> dict[str, np.ndarray]:
    """Columns of sums by the names people know."""
    renamed = {"route": "disposition", "claim_month": "month"}
    return {renamed.get(name, name): key for name, key in zip(totals.by, totals.keys, strict=True)}


def _index_column(column: str) -> str:
    return "sku" if column == "product_category" else column


def _names(scenario: Scenario, column: str, codes: np.ndarray) -> list[str]:
    """Names of codes of a column."""
    if column == "product_category":
        return [scenario.skus[code].category if code >= 0 else "" for code in codes.tolist()]
    if column == "month":
        return ["" if code == NO_MONTH else scenario.clock.month_label(code) for code in codes.tolist()]
    names = labels(scenario, column)
    return [names[code] for code in codes.tolist()]


def _summed(scenario: Scenario, columns: dict[str, np.ndarray], weights: np.ndarray) -> Groups:
    """Sums by group; one group with an empty key where there are no columns."""
    if not columns:
        return {(): float(weights.sum())}
    groups: Groups = {}
    for key, rows in _rows_by(scenario, columns):
        groups[key] = groups.get(key, 0.0) + float(weights[rows].sum())
    return groups


def _rows_by(scenario: Scenario, columns: dict[str, np.ndarray]) -> list[tuple[Key, np.ndarray]]:
    """Rows of each combination of codes; two codes of one name (SKUs of a product category) come apart."""
    if not len(next(iter(columns.values()))):
        return []
    place = np.zeros(len(next(iter(columns.values()))), dtype=np.int64)
    for column in columns.values():
        met, here = np.unique(column.astype(np.int64), return_inverse=True)
        place = place * len(met) + here.reshape(-1)
    _, first, group = np.unique(place, return_index=True, return_inverse=True)
    order = np.argsort(group.reshape(-1), kind="stable")
    ends = np.cumsum(np.bincount(group.reshape(-1)))[:-1]
    names = [_names(scenario, c, column.astype(np.int64)[first]) for c, column in columns.items()]
    return list(zip(zip(*names, strict=True), np.split(order, ends), strict=True))


def _roots(scenario: Scenario, run: ObservedYear, by: tuple[str, ...]) -> dict[Key, np.ndarray]:
    """Rows of the root claims of each group."""
    year = run.summary.year
    held = {"sku": year.sku, "market": year.market, "channel": year.channel, "disposition": year.route}
    if not by:
        return {(): np.arange(len(year))} if len(year) else {}
    together: dict[Key, list[np.ndarray]] = {}
    for key, rows in _rows_by(scenario, {c: held[_index_column(c)] for c in by}):
        together.setdefault(key, []).append(rows)
    return {key: np.concatenate(parts) for key, parts in together.items()}


def _claims(scenario: Scenario, run: ObservedYear, by: tuple[str, ...]) -> Groups:
    groups = {key: len(rows) * per_year(scenario) for key, rows in _roots(scenario, run, by).items()}
    return groups or ({} if by else {(): 0.0})


def days_quantile_of(share: float) -> Measure:
    """Days from opening to resolved that a share of the root claims do not exceed."""

    def of(scenario: Scenario, run: ObservedYear, by: tuple[str, ...]) -> Groups:
        waited = run.summary.year.days
        return {key: float(np.quantile(waited[rows], share)) for key, rows in _roots(scenario, run, by).items()}

    return Measure(f"days_p{round(100 * share)}", "days", CLAIM_BY, of, sums=False)


def _disputes(scenario: Scenario, run: ObservedYear, by: tuple[str, ...]) -> Groups:
    """Disputed claims, descendants' too, a root claim."""
    totals = run.summary.journeys
    columns = _columns(totals)
    opened = _claims(scenario, run, by)
    disputed = totals.amount * columns["disputed"] * per_year(scenario)
    found = _summed(scenario, {c: columns[_index_column(c)] for c in by}, disputed)
    return {key: found.get(key, 0.0) / n for key, n in opened.items() if n}


def _landfilled(scenario: Scenario, run: ObservedYear, by: tuple[str, ...]) -> Groups:
    left = run.footprint
    return _by_place(scenario, _unknown(scenario) if left is None else left.landfilled, by)


def emissions(source: Emission | None = None) -> Measure:
    """kg CO2e a year, all or of one source; what is counted is said by the `CarbonMethod`."""

    def of(scenario: Scenario, run: ObservedYear, by: tuple[str, ...]) -> Groups:
        if run.footprint is None:
            return _by_place(scenario, _unknown(scenario), by)
        co2e = run.footprint.co2e.sum(axis=-1) if source is None else run.footprint.co2e[..., source]
        return _by_place(scenario, co2e, by)

    name = "kg_co2e" if source is None else f"kg_co2e_{source.name.lower()}"
    return Measure(name, "kg CO2e", PLACE_BY, of, sums=True)


def _unknown(scenario: Scenario) -> np.ndarray:
    """What a run stored without its footprint says."""
    return np.full((len(scenario.skus), len(scenario.market_ids)), np.nan)


def _by_place(scenario: Scenario, grid: np.ndarray, by: tuple[str, ...]) -> Groups:
    sku, market = (index.ravel() for index in np.indices(grid.shape))
    columns = {c: market if c == "market" else sku for c in by}
    return _summed(scenario, columns, grid.ravel() * per_year(scenario))


CLAIMS = Measure("claims", "claims", CLAIM_BY, _claims, sums=True)
"""Root claims opened."""
DISPUTES = Measure("dispute_share", "share", CLAIM_BY, _disputes, sums=False)
"""Disputed claims a root claim; disputes by waiting are in the expected cost instead."""
LANDFILLED = Measure("units_landfilled", "units", PLACE_BY, _landfilled, sums=True)
"""Units scrapped, or left broken with customers who were paid off."""
REFUNDS = cost(category=Category.REFUND, name="refunds")
"""Money back, net of tax."""
SERVICE = (
    CLAIMS,
    days_quantile_of(0.5),
    days_quantile_of(0.9),
    days_quantile_of(0.95),
    REFUNDS,
    DISPUTES,
    LANDFILLED,
    emissions(),
)
"""What a comparison shows besides cost."""
TOTAL = cost()
"""All of it: the three kinds together."""
KINDS = tuple(cost(kind) for kind in Kind)
"""Cash, expected costs and the value of pool stock, apart."""
