"""The draws of claims: a pure function of unit, generation and purpose, and ways to have them at less cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.claims.inverse import quantile
from warrantysim.claims.philox import uniforms, uniforms_by_purpose
from warrantysim.claims.stream_ids import Purpose
from warrantysim.schema.distribution import Distribution


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
        if not isinstance(share, np.ndarray):
            share = np.full(len(claims), share)
        out: np.ndarray = share >= 1.0
        open_ = (share > 0.0) & ~out
        if among is not None:
            out, open_ = out & among, open_ & among
        rows = open_.nonzero()[0]
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
        if not claims.unit.flags.writeable and len(claims) <= REMEMBERED:
            return _remembered(self, claims)
        return Sheet.drawn(self, claims) if len(claims) <= Sheet.LARGEST else self

    def at(self, rows: np.ndarray) -> Luck:
        """The same luck for the named rows of the claims it is for."""
        return self


_P = Purpose
FIRST_LANE = (
    _P.AGENT_MINUTES, _P.BENCH_MINUTES, _P.BENCH_YIELD, _P.BOUNCE, _P.BOUNCE_LAG, _P.CONSENT_TO_MONEY,
    _P.CONTACT_DELAY, _P.DAMAGE_IN, _P.DENIAL_UPTAKE, _P.DISPUTE, _P.EVIDENCE_DROPOUT, _P.EVIDENCE_RECOGNISED,
    _P.FULFILMENT_LAG, _P.GUIDE, _P.HUB_HANDLING, _P.HUB_TEST, _P.INSIST_MONEY, _P.LABEL_USED, _P.LOSS_IN, _P.LOSS_OUT,
    _P.NFF_RETURN, _P.NFF_RETURN_LAG, _P.OPPORTUNISTIC, _P.PARTIAL_OFFER, _P.PARTS_DELAY, _P.PARTS_STOCKOUT,
    _P.POOL_REFUSAL, _P.REFAIL, _P.REFAIL_PROPENSITY, _P.REFAIL_REPORT_LAG, _P.REMEDY_CHOICE, _P.REOPEN, _P.REOPEN_LAG,
    _P.REPLACEMENT_FAULT, _P.REPLACEMENT_LIFE, _P.REPLACEMENT_PROPENSITY, _P.SHIP_LAG, _P.SYMPTOM, _P.TRANSIT_IN,
    _P.TRANSIT_OUT, _P.WRONG_BOX,
)  # fmt: skip
OF_JOURNEYS = (
    *((purpose, 0) for purpose in FIRST_LANE),
    *((_P.CONTACT_DELAY, 1), (_P.CONTACT_DELAY, 2), (_P.INSIST_MONEY, 1), (_P.TRANSIT_OUT, 1)),
)
"""Purposes and lanes that journeys draw for claims; others (a bench without room) are drawn when asked for."""
ROW_OF = {column: row for row, column in enumerate(OF_JOURNEYS)}
PURPOSES, LANES = np.array(OF_JOURNEYS, dtype=np.int64).T


@dataclass(frozen=True)
class Sheet(Luck):
    """All draws of a few claims at once: a call a purpose costs more."""

    LARGEST: ClassVar[int] = 2048
    """Claims up to which a sheet is worth its unused draws."""

    draws: np.ndarray
    """A row for each of `OF_JOURNEYS` [float64 (rows, n)]."""
    rows: np.ndarray | None = None
    """Those of its columns that this is for; None for all."""

    @staticmethod
    def drawn(luck: Luck, claims: Claims) -> Sheet:
        """The sheet of some claims."""
        draws = uniforms_by_purpose(luck.seed, luck.replication, claims.unit, claims.generation, PURPOSES, LANES)
        draws.setflags(write=False)  # It is handed out as it is.
        return Sheet(luck.seed, luck.replication, draws)

    def of(self, claims: Claims, purpose: Purpose, lane: int = 0, rows: np.ndarray | None = None) -> np.ndarray:
        """One uniform a claim, or one for each of the named rows."""
        row = ROW_OF.get((purpose, lane))
        if row is None:
            return super().of(claims, purpose, lane, rows)
        if self.rows is not None:
            rows = self.rows if rows is None else self.rows[rows]
        draws = self.draws[row]
        return draws if rows is None else draws[rows]

    def below(
        self,
        claims: Claims,
        purpose: Purpose,
        share: np.ndarray | float,
        lane: int = 0,
        among: np.ndarray | None = None,
    ) -> np.ndarray:
        """As for all luck; everything is drawn already."""
        out: np.ndarray = self.of(claims, purpose, lane) < share
        return out if among is None else out & among

    def at(self, rows: np.ndarray) -> Luck:
        """The same luck for the named rows of the claims it is for."""
        return Sheet(self.seed, self.replication, self.draws, rows if self.rows is None else self.rows[rows])


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
        if self.rows is not None:
            rows = self.rows if rows is None else self.rows[rows]
        elif rows is None:
            rows = np.arange(len(self.claims))
        if key not in self.drawn:
            self.drawn[key] = np.full(len(self.claims), np.nan)
        column = self.drawn[key]
        out = column[rows]
        new = np.isnan(out)
        if new.any():
            # The same claim may be asked about more than once.
            asked = np.zeros(len(column), dtype=bool)
            asked[rows[new]] = True
            there = np.flatnonzero(asked)
            column[there] = self._draw(there, *key)
            out = column[rows]
        return out

    def _draw(self, rows: np.ndarray, purpose: int, lane: int) -> np.ndarray:
        keys, generation = self.claims.unit[rows], self.claims.generation[rows]
        return uniforms(self.seed, self.replication, keys, generation, purpose, lane)

    def at(self, rows: np.ndarray) -> Luck:
        """The same luck for the named rows of the claims it is for."""
        there = rows if self.rows is None else self.rows[rows]
        return Remembered(self.seed, self.replication, self.claims, self.drawn, there)


REMEMBERED = 100_000
"""Most claims whose draws are kept for the next policy, 0.4 kB each: of more they are made again [count]."""
_LAST: list[Remembered] = []
"""The claims met last: those of a run, and those from before it."""


def _remembered(luck: Luck, claims: Claims) -> Luck:
    for last in _LAST:
        if last.claims is claims and (last.seed, last.replication) == (luck.seed, luck.replication):
            return last
    known = Remembered(luck.seed, luck.replication, claims)
    if len(claims) <= Sheet.LARGEST:
        draws = Sheet.drawn(luck, claims).draws
        known.drawn.update({(int(purpose), lane): draws[row] for (purpose, lane), row in ROW_OF.items()})
    _LAST.insert(0, known)
    del _LAST[2:]
    return _LAST[0]
