"""The demo workspace: the reference seller decided, its quotes and what-ifs compared, as any user would ask for them.

Answers ship in `SHIPPED` (``make shipped``), so that a page shows them within seconds. They are taken only where this
version is asked for the same runs; else they are made while pages tell how far they are.
"""

from __future__ import annotations

import io
import json
import lzma
import math
import sys
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from warrantysim import packs
from warrantysim.analysis.cases import Case
from warrantysim.files.loading import load_scenario
from warrantysim.store.atomic import AlreadyThere, new_folder
from warrantysim.store.counting import counting, usual_rules
from warrantysim.store.deciding import confirmation_of
from warrantysim.store.inputs import Asked, asked_from
from warrantysim.store.job import BACKGROUND, Job
from warrantysim.store.jobs import Jobs
from warrantysim.store.runs import find, list_runs, sealed
from warrantysim.store.stored_run import ASKED, MANIFEST
from warrantysim.store.study import AskedQuestion
from warrantysim.store.workspace import Workspace

COMPARED = ("nff-up-10", "power-bank-recall")
"""What-ifs compared with the reference seller under today's rule."""
COMPARED_HOME = ("freight-up-40", "tariff-surcharge")
"""What-ifs compared under the rule that sends everything home: today's ships nothing across the sea."""
REPLICATIONS = 12
"""Years each is simulated."""
SHIPPED = Path(packs.__file__).with_name("demo.tar.xz")
"""Runs that ship: a folder each, and beside it what confirmed it, to be asked for."""
CONFIRMS = "confirmation"
"""Label of what confirmed a decision that ships: what claims came to is too much to ship."""
HEAVY = "training/"
"""Files of a run that are left out: what a decision was learned from."""


def ship(home: Workspace, file: Path, ids: set[str]) -> None:
    """Write runs of a workspace into a file that ships."""
    draft = file.with_suffix(".part")
    with tarfile.open(draft, "w:xz", preset=9) as archive:
        for id in sorted(ids):
            run = find(home, id)
            if run is None:
                raise LookupError(f"no run {id} in {home.folder}")
            files = {name: told for name, told in run.manifest["files"].items() if not name.startswith(HEAVY)}
            _add(archive, f"{id}/{MANIFEST}", json.dumps(sealed({**run.manifest, "files": files})).encode())
            for name in files:
                _add(archive, f"{id}/{name}", (run.folder / name).read_bytes())
            confirmed = confirmation_of(run, home)
            if confirmed is not None:
                _add(archive, f"{id}.behind.json", (confirmed.folder / ASKED).read_bytes())
    draft.replace(file)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def unpack(home: Workspace, wanted: set[str], file: Path) -> list[Asked]:
    """Put runs that ship into a workspace: those that are wanted and not there. Returns what confirmed them."""
    missing = {id for id in wanted if not (home.runs / id).exists()}
    if not missing or not file.is_file():
        return []
    behind = []
    try:
        with tarfile.open(file) as archive:
            held = {one.name: archive.extractfile(one).read() for one in archive}  # type: ignore[union-attr]
    except (tarfile.TarError, EOFError, lzma.LZMAError):
        return []  # Cut short on its way here: what it would have said is made.
    for id in missing & {name.partition("/")[0] for name in held}:
        with suppress(AlreadyThere), new_folder(home.runs / id, home.scratch) as draft:
            for name, content in held.items():
                if name.startswith(f"{id}/"):
                    into = draft / PurePosixPath(name).relative_to(id)
                    into.parent.mkdir(parents=True, exist_ok=True)
                    into.write_bytes(content)
        if told := held.get(f"{id}.behind.json"):
            behind.append(asked_from(json.loads(told)))
    return behind


def demo(folder: Path) -> Iterator[tuple[str, Asked]]:
    """What the demo asks for, with the label of each: a decision, what-ifs, and the other rule.

    ``folder``: where the shipped scenario files are.
    """
    base = load_scenario(folder / "base.yaml")
    home = load_scenario(folder / "base.yaml", policy=folder / "policies" / "all-home.yaml")
    yield base.name, AskedQuestion.of("decide", base)
    worlds = {name: load_scenario(folder / f"{name}.yaml") for name in (*COMPARED, *COMPARED_HOME)}
    cases = [
        Case.of(base, name="base"),
        *(Case.of(worlds[name], name=name) for name in COMPARED),
        Case.of(base, home.policy, name="all-home"),
        *(Case.of(worlds[name], home.policy) for name in COMPARED_HOME),
    ]
    yield "what-ifs", AskedQuestion.of("compare", cases, replications=REPLICATIONS)
    yield "quotes", AskedQuestion.of("quotes", base)


def ask_for_demo(jobs: Jobs, folder: Path, *, processes: int = 2, who: str = "", turn: int = 0) -> list[Job]:
    """Ask for all of it; what is stored already, or ships, answers at once. What ships leaves out is made behind it."""
    asked = dict(demo(folder))
    behind = unpack(jobs.workspace, {one.id for one in asked.values()}, SHIPPED)
    found = [jobs.submit(one, label=label, processes=processes, who=who, turn=turn) for label, one in asked.items()]
    for one in behind:
        jobs.submit(one, label=CONFIRMS, processes=processes, who=who, turn=BACKGROUND)
    return found


def ask_for_counts(jobs: Jobs, *, processes: int = 2, who: str = "") -> list[Job]:
    """Ask for what operations and quality are read from: the years of every simulation that confirmed a decision."""
    decided = (run for run in list_runs(jobs.workspace) if run.kind == "decide")
    confirming = [run for one in decided if (run := confirmation_of(one, jobs.workspace)) is not None]
    return [
        jobs.submit(
            counting(kind, run, usual_rules(run)), label=run.label, processes=processes, who=who, turn=BACKGROUND
        )
        for run in confirming
        for kind in ("operations", "quality")
    ]


if __name__ == "__main__":
    every = Jobs(Workspace.at(sys.argv[1]))
    made = [every.wait(job.id, math.inf, 1.0) for job in ask_for_demo(every, packs.SCENARIOS)]
    ship(every.workspace, SHIPPED, {job.run_id for job in made})
