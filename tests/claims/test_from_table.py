"""Claims read from a table are what the table says, and draw what it does not say by permanent keys."""

from __future__ import annotations

import numpy as np
import pytest

from tests.claims.worlds import said, symptom, terms_of, world
from warrantysim.claims.columns import DTYPES, Origin
from warrantysim.claims.from_table import ClaimTable, claim_columns, from_table
from warrantysim.schema.clock import DAY
from warrantysim.schema.products import ClaimRow


def _row(claim: str, day: float, **stated) -> ClaimRow:
    return ClaimRow.model_validate(
        {"claim": claim, "opened_day": day, "sku": "A", "market": "DE", "value": 119, **stated}
    )


def _world(**parts):
    return world(["A", "B"], markets=["US", "DE"], **parts)


def test_a_row_says_when_where_what_and_for_how_much():
    rows = [_row("2", 20.5, channel="FBA", fault="repairable", bench_minutes=45, age_days=100), _row("1", 3)]
    w = _world()
    claims = from_table(w, rows, 1, 0)
    assert {name: getattr(claims, name).dtype for name in DTYPES} == DTYPES
    assert claims.opened.tolist() == [3 * DAY, round(20.5 * DAY)]
    assert [w.channel_ids[i] for i in claims.channel] == ["OWN", "FBA"]
    assert w.faults[claims.fault[1]].fault == "repairable"
    assert claims.bench_minutes[1] == 45
    assert np.isnan(claims.bench_minutes[0])
    assert np.allclose(claims.price_gross, 119)
    assert np.allclose(claims.price_net, 100)
    assert set(claims.origin) == {Origin.TABLE}
    assert (claims.opened[1] - claims.delivered[1]) / DAY == 100
    assert np.all(claims.warranty_end - claims.delivered == 365 * DAY)
    assert claims.root.tolist() == [0, 1]


def test_an_age_not_stated_is_half_the_warranty():
    claims = from_table(_world(), [_row("1", 3)], 1, 0)
    assert (claims.opened - claims.delivered)[0] == 365 * DAY / 2


def test_rows_added_or_moved_leave_every_other_claim_as_it_was():
    w = _world()
    rows = [_row(str(i), float(i % 7), sku="AB"[i % 2], value=100 + i) for i in range(40)]
    one = said(w, from_table(w, rows, 1, 0))
    more = said(w, from_table(w, [_row("x", 2.5, value=7), *reversed(rows)], 1, 0))
    assert [c for c in more if c[-1] != 7] == one


def test_equal_claims_are_still_different_units():
    claims = from_table(_world(), [_row(str(i), 3) for i in range(500)], 1, 0)
    assert len(np.unique(claims.unit)) == 500
    shares = np.bincount(claims.fault, minlength=3)[:3] / 500
    assert np.allclose(shares, [0.3, 0.5, 0.2], atol=0.09)


def test_another_replication_only_redraws_what_is_not_stated():
    w = _world()
    rows = [_row(str(i), 3 + i, fault="repairable" if i % 2 else "") for i in range(200)]
    one, two = from_table(w, rows, 1, 0), from_table(w, rows, 1, 1)
    assert np.array_equal(one.unit, two.unit)
    assert np.array_equal(one.fault[1::2], two.fault[1::2])
    assert not np.array_equal(one.fault, two.fault)


def test_a_symptom_narrows_the_fault_that_is_not_stated():
    matrix = (symptom("repairable", "weak", 1.0), symptom("no_fault_found", "dead", 1.0))
    w = _world(symptoms=matrix)
    rows = [_row(str(i), i, symptom="dead" if i < 100 else "weak") for i in range(200)]
    claims = from_table(w, rows, 1, 0)
    kinds = [w.faults[i].kind for i in claims.fault]
    assert kinds == ["no_fault_found"] * 100 + ["repairable"] * 100


def test_columns_and_rows_are_one_table():
    w = _world()
    rows = [_row(str(i), float(i), value=10 + i, age_days=5 * i) for i in range(20)]
    table = claim_columns(w, rows)
    assert isinstance(table, ClaimTable)
    assert said(w, from_table(w, table, 1, 0)) == said(w, from_table(w, rows, 1, 0))


def test_an_empty_table_bears_nothing():
    assert len(from_table(_world(), [], 1, 0)) == 0


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"sku": "Z"}, "claim 7 names an unknown SKU 'Z'"),
        ({"market": "FR"}, "claim 7 names an unknown market 'FR'"),
        ({"channel": "SHOP"}, "claim 7 names an unknown channel 'SHOP'"),
        ({"symptom": "damaged"}, "claim 7 names an unknown symptom 'damaged'"),
        ({"fault": "melted"}, "claim 7 names a fault 'melted' that A does not have"),
    ],
)
def test_a_name_the_scenario_does_not_know_is_an_error_that_names_the_claim(stated, message):
    with pytest.raises(ValueError, match=message):
        from_table(_world(), [_row("7", 1, **stated)], 1, 0)


def test_a_claim_on_a_product_not_sold_then_is_an_error():
    w = world(["A"], markets=["DE"], sku_markets=(terms_of("A", "DE", **{"from": "2027-06-01"}),))
    with pytest.raises(ValueError, match=r"a claim on A in DE was sold on 2026-1\d-\d\d, when no row of sku_markets"):
        from_table(w, [_row("7", 1, age_days=60)], 1, 0)
