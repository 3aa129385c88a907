"""Break-even and switching map for programs and spreadsheets: tidy frames, one plain value, and the chart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from warrantysim.report.export import records
from warrantysim.report.lever_text import lever_with_unit

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.breakeven import BreakEven
    from warrantysim.analysis.switching import SwitchingMap
    from warrantysim.report.charts.theme import Look, Picture
    from warrantysim.scenario.root import Scenario


def breakeven_frames(found: BreakEven) -> dict[str, pd.DataFrame]:
    """Changes of the best, and the positions compared first."""
    import pandas as pd

    rows = [(*where, *lead) for where, lead in zip(found.scan, found.leads, strict=True)]
    return {"switches": found.table(), "scan": pd.DataFrame(rows, columns=["position", "best", "lead", "half_width"])}


def breakeven_pictures(found: BreakEven, world: Scenario, look: Look) -> dict[str, Picture]:
    """The band; nothing where it was not looked at to the end."""
    if found.cancelled:
        return {}
    from warrantysim.report.charts.break_even import break_even_chart

    return {"breakeven": break_even_chart(found, name=lever_with_unit(world, found.lever, look.lang), look=look)}


def breakeven_record(found: BreakEven, world: Scenario, replications: int, seed: int) -> dict[str, Any]:
    """A search as one plain value."""
    return {
        **_basis(world, replications, seed),
        "lever": found.lever,
        "low": found.low,
        "high": found.high,
        "stated": None if math.isnan(found.stated) else found.stated,
        "best_throughout": found.winner,
        "evaluations": found.evaluations,
        "cancelled": found.cancelled,
        **{name: records(frame) for name, frame in breakeven_frames(found).items()},
    }


def map_pictures(found: SwitchingMap, world: Scenario, look: Look) -> dict[str, Picture]:
    """The map; nothing where it was not looked at to the end."""
    if found.cancelled:
        return {}
    from warrantysim.report.charts.switching import switching_chart

    x, y = (lever_with_unit(world, name, look.lang) for name in (found.x_lever, found.y_lever))
    return {"map": switching_chart(found, x_name=x, y_name=y, look=look)}


def map_record(found: SwitchingMap, world: Scenario, replications: int, seed: int) -> dict[str, Any]:
    """A map as one plain value."""
    basis = _basis(world, replications, seed)
    return {
        **basis,
        "x": found.x_lever,
        "y": found.y_lever,
        "cancelled": found.cancelled,
        "map": records(found.table()),
    }


def _basis(world: Scenario, replications: int, seed: int) -> dict[str, Any]:
    from warrantysim.scenario.digest import digest
    from warrantysim.version import __version__

    return {
        "version": __version__,
        "scenario": world.name,
        "digest": digest(world),
        "seed": seed,
        "replications": replications,
        "confidence": world.plan.confidence,
        "currency": world.reporting_currency,
    }
