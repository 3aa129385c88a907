"""One part in a process of its own, so that its memory is its own: ``python -m benchmarks.child PART CLAIMS RUNS``.

Prints one JSON object. Peak memory is the largest resident set of the process (``resource.getrusage``): Python, the
packages and the inputs are in it; ``loaded_mb`` is what it was before the part began.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from benchmarks.parts import PARTS
from warrantysim.experiment.workers import hold_memory


def peak_mb() -> float | None:
    """Largest resident set so far [MB]; None on systems that do not tell."""
    try:
        import resource
    except ImportError:
        return None
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest / (1e6 if sys.platform == "darwin" else 1e3)


def main(part: str, claims: str, runs: str) -> None:
    """Run a part, with memory kept as in every process that does the work, and print what it took."""
    hold_memory()
    loaded = peak_mb()
    found = asdict(PARTS[part](int(claims), int(runs)))
    print(json.dumps(found | {"loaded_mb": loaded, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
