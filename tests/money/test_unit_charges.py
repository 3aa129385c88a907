"""A desk charges single units by its price list."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from tests.money.quotes import JUNE, SKUS, demo, quote
from warrantysim.journeys.records import Finding
from warrantysim.money.unit_charges import (
    BEYOND_REPAIR,
    EXCLUDED,
    NO_FAULT,
    REPAIRED,
    TESTED,
    UnitCharges,
    late,
    outcomes,
    price_at,
    under_promise,
    unit_charges,
)
from warrantysim.schema.contracts import OUTCOMES, Partner
from warrantysim.schema.desk_terms import Price, Sla

VAC, AIR, PRJ, CAM, SWT, IPC = range(len(SKUS))


def charge(partner: Partner, desk: str, outcome: list[int], **given: Any) -> UnitCharges:
    """Charges of units of one robot vacuum each at level 2 in June, unless told otherwise."""
    n = len(outcome)
    columns = {"sku": np.full(n, VAC), "level": np.full(n, 2), "ordinals": np.full(n, JUNE)} | given
    return unit_charges(partner, desk, outcome=np.array(outcome), sku_ids=SKUS, **columns)


ALL = [REPAIRED, NO_FAULT, BEYOND_REPAIR, EXCLUDED]


def test_the_flat_quote_charges_each_outcome_its_fee_and_disposal_only_what_is_scrapped() -> None:
    charges = charge(demo()["flatfix-us"], "US", ALL)
    assert charges.labour.tolist() == [58, 0, 0, 0]
    assert charges.assessment.tolist() == [0, 16, 12, 16]
    assert charges.disposal.tolist() == [0, 0, 3, 0]
    assert charges.total.tolist() == [58, 16, 15, 16]


def test_the_flat_quote_has_a_price_for_each_product() -> None:
    charges = charge(demo()["flatfix-us"], "US", [REPAIRED] * 5, sku=np.array([VAC, AIR, PRJ, CAM, SWT]))
    assert charges.labour.tolist() == [58, 40, 72, 42, 34]


def test_the_quote_by_level_charges_the_level_and_receives_every_unit() -> None:
    by_level = charge(demo()["tierwerk-de"], "DE", [REPAIRED] * 3, level=np.array([1, 2, 3]))
    assert by_level.labour.tolist() == [18, 32, 58]
    charges = charge(demo()["tierwerk-de"], "DE", ALL)
    assert charges.receiving.tolist() == [6] * 4
    assert charges.assessment.tolist() == [0, 14, 16, 14]


def test_the_lease_charges_no_repair_fee_and_the_seller_pays_the_consigned_parts() -> None:
    charges = charge(demo()["benchlease-uk"], "US", ALL, part_cost=99.0)
    assert charges.labour.tolist() == charges.parts.tolist() == [0] * 4
    assert charges.own_parts.tolist() == [14, 0, 0, 0]


def test_a_product_without_a_price_is_an_error_only_if_it_is_repaired() -> None:
    assert charge(demo()["flatfix-us"], "US", [NO_FAULT], sku=np.array([IPC])).total.tolist() == [16]
    with pytest.raises(ValueError, match="desk US has no price for repairing IPC-2K at level 2"):
        charge(demo()["flatfix-us"], "US", [REPAIRED], sku=np.array([IPC]))
    with pytest.raises(ValueError, match="no price for repairing VAC-L10 at level 4"):
        charge(demo()["tierwerk-de"], "DE", [REPAIRED], level=np.array([4]))


def test_included_parts_are_free_to_a_share_of_the_units_price_and_the_excess_is_cost_plus() -> None:
    charges = charge(
        demo()["flatfix-us"],
        "US",
        [REPAIRED] * 3,
        part_cost=np.array([0.0, 80.0, 100.0]),
        price_net=np.array([400.0] * 3),
    )
    assert charges.parts == pytest.approx([0.0, 0.0, 20 * 1.15])


def test_parts_at_cost_plus_carry_the_mark_up_and_only_repaired_units_use_parts() -> None:
    charges = charge(demo()["tierwerk-de"], "DE", [REPAIRED, BEYOND_REPAIR], part_cost=10.0)
    assert charges.parts == pytest.approx([11.8, 0.0])


def test_consigned_parts_cost_handling_at_the_desk_and_their_own_cost_elsewhere() -> None:
    partner = quote(parts={"mode": "consigned", "handling": "1.20 USD"})
    charges = charge(partner, "US", [REPAIRED, NO_FAULT], part_cost=10.0)
    assert charges.parts.tolist() == [1.2, 0]
    assert charges.own_parts.tolist() == [10, 0]


def test_storage_is_free_for_the_free_days_and_then_charged_by_the_started_day() -> None:
    charges = charge(demo()["flatfix-us"], "US", [NO_FAULT] * 4, storage_days=np.array([3.0, 30.0, 30.1, 32.0]))
    assert charges.storage == pytest.approx([0, 0, 0.4, 0.8])


def test_a_unit_redone_under_the_repair_warranty_is_free_and_counts_for_nothing() -> None:
    charges = charge(demo()["flatfix-us"], "US", [REPAIRED, REPAIRED], redone=np.array([True, False]), part_cost=200.0)
    assert charges.total[0] == 0
    assert charges.counted.tolist() == [False, True]


def test_a_repair_warranty_on_labour_leaves_the_parts_to_pay() -> None:
    charges = charge(demo()["tierwerk-de"], "DE", [REPAIRED], redone=True, part_cost=10.0)
    assert charges.total == pytest.approx([11.8])


def test_a_unit_that_comes_back_without_a_fault_is_charged_even_under_the_repair_warranty() -> None:
    assert charge(demo()["tierwerk-de"], "DE", [NO_FAULT], redone=True).total.tolist() == [20]


def test_a_quote_says_which_outcomes_count() -> None:
    assert charge(demo()["flatfix-us"], "US", ALL).counted.tolist() == [True, False, False, False]
    both = demo()["flatfix-us"].replace(counts=("repaired", "no_fault"))
    assert charge(both, "US", ALL).counted.tolist() == [True, True, False, False]


def test_a_test_only_partner_charges_by_size_class() -> None:
    charges = charge(demo()["hub-test-us"], "US", [TESTED] * 3, size=np.array([0, 1, 2]))
    assert charges.total.tolist() == [4.5, 7.0, 11.0]


def test_prices_that_change_in_mid_year_hold_from_their_day_on() -> None:
    price = Price.model_validate([{"from": "2027-01-01", "value": "5 USD"}, {"from": "2027-06-01", "value": "6 USD"}])
    days = np.array([dt.date(2027, 5, 31).toordinal(), dt.date(2027, 6, 1).toordinal()])
    assert price_at(price, days).tolist() == [5, 6]
    with pytest.raises(ValueError, match="no amount is stated before 2027-01-01"):
        price_at(price, np.array([dt.date(2026, 12, 31).toordinal()]))


def test_charges_of_a_unit_do_not_depend_on_the_other_units() -> None:
    rng = np.random.default_rng(3)
    outcome, level = rng.integers(0, 4, 40), rng.integers(1, 4, 40)
    parts, order = rng.random(40) * 50, rng.permutation(40)
    partner = demo()["tierwerk-de"]
    plain = charge(partner, "DE", list(outcome), level=level, part_cost=parts)
    mixed = charge(partner, "DE", list(outcome[order]), level=level[order], part_cost=parts[order])
    assert plain.total[order].tolist() == mixed.total.tolist()


def test_findings_are_billed_as_outcomes_and_lost_parcels_not_at_all() -> None:
    found = np.array([Finding.REPAIRED, Finding.NFF, Finding.NOT_REPAIRED, Finding.BER, Finding.EXCLUDED])
    names = [OUTCOMES[i] for i in outcomes(demo()["flatfix-us"], found)]
    assert names == ["repaired", "no_fault", "beyond_repair", "beyond_repair", "excluded"]
    assert outcomes(demo()["flatfix-us"], np.array([Finding.LOST, Finding.NONE])).tolist() == [-1, -1]
    assert outcomes(demo()["hub-test-us"], np.array([Finding.NFF, Finding.BER, Finding.LOST])).tolist() == [4, 4, -1]


FRIDAY = dt.date(2027, 6, 11).toordinal()


def test_business_days_leave_out_weekends_and_holidays() -> None:
    sla = Sla(days=5, share=0.9)
    arrived = np.full(3, FRIDAY)
    assert late(sla, arrived, FRIDAY + np.array([7, 10, 11])).tolist() == [False, True, True]
    assert late(sla, arrived, FRIDAY + np.array([7, 10, 11]), [FRIDAY + 4]).tolist() == [False, False, True]


def test_calendar_days_count_every_day() -> None:
    sla = Sla(days=5, day_kind="calendar", share=0.9)
    assert late(sla, np.full(2, FRIDAY), FRIDAY + np.array([5, 6])).tolist() == [False, True]


def test_without_a_promise_nothing_is_late() -> None:
    assert not late(None, np.full(2, FRIDAY), FRIDAY + np.array([5, 600])).any()
    assert not under_promise(None, np.array([1, 99])).any()


def test_a_promise_up_to_eight_units_a_day_does_not_hold_for_a_day_of_nine() -> None:
    sla = demo()["benchlease-uk"].desks["US"].sla
    assert under_promise(sla, np.array([8, 9])).tolist() == [True, False]
    assert under_promise(Sla(days=5, share=0.9), np.array([999])).tolist() == [True]
