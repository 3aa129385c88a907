"""A sweep for programs and spreadsheets: tidy frames to write, one plain value, and its chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrantysim.report.export import records
from warrantysim.report.rows import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.cases import Case
    from warrantysim.analysis.fault_worth import FaultWorth
    from warrantysim.analysis.sweeps import Sweep
    from warrantysim.report.charts.theme import Look, Picture

WIDE = 200
"""Width at which nothing is broken [columns of text]."""


def sweep_frames(found: Sweep) -> dict[str, pd.DataFrame]:
    """Every table that holds a row, by file name; columns have English keys."""
    import pandas as pd

    from warrantysim.analysis.sales_worth import priced

    left_out = pd.DataFrame(list(found.left_out), columns=["item", "position", "reason"])
    frames = {"positions": priced(found), "benches": found.benches, "left_out": left_out}
    return {name: frame for name, frame in frames.items() if frame is not None and len(frame)}


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


def sweep_pictures(found: Sweep, look: Look) -> dict[str, Picture]:
    """What turning the lever costs or saves, position by position."""
    from warrantysim.analysis.sales_worth import priced
    from warrantysim.report.charts.differences import Difference, difference_chart
    from warrantysim.report.sweep_report import SweepPage, lever_name

    page = SweepPage("sweep", look.lang, WIDE)
    rows = [
        Difference(page.what(str(r["item"]), str(r["position"])), r["difference"], r["low"], r["high"])
        for r in rows_of(priced(found))
    ]
    if not rows:
        return {}
    title = page.say("chart", lever=lever_name(found.lever, look.lang))
    # Positions along one figure stand in their order; choices that stand beside each other, by size.
    along = len({position.item for position in found.positions}) == 1
    return {
        "positions": difference_chart(
            rows, found.world.reporting_currency, title, days=found.world.horizon.days, sort=not along, look=look
        )
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
    from warrantysim.locale.wording import say
    from warrantysim.report.charts.pareto import pareto_chart

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
