"""``warrantysim validate``: is a scenario sound, and what does it state?"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from warrantysim.cli.console import Console, problem_row
from warrantysim.cli.exits import BAD_INPUT, OK, Stop
from warrantysim.cli.inputs import loaded, policy_alone

if TYPE_CHECKING:
    from warrantysim.files.loading import Loaded
    from warrantysim.locale.wording import Lang
    from warrantysim.schema.root import Scenario


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Check every file, of scenarios and of policies; the code is `BAD_INPUT` if one of them has a problem."""
    from warrantysim.files.loading import states_policy
    from warrantysim.report.tables import wrapped

    rows: list[dict[str, Any]] = []
    code = OK
    for path in arguments.scenarios:
        rules = states_policy(path)
        try:
            if rules:
                policy_alone(path)
            found = None if rules else loaded(path, arguments)
        except Stop as stop:
            code = stop.code
            problems = console.problems(stop)
            rows.append({"file": str(path), "ok": False, "problems": problems})
            console.note(console.reason(stop))
            console.tell("scenario.problems", n=len(problems))
        else:
            rows.append(
                {
                    "file": str(path),
                    "ok": True,
                    "problems": [],
                    **(summary_row(found, console.lang) if found and console.json else {}),
                }
            )
            if rules and not console.json:
                console.result("\n".join(wrapped(console.say("scenario.policy_fine", file=path), console.width)))
            elif found and not console.json:
                console.result(console.say("scenario.fine", file=path))
                console.result("\n".join(f"  {line}" for line in validated_lines(found, console)))
    if console.json:
        console.result_json(rows)
    assert code in {OK, BAD_INPUT}
    return code


def summary_row(found: Loaded[Scenario], lang: Lang) -> dict[str, Any]:
    """What a sound scenario is, as a plain row."""
    from warrantysim.schema.digest import digest

    scenario = found.scenario
    return {
        "name": scenario.name,
        "title": {"en": scenario.title.en, "zh": scenario.title.zh},
        "digest": digest(scenario),
        "chain": list(found.chain),
        "files": [
            {"path": f.path, "encoding": f.encoding, "sample": list(f.sample), "sha256": f.sha256} for f in found.files
        ],
        "changes": [str(change) for change in found.changes],
        "warnings": [problem_row(warning, lang) for warning in found.warnings],
    }


def validated_lines(found: Loaded[Scenario], console: Console) -> list[str]:
    """The same for people."""
    from warrantysim.locale.wording import titled
    from warrantysim.schema.digest import digest

    s = found.scenario
    lines = [
        console.say("scenario.is", title=titled(s.title, s.name, console.lang), name=s.name),
        console.say(
            "scenario.size",
            skus=len(s.skus),
            markets=len(s.markets),
            channels=len(s.channels),
            partners=len(s.partners),
            days=s.horizon.days,
            first_day=s.horizon.first_day,
            currency=s.reporting_currency,
        ),
        console.say("scenario.rule", policy=titled(s.policy.title, s.policy.name, console.lang)),
    ]
    if found.changed:
        lines.append(console.say("scenario.changes", n=found.changed, base=found.base.name))
    lines.append(console.say("scenario.files", n=len(found.files)))
    lines += [
        console.say("scenario.encoding", file=file.path, encoding=file.encoding, words=", ".join(file.sample))
        for file in found.files
        if file.sample
    ]
    return [*lines, console.say("scenario.digest", digest=digest(s)[:12])]
