"""``warrantysim runs start | cancel``: work in a process of its own, followed from here."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from warrantysim.cli.console import Console
from warrantysim.cli.exits import CANCELLED, OK, SOME_FAILED, USAGE, Stop
from warrantysim.cli.inputs import loaded
from warrantysim.cli.studies import asked as asked_of
from warrantysim.cli.studies import stated_cases
from warrantysim.experiment.pace import progress_text
from warrantysim.studies import study_of

if TYPE_CHECKING:
    from warrantysim.store.jobs import Job, Jobs
    from warrantysim.store.requests import Asked
    from warrantysim.store.workspace import Workspace

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
    from warrantysim.cli.run_found import report, run_named
    from warrantysim.locale.wording import named as term

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
    from warrantysim.locale.wording import named as term
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
