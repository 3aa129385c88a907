"""Checks a memo prints: two ways to the same sum, side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from warrantysim.report.memo.facts import Memo

TOLERANCE = 0.01
"""Sums this close are the same [reporting currency]."""


@dataclass(frozen=True)
class Check:
    """One check."""

    key: str
    """What is held against what, a key of the catalogue after ``memo.check.``."""
    passed: bool
    one: float = math.nan
    """The sum one way; NaN where the check is not about sums [reporting currency]."""
    other: float = math.nan
    """The sum the other way [reporting currency]."""


def checks(memo: Memo) -> Iterator[Check]:
    """All checks of a memo."""
    change = memo.change
    result = change.result
    lines = result.costs(("category",))
    total = change.line("total")
    for key, place, told in (("ledger_now", change.now, total.now), ("ledger_new", change.new, total.new)):
        booked = math.fsum(lines["mean"][lines["policy"] == result.names[place]].astype(float))
        yield _same(key, booked, told)
    whole = float(change.saving.interval.mean)
    yield _same("cells", math.fsum(change.table["saving"].astype(float)) + change.shared, whole)
    parts = float(change.saving_cash.interval.mean) + float(change.saving_expected.interval.mean)
    yield _same("parts", parts, whole)
    yield _same("four_parts", math.fsum(float(part.interval.mean) for part in change.parts.values()), whole)
    decision = memo.decision
    if decision is not None and change.policies[1].rules == decision.policy.rules:
        yield _same("decision", whole, float(decision.saving.interval.mean))
    yield Check("complete", not result.failures)
    if memo.provenance.intact is not None:
        yield Check("stored", memo.provenance.intact)


def _same(key: str, one: float, other: float) -> Check:
    return Check(key, abs(one - other) <= TOLERANCE, one, other)
