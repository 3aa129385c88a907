"""The command line: ``warrantysim validate | new | add | import | schema | diff | simulate | decide | rules | runs |
app`` and one for each study of `warrantysim.studies`.

Tables for people go to standard output, progress and messages to standard error. Exit codes are in `exits`.
"""

from __future__ import annotations

import errno
import sys
import threading
import traceback
from collections.abc import Sequence
from importlib import import_module
from io import IOBase
from pathlib import Path

from warrantysim.cli.console import Console
from warrantysim.cli.exits import BAD_INPUT, CANCELLED, DEFECT, OK, USAGE, Stop, end_now
from warrantysim.cli.parser import parser
from warrantysim.studies import STUDIES

COMMANDS = {
    "validate": "warrantysim.cli.scenarios:validate",
    "new": "warrantysim.cli.scenarios:new",
    "add": "warrantysim.cli.add",
    "import": "warrantysim.cli.imports",
    "schema": "warrantysim.cli.scenarios:schema",
    "diff": "warrantysim.cli.differences",
    "rules": "warrantysim.cli.rules",
    "runs": "warrantysim.cli.runs",
    "app": "warrantysim.cli.app",
    **{name.replace("_", "-"): "warrantysim.cli.studies" for name in STUDIES},
}
"""The module of each command and its function, ``run`` where none is named; imported when it runs."""


STARTED = "--study="
"""What names the study that ``runs start`` is to start."""
OF_THE_MACHINE = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
)
"""Faults of the machine: no room, no permission, too many open files. They are no defects of the program."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : arguments without the program's name; those of the process by default.

    Returns
    -------
    The exit code; nothing is raised but what argparse raises for a wrong usage (``SystemExit(2)``).
    """
    program, argv = argv is None, sys.argv[1:] if argv is None else argv
    words = [word.removeprefix(STARTED) for word in argv]
    wanted = next((name for word in words if (name := named_study(word)) in STUDIES), None)
    started = wanted if any(f"{word}=".startswith(STARTED) for word in argv) and wanted != "simulate" else None
    try:
        arguments = parser(wanted, started).parse_args(argv)
    except KeyboardInterrupt:  # What a study can be asked is read from it, which may take a second.
        Console.plain("zh" if "zh" in words else "en").message("message.cancelled")
        return CANCELLED
    module, arguments.command = COMMANDS[arguments.command], named_study(arguments.command)
    console = Console.of(arguments)
    console.program = program
    try:
        place, _, function = module.partition(":")
        code: int = getattr(import_module(place), function or "run")(arguments, console)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        # The reader of a pipe has seen enough. Python would complain once more when it closes standard output.
        sys.stdout = open("/dev/null", "w", encoding="utf-8")  # noqa: SIM115, PTH123
        return OK
    except KeyboardInterrupt:
        console.message("message.cancelled")
        if program and any(t is not threading.main_thread() and not t.daemon for t in threading.enumerate()):
            sys.stdout.flush()
            end_now()  # A solver in a thread would be waited for.
        return CANCELLED
    except Stop as stop:
        return console.stopped(stop)
    except MemoryError:
        console.message("message.memory")
        return USAGE
    except Exception as error:
        from warrantysim.schema.errors import BadInput, ScenarioError
        from warrantysim.studies.study import WrongOption

        if isinstance(error, WrongOption):
            flag = f"--{error.option.replace('_', '-')}" if error.option else arguments.command
            return console.stopped(Stop(BAD_INPUT, BadInput("{option}: {why}", option=flag, why=error.why)))
        if isinstance(error, BadInput | ScenarioError):
            return console.stopped(Stop(BAD_INPUT, error))
        if isinstance(error, OSError) and error.errno in OF_THE_MACHINE:
            console.message("message.machine", reason=error.strerror, file=file_of(error))
            return USAGE
        if arguments.debug:
            console.note(traceback.format_exc())
        console.message("message.defect", kind=type(error).__name__, message=error)
        return DEFECT


def named_study(command: str) -> str:
    """The study a command is of: words of its name are joined by a hyphen on the command line."""
    return command.replace("-", "_")


def file_of(error: OSError) -> str:
    """The file a fault of the machine is of: a write that fails names none, but who wrote it holds it."""
    if error.filename:
        return str(error.filename)
    held = [frame.f_locals.values() for frame, _ in traceback.walk_tb(error.__traceback__)]
    for values in reversed(held):
        for value in values:
            name = value if isinstance(value, Path) else getattr(value, "name", "") if isinstance(value, IOBase) else ""
            if isinstance(name, str | Path) and str(name):
                return str(name)
    return str(getattr(sys.stdout, "name", "-"))
