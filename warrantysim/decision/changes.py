"""The changes a decision is made of: which cells each stands for, what it brings, and whether it is taken up."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from warrantysim.decision.cells import CellKey, CellZone, zones_for
from warrantysim.journeys.model import Model
from warrantysim.schema.dispositions import DISPOSITIONS, TEST_AND_SWAP
from warrantysim.schema.policy import Cell, Policy, Rule
from warrantysim.schema.root import Scenario
from warrantysim.schema.service import EVIDENCE_LEVELS

Kind = Literal["cell", "together", "group"]
"""One cell; cells that carry a contract or a lane together; cells of a category that come to do the same."""
Because = Literal[
    "act",
    "whole",
    "together",
    "group",
    "small",
    "whole_small",
    "loss",
    "contract",
    "unsure",
    "whole_unsure",
    "fragile",
    "slow",
    "unconfirmed",
    "unproved",
    "idle",
    "same",
]
"""Why a change is recommended (the first four, and what fresh years did not confirm of them) or not."""
WORTH: frozenset[Because] = frozenset({"act", "whole", "together", "group"})
"""Reasons to recommend a change."""


EVERYTHING = "everything"
"""Name of the change of a decision that has one cell."""
Verdict = Literal["ACT", "HOLD", "LOSS", "NO DIFFERENCE"]
VERDICTS: Mapping[Because, Verdict] = {
    **dict.fromkeys((*WORTH, "unconfirmed"), "ACT"),
    **dict.fromkeys(("small", "whole_small", "contract", "fragile", "slow", "unproved"), "HOLD"),
    "loss": "LOSS",
    **dict.fromkeys(("unsure", "whole_unsure", "idle", "same"), "NO DIFFERENCE"),
}
"""ACT on a saving that is certain, material and stands up over what is assumed; HOLD one that lacks something; LOSS for
a certain one; NO DIFFERENCE where luck explains it, or no claim goes another way."""
BY_OTHERS: frozenset[Because] = frozenset({"whole", "together", "whole_small", "whole_unsure", "idle", "same"})
"""Reasons that do not lie in the change's own saving."""
HELD: frozenset[Because] = frozenset({"contract", "fragile", "slow", "unproved"})
"""Reasons to hold a change although its saving is certain."""
NOBODY = 0.5
"""Fewer claims a year that go another way are none."""


def reason(changing: float, low: float, high: float, mean: float, materiality: float) -> Because:
    """What is to be said of a change by its saving alone.

    ``changing``: claims a year that go another way; an interval that is unknown tells nothing.
    """
    if changing < NOBODY:
        return "idle"
    if low > 0.0:
        return "act" if mean >= materiality else "small"
    return "loss" if high < 0.0 else "unsure"


def verdict_on(because: Because, low: float, high: float, mean: float, materiality: float) -> Because:
    """What is to be said of a change beside what fresh years say of its saving.

    The years that judged decide what is recommended, and fresh ones never take that back: to drop what they like less
    would flatter what is left. So what was recommended and is not certain and material on them is called unconfirmed;
    what was not recommended is called what they show, and unproved where they alone would recommend it. Of a cell that
    shares a bill its own saving does not tell: the whole keeps the say.
    """
    found = reason(np.inf, low, high, mean, materiality)
    if because in BY_OTHERS or np.isnan(low):
        return because
    if because in WORTH:
        return because if low > 0.0 and high >= materiality else "unconfirmed"
    if found == "act":
        return because if because in HELD else "unproved"
    return because if found == "small" and because in HELD else found


class NoSuchChange(ValueError):
    """A decision has no change of that name."""

    def __init__(self, name: str, near: str) -> None:
        super().__init__(f"no change {name!r}" + (f"; did you mean {near!r}?" if near else ": nothing would change"))
        self.name, self.near = name, near


@dataclass(frozen=True)
class Robust:
    """How a saving stands up when all stated ranges are drawn together."""

    draws: int
    """Draws [count]."""
    share: float
    """Share of them in which it is above 0 [share, 0-1]."""
    low: float
    """Lower end of the interval of that share [share, 0-1]."""
    high: float
    """Upper end [share, 0-1]."""
    flip: str = ""
    """``weakest`` where by the line through the draws it turns the saving within its range; empty else [path]."""
    flip_at: float = float("nan")
    """Value of that input at which the line crosses 0; NaN without one [the input's unit]."""
    weakest: str = ""
    """Input that goes with most of how the saving varies over the draws; empty where none stands out from what chance
    would show [path]."""
    weakest_at: float = float("nan")
    """End of its range that takes most of the saving [the input's unit]."""
    weakest_saving: float = float("nan")
    """What is left there, by the line [reporting currency]."""
    explained: float = float("nan")
    """Share of the saving's variance over the draws that goes with it [share, 0-1]."""


@dataclass(frozen=True)
class SharedBill:
    """A bill that some cells make dearer and that is in none of their own: it belongs to them together."""

    name: str
    """Contract or lane whose it is [text]."""
    new: bool
    """Whether it is that of a contract nobody uses today."""
    cells: tuple[CellKey, ...]
    """The cells."""
    saving: float
    """What all together would cost more without all of these changes, that bill included, on the years that judged
    [reporting currency]."""
    low: float
    """Lower end of the interval [reporting currency]."""
    high: float
    """Upper end [reporting currency]."""
    share: float = float("nan")
    """Share of the draws of everything assumed in which that is above 0; NaN where nothing is drawn [share, 0-1]."""


@dataclass(frozen=True)
class RuleChange:
    """One change of today's policy; money in the reporting currency over the horizon."""

    name: str
    """What it is ticked by [text]."""
    kind: Kind
    """What it stands for."""
    cells: tuple[CellKey, ...]
    """The cells that change with it."""
    because: Because
    """Why it is recommended or not."""
    recommended: bool
    """Whether the recommendation has it."""
    taken: bool
    """Whether the policy decided on has it: as recommended, where no person ticked otherwise."""
    saving: float
    """What it saves by its cells' own bills, confirmed; with what belongs to no change those taken add up to the whole.
    """
    saving_low: float
    """Lower end of the interval."""
    saving_high: float
    """Upper end."""
    whole: float
    """What all together would cost more without it, on the years that chose; NaN where its own bills tell that."""
    whole_low: float
    """Lower end of the interval; NaN likewise."""
    whole_high: float
    """Upper end; NaN likewise."""
    claims: float
    """Claims that go another way with it [claims a year]."""
    p90_now: float
    """Days within which nine in ten of its customers are done today [days]."""
    p90: float
    """The same with it [days]."""
    robust: Robust | None = None
    """How it stands up over what is assumed; None where nothing is drawn."""
    bill: SharedBill | None = None
    """The bill that it makes dearer, alone or with others; None where there is none."""

    @property
    def in_all(self) -> tuple[float, float, float]:
        """What it saves with its interval: in all where the whole has the say, else by its cells' own bills."""
        if np.isnan(self.whole):
            return self.saving, self.saving_low, self.saving_high
        return self.whole, self.whole_low, self.whole_high


def differing(model: Model, now: Policy, new: Policy, cells: Sequence[CellKey]) -> list[CellKey]:
    """The cells whose zones differ between two policies."""
    return [cell for cell in cells if zones_in_policy(model, now, cell) != zones_in_policy(model, new, cell)]


def zones_in_policy(model: Model, policy: Policy, cell: CellKey) -> tuple[CellZone, ...]:
    """The zones of a policy in a cell."""
    return zones_for(policy, model, cell_keys(model, cell))


def cell_keys(model: Model, cell: CellKey) -> dict[str, str | int]:
    """The keys of a cell with their values."""
    return dict(zip(model.scenario.decision.cell, cell, strict=True))


def category_of(model: Model, cell: CellKey) -> str:
    """Product category of a cell; empty where it does not tell."""
    stated = cell_keys(model, cell)
    named = str(stated.get("category", ""))
    return next((k.category for k in model.scenario.skus if k.sku == stated.get("sku")), named)


def assembled(model: Model, full: Policy, cells: Collection[CellKey]) -> Policy:
    """Today's policy with the rules of another one in some cells, and in no other; today's itself for no cells.

    A rule of today's that is finer than a cell would speak before the cell's new one: it is stated anew for the cells
    of the full policy that are left as they are.
    """
    now = model.scenario.policy
    keys = set(model.scenario.decision.cell)
    if not cells:
        return now
    if not keys:
        return full
    every: list[dict[str, str | int | None]] = [
        {key: rule.cell.stated().get(key) for key in keys} for rule in full.rules
    ]
    taken = [cell_keys(model, cell) for cell in cells]
    new = [rule for rule, cell in zip(full.rules, every, strict=True) if cell in taken]
    left = [cell for cell in every if None not in cell.values() and cell not in taken]
    kept: list[Rule] = []
    for rule in now.rules:
        stated = rule.cell.stated()
        if not any(_meet(stated, cell, model) for cell in taken) or (len(stated) <= len(keys) and set(stated) != keys):
            kept.append(rule)
        elif set(stated) != keys:
            finer = ({**stated, **cell} for cell in left if _meet(stated, cell, model))
            kept += [rule.replace(cell=Cell.model_validate(cell)) for cell in finer]
    return full.replace(rules=(*new, *kept))


def _meet(stated: Mapping[str, str | int], cell: Mapping[str, str | int | None], model: Model) -> bool:
    """Whether a claim can be in a rule's cell and in a decided one."""
    both = dict(cell)
    if "sku" in both:
        s = model.scenario
        both["category"] = s.skus[s.sku_index[str(both["sku"])]].category
    return all(both.get(key, value) == value for key, value in stated.items())


@dataclass(frozen=True)
class Ticks:
    """Which changes a person wants: those recommended where nothing is said."""

    only: tuple[str, ...] | None = None
    """These and no others; None for those recommended [names]."""
    without: tuple[str, ...] = ()
    """Not these [names]."""
    also: tuple[str, ...] = ()
    """These too [names]."""

    def check(self, scenario: Scenario) -> None:
        """Refuse at once what can be the name of no change: a name is made of a cell's values, or of a category, a
        contract or a lane and what is done.

        Raises
        ------
        NoSuchChange
            With the nearest cell.
        """
        s = scenario
        ids = (*s.sku_ids, *s.market_ids, *s.channel_ids, *s.symptom_ids, *s.partner_ids, *s.way_ids)
        ids += (
            *DISPOSITIONS,
            TEST_AND_SWAP,
            *(k.category for k in s.skus),
            *EVIDENCE_LEVELS,
            *map(str, range(len(s.triage.age_bands_days) + 1)),
        )
        words = {word for name in (*ids, EVERYTHING) for word in name.split()}
        cells = [f"{sku} {market}" for sku in s.sku_ids for market in s.market_ids]
        for name in (*(self.only or ()), *self.without, *self.also):
            spoken = name.replace("+", " ").split()
            if not spoken or (spoken[0] not in words and name not in words):
                near = difflib.get_close_matches(name, cells, 1, 0.0)
                raise NoSuchChange(name, near[0] if near else "")

    def taken(self, names: Sequence[str], recommended: Sequence[str]) -> tuple[str, ...]:
        """Names of the changes that are taken, of all there are.

        Raises
        ------
        NoSuchChange
            If a name is none of theirs, with the nearest one.
        """
        for name in (*(self.only or ()), *self.without, *self.also):
            if name not in names:
                near = difflib.get_close_matches(name, names, 1, 0.0)
                raise NoSuchChange(name, near[0] if near else "")
        wanted = {*(recommended if self.only is None else self.only), *self.also} - set(self.without)
        return tuple(name for name in names if name in wanted)


def with_changes(model: Model, full: Policy, changes: Sequence[RuleChange], names: Collection[str]) -> Policy:
    """The policy with the named changes and no others."""
    return assembled(model, full, [cell for change in changes if change.name in names for cell in change.cells])
