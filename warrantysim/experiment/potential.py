"""Potential outcomes: what every claim in scope would come to under every arm, alone, with all that follows it."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.experiment.arms import (
    MONEY,
    Forced,
    arms_of,
    bench_use,
    fallbacks,
    freight_use,
    lane_names,
    pool_use,
    possible,
)
from warrantysim.experiment.bench_months import bench_names, months_of_horizon
from warrantysim.experiment.beside import KIND, all_claims, beside, bounces_from_pools, by_pools, known_among, ruled
from warrantysim.experiment.births import births, earlier, in_scope
from warrantysim.experiment.outcomes import BenchUse, FreightUse, PotentialOutcomes, U
from warrantysim.experiment.planned import PLANNED
from warrantysim.experiment.workers import give_back
from warrantysim.experiment.year import age_bands, days_to_resolved
from warrantysim.journeys.events import first_plans
from warrantysim.journeys.hubs import ALONE, Hubs, had_nobody_given_up, hubs_of, moves_stock, with_half
from warrantysim.journeys.legal import some
from warrantysim.journeys.legs import drawn_alike, known_of, planned
from warrantysim.journeys.luck import Luck, Remembered
from warrantysim.journeys.model import model_of
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.records import Run, Source
from warrantysim.journeys.routing import Routed, bound_by, route_claims
from warrantysim.journeys.solo import alone, roots
from warrantysim.journeys.triage import comes_to_route, contact, filed
from warrantysim.money.categories import Category, Kind
from warrantysim.money.experience import reviewed, shadow_chance, waited_days
from warrantysim.money.lines import Lines
from warrantysim.money.price import booking_of
from warrantysim.money.price_book import price_book
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

MEASURES = ("cash", "expected", "refund", "days", "disputed", "pooled", "pool_asked", "pool_bounces")
"""Columns of the potential outcomes that hold a number a claim and arm."""

TOGETHER = 60_000
"""Most claims that are looked at together, and most tries of them that are run at once: some 2 KB each [count]."""


class Trial:
    """All arms tried out on some root claims of one replication. n claims, A arms.

    What is the same under every arm is found once: first contact, parcels, what may follow. Claims that no arm can
    reach (solved, denied, dropped, decided by the platform) run once. An arm that cannot be done with a claim is not
    run: ``source`` names the arm whose outcome it takes, its fallback, which is the same journey.
    """

    def __init__(
        self,
        scenario: Scenario,
        incumbent: Policy,
        seed: int,
        replication: int,
        tried: Claims,
        hubs: Hubs = ALONE,
    ) -> None:
        self.scenario, self.incumbent, self.replication = scenario, incumbent, replication
        self.luck = Luck(seed, replication)
        self.hubs = hubs
        """When the batches of others leave."""
        self.roots = tried
        """Root claims, in rising order of their rows among those born."""
        self.arms = arms_of(scenario)
        self.forced = Forced.of(self.arms, scenario)
        shape = (len(tried), len(self.arms))
        self.columns = {name: np.zeros(shape) for name in MEASURES}
        """What each claim came to under each arm that was run, shape (n, A) each."""
        self.filed = np.zeros(shape, dtype=bool)
        """Whether the claim was there under the arm, shape (n, A)."""
        self.done = np.zeros(shape, dtype=bool)
        """Whether the arm was done as asked, shape (n, A)."""
        self.bench: list[BenchUse] = []
        self.freight: list[FreightUse] = []
        model, luck = model_of(scenario), Remembered(seed, replication, tried)
        self.of_tried = luck
        """Draws of the roots, the same under every arm."""
        self.met = met = contact(tried, incumbent, model, luck)
        """First contact, likewise."""
        self.drawn = drawn_alike(tried, met.value, model, luck)
        """Columns of their plans that are the same too."""
        known = known_of(met, np.zeros(len(tried), dtype=np.int16), model)
        money = np.full(len(tried), MONEY)
        routed = route_claims(incumbent, model, tried, known, (self.forced.route[money], self.forced.partner[money]))
        there = filed(tried, met, np.where(met.ended < 0, routed.route, met.ended), model, luck)
        self.routed = there & comes_to_route(tried, met, incumbent, model, luck)
        """Whether a rule is asked about the claim, or would be had its customer not given up before, shape (n,)."""
        wanted = possible(model, tried, known, self.forced) & self.routed[:, None]
        wanted[:, MONEY] = True
        rows, arm = np.nonzero(wanted)
        paid = arm == MONEY
        # Money is no arm where the law bars it: there it is what the claim gets instead.
        route = np.where(paid, routed.route[rows], self.forced.route[arm])
        partner = np.where(paid, routed.partner[rows], self.forced.partner[arm])
        # Claims alone know nothing of each other: each is there once for every arm, so that waves are few and long.
        for of in _blocks(len(rows)):
            none = np.zeros(len(of), dtype=np.int8)
            self._run(rows[of], arm[of], Routed(routed.rule[rows[of]], route[of], partner[of], none))
        self.done &= self.routed[:, None]
        self.source = self._source(wanted)
        """The arm whose outcome holds, shape (n, A)."""

    def _plan(self, rows: np.ndarray, routed: Routed) -> Plan:
        """Plans of claims that may come again: in a run a root is a try, counted by its place among ``rows``."""
        model = model_of(self.scenario)
        tries = replace(some(model, self.roots, rows), root=np.arange(len(rows)))
        drawn = {name: column[rows] for name, column in self.drawn.items()}
        met, luck = self.met.take(rows), self.of_tried.at(rows)
        return planned(*roots(self.scenario, tries), met, routed, model, luck, drawn=drawn)

    def _run(self, rows: np.ndarray, arm: np.ndarray, routed: Routed) -> None:
        """Try out arms, each for one of some claims, which may come again for another, and take down what each came
        to."""
        s, model = self.scenario, model_of(self.scenario)
        run = alone(self._plan(rows, routed), self.incumbent, model, self.luck, self.hubs)
        case = booking_of(run, s, self.incumbent, shared=False)
        r = run.records
        claim, arm_of = rows[r.claims.root], arm[r.claims.root]
        self._note(run, claim, arm_of)
        # A latent claim that is not filed under an arm is done with as asked.
        absent = ~self.filed[rows, arm]
        self.done[rows[absent], arm[absent]] = True
        self._charge(case.lines, r.in_scope, rows, arm)
        self.bench.append(bench_use(case, claim, arm_of))
        # What giving up spares of bills and pools is charged as if nobody had: see `experience`.
        every = np.arange(len(r))
        there = [(r, every, every)] if s.experience.giving_up_pays else had_nobody_given_up(run)
        for of, mine, row in there:
            self.freight.append(freight_use(of, mine, s, claim[row], arm_of[row]))
            moves = np.flatnonzero(moves_stock(of)[mine])
            try_, accepts = r.claims.root[row[moves]], self.drawn["pool_accepted"][claim[row[moves]]]
            pools = pool_use(of, mine[moves], accepts, model, self.luck)
            for name, units in zip(MEASURES[-3:], pools, strict=True):
                self.columns[name][rows, arm] += np.bincount(try_, units, minlength=len(rows))

    def _note(self, run: Run, claim: np.ndarray, arm_of: np.ndarray) -> None:
        r = run.records
        met = np.flatnonzero(r.claims.generation == 0)
        at = claim[met], arm_of[met]
        self.filed[at] = True
        _, route, partner = ruled(run)
        self.done[at] = (route[met] == self.forced.route[at[1]]) & (partner[met] == self.forced.partner[at[1]])
        self.columns["days"][at] = days_to_resolved(r, met)
        book = price_book(self.scenario)
        upset = reviewed(r, book, waited_days(r, book))
        chance = shadow_chance(self.scenario.experience, upset, r.disputed)
        self.columns["disputed"][at] = np.where(r.disputed, 1.0, chance)[met]

    def _charge(self, lines: Lines, in_scope: np.ndarray, rows: np.ndarray, arm: np.ndarray) -> None:
        """Add up lines in scope by root claim; the pool's own side of stock moves is out of scope. ``in_scope``: of
        each record."""
        booked = lines.booked()
        scope = np.flatnonzero(lines.told("in_scope", in_scope))
        if (booked.root[scope] < 0).any():
            raise RuntimeError("a line of a potential outcome belongs to no claim")
        place, amount, category = booked.root[scope], booked.reporting[scope], booked.category[scope]
        expected = KIND[category] == Kind.EXPECTED
        kinds = {"cash": ~expected, "expected": expected, "refund": category == Category.REFUND}
        for name, mine in kinds.items():
            self.columns[name][rows, arm] = np.bincount(place[mine], amount[mine], minlength=len(rows))

    def _source(self, wanted: np.ndarray) -> np.ndarray:
        s, model, market = self.scenario, model_of(self.scenario), self.roots.market
        binds = bound_by(self.incumbent, model, self.roots)
        instead = fallbacks(self.incumbent, model, market, self.arms, self.done)
        if not binds.all():
            # Claims the policy does not bind yet fall back as the scenario's own says.
            instead = np.where(binds, instead, fallbacks(s.policy, model, market, self.arms, self.done))
        own = np.broadcast_to(np.arange(len(self.arms)), wanted.shape)
        source = np.where(wanted, own, instead[:, None])
        source[:, MONEY] = MONEY
        return np.where(self.routed[:, None], source, MONEY)

    def outcomes(self) -> PotentialOutcomes:
        """What came of it. A latent claim that is not filed even where nothing is asked back is never filed."""
        kept = np.flatnonzero(self.filed[:, MONEY])
        roots, first, source, s = self.roots.take(kept), self.met.take(kept), self.source[kept], self.scenario
        row = np.arange(len(kept))[:, None]
        columns = {name: column[kept][row, source] for name, column in self.columns.items()}
        return PotentialOutcomes(
            replication=self.replication,
            arms=self.arms,
            benches=bench_names(s),
            lanes=lane_names(s),
            months=months_of_horizon(s),
            root=roots.root,
            sku=roots.sku,
            market=roots.market,
            channel=roots.channel,
            symptom=first.symptom,
            evidence=first.evidence,
            age_band=age_bands(s, first.age_days).astype(np.int8),
            value=first.value,
            price_gross=roots.price_gross,
            order_age_days=first.age_days,
            routed=self.routed[kept],
            feasible=self.done[kept],
            filed=self.filed[kept][row, source],
            bench=booked_to_arms(narrowed(BenchUse.concat(self.bench)), kept, source),
            freight=booked_to_arms(narrowed(FreightUse.concat(self.freight)), kept, source),
            **(columns | {name: _whole(columns[name]) for name in ("pooled", "pool_asked")}),
        )


def _blocks(n: int) -> list[np.ndarray]:
    """The numbers up to ``n`` in blocks of at most `TOGETHER`; one block for none."""
    return np.array_split(np.arange(n), max(-(-n // TOGETHER), 1))


def _whole(units: np.ndarray) -> np.ndarray:
    """The same whole numbers in as few bytes as hold them."""
    return units.astype(np.int8 if units.max(initial=0.0) <= np.iinfo(np.int8).max else np.int32)


def potential_outcomes(
    scenario: Scenario, replication: int, seed: int, incumbent: Policy, *, share: float = 1.0, alone: bool = False
) -> PotentialOutcomes:
    """Every in-scope root claim of a replication under every arm.

    Descendants follow ``incumbent``, which also says what evidence is asked for; at its fixed point the outcomes are
    those of the policy they lead to.

    Parameters
    ----------
    share
        Part of the claims to look at, chosen by their unit keys and so the same under every policy and in every
        scenario; the caller divides sums by it [share, 0-1].
    alone
        Leave out what stands beside them, as it is where only a share is looked at.

    Raises
    ------
    ValueError
        If something that can be done has no price, or ``share`` is not in (0, 1].
    """
    if not 0.0 < share <= 1.0:
        raise ValueError(f"expected a share of the claims above 0 and up to 1, got {share}")
    claims = births(scenario, seed, replication)
    # The keys of units are evenly mixed: their highest bits are as good as a draw.
    inside = in_scope(claims, scenario)
    chosen = np.flatnonzero(inside & ((claims.unit >> np.uint64(40)).astype(float) < share * 2.0**24))
    whole = share == 1.0 and not alone
    twice = whole and bounces_from_pools(scenario) and len(claims) <= PLANNED
    before = earlier(scenario, seed, replication)
    plans = first_plans(scenario, incumbent, claims, seed, replication, before) if twice else None
    run = all_claims(scenario, incumbent, claims, seed, replication, planned=plans)
    hubs = with_half(hubs_of(run.records, run.dispatches), model_of(scenario), claims.take(np.flatnonzero(inside)))
    told, from_pools = None, None
    if whole:
        told = beside(scenario, incumbent, run)
        if bounces_from_pools(scenario) and (run.records.source == Source.POOL).any():
            del run
            # Alone every replacement holds like a new one; what repaired ones cost more belongs to their pools.
            run = all_claims(scenario, incumbent, claims, seed, replication, planned=plans, pool_bounces=True)
            from_pools = by_pools(scenario, incumbent, run)
    del run, plans
    many = len(claims) > PLANNED
    if many:
        give_back()  # A year of so many took more than all that follows.
    found = PotentialOutcomes.concat(
        [
            Trial(scenario, incumbent, seed, replication, claims.take(chosen[some]), hubs).outcomes()
            for some in _blocks(len(chosen))
        ]
    )
    if many:
        give_back()  # Whoever asked is about to join this with others.
    if told is None:
        return found
    known = known_among(claims, found.root[found.routed])
    stands, by_pool = told(known)
    if from_pools is not None:
        stands = replace(stands, pools=stands.pools + from_pools(known) - by_pool)
    return replace(found, beside=stands)


NARROW = {"bench": np.int8, "desk": np.int8, "month": np.int16, "lane": np.int16}
"""Kinds of numbers that uses name what they use by."""


def narrowed(uses: U) -> U:
    """The same in fewer bytes."""
    return replace(
        uses, **{f.name: getattr(uses, f.name).astype(NARROW[f.name]) for f in fields(uses) if f.name in NARROW}
    )


def booked_to_arms(uses: U, kept: np.ndarray, source: np.ndarray) -> U:
    """Uses booked to every arm whose outcome they are part of, claim by claim, arm by arm, and as they come within one:
    so their order tells nothing of which claims were looked at together.

    ``kept``: rows of the claims that remain, by which claims are numbered anew; ``source``: the arm whose outcome holds
    for each of them under each arm, shape (n, A).
    """
    claim = np.searchsorted(kept, uses.claim)
    rows, arm = np.nonzero(source[claim] == uses.arm[:, None])
    order = np.lexsort((arm, claim[rows]))
    rows, arm = rows[order], arm[order]
    return uses.given(claim[rows], rows, arm)
