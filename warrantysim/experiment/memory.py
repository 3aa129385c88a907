"""How much memory a replication takes, foretold from what is sold, and how many processes that leaves room for.

Everything a replication needs is columns a claim, so it grows like the claims that are born. What is looked at claim by
claim and arm by arm is done by blocks (`potential.TOGETHER`) and takes the same however many there are.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from warrantysim.experiment.births import prepared
from warrantysim.experiment.workers import Watched, Workers, process_count
from warrantysim.schema.clock import DAY
from warrantysim.schema.recent import recent
from warrantysim.schema.root import Scenario

PROCESS = 350 * 1e6
"""What a process takes with what is compiled of a scenario, and a block of claims [bytes]."""
PER_CLAIM = 1_100.0
"""What a claim that is born takes in the process that looks at its replication, at most [bytes]."""
LEARNED = 700.0
"""What a claim that is learned from takes in the process that decides, a replication [bytes]."""
HELD_BACK = 0.1
"""Part of the memory that is there which is left to others [share]."""


@recent(4)
def expected_claims(scenario: Scenario) -> float:
    """Claims that are born in a replication, were each failure under warranty claimed, evenly over it; and those stated
    [count]."""
    whole, horizon = prepared(scenario), scenario.horizon
    sold = whole.cohorts
    warranty = np.maximum(whole.terms.warranty_days[sold.terms], 1.0) * DAY
    begin = np.maximum(sold.start, -horizon.run_in_days * DAY)
    end = np.minimum(sold.start + warranty, (horizon.days + horizon.run_out_days) * DAY)
    share = np.clip((end - begin) / warranty, 0.0, 1.0) * (sold.fails_below + 1.0 - sold.files_from)
    return float((sold.units * share).sum()) + len(scenario.claims_table)


def replication_bytes(scenario: Scenario) -> float:
    """About what a process takes at most that finds out what each claim of a replication would come to [bytes]."""
    return PROCESS + PER_CLAIM * expected_claims(scenario)


def learned_bytes(scenario: Scenario, replications: int) -> float:
    """What the process takes at most that learns from so many replications [bytes]."""
    return LEARNED * expected_claims(scenario) * replications


def available(system: Path = Path("/")) -> float:
    """Memory a process could still have, within what its group of processes is allowed; infinite where the system does
    not tell [bytes]."""
    room = [float("inf")]
    try:
        told = dict(line.split(":") for line in (system / "proc/meminfo").read_text().splitlines())
        room.append(float(told["MemAvailable"].split()[0]) * 1024)
    except (OSError, KeyError, ValueError):
        pass
    try:
        group = system / "sys/fs/cgroup"
        most, used = ((group / name).read_text().strip() for name in ("memory.max", "memory.current"))
        if most != "max":
            room.append(float(most) - float(used))
    except (OSError, ValueError):
        pass
    return max(min(room), 0.0)


def fitting(jobs: Workers, each: float, whole: float = 0.0, room: float | None = None) -> Workers:
    """As many processes of this machine as there is memory for, at least this one; executors and what is looked after
    stay as they are.

    ``each``: what one takes; ``whole``: what this process takes besides; ``room``: what there is, as `available` has it
    [bytes].
    """
    if isinstance(jobs, Watched):
        fewer = fitting(jobs.workers, each, whole, room)
        return jobs if isinstance(fewer, Watched) else replace(jobs, workers=fewer)
    if not isinstance(jobs, int) or jobs == 1:
        return jobs
    wanted = process_count(jobs)
    there = (available() if room is None else room) * (1.0 - HELD_BACK) - whole
    return jobs if wanted * each <= there else max(1, min(wanted, int(there // each)))
