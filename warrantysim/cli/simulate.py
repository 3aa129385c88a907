"""``warrantysim simulate``: what rules cost."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from warrantysim.cli.console import Console
from warrantysim.cli.exits import OK, SOME_FAILED, Stop
from warrantysim.cli.inputs import loaded, ready, write

if TYPE_CHECKING:
    from warrantysim.experiment.result import Result


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Simulate today's rule and those of ``--policy`` on the same claims; print, and write where asked for."""
    found = loaded(arguments.scenario, arguments)
    # Read within the scenario, so that a partner it does not have is found, with the line that names it.
    others = [loaded(arguments.scenario, arguments, path).scenario.policy for path in arguments.policy]
    ready(arguments.out, console)
    from warrantysim.experiment.simulate import simulate

    result = simulate(
        found.scenario,
        [found.scenario.policy, *others],
        replications=arguments.replications,
        seed=arguments.seed,
        jobs=arguments.jobs,
        target=arguments.target,
        progress=lambda done, total: console.progress(
            console.say("message.step", stage=console.say("stage.simulate"), done=done, total=total), done == total
        ),
    )
    changes = [str(change) for change in found.changes]
    code = complaints(result, arguments, console)
    from warrantysim.report.cost_files import cost_frames, cost_record

    if console.json:
        console.result_json(cost_record(result, changes))
    else:
        from warrantysim.report.cost_report import cost_report

        console.result(cost_report(result, console.lang, console.width, changes))
    if arguments.out is not None:
        write(arguments.out, console, cost_frames(result), cost_record(result, changes))
    return code


def complaints(result: Result, arguments: argparse.Namespace, console: Console) -> int:
    """Say which replications failed; the exit code.

    Raises
    ------
    Stop
        With `SOME_FAILED` if all of them did.
    """
    if result.target is not None and result.complete:
        from warrantysim.experiment.intervals import t_interval

        totals = result.totals_by_policy()
        widths = t_interval(totals[:1] - totals[1:] if len(totals) > 1 else totals, result.level).half_width
        if not (widths <= result.target).all():
            console.tell("message.target", target=f"{result.target:,.0f}", n=len(result.complete))
    if not result.failures:
        return OK
    first = result.failures[0]
    if arguments.debug:
        console.note(first.traceback)
    if not result.complete:
        raise Stop(SOME_FAILED, console.say("message.nothing", first=first))
    failed = len(result.replications) - len(result.complete)
    console.message("message.failed", n=failed, of=len(result.replications), first=first)
    return SOME_FAILED
