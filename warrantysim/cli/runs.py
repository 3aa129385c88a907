"""``warrantysim runs``: what is kept in a workspace."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from warrantysim.cli.console import Console
from warrantysim.cli.exits import BAD_INPUT, OK, USAGE, Stop
from warrantysim.cli.inputs import ready, write
from warrantysim.cli.run_found import SHORT, report, run_named, whole_id

if TYPE_CHECKING:
    from warrantysim.store.runs import StoredRun
    from warrantysim.store.workspace import Workspace


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Do what was asked for.

    Raises
    ------
    Stop
        With `USAGE` for a run or workspace that is not there, `BAD_INPUT` for a damaged run.
    """
    home = open_workspace(arguments, console)
    if arguments.action in {"start", "cancel"}:
        from warrantysim.cli.run_jobs import cancel, start

        with told_apart(console):
            return start(home, arguments, console) if arguments.action == "start" else cancel(home, arguments, console)
    actions = {"list": listed_runs, "show": show, "rm": remove_runs}
    if arguments.action in {"diff", "reproduce"}:
        from warrantysim.cli.run_checks import difference, reproduce

        actions |= {"diff": difference, "reproduce": reproduce}
    with told_apart(console):
        return actions[arguments.action](home, arguments, console)


def open_workspace(arguments: argparse.Namespace, console: Console) -> Workspace:
    """The workspace."""
    from warrantysim.store.database import WorkspaceTooNew
    from warrantysim.store.workspace import Workspace, usual_folder

    folder = arguments.workspace or usual_folder()
    try:
        return Workspace.at(folder)
    except (OSError, WorkspaceTooNew) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Stop(USAGE, console.say("runs.no_workspace", folder=folder, reason=reason)) from None


@contextmanager
def told_apart(console: Console) -> Iterator[None]:
    """What is wrong with a run, or that nothing can be written, in words."""
    from warrantysim.store.runs import Damaged
    from warrantysim.store.workspace import NotWritable

    try:
        yield
    except Damaged as error:
        raise Stop(BAD_INPUT, console.say("runs.broken", reason=error)) from None
    except NotWritable as error:
        folder, reason = error.filename, error.strerror
        raise Stop(USAGE, console.say("message.cannot_write", folder=folder, reason=reason)) from None


def listed_runs(home: Workspace, arguments: argparse.Namespace, console: Console) -> int:
    """All runs, and jobs that have not ended."""
    from warrantysim.report.tables import TextColumn, table
    from warrantysim.store import versions
    from warrantysim.store.jobs import Jobs
    from warrantysim.store.runs import damaged, list_runs

    jobs = Jobs(home)
    jobs.tend()
    active, found, broken = jobs.listed(active=True), list_runs(home), damaged(home, thorough=False)
    unread = [f"{sort} {ref}" for sort in ("scenario", "upload") for ref in versions.damaged_versions(home, sort)]
    if console.json:
        working = [{"job": j.id, "run": j.run_id, "kind": j.kind, "state": j.state, "label": j.label} for j in active]
        brief = [{k: v for k, v in r.manifest.items() if k not in {"files", "packages"}} for r in found]
        console.result_json(
            {"workspace": str(home.folder), "runs": brief, "jobs": working, "damaged": broken, "versions": unread}
        )
        return OK
    say = console.say
    names = ("run", "kind", "label", "made", "result")
    columns = [TextColumn(say(f"column.{name}"), wraps=name in {"label", "result"}, least=10) for name in names]
    if found:
        console.result(say("runs.count", n=len(found), folder=home.folder))
        console.result(table(columns, [_row(r, console) for r in found], console.width))
    elif not active:
        console.result(say("runs.none", folder=home.folder))
    if active:
        console.result(say("runs.working", n=len(active)))
        from warrantysim.locale.wording import named as term

        rows = [
            [
                j.id,
                term("kind", j.kind, console.lang),
                j.label,
                _when(j.submitted),
                term("state", j.state, console.lang),
            ]
            for j in active
        ]
        console.result(table(columns, rows, console.width))
    if broken:
        console.message("runs.damaged", n=len(broken), ids=", ".join(broken))
    if unread:
        console.message("runs.unread", n=len(unread), refs=", ".join(unread))
    return OK


def _row(run: StoredRun, console: Console) -> list[str]:
    from warrantysim.locale.wording import named as term

    return [run.id[:SHORT], term("kind", run.kind, console.lang), run.label, _when(run.made), run_outcome(run, console)]


def run_outcome(run: StoredRun, console: Console) -> str:
    """What a run came to; a run that is damaged must not hide the others."""
    from warrantysim.store.runs import Damaged

    try:
        return run_headline(run, console)
    except Damaged:
        return console.say("runs.unreadable")


def run_headline(run: StoredRun, console: Console) -> str:
    """What a run came to, in a few words: each rule's cost, or the saving of a decision."""
    from warrantysim.report.run_text import outcome_text

    return outcome_text(run.kind, run.manifest["currency"], run.record, console.lang)


def _when(stamp: str) -> str:
    return f"{stamp[:10]} {stamp[11:16]} UTC"


def show(home: Workspace, arguments: argparse.Namespace, console: Console) -> int:
    """What a run rests on, then the report it was printed with."""
    from warrantysim.store.runs import Damaged

    run = run_named(home, arguments.run, console)
    for file in run.damage():
        raise Damaged(f"run {run.id}: {file} is not what was written; remove the run and ask for it again")
    ready(arguments.out, console)
    if console.json:
        told = {key: value for key, value in run.manifest.items() if key != "files"}
        console.result_json({**told, "found": run.record})
    else:
        console.result(facts(run, console))
        console.result(report(run, console))
    if arguments.out is not None:
        write(arguments.out, console, {name: run.frame(name) for name in run.frames}, run.record)
    return OK


def facts(run: StoredRun, console: Console) -> str:
    """What a run rests on, a line each."""
    from warrantysim.locale.wording import named as term
    from warrantysim.report.run_text import facts_text
    from warrantysim.report.tables import TextColumn, table

    stated = {
        **facts_text({**run.manifest, "kind": run.kind}, console.lang),
        term("fact", "folder", console.lang): str(run.folder),
    }
    rows = [[key, value] for key, value in stated.items()]
    columns = [TextColumn(console.say("column.fact")), TextColumn(console.say("column.value"), wraps=True, least=30)]
    return table(columns, rows, console.width)


def remove_runs(home: Workspace, arguments: argparse.Namespace, console: Console) -> int:
    """Take runs away, sound or not; none if one of them is not there."""
    from warrantysim.store import runs
    from warrantysim.store.audit import account

    ids = [whole_id(home, id, console) for id in arguments.runs]
    for id in dict.fromkeys(ids):
        runs.remove(home, id, account())
        console.tell("runs.removed", id=id)
    return OK
