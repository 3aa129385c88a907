"""``warrantysim sensitivity``: which uncertain inputs could change the choice, and which to measure first."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from warrantysim.cli.breakeven import against, guarded, told
from warrantysim.cli.console import Console
from warrantysim.cli.exits import OK, USAGE, Stop
from warrantysim.cli.inputs import ready, write


def add_sensitivity(commands: Any, command: Any, options: Any) -> None:
    """Its arguments."""
    it = command(commands, "sensitivity", "which uncertain inputs could change the choice, and which to measure first")
    it.add_argument("scenario", type=Path, help="scenario file (.yaml)")
    rule = "the rule to hold against today's"
    it.add_argument("--policy", action="append", type=Path, required=True, metavar="FILE", help=rule)
    it.add_argument("--like", default="*", metavar="PATTERN", help="only inputs of the assumptions table like this")
    it.add_argument("--draws", type=int, default=0, metavar="N", help="also draw all inputs together, 16 times or more")
    for option in ("luck", "changes", "out"):
        options[option](it)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Turn every input, then draw them together where asked for; print, and write where asked for."""
    cases = against(arguments)
    if len(cases) != 2:
        raise Stop(USAGE, "sensitivity: expected one --policy")
    if 0 < arguments.draws < 16:
        raise Stop(USAGE, f"--draws: expected 16 at least, got {arguments.draws}")
    ready(arguments.out, console)
    from warrantysim.analysis.information import stability, value_of_information
    from warrantysim.analysis.sensitivity import uniform_draws
    from warrantysim.analysis.tornado import tornado_of
    from warrantysim.analysis.uncertain import costs_at_draws, stated_inputs
    from warrantysim.report.export import records
    from warrantysim.report.sensitivity_report import sensitivity_report

    world = cases[0].world
    years = range(max(2, arguments.replications or world.plan.replications))
    seed = world.plan.seed if arguments.seed is None else arguments.seed
    names = [case.name for case in cases]
    stable = known = None
    with guarded(arguments, console) as stopped:
        inputs = stated_inputs(world, arguments.like)
        found = tornado_of(
            cases[0], cases[1], inputs, years, seed, jobs=arguments.jobs, progress=told(console, "inputs"),
            cancel=lambda: bool(stopped),
        )  # fmt: skip
        if arguments.draws:
            draws = uniform_draws(inputs, arguments.draws, seed)
            costs = costs_at_draws(
                cases, inputs, years, seed, jobs=arguments.jobs, progress=told(console, "draws"),
                cancel=lambda: bool(stopped),
            )(draws)  # fmt: skip
            stable = stability(costs, names)
            known = value_of_information(draws, costs, [one.name for one in inputs])
    frames = {"tornado": found.table()}
    if stable is not None and known is not None:
        frames |= {"stability": stable.table(), "information": known.table()}
    record = {
        "scenario": world.name, "now": names[0], "new": names[1], "replications": len(years), "seed": seed,
        "difference": float(found.interval.mean), **{name: records(frame) for name, frame in frames.items()},
    }  # fmt: skip
    if console.json:
        console.result_json(record)
    else:
        text = sensitivity_report(found, (names[0], names[1]), world, seed, stable, known, console.lang, console.width)
        console.result(text)
    write(arguments.out, console, frames, record)
    return OK
