"""A comparison for programs and spreadsheets: tidy frames to write, and one plain value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from warrantysim.locale.wording import named, say
from warrantysim.report.export import records
from warrantysim.report.rows import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.analysis.bridge import Bridge
    from warrantysim.analysis.what_if import WhatIf
    from warrantysim.report.charts.theme import Look, Picture


def compare_frames(found: WhatIf) -> dict[str, pd.DataFrame]:
    """Every table that holds a row, by file name; columns have English keys."""
    import pandas as pd

    result = found.comparison
    frames = {"inputs": result.inputs(), "costs": result.yearly(), "service": result.service()}
    for by in ("sku", "market", "product_category", "category"):
        frames[f"costs_by_{by}"] = result.costs((by,))
    for by in ("sku", "market", "product_category"):
        frames[f"service_by_{by}"] = result.service((by,))
    frames["bridge_by_category"] = pd.concat([_steps(n, b) for n, b in found.categories.items()] or [pd.DataFrame()])
    frames["bridge_by_driver"] = pd.concat([_steps(n, b) for n, b in found.drivers.items()] or [pd.DataFrame()])
    readings = [reaction.table().assign(case=name) for name, reaction in found.reactions.items()]
    frames["reactions"] = pd.concat(readings or [pd.DataFrame()])
    return {name: frame.reset_index(drop=True) for name, frame in frames.items() if len(frame)}


def _steps(name: str, bridge: Bridge) -> pd.DataFrame:
    frame = bridge.table()
    frame.insert(0, "case", name)
    return frame.assign(start=float(bridge.start.mean()), end=float(bridge.end.mean()))


def compare_pictures(found: WhatIf, look: Look) -> dict[str, Picture]:
    """Costs by category and days of every case; of every case that differs where that lies, and both bridges."""
    import pandas as pd

    from warrantysim.analysis.measures import TOTAL
    from warrantysim.report.case_titles import case_titles
    from warrantysim.report.charts.bridge import bridge_chart
    from warrantysim.report.charts.costs import cost_chart
    from warrantysim.report.charts.days import days_chart, days_quantiles

    result = found.comparison
    if not result.replications:
        return {}
    names = [case.name for case in result.cases]
    titles = dict(zip(names, case_titles(result.cases, look.lang), strict=True))
    order = [result.baseline, *result.others]
    base, currency = result.cases[result.baseline], result.cases[result.baseline].world.reporting_currency
    rows = []
    for i in order:
        costs = result.samples(TOTAL, i, ("category",))
        means = costs.values.mean(axis=1)
        rows += [(result.cases[i].name, key[0], mean) for key, mean in zip(costs.keys, means, strict=True)]
    frame = pd.DataFrame(rows, columns=["policy", "category", "mean"])
    days = {result.cases[i].name: [run.summary.year.days for run in result.runs[i]] for i in order}
    horizon = base.world.horizon.days
    out = {
        "costs": cost_chart(frame, currency, titles=titles, look=look),
        "days": days_chart(days_quantiles(days), titles=titles, look=look),
    }
    for name in names:
        out |= _where(found, name, currency, look)
    for kind, bridges in (("category", found.categories), ("driver", found.drivers)):
        for name, bridge in bridges.items():
            if bridge.steps.any():
                out[f"bridge_by_{kind}_{name}"] = bridge_chart(
                    bridge, currency, titles[base.name], titles[name], days=horizon, look=look
                )
    return out


def _where(found: WhatIf, case: str, currency: str, look: Look) -> dict[str, Picture]:
    """Which markets, categories and products make the difference of one case."""
    from warrantysim.report.charts.differences import Difference, difference_chart

    out = {}
    for by in ("market", "product_category", "sku"):
        frame = found.comparison.costs((by,))
        rows = [
            Difference(
                named(by, str(r[by]), look.lang) or say("disposition.", look.lang), r["difference"], r["low"], r["high"]
            )
            for r in rows_of(frame[frame["case"] == case] if len(frame) else frame)
            if r["difference"]
        ]
        if rows:
            title = say(f"compare.by_{by}_chart", look.lang)
            days = found.comparison.cases[found.comparison.baseline].world.horizon.days
            out[f"by_{by}_{case}"] = difference_chart(rows, currency, title, days=days, look=look)
    return out


def compare_record(found: WhatIf) -> dict[str, Any]:
    """A comparison as one plain value."""
    from warrantysim.schema.digest import digest
    from warrantysim.version import __version__

    result = found.comparison
    return {
        "version": __version__,
        "baseline": result.cases[result.baseline].name,
        "cases": [{"name": c.name, "digest": digest(c.whole)} for c in result.cases],
        "seed": result.seed,
        "replications": len(result.replications),
        "confidence": result.level,
        "currency": result.cases[result.baseline].world.reporting_currency,
        "carbon_method": result.carbon,
        "cancelled": found.cancelled,
        "failures": [str(failure) for failure in result.failures],
        **{name: records(frame) for name, frame in compare_frames(found).items()},
    }
