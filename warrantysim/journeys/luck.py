"""The draws of claims: a pure function of unit, generation and purpose, and ways to have them at less cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.claims.philox import uniforms
from warrantysim.claims.stream_ids import Purpose

LAST_PURPOSE = int(max(Purpose))


@dataclass(frozen=True)
class Luck:
    """The draws of one replication: a pure function of unit, generation and purpose."""

    seed: int
    """Seed of the plan."""
    replication: int
    """Number of the replication."""

    def of(self, claims: Claims, purpose: Purpose, lane: int = 0) -> np.ndarray:
        """One uniform a claim. Shape (n,)."""
        return uniforms(self.seed, self.replication, claims.unit, claims.generation, int(purpose), lane)

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

    def of(self, claims: Claims, purpose: Purpose, lane: int = 0) -> np.ndarray:
        """One uniform a claim. Shape (n,)."""
        if lane and (purpose, lane) not in self.FURTHER:
            return super().of(claims, purpose, lane)
        return self.draws[LAST_PURPOSE + self.FURTHER.index((purpose, lane)) if lane else purpose - 1]

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

    def of(self, claims: Claims, purpose: Purpose, lane: int = 0) -> np.ndarray:
        """One uniform a claim. Shape (n,)."""
        key = int(purpose), lane
        if key not in self.drawn:
            self.drawn[key] = np.full(len(self.claims), np.nan)
        column = self.drawn[key]
        rows = np.arange(len(column)) if self.rows is None else self.rows
        out = column[rows]
        new = np.flatnonzero(np.isnan(out))
        if len(new):
            keys, generation = claims.unit[new], claims.generation[new]
            out[new] = column[rows[new]] = uniforms(self.seed, self.replication, keys, generation, int(purpose), lane)
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
