"""How fast claims become records, and a year its answer: ``python -m benchmarks.engine [--repeat 5]``.

The engine in stages of columns, the event loop it is held to, and a plain SimPy model of the same claims, each in a
process of its own; before that, the rows of both engines on these claims are compared.
"""

from __future__ import annotations

import argparse
from statistics import median

from benchmarks import seller
from benchmarks.__main__ import measured
from tests.journeys.same import apart
from warrantysim.journeys.events import simulate_run

PEERS = (("events", "the event loop"), ("plain", "plain SimPy"))


def engine_sizes(repeat: int = 3) -> str:
    """The lines of the table about the engine. ``repeat``: runs of each part, the median counts, at least 3."""
    s, policy = seller.seller()
    claims = seller.claims_of(s, 20_000)
    stages, loop = (simulate_run(s, policy, claims, 1, 0, in_stages=k) for k in (True, False))
    if stages.events is not None or apart(stages, loop):
        raise SystemExit(f"stages and the event loop differ: {stages.events or apart(stages, loop)}")
    took = {part: measured(part, repeat) for part in ("ours", "events", "plain", "replication", "today")}
    seconds = {part: median(found["seconds"]) for part, found in took.items()}
    lines = [f"claim columns to records: {20_000 / seconds['ours']:,.0f} claims/s in stages"]
    lines += [
        f"  {20_000 / seconds[peer]:>10,.0f} claims/s by {name}, {seconds[peer] / seconds['ours']:.1f} times as long"
        for peer, name in PEERS
    ]
    lines += ["  rows of stages and event loop: equal"]
    lines += [f"one replication, births to summary: {seconds['replication']:.3f} s, wanted 0.15"]
    lines += [f"  a further policy on the same births: {seconds['today']:.3f} s"]
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="runs of each part, at least 3; the median counts")
    print(engine_sizes(parser.parse_args().repeat))
