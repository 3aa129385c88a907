"""A stored run, found by what was typed, and told as the command that made it tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warrantysim.cli.console import Console
from warrantysim.cli.exits import USAGE, Stop
from warrantysim.studies import ALL, study_of

if TYPE_CHECKING:
    from warrantysim.store.runs import StoredRun
    from warrantysim.store.workspace import Workspace

SHORT = 8
"""Digits of an id that are shown [count]."""


def run_named(home: Workspace, id: str, console: Console) -> StoredRun:
    """The run whose id begins so."""
    from warrantysim.store.runs import find

    run = find(home, whole_id(home, id, console))
    assert run is not None
    return run


def whole_id(home: Workspace, id: str, console: Console) -> str:
    """The id that begins so."""
    from warrantysim.store.runs import NoSuchRun, full_id

    try:
        return full_id(home, id)
    except NoSuchRun:
        raise Stop(USAGE, console.say("runs.no_such", id=id, folder=home.folder)) from None


def report(run: StoredRun, console: Console) -> str:
    """The report of a run, as the command that makes such a run prints it."""
    if run.kind in ALL:
        from warrantysim.present.terminal import terminal_text

        return terminal_text(study_of(run.kind).answer(run.stored, console.lang), console.width, console.lang)
    return console.say("runs.tables", names=", ".join(run.frames))
