"""Which of the changes an optimizer would make are worth making, on luck that neither taught nor confirms.

The own saving of a cell is what its claims' bills say. The bill of a dispatch is shared out by weight, and what a
contract charges beside its units belongs to no cell: a cell may look dear on board of a dispatch that leaves anyway, or
cheap at a partner whose retainer nobody pays for. So cells that share a bill are also taken away together, and one by
one where their own bills do not speak for them, and the whole is simulated without them. A cell that alone brings a
contract is always asked so: its bill belongs to it. What is left out may decide whether a contract pays: it is asked
again until nothing more is left out.

A cell that takes another contract below its minimum or its tier, or leaves a lane to others, looks as if that cost
nothing, too (`SharedBills`). What is left in swap pools at the end is nobody's either; it comes to next to nothing, and
is told in the shared line alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from warrantysim.decision.cells import CellKey, CellRows, number_cells
from warrantysim.decision.changes import (
    EVERYTHING,
    NOBODY,
    WORTH,
    Because,
    SharedBill,
    assembled,
    category_of,
    cell_keys,
    differing,
    reason,
    zones_in_policy,
)
from warrantysim.decision.forecast import Used, used_under
from warrantysim.decision.loop import SearchResult, simulated_beside
from warrantysim.decision.outcomes import Outcomes as Asked
from warrantysim.decision.problem import Block
from warrantysim.decision.table import claims_rerouted
from warrantysim.experiment.intervals import Interval, t_interval
from warrantysim.experiment.outcomes import SimulatedYear, totals_of
from warrantysim.experiment.service import service
from warrantysim.journeys.model import Model
from warrantysim.money.partner_lines import desks_named
from warrantysim.schema.policy import Policy, Rule

SIDES = ("now", "new")
ROUNDS = 5
"""Most times what is left is asked again."""
DOUBTFUL = 6
"""Most cells that are taken away one by one in a round, those in which most claims go another way first [count]."""
ASKED = 10.0
"""What a change must be worth is so many times the least rise of a bill that is asked about [count]."""
BY_THE_WHOLE: Mapping[Because, Because] = {"act": "whole", "small": "whole_small", "unsure": "whole_unsure"}
"""What is said of a cell that the whole has the say about."""
ENDLESS = np.array(np.inf), np.array(0.0)
NO_BILL = Interval(np.array(0.0), np.array(0.0), 1, 0.0)
Years = Sequence[SimulatedYear]


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
            elif sum(after.bills[block.name] - before.bills[block.name] for block in blocks) > self.least:
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
        return used_under(self.model, self.found.learned, self.found.candidates.problem, policy)

    @cached_property
    def _used_today(self) -> Used:
        return self._used(self.model.scenario.policy)

    @cached_property
    def _desks_named(self) -> Mapping[CellKey, set[tuple[str, str]]]:
        """Partners and desks that each cell's new rule names."""
        s, cells = self.model.scenario, self.found.learned.cells
        named = {frozenset(rule.cell.stated().items()): set(desks_named(rule, s)) for rule in self.full.rules}
        return {cell: named.get(frozenset(cell_keys(self.model, cell).items()), set()) for cell in cells}


@dataclass
class Judge:
    """Judges the changes of one policy, on some replications; what it finds out is kept from round to round."""

    model: Model
    asked: Asked
    found: SearchResult
    full: Policy
    """The policy whose changes are judged."""
    replications: range
    materiality: float
    """Least saving that is worth a change [reporting currency]."""
    because: dict[CellKey, Because] = field(default_factory=dict)
    """Why each cell that would change is worth it, or is not."""
    whole: dict[CellKey, Interval] = field(default_factory=dict)
    """What all would cost more without a cell, where that was asked [reporting currency]."""
    own: dict[CellKey, np.ndarray] = field(default_factory=dict)
    """Saving of each cell by its own bills, by replication [reporting currency]."""
    moved: dict[CellKey, float] = field(default_factory=dict)
    """Claims of each cell that go another way [claims a year]."""
    carried: dict[frozenset[CellKey], Interval] = field(default_factory=dict)
    """What all would cost more without some cells that share a bill [reporting currency]."""
    bills: dict[frozenset[CellKey], Interval] = field(default_factory=dict)
    """What of it is in no bill of their own: what they save by those less what is in `carried` [reporting currency]."""
    beside: dict[frozenset[CellKey], frozenset[CellKey]] = field(default_factory=dict)
    """The cells that were chosen when that was asked."""
    charged: dict[CellKey, frozenset[CellKey]] = field(default_factory=dict)
    """All cells that make such a bill dearer together with a cell, where it takes from what they save."""
    shares: dict[frozenset[CellKey], float] = field(default_factory=dict)
    """In how many draws of everything assumed all of these together save, bill included [share, 0-1]."""
    one: list[tuple[CellKey, ...]] = field(default_factory=list)
    """Cells that are one change."""
    called: dict[tuple[CellKey, ...], str] = field(default_factory=dict)
    """What these changes are called."""
    fragile: list[tuple[CellKey, ...]] = field(default_factory=list)
    """Changes held since they do not stand up over what is assumed."""
    last: tuple[tuple[CellKey, ...], list[frozenset[CellKey]]] = ((), [])
    """The cells asked about last, and which of them share a bill."""
    years: dict[str, Years] = field(default_factory=dict)
    """Years of today's policy, and of the latest one."""
    latest: dict[tuple[Rule, ...], Years] = field(default_factory=dict)
    """The latest policy's rules, and its years."""
    cost: dict[tuple[Rule, ...], np.ndarray] = field(default_factory=dict)
    """Cost by replication of every policy asked about, by its rules; empty where it chokes a bench [reporting
    currency]."""

    def settled(self, chosen: Sequence[CellKey] | None = None) -> tuple[CellKey, ...]:
        """The cells worth changing, of some or of all that would change, once nothing more is left out."""
        now = self.model.scenario.policy
        left = differing(self.model, now, self.full, self.found.learned.cells) if chosen is None else list(chosen)
        for _ in range(ROUNDS if left else 0):
            groups = self.sharing(left)
            self._ask(left, self._unasked(left, groups), self._doubtful(left, groups))
            kept = self._judged(left, groups)
            done = kept == left and not self._doubtful(kept, groups)
            gone = set(left) - set(kept)
            # Who shared a bill with those that are gone carries another part of it.
            near = {cell for group in groups if group & gone for cell in group}
            self.whole = {cell: found for cell, found in self.whole.items() if cell in gone or cell not in near}
            left = kept
            if done:
                break
        if not left and self.years:
            self.years["new"] = self.years["now"]
        return tuple(cell for cell in left if self.because[cell] in WORTH)

    @cached_property
    def bills_of(self) -> SharedBills:
        """What cells share."""
        return SharedBills(self.model, self.found, self.full, self.materiality / ASKED)

    def policy(self, cells: Collection[CellKey]) -> Policy:
        """Today's policy with the changes of some cells."""
        return assembled(self.model, self.full, cells)

    def simulated(self, cells: Collection[CellKey]) -> Years:
        """Years of the changes of some cells."""
        policy = self.policy(cells)
        if policy.rules not in self.latest:
            (self.latest[policy.rules],) = self.asked.simulate([policy], self.replications)
            self.cost[policy.rules] = totals_of(self.latest[policy.rules])
        return self.latest[policy.rules]

    def let_go(self) -> None:
        """Let go of the years and of what was learned, which nobody asks for once the changes are chosen."""
        self.years, self.latest = {}, {}
        del self.bills_of.found, self.found

    def costs(self, cells: Collection[CellKey]) -> np.ndarray:
        """Cost of the changes of some cells, by replication [reporting currency]."""
        rules = self.policy(cells).rules
        if rules not in self.cost:
            _, (years,) = self.asked.compare([self.policy(cells)], (), self.replications)
            self.cost[rules] = totals_of(years)
        return self.cost[rules]

    def sharing(self, chosen: Sequence[CellKey]) -> list[frozenset[CellKey]]:
        """The cells of those chosen that share a bill, or make one dearer."""
        if self.last[0] != tuple(chosen):
            self.last = tuple(chosen), self.bills_of.sharing(chosen, self.policy(chosen))
        return self.last[1]

    def bringing(self, chosen: Sequence[CellKey]) -> list[frozenset[CellKey]]:
        """The cells that make a bill dearer together, where it takes from what they save by their own."""
        groups = [group for group in self.sharing(chosen) if group in self.bills_of.dearer]
        if unasked := self._unasked(chosen, groups):
            self._ask(chosen, unasked, [])
        return [group for group in groups if self._billed(group)]

    def _billed(self, group: frozenset[CellKey]) -> bool:
        """Whether they make a bill dearer that takes from what they save by their own."""
        return group in self.bills_of.dearer and float(self.bills[group].mean) > self.bills_of.least

    def shared_bill(self, cell: CellKey) -> SharedBill | None:
        """The bill that a cell makes dearer, alone or with others; None where there is none."""
        group = self.charged.get(cell)
        if group is None:
            return None
        (names, new), found = self.bills_of.dearer[group], self.carried[group]
        cells = tuple(cell for cell in self.because if cell in group)
        ends = float(found.mean), float(found.low), float(found.high)
        return SharedBill(", ".join(names), new, cells, *ends, self.shares.get(group, float("nan")))

    def _unasked(self, chosen: Sequence[CellKey], groups: Sequence[frozenset[CellKey]]) -> list[frozenset[CellKey]]:
        """Those without which nobody has asked yet; what a bill rises by hangs on who else is chosen."""
        return [
            g for g in groups if g not in self.carried or (g in self.bills_of.dearer and self.beside[g] != set(chosen))
        ]

    def _doubtful(self, chosen: Sequence[CellKey], groups: Iterable[frozenset[CellKey]]) -> list[CellKey]:
        """Cells that share a bill, whose own does not speak for them, and without which nobody has asked yet."""
        sharing = frozenset[CellKey]().union(*groups)
        silent = [
            cell
            for cell in chosen
            if cell in sharing
            and cell in self.own
            and cell not in self.whole
            and self.moved[cell] >= NOBODY
            and not self.worth(self._interval(self.own[cell]))
        ]
        return sorted(silent, key=lambda cell: -self.moved[cell])[:DOUBTFUL]

    def _ask(
        self, chosen: Sequence[CellKey], groups: Sequence[frozenset[CellKey]], doubtful: Sequence[CellKey]
    ) -> None:
        """Simulate what is left, and the same without each group and each doubtful cell."""
        tests: list[Collection[CellKey]] = [*groups, *([cell] for cell in doubtful)]
        policies = [self.policy([cell for cell in chosen if cell not in test]) for test in ((), *tests)]
        first = [] if "now" in self.years else [self.model.scenario.policy]
        # What was asked before is known: of the chosen ones the years, of the others their cost.
        whole = {policy.rules: policy for policy in (*first, policies[0]) if policy.rules not in self.latest}
        new = {policy.rules: policy for policy in policies if policy.rules not in {*self.cost, *whole}}
        found, sums = simulated_beside(self.asked, list(whole.values()), list(new.values()), self.replications)
        sides = dict(zip(whole, found, strict=True))
        self.cost |= {rules: totals_of(side) for rules, side in sides.items()}
        self.cost |= {rules: totals_of(side) for rules, side in zip(new, sums, strict=True)}
        years = sides.get(policies[0].rules, self.latest.get(policies[0].rules, ()))
        self.latest = {policies[0].rules: years}
        if first:
            self.years["now"] = sides[first[0].rules]
        self.years["new"] = years
        self._read(chosen)
        with_all, *without = [self.cost[policy.rules] for policy in policies]
        for test, cost in zip(tests, without, strict=True):
            # Without them a bench chokes: they are needed.
            more = self._interval(cost - with_all) if len(cost) else Interval(*ENDLESS, len(with_all), self._level)
            if isinstance(test, frozenset):
                self.carried[test], self.beside[test] = more, frozenset(chosen)
                own = np.sum([self.own[cell] for cell in test], axis=0)
                self.bills[test] = self._interval(own - cost + with_all) if len(cost) else NO_BILL
            else:
                self.whole[next(iter(test))] = more

    def _read(self, chosen: Sequence[CellKey]) -> None:
        """Own saving of every chosen cell, and its claims that go another way."""
        now, new = self.years["now"], self.years["new"]
        cells, numbers = number_cells(self.model, self.model.scenario.decision.cell, [*now, *new])
        of_now, of_new = numbers[: len(now)], numbers[len(now) :]
        costs = [
            np.stack([np.bincount(c, y.cash + y.expected, len(cells)) for y, c in zip(side, of, strict=True)], axis=1)
            for side, of in ((now, of_now), (new, of_new))
        ]
        moved = claims_rerouted(now, new, of_now, len(cells))
        place = {cell: k for k, cell in enumerate(cells)}
        nothing = np.zeros(len(now))
        for cell in chosen:
            k = place.get(cell)
            self.own[cell] = nothing if k is None else costs[0][k] - costs[1][k]
            self.moved[cell] = 0.0 if k is None else float(moved[k])

    def _judged(self, chosen: Sequence[CellKey], groups: Sequence[frozenset[CellKey]]) -> list[CellKey]:
        """Say why each cell is worth it or not; those that are, and those still to be asked about."""
        billed = [group for group in sorted(groups, key=len) if self._billed(group)]
        self.charged = {cell: group for cell, group in self.charged.items() if cell not in chosen}
        self.charged |= {cell: group for group in billed for cell in group}
        self.whole |= {cell: self.carried[group] for group in billed if len(group) == 1 for cell in group}
        failed = [group for group in groups if not self.carried[group].low > 0]
        failed += [group for group in billed if len(group) > 1 and not self.worth(self.carried[group])]
        # Whether all of them save is asked again without those that do not.
        lost = {cell for group in failed if not any(other < group for other in failed) for cell in group}
        pending = set(self._doubtful(chosen, groups)) - lost
        for cell in chosen:
            self.because[cell] = "contract" if cell in lost else self._reason(cell)
        self.one = []
        for group in groups:
            if not group & lost and not group & pending and self.worth(self.carried[group]):
                self._join([c for c in chosen if c in group], "together", self.bills_of.names[group])
        for name, cells in self._alike(chosen).items():
            if len(cells) > 1 and self.worth(self._interval(np.sum([self.own[cell] for cell in cells], axis=0))):
                self._join(cells, "group", name)
        self._hold_slow(chosen)
        return [cell for cell in chosen if cell in pending or self.because[cell] in WORTH]

    def _reason(self, cell: CellKey) -> Because:
        whole = self.whole.get(cell)
        found = self._interval(self.own[cell]) if whole is None else whole
        low, high, mean = (float(end) for end in (found.low, found.high, found.mean))
        said = reason(self.moved[cell], low, high, mean, self.materiality)
        return said if whole is None else BY_THE_WHOLE.get(said, said)

    def _join(self, cells: Sequence[CellKey], because: Because, name: str) -> None:
        """Make one change of cells none of which is worth one of its own; nothing where one is."""
        small: set[Because] = {"small", "whole_small", "unsure", "whole_unsure"}
        if any(self.because[cell] in WORTH for cell in cells):
            return
        if members := tuple(cell for cell in cells if self.because[cell] in small):
            self.because |= dict.fromkeys(members, because)
            self.one.append(members)
            self.called[members] = name

    def _alike(self, chosen: Sequence[CellKey]) -> dict[str, list[CellKey]]:
        """Cells of small savings that come to do the same, by category and what that is."""
        out: dict[str, list[CellKey]] = {}
        for cell in chosen:
            if self.because[cell] in {"small", "whole_small"}:
                done = "+".join(dict.fromkeys(zone.act for zone in zones_in_policy(self.model, self.full, cell)))
                out.setdefault(f"{category_of(self.model, cell)} {done}".strip(), []).append(cell)
        return out

    def changes(self) -> list[tuple[str, tuple[CellKey, ...]]]:
        """Everything that can be ticked, by name: cells that are one change, and every other cell that would change."""
        joined = {cell for cells in (*self.one, *self.fragile) for cell in cells}
        alone = [cell for cell, because in self.because.items() if because != "idle" and cell not in joined]
        held = [cells for cells in self.fragile if len(cells) > 1]
        alone += [cell for cells in self.fragile if len(cells) == 1 for cell in cells]
        named = [(self.called[cells], cells) for cells in (*self.one, *held)]
        return [*named, *((" ".join(map(str, cell)) or EVERYTHING, (cell,)) for cell in alone)]

    def hold(self, cells: tuple[CellKey, ...]) -> None:
        """Hold a change that saves in too few draws."""
        self.because |= dict.fromkeys(cells, "fragile")
        self.fragile.append(cells)

    def hold_contract(self, cells: Iterable[CellKey]) -> None:
        """Hold all for which a contract is signed that together save in too few draws."""
        self.because |= dict.fromkeys(cells, "contract")

    def restored(self, chosen: Sequence[CellKey], group: frozenset[CellKey]) -> tuple[CellKey, ...]:
        """Take up all cells that share a bill as one change, beside what is chosen."""
        members = tuple(cell for cell in self.because if cell in group)
        self.because |= dict.fromkeys(members, "together")
        self.fragile = [cells for cells in self.fragile if not group & set(cells)]
        self.one = [*(cells for cells in self.one if not group & set(cells)), members]
        self.called[members] = self.bills_of.names[group]
        cells = tuple(cell for cell in self.because if cell in group or cell in set(chosen))
        self._ask(cells, [], [])
        return cells

    def ask_of_the_whole(self, chosen: Sequence[CellKey], cells: Sequence[CellKey]) -> None:
        """Simulate what is chosen without each of some cells, of those that share a bill and were not asked for."""
        sharing = frozenset[CellKey]().union(*self.sharing(chosen))
        asked = [cell for cell in cells if cell in sharing and cell not in self.whole]
        if asked:
            self._ask(chosen, [], asked)
            self.because |= {cell: self._reason(cell) for cell in asked}

    def saving(self, cells: Collection[CellKey]) -> Interval:
        """What some cells save together: what all would cost more without them where that was asked."""
        group = next((g for g in self.carried if g == frozenset(cells)), None)
        if group is not None and self.because[next(iter(cells))] == "together":
            return self.carried[group]
        (*one,) = cells
        if len(one) == 1 and one[0] in self.whole:
            return self.whole[one[0]]
        return self._interval(np.sum([self.own[cell] for cell in cells], axis=0))

    def _hold_slow(self, chosen: Sequence[CellKey]) -> None:
        """Hold the changes that let nine in ten of their customers wait longer than is allowed without a tick."""
        most = self.model.scenario.decision.max_p90_rise_days
        if most is None:
            return
        joined = {cell for cells in self.one for cell in cells}
        keys, both = self.model.scenario.decision.cell, [self.years[side] for side in SIDES]
        found = [CellRows(*number_cells(self.model, keys, years)) for years in both]
        for cells in [*self.one, *((c,) for c in chosen if c not in joined and self.because[c] in WORTH)]:
            now, new = (service(y, at.of(cells)).p90 for y, at in zip(both, found, strict=True))
            if new - now > most:
                self.because |= dict.fromkeys(cells, "slow")

    @property
    def _level(self) -> float:
        return self.model.scenario.plan.confidence

    def worth(self, found: Interval) -> bool:
        """Whether a saving is certain and material."""
        return bool(found.low > 0) and bool(found.mean >= self.materiality)

    def _interval(self, samples: np.ndarray) -> Interval:
        return t_interval(samples, self._level)
