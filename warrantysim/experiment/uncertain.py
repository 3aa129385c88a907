"""Uncertain inputs: figures of a scenario that may lie elsewhere, with their ranges and reasons, and draws of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import numpy as np

from warrantysim.experiment.levers import Lever, whole_numbers
from warrantysim.schema.errors import BadInput
from warrantysim.schema.root import Scenario

Turn = tuple[tuple[Lever, float], ...]
"""Levers and where they stand."""


@dataclass(frozen=True)
class UncertainInput:
    """One input and how far it may lie from what is stated; every value between is taken as equally likely."""

    lever: Lever
    """What is turned."""
    low: float
    """Least plausible position."""
    high: float
    """Greatest plausible position."""
    unit: str = ""
    """Its unit [text]."""
    reason: str = ""
    """Why it is uncertain [text]."""

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise BadInput(
                "{lever}: expected low below high, got {low:g} and {high:g}",
                lever=self.lever,
                low=self.low,
                high=self.high,
            )

    @property
    def name(self) -> str:
        """Name in tables."""
        return str(self.lever)


def stated_inputs(scenario: Scenario, pattern: str = "*") -> tuple[UncertainInput, ...]:
    """The inputs of the scenario's assumptions table whose paths are like ``pattern`` (``*`` for any text).

    Raises
    ------
    BadInput
        If the table has no such row.
    """
    rows = [row for row in scenario.assumptions if fnmatchcase(row.path, pattern.replace("[", "[[]"))]
    if not rows:
        raise BadInput("the assumptions table says nothing about {pattern!r}", pattern=pattern)
    return tuple(UncertainInput(Lever(row.path), row.low, row.high, row.unit, row.reason) for row in rows)


def drawn_together(scenario: Scenario, inputs: Sequence[UncertainInput], count: int, seed: int) -> np.ndarray:
    """Latin hypercube over the ranges of all inputs: each alone is spread evenly. Shape (count, inputs)."""
    # To the last digit what `scipy.stats.qmc.LatinHypercube` draws, which takes a second to load.
    luck = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(0,))))
    within = luck.uniform(size=(count, len(inputs)))
    stripe = np.tile(np.arange(1, count + 1), (len(inputs), 1))
    for one in stripe:
        luck.shuffle(one)
    unit = (stripe.T - within) / count
    low, high = (np.array([getattr(one, end) for one in inputs]) for end in ("low", "high"))
    return rounded_draws(scenario, inputs, low + (high - low) * unit)


def rounded_draws(scenario: Scenario, inputs: Sequence[UncertainInput], draws: np.ndarray) -> np.ndarray:
    """Draws in which what only takes whole numbers is the nearest one of its range. Shape (draws, inputs)."""
    found = np.array(draws, dtype=float)
    for k, rounds in enumerate(whole_numbers(scenario, [one.lever for one in inputs])):
        if rounds:
            found[:, k] = np.clip(np.round(found[:, k]), np.ceil(inputs[k].low), np.floor(inputs[k].high))
    return found


def levers_at(inputs: Sequence[UncertainInput], draw: np.ndarray) -> Turn:
    """One draw as levers and where they stand."""
    return tuple((one.lever, float(x)) for one, x in zip(inputs, draw, strict=True))
