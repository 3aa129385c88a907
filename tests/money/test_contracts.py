"""Quotes compile to segment tables, and months are billed by them to the cent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
import pytest

from tests.money.quotes import CLOCK, demo, in_month, pool, quote, repaired, tiers
from warrantysim.money.contracts import charged_months, compile_quote, month_begins, payable, pools
from warrantysim.money.settlement import monthly_bill, settle
from warrantysim.schema.amounts import Amount
from warrantysim.schema.contracts import Partner

RETAINER = {"per_month": "6800 USD", "included_units": 120, "extra_unit": "22 USD"}


def month_costs(partner: Partner, desk: str, volumes: Iterable[int]) -> list[float]:
    """What a month of n repaired robot vacuums costs for each n, consigned parts included, without onboarding."""
    table = pool(partner.replace(onboarded=True), desk)
    costs = []
    for n in volumes:
        charges = repaired(partner, desk, n)
        done = settle(table, in_month(charges))
        costs.append(float((charges.total + done.extra + done.rebate).sum() + done.fixed.sum()))
    return costs


def month_cost(partner: Partner, desk: str, n: int) -> float:
    """The same of one volume."""
    return month_costs(partner, desk, [n])[0]


def bill(partner: Partner, *volumes: float, fee: float = 10.0, service: float = 0.0) -> float:
    """The bill of one-desk volumes, a month each, at one fee."""
    table = pool(partner, horizon=len(volumes))
    units = np.array(volumes, dtype=float)[:, None]
    return monthly_bill(table, units, units * fee, units * service).total


# The crossovers of the reference seller: FlatFix against BenchLease at its US desk in USD, robot vacuums only.


def with_allowance(lease: Partner, units: int) -> Partner:
    """The lease of the US desk with other included units."""
    desk = lease.desks["US"]
    assert desk.retainer is not None
    return lease.replace(desks={"US": desk.replace(retainer=desk.retainer.replace(included_units=units))})


VOLUMES = range(140, 280)


def gaps(flat: Partner, lease: Partner) -> dict[int, float]:
    """What the flat price costs more than the lease, by volume."""
    costs = zip(month_costs(flat, "US", VOLUMES), month_costs(lease, "US", VOLUMES), strict=True)
    return {n: a - b for n, (a, b) in zip(VOLUMES, costs, strict=True)}


def crossover(gap: dict[int, float]) -> float:
    """Volume above which the lease stays the cheaper one, interpolated between whole units."""
    last = max(n for n in gap if gap[n] < 0)
    return last + gap[last] / (gap[last] - gap[last + 1])


@pytest.mark.parametrize(
    ("discount", "included", "volume", "first"),
    [
        (0.0, 1000, 6800 / (58 - 14), 155),
        (0.0, 120, (6800 - 120 * 22) / (58 - 22 - 14), 190),
        (0.05, 120, (6800 - 120 * 22) / (0.95 * 58 - 22 - 14), 218),
        (0.09, 120, (6800 - 120 * 22) / (0.91 * 58 - 22 - 14), 248),
    ],
    ids=["154.5 within the allowance", "189 past it", "218 at -5 %", "248 at -9 %"],
)
def test_the_retainer_wins_exactly_above_its_crossover(
    discount: float, included: int, volume: float, first: int
) -> None:
    flat = demo()["flatfix-us"].replace(tiers=tiers("all_units", (1, discount)))
    gap = gaps(flat, with_allowance(demo()["benchlease-uk"], included))
    assert crossover(gap) == pytest.approx(volume, abs=1e-9)
    assert [n for n in VOLUMES if gap[n] > 0] == [n for n in VOLUMES if n >= first]


def test_the_stated_crossovers_are_154_5_then_189_then_218_then_248() -> None:
    lease = demo()["benchlease-uk"]
    flats = [demo()["flatfix-us"].replace(tiers=tiers("all_units", (1, d))) for d in (0.0, 0.05, 0.09)]
    assert round(crossover(gaps(flats[0], with_allowance(lease, 1000))), 1) == 154.5
    assert [round(crossover(gaps(flat, lease))) for flat in flats] == [189, 218, 248]


def test_with_its_own_tiers_the_flat_price_loses_from_248_units_on_and_nowhere_before() -> None:
    gap = gaps(demo()["flatfix-us"], demo()["benchlease-uk"])
    assert [n for n in VOLUMES if gap[n] > 0] == [n for n in VOLUMES if n >= 248]


def test_the_months_at_the_crossovers_cost_what_the_arithmetic_says_to_the_cent() -> None:
    flat, lease = demo()["flatfix-us"], demo()["benchlease-uk"]
    assert round(month_cost(flat, "US", 99), 2) == 5742.00
    assert round(month_cost(flat, "US", 100), 2) == 5510.00
    assert round(month_cost(flat, "US", 199), 2) == 10964.90
    assert round(month_cost(flat, "US", 200), 2) == 10556.00
    assert round(month_cost(flat, "US", 248), 2) == round(248 * 52.78, 2) == 13089.44
    assert round(month_cost(lease, "US", 120), 2) == 6800 + 14 * 120
    assert round(month_cost(lease, "US", 248), 2) == 6800 + 22 * 128 + 14 * 248 == 13088


def test_in_pounds_the_same_retainer_is_another_price_and_currencies_are_never_mixed() -> None:
    lease = demo()["benchlease-uk"]
    uk, us = pool(lease, "UK"), pool(lease, "US")
    assert uk.currencies == ("GBP",)
    assert us.currencies == ("USD",)
    assert uk.retainer.tolist() == us.retainer.tolist() == [[6800.0]]


# Tiers.


def test_all_units_discounts_every_unit_of_the_month_once_the_tier_is_reached() -> None:
    partner = quote(tiers("all_units", (100, 0.05), (200, 0.09)))
    assert bill(partner, 99) == pytest.approx(990.0)
    assert bill(partner, 100) == pytest.approx(950.0)
    assert bill(partner, 200) == pytest.approx(1820.0)


def test_an_all_units_bill_falls_when_one_more_unit_reaches_the_tier() -> None:
    partner = quote(tiers("all_units", (100, 0.05)))
    assert bill(partner, 100) < bill(partner, 99)


def test_incremental_tiers_discount_only_the_units_within_them() -> None:
    partner = quote(tiers("incremental", (50, 0.05), (150, 0.10)))
    assert bill(partner, 49) == pytest.approx(490.0)
    assert bill(partner, 50) == pytest.approx(490.0 + 9.5)
    assert bill(partner, 149) == pytest.approx(490.0 + 100 * 9.5)
    assert bill(partner, 151) == pytest.approx(490.0 + 100 * 9.5 + 2 * 9.0)


def test_an_incremental_bill_never_falls_when_a_unit_is_added() -> None:
    partner = quote(tiers("incremental", (50, 0.05), (150, 0.10)))
    bills = [bill(partner, n) for n in range(300)]
    assert all(a < b for a, b in zip(bills, bills[1:], strict=False))


def test_the_kind_of_the_same_tiers_flips_the_cheaper_partner() -> None:
    steps = ((100, 0.10),)
    rival = quote(repaired={"flat": "9.5 USD"})
    all_units, incremental = quote(tiers("all_units", *steps)), quote(tiers("incremental", *steps))
    assert bill(all_units, 120) < bill(rival, 120, fee=9.5) < bill(incremental, 120)


def test_tiers_by_the_year_count_all_its_months_and_discount_each_of_them() -> None:
    partner = quote(tiers("all_units", (120, 0.10), basis="year"))
    assert bill(partner, *[10] * 12) == pytest.approx(1200 * 0.9)
    assert bill(partner, *[10] * 11, 9) == pytest.approx(1190)


def test_months_around_the_horizon_take_the_years_discount_but_do_not_count_to_it() -> None:
    partner = quote(tiers("all_units", (120, 0.10), basis="year"))
    table = pool(partner, horizon=12, before=1, after=1)
    units = np.array([500.0, *[10.0] * 12, 3.0])[:, None]
    done = monthly_bill(table, units, 10 * units)
    assert done.rebate[[0, -1], 0] == pytest.approx([-500.0, -3.0])
    fewer = np.array([500.0, *[9.0] * 12, 500.0])[:, None]
    assert not monthly_bill(table, fewer, 10 * fewer).rebate.any()


def test_tiers_by_dispatch_look_at_each_dispatch_alone() -> None:
    partner = quote(tiers("all_units", (3, 0.5), basis="dispatch"))
    charges = repaired(partner, "US", 7)
    units = in_month(charges)
    batches = units.of(charges, units.month, dispatch=np.array([4, 4, 4, 9, 9, -1, -1]))
    assert settle(pool(partner), batches).rebate.tolist() == [-5.0, -5.0, -5.0, 0, 0, 0, 0]


def test_tiers_by_dispatch_refuse_monthly_volumes() -> None:
    partner = quote(tiers("all_units", (3, 0.5), basis="dispatch"))
    with pytest.raises(ValueError, match="tiers by dispatch cannot be billed from monthly volumes"):
        bill(partner, 5)


# Retainer, minimum, fixed charges.


def test_a_retainer_is_billed_whole_in_an_empty_month_and_covers_its_units_exactly() -> None:
    partner = quote(repaired=None, retainer=RETAINER)
    assert bill(partner, 0, fee=0) == 6800
    assert bill(partner, 120, fee=0) == 6800
    assert bill(partner, 121, fee=0) == pytest.approx(6822)


def test_a_second_technician_adds_his_price_and_his_units() -> None:
    lease = demo()["benchlease-uk"].replace(onboarded=True)
    table = pool(lease, "US", technicians=2)
    done = monthly_bill(table, np.array([[241.0]]), np.zeros((1, 1)))
    assert done.retainer.tolist() == [[6800 + 6100]]
    assert done.extra[0, 0] == pytest.approx(22.0)


def test_a_quote_without_further_technicians_refuses_them() -> None:
    with pytest.raises(ValueError, match="offers no further technician"):
        pool(demo()["flatfix-us"], "US", technicians=2)


def test_a_month_below_the_minimum_is_billed_the_minimum_and_one_above_it_nothing_more() -> None:
    partner = quote(minimum_per_month="1500 USD")
    assert bill(partner, 0) == 1500
    assert bill(partner, 149) == pytest.approx(1500)
    assert bill(partner, 151) == pytest.approx(1510)


def test_the_minimum_looks_at_fees_after_monthly_discounts_and_before_yearly_ones() -> None:
    monthly = quote(tiers("all_units", (100, 0.5)), minimum_per_month="1000 USD")
    assert bill(monthly, 100) == pytest.approx(1000)
    yearly = quote(tiers("all_units", (100, 0.5), basis="year"), minimum_per_month="1000 USD")
    assert bill(yearly, 100) == pytest.approx(500)


def test_receiving_and_assessment_count_towards_the_minimum() -> None:
    partner = quote(minimum_per_month="1500 USD")
    assert bill(partner, 100, service=6.0) == pytest.approx(1600)


def test_onboarding_is_billed_once_and_not_again_to_a_known_customer() -> None:
    partner = quote(onboarding="1500 USD")
    assert bill(partner, 0, 0, 0) == 1500
    assert bill(partner.replace(onboarded=True), 0, 0, 0) == 0


def test_fixed_charges_fall_in_months_of_the_horizon_only() -> None:
    table = pool(quote(repaired=None, retainer=RETAINER, minimum_per_month="9000 USD"), horizon=2, before=3, after=2)
    nothing = np.zeros((7, 1))
    assert monthly_bill(table, nothing, nothing).by_month.ravel().tolist() == [0, 0, 0, 9000, 9000, 0, 0]


def test_the_included_units_hold_in_the_months_around_the_horizon_too() -> None:
    table = pool(quote(repaired=None, retainer=RETAINER), before=1, after=1)
    units = np.full((3, 1), 130.0)
    assert monthly_bill(table, units, 0 * units).extra.ravel() == pytest.approx([220.0] * 3)


def test_notice_and_term_keep_the_retainer_running() -> None:
    partner = quote(repaired=None, retainer=RETAINER, term_months=6, notice_days=60)
    assert charged_months(partner, CLOCK, 12) == range(12)
    assert charged_months(partner, CLOCK, 12, stop=1) == range(6)
    assert charged_months(partner, CLOCK, 12, stop=7) == range(9)
    assert charged_months(partner, CLOCK, 12, start=9, stop=10) == range(9, 12)


def test_a_partner_that_closes_is_paid_to_the_month_of_its_last_day() -> None:
    partner = quote(valid_to=dt.date(2027, 5, 31))
    assert charged_months(partner, CLOCK, 12) == range(5)
    late = quote(valid_from=dt.date(2027, 3, 15), onboarding="90 USD")
    assert charged_months(late, CLOCK, 12) == range(2, 12)
    assert pool(late, horizon=12).onboarding.ravel().tolist() == [0, 0, 90] + [0] * 9


def test_terms_that_change_in_mid_year_hold_from_their_month_on() -> None:
    retainer = RETAINER | {
        "per_month": [{"from": "2027-01-01", "value": "6800 USD"}, {"from": "2027-06-01", "value": "7000 USD"}],
        "included_units": [{"from": "2027-01-01", "value": 120}, {"from": "2027-06-01", "value": 100}],
    }
    table = pool(quote(repaired=None, retainer=retainer), horizon=6)
    assert table.retainer.ravel().tolist() == [6800] * 5 + [7000]
    assert table.lower[4:, 1].tolist() == [120, 100]


# Pools.


def test_a_pooled_contract_is_one_pool_and_one_by_desk_is_two() -> None:
    lease = demo()["benchlease-uk"]
    assert pools(lease, ("UK", "US")) == (("US", "UK"),)
    assert pools(lease.replace(retainer_scope="desk"), ("UK", "US")) == (("US",), ("UK",))
    assert pools(lease, ()) == ()


def test_pooled_desks_pay_one_retainer_and_share_its_units_by_their_counts() -> None:
    table = pool(demo()["benchlease-uk"].replace(onboarded=True), "US", "UK")
    done = monthly_bill(table, np.array([[120.0, 40.0]]), np.zeros((1, 2)))
    assert done.retainer.tolist() == [[6800.0, 0.0]]
    # 40 units beyond the included 120: three quarters of them in the US at USD 22, the rest in the UK at GBP 22.
    assert done.extra[0] == pytest.approx([30 * 22.0, 10 * 22.0])


def test_one_retainer_by_desk_bills_two_and_counts_each_desk_alone() -> None:
    apart = demo()["benchlease-uk"].replace(onboarded=True, retainer_scope="desk")
    tables = [compile_quote("P3", apart, desks, CLOCK, horizon=1) for desks in pools(apart, ("US", "UK"))]
    bills = [
        monthly_bill(t, np.array([[n]]), np.zeros((1, 1))).total for t, n in zip(tables, (120.0, 40.0), strict=True)
    ]
    assert bills == [6800.0, 6800.0]


def test_pooled_tiers_reach_what_no_desk_reaches_alone() -> None:
    single = quote(tiers("all_units", (100, 0.10)))
    other = single.desks["US"].replace(serves=("UK",))
    both = single.replace(desks={"US": single.desks["US"], "UK": other}, retainer_scope="contract")
    units = np.array([[60.0, 40.0]])
    assert monthly_bill(pool(both, "US", "UK"), units, 10 * units).total == pytest.approx(900)
    alone = [bill(both.replace(retainer_scope="desk", desks={"US": single.desks["US"]}), n) for n in (60, 40)]
    assert sum(alone) == pytest.approx(1000)


# Laws.


def test_permuting_units_changes_no_units_share_and_no_total() -> None:
    partner = demo()["tierwerk-de"]
    rng = np.random.default_rng(7)
    charges = repaired(partner, "DE", 240, part_cost=3.0)
    fees = charges.labour + rng.integers(0, 30, 240)
    months = rng.integers(0, 3, 240)
    table = pool(partner, "DE", horizon=3)
    order = rng.permutation(240)
    units = in_month(charges).of(charges, months)
    plain = settle(table, _with_fees(units, fees, np.arange(240)))
    mixed = settle(table, _with_fees(units, fees, order))
    assert plain.rebate[order] == pytest.approx(mixed.rebate, rel=1e-12)
    assert plain.rebate.any()
    assert plain.fixed == pytest.approx(mixed.fixed, rel=1e-12)


def _with_fees(units, fees, order):  # type: ignore[no-untyped-def]
    columns = {name: getattr(units, name)[order] for name in units.__dataclass_fields__}
    return type(units)(**(columns | {"repair_fee": fees[order]}))


@pytest.mark.parametrize("name", ["flatfix-us", "tierwerk-de", "benchlease-uk"])
def test_a_bill_in_another_unit_of_money_is_the_same_bill_times_that_unit(name: str) -> None:
    partner = demo()[name]
    desk = next(iter(partner.desks))
    assert scaled_cost(partner, desk, 100.0) == pytest.approx(100 * scaled_cost(partner, desk, 1.0), rel=1e-12)


def scaled_cost(partner: Partner, desk: str, k: float) -> float:
    def times(value: object) -> object:
        if isinstance(value, dict):
            return {key: times(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [times(item) for item in value]
        if isinstance(value, str):
            try:
                return str(Amount.parse(value) * k)
            except ValueError:
                return value
        return value

    bigger = Partner.model_validate(times(partner.model_dump(mode="json")))
    charges = repaired(bigger, desk, 160, part_cost=90.0 * k, price_net=399.0 * k)
    done = settle(pool(bigger, desk), in_month(charges))
    return float((charges.total + done.extra + done.rebate).sum() + done.fixed.sum())


def test_the_units_of_a_month_bear_its_bill_between_them() -> None:
    partner = demo()["tierwerk-de"]
    charges = repaired(partner, "DE", 170)
    table = pool(partner, "DE")
    done = settle(table, in_month(charges))
    whole = monthly_bill(table, np.array([[170.0]]), np.array([[170 * 32.0]]), np.array([[170 * 6.0]]))
    assert float((charges.labour + done.rebate + charges.service).sum()) + done.fixed.sum() == pytest.approx(
        whole.total
    )


def test_a_month_outside_the_table_is_refused_by_name() -> None:
    partner = quote()
    with pytest.raises(ValueError, match="contract of test is compiled for 2027-01 to 2027-01 only"):
        settle(pool(partner), in_month(repaired(partner, "US", 1), month=1))


def test_bills_are_paid_after_the_month_and_a_retainer_in_advance_at_its_beginning() -> None:
    flat, lease, months = demo()["flatfix-us"], demo()["benchlease-uk"], np.array([-1, 0, 5])
    due = [CLOCK.date(int(s)) for s in payable(flat, CLOCK, "UTC", months)]
    assert due == [dt.date(2027, 1, 31), dt.date(2027, 3, 3), dt.date(2027, 7, 31)]
    ahead = payable(lease, CLOCK, "UTC", months, retainer=True)
    assert [CLOCK.date(int(s)) for s in ahead] == [dt.date(2026, 12, 1), dt.date(2027, 1, 1), dt.date(2027, 6, 1)]
    assert (
        payable(lease, CLOCK, "UTC", months).tolist()
        == payable(lease, CLOCK, "UTC", months + 1, retainer=True).tolist()
    )
    assert payable(lease, CLOCK, "America/New_York", np.array([0]), retainer=True).tolist() == [5 * 3600]


def test_months_are_those_of_the_calendar() -> None:
    assert month_begins(CLOCK, 0) == dt.date(2027, 1, 1)
    assert month_begins(CLOCK, -1) == dt.date(2026, 12, 1)
    assert month_begins(CLOCK, 14) == dt.date(2028, 3, 1)
