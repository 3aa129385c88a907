"""What is recommended of all an optimizer found: the changes worth making, as one list that can be ticked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from warrantysim.decision.cells import CellKey, masks_of, number_cells
from warrantysim.decision.changes import WORTH, Because, Kind, Robust, RuleChange, Ticks, verdict_on
from warrantysim.decision.judging import Judge, Years
from warrantysim.decision.loop import SearchResult
from warrantysim.decision.outcomes import Worlds
from warrantysim.decision.robust import SavingsDrawn, draw_assumptions, robust, share_positive
from warrantysim.decision.table import Judged, claims_rerouted
from warrantysim.experiment.intervals import Interval, t_interval
from warrantysim.experiment.service import service
from warrantysim.journeys.model import Model
from warrantysim.schema.policy import Policy

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
            out[cell] = Judged(because, name, told, self.stands.get(cells))
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
        cells, stands = _robust_ones(model, judge, drawn, cells)
        saved = float(np.mean([a.total - b.total for a, b in zip(judge.years["now"], judge.years["new"], strict=True)]))
        whole = share_positive(saved + drawn.of(cells) + drawn.beside, model.scenario.plan.confidence)
    stage("weigh")
    listed = tuple(judge.changes())
    recommended = tuple(name for name, c in listed if judge.because[c[0]] in WORTH)
    taken = ticks.taken([name for name, _ in listed], recommended)
    policy = judge.policy([cell for name, c in listed if name in taken for cell in c])
    saved_by = [a.total - b.total for a, b in zip(judge.years.get("now", ()), judge.years.get("new", ()), strict=True)]
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


def _robust_ones(
    model: Model, judge: Judge, drawn: SavingsDrawn, cells: tuple[CellKey, ...]
) -> tuple[tuple[CellKey, ...], dict[tuple[CellKey, ...], Robust]]:
    """Cells whose changes save in enough of the draws, and how every change stands up; the others are held, and what is
    left is judged anew.

    Where the own bills of a cell waver that shares them, the whole is asked, as it is for luck.
    """
    least, level = model.scenario.decision.robust_share, model.scenario.plan.confidence

    def wavering() -> list[tuple[CellKey, ...]]:
        worth = [group for _, group in judge.changes() if judge.because[group[0]] in WORTH]
        found = [(group, share_positive(float(judge.saving(group).mean) + drawn.of(group), level)) for group in worth]
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
            if share_positive(float(whole.mean) + drawn.of(tuple(shared)), level).share >= least:
                cells = judge.restored(cells, shared)
        for _, group in judge.changes():
            if judge.because[group[0]] in WORTH:
                stands.setdefault(group, share_positive(float(judge.saving(group).mean) + drawn.of(group), level))
    return cells, stands


def confirmed_changes(model: Model, chosen: Chosen, now: Years, new: Years, full: Years) -> tuple[RuleChange, ...]:
    """The list of changes with what fresh replications say of each: of those taken by the policy decided on, of the
    others by that with every change; largest saving first."""
    level, judge = model.scenario.plan.confidence, chosen.judge
    sides, n = {True: new, False: full}, len(now)
    every, numbers = number_cells(model, model.scenario.decision.cell, [*now, *new, *full])
    number = {True: numbers[n : 2 * n], False: numbers[2 * n :]}
    moved = {
        side: dict(zip(every, claims_rerouted(now, years, numbers[:n], len(every)), strict=True))
        for side, years in sides.items()
    }
    out = []
    for name, cells in chosen.listed:
        taken = name in chosen.taken
        years, because = sides[taken], judge.because[cells[0]]
        before, after = masks_of((every, numbers[:n]), cells), masks_of((every, number[taken]), cells)
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
            )
        )
    return tuple(sorted(out, key=lambda change: (not change.taken, -change.saving)))


def _costs(years: Years, of: Sequence[np.ndarray]) -> np.ndarray:
    return np.array([(y.cash[mine] + y.expected[mine]).sum() for y, mine in zip(years, of, strict=True)])


def _ends(found: Interval) -> tuple[float, float, float]:
    return float(found.mean), float(found.low), float(found.high)
