"""``make sellers``: fits and forecasts of synthetic sellers against the truth; ends with 1 where a promise fails."""

from __future__ import annotations

import sys

from tests.resumed import resumed
from tests.synthetic.promises import Promises, promises

COVERED = {"lives": (0.90, 0.98), "shares": (0.90, 0.98), "months": (0.85, 0.95), "product_years": (0.85, 0.95)}
"""What part of intervals must cover: 95 % ones of lives and shares, 90 % ones of forecasts [share]."""
MATCHED = 0.95
"""Sellers whose books must match [share]."""
FEW = 100
"""Intervals below which shares tell nothing [count]."""


def main() -> int:
    """Try sellers and tell what was kept. With ``--kept FILE`` sellers found there are not tried again."""
    known = resumed("sellers", 100, Promises, promises)
    whole = sum(known.values(), start=Promises())
    problems = broken(whole)
    sys.stdout.write("\n".join([*told(whole), *problems, ""]))
    return 1 if problems else 0


def told(kept: Promises) -> list[str]:
    """The figures, a line each."""
    lines = [f"{kept.sellers} sellers"]
    for name in ("lives", "shares", "months", "product_years", "product_months"):
        count, covered = getattr(kept, name), getattr(kept, f"{name}_covered")
        lines.append(f"{name}: {covered} of {count} covered" + (f" ({covered / count:.1%})" if count else ""))
    lines.append(f"books: {kept.books_matched} of {kept.books} matched")
    lines.append(f"claims told {kept.told:.0f}, made {kept.made:.0f}")
    losses = f"{kept.loss:.3f}; growth {kept.loss_of_growth:.3f}, a Weibull each {kept.loss_of_weibull:.3f}"
    return [*lines, f"pinball loss: {losses}"]


def broken(kept: Promises) -> list[str]:
    """The promises that are not kept, of those there are enough figures for."""
    out = []
    for name, (least, most) in COVERED.items():
        count, covered = getattr(kept, name), getattr(kept, f"{name}_covered")
        if count >= FEW and not least <= covered / count <= most:
            out.append(f"{name}: expected {least:.0%} to {most:.0%} covered")
    if kept.sellers >= FEW and kept.books_matched < MATCHED * kept.books:
        out.append(f"books: expected {MATCHED:.0%} matched")
    if kept.months >= FEW and kept.loss >= min(kept.loss_of_growth, kept.loss_of_weibull):
        out.append("forecasts: expected less loss than either rival")
    return out


if __name__ == "__main__":
    sys.exit(main())
