"""From one policy to another on the same claims: what each cell's rule was and becomes, and what that brings.

Everything is read from a result in which both were simulated; the cells' savings and what belongs to no cell add up to
the whole, replication by replication.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from warrantysim.experiment.intervals import Difference, Interval, paired
from warrantysim.experiment.parts import saving_parts
from warrantysim.experiment.service import HALF, NINE_IN_TEN, days_quantile, service_table
from warrantysim.experiment.summary import JOURNEY_KEYS, Summary
from warrantysim.journeys.records import Route
from warrantysim.report import figures
from warrantysim.report.rows import rows_of
from warrantysim.schema.dispositions import DISPOSITIONS

if TYPE_CHECKING:
    import pandas as pd

    from warrantysim.decision.decide import Decision
    from warrantysim.experiment.result import Result
    from warrantysim.schema.policy import Policy
    from warrantysim.schema.root import Scenario

SERVED = DISPOSITIONS
"""Dispositions a customer notices, in the order they are shown."""


MEASURES = ("total", "cash", "expected", "days_half", "days", *SERVED, "elsewhere", "claims")
"""What the two policies are compared by: costs over the horizon [reporting currency], days within which half and nine
in ten root claims are resolved [days], claims by disposition with their descendants, those no rule sends anywhere, and
all of them [count]."""


JUDGED = (
    *("verdict", "because", "change", "whole", "whole_low", "whole_high"),
    *("bill_name", "bill_new", "bill_cells", "bill_saving", "bill_low", "bill_high", "bill_share"),
    *("zones_free", "free_changing", "free_saving", "free_low", "free_high"),
    *("robust_share", "robust_low", "robust_high", "robust_draws", "flip", "flip_at", "weakest", "explained"),
    *("flat", "binds", "training_claims", "few_claims"),
)
"""Columns of a decision's table that one simulation of its rules cannot tell again."""


@dataclass(frozen=True)
class MeasureLine:
    """One measure under both policies, means over replications."""

    measure: str
    """One of `MEASURES`."""
    now: float
    """Mean now."""
    new: float
    """Mean new."""
    change: Interval
    """New less now, paired."""


@dataclass(frozen=True)
class PolicyChange:
    """One policy of a result against another."""

    result: Result
    now: int
    """Place of the policy that is left."""
    new: int
    """Place of the one that is taken up."""
    decided: Decision | None = field(default=None, repr=False)
    """The decision that chose the new policy, where one did: verdicts and what holds each rule are as it says."""

    @property
    def scenario(self) -> Scenario:
        """The world."""
        return self.result.scenario

    @property
    def policies(self) -> tuple[Policy, Policy]:
        """The policy now and the new one."""
        return self.result.policies[self.now], self.result.policies[self.new]

    @property
    def currency(self) -> str:
        """Reporting currency."""
        return self.scenario.reporting_currency

    @cached_property
    def saving(self) -> Difference:
        """Cost now less cost new, paired."""
        return self._difference("total")

    @cached_property
    def saving_cash(self) -> Difference:
        """The part of it that is cash and stock."""
        return self._difference("cash")

    @cached_property
    def saving_expected(self) -> Difference:
        """The part of it that is expected cost."""
        return self._difference("expected")

    @cached_property
    def waiting(self) -> pd.DataFrame:
        """Service as a whole and by market, see `experiment.service.service_table`."""
        now, new = ([s.year for s in self.result.of(place)] for place in (self.now, self.new))
        return service_table(now, new, self.scenario, self.result.level)

    @cached_property
    def lines(self) -> tuple[MeasureLine, ...]:
        """Every measure, in the order of `MEASURES`."""
        out = []
        for measure in MEASURES:
            now, new = self.by_replication(measure)
            out.append(
                MeasureLine(measure, float(now.mean()), float(new.mean()), paired(new, now, self.result.level).interval)
            )
        return tuple(out)

    def line(self, measure: str) -> MeasureLine:
        """One of the lines."""
        return next(line for line in self.lines if line.measure == measure)

    def as_printed(self) -> dict[str, tuple[float, float]]:
        """Every measure now and new as a table prints it: parts add up to their whole, and what is paid now less what
        is saved, as the headline tells it, is what is paid new.
        """
        out = {line.measure: (figures.rounded(line.now, 1), figures.rounded(line.new, 1)) for line in self.lines}
        total, claims = self.line("total"), self.line("claims")
        now = figures.rounded(total.now)
        wholes = {
            "total": (("cash", "expected"), (now, now - figures.rounded(float(self.saving.interval.mean)))),
            "claims": ((*SERVED, "elsewhere"), (figures.rounded(claims.now), figures.rounded(claims.new))),
        }
        for name, (parts, ends) in wholes.items():
            out[name] = ends
            lines = [self.line(part) for part in parts]
            now_parts, new_parts = ([getattr(line, side) for line in lines] for side in ("now", "new"))
            # A whole that is not what its own figure is rounded to takes its parts with it.
            as_rounded = ends[1] == figures.rounded(self.line(name).new)
            moved = 0.0 if as_rounded else (ends[1] - math.fsum(new_parts)) / len(parts)
            new_parts = [part + moved for part in new_parts]
            sides = figures.adding(now_parts, ends[0]), figures.adding(new_parts, ends[1])
            out |= dict(zip(parts, zip(*sides, strict=True), strict=True))
        return out

    @property
    def kind(self) -> str:
        """saves, worse, unsure, or keep where the rules are the same."""
        now, new = self.policies
        return "keep" if now.rules == new.rules else sign_of(self.saving)

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a cell as `decision.table` makes them; what a search learned is there where a decision tells it."""
        from warrantysim.decision.table import decision_table
        from warrantysim.journeys.model import model_of

        now, new = self.policies
        years = [[s.year for s in self.result.of(place)] for place in (self.now, self.new)]
        table = decision_table(
            model_of(self.scenario),
            (now, new, new),
            (years[0], years[1], years[1]),
            training_claims={},
            flat={},
            binds={},
            materiality=self.floor,
            confidence=self.result.level,
        )
        return table if self.decided is None else self._judged(table, self.decided.table)

    def _judged(self, table: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
        """A table with what the decision's own says of its cells; as it is where they are of other cells."""
        keys = list(self.scenario.decision.cell)
        if not table[keys].reset_index(drop=True).equals(told[keys].reset_index(drop=True)):
            return table
        return table.assign(**{name: told[name].to_numpy() for name in JUDGED if name in told})

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Rows of the table whose rule changes, largest saving first."""
        found = [row for row in rows_of(self.table) if row["zones"] != row["zones_now"]]
        return sorted(found, key=lambda row: -float(row["saving"]))

    @property
    def shared(self) -> float:
        """Mean saving that belongs to no cell that changes: charges of contracts, closing stock, what changes do to the
        bills of other cells [reporting currency]."""
        return float(self.saving.interval.mean) - float(self.table["saving"].sum())

    @cached_property
    def parts(self) -> Mapping[str, Difference]:
        """The saving by part, as of a decision."""
        now, new = ([s.year for s in self.result.of(place)] for place in (self.now, self.new))
        return saving_parts(now, new, self.result.level)

    @property
    def floor(self) -> float:
        """Least saving of a cell that is worth a change [reporting currency]."""
        s, amount = self.scenario, self.scenario.decision.materiality
        return amount.value * s.usd_per_unit(amount.currency) / s.usd_per_unit(s.reporting_currency)

    def by_replication(self, measure: str) -> tuple[np.ndarray, np.ndarray]:
        """A measure of both sides, shape (replications,) each."""
        now, new = (np.array([_measured(s, measure) for s in self.result.of(k)]) for k in (self.now, self.new))
        return now, new

    def _difference(self, measure: str) -> Difference:
        return paired(*self.by_replication(measure), self.result.level)


def sign_of(saving: Difference) -> str:
    """saves, worse, or unsure where luck may explain it."""
    if not bool(saving.detectable):
        return "unsure"
    return "saves" if float(saving.interval.mean) > 0 else "worse"


def _measured(s: Summary, measure: str) -> float:
    match measure:
        case "total":
            return s.total
        case "cash":
            return s.year.cash_total
        case "expected":
            return s.year.expected_total
        case "days":
            return float(days_quantile([s.year], NINE_IN_TEN)[0])
        case "days_half":
            return float(days_quantile([s.year], HALF)[0])
    amount, route = s.journeys.amount, s.journeys.keys[JOURNEY_KEYS.index("route")]
    if measure == "claims":
        return float(amount.sum())
    served = [Route[name.upper()] for name in SERVED]
    here = ~np.isin(route, served) if measure == "elsewhere" else route == Route[measure.upper()]
    return float(amount[here].sum())


def policy_change(
    result: Result, now: int | str = 0, new: int | str = 1, decision: Decision | None = None
) -> PolicyChange:
    """What one policy of a result changes against another, each by place or name.

    ``decision``: one that may have chosen the new policy; it is asked for verdicts if it did.

    Raises
    ------
    ValueError
        If there is no such policy, or no complete replication.
    """
    if not result.complete:
        raise ValueError("no replication is complete")
    found = PolicyChange(result, result.place(now), result.place(new))
    if decision is None or not chose(decision, *found.policies):
        return found
    return replace(found, decided=decision)


def chose(decision: Decision, now: Policy, new: Policy) -> bool:
    """Whether a decision was about leaving one policy for another."""
    from warrantysim.schema.digest import digest

    return digest(decision.now) == digest(now) and digest(decision.policy) == digest(new)
