"""A sweep for programs and spreadsheets: tidy frames to write, one plain value, and the chart of faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrantysim.report.export import records

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.cases import Case
    from warrantysim.analysis.fault_worth import FaultWorth
    from warrantysim.analysis.sweeps import Sweep
    from warrantysim.report.charts.theme import Look, Picture


def sweep_frames(found: Sweep) -> dict[str, pd.DataFrame]:
    """Every table that holds a row, by file name; columns have English keys."""
    import pandas as pd

    from warrantysim.analysis.sales_worth import priced

    left_out = pd.DataFrame(list(found.left_out), columns=["item", "position", "reason"])
    frames = {"positions": priced(found), "left_out": left_out}
    return {name: frame for name, frame in frames.items() if len(frame)}


def sweep_record(found: Sweep) -> dict[str, Any]:
    """A sweep as one plain value."""
    from warrantysim.analysis.sales_worth import contribution

    more = {"contribution": contribution(found.world)} if found.lever == "warranty" else {}
    return {
        **_basis(found.stated, found.seed, found.replications),
        "lever": found.lever,
        "stated_cost": float(found.base.mean()),
        "cancelled": found.cancelled,
        **more,
        **{name: records(frame) for name, frame in sweep_frames(found).items()},
    }


def faults_record(found: FaultWorth) -> dict[str, Any]:
    """The worth of fixing faults as one plain value."""
    return {
        **_basis(found.case, found.seed, found.costs.shape[1]),
        "lever": "faults",
        "cancelled": found.cancelled,
        "faults": records(found.table()),
    }


def faults_picture(found: FaultWorth, look: Look) -> Picture:
    """What one point less of each fault is worth, the largest first."""
    from warrantysim.report.charts.pareto import pareto_chart
    from warrantysim.report.wording import say

    table = found.table()
    names = [f"{sku} {fault}" for sku, fault in zip(table["sku"], table["fault"], strict=True)]
    currency = found.case.world.reporting_currency
    return pareto_chart(names, list(table["worth"]), currency, title=say("faults.table", look.lang), look=look)


def _basis(stated: Case, seed: int, replications: int) -> dict[str, Any]:
    from warrantysim.scenario.digest import digest
    from warrantysim.version import __version__

    world = stated.world
    return {
        "version": __version__,
        "scenario": world.name,
        "digest": digest(world),
        "policy": stated.policy.name,
        "seed": seed,
        "replications": replications,
        "confidence": world.plan.confidence,
        "currency": world.reporting_currency,
    }
