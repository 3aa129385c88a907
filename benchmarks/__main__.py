"""Speed side by side with peers, one run, one table: ``python -m benchmarks [--repeat 5] [--json FILE]``."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.report import report

CLAIMS = {
    "ours": 20_000,
    "events": 20_000,
    "plain": 20_000,
    "our way": 6_000,
    "ciw way": 6_000,
    "our bench": 20_000,
    "ciw bench": 20_000,
    "replication": 0,
    "today": 0,
    "all-home": 0,
}
"""Claims of each part; the base scenario has its own."""


def measured(part: str, runs: int) -> dict[str, Any]:
    """What a part took, in a process of its own."""
    print(f"measuring: {part}, {runs} runs", file=sys.stderr, flush=True)
    # The parent has loaded next to nothing, so that no memory of its own is counted with the child's.
    command = [sys.executable, "-m", "benchmarks.child", part, str(CLAIMS[part]), str(runs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parent.parent)
    if done.returncode:
        raise SystemExit(f"{part} broke:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> int:
    """Measure and print; 1 where an engine disagrees with its peer."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--repeat", type=int, default=5, help="runs of each part, at least 3; the median counts")
    parser.add_argument("--json", type=Path, help="also write every figure to this file")
    options = parser.parse_args()
    if options.repeat < 3:
        parser.error("expected at least 3 runs: a median and an interval need them")
    parts = [part for part in CLAIMS if find_spec("ciw") or not part.startswith("ciw")]
    found = {part: measured(part, options.repeat) for part in parts}
    text, agree = report(found)
    print(text)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
