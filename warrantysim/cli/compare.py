"""``warrantysim compare``: what scenarios and rules cost against a baseline, on the same luck."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrantysim.cli.console import Console
from warrantysim.cli.exits import BAD_INPUT, CANCELLED, NO_SOLUTION, OK, SOME_FAILED, USAGE, Stop
from warrantysim.cli.inputs import loaded, ready, write
from warrantysim.cli.running import stoppable

if TYPE_CHECKING:
    from warrantysim.analysis.cases import Case
    from warrantysim.analysis.what_if import WhatIf


def add_compare(commands: Any, command: Any, options: Any) -> None:
    """Its arguments."""
    it = command(commands, "compare", "what scenarios and rules cost against a baseline, on the same luck")
    it.add_argument("scenarios", nargs="+", type=Path, metavar="scenario", help="scenario files (.yaml)")
    it.add_argument(
        "--policy-of",
        action="append",
        default=[],
        metavar="N=FILE",
        help="rule of the N-th scenario, counted from 1, in place of today's; may be repeated",
    )
    it.add_argument("--baseline", type=int, default=1, metavar="N", help="scenario to compare with (default 1)")
    it.add_argument(
        "--drivers", action="store_true", help="also say which changed inputs make the difference (Shapley)"
    )
    it.add_argument("--react", action="store_true", help="also decide the rules anew for every case")
    it.add_argument("--target", type=float, metavar="AMOUNT", help="go on until every half-width is this small")
    for option in ("luck", "changes", "out"):
        options[option](it)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Compare; print, and write where asked for. Stopped once, it prints and writes what it has."""
    cases = cases_of(arguments.scenarios, arguments)
    if not 1 <= arguments.baseline <= len(cases):
        raise Stop(USAGE, f"--baseline: expected a number from 1 to {len(cases)}, got {arguments.baseline}")
    ready(arguments.out, console)
    with stoppable(console) as stopped:
        found = compared(cases, arguments, console, stopped)
    result = found.comparison
    if result.failures:
        if arguments.debug:
            console.note(result.failures[0].traceback)
        if not result.replications:
            raise Stop(SOME_FAILED, console.say("message.nothing", first=result.failures[0]))
        failed = len({f.replication for f in result.failures})
        of = failed + len(result.replications)
        console.message("message.failed", n=failed, of=of, first=result.failures[0])
    from warrantysim.report.compare_files import compare_frames, compare_pictures, compare_record

    if console.json:
        console.result_json(compare_record(found))
    else:
        from warrantysim.report.compare_report import compare_report

        console.result(compare_report(found, console.lang, console.width))
    if arguments.out is not None:
        write(
            arguments.out,
            console,
            compare_frames(found),
            compare_record(found),
            pictures=lambda look: compare_pictures(found, look),
        )
    return CANCELLED if found.cancelled else SOME_FAILED if result.failures else OK


def cases_of(paths: Sequence[Path], arguments: argparse.Namespace) -> list[Case]:
    """The cases, each with its rule, by names that are unique.

    Raises
    ------
    Stop
        With `USAGE` for a rule of a scenario that is not there, or `BAD_INPUT` and every problem of a file.
    """
    from warrantysim.analysis.cases import Case

    rules: dict[int, Path] = {}
    for stated in getattr(arguments, "policy_of", []):
        place, _, file = stated.partition("=")
        if not (place.isdecimal() and file and 1 <= int(place) <= len(paths)):
            raise Stop(USAGE, f"--policy-of: expected N=FILE with N from 1 to {len(paths)}, got {stated!r}")
        rules[int(place) - 1] = Path(file)
    found: list[Case] = []
    for k, path in enumerate(paths):
        world = loaded(path, arguments, rules.get(k)).scenario
        name = f"{world.name} x {world.policy.name}" if k in rules else world.name
        again = sum(case.name.split(" #")[0] == name for case in found)
        found.append(Case(f"{name} #{again + 1}" if again else name, world, world.policy))
    return found


def compared(cases: Sequence[Case], arguments: argparse.Namespace, console: Console, stopped: list[bool]) -> WhatIf:
    """The comparison.

    Raises
    ------
    Stop
        With `BAD_INPUT` for cases that cannot be compared, `NO_SOLUTION` if rules cannot be decided, `SOME_FAILED` if
        a run of a bridge or a reaction broke.
    """
    from warrantysim.analysis.cases import Cancelled
    from warrantysim.analysis.what_if import what_if
    from warrantysim.decision.choose import Undecided
    from warrantysim.decision.decide import decide
    from warrantysim.experiment.simulate import ReplicationFailed
    from warrantysim.schema.errors import BadInput

    try:
        return what_if(
            cases,
            arguments.baseline - 1,
            replications=arguments.replications,
            seed=arguments.seed,
            target=arguments.target,
            drivers=arguments.drivers,
            decide=(lambda world: decide(world, seed=arguments.seed, jobs=arguments.jobs, progress=console.step))
            if arguments.react
            else None,
            jobs=arguments.jobs,
            progress=console.step,
            cancel=lambda: bool(stopped),
        )
    except Cancelled:
        raise KeyboardInterrupt from None
    except Undecided as error:
        raise Stop(NO_SOLUTION, console.say("message.no_decision", reason=error)) from None
    except ReplicationFailed as error:
        raise Stop(SOME_FAILED, console.say("message.broken", reason=error)) from None
    except BadInput as error:
        raise Stop(BAD_INPUT, error) from None
