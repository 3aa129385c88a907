"""What can be said on the command line. Imports nothing heavy: help must be there at once."""

from __future__ import annotations

import argparse
import datetime as dt
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from warrantysim.cli.add import add_add
from warrantysim.cli.app import add_app
from warrantysim.cli.exits import MEANINGS
from warrantysim.cli.imports import add_import
from warrantysim.cli.inputs import BY_ITSELF
from warrantysim.cli.rules import add_rules
from warrantysim.cli.studies import add_options, add_studies
from warrantysim.locale.wording import CATALOGUES
from warrantysim.packs import REFERENCE
from warrantysim.schema.plain_text import printable
from warrantysim.studies import STUDIES
from warrantysim.version import __version__

Part = Callable[[argparse.ArgumentParser], None]
"""Adds a group of arguments that several commands share."""


def add_runs(
    commands: Any,
    command: Callable[[Any, str, str], argparse.ArgumentParser],
    parts: Mapping[str, Part],
    started: str | None = None,
) -> None:
    """Add ``runs`` and what it can do.

    Parameters
    ----------
    command
        Adds a command with the arguments every command has.
    parts
        ``changes``, ``luck`` and ``out``.
    started
        The study to start, whose options are added.
    """
    does = "runs kept in a workspace: start, list, show, diff, reproduce, rm, cancel"
    whole = commands.add_parser("runs", help=does, description=f"{does[0].upper()}{does[1:]}.")
    actions = whole.add_subparsers(dest="action", required=True, metavar="action")

    def action(name: str, does: str) -> argparse.ArgumentParser:
        it = command(actions, name, does)
        it.add_argument(
            "--workspace",
            type=Path,
            metavar="DIR",
            help="the workspace; $WARRANTYSIM_WORKSPACE or .warrantysim by default",
        )
        return it

    it = action("start", "simulate, decide or study in a process of its own, and keep it; nothing is run twice")
    names = list(STUDIES)
    it.add_argument(
        "--study",
        choices=names,
        default="simulate",
        metavar="NAME",
        help=f"a study, with its options: {', '.join(names)}",
    )
    if started is None:
        _simulated(it)
    else:
        add_options(it, started)
    it.add_argument("--label", default="", metavar="TEXT", help="what to call the run; the scenario's name by default")
    it.add_argument("--detach", action="store_true", help="do not wait for the end")
    parts["luck"](it)
    parts["changes"](it)

    action("list", "the runs of the workspace, latest first, and what is being worked on")

    it = action("show", "what a run found, and all it rests on")
    it.add_argument("run", help="id of a run, or its beginning")
    parts["out"](it)

    it = action("diff", "what differs between two runs: inputs, and costs on the same luck")
    it.add_argument("run", help="id of a run, or its beginning")
    it.add_argument("other", help="the one to hold against it")
    parts["out"](it)

    it = action("reproduce", "run a run again; exit code 1 if the results are not the same to the last bit")
    it.add_argument("run", help="id of a run, or its beginning")
    it.add_argument("--jobs", type=int, choices=range(1, 65), default=1, metavar="N", help="processes (default 1)")

    it = action("rm", "remove runs")
    it.add_argument("runs", nargs="+", metavar="run", help="ids of runs, or their beginnings")

    it = action("cancel", "end a job that is at work or waiting; what it has done serves the next with the same inputs")
    it.add_argument("job", help="id of the job")
    it.add_argument("--keep", action="store_true", help="keep the replications done as a run of its own")


def _simulated(it: argparse.ArgumentParser) -> None:
    """What is simulated, or decided."""
    it.add_argument("scenario", type=Path, help="scenario file (.yaml)")
    it.add_argument("--decide", action="store_true", help="find the rule to switch to, not only what rules cost")
    it.add_argument(
        "--policy",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="another rule to simulate beside today's; with --decide today's rule instead; may be repeated",
    )


MOST_JOBS = 4
"""Processes used where nothing is said: each holds a replication in memory."""

Subcommands = Any
"""What `ArgumentParser.add_subparsers` returns; argparse gives the class no public name."""


class _Parser(argparse.ArgumentParser):
    """A parser that repeats nothing a terminal obeys, and takes files before and after options."""

    _within = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Options first where any number of files may be named: else those after an option would be too many."""
        if self._within or not any(one.nargs in ("*", "+") for one in self._get_positional_actions()):
            return super().parse_known_args(args, namespace)
        self._within = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._within = False

    def _print_message(self, message: str, file: Any = None) -> None:
        super()._print_message(printable(message or ""), file)


def parser(wanted: str | None = None, started: str | None = None) -> argparse.ArgumentParser:
    """The parser of all commands; of studies only the one that is wanted, or started as a run, has its options."""
    codes = "\n".join(f"  {code:>3}  {meaning}" for code, meaning in MEANINGS.items())
    whole = _Parser(
        prog="warrantysim",
        description="Which warranty claims to refund, reship, repair near the customer or return to China.",
        epilog=dedent("""\
            examples:
              warrantysim decide
              warrantysim new my-seller --markets US,DE
              warrantysim decide scenarios/base.yaml --lang zh --out results
              warrantysim simulate scenarios/base.yaml --policy scenarios/policies/all-home.yaml
              warrantysim diff scenarios/base.yaml scenarios/freight-up-40.yaml
              warrantysim validate my.yaml --set horizon.days=181

            exit codes:
            """)
        + codes,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=f"warrantysim {__version__}")
    commands = whole.add_subparsers(dest="command", required=True, metavar="command")
    shared = {"changes": _changes, "luck": _luck, "out": _out}
    _validate(commands)
    _new(commands)
    add_add(commands, _command)
    add_import(commands, _command)
    _schema(commands)
    _diff(commands)
    add_rules(commands, _command, shared)
    add_studies(commands, _command, shared, wanted)
    add_runs(commands, _command, shared, started)
    add_app(commands, _command)
    return whole


def _validate(commands: Subcommands) -> None:
    it = _command(commands, "validate", "check scenario files; every problem is listed with its place")
    it.add_argument(
        "scenarios",
        nargs="*",
        type=Path,
        default=[REFERENCE],
        metavar="scenario",
        help=f"scenario files (.yaml); {BY_ITSELF}",
    )
    _changes(it)


def _new(commands: Subcommands) -> None:
    it = _command(commands, "new", "a folder to begin from: your own workbook, or the reference seller's files")
    it.add_argument("folder", type=_folder, help="folder to make")
    it.add_argument(
        "--markets",
        type=_markets,
        default=(),
        metavar="US,DE",
        help="markets you sell in: makes a small workbook to fill in; without it, a copy of the reference seller",
    )
    it.add_argument(
        "--first", type=_day, metavar="DAY", help="first day of the year to decide for; the next month's by default"
    )


def _schema(commands: Subcommands) -> None:
    it = _command(commands, "schema", "every field of a scenario with unit and range; --json for editors")
    it.add_argument("pattern", nargs="?", default="", help="only fields whose path holds this text")
    _out(it)


def _diff(commands: Subcommands) -> None:
    it = _command(commands, "diff", "what differs between two scenarios, or between a what-if and its base")
    it.add_argument("scenario", type=Path, help="a scenario file")
    it.add_argument("other", nargs="?", type=Path, help="the one to compare it with; its own base where left out")
    _changes(it)
    _out(it)


def _command(commands: Subcommands, name: str, does: str) -> argparse.ArgumentParser:
    it: argparse.ArgumentParser = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
    group = it.add_argument_group("output")
    group.add_argument("--json", action="store_true", help="results as JSON on standard output")
    group.add_argument(
        "--lang",
        choices=CATALOGUES,
        default="en",
        help="language of answers and messages; of German only errors, agents' card and memo are written",
    )
    group.add_argument("--quiet", action="store_true", help="no progress and no messages but errors")
    group.add_argument("--width", type=_count, metavar="N", help="width of tables; that of the terminal by default")
    group.add_argument("--debug", action="store_true", help="show where a defect arose")
    return it


def _changes(it: argparse.ArgumentParser) -> None:
    it.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="PATH=VALUE",
        dest="sets",
        help="change a value, such as horizon.days=181 or 'freight_breaks[*,*].rate*=1.4'; may be repeated",
    )


def _luck(it: argparse.ArgumentParser) -> None:
    group = it.add_argument_group("luck and speed")
    group.add_argument("--replications", type=_count, metavar="N", help="years simulated; the scenario's by default")
    group.add_argument("--seed", type=_seed, help="seed of every draw; the scenario's by default")
    group.add_argument(
        "--jobs",
        type=_count,
        default=default_jobs(),
        metavar="N",
        help="processes; results do not depend on it (default %(default)s)",
    )
    group.add_argument(
        "--cluster",
        default=os.environ.get("WARRANTYSIM_CLUSTER", ""),
        metavar="ADDRESS",
        help="a Dask scheduler whose workers do the work in place of processes here, such as tcp://10.0.0.5:8786; "
        "$WARRANTYSIM_CLUSTER by default",
    )


def _out(it: argparse.ArgumentParser) -> None:
    it.add_argument("--out", type=_folder, metavar="DIR", help="also write every table there, as CSV and Parquet")


def _markets(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(part.strip().upper() for part in text.replace(" ", ",").split(",") if part.strip()))
    if not found:
        raise argparse.ArgumentTypeError("expected markets such as US,DE")
    return found


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a day such as 2027-01-01, got {text!r}") from None


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("expected a folder, got an empty name")
    return Path(text)


def default_jobs() -> int:
    """Processes to use: the cores this process may use, at most `MOST_JOBS`."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, MOST_JOBS))


def _count(text: str) -> int:
    return _whole(text, 1)


def _seed(text: str) -> int:
    seed = _whole(text, 0)
    if seed >= 2**32:
        raise argparse.ArgumentTypeError(f"expected a whole number of at most {2**32 - 1}, got {text!r}")
    return seed


def _whole(text: str, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least {least}, got {text!r}")
    return int(text)
