"""``warrantysim simplify``: how simple the rules may be, and what each simplification costs a year."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrantysim.cli.breakeven import guarded
from warrantysim.cli.console import Console
from warrantysim.cli.exits import CANCELLED, NO_SOLUTION, OK, Stop
from warrantysim.cli.inputs import loaded, ready, write

if TYPE_CHECKING:
    from warrantysim.analysis.simplicity import Simplicity


def add_simplify(commands: Any, command: Any, options: Any) -> None:
    """Its arguments."""
    it = command(commands, "simplify", "how simple the rules may be, and what each simplification costs a year")
    it.add_argument("scenario", type=Path, help="scenario file (.yaml)")
    rule = "a rule set by hand, priced beside the decided ones; may be repeated"
    it.add_argument("--policy", action="append", type=Path, default=[], metavar="FILE", help=rule)
    it.add_argument("--thorough", action="store_true", help="also try neighbours of rules of few cells; slow")
    for option in ("luck", "changes", "out"):
        options[option](it)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Decide and price; print, and write where asked for. Stopped once, it prints and writes what it has."""
    ready(arguments.out, console)
    found = simplified(arguments, console)
    from warrantysim.report.simplify_files import (
        simplify_frames,
        simplify_pictures,
        simplify_record,
        simplify_texts,
    )  # fmt: skip

    if console.json:
        console.result_json(simplify_record(found))
    else:
        from warrantysim.report.simplify_report import simplify_report

        console.result(simplify_report(found, console.lang, console.width))
    write(
        arguments.out,
        console,
        simplify_frames(found),
        simplify_record(found),
        simplify_texts(found),
        pictures=lambda look: simplify_pictures(found, look),
    )
    return CANCELLED if found.cancelled else OK


def simplified(arguments: argparse.Namespace, console: Console) -> Simplicity:
    """The study.

    Raises
    ------
    Stop
        With `BAD_INPUT` for what cannot be read, `NO_SOLUTION` if no rule meets the constraints, `SOME_FAILED` if a
        run broke.
    """
    from warrantysim.analysis.simplicity import simplify
    from warrantysim.decision.choose import Undecided

    world = loaded(arguments.scenario, arguments).scenario
    by_hand = [loaded(arguments.scenario, arguments, path).scenario.policy for path in arguments.policy]

    def progress(stage: str, done: int, total: int) -> None:
        text = console.say("message.step", stage=console.say(f"stage.{stage}"), done=done, total=total)
        console.progress(text, done == total)

    try:
        with guarded(arguments, console) as stopped:
            return simplify(
                world, by_hand, replications=None if arguments.replications is None else max(2, arguments.replications),
                seed=arguments.seed, jobs=arguments.jobs, thorough=arguments.thorough, progress=progress,
                cancel=lambda: bool(stopped),
            )  # fmt: skip
    except Undecided as error:
        raise Stop(NO_SOLUTION, console.say("message.no_decision", reason=error)) from None
