"""*Quality*: which products and faults cost most, how that moves, and what customers experience, for design."""

from __future__ import annotations

from warrantysim.locale.wording import named, say
from warrantysim.report.charts.pareto import pareto_chart
from warrantysim.store.stored_run import StoredRun
from warrantysim.ui import reading
from warrantysim.ui.components.counted import counted_rules, show_counted
from warrantysim.ui.components.exports import exported_picture
from warrantysim.ui.language import lang
from warrantysim.ui.session import look


def show() -> None:
    """Draw the page."""
    show_counted("quality", _costs)


def _costs(run: StoredRun) -> None:
    """Before anything was counted: cost by product, which every simulation keeps."""
    scenario, case = reading.scenario_behind(run), next(iter(counted_rules(run)))
    frame = reading.frame(run, "cost_by_sku")
    own = frame[(frame["policy"] == case) & (frame["sku"] != "")]
    called = {row.sku: row.name_zh if lang() == "zh" else row.name_en for row in scenario.skus}
    picture = pareto_chart(
        [called[sku] for sku in own["sku"]],
        own["mean"].tolist(),
        scenario.reporting_currency,
        title=say("chart.pareto_of", lang(), measure=named("measure", "cost", lang())),
        days=scenario.horizon.days,
        look=look(),
    )
    exported_picture(picture, f"warrantysim_quality_products_{run.id}", "quality_products")
