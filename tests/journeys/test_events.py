"""Single journeys, stepped by hand through the simulation: what happens, when, and what follows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.journeys.same import apart
from tests.worlds import (
    BACK,
    CONTACT,
    HANDLING,
    HUB,
    KINDS,
    LANDING,
    OUT,
    PICK,
    SHIP_LAG,
    TRANSIT,
    claims_at,
    days,
    floor,
    partner,
    policy_of,
    way,
    world,
)
from warrantysim.claims.columns import Origin
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Closure, Fallback, Fate, Finding, Records, Route, Run, Source
from warrantysim.schema.clock import NEVER
from warrantysim.schema.root import Scenario

ARRIVES = CONTACT + SHIP_LAG + TRANSIT
"""From opening to the unit at partner or hub [days]."""
HOUR = 1 / 24
OUTWARD = PICK + TRANSIT
"""From a decision to the customer [days]."""


def run(s: Scenario, opened: Any = 10.0, policy: Any = None, **claims: Any) -> Run:
    """A simulated run, by the event loop and in stages; keys rise as stated."""
    n = len(np.atleast_1d(opened))
    rule = s.policy if policy is None else policy_of(policy)
    born = claims_at(s, opened, units=np.arange(n), **claims)
    loop, stages = (simulate_run(s, rule, born, 1, 0, in_stages=k) for k in (False, True))
    assert apart(stages, loop) == []
    return loop


def after(r: Records, name: str, i: int = 0) -> float:
    """A stamp in days since the claim opened."""
    assert getattr(r, name)[i] > NEVER, f"{name} did not happen"
    return float(days(getattr(r, name)[i] - r.claims.opened[i]))


def test_a_refund_is_resolved_when_the_money_arrives() -> None:
    r = run(world(policy="refund")).records
    assert after(r, "refunded") == after(r, "resolved") == after(r, "closed") == CONTACT + 2
    assert (r.closure[0], r.refund_share[0], r.fate[0]) == (Closure.REFUNDED, 1, Fate.KEPT)


def test_a_replacement_is_resolved_when_it_is_delivered() -> None:
    r = run(world(policy="reship")).records
    assert after(r, "shipped") == CONTACT + PICK
    assert after(r, "resolved") == after(r, "closed") == CONTACT + OUTWARD
    assert (r.closure[0], r.source[0]) == (Closure.REPLACED, Source.NEW)


def test_a_repair_at_a_partner_takes_its_stages_one_after_the_other() -> None:
    r = run(world(policy="repair_local P", partners={"P": partner()}), minutes=90.0).records
    done = ARRIVES + HANDLING + 1.5 * HOUR
    assert after(r, "arrived") == ARRIVES
    assert after(r, "bench_in") == after(r, "bench_start") == ARRIVES + HANDLING
    assert after(r, "bench_out") == pytest.approx(done)
    assert after(r, "resolved") == pytest.approx(done + OUTWARD)
    assert (r.closure[0], r.finding[0], r.fate[0]) == (Closure.REPAIRED, Finding.REPAIRED, Fate.CUSTOMER)
    assert (r.level[0], r.bench_minutes[0], r.parts[0]) == (1, 90, 3)


def test_a_return_to_china_takes_its_stages_one_after_the_other() -> None:
    # Tested on day 16.5, a Wednesday; leaves on Monday 21 at 16:00; freight back leaves every seven days from day 0.
    found = run(world(policy="return_china sea"))
    r = found.records
    landed = 21 + 16 * HOUR + OUT + LANDING
    assert days(r.tested[0]) == 10 + ARRIVES + HUB
    assert days(r.bench_in[0]) == pytest.approx(landed)
    assert days(r.bench_out[0]) == pytest.approx(landed + HOUR)
    assert days(r.back_left[0]) == 35
    assert days(r.shipped[0]) == 35 + BACK + PICK
    assert (r.closure[0], r.fate[0]) == (Closure.REPAIRED, Fate.CUSTOMER)
    there, home = found.dispatches.departed[r.dispatch[0]], found.dispatches.departed[r.back_dispatch[0]]
    assert (days(there), days(home)) == (pytest.approx(21 + 16 * HOUR), 35)


def test_what_is_found_decides_where_unit_and_owner_end() -> None:
    s = world(policy="return_china sea", partners={"P": partner(), "T": partner(test_only=True)})
    expected = {
        "repair_local P": {
            "user_fixable": (Finding.NFF, Closure.REPAIRED, Fate.CUSTOMER),
            "no_fault_found": (Finding.NFF, Closure.REPAIRED, Fate.CUSTOMER),
            "excluded": (Finding.EXCLUDED, Closure.RETURNED_UNREPAIRED, Fate.CUSTOMER),
            "battery_safety": (Finding.BER, Closure.REPLACED, Fate.SCRAP_MARKET),
            "repairable": (Finding.REPAIRED, Closure.REPAIRED, Fate.CUSTOMER),
            "unrepairable": (Finding.BER, Closure.REPLACED, Fate.SCRAP_MARKET),
        },
        "repair_local T": {
            "user_fixable": (Finding.NFF, Closure.REPLACED, Fate.B_STOCK),
            "no_fault_found": (Finding.NFF, Closure.REPLACED, Fate.B_STOCK),
            "excluded": (Finding.EXCLUDED, Closure.RETURNED_UNREPAIRED, Fate.CUSTOMER),
            "battery_safety": (Finding.BER, Closure.REPLACED, Fate.SCRAP_MARKET),
            "repairable": (Finding.NOT_REPAIRED, Closure.REPLACED, Fate.SCRAP_MARKET),
            "unrepairable": (Finding.BER, Closure.REPLACED, Fate.SCRAP_MARKET),
        },
        "return_china sea": {
            "user_fixable": (Finding.NFF, Closure.REPAIRED, Fate.CUSTOMER),
            "no_fault_found": (Finding.NFF, Closure.REPAIRED, Fate.CUSTOMER),
            "excluded": (Finding.EXCLUDED, Closure.RETURNED_UNREPAIRED, Fate.CUSTOMER),
            "battery_safety": (Finding.BER, Closure.REPLACED, Fate.SCRAP_CHINA),
            "repairable": (Finding.REPAIRED, Closure.REPAIRED, Fate.CUSTOMER),
            "unrepairable": (Finding.BER, Closure.REPLACED, Fate.SCRAP_CHINA),
        },
    }
    for policy, fates in expected.items():
        r = run(s, np.full(6, 10.0), policy, fault=list(KINDS)).records
        found = list(zip(r.finding.tolist(), r.closure.tolist(), r.fate.tolist(), strict=True))
        assert dict(zip(KINDS, found, strict=True)) == fates, policy


def test_the_hub_spares_units_that_work_the_way_to_china() -> None:
    r = run(world(policy="return_china sea"), fault="no_fault_found").records
    assert (r.dispatch[0], r.bench_in[0]) == (-1, NEVER)
    assert after(r, "resolved") == ARRIVES + HUB + OUTWARD


def test_a_unit_the_hub_does_not_recognise_is_found_well_in_china() -> None:
    s = world(policy="return_china sea", markets={"US": {"hub": {"nff_sensitivity": 0.0}}})
    r = run(s, fault="no_fault_found").records
    assert (r.dispatch[0], r.finding[0], r.bench_minutes[0]) == (0, Finding.NFF, 12)


def test_a_fault_above_the_skill_is_found_only_on_the_bench() -> None:
    quote = partner(skill=1, bench={"triage_minutes": 12})
    s = world(policy="repair_local P", partners={"P": quote})
    s = s.replace(faults=[f.replace(skill=3) for f in s.faults])
    r = run(s).records
    assert (r.finding[0], r.bench_minutes[0], r.parts[0]) == (Finding.NOT_REPAIRED, 60, 0)
    assert (r.closure[0], r.fate[0]) == (Closure.REPLACED, Fate.SCRAP_MARKET)


def test_a_lost_parcel_is_given_up_a_week_after_it_was_due_and_its_owner_is_settled() -> None:
    s = world(policy="repair_local P", partners={"P": partner()}, markets={"US": {"parcel": {"loss_share": 1.0}}})
    r = run(s).records
    assert (r.finding[0], r.fate[0], r.closure[0]) == (Finding.LOST, Fate.LOST, Closure.REPLACED)
    assert after(r, "shipped") == ARRIVES + 7 + PICK
    # The replacement's first parcel is lost too.
    assert after(r, "resolved") == ARRIVES + 7 + PICK + TRANSIT + 7 + TRANSIT
    assert (r.resent[0], r.arrived[0]) == (1, NEVER)


def test_a_wrong_or_empty_box_is_refused_on_arrival() -> None:
    s = world(
        policy="repair_local P", partners={"P": partner()}, markets={"US": {"customer": {"wrong_box_share": 1.0}}}
    )
    r = run(s).records
    assert (r.finding[0], r.closure[0], r.shipped[0], r.bench_in[0]) == (
        Finding.WRONG_BOX,
        Closure.DENIED,
        NEVER,
        NEVER,
    )
    assert after(r, "closed") == ARRIVES


def test_damage_on_the_way_makes_a_unit_beyond_repair() -> None:
    s = world(policy="repair_local P", partners={"P": partner()}, markets={"US": {"parcel": {"damage_share": 1.0}}})
    r = run(s).records
    assert (r.finding[0], r.closure[0]) == (Finding.BER, Closure.REPLACED)


def test_a_label_that_is_not_used_lapses_and_may_be_opened_once_more() -> None:
    customer = {"label_unused_share": 1.0, "lapse_days": 20, "reopen_share": 1.0, "reopen_lag_days": 5}
    s = world(policy="repair_local P", partners={"P": partner()}, markets={"US": {"customer": customer}})
    r = run(s, age=340.0).records
    assert r.closure.tolist() == [Closure.LAPSED] * 2
    assert r.claims.origin.tolist() == [Origin.TABLE, Origin.REOPEN]
    assert days(r.claims.opened).tolist() == [10, 10 + CONTACT + 20 + 5], "also when the warranty has ended by then"
    assert r.label_issued.all()
    assert (r.scanned == NEVER).all()


def test_under_advance_exchange_a_replacement_leaves_at_the_scan_and_the_unit_joins_the_pool() -> None:
    modes = {"service": {"repair_local": "advance_exchange"}}
    s = world(policy="repair_local P", partners={"P": partner()}, markets={"US": modes}, stock_of={"pool": True})
    found = run(s)
    r = found.records
    assert after(r, "shipped") == CONTACT + SHIP_LAG + PICK
    assert (r.closure[0], r.source[0], r.fate[0]) == (Closure.REPLACED, Source.NEW, Fate.POOL)
    assert after(r, "pooled") == after(r, "closed") == pytest.approx(ARRIVES + HANDLING + HOUR)
    assert found.stock.pool.tolist() == [False, True]
    assert found.stock.change.tolist() == [-1, 1]


def test_a_replacement_that_fails_while_its_predecessor_is_still_away_is_followed_at_once() -> None:
    modes = {"service": {"return_china": "advance_exchange"}}
    ages = {"life_eta_days": 1.0, "life_beta": 8.0}
    s = world(policy="return_china sea", markets={"US": modes}, terms_of=ages)
    r = run(s, age=330.0).records
    assert len(r) > 2
    assert r.claims.opened[1] < r.closed[0]
    assert (np.diff(r.claims.generation[np.argsort(r.claims.opened)]) == 1).all()


def test_the_pool_serves_before_new_stock_and_a_repaired_unit_is_refused_by_those_who_may() -> None:
    pooled = {"pool": True, "pool_start": 1}
    for refused, sources in ((0.0, [Source.POOL, Source.NEW]), (1.0, [Source.NEW, Source.NEW])):
        s = world(policy="reship", stock_of=pooled, stock_rules={"pool_refused_share": refused})
        assert run(s, [10.0, 11.0]).records.source.tolist() == sources
    hygiene = world(policy="reship", stock_of=pooled, sku_of={"hygiene_no_pool": True})
    assert run(hygiene, [10.0, 11.0]).records.source.tolist() == [Source.NEW, Source.NEW]


def test_where_the_law_asks_for_new_units_the_pool_does_not_serve() -> None:
    law = floor(age_to_days=50, allowed="reship", refurbished="no")
    s = world(policy="reship", stock_of={"pool": True, "pool_start": 5}, legal_floors=[law])
    assert run(s, [10.0, 11.0], age=[49.9, 50.0]).records.source.tolist() == [Source.NEW, Source.POOL]


def test_an_opening_pool_is_written_down_even_where_nobody_asks_for_it() -> None:
    found = run(world(policy="refund", stock_of={"pool": True, "pool_start": 3}))
    assert found.stock.change.tolist() == [1, 1, 1]
    assert (found.stock.record == -1).all()


def test_who_finds_no_stock_waits_for_the_reorder_and_then_gets_money() -> None:
    s = world(policy="reship", markets={"US": {"stock_wait_days": 6}}, stock_of={"base_stock": 1, "lead_days": 8})
    r = run(s, [10.0, 11.0, 13.0]).records
    # One unit: sold on day 10.5, back on day 18.5. The second gives up on 17.5; the third, since 13.5, is served.
    assert r.closure.tolist() == [Closure.REPLACED, Closure.REFUNDED, Closure.REPLACED]
    assert r.fallback.tolist() == [Fallback.NONE, Fallback.STOCK_OUT, Fallback.NONE]
    assert days(r.shipped[[0, 2]]).tolist() == [11.5, 19.5]
    assert days(r.refunded[1]) == 19.5


def test_new_stock_by_a_table_of_deliveries_is_not_reordered() -> None:
    s = world(
        policy="reship",
        stock_of={"base_stock": 1},
        stock_rules={"deliveries": "table"},
        deliveries=[{"sku": "A", "market": "US", "day": "2027-01-16", "units": 1}],
    )
    r = run(s, [10.0, 11.0, 12.0]).records
    # The first takes what is there, the second waits for the 16th (day 12), nothing is left for the third.
    assert r.closure.tolist() == [Closure.REPLACED, Closure.REPLACED, Closure.REFUNDED]
    assert days(r.shipped[1]) == 13


def test_the_ladder_is_walked_as_the_market_states_it() -> None:
    fails = {"P": partner(yield_share=0.0)}
    for ladder, uptake, closure, share in (
        (("reship", "refund"), 0.0, Closure.REPLACED, 0.0),
        (("refund",), 0.0, Closure.REFUNDED, 1.0),
        (("partial_refund", "refund"), 1.0, Closure.REFUNDED, 0.4),
        (("partial_refund", "reship", "refund"), 0.0, Closure.REPLACED, 0.0),
    ):
        stated = {"ladder": ladder, "partial_uptake_share": uptake}
        s = world(policy="repair_local P", partners=fails, markets={"US": stated})
        r = run(s).records
        assert (r.closure[0], r.refund_share[0], r.finding[0]) == (closure, share, Finding.NOT_REPAIRED)


def test_an_exchange_without_stock_goes_down_the_ladder_while_the_unit_is_repaired() -> None:
    modes = {"service": {"repair_local": "advance_exchange"}, "stock_wait_days": 2}
    none = {"base_stock": 0, "pool": True}
    s = world(policy="repair_local P", partners={"P": partner()}, markets={"US": modes}, stock_of=none)
    r = run(s, minutes=6000.0).records
    assert (r.closure[0], r.fallback[0], r.fate[0]) == (Closure.REFUNDED, Fallback.STOCK_OUT, Fate.POOL)
    assert after(r, "refunded") == CONTACT + SHIP_LAG + 2 + 2
    assert r.closed[0] == r.pooled[0]


def overflowing(**second: Any) -> Scenario:
    """A desk without waiting places that overflows to a second one."""
    full = partner(bench={"waiting_places": 0, "overflow": "Q"}, yield_share=1.0)
    return world(policy="repair_local P", partners={"P": full, "Q": partner(**second)})


def test_a_full_desk_sends_the_unit_on_to_its_overflow_partner_with_that_partner_s_skill() -> None:
    r = run(overflowing(yield_share=0.0), [10.0, 10.0], minutes=600.0).records
    assert r.partner.tolist() == [0, 1]
    assert r.finding.tolist() == [Finding.REPAIRED, Finding.NOT_REPAIRED]
    # One more parcel, and the other desk's own handling.
    assert np.diff(days(r.bench_in)).tolist() == [TRANSIT + HANDLING]
    assert np.diff(days(r.arrived)).tolist() == [HANDLING + TRANSIT]


def test_a_unit_that_nobody_takes_is_settled() -> None:
    for quote in ({"skus": ["B"]}, {"valid_to": "2027-01-10"}):
        s = overflowing(**quote) if "skus" not in quote else None
        s = s or world(
            ("A", "B"),
            policy="repair_local P",
            partners={"P": partner(bench={"waiting_places": 0, "overflow": "Q"}), "Q": partner(**quote)},
        )
        r = run(s, [10.0, 10.0], minutes=600.0).records
        assert r.partner.tolist() == [0, 0]
        assert r.closure.tolist() == [Closure.REPAIRED, Closure.REPLACED]
        assert (r.finding[1], r.bench_minutes[1], r.bench_out[1]) == (Finding.NOT_REPAIRED, 0, NEVER)


def test_two_desks_that_overflow_to_each_other_do_not_pass_a_unit_round_for_ever() -> None:
    full = {"waiting_places": 0}
    quotes = {"P": partner(bench=full | {"overflow": "Q"}), "Q": partner(bench=full | {"overflow": "P"})}
    s = world(policy="repair_local P", partners=quotes)
    r = run(s, np.concatenate([[6.0, 10.0, 10.0], [10.0]]), minutes=6000.0).records
    assert r.closure.tolist().count(Closure.REPLACED) == 2


def test_one_desk_that_serves_two_markets_has_one_bench() -> None:
    s = world(markets=("US", "DE"), partners={"P": partner(1, ("US", "DE"))}, policy="repair_local P")
    r = run(s, [10.0, 10.0], market=[0, 1], minutes=60.0).records
    assert np.diff(days(r.bench_start)).round(9).tolist() == [round(HOUR, 9)]


def test_a_repair_that_does_not_hold_bounces_within_its_window_with_the_same_fault() -> None:
    quote = partner(bounce_share=1.0, bounce_days=30)
    r = run(world(policy="repair_local P", partners={"P": quote}), age=100.0).records
    origins, generations = r.claims.origin[1:], r.claims.generation
    assert (origins == Origin.BOUNCE).all()
    assert generations.tolist() == list(range(len(r)))
    assert (r.claims.fault == r.claims.fault[0]).all()
    gap = days(r.claims.opened[1:] - r.resolved[:-1])
    assert ((gap >= 0) & (gap <= 30)).all()
    assert (r.claims.opened <= r.claims.warranty_end).all()


def test_a_unit_sent_back_as_no_fault_found_may_come_again() -> None:
    s = world(
        policy="repair_local P",
        partners={"P": partner()},
        triage={"nff_return_share": 1.0, "nff_return_days": 10.0},
    )
    r = run(s, fault="no_fault_found", age=330.0).records
    assert len(r) > 1
    assert (r.claims.origin[1:] == Origin.NFF_RETURN).all()
    assert (r.claims.opened[1:] <= r.claims.warranty_end[1:]).all()


def failing(renewal: dict[str, str], claimed: float = 0.6) -> Records:
    """Claims of units 300 days old; replacements last about 100 days, the warranty a year."""
    ages = {"life_eta_days": 100.0, "life_beta": 50.0}
    who = {"propensity": {"US": {"base": claimed, "cheap_factor": 1.0}}}
    s = world(policy="reship", terms_of=ages, markets={"US": {"renewal": renewal}}, births=who)
    return run(s, np.full(20, 10.0), age=300.0).records


def test_a_replacement_ends_with_the_warranty_of_the_sale_unless_it_restarts() -> None:
    assert len(failing({})) == 20
    renewed = failing({"replace": "restarts"})
    born = np.flatnonzero(renewed.parent >= 0)
    assert len(born) > 10
    delivered = renewed.resolved[renewed.parent[born]]
    assert (renewed.claims.warranty_end[born] == delivered + (365 * 86_400)).all()
    assert (renewed.claims.born[born] == delivered).all()


def test_claims_that_follow_each_other_without_end_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="on A follow each other without end: 200 units in a row failed, each in a"):
        failing({"replace": "restarts"}, claimed=1.0)


def test_failures_in_a_row_are_followed_to_the_end_of_their_warranty_however_many() -> None:
    """A replacement lasts about a day and is there within an hour: some 330 fail in the eleven months that are left."""
    brief = {"life_eta_days": 1.0, "life_beta": 50.0}
    s = world(
        policy="reship",
        ways=(),
        terms_of=brief,
        triage={"contact_delay_days": 0},
        stock_rules={"pick_days": 0},
        markets={"US": {"parcel": {"transit_days": 1 / 24}}},
    )
    r = run(s, np.array([0.0]), age=30.0).records
    assert r.claims.generation.max() > 300
    last = r.claims.opened.max()
    assert r.claims.warranty_end[0] - 2 * 86_400 < last <= r.claims.warranty_end[0]


def test_a_repair_extends_the_warranty_once_in_a_life() -> None:
    quote = {"P": partner(bounce_share=1.0, bounce_days=200)}
    s = world(
        policy="repair_local P",
        partners=quote,
        markets={"US": {"renewal": {"repair": "extended"}, "extension_days": 400}},
    )
    r = run(s, 10.0, age=360.0).records
    ends = np.unique(days(r.claims.warranty_end - r.claims.delivered))
    assert ends.tolist() == [365, 765]
    assert len(run(world(policy="repair_local P", partners=quote), 10.0, age=360.0).records) == 1


def test_descendants_are_booked_to_their_root_and_keep_its_scope() -> None:
    ages = {"life_eta_days": 60.0, "life_beta": 50.0}
    r = run(world(policy="reship", terms_of=ages), [-5.0, 10.0, 364.0, 365.0], age=0.0).records
    assert (r.in_scope == r.in_scope[r.claims.root]).all()
    assert r.in_scope[:4].tolist() == [False, True, True, False]
    assert (r.claims.root == np.where(r.parent >= 0, r.claims.root[r.parent], np.arange(len(r)))).all()


def test_agents_answer_in_order_and_only_in_working_hours() -> None:
    agents = {"count": 1, "minutes": 30, "calendar": "office"}
    s = world(policy="refund", triage={"agents": agents})
    # Day 10 is a Thursday. Two claims in the night, one at noon.
    r = run(s, [10.1, 10.1, 10.5]).records
    assert days(r.answered).tolist() == [10 + 9.5 * HOUR, 10 + 10 * HOUR, 10 + 12.5 * HOUR]
    assert (r.routed == r.answered).all()
    assert (r.refunded == r.routed + 2 * 86_400).all()


def test_the_guide_solves_slips_of_the_user_and_nothing_else() -> None:
    s = world(policy="reship", sku_of={"guide_on": True})
    r = run(s, np.full(6, 10.0), fault=list(KINDS)).records
    assert (r.route == Route.SOLVED).tolist() == [kind == "user_fixable" for kind in KINDS]
    assert r.guide_used.all()
    assert after(r, "closed") == CONTACT + 0.25


def test_evidence_recognises_misuse_and_a_lost_dispute_pays_after_all() -> None:
    denial = {"dispute_share": {"photo": 1.0}, "dispute_lost_share": 1.0, "dispute_days": 12.0}
    s = world(policy="reship", triage={"denial": denial})
    asked = policy_of("reship", evidence=[{"from": "80 USD", "level": "photo"}])
    claims = claims_at(s, [10.0, 10.0], fault="excluded", price=[79.0, 80.0], units=[0, 1])
    r = simulate_run(s, asked, claims, 1, 0).records
    assert r.route.tolist() == [Route.RESHIP, Route.DENIED]
    assert (r.closure[1], r.disputed[1], r.dispute_lost[1], r.refund_share[1]) == (Closure.DENIED, True, True, 1)
    assert after(r, "refunded", 1) == CONTACT + 1 + 12


def test_parts_that_are_missing_hold_up_the_repair_in_china() -> None:
    lane = way(back_every_days=1 / 24)
    for share, wait in ((0.0, 0.0), (1.0, 4.0)):
        s = world(
            policy="return_china sea",
            markets={"US": {"china": {"sea": lane}}},
            china_bench={"parts_stockout_share": share},
        )
        r = run(s).records
        assert days(r.back_left[0] - r.bench_out[0]) == wait
