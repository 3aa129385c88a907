"""The table of a benchmark run."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from statistics import median
from typing import Any

from benchmarks.agreement import Agreement, against, agreement

Found = Mapping[str, Mapping[str, Any]]
PAIRS = (
    ("claim columns to records", "ours", "plain", "plain SimPy"),
    ("the same by the event loop", "events", "plain", "plain SimPy"),
    ("a bench and the ways to it and back", "our way", "ciw way", "Ciw"),
    ("a bench alone", "our bench", "ciw bench", "Ciw"),
)
"""What is compared, our part, the peer's part, the peer."""
WHOLE = (
    ("one replication, births to summary", "replication"),
    ("further policy: today's", "today"),
    ("further policy: all home", "all-home"),
)
"""What is timed alone."""


def report(found: Found) -> tuple[str, bool]:
    """The table, and whether all engines agree."""
    lines = [
        f"Python {platform.python_version()}, {platform.machine()}; processor seconds of one core, medians of the runs",
        "",
    ]
    lines += [f"{'':38}{'claims/s':>10}{'peer':>10}{'ratio':>8}{'peak MB':>10}{'peer':>8}"]
    for title, one, peer, name in PAIRS:
        if peer not in found:
            lines.append(f"{title:38}{_rate(found[one]):>10,.0f}   {name} is not installed: not compared")
            continue
        ratio = _rate(found[one]) / _rate(found[peer])
        lines.append(
            f"{title:38}{_rate(found[one]):>10,.0f}{_rate(found[peer]):>10,.0f}{ratio:>7.1f}x"
            f"{_peak(found[one]):>10}{_peak(found[peer]):>8}   {name}"
        )
    lines += ["", f"{'base scenario':38}{'seconds':>10}{'least':>10}{'most':>8}{'peak MB':>10}{'loaded':>8}"]
    for title, part in WHOLE:
        f = found[part]
        seconds = f["seconds"]
        lines.append(
            f"{title:38}{median(seconds):>10.3f}{min(seconds):>10.3f}{max(seconds):>8.3f}"
            f"{_peak(f):>10}{_peak(f, 'loaded_mb'):>8}"
        )
    lines.append(f"  {found['replication']['units']:,} units born, {found['today']['claims']:,} claims")
    checks = list(agreements(found))
    lines += ["", f"{'the same world?':38}{'ours':>10}{'peer':>10}{'apart':>10}{'luck':>10}"]
    for c in checks:
        lines.append(
            f"{c.measure:38}{c.one:>10.4f}{c.other:>10.4f}{abs(c.one - c.other):>10.4f}{c.half_width:>10.4f}"
            f"   {'yes' if c.holds else 'NO'}"
        )
    lines += [
        "",
        "luck: half-width of a 99.9 % interval over the runs. Peak memory: largest resident set of a process of its",
        "own (resource.getrusage), Python and packages included; loaded: the same before the part began.",
    ]
    return "\n".join(lines), all(c.holds for c in checks)


def agreements(found: Found) -> list[Agreement]:
    """Every check that both engines are of one world."""
    plain = found["plain"]["means"]
    out = [agreement(name, runs, plain[name]) for name, runs in found["ours"]["means"].items()]
    known = found["our bench"]["theory"]
    for title, part in (
        ("wait by Erlang C: ours, alone", "our bench"),
        ("wait by Erlang C: Ciw, alone", "ciw bench"),
        ("wait by Erlang C: ours, with ways", "our way"),
        ("wait by Erlang C: Ciw, with ways", "ciw way"),
    ):
        if part in found:
            out.append(against(f"{title} [s]", found[part]["means"]["wait"], known))
    return out


def _rate(f: Mapping[str, Any]) -> float:
    return float(f["claims"] / median(f["seconds"]))


def _peak(f: Mapping[str, Any], name: str = "peak_mb") -> str:
    return "-" if f[name] is None else f"{f[name]:.0f}"
