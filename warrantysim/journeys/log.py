"""What a run writes down while it goes on, and the records that come of it."""

from __future__ import annotations

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.records import Closure, Records, Route
from warrantysim.schema.clock import NEVER

STAMPS = (
    "answered", "routed", "scanned", "arrived", "forwarded", "tested", "bench_in", "bench_start", "bench_out",
    "back_left", "pooled", "shipped", "refunded", "resolved", "closed",
)  # fmt: skip
CODES = {"closure": np.int8, "finding": np.int8, "fate": np.int8, "source": np.int8, "hops": np.int8}


def blank(n: int) -> dict[str, np.ndarray]:
    """Columns of ``n`` claims to which nothing has happened yet."""
    columns: dict[str, np.ndarray] = {name: np.full(n, NEVER, dtype=np.int64) for name in STAMPS}
    columns |= {name: np.zeros(n, dtype=kind) for name, kind in CODES.items()}
    columns["closure"] = np.full(n, -1, dtype=np.int8)
    columns["refund_share"] = np.zeros(n)
    columns["resent"] = np.zeros(n, dtype=np.int8)
    columns["label_issued"] = np.zeros(n, dtype=bool)
    columns["dispatch"] = np.full(n, -1, dtype=np.int32)
    columns["back_dispatch"] = np.full(n, -1, dtype=np.int32)
    columns["level"] = np.zeros(n, dtype=np.int8)
    columns["bench_minutes"] = np.zeros(n)
    columns["parts"] = np.zeros(n)
    return columns


def all_records(plans: list[Plan], columns: dict[str, np.ndarray]) -> Records:
    """Records of all claims of a run, in the order of ``plans``.

    ``columns``: those of `blank`, with ``partner`` (the bench or way really used) and ``fallback``.
    """

    def joined(name: str) -> np.ndarray:
        return np.concatenate([getattr(plan, name) for plan in plans])

    taken = (
        "in_scope", "parent", "age_days", "value", "symptom", "evidence", "in_window", "rule", "route",
        "advance", "guide_used", "disputed", "dispute_lost", "coupon", "paid_repair",
    )  # fmt: skip
    out = Records(
        claims=Claims.concat([plan.claims for plan in plans]),
        **{name: joined(name) for name in taken},
        **columns,
    )
    _check(out)
    return out


def _check(r: Records) -> None:
    """Claims close once and stamps never run backwards; a breach is a fault of the model, not of the input."""
    if (r.closure < 0).any():
        raise RuntimeError(f"{int((r.closure < 0).sum())} claims never closed")
    if ((r.resolved < r.claims.opened) | (r.closed < r.resolved)).any():
        raise RuntimeError("a claim was resolved before it opened, or closed before it was resolved")


CLOSURE_OF_ENDED = {
    Route.PLATFORM: Closure.PLATFORM,
    Route.SOLVED: Closure.SOLVED_REMOTELY,
    Route.DENIED: Closure.DENIED,
    Route.DROPPED: Closure.LAPSED,
}
"""How claims close that end at first contact."""
