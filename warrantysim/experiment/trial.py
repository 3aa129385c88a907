"""Trying out arms: forced runs of the journey without contention, taken down by claim and arm."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.experiment.arms import MONEY, Forced, arms_of, fallbacks, possible
from warrantysim.experiment.outcomes import BenchUse, FreightUse
from warrantysim.experiment.uses import bench_use, freight_use, pool_use
from warrantysim.experiment.year import age_bands, days_to_resolved
from warrantysim.journeys.hubs import ALONE, Hubs, had_nobody_given_up
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import model_of
from warrantysim.journeys.records import Records, Run, is_routed
from warrantysim.journeys.routing import Known
from warrantysim.journeys.solo import solo_run
from warrantysim.money.categories import Category, Kind
from warrantysim.money.experience import reviewed, shadow_chance, waited_days
from warrantysim.money.ledger import Ledger
from warrantysim.money.price import price
from warrantysim.money.price_book import price_book
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

MEASURES = ("cash", "expected", "refund", "days", "disputed", "pooled", "pool_asked", "pool_bounces")
"""Columns of the potential outcomes that hold a number a claim and arm."""

TOGETHER = 40_000
"""Most tries that are run at once: some 3 KB each [count]."""


class Trial:
    """All arms tried out on the root claims of one replication. n claims, A arms.

    Claims that no arm can reach (solved, denied, dropped, decided by the platform) run once. An arm that is plainly
    impossible for a claim is not run: ``source`` names the arm whose outcome it takes, its fallback, which is the same
    journey.
    """

    def __init__(
        self, scenario: Scenario, incumbent: Policy, seed: int, replication: int, roots: Claims, hubs: Hubs = ALONE
    ) -> None:
        self.scenario, self.incumbent, self.seed, self.replication = scenario, incumbent, seed, replication
        self.hubs = hubs
        """When the batches of others leave."""
        self.roots = roots
        """Root claims, in rising order of their rows among those born."""
        self.arms = arms_of(scenario)
        self.forced = Forced.of(self.arms, scenario)
        shape = (len(roots), len(self.arms))
        self.columns = {name: np.zeros(shape) for name in MEASURES}
        """What each claim came to under each arm that was run, shape (n, A) each."""
        self.filed = np.zeros(shape, dtype=bool)
        """Whether the claim was there under the arm, shape (n, A)."""
        self.done = np.zeros(shape, dtype=bool)
        """Whether the arm was done as asked, shape (n, A)."""
        self.bench: list[BenchUse] = []
        self.freight: list[FreightUse] = []
        self.routed = np.zeros(shape[0], dtype=bool)
        """Whether a rule is asked about the claim, or would be had its customer not given up before, shape (n,)."""
        self.first = self._met(self._run(np.arange(shape[0]), np.full(shape[0], MONEY)))
        """Records of the root claims under the refund, which every claim that can be filed is filed under."""
        wanted = self._wanted()
        # Claims alone know nothing of each other: each is there once for every arm, so that waves are few and long.
        rows, arm = np.nonzero(wanted)
        for some in np.array_split(np.arange(len(rows)), -(-len(rows) // TOGETHER)) if len(rows) else ():
            self._run(rows[some], arm[some])
        self.done &= self.routed[:, None]
        self.source = self._source(wanted)
        """The arm whose outcome holds, shape (n, A)."""

    def _met(self, r: Records) -> Records:
        """Records of root claims, in the order they were born."""
        rows = np.flatnonzero(r.claims.generation == 0)
        return r.take(rows[np.argsort(r.claims.root[rows], kind="stable")])

    def _wanted(self) -> np.ndarray:
        """Arms still to be run for each claim. Shape (n, A), bool."""
        first = self.first
        unknown: dict[str, Any] = {
            "age_band": age_bands(self.scenario, first.age_days),
            # What only the claimant knows is found out by trying.
            "insists": np.zeros(len(first), dtype=bool),
            "consents": np.ones(len(first), dtype=bool),
            "chooses_new": np.zeros(len(first), dtype=bool),
            "repairs": np.zeros(len(first), dtype=np.int16),
        }
        recorded = {f.name: getattr(first, f.name) for f in fields(Known) if f.name not in unknown}
        known = Known(**recorded, **unknown)
        wanted = np.zeros(self.filed.shape, dtype=bool)
        model = model_of(self.scenario)
        wanted[first.claims.root] = possible(model, first.claims, known, self.forced)
        wanted &= self.routed[:, None]
        wanted[:, MONEY] = False
        return wanted

    def _run(self, rows: np.ndarray, arm: np.ndarray) -> Records:
        """Try out arms, each for one of some claims, which may come again for another, and take down what each came to.

        In the run a root is a try: it is counted by its place among ``rows``.
        """
        s = self.scenario
        forced = (self.forced.route[arm], self.forced.partner[arm])
        tries = replace(self.roots.take(rows), root=np.arange(len(rows)))
        run = solo_run(s, self.incumbent, tries, self.seed, self.replication, forced, self.hubs)
        ledger = price(run, s, self.incumbent, shared=False)
        r = run.records
        claim, arm_of = rows[r.claims.root], arm[r.claims.root]
        self._note(run, claim, arm_of)
        # A latent claim that is not filed under an arm is done with as asked.
        absent = ~self.filed[rows, arm]
        self.done[rows[absent], arm[absent]] = True
        self._charge(ledger, rows, arm)
        self.bench.append(bench_use(r, s, claim, arm_of))
        luck = Luck(self.seed, self.replication)
        # What giving up spares of bills and pools is charged as if nobody had: see `giving_up`.
        there = [(r, np.arange(len(r)))] if s.experience.giving_up_pays else had_nobody_given_up(run)
        for who, row in there:
            self.freight.append(freight_use(who, s, claim[row], arm_of[row]))
            for name, units in zip(MEASURES[-3:], pool_use(who, model_of(s), luck), strict=True):
                self.columns[name][rows, arm] += np.bincount(r.claims.root[row], units, minlength=len(rows))
        return r

    def _note(self, run: Run, claim: np.ndarray, arm_of: np.ndarray) -> None:
        r = run.records
        met = np.flatnonzero(r.claims.generation == 0)
        at = claim[met], arm_of[met]
        self.filed[at] = True
        rule, route, partner = ruled(run)
        self.routed[claim[met]] |= rule[met] >= 0
        self.done[at] = (route[met] == self.forced.route[at[1]]) & (partner[met] == self.forced.partner[at[1]])
        self.columns["days"][at] = days_to_resolved(r, met)
        book = price_book(self.scenario)
        upset = reviewed(r, book, waited_days(r, book))
        chance = shadow_chance(self.scenario.experience, upset, r.disputed)
        self.columns["disputed"][at] = np.where(r.disputed, 1.0, chance)[met]

    def _charge(self, ledger: Ledger, rows: np.ndarray, arm: np.ndarray) -> None:
        """Add up ledger lines in scope by root claim; the pool's own side of stock moves is out of scope."""
        scope = np.flatnonzero(ledger.in_scope)
        if (ledger.root[scope] < 0).any():
            raise RuntimeError("a line of a potential outcome belongs to no claim")
        place, amount = ledger.root[scope], ledger.reporting[scope]
        kind = ledger.kind[scope]
        lines = {
            "cash": kind != Kind.EXPECTED,
            "expected": kind == Kind.EXPECTED,
            "refund": ledger.category[scope] == Category.REFUND,
        }
        for name, mine in lines.items():
            self.columns[name][rows, arm] = np.bincount(place[mine], amount[mine], minlength=len(rows))

    def _source(self, wanted: np.ndarray) -> np.ndarray:
        model = model_of(self.scenario)
        instead = fallbacks(self.incumbent, model, self.roots.market, self.arms, self.done)
        own = np.broadcast_to(np.arange(len(self.arms)), wanted.shape)
        source = np.where(wanted, own, instead[:, None])
        source[:, MONEY] = MONEY
        return np.where(self.routed[:, None], source, MONEY)


def ruled(run: Run) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rule, route and partner of each record; of those whose customer gave up at first contact, what they would be."""
    r = run.records
    if run.gone_on is None:
        return r.rule, r.route, r.partner
    gone = run.gone_on.records
    first = np.flatnonzero((gone.parent < 0) & (gone.claims.root < len(r)))
    rows = gone.claims.root[first]
    contact = ~is_routed(r.route[rows])
    out = tuple(column.copy() for column in (r.rule, r.route, r.partner))
    for column, would in zip(out, ruled(run.gone_on), strict=True):
        column[rows[contact]] = would[first[contact]]
    return out[0], out[1], out[2]
