"""``warrantysim runs``: what is kept in a workspace."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from warrantysim.cli.console import Console
from warrantysim.cli.exits import BAD_INPUT, CANCELLED, DEFECT, OK, SOME_FAILED, USAGE, Stop
from warrantysim.cli.inputs import loaded, ready, write
from warrantysim.cli.studies import asked as asked_of
from warrantysim.cli.studies import stated_cases
from warrantysim.experiment.pace import progress_text
from warrantysim.locale.wording import named as term
from warrantysim.studies import ALL, study_of

if TYPE_CHECKING:
    from warrantysim.store.inputs import Asked
    from warrantysim.store.jobs import Job, Jobs
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


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Do what was asked for.

    Raises
    ------
    Stop
        With `USAGE` for a run or workspace that is not there, `BAD_INPUT` for a damaged run.
    """
    actions = {
        "start": start, "cancel": cancel, "list": listed_runs, "show": show, "rm": remove_runs, "diff": difference,
        "reproduce": reproduce,
    }  # fmt: skip
    home = open_workspace(arguments, console)
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

        shown = [(j, term("kind", j.kind, console.lang), term("state", j.state, console.lang)) for j in active]
        rows = [[j.id, kind, j.label, _when(j.submitted), state] for j, kind, state in shown]
        console.result(table(columns, rows, console.width))
    if broken:
        console.message("runs.damaged", n=len(broken), ids=", ".join(broken))
    if unread:
        console.message("runs.unread", n=len(unread), refs=", ".join(unread))
    return OK


def _row(run: StoredRun, console: Console) -> list[str]:

    return [
        run.id[:SHORT],
        term("kind", run.kind, console.lang),
        run.label,
        _when(run.made),
        _outcome(run, console),
    ]


def _outcome(run: StoredRun, console: Console) -> str:
    """What a run came to, in a few words; one that is damaged must not hide the others."""
    from warrantysim.report.run_text import outcome_text
    from warrantysim.store.runs import Damaged

    try:
        return outcome_text(run.kind, run.manifest["currency"], run.record, console.lang)
    except Damaged:
        return console.say("runs.unreadable")


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


def difference(home: Workspace, arguments: argparse.Namespace, console: Console) -> int:
    """Inputs that differ, and costs of the first rules, paired."""
    from warrantysim.cli.differences import change_row, changes_shown
    from warrantysim.schema.diff import diff

    first, other = (run_named(home, id, console) for id in (arguments.run, arguments.other))
    ready(arguments.out, console)
    changes = diff(whole_of(first), whole_of(other))
    frame, reason = _costs(first, other, console)
    if console.json:
        from warrantysim.report.export import row_records

        rows = row_records(frame) if frame is not None else None
        inputs = [change_row(change) for change in changes]
        console.result_json({"from": first.id, "to": other.id, "inputs": inputs, "yearly": rows, "reason": reason})
    else:
        console.result(console.say("runs.inputs" if changes else "runs.inputs_same"))
        if changes:
            console.result(changes_shown(changes, console))
        if frame is None:
            console.result(reason)
        else:
            console.result(console.say("runs.costs", a=first.id[:SHORT], b=other.id[:SHORT]))
            console.result(_cost_table(frame, first.manifest["currency"], console))
    if arguments.out is not None:
        import pandas as pd

        inputs_frame = pd.DataFrame([change_row(c) for c in changes], columns=["path", "old", "new", "unit", "source"])
        write(arguments.out, console, {"inputs": inputs_frame} | ({} if frame is None else {"yearly": frame}))
    return OK


def whole_of(run: StoredRun) -> Any:
    """The scenario of a run with its first rule as today's: everything that can differ, in one."""
    if run.kind == "simulate":
        return run.inputs.scenario.replace(policy=run.inputs.policies[0])
    return run.study.cases[0].whole


def _costs(first: StoredRun, other: StoredRun, console: Console) -> tuple[Any, str]:
    """Costs of two runs on the same luck, or why there are none to compare."""
    from warrantysim.analysis.comparison import comparison_of
    from warrantysim.schema.errors import BadInput

    for run in (first, other):
        if run.kind != "simulate":
            return None, console.say("runs.of_kind", kind=term("kind", run.kind, console.lang))
    try:
        return comparison_of([("a", first.result, 0), ("b", other.result, 0)]).yearly(), ""
    except BadInput as error:
        return None, console.say("runs.unpaired", reason=error)


def _cost_table(frame: Any, currency: str, console: Console) -> str:
    from warrantysim.report.figures import interval, signed, whole
    from warrantysim.report.tables import TextColumn, table

    names = ("fact", "first", "other", "difference", "interval_short")
    columns = [TextColumn(console.say(f"column.{n}"), align="left" if n == "fact" else "right") for n in names]
    rows = [
        [
            f"{term('measure', row.measure, console.lang)} {currency}",
            whole(row.baseline),
            whole(row.value),
            signed(row.difference),
            interval(row.low, row.high),
        ]
        for row in frame.itertuples()
    ]
    return table(columns, rows, console.width)


def reproduce(home: Workspace, arguments: argparse.Namespace, console: Console) -> int:
    """Run a run again and hold the results against those stored."""
    from warrantysim.analysis.cases import Case
    from warrantysim.present.terminal import terminal_text
    from warrantysim.store.kinds import Doing
    from warrantysim.store.reproduce import CannotRepeat, reproduced
    from warrantysim.studies.reproduce import STUDY, ReproduceOptions

    run = run_named(home, arguments.run, console)
    try:
        again = reproduced(run, Doing(None, arguments.jobs, console.step))
    except CannotRepeat:
        raise Stop(USAGE, console.say("runs.cannot_repeat", id=run.id)) from None
    ask = ReproduceOptions(run=run.id)
    stored = STUDY.stored(again, [Case.of(run.asked.scenario)], ask, run.asked.seed)
    if console.json:
        console.result_json(STUDY.record(stored))
    else:
        console.result(terminal_text(STUDY.answer(stored, console.lang), console.width, console.lang))
    return OK if again.same else DEFECT


EVERY = 0.2
"""Time between two looks at a job [s]."""


def start(home: Workspace, arguments: argparse.Namespace, console: Console) -> int:
    """Ask for a run and follow it; Ctrl-C leaves it at work."""
    from warrantysim.store.audit import account
    from warrantysim.store.jobs import Jobs

    asked, changes = request_of(arguments, console)
    jobs = Jobs(home)
    job = jobs.submit(
        asked,
        label=arguments.label,
        changes=changes,
        processes=arguments.jobs,
        who=account(),
        cluster=arguments.cluster,
    )
    if arguments.detach:
        if console.json:
            console.result_json({"job": job.id, "run": job.run_id, "state": job.state})
        console.tell("runs.started", job=job.id)
        return OK
    if not job.active:
        console.tell("runs.there")
    try:
        job = watch(jobs, job, console)
    except KeyboardInterrupt:
        console.message("runs.goes_on", job=job.id)
        return CANCELLED
    return ended(home, job, console)


def request_of(arguments: argparse.Namespace, console: Console) -> tuple[Asked, list[str]]:
    """What is asked for, and what it changes in the base scenario."""
    from warrantysim.store.inputs import Inputs
    from warrantysim.store.study import AskedQuestion

    if arguments.study != "simulate":
        one = study_of(arguments.study)
        (cases, changes), ask = stated_cases(one, arguments, console), asked_of(one, arguments)
        options = ask.model_dump(mode="json", exclude_defaults=True)
        return AskedQuestion.of(one.name, cases, seed=arguments.seed, **options), list(changes)
    if not arguments.decide:
        found = loaded(arguments.scenario, arguments)
        others = [loaded(arguments.scenario, arguments, path).scenario.policy for path in arguments.policy]
        policies = [found.scenario.policy, *others]
        asked: Asked = Inputs.of(found.scenario, policies, replications=arguments.replications, seed=arguments.seed)
        return asked, [str(change) for change in found.changes]
    if len(arguments.policy) > 1:
        raise Stop(USAGE, console.say("runs.one_policy"))
    found = loaded(arguments.scenario, arguments, arguments.policy[0] if arguments.policy else None)
    asked = AskedQuestion.of("decide", found.scenario, seed=arguments.seed, replications=arguments.replications)
    return asked, [str(change) for change in found.changes]


def watch(jobs: Jobs, job: Job, console: Console) -> Job:
    """The job once it has ended, telling how far it is meanwhile."""
    while job.active:
        p = job.progress
        console.progress(progress_text(p.stage or "wait", p.done, p.total, p.eta_s, console.lang))
        time.sleep(EVERY)
        job = jobs.poll(job.id)
    return job


def ended(home: Workspace, job: Job, console: Console) -> int:
    """Report what a job led to.

    Raises
    ------
    Stop
        If it led to nothing.
    """

    if job.result is None:
        code = CANCELLED if job.state == "cancelled" else SOME_FAILED
        state = term("state", job.state, console.lang)
        raise Stop(code, console.say("runs.ended", job=job.id, state=state, message=job.message))
    run = run_named(home, job.result, console)
    if console.json:
        console.result_json({"run": run.id, "job": job.id, "state": job.state, "found": run.record})
    else:
        console.result(report(run, console))
    console.tell("runs.stored", id=run.id)
    return SOME_FAILED if run.manifest["failures"] else OK


def cancel(home: Workspace, arguments: argparse.Namespace, console: Console) -> int:
    """End a job."""
    from warrantysim.store.audit import account
    from warrantysim.store.jobs import Jobs, NoSuchJob

    jobs = Jobs(home)
    try:
        job = (jobs.keep if arguments.keep else jobs.cancel)(arguments.job, account())
    except NoSuchJob:
        raise Stop(USAGE, console.say("runs.not_a_job", id=arguments.job, folder=home.folder)) from None
    job = watch(jobs, job, console)
    state = term("state", job.state, console.lang)
    console.message("runs.ended", job=job.id, state=state, message=job.message)
    if job.result is not None:
        console.tell("runs.stored", id=job.result)
    return OK
