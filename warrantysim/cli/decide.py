"""``warrantysim decide``: the rule to switch to."""

from __future__ import annotations

import argparse
import time
from functools import partial
from typing import TYPE_CHECKING

from warrantysim.cli.console import Console
from warrantysim.cli.exits import BAD_INPUT, NO_SOLUTION, OK, SOME_FAILED, Stop
from warrantysim.cli.inputs import loaded, ready, write
from warrantysim.cli.memory import peak_memory

if TYPE_CHECKING:
    from warrantysim.decision.decide import Decision
    from warrantysim.experiment.result import Result
    from warrantysim.schema.root import Scenario


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Decide; print, and write where asked for."""
    begun = time.perf_counter()
    found = loaded(arguments.scenario, arguments, arguments.policy)
    scenario = found.scenario
    if arguments.replications is not None:
        scenario = confirmed_on(scenario, arguments.replications)
    ready(arguments.out, console)
    read = time.perf_counter() - begun
    decision, confirmed = decided(scenario, arguments, console, read)
    memory = peak_memory()
    changes = [str(change) for change in found.changes]
    from warrantysim.report.decision_files import decision_frames, decision_record, recommended, recommended_text
    from warrantysim.report.rule_files import rule_texts

    if console.json:
        console.result_json(decision_record(decision, scenario, changes, memory))
    else:
        from warrantysim.report.decision_report import decision_report

        console.result(decision_report(decision, scenario, console.lang, console.width, changes, memory))
    if arguments.out is not None:
        from warrantysim.report.decision_pictures import decision_pictures

        write(
            arguments.out,
            console,
            decision_frames(decision, scenario),
            decision_record(decision, scenario, changes, memory),
            {
                "policy.yaml": recommended_text(decision, scenario),
                **rule_texts(recommended(decision, scenario), scenario),
            },
            package(decision, confirmed, arguments, console, changes),
            lambda look: decision_pictures(decision, scenario, look),
        )
    return OK


def package(
    decision: Decision, confirmed: Result, arguments: argparse.Namespace, console: Console, changes: list[str]
) -> dict[str, bytes]:
    """Memo and workbook; what the two rules were billed is counted first."""
    from datetime import UTC, datetime

    from warrantysim.experiment.quantities import quantities
    from warrantysim.report.decision_package import decision_package

    counted = quantities(
        confirmed.scenario,
        confirmed.policies[:2],
        range(decision.replications),
        seed=decision.seed,
        jobs=arguments.jobs,
        progress=partial(console.step, "count"),
    )
    made = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    return decision_package(decision, confirmed, counted, lang=console.lang, changes=changes, made=made)


def listed(text: str | None) -> tuple[str, ...] | None:
    """Names between commas; None where nothing is said."""
    return None if text is None else tuple(name.strip() for name in text.split(",") if name.strip())


def confirmed_on(scenario: Scenario, replications: int) -> Scenario:
    """The scenario with another number of confirming replications; at least 2, or there is no interval."""
    return scenario.replace(decision=scenario.decision.replace(confirm_replications=max(2, replications)))


def decided(
    scenario: Scenario, arguments: argparse.Namespace, console: Console, read: float
) -> tuple[Decision, Result]:
    """The decision, with the time it took to read the scenario, and the simulation that confirmed it.

    Raises
    ------
    Stop
        With `NO_SOLUTION` if there is none, or `SOME_FAILED` if a replication broke.
    """
    import dataclasses

    from warrantysim.decision.asking import Experiments
    from warrantysim.decision.changes import NoSuchChange, Ticks
    from warrantysim.decision.choose import Undecided
    from warrantysim.decision.decide import decide
    from warrantysim.experiment.simulate import ReplicationFailed
    from warrantysim.schema.errors import BadInput
    from warrantysim.store.deciding import Kept
    from warrantysim.store.kinds import Doing
    from warrantysim.store.study import Study

    confirmed: list[Result] = []
    study = Study.of("decide", scenario, seed=arguments.seed)
    experiments = Experiments(scenario, study.seed, arguments.jobs, None, console.step)
    asked = Kept(experiments, study, Doing(None, arguments.jobs, console.step), confirmed.append)
    try:
        ticks = Ticks(listed(arguments.only), listed(arguments.without) or (), listed(arguments.also) or ())
        decision = decide(
            scenario, seed=study.seed, jobs=arguments.jobs, progress=console.step, asked=asked, ticks=ticks
        )
    except NoSuchChange as error:
        hint = console.say("message.near_change", near=error.near) if error.near else ""
        raise Stop(BAD_INPUT, f"{console.say('message.no_change', name=error.name)}{hint}") from None
    except BadInput as error:
        raise Stop(BAD_INPUT, error) from None
    except Undecided as error:
        raise Stop(NO_SOLUTION, console.say("message.no_decision", reason=error)) from None
    except ReplicationFailed as error:
        if arguments.debug:
            console.note(error.failure.traceback)
        raise Stop(SOME_FAILED, console.say("message.broken", reason=error)) from None
    return dataclasses.replace(decision, seconds={"load": read, **decision.seconds}), confirmed[-1]
