"""A command for each study: its options come from the study, its answer is printed, its tables and charts written."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, get_args, get_origin

from warrantysim.cli.console import Console
from warrantysim.cli.exits import (
    BAD_INPUT,
    CANCELLED,
    NO_SOLUTION,
    NOT_KEPT,
    OK,
    SOME_FAILED,
    USAGE,
    Stop,
    Stopping,
    stoppable,
)
from warrantysim.cli.inputs import loaded, one_scenario, ready, scenario_file, write, written_to
from warrantysim.studies import STUDIES, study_of

if TYPE_CHECKING:
    from warrantysim.analysis.cases import Case
    from warrantysim.schema.root import Scenario
    from warrantysim.studies.study import AnyStudy, Options


def beside_today(arguments: argparse.Namespace) -> tuple[list[Case], list[str]]:
    """Today's rule and those of ``--policy`` in one scenario, and what that changes of its base."""
    from warrantysim.analysis.cases import Case

    read = loaded(arguments.scenario, arguments)
    scenario = read.scenario
    others = [loaded(arguments.scenario, arguments, path).scenario.policy for path in arguments.policy]
    cases = [Case(policy.name, scenario, policy) for policy in (scenario.policy, *others)]
    return cases, [str(change) for change in read.changes]


@contextmanager
def guarded(arguments: argparse.Namespace, console: Console) -> Iterator[Stopping]:
    """Ctrl-C asks to stop; workers that fail end the command with their code."""
    from warrantysim.experiment.pace import Cancelled
    from warrantysim.experiment.simulate import AllFailed, ReplicationFailed
    from warrantysim.experiment.workers import WorkersLost

    try:
        with stoppable(console) as stopped:
            yield stopped
    except Cancelled:
        raise KeyboardInterrupt from None
    except ReplicationFailed as error:
        if arguments.debug:
            console.note(error.failure.traceback)
        if isinstance(error, AllFailed):
            raise Stop(SOME_FAILED, console.say("message.nothing", first=error)) from None
        raise Stop(SOME_FAILED, console.say("message.broken", reason=error)) from None
    except WorkersLost as error:
        raise Stop(SOME_FAILED, console.say("message.lost", reason=error)) from None


def workers(arguments: argparse.Namespace) -> int | Executor:
    """Who does the work: a cluster where one is named, else processes of this machine, this one among them.

    Raises
    ------
    Stop
        With `USAGE` if nobody answers there.
    """
    if arguments.cluster or arguments.jobs != 1:
        load_meanwhile()
    if not arguments.cluster:
        from warrantysim.experiment.workers import hold_memory

        hold_memory()
        return int(arguments.jobs)
    from warrantysim.experiment.cluster import cluster
    from warrantysim.schema.errors import BadInput

    try:
        return cluster(arguments.cluster)
    except BadInput as error:
        raise Stop(USAGE, error) from None


def load_meanwhile() -> Thread:
    """Load what answers are told with beside what goes on, as this process only waits while others do the work: who
    presses Ctrl-C shall not wait for it."""
    loading = Thread(target=import_module, args=("pandas",), name="load what answers are told with", daemon=True)
    loading.start()
    return loading


RULE = "the rule in force, in place of today's"
BESIDE = "a rule set by hand, beside today's; may be repeated"
RULE_OF = "rule of the N-th scenario, counted from 1, in place of today's; may be repeated"
IN_WORDS = (
    "the first scenario under changes in words, such as 'freight +40%% in US,DE from 2027-06-01; sales -50%% of "
    "VAC-L10', as one more case under the same rule; may be repeated"
)
FURTHER = "a file with what comes into the scenario first (.yaml or .csv); may be repeated"
OF_LUCK = "replications"
"""Options that belong to luck and speed, for every study alike."""


def add_studies(commands: Any, command: Any, options: Mapping[str, Callable[[Any], None]], wanted: str | None) -> None:
    """A command for each study; the options of the one that is wanted alone, since reading them takes time."""
    for name, does in STUDIES.items():
        it = command(commands, name.replace("_", "-"), does)
        if name == wanted:
            add_options(it, name)
            for group in ("luck", "changes", "out"):
                options[group](it)


def add_options(it: argparse.ArgumentParser, name: str) -> None:
    """What a study is about, and its options."""
    one = study_of(name)
    _cases(it, one)
    for field, info in one.Options.model_fields.items():
        if field != OF_LUCK and field not in one.unsaid:
            _flag(it, field, info)
    if one.accepts:
        it.add_argument("--accept", action="store_true", help=one.accepts)


def _cases(it: argparse.ArgumentParser, one: AnyStudy) -> None:
    """What it is about: scenarios each with a rule, one rule in force, or rules beside each other."""
    least, most = one.cases
    if one.scenarios:
        it.add_argument("scenarios", nargs="+", type=Path, metavar="scenario", help="scenario files (.yaml)")
        it.add_argument("--policy-of", action="append", default=[], metavar="N=FILE", help=RULE_OF)
        it.add_argument("--what-if", action="append", default=[], metavar="WORDS", help=IN_WORDS)
        return
    one_scenario(it)
    if most == 1:
        rule = it.add_mutually_exclusive_group()
        rule.add_argument("--policy", type=Path, metavar="FILE", help=RULE)
        if not one.finds_rule:
            rule.add_argument("--decide", action="store_true", help="decide the rule first, and keep that one")
        if one.brings:
            flag = f"--{one.brings}"
            it.add_argument(flag, action="append", type=Path, default=[], metavar="FILE", dest="brought", help=FURTHER)
    else:
        it.add_argument(
            "--policy", action="append", type=Path, default=[], required=least > 1, metavar="FILE", help=BESIDE
        )


def _flag(it: argparse.ArgumentParser, field: str, info: Any) -> None:
    """An option as a flag, its docstring as help."""
    flag = f"--{field.replace('_', '-')}"
    help = " ".join((info.description or "").replace("%", "%%").split()).rstrip(".")
    about: dict[str, Any] = {"help": help[:1].lower() + help[1:], "dest": field, "required": info.is_required()}
    kind = info.annotation
    if type(None) in get_args(kind):
        kind = next((part for part in get_args(kind) if get_origin(part) is tuple), kind)
    if kind is bool:
        it.add_argument(flag, action="store_true", help=about["help"], dest=field)
        return
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if get_origin(item) is tuple:
            it.add_argument(flag, action="append", type=_words, metavar="A,B", **about)
        elif item is str:
            it.add_argument(flag, action="extend", type=_words, metavar="NAME[,NAME]", **about)
        else:
            it.add_argument(flag, nargs="+", action=_Listed, type=_figures, metavar="X", **about)
        return
    it.add_argument(flag, type=_number(kind), metavar=field.upper(), **about)


def _words(text: str) -> tuple[str, ...]:
    """Words with commas between them; none for an empty text."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _figures(text: str) -> tuple[float, ...]:
    """Figures with commas between them."""
    return tuple(float(word) for word in _words(text))


class _Listed(argparse.Action):
    """Figures by blanks, commas and repeats alike: what is listed each time comes after what was listed before."""

    def __call__(self, parser: Any, namespace: argparse.Namespace, values: Any, option_string: Any = None) -> None:
        """Add what is listed once more."""
        before = getattr(namespace, self.dest) or ()
        setattr(namespace, self.dest, (*before, *(item for some in values for item in some)))


def _number(kind: Any) -> Any:
    """What a flag's text is made into: a number where one is wanted, else as the study reads it."""
    found = [part for part in (kind, *get_args(kind)) if part in (int, float)]
    return found[0] if found else str


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Do the study; print, and write where asked for. Stopped once, it prints and writes what it has."""
    from warrantysim.decision.changes import NoSuchChange
    from warrantysim.decision.choose import Undecided
    from warrantysim.present.blocks import Chart
    from warrantysim.present.terminal import flat, terminal_text
    from warrantysim.studies.study import Stored, Work

    one = study_of(arguments.command)
    if not one.scenarios:
        arguments.scenario = scenario_file(arguments.scenario)
    cases, changes = stated_cases(one, arguments, console)
    ask = asked(one, arguments)
    if not one.scenarios:
        with guarded(arguments, console):
            ask = one.located(ask, arguments.scenario)
    ready(arguments.out, console)
    seed = cases[0].scenario.plan.seed if arguments.seed is None else arguments.seed
    work = Work(seed, workers(arguments), console.step, within=console.within, changes=changes, memory=peak_memory)
    try:
        with guarded(arguments, console) as stopped:
            work = replace(work, cancel=stopped)
            with work.watched():
                found = one.run(cases, ask, work)
    except NoSuchChange as error:
        hint = console.say("message.near_change", near=error.near) if error.near else ""
        raise Stop(BAD_INPUT, f"{console.say('message.no_change', name=error.name)}{hint}") from None
    except Undecided as error:
        raise Stop(NO_SOLUTION, console.say("message.no_decision", reason=error)) from None
    stored = one.stored(found, cases, ask, seed)
    blocks = one.answer(stored, console.lang)
    if console.json:
        console.result_json(one.record(stored))
    else:
        console.result(terminal_text(blocks, console.width, console.lang))
    write(
        arguments.out,
        console,
        stored.tables,
        one.record(stored),
        one.files(found),
        {}
        if arguments.out is None
        else one.contents(stored if isinstance(found, Stored) else found, work, console.lang),
        pictures=lambda look: {block.name: block.draw(look) for block in flat(blocks) if isinstance(block, Chart)},
    )
    if one.finds_rule and not console.json:
        _beside_books(arguments.scenario, console)
    if one.accepts and arguments.accept:
        _accepted(one, found, arguments.scenario.parent, console)
    failures = one.failures(found)
    if failures:
        if arguments.debug:
            console.note(failures[0].traceback)
        n = len({failure.replication for failure in failures})
        console.message("message.failed", n=n, of=n + stored.facts["replications"], first=failures[0])
    if stored.cancelled:
        return CANCELLED
    return SOME_FAILED if failures else NOT_KEPT if one.broken(stored) else OK


def _beside_books(file: Path, console: Console) -> None:
    """Say whether the model is known to match the books beside a scenario's file, where there are any."""
    from warrantysim.studies.of_books import FOLDER

    if (file.parent / FOLDER).is_dir():
        from warrantysim.studies.books import kept_verdict

        if verdict := kept_verdict(file.parent / FOLDER, console.lang):
            console.result(verdict)


def _accepted(one: AnyStudy, found: Any, folder: Path, console: Console) -> None:
    """Write what is accepted, and say where."""
    with written_to(folder, console):
        files = one.accept(found, folder)
    for k, file in enumerate(files):
        console.tell("message.kept_before" if k else "message.accepted", file=file)


def stated_cases(
    one: AnyStudy, arguments: argparse.Namespace, console: Console
) -> tuple[Sequence[Case], Sequence[str]]:
    """What it is about, as stated, and what a single scenario changes of its base.

    Raises
    ------
    Stop
        With `USAGE` for too few or too many cases.
    ScenarioError
        With every problem of a file.
    """
    from warrantysim.analysis.cases import Case

    if one.scenarios:
        return _each(one, arguments), ()
    if one.cases[1] == 1:
        read = loaded(arguments.scenario, arguments, arguments.policy)
        stated, changes = Case.of(_brought(one, read.scenario, arguments)), [str(change) for change in read.changes]
        return [stated if one.finds_rule or not arguments.decide else decided(stated, arguments, console)], changes
    return beside_today(arguments)


def _brought(one: AnyStudy, scenario: Scenario, arguments: argparse.Namespace) -> Scenario:
    """The scenario with what further files state."""
    from warrantysim.files.reading import MAX_BYTES
    from warrantysim.files.source_text import read_bytes, shown_path

    files = arguments.brought if one.brings else []
    return one.brought(scenario, [(shown_path(file), read_bytes(file, MAX_BYTES)) for file in files])


def _each(one: AnyStudy, arguments: argparse.Namespace) -> list[Case]:
    """Scenarios, each with its rule, by names that are unique."""
    from warrantysim.analysis.cases import Case
    from warrantysim.analysis.what_if import changed_scenario, parse_changes
    from warrantysim.schema.errors import BadInput, coded

    paths = arguments.scenarios
    least, most = one.cases
    count = len(paths) + len(arguments.what_if)
    if not least <= count <= (most or count):
        code = coded("{command}: expected {n} scenarios, got {found}")
        if most != least:
            code = coded("{command}: expected {n} or more scenarios, got {found}")
        raise Stop(USAGE, BadInput(code, command=arguments.command, n=least, found=count))
    rules: dict[int, Path] = {}
    for stated in arguments.policy_of:
        place, _, file = stated.partition("=")
        if not (place.isdecimal() and file and 1 <= int(place) <= len(paths)):
            code = coded("--policy-of: expected N=FILE with N from 1 to {most}, got {stated!r}")
            raise Stop(USAGE, BadInput(code, most=len(paths), stated=stated))
        rules[int(place) - 1] = Path(file)
    found: list[Case] = []
    for k, path in enumerate(paths):
        scenario = loaded(path, arguments, rules.get(k)).scenario
        name = f"{scenario.name} x {scenario.policy.name}" if k in rules else scenario.name
        again = sum(case.name.split(" #")[0] == name for case in found)
        found.append(Case(f"{name} #{again + 1}" if again else name, scenario, scenario.policy))
    for words in arguments.what_if:
        try:
            changed = changed_scenario(found[0].scenario, parse_changes(words))
        except BadInput as error:
            raise BadInput("--what-if: {why}", why=error.message) from None
        found.append(Case(changed.name, changed, found[0].policy))
    return found


def asked(one: AnyStudy, arguments: argparse.Namespace) -> Options:
    """The options of a study as stated, the others as usual; raises `WrongOption` for the first that may not be so."""
    options: Options = one.options({name: getattr(arguments, name, None) for name in one.Options.model_fields})
    return options


def decided(stated: Case, arguments: argparse.Namespace, console: Console) -> Case:
    """The scenario under the rule decided for it.

    Raises
    ------
    Stop
        With `NO_SOLUTION` if none can be decided.
    """
    from warrantysim.analysis.cases import Case
    from warrantysim.decision.choose import Undecided
    from warrantysim.decision.decide import decide
    from warrantysim.experiment.pace import Watcher, looked_after
    from warrantysim.experiment.workers import Watched

    there = workers(arguments)
    try:
        with guarded(arguments, console) as stopped, looked_after(Watcher(console.within, stopped)):
            jobs = Watched(there, stopped, console.within)
            decision = decide(stated.scenario, seed=arguments.seed, jobs=jobs, progress=console.step)
    except Undecided as error:
        raise Stop(NO_SOLUTION, console.say("message.no_decision", reason=error)) from None
    return Case.of(stated.scenario, decision.policy)


MB = 1e6
PEAK = "VmHWM:"
"""Where Linux states the most memory a process held."""


def peak_memory() -> float | None:
    """Sum of the peaks of this process and those it started that still run; at least the peak of their sum [MB].

    Peaks of workers that have ended count by the largest of them. None where the system does not say.
    """
    try:
        import resource
    except ImportError:  # Windows has no such module.
        return None
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    own, ended = (resource.getrusage(who).ru_maxrss * unit for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    running = sum(_peaks(Path("/proc/self")))
    return (own + max(ended, running)) / MB


def _peaks(process: Path) -> Iterator[float]:
    """Peaks of all processes below one [bytes]."""
    for listed in process.glob("task/*/children"):
        try:
            children = listed.read_text("ascii").split()
        except OSError:
            continue
        for child in children:
            yield from _peak(Path("/proc") / child)


def _peak(process: Path) -> Iterator[float]:
    try:
        lines = (process / "status").read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return
    yield from (float(line.split()[1]) * 1024.0 for line in lines if line.startswith(PEAK))
    yield from _peaks(process)
