"""The register of purposes only grows: a renumbered purpose would silently change every result ever stored."""

from __future__ import annotations

from warrantysim.claims.stream_ids import Purpose

PINNED = {
    "SALE_DAY": 1,
    "DELIVERY_LAG": 2,
    "PROMOTION": 3,
    "LIFE": 4,
    "LOT": 5,
    "REPORT_LAG": 6,
    "PROPENSITY": 7,
    "FAULT": 8,
    "OPPORTUNISTIC_AGE": 9,
    "COHORT_ROUNDING": 10,
    "SYMPTOM": 11,
    "EVIDENCE_DROPOUT": 12,
    "EVIDENCE_RECOGNISED": 13,
    "GUIDE": 14,
    "CONTACT_DELAY": 15,
    "DENIAL_UPTAKE": 16,
    "DISPUTE": 17,
    "INSIST_MONEY": 18,
    "OPPORTUNISTIC": 19,
    "PARTIAL_OFFER": 20,
    "PLATFORM_DECISION": 21,
    "AGENT_MINUTES": 22,
    "LABEL_USED": 23,
    "REOPEN": 24,
    "REOPEN_LAG": 25,
    "SHIP_LAG": 26,
    "TRANSIT_IN": 27,
    "LOSS_IN": 28,
    "DAMAGE_IN": 29,
    "WRONG_BOX": 30,
    "HUB_TEST": 31,
    "HUB_HANDLING": 32,
    "BENCH_MINUTES": 33,
    "BENCH_YIELD": 34,
    "PARTS_STOCKOUT": 35,
    "PARTS_DELAY": 36,
    "SKILL_FOUND": 37,
    "CONSOLIDATION": 38,
    "TRANSIT_FREIGHT": 39,
    "EXAM": 40,
    "EXAM_DELAY": 41,
    "TRANSIT_FREIGHT_BACK": 42,
    "EXAM_BACK": 43,
    "EXAM_DELAY_BACK": 44,
    "LOSS_FREIGHT": 45,
    "TRANSIT_OUT": 46,
    "LOSS_OUT": 47,
    "FULFILMENT_LAG": 48,
    "RESTOCK_DELAY": 49,
    "BOUNCE": 50,
    "BOUNCE_LAG": 51,
    "REPLACEMENT_LIFE": 52,
    "REPLACEMENT_FAULT": 53,
    "REPLACEMENT_PROPENSITY": 54,
    "REPLACEMENT_REPORT_LAG": 55,
    "REFAIL": 56,
    "REFAIL_FAULT": 57,
    "REFAIL_PROPENSITY": 58,
    "REFAIL_REPORT_LAG": 59,
    "NFF_RETURN": 60,
    "NFF_RETURN_LAG": 61,
    "SUPPLIER_CREDIT": 62,
    "PAYMENT_LAG": 63,
    "RECOVERY_GRADE": 64,
    "BENCH_OUTAGE": 65,
    "TRANSIT_PARTNER_OUT": 66,
    "LOSS_PARTNER_OUT": 67,
    "SUBPOPULATION": 68,
    "POOL_REFUSAL": 69,
    "TABLE_FAULT": 70,
    "CONSENT_TO_MONEY": 71,
    "REMEDY_CHOICE": 72,
}


def test_no_number_ever_given_to_a_purpose_changes():
    assert {name: int(Purpose[name]) for name in PINNED} == PINNED


def test_every_purpose_is_pinned_here_so_that_a_new_one_is_added_at_the_end():
    assert {p.name for p in Purpose} == set(PINNED)
    assert sorted(PINNED.values()) == list(range(1, len(PINNED) + 1))
    assert len(Purpose.__members__) == len(Purpose)
