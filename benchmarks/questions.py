"""How long finance waits for an answer on the base scenario: ``python -m benchmarks.questions [--json FILE]``.

Comparing two stored runs must take under a second, a study of three quotes under five minutes on two cores; shared
luck must narrow the interval of 5 % dearer freight to a third at most. Exit code 1 where one of these fails.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from warrantysim.analysis.cases import Case
from warrantysim.analysis.comparison import compare, comparison_of
from warrantysim.analysis.quote_findings import findings
from warrantysim.analysis.quote_offers import study_quotes
from warrantysim.experiment.simulate import simulate
from warrantysim.files.loading import load_policy, load_scenario
from warrantysim.store.inputs import Inputs
from warrantysim.store.runs import find_run
from warrantysim.store.saving import save
from warrantysim.store.workspace import Workspace

SCENARIOS = Path(__file__).parent.parent / "scenarios"
DEARER = ("freight_breaks[*,*].rate*=1.05", "freight_lanes[*].minimum*=1.05")
"""5 % dearer freight."""
JOBS = 2


@dataclass(frozen=True)
class Answer:
    """One question, what it took or found, and what it must stay within."""

    question: str
    """In words."""
    value: float
    """What it took or found."""
    limit: float
    """At most."""
    unit: str
    """Of both."""
    note: str = ""
    """What else was seen."""

    @property
    def holds(self) -> bool:
        """Whether it stays within."""
        return self.value <= self.limit

    def __str__(self) -> str:
        verdict = "yes" if self.holds else "NO"
        return f"{self.question:44}{self.value:>10.3f}{self.limit:>8.3f} {self.unit:8}{verdict:5}{self.note}"


def stored(replications: int) -> Answer:
    """Two stored runs, read and compared by every table of the compare page; the least of three readings."""
    cases = [load_scenario(SCENARIOS / name) for name in ("base.yaml", "guide-off.yaml")]
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.at(folder)
        ids = []
        for world in cases:
            inputs = Inputs.of(world, replications=replications)
            ids.append(save(workspace, inputs, simulate(world, replications=replications, jobs=JOBS)).id)
        took = []
        for _ in range(3):
            # Processor time: one process reads and adds up, and a busy machine blurs it less.
            begin = time.process_time()
            runs = [(w.name, find_run(workspace, id).result, 0) for w, id in zip(cases, ids, strict=True)]
            found = comparison_of(runs)
            found.inputs(), found.yearly(), found.service()
            for by in ("sku", "market", "product_category", "category"):
                found.costs((by,))
            took.append(time.process_time() - begin)
    seconds = ", ".join(f"{t:.2f}" for t in took)
    return Answer(
        "compare two stored runs, processor time", min(took), 1.0, "s", f"{replications} replications each; {seconds} s"
    )


def freight(replications: int) -> Answer:
    """The interval of 5 % dearer freight under a rule that ships to China, against that on independent luck."""
    home = load_policy(SCENARIOS / "policies" / "all-home.yaml")
    worlds = [load_scenario(SCENARIOS / "base.yaml", changes) for changes in ((), DEARER)]
    cases = [Case(name, world, home) for name, world in zip(("as stated", "dearer"), worlds, strict=True)]
    row = compare(cases, replications=replications, jobs=JOBS).costs(()).iloc[0]
    note = f"half-width {row.half_width:,.0f} on shared luck, {row.unpaired_half_width:,.0f} on independent luck"
    return Answer(
        "freight + 5 %: interval, shared luck", row.half_width / row.unpaired_half_width, 1 / 3, "ratio", note
    )


def quotes(replications: int) -> Answer:
    """Every set of the three demo quotes decided anew, simulated, ranked, and all details, on two processes."""
    told: set[tuple[str, int]] = set()
    begin = time.perf_counter()
    study = study_quotes(
        load_scenario(SCENARIOS / "base.yaml"), replications=replications, jobs=JOBS,
        progress=lambda stage, done, _: told.add((stage, done)),
    )  # fmt: skip
    found = findings(study, jobs=JOBS)
    took = time.perf_counter() - begin
    signed = " + ".join(study.best.signed) or "none"
    note = f"{len(study.offers)} sets, signs {signed}, {len(told)} steps told, {len(found.prices)} winning prices"
    return Answer("study of 3 quotes, 2 processes, by the clock", took / 60, 5.0, "min", note)


QUESTIONS: dict[str, Callable[[int], Answer]] = {"compare": stored, "freight": freight, "quotes": quotes}
"""By name: a function of replications."""


def main() -> int:
    """Ask and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.questions", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(QUESTIONS), default=list(QUESTIONS), help="some questions")
    parser.add_argument("--replications", type=int, default=20, help="of each case (default 20)")
    parser.add_argument("--json", type=Path, help="also write every figure to this file")
    options = parser.parse_args()
    load = f"load {os.getloadavg()[0]:.1f} before" if hasattr(os, "getloadavg") else "load not told"
    print(f"{os.cpu_count()} cores, {load}; base scenario, {options.replications} replications")
    print(f"{'':44}{'found':>10}{'limit':>8} {'':8}holds")
    answers = []
    for name in options.only:
        answers.append(QUESTIONS[name](options.replications))
        print(answers[-1], flush=True)
    if options.json:
        found = [asdict(answer) | {"holds": answer.holds} for answer in answers]
        options.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return 0 if all(answer.holds for answer in answers) else 1


if __name__ == "__main__":
    sys.exit(main())
