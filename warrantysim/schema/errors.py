"""What is wrong with a scenario: every problem at once, one a line, each naming its place and the fix."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from warrantysim.schema.dispositions import ACTIONS
from warrantysim.schema.plain_text import one_line

SHOWN_PER_RULE = 20
"""Problems of one kind that are printed before 'and N more' [problems]."""
SHOWN = 200
"""Problems of all kinds that are printed [problems]."""
MOST_PROBLEMS = 1_000
"""Problems after which nobody looks for more [problems]."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: ``str`` is the line a person reads."""

    path: str
    """Where in the scenario, in the path language: ``sales[CHG-65,US,FBA].units_per_month``; may be empty [text]."""
    message: str
    """What was expected, what was found, and the fix where there is one [text]."""
    where: str = ""
    """The place in a file: ``scenarios/x.yaml:12: lanes.US-air`` or ``tables/skus.csv row 4, column sku`` [text]."""
    rule: str = ""
    """The kind of problem; only the first 20 of a kind are printed [text]."""

    def __str__(self) -> str:
        place = self.where or self.path
        return one_line(f"{place}: {self.message}" if place else self.message)


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
        last = [f"stopped after {len(self.problems):,} problems"] if self.stopped else []
        return "\n".join([*lines(self.problems, 0 if self.stopped else self.more), *last])


class BadInput(ValueError):
    """What was asked for cannot be done as it was asked: a mistake of who asks, never of the program.

    A plain ``ValueError`` is a defect, wherever it comes from.
    """


def refuse(where: str, message: str, rule: str = "file") -> ScenarioError:
    """An error about one place in a file."""
    return ScenarioError([Problem("", message, where, rule)])


class ScenarioProblems(ValueError):
    """Raised by a validator that found several problems at once; loading finds their files, rows and columns.

    Each path is written from the model whose validator raises: from the scenario's own top in the root model.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: list[Problem] = list(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


def first_message(error: ValueError) -> str:
    """What an error says is wrong, on one line: of several things the first."""
    found = getattr(error, "errors", None)
    told = str(found()[0]["msg"]) if callable(found) else str(error)
    return one_line(told.removeprefix("Value error, "))


def lines(problems: Sequence[Problem], more: int = 0) -> list[str]:
    """The lines to print: problems in order, at most 20 of one rule and 200 in all, then how many more there are.

    ``more``: problems that were found beside those given.
    """
    groups: dict[str, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(problem.rule or problem.message, []).append(problem)
    out: list[str] = []
    for group in groups.values():
        out += [str(problem) for problem in group[:SHOWN_PER_RULE]]
        if len(group) > SHOWN_PER_RULE:
            hidden = len(group) - SHOWN_PER_RULE + (more if len(groups) == 1 else 0)
            out.append(f"and {hidden:,} more like the last")
    if len(out) > SHOWN:
        more += len(out) - SHOWN
        out = out[:SHOWN]
    return [*out, f"and {more:,} more problems"] if more and (len(groups) > 1 or len(out) == SHOWN) else out


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


def suggestion(word: str, choices: Iterable[str]) -> str:
    """``; did you mean 'cost_per_unit'?``, or, where nothing is alike, the choices if they are few."""
    known = list(choices)
    close = nearest(word, known)
    if close is not None:
        return f"; did you mean {close!r}?"
    return f"; expected one of {', '.join(name or '(empty)' for name in known)}" if 0 < len(known) <= 12 else ""
