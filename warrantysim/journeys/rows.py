"""Claims under way as plain Python lists: what the event loop reads and writes, for those who wait for somebody.

Claims that wait for nobody keep the columns of the journey alone. Rows of the run number all claims; the lists here
have an entry for each that waits, and ``number`` says which row of the run it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from warrantysim.claims.columns import Origin
from warrantysim.journeys.log import STAMPS
from warrantysim.journeys.model import Model
from warrantysim.journeys.offspring import BARREN, FOREVER, LAPSED, MENDED, REPLACED, WELL, Outlook, Parents, outlook
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.records import Closure, Fallback, Fate, Finding, comes_back, reships
from warrantysim.schema.clock import NEVER, seconds

READ = (
    "route", "partner", "advance", "d_answer", "d_route", "d_scan", "d_transit_in", "arrives", "d_handling",
    "hub_finding", "finding", "bench_minutes", "d_parts", "d_pick", "d_transit_out", "d_refund", "agent_minutes",
    "pool_accepted", "partial_taken", "insists_again", "kg", "resent", "level", "parts", "fallback",
)  # fmt: skip
"""Columns of the plan the loop reads."""
WRITTEN = {name: int(NEVER) for name in STAMPS} | {
    "closure": -1, "fate": 0, "source": 0, "hops": 0, "refund_share": 0.0, "dispatch": -1, "back_dispatch": -1,
    "found": 0,
}  # fmt: skip
"""Columns it writes, with what they hold before anything has happened."""
DERIVED = (
    "number", "wave", "key", "opened", "sku", "market", "terminal", "test_only", "poolable", "at_hand",
    "at_risk",
)  # fmt: skip
FOLLOWING = ("origin", "after", "until")
"""The outlook, four entries a claim: flat lists, as lists of lists are slow to make and to collect."""

_SOLVED = {int(Closure.LAPSED): LAPSED, int(Closure.REPLACED): REPLACED}
_REPAIRED, _REFUNDED, _MENDED = int(Closure.REPAIRED), int(Closure.REFUNDED), int(Finding.REPAIRED)
_TO_CUSTOMER = int(Fate.CUSTOMER)
_FOLLOWED, _STOCK_OUT = int(Fallback.NONE), int(Fallback.STOCK_OUT)


@dataclass(frozen=True)
class Wave:
    """Claims taken in together."""

    plan: Plan
    first: int
    """Row of its first claim in the run."""
    alone: dict[str, np.ndarray]
    """Their journeys alone."""
    outlook: Outlook
    """What would follow them."""


class Rows:
    """All claims of a run; ``found`` is what was found in the end, ``finding`` what the bench would find."""

    def __init__(self) -> None:
        self.waves: list[Wave] = []
        self.total = 0
        self.brought: dict[int, int] = {}
        for name in (*READ, *WRITTEN, *DERIVED, *FOLLOWING):
            setattr(self, name, [])

    def clear(self) -> None:
        """Let go of everything."""
        self.waves.clear()
        for name in (*READ, *WRITTEN, *DERIVED, *FOLLOWING):
            getattr(self, name).clear()

    def __getattr__(self, name: str) -> list[Any]:
        # Only reached for columns not yet set: a spelling mistake.
        raise AttributeError(name)

    def __len__(self) -> int:
        return len(self.key)

    def add(
        self,
        plan: Plan,
        alone: dict[str, np.ndarray],
        waits: np.ndarray,
        at_risk: np.ndarray,
        plenty: np.ndarray,
        model: Model,
    ) -> range:
        """Take claims in; returns the entries of those who wait (mask ``waits``).

        ``at_risk``: those to whom it matters which unit they get (mask); ``plenty``: where replacements are always at
        hand [bool (S, M)].
        """
        first = len(self)
        out = outlook(plan)
        self.waves.append(Wave(plan, self.total, alone, out))
        rows = np.flatnonzero(waits)
        claims = plan.claims.take(rows)
        route = plan.route[rows]
        returns = comes_back(route)
        columns: dict[str, np.ndarray] = {name: getattr(plan, name)[rows] for name in READ}
        columns |= {name: alone[name][rows] for name in ("answered", "routed")}
        columns |= {name: getattr(out, name)[rows].reshape(-1) for name in FOLLOWING}
        columns |= {
            "number": rows + self.total,
            "key": claims.unit,
            "opened": claims.opened,
            "sku": claims.sku,
            "market": claims.market,
            "terminal": ~reships(route) & ~(returns & plan.label_used[rows]),
            "test_only": model.is_test_only(route, plan.partner[rows]),
            "poolable": model.pool_ok[claims.sku, claims.market],
            "at_hand": plenty[claims.sku, claims.market],
            "at_risk": at_risk[rows],
        }
        for name, column in columns.items():
            getattr(self, name).extend(column.tolist())
        for name, empty in {"wave": len(self.waves) - 1, **WRITTEN}.items():
            if name not in columns:
                getattr(self, name).extend([empty] * len(rows))
        self.total += len(plan)
        return range(first, len(self))

    def place(self, i: int) -> tuple[Wave, int]:
        """The wave a claim came in with, and its row there."""
        wave = self.waves[self.wave[i]]
        return wave, self.number[i] - wave.first

    def ending(self, i: int) -> int:
        """How a claim closed, for what may follow it."""
        closure = self.closure[i]
        if closure == _REPAIRED:
            return MENDED if self.found[i] == _MENDED else WELL
        return _SOLVED.get(closure, BARREN)

    def parents(self, entries: list[int]) -> Iterator[Parents]:
        """Decided claims that something follows, wave by wave."""
        by_wave: dict[int, list[int]] = {}
        for i in entries:
            by_wave.setdefault(self.wave[i], []).append(i)
        for k, mine in by_wave.items():
            wave = self.waves[k]
            rows = np.array([self.number[i] for i in mine]) - wave.first
            endings = [self.ending(i) for i in mine]
            # As the benches they really went to have it.
            origin, after = (
                np.array([column[4 * i + ending] for i, ending in zip(mine, endings, strict=True)], dtype=kind)
                for column, kind in ((self.origin, np.int8), (self.after, np.int64))
            )
            resolved = np.array([self.resolved[i] for i in mine])
            faults = {k: self.brought[i] for k, i in enumerate(mine) if i in self.brought}
            ended = np.array(endings, dtype=np.int8)
            yield Parents.of(wave.plan, rows, wave.first, ended, resolved, origin, after, faults)

    def child_due(self, i: int) -> int | None:
        """When the claim that follows a decided one will open; None where none will."""
        ending = self.ending(i)
        if ending == BARREN or self.resolved[i] > self.until[4 * i + ending]:
            return None
        due: int = self.resolved[i] + self.after[4 * i + ending]
        return due

    def answer(self, i: int, answered: int) -> None:
        """An agent has answered."""
        self.answered[i] = answered
        self.routed[i] = answered + self.d_route[i]

    def finish_alone(self, i: int) -> None:
        """Complete a claim that waited for its agent only: the journey alone, shifted by that wait."""
        wave, k = self.place(i)
        shift = self.answered[i] - int(wave.alone["answered"][k])
        for name in STAMPS:
            stamp = int(wave.alone[name][k])
            if name not in {"answered", "routed"} and stamp > NEVER:
                getattr(self, name)[i] = stamp + shift
        for name in ("closure", "fate", "source", "refund_share"):
            getattr(self, name)[i] = wave.alone[name][k].item()
        self.found[i] = int(wave.alone["finding"][k])

    def reassign(self, i: int, partner: int, plan: Plan) -> None:
        """Another bench takes the unit: its people, its skill. ``plan``: the claim's plan there, one row."""
        self.partner[i] = partner
        for name in ("finding", "level", "bench_minutes", "parts"):
            getattr(self, name)[i] = getattr(plan, name)[0].item()
        out = outlook(plan)
        for name in FOLLOWING:
            getattr(self, name)[4 * i : 4 * i + 4] = getattr(out, name)[0].tolist()

    def send(self, i: int, now: int, closure: int, source: int) -> None:
        """A parcel leaves for the customer. ``closure``, ``source``: numbers of a `Closure` and a `Source`."""
        self.closure[i], self.source[i] = closure, source
        self.shipped[i] = now + self.d_pick[i]
        self.resolved[i] = self.shipped[i] + self.d_transit_out[i]
        self.closed[i] = max(self.closed[i], self.resolved[i])

    def refund(self, i: int, now: int, share: float) -> None:
        """Money leaves for the customer."""
        self.closure[i] = _REFUNDED
        self.refund_share[i] = share
        self.refunded[i] = self.resolved[i] = now + self.d_refund[i]
        self.closed[i] = max(self.closed[i], self.resolved[i])

    def give_back(self, i: int, now: int) -> None:
        """The unit goes back to a claimant who keeps it for a part of the money."""
        self.fate[i] = _TO_CUSTOMER
        self.shipped[i] = now + self.d_pick[i]
        self.closed[i] = max(self.closed[i], self.shipped[i] + self.d_transit_out[i])

    def fails_again(self, i: int, share: float, days: float, fault: int) -> None:
        """The replacement is a unit repaired for somebody else, by a bench of so many bounces within so many days."""
        wave, k = self.place(i)
        if wave.plan.bounce_draw[k] >= share:
            return
        after = int(seconds(wave.plan.bounce_part[k] * days))
        term, end = int(wave.plan.replaced_term[k]), int(wave.plan.claims.warranty_end[k]) - after
        entry = 4 * i + REPLACED
        self.origin[entry], self.after[entry] = int(Origin.BOUNCE), after
        self.until[entry] = end if term < 0 else int(FOREVER) if after <= term else -int(FOREVER)
        self.brought[i] = fault

    def fell_short(self, i: int) -> None:
        """No replacement was there in time."""
        if self.fallback[i] == _FOLLOWED:
            self.fallback[i] = _STOCK_OUT

    def columns(self) -> dict[str, np.ndarray]:
        """Columns for the records, all claims of the run: those of the journey alone, overwritten where they waited."""
        waves = self.waves
        out = {name: np.concatenate([w.alone[name] for w in waves]) for name in waves[0].alone}
        out |= {name: np.concatenate([getattr(w.plan, name) for w in waves]) for name in ("partner", "fallback")}
        rows = np.array(self.number, dtype=np.int64)
        stated = {name: np.array(getattr(self, name)) for name in (*WRITTEN, "partner", "fallback")}
        stated["finding"] = stated.pop("found")
        # A unit kept for a partial refund is the claimant's risk: nothing is sent again.
        parcel = (stated["shipped"] > NEVER) & (stated["closure"] != _REFUNDED)
        benched = stated["bench_out"] > NEVER
        stated["resent"] = np.where(parcel, np.array(self.resent), 0)
        for name in ("level", "bench_minutes", "parts"):
            stated[name] = np.where(benched, np.array(getattr(self, name)), 0)
        for name, column in stated.items():
            out[name][rows] = column
        return out
