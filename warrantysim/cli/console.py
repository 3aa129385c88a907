"""Where a command speaks: results to standard output, messages and progress to standard error."""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

from warrantysim.cli.exits import Stop
from warrantysim.experiment.pace import Pace, progress_text
from warrantysim.locale.wording import Lang, say
from warrantysim.schema.plain_text import one_line, printable

if TYPE_CHECKING:
    from warrantysim.schema.errors import Problem

WIDEST = 140
"""Longer lines are hard to read [columns of text]."""
USUAL = 110
"""Width where there is no terminal to ask [columns of text]."""
EVERY = 5.0
"""Where progress goes to a file, it is written this often [s]."""


@dataclass
class Console:
    """The streams of a command and how to write on them. Built by `of`."""

    out: TextIO
    """Results."""
    err: TextIO
    """Messages and progress."""
    lang: Lang = "en"
    """Language of both."""
    json: bool = False
    """Whether results are wanted as JSON."""
    quiet: bool = False
    """Whether messages and progress are left out; errors never are."""
    width: int = USUAL
    """Width of tables [columns of text]."""
    clock: Callable[[], float] = time.monotonic
    """Seconds, for progress alone [s]."""
    program: bool = False
    """Whether the process is there for this command alone, and ends with it."""
    _line: int = field(default=0, init=False)
    _told: float = field(default=-1e9, init=False)
    _pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        self._pace = Pace(self.clock)

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> Console:
        """The console of the process."""
        for stream in (sys.stdout, sys.stderr):
            # A redirected console in China may not know every character: a question mark is better than a crash.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        stated = arguments.width or int(os.environ.get("COLUMNS", "0") or 0)
        terminal = shutil.get_terminal_size((USUAL, 24)).columns if sys.stdout.isatty() else USUAL
        width = max(40, stated or min(terminal, WIDEST))
        return cls(sys.stdout, sys.stderr, arguments.lang, arguments.json, arguments.quiet, width)

    @classmethod
    def plain(cls, lang: Lang) -> Console:
        """A console before it is known what was asked."""
        return cls(sys.stdout, sys.stderr, lang, False, False, USUAL)

    def result(self, text: str) -> None:
        """Write a result."""
        self._clear()
        self.out.write(printable(text) + "\n")

    def result_json(self, value: Any) -> None:
        """Write a result as JSON."""
        from warrantysim.report.export import as_json

        self.result(as_json(value))

    def say(self, key: str, **facts: Any) -> str:
        """A text of the catalogue in the console's language, and in it why something went wrong."""
        from warrantysim.schema.errors import error_text

        said = {
            name: error_text(fact, self.lang) if isinstance(fact, Exception) else fact for name, fact in facts.items()
        }
        return say(key, self.lang, **said)

    def note(self, text: str) -> None:
        """Write to standard error, whatever was asked for."""
        self._clear()
        self.err.write(printable(text) + "\n")
        self.err.flush()

    def message(self, key: str, **facts: Any) -> None:
        """A catalogue text to standard error."""
        self.note(self.say(key, **facts))

    def tell(self, key: str, **facts: Any) -> None:
        """A catalogue text to standard error, unless quiet."""
        if not self.quiet:
            self.message(key, **facts)

    def stopped(self, stop: Stop) -> int:
        """Say why a command ended, with --json also on standard output, for programs. Returns the code."""
        from warrantysim.schema.errors import error_text

        said = error_text(stop.reason, self.lang) if isinstance(stop.reason, Exception) else stop.reason
        self.note(said)
        if self.json:
            problems = [problem_row(problem, self.lang) for problem in getattr(stop.reason, "problems", ())]
            self.result_json({"error": said, "exit_code": stop.code, "problems": problems})
        return stop.code

    def step(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        self._pace.told(stage, done, total)
        self.progress(self._paced(), done == total > 0)

    def within(self, done: int, total: int) -> None:
        """Show how far the step of a stage is that is under way."""
        self._pace.within(done, total)
        if self._pace.stage:
            self.progress(self._paced())

    def _paced(self) -> str:
        return progress_text(*self._pace.shown, self._pace.left(), self.lang, self._pace.inner)

    def progress(self, text: str, last: bool = False) -> None:
        """Show where a long command is: one line rewritten in a terminal, a line now and then in a file."""
        if self.quiet:
            return
        text = one_line(text)
        if self.err.isatty():
            self._clear()
            self.err.write(text)
            self.err.flush()
            self._line = len(text)
        elif last or self.clock() - self._told >= EVERY:
            self._told = self.clock()
            self.err.write(text + "\n")
            self.err.flush()

    def _clear(self) -> None:
        if self._line:
            self.err.write("\r\033[K")
            self.err.flush()
            self._line = 0


def problem_row(problem: Problem, lang: Lang) -> dict[str, str]:
    """A problem as a plain row."""
    return {"where": problem.where or problem.path, "path": problem.path, "message": problem.message.text(lang)}
