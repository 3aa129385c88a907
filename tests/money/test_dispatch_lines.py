"""Claims' shares add up to the bills of their dispatches; a stay in China costs its bench, deposit, duty and tax."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.money.runs import run_of
from tests.money.tiny import DE, TOY, VAC, day, seller, seller_with
from warrantysim.journeys.records import Closure, Fate, Finding, Route, Run, Source
from warrantysim.money.categories import Category, Kind, Subject
from warrantysim.money.ledger import Ledger
from warrantysim.money.price import price
from warrantysim.schema.clock import NEVER


def home(trip: int, back: int = -1, **more: Any) -> dict[str, Any]:
    """A unit repaired in China: tested on day 45, out on day 50, on the bench on day 65, back from day 70 to 80."""
    stated = {
        "route": Route.RETURN_CHINA,
        "partner": 0,
        "advance": True,
        "closure": Closure.REPLACED,
        "source": Source.NEW,
        "finding": Finding.REPAIRED,
        "fate": Fate.POOL,
        "label_issued": True,
        "scanned": day(41),
        "shipped": day(41),
        "resolved": day(43),
        "arrived": day(44),
        "tested": day(45),
        "bench_in": day(61),
        "bench_start": day(64),
        "bench_out": day(65),
        "pooled": day(80),
        "closed": day(80),
        "dispatch": trip,
        "back_dispatch": back,
        "level": 1,
        "bench_minutes": 30.0,
        "parts": 6.0,
    }
    return {**stated, **more}


OUT = {"departed": day(50), "landed": day(60)}
BACK = {"departed": day(70), "landed": day(80), "back": True}


def loop(**more: Any) -> Run:
    """Two TOYs and a VAC: 12 kg out in one dispatch and back in another."""
    whole = {"units": 3, "kg": 12.0, "cbm": 0.003}
    claims = (home(0, 1, **more), home(0, 1, **more), home(0, 1, sku=VAC, **more))
    return run_of(*claims, trips=[{**OUT, **whole}, {**BACK, **whole}])


def by_category(ledger: Ledger, **options: Any) -> dict[str, float]:
    return {Category(c).name.lower(): round(a, 2) for (c,), a in ledger.total(("category",), **options)}


def test_a_dispatchs_bill_is_shared_by_chargeable_weight_to_the_last_cent() -> None:
    ledger = price(loop(), seller())
    freight = ledger.take(ledger.category == Category.FREIGHT)
    # Out: 12 kg at 6 with a minimum of 50, truck at least 300 CNY; back: 12 kg at 5.
    assert freight.total() == pytest.approx(72 + 30 + 60, rel=1e-12)
    assert freight.total(("record",)).amount == pytest.approx(162 * np.array([1, 1, 10]) / 12)
    assert set(freight.subject) == {Subject.DISPATCH}


def test_units_out_of_scope_bear_their_part_of_the_bill_out_of_scope() -> None:
    whole = {"units": 2, "kg": 2.0, "cbm": 0.002}
    early = home(0, 1, opened=day(-3))
    ledger = price(run_of(early, home(0, 1), trips=[{**OUT, **whole}, {**BACK, **whole}]), seller())
    freight = ledger.take(ledger.category == Category.FREIGHT)
    assert freight.total() == pytest.approx(50 + 30 + 10)
    assert freight.total(in_scope=True) == pytest.approx(45)


def test_entries_are_paid_once_a_dispatch() -> None:
    found = by_category(price(loop(), seller()))
    # Export 45, China 600 CNY in and 400 CNY out, import 110 and a processing fee of at least 33.58.
    assert found["customs_entry"] == 45 + 60 + 40 + 110 + 33.58


def test_examined_entries_cost_their_examination() -> None:
    run = loop()
    run.dispatches.examined[:] = True
    before, after = (by_category(price(r, seller()))["customs_entry"] for r in (loop(), run))
    assert after - before == pytest.approx(50 + 250)


def test_the_bench_charges_its_hours_and_handling_and_parts() -> None:
    found = by_category(price(loop(), seller()))
    assert found["repair_labour"] == 3 * (5 + 2)
    assert found["parts"] == 3 * 6


def test_the_hub_receives_tests_and_stores_until_the_dispatch_leaves() -> None:
    found = by_category(price(loop(), seller()))
    assert (found["hub"], found["inspection"]) == (2 + 2 + 5, 3 + 3 + 6)
    # A litre each for five days at 30 a cubic metre and month.
    assert found["storage"] == round(3 * 0.001 * 30 * 5 / (365.25 / 12), 2)


def test_a_repaired_unit_pays_duty_on_the_value_of_its_repair() -> None:
    # Section 301 at 25 % of 5 + 2 + 6.
    assert by_category(price(loop(), seller()))["duty"] == round(3 * 0.25 * 13, 2)
    assert "duty" not in by_category(price(loop(finding=Finding.NFF), seller()))


def test_recovered_import_tax_is_shown_but_costs_nothing_and_the_other_does() -> None:
    def taxed(recoverable: bool) -> Any:
        def change(stated: dict[str, Any]) -> None:
            row = stated["customs"][0]
            row |= {"import_tax_share": 0.1, "repaired_tax": "repair_and_freight"}
            row["import_tax_recoverable"] = recoverable

        return change

    recovered, lost = (price(loop(), seller_with(taxed(answer))) for answer in (True, False))
    # Repairs of 39, freight out 72 and back 60, duty 9.75.
    assert recovered.tax.sum() == pytest.approx(0.1 * (39 + 72 + 60 + 9.75))
    assert "unrecoverable_tax" not in by_category(recovered)
    assert by_category(lost)["unrecoverable_tax"] == round(0.1 * (39 + 72 + 60 + 9.75), 2)


def test_a_deposit_is_locked_and_released_and_only_its_carrying_costs() -> None:
    ledger = price(loop(), seller())
    deposit = ledger.take(ledger.category == Category.DEPOSIT)
    assert deposit.total() == pytest.approx(0)
    assert deposit.amount[deposit.amount > 0].tolist() == pytest.approx([2.6, 2.6, 13.0])
    # 13 % of 20 + 20 + 100 at 8 % a year for ten days in China.
    assert by_category(ledger)["deposit_carrying"] == round(0.13 * 140 * 0.08 * 10 / 365, 2)


def test_a_unit_scrapped_in_china_forfeits_its_deposit_and_is_harvested() -> None:
    dead = home(0, finding=Finding.BER, fate=Fate.SCRAP_CHINA, pooled=NEVER)
    found = by_category(price(run_of(dead, trips=[OUT]), seller()))
    assert found["deposit"] == 2.6
    assert found["unit_recovery"] == -3.0
    assert "disposal" not in found


def test_disposal_in_china_costs_what_is_stated_and_only_for_units_scrapped_there() -> None:
    def billed(stated: dict[str, Any]) -> None:
        stated["china_bench"]["disposal_per_unit"] = "2.2 USD"

    dead = home(0, finding=Finding.BER, fate=Fate.SCRAP_CHINA, pooled=NEVER)
    run = run_of(dead, dead, home(0), trips=[OUT])
    assert by_category(price(run, seller_with(billed)))["disposal"] == 4.4


@pytest.mark.parametrize(("de_minimis", "free"), [(139.99, False), (140.0, True)])
def test_an_entry_of_at_most_the_de_minimis_value_pays_no_duty(de_minimis: float, free: bool) -> None:
    def small(stated: dict[str, Any]) -> None:
        stated["tariffs"][0]["de_minimis"] = de_minimis

    # 20 + 20 + 100 ex works come back in one entry.
    assert ("duty" not in by_category(price(loop(), seller_with(small)))) == free
    assert "duty" in by_category(price(loop(), seller_with(small), shared=False))


def test_a_late_return_forfeits_the_deposit() -> None:
    late = {**BACK, "departed": day(60 + 181), "landed": day(250)}
    run = run_of(home(0, 1, pooled=day(250), closed=day(250)), trips=[OUT, late])
    assert by_category(price(run, seller()))["deposit"] == 2.6


def test_a_dispatch_lost_on_its_way_out_pays_its_freight_and_never_enters_china() -> None:
    gone = home(0, finding=Finding.LOST, fate=Fate.LOST, bench_out=NEVER, bench_in=NEVER, pooled=NEVER)
    gone |= {"bench_minutes": 0.0, "parts": 0.0}
    found = by_category(price(run_of(gone, trips=[{**OUT, "lost": True}]), seller()), kind=Kind.CASH)
    assert (found["freight"], found["customs_entry"]) == (50.0, 45.0)
    assert not {"deposit", "deposit_carrying", "duty", "repair_labour", "unit_recovery"} & set(found)


def test_a_dispatch_is_billed_in_its_lanes_currency_and_taxed_by_its_market() -> None:
    german = {"market": DE}
    run = run_of(home(0, 1, **german), trips=[{**OUT, **german}, {**BACK, **german}])
    ledger = price(run, seller())
    codes = {ledger.currencies[c] for c in ledger.currency[ledger.category == Category.FREIGHT]}
    assert codes == {"EUR", "CNY"}
    # Free of duty; 20 % VAT on 20 USD of goods, 50 EUR of freight out and 5 EUR back, all recovered.
    assert by_category(ledger)["duty"] == 0
    assert ledger.tax.sum() == pytest.approx(0.2 * (20 + 60 + 6))
    assert "unrecoverable_tax" not in by_category(ledger)


def test_alone_freight_back_is_marginal_and_no_bill_is_shared() -> None:
    alone, whole = price(loop(), seller(), shared=False), price(loop(), seller())
    found = by_category(alone)
    assert found["freight"] == 60.0
    assert "customs_entry" not in found
    own = ("duty", "deposit_carrying", "repair_labour", "hub", "inspection", "label")
    assert all(found[name] == by_category(whole)[name] for name in own)


def test_dearer_freight_changes_freight_alone() -> None:
    def dearer(stated: dict[str, Any]) -> None:
        for row in stated["freight_breaks"]:
            row["rate"] *= 2

    before, after = by_category(price(loop(), seller())), by_category(price(loop(), seller_with(dearer)))
    assert after.pop("freight") == before.pop("freight") + 72 + 60
    assert after == before


def test_a_pool_unit_from_china_lost_value_on_its_way() -> None:
    ledger = price(loop(), seller())
    toys = ledger.take((ledger.category == Category.STOCK_IN) & (ledger.sku == TOY) & (ledger.root >= 0))
    months = 39 / (365.25 / 12)
    assert toys.reporting == pytest.approx([-24 * 0.95**months] * 2)
