"""Every line of a claim, to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.money.runs import permuted, repaired, run_of
from tests.money.tiny import DE, FBA, FIX, LEASE, MISUSE, OWN, ROW, SOUND, TOY, US, VAC, day, scale, seller, seller_with
from warrantysim.claims.columns import Origin
from warrantysim.journeys.records import Closure, Fate, Finding, Route, Run, Source
from warrantysim.money.categories import MONEY, Category, Kind, Obligation, Subject
from warrantysim.money.ledger import Ledger
from warrantysim.money.price import price
from warrantysim.schema.policy import Policy
from warrantysim.schema.root import Scenario


def lines(run: Run, scenario: Scenario | None = None, **options: Any) -> Ledger:
    return price(run, scenario or seller(), **options)


def sums(ledger: Ledger, **options: Any) -> dict[str, float]:
    """Totals by category, rounded to the cent."""
    return {Category(c).name.lower(): round(a, 2) for (c,), a in ledger.total(("category",), **options)}


def refund(**more: Any) -> Mapping[str, Any]:
    return {"refund_share": 1.0, "refunded": day(40), **more}


def reship(**more: Any) -> Mapping[str, Any]:
    sent = {"shipped": day(41), "resolved": day(43), "closed": day(43)}
    return {"route": Route.RESHIP, "closure": Closure.REPLACED, "source": Source.NEW, **sent, **more}


def test_a_refund_in_the_shop_pays_the_net_value_and_the_rails_fee() -> None:
    assert sums(lines(run_of(refund()))) == {"contact": 1.0, "refund": 100.0, "rail_fee": 3.5}


def test_a_young_refund_over_the_platform_brings_the_referral_fee_back_less_its_administration_fee() -> None:
    found = sums(lines(run_of(refund(channel=FBA), refund(channel=FBA, sku=VAC))))
    # min(5, 20 % of 15) = 3 and min(5, 20 % of 60) = 5.
    assert found["referral_return"] == -(15.0 + 60.0)
    assert found["refund_administration"] == 3.0 + 5.0
    assert "rail_fee" not in found


def test_an_old_platform_order_is_refunded_over_the_rail() -> None:
    old = refund(channel=FBA, sold=day(40 - 181), delivered=day(40 - 179))
    young = refund(channel=FBA, sold=day(40 - 180), delivered=day(40 - 178))
    assert sums(lines(run_of(old))) == {"contact": 1.0, "refund": 100.0, "rail_fee": 3.5}
    assert "rail_fee" not in sums(lines(run_of(young)))


def test_a_partial_refund_pays_its_share_and_the_fee_on_it() -> None:
    found = sums(lines(run_of(refund(channel=FBA, refund_share=0.4))))
    assert (found["refund"], found["referral_return"], found["refund_administration"]) == (40.0, -6.0, 1.2)


def test_a_refund_with_vat_shows_the_tax_that_is_reversed_and_keeps_it_out_of_totals() -> None:
    ledger = lines(run_of(refund(market=DE)))
    row = int(np.flatnonzero(ledger.category == Category.REFUND)[0])
    assert ledger.amount[row] == 100.0
    assert ledger.currencies[ledger.currency[row]] == "EUR"
    assert ledger.reporting[row] == pytest.approx(120.0)
    assert ledger.tax[row] == pytest.approx(24.0)


def test_money_is_converted_at_the_rate_of_the_day_it_is_owed() -> None:
    early, late = refund(market=DE), refund(market=DE, opened=day(200), refunded=day(200))
    assert sums(lines(run_of(early)))["refund"] == 120.0
    assert sums(lines(run_of(late)))["refund"] == 150.0


def test_a_reship_costs_a_landed_unit_and_its_fulfilment_and_never_an_administration_fee() -> None:
    found = sums(lines(run_of(reship(channel=FBA), reship(sku=VAC))))
    assert found == {"contact": 2.0, "replacement_unit": 180.0, "fulfilment": 25.0}


def test_a_parcel_lost_on_the_way_is_sent_again_with_another_new_unit() -> None:
    assert sums(lines(run_of(reship(resent=1)))) == {"contact": 1.0, "replacement_unit": 60.0, "fulfilment": 10.0}


def test_a_pool_unit_costs_its_transfer_value_outside_cash() -> None:
    ledger = lines(run_of(reship(source=Source.POOL)))
    assert sums(ledger, kind=Kind.CASH) == {"contact": 1.0, "fulfilment": 5.0}
    # min(30 x 0.8, 100 x 0.4) = 24.
    assert sums(ledger, kind=Kind.STOCK, in_scope=True) == {"stock_out": 24.0}
    assert ledger.total(kind=MONEY, in_scope=True) == pytest.approx(30.0)


def test_transfers_between_claims_and_the_pool_sum_to_zero() -> None:
    into = repaired(FIX, 60, fate=Fate.POOL, advance=True, source=Source.NEW, pooled=day(60))
    ledger = lines(run_of(into, reship(source=Source.POOL), reship(source=Source.POOL, market=DE)))
    assert ledger.total(kind=Kind.STOCK) == pytest.approx(0.0, abs=1e-12)
    assert ledger.total(kind=Kind.STOCK, in_scope=True) != 0


def test_a_denial_costs_its_coupon_and_quarrels_and_earns_its_paid_repair() -> None:
    denied = {"route": Route.DENIED, "closure": Closure.DENIED, "fault": MISUSE, "evidence": 1}
    coupon, paid = {**denied, "coupon": True}, {**denied, "paid_repair": True}
    won = {**denied, "disputed": True}
    lost = {**denied, "disputed": True, "dispute_lost": True, "refund_share": 1.0, "refunded": day(60)}
    ledger = lines(run_of(coupon, paid, won, lost))
    assert sums(ledger) == {
        "contact": 4.0,
        "evidence": 1.6,
        "coupon": 4.0,
        "paid_repair": -12.0,
        "dispute": 20.0 + 20.0 + 100.0,
    }
    gifts = np.isin(ledger.category, [Category.COUPON, Category.PAID_REPAIR])
    assert set(ledger.obligation[gifts]) == {Obligation.GOODWILL}


def test_a_claimant_who_gives_up_leaves_no_evidence_to_handle_but_a_guide_walked_through_costs() -> None:
    dropped = {"route": Route.DROPPED, "closure": Closure.LAPSED, "evidence": 2}
    solved = {"route": Route.SOLVED, "closure": Closure.SOLVED_REMOTELY, "guide_used": True, "evidence": 1}
    found = sums(lines(run_of(dropped, solved)), kind=Kind.CASH)
    assert found == {"contact": 2.0, "guide": 0.6, "evidence": 0.4}


def test_a_claim_the_platform_decides_costs_its_refund_and_the_fixed_path_and_no_contact() -> None:
    decided = {"route": Route.PLATFORM, "closure": Closure.PLATFORM, "fate": Fate.PLATFORM, "channel": FBA}
    found = sums(lines(run_of({**decided, **refund(channel=FBA)})))
    assert found == {
        "refund": 100.0,
        "referral_return": -15.0,
        "refund_administration": 3.0,
        "platform_path": 9.0,
        "unit_recovery": -3.0,
    }


def test_without_a_stated_path_the_platform_charges_its_removal_fee() -> None:
    def card(stated: dict[str, Any]) -> None:
        del stated["channels"]["FBA"]["platform_cost"]
        bands = ({"up_to": 5, "amount": 2.0}, {"amount": 4.0, "per_unit": 1.0})
        for tier in ("standard", "bulky"):
            for band in bands:
                row = {"fee": "removal", "market": "US", "tier": tier, "unit": "lb", "currency": "USD", **band}
                stated["platform_fees"].append({**row, "source": "made up", "mark": "A"})

    decided = {"route": Route.PLATFORM, "closure": Closure.PLATFORM, "channel": FBA}
    found = sums(lines(run_of(decided, {**decided, "sku": VAC}), seller_with(card)))
    # 1 kg is under 5 lb; 10 kg is 22.05 lb: 4 + 18 pounds begun above 5.
    assert found["removal"] == 2.0 + 4.0 + 18.0
    assert "platform_path" not in found


def test_units_returned_to_the_platform_are_charged_beyond_a_share_of_those_shipped() -> None:
    def charged(stated: dict[str, Any]) -> None:
        fee = {"fee": "returns_processing", "market": "US", "tier": "standard", "amount": 2.0, "threshold": 0.1}
        stated["platform_fees"].append({**fee, "currency": "USD", "source": "made up", "mark": "A"})
        stated["sales"].append({"sku": "TOY", "market": "US", "channel": "FBA", "units_per_month": 30, **ROW})

    def platform(sold: float) -> dict[str, Any]:
        path = {"route": Route.PLATFORM, "closure": Closure.PLATFORM, "channel": FBA}
        return {**path, "sold": day(sold), "delivered": day(sold), "opened": day(sold + 9), "closed": day(sold + 9)}

    # Thirty a month; five come back of January's units and three of March's: two beyond the share.
    run = run_of(*(platform(i) for i in range(5)), *(platform(60 + i) for i in range(3)))
    ledger = lines(run, seller_with(charged))
    fees = ledger.take(ledger.category == Category.RETURNS_PROCESSING)
    assert fees.reporting == pytest.approx([2 * 2.0 / 5] * 5)
    assert "returns_processing" not in sums(lines(run, seller_with(charged), shared=False))


def test_returns_of_a_month_are_charged_by_the_share_that_holds_when_they_come_back() -> None:
    def charged(stated: dict[str, Any]) -> None:
        fee = {"fee": "returns_processing", "market": "US", "tier": "standard", "amount": 2.0}
        for begins, threshold in (("2027-01-01", 0.1), ("2027-03-01", 0.0)):
            dated = {"from": begins, "threshold": threshold, "currency": "USD", "source": "made up", "mark": "A"}
            stated["platform_fees"].append({**fee, **dated})
        stated["sales"].append({"sku": "TOY", "market": "US", "channel": "FBA", "units_per_month": 30, **ROW})

    def platform(sold: float) -> dict[str, Any]:
        path = {"route": Route.PLATFORM, "closure": Closure.PLATFORM, "channel": FBA}
        return {**path, "sold": day(sold), "delivered": day(sold), "opened": day(sold + 9), "closed": day(sold + 9)}

    def fees(*claims: dict[str, Any]) -> float:
        ledger = lines(run_of(*claims), seller_with(charged))
        return float(ledger.reporting[ledger.category == Category.RETURNS_PROCESSING].sum())

    late = [platform(60 + i) for i in range(3)]
    # Two of January's are within its share; that they are there changes nothing for March's.
    assert fees(*late) == pytest.approx(3 * 2.0)
    assert fees(platform(0), platform(1), *late) == pytest.approx(3 * 2.0)


def test_a_label_is_billed_when_scanned_and_lithium_goods_get_a_kit() -> None:
    unused = {"route": Route.REPAIR_LOCAL, "partner": FIX, "closure": Closure.LAPSED, "label_issued": True}
    used = {**unused, "scanned": day(44), "closure": Closure.REPAIRED}
    assert sums(lines(run_of(unused)), kind=Kind.CASH) == {"contact": 1.0}
    assert sums(lines(run_of(used))) == {"contact": 1.0, "label": 7.0}
    assert sums(lines(run_of({**used, "sku": VAC}))) == {"contact": 1.0, "label": 24.0, "kit": 1.5}


def test_a_label_billed_on_issue_costs_whether_it_is_used_or_not() -> None:
    def on_issue(stated: dict[str, Any]) -> None:
        stated["markets"]["US"]["parcel"]["billed"] = "on_issue"

    unused = {"route": Route.REPAIR_LOCAL, "partner": FIX, "closure": Closure.LAPSED, "label_issued": True}
    assert sums(lines(run_of(unused), seller_with(on_issue)))["label"] == 7.0


def test_a_product_the_card_does_not_carry_has_no_price() -> None:
    def light(stated: dict[str, Any]) -> None:
        stated["label_rates"] = [row for row in stated["label_rates"] if row["up_to"] <= 2]
        stated["sales"] = [row | {"units_per_month": 0} for row in stated["sales"]]  # else it would not be read

    run = run_of({"sku": VAC, "route": Route.REPAIR_LOCAL, "partner": FIX, "label_issued": True, "scanned": day(44)})
    with pytest.raises(ValueError, match=r"card-USD.*does not carry VAC"):
        lines(run, seller_with(light))


def test_a_repair_is_charged_by_the_desk_and_shipped_as_its_partner_ships() -> None:
    # 40 + 6 x 1.5 parts; back by label; the maker credits half of the ex-works price.
    assert sums(lines(run_of(repaired(FIX, 60))), kind=Kind.CASH) == {
        "contact": 1.0,
        "label": 7.0,
        "repair_labour": 40.0,
        "parts": 9.0,
        "return_shipping": 7.0,
        "supplier_recovery": -10.0,
    }


def test_a_desk_charges_in_its_own_currency_and_buys_parts_at_the_days_rate() -> None:
    ledger = lines(run_of(repaired(FIX, 60, market=DE)))
    found = {Category(c).name.lower(): a for (c,), a in ledger.total(("category",))}
    assert found["repair_labour"] == pytest.approx(30 * 1.2)
    assert found["parts"] == pytest.approx(6.0)
    assert found["inspection"] == pytest.approx(4 * 1.2)


def test_a_partners_bill_is_paid_after_the_end_of_its_month() -> None:
    ledger = lines(run_of(repaired(FIX, 60)))
    row = int(np.flatnonzero(ledger.category == Category.REPAIR_LABOUR)[0])
    # Done on 2 March 2027; the bill of March, in New York, falls due ten days after it ends.
    assert ledger.incurred[row] == day(60)
    assert (ledger.cash[row] - 4 * 3600) / 86400 == pytest.approx(31 + 28 + 31 + 10, abs=1 / 24)


def test_a_bounce_within_the_repair_warranty_is_redone_free_and_a_later_one_is_not() -> None:
    first = repaired(FIX, 60)
    again = {"generation": 1, "root": 0, "parent": 0, "origin": Origin.BOUNCE, "unit": 0}
    soon = repaired(FIX, 90, opened=day(80), **again)
    late = repaired(FIX, 190, opened=day(180), **again)
    elsewhere = repaired(LEASE, 90, opened=day(80), **again)
    assert sums(lines(run_of(first, soon), shared=False))["repair_labour"] == 40.0
    assert sums(lines(run_of(first, soon), shared=False))["parts"] == 9.0
    assert sums(lines(run_of(first, late), shared=False))["repair_labour"] == 80.0
    assert sums(lines(run_of(first, elsewhere), shared=False))["parts"] == 9.0 + 7.0


def test_what_is_not_repaired_is_assessed_and_disposed_of_once() -> None:
    dead = {"finding": Finding.BER, "fate": Fate.SCRAP_MARKET, "fault": 3, "parts": 0.0, "level": 0}
    settled = {"closure": Closure.REPLACED, "source": Source.NEW}
    us = sums(lines(run_of(repaired(FIX, 60, **dead, **settled))))
    assert (us["inspection"], us["disposal"], us["unit_recovery"]) == (12.0, 3.0, -3.0)
    # The German desk bills no disposal: the market's own rate holds, 0.25 + 0.5 per kg.
    de = sums(lines(run_of(repaired(FIX, 60, **dead, **settled, market=DE))))
    assert de["disposal"] == round(0.75 * 1.2, 2)


def test_lithium_is_disposed_of_at_its_own_rate() -> None:
    lost = {"finding": Finding.BER, "fate": Fate.SCRAP_MARKET, "sku": VAC, "market": DE, "parts": 0.0, "level": 0}
    assert sums(lines(run_of(repaired(FIX, 60, **lost))))["disposal"] == round((0.25 + 2 * 10) * 1.2, 2)


def test_a_box_without_the_unit_is_billed_as_excluded_and_a_unit_turned_away_is_not_billed() -> None:
    bare = {"route": Route.REPAIR_LOCAL, "partner": FIX, "scanned": day(50), "arrived": day(53)}
    wrong = {**bare, "finding": Finding.WRONG_BOX, "closure": Closure.DENIED}
    away = {**bare, "finding": Finding.NOT_REPAIRED, "fate": Fate.SCRAP_MARKET}
    assert sums(lines(run_of(wrong)))["inspection"] == 11.0
    assert "inspection" not in sums(lines(run_of(away)))


def test_the_maker_pays_only_for_faults_of_his_that_a_bench_has_seen() -> None:
    sound = repaired(FIX, 60, finding=Finding.NFF, fault=SOUND, parts=0.0)
    assert "supplier_recovery" not in sums(lines(run_of(sound, refund())))
    ledger = lines(run_of(repaired(FIX, 60)))
    row = int(np.flatnonzero(ledger.category == Category.SUPPLIER_RECOVERY)[0])
    assert ledger.cash[row] - ledger.incurred[row] == 60 * 86400


def test_a_maker_who_needs_no_unit_pays_for_every_true_fault_that_was_settled() -> None:
    def trusting(stated: dict[str, Any]) -> None:
        stated["recovery"]["supplier_needs_unit"] = False

    denied = {"route": Route.DENIED, "closure": Closure.DENIED}
    assert sums(lines(run_of(refund(), denied), seller_with(trusting)))["supplier_recovery"] == -10.0


def test_waiting_is_priced_apart_from_cash() -> None:
    ledger = lines(run_of(reship(resolved=day(65), closed=day(65))))
    # 25 days: 15 beyond the grace, beyond the review threshold.
    assert sums(ledger, kind=Kind.EXPECTED) == {"waiting": 15.0, "review": 5.0, "dispute_shadow": 3.0}
    assert ledger.total(kind=Kind.CASH) == pytest.approx(36.0)


def test_a_guide_in_the_box_costs_for_every_unit_sold_in_the_horizon() -> None:
    def printed(stated: dict[str, Any]) -> None:
        stated["skus"][TOY] |= {"guide_on": True, "guide_cost_per_unit": 0.5}

    ledger = lines(run_of(refund()), seller_with(printed))
    sale = ledger.take(ledger.subject == Subject.SALE)
    # One unit a month in each of two markets.
    assert sale.total(in_scope=True) == pytest.approx(0.5 * 24)
    assert set(sale.market) == {US, DE}
    assert set(sale.channel) == {OWN}


def test_every_line_names_its_category_currency_rate_and_dates() -> None:
    ledger = lines(mixed())
    assert len(ledger) > 30
    assert np.isin(ledger.category, [int(c) for c in Category]).all()
    assert ((ledger.currency >= 0) & (ledger.currency < len(ledger.currencies))).all()
    assert (ledger.rate > 0).all()
    assert np.isfinite(ledger.reporting).all()
    assert (ledger.amount != 0).all()
    assert np.array_equal(ledger.reporting, ledger.amount * ledger.rate)
    assert (ledger.cash[ledger.kind != Kind.CASH] == ledger.incurred[ledger.kind != Kind.CASH]).all()


def test_lines_sum_to_every_total_however_they_are_grouped() -> None:
    ledger = lines(mixed(), policy=LEASED)
    whole = float(np.sum(ledger.reporting))
    for by in (("category",), ("root",), ("market", "sku"), ("kind", "in_scope"), ("subject", "partner", "route")):
        assert sum(a for _, a in ledger.total(by)) == pytest.approx(whole, rel=1e-12)


def test_the_order_of_claims_is_of_no_account() -> None:
    run = mixed()
    order = np.random.default_rng(3).permutation(len(run.records))
    plain, shuffled = lines(run), lines(permuted(run, order))
    for by in (("category",), ("root",), ("claim_month",), ("in_scope", "market")):
        a, b = plain.total(by), shuffled.total(by)
        for mine, theirs in zip(a.keys, b.keys, strict=True):
            assert np.array_equal(mine, theirs)
        assert np.allclose(a.amount, b.amount, rtol=1e-12)


def test_all_prices_and_values_times_k_give_every_line_times_k() -> None:
    run = mixed()
    r = run.records
    dearer = replace(
        run,
        records=replace(
            r,
            claims=replace(r.claims, price_net=3 * r.claims.price_net, price_gross=3 * r.claims.price_gross),
            value=3 * r.value,
            parts=3 * r.parts,
        ),
    )
    plain, tripled = (
        lines(run, policy=LEASED),
        lines(dearer, seller_with(lambda stated: scale(stated, 3)), policy=LEASED),
    )
    assert np.array_equal(plain.category, tripled.category)
    assert np.allclose(tripled.reporting, 3 * plain.reporting, rtol=1e-12)


def test_a_change_of_prices_alone_reprices_the_same_run() -> None:
    def cheaper(stated: dict[str, Any]) -> None:
        stated["partners"]["fix"]["desks"]["us"]["repaired"] = {"flat": "35 USD"}

    run = run_of(repaired(FIX, 60), refund())
    before, after = sums(lines(run)), sums(lines(run, seller_with(cheaper)))
    assert after.pop("repair_labour") == before.pop("repair_labour") - 5.0
    assert after == before


def test_descendants_are_booked_to_their_root_in_the_month_it_was_opened() -> None:
    again = {"generation": 1, "root": 0, "parent": 0, "origin": Origin.REPLACEMENT, "unit": 0}
    ledger = lines(run_of(reship(), refund(**again, opened=day(150), in_scope=True)))
    assert set(ledger.root) == {0}
    assert set(ledger.record) == {0, 1}
    assert set(ledger.claim_month) == {1}


def test_a_line_is_legal_where_the_law_binds_voluntary_under_the_warranty_and_else_goodwill() -> None:
    late = refund(warranty_end=day(30))
    ledger = lines(run_of(refund(market=DE), refund(), late))
    by_claim = {int(r): set(ledger.obligation[ledger.record == r]) for r in range(3)}
    assert by_claim == {0: {Obligation.LEGAL}, 1: {Obligation.VOLUNTARY}, 2: {Obligation.GOODWILL}}


def test_claims_outside_the_horizon_are_priced_but_out_of_scope() -> None:
    ledger = lines(run_of(refund(), refund(opened=day(-10), refunded=day(-9))))
    assert ledger.total(in_scope=True) == pytest.approx(104.5)
    assert ledger.total() == pytest.approx(209.0)


def test_alone_every_claim_costs_what_it_would_cost_if_it_were_the_only_one() -> None:
    run = mixed()
    n = len(run.records)
    together = lines(run, shared=False).grid(("root",), (n,))[:-1]
    for row in range(n):
        only = replace(run, records=run.records.take(np.array([row])))
        alone = lines(only, shared=False).grid(("root",), (n,))[:-1]
        assert alone == pytest.approx(np.where(np.arange(n) == row, together, 0.0))


def test_a_run_without_claims_costs_what_was_signed() -> None:
    run = run_of()
    assert len(lines(run)) == 0
    assert lines(run, policy=LEASED).total(in_scope=True) == pytest.approx(500 + 12 * 130)


LEASED = Policy.model_validate(
    {
        "name": "leased",
        "rules": [
            {
                "cell": {},
                "zones": [
                    {"from": "0 USD", "do": "refund"},
                    {"from": "50 USD", "do": "repair_local", "partner": "lease"},
                ],
            }
        ],
    }
)


def mixed() -> Run:
    """A bit of everything."""
    return run_of(
        refund(),
        refund(channel=FBA, market=DE, sku=VAC),
        reship(sku=VAC),
        reship(source=Source.POOL, market=DE, opened=day(200), shipped=day(201), resolved=day(230), closed=day(230)),
        *(repaired(FIX, 60 + i) for i in range(4)),
        *(repaired(LEASE, 70 + i, sku=VAC) for i in range(4)),
        repaired(FIX, 62, market=DE, fate=Fate.POOL, advance=True, source=Source.NEW, pooled=day(62)),
        refund(opened=day(-10), refunded=day(-9)),
    )
