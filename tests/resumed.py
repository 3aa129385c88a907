"""Long tallies, seed by seed, that go on where they stopped: ``make sellers`` and ``make coverage``."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

Kept = TypeVar("Kept")


def resumed(what: str, usual: int, kind: type[Kept], promises: Callable[[int], Kept]) -> dict[int, Kept]:
    """What was kept, by seed, as asked on the command line. With ``--kept FILE`` seeds found there are not tried again.

    Parameters
    ----------
    what
        What a seed makes, in the plural: ``sellers``.
    usual
        How many of them by default [count].
    """
    asked = argparse.ArgumentParser()
    asked.add_argument(f"--{what}", type=int, default=usual, dest="count")
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--kept", type=Path, help=f"file of results, a line for each of the {what}, to go on from")
    options = asked.parse_args()
    known: dict[int, Any] = {}
    if options.kept and options.kept.exists():
        lines = [json.loads(line) for line in options.kept.read_text(encoding="utf-8").splitlines()]
        known = {line.pop("seed"): kind(**line) for line in lines}
    for seed in range(options.first, options.first + options.count):
        if seed not in known:
            known[seed] = promises(seed)
            if options.kept:
                with options.kept.open("a", encoding="utf-8") as out:
                    out.write(json.dumps({"seed": seed} | asdict(known[seed])) + "\n")
    return known
