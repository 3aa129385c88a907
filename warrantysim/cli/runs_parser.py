"""What can be said after ``warrantysim runs``. Imports nothing heavy: help must be there at once."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from warrantysim.cli.studies import add_options
from warrantysim.studies import STUDIES

Part = Callable[[argparse.ArgumentParser], None]
"""Adds a group of arguments that several commands share."""


def add_runs(
    commands: Any,
    command: Callable[[Any, str, str], argparse.ArgumentParser],
    parts: Mapping[str, Part],
    started: str | None = None,
) -> None:
    """Add ``runs`` and what it can do.

    Parameters
    ----------
    command
        Adds a command with the arguments every command has.
    parts
        ``changes``, ``luck`` and ``out``.
    started
        The study to start, whose options are added.
    """
    does = "runs kept in a workspace: start, list, show, diff, reproduce, rm, cancel"
    whole = commands.add_parser("runs", help=does, description=f"{does[0].upper()}{does[1:]}.")
    actions = whole.add_subparsers(dest="action", required=True, metavar="action")

    def action(name: str, does: str) -> argparse.ArgumentParser:
        it = command(actions, name, does)
        it.add_argument(
            "--workspace",
            type=Path,
            metavar="DIR",
            help="the workspace; $WARRANTYSIM_WORKSPACE or .warrantysim by default",
        )
        return it

    it = action("start", "simulate, decide or study in a process of its own, and keep it; nothing is run twice")
    names = [name for name in STUDIES if name != "simulate"]
    it.add_argument("--study", choices=names, metavar="NAME", help=f"a study, with its options: {', '.join(names)}")
    if started is None:
        _simulated(it)
    else:
        add_options(it, started)
    it.add_argument("--label", default="", metavar="TEXT", help="what to call the run; the scenario's name by default")
    it.add_argument("--detach", action="store_true", help="do not wait for the end")
    parts["luck"](it)
    parts["changes"](it)

    action("list", "the runs of the workspace, latest first, and what is being worked on")

    it = action("show", "what a run found, and all it rests on")
    it.add_argument("run", help="id of a run, or its beginning")
    parts["out"](it)

    it = action("diff", "what differs between two runs: inputs, and costs on the same luck")
    it.add_argument("run", help="id of a run, or its beginning")
    it.add_argument("other", help="the one to hold against it")
    parts["out"](it)

    it = action("reproduce", "run a run again; exit code 1 if the results are not the same to the last bit")
    it.add_argument("run", help="id of a run, or its beginning")
    it.add_argument("--jobs", type=int, choices=range(1, 65), default=1, metavar="N", help="processes (default 1)")

    it = action("rm", "remove runs")
    it.add_argument("runs", nargs="+", metavar="run", help="ids of runs, or their beginnings")

    it = action("cancel", "end a job that is at work or waiting; what it has done serves the next with the same inputs")
    it.add_argument("job", help="id of the job")
    it.add_argument("--keep", action="store_true", help="keep the replications done as a run of its own")


def _simulated(it: argparse.ArgumentParser) -> None:
    """What is simulated, or decided."""
    it.add_argument("scenario", type=Path, help="scenario file (.yaml)")
    it.add_argument("--decide", action="store_true", help="find the rule to switch to, not only what rules cost")
    it.add_argument(
        "--policy",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="another rule to simulate beside today's; with --decide today's rule instead; may be repeated",
    )
