"""``warrantysim sensitivity``: which uncertain inputs could change the choice, and which to measure first."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from warrantysim.cli.console import Console
from warrantysim.cli.exits import CANCELLED, OK, USAGE, Stop
from warrantysim.cli.inputs import one_scenario, ready, write
from warrantysim.cli.running import against, guarded, rule_titles


def add_sensitivity(commands: Any, command: Any, options: Any) -> None:
    """Its arguments."""
    it = command(commands, "sensitivity", "which uncertain inputs could change the choice, and which to measure first")
    one_scenario(it)
    rule = "the rule to hold against today's"
    it.add_argument("--policy", action="append", type=Path, required=True, metavar="FILE", help=rule)
    it.add_argument("--like", default="*", metavar="PATTERN", help="only inputs of the assumptions table like this")
    it.add_argument("--draws", type=int, default=0, metavar="N", help="also draw all inputs together, 16 times or more")
    it.add_argument("--morris", type=int, default=0, metavar="N", help="also screen by Morris, with N trajectories")
    it.add_argument(
        "--sobol", type=int, default=0, metavar="N", help="also Sobol's indices, base sample N, a power of 2"
    )
    it.add_argument(
        "--widest", type=int, default=8, metavar="N", help="inputs Morris and Sobol look at, widest first (default 8)"
    )
    for option in ("luck", "changes", "out"):
        options[option](it)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Turn every input, then all together as far as asked for; print, and write. Stopped, it keeps what it has.

    Four years where ``--replications`` says nothing: the difference is on shared luck, and there are many inputs.
    """
    cases = against(arguments)
    if len(cases) != 2:
        raise Stop(USAGE, "sensitivity: expected one --policy")
    if 0 < arguments.draws < 16:
        raise Stop(USAGE, f"--draws: expected 16 at least, got {arguments.draws}")
    if 0 < arguments.morris < 2:
        raise Stop(USAGE, f"--morris: expected 2 at least, got {arguments.morris}")
    if arguments.sobol < 0 or arguments.sobol & (arguments.sobol - 1):
        raise Stop(USAGE, f"--sobol: expected a power of 2, got {arguments.sobol}")
    if arguments.widest < 1:
        raise Stop(USAGE, f"--widest: expected 1 at least, got {arguments.widest}")
    ready(arguments.out, console)
    from warrantysim.analysis.sensitivity_study import YEARS, study_sensitivity
    from warrantysim.experiment.uncertain import stated_inputs
    from warrantysim.report.sensitivity_files import sensitivity_frames, sensitivity_pictures, sensitivity_record
    from warrantysim.report.sensitivity_report import sensitivity_report

    with guarded(arguments, console) as stopped:
        found = study_sensitivity(
            cases[0],
            cases[1],
            stated_inputs(cases[0].world, arguments.like),
            replications=max(2, arguments.replications or YEARS),
            seed=arguments.seed,
            draws=arguments.draws,
            trajectories=arguments.morris,
            samples=arguments.sobol,
            widest=arguments.widest,
            jobs=arguments.jobs,
            progress=console.step,
            cancel=lambda: bool(stopped),
        )
    if console.json:
        console.result_json(sensitivity_record(found))
    else:
        console.result(sensitivity_report(found, console.lang, console.width, rule_titles(cases, console)))
    write(
        arguments.out,
        console,
        sensitivity_frames(found),
        sensitivity_record(found),
        pictures=lambda look: sensitivity_pictures(found, look),
    )
    return CANCELLED if found.cancelled else OK
