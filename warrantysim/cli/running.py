"""Running a command's work: progress on the console, Ctrl-C that keeps what there is, faults as exit codes."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from warrantysim.cli.console import Console
from warrantysim.cli.exits import BAD_INPUT, SOME_FAILED, Stop
from warrantysim.cli.inputs import loaded

if TYPE_CHECKING:
    from warrantysim.analysis.cases import Case


def beside_today(arguments: argparse.Namespace) -> tuple[list[Case], list[str]]:
    """Today's rule and those of ``--policy`` in one scenario, and what that changes of its base."""
    from warrantysim.analysis.cases import Case

    read = loaded(arguments.scenario, arguments)
    scenario = read.scenario
    others = [loaded(arguments.scenario, arguments, path).scenario.policy for path in arguments.policy]
    cases = [Case(policy.name, scenario, policy) for policy in (scenario.policy, *others)]
    return cases, [str(change) for change in read.changes]


def rule_titles(cases: Sequence[Case], console: Console) -> dict[str, str]:
    """What the rules are called in the console's language, by name; files keep their names."""
    from warrantysim.report.case_titles import titles_by_name

    return titles_by_name(cases, console.lang)


@contextmanager
def guarded(arguments: argparse.Namespace, console: Console) -> Iterator[list[bool]]:
    """Ctrl-C asks to stop; what goes wrong ends the command with its code."""
    from warrantysim.analysis.cases import Cancelled
    from warrantysim.experiment.simulate import AllFailed, ReplicationFailed
    from warrantysim.schema.errors import BadInput, ScenarioError

    try:
        with stoppable(console) as stopped:
            yield stopped
    except Cancelled:
        raise KeyboardInterrupt from None
    except ReplicationFailed as error:
        if arguments.debug:
            console.note(error.failure.traceback)
        if isinstance(error, AllFailed):
            raise Stop(SOME_FAILED, console.say("message.nothing", first=error)) from None
        raise Stop(SOME_FAILED, console.say("message.broken", reason=error)) from None
    except (BadInput, ScenarioError) as error:
        raise Stop(BAD_INPUT, error) from None


@contextmanager
def stoppable(console: Console) -> Iterator[list[bool]]:
    """A list that holds something once Ctrl-C was pressed; pressed again it ends the command at once."""
    stopped: list[bool] = []

    def stop(*_: Any) -> None:
        if stopped:
            raise KeyboardInterrupt
        stopped.append(True)
        console.tell("message.partial")

    try:
        before = signal.signal(signal.SIGINT, stop)
    except ValueError:  # Not in the main thread: nobody can press Ctrl-C there.
        yield stopped
        return
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)
