"""The price of simplicity for programs and spreadsheets, and the priced rules as files to use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrantysim.report.export import records
from warrantysim.report.policy_file import policy_text

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.simplicity import Simplicity


def simplify_frames(found: Simplicity) -> dict[str, pd.DataFrame]:
    """Every table that holds a row, by file name; columns have English keys."""
    import pandas as pd

    undecided = [(" x ".join(grain) or "everything", why) for grain, why in found.undecided]
    frames = {"rules": found.table(), "undecided": pd.DataFrame(undecided, columns=["cells", "reason"])}
    return {name: frame for name, frame in frames.items() if len(frame)}


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
