"""What claims do to each other, learned from the policies that were simulated.

What a policy's claims cost alone is known for any policy, and so is what its contracts bill. What is left of a
simulated year are queues, shared departures and stock. That is smooth in a few figures: claims by arm, freight, and by
bench the hours of work and of waiting that queueing theory expects. So it is foretold for policies nobody has simulated
from those that were, and how unsure that is (stochastic kriging; Ankenman, Nelson and Staum 2010). What may be best is
simulated next, on other years each time: luck that many policies share would make all of them look cheap together
(Chen, Ankenman and Nelson 2012).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from warrantysim.decision.loop import BUSIEST
from warrantysim.decision.luck_alone import LuckAlone
from warrantysim.decision.moves import Plan, Zones
from warrantysim.decision.problem import Block, Period

LENGTHS = (1.0, 2.0, 4.0, 8.0)
"""How far from each other policies are that are alike: the likeliest is taken [spreads of those simulated]."""
SLOPES = (0.1, 1.0)
"""How much of what is left goes straight on beside what bends, likewise [share of the spread]."""
FLOOR = 1e-6
"""Least variance of a mean of years [share of that of all that was seen]."""
BELIEF = 4
"""Years for which the noise that is usual speaks until a policy's own years do [count]."""
YEARS = 12
"""Years a policy is simulated on at a time [count]."""
HOPES = (0.0, 1.0, 2.0)
"""Policies asked for next: those that cost least if things turn out so much better [standard errors]."""
WAYS = 3
"""Ways of doing it, by the arms they use, whose best policies are gone on from [count]."""
ENOUGH = 0.0005
"""Share of the cost that is not worth a further step [share]."""

Rules = Callable[[int, Zones], Sequence[Zones]]
"""Rules that may be tried of a cell that has one."""
Simulated = Callable[[Sequence[Plan], range], Sequence[np.ndarray]]
"""Yearly costs of policies in some years of luck, counted from the first that proves."""


@dataclass(frozen=True)
class Seen:
    """What some simulated years of a policy cost beyond what is known without."""

    plan: Plan
    mean: float
    variance: float
    """Of one year."""
    years: int


@dataclass(frozen=True)
class QueueFit:
    """What was learned: a Gaussian process over figures in spreads of those that were simulated."""

    figures: np.ndarray
    """Of what was simulated, shape (seen, figures)."""
    middle: np.ndarray
    spread: np.ndarray
    mean: float
    variance: float
    length: float
    slope: float
    weight: np.ndarray
    root: np.ndarray

    @classmethod
    def to(cls, figures: np.ndarray, seen: Sequence[Seen]) -> QueueFit:
        """The likeliest, given what was seen."""
        y, own, n = (np.array([getattr(s, name) for s in seen]) for name in ("mean", "variance", "years"))
        variance, mean = max(float(y.var()), 1.0), float(np.median(y))
        noise = ((n - 1) * own + BELIEF * np.median(own)) / (n - 1 + BELIEF) / n + FLOOR * variance
        middle, spread = figures.mean(axis=0), np.maximum(figures.std(axis=0), 1e-9)
        z, fits = (figures - middle) / spread, []
        for length, slope in product(LENGTHS, SLOPES):
            root = np.linalg.cholesky(variance * kernel(z, z, length, slope) + np.diag(noise))
            weight = np.linalg.solve(root.T, np.linalg.solve(root, y - mean))
            likely = -0.5 * float((y - mean) @ weight) - float(np.log(np.diag(root)).sum())
            fits.append((likely, cls(z, middle, spread, mean, variance, length, slope, weight, root)))
        return max(fits, key=lambda fit: fit[0])[1]

    def foretold(self, figures: np.ndarray, hope: float) -> np.ndarray:
        """What policies may cost beyond what is known. Shape (N,)."""
        z = (figures - self.middle) / self.spread
        shared = self.variance * kernel(z, self.figures, self.length, self.slope)
        cost = self.mean + shared @ self.weight
        if hope:
            whole = self.variance * (1.0 + self.slope * (z**2).mean(axis=1))
            known = (np.linalg.solve(self.root, shared.T) ** 2).sum(axis=0)
            cost = cost - hope * np.sqrt(np.maximum(whole - known, 0.0))
        return np.asarray(cost)


def kernel(one: np.ndarray, other: np.ndarray, length: float, slope: float) -> np.ndarray:
    """Covariance of what is left of policies, in units of its variance. Shape (N, M)."""
    apart = ((one[:, None, :] - other[None, :, :]) ** 2).sum(axis=-1)
    return np.asarray(np.exp(-0.5 * apart / length**2) + slope * one @ other.T / one.shape[1])


class Together:
    """Costs of policies with what claims do to each other. N policies; what they take of all that is shared has K
    measures, then visits, hours and squared hours by bench, then claims by arm, together shape (N, T)."""

    def __init__(self, luck: LuckAlone, blocks: Sequence[Block], offered: np.ndarray) -> None:
        """``blocks``: contracts and lanes; ``offered``: hours a year of each bench."""
        self.luck, self.blocks, self.offered = luck, blocks, np.maximum(offered, 1e-9)
        x = luck.learned
        n, use = len(x), x.uses.bench
        loads = x.uses.loads(np.arange(n), (n, 1, len(x.arms)), x.replications)
        self.names = {name: k for k, name in enumerate(loads)}
        self.freight = [k for name, k in self.names.items() if name.startswith("freight ")]
        parts = [
            (np.full(len(each.place), k), each.place, each.arm, each.amount) for k, each in enumerate(loads.values())
        ]
        hours = use.minutes / 60
        for k, moment in enumerate(((hours > 0).astype(float), hours, hours**2)):
            parts.append((len(loads) + len(offered) * k + use.bench, use.claim, use.arm, moment / x.replications))
        self.measure, self.claim, self.arm, self.amount = (np.concatenate(c) for c in zip(*parts, strict=True))
        self.size = len(loads) + 3 * len(offered)
        self.entries = [np.flatnonzero(x.cell[self.claim] == c) for c in range(len(x.cells))]
        self.seen: list[Seen] = []
        self._taken: dict[tuple[int, Zones], np.ndarray] = {}

    def taken(self, c: int, zones: Zones) -> np.ndarray:
        """What a cell's claims take under a rule, a mean year. Shape (T,)."""
        if (c, zones) not in self._taken:
            x = self.luck.learned
            rows, arms = self.luck.arms(c, zones)
            arm = np.full(len(x), -1)
            arm[rows] = arms
            here = self.entries[int(x.cell[rows[0]])] if len(rows) else np.arange(0)
            mine = here[arm[self.claim[here]] == self.arm[here]]
            measures = np.bincount(self.measure[mine], self.amount[mine], self.size)
            self._taken[c, zones] = np.append(measures, np.bincount(arms, minlength=len(x.arms)) / x.replications)
        return self._taken[c, zones]

    def whole(self, plans: Sequence[Plan]) -> np.ndarray:
        """What all cells take. Shape (N, T)."""
        return np.array([sum(self.taken(c, zones) for c, zones in enumerate(plan)) for plan in plans])

    def alone(self, plan: Plan) -> float:
        """What a policy's claims cost alone."""
        return sum(self.luck.mean(c, zones) for c, zones in enumerate(plan))

    def figures(self, taken: np.ndarray) -> np.ndarray:
        """Figures by which policies are alike: claims by arm, freight, and by bench hours of work and of waiting, as
        for claims that come by chance to one who serves them in turn (Pollaczek and Khinchine). Shape (N, figures)."""
        k = len(self.names)
        visits, hours, squares = np.split(taken[:, k : self.size], 3, axis=1)
        waits = visits * squares / self.offered / (2 * (1 - np.minimum(hours / self.offered, BUSIEST)))
        return np.concatenate([taken[:, self.size :], taken[:, self.freight], hours, waits], axis=1)

    def bills(self, taken: np.ndarray) -> np.ndarray:
        """What contracts and lanes bill on top of unit charges. Shape (N,)."""
        measures = np.append(taken[:, : len(self.names)], np.zeros((len(taken), 1)), axis=1)
        signed = {b.name: self._signed(b, measures) for b in self.blocks}
        out = np.zeros(len(taken))
        for b in self.blocks:
            rows = np.flatnonzero(signed[b.name] & ~np.any([signed[name] for name in b.earlier], axis=0))
            due = np.array([signed[name][rows] for name in b.desks]).T[:, None, :] if b.desks else True
            out[rows] += b.offset + sum(self._billed(period, measures[rows], due) for period in b.periods)
        return out

    def _signed(self, block: Block, measures: np.ndarray) -> np.ndarray:
        own = [self.names[name] for name in block.own_measures if name in self.names]
        named = (measures[:, own] > 0).any(axis=1)
        return np.asarray(named if block.forced is None else np.full(len(measures), block.forced))

    def _billed(self, period: Period, measures: np.ndarray, due: np.ndarray | bool) -> np.ndarray:
        """One period; ``measures`` end with a 0 for what is none."""
        tables = (period.units, period.fees, period.service)
        units, fees, service = (
            measures[:, [[self.names.get(x, -1) for x in row] for row in table]] for table in tables
        )
        return period.terms.cost(units, fees, service, beside=period.beside, signed=due)

    def saw(self, plan: Plan, costs: np.ndarray, first: int) -> None:
        """Take down what a policy cost in years of luck from ``first`` on; what does not come to its end costs most."""
        luck = self.luck.of(plan)[first : first + len(costs)]
        rest = costs - luck - self.alone(plan) - self.bills(self.whole([plan]))
        if np.isfinite(rest).all():
            self.seen.append(Seen(plan, float(rest.mean()), float(rest.var(ddof=1)), len(rest)))

    def foretold(self, fit: QueueFit, alone: np.ndarray, taken: np.ndarray, hope: float = 0.0) -> np.ndarray:
        """What policies cost that cost so much alone. Shape (N,)."""
        return np.asarray(alone + self.bills(taken) + fit.foretold(self.figures(taken), hope))

    def costs(self, fit: QueueFit, plans: Sequence[Plan], hope: float = 0.0) -> np.ndarray:
        """What policies cost. Shape (N,)."""
        return self.foretold(fit, np.array([self.alone(plan) for plan in plans]), self.whole(plans), hope)

    def descend(self, fit: QueueFit, here: Plan, cells: Sequence[int], rules: Rules, hope: float) -> tuple[float, Plan]:
        """The end of the way from policy to better policy, by what is foretold, cell by cell; and what it costs."""
        best, before = float(self.costs(fit, [here], hope)[0]), np.inf
        while before - best > ENOUGH * abs(best):
            before = best
            for c in cells:
                options = rules(c, here[c])
                rest, alone = (
                    self.whole([here])[0] - self.taken(c, here[c]),
                    self.alone(here) - self.luck.mean(c, here[c]),
                )
                taken = rest + np.array([self.taken(c, zones) for zones in options])
                costs = self.foretold(fit, alone + np.array([self.luck.mean(c, z) for z in options]), taken, hope)
                k = int(np.argmin(costs))
                if costs[k] < best:
                    best, here = float(costs[k]), (*here[:c], options[k], *here[c + 1 :])
        return best, here


def explored(
    it: Together, starts: Sequence[Plan], cells: Sequence[int], rules: Rules, simulated: Simulated, years: int
) -> list[Plan]:
    """Policies that were simulated, the one that is foretold to cost least first, when nothing else may cost less or so
    many ``years`` were simulated."""
    first, whole = it.luck.first, it.luck.learned.replications - it.luck.first
    ask, at, order = list(starts), 0, list(starts)
    while ask and years > 0:
        for plan, costs in zip(ask, simulated(ask, range(at, at + YEARS)), strict=True):
            it.saw(plan, costs, first + at)
        years -= len(ask) * YEARS
        if not it.seen:
            break
        at = (at + YEARS) % (whole - YEARS + 1)
        fit = QueueFit.to(it.figures(it.whole([seen.plan for seen in it.seen])), it.seen)
        seen = list(dict.fromkeys(seen.plan for seen in it.seen))
        foretold = it.costs(fit, seen)
        order = [seen[k] for k in np.argsort(foretold, kind="stable")]
        ways = {frozenset(zone.arm for zones in plan for zone in zones): plan for plan in reversed(order)}
        tops = sorted(ways.values(), key=order.index)[:WAYS]
        ends = [min((it.descend(fit, plan, cells, rules, hope) for plan in tops), key=lambda e: e[0]) for hope in HOPES]
        ask = list(dict.fromkeys(plan for _, plan in ends)) if ends[1][0] < (1 - ENOUGH) * foretold.min() else []
    return order
