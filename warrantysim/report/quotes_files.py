"""The quotes study for programs and spreadsheets: tidy frames to write, and one plain value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from warrantysim.report.export import records

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.quote_findings import QuoteFindings


def quotes_frames(found: QuoteFindings) -> dict[str, pd.DataFrame]:
    """Every table that holds a row, by file name; columns have English keys."""
    study = found.study
    frames = {
        "ranking": study.ranking(),
        "values": study.values(),
        "selection": study.selection.table(),
        "winning_prices": prices_frame(found),
        "work": found.work,
        "good_units": found.good_units,
        "statements": found.months,
        "crossovers": found.crossovers,
        "pools": found.pools,
        "awards": found.awards,
        "stakes": found.stakes,
        "exits": found.exits,
        "open_terms": found.open_terms,
    }
    return {name: frame for name, frame in frames.items() if frame is not None and len(frame)}


def prices_frame(found: QuoteFindings) -> pd.DataFrame:
    """Winning prices: quote, factor, low, high."""
    import pandas as pd

    rows = [(p.quote, p.factor, p.low, p.high) for p in found.prices]
    return pd.DataFrame(rows, columns=["quote", "factor", "low", "high"])


def quotes_record(found: QuoteFindings, changes: Sequence[str]) -> dict[str, Any]:
    """A study as one plain value."""
    from warrantysim.schema.digest import digest
    from warrantysim.version import __version__

    study, world = found.study, found.study.world
    chosen = study.selection
    return {
        "version": __version__,
        "scenario": world.name,
        "digest": digest(world),
        "changes": list(changes),
        "seed": study.seed,
        "replications": study.replications,
        "confidence": study.level,
        "currency": world.reporting_currency,
        "horizon": {"first_day": world.horizon.first_day, "days": world.horizon.days},
        "cancelled": found.cancelled,
        "sign": list(study.best.signed),
        "guarantee": {
            "holds": chosen.guaranteed,
            "within": chosen.within,
            "confidence": chosen.confidence,
            "runs": chosen.runs,
        },
        **{name: records(frame) for name, frame in quotes_frames(found).items()},
    }
