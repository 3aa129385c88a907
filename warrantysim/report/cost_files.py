"""What rules cost, for programs: tidy frames to write, and one plain value to print as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from warrantysim.report.export import records

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.experiment.result import Result

SHOWN_BY = ("category", "market", "sku", "disposition")
"""Tables of costs that are printed too."""
WRITTEN_BY = (*SHOWN_BY, "channel", "partner", "month")
"""Tables of costs that are written."""


def cost_frames(result: Result) -> dict[str, pd.DataFrame]:
    """Every table of a simulation by file name; columns have English keys. Needs a complete replication."""
    frames = {"replications": result.totals, "years": result.yearly()}
    frames |= {f"cost_by_{by}": result.costs((by,)) for by in WRITTEN_BY}
    frames["cost_detail"] = result.costs(("sku", "market", "channel", "disposition", "partner", "category", "kind"))
    frames |= {f"days_by_{by}": result.days((by,)) for by in ("market", "sku", "disposition")}
    frames |= {f"claims_by_{by}": result.claims((by,)) for by in ("closure", "disposition")}
    frames["benches"] = result.benches()
    frames["benches_year"] = result.benches(("bench",))
    for k, name in enumerate(result.names[1:], start=1):
        found = [result.savings((by,), k).assign(by=by).rename(columns={by: "group"}) for by in ("market", "sku")]
        import pandas as pd

        whole = result.savings((), k).assign(by="all", group="all")
        joined = pd.concat([whole, *found], ignore_index=True)
        frames[f"saving_{safe_name(name)}"] = joined[["by", "group", *(c for c in joined if c not in {"by", "group"})]]
    return frames


def provenance(result: Result, changes: Sequence[str]) -> dict[str, Any]:
    """Where the figures come from: enough to make them again."""
    return {
        "version": result.version,
        "scenario": result.scenario.name,
        "digest": result.digest,
        "changes": list(changes),
        "seed": result.seed,
        "replications": list(result.complete),
        "policies": list(result.names),
        "currency": result.scenario.reporting_currency,
        "horizon": {"first_day": result.scenario.horizon.first_day, "days": result.scenario.horizon.days},
        "confidence": result.level,
        "failures": [{"replication": f.replication, "kind": f.kind, "message": f.message} for f in result.failures],
    }


def cost_record(result: Result, changes: Sequence[str]) -> dict[str, Any]:
    """A simulation as one plain value."""
    value = provenance(result, changes)
    if result.complete:
        value["years"] = records(result.yearly())
        value |= {f"cost_by_{by}": records(result.costs((by,))) for by in SHOWN_BY}
        value["days"] = records(result.days())
        value["savings"] = {name: records(result.savings((), k))[0] for k, name in enumerate(result.names[1:], start=1)}
    return value


def safe_name(text: str) -> str:
    """A text as part of a file name."""
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in text).strip("-") or "policy"
