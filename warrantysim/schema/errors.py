"""What is wrong with a scenario: every problem at once, one a line, each naming its place and the fix."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warrantysim.locale.wording import Lang, spaced, translated
from warrantysim.schema.dispositions import ACTIONS
from warrantysim.schema.plain_text import one_line

CONTEXTS = ("problem", "meaning")
"""Contexts of the sentences of problems, and of the meanings of fields, in the catalogues."""

SHOWN_PER_RULE = 20
"""Problems of one kind that are printed before 'and N more' [problems]."""
TOLD_ALIKE = 3
"""Places that are printed each where one statement is wrong in all of them alike [places]."""
SHOWN = 200
"""Problems of all kinds that are printed [problems]."""
MOST_PROBLEMS = 1_000
"""Problems after which nobody looks for more [problems]."""


@dataclass(frozen=True)
class Message:
    """What is wrong, as codes and facts: its sentence is made at the end, in the language that is asked.

    A code is the English sentence with ``{places}`` for facts, the key of its translations in the catalogues (contexts
    `CONTEXTS`); facts are values, or messages themselves. Clauses follow each other with a semicolon.
    """

    clauses: tuple[tuple[str, tuple[tuple[str, Any], ...]], ...] = ()
    """Code and facts of each clause."""

    def __add__(self, other: Message) -> Message:
        return Message(self.clauses + other.clauses)

    def __bool__(self) -> bool:
        return bool(self.clauses)

    def __str__(self) -> str:
        return self.text()

    @property
    def code(self) -> str:
        """The code of the first clause [text]."""
        return self.clauses[0][0] if self.clauses else ""

    def text(self, lang: Lang = "en") -> str:
        """The sentence in a language; clauses nobody has translated stay English."""
        return translated("; ", lang, CONTEXTS).join(_clause(code, dict(facts), lang) for code, facts in self.clauses)


def _clause(code: str, facts: dict[str, Any], lang: Lang) -> str:
    written = translated(code, lang, CONTEXTS, facts.get("n"))
    if not facts:
        return written
    told = {name: fact.text(lang) if isinstance(fact, Message) else fact for name, fact in facts.items()}
    return spaced(written, told, lang).format(**told)


def told(code: str, /, **facts: Any) -> Message:
    """A message of one clause."""
    return Message(((code, tuple((k, str(v) if isinstance(v, list | dict) else v) for k, v in facts.items())),))


def coded(code: str) -> str:
    """A code that no call to `told` and the like names itself: the catalogues are made from what calls name."""
    return code


NOTHING = Message()
"""Says nothing."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: ``str`` is the line a person reads."""

    path: str
    """Where in the scenario, in the path language: ``sales[CHG-65,US,FBA].units_per_month``; may be empty [text]."""
    message: Message
    """What was expected, what was found, and the fix where there is one."""
    where: str = ""
    """The place in a file: ``scenarios/x.yaml:12: lanes.US-air`` or ``tables/skus.csv row 4, column sku`` [text]."""
    rule: str = ""
    """The kind of problem, where its code is not kind enough; only the first 20 of a kind are printed [text]."""

    def __str__(self) -> str:
        return self.line()

    @property
    def kind(self) -> str:
        """What problems are counted by [text]."""
        return self.rule or self.message.code

    def line(self, lang: Lang = "en") -> str:
        """Place and sentence on one line."""
        place, said = _place(self.where or self.path, lang), self.message.text(lang)
        return one_line(f"{place}: {said}" if place else said)


_CELL = re.compile(r" row (?P<row>\d+)(, column (?P<column>.+))?$")
"""How a place in a table ends."""


def _place(where: str, lang: Lang) -> str:
    """A place in a file, the words for row and column in a language."""
    cell = _CELL.search(where)
    if lang == "en" or cell is None:
        return where
    row, column = cell["row"], cell["column"]
    said = told(" row {row}, column {column}", row=row, column=column) if column else told(" row {row}", row=row)
    return where[: cell.start()] + said.text(lang)


def wrong(path: str, code: str, /, **facts: Any) -> Problem:
    """A problem at a path of the scenario, by the code and facts of its message."""
    return Problem(path, told(code, **facts))


Checked = Iterator[Problem]
"""What a check gives."""


class ScenarioError(Exception):
    """A scenario that cannot be used. ``problems`` holds all of them, ``str`` prints one a line."""

    def __init__(self, problems: Iterable[Problem], stopped: bool = False, more: int = 0) -> None:
        found = tuple(problems)
        self.problems: tuple[Problem, ...] = found[:MOST_PROBLEMS]
        self.more = more + len(found) - len(self.problems)
        """Problems found and left out, beyond the most that are kept [problems]."""
        self.stopped = stopped
        """Whether nobody looked on after the last."""
        super().__init__(self.problems)

    def __str__(self) -> str:
        return self.text()

    def text(self, lang: Lang = "en") -> str:
        """The lines to print in a language."""
        last = [told("stopped after {n:,} problems", n=len(self.problems)).text(lang)] if self.stopped else []
        return "\n".join([*lines(self.problems, 0 if self.stopped else self.more, lang), *last])


class BadInput(ValueError):
    """What was asked for cannot be done as it was asked: a mistake of who asks, never of the program.

    A plain ``ValueError`` is a defect, wherever it comes from. Raised with a code and its facts, or with a message.
    """

    def __init__(self, message: str | Message, /, **facts: Any) -> None:
        self.message = told(message, **facts) if isinstance(message, str) else message
        super().__init__(self.message)

    def text(self, lang: Lang = "en") -> str:
        """What is wrong, in a language."""
        return self.message.text(lang)


def error_text(error: BaseException, lang: Lang = "en") -> str:
    """What an error says, in a language where it can be said in it."""
    return error.text(lang) if isinstance(error, ScenarioError | BadInput | ScenarioProblems) else str(error)


def refuse(where: str, message: str | Message, rule: str = "file", /, **facts: Any) -> ScenarioError:
    """An error about one place in a file: a code and its facts, or a message."""
    return ScenarioError([Problem("", told(message, **facts) if isinstance(message, str) else message, where, rule)])


class ScenarioProblems(ValueError):
    """Raised by a validator that found several problems at once; loading finds their files, rows and columns.

    Each path is written from the model whose validator raises: from the scenario's own top in the root model.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: list[Problem] = list(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))

    def text(self, lang: Lang = "en") -> str:
        """All of them, in a language."""
        return translated("; ", lang, CONTEXTS).join(problem.line(lang) for problem in self.problems)


def first_message(error: ValueError) -> Message:
    """What an error says is wrong: of several things the first."""
    if isinstance(error, BadInput):
        return error.message
    found = getattr(error, "errors", None)
    first: Mapping[str, Any] = found()[0] if callable(found) else {"msg": str(error)}
    raised = first.get("ctx", {}).get("error")
    if isinstance(raised, BadInput):
        return raised.message
    return told("{said}", said=one_line(str(first["msg"]).removeprefix("Value error, ")))


def lines(problems: Sequence[Problem], more: int = 0, lang: Lang = "en") -> list[str]:
    """The lines to print: problems in order, at most 20 of one kind and 200 in all, then how many more there are.

    Where one statement is wrong in many places, such as with a wildcard, the first is told for all of them.
    ``more``: problems that were found beside those given.
    """
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(problem.kind, []).append(problem)
    out: list[str] = []
    for group in groups.values():
        alike = _alike(group)
        for same in alike[:SHOWN_PER_RULE]:
            out.append(same[0].line(lang))
            if len(same) > 1:
                out.append(told("and {n:,} more like the last", n=len(same) - 1).text(lang))
        if len(alike) > SHOWN_PER_RULE:
            hidden = sum(map(len, alike[SHOWN_PER_RULE:])) + (more if len(groups) == 1 else 0)
            out.append(told("and {n:,} more like the last", n=hidden).text(lang))
    if len(out) > SHOWN:
        more += len(out) - SHOWN
        out = out[:SHOWN]
    left = more and (len(groups) > 1 or len(out) == SHOWN)
    return [*out, told("and {n:,} more problems", n=more).text(lang)] if left else out


def _alike(problems: Sequence[Problem]) -> list[list[Problem]]:
    """Problems that more than `TOLD_ALIKE` places share, because one statement caused them, together; others alone."""
    by_cause: dict[tuple[str, str] | int, list[Problem]] = {}
    last: dict[str, str] = {}
    for k, problem in enumerate(problems):
        said = str(problem.message)
        # Places of the first problems of a kind are looked for; those that say the same after them have their cause.
        cause = problem.where.removesuffix(problem.path) if problem.where else last.get(said, "")
        shared = problem.path and cause and cause != problem.where
        if shared:
            last[said] = cause
        by_cause.setdefault((cause, said) if shared else k, []).append(problem)
    return [part for same in by_cause.values() for part in ([same] if len(same) > TOLD_ALIKE else [[p] for p in same])]


MEANT = {word: action.name for action in ACTIONS.values() for word in action.words}
"""Words for what is done with a claim, where spelling alone would suggest another action: resend looks like refund."""


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that is meant, or most like ``word``; None where nothing is alike. Case does not matter."""
    folded: dict[str, str] = {}
    for choice in choices:
        folded.setdefault(choice.casefold(), choice)
    meant = MEANT.get(" ".join(re.split(r"[\W_]+", word.casefold())))
    if meant in folded:
        return folded[meant]
    found = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.55)
    return folded[found[0]] if found else None


def suggestion(word: str, choices: Iterable[str], most: int = 12) -> Message:
    """``did you mean 'cost_per_unit'?``, or, where nothing is alike, the choices if they are few."""
    known = list(choices)
    close = nearest(word, known)
    if close is not None:
        return told("did you mean {close!r}?", close=close)
    few = 0 < len(known) <= most
    return told("expected one of {names}", names=", ".join(name or "(empty)" for name in known)) if few else NOTHING
