"""The price of simplicity: what coarser rules, rounder cut-points or a rule set by hand cost a year, and the worth of
finer rules.

Each coarseness is decided anew on the same training claims, by the search of the decision room, and then simulated on
replications that no decision has seen, all on the same luck. The yardstick is the rule decided at the cells the
scenario states; a price below 0 means that the simpler rule happens to be the better one. Rules at finer cells begin
with the yardstick, which stays where nothing better is found; their worth is their price with the other sign.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from warrantysim.analysis.cases import FRESH, Cancel, Case, costs_and_waits
from warrantysim.analysis.pairs import paired_columns
from warrantysim.decision.asking import Experiments
from warrantysim.decision.choose import Undecided
from warrantysim.decision.decide import SELECTION, TRAINING
from warrantysim.decision.local_search import improved
from warrantysim.decision.loop import refined, search
from warrantysim.decision.outcomes import Compared, compared
from warrantysim.decision.policies import rounded
from warrantysim.experiment.outcomes import PotentialOutcomes, SimulatedYear
from warrantysim.experiment.pace import Cancelled
from warrantysim.experiment.workers import Workers
from warrantysim.journeys.model import model_of
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

if TYPE_CHECKING:
    import pandas as pd

Grain = tuple[str, ...]
"""Keys a rule may depend on; empty for one rule for all."""
GRAINS: tuple[Grain, ...] = (("market", "category"), ("market",), ())
"""Coarser cells, finest first."""
STEPS = (5.0, 10.0)
"""Cut-points are rounded to multiples of these [currency units]."""
Decide = Callable[..., Policy]
"""Decides for a scenario whose cells are as coarse as wanted; at finer cells from a given policy on."""
Steps = Callable[[str, int, int], None]
"""Told (stage, steps done, steps planned)."""


@dataclass(frozen=True)
class Ruleset:
    """A rule that was priced."""

    source: str
    """``decided``, ``finer``, ``today`` or ``by hand``."""
    grain: Grain | None
    """Keys of its cells; None for a rule that was not decided here."""
    step: float | None
    """What its cut-points are rounded to; None for exact ones [currency units]."""
    policy: Policy
    """The rule."""
    costs: np.ndarray = field(repr=False)
    """Cost by replication, shape (R,) [reporting currency a year]."""
    waits: np.ndarray = field(repr=False)
    """Days within which nine in ten customers are done, by replication, shape (R,) [days]."""

    @property
    def lines(self) -> int:
        """Lines an agent has to know: zones of all rules, but of those that repeat the rule for everything [count]."""
        whole = next(rule.zones for rule in self.policy.rules if not rule.cell.stated())
        own = [rule.zones for rule in self.policy.rules if rule.cell.stated() and rule.zones != whole]
        return len(whole) + sum(map(len, own))

    @property
    def rules(self) -> int:
        """Rules with a cell of their own, and the one for everything else [count]."""
        return len(self.policy.rules)


@dataclass(frozen=True)
class Simplicity:
    """Rules from fine to coarse, and those set by hand, on the same fresh luck."""

    scenario: Scenario
    """The world."""
    rules: tuple[Ruleset, ...]
    """All that were priced; the first is the yardstick."""
    undecided: tuple[tuple[Grain, str], ...]
    """Coarseness for which no rule meets the constraints, and why."""
    seed: int
    """Seed of every draw."""
    cancelled: bool = False
    """Whether it was stopped before the last coarseness."""

    @property
    def level(self) -> float:
        """Level of the intervals [share, 0-1]."""
        return self.scenario.plan.confidence

    @property
    def replications(self) -> int:
        """Fresh replications behind every figure [count]."""
        return len(self.rules[0].costs)

    @property
    def materiality(self) -> float:
        """What a change must be worth, as the scenario states it [reporting currency a year]."""
        least = self.scenario.decision.materiality
        return (
            least.value
            * self.scenario.usd_per_unit(least.currency)
            / self.scenario.usd_per_unit(self.scenario.reporting_currency)
        )

    def table(self) -> pd.DataFrame:
        """A row a rule: source, cells, step, rule, rules, lines, p90 (days within which nine in ten customers are
        done), then the columns of `paired_columns`; ``difference`` is the price of simplicity, its cost less that of
        the yardstick.
        """
        import pandas as pd

        costs = np.array([one.costs for one in self.rules])
        found = paired_columns(costs, np.broadcast_to(costs[0], costs.shape), self.level)
        stated = {
            "source": [one.source for one in self.rules],
            "cells": [None if one.grain is None else " x ".join(one.grain) or "everything" for one in self.rules],
            "step": [np.nan if one.step is None else one.step for one in self.rules],
            "rule": [one.policy.name for one in self.rules],
            "rules": [one.rules for one in self.rules],
            "lines": [one.lines for one in self.rules],
            "p90": [float(one.waits.mean()) for one in self.rules],
        }
        return pd.DataFrame({**stated, **found})

    def simplest(self, at_most: float | None = None) -> int:
        """Place of the decided rule of fewest lines whose price surely stays below ``at_most`` a year, the
        materiality where not given; the yardstick where there is none.
        """
        limit = self.materiality if at_most is None else at_most
        table = self.table()
        decided = [k for k, one in enumerate(self.rules) if one.source == "decided"]
        fit = [k for k in decided if k == 0 or table["high"][k] <= limit]
        return min(fit, key=lambda k: (self.rules[k].lines, float(table["difference"][k])))


def simplify(
    scenario: Scenario,
    by_hand: Sequence[Policy] = (),
    *,
    grains: Sequence[Grain] = GRAINS,
    steps: Sequence[float] = STEPS,
    finer: Sequence[Grain] = (),
    replications: int | None = None,
    seed: int | None = None,
    jobs: Workers = 1,
    thorough: bool = False,
    decide: Decide | None = None,
    progress: Steps | None = None,
    cancel: Cancel | None = None,
) -> Simplicity:
    """Price coarser and rounder rules, today's, and rules set by hand.

    At the cells the scenario states cut-points are exact and rounded to every step, at coarser ones exact and rounded
    to the last. Stopped, it keeps what was priced.

    Parameters
    ----------
    finer
        Keys of cells that tell more apart than the scenario's.
    replications
        Fresh ones, as many as the plan states where not given.
    thorough
        Whether neighbours of rules of few cells are simulated too, as the decision does; slow.
    decide
        Decides in place of the search of the decision room.

    Raises
    ------
    Undecided
        If no rule at the scenario's own cells meets the constraints.
    Cancelled
        If it was stopped before that rule was priced.
    """
    keyed = scenario.plan.seed if seed is None else seed
    fresh = range(FRESH, FRESH + (scenario.plan.replications if replications is None else replications))
    stop = cancel or (lambda: False)
    deciding = decide or Coarse(Experiments(scenario, keyed, jobs, progress), thorough, stop)
    own: Grain = tuple(scenario.decision.cell)
    coarse = [own, *(grain for grain in grains if coarser(grain, own))]
    wanted = [*coarse, *(grain for grain in finer if grain != own)]
    found: list[Ruleset] = []
    undecided: list[tuple[Grain, str]] = []

    def priced(rows: Sequence[tuple[str, Grain | None, float | None, Policy]]) -> None:
        # One scenario for all: their claims are born once.
        cases = [Case(str(k), scenario, policy) for k, (*_, policy) in enumerate(rows)]
        each = zip(rows, *costs_and_waits(cases, fresh, keyed, jobs=jobs), strict=True)
        found.extend(Ruleset(*row, cost, wait) for row, cost, wait in each)

    for k, grain in enumerate(wanted):
        if progress is not None:
            progress("grains", k, len(wanted))
        try:
            if stop():
                raise Cancelled("stopped before every coarseness was decided")
            if k >= len(coarse):
                policy = deciding(with_cells(scenario, grain), found[0].policy)
                priced([("finer", grain, None, policy)])
                continue
            policy = deciding(with_cells(scenario, grain))
            rough = [("decided", grain, step, rounded(policy, step)) for step in (steps if k == 0 else steps[-1:])]
            given = [("today", None, None, scenario.policy), *(("by hand", None, None, p) for p in by_hand)]
            priced([("decided", grain, None, policy), *rough, *(given if k == 0 else ())])
        except Undecided as error:
            if k == 0:
                raise
            undecided.append((grain, str(error)))
        except Cancelled:
            if not found:
                raise
            return Simplicity(scenario, tuple(found), tuple(undecided), keyed, cancelled=True)
    if progress is not None:
        progress("grains", len(wanted), len(wanted))
    return Simplicity(scenario, tuple(found), tuple(undecided), keyed)


def coarser(grain: Grain, than: Grain) -> bool:
    """Whether cells are coarser than others: a product tells its category."""
    told = {*than, *(["category"] if "sku" in than else [])}
    return set(grain) <= told and set(grain) != set(than)


def finer_than(own: Grain) -> tuple[Grain, ...]:
    """Cells worth a look: the own ones by age of the order and by reason, and kinds of product by both."""
    more = [(*own, key) for key in ("age_band", "symptom") if key not in own]
    kinds: Grain = ("market", "category", "symptom", "age_band")
    return tuple(grain for grain in (*more, kinds) if set(grain) != set(own))


def with_cells(scenario: Scenario, grain: Grain) -> Scenario:
    """The scenario decided at other cells."""
    return scenario.replace(decision=scenario.decision.replace(cell=grain))


class Coarse:
    """Decides at any cells of one scenario; what claims could have cost is learned once, whatever the cells."""

    def __init__(self, inner: Experiments, thorough: bool, stop: Cancel) -> None:
        self.asked, self.thorough, self.jobs = Remembering(inner, stop), thorough, inner.jobs

    def __call__(self, scenario: Scenario, start: Policy | None = None) -> Policy:
        """The best rule found at the cells of a scenario; of one found at others, ``start``, on.

        Raises
        ------
        Undecided
            If the constraints conflict.
        """
        d = scenario.decision
        training = range(TRAINING, TRAINING + d.training_replications)
        selection = range(SELECTION, SELECTION + d.selection_replications)
        here = model_of(scenario)
        if start is not None:
            return refined(here, self.asked, training, selection, lambda stage: None, start).best.policy
        found = search(here, self.asked, training, selection, lambda stage: None, self.jobs)
        return (improved(here, self.asked, selection, found) if self.thorough else found).best.policy


class Remembering:
    """Experiments that are asked only once for the same thing, and not at all once someone wants to stop."""

    def __init__(self, inner: Experiments, stop: Cancel) -> None:
        self.inner, self.stop = inner, stop
        self._outcomes: list[tuple[range, Policy, list[PotentialOutcomes]]] = []
        self._years: list[tuple[range, Policy, list[SimulatedYear]]] = []

    def potential(self, replications: range, incumbent: Policy) -> list[PotentialOutcomes]:
        """As the inner experiments.

        Raises
        ------
        Cancelled
            If it is to stop.
        """
        self._asked()
        for k, (span, rule, known) in enumerate(self._outcomes):
            if span == replications and rule == incumbent:
                self._outcomes.append(self._outcomes.pop(k))
                return known
        del self._outcomes[:-1]  # Some 80 MB each: today's rule and the yardstick are asked about again and again.
        found = list(self.inner.potential(replications, incumbent))
        self._outcomes.append((replications, incumbent, found))
        return found

    def simulate(self, policies: Sequence[Policy], replications: range) -> list[list[SimulatedYear]]:
        """As the inner experiments.

        Raises
        ------
        Cancelled
            If it is to stop.
        """
        self._asked()
        new = [p for p in policies if self._known(p, replications) is None]
        if new:
            years = self.inner.simulate(new, replications)
            self._years += [(replications, policy, mine) for policy, mine in zip(new, years, strict=True)]
        return [self._known(policy, replications) or [] for policy in policies]

    def compare(self, policies: Sequence[Policy], whole: Collection[int], replications: range) -> Compared:
        """As `simulate`: of what is asked again, nobody knows what of it will be wanted."""
        return compared(self.simulate(policies, replications), whole)

    def _known(self, policy: Policy, replications: range) -> list[SimulatedYear] | None:
        return next((y for span, rule, y in self._years if span == replications and rule == policy), None)

    def _asked(self) -> None:
        if self.stop():
            raise Cancelled("stopped while a rule was being decided")
