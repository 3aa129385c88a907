"""The price of simplicity for programs and spreadsheets, its chart, and the priced rules as files to use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrantysim.report.export import records
from warrantysim.report.policy_file import policy_text
from warrantysim.report.rows import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.simplicity import Simplicity
    from warrantysim.report.charts.theme import Look, Picture

WIDE = 200
"""Width at which nothing is broken [columns of text]."""


def simplify_frames(found: Simplicity) -> dict[str, pd.DataFrame]:
    """Every table that holds a row, by file name; columns have English keys."""
    import pandas as pd

    undecided = [(" x ".join(grain) or "everything", why) for grain, why in found.undecided]
    frames = {"rules": found.table(), "undecided": pd.DataFrame(undecided, columns=["cells", "reason"])}
    return {name: frame for name, frame in frames.items() if len(frame)}


def simplify_pictures(found: Simplicity, look: Look) -> dict[str, Picture]:
    """What every other rule costs more than the finest, from fine to coarse."""
    from warrantysim.report.charts.differences import Difference, difference_chart
    from warrantysim.report.simplify_report import SimplifyPage, capital

    page = SimplifyPage("simplify", look.lang, WIDE)
    rows = [
        Difference(capital(page.what(one)), float(r["difference"]), float(r["low"]), float(r["high"]))
        for one, r in list(zip(found.rules, rows_of(found.table()), strict=True))[1:]
    ]
    if not rows:
        return {}
    title, days = page.say("chart"), found.world.horizon.days
    return {
        "rules": difference_chart(
            rows, found.world.reporting_currency, title, days=days, sort=False, most=len(rows), look=look
        )
    }


def simplify_texts(found: Simplicity) -> dict[str, str]:
    """The decided rules as policy files, by file name."""
    out = {}
    for one in found.rules:
        if one.grain is not None:
            name = "-".join(("rules", *one.grain)) if one.grain else "rules-everything"
            name += "" if one.step is None else f"-to-{one.step:g}"
            out[f"{name}.yaml"] = policy_text(one.policy.replace(name=name))
    return out


def simplify_record(found: Simplicity) -> dict[str, Any]:
    """The study as one plain value."""
    from warrantysim.scenario.digest import digest
    from warrantysim.version import __version__

    world = found.world
    return {
        "version": __version__,
        "scenario": world.name,
        "digest": digest(world),
        "seed": found.seed,
        "replications": found.replications,
        "confidence": found.level,
        "currency": world.reporting_currency,
        "materiality": found.materiality,
        "simplest": found.simplest(),
        "cancelled": found.cancelled,
        **{name: records(frame) for name, frame in simplify_frames(found).items()},
    }
