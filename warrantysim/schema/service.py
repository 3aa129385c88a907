"""What happens before a rule applies and what waiting costs: contact, guide, evidence, denial, experience."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from warrantysim.schema.amounts import Amount
from warrantysim.schema.distribution import Distribution
from warrantysim.schema.ranges import Age, Days, People, Ratio, Share, SomeDays
from warrantysim.schema.strict import Strict

Evidence = Literal["none", "photo", "video"]
EVIDENCE_LEVELS = ("none", "photo", "video")
"""Evidence levels, least first."""


class Agents(Strict):
    """The people who answer; without them contact only takes its delay."""

    count: People
    """Agents on duty in working hours [people, 1-10000]."""
    minutes: Distribution
    """Working time a claim [minutes]."""
    calendar: str
    """Working calendar [calendar id]."""


class EvidenceLevel(Strict):
    """What asking for a photo or video brings and costs."""

    dropout_share: Share
    """Claimants who give up when asked [share, 0-1]."""
    excluded_sensitivity: Share
    """Excluded claims recognised from it [share, 0-1]."""
    false_denial_share: Share = 0.0
    """Valid claims wrongly taken for excluded ones [share, 0-1]."""
    delay_days: Distribution
    """Until the evidence is in [days]."""
    cost: Amount
    """Handling cost a claim [amount]."""
    opportunistic_factor: Share = 1.0
    """Opportunistic claims that remain when it is asked for [share, 0-1]."""


class Guide(Strict):
    """The troubleshooting guide."""

    effectiveness: Share
    """User-fixable claims solved remotely by it [share, 0-1]."""
    cost_per_claim: Amount
    """Agent time to walk a claimant through it [amount]."""
    delay_days: Distribution
    """From opening to solved or escalated [days]."""


class Denial(Strict):
    """Courteous denial of an excluded claim."""

    coupon: Amount
    """Face value of the coupon offered; with ``coupon_share`` the most it is [amount]."""
    coupon_share: Share | None = None
    """Face value of the coupon, of the product's list price; absent means ``coupon`` for every product [share, 0-1]."""
    coupon_cost_share: Share
    """What a redeemed coupon costs of its face [share, 0-1]."""
    coupon_uptake_share: Share
    """Coupons redeemed [share, 0-1]."""
    paid_repair_uptake_share: Share
    """Claimants who take the paid repair offered instead [share, 0-1]."""
    paid_repair_margin: Amount
    """Revenue less cost of one paid repair; with ``paid_repair_margin_share`` the least it is [amount]."""
    paid_repair_margin_share: float | None = Field(default=None, ge=0, le=0.9)
    """Margin of a paid repair, of what its customer is quoted net of tax; absent means ``paid_repair_margin`` for every
    product [share, 0-0.9]."""
    dispute_share: Mapping[Evidence, Share]
    """Denials that end in a dispute, by evidence kept [share, 0-1]."""
    dispute_lost_share: Share
    """Disputes lost: the value is paid after all [share, 0-1]."""
    dispute_fee: Amount
    """Fee of a dispute, won or lost [amount]."""
    dispute_days: Days = 20.0
    """Length of a dispute [days, 0-3650]."""


class Triage(Strict):
    """First contact."""

    contact_cost: Amount
    """Cost of answering one claim [amount]."""
    contact_delay_days: Distribution
    """From opening to the first answer, where no agents are modelled [days]."""
    agents: Agents | None = None
    """Agents as a queue; absent means the delay alone."""
    guide: Guide
    """The troubleshooting guide."""
    evidence: Mapping[Evidence, EvidenceLevel]
    """What each level of evidence brings."""
    denial: Denial
    """How excluded claims are denied."""
    nff_return_share: Share = 0.15
    """Units sent back as 'no fault found' that come again [share, 0-1]."""
    nff_return_days: SomeDays = 60.0
    """Within so many days, evenly [days, 0.001-3650]."""
    age_bands_days: tuple[Age, ...] = (30.0, 180.0, 365.0)
    """Upper ends of the age bands a rule cell may name [days, 0-36500]."""


class Experience(Strict):
    """Expected costs of keeping customers waiting or letting them down; booked apart from cash."""

    grace_days: Days
    """Days a customer waits without cost [days, 0-3650]."""
    waiting_share_per_day: Ratio
    """Cost of each further day, as a share of the price [share per day, 0-10]."""
    review_after_days: Days
    """Waiting after which the review suffers [days, 0-3650]."""
    review_share: Ratio
    """One-off goodwill lost then, as a share of the price [share, 0-10]."""
    dispute_probability: Share
    """Chance of a marketplace dispute once the review threshold is passed [share, 0-1]."""
    dispute_shadow: Amount
    """Shadow cost of one counted defect in the order defect rate [amount]."""
    giving_up_pays: bool = False
    """Whether a customer who gives up saves the seller what the claim would have cost; false charges as expected cost
    what the same claim costs when its customer goes on [true|false]."""


class Recovery(Strict):
    """What units that are not handed back are worth."""

    swap_share: Share
    """Transfer value of repaired or no-fault stock, share of landed cost [share, 0-1]."""
    trade_share_of_price: Mapping[str, Share]
    """Grade-A trade price by SKU recovery grade, share of list price net of tax [share, 0-1]."""
    b_stock_share: Share
    """B-stock against grade A [share, 0-1]."""
    harvest_share: Share
    """Parts harvested from scrapped units, share of landed cost [share, 0-1]."""
    decay_share_per_month: Share
    """Value lost each month a seller-owned unit travels [share, 0-1]."""
    liquidation_share: Share
    """Gross liquidation proceeds, share of price net of tax [share, 0-1]."""
    liquidation_fee_share: Share | None = None
    """Fee on those proceeds; empty takes the platform's ``liquidation_share`` and ``liquidation_processing`` of the
    horizon's first day, and nothing can be liquidated where the platform states none [share, 0-1]."""
    supplier_needs_unit: bool = True
    """Whether the maker credits only faults proven on the unit [true|false]."""
    supplier_days: Days = 60.0
    """Until the maker's credit arrives [days, 0-3650]."""
