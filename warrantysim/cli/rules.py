"""``warrantysim rules``: rules as files for other programs, and what a file of rules changes against those in force."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from warrantysim.cli.console import Console
from warrantysim.cli.exits import OK
from warrantysim.cli.inputs import loaded, one_scenario, ready, write
from warrantysim.cli.studies import guarded, workers


def add_rules(commands: Any, command: Any, options: Any) -> None:
    """Its arguments."""
    it = command(commands, "rules", "rules as files for other programs; and what a file of rules changes and costs")
    one_scenario(it)
    it.add_argument(
        "--file", type=Path, metavar="FILE",
        help="rules as they came back: agent_rules.csv, policy.json, rules.dmn, rules.py, a platform's form, a policy",
    )  # fmt: skip
    for option in ("luck", "changes", "out"):
        options[option](it)


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Compare the rules of a file with those in force on the same claims; write the rules in every form.

    Without a file the rules in force are written.
    """
    found = loaded(arguments.scenario, arguments)
    scenario = found.scenario
    policy = (
        loaded(arguments.scenario, arguments, arguments.file).scenario.policy if arguments.file else scenario.policy
    )
    ready(arguments.out, console)
    from warrantysim.report.agent_rules import agent_rules
    from warrantysim.report.policy_file import policy_text
    from warrantysim.report.rule_files import rule_texts
    from warrantysim.report.rules_report import cell_changes, rules_record, rules_report

    table = agent_rules(policy, scenario)
    change = None
    if arguments.file:
        from warrantysim.experiment.simulate import simulate
        from warrantysim.experiment.workers import Watched
        from warrantysim.report.policy_change import policy_change

        # One replication has no interval.
        replications = max(2, arguments.replications or scenario.plan.replications)
        there = workers(arguments)
        with guarded(arguments, console) as stopped:
            result = simulate(
                scenario, [scenario.policy, policy], replications=replications, seed=arguments.seed,
                jobs=Watched(there, stopped), progress=partial(console.step, "simulate"),
            )  # fmt: skip
        change = policy_change(result)
    if console.json:
        console.result_json(rules_record(table, change))
    else:
        console.result(rules_report(table, change, console.lang, console.width))
    if arguments.out is not None:
        from warrantysim.decision.platform_rules import platform_rules
        from warrantysim.journeys.model import model_of

        frames = {"agent_rules": table, "platform_rules": platform_rules(policy, model_of(scenario))}
        if change is not None:
            frames["changes"] = cell_changes(change)
        texts = {"policy.yaml": policy_text(policy), **rule_texts(policy, scenario)}
        write(arguments.out, console, frames, rules_record(table, change), texts)
    return OK
