"""``make coverage``: decisions of 200 small worlds held against the truth; ends with 1 where a promise is not kept."""

from __future__ import annotations

import sys

from tests.coverage_of_decisions.promises import Kept, promises
from tests.resumed import resumed

COVERED = (0.92, 0.98)
"""What part of 95 % intervals must cover the truth [share]."""
FALSE_ACTS = 0.025
"""What part of recommended changes may save nothing in truth [share]."""
FEW = 100
"""Intervals below which shares tell nothing [count]."""


def main() -> int:
    """Decide worlds and tell what was kept. With ``--kept FILE`` worlds found there are not decided again."""
    known = resumed("worlds", 200, Kept, promises)
    whole = sum(known.values(), start=Kept())
    problems = broken(whole)
    sys.stdout.write("\n".join([f"{len(known)} worlds", *told(whole), *problems, ""]))
    return 1 if problems else 0


def told(kept: Kept) -> list[str]:
    """The figures, a line each."""
    figures = (
        ("confirmed savings covered", kept.savings_covered, kept.savings),
        ("further savings of the free optimum covered", kept.free_covered, kept.free),
        ("savings of cells covered", kept.cells_covered, kept.cells),
        ("false ACT", kept.false_acts, kept.acts),
    )
    return [f"{name}: {part} of {count}" + (f" ({part / count:.1%})" if count else "") for name, part, count in figures]


def broken(kept: Kept) -> list[str]:
    """The promises that are not kept, of those there are enough figures for."""
    out = []
    for name, covered, count in (
        ("confirmed savings", kept.savings_covered, kept.savings),
        ("further savings of the free optimum", kept.free_covered, kept.free),
        ("savings of cells", kept.cells_covered, kept.cells),
    ):
        if count >= FEW and not COVERED[0] <= covered / count <= COVERED[1]:
            out.append(f"{name}: expected {COVERED[0]:.0%} to {COVERED[1]:.0%} covered")
    if kept.acts >= FEW and kept.false_acts / kept.acts >= FALSE_ACTS:
        out.append(f"false ACT: expected under {FALSE_ACTS:.1%}")
    return out


if __name__ == "__main__":
    sys.exit(main())
