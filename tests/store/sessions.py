"""What people do in a session, step by step: a step is told only once it is kept, and whoever was told can look.

``python -m tests.store.sessions FOLDER STEPS WHO...`` is a server with a session a person, each in a thread of its own,
as a server of the app has them. Every step is a line on standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from threading import Lock, Thread
from typing import Any

import numpy as np

from tests.experiment.tiny import plain
from tests.store.small import LIMIT, RESHIP, asked
from warrantysim.store import approvals, runs, scenarios, uploads
from warrantysim.store.approvals import NoSuchPolicy
from warrantysim.store.audit import audit_log
from warrantysim.store.jobs import Jobs
from warrantysim.store.versions import NoSuchVersion
from warrantysim.store.workspace import Workspace

Told = dict[str, Any]
"""What a step kept: ``what``, and what to look for."""


def steps(home: Workspace, who: str, seed: int) -> Iterator[Told]:
    """Steps without end, in an order of this seed's own."""
    luck = np.random.Generator(np.random.PCG64([seed, *who.encode()]))
    acts: tuple[Callable[[Workspace, str, int], Told], ...] = (_ask, _propose, _what_if, _bring, _look)
    while True:
        act = acts[int(luck.integers(len(acts)))]
        yield {**act(home, who, int(luck.integers(1_000_000))), "who": who}


def _ask(home: Workspace, who: str, n: int) -> Told:
    job = Jobs(home, LIMIT).submit(asked(2, seed=n % 7), who=who)
    return {"what": "job", "id": job.id, "run": job.run_id}


def _propose(home: Workspace, who: str, n: int) -> Told:
    version = approvals.draft(home, RESHIP, note=str(n), who=who)
    approvals.approve(home, version.id, who=f"{who}'s other", note=str(n))
    return {"what": "policy", "id": version.id, "note": str(n)}


def _what_if(home: Workspace, who: str, n: int) -> Told:
    world = plain().replace(experience=plain().experience.replace(grace_days=n % 1000 / 10))
    version = scenarios.keep_scenario(home, "shared", world, why=str(n), who=who)
    return {"what": "scenario", "ref": version.ref, "grace_days": world.experience.grace_days}


def _bring(home: Workspace, who: str, n: int) -> Told:
    version = uploads.keep_upload(home, "rates", {"rates.csv": f"{who},{n}\n".encode()}, who=who)
    return {"what": "upload", "ref": version.ref, "content": f"{who},{n}\n"}


def _look(home: Workspace, who: str, n: int) -> Told:
    for run in runs.list_runs(home)[:2]:
        assert len(run.frame("years"))
    Jobs(home, LIMIT).tend()
    return {"what": "look", "who": who}


def kept(home: Workspace, told: Told) -> bool:
    """Whether what a step told of is there, as it was told."""
    try:
        match told["what"]:
            case "job":
                return Jobs(home, LIMIT).get(told["id"]).run_id == told["run"]
            case "policy":
                version = approvals.version_of(home, told["id"])
                return version.last.step == "approved" and version.last.note == told["note"]
            case "scenario":
                return scenarios.kept_scenario(home, told["ref"]).experience.grace_days == told["grace_days"]
            case "upload":
                return uploads.upload(home, told["ref"]).path("rates.csv").read_text("utf-8") == told["content"]
            case "look":
                return True
    except (LookupError, NoSuchPolicy, NoSuchVersion):
        return False
    raise ValueError(told["what"])


def serve(folder: str, count: int, people: list[str], seed: int) -> None:
    """So many steps of every person at once, told as they are kept."""
    home, lock = Workspace.at(folder), Lock()

    def session(who: str) -> None:
        for _, told in zip(range(count), steps(home, who, seed), strict=False):
            with lock:
                sys.stdout.write(json.dumps(told) + "\n")
                sys.stdout.flush()

    threads = [Thread(target=session, args=(who,), daemon=True) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def audited(home: Workspace, who: str) -> list[str]:
    """What the log says somebody did, the first first."""
    return [entry.what for entry in audit_log(home, most=100_000) if entry.who == who][::-1]


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), sys.argv[4:], int(sys.argv[3]))
