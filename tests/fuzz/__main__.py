"""``make fuzz``: thousands of mutants read, hundreds simulated; ends with 1 where one of them does harm."""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

from tests.fuzz.mutants import mutant, odd_figures

HANGS = 60
"""A mutant that takes longer hangs [s]."""
LARGEST = 1e9
"""Memory no process may exceed [bytes]."""


ENDED = "state a later calendars."
"""What a run is told whose queue outgrows a working calendar: a refusal with its place."""


def main() -> int:
    """Read and simulate mutants; tell what harm was done."""
    asked = argparse.ArgumentParser(prog="make fuzz")
    asked.add_argument("--mutants", type=int, default=5000, help="mutants read at least; at most three times as many")
    asked.add_argument("--simulate", type=int, default=500, help="those that are read and simulated")
    asked.add_argument("--first", type=int, default=0)
    options = asked.parse_args()
    counts: Counter[str] = Counter()
    signal.signal(signal.SIGALRM, _hang)
    warnings.simplefilter("error")
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.first, options.first + 3 * options.mutants):
            if seed >= options.first + options.mutants and counts["simulated"] >= options.simulate:
                break
            counts["mutants"] += 1
            signal.alarm(HANGS)
            try:
                found = mutant(seed, Path(folder))
                counts["refused" if found.refused else "read"] += 1
                for problem in found.problems:
                    _harm(counts, "a problem without a place", seed, problem)
                if found.scenario is not None and counts["simulated"] < options.simulate:
                    counts["simulated"] += 1
                    odd = odd_figures(found.scenario)
                    if odd and all(ENDED in one for one in odd):
                        counts["ended at a calendar"] += 1
                    else:
                        counts["finite"] += not odd
                        for one in odd:
                            _harm(counts, "odd figures", seed, one)
            except Exception:
                _harm(counts, "a traceback", seed, traceback.format_exc(limit=-4))
            signal.alarm(0)
    peaks = [resource.getrusage(who).ru_maxrss * 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    if max(peaks) > LARGEST:
        _harm(counts, "a process over 1 GB", 0, f"{max(peaks) / 1e6:,.0f} MB")
    sys.stdout.write(
        f"{dict(counts)}, largest process {max(peaks) / 1e6:,.0f} MB, "
        f"{time.process_time() - began:,.0f} s of processor time\n"
    )
    return 1 if counts["harm"] else 0


def _hang(*_: object) -> None:
    raise TimeoutError(f"hangs: over {HANGS} s")


def _harm(counts: Counter[str], what: str, seed: int, told: str) -> None:
    counts["harm"] += 1
    sys.stdout.write(f"mutant {seed}: {what}: {told}\n")


if __name__ == "__main__":
    raise SystemExit(main())
