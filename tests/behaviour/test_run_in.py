"""On the first day of the run-in there are the claims there always are: those that follow older ones among them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.worlds import floor, partner, policy_of, world
from warrantysim.claims.births import born, born_with_earlier
from warrantysim.claims.columns import Origin
from warrantysim.experiment.births import births, earlier
from warrantysim.experiment.replicate import priced_run
from warrantysim.journeys.events import simulate_run
from warrantysim.journeys.records import Records
from warrantysim.schema.clock import DAY
from warrantysim.schema.root import Scenario

RULES = ("reship", "repair_local P", "return_china")
SHORT, LONG = 30, 760
SHORT_TERMS = {"terms_of": {"warranty_days": 300, "life_eta_days": 200, "life_beta": 1.2}}
"""A warranty that is over when the run-in begins, for units that are repaired and live on in what the repair added."""


def seller(run_in: int, **changes: Any) -> Scenario:
    """Sales that leave two claims a day on units that fail again and again under a warranty of two years."""
    stated: dict[str, Any] = {
        "sales": [{"sku": "A", "market": "US", "channel": "OWN", "units_per_month": 60}],
        "terms_of": {"warranty_days": 730, "life_eta_days": 400, "life_beta": 1.2},
        "partners": {"P": partner(50, bounce_share=0.2, yield_share=0.8)},
        "fault_shares": {"repairable": 0.5, "no_fault_found": 0.3, "unrepairable": 0.2},
        "horizon": {"first_day": "2027-01-04", "days": 90, "run_in_days": run_in, "run_out_days": 30},
        "triage": {"nff_return_share": 0.3},
        "markets": {"US": {"customer": {"label_unused_share": 0.2, "reopen_share": 0.5}}},
        "china_bench": {"technicians": 400},
    }
    return world(**(stated | changes))


def known(r: Records) -> list[tuple[Any, ...]]:
    """Claims from the short run-in's first day on, and what became of them.

    Left out is the label that lapses after the warranty and is taken up again: that unit's sale is no longer looked at.
    """
    late = (r.claims.origin == Origin.REOPEN) & (r.claims.warranty_end < -SHORT * DAY)
    rows = np.flatnonzero((r.claims.opened >= -SHORT * DAY) & ~late)
    rows = rows[np.lexsort((r.claims.generation[rows], r.claims.unit[rows]))]
    columns = (r.claims.unit, r.claims.generation, r.claims.opened, r.claims.fault, r.claims.origin, r.route, r.finding)
    return list(zip(*(c[rows].tolist() for c in (*columns, r.resolved, r.in_scope)), strict=True))


@pytest.mark.parametrize("rule", RULES)
def test_who_claims_in_the_run_does_not_depend_on_when_the_run_begins(rule: str) -> None:
    found = []
    for days in (SHORT, LONG):
        s = seller(days)
        claims, before = born_with_earlier(s, 1, 0)
        found.append(known(simulate_run(s, policy_of(rule), claims, 1, 0, earlier=before).records))
    assert found[0] == found[1]


PROLONGED = {
    "terms": {"markets": {"US": {"renewal": {"repair": "extended"}, "extension_days": 200}}},
    "law": {"legal_floors": [floor(repair_extends_days=200, sold_from="2025-01-10")]},
}


@pytest.mark.parametrize("by", PROLONGED)
@pytest.mark.parametrize("rule", RULES[1:])
def test_nor_where_a_repair_prolongs_a_warranty(rule: str, by: str) -> None:
    def found(run_in: int, **changes: Any) -> list[tuple[Any, ...]]:
        s = seller(run_in, **(SHORT_TERMS | changes))
        claims, before = born_with_earlier(s, 1, 0)
        return known(simulate_run(s, policy_of(rule), claims, 1, 0, earlier=before).records)

    assert found(SHORT, **PROLONGED[by]) == found(LONG, **PROLONGED[by])
    assert len(found(SHORT, **PROLONGED[by])) > len(found(SHORT))


def test_without_the_older_claims_some_would_be_missing() -> None:
    s = seller(SHORT)
    claims, before = born_with_earlier(s, 1, 0)
    bare = simulate_run(s, policy_of("reship"), claims, 1, 0).records
    whole = simulate_run(s, policy_of("reship"), claims, 1, 0, earlier=before).records
    new = len(whole) - len(bare)
    assert new > 0.1 * len(bare)
    carried = np.flatnonzero(whole.claims.root == len(claims))
    assert len(carried) == new
    assert not whole.in_scope[carried].any()
    assert (whole.claims.generation[carried] > 0).all()


def test_claims_born_are_those_of_the_run_alone() -> None:
    s = seller(SHORT)
    claims, before = born_with_earlier(s, 1, 0)
    assert np.array_equal(claims.unit, born(s, 1, 0).unit)
    assert claims.opened.min() >= -SHORT * DAY
    assert before.opened.max() < -SHORT * DAY
    assert (before.warranty_end >= -SHORT * DAY).all()


def test_whoever_runs_a_replication_has_them() -> None:
    s = seller(SHORT)
    run, ledger = priced_run(s, policy_of("reship"), births(s, 1, 0), 1, 0)
    assert (run.records.claims.root == len(births(s, 1, 0))).any()
    assert len(earlier(s, 1, 0)) < len(born_with_earlier(s, 1, 0)[1])
    assert not ledger.in_scope[ledger.root == len(births(s, 1, 0))].any()
