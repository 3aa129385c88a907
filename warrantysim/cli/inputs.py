"""What commands read and where they write. `cli.main` tells what is wrong with a file, and ends with exit code 3."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warrantysim.cli.console import Console
from warrantysim.cli.exits import USAGE, Stop
from warrantysim.packs import REFERENCE

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.files.loading import Loaded
    from warrantysim.report.charts.theme import Look, Picture
    from warrantysim.schema.errors import Problem
    from warrantysim.schema.root import Scenario


NOTE = "run.json"
"""Where it is written what the tables come from."""
MOST_WARNINGS = 5
"""Warnings that a command tells before it runs; ``validate`` tells all [warnings]."""
BY_ITSELF = "the reference seller's where left out"


def one_scenario(it: argparse.ArgumentParser) -> None:
    """The argument that names a scenario."""
    help = f"scenario file (.yaml); {BY_ITSELF}"
    it.add_argument("scenario", nargs="?", type=Path, default=REFERENCE, help=help)


def scenario_file(path: Path) -> Path:
    """The scenario file that is named; that of a seller's folder where the folder is."""
    if not path.is_dir() or not any((path / own).exists() for own in ("books", "seller.xlsx")):
        return path
    from warrantysim.files.loading import seller_file

    found = seller_file(path)
    return found if found.exists() else path


def loaded(path: Path, arguments: argparse.Namespace, policy: Path | None = None) -> Loaded[Scenario]:
    """A scenario with the changes of ``--set``, and with the policy of a file in place of its own where one is given: a
    policy (.yaml), or rules in any form they are handed out in.

    Raises
    ------
    ScenarioError
        With every problem.
    """
    from warrantysim.files.loading import load
    from warrantysim.schema.errors import Problem, ScenarioError, first_message

    path = scenario_file(path)
    if policy is None or policy.suffix.lower() in {".yaml", ".yml"}:
        found = load(path, arguments.sets, policy)
    else:
        from warrantysim.report.rule_reading import read_rules

        found = load(path, arguments.sets)
        rules = read_rules(policy, found.scenario)
        try:
            found = replace(found, scenario=found.scenario.replace(policy=rules))
        except ValueError as error:
            raise ScenarioError([Problem("", first_message(error), policy.as_posix())]) from None
    _warn(found, arguments)
    return found


def _warn(found: Loaded[Scenario], arguments: argparse.Namespace) -> None:
    """Tell what is odd, once a command; ``validate`` tells all of it."""
    from warrantysim.schema.errors import lines

    told: set[Problem] = arguments.__dict__.setdefault("warned", set())
    new = [warning for warning in found.warnings if replace(warning, where="") not in told]
    told.update(replace(warning, where="") for warning in new)
    if not new:
        return
    console = Console.of(arguments)
    texts = lines(new, lang=console.lang)
    for text in texts if arguments.command == "validate" else texts[:MOST_WARNINGS]:
        console.tell("scenario.warning", text=text)
    console.tell("scenario.warnings", n=len(new))


@contextmanager
def written_to(folder: Path, console: Console) -> Iterator[None]:
    """Where something is written: what cannot be ends the command with `USAGE`."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise Stop(USAGE, console.say("message.cannot_write", folder=folder, reason=reason)) from None


def ready(folder: Path | None, console: Console) -> None:
    """Refuse a folder of ``--out`` that cannot be written to before the work begins, not after. What is made for that
    is gone again: work that is stopped leaves no empty folder.
    """
    if folder is None:
        return
    from warrantysim.store.atomic import SET_ASIDE, new_files, no_folder, sweep_leftovers
    from warrantysim.store.workspace import LEFT_BEHIND

    with written_to(folder, console):
        made = [one for one in (folder, *folder.parents) if not one.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        no_folder(folder / NOTE)
        sweep_leftovers(folder, LEFT_BEHIND, f"{SET_ASIDE}~")
        with new_files(folder) as aside:
            (aside / "probe").mkdir()
        for one in made:
            with suppress(OSError):  # Somebody else is at work there.
                one.rmdir()


def write(
    folder: Path | None,
    console: Console,
    frames: Mapping[str, pd.DataFrame],
    note: Mapping[str, Any] | None = None,
    texts: Mapping[str, str] | None = None,
    contents: Mapping[str, bytes] | None = None,
    pictures: Callable[[Look], Mapping[str, Picture]] | None = None,
) -> None:
    """Write tables, texts, other contents (by file name) and pictures in the console's language, and the note of where
    they come from as ``run.json``. They appear together, or none does; a file somebody changed since keeps its name.
    """
    if folder is None:
        return
    from warrantysim.report.export import write_frames, write_json
    from warrantysim.store.atomic import keep_edited, new_files

    with written_to(folder, console), new_files(folder) as aside:
        files = write_frames(frames, aside)
        whole = {name: text.encode() for name, text in (texts or {}).items()} | dict(contents or {})
        for name, content in whole.items():
            (aside / name).write_bytes(content)
            files.append(aside / name)
        if pictures is not None:
            from warrantysim.report.charts.export import write_pictures
            from warrantysim.report.charts.theme import Look

            files += write_pictures(pictures(Look(lang=console.lang)), aside)
        if note is not None:
            files.append(write_json(note, aside / NOTE))
        kept = keep_edited(folder, aside)
    console.tell("message.written", n=len(files), folder=folder)
    for name, beside in kept:
        console.tell("message.kept_edited", name=name, beside=beside)
