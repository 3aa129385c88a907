"""What partners bill beyond single units: discounts, retainers and minimums, in scope by the month."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.money.runs import repaired, run_of
from tests.money.tiny import DE, FIX, LEASE, US, VAC, day, seller, seller_with
from warrantysim.money.categories import Category, Kind, Subject
from warrantysim.money.ledger import Ledger
from warrantysim.money.partner_lines import signed_desks
from warrantysim.money.price import price
from warrantysim.schema.policy import Policy


def policy(*rules: dict[str, Any]) -> Policy:
    last = {"cell": {}, "zones": [{"from": "0 USD", "do": "refund"}]}
    return Policy.model_validate({"name": "p", "rules": [*rules, last]})


def zoned(partner: str, *, upto: str | None = None, **cell: str) -> dict[str, Any]:
    zones: list[dict[str, Any]] = [{"from": "0 USD", "do": "repair_local", "partner": partner}]
    return {"cell": cell, "zones": [*zones, *([{"from": upto, "do": "refund"}] if upto else [])]}


def total(ledger: Ledger, category: Category, **options: Any) -> float:
    return round(ledger.total(("category",), **options)[category], 2)


def test_an_all_units_discount_counts_the_units_of_the_month_in_scope_or_not() -> None:
    early = repaired(FIX, 1, opened=day(-5))
    units = [repaired(FIX, 1 + i) for i in range(2)]
    alone, together = price(run_of(*units), seller()), price(run_of(early, *units), seller())
    assert total(alone, Category.TIER_REBATE) == 0
    assert total(together, Category.TIER_REBATE) == -12.0
    assert total(together, Category.TIER_REBATE, in_scope=True) == -8.0


def test_desks_count_apart_unless_the_contract_pools_them() -> None:
    def pooled(stated: dict[str, Any]) -> None:
        stated["partners"]["fix"]["retainer_scope"] = "contract"

    run = run_of(repaired(FIX, 60), repaired(FIX, 61), repaired(FIX, 61, market=DE))
    assert total(price(run, seller()), Category.TIER_REBATE) == 0
    # 10 % of 40 + 40 USD and of 30 EUR.
    assert total(price(run, seller_with(pooled)), Category.TIER_REBATE) == -(8.0 + 3.6)


def test_a_retainer_is_charged_for_every_month_of_the_horizon_and_belongs_to_no_claim() -> None:
    ledger = price(run_of(repaired(LEASE, 60)), seller())
    fixed = ledger.take(ledger.subject == Subject.CONTRACT)
    assert total(fixed, Category.PARTNER_FIXED, in_scope=True) == 500 + 12 * 100
    # Each month lacks 30 to its minimum of 130.
    assert total(fixed, Category.MINIMUM_SHORTFALL, in_scope=True) == 12 * 30
    assert (fixed.root == -1).all()
    assert set(fixed.market) == {US}
    assert set(fixed.partner) == {LEASE}
    retained = fixed.take(fixed.amount == 100)
    assert np.array_equal(retained.cash, retained.incurred)


def test_units_beyond_the_included_ones_are_shared_out_among_the_months_units() -> None:
    ledger = price(run_of(*(repaired(LEASE, 61 + i) for i in range(5))), seller())
    labour = ledger.take(ledger.category == Category.REPAIR_LABOUR)
    # Five units, two included: three at 25 for the five of them.
    assert labour.reporting == pytest.approx([15.0] * 5)
    assert total(ledger, Category.PARTS) == 5 * 7.0


def test_a_policy_signs_the_desks_it_names_even_where_no_unit_came() -> None:
    run = run_of({})
    assert price(run, seller()).total(kind=Kind.CASH) == 1.0
    signed = price(run, seller(), policy(zoned("lease", market="US")))
    assert signed.total(kind=Kind.CASH) == 1.0 + 500 + 12 * 130


def test_a_rule_signs_only_the_desks_of_its_market_and_an_empty_zone_nobody() -> None:
    s = seller()
    assert signed_desks(policy(zoned("fix", market="DE")), s) == {"fix": ("eu",)}
    assert signed_desks(policy(zoned("fix", sku="TOY")), s) == {"fix": ("eu", "us")}
    assert signed_desks(policy(zoned("fix", market="DE", upto="0 USD")), s) == {}


def test_alone_a_claim_bears_nothing_that_others_decide() -> None:
    run = run_of(*(repaired(LEASE, 61 + i) for i in range(5)), *(repaired(FIX, 61 + i, sku=VAC) for i in range(5)))
    whole, alone = price(run, seller()), price(run, seller(), shared=False)
    shared = (Category.PARTNER_FIXED, Category.MINIMUM_SHORTFALL, Category.TIER_REBATE, Category.SLA_CREDIT)
    assert all(total(alone, category) == 0 for category in shared)
    assert total(alone, Category.REPAIR_LABOUR) == 5 * 40
    assert (alone.root >= 0).all()
    one = price(run_of(repaired(LEASE, 61)), seller(), shared=False)
    assert alone.grid(("root",), (10,))[0] == pytest.approx(one.total())
    assert whole.total() != alone.total()


def test_late_units_are_credited_only_in_a_month_that_misses_its_promise() -> None:
    def promised(share: float) -> Any:
        def change(stated: dict[str, Any]) -> None:
            desk = stated["partners"]["fix"]["desks"]["us"]
            desk["sla"] = {"days": 3, "day_kind": "calendar", "share": share, "credit_per_unit": "4 USD"}

        return change

    run = run_of(repaired(FIX, 70), repaired(FIX, 71, arrived=day(60)))
    assert total(price(run, seller_with(promised(0.5))), Category.SLA_CREDIT) == 0
    assert total(price(run, seller_with(promised(0.9))), Category.SLA_CREDIT) == -4.0


def test_storage_runs_from_arrival_until_the_unit_leaves_the_desk() -> None:
    def stored(stated: dict[str, Any]) -> None:
        stated["partners"]["fix"]["desks"]["us"]["storage"] = {"free_days": 2, "per_day": "0.5 USD"}

    run = run_of(repaired(FIX, 70, arrived=day(69), shipped=day(75)), repaired(FIX, 70))
    assert total(price(run, seller_with(stored)), Category.STORAGE) == 4 * 0.5


def test_a_month_is_the_markets_own() -> None:
    # 1 April, one in the morning in Berlin, is still 31 March in New York.
    done = 90 * 86400 - 3600
    late = {"bench_out": done, "shipped": done, "arrived": done - 86400, "resolved": done, "closed": done}
    ledger = price(run_of(repaired(FIX, 89, **late), repaired(FIX, 89, market=DE, **late)), seller())
    labour = ledger.take(ledger.category == Category.REPAIR_LABOUR)
    due = {int(m): int(c) for m, c in zip(labour.market, labour.cash, strict=True)}
    # Paid ten days after the end of March and of April, each in its own zone.
    assert (due[US] - 4 * 3600) / 86400 == 90 + 10
    assert (due[DE] + 2 * 3600) / 86400 == 120 + 10
