"""Sensitivity for programs and spreadsheets: tidy frames to write, one plain value, and the tornado."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrantysim.report.export import records

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.sensitivity_study import SensitivityStudy
    from warrantysim.report.charts.theme import Look, Picture


def sensitivity_frames(found: SensitivityStudy) -> dict[str, pd.DataFrame]:
    """Every table that was asked for, by file name; columns have English keys."""
    frames: dict[str, pd.DataFrame | None] = {"tornado": found.tornado.table()}
    if found.together is not None:
        together = found.together
        frames |= {
            "stability": together.whole.table(),
            "stability_by_cell": together.by_cell.table(),
            "information": together.information.table(),
        }
    frames |= {"morris": found.screening, "sobol": found.variance}
    return {name: frame for name, frame in frames.items() if frame is not None}


def sensitivity_pictures(found: SensitivityStudy, look: Look) -> dict[str, Picture]:
    """The tornado."""
    from warrantysim.report.charts.tornado import tornado_chart

    return {"tornado": tornado_chart(found.tornado, found.world.reporting_currency, look=look)}


def sensitivity_record(found: SensitivityStudy) -> dict[str, Any]:
    """A study as one plain value."""
    from warrantysim.schema.digest import digest
    from warrantysim.version import __version__

    whole = found.tornado.interval
    return {
        "version": __version__,
        "scenario": found.world.name,
        "digest": digest(found.world),
        "now": found.names[0],
        "new": found.names[1],
        "seed": found.seed,
        "replications": len(found.tornado.stated),
        "confidence": found.tornado.level,
        "currency": found.world.reporting_currency,
        "difference": float(whole.mean),
        "low": float(whole.low),
        "high": float(whole.high),
        "inputs_left": found.tornado.left,
        "cancelled": found.cancelled,
        **{name: records(frame) for name, frame in sensitivity_frames(found).items()},
    }
