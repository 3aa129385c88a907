"""Training claims of all replications in one table, sorted by rule cell and value, with what each arm would come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.experiment.outcomes import Arm, PotentialOutcomes
from warrantysim.scenario.root import Scenario
from warrantysim.scenario.service import EVIDENCE_LEVELS

CellKey = tuple[str | int, ...]
"""What names a cell: the values of its keys."""


@dataclass(frozen=True)
class Uses:
    """What claims take of something shared under arms, a row a use; arrays of shape (u,). ``amount`` is a year's mean."""

    claim: np.ndarray
    """Row of the claim table [int]."""
    arm: np.ndarray
    """Arm [int]."""
    place: np.ndarray
    """Which shared thing: bench x months + month, or lane [int]; -1 outside the horizon."""
    amounts: tuple[np.ndarray, ...]
    """Amounts a year, one column a kind."""


@dataclass(frozen=True)
class ClaimTable:
    """n claims of R replications, A arms; sorted by (cell, value). Sums over rows are means a year."""

    keys: tuple[str, ...]
    """What cells are made of: sku, market ..."""
    cells: tuple[CellKey, ...]
    """Cells that have claims, sorted."""
    arms: tuple[Arm, ...]
    benches: tuple[str, ...]
    lanes: tuple[tuple[str, str], ...]
    months: int
    replications: tuple[int, ...]
    """The R replications."""
    year: np.ndarray
    """Which of the replications a claim is of, shape (n,)."""
    cell: np.ndarray
    """Cell, shape (n,)."""
    market: np.ndarray
    """Row in ``market_ids``, shape (n,)."""
    value: np.ndarray
    """Claim value, shape (n,) [market currency]."""
    price_gross: np.ndarray
    """Order price, shape (n,) [market currency]."""
    routed: np.ndarray
    """Whether a rule decides about the claim, shape (n,) [bool]."""
    feasible: np.ndarray
    """Whether the arm is possible, shape (n, A) [bool]."""
    filed: np.ndarray
    """Whether the claim exists under the arm, shape (n, A) [bool]."""
    cash: np.ndarray
    """Shape (n, A) [reporting currency a year]."""
    expected: np.ndarray
    """Shape (n, A) [reporting currency a year]."""
    refund: np.ndarray
    """Shape (n, A) [reporting currency a year]."""
    days: np.ndarray
    """Days to resolved, shape (n, A) [days]."""
    disputed: np.ndarray
    """Shape (n, A) [share]."""
    bench: Uses
    """Minutes, visits, counted units, fees and service, at place bench x months + month."""
    freight: Uses
    """Chargeable quantity and units, at place lane."""

    def __len__(self) -> int:
        return len(self.value)

    @property
    def weight(self) -> float:
        """What one claim counts for in a mean year."""
        return 1.0 / len(self.replications)

    def rows(self, cell: int) -> slice:
        """Rows of a cell."""
        return slice(int(np.searchsorted(self.cell, cell)), int(np.searchsorted(self.cell, cell, side="right")))


def claim_table(scenario: Scenario, outcomes: Sequence[PotentialOutcomes], keys: Sequence[str]) -> ClaimTable:
    """Put the potential outcomes of several replications together.

    Months outside the horizon are folded onto it where the scenario has a run-in, so that a year's start meets the work
    that the year before would have left; otherwise they are left out.

    Raises
    ------
    ValueError
        If there are no outcomes.
    """
    if not outcomes:
        raise ValueError("expected potential outcomes of at least one replication")
    first, share = outcomes[0], 1.0 / len(outcomes)
    names = [np.concatenate(columns) for columns in zip(*(_cell_columns(scenario, o, keys) for o in outcomes), strict=True)]
    value = np.concatenate([o.value for o in outcomes])
    codes = [np.unique(column, return_inverse=True) for column in names]
    code = np.zeros(len(value), dtype=np.int64)
    for distinct, inverse in codes:
        code = code * len(distinct) + inverse
    present, cell = np.unique(code, return_inverse=True)
    order = np.lexsort((value, cell))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    offsets = np.cumsum([0, *(len(o) for o in outcomes)])

    def stacked(name: str) -> np.ndarray:
        column: np.ndarray = np.concatenate([getattr(o, name) for o in outcomes])[order]
        return column

    wrap = scenario.horizon.run_in_days > 0
    return ClaimTable(
        keys=tuple(keys),
        cells=tuple(_decoded(int(c), [d for d, _ in codes]) for c in present),
        arms=first.arms,
        benches=first.benches,
        lanes=first.lanes,
        months=first.months,
        replications=tuple(o.replication for o in outcomes),
        year=np.repeat(np.arange(len(outcomes)), [len(o) for o in outcomes])[order],
        cell=cell[order],
        market=stacked("market").astype(np.int64),
        value=value[order],
        price_gross=stacked("price_gross"),
        routed=stacked("routed"),
        feasible=stacked("feasible"),
        filed=stacked("filed"),
        cash=stacked("cash") * share,
        expected=stacked("expected") * share,
        refund=stacked("refund") * share,
        days=stacked("days"),
        disputed=stacked("disputed"),
        bench=_bench_uses(outcomes, offsets, place, share, wrap),
        freight=_freight_uses(outcomes, offsets, place, share),
    )


def _cell_columns(scenario: Scenario, o: PotentialOutcomes, keys: Sequence[str]) -> list[np.ndarray]:
    return [cell_column(scenario, o, key) for key in keys]


def cell_column(scenario: Scenario, claims: object, key: str) -> np.ndarray:
    """A key of rule cells as ids, one a claim; ``claims`` is anything with the index columns of an outcome or year.

    Raises
    ------
    ValueError
        For a key that cells cannot be made of.
    """
    ids: dict[str, Sequence[str]] = {
        "sku": scenario.sku_ids,
        "market": scenario.market_ids,
        "channel": scenario.channel_ids,
        "symptom": scenario.symptom_ids,
        "evidence": EVIDENCE_LEVELS,
    }
    if key == "age_band":
        return np.asarray(getattr(claims, "age_band"), dtype=np.int64)  # noqa: B009
    if key == "category":
        categories = np.array([sku.category for sku in scenario.skus])
        found: np.ndarray = categories[np.asarray(getattr(claims, "sku"))]  # noqa: B009
        return found
    if key not in ids:
        raise ValueError(f"rule cells cannot be made of {key!r}")
    named: np.ndarray = np.array(ids[key])[np.asarray(getattr(claims, key))]
    return named


def _decoded(code: int, distinct: Sequence[np.ndarray]) -> CellKey:
    parts: list[str | int] = []
    for values in reversed(distinct):
        code, i = divmod(code, len(values))
        value = values[i]
        parts.append(int(value) if np.issubdtype(values.dtype, np.integer) else str(value))
    return tuple(reversed(parts))


def _bench_uses(
    outcomes: Sequence[PotentialOutcomes], offsets: np.ndarray, place: np.ndarray, share: float, wrap: bool
) -> Uses:
    months = outcomes[0].months
    month = np.concatenate([o.bench.month for o in outcomes])
    inside = (month >= 0) & (month < months)
    month = np.mod(month, months) if wrap else month
    at = np.concatenate([o.bench.bench for o in outcomes]) * months + month
    columns = [np.concatenate([getattr(o.bench, k) for o in outcomes]) * share for k in ("minutes", "units", "fee", "service")]
    minutes, units, fee, service = columns
    visits = np.where(minutes > 0, share, 0.0)
    return Uses(
        claim=place[np.concatenate([o.bench.claim + at_ for o, at_ in zip(outcomes, offsets[:-1], strict=True)])],
        arm=np.concatenate([o.bench.arm for o in outcomes]),
        place=np.where(inside | wrap, at, -1),
        amounts=(minutes, visits, units, fee, service),
    )


def _freight_uses(outcomes: Sequence[PotentialOutcomes], offsets: np.ndarray, place: np.ndarray, share: float) -> Uses:
    quantity = np.concatenate([o.freight.quantity for o in outcomes]) * share
    return Uses(
        claim=place[np.concatenate([o.freight.claim + at for o, at in zip(outcomes, offsets[:-1], strict=True)])],
        arm=np.concatenate([o.freight.arm for o in outcomes]),
        place=np.concatenate([o.freight.lane for o in outcomes]),
        amounts=(quantity, np.full(len(quantity), share)),
    )
