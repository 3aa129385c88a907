"""Claims under way as plain Python lists, one entry a claim: what the event loop reads and writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from warrantysim.journeys.log import CODES, STAMPS
from warrantysim.journeys.offspring import earliest_after
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.records import Closure, Fallback, Route, Source
from warrantysim.journeys.world import World

READ = (
    "route", "partner", "advance", "d_answer", "d_route", "d_scan", "d_transit_in", "arrives", "d_handling",
    "hub_finding", "finding", "bench_minutes", "d_parts", "d_pick", "d_transit_out", "d_refund", "d_end",
    "pool_accepted", "partial_taken", "kg", "resent", "level", "parts", "fallback", "label_used",
)  # fmt: skip
WRITTEN = (*STAMPS, "closure", "fate", "source", "refund_share", "dispatch", "back_dispatch")

DERIVED = (
    "key", "opened", "sku", "market", "terminal", "found", "own_lag", "own_limit", "replaced_lag", "replaced_limit",
    "test_only", "poolable",
)  # fmt: skip


class Rows:
    """Columns of all claims of a run; ``found`` is what was found in the end, ``finding`` what the bench would find."""

    def __init__(self) -> None:
        self.plans: list[Plan] = []
        self.firsts: list[int] = []
        self.alone: list[dict[str, np.ndarray]] = []
        self.waits: list[np.ndarray] = []
        for name in (
            *READ,
            *WRITTEN,
            "key",
            "opened",
            "sku",
            "market",
            "terminal",
            "found",
            "own_lag",
            "own_limit",
            "replaced_lag",
            "replaced_limit",
            "test_only",
            "poolable",
        ):
            setattr(self, name, [])

    def __getattr__(self, name: str) -> list[Any]:
        # Only reached for columns not yet set: a spelling mistake.
        raise AttributeError(name)

    def __len__(self) -> int:
        return len(self.key)

    def add(self, plan: Plan, alone: dict[str, np.ndarray], waits: np.ndarray, world: World) -> None:
        """Append claims. Those who wait start blank, the others keep the stamps of the journey alone."""
        self.firsts.append(len(self))
        self.plans.append(plan)
        self.alone.append(alone)
        self.waits.append(waits)
        for name in READ:
            getattr(self, name).extend(getattr(plan, name).tolist())
        never = alone_blank(alone, waits)
        for name in WRITTEN:
            getattr(self, name).extend(never[name].tolist())
        self.found.extend(np.where(waits, 0, alone["finding"]).tolist())
        self.key.extend(plan.claims.unit.tolist())
        self.opened.extend(plan.claims.opened.tolist())
        self.sku.extend(plan.claims.sku.tolist())
        self.market.extend(plan.claims.market.tolist())
        returns = (plan.route == Route.REPAIR_LOCAL) | (plan.route == Route.RETURN_CHINA)
        self.test_only.extend(world.is_test_only(plan.route, plan.partner).tolist())
        self.poolable.extend(world.pool_ok[plan.claims.sku, plan.claims.market].tolist())
        bounds = earliest_after(plan)
        for name, column in zip(("own_lag", "own_limit", "replaced_lag", "replaced_limit"), bounds, strict=True):
            getattr(self, name).extend(column.tolist())
        self.terminal.extend(((plan.route != Route.RESHIP) & ~(returns & plan.label_used)).tolist())

    def plan_of(self, i: int) -> tuple[Plan, int]:
        """Plan and row within it of claim ``i``."""
        k = int(np.searchsorted(self.firsts, i, side="right")) - 1
        return self.plans[k], i - self.firsts[k]

    def first_of(self, plan: Plan) -> int:
        """Row of a plan's first claim in the run."""
        return self.firsts[next(k for k, known in enumerate(self.plans) if known is plan)]

    def by_plan(self, numbers: np.ndarray) -> Iterator[tuple[Plan, np.ndarray]]:
        """The named claims, plan by plan."""
        numbers = np.sort(numbers)
        place = np.searchsorted(self.firsts, numbers, side="right") - 1
        for k in np.unique(place):
            yield self.plans[k], numbers[place == k]

    def earliest_child(self, i: int) -> int | None:
        """The soonest a claim could follow this decided one; None where nothing can."""
        if self.closure[i] == Closure.REPLACED:
            lag, limit = self.replaced_lag[i], self.replaced_limit[i]
        elif self.closure[i] == Closure.REPAIRED:
            lag, limit = self.own_lag[i], self.own_limit[i]
        elif self.closure[i] == Closure.LAPSED:
            return int(self.resolved[i])
        else:
            return None
        return None if lag < 0 or self.resolved[i] > limit else int(self.resolved[i] + lag)

    def answer(self, i: int, answered: int) -> None:
        """An agent has answered."""
        self.answered[i] = answered
        self.routed[i] = answered + self.d_route[i]

    def finish_alone(self, i: int) -> None:
        """Complete a claim that waited for its agent only: the journey alone, shifted by that wait."""
        k = int(np.searchsorted(self.firsts, i, side="right")) - 1
        j, alone = i - self.firsts[k], self.alone[k]
        shift = self.answered[i] - int(alone["answered"][j])
        for name in STAMPS:
            stamp = int(alone[name][j])
            if name not in {"answered", "routed"} and stamp > -(2**61):
                getattr(self, name)[i] = stamp + shift
        for name in ("closure", "fate", "source", "refund_share"):
            getattr(self, name)[i] = alone[name][j].item()
        self.found[i] = int(alone["finding"][j])

    def worked(self, i: int, start: int, end: int) -> None:
        """A bench has worked on the unit."""
        self.bench_start[i], self.bench_out[i] = start, end

    def send(self, i: int, now: int, closure: Closure, source: Source) -> None:
        """A parcel leaves for the customer."""
        self.closure[i], self.source[i] = int(closure), int(source)
        self.shipped[i] = now + self.d_pick[i]
        self.resolved[i] = self.shipped[i] + self.d_transit_out[i]
        self.closed[i] = max(self.closed[i], self.resolved[i])

    def refund(self, i: int, now: int, share: float) -> None:
        """Money leaves for the customer."""
        self.closure[i] = int(Closure.REFUNDED)
        self.refund_share[i] = share
        self.refunded[i] = self.resolved[i] = now + self.d_refund[i]
        self.closed[i] = max(self.closed[i], self.resolved[i])

    def fell_short(self, i: int) -> None:
        """No replacement was there in time."""
        if self.fallback[i] == Fallback.NONE:
            self.fallback[i] = int(Fallback.STOCK_OUT)

    def ladder(self, i: int, world: World) -> tuple[str, ...]:
        """Settlement steps of a claim: a reship or an advance exchange tries a replacement first."""
        steps: tuple[str, ...] = world.markets[self.market[i]].ladder
        first = self.route[i] == Route.RESHIP or self.advance[i]
        rest = tuple(step for step in steps if step != "reship") if first else steps
        return (("reship", *rest) if first else rest) + ("refund",)

    def partners(self) -> np.ndarray:
        """The bench or way really used."""
        return np.array(self.partner, dtype=np.int16)

    def columns(self) -> dict[str, np.ndarray]:
        """Columns for the records."""
        out = {name: np.array(getattr(self, name), dtype=np.int64) for name in STAMPS}
        for name, kind in CODES.items():
            out[name] = np.array(self.found if name == "finding" else getattr(self, name), dtype=kind)
        out["refund_share"] = np.array(self.refund_share, dtype=np.float64)
        out["dispatch"] = np.array(self.dispatch, dtype=np.int32)
        out["back_dispatch"] = np.array(self.back_dispatch, dtype=np.int32)
        route = np.array(self.route)
        returns = (route == Route.REPAIR_LOCAL) | (route == Route.RETURN_CHINA)
        out["label_issued"] = returns
        parcel = out["shipped"] > -(2**61)
        out["resent"] = np.where(parcel, np.array(self.resent), 0).astype(np.int8)
        benched = out["bench_out"] > -(2**61)
        for name in ("level", "bench_minutes", "parts"):
            out[name] = np.where(benched, np.array(getattr(self, name)), 0)
        out["level"] = out["level"].astype(np.int8)
        return out


def alone_blank(alone: dict[str, np.ndarray], waits: np.ndarray) -> dict[str, np.ndarray]:
    """The columns of the journey alone, with those who wait set back to their routing."""
    out = {}
    for name in WRITTEN:
        empty: float = {"closure": -1, "dispatch": -1, "back_dispatch": -1}.get(name, 0)
        if name in STAMPS:
            empty = -(2**62)
        keep = ~waits | (name in {"answered", "routed"})
        out[name] = np.where(keep, alone[name], empty)
    return out
