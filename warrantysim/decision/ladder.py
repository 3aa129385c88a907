"""The ladder: the first answer. Per market, order prices from which something else is done, over all its products.

A desk runs rules by price, age, category and reason, not a row a product. So each market gets one rule of order prices
and ages over all it sells; a category, a reason or a single product gets a rule of its own only where that saves more
than a change must be worth, by the program and again on luck that did not suggest it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from warrantysim.decision.cells import CellZone, key_values, rival, zone_at, zones_as_rules
from warrantysim.decision.executable import REFUSED, carried_out
from warrantysim.decision.forecast import arms_under
from warrantysim.decision.loop import SearchResult
from warrantysim.decision.outcomes import Outcomes as Asked
from warrantysim.decision.policies import priced_claims
from warrantysim.decision.training import Learned, learn
from warrantysim.decision.zones import teams
from warrantysim.experiment.intervals import Difference
from warrantysim.journeys.model import Model
from warrantysim.schema.dispositions import RETURNLESS
from warrantysim.schema.policy import Policy, Rule

NAME = "ladder"
"""Name of the policy."""
KEYS = ("sku", "symptom", "category")
"""What may have a rule of its own within a market; of two that fit a claim the earlier holds."""
MONTHS = 3
"""Ages of the order in a ladder are multiples of so many months."""
LINE = 0.1
"""What a line of a rule must save, as a share of what a change must be worth."""
MOST_ADDED = 12
"""Most rules of their own a market gets [count]."""

Cell = tuple[tuple[str, str], ...]
"""Keys and values of a rule's cell."""


@dataclass(frozen=True)
class LadderLine:
    """One rule of the ladder."""

    cell: Mapping[str, str]
    """Market, and the product, reason or category it is for."""
    saves: float
    """What it saves against the market's rule, by the program; NaN for the market's own [reporting currency a year]."""
    held: float
    """The same on luck that did not suggest it [reporting currency a year]."""
    lines: int
    """Its lines [count]."""

    @property
    def exception(self) -> bool:
        """Whether it is for a single product."""
        return "sku" in self.cell


@dataclass(frozen=True)
class Ladder:
    """The ladder and what it is worth; money a year of the horizon in the reporting currency."""

    policy: Policy
    """Its rules."""
    steps: tuple[LadderLine, ...]
    """A step a rule, markets in stated order."""
    saving: Difference | None = None
    """Cost now less cost under it, confirmed, paired."""
    dearer: Difference | None = None
    """What it costs more than the recommended rules a product, confirmed, paired."""

    @property
    def lines(self) -> int:
        """Lines of all its rules [count]."""
        return sum(step.lines for step in self.steps)

    @property
    def exceptions(self) -> tuple[LadderLine, ...]:
        """Rules for single products."""
        return tuple(step for step in self.steps if step.exception)


def ladder_of(model: Model, asked: Asked, found: SearchResult, fresh: range, materiality: float) -> Ladder:
    """The ladder by the training claims and prices of a search.

    Rules of their own are tested on claims that suggested none: those the search has held back, else those of
    ``fresh`` replications, which did not teach. ``materiality``: what a change must be worth [reporting currency a
    year].
    """
    prices = found.choice.prices if found.choice else {}
    test = found.held
    if test is None:
        test = learn(model, asked.potential(fresh, found.best.policy), cash_only=model.scenario.decision.cash_only)
    train, held = (_Claims.of(model, one, priced_claims(one, prices)) for one in (found.learned, test))
    used = _used(model, found)
    rules: list[Rule] = []
    steps: list[LadderLine] = []
    for market in model.scenario.market_ids:
        whole: Cell = (("market", market),)
        if not len(train.rows(whole)):
            continue
        for step, zones in _Book(model, whole, train, held, used[market], materiality).written():
            steps.append(step)
            rules += zones_as_rules(model, step.cell, zones)
    s = model.scenario
    rest = [rule for rule in s.policy.rules if not rule.cell.stated()]
    policy = s.policy.replace(name=NAME, title=None, why="", rules=(*rules, *rest))
    return Ladder(policy, tuple(steps))


def _used(model: Model, found: SearchResult) -> dict[str, list[int]]:
    """Arms of each market's ladder, in canonical order: those the best policy uses there, money and new units."""
    learned = found.learned
    arm = arms_under(model, learned, found.best.policy)
    out = {}
    for m, market in enumerate(model.scenario.market_ids):
        mine = set(np.unique(arm[learned.claims.market == m]).tolist())
        mine |= {a for a, one in enumerate(learned.arms) if one.disposition in RETURNLESS}
        out[market] = sorted(mine, key=lambda a: (learned.arms[a].rank, a))
    return out


@dataclass(frozen=True)
class _Claims:
    """Claims of some replications with what each would cost under each arm a year."""

    learned: Learned
    cost: np.ndarray
    names: Mapping[str, list[str]]
    """Values of each key that occur, in their order."""
    numbers: Mapping[str, np.ndarray]
    """Place among them of each claim's."""
    groups: dict[str, tuple[np.ndarray, np.ndarray]] = field(default_factory=dict)
    """Rows in the order of market and a key, and where those of each two values end."""

    @staticmethod
    def of(model: Model, learned: Learned, cost: np.ndarray) -> _Claims:
        """``cost``: of each claim under each arm, in all replications; it becomes that of a year."""
        named = {key: _numbered(model, key, learned) for key in ("market", *KEYS)}
        for arm in range(cost.shape[1]):
            cost[:, arm] += REFUSED * ~learned.feasible[:, arm]
        cost /= learned.replications
        mine = replace(learned, value=learned.claims.value, price=learned.claims.price_gross)
        names = {key: values for key, (values, _) in named.items()}
        return _Claims(mine, cost, names, {key: number for key, (_, number) in named.items()})

    def rows(self, cell: Cell) -> np.ndarray:
        """Rows of a cell's claims, rising."""
        (_, market), *own = cell
        if market not in self.names["market"]:
            return np.zeros(0, dtype=np.int64)
        at = self.names["market"].index(market)
        key, value = own[0] if own else ("market", market)
        if value not in self.names[key]:
            return np.zeros(0, dtype=np.int64)
        if key not in self.groups:
            number = self.numbers["market"].astype(np.int64) * len(self.names[key]) + self.numbers[key]
            order = np.argsort(number, kind="stable")
            ends = np.searchsorted(number[order], np.arange(len(self.names["market"]) * len(self.names[key]) + 1))
            self.groups[key] = order, ends
        order, ends = self.groups[key]
        k = at * len(self.names[key]) + self.names[key].index(value)
        return order[ends[k] : ends[k + 1]]

    def within(self, cell: Cell, rows: np.ndarray) -> np.ndarray:
        """Whether each of some claims is of a cell. Shape of ``rows``, bool."""
        out = np.ones(len(rows), dtype=bool)
        for key, value in cell:
            names = self.names[key]
            out &= self.numbers[key][rows] == (names.index(value) if value in names else -1)
        return out

    def under(self, zones: Sequence[CellZone], rows: np.ndarray) -> np.ndarray:
        """Cost a year of each of some claims under zones."""
        x, place = self.learned, {tuple(arm): a for a, arm in enumerate(self.learned.arms)}
        at = zone_at(zones, x.value[rows], x.price[rows], x.age[rows])
        arm = np.array([place[zone.arm] for zone in zones])[at]
        return np.asarray(self.cost[rows, arm])


@dataclass
class _Book:
    """The rules of one market, written from the widest to the narrowest."""

    model: Model
    whole: Cell
    """The market's own cell."""
    train: _Claims
    test: _Claims
    """Claims that did not suggest any rule."""
    arms: list[int]
    materiality: float
    rules: dict[Cell, tuple[CellZone, ...]] = field(default_factory=dict)
    known: dict[tuple[Cell, bytes], tuple[CellZone, ...]] = field(default_factory=dict)
    """Best zones already worked out, by cell and claims."""

    def written(self) -> Iterator[tuple[LadderLine, tuple[CellZone, ...]]]:
        """Every rule of the market: its own, and those that save their keep."""
        self.rules[self.whole] = self._best(self.whole)
        for _ in range(MOST_ADDED):
            chosen = self._next()
            if chosen is None:
                break
            self.rules[chosen[0]] = chosen[1]
            # What remains is decided anew without the claims that have a rule of their own.
            self.rules[self.whole] = self._best(self.whole)
        while (least := self._least()) is not None:
            del self.rules[least]
            self.rules[self.whole] = self._best(self.whole)
        for cell in sorted(self.rules, key=_precedence):
            zones = self.rules[cell]
            gain = (np.nan, np.nan) if cell == self.whole else self._gain(cell, zones)
            yield LadderLine(dict(cell), *gain, len(zones)), zones

    def _next(self) -> tuple[Cell, tuple[CellZone, ...]] | None:
        """The rule that saves most, among those that save enough on both kinds of luck."""
        best: tuple[float, Cell, tuple[CellZone, ...]] | None = None
        for key in KEYS:
            for value in self.train.names[key]:
                cell: Cell = (*self.whole, (key, value))
                if cell in self.rules or not len(self._governed(self.train, cell)):
                    continue
                zones = self._best(cell)
                worth = min(self._gain(cell, zones))
                if worth > self.materiality and (best is None or worth > best[0]):
                    best = worth, cell, zones
        return None if best is None else best[1:]

    def _least(self) -> Cell | None:
        """The rule that saves least of those that no longer save their keep beside later ones."""
        gains = {c: min(self._gain(c, zones)) for c, zones in self.rules.items() if c != self.whole}
        least = min(gains, key=lambda c: gains[c], default=None)
        return least if least is not None and gains[least] <= self.materiality else None

    def _gain(self, cell: Cell, zones: tuple[CellZone, ...]) -> tuple[float, float]:
        """What a rule of its own saves against what would hold without it, on both kinds of luck."""
        return self._saves(self.train, cell, zones), self._saves(self.test, cell, zones)

    def _saves(self, side: _Claims, cell: Cell, zones: tuple[CellZone, ...]) -> float:
        left = self._governed(side, cell)
        saved = -float(side.under(zones, left).sum())
        for other in sorted((c for c in self.rules if c != cell), key=_precedence):
            mine = side.within(other, left)
            saved += float(side.under(self.rules[other], left[mine]).sum())
            left = left[~mine]
        return saved

    def _governed(self, side: _Claims, cell: Cell) -> np.ndarray:
        """Rows of the claims a cell's rule holds for, beside the rules there are."""
        rows = side.rows(cell)
        for other in self.rules:
            if _precedence(other) < _precedence(cell):
                rows = rows[~side.within(other, rows)]
        return rows

    def _best(self, cell: Cell) -> tuple[CellZone, ...]:
        """The cheapest zones of the training claims a cell's rule holds for that are worth their lines."""
        rows = self._governed(self.train, cell)
        key = cell, rows.tobytes()
        if not len(rows):
            # Everything has a rule of its own: what is left over is given what it was last given.
            return self.rules[cell]
        if key not in self.known:
            x = self.train.learned
            arms = [a for a in self.arms if x.feasible[rows, a].any()] or self.arms[:1]
            zones = self._drawn(cell, rows, arms)
            if rival(zones) is not None:
                # One partner a disposition, at every age: the cheapest of all choices.
                ranks = np.array([x.arms[a].rank for a in arms])
                choices = [self._drawn(cell, rows, [arms[k] for k in team]) for team in teams(ranks)]
                zones = min(choices, key=lambda chosen: float(self.train.under(chosen, rows).sum()))
            self.known[key] = zones
        return self.known[key]

    def _drawn(self, cell: Cell, rows: np.ndarray, arms: Sequence[int]) -> tuple[CellZone, ...]:
        """The cheapest zones of some training claims under some arms that are worth their lines."""
        x, cost = self.train.learned, self.train.cost[np.ix_(rows, np.array(arms))]
        return carried_out(
            self.model, x, dict(cell), rows, cost, arms,
            keep=LINE * self.materiality, band=self.materiality, months=MONTHS,
        )  # fmt: skip


def _precedence(cell: Cell) -> tuple[int, Cell]:
    """Order in which rules hold: products, reasons, categories, then the market."""
    own = [KEYS.index(key) for key, _ in cell if key in KEYS]
    return (own[0] if own else len(KEYS)), cell


def _numbered(model: Model, key: str, learned: Learned) -> tuple[list[str], np.ndarray]:
    """Values of a key that occur among claims, in their order, and the place of each claim's."""
    raw = getattr(learned.claims, "sku" if key == "category" else key)
    seen, first = np.unique(raw, return_index=True)
    names, number = np.unique(key_values(model, key, learned.claims.of(first)), return_inverse=True)
    return names.tolist(), number.reshape(-1).astype(np.int32)[np.searchsorted(seen, raw)]
