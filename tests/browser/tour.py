"""Every view of every page, by what its address says, and a workspace in which each has something to show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from warrantysim.analysis.cases import Case
from warrantysim.files.loading import load_scenario
from warrantysim.store import approvals
from warrantysim.store.inputs import Asked
from warrantysim.store.jobs import Jobs
from warrantysim.store.runs import list_runs
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace
from warrantysim.studies.decide.files import policy_chosen, policy_ticked
from warrantysim.ui import compare, inputs, quotes, runs, scenarios, thresholds
from warrantysim.ui.operations import REPLAY
from warrantysim.ui.pages import PAGES

NAMES = [name for pages in PAGES.values() for name in pages]
"""Pages."""
SEGMENTS = {
    "thresholds": ("thresholds_part", thresholds.PARTS),
    "quotes": ("quotes_view", quotes.VIEWS),
    "compare": ("compare_view", ("answer", "where", "drivers", "react", "studies")),
    "operations": ("operations_view", ("promises", "benches", "open", "freight", "pool", REPLAY)),
    "quality": ("quality_view", ("pareto", "trend", "worth", "customers")),
    "inputs": ("inputs_part", inputs.PARTS),
    "scenarios": ("scenarios_part", scenarios.PARTS),
    "runs": ("runs_view", tuple(runs.VIEWS)),
}
"""Parts a page shows one at a time: the key of the choice, and its options, the first of which is shown unasked."""
View = tuple[str, str, dict[str, str]]
"""A page, what the view is called, and what its address says."""
VIEWS: list[View] = [
    *((page, part, {key: part}) for page, (key, parts) in SEGMENTS.items() for part in parts[1:]),
    ("thresholds", "picture", {"thresholds_view": "picture"}),
    *(
        ("compare", f"sensitivity-{kind}", {"compare_view": "studies", "compare_study": kind})
        for kind in compare.OFFERED[1:]
    ),
]
"""What a page does not show unasked."""


def live_in(workspace: Workspace, asked: list[Asked]) -> None:
    """What months of work leave in a workspace: studies, and rules proposed and signed. Done twice it adds nothing."""
    jobs = Jobs(workspace)
    for one in asked:
        ended = jobs.wait(jobs.submit(one, label=label(one), who="Li Wei").id, 1800)
        assert ended.state == "finished", jobs.log(ended.id)
    if approvals.policy_versions(workspace):
        return
    decided = next(run for run in list_runs(workspace) if run.kind == "decide")
    world = decided.asked.scenario
    found = decided.found
    whole = policy_chosen("recommended", found, world)
    signed = approvals.draft(workspace, whole, run_id=decided.id, note="month-end", who="Li Wei")
    approvals.approve(workspace, signed.id, who="Zhang Min", note="agreed")
    fewer = policy_ticked(found, world, [change.name for change in found.changes if change.taken][:5])
    approvals.draft(workspace, fewer, run_id=decided.id, note="the five that save most", who="Li Wei")


def studies(scenarios: Path) -> list[Asked]:
    """One of every kind a page shows and the demo has none of, each as small as it can be."""
    base = load_scenario(scenarios / "base.yaml")
    home = load_scenario(scenarios / "base.yaml", policy=scenarios / "policies" / "all-home.yaml").policy
    cases = [Case.of(base, name="base"), Case.of(base, home, name="all-home")]
    lever: dict[str, Any] = {"path": "freight_breaks[*,*].rate", "how": "times"}
    sales = {"path": "sales[*,*,*].units_per_month", "how": "times"}
    few: dict[str, Any] = {"replications": 2}
    across, down = {**lever, "low": 0.5, "high": 2.0}, {**sales, "low": 0.5, "high": 1.5}
    return [
        AskedQuestion.of("sensitivity", cases, like="channels*", draws=16, **few),
        AskedQuestion.of("breakeven", cases, lever=lever, low=0.5, high=3.0, tolerance=0.1, **few),
        AskedQuestion.of("switching", cases, x=across, y=down, steps=2, **few),
        AskedQuestion.of("simplify", cases[:1], grains=[[]], steps=[5], **few),
        AskedQuestion.of("sweep", cases[:1], lever="freight_breaks[*,*].rate", at=[0.8, 1.2], factor=True, **few),
    ]


def label(asked: Asked) -> str:
    """What a study is called in lists."""
    return f"{asked.kind} of the month"
