"""What experiments give to a decision: potential outcomes of claims, and simulated years of policies, as columns.

Nothing here knows how they are computed: `potential` and `year` do; small scenarios in tests state them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple, TypeVar

import numpy as np

from warrantysim.money.categories import PARTS
from warrantysim.schema.dispositions import DISPOSITIONS
from warrantysim.schema.policy import Policy

CHINA = "china"
"""Name of the shared factory bench among ``benches``; the others are partner ids."""


class Arm(NamedTuple):
    """One thing that can be done with a claim: a disposition, and who does it."""

    disposition: str
    """One of refund, reship, repair_local, return_china."""
    partner: str = ""
    """Partner id of repair_local, way of return_china (air, sea), else empty."""

    @property
    def rank(self) -> int:
        """Place of the disposition in canonical order, 0-3."""
        return DISPOSITIONS.index(self.disposition)

    def __str__(self) -> str:
        return f"{self.disposition} {self.partner}".strip()


@dataclass(frozen=True)
class BenchUse:
    """Work at benches, a row a visit; arrays of shape (u,). Work of descendants is booked to the root claim."""

    claim: np.ndarray
    """Row of the root claim in the potential outcomes [int]."""
    arm: np.ndarray
    """Arm the root claim was given [int]."""
    bench: np.ndarray
    """Row in ``benches`` [int]."""
    desk: np.ndarray
    """Which of the partner's desks; -1 at the China bench [int]."""
    month: np.ndarray
    """Month the work is completed, since the horizon's first, may lie outside it; market time, at the China bench its
    own [int]."""
    minutes: np.ndarray
    """Bench time [float64 minutes]."""
    units: np.ndarray
    """1 where the unit counts towards tiers and included units, else 0 [float64]."""
    fee: np.ndarray
    """Repair fee before discount, 0 at the China bench [float64 reporting currency]."""
    service: np.ndarray
    """Other charges that count towards a monthly minimum [float64 reporting currency]."""

    def __len__(self) -> int:
        return len(self.claim)

    def given(self, claim: np.ndarray, rows: np.ndarray, arm: np.ndarray) -> BenchUse:
        """The named rows, booked to other claims and arms."""
        held = {f.name: getattr(self, f.name)[rows] for f in fields(self)}
        return BenchUse(**{**held, "claim": claim.astype(np.int32), "arm": arm.astype(np.int8)})

    @staticmethod
    def concat(parts: list[BenchUse]) -> BenchUse:
        """Rows of all parts, one after the other."""
        return BenchUse(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(BenchUse)})


@dataclass(frozen=True)
class FreightUse:
    """Weight put into consolidated dispatches to China had nobody given up, a row a unit; arrays of shape (f,)."""

    claim: np.ndarray
    """Row of the root claim [int]."""
    arm: np.ndarray
    """Arm of the root claim [int]."""
    lane: np.ndarray
    """Row in ``lanes`` [int]."""
    quantity: np.ndarray
    """Chargeable quantity, in the lane's unit (kg or cbm) [float64]."""
    back: np.ndarray
    """The same on the way back, in the unit of the lane back; 0 for a unit that stays in China [float64]."""

    def __len__(self) -> int:
        return len(self.claim)

    def given(self, claim: np.ndarray, rows: np.ndarray, arm: np.ndarray) -> FreightUse:
        """The named rows, booked to other claims and arms."""
        held = {f.name: getattr(self, f.name)[rows] for f in fields(self)}
        return FreightUse(**{**held, "claim": claim.astype(np.int32), "arm": arm.astype(np.int8)})

    @staticmethod
    def concat(parts: list[FreightUse]) -> FreightUse:
        """Rows of all parts, one after the other."""
        return FreightUse(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(FreightUse)})


U = TypeVar("U", BenchUse, FreightUse)


@dataclass(frozen=True)
class Beside:
    """One replication under the incumbent, without queues. Money: what the ledger books for claims a rule is asked
    about, and for contracts and stock, beyond what it books for each of them alone."""

    incumbent: Policy
    """The policy."""
    bench: BenchUse
    """Bench work of all other claims; claim and arm -1."""
    contracts: np.ndarray
    """By partner: fixed charges, shortfalls, tiers, included units, credits [reporting currency (P,)]."""
    lanes: np.ndarray
    """By consolidated lane: bills of dispatches had nobody given up, and duty on them [reporting currency (L,)]."""
    pools: np.ndarray
    """By product and market: units of the pool in place of new ones, closing stock [reporting currency (S, M)]."""
    other: float
    """Everything else [reporting currency]."""
    on_hand: np.ndarray
    """Units in each pool when the horizon begins [units (S, M)]."""

    @property
    def total(self) -> float:
        """Everything [reporting currency]."""
        return float(self.contracts.sum() + self.lanes.sum() + self.pools.sum()) + self.other


@dataclass(frozen=True)
class PotentialOutcomes:
    """Every in-scope root claim under every arm, alone, with its descendants under the incumbent policy.

    n claims, A arms. Costs are what the journey really does: where an arm is not possible for a claim, its fallback.
    They leave out what depends on volume and is charged by the program: tier rebates, units beyond a retainer,
    retainers, onboarding, minimums, and the bills of consolidated dispatches whose weight is in ``freight``. Alone a
    claim finds the swap pool empty: every replacement is new, and ``pooled`` and ``pool_asked`` say what claims have
    for each other.
    Opportunistic claims that nobody would file under any arm are left out.
    """

    replication: int
    """Replication the claims were born in."""
    arms: tuple[Arm, ...]
    """The A arms."""
    benches: tuple[str, ...]
    """Partner ids and `CHINA`."""
    lanes: tuple[tuple[str, str], ...]
    """(market, way) of each consolidated lane."""
    months: int
    """Months of the horizon."""
    root: np.ndarray
    """Row of the claim among those born [int64 (n,)]."""
    sku: np.ndarray
    """[int (n,)]."""
    market: np.ndarray
    """[int (n,)]."""
    channel: np.ndarray
    """[int (n,)]."""
    symptom: np.ndarray
    """[int (n,)]."""
    evidence: np.ndarray
    """[int (n,)]."""
    age_band: np.ndarray
    """[int (n,)]."""
    value: np.ndarray
    """Claim value, market currency [float64 (n,)]."""
    price_gross: np.ndarray
    """Order price, tax included where prices are, market currency [float64 (n,)]."""
    order_age_days: np.ndarray
    """Age of the order, from its first delivery [float64 days (n,)]."""
    routed: np.ndarray
    """Whether the rule is asked under any arm: not solved, denied, dropped or the platform's to decide [bool (n,)]."""
    feasible: np.ndarray
    """Whether the arm was done as asked; never for claims no rule is asked about [bool (n, A)]."""
    filed: np.ndarray
    """Whether the claim exists under the arm; latent opportunistic ones do only where nothing is returned
    [bool (n, A)]."""
    cash: np.ndarray
    """Cost without expected costs, stock included [float64 reporting currency (n, A)]."""
    expected: np.ndarray
    """Expected costs: waiting, reviews, disputes [float64 reporting currency (n, A)]."""
    refund: np.ndarray
    """Refunds paid, net of tax, descendants' too [float64 reporting currency (n, A)]."""
    days: np.ndarray
    """Days from opening to resolved, 0 where not filed [float64 days (n, A)]."""
    disputed: np.ndarray
    """Share of the claim counted as a dispute [float64 0-1 (n, A)]."""
    pooled: np.ndarray
    """Units that join the swap pool of the claim's product and market, descendants' too [int units (n, A)]."""
    pool_asked: np.ndarray
    """Replacements that may come from that pool, if it holds a unit; costed as new [int units (n, A)]."""
    pool_bounces: np.ndarray
    """Units among ``pooled`` that will fail again early if somebody gets them [float64 expected units (n, A)]."""
    bench: BenchUse
    """Bench work, claim by claim and arm by arm."""
    freight: FreightUse
    """Consolidated freight, likewise."""
    beside: Beside | None = None
    """What stands beside these claims under the incumbent; None where only a share of the claims was looked at."""

    def __len__(self) -> int:
        return len(self.root)

    @staticmethod
    def concat(parts: Sequence[PotentialOutcomes]) -> PotentialOutcomes:
        """Claims of all parts of a replication, one after the other; what stands beside them is of none."""
        first = np.cumsum([0, *(len(part) for part in parts)]).tolist()
        names = [f.name for f in fields(parts[0]) if isinstance(getattr(parts[0], f.name), np.ndarray)]
        joined: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}

        def moved(use: U, by: int) -> U:
            return replace(use, claim=use.claim + np.int32(by))

        bench = BenchUse.concat([moved(part.bench, by) for part, by in zip(parts, first, strict=False)])
        freight = FreightUse.concat([moved(part.freight, by) for part, by in zip(parts, first, strict=False)])
        return replace(parts[0], bench=bench, freight=freight, **joined)

    def headings(self) -> Headings:
        """What all its replications have in common."""
        return Headings(self.arms, self.benches, self.lanes, self.months)


class Headings(NamedTuple):
    """What potential outcomes of all replications have in common."""

    arms: tuple[Arm, ...]
    benches: tuple[str, ...]
    lanes: tuple[tuple[str, str], ...]
    months: int


NO_WAITS = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True)
class BenchMonths:
    """How busy benches were in a simulated year; arrays but ``waits`` of shape (benches, months of the horizon)."""

    minutes: np.ndarray
    """Bench time worked on visits that ended in the month [minutes]."""
    visits: np.ndarray
    """Such visits [count]."""
    wait_days: np.ndarray
    """Mean wait for the bench of those visits; 0 without any [days]."""
    offered_minutes: np.ndarray
    """Bench time available in the month [minutes]."""
    waits: np.ndarray = field(default_factory=lambda: NO_WAITS)
    """Wait of each visit for the bench, visits of a bench and month together, rising within them [days, float32
    (visits,)]. Empty for a year that was stored without."""


@dataclass(frozen=True)
class SimulatedYear:
    """One policy in one replication, with queues: what each in-scope root claim came to; arrays of shape (n,)."""

    replication: int
    root: np.ndarray
    """Row of the claim among those born; pairs policies [int64]."""
    sku: np.ndarray
    market: np.ndarray
    channel: np.ndarray
    symptom: np.ndarray
    evidence: np.ndarray
    age_band: np.ndarray
    value: np.ndarray
    """Claim value, market currency [float64]."""
    price_gross: np.ndarray
    """Order price, tax included where prices are, market currency [float64]."""
    order_age_days: np.ndarray
    """Age of the order, from its first delivery [float64 days]."""
    route: np.ndarray
    """`Route` [int8]."""
    partner: np.ndarray
    """Row in ``scenario.partner_ids`` or ``way_ids`` by route, else -1 [int16]."""
    cash: np.ndarray
    """Cost without expected costs, with descendants [float64 reporting currency]."""
    expected: np.ndarray
    """Expected costs, with descendants [float64 reporting currency]."""
    handling: np.ndarray
    """Of both together, what is handling and freight; likewise the next three [float64 reporting currency]."""
    stock: np.ndarray
    supplier: np.ndarray
    customers: np.ndarray
    days: np.ndarray
    """Opening to resolved [float64 days]."""
    unassigned: float
    """Cost in scope that belongs to no claim: retainers, onboarding, minimums, guides in boxes, closing stock
    [reporting currency]."""
    unassigned_parts: np.ndarray
    """The same by part, in the order of `PARTS`, shape (4,) [float64 reporting currency]."""
    benches: BenchMonths
    """How busy benches were."""

    def __len__(self) -> int:
        return len(self.root)

    def part(self, name: str) -> float:
        """One of the `PARTS` of the whole cost [reporting currency]."""
        each: np.ndarray = getattr(self, name)
        return float(each.sum() + self.unassigned_parts[PARTS.index(name)])

    def beside(self, other: SimulatedYear) -> SimulatedYear:
        """The same year, holding columns in common with another one wherever they are equal: years of one replication
        are of much the same claims, and travel and are kept together."""
        columns = [(f.name, getattr(self, f.name), getattr(other, f.name)) for f in fields(self)]
        same = {
            name: its for name, own, its in columns if isinstance(own, np.ndarray) and own.tobytes() == its.tobytes()
        }
        return replace(self, **same)

    @property
    def sums(self) -> YearSums:
        """What it comes to."""
        return YearSums(self.replication, self.cash_total, self.total, replace(self.benches, waits=NO_WAITS))

    @property
    def cash_total(self) -> float:
        """Everything but expected costs [reporting currency]."""
        return float(self.cash.sum()) + self.unassigned

    @property
    def expected_total(self) -> float:
        """Expected costs [reporting currency]."""
        return float(self.expected.sum())

    @property
    def total(self) -> float:
        """Cash and expected costs [reporting currency]."""
        return self.cash_total + self.expected_total


@dataclass(frozen=True)
class YearSums:
    """What a simulated year comes to: all that is asked of a policy that is only compared by its cost. A year of half
    a million claims takes 55 MB, this a few KB."""

    replication: int
    cash_total: float
    """As of a `SimulatedYear`, likewise the next two [reporting currency]."""
    total: float
    benches: BenchMonths
    """Without the single waits."""

    @property
    def sums(self) -> YearSums:
        """What it comes to."""
        return self


def totals_of(years: Sequence[SimulatedYear | YearSums]) -> np.ndarray:
    """The whole cost of each year [reporting currency]."""
    return np.array([year.total for year in years])
