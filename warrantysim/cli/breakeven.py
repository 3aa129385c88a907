"""``warrantysim breakeven``: where along an input another rule becomes the best; over two inputs, the map."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrantysim.cli.console import Console
from warrantysim.cli.exits import BAD_INPUT, CANCELLED, OK, SOME_FAILED, USAGE, Stop
from warrantysim.cli.inputs import loaded, problem_row, ready, write
from warrantysim.cli.quotes import stoppable

if TYPE_CHECKING:
    from warrantysim.analysis.cases import Case


def add_breakeven(commands: Any, command: Any, options: Any) -> None:
    """Its arguments."""
    it = command(commands, "breakeven", "the value of an input at which another rule becomes the best")
    it.add_argument("scenario", type=Path, help="scenario file (.yaml)")
    rule = "a rule to hold against today's; may be repeated"
    it.add_argument("--policy", action="append", type=Path, required=True, metavar="FILE", help=rule)
    it.add_argument("--input", metavar="PATH", help="the input that is turned; * turns several")
    it.add_argument("--low", type=float, help="least position")
    it.add_argument("--high", type=float, help="greatest position")
    it.add_argument("--factor", action="store_true", help="positions are factors on what is stated")
    it.add_argument(
        "--map", nargs=2, metavar="PATH:LOW:HIGH", help="two inputs, each with its range: who is best where"
    )
    it.add_argument("--steps", type=int, default=5, metavar="N", help="positions a side of the map (default 5)")
    for option in ("luck", "changes", "out"):
        options[option](it)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Search; print, and write where asked for. Stopped once, it prints and writes what it has."""
    cases = against(arguments)
    ready(arguments.out, console)
    plan = cases[0].world.plan
    count = max(2, arguments.replications or plan.replications)
    seed = plan.seed if arguments.seed is None else arguments.seed
    if arguments.map:
        return mapped(cases, count, seed, arguments, console)
    if arguments.input is None or arguments.low is None or arguments.high is None:
        raise Stop(USAGE, "breakeven: expected --input, --low and --high, or --map")
    from warrantysim.analysis.breakeven import break_even_of
    from warrantysim.experiment.levers import Lever
    from warrantysim.report.breakeven_files import breakeven_frames, breakeven_pictures, breakeven_record
    from warrantysim.report.breakeven_report import breakeven_report, renamed

    lever = Lever(arguments.input, "times" if arguments.factor else "set")
    with guarded(arguments, console) as stopped:
        found = break_even_of(
            cases, lever, arguments.low, arguments.high, range(count), seed, jobs=arguments.jobs,
            progress=told(console, "positions"), cancel=lambda: bool(stopped),
        )  # fmt: skip
    record = breakeven_record(found, cases[0].world, count, seed)
    if console.json:
        console.result_json(record)
    titles = rule_titles(cases, console)
    told_found = renamed(found, titles)
    if not console.json:
        names = list(titles.values())
        console.result(breakeven_report(told_found, names, cases[0].world, count, seed, console.lang, console.width))
    write(
        arguments.out,
        console,
        breakeven_frames(found),
        record,
        pictures=lambda look: breakeven_pictures(told_found, cases[0].world, look),
    )
    return CANCELLED if found.cancelled else OK


def mapped(cases: list[Case], count: int, seed: int, arguments: argparse.Namespace, console: Console) -> int:
    """The map over two inputs."""
    import numpy as np

    from warrantysim.analysis.switching import switching_map_of
    from warrantysim.experiment.levers import Lever
    from warrantysim.report.breakeven_files import map_pictures, map_record
    from warrantysim.report.breakeven_report import map_report

    axes = [
        (Lever(path, "times" if arguments.factor else "set"), low, high)
        for path, low, high in map(ranged, arguments.map)
    ]
    grids = [[float(x) for x in np.linspace(low, high, max(2, arguments.steps))] for _, low, high in axes]
    with guarded(arguments, console) as stopped:
        found = switching_map_of(
            cases, axes[0][0], grids[0], axes[1][0], grids[1], range(count), seed, jobs=arguments.jobs,
            progress=told(console, "positions"), cancel=lambda: bool(stopped),
        )  # fmt: skip
    record = map_record(found, cases[0].world, count, seed)
    if console.json:
        console.result_json(record)
    titled_map = replace(found, names=tuple(rule_titles(cases, console).values()))
    if not console.json:
        console.result(map_report(titled_map, cases[0].world, seed, console.lang, console.width))
    write(
        arguments.out,
        console,
        {"map": found.table()},
        record,
        pictures=lambda look: map_pictures(titled_map, cases[0].world, look),
    )
    return CANCELLED if found.cancelled else OK


def ranged(text: str) -> tuple[str, float, float]:
    """A path with its range.

    Raises
    ------
    Stop
        With `USAGE` for another form.
    """
    parts = text.rsplit(":", 2)
    try:
        path, low, high = parts[0], float(parts[1]), float(parts[2])
    except (IndexError, ValueError):
        raise Stop(USAGE, f"--map: expected PATH:LOW:HIGH, got {text!r}") from None
    if not low < high:
        raise Stop(USAGE, f"--map: expected low below high, got {text!r}")
    return path, low, high


def against(arguments: argparse.Namespace) -> list[Case]:
    """Today's rule and those of ``--policy`` in one world."""
    from warrantysim.analysis.cases import Case

    world = loaded(arguments.scenario, arguments).scenario
    others = [loaded(arguments.scenario, arguments, path).scenario.policy for path in arguments.policy]
    return [Case(policy.name, world, policy) for policy in (world.policy, *others)]


def rule_titles(cases: Sequence[Case], console: Console) -> dict[str, str]:
    """What the rules are called in the console's language, by name; files keep their names."""
    from warrantysim.report.case_titles import titles_by_name

    return titles_by_name(cases, console.lang)


def told(console: Console, stage: str) -> Callable[[int, int], None]:
    """Progress of one stage on a console."""

    def progress(done: int, total: int) -> None:
        text = console.say("message.step", stage=console.say(f"stage.{stage}"), done=done, total=total)
        console.progress(text, done == total)

    return progress


@contextmanager
def guarded(arguments: argparse.Namespace, console: Console) -> Iterator[list[bool]]:
    """Ctrl-C asks to stop; what goes wrong ends the command with its code."""
    from warrantysim.analysis.cases import Cancelled
    from warrantysim.experiment.simulate import ReplicationFailed
    from warrantysim.scenario.errors import BadInput, ScenarioError

    try:
        with stoppable(console) as stopped:
            yield stopped
    except Cancelled:
        raise KeyboardInterrupt from None
    except ScenarioError as error:
        raise Stop(BAD_INPUT, str(error), [problem_row(problem) for problem in error.problems]) from None
    except ReplicationFailed as error:
        if arguments.debug:
            console.note(error.failure.traceback)
        raise Stop(SOME_FAILED, console.say("message.broken", reason=error)) from None
    except BadInput as error:
        raise Stop(BAD_INPUT, str(error)) from None
