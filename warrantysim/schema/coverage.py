"""Which excluded faults a warranty covers, and what they are handled as then: by what the promise leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from warrantysim.schema.products import Fault
from warrantysim.schema.promise import Promise

if TYPE_CHECKING:
    from warrantysim.schema.root import Scenario

Covered = Literal["never", "once", "always"]
"""Whether claims of a fault are covered: none, the first of a unit, or all."""
NOTHING_TO_REPAIR = "unrepairable"
"""Kind a covered fault is of where it is handled as no other one."""


def covered(promise: Promise, fault: Fault) -> Covered:
    """Whether an excluded fault is covered; a fault of another kind never needs to be."""
    name = fault.exclusion
    if fault.kind != "excluded" or name is None:
        return "never"
    least, left = promise.battery_capacity_share, fault.capacity_share
    if name not in promise.exclusions or (least is not None and left is not None and left <= least):
        return "always"
    return "once" if name in promise.covered_once else "never"


def handled_faults(s: Scenario) -> tuple[Fault, ...]:
    """The faults of a scenario as they are handled: covered ones have kind, skill, minutes and parts of the fault they
    are covered as. Their symptoms stay what they are, and the maker credits what he credits for them."""
    by_name = {(row.sku, row.fault): row for row in s.faults}
    return tuple(_handled(s, row, by_name.get((row.sku, row.covered_as))) for row in s.faults)


def _handled(s: Scenario, row: Fault, other: Fault | None) -> Fault:
    if covered(s.promise, row) == "never":
        return row
    plain = row.replace(kind=NOTHING_TO_REPAIR, exclusion=None, capacity_share=None)
    if other is None:
        return plain
    return plain.replace(
        kind=other.kind, skill=other.skill, bench_minutes=other.bench_minutes, parts_cost=other.parts_cost,
        currency=other.currency,
    )  # fmt: skip


def uplift_of(s: Scenario, fault: Fault) -> float:
    """Claims of a fault as the warranty is, against those made although it does not cover it [factor, >= 1]."""
    if fault.exclusion is None or covered(s.promise, fault) == "never":
        return 1.0
    return s.births.covered_uplift.get(fault.exclusion, 1.0)
