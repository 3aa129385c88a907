"""What is recommended of all an optimizer found: the changes worth making, as one list that can be ticked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from warrantysim.decision.cells import CellKey, CellRows, number_cells
from warrantysim.decision.changes import (
    WORTH,
    Because,
    Kind,
    Robust,
    RuleChange,
    Ticks,
    cell_keys,
    verdict_on,
    zones_in_policy,
)
from warrantysim.decision.judging import Judge, Years
from warrantysim.decision.loop import SearchResult
from warrantysim.decision.outcomes import Worlds
from warrantysim.decision.table import Judged, claims_rerouted
from warrantysim.experiment.intervals import Interval, share_by_chance, share_interval, t_interval
from warrantysim.experiment.outcomes import SimulatedYear
from warrantysim.experiment.service import service
from warrantysim.experiment.summary import Failure
from warrantysim.experiment.uncertain import UncertainInput, drawn_together, levers_at, stated_inputs
from warrantysim.journeys.model import Model, model_of
from warrantysim.schema.errors import ScenarioError
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

YEARS = 1
"""Replications of each draw: what luck does is taken out by pairs [count]."""
TINY = 1e-300
"""In place of a spread of 0."""

Group = tuple[CellKey, ...]


def cell_costs(scenario: Scenario, year: SimulatedYear, *, cells: Sequence[CellKey]) -> np.ndarray:
    """Cost of the claims of each cell, and last of what belongs to none of these, shape (cells + 1,)."""
    place = {cell: k for k, cell in enumerate(cells)}
    found, (number,) = number_cells(model_of(scenario), scenario.decision.cell, [year])
    where = np.array([place.get(cell, len(cells)) for cell in found], dtype=np.int64)
    cost = np.bincount(where[number], year.cash + year.expected, len(cells) + 1)
    cost[-1] = year.total - cost[:-1].sum()
    return cost


@dataclass(frozen=True)
class SavingsDrawn:
    """Savings of cells at draws of all inputs; D draws, I inputs, C cells and what belongs to none."""

    inputs: tuple[UncertainInput, ...]
    """The inputs."""
    cells: tuple[CellKey, ...]
    """The cells."""
    draws: np.ndarray
    """Inputs drawn, of the draws that make a valid scenario, shape (D, I)."""
    shifts: np.ndarray
    """What each draw adds to a saving, shape (D, C + 1); -inf where the new policy chokes a bench [reporting
    currency]."""
    billed: Mapping[frozenset[CellKey], np.ndarray] = field(default_factory=dict)
    """The same of all cells for which a contract is signed, its bill included, each of shape (D,)."""

    def of(self, group: Group) -> np.ndarray:
        """What each draw adds to the saving of some cells together by their own bills, shape (D,)."""
        return np.asarray(self.shifts[:, [self.cells.index(cell) for cell in group]].sum(axis=1))

    def with_bill(self, group: Group) -> np.ndarray:
        """The same with the bill of the contract that is signed for them alone, where there is one."""
        found = self.billed.get(frozenset(group))
        return self.of(group) if found is None else found

    @property
    def beside(self) -> np.ndarray:
        """What each draw adds to the saving that belongs to none of the cells, shape (D,)."""
        return np.asarray(self.shifts[:, -1])


def share_positive(saved: np.ndarray, level: float) -> Robust:
    """How often a saving is above 0, with the interval of that share; ``saved``: at each draw, shape (D,)."""
    n, up = len(saved), int((saved > 0).sum())
    return Robust(n, up / n if n else float("nan"), *share_interval(up, n, level))


def draw_assumptions(
    model: Model,
    asked: Worlds,
    policy: Policy,
    cells: Sequence[CellKey],
    replications: range,
    stated: tuple[Years, Years],
) -> SavingsDrawn | None:
    """All stated ranges drawn together under today's policy and another one; None where nothing is stated or asked.

    ``stated``: years of both in the scenario as stated, on the same replications.

    Raises
    ------
    ScenarioError
        Where no draw makes a valid scenario: the ranges do not hold together, and nothing would be said of the saving.
    """
    s = model.scenario
    if not s.assumptions or not s.decision.robust_draws:
        return None
    inputs = stated_inputs(s)
    draws = drawn_together(s, inputs, s.decision.robust_draws, s.plan.seed)
    measure = partial(cell_costs, cells=tuple(cells))
    sides = [np.mean([measure(s, year) for year in years[:YEARS]], axis=0) for years in stated]
    turns = [levers_at(inputs, one) for one in draws]
    found = list(asked.turned((s.policy, policy), replications[:YEARS], turns, measure))
    refused = [one for one in found if isinstance(one, ScenarioError)]
    if len(refused) == len(found):
        raise refused[0]
    shifts = list(_shifts(found, sides[0] - sides[1]))
    valid = [k for k, shift in enumerate(shifts) if shift is not None]
    rows = np.array([shifts[k] for k in valid], dtype=float).reshape(len(valid), len(cells) + 1)
    return SavingsDrawn(inputs, tuple(cells), draws[valid], rows)


def _shifts(stream: Iterable[np.ndarray | Failure | ScenarioError], before: np.ndarray) -> Iterator[np.ndarray | None]:
    """What each turn adds to the savings ``before`` of cells; None where it makes no valid scenario, or today's policy
    chokes."""
    for found in stream:
        if isinstance(found, np.ndarray):
            yield (found[0] - found[1]).mean(axis=0) - before
        elif isinstance(found, Failure) and found.policy == 1:
            yield np.full(len(before), -np.inf)
        else:
            yield None


def robust(model: Model, policy: Policy, savings: Mapping[Group, float], drawn: SavingsDrawn) -> dict[Group, Robust]:
    """How the savings of some changes stand up, and which input goes with how they vary.

    ``savings``: what each saves in the scenario as stated.
    """
    level = model.scenario.plan.confidence
    out = {}
    for group, saving in savings.items():
        saved = saving + drawn.with_bill(group)
        mine = [i for i, one in enumerate(drawn.inputs) if _touches(model, policy, one, group)]
        out[group] = _with_weakest(share_positive(saved, level), saved, drawn, mine, level)
    return out


def _with_weakest(found: Robust, saved: np.ndarray, drawn: SavingsDrawn, mine: Sequence[int], level: float) -> Robust:
    """With the one of some inputs that goes with most of how a saving varies, by a straight line through the draws;
    without where the best of as many unrelated inputs may go with as much."""
    known = np.isfinite(saved)
    if not known.any():
        return found
    apart = drawn.draws[known] - drawn.draws[known].mean(axis=0)
    off = saved[known] - saved[known].mean()
    moved, spread = apart.T @ off, np.maximum((apart**2).sum(axis=0), TINY)
    shares = moved**2 / spread / max(float((off**2).sum()), TINY)
    best = max(mine, key=lambda i: shares[i], default=-1)
    if best < 0 or shares[best] <= share_by_chance(len(off), len(mine), level):
        return found
    one, slope = drawn.inputs[best], float(moved[best] / spread[best])
    centre, mean = float(drawn.draws[known, best].mean()), float(saved[known].mean())
    ends = {x: mean + slope * (x - centre) for x in (one.low, one.high)}
    weakest = min(ends, key=lambda x: ends[x])
    turns = ends[weakest] <= 0.0 < max(ends.values())
    return replace(
        found,
        flip=one.name if turns else "",
        flip_at=centre - mean / slope if turns else float("nan"),
        weakest=one.name,
        weakest_at=weakest,
        weakest_saving=ends[weakest],
        explained=float(shares[best]),
    )


def _touches(model: Model, policy: Policy, one: UncertainInput, group: Group) -> bool:
    """Whether an input can have to do with some cells: not if it is of another market or product, or of a partner not
    used."""
    s = model.scenario
    parts = [part for part in re.split(r"[.,\[\]]+", one.lever.path) if part]
    for key, names in (("market", s.market_ids), ("sku", s.sku_ids)):
        mine = {str(cell_keys(model, cell).get(key, "")) for cell in group}
        named = {part for part in parts if part in names and parts[0] != "partners"}
        if named and "" not in mine and not mine & named:
            return False
    if parts[0] == "partners" and len(parts) > 1:
        rules = (model.scenario.policy, policy)
        return any(
            z.partner == parts[1] for rule in rules for cell in group for z in zones_in_policy(model, rule, cell)
        )
    return True


RECOMMENDED = "recommended"
"""Name of the policy that is recommended."""


@dataclass(frozen=True)
class Chosen:
    """The policy decided on, and what it was chosen from."""

    judge: Judge
    """What the choosing replications said."""
    stands: Mapping[tuple[CellKey, ...], Robust]
    """How each recommended change stands up over what is assumed; empty where nothing is drawn."""
    whole: Robust | None
    """The same of all together."""
    listed: tuple[tuple[str, tuple[CellKey, ...]], ...]
    """Everything that can be ticked, by name."""
    recommended: tuple[str, ...]
    """Names of what is recommended."""
    taken: tuple[str, ...]
    """Names of what is in the policy: as recommended where no person ticked otherwise."""
    policy: Policy
    """The policy decided on."""
    selected: float
    """What the recommended policy saves on them [reporting currency]."""

    def judged(self, changes: Sequence[RuleChange]) -> dict[CellKey, Judged]:
        """What the table is to say of each cell; ``changes``: what fresh years say of every change."""
        of = {cell: (name, cells) for name, cells in self.listed for cell in cells}
        said: dict[CellKey, Because] = {
            cell: change.because for change in changes if change.recommended for cell in change.cells
        }
        out = {}
        for cell, judged in self.judge.because.items():
            name, cells = of.get(cell, ("", ()))
            because = said.get(cell, judged)
            whole = self.judge.whole.get(cell)
            told = _ends(whole) if whole is not None else (np.nan,) * 3
            out[cell] = Judged(because, name, told, self.stands.get(cells), self.judge.shared_bill(cell))
        return out


def choose_changes(
    model: Model,
    asked: Worlds,
    found: SearchResult,
    full: Policy,
    replications: range,
    materiality: float,
    ticks: Ticks,
    stage: Callable[[str], None],
) -> Chosen:
    """Keep the changes of a full policy that are worth making; then as a person ticks.

    Raises
    ------
    NoSuchChange
        If something is ticked that is not there.
    """
    stage("weigh")
    judge = Judge(model, asked, found, full, replications, materiality)
    cells = judge.settled()
    stage("draw")
    stands: dict[tuple[CellKey, ...], Robust] = {}
    drawn = None
    if cells:
        stated = judge.years["now"], judge.simulated(cells)
        drawn = draw_assumptions(model, asked, judge.policy(cells), cells, replications, stated)
    whole = None
    if drawn is not None:
        cells, stands, drawn = _robust_ones(model, asked, judge, drawn, cells)
    if drawn is not None and cells:
        saved = float(np.mean([a.total - b.total for a, b in zip(judge.years["now"], judge.years["new"], strict=True)]))
        whole = share_positive(saved + drawn.of(cells) + drawn.beside, model.scenario.plan.confidence)
    stage("weigh")
    listed = tuple(judge.changes())
    recommended = tuple(name for name, c in listed if judge.because[c[0]] in WORTH)
    taken = ticks.taken([name for name, _ in listed], recommended)
    policy = judge.policy([cell for name, c in listed if name in taken for cell in c])
    saved_by = [a.total - b.total for a, b in zip(judge.years.get("now", ()), judge.years.get("new", ()), strict=True)]
    judge.let_go()
    return Chosen(
        judge,
        stands,
        whole,
        listed,
        recommended,
        taken,
        policy if policy is model.scenario.policy else policy.replace(name=RECOMMENDED),
        float(np.mean(saved_by)) if saved_by else 0.0,
    )


def _draw_bills(
    asked: Worlds, judge: Judge, drawn: SavingsDrawn, cells: tuple[CellKey, ...], groups: Sequence[frozenset[CellKey]]
) -> SavingsDrawn:
    """With what the same draws add to what all would cost more without some groups of cells, and their contracts."""
    billed = dict(drawn.billed)
    rests = {g: [cell for cell in cells if cell not in g] for g in groups if g not in billed}
    if cells == drawn.cells:
        billed |= {group: drawn.shifts.sum(axis=1) for group, rest in rests.items() if not rest}
    rests = {group: rest for group, rest in rests.items() if group not in billed}
    for group, found in zip(rests, _turned_without(asked, judge, drawn, cells, list(rests.values())), strict=True):
        before = (judge.costs(rests[group]) - judge.costs(cells))[:YEARS].mean(keepdims=True)
        # Without them a bench chokes: they are needed.
        billed[group] = np.array([np.inf if one is None else one[0] for one in _shifts(found, before)])
    return replace(drawn, billed=billed)


def _turned_without(
    asked: Worlds, judge: Judge, drawn: SavingsDrawn, cells: tuple[CellKey, ...], rests: Sequence[Sequence[CellKey]]
) -> list[list[np.ndarray | Failure | ScenarioError]]:
    """What some of the cells cost at each draw, and all of them, for every choice of some; each draw is born once for
    all choices, unless one of them breaks in it."""
    if not rests:
        return []
    turns = [levers_at(drawn.inputs, one) for one in drawn.draws]
    policies = [judge.policy(some) for some in (*rests, cells)]
    found = list(asked.turned(policies, judge.replications[:YEARS], turns, partial(cell_costs, cells=())))
    if len(rests) > 1 and any(isinstance(one, Failure) for one in found):
        return [side for rest in rests for side in _turned_without(asked, judge, drawn, cells, [rest])]
    return [[one[[k, -1]] if isinstance(one, np.ndarray) else one for one in found] for k in range(len(rests))]


def _robust_ones(
    model: Model, asked: Worlds, judge: Judge, drawn: SavingsDrawn, cells: tuple[CellKey, ...]
) -> tuple[tuple[CellKey, ...], dict[tuple[CellKey, ...], Robust], SavingsDrawn | None]:
    """Cells whose changes save in enough of the draws, how every change stands up, and the draws of what is left; the
    others are held, and what is left is judged anew.

    Where the own bills of a cell waver that shares them, the whole is asked, as it is for luck. Changes for which alone
    a contract is signed stand or are held together, with its bill.
    """
    least, level = model.scenario.decision.robust_share, model.scenario.plan.confidence
    bringing = judge.bringing(cells)
    drawn = _draw_bills(asked, judge, drawn, cells, bringing)

    def stands_up(group: Group) -> Robust:
        return share_positive(float(judge.saving(group).mean) + drawn.with_bill(group), level)

    def wavering() -> list[tuple[CellKey, ...]]:
        worth = [group for _, group in judge.changes() if judge.because[group[0]] in WORTH]
        found = [(group, stands_up(group)) for group in worth if frozenset(group) not in bringing]
        return [group for group, stands in found if stands.draws and stands.share < least]

    judge.ask_of_the_whole(cells, [group[0] for group in wavering() if len(group) == 1])
    worth = {group: judge.saving(group) for _, group in judge.changes() if judge.because[group[0]] in WORTH}
    savings = {group: float(found.mean) for group, found in worth.items()}
    stands = robust(model, judge.policy(cells), savings, drawn)
    for group in wavering():
        judge.hold(group)
    left = [cell for cell in cells if judge.because[cell] in WORTH]
    if len(left) < len(cells):
        groups = judge.sharing(cells)
        cells = judge.settled(left)
        for shared in groups:
            # What is held took the contract or lane from others that stand up: perhaps they do so all together.
            whole = judge.carried.get(shared)
            if whole is None or not judge.worth(whole) or all(judge.because[c] != "contract" for c in shared):
                continue
            if share_positive(float(whole.mean) + drawn.with_bill(tuple(shared)), level).share >= least:
                cells = judge.restored(cells, shared)
        drawn = replace(drawn, billed={})
    while True:
        bringing = judge.bringing(cells)
        drawn = _draw_bills(asked, judge, drawn, cells, bringing)
        for _, group in judge.changes():
            if judge.because[group[0]] in WORTH:
                stands.setdefault(group, stands_up(group))
        shares = {
            group: share_positive(float(judge.carried[group].mean) + drawn.billed[group], level).share
            for group in bringing
        }
        judge.shares |= shares
        weak = [cell for group, share in shares.items() if share < least for cell in group]
        if not weak:
            return cells, stands, drawn
        judge.hold_contract(weak)
        cells = judge.settled([cell for cell in cells if judge.because[cell] in WORTH])
        stated = judge.years["now"], judge.simulated(cells)
        again = (
            draw_assumptions(model, asked, judge.policy(cells), cells, judge.replications, stated) if cells else None
        )
        if again is None:
            return cells, stands, None
        drawn = again


def confirmed_changes(model: Model, chosen: Chosen, now: Years, new: Years, full: Years) -> tuple[RuleChange, ...]:
    """The list of changes with what fresh replications say of each: of those taken by the policy decided on, of the
    others by that with every change; largest saving first."""
    level, judge = model.scenario.plan.confidence, chosen.judge
    sides, n = {True: new, False: full}, len(now)
    every, numbers = number_cells(model, model.scenario.decision.cell, [*now, *new, *full])
    number = {True: numbers[n : 2 * n], False: numbers[2 * n :]}
    rows_now, rows = CellRows(every, numbers[:n]), {side: CellRows(every, of) for side, of in number.items()}
    moved = {
        side: dict(zip(every, claims_rerouted(now, years, numbers[:n], len(every)), strict=True))
        for side, years in sides.items()
    }
    out = []
    for name, cells in chosen.listed:
        taken = name in chosen.taken
        years, because = sides[taken], judge.because[cells[0]]
        before, after = rows_now.of(cells), rows[taken].of(cells)
        cost = [_costs(now, before), _costs(years, after)]
        saving = t_interval(cost[0] - cost[1], level)
        whole = judge.whole.get(cells[0]) if len(cells) == 1 else None
        if because == "together":
            whole = judge.saving(cells)
        kind: Kind = "cell" if len(cells) == 1 else "together" if because == "together" else "group"
        out.append(
            RuleChange(
                name,
                kind,
                cells,
                verdict_on(because, float(saving.low), float(saving.high), float(saving.mean), judge.materiality),
                name in chosen.recommended,
                taken,
                *_ends(saving),
                *(_ends(whole) if whole is not None else (np.nan,) * 3),
                float(sum(moved[taken].get(cell, 0.0) for cell in cells)),
                service(now, before).p90,
                service(years, after).p90,
                chosen.stands.get(cells),
                next(filter(None, map(judge.shared_bill, cells)), None),
            )
        )
    return tuple(sorted(out, key=lambda change: (not change.taken, -change.saving)))


def _costs(years: Years, of: Sequence[np.ndarray]) -> np.ndarray:
    return np.array([(y.cash[mine] + y.expected[mine]).sum() for y, mine in zip(years, of, strict=True)])


def _ends(found: Interval) -> tuple[float, float, float]:
    return float(found.mean), float(found.low), float(found.high)
