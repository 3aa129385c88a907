"""Potential outcomes: what every claim in scope would come to under every arm, alone, with all that follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

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
from warrantysim.experiment.births import births, earlier, in_scope
from warrantysim.experiment.outcomes import BenchUse, Beside, FreightUse, PotentialOutcomes
from warrantysim.experiment.year import age_bands, days_to_resolved
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.hubs import ALONE, Hubs, concatenated, had_nobody_given_up, hubs_of, with_half
from warrantysim.journeys.luck import Luck
from warrantysim.journeys.model import model_of
from warrantysim.journeys.records import Records, Run, Source, is_routed, to_china
from warrantysim.journeys.routing import Known
from warrantysim.journeys.solo import solo_run
from warrantysim.money.categories import Category, Kind, Subject
from warrantysim.money.experience import reviewed, shadow_chance, waited_days
from warrantysim.money.ledger import Ledger
from warrantysim.money.price import price
from warrantysim.money.price_book import price_book
from warrantysim.money.stock_value import pool_on_hand
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
        # Claims alone know nothing of each other: each is there once for every arm, so that waves are few and long.
        firsts = [self._met(self._run(some, np.full(len(some), MONEY)), some) for some in _blocks(shape[0])]
        self.first = concatenated(firsts)
        """Records of the root claims under the refund, which every claim that can be filed is filed under."""
        wanted = self._wanted()
        rows, arm = np.nonzero(wanted)
        for some in _blocks(len(rows)) if len(rows) else ():
            self._run(rows[some], arm[some])
        self.done &= self.routed[:, None]
        self.source = self._source(wanted)
        """The arm whose outcome holds, shape (n, A)."""

    def _met(self, r: Records, tried: np.ndarray) -> Records:
        """Records of root claims, in the order they were born. ``tried``: which those of the run were."""
        rows = np.flatnonzero(r.claims.generation == 0)
        met = r.take(rows[np.argsort(r.claims.root[rows], kind="stable")])
        return replace(met, claims=replace(met.claims, root=tried[met.claims.root]))

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
        # What giving up spares of bills and pools is charged as if nobody had: see `experience`.
        every = np.arange(len(r))
        there = [(r, every, every)] if s.experience.giving_up_pays else had_nobody_given_up(run)
        for of, mine, row in there:
            who = of.take(mine)
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


def _blocks(n: int) -> list[np.ndarray]:
    """The numbers up to ``n`` in blocks of at most `TOGETHER`; one block for none."""
    return np.array_split(np.arange(n), max(-(-n // TOGETHER), 1))


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


FROM_STOCK = (Category.REPLACEMENT_UNIT, Category.STOCK_OUT)
"""Categories of which unit a replacement was."""


def all_claims(
    scenario: Scenario, incumbent: Policy, claims: Claims, seed: int, replication: int, *, pool_bounces: bool = False
) -> Run:
    """All ``claims`` of a replication under the incumbent, where nobody queues; see `simulate_run`."""
    before = earlier(scenario, seed, replication)
    return simulate_run(
        scenario, incumbent, claims, seed, replication, earlier=before, queues=False, pool_bounces=pool_bounces
    )


def beside(
    scenario: Scenario, incumbent: Policy, run: Run, claims: Claims, asked: np.ndarray, seed: int, replication: int
) -> Beside:
    """What stands beside ``claims`` in their ``run``. ``asked``: root claims a rule is asked about [ids]."""
    r = run.records
    whole = price(run, scenario, incumbent)
    all_new = replace(r, source=np.where(r.source == Source.POOL, Source.NEW, r.source))
    alone = price(replace(run, records=all_new), scenario, incumbent, shared=False)
    known = np.zeros(int(claims.root.max(initial=-1)) + 2, dtype=bool)
    known[asked] = True
    mine = known[r.claims.root] & r.in_scope
    shape = (len(scenario.skus), len(scenario.market_ids))
    sizes = (len(scenario.partner_ids), len(lane_names(scenario)), shape[0] * shape[1], 1)
    parts = _by_place(whole, run, scenario, known, sizes) - _by_place(alone, run, scenario, known, sizes)
    contracts, lanes, stock, other = np.split(parts, np.cumsum(sizes)[:-1])
    if bounces_from_pools(scenario) and (r.source == Source.POOL).any():
        # Alone every replacement holds like a new one; what repaired ones cost more belongs to their pools.
        really = all_claims(scenario, incumbent, claims, seed, replication, pool_bounces=True)
        stock += _by_pool(price(really, scenario, incumbent), scenario, known)
        stock -= _by_pool(whole, scenario, known)
    uses = bench_use(r, scenario, np.where(mine, 0, -1), np.full(len(r), -1))
    rest = uses.claim < 0
    return Beside(
        incumbent=incumbent,
        bench=BenchUse(**{f.name: getattr(uses, f.name)[rest] for f in fields(BenchUse)}),
        contracts=contracts,
        lanes=lanes,
        pools=stock.reshape(shape),
        other=float(other[0]),
        on_hand=pool_on_hand(run.stock, -1, *shape),
    )


def booked(scenario: Scenario, policies: Sequence[Policy], seed: int, replication: int) -> np.ndarray:
    """What the ledger of one replication books under each policy where nobody queues: claims a rule is asked about,
    contracts and stock; without expected costs where cash alone counts. Shape (policies,) [reporting currency].

    It is what the program says of a policy it has learned under.
    """
    claims = births(scenario, seed, replication)
    out = []
    for policy in policies:
        run = all_claims(scenario, policy, claims, seed, replication, pool_bounces=True)
        met = (run.records.claims.generation == 0) & (ruled(run)[0] >= 0)
        known = np.zeros(int(claims.root.max(initial=-1)) + 2, dtype=bool)
        known[run.records.claims.root[met]] = True
        ledger = price(run, scenario, policy)
        lines = _counted(ledger, known)
        if scenario.decision.cash_only:
            lines = lines[ledger.kind[lines] != Kind.EXPECTED]
        out.append(ledger.reporting[lines].sum())
    return np.array(out)


def bounces_from_pools(scenario: Scenario) -> bool:
    """Whether units handed out by swap pools may fail again early."""
    return scenario.stock_rules.pool_first and model_of(scenario).most_bounces > 0


def _by_pool(ledger: Ledger, scenario: Scenario, known: np.ndarray) -> np.ndarray:
    """All lines in scope by product and market; lines of neither belong to the first. ``known``: as in `_by_place`."""
    lines = _counted(ledger, known)
    pool = ledger.sku[lines].astype(np.int64) * len(scenario.market_ids) + ledger.market[lines]
    cells = len(scenario.skus) * len(scenario.market_ids)
    return np.bincount(np.maximum(pool, 0), ledger.reporting[lines], cells)


def _counted(ledger: Ledger, known: np.ndarray) -> np.ndarray:
    """Lines in scope of the root claims that count, of contracts and of stock. Units sold are left out: they cost the
    same under every rule."""
    return np.flatnonzero(ledger.in_scope & ((ledger.root < 0) | known[ledger.root]) & (ledger.subject != Subject.SALE))


def _by_place(
    ledger: Ledger, run: Run, scenario: Scenario, known: np.ndarray, sizes: tuple[int, int, int, int]
) -> np.ndarray:
    """Lines in scope by partner, lane, pool, and the rest, one after the other. ``known``: root claims that count.

    What dispatches would have cost more is of the lane a claim would have gone by.
    """
    lines = _counted(ledger, known)
    partners, lanes, pools, _ = sizes
    place = np.full(len(lines), partners + lanes + pools)
    contract = ledger.partner[lines] >= 0
    place[contract] = ledger.partner[lines][contract]
    _, route, partner = ruled(run)
    record = ledger.record[lines]
    china = (record >= 0) & (ledger.root[lines] >= 0) & to_china(route[np.maximum(record, 0)])
    way = np.where(china, partner[np.maximum(record, 0)], -1)
    for k, (market, name) in enumerate(lane_names(scenario)):
        here = ledger.market[lines] == scenario.market_ids.index(market)
        place[china & here & (way == scenario.way_ids.index(name))] = partners + k
    unit = np.isin(ledger.category[lines], FROM_STOCK) | (ledger.subject[lines] == Subject.STOCK)
    pool = ledger.sku[lines].astype(np.int64) * len(scenario.market_ids) + ledger.market[lines]
    place[unit] = partners + lanes + pool[unit]
    return np.bincount(place, ledger.reporting[lines], sum(sizes))


U = TypeVar("U", BenchUse, FreightUse)


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
    chosen = inside & ((claims.unit >> np.uint64(40)).astype(float) < share * 2.0**24)
    run = all_claims(scenario, incumbent, claims, seed, replication)
    hubs = with_half(hubs_of(run.records, run.dispatches), model_of(scenario), claims.take(np.flatnonzero(inside)))
    trial = Trial(scenario, incumbent, seed, replication, claims.take(np.flatnonzero(chosen)), hubs)
    first = trial.first
    # A latent claim that is not filed even where nothing is asked back is never filed.
    kept = np.flatnonzero(trial.filed[:, MONEY])
    roots, source = trial.roots.take(kept), trial.source[kept]
    row = np.arange(len(kept))[:, None]
    whole = share == 1.0 and not alone
    asked = roots.root[trial.routed[kept]]
    return PotentialOutcomes(
        replication=replication,
        arms=trial.arms,
        benches=bench_names(scenario),
        lanes=lane_names(scenario),
        months=months_of_horizon(scenario),
        root=roots.root,
        sku=roots.sku,
        market=roots.market,
        channel=roots.channel,
        symptom=first.symptom,
        evidence=first.evidence,
        age_band=age_bands(scenario, first.age_days),
        value=first.value,
        price_gross=roots.price_gross,
        order_age_days=first.age_days,
        routed=trial.routed[kept],
        feasible=trial.done[kept],
        filed=trial.filed[kept][row, source],
        bench=booked_to_arms(BenchUse.concat(trial.bench), kept, source),
        freight=booked_to_arms(FreightUse.concat(trial.freight), kept, source),
        beside=beside(scenario, incumbent, run, claims, asked, seed, replication) if whole else None,
        **{name: column[kept][row, source] for name, column in trial.columns.items()},
    )


def booked_to_arms(uses: U, kept: np.ndarray, source: np.ndarray) -> U:
    """Uses booked to every arm whose outcome they are part of, the arms one after the other.

    ``kept``: rows of the claims that remain, by which claims are numbered anew; ``source``: the arm whose outcome holds
    for each of them under each arm, shape (n, A).
    """
    claim = np.searchsorted(kept, uses.claim)
    parts = []
    for a in range(source.shape[1]):
        rows = np.flatnonzero(source[claim, a] == uses.arm)
        parts.append(uses.given(claim[rows], rows, a))
    return type(uses).concat(parts)
