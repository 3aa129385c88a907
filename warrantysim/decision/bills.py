"""Which cells share bills that belong to none of them alone, and which make such a bill dearer.

A claim bears what is billed for it. What a contract charges beside its units belongs to all who use it, and so does
what a dispatch costs, whoever is on board: a cell that brings a contract, takes another below its minimum or its tier,
or leaves a lane to others looks as if that cost nothing. What is left in swap pools at the end is nobody's either; it
comes to next to nothing, and is told in the shared line alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from warrantysim.decision.cells import CellKey
from warrantysim.decision.changes import cell_keys
from warrantysim.decision.forecast import arms_under, measures_under, signed_under
from warrantysim.decision.loop import SearchResult
from warrantysim.decision.problem import Block, block_costs
from warrantysim.journeys.model import Model
from warrantysim.money.partner_lines import desks_named
from warrantysim.schema.policy import Policy


@dataclass(frozen=True)
class Used:
    """What a policy uses of all that is shared, by the program; C cells, A arms."""

    claims: np.ndarray
    """Training claims of each cell that take each arm, shape (C, A) [int]."""
    signed: frozenset[str]
    """Contracts and lanes that are used."""
    bills: Mapping[str, float]
    """What contracts and lanes cost beside single claims [reporting currency]."""


@dataclass
class SharedBills:
    """What cells share under the rules of one policy; what is found is kept from round to round."""

    model: Model
    found: SearchResult
    full: Policy
    """The policy whose changes are judged."""
    least: float
    """Least rise of a bill that is asked about [reporting currency]."""
    names: dict[frozenset[CellKey], str] = field(default_factory=dict)
    """Contract or lane that cells share."""
    dearer: dict[frozenset[CellKey], tuple[tuple[str, ...], bool]] = field(default_factory=dict)
    """Of those, the cells that make a bill dearer which is in none of theirs; whose it is, and whether it is that of a
    contract nobody uses today."""

    def sharing(self, chosen: Sequence[CellKey], policy: Policy) -> list[frozenset[CellKey]]:
        """The cells of those chosen that use each contract or lane under their new rules, named in `names`; and those
        that make a bill dearer that is in none of theirs, named in `dearer`.

        Such are all that name a contract nobody uses today, with a claim or without; all whose use of a contract
        changes that charges more beside single claims; and all that send fewer by a lane others go on by.
        """
        cells, problem, mine = self.found.learned.cells, self.found.candidates.problem, frozenset(chosen)
        before, after = self._used_today, self._used(policy)
        out: list[frozenset[CellKey]] = []

        def those(of_cell: np.ndarray) -> frozenset[CellKey]:
            return mine & {cells[c] for c in np.flatnonzero(of_cell)}

        def naming(desks: Collection[tuple[str, str] | None]) -> frozenset[CellKey]:
            return frozenset(cell for cell in chosen if self._desks_named[cell] & set(desks))

        contracts: dict[str, list[Block]] = {}
        for block in problem.blocks:
            some, fewer = (((n > 0) & block.uses).any(axis=1) for n in (after.claims, before.claims - after.claims))
            new = block.desk is not None and block.name not in before.signed
            self._share(out, those(some) | (naming([block.desk]) if new else frozenset()), block.name, new or None)
            if block.desk is not None:
                # What a contract of several desks charges once is due until the last of them is left.
                contracts.setdefault(block.earlier[0] if block.earlier else block.name, []).append(block)
            elif some.any():
                self._share(out, those(fewer), block.name, new=False)
        for name, blocks in contracts.items():
            changed = ((before.claims != after.claims) & np.any([block.uses for block in blocks], axis=0)).any(axis=1)
            if not before.signed & {block.name for block in blocks}:
                self._share(out, those(changed) | naming([block.desk for block in blocks]), name, new=True)
            elif self._rises(before, after, [block.name for block in blocks]):
                self._share(out, those(changed), name, new=False)
        return out

    def _share(self, out: list[frozenset[CellKey]], group: frozenset[CellKey], name: str, new: bool | None) -> None:
        """Note that cells share something; ``new``: whether it is a contract nobody uses today, or else one that is
        dearer by them; None where that is not said."""
        if not group:
            return
        if group not in out:
            out.append(group)
            self.names[group] = name
        if new is not None:
            names, known = self.dearer.get(group, ((), False))
            self.dearer[group] = (tuple(dict.fromkeys((*names, name))), known or new)

    def _used(self, policy: Policy) -> Used:
        """What a policy uses of all that is shared, by the program."""
        learned, problem = self.found.learned, self.found.candidates.problem
        arm = arms_under(self.model, learned, policy)
        size = len(learned.cells), len(learned.arms)
        claims = np.bincount(learned.cell * size[1] + arm, minlength=size[0] * size[1]).reshape(size)
        measures = measures_under(learned, arm)
        signed = signed_under(self.model, problem, policy, measures)
        return Used(claims, signed, block_costs(problem.blocks, signed, measures))

    @cached_property
    def _used_today(self) -> Used:
        return self._used(self.model.scenario.policy)

    def _rises(self, before: Used, after: Used, names: Sequence[str]) -> bool:
        """Whether what is charged beside single claims rises by enough to ask."""
        return sum(after.bills[name] - before.bills[name] for name in names) > self.least

    @cached_property
    def _desks_named(self) -> Mapping[CellKey, set[tuple[str, str]]]:
        """Partners and desks that each cell's new rule names."""
        s, cells = self.model.scenario, self.found.learned.cells
        named = {frozenset(rule.cell.stated().items()): set(desks_named(rule, s)) for rule in self.full.rules}
        return {cell: named.get(frozenset(cell_keys(self.model, cell).items()), set()) for cell in cells}
