"""The demo workspace: the reference seller decided, and what-ifs compared, as any user would ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from warrantysim.analysis.cases import Case
from warrantysim.files.loading import load_scenario
from warrantysim.store.counting import counting, usual_rules
from warrantysim.store.job import Job
from warrantysim.store.jobs import Jobs
from warrantysim.store.requests import Asked
from warrantysim.store.runs import list_runs
from warrantysim.store.study import Study
from warrantysim.ui.compared import comparison

COMPARED = ("nff-up-10", "power-bank-recall")
"""What-ifs compared with the reference seller under today's rule."""
COMPARED_HOME = ("freight-up-40", "tariff-surcharge")
"""What-ifs compared under the rule that sends everything home: today's ships nothing across the sea."""
REPLICATIONS = 12
"""Years each is simulated."""


def demo(folder: Path) -> Iterator[tuple[str, Asked]]:
    """What the demo asks for, with the label of each: a decision, what-ifs, and the other rule.

    ``folder``: where the shipped scenario files are.
    """
    base = load_scenario(folder / "base.yaml")
    home = load_scenario(folder / "base.yaml", policy=folder / "policies" / "all-home.yaml")
    yield base.name, Study.of("decide", base)
    worlds = {name: load_scenario(folder / f"{name}.yaml") for name in (*COMPARED, *COMPARED_HOME)}
    cases = [
        Case.of(base, name="base"),
        *(Case.of(worlds[name], name=name) for name in COMPARED),
        Case.of(base, home.policy, name="all-home"),
        *(Case.of(worlds[name], home.policy) for name in COMPARED_HOME),
    ]
    yield "what-ifs", comparison(cases, REPLICATIONS)


def ask_for_demo(jobs: Jobs, folder: Path, *, processes: int = 2, who: str = "") -> list[Job]:
    """Ask for all of it; what is stored already answers at once."""
    return [jobs.submit(asked, label=label, processes=processes, who=who) for label, asked in demo(folder)]


def ask_for_counts(jobs: Jobs, *, processes: int = 2, who: str = "") -> list[Job]:
    """Ask for what operations and quality are read from: the years of every simulation that confirmed a decision."""
    confirming = [run for run in list_runs(jobs.workspace) if run.kind == "simulate" and run.manifest.get("part_of")]
    return [
        jobs.submit(counting(kind, run, usual_rules(run)), label=run.label, processes=processes, who=who)
        for run in confirming
        for kind in ("operations", "quality")
    ]
