"""The ledger: what everything cost, one column an attribute, one row a line. Every total is a sum of lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import overload

import numpy as np

from warrantysim.money.categories import PART_OF, Category, Kind

GROUPABLE = (
    "subject",
    "record",
    "root",
    "market",
    "channel",
    "sku",
    "sale_month",
    "claim_month",
    "route",
    "partner",
    "category",
    "part",
    "currency",
    "obligation",
    "kind",
    "in_scope",
)
"""Columns lines can be grouped by."""
PART_BY_NUMBER = np.array([PART_OF[category] for category in Category], dtype=np.int8)
"""Part of each category by its number."""
_DENSE = 4_000_000


@dataclass(frozen=True)
class Totals:
    """Sums of lines by group; groups without a line are left out, the others in rising order of their keys."""

    by: tuple[str, ...]
    """Columns grouped by."""
    keys: tuple[np.ndarray, ...]
    """Key of each group, an array a column; each of shape (g,)."""
    amount: np.ndarray
    """Sum of each group [reporting currency], shape (g,)."""

    def __len__(self) -> int:
        return len(self.amount)

    def __iter__(self) -> Iterator[tuple[tuple[int, ...], float]]:
        rows = zip(*(key.tolist() for key in self.keys), strict=True)
        yield from zip(rows, self.amount.tolist(), strict=True)

    def __getitem__(self, key: int | tuple[int, ...]) -> float:
        """The sum of one group; 0 where it has no lines."""
        wanted = key if isinstance(key, tuple) else (key,)
        hit = np.ones(len(self), dtype=bool)
        for column, value in zip(self.keys, wanted, strict=True):
            hit &= column == int(value)
        return float(self.amount[hit].sum())


class Summed:
    """Lines that can be summed up as dense arrays: a whole `Ledger`, or the `YearLines` of one."""

    root: np.ndarray
    category: np.ndarray
    reporting: np.ndarray
    kind: np.ndarray
    in_scope: np.ndarray

    def __len__(self) -> int:
        return len(self.reporting)

    def grid(
        self,
        by: tuple[str, ...],
        sizes: tuple[int, ...],
        *,
        kind: Kind | Collection[Kind] | None = None,
        in_scope: bool | None = None,
    ) -> np.ndarray:
        """The same sums as a dense array with one cell more along each axis than ``sizes``, for lines without a key.

        ``grid(("root",), (n,))[:-1]`` is the cost of each of n root claims, its last cell what belongs to no claim.

        Raises
        ------
        ValueError
            For a column lines cannot be grouped by, or a key beyond its size.
        """
        rows = self.rows(kind=kind, in_scope=in_scope)
        if not isinstance(rows, slice):
            rows = np.flatnonzero(rows)
        amount, shape = self.reporting[rows], tuple(size + 1 for size in sizes)
        code = np.zeros(amount.size, dtype=np.int64)
        for name, size in zip(by, sizes, strict=True):
            column = self._group(name)[rows].astype(np.int64)
            if column.max(initial=-1) > size:
                raise ValueError(f"{name} {int(column.max())} is beyond {size}")
            code = code * (size + 1) + np.where(column < 0, size, column)
        return np.bincount(code, weights=amount, minlength=int(np.prod(shape))).reshape(shape)

    def rows(self, *, kind: Kind | Collection[Kind] | None = None, in_scope: bool | None = None) -> np.ndarray | slice:
        """Mask of the lines of a kind (or kinds) and scope; a full slice where nothing is asked."""
        kinds = () if kind is None else (kind,) if isinstance(kind, Kind) else tuple(kind)
        mask: np.ndarray | slice = slice(None)
        if kind is not None:
            mask = np.zeros(len(self), dtype=bool)
            for k in kinds:
                mask |= self.kind == int(k)
        if in_scope is not None:
            scope = self.in_scope == in_scope
            mask = scope if isinstance(mask, slice) else mask & scope
        return mask

    def _group(self, name: str) -> np.ndarray:
        if name not in GROUPABLE:
            raise ValueError(f"lines cannot be grouped by {name!r}; expected one of {', '.join(GROUPABLE)}")
        column: np.ndarray = PART_BY_NUMBER[self.category] if name == "part" else getattr(self, name)
        return column


@dataclass(frozen=True)
class YearLines(Summed):
    """What a simulated year reads of a ledger; columns as there, a quarter of its bytes."""

    root: np.ndarray
    market: np.ndarray
    sku: np.ndarray
    partner: np.ndarray
    category: np.ndarray
    reporting: np.ndarray
    kind: np.ndarray
    in_scope: np.ndarray


@dataclass(frozen=True)
class Ledger(Summed):
    """Ledger lines; all arrays have shape (n,). Costs are positive, credits negative.

    Index columns point into the scenario's tuples as in `Claims`; -1 where a line has none.
    """

    incurred: np.ndarray
    """When the cost arose; the exchange rate is of this day [int64 s]."""
    cash: np.ndarray
    """When money moves [int64 s]; for lines that are not cash, the same as ``incurred``."""
    subject: np.ndarray
    """`Subject` [int8]."""
    record: np.ndarray
    """Row of the claim in the run's records; -1 where none [int64]."""
    root: np.ndarray
    """Row of the root claim, to which descendants are booked; -1 where none [int64]."""
    market: np.ndarray
    """Row in ``scenario.market_ids`` [int8]."""
    channel: np.ndarray
    """Row in ``scenario.channel_ids`` [int8]."""
    sku: np.ndarray
    """Row in ``scenario.skus`` [int16]."""
    sale_month: np.ndarray
    """Month the unit was sold, market time, months since the horizon's first [int16]; `NO_MONTH` where none."""
    claim_month: np.ndarray
    """Month the root claim was opened, likewise [int16]."""
    route: np.ndarray
    """`Route` of the claim [int8]."""
    partner: np.ndarray
    """Row in ``scenario.partner_ids`` of the partner that worked or billed; -1 where none [int16]."""
    category: np.ndarray
    """`Category` [int8]."""
    amount: np.ndarray
    """Amount in its own currency [float64]."""
    currency: np.ndarray
    """Row in ``currencies`` [int8]."""
    rate: np.ndarray
    """Reporting currency per unit of it on the day incurred [float64]."""
    reporting: np.ndarray
    """amount x rate [float64, reporting currency]."""
    tax: np.ndarray
    """Tax on top that is recovered, for information; in no total [float64, reporting currency]."""
    obligation: np.ndarray
    """`Obligation` [int8]."""
    kind: np.ndarray
    """`Kind` [int8]."""
    in_scope: np.ndarray
    """Whether the line counts: its root claim opened, or its contract month lies, within the horizon [bool]."""
    currencies: tuple[str, ...]
    """ISO codes ``currency`` points into."""
    reporting_currency: str
    """ISO code of ``reporting``."""

    def take(self, rows: np.ndarray) -> Ledger:
        """The named lines (index or mask), in that order."""
        return self.replace({name: getattr(self, name)[rows] for name in COLUMNS})

    @staticmethod
    def concat(parts: Sequence[Ledger]) -> Ledger:
        """Lines of all parts, one after the other.

        Raises
        ------
        ValueError
            For no parts, or parts in different currencies.
        """
        if not parts:
            raise ValueError("expected at least one ledger")
        first = parts[0]
        if any((p.currencies, p.reporting_currency) != (first.currencies, first.reporting_currency) for p in parts):
            raise ValueError("ledgers of different currencies cannot be joined")
        return first.replace({name: np.concatenate([getattr(p, name) for p in parts]) for name in COLUMNS})

    @overload
    def total(
        self, by: None = None, *, kind: Kind | Collection[Kind] | None = None, in_scope: bool | None = None
    ) -> float: ...
    @overload
    def total(
        self, by: tuple[str, ...], *, kind: Kind | Collection[Kind] | None = None, in_scope: bool | None = None
    ) -> Totals: ...

    def total(
        self,
        by: tuple[str, ...] | None = None,
        *,
        kind: Kind | Collection[Kind] | None = None,
        in_scope: bool | None = None,
    ) -> float | Totals:
        """Sum of ``reporting`` over the lines of a kind (or kinds) and scope; by group where ``by`` names columns.

        Raises
        ------
        ValueError
            For a column lines cannot be grouped by.
        """
        rows = self.rows(kind=kind, in_scope=in_scope)
        if not isinstance(rows, slice):
            rows = np.flatnonzero(rows)
        amount = self.reporting[rows]
        if not by:
            return float(amount.sum())
        code, lows, sizes = np.zeros(amount.size, dtype=np.int64), [], []
        for name in by:
            column = self._group(name)[rows]
            lows.append(int(column.min()) if column.size else 0)
            sizes.append(int(column.max()) - lows[-1] + 1 if column.size else 1)
            code *= sizes[-1]
            code += column
            code -= lows[-1]
        if np.prod(np.array(sizes, dtype=float)) > _DENSE:
            groups, inverse = np.unique(code, return_inverse=True)
            sums = np.bincount(inverse, weights=amount, minlength=len(groups))
        else:
            groups = np.flatnonzero(np.bincount(code))
            sums = np.bincount(code, weights=amount)[groups]
        found = np.unravel_index(groups, sizes)
        return Totals(by, tuple(key + low for key, low in zip(found, lows, strict=True)), sums)

    def replace(self, columns: dict[str, np.ndarray]) -> Ledger:
        """A ledger of other line columns in the same currencies."""
        return Ledger(**columns, currencies=self.currencies, reporting_currency=self.reporting_currency)


NO_MONTH = np.int16(-999)
"""Month of a line that belongs to none."""
COLUMNS = tuple(f.name for f in fields(Ledger) if f.name not in {"currencies", "reporting_currency"})
"""Names of the line columns."""
