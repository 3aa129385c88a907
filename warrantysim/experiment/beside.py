"""What stands beside claims that are looked at one by one: the books of all of them together, where nobody queues.

What claims share (contracts, dispatches, swap pools) is what the ledger of all books beyond that of each alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from warrantysim.claims.columns import Claims
from warrantysim.experiment.arms import bench_use, lane_names
from warrantysim.experiment.births import births, earlier
from warrantysim.experiment.outcomes import Beside
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.model import model_of
from warrantysim.journeys.plan import Plan
from warrantysim.journeys.records import Run, Source, is_routed, to_china, to_partner
from warrantysim.money.case import Booking
from warrantysim.money.categories import Category, Kind, Subject, kind_of
from warrantysim.money.lines import Booked
from warrantysim.money.price import booking_of
from warrantysim.money.stock_value import pool_on_hand
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario

KIND = np.array([kind_of(category) for category in Category], dtype=np.int8)
"""`Kind` of each category by its number."""


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
    scenario: Scenario,
    incumbent: Policy,
    claims: Claims,
    seed: int,
    replication: int,
    *,
    planned: list[Plan] | None = None,
    pool_bounces: bool = False,
) -> Run:
    """All ``claims`` of a replication under the incumbent, where nobody queues; see `simulate_run`."""
    before = earlier(scenario, seed, replication)
    return simulate_run(
        scenario, incumbent, claims, seed, replication, earlier=before, planned=planned, queues=False,
        pool_bounces=pool_bounces,
    )  # fmt: skip


def beside(scenario: Scenario, incumbent: Policy, run: Run) -> Callable[[np.ndarray], tuple[Beside, np.ndarray]]:
    """What stands beside claims in their ``run``, and all lines by pool, for whoever knows which root claims a rule is
    asked about, as `known_among` has them. The run itself is not kept."""
    r = run.records
    shape = (len(scenario.skus), len(scenario.market_ids))
    sizes = (len(scenario.partner_ids), len(lane_names(scenario)), shape[0] * shape[1], 1)
    counted = Counted.of(run, scenario, incumbent)
    whole = counted.placed(sizes)
    uses = bench_use(counted.case, np.where(r.in_scope, r.claims.root, -1), np.full(len(r), -1))
    del counted
    all_new = replace(run, records=replace(r, source=np.where(r.source == Source.POOL, Source.NEW, r.source)))
    alone = Counted.of(all_new, scenario, incumbent, shared=False).placed(sizes)
    on_hand = pool_on_hand(run.stock, -1, *shape)

    def told(known: np.ndarray) -> tuple[Beside, np.ndarray]:
        parts = whole.by_place(known) - alone.by_place(known)
        contracts, lanes, stock, other = np.split(parts, np.cumsum(sizes)[:-1])
        rest = np.flatnonzero(~known[uses.claim])
        stands = Beside(
            incumbent=incumbent,
            bench=uses.given(np.full(len(rest), -1), rest, np.full(len(rest), -1)),
            contracts=contracts,
            lanes=lanes,
            pools=stock.reshape(shape),
            other=float(other[0]),
            on_hand=on_hand,
        )
        return stands, whole.by_pool(known).reshape(shape)

    return told


def by_pools(scenario: Scenario, incumbent: Policy, run: Run) -> Callable[[np.ndarray], np.ndarray]:
    """All lines of a run by product and market, for whoever knows which root claims a rule is asked about, as `beside`
    has them. The run itself is not kept."""
    counted = Counted.of(run, scenario, incumbent)
    root, pool = (column.astype(np.int32) for column in (counted.booked.root[counted.rows], counted.pool))
    amount, shape = counted.booked.reporting[counted.rows], (len(scenario.skus), len(scenario.market_ids))
    del counted

    def told(known: np.ndarray) -> np.ndarray:
        rows = np.flatnonzero((root < 0) | known[root])
        return np.bincount(pool[rows], amount[rows], shape[0] * shape[1]).reshape(shape)

    return told


def known_among(claims: Claims, asked: np.ndarray) -> np.ndarray:
    """Whether a root claim is among those asked about, by its id; the last place is for none."""
    known = np.zeros(int(claims.root.max(initial=-1)) + 2, dtype=bool)
    known[asked] = True
    return known


@dataclass(frozen=True)
class Counted:
    """Lines of a run that count: in scope, of the root claims that count, of contracts and of stock. Units sold are
    left out: they cost the same under every rule."""

    scenario: Scenario
    case: Booking
    booked: Booked
    rows: np.ndarray
    """Those that count [rows of ``booked``]."""

    @staticmethod
    def of(
        run: Run, scenario: Scenario, policy: Policy, known: np.ndarray | None = None, *, shared: bool = True
    ) -> Counted:
        """``known``: root claims that count, as `known_among` has them; all where it is left out."""
        case = booking_of(run, scenario, policy, shared=shared)
        booked = case.lines.booked()
        mine = case.lines.told("in_scope", run.records.in_scope) & (booked.subject != Subject.SALE)
        if known is not None:
            mine &= (booked.root < 0) | known[booked.root]
        return Counted(scenario, case, booked, np.flatnonzero(mine))

    def told(self, name: str, own: np.ndarray) -> np.ndarray:
        """A column of these lines; ``own``: of each record."""
        return self.case.lines.told(name, own)[self.rows]

    @property
    def pool(self) -> np.ndarray:
        """Product and market of each line; lines of neither belong to the first."""
        claims = self.case.records.claims
        sku = self.told("sku", claims.sku).astype(np.int64)
        return np.maximum(sku * len(self.scenario.market_ids) + self.told("market", claims.market), 0)

    def placed(self, sizes: tuple[int, int, int, int]) -> Placed:
        """Where each of them belongs: partner, lane, pool, and the rest, one after the other.

        What dispatches would have cost more is of the lane a claim would have gone by.
        """
        s, r, lines = self.scenario, self.case.records, self.rows
        partners, lanes, pools, _ = sizes
        place = np.full(len(lines), partners + lanes + pools)
        worked = self.told("partner", np.where(to_partner(r.route), r.partner, -1).astype(np.int16))
        place[worked >= 0] = worked[worked >= 0]
        _, route, partner = ruled(self.case.run)
        record = self.booked.record[lines]
        china = (record >= 0) & (self.booked.root[lines] >= 0) & to_china(route[np.maximum(record, 0)])
        way = np.where(china, partner[np.maximum(record, 0)], -1)
        market = self.told("market", r.claims.market)
        for k, (at, name) in enumerate(lane_names(s)):
            here = market == s.market_ids.index(at)
            place[china & here & (way == s.way_ids.index(name))] = partners + k
        unit = np.isin(self.booked.category[lines], FROM_STOCK) | (self.booked.subject[lines] == Subject.STOCK)
        pool = self.pool
        place[unit] = partners + lanes + pool[unit]
        root, pool = (column.astype(np.int32) for column in (self.booked.root[lines], pool))
        return Placed(root, place.astype(np.int32), pool, self.booked.reporting[lines], (sum(sizes), pools))


@dataclass(frozen=True)
class Placed:
    """Lines by where they belong, as far as sums need them; arrays of shape (lines,)."""

    root: np.ndarray
    place: np.ndarray
    pool: np.ndarray
    """Product and market; lines of neither belong to the first."""
    amount: np.ndarray
    sizes: tuple[int, int]
    """Places and pools there are."""

    def _of(self, known: np.ndarray) -> np.ndarray:
        return np.flatnonzero((self.root < 0) | known[self.root])

    def by_place(self, known: np.ndarray) -> np.ndarray:
        """Sums by place, of root claims that count, of contracts and of stock. Shape (places,)."""
        rows = self._of(known)
        return np.bincount(self.place[rows], self.amount[rows], self.sizes[0])

    def by_pool(self, known: np.ndarray) -> np.ndarray:
        """The same by pool. Shape (pools,)."""
        rows = self._of(known)
        return np.bincount(self.pool[rows], self.amount[rows], self.sizes[1])


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
        counted = Counted.of(run, scenario, policy, known_among(claims, run.records.claims.root[met]))
        lines = counted.rows
        if scenario.decision.cash_only:
            lines = lines[KIND[counted.booked.category[lines]] != Kind.EXPECTED]
        out.append(counted.booked.reporting[lines].sum())
    return np.array(out)


def bounces_from_pools(scenario: Scenario) -> bool:
    """Whether units handed out by swap pools may fail again early."""
    return scenario.stock_rules.pool_first and model_of(scenario).most_bounces > 0
