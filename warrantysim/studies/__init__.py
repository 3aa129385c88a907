"""Questions to the model, one module each: its options, how it is worked on, its tables and its answer.

`STUDIES` is the registry the command line, the store and the app loop over. A module is imported when its study is
first asked for: help must not wait for pandas.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from warrantysim.studies.study import AnyStudy

STUDIES: Mapping[str, str] = {
    "simulate": "what a rule costs, by category, market and product, with intervals",
    "decide": "the rule to switch to, what it saves, and how sure that is",
    "quotes": "which repair quotes to sign, what each is worth, and the price at which it would win",
    "compare": "what scenarios and rules cost against a baseline, on the same luck",
    "react": "what a what-if costs if the rule is kept, and if it is decided again",
    "select": "which scenario or rule is the best, or within an amount of it, with a stated probability",
    "breakeven": "the value of an input at which another rule becomes the best",
    "switching": "which rule is the best over two inputs",
    "sensitivity": "which uncertain inputs could change the choice, and which to measure first",
    "drivers": "which changed inputs make the difference between two scenarios",
    "simplify": "how simple the rules may be, what each simplification costs a year, and what finer rules are worth",
    "sweep": "what each position of a lever costs",
    "operations": "how the year runs: promises kept, queues, open claims, dispatches and the swap pool",
    "quality": "what fails and what it costs: faults, cohorts of sale, ends of claims",
    "quantities": "what two rules are billed, as quantity and price",
    "reserve": "how much money to set aside for the claims of a year, so that it lasts in most years",
    "promise": "what to tell customers: times that hold, what a faster one costs, and warranty statements to sign",
    "faults": "what design should fix first: the worth of one point less of each fault",
    "forecast": "claims and cost of the next months by product and month of sale, with intervals",
    "fit": "what the seller's own history says: lives, shares and lags, with intervals, and what it does not say",
    "month_end": "how last month's cost became this month's: volume, mix, rule, price and exchange, books beside model",
    "books": "whether the model matches the seller's books: the last months simulated beside what the files say",
}
"""What each study answers, by its name: the command, the kind of stored run, the module."""

ON_PAGES = frozenset((
    "simulate", "decide", "quotes", "compare", "react", "drivers", "operations", "quality", "quantities", "promise",
    "fit", "month_end", "books",
))  # fmt: skip
"""Studies that have a page, or a part of one, of their own; any other is asked for and shown beside comparisons."""

MEASURING = "sensitivity"
"""The study that tells what to measure next."""

TURNING = ("breakeven", "switching")
"""Studies of where figures that are turned flip a choice: pages that know such figures ask for them."""

OF_RUNS = ("reproduce",)
"""Studies of what is stored: they have no command of their own, since they take no scenario."""

ALL = frozenset([*STUDIES, *OF_RUNS])
"""Every study, whether or not it has a command."""


def study_of(name: str) -> AnyStudy:
    """The study of a name.

    Raises
    ------
    KeyError
        If there is none.
    """
    if name not in ALL:
        raise KeyError(name)
    return cast("AnyStudy", import_module(f"{__name__}.{name}").STUDY)
