"""``warrantysim quotes``: which repair contracts to sign, and what to negotiate with."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from warrantysim.cli.console import Console
from warrantysim.cli.exits import BAD_INPUT, CANCELLED, NO_SOLUTION, OK, SOME_FAILED, Stop
from warrantysim.cli.inputs import loaded, problem_row, ready, write
from warrantysim.cli.running import stoppable

if TYPE_CHECKING:
    from warrantysim.analysis.quote_findings import QuoteFindings
    from warrantysim.schema.root import Scenario


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Study the quotes; print, and write where asked for. Stopped once, it prints and writes what it has."""
    read = loaded(arguments.scenario, arguments)
    world = brought_in(read.scenario, arguments.quote)
    changes = [str(change) for change in read.changes]
    ready(arguments.out, console)
    with stoppable(console) as stopped:
        found = studied(world, arguments, console, stopped)
    from warrantysim.report.quotes_files import quotes_frames, quotes_record
    from warrantysim.report.quotes_pictures import quotes_pictures

    if console.json:
        console.result_json(quotes_record(found, changes))
    else:
        from warrantysim.report.quotes_report import quotes_report

        console.result(quotes_report(found, console.lang, console.width, changes))
    if arguments.out is not None:
        write(
            arguments.out,
            console,
            quotes_frames(found),
            quotes_record(found, changes),
            pictures=lambda look: quotes_pictures(found, look),
        )
    return CANCELLED if found.cancelled else OK


def brought_in(world: Scenario, files: list[Path]) -> Scenario:
    """The world with the quotes of files on its table.

    Raises
    ------
    Stop
        With `BAD_INPUT` and every problem of the first file that has any, or if two files state one quote.
    """
    from warrantysim.files.quote_files import read_quotes, with_quotes
    from warrantysim.schema.errors import Problem, ScenarioError

    seen: dict[str, Path] = {}
    try:
        for file in files:
            quotes = read_quotes(file)
            for name in sorted(set(quotes) & set(seen)):
                message = f"quote {name!r} is stated in {seen[name].name} already"
                raise ScenarioError([Problem(f"quotes.{name}", message, f"{file}: quotes.{name}", "quotes")])
            seen |= dict.fromkeys(quotes, file)
            world = with_quotes(world, quotes, str(file))
    except ScenarioError as error:
        raise Stop(BAD_INPUT, str(error), [problem_row(problem) for problem in error.problems]) from None
    return world


def studied(world: Scenario, arguments: argparse.Namespace, console: Console, stopped: list[bool]) -> QuoteFindings:
    """The study with its details.

    Raises
    ------
    Stop
        With `BAD_INPUT` without a quote, `NO_SOLUTION` if an offer has no rules, or `SOME_FAILED` if a run broke.
    """
    from warrantysim.analysis.cases import Cancelled
    from warrantysim.analysis.quote_findings import findings
    from warrantysim.analysis.quote_offers import study_quotes
    from warrantysim.decision.choose import Undecided
    from warrantysim.experiment.simulate import ReplicationFailed
    from warrantysim.schema.errors import BadInput

    def cancel() -> bool:
        return bool(stopped)

    try:
        study = study_quotes(
            world,
            replications=None if arguments.replications is None else max(2, arguments.replications),
            seed=arguments.seed,
            jobs=arguments.jobs,
            progress=console.step,
            cancel=cancel,
        )
        return findings(study, jobs=arguments.jobs, progress=console.step, cancel=cancel)
    except Cancelled:
        raise KeyboardInterrupt from None
    except Undecided as error:
        raise Stop(NO_SOLUTION, console.say("message.no_decision", reason=error)) from None
    except ReplicationFailed as error:
        if arguments.debug:
            console.note(error.failure.traceback)
        raise Stop(SOME_FAILED, console.say("message.broken", reason=error)) from None
    except BadInput as error:
        raise Stop(BAD_INPUT, str(error)) from None
