"""What the program expects a policy to cost: its own sums over the training claims, for any cut-points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from warrantysim.decision.problem import ProgramData, block_costs, pool_cost
from warrantysim.journeys.model import Model
from warrantysim.journeys.rulebook import rulebook
from warrantysim.money.partner_lines import desks_named
from warrantysim.schema.dispositions import DISPOSITIONS, NEW_UNIT
from warrantysim.schema.policy import Policy, Rule

if TYPE_CHECKING:
    from warrantysim.decision.training import Learned
    from warrantysim.experiment.outcomes import BenchUse, FreightUse

Use = TypeVar("Use", "BenchUse", "FreightUse")


def arms_under(model: Model, learned: Learned, policy: Policy, some: np.ndarray | None = None) -> np.ndarray:
    """Arm a policy gives each training claim, by the rules as the journey reads them. Shape (n,).

    ``some``: rows of the claims that are asked about; all where it is left out.

    An arm the scenario does not have stands for what is done in its place.
    """
    book = rulebook(policy, model)
    claims: Any = learned.claims if some is None else learned.claims.of(some)
    rule = book.rule_of(claims, claims)
    route, partner = book.zone_of(rule, claims.market, claims.value, claims.price_gross)
    place = {(arm.disposition, arm.partner): a for a, arm in enumerate(learned.arms)}
    doers = [("", *model.scenario.doers(disposition)) for disposition in DISPOSITIONS]
    arms = np.full((len(DISPOSITIONS), max(map(len, doers))), place[NEW_UNIT, ""])
    for r, names in enumerate(doers):
        arms[r, : len(names)] = [place.get((DISPOSITIONS[r], name), place[NEW_UNIT, ""]) for name in names]
    return np.asarray(arms[route, partner + 1])


def forecast(model: Model, learned: Learned, problem: ProgramData, policy: Policy) -> float:
    """Cost of the routed training claims under a policy, contracts, lanes and swap pools included, a mean year.

    On an uncongested scenario at the fixed point this is what simulating the training replications costs, less what no
    rule is asked about.
    """
    return ForecastByCell(model, learned, problem, policy).cost


class ForecastByCell:
    """The forecast of a policy the rules of which change cell by cell.

    Only the claims and the desks of the cell are looked at again: a policy of thousands of cells is not written anew
    for each rule that is tried. State is the policy's forecast so far.
    """

    def __init__(self, model: Model, learned: Learned, problem: ProgramData, policy: Policy) -> None:
        self.model, self.learned, self.problem = model, learned, problem
        self.rest = policy.replace(rules=[rule for rule in policy.rules if not rule.cell.stated()])
        self.named = Counter(desk for rule in policy.rules for desk in desks_named(rule, model.scenario))
        self.arm = arms_under(model, learned, policy)
        self.number = {cell: c for c, cell in enumerate(learned.cells)}
        self.visits, self.visits_end = self._by_cell(learned.uses.bench.claim)
        self.freight, self.freight_end = self._by_cell(learned.uses.freight.claim)
        self.measures = measures_under(learned, self.arm)
        self.separate = separate_cost(learned, self.arm)
        self.cost = self.separate + self._shared(self.named, self.measures)

    def _by_cell(self, claim: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Uses in the order of their claims' cells, and where each cell's end."""
        cell = self.learned.cell[claim]
        order = np.argsort(cell, kind="stable")
        return order, np.searchsorted(cell[order], np.arange(len(self.learned.cells) + 1))

    def _taken(self, cell: tuple[str | int, ...], rows: np.ndarray) -> dict[str, float]:
        """What some claims of a cell take of all that is shared."""
        c = self.number[cell]
        visits = self.visits[self.visits_end[c] : self.visits_end[c + 1]]
        freight = self.freight[self.freight_end[c] : self.freight_end[c + 1]]
        return measures_under(self.learned, self.arm, (rows, visits, freight))

    def _shared(self, named: Counter[tuple[str, str]], measures: Mapping[str, float]) -> float:
        return shared_cost(self.problem, signed_of(self.problem, set(+named), measures), measures)

    def _moved(self, cell: tuple[str | int, ...], rules: tuple[Rule, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Claims of a cell that go another way under other rules of it, and their arms."""
        c = self.number.get(cell)
        if c is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        rows = self.learned.rows(c)
        others = self.rest.rules if rules[0].cell.stated() else ()
        arm = arms_under(self.model, self.learned, self.rest.replace(rules=(*rules, *others)), rows)
        other = arm != self.arm[rows]
        return rows[other], arm[other]

    def _named(self, before: Sequence[Rule], after: Sequence[Rule]) -> Counter[tuple[str, str]]:
        """How many rules name each desk with some rules in place of others."""
        named = self.named.copy()
        for sign, rules in ((-1, before), (1, after)):
            for rule in rules:
                for desk in desks_named(rule, self.model.scenario):
                    named[desk] += sign
        return named

    def tried(self, cell: tuple[str | int, ...], before: tuple[Rule, ...], after: tuple[Rule, ...]) -> float:
        """What the policy costs with other rules in a cell; ``before``: those it has there."""
        measures, separate = self._changed(cell, *self._moved(cell, after))
        return separate + self._shared(self._named(before, after), measures)

    def _changed(
        self, cell: tuple[str | int, ...], rows: np.ndarray, arm: np.ndarray
    ) -> tuple[dict[str, float], float]:
        """Measures, and what claims cost alone, where some claims of a cell have other arms."""
        measures, separate = dict(self.measures), self.separate
        if len(rows):
            before_arm, left = self.arm[rows], self._taken(cell, rows)
            self.arm[rows] = arm
            come = self._taken(cell, rows)
            self.arm[rows] = before_arm
            for name in left.keys() | come.keys():
                had = measures.get(name, 0.0)
                has = had - left.get(name, 0.0) + come.get(name, 0.0)
                # What nobody takes any more is nothing: a rest of rounding would sign its contract.
                measures[name] = has if abs(has) > 1e-9 * (abs(had) + abs(come.get(name, 0.0))) else 0.0
            cost, n = self.learned.cost, self.learned.replications
            separate += float(cost[rows, arm].sum() - cost[rows, before_arm].sum()) / n
        return measures, separate

    def take(self, cell: tuple[str | int, ...], before: tuple[Rule, ...], after: tuple[Rule, ...]) -> None:
        """Let a cell have other rules."""
        rows, arm = self._moved(cell, after)
        self.measures, self.separate = self._changed(cell, rows, arm)
        self.named = self._named(before, after)
        self.arm[rows] = arm
        self.cost = self.separate + self._shared(self.named, self.measures)


@dataclass(frozen=True)
class Used:
    """What a policy uses of all that is shared, by the program; C cells, A arms."""

    arm: np.ndarray
    """Arm of each training claim, shape (n,) [int]."""
    claims: np.ndarray
    """Training claims of each cell that take each arm, shape (C, A) [int]."""
    measures: Mapping[str, float]
    """What they take, a mean year, by measure."""
    signed: frozenset[str]
    """Contracts and lanes that are used."""
    bills: Mapping[str, float]
    """What each contract and lane costs beside single claims, a mean year [reporting currency]."""


def used_under(model: Model, learned: Learned, problem: ProgramData, policy: Policy) -> Used:
    """What a policy uses."""
    arm = arms_under(model, learned, policy)
    size = len(learned.cells), len(learned.arms)
    claims = np.bincount(learned.cell * size[1] + arm, minlength=size[0] * size[1]).reshape(size)
    measures = measures_under(learned, arm)
    signed = signed_under(model, problem, policy, measures)
    return Used(arm, claims, measures, signed, block_costs(problem.blocks, signed, measures))


def signed_under(model: Model, problem: ProgramData, policy: Policy, measures: Mapping[str, float]) -> frozenset[str]:
    """Blocks that are signed: contracts of the desks a policy names, and whatever claims take something of."""
    return signed_of(problem, {desk for rule in policy.rules for desk in desks_named(rule, model.scenario)}, measures)


def signed_of(
    problem: ProgramData, named: Collection[tuple[str, str]], measures: Mapping[str, float]
) -> frozenset[str]:
    """Blocks that are signed where rules name some desks of partners."""
    return frozenset(
        block.name
        for block in problem.blocks
        if any(measures.get(name, 0.0) for name in block.own_measures) or block.desk in named
    )


def separate_cost(learned: Learned, arm: np.ndarray) -> float:
    """Cost of the training claims each alone, a mean year; ``arm``: of each, shape (n,)."""
    return float(learned.cost[np.arange(len(learned)), arm].sum()) / learned.replications


def measures_under(
    learned: Learned, arm: np.ndarray, some: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
) -> dict[str, float]:
    """What the claims take of all that is shared, a mean year, by measure; ``arm``: of each, shape (n,). ``some``: rows
    of the claims that count, rising, and of the visits and freight among which theirs are; all where it is left out."""
    uses, pools = learned.uses, learned.pools
    counted = np.ones(len(learned), dtype=bool)
    rows, visits, freights = (np.arange(n) for n in (len(learned), len(uses.bench.claim), len(uses.freight.claim)))
    if some is not None:
        rows, visits, freights = some
        counted = np.zeros(len(learned), dtype=bool)
        counted[rows] = True

    def taken(use: Use, among: np.ndarray) -> tuple[np.ndarray, Use]:
        claim = use.claim[among]
        mine = among[(use.arm[among] == arm[claim]) & counted[claim]]
        return mine, type(use)(**{f.name: getattr(use, f.name)[mine] for f in fields(use)})

    mine, bench = taken(uses.bench, visits)
    _, freight = taken(uses.freight, freights)
    own = replace(uses, bench=bench, freight=freight, desk_market=uses.desk_market[mine])
    loads = own.loads(np.zeros(len(learned), dtype=np.int64), (1, 1, len(learned.arms)), learned.replications)
    measures = {name: float(load.amount.sum()) for name, load in loads.items()}
    net = np.bincount(pools.pool[rows], pools.net[rows, arm[rows]], len(pools.names)) / learned.replications
    touched = range(len(net)) if some is None else np.unique(pools.pool[rows]).tolist()
    return measures | {pools.measure(k): float(net[k]) for k in touched}


def shared_cost(problem: ProgramData, signed: Collection[str], measures: Mapping[str, float]) -> float:
    """What contracts, lanes and swap pools cost beside single claims, a mean year; those nobody signed cost nothing."""
    charged = sum(block_costs(problem.blocks, signed, measures).values())
    return charged + sum(pool_cost(pool, measures) for pool in problem.pools) + problem.constant
