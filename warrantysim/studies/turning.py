"""Levers as options: a figure, or several alike, by path; and the range of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from warrantysim.experiment.levers import Lever
from warrantysim.locale.wording import LANGUAGES, Lang
from warrantysim.report.doers import NOBODY
from warrantysim.report.lever_text import lever_with_unit, lever_words
from warrantysim.schema.errors import told
from warrantysim.schema.root import Scenario

TURNS = (
    "freight_breaks[*,*].rate (factor)",
    "sales[*,*,*].units_per_month (factor)",
    "fx[*].usd_per_unit (factor)",
    "label_rates[*].price (factor)",
)
"""Levers one asks for most."""
USUAL = (0.5, 2.0)
"""Range of a factor where nothing is said."""
Titles = dict[str, dict[Lang, str]]
"""What each lever is called, in every language, by its name."""


class Turned(BaseModel):
    """A lever by its path, ``*`` turning several."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)

    path: str
    """Where the figure is; written ``PATH (factor)`` or ``PATH (addend)`` where it is turned so [path]."""
    how: Literal["set", "times", "plus", "mix"] = "set"
    """Whether a position is the figure itself, a factor on it, or an addend to it."""

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        return _read(value) if isinstance(value, str) else value

    def lever(self, factor: bool = False) -> Lever:
        """The lever; by a factor where asked for."""
        return Lever(self.path, "times" if factor else self.how)


class Axis(Turned):
    """A lever from a least to a greatest position, written ``PATH:LOW:HIGH``."""

    low: float
    """Least position [unit of the lever]."""
    high: float
    """Greatest position [unit of the lever]."""

    @model_validator(mode="before")
    @classmethod
    def _written(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        path, _, ends = value.rpartition(":")[0].rpartition(":")
        if not path:
            raise ValueError(told("expected PATH:LOW:HIGH, got {text!r}", text=value))
        return {**_read(path), "low": ends, "high": value.rpartition(":")[2]}

    @model_validator(mode="after")
    def _upright(self) -> Self:
        if not self.low < self.high:
            raise ValueError(told("expected low below high, got {low:g} and {high:g}", low=self.low, high=self.high))
        return self

    def positions(self, steps: int) -> list[float]:
        """Evenly spaced positions, ends included, in six digits."""
        return [float(f"{x:.6g}") for x in np.linspace(self.low, self.high, steps)]


def _read(written: str) -> dict[str, str]:
    path, _, how = written.partition(" (")
    return {"path": path, "how": {"factor)": "times", "addend)": "plus"}.get(how, "set")}


def levers(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """Levers a form offers, each with its range: those asked for most, then what is stated to be uncertain."""
    return {**dict.fromkeys(TURNS, USUAL), **{row.path: (row.low, row.high) for row in scenario.assumptions}}


def titles_of(scenario: Scenario, *levers: str) -> Titles:
    """What levers are called, with the unit of their positions."""
    return {lever: {lang: lever_with_unit(scenario, lever, lang) for lang in LANGUAGES} for lever in levers}


def lever_title(facts: Mapping[str, Any], lever: str, lang: Lang) -> str:
    """What a lever is called, from the facts of a study; by its name where they tell no more."""
    told = facts.get("lever_titles", {}).get(lever, {}).get(lang, lever)
    return lever_words(lever, lang, facts.get("partners", NOBODY)) if told == lever else str(told)
