"""``warrantysim sweep``: what each position of a lever costs, and what design should fix first."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrantysim.cli.breakeven import guarded, told
from warrantysim.cli.console import Console
from warrantysim.cli.exits import CANCELLED, NO_SOLUTION, OK, USAGE, Stop
from warrantysim.cli.inputs import loaded, ready, write

if TYPE_CHECKING:
    from warrantysim.analysis.cases import Case
    from warrantysim.analysis.levers_to_price import Turning

LEVERS = "warranty, guide, evidence, service, dispatch, pool, technicians, hours, faults"
"""Levers by name, as the help lists them; a test holds them against the analysis."""


def add_sweep(commands: Any, command: Any, options: Any) -> None:
    """Its arguments."""
    it = command(commands, "sweep", "what each position of a lever costs, and what design should fix first")
    it.add_argument("scenario", type=Path, help="scenario file (.yaml)")
    it.add_argument("--lever", required=True, metavar="NAME", help=f"{LEVERS}; or the path of any figure")
    it.add_argument("--at", nargs="+", type=float, default=[], metavar="X", help="positions, in place of the usual")
    it.add_argument("--factor", action="store_true", help="positions of a path are factors on what is stated")
    rule = it.add_mutually_exclusive_group()
    rule.add_argument("--policy", type=Path, metavar="FILE", help="the rule in force, in place of today's")
    rule.add_argument("--decide", action="store_true", help="decide the rule first, and keep that one")
    for option in ("luck", "changes", "out"):
        options[option](it)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Turn the lever; print, and write where asked for. Stopped once, it prints and writes what it has."""
    from warrantysim.analysis.cases import Case

    world = loaded(arguments.scenario, arguments, arguments.policy).scenario
    ready(arguments.out, console)
    stated = Case.of(world)
    if arguments.decide:
        stated = decided(stated, arguments, console)
    count = max(2, arguments.replications or world.plan.replications)
    seed = world.plan.seed if arguments.seed is None else arguments.seed
    if arguments.lever == "faults":
        return faults(stated, count, seed, arguments, console)
    from warrantysim.analysis.sweeps import sweep
    from warrantysim.report.sweep_files import sweep_frames, sweep_pictures, sweep_record
    from warrantysim.report.sweep_report import sweep_report

    with guarded(arguments, console) as stopped:
        turning = turned_as_asked(stated, arguments)
        found = sweep(
            arguments.lever, stated, turning.positions, range(count), seed, left_out=turning.left_out,
            jobs=arguments.jobs, progress=told(console, "sweep"), cancel=lambda: bool(stopped),
        )  # fmt: skip
    if console.json:
        console.result_json(sweep_record(found))
    else:
        console.result(sweep_report(found, console.lang, console.width))
    write(
        arguments.out,
        console,
        sweep_frames(found),
        sweep_record(found),
        pictures=lambda look: sweep_pictures(found, look),
    )
    return CANCELLED if found.cancelled else OK


def turned_as_asked(stated: Case, arguments: argparse.Namespace) -> Turning:
    """Positions of a lever by name or path.

    Raises
    ------
    Stop
        With `USAGE` if it is neither, or takes no positions.
    """
    from warrantysim.analysis.levers_to_price import LEVERS as BY_NAME
    from warrantysim.analysis.levers_to_price import TAKE_POSITIONS, of_path

    if arguments.lever not in BY_NAME:
        if "." not in arguments.lever and "[" not in arguments.lever:
            raise Stop(USAGE, f"--lever: expected one of {LEVERS}, or a path, got {arguments.lever!r}")
        if not arguments.at:
            raise Stop(USAGE, f"--at: expected positions to turn {arguments.lever} to")
        return of_path(stated, arguments.lever, arguments.at, arguments.factor)
    if arguments.at and arguments.lever not in TAKE_POSITIONS:
        raise Stop(USAGE, f"--at: lever {arguments.lever} has positions of its own")
    return BY_NAME[arguments.lever](stated, arguments.at)


def faults(stated: Case, count: int, seed: int, arguments: argparse.Namespace, console: Console) -> int:
    """The worth of one point less of each fault."""
    from warrantysim.analysis.fault_worth import fault_worth
    from warrantysim.report.sweep_files import faults_picture, faults_record
    from warrantysim.report.sweep_report import faults_report

    if arguments.at:
        raise Stop(USAGE, "--at: lever faults has positions of its own")
    with guarded(arguments, console) as stopped:
        found = fault_worth(
            stated, range(count), seed, jobs=arguments.jobs, progress=told(console, "faults"),
            cancel=lambda: bool(stopped),
        )  # fmt: skip
    if console.json:
        console.result_json(faults_record(found))
    else:
        console.result(faults_report(found, stated.world, console.lang, console.width))
    write(
        arguments.out,
        console,
        {"faults": found.table()},
        faults_record(found),
        pictures=lambda look: {"faults": faults_picture(found, look)},
    )
    return CANCELLED if found.cancelled else OK


def decided(stated: Case, arguments: argparse.Namespace, console: Console) -> Case:
    """The world under the rule decided for it.

    Raises
    ------
    Stop
        With `NO_SOLUTION` if none can be decided.
    """
    from warrantysim.analysis.cases import Case
    from warrantysim.decision.choose import Undecided
    from warrantysim.decision.decide import decide

    def progress(stage: str, done: int, total: int) -> None:
        told(console, stage)(done, total)

    try:
        decision = decide(stated.world, seed=arguments.seed, jobs=arguments.jobs, progress=progress)
    except Undecided as error:
        raise Stop(NO_SOLUTION, console.say("message.no_decision", reason=error)) from None
    return Case.of(stated.world, decision.policy)
