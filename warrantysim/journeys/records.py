"""What happened to each claim: journey, dispatch and stock records; no money."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from warrantysim.claims.columns import Claims, by_number


@by_number
class Route(IntEnum):
    """What was done with a claim; the four dispositions come first, in canonical order."""

    REFUND = 0
    RESHIP = 1
    REPAIR_LOCAL = 2
    RETURN_CHINA = 3
    PLATFORM = 4
    """The marketplace decided inside its return window."""
    SOLVED = 5
    """Solved remotely by the guide."""
    DENIED = 6
    """Excluded, and recognised from the evidence."""
    DROPPED = 7
    """The claimant gave up when asked for evidence."""
    NOT_FILED = 8
    """A latent opportunistic candidate that was not filed; kept out of records."""


def to_partner(route: npt.ArrayLike) -> np.ndarray:
    """Whether repair partners get the unit."""
    return np.equal(route, Route.REPAIR_LOCAL)


def to_china(route: npt.ArrayLike) -> np.ndarray:
    """Whether the bench in China gets the unit."""
    return np.equal(route, Route.RETURN_CHINA)


def comes_back(route: npt.ArrayLike) -> np.ndarray:
    """Whether the unit leaves the customer for a bench."""
    return to_partner(route) | to_china(route)


def reships(route: npt.ArrayLike) -> np.ndarray:
    """Whether another unit is sent at once and the old one stays."""
    return np.equal(route, Route.RESHIP)


def pays(route: npt.ArrayLike) -> np.ndarray:
    """Whether money is paid and the unit stays."""
    return np.equal(route, Route.REFUND)


def leaves_unit(route: npt.ArrayLike) -> np.ndarray:
    """Whether the customer keeps the unit."""
    return pays(route) | reships(route)


def is_routed(route: npt.ArrayLike) -> np.ndarray:
    """Whether a rule of the seller decided."""
    return np.less(route, Route.PLATFORM)


@by_number
class Closure(IntEnum):
    """How a claim closed; every claim closes exactly once."""

    SOLVED_REMOTELY = 0
    DENIED = 1
    LAPSED = 2
    REFUNDED = 3
    REPLACED = 4
    REPAIRED = 5
    """The claimant's own unit came back repaired, or tested without fault."""
    RETURNED_UNREPAIRED = 6
    """The claimant's own unit came back unrepaired, because its fault is excluded."""
    PLATFORM = 7


@by_number
class Finding(IntEnum):
    """What inspection or the bench found of a returned unit."""

    NONE = 0
    """Not inspected."""
    NFF = 1
    EXCLUDED = 2
    REPAIRED = 3
    NOT_REPAIRED = 4
    """Repairable, but above the bench's skill or a miss of its yield."""
    BER = 5
    """Beyond economic repair, or damaged on the way."""
    LOST = 6
    WRONG_BOX = 7


@by_number
class Fate(IntEnum):
    """Where the claimed unit ended."""

    KEPT = 0
    """The customer never sent it, or keeps it."""
    CUSTOMER = 1
    """Sent back to the customer."""
    POOL = 2
    B_STOCK = 3
    SCRAP_MARKET = 4
    SCRAP_CHINA = 5
    LOST = 6
    PLATFORM = 7


@by_number
class Source(IntEnum):
    """What a replacement was taken from."""

    NONE = 0
    NEW = 1
    POOL = 2


@by_number
class Fallback(IntEnum):
    """Why a claim was not routed as its rule says."""

    NONE = 0
    BATTERY = 1
    """Lithium that is hot, swollen or damaged by its symptom travels no lane without special packing."""
    POWER_BANK = 2
    """Power banks do not go to China."""
    PARTNER_SKU = 3
    """The partner does not take this SKU or market, or its contract does not run."""
    NO_LANE = 4
    LEGAL = 5
    """The law of the market demands another remedy."""
    INSISTS = 6
    """The claimant insists on money and has the right to it."""
    STOCK_OUT = 7


@dataclass(frozen=True)
class Records:
    """Journeys of all claims of a run, descendants too, each exactly once. All arrays have shape (n,).

    Stamps are int64 seconds since the first day of the horizon; ``NEVER`` where something did not happen.
    """

    claims: Claims
    """The claims, row for row."""
    in_scope: np.ndarray
    """Whether the root claim opened within the horizon [bool]."""
    parent: np.ndarray
    """Row of the claim this one follows; -1 for root claims [int64]."""
    age_days: np.ndarray
    """Age of the order when the claim opened: opened - delivered [float64 days]."""
    value: np.ndarray
    """Claim value: net refund due when the claim opened, market currency [float64]."""
    symptom: np.ndarray
    """Row in ``scenario.symptom_ids`` [int8]."""
    evidence: np.ndarray
    """Evidence level kept: 0 none, 1 photo, 2 video [int8]."""
    in_window: np.ndarray
    """Inside the platform's return window [bool]."""
    rule: np.ndarray
    """Row in ``policy.rules`` that applied; -1 where none was asked [int32]."""
    route: np.ndarray
    """`Route` [int8]."""
    partner: np.ndarray
    """Row in ``scenario.partner_ids`` for REPAIR_LOCAL (the bench used, after overflow), row in
    ``scenario.way_ids`` for RETURN_CHINA, else -1 [int16]."""
    fallback: np.ndarray
    """`Fallback` [int8]."""
    advance: np.ndarray
    """Whether service was by advance exchange [bool]."""
    closure: np.ndarray
    """`Closure` [int8]."""
    finding: np.ndarray
    """`Finding` [int8]."""
    fate: np.ndarray
    """`Fate` [int8]."""
    source: np.ndarray
    """`Source` of the replacement that was sent [int8]."""
    guide_used: np.ndarray
    """Whether an agent went through the guide with the claimant [bool]."""
    label_issued: np.ndarray
    """Whether a prepaid label was issued [bool]."""
    disputed: np.ndarray
    """Whether a denial ended in a dispute [bool]."""
    dispute_lost: np.ndarray
    """Whether that dispute was lost: the value was paid [bool]."""
    coupon: np.ndarray
    """Whether a coupon was redeemed [bool]."""
    paid_repair: np.ndarray
    """Whether the paid repair offered was taken [bool]."""
    refund_share: np.ndarray
    """Share of the claim value paid back: 1 full, below 1 partial, 0 none [float64]."""
    resent: np.ndarray
    """Second parcels to the customer because the first was lost [int8]."""
    level: np.ndarray
    """Repair level worked at, 1-4; 0 without repair [int8]."""
    bench_minutes: np.ndarray
    """Bench time taken [float64 minutes]."""
    parts: np.ndarray
    """Parts cost of the repair in USD, 0 without repair [float64 USD]."""
    dispatch: np.ndarray
    """Row in `Dispatches` of the way to China; -1 [int32]."""
    back_dispatch: np.ndarray
    """Row in `Dispatches` of the way back; -1 [int32]."""
    hops: np.ndarray
    """Parcels from a bench without room to the next one [int8]."""
    answered: np.ndarray
    """First answer."""
    routed: np.ndarray
    """Disposition decided (or denied, solved, dropped)."""
    scanned: np.ndarray
    """Return parcel handed to the carrier."""
    arrived: np.ndarray
    """Return parcel at partner or hub."""
    forwarded: np.ndarray
    """Left the last bench that had no room, for another."""
    tested: np.ndarray
    """Hub test done."""
    bench_in: np.ndarray
    """Joined the bench queue."""
    bench_start: np.ndarray
    """Bench work began."""
    bench_out: np.ndarray
    """Bench work ended."""
    back_left: np.ndarray
    """Left China with the regular freight back."""
    pooled: np.ndarray
    """Entered the swap pool."""
    shipped: np.ndarray
    """Replacement, repaired or unrepaired unit left for the customer."""
    refunded: np.ndarray
    """Money left for the customer."""
    resolved: np.ndarray
    """Customer has what was promised: waiting costs stop."""
    closed: np.ndarray
    """Nothing is left to do."""

    def __len__(self) -> int:
        return len(self.route)

    def take(self, rows: np.ndarray) -> Records:
        """The named rows, in that order."""
        columns = {f.name: getattr(self, f.name)[rows] for f in fields(self) if f.name != "claims"}
        return Records(claims=self.claims.take(rows), **columns)


GONE_ON = np.int8(0)
"""Where a customer left who did not: he went on to what he was due."""


def left_at(r: Records, excluded: np.ndarray) -> np.ndarray:
    """Where each customer gave up with less than he was due; `GONE_ON` for all others. Shape (n,), int8.

    1 the evidence asked was too much, 2 a valid claim was denied, 3 the label was never used, 4 part of the value was
    taken. ``excluded``: whether the true fault of each claim is one the warranty does not cover.
    """
    partly = (r.closure == Closure.REFUNDED) & (r.refund_share > 0) & (r.refund_share < 1)
    wrongly = (r.route == Route.DENIED) & ~excluded
    return np.select([r.route == Route.DROPPED, wrongly, r.closure == Closure.LAPSED, partly], [1, 2, 3, 4], 0).astype(
        np.int8
    )


@dataclass(frozen=True)
class Dispatches:
    """Consolidated freight, either way; all arrays have shape (d,)."""

    market: np.ndarray
    """Row in ``scenario.market_ids`` [int8]."""
    way: np.ndarray
    """Row in ``scenario.way_ids`` (air, sea) [int16]."""
    back: np.ndarray
    """False to China, True from China [bool]."""
    departed: np.ndarray
    """Departure [int64 s]."""
    landed: np.ndarray
    """Arrival beyond customs [int64 s]."""
    units: np.ndarray
    """Units on board [int32]."""
    kg: np.ndarray
    """Actual weight [float64 kg]."""
    cbm: np.ndarray
    """Volume [float64 cubic metres]."""
    examined: np.ndarray
    """Customs examined it [bool]."""
    lost: np.ndarray
    """Lost whole [bool]."""


@dataclass(frozen=True)
class StockMoves:
    """Every unit of replacement stock that moved; all arrays have shape (m,)."""

    sku: np.ndarray
    """Row in ``scenario.skus`` [int16]."""
    market: np.ndarray
    """Row in ``scenario.market_ids`` [int8]."""
    pool: np.ndarray
    """True for the swap pool, False for new stock [bool]."""
    change: np.ndarray
    """+1 entry, -1 issue [int8]."""
    at: np.ndarray
    """When [int64 s]."""
    record: np.ndarray
    """Row of the claim that caused it; -1 for opening stock [int64]."""


@dataclass(frozen=True)
class InLine:
    """Claims that would have queued together at benches had nobody given up; arrays of shape (records,)."""

    records: Records
    """Claims of the run (root -1) and those gone on (root: the row of their claim in the run's records), as they were,
    without parents."""
    resolved: np.ndarray
    """When their customers would have had what was promised [int64 s]."""
    bench: np.ndarray
    """Number of the bench [int]."""


@dataclass(frozen=True)
class Run:
    """Everything that happened in one replication under one policy."""

    records: Records
    """Journey records."""
    dispatches: Dispatches
    """Consolidated freight."""
    stock: StockMoves
    """Replacement stock."""
    gone_on: Run | None = None
    """Alone, with all that follows: the claims of customers who gave up, had they gone on where they left, ``root``
    their row in ``records``; and those opened again after a lapse, as they were, ``root`` the row plus the number of
    records. Who goes on may give up later. None where nobody gave up."""
    aboard: Run | None = None
    """Freight and replacements had nobody given up, where those gone on have a part in it: on lanes they would have
    travelled, units of this run (root -1) and theirs (root: the row of their claim in ``records``), in the dispatches
    they would have made together; likewise units of the swap pools they would have joined or been sent one from. None
    where there are none; not known for claims alone."""
    in_line: InLine | None = None
    """Queues had nobody given up; None where nobody who gave up would have queued; not known for claims alone."""
    events: str | None = None
    """Why the event loop was asked, one of `staged.WHY`; None where stages of columns found the same."""
