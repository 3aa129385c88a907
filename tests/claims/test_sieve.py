"""The sieve finds the units a scenario asks for, whatever others asked before, and draws no unit twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.claims.worlds import sold, terms_of, world
from warrantysim.claims import sieve
from warrantysim.claims.births import born, root_cohorts
from warrantysim.claims.cohorts import Cohorts
from warrantysim.schema.root import Scenario


def seller(share: float = 0.01, units: float = 900, lag: float = 5.0, life: float = 2000.0) -> Scenario:
    """Two products; what is assumed of them moves how far back sales count, how many there are and how many fail."""
    births = {"opportunistic": {"US": [{"from": "0 USD", "share": share}]}, "report_lag_days": lag}
    terms = tuple(terms_of(name, life_eta_days=life) for name in ("A", "B"))
    return world(("A", "B"), births=births, sales=(sold("A", units), sold("B", 400)), sku_markets=terms)


def plainly(groups: Cohorts, seed: int, replication: int) -> list[list[float]]:
    """Cohort, ordinal and draw of every unit that passes, one cohort after the other."""
    streams = sieve.CohortStreams(seed, replication, sieve.Purpose.LIFE)
    found = []
    for k in range(len(groups.key)):
        u = np.empty(int(groups.units[k]))
        streams.fill(groups.key[[k]], groups.units[[k]], u)
        passes = np.flatnonzero((u < groups.fails_below[k]) | (u >= groups.files_from[k]))
        found += [[k, i, u[i]] for i in passes.tolist()]
    return found


def test_units_are_the_same_whatever_scenarios_were_sifted_before() -> None:
    asked: list[dict[str, Any]] = [
        {},
        {"share": 0.05},
        {"units": 1300},
        {"lag": 150.0},
        {"life": 900.0},
        {"share": 0.002, "units": 50},
        {},
    ]
    for changes in asked:
        groups = root_cohorts(seller(**changes)).cohorts
        assert np.column_stack(sieve.sifted(groups, 11, 3)).tolist() == plainly(groups, 11, 3)


def test_what_another_scenario_sifted_is_not_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    fill = sieve.CohortStreams.fill

    def counted(self: Any, keys: np.ndarray, counts: np.ndarray, out: np.ndarray) -> None:
        drawn.append(int(counts.sum()))
        fill(self, keys, counts, out)

    monkeypatch.setattr(sieve.CohortStreams, "fill", counted)
    born(seller(), 12, 4)
    first = sum(drawn)
    born(seller(share=0.012), 12, 4)
    assert sum(drawn) == first > 0
    # Months further back are drawn, and no others.
    further, before = seller(lag=150.0), root_cohorts(seller()).cohorts
    groups = root_cohorts(further).cohorts
    born(further, 12, 4)
    assert sum(drawn) - first == groups.units[~np.isin(groups.key, before.key)].sum() > 0


def test_cohorts_of_other_sellers_do_not_pile_up() -> None:
    rng, most = np.random.Generator(np.random.PCG64(1)), 0
    one = root_cohorts(seller()).cohorts
    for _ in range(6):
        keys = rng.integers(0, 1 << 63, len(one.key)).astype(np.uint64)
        sieve.sifted(Cohorts(**{**{name: getattr(one, name) for name in one.__dataclass_fields__}, "key": keys}), 13, 5)
        most = max(most, len(sieve._known(13, 5).sieve.key))
    assert most <= 3 * len(one.key)
