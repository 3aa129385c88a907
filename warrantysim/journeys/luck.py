"""The draws of claims: a pure function of unit, generation and purpose, and ways to have them at less cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.claims.inverse import quantile
from warrantysim.claims.philox import uniforms
from warrantysim.claims.stream_ids import Purpose
from warrantysim.schema.distribution import Distribution

LAST_PURPOSE = int(max(Purpose))


@dataclass(frozen=True)
class Luck:
    """The draws of one replication: a pure function of unit, generation and purpose."""

    seed: int
    """Seed of the plan."""
    replication: int
    """Number of the replication."""

    def of(self, claims: Claims, purpose: Purpose, lane: int = 0, rows: np.ndarray | None = None) -> np.ndarray:
        """One uniform a claim, or one for each of the named rows. Shape (n,), or of ``rows``."""
        unit, generation = claims.unit, claims.generation
        if rows is not None:
            unit, generation = unit[rows], generation[rows]
        return uniforms(self.seed, self.replication, unit, generation, int(purpose), lane)

    def below(
        self,
        claims: Claims,
        purpose: Purpose,
        share: np.ndarray | float,
        lane: int = 0,
        among: np.ndarray | None = None,
    ) -> np.ndarray:
        """Whether each claim's draw is below a share, False outside ``among``, a mask. Shape (n,), bool.

        Who is sure to be, or sure not to be, draws nothing: a draw lies between 0 and 1.
        """
        share = np.broadcast_to(share, len(claims))
        out: np.ndarray = share >= 1.0
        open_ = (share > 0.0) & ~out
        if among is not None:
            out, open_ = out & among, open_ & among
        rows = np.flatnonzero(open_)
        if len(rows):
            out[rows] = self.of(claims, purpose, lane, rows) < share[rows]
        return out

    def quantile(
        self, d: Distribution, claims: Claims, purpose: Purpose, lane: int = 0, rows: np.ndarray | None = None
    ) -> np.ndarray:
        """A value of a distribution for each claim, or each of the named rows; a constant draws nothing."""
        n = len(claims) if rows is None else len(rows)
        u = np.full(n, 0.5) if d.kind == "constant" else self.of(claims, purpose, lane, rows)
        return np.asarray(quantile(d, u))

    def among(self, claims: Claims) -> Luck:
        """The same luck for some claims, in the way that costs least; ask it for these claims only."""
        if not claims.unit.flags.writeable:
            return _remembered(self, claims)
        return Sheet.drawn(self, claims) if len(claims) <= Sheet.LARGEST else self

    def at(self, rows: np.ndarray) -> Luck:
        """The same luck for the named rows of the claims it is for."""
        return self


@dataclass(frozen=True)
class Sheet(Luck):
    """All draws of a few claims at once: a call a purpose costs more."""

    LARGEST: ClassVar[int] = 512
    """Claims up to which a sheet is worth its unused draws."""
    FURTHER: ClassVar[tuple[tuple[Purpose, int], ...]] = (
        (Purpose.CONTACT_DELAY, 1),
        (Purpose.CONTACT_DELAY, 2),
        (Purpose.INSIST_MONEY, 1),
        (Purpose.TRANSIT_OUT, 1),
    )
    """Purposes and lanes that journeys draw beside the first lane of each; others are drawn when asked for."""

    draws: np.ndarray
    """The first lane of every purpose, which count from 1, then ``FURTHER`` [float64 (columns, n)]."""

    @staticmethod
    def drawn(luck: Luck, claims: Claims) -> Sheet:
        """The sheet of some claims."""
        columns = [*((p, 0) for p in range(1, LAST_PURPOSE + 1)), *Sheet.FURTHER]
        purposes, lanes = np.array(columns, dtype=np.int64).T
        shape = (len(columns), len(claims))
        keys, generations = (np.broadcast_to(column, shape) for column in (claims.unit, claims.generation))
        draws = uniforms(luck.seed, luck.replication, keys, generations, purposes[:, None], lanes[:, None])
        draws.setflags(write=False)  # It is handed out as it is.
        return Sheet(luck.seed, luck.replication, draws)

    def of(self, claims: Claims, purpose: Purpose, lane: int = 0, rows: np.ndarray | None = None) -> np.ndarray:
        """One uniform a claim, or one for each of the named rows."""
        if lane and (purpose, lane) not in self.FURTHER:
            return super().of(claims, purpose, lane, rows)
        draws = self.draws[LAST_PURPOSE + self.FURTHER.index((purpose, lane)) if lane else purpose - 1]
        return draws if rows is None else draws[rows]

    def at(self, rows: np.ndarray) -> Luck:
        """The same luck for the named rows of the claims it is for."""
        return Sheet(self.seed, self.replication, self.draws[:, rows])


@dataclass(frozen=True)
class Remembered(Luck):
    """Draws of claims nobody can change: one policy after the other asks for mostly the same ones."""

    claims: Claims
    """All of them."""
    drawn: dict[tuple[int, int], np.ndarray] = field(default_factory=dict)
    """What has been drawn by purpose and lane, NaN where nobody has asked yet [float64 (n,)]."""
    rows: np.ndarray | None = None
    """Those this is for; None for all."""

    def of(self, claims: Claims, purpose: Purpose, lane: int = 0, rows: np.ndarray | None = None) -> np.ndarray:
        """One uniform a claim, or one for each of the named rows."""
        key = int(purpose), lane
        if key not in self.drawn:
            self.drawn[key] = np.full(len(self.claims), np.nan)
        column = self.drawn[key]
        if self.rows is not None:
            rows = self.rows if rows is None else self.rows[rows]
        elif rows is None:
            rows = np.arange(len(column))
        out = column[rows]
        new = np.flatnonzero(np.isnan(out))
        if len(new):
            there = rows[new]
            keys, generation = self.claims.unit[there], self.claims.generation[there]
            out[new] = column[there] = uniforms(self.seed, self.replication, keys, generation, int(purpose), lane)
        return out

    def at(self, rows: np.ndarray) -> Luck:
        """The same luck for the named rows of the claims it is for."""
        there = rows if self.rows is None else self.rows[rows]
        return Remembered(self.seed, self.replication, self.claims, self.drawn, there)


_LAST: list[Remembered] = []
"""The claims met last: those of a run, and those from before it."""


def _remembered(luck: Luck, claims: Claims) -> Luck:
    for known in _LAST:
        if known.claims is claims and (known.seed, known.replication) == (luck.seed, luck.replication):
            return known
    _LAST.insert(0, Remembered(luck.seed, luck.replication, claims))
    del _LAST[2:]
    return _LAST[0]
