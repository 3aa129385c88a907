"""What each random draw is for: a register that only grows.

A purpose's number goes into the counter of every draw made for it. A number once given is never changed, reused or
removed; a new purpose takes the next free number at the end. Only so does adding one leave all other draws alone.
"""

from __future__ import annotations

from enum import IntEnum


class Purpose(IntEnum):
    """The register. Beside each purpose: the entity whose key the draw takes, where it is not the unit."""

    # Births.
    SALE_DAY = 1
    DELIVERY_LAG = 2
    PROMOTION = 3
    LIFE = 4
    """One stream a cohort: the life of each unit sold, and whether its owner might file without a fault."""
    LOT = 5
    REPORT_LAG = 6
    PROPENSITY = 7
    FAULT = 8
    OPPORTUNISTIC_AGE = 9
    COHORT_ROUNDING = 10
    """Cohort. Rounds expected to whole units sold; the same in every replication."""

    # Triage, routing and the customer's choices.
    SYMPTOM = 11
    EVIDENCE_DROPOUT = 12
    EVIDENCE_RECOGNISED = 13
    GUIDE = 14
    CONTACT_DELAY = 15
    DENIAL_UPTAKE = 16
    DISPUTE = 17
    INSIST_MONEY = 18
    OPPORTUNISTIC = 19
    """Whether a latent candidate files, given the evidence asked of it."""
    PARTIAL_OFFER = 20
    PLATFORM_DECISION = 21
    AGENT_MINUTES = 22

    # The way in.
    LABEL_USED = 23
    REOPEN = 24
    REOPEN_LAG = 25
    SHIP_LAG = 26
    TRANSIT_IN = 27
    LOSS_IN = 28
    DAMAGE_IN = 29
    WRONG_BOX = 30

    # Hub and partner.
    HUB_TEST = 31
    HUB_HANDLING = 32
    BENCH_MINUTES = 33
    BENCH_YIELD = 34
    PARTS_STOCKOUT = 35
    PARTS_DELAY = 36
    SKILL_FOUND = 37
    """Whether a fault above the partner's skill is recognised at triage rather than on the bench."""

    # Freight and customs.
    CONSOLIDATION = 38
    """Lane and departure day. Tie-breaking or a missed cut-off."""
    TRANSIT_FREIGHT = 39
    """Lane and departure day."""
    EXAM = 40
    """Lane and departure day. Whether the dispatch is examined."""
    EXAM_DELAY = 41
    """Lane and departure day."""
    TRANSIT_FREIGHT_BACK = 42
    """Lane and departure day."""
    EXAM_BACK = 43
    """Lane and departure day."""
    EXAM_DELAY_BACK = 44
    """Lane and departure day."""
    LOSS_FREIGHT = 45

    # The way out and what follows.
    TRANSIT_OUT = 46
    LOSS_OUT = 47
    FULFILMENT_LAG = 48
    RESTOCK_DELAY = 49
    """Market and day."""
    BOUNCE = 50
    BOUNCE_LAG = 51
    REPLACEMENT_LIFE = 52
    REPLACEMENT_FAULT = 53
    REPLACEMENT_PROPENSITY = 54
    REPLACEMENT_REPORT_LAG = 55
    REFAIL = 56
    REFAIL_FAULT = 57
    REFAIL_PROPENSITY = 58
    REFAIL_REPORT_LAG = 59
    NFF_RETURN = 60
    NFF_RETURN_LAG = 61

    # Money.
    SUPPLIER_CREDIT = 62
    PAYMENT_LAG = 63
    RECOVERY_GRADE = 64
    BENCH_OUTAGE = 65
    """Bench and day."""
    TRANSIT_PARTNER_OUT = 66
    LOSS_PARTNER_OUT = 67
    SUBPOPULATION = 68
    """For a life whose early or late kind is drawn apart from its length."""
    POOL_REFUSAL = 69
    """Whether the claimant refuses a repaired unit as replacement."""
    TABLE_FAULT = 70
    """Claim of a table whose true fault is not stated."""
    CONSENT_TO_MONEY = 71
    """Whether the claimant takes money where the law would give another remedy first."""
    REMEDY_CHOICE = 72
    """Repair or replacement, where the law leaves the claimant the choice."""
