"""Exit codes: what a script that calls us can rely on."""

from __future__ import annotations

OK = 0
"""Done."""
DEFECT = 1
"""A defect in the program; --debug shows where."""
USAGE = 2
"""Wrong arguments, or a folder that cannot be written."""
BAD_INPUT = 3
"""A scenario, table or policy with problems; all of them are listed."""
NO_SOLUTION = 4
"""The constraints conflict, or the solver stopped before it had a decision."""
SOME_FAILED = 5
"""Some replications failed; the figures rest on the others."""
NOT_KEPT = 6
"""What was to be checked does not hold: a promise to customers."""
CANCELLED = 130
"""Cancelled from the keyboard."""

MEANINGS = {
    OK: "done",
    DEFECT: "a defect in the program (--debug shows where)",
    USAGE: "wrong arguments, or a folder that cannot be written",
    BAD_INPUT: "a scenario, table or policy with problems, all listed",
    NO_SOLUTION: "the constraints conflict, or no decision was found in time",
    SOME_FAILED: "some replications failed; the figures rest on the others",
    NOT_KEPT: "what was checked does not hold",
    CANCELLED: "cancelled",
}
"""What each code says, as the help prints it."""


class Stop(Exception):
    """The command ends here, with a code and why: a text, or the error that says it in any language."""

    def __init__(self, code: int, reason: str | Exception) -> None:
        self.code = code
        self.reason = reason
        super().__init__(str(reason))
